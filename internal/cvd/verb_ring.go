package cvd

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/sector"
	"nakodo/internal/tlp"
)

// The verbs of early provision by which officers and vendors prepare a ring and
// officers end it. Those of operators are in verb_duty.go.
type (
	// ProposeRing says why operators should be advised before publication. The
	// vendors concerned are asked for their consent.
	ProposeRing struct{ RingText }
	// AmendRing changes what was written. A changed advice is a new edition;
	// before the ring opens, a changed TLP label is a new proposal.
	AmendRing struct{ RingText }
	// WithdrawRing gives a proposal up.
	WithdrawRing struct {
		Reason string `json:"reason"`
	}
	// ConsentRing is a vendor's word on the proposal, given in the room, or in
	// writing and taken down by an officer.
	ConsentRing struct {
		Who    ParticipantID `json:"who"`
		Yes    bool          `json:"yes"`
		Reason string        `json:"reason,omitempty"` // of a refusal
		Round  int           `json:"round"`            // the proposal that was on the page
		How    string        `json:"how,omitempty"`    // an officer's: which writing, of whom
		On     time.Time     `json:"on,omitzero"`      // an officer's: the day of the writing
	}
	// OpenRing asks the recipients to accept the duties, if nothing is lacking.
	OpenRing struct {
		Recipients []Asked `json:"recipients"`
	}
	// AskOperator asks one more operator, or one again.
	AskOperator struct{ Asked }
	// Asked is an operator with the agreement on early provision that binds it.
	Asked struct {
		Org       party.OrgID `json:"org"`
		Agreement *Agreement  `json:"agreement"`
	}
	// RecallRing closes the content to one operator, or to all.
	RecallRing struct {
		Who    ParticipantID `json:"who,omitempty"` // empty: all
		Reason string        `json:"reason"`        // the operators read it
	}
)

func (ProposeRing) Verb() string  { return "propose_ring" }
func (AmendRing) Verb() string    { return "amend_ring" }
func (WithdrawRing) Verb() string { return "withdraw_ring" }
func (ConsentRing) Verb() string  { return "consent_ring" }
func (OpenRing) Verb() string     { return "open_ring" }
func (AskOperator) Verb() string  { return "ask_operator" }
func (RecallRing) Verb() string   { return "recall_ring" }

// How much may be written, in characters, and how many may be asked at once.
const (
	maxRingText   = 4000
	mostOperators = 500
)

// checked gives the text as it is kept.
func (t RingText) checked() (RingText, error) {
	t.Reason, t.Impact = strings.TrimSpace(t.Reason), strings.TrimSpace(t.Impact)
	t.Advice.EN, t.Advice.JA = strings.TrimSpace(t.Advice.EN), strings.TrimSpace(t.Advice.JA)
	if t.TLP == "" {
		t.TLP = tlp.AmberStrict
	}
	label, ok := tlp.Parse(string(t.TLP))
	var k fault.Check
	k.Need(t.Reason != "", "reason", "fault.ring.need_reason")
	k.Need(t.Advice.EN != "" || t.Advice.JA != "", "advice", "fault.ring.need_advice")
	k.Need(ok && slices.Contains(RingLabels(), label), "tlp", "fault.ring.tlp")
	for _, f := range [][2]string{{"reason", t.Reason}, {"impact", t.Impact}, {"advice.en", t.Advice.EN}, {"advice.ja", t.Advice.JA}} {
		k.Need(utf8.RuneCountInString(f[1]) <= maxRingText, f[0], "fault.ring.long", "max", maxRingText)
	}
	for _, code := range t.Sectors {
		k.Need(sector.Known(code), "sectors", "fault.ring.sector", "code", code)
	}
	t.TLP = label
	slices.Sort(t.Sectors)
	t.Sectors = slices.Compact(t.Sectors)
	return t, k.Err()
}

// RingLabels are the labels that an operator can be given: nothing that may go
// beyond it and its clients.
func RingLabels() []tlp.Label { return []tlp.Label{tlp.AmberStrict, tlp.Red, tlp.Amber} }

