package cvd

import (
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// The verbs by which participants come, answer and go.
type (
	// InviteVendor makes an organisation a participant and is the first attempt
	// to contact it. Where an embargo is proposed it begins now, because its term
	// counts from this attempt. Invited again, it is shown the present terms.
	InviteVendor struct {
		Org      party.OrgID `json:"org"`
		Role     party.Role  `json:"role,omitempty"`     // vendor; observer
		How      string      `json:"how"`                // mail, post, phone, fax, portal
		Unsigned string      `json:"unsigned,omitempty"` // why it should read without an agreement: asks for an override

		By party.PersonID `json:"by,omitempty"` // as in NoteAttempt
		To string         `json:"to,omitempty"`

		// What the registry says. Always in the journal, be it as null: an event
		// without it is of before agreements were checked, see decodeInvite.
		Agreement *Agreement `json:"agreement"`
		Alone     bool       `json:"alone,omitempty"` // individual tier
		Own       []string   `json:"own,omitempty"`   // which of its products the case is about, where Alone
		unchecked bool
	}
	// NoteAttempt records a further try to reach a participant. Without a result a
	// try by mail is one that the centre's own letter makes.
	NoteAttempt struct {
		Who  ParticipantID  `json:"who"`
		How  string         `json:"how"`
		At   time.Time      `json:"at,omitzero"`    // zero: now
		By   party.PersonID `json:"by,omitempty"`   // must be the actor; older events have none
		To   string         `json:"to,omitempty"`   // address, number
		Came string         `json:"came,omitempty"` // one of Results
		Note string         `json:"note,omitempty"`
	}
	// AnswerInvitation is a participant's yes or no to the embargo's terms.
	AnswerInvitation struct {
		Who   ParticipantID `json:"who"`
		Yes   bool          `json:"yes"`
		Terms int           `json:"terms"` // the version that was on the page
	}
	// LapseConsent is the clock: no answer in time counts as no (pocket veto).
	LapseConsent struct {
		Who ParticipantID `json:"who"`
	}
	// Deliver opens the content to a participant that needs no consent, because
	// no embargo holds.
	Deliver struct {
		Who ParticipantID `json:"who"`
	}
	// LeaveCase is a participant that stops work. Its promise stays on record,
	// and nothing more is sent to it (norm 13).
	LeaveCase struct {
		Who ParticipantID `json:"who"`
	}
	// RecordSilence states that a contacted vendor has not answered.
	RecordSilence struct {
		Who ParticipantID `json:"who"`
	}
	// TellDraft notes that participants were told of the advisory's draft.
	TellDraft struct {
		Who []ParticipantID `json:"who"`
	}
	// SetNumber is a participant's own ticket number.
	SetNumber struct {
		Who    ParticipantID `json:"who"`
		Number string        `json:"number"`
	}
	// ShowParty lets the other signatories see that a participant takes part.
	ShowParty struct {
		Who   ParticipantID `json:"who"`
		Shown bool          `json:"shown"`
	}
	// AdmitMembers limits the case to some of an organisation's people; none: all of them.
	AdmitMembers struct {
		Who     ParticipantID    `json:"who"`
		Members []party.PersonID `json:"members"`
	}
)

func (InviteVendor) Verb() string     { return "invite_vendor" }
func (NoteAttempt) Verb() string      { return "note_attempt" }
func (AnswerInvitation) Verb() string { return "answer_invitation" }
func (LapseConsent) Verb() string     { return "lapse_consent" }
func (Deliver) Verb() string          { return "deliver" }
func (LeaveCase) Verb() string        { return "leave_case" }
func (RecordSilence) Verb() string    { return "record_silence" }
func (TellDraft) Verb() string        { return "tell_draft" }
func (SetNumber) Verb() string        { return "set_number" }
func (ShowParty) Verb() string        { return "show_party" }
func (AdmitMembers) Verb() string     { return "admit_members" }

func (v InviteVendor) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	role := v.Role
	if role == "" {
		role = party.Vendor
	}
	var k fault.Check
	k.Need(v.Org != "", "org", "fault.case.need_org")
	k.Need(slices.Contains(hows, v.How), "how", "fault.case.how")
	k.Need(role == party.Vendor || role == party.Observer, "role", "fault.case.role")
	k.Need(!v.Alone || role == party.Vendor, "role", "fault.case.alone_vendor")
	k.Need(!v.Alone || len(v.Own) > 0, "own", "fault.case.own_product")
	if err := k.Err(); err != nil {
		return err
	}
	if v.By != "" && v.By != m.by.Person {
		return fault.New(fault.NotAllowed, "fault.case.attempt_own")
	}
	p, err := m.invitee(v, role)
	if err != nil {
		return err
	}
	m.invited(p, v)
	m.attempt(p, Attempt{At: m.now, How: v.How, By: v.By, To: v.To})
	if m.c.Embargo.State == EMProposed {
		if err := m.begin(party.Officer); err != nil {
			return err
		}
	}
	switch {
	case !m.c.UnderEmbargo():
		return m.deliver(p)
	case p.PEC == PECInvited: // it had the content before, and the embargo that has begun just now asked it
		return nil
	}
	return m.pec(p, PECInvite, party.Officer)
}

