package committee

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// Do applies one verb. The referral given is not changed. A refusal is a fault.
func (r Referral) Do(v Verb, by party.Actor, now time.Time) (Referral, journal.Outcome, error) {
	now = now.UTC().Truncate(time.Microsecond)
	to, err := Committee.Step(r.from(), v.Name(), by.Role)
	if err != nil {
		return r, journal.Outcome{}, fmt.Errorf("referral %s: %w", r.ID, err)
	}
	if by.Role == party.Officer && by.Person == "" {
		return r, journal.Outcome{}, fault.New(fault.NotAllowed, "fault.advisory.nobody")
	}
	next := r.clone()
	next.State = to
	if err := v.apply(&next, by, now); err != nil {
		return r, journal.Outcome{}, fmt.Errorf("referral %s: %s: %w", r.ID, v.Name(), err)
	}
	if slices.Contains(Committee.Final, to) {
		next.Ended = now
	}
	next.Version++
	e, err := journal.NewEvent(journal.Ref{Kind: journal.AboutReferral, ID: string(next.ID)}, now, by, string(v.Name()), v)
	if err != nil {
		return r, journal.Outcome{}, fmt.Errorf("referral %s: %s: %w", r.ID, v.Name(), err)
	}
	return next, journal.Outcome{Events: []journal.Event{e}}, nil
}

func (r Referral) from() State {
	if r.State == "" {
		return None
	}
	return r.State
}

// Allowed lists what the actor may do now, less what the four eyes, the
// deadlines and the ground leave no room for.
func (r Referral) Allowed(by party.Actor) []Name {
	return slices.DeleteFunc(Committee.Verbs(r.from(), by.Role), func(n Name) bool {
		switch n {
		case VerbClear:
			return r.Decision == nil || r.Decision.By == by.Person
		case VerbConfirm, VerbAskView, VerbView:
			return r.Ground == Unreachable
		}
		return n == VerbOut
	})
}

// Replay leads from a referral's events, oldest first, to the referral.
func Replay(events []journal.Event) (Referral, error) {
	var r Referral
	for _, e := range events {
		v, err := decode(Name(e.Verb), e.Data)
		if err != nil {
			return Referral{}, fmt.Errorf("replay event %d: %w", e.Seq, err)
		}
		if r, _, err = r.Do(v, e.By, e.At); err != nil {
			return Referral{}, fmt.Errorf("replay event %d: %w", e.Seq, err)
		}
	}
	return r, nil
}

func decode(name Name, data []byte) (Verb, error) {
	for _, v := range registry {
		if v.Name() == name {
			p := reflect.New(reflect.TypeOf(v))
			err := json.Unmarshal(data, p.Interface())
			return p.Elem().Interface().(Verb), err
		}
	}
	return nil, fmt.Errorf("no verb %q of a referral", name)
}

func (v Refer) apply(r *Referral, by party.Actor, now time.Time) error {
	var k fault.Check
	k.Need(v.ID != "" && v.Org != "" && v.Case != "", "org", "fault.case.need_org")
	k.Need(v.Ground == Unreachable || v.Ground == Failed, "ground", "fault.committee.ground")
	k.Need(v.Ground != Failed || !blank(v.Why), "why", "fault.committee.why")
	if err := k.Err(); err != nil {
		return err
	}
	p := inquiry.PolicyAt(now)
	if v.Ground == Unreachable {
		if v.Stand.Since.IsZero() {
			return fault.New(fault.NotNow, "fault.inquiry.untried", "n", len(v.Stand.Untried))
		}
		if from := v.Stand.CommitteeFrom(p); now.Before(from) {
			return fault.New(fault.NotNow, "fault.inquiry.too_early", "from", from.Format(time.DateOnly))
		}
	} else if v.Stand.Heard.IsZero() { // nobody negotiated with somebody who never spoke
		return fault.New(fault.NotNow, "fault.committee.never_heard")
	}
	*r = Referral{State: r.State, ID: v.ID, Case: v.Case, Org: v.Org, Ground: v.Ground, Why: strings.TrimSpace(v.Why), Stand: v.Stand, Opened: now, By: by.Person}
	return nil
}

