// Package committee is the publication committee (domain.md 1.10; guideline
// IV.3(2)): neutral people who decide whether an advisory may come out although
// the developer could not be reached, or would not agree.
//
// Start reading at Referral.Do in do.go: one verb is applied to one referral of
// one case about one developer. Who may read what of it is decided in one place,
// Referral.SeenBy. What the gate before the public must know of it is Ruling.
// A case is known here by its number only. Nothing here reads a clock, a
// database or a network.
package committee

import (
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/inquiry"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// ID names a referral: an opaque random string.
type ID string

// Ground is why coordination is held to be impossible.
type Ground string

// The grounds (guideline IV.3(2)1).
const (
	Unreachable Ground = "unreachable" // (A) no answer for six months after every means was tried
	Failed      Ground = "failed"      // (B) by common sense, the negotiation has failed
)

// Field is what a member knows.
type Field string

// The fields, each of which must sit in the committee.
const (
	Law      Field = "law"
	Security Field = "security"
	Trade    Field = "product" // the field of the product
)

// Fields lists them.
func Fields() []Field { return []Field{Law, Security, Trade} }

// Fewest is how many members without an interest make a committee.
const Fewest = 3

// Member is somebody asked to sit in the committee.
type Member struct {
	Name        string    `json:"name"`
	Affiliation string    `json:"affiliation"`
	Field       Field     `json:"field"`
	Interest    string    `json:"interest,omitempty"` // as declared; empty: none. Whoever has one is excluded
	Declared    time.Time `json:"declared"`           // the day of the declaration
}

// Neutral reports whether the member may sit.
func (m Member) Neutral() bool { return m.Interest == "" }

// Moment is one line of the course of events, made from the journal. It names
// no person.
type Moment struct {
	At   time.Time `json:"at"`
	What string    `json:"what"` // catalogue key committee.course.<What>
	How  string    `json:"how,omitempty"`
	Came string    `json:"came,omitempty"`
}

// Paper is what the members and the developer read.
type Paper struct {
	Info   string   `json:"info"`   // the vulnerability information, and why it is held to be one
	Draft  string   `json:"draft"`  // the text to be published
	Course []Moment `json:"course"` // made when the developer is told
}

// Said is an opinion or a view of the developer.
type Said struct {
	At   time.Time  `json:"at"`
	Text string     `json:"text"`
	Oral bool       `json:"oral,omitempty"` // an officer wrote down what was said
	By   party.Role `json:"by"`
}

// Test is one of the four questions, answered.
type Test struct {
	Yes    bool   `json:"yes"`
	Reason string `json:"reason"`
}

// Tests are the names of the four, in their order: publication only if all hold
// (guideline IV.3(2)).
func Tests() []string {
	return []string{
		"impossible", // (a) coordination is impossible
		"exists",     // (b) the vulnerability exists: an example can be shown, and the developer cannot refute it
		"unknowing",  // (c) some users cannot know unless it is published
		"proper",     // (d) nothing makes publication improper
	}
}

// Decision is what the committee said in its sitting.
type Decision struct {
	At      time.Time      `json:"at"` // of the sitting
	Outcome Name           `json:"outcome"`
	Tests   []Test         `json:"tests"`
	Reasons string         `json:"reasons"`
	Present []string       `json:"present"` // names of the members
	By      party.PersonID `json:"by"`      // the officer who recorded it
}

// Referral is one aggregate with one version.
type Referral struct {
	ID      ID               `json:"id"`
	Version int64            `json:"version"`
	State   State            `json:"state"`
	Case    string           `json:"case"`
	Org     party.OrgID      `json:"org"`
	Ground  Ground           `json:"ground"`
	Why     string           `json:"why,omitempty"` // of (B): what was tried, and why it failed; also why it was sent back
	Stand   inquiry.Standing `json:"stand"`         // of (A), as it was when the case was referred
	Opened  time.Time        `json:"opened"`
	By      party.PersonID   `json:"by"`

	Paper    Paper     `json:"paper"`
	Members  []Member  `json:"members,omitempty"`
	Told     time.Time `json:"told,omitzero"` // when the developer was told
	Due      time.Time `json:"due,omitzero"`  // until when its opinion is waited for
	Opinions []Said    `json:"opinions,omitempty"`
	Sat      time.Time `json:"sat,omitzero"` // since when the members have the paper
	Decision *Decision `json:"decision,omitempty"`

	Confirmed time.Time      `json:"confirmed,omitzero"` // the minister's confirmation of the procedure
	Letter    string         `json:"letter,omitempty"`   // its reference
	ViewDue   time.Time      `json:"view_due,omitzero"`  // until when a view to be printed is waited for
	View      *Said          `json:"view,omitempty"`
	ViewLang  words.Lang     `json:"view_lang,omitempty"`
	Date      time.Time      `json:"date,omitzero"` // not before
	ClearedBy party.PersonID `json:"cleared_by,omitempty"`
	Ended     time.Time      `json:"ended,omitzero"`
}

// Sitters are the members who may sit.
func (r Referral) Sitters() []Member {
	return slices.DeleteFunc(slices.Clone(r.Members), func(m Member) bool { return !m.Neutral() })
}

// View is what one reader may see of a referral, built from nothing. Members of
// the committee have no account: they read the paper that officers hand them.
type View struct {
	ID       ID
	State    State
	Case     string
	Org      party.OrgID
	Ground   Ground
	Paper    Paper
	Told     time.Time
	Due      time.Time
	Opinions []Said
	Outcome  Name   // "" while nothing is decided
	Reasons  string // the committee's
	ViewDue  time.Time
	Printed  *Said // the view to be printed
	Date     time.Time
	Verbs    []Name
	All      *Referral // officers only
}

// SeenBy is the one projection through which a referral is read. The developer
// reads what it is owed (guideline IV.3(2)) from the moment it was told: the
// paper, the deadline, its own words, the result and the reasons; not who
// decides, nor how. To everybody else, the other parties of the case among
// them, there is no referral. Whether the actor takes part in the case for the
// developer is the desk's to know.
func (r Referral) SeenBy(a party.Actor) (View, error) {
	switch {
	case a.Role == party.Officer && a.Person != "":
		all := r.clone()
		v := r.shared()
		v.All, v.Paper, v.Verbs = &all, all.Paper, r.Allowed(a)
		return v, nil
	case a.Role == party.Vendor && a.Org == r.Org && r.Org != "" && !r.Told.IsZero():
		v := r.shared()
		v.Verbs = slices.DeleteFunc(r.Allowed(a), func(n Name) bool { return n == VerbView && r.ViewDue.IsZero() })
		switch {
		case v.State == Sitting: // that the members are sitting is nobody's but theirs
			v.State = Opinion
		case v.State == Cleared:
			v.State = Decided
		}
		return v, nil
	}
	return View{}, fault.New(fault.NotFound, "fault.not_found")
}

func (r Referral) shared() View {
	c := r.clone()
	v := View{
		ID: r.ID, State: r.State, Case: r.Case, Org: r.Org, Ground: r.Ground, Told: r.Told, Due: r.Due,
		Opinions: c.Opinions, ViewDue: r.ViewDue, Printed: c.View, Date: r.Date,
	}
	if !r.Told.IsZero() {
		v.Paper = c.Paper
	}
	if r.Decision != nil {
		v.Outcome, v.Reasons = r.Decision.Outcome, r.Decision.Reasons
	}
	return v
}

func (r Referral) clone() Referral {
	r.Members = slices.Clone(r.Members)
	r.Opinions = slices.Clone(r.Opinions)
	r.Paper.Course = slices.Clone(r.Paper.Course)
	if r.Decision != nil {
		d := *r.Decision
		d.Tests, d.Present = slices.Clone(d.Tests), slices.Clone(d.Present)
		r.Decision = &d
	}
	if r.View != nil {
		s := *r.View
		r.View = &s
	}
	return r
}