// ring moves the case's ring.
func (m *move) ring(do RingVerb, by party.Role) error {
	from := RingNone
	if m.c.Ring != nil {
		from = m.c.Ring.State
	}
	to, err := EarlyProvision.Step(from, do, by)
	if err != nil {
		return err
	}
	if m.c.Ring == nil {
		m.c.Ring = &Ring{}
	}
	m.note(EarlyProvision.Name, "", string(do), string(from), string(to))
	m.c.Ring.State = to
	return nil
}

func (v ProposeRing) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if !m.c.Public.IsZero() {
		return fault.New(fault.NotNow, "fault.ring.public")
	}
	text, err := v.checked()
	if err != nil {
		return err
	}
	if err := m.ring(RingPropose, m.by.Role); err != nil {
		return err
	}
	m.newRound(text)
	return nil
}

// newRound begins a proposal: consents to an earlier one are no consents to it.
func (m *move) newRound(text RingText) {
	r := m.c.Ring
	r.Round++
	r.Edition++
	r.RingText, r.Proposed, r.By, r.Consents, r.Opened, r.Ended = text, m.now, m.by.Person, nil, time.Time{}, time.Time{}
}

func (v AmendRing) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	text, err := v.checked()
	if err != nil {
		return err
	}
	if err := m.ring(RingAmend, m.by.Role); err != nil {
		return err
	}
	r := m.c.Ring
	switch {
	case text.TLP == r.TLP:
		if text.Advice != r.Advice {
			r.Edition++
		}
		r.RingText = text
	case r.State == RingOpen: // vendors and operators agreed to the label that stands
		var k fault.Check
		k.Add("tlp", "fault.ring.tlp_open")
		return k.Err()
	default:
		m.newRound(text)
	}
	return nil
}

func (v WithdrawRing) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if err := needReason(v.Reason); err != nil {
		return err
	}
	return m.ring(RingWithdraw, m.by.Role)
}

// needReason refuses where a reason is owed and none is given.
func needReason(reason string) error {
	var k fault.Check
	k.Need(strings.TrimSpace(reason) != "", "reason", "fault.ring.need_why")
	k.Need(utf8.RuneCountInString(reason) <= maxRingText, "reason", "fault.ring.long", "max", maxRingText)
	return k.Err()
}

func (v ConsentRing) apply(m *move) error {
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	r := m.c.Ring
	mine := m.by.Role == party.Officer || m.c.Opens(p)
	if r == nil || !m.c.ConcernedByRing(p) || !mine { // a vendor that is not asked learns nothing of it
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if r.State != RingProposed {
		if m.by.Role != party.Officer && r.Consent(p.Org) == nil { // a vendor that came later is not to hear that there was something to ask
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return fault.New(fault.NotNow, "fault.ring.not_asked")
	}
	if v.Round != r.Round {
		return fault.New(fault.Stale, "fault.ring.changed")
	}
	k := RingConsent{Org: p.Org, Yes: v.Yes, By: m.by, At: m.now}
	var check fault.Check
	if !v.Yes {
		k.Reason = strings.TrimSpace(v.Reason)
		check.Need(k.Reason != "", "reason", "fault.ring.need_why")
	}
	if m.by.Role == party.Officer {
		k.How = strings.TrimSpace(v.How)
		check.Need(k.How != "", "how", "fault.ring.need_writing")
		check.Need(!v.On.After(m.now), "on", "fault.ring.future")
		if !v.On.IsZero() {
			k.At = v.On.UTC()
		}
	} else {
		m.spoke(p)
	}
	check.Need(utf8.RuneCountInString(k.Reason+k.How) <= maxRingText, "reason", "fault.ring.long", "max", maxRingText)
	if err := check.Err(); err != nil {
		return err
	}
	r.Consents = append(slices.DeleteFunc(r.Consents, func(x RingConsent) bool { return x.Org == p.Org }), k)
	return nil
}

func (v OpenRing) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if lacks := m.c.RingLacks(); m.c.Ring.In(RingProposed) && len(lacks) > 0 {
		return fault.New(fault.NotNow, lacks[0].Key)
	}
	var k fault.Check
	k.Need(len(v.Recipients) > 0, "recipients", "fault.ring.need_operator")
	k.Need(len(v.Recipients) <= mostOperators, "recipients", "fault.ring.many", "most", mostOperators)
	if err := k.Err(); err != nil {
		return err
	}
	if err := m.ring(RingOpens, m.by.Role); err != nil {
		return err
	}
	m.c.Ring.Opened = m.now
	for _, x := range v.Recipients {
		if err := m.ask(x); err != nil {
			return err
		}
	}
	return nil
}

func (v AskOperator) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if !m.c.Ring.In(RingOpen) {
		return fault.New(fault.NotNow, "fault.ring.over")
	}
	return m.ask(v.Asked)
}

