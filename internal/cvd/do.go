package cvd

import (
	"fmt"
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
)

// Verb is one thing that can be done to a case. Verbs are plain structs: their
// fields are the arguments, their JSON is what the journal keeps, and applying
// the journal's verbs again leads to the same case.
type Verb interface {
	// Verb is the name in the journal, in stories and in the API.
	Verb() string
	// apply changes the case that m holds.
	apply(m *move) error
}

// Step is one machine's step within a verb, kept in the journal beside the
// arguments so that a timeline can tell what followed from what.
type Step struct {
	Machine string        `json:"machine"`
	Who     ParticipantID `json:"who,omitempty"` // whose machine; empty: the case's
	Do      string        `json:"do"`
	From    string        `json:"from"`
	To      string        `json:"to"`
}

// Record is the data of a case's event.
type Record struct {
	Args  any    `json:"args"`
	Steps []Step `json:"steps,omitempty"`
}

// The kinds of deadline a case sets.
const (
	JobEmbargoEnd   = "case.embargo_end"   // key: case
	JobConsentLapse = "case.consent_lapse" // key: case and participant
	JobAgreementEnd = "case.agreement_end" // key: case and participant
	JobClock        = "case.clock"         // key: ClockKey
)

// move is one verb under way: the case being changed, who acts, when, and what
// has followed so far.
type move struct {
	c     *Case
	by    party.Actor
	now   time.Time
	steps []Step
}

// Do applies one verb to the whole case and runs the joint rules last. The
// receiver is not altered. A refusal is a *fault.Fault.
func (c Case) Do(v Verb, by party.Actor, now time.Time) (Case, journal.Outcome, error) {
	now = now.UTC().Truncate(time.Microsecond)
	before := c
	next := c.clone()
	m := &move{c: &next, by: by, now: now}
	if !isFirst(v) {
		if c.Version == 0 {
			return Case{}, journal.Outcome{}, fault.New(fault.NotFound, "fault.not_found")
		}
		if !c.Closed.IsZero() && !allowedWhenClosed(v, c) {
			return Case{}, journal.Outcome{}, fault.New(fault.NotNow, "fault.case.closed")
		}
	}
	if err := v.apply(m); err != nil {
		return Case{}, journal.Outcome{}, err
	}
	if err := m.joint(); err != nil {
		return Case{}, journal.Outcome{}, fmt.Errorf("case %s, joint rules after %s: %w", c.ID, v.Verb(), err)
	}
	next.Version++
	about := journal.Ref{Kind: journal.AboutCase, ID: string(next.ID)}
	e, err := journal.NewEvent(about, now, by, v.Verb(), Record{Args: v, Steps: m.steps})
	if err != nil {
		return Case{}, journal.Outcome{}, fmt.Errorf("case %s: %w", c.ID, err)
	}
	out := journal.Outcome{Events: []journal.Event{e}}
	deadlines(&out, about, before, next, now)
	remindDeadlines(&out, about, before, next)
	return next, out, nil
}

// isFirst reports whether a verb is the first of a case.
func isFirst(v Verb) bool {
	switch v.(type) {
	case OpenCase, OpenSplit:
		return true
	}
	return false
}

// deadlines sets and drops the jobs that follow from the difference of two cases.
// A merged case keeps no time of its own: it follows the one that it went into.
func deadlines(out *journal.Outcome, about journal.Ref, before, after Case, now time.Time) {
	if until := after.Embargo.Until; after.UnderEmbargo() && after.Why != WhyMerged {
		if !before.UnderEmbargo() || !before.Embargo.Until.Equal(until) {
			out.Drop = append(out.Drop, journal.JobRef{Kind: JobEmbargoEnd, Key: string(after.ID)})
			out.Jobs = append(out.Jobs, journal.Job{Kind: JobEmbargoEnd, Key: string(after.ID), At: until, About: about})
		}
	} else if before.UnderEmbargo() {
		out.Drop = append(out.Drop, journal.JobRef{Kind: JobEmbargoEnd, Key: string(after.ID)})
	}
	for i := range after.Parties {
		p, was := &after.Parties[i], &Participant{}
		if i < len(before.Parties) { // participants are only ever added, at the end
			was = &before.Parties[i]
		}
		key := LapseKey(after.ID, p.ID)
		due := func(kind string, was, is time.Time) {
			if was.Equal(is) {
				return
			}
			if !was.IsZero() {
				out.Drop = append(out.Drop, journal.JobRef{Kind: kind, Key: key})
			}
			if !is.IsZero() {
				out.Jobs = append(out.Jobs, journal.Job{Kind: kind, Key: key, At: is, About: about})
			}
		}
		due(JobConsentLapse, was.AnswerBy, p.AnswerBy)
		due(JobAgreementEnd, was.agreedUntil(), p.agreedUntil())
	}
	alarms(out, about, before, after, now)
}

