package inquiry

import (
	"slices"
	"time"

	"nakodo/internal/calendar"
)

// Span is a length by the calendar: the scheme counts in months.
type Span struct {
	Months int `json:"months,omitempty"`
	Days   int `json:"days,omitempty"`
}

// After is the moment a span after t.
func (s Span) After(t time.Time) time.Time {
	return calendar.Months(t, s.Months).AddDate(0, 0, s.Days)
}

// Policy is one edition of the rules about vendors that do not answer.
type Policy struct {
	Edition   string
	Effect    time.Time
	Means     []string // each must have been tried
	Name      Span     // without an answer after the last means, until the name may be listed
	Product   Span     // from the listing of the name until product and version may be disclosed
	Committee Span     // without an answer after the last means, until the publication committee may be asked
	Opinion   Span     // at least, for the developer to write its opinion to the committee
	Source    string
}

// policies lists the editions, oldest first. The Guideline leaves "a certain
// period" before the name open, and the time for an opinion; both are the
// centre's own, and said to be so in doc/unreachable.md.
var policies = []Policy{{
	Edition: "unreachable-2019", Effect: time.Date(2019, 5, 30, 0, 0, 0, 0, time.UTC),
	Means: []string{"mail", "post", "phone", "fax"},
	Name:  Span{Days: 30}, Product: Span{Months: 3}, Committee: Span{Months: 6}, Opinion: Span{Days: 30},
	Source: "Information Security Early Warning Partnership Guideline, IV.3(2), IV.4.2, appendix 5",
}}

// PolicyAt gives the edition in force at a moment; before the first, the first.
func PolicyAt(t time.Time) Policy {
	p := policies[0]
	for _, q := range policies {
		if !t.Before(q.Effect) {
			p = q
		}
	}
	return p
}

// Try is one attempt to reach an organisation, in whatever case it was made.
type Try struct {
	At  time.Time
	How string
}

// Standing is how matters stand with an organisation that is being tried: the
// ground for naming it, and for asking the committee.
type Standing struct {
	Edition string               `json:"edition"`
	Heard   time.Time            `json:"heard,omitzero"`    // its last word, whatever it was about; zero: never
	First   time.Time            `json:"first,omitzero"`    // the first try after that word
	Last    time.Time            `json:"last,omitzero"`     // the last one
	Tried   map[string]time.Time `json:"tried,omitempty"`   // each means with when it was first tried
	Untried []string             `json:"untried,omitempty"` // the means of the policy that are left
	Since   time.Time            `json:"since,omitzero"`    // when the last of all means was tried; zero while one is left
}

// Stand judges the tries since an organisation was last heard. A word of the
// organisation begins the count anew: only what was tried after it counts.
func Stand(tries []Try, heard time.Time, p Policy) Standing {
	s := Standing{Edition: p.Edition, Heard: heard, Tried: map[string]time.Time{}}
	for _, t := range tries {
		if !t.At.After(heard) {
			continue
		}
		if s.First.IsZero() || t.At.Before(s.First) {
			s.First = t.At
		}
		if t.At.After(s.Last) {
			s.Last = t.At
		}
		if !slices.Contains(p.Means, t.How) {
			continue
		}
		if first, ok := s.Tried[t.How]; !ok || t.At.Before(first) {
			s.Tried[t.How] = t.At
		}
	}
	for _, how := range p.Means {
		at, ok := s.Tried[how]
		if !ok {
			s.Untried = append(s.Untried, how)
			continue
		}
		if at.After(s.Since) {
			s.Since = at
		}
	}
	if len(s.Untried) > 0 {
		s.Since = time.Time{}
	}
	return s
}

// NameFrom is when the name may be listed; zero while a means is untried.
func (s Standing) NameFrom(p Policy) time.Time { return s.after(p.Name) }

// CommitteeFrom is when the committee may be asked on the ground that nobody
// can be reached; zero while a means is untried.
func (s Standing) CommitteeFrom(p Policy) time.Time { return s.after(p.Committee) }

func (s Standing) after(span Span) time.Time {
	if s.Since.IsZero() {
		return time.Time{}
	}
	return span.After(s.Since)
}
