package cvd

import (
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// Two cases become one, or turn out to be one. Each of the two is an aggregate
// of its own, so each gets a verb of its own, and each verb carries what it must
// know of the other: either journal replays alone.
type (
	// MergeCase takes another case in: its reports, vulnerabilities, participants
	// and their words. The earliest accepted end of the two stands until it is
	// renegotiated (norm 11). Nobody reads more than before: see Part.
	MergeCase struct {
		From Case              `json:"from"`           // the other case as it stands
		Same map[string]string `json:"same,omitempty"` // its vulnerabilities that are one of ours: theirs to ours
		Ask  []ParticipantID   `json:"ask,omitempty"`  // who is asked at once to read the part it lacks
		Note string            `json:"note,omitempty"`
	}
	// CloseInto closes a case that is handled in another one from now on: merged
	// into it, or its duplicate. It stays readable to its parties as what it was,
	// and what they promised stays promised.
	CloseInto struct {
		Into  CaseID      `json:"into"`
		Why   CloseReason `json:"why"` // merged, duplicate
		Note  string      `json:"note,omitempty"`
		Until time.Time   `json:"until,omitzero"` // end of the other embargo, which holds where it is the earlier (norm 11)
	}
	// JoinFinders joins the reports of a duplicate, and their finders, to the case
	// that handles the matter. The duplicate's vendors are not invited again.
	JoinFinders struct {
		From  Case     `json:"from"`
		Vulns []string `json:"vulns"` // of ours, which the reports tell of
	}
	// FollowCase keeps a case that was closed into another in step with it: what
	// became known there is known, and the embargo that ended there has ended.
	FollowCase struct {
		Of      CaseID   `json:"of"`
		Public  bool     `json:"public,omitempty"`
		Exploit bool     `json:"exploit,omitempty"`
		Attacks bool     `json:"attacks,omitempty"`
		Cause   EndCause `json:"cause,omitempty"` // why the embargo ended; "" while it holds
	}
	// OfferPart asks a participant whether it will read a further part.
	OfferPart struct {
		Who  ParticipantID `json:"who"`
		Part string        `json:"part"`
	}
	// AnswerPart is its yes or no. A no changes nothing: it reads on what it read.
	AnswerPart struct {
		Who  ParticipantID `json:"who"`
		Part string        `json:"part"`
		Yes  bool          `json:"yes"`
	}
)

func (MergeCase) Verb() string   { return "merge_case" }
func (CloseInto) Verb() string   { return "close_into" }
func (JoinFinders) Verb() string { return "join_finders" }
func (FollowCase) Verb() string  { return "follow_case" }
func (OfferPart) Verb() string   { return "offer_part" }
func (AnswerPart) Verb() string  { return "answer_part" }

// mayTake refuses what cannot be joined. What the world knows must be on record
// in both, because it ends embargoes, and that is a step of its own with its
// evidence and its letters. After an embargo that has ended there is none again:
// a case that is still quiet cannot go into it.
func (m *move) mayTake(from Case) error {
	c := m.c
	if from.ID == c.ID {
		return fault.New(fault.NotNow, "fault.case.join_itself")
	}
	if from.Version == 0 || !from.Closed.IsZero() {
		return fault.New(fault.NotNow, "fault.case.join_closed")
	}
	for _, r := range []*Ring{c.Ring, from.Ring} { // who reads in advance consented to one case, and vendors to that one's text
		if r.In(RingProposed) || r.In(RingOpen) {
			return fault.New(fault.NotNow, "fault.case.join_ring")
		}
	}
	same := from.Public.IsZero() == c.Public.IsZero() && from.Exploit.IsZero() == c.Exploit.IsZero() && from.Attacks.IsZero() == c.Attacks.IsZero()
	if !same {
		return fault.New(fault.NotNow, "fault.case.join_known")
	}
	if c.Embargo.State == EMExited && from.UnderEmbargo() {
		return fault.New(fault.NotNow, "fault.case.join_exited")
	}
	return nil
}

func (v MergeCase) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if err := m.mayTake(v.From); err != nil {
		return err
	}
	m.fixLinks()
	j := &joining{move: m, from: v.From.clone(), ask: v.Ask, read: map[ParticipantID]bool{}}
	for i := range m.c.Parties {
		p := &m.c.Parties[i]
		j.read[p.ID] = m.c.Opens(p) || p.Waits
	}
	if err := j.vulns(v.Same); err != nil {
		return err
	}
	j.words()
	j.reports()
	if err := j.embargo(); err != nil {
		return err
	}
	if err := j.people(); err != nil {
		return err
	}
	j.rest()
	return nil
}

