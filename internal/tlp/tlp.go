// Package tlp is the Traffic Light Protocol 2.0 of FIRST. A label is never
// translated, always shown, and compared at every exit: nothing leaves to an
// audience wider than its label allows.
package tlp

import "strings"

// Label is a TLP 2.0 label in its only spelling.
type Label string

// The labels, from the narrowest audience to the widest (FIRST TLP 2.0, section 3).
const (
	Red         Label = "TLP:RED"          // the named individuals only
	AmberStrict Label = "TLP:AMBER+STRICT" // the recipient's organisation only
	Amber       Label = "TLP:AMBER"        // the organisation and its clients, need to know
	Green       Label = "TLP:GREEN"        // the community, not in public
	Clear       Label = "TLP:CLEAR"        // everybody
)

// Labels lists all labels, narrowest first.
func Labels() []Label { return []Label{Red, AmberStrict, Amber, Green, Clear} }

// Parse reads a label leniently (case, the old WHITE, with or without "TLP:").
func Parse(s string) (Label, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if !strings.HasPrefix(s, "TLP:") {
		s = "TLP:" + s
	}
	if s == "TLP:WHITE" {
		return Clear, true
	}
	for _, l := range Labels() {
		if s == string(l) {
			return l, true
		}
	}
	return "", false
}

// rank is the width of a label's audience; an unknown label is the narrowest.
func (l Label) rank() int {
	for i, x := range Labels() {
		if l == x {
			return i
		}
	}
	return -1
}

// NoWiderThan reports whether l's audience is within m's.
func (l Label) NoWiderThan(m Label) bool { return l.rank() <= m.rank() }

// Narrower gives the narrower of two labels.
func Narrower(a, b Label) Label {
	if a.NoWiderThan(b) {
		return a
	}
	return b
}