// invitee finds or adds the participant of an invitation. Who declined, said
// nothing or left may be asked again; the promise of one that left is asked for
// anew, so that nothing opens to it before it has answered (norm 13).
func (m *move) invitee(v InviteVendor, role party.Role) (*Participant, error) {
	id := OrgParticipant(v.Org)
	p := m.c.Party(id)
	if p == nil {
		m.c.Parties = append(m.c.Parties, Participant{ID: id, Role: role, Org: v.Org, RM: RMStart, PEC: PECNone, Joined: m.now})
		return m.c.Party(id), nil
	}
	if err := notOperator(p); err != nil {
		return nil, err
	}
	if m.c.takesPart(p) {
		return nil, fault.New(fault.NotNow, "fault.case.invited_already")
	}
	if p.PEC == PECSignatory {
		if err := m.pec(p, PECRevise, m.by.Role); err != nil {
			return nil, err
		}
	}
	if !p.Left.IsZero() {
		p.Left, p.Override = time.Time{}, nil // what was granted, was granted to its stay
	}
	return p, nil
}

// attempt notes a try to reach a participant. The first of the whole case starts
// the clock of the publication date; vendors added later do not restart it
// (Guideline IV.4.3, note 4).
func (m *move) attempt(p *Participant, a Attempt) {
	p.Attempts = append(slices.Clone(p.Attempts), a)
	slices.SortStableFunc(p.Attempts, func(a, b Attempt) int { return a.At.Compare(b.At) })
	if p.Role != party.Vendor || !m.c.FirstAttempt.IsZero() {
		return
	}
	m.c.FirstAttempt = m.now
	if !m.c.Planned.IsZero() {
		return
	}
	m.c.Planned = m.now.Add(PolicyNamed(m.c.Policy).Term)
	if o := m.c.Embargo.Open; o != nil && m.c.Embargo.State == EMProposed { // it begins with this attempt
		if m.c.Planned = o.Until; o.Until.IsZero() {
			m.c.Planned = m.now.Add(o.Term)
		}
	}
}

// deliver opens the content: the report is received. Without an agreement it
// waits for one; the joint rules open it then.
func (m *move) deliver(p *Participant) error {
	if p.Waits = !m.c.Papers(p); p.Waits {
		return nil
	}
	if p.Sent.IsZero() {
		p.Sent = m.now
	}
	if p.RM != RMStart || p.Role != party.Vendor {
		return nil
	}
	return m.rm(p, RMReceive, party.Officer)
}

