package party

import (
	"slices"
	"time"
)

// Dismissal remembers that an officer found an organisation suggested for a
// case wrongly, and why, so that the next case does not suggest it for the same
// reasons.
type Dismissal struct {
	ID      string            `json:"id"`
	Case    string            `json:"case"`
	Reasons []DismissedReason `json:"reasons"` // what the suggestion was made for
	Why     string            `json:"why"`
	By      PersonID          `json:"by"`
	On      time.Time         `json:"on"`
	Back    time.Time         `json:"back,omitzero"` // when it was taken back
}

// DismissedReason is a reason of match: its kind, and the name, product or word
// that it is about.
type DismissedReason struct {
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
}

// Dismissals are all that concern one organisation, oldest first.
type Dismissals struct {
	Org     OrgID       `json:"org"`
	All     []Dismissal `json:"all"`
	Version int64       `json:"version"`
}

// Standing are those that were not taken back.
func (d Dismissals) Standing() []Dismissal {
	return slices.DeleteFunc(slices.Clone(d.All), func(x Dismissal) bool { return !x.Back.IsZero() })
}

// With gives the dismissals with one more, or with one changed that has the
// same id. The receiver stays as it is.
func (d Dismissals) With(x Dismissal) Dismissals {
	d.All = slices.Clone(d.All)
	if at := slices.IndexFunc(d.All, func(y Dismissal) bool { return y.ID == x.ID }); at >= 0 {
		d.All[at] = x
	} else {
		d.All = append(d.All, x)
	}
	return d
}
