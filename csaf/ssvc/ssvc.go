// Package ssvc knows the decision points of the Stakeholder-Specific
// Vulnerability Categorization as CSAF 2.1 asks about them: what a namespace
// means, whether a decision point exists in a version, with which values in
// which order, and which version was the newest at a time.
//
// The decision points are those of the registered namespaces in
// decision_points.tsv; its first line names source and state.
package ssvc

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:generate go run ../internal/refresh -file ../../../SSVC ssvc

//go:embed decision_points.tsv
var table string

// Namespace is the namespace of a decision point, taken apart.
type Namespace struct {
	Base     string   // "ssvc", "nist#800-30", "x_example.test#doc": all before the first slash
	Language string   // first extension segment: a language tag, or ""
	Segments []string // further extension segments
	Kind     Kind
}

// Kind says who answers for the base of a namespace.
type Kind uint8

// The kinds of namespaces.
const (
	Unregistered  Kind = iota // begins with x_: anybody's
	Registered                // known to the SSVC project: ssvc, cvss, cisa, basic, nist
	Documentation             // example, x_example: for documents about SSVC
	Testing                   // test, x_test: for tests of software
	Invalid                   // invalid, x_invalid: never to be used
	Unknown                   // looks registered, but is not in the list
)

// ParseNamespace takes a namespace apart. It does not judge the form, which
// the schema of SSVC does.
func ParseNamespace(s string) Namespace {
	base, rest, extended := strings.Cut(s, "/")
	ns := Namespace{Base: base, Kind: kindOf(base)}
	if extended {
		parts := strings.Split(rest, "/")
		ns.Language, ns.Segments = parts[0], parts[1:]
	}
	return ns
}

func kindOf(base string) Kind {
	name, _, _ := strings.Cut(base, "#")
	switch name {
	case "ssvc", "cvss", "cisa", "basic", "nist":
		return Registered
	case "example", "x_example":
		return Documentation
	case "test", "x_test":
		return Testing
	case "invalid", "x_invalid":
		return Invalid
	}
	if strings.HasPrefix(name, "x_") {
		return Unregistered
	}
	return Unknown
}

// Extended reports whether the namespace refines or translates its base.
func (n Namespace) Extended() bool { return n.Language != "" || len(n.Segments) > 0 }

// Translated reports whether some part of the extension says that the words
// are given in another language.
func (n Namespace) Translated() bool {
	return n.Language != "" || slices.ContainsFunc(n.Segments, func(s string) bool {
		return !strings.HasPrefix(s, ".") || strings.Contains(s, "$")
	})
}

// DecisionPoint is one version of a decision point of a registered namespace.
type DecisionPoint struct {
	Namespace, Key, Version, Name string
	Since                         string // day of publication, "2023-11-14"
	Values                        []Value
}

// Value is one of the answers to a decision point.
type Value struct{ Key, Name string }

// points maps "namespace\tkey" to the versions of a decision point, oldest first.
var points = sync.OnceValue(func() map[string][]DecisionPoint {
	all := map[string][]DecisionPoint{}
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSpace(line), "\t")
		p := DecisionPoint{Namespace: f[0], Key: f[1], Version: f[2], Since: f[3], Name: f[4]}
		for _, v := range f[5:] {
			key, name, _ := strings.Cut(v, "=")
			p.Values = append(p.Values, Value{key, name})
		}
		all[f[0]+"\t"+f[1]] = append(all[f[0]+"\t"+f[1]], p)
	}
	for _, versions := range all {
		slices.SortFunc(versions, func(a, b DecisionPoint) int { return CompareVersions(a.Version, b.Version) })
	}
	return all
})

// Versions gives all versions of a decision point of a base namespace, oldest
// first; none if there is no such decision point.
func Versions(base, key string) []DecisionPoint { return points()[base+"\t"+key] }

// LatestAt gives the newest of some versions of a decision point that was
// published by a time; false if none was.
func LatestAt(versions []DecisionPoint, at time.Time) (DecisionPoint, bool) {
	day := at.UTC().Format(time.DateOnly)
	for _, p := range slices.Backward(versions) {
		if p.Since <= day {
			return p, true
		}
	}
	return DecisionPoint{}, false
}

// CompareVersions orders versions such as 1.9.7 and 2.0.0 by their numbers.
func CompareVersions(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		if d := strings.Compare(x, y); d != 0 {
			return d
		}
	}
	return 0
}