func (v NoteAttempt) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if err := notOperator(p); err != nil {
		return err
	}
	a, err := m.tried(v)
	if err != nil {
		return err
	}
	if !p.Left.IsZero() {
		return fault.New(fault.NotNow, "fault.case.left_already")
	}
	m.attempt(p, a)
	if v.Came == CameAnswered && a.At.After(p.Heard) {
		p.Heard, p.Silent = a.At, time.Time{}
	}
	return nil
}

func (v AnswerInvitation) apply(m *move) error {
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if p.PEC != PECInvited && p.PEC != PECLapsed {
		return fault.New(fault.NotNow, "fault.embargo.not_invited")
	}
	if v.Terms != m.c.Embargo.Terms {
		return fault.New(fault.Stale, "fault.embargo.terms_changed")
	}
	m.spoke(p)
	p.Answered = m.now
	if !v.Yes {
		return m.pec(p, PECDecline, m.by.Role)
	}
	if err := m.pec(p, PECAccept, m.by.Role); err != nil {
		return err
	}
	return m.deliver(p)
}

func (v LapseConsent) apply(m *move) error {
	if m.by.Role != party.Clock {
		return fault.New(fault.NotAllowed, "fault.clock_only")
	}
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if p.AnswerBy.IsZero() || m.now.Before(p.AnswerBy) {
		return fault.New(fault.NotNow, "fault.embargo.not_yet")
	}
	return m.pec(p, PECDecline, party.Clock)
}

func (v Deliver) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if err := notOperator(p); err != nil {
		return err
	}
	if m.c.UnderEmbargo() || m.c.Embargo.State == EMProposed {
		return fault.New(fault.NotNow, "fault.case.consent_first")
	}
	if !p.Left.IsZero() {
		return fault.New(fault.NotNow, "fault.case.left_already")
	}
	if !p.Sent.IsZero() {
		return fault.New(fault.NotNow, "fault.case.delivered_already")
	}
	if !m.c.Papers(p) {
		return fault.New(fault.NotNow, "fault.case.agreement_first")
	}
	return m.deliver(p)
}

func (v LeaveCase) apply(m *move) error {
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if p.ID == Centre {
		return fault.New(fault.NotAllowed, "fault.case.centre_stays")
	}
	if err := notOperator(p); err != nil { // the duties do not end by leaving
		return err
	}
	if !p.Left.IsZero() {
		return fault.New(fault.NotNow, "fault.case.left_already")
	}
	m.spoke(p)
	p.Left, p.Waits = m.now, false
	if p.PEC == PECInvited || p.PEC == PECLapsed { // nobody waits for its answer any more
		return m.pec(p, PECDecline, m.by.Role)
	}
	return nil
}

func (v RecordSilence) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if p.Role != party.Vendor || len(p.Attempts) == 0 {
		return fault.New(fault.NotNow, "fault.case.not_contacted")
	}
	p.Silent = m.now
	return nil
}

func (v TellDraft) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	for _, id := range v.Who {
		p, err := m.other(id)
		if err == nil {
			err = notOperator(p)
		}
		if err != nil {
			return err
		}
		p.Draft = m.now
	}
	return nil
}

func (v SetNumber) apply(m *move) error {
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	n := strings.TrimSpace(v.Number)
	if len(n) > 60 || strings.ContainsAny(n, "\r\n") {
		var k fault.Check
		k.Add("number", "fault.case.number")
		return k.Err()
	}
	p.Number = n
	return nil
}

func (v ShowParty) apply(m *move) error {
	p, err := m.other(v.Who)
	if err == nil {
		err = notOperator(p)
	}
	if err != nil {
		return err
	}
	if v.Shown && p.Alone {
		return fault.New(fault.NotNow, "fault.case.alone_hidden")
	}
	p.Shown = v.Shown
	return nil
}

func (v AdmitMembers) apply(m *move) error {
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if len(v.Members) > 0 && m.by.Role != party.Officer && !slices.Contains(v.Members, m.by.Person) {
		return fault.New(fault.NotNow, "fault.case.lock_out")
	}
	p.Members = slices.Clone(v.Members)
	return nil
}