// ask puts the duties before an operator. An organisation that takes part in
// another role has the case before it already, or is to have no more of it. No
// officer's override stands in for the agreement here: who is not bound is not asked.
func (m *move) ask(v Asked) error {
	org := v.Org
	if org == "" {
		var k fault.Check
		k.Add("recipients", "fault.ring.need_operator")
		return k.Err()
	}
	r, id := m.c.Ring, OrgParticipant(org)
	p := m.c.Party(id)
	if p != nil && p.Role != party.Operator {
		return fault.New(fault.NotNow, "fault.ring.takes_part")
	}
	if p == nil {
		m.c.Parties = append(m.c.Parties, Participant{ID: id, Role: party.Operator, Org: org, RM: RMStart, PEC: PECNone, Joined: m.now})
		p = m.c.Party(id)
	}
	if p.Agreement, p.Override = v.Agreement, nil; !p.Agreed() {
		return fault.New(fault.NotNow, "fault.ring.unsigned")
	}
	x := r.Recipient(org)
	if x == nil {
		r.Recipients = append(r.Recipients, Recipient{Org: org, State: DutyStart})
		x = r.Recipient(org)
	}
	if err := m.duty(x, DutyAsk); err != nil {
		return err
	}
	due := m.now.Add(dutiesTerm)
	*x = Recipient{Org: org, State: x.State, Asked: m.now, AnswerBy: due, Remind: due}
	return nil
}

func (v RecallRing) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if err := needReason(v.Reason); err != nil {
		return err
	}
	r, reason := m.c.Ring, strings.TrimSpace(v.Reason)
	if !r.In(RingOpen) {
		return fault.New(fault.NotNow, "fault.ring.over")
	}
	if v.Who != "" {
		x, err := m.recipient(v.Who)
		if err != nil {
			return err
		}
		return m.recall(x, reason)
	}
	if err := m.ring(RingRecall, m.by.Role); err != nil {
		return err
	}
	r.Ended = m.now
	for i := range r.Recipients {
		if x := &r.Recipients[i]; x.State == DutyAsked || x.State == DutyAccepted {
			if err := m.recall(x, reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// recall closes the content to one operator. Who had it is to destroy it.
func (m *move) recall(x *Recipient, reason string) error {
	if err := m.duty(x, DutyRecall); err != nil {
		return err
	}
	x.Recalled, x.Why, x.Remind, x.Reminded = m.now, reason, time.Time{}, 0
	if len(x.Accepted) > 0 {
		x.Remind = m.now.Add(destroyTerm)
	}
	return nil
}

// closeRing is a joint rule: what is public needs no early provision any longer,
// and a closed case has none. Operators still say what they did.
func (m *move) closeRing() error {
	if m.c.Public.IsZero() && m.c.Closed.IsZero() || !m.c.Ring.In(RingProposed, RingOpen, RingRecalled) {
		return nil
	}
	r := m.c.Ring
	if err := m.ring(RingClose, party.Clock); err != nil {
		return err
	}
	r.Ended = m.now
	for i := range r.Recipients {
		if x := &r.Recipients[i]; x.State == DutyAsked {
			x.Remind = time.Time{}
		}
	}
	return nil
}

// ringVerbs lists what an officer can do about early provision now. An open
// question to an operator is part of its own row on the page.
func (c *Case) ringVerbs() []string {
	switch {
	case c.Ring.In(RingNone, RingRecalled) && c.Public.IsZero():
		return []string{"propose_ring"}
	case c.Ring.In(RingProposed):
		vs := []string{"amend_ring", "withdraw_ring", "consent_ring"}
		if len(c.RingLacks()) == 0 {
			vs = append(vs, "open_ring")
		}
		return vs
	case c.Ring.In(RingOpen):
		return []string{"amend_ring", "recall_ring", "ask_operator"}
	}
	return nil
}
