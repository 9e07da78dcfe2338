package cvd

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
)

// RoundHold is how long a round waits between the officer's word and its first
// letter: long enough to see a mistake, short enough not to delay a case.
const RoundHold = 10 * time.Minute

// JobRound lets a round go; its key is the round's id.
const JobRound = "case.round"

// LeakPerParty is how likely one party is taken to be to let a secret out
// (CERT Guide to CVD, "the more the riskier"): one in a thousand.
const LeakPerParty = 0.001

// LeakRisk is how likely it is that at least one of n parties lets it out:
// 1 - 0.999^n. 10 parties keep a secret in 99 of 100 cases, 1,600 in 20.
func LeakRisk(n int) float64 { return 1 - math.Pow(1-LeakPerParty, float64(n)) }

// RoundState is where a round of invitations stands.
type RoundState string

// The states of a round.
const (
	RoundDraft RoundState = "draft" // being put together: an officer sends it or takes it apart
	RoundHeld  RoundState = "held"  // leaves at its time: an officer may recall all or some until then
	RoundDone  RoundState = "done"  // nothing in it waits any more
)

// LineState is where one organisation of a round stands.
type LineState string

// The states of a line.
const (
	LineWaits    LineState = "waits"
	LineRecalled LineState = "recalled" // taken out before anything left
	LineInvited  LineState = "invited"  // takes part in the case now, and is written to
	LineRefused  LineState = "refused"  // could not be invited when its time came
)

// Round is an invitation of many organisations at once. It is a record beside
// the case: until it leaves, nobody in it takes part, no letter exists and no
// clock runs, so that whoever is recalled was never contacted.
type Round struct {
	ID      string      `json:"id"`
	Version int64       `json:"version"`
	Case    CaseID      `json:"case"`
	State   RoundState  `json:"state"`
	By      party.Actor `json:"by"` // who put it together, and after that who sent it
	Made    time.Time   `json:"made"`
	Leaves  time.Time   `json:"leaves,omitzero"`
	Reason  string      `json:"reason,omitempty"` // why those without an agreement in force are asked
	Lines   []RoundLine `json:"lines"`            // in the order in which they were put in
}

// RoundLine is one organisation of a round.
type RoundLine struct {
	Org    party.OrgID `json:"org"`
	Ground Ground      `json:"ground"`
	State  LineState   `json:"state"`
	Why    string      `json:"why,omitempty"` // refused: the key of the refusal
}

// Ground is why an organisation is in a round: its answer to a keyword, or that
// every vendor of the general tier is asked, or an officer's choice.
type Ground struct {
	Kind    string    `json:"kind"` // keyword, tier, chosen
	Keyword string    `json:"keyword,omitempty"`
	On      time.Time `json:"on,omitzero"` // when the keyword was answered
}

// The verbs of a round.
type (
	// PlanRound is the first: an officer puts organisations together.
	PlanRound struct {
		Case  CaseID      `json:"case"`
		Lines []RoundLine `json:"lines"`
	}
	// HoldRound sends it: it leaves after RoundHold.
	HoldRound struct {
		Reason string `json:"reason,omitempty"`
	}
	// RecallRound takes organisations out before they are written to; none: all
	// that still wait.
	RecallRound struct {
		Orgs []party.OrgID `json:"orgs,omitempty"`
	}
	// LeaveRound is the clock: these have been invited, and those could not be.
	LeaveRound struct {
		Invited []party.OrgID          `json:"invited,omitempty"`
		Refused map[party.OrgID]string `json:"refused,omitempty"` // with the key of the refusal
	}
)

// RoundVerb is a verb on a round.
type RoundVerb interface {
	// Verb is the name in the journal.
	Verb() string
	apply(r *Round, by party.Actor, now time.Time) error
}

func (PlanRound) Verb() string   { return "plan_round" }
func (HoldRound) Verb() string   { return "hold_round" }
func (RecallRound) Verb() string { return "recall_round" }
func (LeaveRound) Verb() string  { return "leave_round" }

// Do applies one verb. The receiver is not altered.
func (r Round) Do(v RoundVerb, by party.Actor, now time.Time) (Round, journal.Outcome, error) {
	now = now.UTC().Truncate(time.Microsecond)
	r.Lines = slices.Clone(r.Lines)
	if err := v.apply(&r, by, now); err != nil {
		return Round{}, journal.Outcome{}, err
	}
	r.Version++
	about := journal.Ref{Kind: journal.AboutRound, ID: r.ID}
	e, err := journal.NewEvent(about, now, by, v.Verb(), v)
	if err != nil {
		return Round{}, journal.Outcome{}, fmt.Errorf("round %s: %w", r.ID, err)
	}
	out := journal.Outcome{Events: []journal.Event{e}}
	switch r.State {
	case RoundHeld: // the next part of it, or its first
		at := r.Leaves
		if at.Before(now) {
			at = now
		}
		out.Jobs = append(out.Jobs, journal.Job{Kind: JobRound, Key: r.ID, At: at, About: about})
	case RoundDone:
		out.Drop = append(out.Drop, journal.JobRef{Kind: JobRound, Key: r.ID})
	}
	return r, out, nil
}

