package cvd

import (
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// The verbs on the embargo.
type (
	// ProposeEmbargo puts terms on the table: a first proposal, a counter-offer,
	// or new terms for an embargo that holds (norms 3, 7 and 9).
	ProposeEmbargo struct {
		Until  time.Time `json:"until"`
		Reason string    `json:"reason,omitempty"`
	}
	// AnswerEmbargo is one party's yes or no to the open proposal.
	AnswerEmbargo struct {
		Who ParticipantID `json:"who"` // an officer may answer for a party on its word
		Yes bool          `json:"yes"`
	}
	// DecideEmbargo closes a revision: the coordinator fixes the date from the
	// answers received and tells all (Guideline IV.4.3).
	DecideEmbargo struct {
		Yes    bool   `json:"yes"`
		Reason string `json:"reason,omitempty"`
	}
	// EndEmbargo ends it: by the clock at its time, by an officer with a reason.
	EndEmbargo struct {
		Reason string `json:"reason,omitempty"`
	}
)

func (ProposeEmbargo) Verb() string { return "propose_embargo" }
func (AnswerEmbargo) Verb() string  { return "answer_embargo" }
func (DecideEmbargo) Verb() string  { return "decide_embargo" }
func (EndEmbargo) Verb() string     { return "end_embargo" }

// mayPropose holds norm 3: never once public, exploited or attacked; not once
// every vendor's fix is deployed.
func (m *move) mayPropose() error {
	c := m.c
	if !c.Public.IsZero() || !c.Exploit.IsZero() || !c.Attacks.IsZero() {
		return fault.New(fault.NotNow, "fault.embargo.too_late")
	}
	vendors, deployed := 0, 0
	for i := range c.Parties {
		if c.Parties[i].Role == party.Vendor {
			vendors++
			if !c.Parties[i].Deployed.IsZero() {
				deployed++
			}
		}
	}
	if vendors > 0 && vendors == deployed {
		return fault.New(fault.NotNow, "fault.embargo.all_deployed")
	}
	return nil
}

// propose puts a proposal on the table for a participant.
func (m *move) propose(who ParticipantID, p Proposal) error {
	if err := m.mayPropose(); err != nil {
		return err
	}
	role := m.c.Party(who).Role
	if err := m.em(EMPropose, role); err != nil {
		return err
	}
	p.By, p.At, p.Answers = who, m.now, map[ParticipantID]bool{who: true}
	m.c.Embargo.Open = &p
	m.c.Embargo.Term = p.Term
	return nil
}

func (v ProposeEmbargo) apply(m *move) error {
	p, err := m.me()
	if err != nil {
		return err
	}
	if !m.c.Opens(p) && !m.c.Asked(p) {
		return fault.New(fault.NotNow, "fault.case.answer_first")
	}
	until := v.Until.UTC().Truncate(time.Microsecond)
	start := m.c.FirstAttempt
	if start.IsZero() {
		start = m.now
	}
	var k fault.Check
	k.Need(until.After(m.now), "until", "fault.embargo.until_past")                                       // norm 2: an unambiguous end
	k.Need(!until.After(start.Add(PolicyNamed(m.c.Policy).Longest)), "until", "fault.embargo.until_late") // norm 2: not for ever
	if err := k.Err(); err != nil {
		return err
	}
	m.spoke(p)
	return m.propose(p.ID, Proposal{Until: until, Reason: strings.TrimSpace(v.Reason)})
}

func (v AnswerEmbargo) apply(m *move) error {
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	open := m.c.Embargo.Open
	if open == nil {
		return fault.New(fault.NotNow, "fault.embargo.nothing_open")
	}
	if open.By == p.ID {
		return fault.New(fault.NotNow, "fault.embargo.own_proposal")
	}
	if !m.c.Asked(p) {
		return fault.New(fault.NotNow, "fault.case.answer_first")
	}
	m.spoke(p)
	open.Answers[p.ID] = v.Yes
	if m.c.Embargo.State != EMProposed {
		return nil // a revision is decided by the coordinator: DecideEmbargo
	}
	if !v.Yes {
		m.c.Embargo.Open, m.c.Embargo.Term = nil, 0
		return m.em(EMReject, p.Role)
	}
	return m.begin(p.Role)
}

// begin lets the proposed embargo begin: at acceptance (norm 2). A term counts
// from the first attempt to contact a vendor; where there was none yet, the
// terms stay on the table. Whoever has the content and has not said yes is
// asked, and reads nothing meanwhile: nobody signs by silence. Who waits for an
// agreement is asked with them.
func (m *move) begin(by party.Role) error {
	e := &m.c.Embargo
	open := e.Open
	until := open.Until
	if until.IsZero() {
		if m.c.FirstAttempt.IsZero() {
			return fault.New(fault.NotNow, "fault.embargo.begins_with_contact")
		}
		until = m.guided(m.c.FirstAttempt.Add(open.Term))
	}
	if err := m.em(EMAccept, by); err != nil {
		return err
	}
	e.Terms++
	e.Since, e.Until, e.Open, e.Term = m.now, until, nil, 0
	for i := range m.c.Parties {
		p := &m.c.Parties[i]
		if p.Sent.IsZero() && !p.Waits || !p.Left.IsZero() || p.PEC != PECNone {
			continue
		}
		do, role := PECInvite, party.Officer
		if m.hasAgreed(p, open) {
			do, role = PECAccept, p.Role
		}
		if err := m.pec(p, do, role); err != nil {
			return err
		}
	}
	return m.longerWish()
}

// hasAgreed reports whether a participant agreed to the proposal that begins:
// the centre, which is the other side of every proposal; who said yes; and a
// finder to the term that the case was opened with, unless it refused one: the
// posted default is a proposal, and sending a report accepts it (norms 6 and 7).
func (m *move) hasAgreed(p *Participant, open *Proposal) bool {
	posted := p.Role == party.Finder && open.Until.IsZero() && !p.Free
	return p.ID == Centre || posted || open.Answers[p.ID]
}

// longerWish turns a finder's longer wish into an open proposal: the shorter
// term holds, the longer one is a revision to talk about (norm 6).
func (m *move) longerWish() error {
	e := &m.c.Embargo
	if e.Wish <= 0 || m.c.FirstAttempt.IsZero() {
		return nil
	}
	wished := m.c.FirstAttempt.Add(e.Wish)
	if !wished.After(e.Until) {
		return nil
	}
	for i := range m.c.Parties {
		if p := &m.c.Parties[i]; p.Role == party.Finder && (e.WishBy == "" || p.Report == e.WishBy) {
			return m.propose(m.c.Parties[i].ID, Proposal{Until: wished})
		}
	}
	return nil
}

func (v DecideEmbargo) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	e := &m.c.Embargo
	if e.State == EMProposed {
		return AnswerEmbargo{Who: Centre, Yes: v.Yes}.apply(m)
	}
	if !v.Yes {
		e.Open = nil
		return m.em(EMReject, m.by.Role)
	}
	open := e.Open
	if err := m.em(EMAccept, m.by.Role); err != nil {
		return err
	}
	if !open.Until.After(m.now) {
		return fault.New(fault.NotNow, "fault.embargo.until_past")
	}
	later := open.Until.After(e.Until)
	e.Terms++
	e.Until, e.Open = open.Until, nil
	return m.newTerms(open.Answers, later)
}

