// Package machine holds state machines as tables. A table is the only place
// where a rule about states is written: pages draw their buttons from it, the
// API its allowed verbs, the handbook its diagrams and the tests their walks.
package machine

import (
	"fmt"
	"slices"
	"strings"

	"nakodo/internal/fault"
)

// Row says: from state From, verb Do leads to To, and the roles By may do it.
type Row[S, V, R ~string] struct {
	From   S      `json:"from"`
	Do     V      `json:"do"`
	To     S      `json:"to"`
	By     []R    `json:"by"`
	Clause string `json:"clause"` // where the rule comes from
}

// Table is one machine.
type Table[S, V, R ~string] struct {
	Name    string         `json:"machine"`
	Initial S              `json:"initial"`
	Final   []S            `json:"-"` // states where a record may rest for good
	Rows    []Row[S, V, R] `json:"rows"`
}

// Step gives the state that verb do leads to. NotNow: no such row from this
// state. NotAllowed: there is one, but not for this role.
func (t Table[S, V, R]) Step(from S, do V, by R) (S, error) {
	found := false
	for _, r := range t.Rows {
		if r.From != from || r.Do != do {
			continue
		}
		if slices.Contains(r.By, by) {
			return r.To, nil
		}
		found = true
	}
	if found {
		return from, fault.New(fault.NotAllowed, "fault.machine.not_yours", "machine", t.Name, "state", string(from), "verb", string(do))
	}
	return from, fault.New(fault.NotNow, "fault.machine.not_now", "machine", t.Name, "state", string(from), "verb", string(do))
}

// Verbs lists what role may do from a state, in the table's order.
func (t Table[S, V, R]) Verbs(from S, by R) []V {
	var vs []V
	for _, r := range t.Rows {
		if r.From == from && slices.Contains(r.By, by) && !slices.Contains(vs, r.Do) {
			vs = append(vs, r.Do)
		}
	}
	return vs
}

// States lists every state in order of first mention, the initial one first.
func (t Table[S, V, R]) States() []S {
	ss := []S{t.Initial}
	for _, r := range t.Rows {
		for _, s := range []S{r.From, r.To} {
			if !slices.Contains(ss, s) {
				ss = append(ss, s)
			}
		}
	}
	return ss
}

// Dot draws the table in the language of Graphviz.
func (t Table[S, V, R]) Dot() string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %q {\n\trankdir=LR;\n\tnode [shape=box, style=rounded];\n", t.Name)
	for _, s := range t.States() {
		attr := ""
		if s == t.Initial {
			attr = " [penwidth=2]"
		}
		if slices.Contains(t.Final, s) {
			attr = " [peripheries=2]"
		}
		fmt.Fprintf(&b, "\t%q%s;\n", string(s), attr)
	}
	for _, r := range t.Rows {
		by := make([]string, len(r.By))
		for i, x := range r.By {
			by[i] = string(x)
		}
		fmt.Fprintf(&b, "\t%q -> %q [label=%q, tooltip=%q];\n", string(r.From), string(r.To), string(r.Do), strings.Join(by, ", "))
	}
	b.WriteString("}\n")
	return b.String()
}
