package cvd

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
)

// The verbs of the operators of a ring, and the clock's reminders to them.
type (
	// AcceptDuties is one person's promise to keep the duties. Each person of an
	// operator gives its own, before it reads anything.
	AcceptDuties struct {
		Who     ParticipantID `json:"who"`
		Edition string        `json:"edition"` // of the duties that were on the page
	}
	// RefuseDuties is an operator that will not be bound. It is shown nothing.
	RefuseDuties struct {
		Who    ParticipantID `json:"who"`
		Reason string        `json:"reason"`
	}
	// ConfirmDestruction is an operator that has destroyed what it had.
	ConfirmDestruction struct {
		Who  ParticipantID `json:"who"`
		Note string        `json:"note,omitempty"`
	}
	// StateDeed is an operator's answer to "what did you do?". Several may follow
	// one another: a workaround now, the remedy at the next shutdown.
	StateDeed struct {
		Who  ParticipantID `json:"who"`
		What DeedKind      `json:"what"`
		On   time.Time     `json:"on,omitzero"`
		Note string        `json:"note,omitempty"`
	}
	// RemindOperator is the clock: an answer is missing.
	RemindOperator struct {
		Who ParticipantID `json:"who"`
	}
)

func (AcceptDuties) Verb() string       { return "accept_duties" }
func (RefuseDuties) Verb() string       { return "refuse_duties" }
func (ConfirmDestruction) Verb() string { return "confirm_destruction" }
func (StateDeed) Verb() string          { return "state_deed" }
func (RemindOperator) Verb() string     { return "remind_operator" }

// JobOperatorRemind is the deadline of an operator's missing answer; its key is
// that of LapseKey.
const JobOperatorRemind = "case.operator_remind"

// duty moves an operator's duties.
func (m *move) duty(x *Recipient, do DutyVerb) error {
	to, err := OperatorDuties.Step(x.State, do, m.by.Role)
	if err != nil {
		return err
	}
	m.note(OperatorDuties.Name, OrgParticipant(x.Org), string(do), string(x.State), string(to))
	x.State = to
	return nil
}

