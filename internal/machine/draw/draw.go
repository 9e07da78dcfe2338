// Package draw makes pictures of state machines, as SVG that any browser shows
// in light and dark. The pictures of the handbook (doc/machines) come from the
// same tables that decide, and equal tables give equal bytes on every machine,
// so a test can hold them current. That is why the few hundred lines of layout
// stand here: a drawing program would have to be installed, and no two
// versions of it draw alike.
//
// Layered suits any machine of a dozen states, Grid one whose states are pairs.
package draw

import (
	"fmt"
	"slices"
	"strings"

	"nakodo/internal/machine"
)

// Machine is a table without its types.
type Machine struct {
	Name    string
	States  []string // the initial one first
	Final   []string
	Initial string
	Steps   []Step
}

// Step is one row.
type Step struct {
	From, Do, To, Clause string
	By                   []string
}

// Of takes the types off a table.
func Of[S, V, R ~string](t machine.Table[S, V, R]) Machine {
	m := Machine{Name: t.Name, Initial: string(t.Initial), States: plain(t.States()), Final: plain(t.Final)}
	for _, r := range t.Rows {
		m.Steps = append(m.Steps, Step{From: string(r.From), Do: string(r.Do), To: string(r.To), Clause: r.Clause, By: plain(r.By)})
	}
	return m
}

func plain[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = string(x)
	}
	return out
}

// who is the small print of a step.
func (s Step) who() string { return strings.Join(s.By, ", ") }

// arrow is all steps between two states, drawn as one line.
type arrow struct {
	from, to int // states
	steps    []Step
	back     bool  // it runs against the layers
	via      []int // the places it passes, from the upper end to the lower
}

// arrows joins the steps between the same two states. Steps that stay in their
// state are given apart, by state: they are written into the box.
func (m Machine) arrows() (list []arrow, staying map[int][]Step) {
	staying = map[int][]Step{}
	for _, s := range m.Steps {
		from, to := slices.Index(m.States, s.From), slices.Index(m.States, s.To)
		if from == to {
			staying[from] = append(staying[from], s)
			continue
		}
		i := slices.IndexFunc(list, func(a arrow) bool { return a.from == from && a.to == to })
		if i < 0 {
			i, list = len(list), append(list, arrow{from: from, to: to})
		}
		list[i].steps = append(list[i].steps, s)
	}
	return list, staying
}

// label is the text beside a line: verbs, and once for those that share it, who
// may do them.
func label(steps []Step) []words {
	var lines []words
	for i, s := range steps {
		lines = append(lines, words{text: s.Do})
		if i+1 == len(steps) || steps[i+1].who() != s.who() {
			for _, part := range wrap(s.By, 26) {
				lines = append(lines, words{text: part, small: true})
			}
		}
	}
	return lines
}

// wrap joins names by commas into lines of about width characters.
func wrap(names []string, width int) []string {
	var lines []string
	for i, n := range names {
		if i+1 < len(names) {
			n += ","
		}
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(n) <= width {
			lines[last] += " " + n
		} else {
			lines = append(lines, n)
		}
	}
	return lines
}

// words is one line of text.
type words struct {
	text  string
	small bool
}

const (
	lineHeight = 14.0
	charWidth  = 6.7 // of the 12 pixel letters, on the wide side
	smallWidth = 5.6
)

func (w words) width() float64 {
	if w.small {
		return float64(len(w.text)) * smallWidth
	}
	return float64(len(w.text)) * charWidth
}

func widest(lines []words) float64 {
	w := 0.0
	for _, l := range lines {
		w = max(w, l.width())
	}
	return w
}

// tip is what the picture says when one points at a label.
func tip(steps []Step) string {
	var b strings.Builder
	for i, s := range steps {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s: %s", s.Do, s.Clause)
	}
	return b.String()
}
