package cvd

import "time"

// Policy is one edition of the rules that a case is handled under. Editions are
// data with a date of effect, because the rules change and a case keeps those
// it was opened under.
type Policy struct {
	Edition   string        `json:"edition"`
	Effect    time.Time     `json:"effect"`
	Term      time.Duration `json:"term"`       // default embargo: from the first attempt to contact a vendor
	Longest   time.Duration `json:"longest"`    // no embargo may be agreed beyond it from the first attempt
	AckWithin time.Duration `json:"ack_within"` // a report is acknowledged within
	Answer    time.Duration `json:"answer"`     // an invitation without an answer counts as declined after
	Source    string        `json:"source"`
}

const day = 24 * time.Hour

// Policies lists the editions, oldest first.
var Policies = []Policy{
	{
		Edition: "partnership-2019", Effect: time.Date(2019, 5, 30, 0, 0, 0, 0, time.UTC),
		Term: 45 * day, Longest: 365 * day, AckWithin: 7 * day, Answer: 7 * day,
		Source: "Information Security Early Warning Partnership Guideline, 2019 edition, IV.4.3; ISO/IEC 29147:2018, 6.2.5",
	},
	{
		Edition: "partnership-2024", Effect: time.Date(2024, 6, 18, 0, 0, 0, 0, time.UTC),
		Term: 45 * day, Longest: 365 * day, AckWithin: 7 * day, Answer: 7 * day,
		Source: "Information Security Early Warning Partnership Guideline, 2024 edition, IV.4.3; ISO/IEC 29147:2018, 6.2.5",
	},
	{
		Edition: "partnership-2026", Effect: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
		Term: 45 * day, Longest: 365 * day, AckWithin: 7 * day, Answer: 7 * day,
		Source: "Information Security Early Warning Partnership Guideline, 2026 edition, IV.4.3; ISO/IEC 29147:2018, 6.2.5",
	},
}

// PolicyAt gives the edition in force at a moment; before the first, the first.
func PolicyAt(t time.Time) Policy {
	p := Policies[0]
	for _, q := range Policies {
		if !t.Before(q.Effect) {
			p = q
		}
	}
	return p
}

// PolicyNamed gives an edition by name, the newest where the name is unknown.
func PolicyNamed(edition string) Policy {
	for _, p := range Policies {
		if p.Edition == edition {
			return p
		}
	}
	return Policies[len(Policies)-1]
}