// recipient is the operator that a verb speaks of.
func (m *move) recipient(id ParticipantID) (*Recipient, error) {
	p, err := m.other(id)
	if err != nil {
		return nil, err
	}
	x := m.c.Ring.Recipient(p.Org)
	if x == nil || p.Role != party.Operator {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	if m.by.Role == party.Operator {
		m.spoke(p)
	}
	return x, nil
}

func (v AcceptDuties) apply(m *move) error {
	x, err := m.recipient(v.Who)
	if err != nil {
		return err
	}
	if m.by.Role != party.Operator || m.by.Person == "" { // nobody accepts for another
		return fault.New(fault.NotAllowed, "fault.ring.themselves")
	}
	if m.c.Ring.State != RingOpen {
		return fault.New(fault.NotNow, "fault.ring.over")
	}
	if !m.c.Papers(m.c.Party(v.Who)) {
		return fault.New(fault.NotNow, "fault.ring.ended")
	}
	if v.Edition != DutiesEdition {
		return fault.New(fault.Stale, "fault.ring.duties_changed")
	}
	if x.State == DutyAccepted { // a colleague was first: the machine has moved, the promise is still this person's own
		if x.took(m.by.Person) {
			return fault.New(fault.NotNow, "fault.ring.accepted_already")
		}
	} else if err := m.duty(x, DutyAccept); err != nil {
		return err
	} else {
		x.Remind, x.Reminded = m.now.Add(deedTerm), 0
	}
	x.Accepted = append(slices.Clone(x.Accepted), Acceptance{Person: m.by.Person, At: m.now, Edition: v.Edition})
	return nil
}

func (v RefuseDuties) apply(m *move) error {
	x, err := m.recipient(v.Who)
	if err != nil {
		return err
	}
	if err := needReason(v.Reason); err != nil {
		return err
	}
	if err := m.duty(x, DutyRefuse); err != nil {
		return err
	}
	x.Refusal, x.Refused, x.Remind = strings.TrimSpace(v.Reason), m.now, time.Time{}
	return nil
}

func (v ConfirmDestruction) apply(m *move) error {
	x, err := m.recipient(v.Who)
	if err != nil {
		return err
	}
	if x.State == DutyRecalled && len(x.Accepted) == 0 {
		return fault.New(fault.NotNow, "fault.ring.had_nothing")
	}
	if err := m.duty(x, DutyDestroy); err != nil {
		return err
	}
	x.Destroyed, x.Remind = m.now, time.Time{}
	return nil
}

func (v StateDeed) apply(m *move) error {
	x, err := m.recipient(v.Who)
	if err != nil {
		return err
	}
	if len(x.Accepted) == 0 {
		return fault.New(fault.NotNow, "fault.ring.accept_first")
	}
	d := Deed{What: v.What, On: v.On.UTC(), Note: strings.TrimSpace(v.Note), By: m.by.Person, At: m.now}
	var k fault.Check
	k.Need(slices.Contains(Deeds(), v.What), "what", "fault.ring.deed")
	k.Need(v.What != DeedOther && v.What != DeedCannot || d.Note != "", "note", "fault.ring.deed_note")
	k.Need(utf8.RuneCountInString(d.Note) <= maxRingText, "note", "fault.ring.long", "max", maxRingText)
	if err := k.Err(); err != nil {
		return err
	}
	x.Deeds = append(slices.Clone(x.Deeds), d)
	if x.State == DutyAccepted {
		x.Remind = time.Time{}
	}
	return nil
}

func (v RemindOperator) apply(m *move) error {
	if m.by.Role != party.Clock {
		return fault.New(fault.NotAllowed, "fault.clock_only")
	}
	x, err := m.recipient(v.Who)
	if err != nil {
		return err
	}
	if x.Remind.IsZero() || m.now.Before(x.Remind) {
		return fault.New(fault.NotNow, "fault.embargo.not_yet")
	}
	x.Reminded++
	if x.Remind = m.now.Add(dutiesTerm); x.Reminded >= mostRemind {
		x.Remind = time.Time{} // an officer asks in another way: the list of what comes next says so
	}
	return nil
}

// AnswerDue is by when the operator is to answer what waits for it now; zero
// where nothing does. It stays when the clock has stopped reminding.
func (x Recipient) AnswerDue() time.Time {
	switch {
	case x.State == DutyAsked:
		return x.AnswerBy
	case x.State == DutyAccepted && len(x.Deeds) == 0:
		return x.Accepted[0].At.Add(deedTerm)
	case x.State == DutyRecalled && len(x.Accepted) > 0:
		return x.Recalled.Add(destroyTerm)
	}
	return time.Time{}
}

// remindDeadlines sets and drops the jobs of reminders that follow from the
// difference of two cases.
func remindDeadlines(out *journal.Outcome, about journal.Ref, before, after Case) {
	if after.Ring == nil {
		return
	}
	for i := range after.Ring.Recipients {
		x := &after.Ring.Recipients[i]
		var was time.Time
		if old := before.Ring.Recipient(x.Org); old != nil {
			was = old.Remind
		}
		if was.Equal(x.Remind) {
			continue
		}
		key := LapseKey(after.ID, OrgParticipant(x.Org))
		if !was.IsZero() {
			out.Drop = append(out.Drop, journal.JobRef{Kind: JobOperatorRemind, Key: key})
		}
		if !x.Remind.IsZero() {
			out.Jobs = append(out.Jobs, journal.Job{Kind: JobOperatorRemind, Key: key, At: x.Remind, About: about})
		}
	}
}

// operatorVerbs lists what an operator can do now.
func (c *Case) operatorVerbs(p *Participant, a party.Actor) []string {
	x := c.Ring.Recipient(p.Org)
	if x == nil {
		return nil
	}
	var vs []string
	open := c.Ring.State == RingOpen
	if open && c.Papers(p) && (x.State == DutyAsked || x.State == DutyAccepted && !x.took(a.Person)) {
		vs = append(vs, "accept_duties")
	}
	if x.State == DutyAsked {
		vs = append(vs, "refuse_duties")
	}
	if x.State == DutyRecalled && len(x.Accepted) > 0 {
		vs = append(vs, "confirm_destruction")
	}
	if len(x.Accepted) > 0 {
		vs = append(vs, "state_deed")
	}
	if open && (x.State == DutyAsked || x.State == DutyAccepted) {
		vs = append(vs, "admit_members")
	}
	return append(vs, "set_number") // in a closed case too: that it ended is not for each of them
}

// notOperator refuses a verb of coordination that was aimed at an operator: its
// way in is the ring, and no other may open to it.
func notOperator(p *Participant) error {
	if p.Role == party.Operator {
		return fault.New(fault.NotNow, "fault.ring.operator")
	}
	return nil
}