func (v CloseInto) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if v.Into == m.c.ID {
		return fault.New(fault.NotNow, "fault.case.join_itself")
	}
	if v.Why != WhyMerged && v.Why != WhyDuplicate {
		return fault.New(fault.Invalid, "fault.case.need_why")
	}
	switch m.c.Embargo.State { // nobody can decide here any more: terms on the table fall, the ones in force hold
	case EMProposed, EMRevise:
		if err := m.em(EMReject, party.Officer); err != nil {
			return err
		}
		m.c.Embargo.Open, m.c.Embargo.Term = nil, 0
	}
	for i := range m.c.Parties {
		p := &m.c.Parties[i]
		if p.PEC == PECInvited || p.PEC == PECLapsed { // nobody waits for its answer here any more
			if err := m.pec(p, PECDecline, party.Clock); err != nil {
				return err
			}
		}
	}
	if e := &m.c.Embargo; v.Why == WhyMerged && m.c.UnderEmbargo() && !v.Until.IsZero() && v.Until.Before(e.Until) {
		e.Terms++
		e.Until = v.Until
		if err := m.newTerms(nil, false); err != nil {
			return err
		}
	}
	m.c.Closed, m.c.Why, m.c.Into, m.c.News = m.now, v.Why, v.Into, nil
	return nil
}

func (v JoinFinders) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if err := m.mayTake(v.From); err != nil {
		return err
	}
	if err := m.knownVulns(v.Vulns); err != nil {
		return err
	}
	for _, r := range v.From.Reports {
		if slices.Contains(m.c.Reports, r) {
			continue
		}
		if err := m.newLink(r, v.Vulns); err != nil {
			return err
		}
		old := v.From.Party(FinderParticipant(r))
		if m.addReport(r, old == nil); old == nil {
			continue // by the vendor itself, which an officer invites as any other
		}
		p := m.c.Party(FinderParticipant(r))
		p.Free, p.Left, p.Heard = old.Free, old.Left, old.Heard
		if err := m.joinFinder(p, v.From); err != nil {
			return err
		}
	}
	m.c.Joined = append(m.c.Joined, v.From.ID)
	return nil
}

// joinFinder says whether a finder who comes from a duplicate is bound. One that
// signed there keeps quiet as long as it promised: an end within that holds
// without asking, a later one is put to it. One whose report came under posted
// terms has accepted by reporting (norm 7); any other is asked.
func (m *move) joinFinder(p *Participant, from Case) error {
	was := from.Party(p.ID)
	switch {
	case !m.c.UnderEmbargo() || !p.Left.IsZero():
		return nil
	case p.Free || was != nil && was.PEC == PECDeclined:
		return m.pec(p, PECDecline, party.Finder)
	case from.Embargo.State == EMProposed, was != nil && was.PEC == PECSignatory && !m.c.Embargo.Until.After(from.Embargo.Until):
		return m.pec(p, PECAccept, party.Finder)
	}
	return m.pec(p, PECInvite, party.Officer)
}

func (v FollowCase) apply(m *move) error {
	if m.by.Role != party.Clock {
		return fault.New(fault.NotAllowed, "fault.clock_only")
	}
	if m.c.Into != v.Of || v.Of == "" {
		return fault.New(fault.NotNow, "fault.case.not_joined")
	}
	if v.Cause != "" && m.c.UnderEmbargo() {
		if err := m.terminate(v.Cause); err != nil {
			return err
		}
	}
	for _, bit := range []struct {
		is  bool
		was bool
		do  CSVerb
	}{{v.Public, !m.c.Public.IsZero(), CSPublic}, {v.Exploit, !m.c.Exploit.IsZero(), CSExploit}, {v.Attacks, !m.c.Attacks.IsZero(), CSAttacks}} {
		if !bit.is || bit.was {
			continue
		}
		if err := m.raiseShared(bit.do); err != nil {
			return err
		}
	}
	return nil
}

// Follows gives what a case closed into c must be told of it; ok is false where
// both stand alike.
func (c Case) Follows(closed Case) (v FollowCase, ok bool) {
	v = FollowCase{Of: c.ID, Public: !c.Public.IsZero(), Exploit: !c.Exploit.IsZero(), Attacks: !c.Attacks.IsZero()}
	if c.Embargo.State == EMExited {
		v.Cause = c.Embargo.Cause
	}
	ends := v.Cause != "" && closed.UnderEmbargo()
	knows := v.Public == !closed.Public.IsZero() && v.Exploit == !closed.Exploit.IsZero() && v.Attacks == !closed.Attacks.IsZero()
	return v, ends || !knows
}

func (v OfferPart) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Apart, func(a Apart) bool { return a.Part == v.Part })
	if i < 0 || p.Role == party.Finder || p.Alone {
		return fault.New(fault.NotNow, "fault.case.no_part")
	}
	if p.Bound() && !p.Agreed() { // an override was granted for what it reads now
		return fault.New(fault.NotNow, "fault.case.agreement_first")
	}
	if !m.c.Opens(p) {
		return fault.New(fault.NotNow, "fault.case.answer_first")
	}
	p.Apart = slices.Clone(p.Apart)
	p.Apart[i].Asked = m.now
	return nil
}

func (v AnswerPart) apply(m *move) error {
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if !slices.Contains(m.c.asked(p), v.Part) {
		return fault.New(fault.NotNow, "fault.case.no_part")
	}
	m.spoke(p)
	p.Apart = slices.Clone(p.Apart)
	if v.Yes {
		p.Apart = slices.DeleteFunc(p.Apart, func(a Apart) bool { return a.Part == v.Part })
		if len(p.Apart) == 0 {
			p.Apart = nil
		}
		return nil
	}
	for i := range p.Apart {
		if p.Apart[i].Part == v.Part {
			p.Apart[i] = Apart{Part: v.Part}
		}
	}
	return nil
}