// LapseKey is the key of a participant's answer deadline; ParseLapseKey undoes it.
func LapseKey(c CaseID, p ParticipantID) string { return string(c) + "/" + string(p) }

// ParseLapseKey splits a key that LapseKey made.
func ParseLapseKey(key string) (CaseID, ParticipantID) {
	for i := range key {
		if key[i] == '/' {
			return CaseID(key[:i]), ParticipantID(key[i+1:])
		}
	}
	return CaseID(key), ""
}

// note keeps a step that has been taken.
func (m *move) note(machine string, who ParticipantID, do, from, to string) {
	m.steps = append(m.steps, Step{Machine: machine, Who: who, Do: do, From: from, To: to})
}

// rm moves a participant's report management.
func (m *move) rm(p *Participant, do RMVerb, by party.Role) error {
	to, err := ReportManagement.Step(p.RM, do, by)
	if err != nil {
		return err
	}
	m.note(ReportManagement.Name, p.ID, string(do), string(p.RM), string(to))
	p.RM = to
	return nil
}

// em moves the embargo.
func (m *move) em(do EMVerb, by party.Role) error {
	to, err := EmbargoManagement.Step(m.c.Embargo.State, do, by)
	if err != nil {
		return err
	}
	m.note(EmbargoManagement.Name, "", string(do), string(m.c.Embargo.State), string(to))
	m.c.Embargo.State = to
	return nil
}

// pec moves a participant's consent.
func (m *move) pec(p *Participant, do PECVerb, by party.Role) error {
	to, err := EmbargoConsent.Step(p.PEC, do, by)
	if err != nil {
		return err
	}
	if to != p.PEC || do != PECReset {
		m.note(EmbargoConsent.Name, p.ID, string(do), string(p.PEC), string(to))
	}
	p.PEC = to
	switch to {
	case PECInvited, PECLapsed:
		p.AnswerBy = m.now.Add(PolicyNamed(m.c.Policy).Answer)
	case PECSignatory:
		p.Terms, p.AnswerBy = m.c.Embargo.Terms, time.Time{}
	case PECDeclined:
		p.AnswerBy, p.Waits = time.Time{}, false
	default:
		p.AnswerBy = time.Time{}
	}
	return nil
}

// cs raises one bit, of a vendor (p) or of the case as that vendor sees it.
func (m *move) cs(p *Participant, do CSVerb, by party.Role) error {
	from := m.c.State(p)
	to, err := CaseState.Step(from, do, by)
	if err != nil {
		return err
	}
	switch do {
	case CSAware:
		p.Aware = m.now
	case CSReady:
		p.Ready = m.now
	case CSDeployed:
		p.Deployed = m.now
	case CSPublic:
		m.c.Public = m.now
	case CSExploit:
		m.c.Exploit = m.now
	case CSAttacks:
		m.c.Attacks = m.now
	}
	m.note(CaseState.Name, p.ID, string(do), string(from), string(to))
	return nil
}

// me is the participant the actor speaks for, or a refusal that tells a
// stranger nothing.
func (m *move) me() (*Participant, error) {
	if p := m.c.PartyOf(m.by); p != nil {
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "fault.not_found")
}

// other is a participant named by an officer; anybody else may name only itself.
func (m *move) other(id ParticipantID) (*Participant, error) {
	me, err := m.me()
	if err != nil {
		return nil, err
	}
	if m.by.Role != party.Officer && m.by.Role != party.Clock && id != me.ID {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	if p := m.c.Party(id); p != nil {
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "fault.not_found")
}

// spoke notes that a participant itself has been heard.
func (m *move) spoke(p *Participant) {
	if m.by.Role != party.Clock {
		p.Heard = m.now
		p.Silent = time.Time{}
	}
}

// Replay applies the events of one case again, in order, and checks that each
// leaves the steps it left the first time. It gives the case they lead to.
func Replay(events []journal.Event) (Case, error) {
	var c Case
	for _, e := range events {
		v, steps, err := DecodeVerb(e.Verb, e.Data)
		if err != nil {
			return Case{}, fmt.Errorf("event %d: %w", e.Seq, err)
		}
		next, out, err := c.Do(v, e.By, e.At)
		if err != nil {
			return Case{}, fmt.Errorf("event %d, %s: %w", e.Seq, e.Verb, err)
		}
		_, again, err := DecodeVerb(e.Verb, out.Events[0].Data)
		if err != nil || !slices.Equal(steps, again) {
			return Case{}, fmt.Errorf("event %d, %s: its steps differ from what the tables say", e.Seq, e.Verb)
		}
		c = next
	}
	return c, nil
}