// newTerms carries consents over to new terms. Who has said yes to them, and the
// centre that decided them, signs anew. For the others: an earlier end is
// within the promise they gave; a later one is not, so their consent lapses and
// they are asked again, reading nothing new meanwhile (PEC REVISE).
func (m *move) newTerms(answers map[ParticipantID]bool, later bool) error {
	for i := range m.c.Parties {
		p := &m.c.Parties[i]
		if p.PEC != PECSignatory || !p.Left.IsZero() { // who left keeps the promise it gave, and is asked nothing
			continue
		}
		if !later || p.ID == Centre || answers[p.ID] {
			p.Terms = m.c.Embargo.Terms
			continue
		}
		if err := m.pec(p, PECRevise, party.Clock); err != nil {
			return err
		}
	}
	return nil
}

func (v EndEmbargo) apply(m *move) error {
	cause := EndTerm
	switch m.by.Role {
	case party.Clock:
		if m.c.UnderEmbargo() && m.now.Before(m.c.Embargo.Until) {
			return fault.New(fault.NotNow, "fault.embargo.not_yet")
		}
	case party.Officer:
		if strings.TrimSpace(v.Reason) == "" {
			var k fault.Check
			k.Add("reason", "fault.embargo.need_reason")
			return k.Err()
		}
		cause = EndOfficer
	default:
		return officerOnly(m.by)
	}
	return m.terminate(cause)
}