// Waiting lists the organisations that still wait.
func (r Round) Waiting() []party.OrgID {
	var orgs []party.OrgID
	for _, l := range r.Lines {
		if l.State == LineWaits {
			orgs = append(orgs, l.Org)
		}
	}
	return orgs
}

// settle ends a round in which nothing waits any more.
func (r *Round) settle() {
	if len(r.Waiting()) == 0 {
		r.State = RoundDone
	}
}

func (v PlanRound) apply(r *Round, by party.Actor, now time.Time) error {
	if err := officerOnly(by); err != nil {
		return err
	}
	if r.Version != 0 {
		return fault.New(fault.NotNow, "fault.round.planned_already")
	}
	r.Case, r.State, r.By, r.Made = v.Case, RoundDraft, by, now
	in := map[party.OrgID]bool{}
	for _, l := range v.Lines {
		if l.Org == "" || in[l.Org] {
			continue
		}
		in[l.Org] = true
		r.Lines = append(r.Lines, RoundLine{Org: l.Org, Ground: l.Ground, State: LineWaits})
	}
	if len(r.Lines) == 0 {
		return fault.New(fault.Invalid, "fault.round.nobody")
	}
	return nil
}

func (v HoldRound) apply(r *Round, by party.Actor, now time.Time) error {
	if err := officerOnly(by); err != nil {
		return err
	}
	if r.State != RoundDraft {
		return fault.New(fault.NotNow, "fault.round.sent_already")
	}
	r.State, r.By, r.Leaves, r.Reason = RoundHeld, by, now.Add(RoundHold), strings.TrimSpace(v.Reason)
	return nil
}

// RecallRound is also the clock's, where whoever sent the round may not act any
// longer when its time comes.
func (v RecallRound) apply(r *Round, by party.Actor, _ time.Time) error {
	if by.Role != party.Clock {
		if err := officerOnly(by); err != nil {
			return err
		}
	}
	wanted := map[party.OrgID]bool{}
	for _, org := range v.Orgs {
		wanted[org] = true
	}
	n := 0
	for i := range r.Lines {
		if l := &r.Lines[i]; l.State == LineWaits && (len(v.Orgs) == 0 || wanted[l.Org]) {
			l.State = LineRecalled
			n++
		}
	}
	if n == 0 {
		return fault.New(fault.NotNow, "fault.round.gone")
	}
	r.settle()
	return nil
}

func (v LeaveRound) apply(r *Round, by party.Actor, now time.Time) error {
	if by.Role != party.Clock {
		return fault.New(fault.NotAllowed, "fault.clock_only")
	}
	if r.State != RoundHeld || now.Before(r.Leaves) {
		return fault.New(fault.NotNow, "fault.round.not_yet")
	}
	invited := map[party.OrgID]bool{}
	for _, org := range v.Invited {
		invited[org] = true
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		why, refused := v.Refused[l.Org]
		switch {
		case l.State != LineWaits:
		case invited[l.Org]:
			l.State = LineInvited
		case refused:
			l.State, l.Why = LineRefused, why
		}
	}
	r.settle()
	return nil
}

// ReplayRound applies the events of one round again.
func ReplayRound(events []journal.Event) (Round, error) {
	var r Round
	for _, e := range events {
		v, err := decodeRoundVerb(e.Verb, e.Data)
		if err != nil {
			return Round{}, fmt.Errorf("event %d: %w", e.Seq, err)
		}
		r.ID = e.About.ID
		if r, _, err = r.Do(v, e.By, e.At); err != nil {
			return Round{}, fmt.Errorf("event %d, %s: %w", e.Seq, e.Verb, err)
		}
	}
	return r, nil
}

func decodeRoundVerb(name string, data json.RawMessage) (RoundVerb, error) {
	switch name {
	case "plan_round":
		return decode[PlanRound](data)
	case "hold_round":
		return decode[HoldRound](data)
	case "recall_round":
		return decode[RecallRound](data)
	case "leave_round":
		return decode[LeaveRound](data)
	}
	return nil, fmt.Errorf("no round verb %q", name)
}

// TakesPart reports whether an organisation need not be asked again: it waits
// for nothing but its own answer, or it has the content.
func (c *Case) TakesPart(org party.OrgID) bool {
	p := c.Party(OrgParticipant(org))
	return p != nil && c.takesPart(p)
}

func (c *Case) takesPart(p *Participant) bool {
	has := !c.UnderEmbargo() && !p.Sent.IsZero()
	return p.Left.IsZero() && (p.PEC == PECInvited || p.PEC == PECSignatory || has)
}
