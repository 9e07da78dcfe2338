package cvd

import (
	"slices"
	"time"
)

// Ended is how a case ended, in the terms of the scheme's statistics.
type Ended string

// How a case may have ended. The first two are equal (Guideline, figure 1, note):
// to tell all users directly is deemed publication.
const (
	EndedPublished   Ended = "published"
	EndedDirect      Ended = "direct" // the vendor told all users
	EndedNotVuln     Ended = "not_a_vulnerability"
	EndedNoEffect    Ended = "no_effect"
	EndedSmallImpact Ended = "small_impact"
	EndedOutOfScope  Ended = "out_of_scope"
	EndedKnown       Ended = "known_and_published"
	EndedOther       Ended = "other"   // withdrawn, duplicate, incomplete
	EndedHandling    Ended = "handled" // not ended
)

// Endings lists how a case may end, in the order of a table.
func Endings() []Ended {
	return []Ended{EndedPublished, EndedDirect, EndedNotVuln, EndedNoEffect, EndedSmallImpact, EndedOutOfScope, EndedKnown, EndedOther}
}

// Disclosed reports whether users know: by publication or by what is equal to it.
func (e Ended) Disclosed() bool { return e == EndedPublished || e == EndedDirect }

// Outcome says how a case ended and when; EndedHandling and no moment for one
// that has not. A published case has ended in this sense when the advisory comes
// out, though it stays open for revisions.
func (c *Case) Outcome() (Ended, time.Time) {
	published := c.Published
	if published.IsZero() && (c.Embargo.Cause == EndPublished || c.Why == WhyPublished) {
		published = c.Public // a case from before its own moment was kept
	}
	switch {
	case !published.IsZero():
		return EndedPublished, published
	case c.Closed.IsZero():
		return EndedHandling, time.Time{}
	}
	switch c.Why {
	case WhyAllTold:
		return EndedDirect, c.Closed
	case WhyNotVuln:
		return EndedNotVuln, c.Closed
	case WhyNoEffect:
		return EndedNoEffect, c.Closed
	case WhySmallImpact:
		return EndedSmallImpact, c.Closed
	case WhyOutOfScope:
		return EndedOutOfScope, c.Closed
	case WhyKnown:
		return EndedKnown, c.Closed
	}
	return EndedOther, c.Closed
}

// known is when users knew: publication, or the last vendor's word that all of its
// users have been told.
func (c *Case) known() time.Time {
	how, at := c.Outcome()
	if how != EndedDirect {
		return at
	}
	var last time.Time
	for i := range c.Parties {
		if t := c.Parties[i].Told; t != nil {
			last = latest(last, t.Done)
		}
	}
	if last.IsZero() { // closed before evidence was asked for
		return at
	}
	return last
}

// Share is a part of a whole; Of 0: there is nothing to count.
type Share struct{ N, Of int }

// Percent is the share in whole per cent, rounded.
func (s Share) Percent() int {
	if s.Of == 0 {
		return 0
	}
	return (200*s.N + s.Of) / (2 * s.Of)
}

// Quarter counts the cases that ended in one quarter of a year.
type Quarter struct {
	Year, N int // N: 1 to 4
	Ended   map[Ended]int
	// The two shares of what was disclosed in time. They are two because they count
	// from two days: Accepted from acceptance, as the scheme's quarterly report
	// does; Guide from the first attempt to contact a vendor (IV.4.3).
	Accepted, Guide Share
	Websites        Share // told to repaired, within 90 days
}

// Disclosed is how many were published or, what is equal, told to all users.
func (q Quarter) Disclosed() int { return q.Ended[EndedPublished] + q.Ended[EndedDirect] }

// All is how many ended in any way.
func (q Quarter) All() int {
	n := 0
	for _, k := range q.Ended {
		n += k
	}
	return n
}

// Quarters counts cases by the quarter in which they ended, the newest first. Days
// are those of the zone.
func Quarters(cases []Case, zone *time.Location) []Quarter {
	var qs []Quarter
	for i := range cases {
		c := &cases[i]
		how, at := c.Outcome()
		if how == EndedHandling || c.Why == WhyMerged { // a merged case is counted where it went
			continue
		}
		year, month, _ := at.In(zone).Date()
		n := (int(month)-1)/3 + 1
		k := slices.IndexFunc(qs, func(q Quarter) bool { return q.Year == year && q.N == n })
		if k < 0 {
			qs = append(qs, Quarter{Year: year, N: n, Ended: map[Ended]int{}})
			k = len(qs) - 1
		}
		qs[k].count(c, how)
	}
	slices.SortFunc(qs, func(a, b Quarter) int { return (b.Year*4 + b.N) - (a.Year*4 + a.N) })
	return qs
}

func (q *Quarter) count(c *Case, how Ended) {
	q.Ended[how]++
	term := PolicyNamed(c.Policy).Term
	if c.Website {
		q.websites(c)
		return
	}
	if !how.Disclosed() {
		return
	}
	q.Accepted.within(c.Accepted, c.known(), term)
	q.Guide.within(c.FirstAttempt, c.known(), term)
}

// within counts one case where its start is known.
func (s *Share) within(start, end time.Time, term time.Duration) {
	if start.IsZero() {
		return
	}
	s.Of++
	if !end.After(start.Add(term)) {
		s.N++
	}
}

// websites counts each operator of a web site that has repaired it.
func (q *Quarter) websites(c *Case) {
	for _, k := range c.Clocks(Office{}, c.Closed) {
		if k.Kind != ClockWebsiteRepair || k.Start.IsZero() {
			continue
		}
		if p := c.Party(k.Who); p.Ready.IsZero() && p.Deployed.IsZero() {
			continue
		}
		q.Websites.Of++
		if !k.Done.After(k.Due) {
			q.Websites.N++
		}
	}
}
