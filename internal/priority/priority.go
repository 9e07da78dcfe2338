// Package priority says how urgent a case is, and why. It knows three tables:
// the matrix of the Partnership Guideline, and the two decision tables that SSVC
// (Stakeholder-Specific Vulnerability Categorization) gives to coordinators.
//
// Start at tables.go, which is the tables; Table.Explain turns answers into a
// decision together with the answers that settled it. Nothing here knows a
// case: what a case knows already is put into answers by package cvd. What the
// points, values and outcomes are called stands in words/priority.toml, under
// Table.Words.
package priority

import (
	"maps"
	"slices"
)

// Answers are what was answered, by the key of the decision point: {"RP": "Y"}.
// A point that is not in it has not been answered.
type Answers map[string]string

// Sheet is a table filled in: which version was asked, and what was answered.
type Sheet struct {
	Version string  `json:"version,omitempty"`
	Answers Answers `json:"answers,omitempty"`
}

// Judgement is a sheet with what followed from it at the time.
type Judgement struct {
	Sheet
	Outcome string `json:"outcome,omitempty"` // "" while the answers leave it open
}

// Table is a decision table.
type Table struct {
	Key     string // as its source names it
	Version string
	Words   string // beginning of the keys of its words
	Points  []Point
	Outcome Point // whose values are the outcomes, the least urgent first

	rows string                       // an outcome for every combination, a letter each, the last point changing fastest
	rule func(values []string) string // where there are no rows; values has one for each point
}

// Point is one question of a table.
type Point struct {
	Key     string
	Version string
	Values  []string
	Unknown string // the value that an answer not given stands for; "" where there is none
}

// Decision is what follows from answers.
type Decision struct {
	Outcome  string   // "" while more than one is possible
	Possible []string // the outcomes that the answers leave, the least urgent first
	Because  []string // the fewest points whose answers settle it alone; none while it is open
	Missing  []string // points not answered that can still change it
	Turns    []Turn   // single answers that would lead elsewhere; none while it is open
}

// Turn is one other answer and where it would lead.
type Turn struct{ Point, Value, Outcome string }

// Find gives the version of a table that a sheet was filled in for.
func Find(key, version string) (Table, bool) {
	for _, t := range []Table{Matrix, Triage, Publication} {
		if t.Key == key && t.Version == version {
			return t, true
		}
	}
	return Table{}, false
}

// Wrong lists the keys of answers that the table does not know, or whose value
// is none of the point's, sorted.
func (t Table) Wrong(a Answers) []string {
	var wrong []string
	for _, key := range slices.Sorted(maps.Keys(a)) {
		i := slices.IndexFunc(t.Points, func(p Point) bool { return p.Key == key })
		if i < 0 || !slices.Contains(t.Points[i].Values, a[key]) {
			wrong = append(wrong, key)
		}
	}
	return wrong
}

// Decide gives the outcome, "" while the answers leave more than one.
func (t Table) Decide(a Answers) string {
	if p := t.possible(t.filled(a)); len(p) == 1 {
		return p[0]
	}
	return ""
}

// Explain gives the outcome and what led to it.
func (t Table) Explain(a Answers) Decision {
	fixed := t.filled(a)
	d := Decision{Possible: t.possible(fixed)}
	if len(d.Possible) > 1 {
		d.Missing = t.missing(fixed)
		return d
	}
	d.Outcome = d.Possible[0]
	d.Because = t.because(fixed)
	for i, p := range t.Points {
		for _, v := range p.Values {
			if fixed[i] == "" || v == fixed[i] {
				continue
			}
			other := slices.Clone(fixed)
			other[i] = v
			if to := t.possible(other); len(to) == 1 && to[0] != d.Outcome {
				d.Turns = append(d.Turns, Turn{p.Key, v, to[0]})
			}
		}
	}
	return d
}

// decide gives the outcome of a complete row of values.
func (t Table) decide(values []string) string {
	if t.rule != nil {
		return t.rule(values)
	}
	at := 0
	for i, p := range t.Points {
		at = at*len(p.Values) + slices.Index(p.Values, values[i])
	}
	return t.rows[at : at+1]
}

// filled puts answers into the order of the points; "" is not answered.
func (t Table) filled(a Answers) []string {
	values := make([]string, len(t.Points))
	for i, p := range t.Points {
		values[i] = p.Unknown
		if v := a[p.Key]; slices.Contains(p.Values, v) {
			values[i] = v
		}
	}
	return values
}

// each calls f with every way to complete the values. f must not keep its argument.
func (t Table) each(fixed []string, f func(values []string)) {
	values := slices.Clone(fixed)
	var next func(i int)
	next = func(i int) {
		if i == len(values) {
			f(values)
			return
		}
		if fixed[i] != "" {
			next(i + 1)
			return
		}
		for _, v := range t.Points[i].Values {
			values[i] = v
			next(i + 1)
		}
	}
	next(0)
}

// possible lists the outcomes that values leave, the least urgent first.
func (t Table) possible(fixed []string) []string {
	seen := map[string]bool{}
	t.each(fixed, func(values []string) { seen[t.decide(values)] = true })
	return slices.DeleteFunc(slices.Clone(t.Outcome.Values), func(o string) bool { return !seen[o] })
}

// because finds the fewest answers that settle the outcome whatever the others
// are. Of several such sets it takes the one whose points come first.
func (t Table) because(fixed []string) []string {
	best, few := 0, len(fixed)+1
	for set := range 1 << len(fixed) {
		some, n := make([]string, len(fixed)), 0
		for i := range fixed {
			if set&(1<<i) != 0 {
				some[i] = fixed[i]
				n++
			}
		}
		if n < few && len(t.possible(some)) == 1 {
			best, few = set, n
		}
	}
	var keys []string
	for i, p := range t.Points {
		if best&(1<<i) != 0 && fixed[i] != "" {
			keys = append(keys, p.Key)
		}
	}
	return keys
}

// missing lists the points not answered on which the outcome still depends.
func (t Table) missing(fixed []string) []string {
	var keys []string
	for i, p := range t.Points {
		if fixed[i] == "" && t.turnsOn(fixed, i) {
			keys = append(keys, p.Key)
		}
	}
	return keys
}

// turnsOn reports whether some completion of the values changes with point i alone.
func (t Table) turnsOn(fixed []string, i int) bool {
	turns := false
	held := slices.Clone(fixed)
	held[i] = t.Points[i].Values[0]
	t.each(held, func(values []string) {
		first := t.decide(values)
		for _, v := range t.Points[i].Values[1:] {
			other := slices.Clone(values)
			other[i] = v
			turns = turns || t.decide(other) != first
		}
	})
	return turns
}