func (v Write) apply(r *Referral, _ party.Actor, _ time.Time) error {
	r.Paper.Info, r.Paper.Draft = strings.TrimSpace(v.Info), strings.TrimSpace(v.Draft)
	return nil
}

func (v Appoint) apply(r *Referral, _ party.Actor, now time.Time) error {
	m := v.Member
	m.Name, m.Affiliation, m.Interest = strings.TrimSpace(m.Name), strings.TrimSpace(m.Affiliation), strings.TrimSpace(m.Interest)
	var k fault.Check
	k.Need(m.Name != "", "name", "fault.committee.name")
	k.Need(m.Affiliation != "", "affiliation", "fault.committee.affiliation")
	k.Need(slices.Contains(Fields(), m.Field), "field", "fault.committee.field")
	k.Need(!m.Declared.IsZero() && !m.Declared.After(now), "declared", "fault.committee.declared")
	if err := k.Err(); err != nil {
		return err
	}
	if i := slices.IndexFunc(r.Members, func(x Member) bool { return x.Name == m.Name }); i >= 0 {
		r.Members[i] = m
		return nil
	}
	r.Members = append(r.Members, m)
	return nil
}

func (v Tell) apply(r *Referral, _ party.Actor, now time.Time) error {
	var k fault.Check
	k.Need(r.Paper.Info != "", "info", "fault.committee.paper")
	k.Need(r.Paper.Draft != "", "draft", "fault.committee.paper")
	least := inquiry.PolicyAt(now).Opinion.After(now)
	k.Need(!v.Due.Before(least.Add(-24*time.Hour)), "due", "fault.committee.due", "from", least.Format(time.DateOnly))
	if err := k.Err(); err != nil {
		return err
	}
	r.Told, r.Due, r.Paper.Course = now, v.Due.UTC(), slices.Clone(v.Course)
	return nil
}

func (v RecordOpinion) apply(r *Referral, by party.Actor, now time.Time) error {
	if blank(v.Text) {
		return wrong("text", "fault.committee.text")
	}
	r.Opinions = append(r.Opinions, Said{At: now, Text: strings.TrimSpace(v.Text), Oral: v.Oral && by.Role == party.Officer, By: by.Role})
	return nil
}

// Convene waits for the deadline, or for the opinion.
func (Convene) apply(r *Referral, _ party.Actor, now time.Time) error {
	if now.Before(r.Due) && len(r.Opinions) == 0 {
		return fault.New(fault.NotNow, "fault.committee.opinion_open", "due", r.Due.Format(time.DateOnly))
	}
	sitters := r.Sitters()
	if len(sitters) < Fewest {
		return fault.New(fault.NotNow, "fault.committee.few", "n", Fewest)
	}
	for _, f := range Fields() {
		if !slices.ContainsFunc(sitters, func(m Member) bool { return m.Field == f }) {
			return fault.New(fault.NotNow, "fault.committee.field_missing", "n", Fewest)
		}
	}
	r.Sat = now
	return nil
}

func (v Publish) apply(r *Referral, by party.Actor, now time.Time) error {
	return r.decide(v.Decision, VerbPublish, by, now)
}
func (v Refuse) apply(r *Referral, by party.Actor, now time.Time) error {
	return r.decide(v.Decision, VerbRefuse, by, now)
}
func (v Ask) apply(r *Referral, by party.Actor, now time.Time) error {
	return r.decide(v.Decision, VerbAgain, by, now)
}

