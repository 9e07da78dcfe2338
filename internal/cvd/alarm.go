package cvd

import (
	"slices"
	"time"

	"nakodo/internal/journal"
	"nakodo/internal/party"
)

// Key names the clock among those of its case.
func (c Clock) Key() string { return string(c.Kind) + "/" + string(c.Who) }

// ClockKey is the key of a clock's deadline; ParseClockKey undoes it.
func ClockKey(id CaseID, c Clock) string { return string(id) + "/" + c.Key() }

// ParseClockKey splits a key that ClockKey made into the case and the clock's Key.
func ParseClockKey(key string) (CaseID, string) {
	id, clock := ParseLapseKey(key)
	return id, string(clock)
}

// alarms sets and drops the deadlines of the clocks whose end an officer is told
// of. They are set by calendar days: whoever takes one up looks at the clock
// again, in the centre's own zone, and comes back later where it is too early.
func alarms(out *journal.Outcome, about journal.Ref, before, after Case, now time.Time) {
	was, is := before.alarms(now), after.alarms(now)
	for _, k := range was {
		if !slices.ContainsFunc(is, func(x Clock) bool { return x.Key() == k.Key() && x.Due.Equal(k.Due) }) {
			out.Drop = append(out.Drop, journal.JobRef{Kind: JobClock, Key: ClockKey(after.ID, k)})
		}
	}
	for _, k := range is {
		if !slices.ContainsFunc(was, func(x Clock) bool { return x.Key() == k.Key() && x.Due.Equal(k.Due) }) {
			out.Jobs = append(out.Jobs, journal.Job{Kind: JobClock, Key: ClockKey(after.ID, k), At: k.Due, About: about})
		}
	}
}

// alarms are the clocks that count now and end with an alarm.
func (c *Case) alarms(now time.Time) []Clock {
	if c.Version == 0 && c.ID == "" {
		return nil
	}
	return slices.DeleteFunc(c.wind(&winder{editions: c.Editions(), pauses: c.Pauses, now: now, alarms: true}), func(k Clock) bool {
		return k.Start.IsZero() || !k.Done.IsZero() || k.paused()
	})
}

// Rings reports whether the clock has run out and nothing was done.
func (c Clock) Rings(now time.Time) bool {
	s := c.State(now)
	return c.Alarm && (s == ClockLate || s == ClockOpen || s == ClockRunning && !now.Before(c.Due))
}

// clockVerbs are the officers' on the clocks of an open case.
func (c Case) clockVerbs() []string {
	vs := []string{"pause_clock", "record_guideline", "apply_rules"}
	if slices.ContainsFunc(c.Pauses, func(p Pause) bool { return p.To.IsZero() }) {
		vs = append(vs, "resume_clock")
	}
	if r := c.Release; r != nil && r.Answered.IsZero() {
		vs = append(vs, "answer_release")
	}
	if c.Under(CRA) {
		vs = append(vs, "delay_passing")
	}
	return vs
}

// ruleVerbs are the officers' on duties that outlast the case.
func (c Case) ruleVerbs() []string {
	var vs []string
	if c.Under(NIS2) {
		vs = append(vs, "note_duty")
	}
	if slices.ContainsFunc(c.Delays, func(d Delay) bool { return d.Lifted.IsZero() }) {
		vs = append(vs, "review_delay")
	}
	return vs
}

// craVerbs are a manufacturer's on what it notifies.
func (c Case) craVerbs(p *Participant) []string {
	if !c.Under(CRA) {
		return nil
	}
	vs := []string{"state_exploited"}
	if _, aware := c.awareOfAttacks(p); !aware.IsZero() {
		vs = append(vs, "note_notified")
	}
	return vs
}

// MayAskRelease reports whether a finder may ask to be released now.
func (c *Case) MayAskRelease(a party.Actor, now time.Time) bool {
	p := c.PartyOf(a)
	if p == nil || p.Role != party.Finder {
		return false
	}
	_, _, err := c.Do(AskRelease{Who: p.ID}, a, now)
	return err == nil
}
