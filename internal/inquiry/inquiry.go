// Package inquiry is the public search for developers that cannot be reached
// (domain.md 1.7, 1.10; guideline IV.4.2, appendix 5): which means of contact
// are left, when a name may be listed, and what the list says, in two stages.
//
// Start reading at Stand in standing.go, which judges the attempts, and at
// Inquiry.Do in do.go: one verb is applied to one inquiry. What the public may
// read of it is Row and nothing else. An inquiry is about an organisation, not
// about a case: neither its record nor its row says which case, if any, is
// behind it. Nothing here reads a clock, a database or a network.
package inquiry

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// ID names an inquiry inside the centre: an opaque random string.
type ID string

// Kind is whom the list speaks to: the standard texts differ.
type Kind string

// The kinds of developer (guideline, appendix 5).
const (
	Company   Kind = "company"
	Community Kind = "community" // an individual or a community
)

// Notice is what stage 1 says.
type Notice struct {
	Kind    Kind       `json:"kind"`
	Name    words.Text `json:"name"`    // the developer's
	Related words.Text `json:"related"` // what helps to recognise it: former names, a place, an address of a site; may be empty
}

// Product is what stage 2 adds.
type Product struct {
	Name     string     `json:"name"`
	Versions string     `json:"versions"`
	Info     words.Text `json:"info"`               // the text of the product-information page; may be empty
	AnswerBy time.Time  `json:"answer_by,omitzero"` // until when an answer is asked for; zero: not said
}

// Inquiry is one aggregate with one version.
type Inquiry struct {
	ID       ID               `json:"id"`
	Version  int64            `json:"version"`
	State    State            `json:"state"`
	Org      party.OrgID      `json:"org"`
	Number   int              `json:"number,omitempty"` // given when the name is listed, never before
	Notice   Notice           `json:"notice"`
	Product  *Product         `json:"product,omitempty"`
	Authors  []party.PersonID `json:"authors"`          // everybody who wrote what waits for a second officer
	Standing Standing         `json:"standing"`         // the ground, as it was when the name was listed
	Opened   time.Time        `json:"opened"`           //
	Waits    time.Time        `json:"waits,omitzero"`   // since when it waits for a second officer
	Named    time.Time        `json:"named,omitzero"`   // the name's date on the list
	Shown    time.Time        `json:"shown,omitzero"`   // the date of product and version
	Ended    time.Time        `json:"ended,omitzero"`   // off the list
	Why      string           `json:"why,omitempty"`    // of the end, or of the last return; for officers
	Policy   string           `json:"policy,omitempty"` // edition under which the name was listed
}

// Mark is the number as people write it, "DID#0012". Numbers are given in
// order, as readers of such lists expect. They tell how many names have ever
// been listed, which the quarterly statistics say anyway; because a number is
// given only when a name comes out, they tell nothing of what was prepared.
func Mark(prefix string, number int) string { return fmt.Sprintf("%s#%04d", prefix, number) }

// ParseMark reads a mark, in any case, with or without the sign.
func ParseMark(prefix, s string) (int, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	rest, ok := strings.CutPrefix(s, prefix)
	rest = strings.TrimPrefix(rest, "#")
	if !ok || len(rest) < 4 || len(rest) > 6 {
		return 0, false
	}
	n, err := strconv.Atoi(rest)
	return n, err == nil && n > 0
}

// Row is what the public reads of an inquiry.
type Row struct {
	Number    int
	Kind      Kind
	Name      words.Text
	Related   words.Text
	Added     time.Time
	Disclosed time.Time // zero: product and version are not disclosed
	Product   string
	Versions  string
	Info      words.Text
	AnswerBy  time.Time
}

// Row gives the public row; false where nothing of the inquiry is public. It is
// built from nothing, so that a new field stays inside until somebody says
// otherwise. Whether the committee has the matter does not show.
func (i Inquiry) Row() (Row, bool) {
	if !i.State.Public() {
		return Row{}, false
	}
	r := Row{Number: i.Number, Kind: i.Notice.Kind, Name: i.Notice.Name, Related: i.Notice.Related, Added: i.Named}
	if p := i.Product; p != nil && !i.Shown.IsZero() {
		r.Disclosed, r.Product, r.Versions, r.Info, r.AnswerBy = i.Shown, p.Name, p.Versions, p.Info, p.AnswerBy
	}
	return r, true
}

// ProductFrom is when stage 2 may follow; zero while the name is not listed.
func (i Inquiry) ProductFrom(p Policy) time.Time {
	if i.Named.IsZero() {
		return time.Time{}
	}
	return p.Product.After(i.Named)
}

// tells finds what no line of the list may hold: numbers of cases and
// vulnerabilities, scores.
var tells = regexp.MustCompile(`(?i)\bC(?:VE|WE)-?[0-9]|CVSS|\b[A-Z]{2,12}#[0-9]{8}\b|AV:[NALP]/`)

func (n Notice) check(k *fault.Check) {
	k.Need(n.Kind == Company || n.Kind == Community, "kind", "fault.inquiry.kind")
	k.Need(n.Name != (words.Text{}), "name", "fault.inquiry.name")
	for _, f := range []struct {
		field string
		text  words.Text
	}{{"name", n.Name}, {"related", n.Related}} {
		k.Need(!tells.MatchString(f.text.EN+"\n"+f.text.JA), f.field, "fault.inquiry.tells")
	}
}

func (p Product) check(k *fault.Check, now time.Time) {
	k.Need(strings.TrimSpace(p.Name) != "", "product", "fault.inquiry.product")
	k.Need(strings.TrimSpace(p.Versions) != "", "versions", "fault.inquiry.versions")
	k.Need(p.AnswerBy.IsZero() || p.AnswerBy.After(now), "answer_by", "fault.inquiry.answer_past")
	for field, text := range map[string]string{"product": p.Name, "versions": p.Versions, "info": p.Info.EN + "\n" + p.Info.JA} {
		k.Need(!tells.MatchString(text), field, "fault.inquiry.tells")
	}
}

// Texts lists all that the inquiry would say in public, for a check against what
// is secret.
func (i Inquiry) Texts() []string {
	all := []string{i.Notice.Name.EN, i.Notice.Name.JA, i.Notice.Related.EN, i.Notice.Related.JA}
	if p := i.Product; p != nil {
		all = append(all, p.Name, p.Versions, p.Info.EN, p.Info.JA)
	}
	return all
}

func (i Inquiry) clone() Inquiry {
	i.Authors = slices.Clone(i.Authors)
	if i.Product != nil {
		p := *i.Product
		i.Product = &p
	}
	return i
}