// decide keeps a decision: each test answered with its reason, and an outcome
// that follows from the answers.
func (r *Referral) decide(d Decision, outcome Name, by party.Actor, now time.Time) error {
	var k fault.Check
	k.Need(len(d.Tests) == len(Tests()), "tests", "fault.committee.tests")
	all := true
	for i, t := range d.Tests {
		k.Need(!blank(t.Reason), fmt.Sprintf("tests.%d.reason", i), "fault.committee.reason")
		all = all && t.Yes
	}
	k.Need(!blank(d.Reasons), "reasons", "fault.committee.reason")
	k.Need(!d.At.IsZero() && !d.At.After(now) && !d.At.Before(r.Sat.Add(-24*time.Hour)), "at", "fault.committee.sitting_date")
	k.Need(outcome != VerbPublish || all, "outcome", "fault.committee.not_all")
	k.Need(outcome != VerbRefuse || !all, "outcome", "fault.committee.all_yes")
	sitters := r.Sitters()
	for _, name := range d.Present {
		k.Need(slices.ContainsFunc(sitters, func(m Member) bool { return m.Name == name }), "present", "fault.committee.not_member")
	}
	k.Need(len(d.Present) >= Fewest, "present", "fault.committee.few", "n", Fewest)
	if err := k.Err(); err != nil {
		return err
	}
	d.At, d.Outcome, d.By = d.At.UTC().Truncate(time.Microsecond), outcome, by.Person
	d.Tests, d.Present = slices.Clone(d.Tests), slices.Clone(d.Present)
	r.Decision = &d
	return nil
}

// needed refuses what an unreachable developer is not asked for.
func (r *Referral) needed() error {
	if r.Ground == Unreachable {
		return fault.New(fault.NotNow, "fault.committee.not_needed")
	}
	return nil
}

func (v ConfirmProcedure) apply(r *Referral, _ party.Actor, now time.Time) error {
	if err := r.needed(); err != nil {
		return err
	}
	var k fault.Check
	k.Need(!v.At.IsZero() && !v.At.After(now), "at", "fault.committee.declared")
	k.Need(!blank(v.Letter), "letter", "fault.committee.letter")
	r.Confirmed, r.Letter = v.At.UTC(), strings.TrimSpace(v.Letter)
	return k.Err()
}

func (v AskView) apply(r *Referral, _ party.Actor, now time.Time) error {
	if err := r.needed(); err != nil {
		return err
	}
	if !v.Due.After(now) {
		return wrong("due", "fault.committee.due_past")
	}
	r.ViewDue = v.Due.UTC()
	return nil
}

func (v RecordView) apply(r *Referral, by party.Actor, now time.Time) error {
	if err := r.needed(); err != nil {
		return err
	}
	if r.ViewDue.IsZero() {
		return fault.New(fault.NotNow, "fault.committee.ask_first")
	}
	var k fault.Check
	k.Need(!blank(v.Text), "text", "fault.committee.text")
	k.Need(v.Lang == words.EN || v.Lang == words.JA, "lang", "fault.committee.lang")
	r.View, r.ViewLang = &Said{At: now, Text: strings.TrimSpace(v.Text), By: by.Role}, v.Lang
	return k.Err()
}

// Clear wants everything that publication needs.
func (v Clear) apply(r *Referral, by party.Actor, now time.Time) error {
	if r.Decision.By == by.Person {
		return fault.New(fault.NotAllowed, "fault.committee.own")
	}
	if r.Ground == Failed {
		switch {
		case r.Confirmed.IsZero():
			return fault.New(fault.NotNow, "fault.committee.unconfirmed")
		case r.ViewDue.IsZero():
			return fault.New(fault.NotNow, "fault.committee.ask_first")
		case r.View == nil && now.Before(r.ViewDue):
			return fault.New(fault.NotNow, "fault.committee.view_open", "due", r.ViewDue.Format(time.DateOnly))
		}
	}
	if v.Date.Before(now) {
		return wrong("date", "fault.committee.due_past")
	}
	r.Date, r.ClearedBy = v.Date.UTC(), by.Person
	return nil
}

func (NoteOut) apply(*Referral, party.Actor, time.Time) error { return nil }

func (v SendBack) apply(r *Referral, _ party.Actor, _ time.Time) error {
	if blank(v.Why) {
		return wrong("why", "fault.committee.reason")
	}
	r.Why = strings.TrimSpace(v.Why)
	return nil
}

func wrong(field, key string) error {
	var k fault.Check
	k.Add(field, key)
	return k.Err()
}
