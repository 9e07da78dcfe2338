// Package cvss reads the vectors of the Common Vulnerability Scoring System in
// its versions 2.0, 3.0, 3.1 and 4.0, computes their scores, and knows which
// property of FIRST's JSON schemas says what a metric of the vector says.
//
// The arithmetic is that of github.com/pandatix/go-cvss. On top of it this
// package takes the metrics of 2.0 and 3.x in any order, as the schemas do, and
// lets properties be laid over a vector.
package cvss

import (
	"errors"
	"fmt"
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"
)

// Version is a version of CVSS.
type Version string

// The versions.
const (
	V20 Version = "2.0"
	V30 Version = "3.0"
	V31 Version = "3.1"
	V40 Version = "4.0"
)

// Vector is a parsed vector. The zero Vector is none.
type Vector struct {
	version Version
	metrics []metric
	given   [32]uint8 // by place in metrics: 0 not given, else 1 + place of the value
}

var errMetric = errors.New(`has a part that is not "metric:value"`)

// Parse reads a vector, for instance
// "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H". A vector of version 2.0 has
// no prefix. All base metrics must be there, none twice; the metrics of 4.0
// must be in their order.
func Parse(vector string) (Vector, error) {
	v, rest := Vector{version: V20, metrics: metrics20}, vector
	if after, ok := strings.CutPrefix(vector, "CVSS:"); ok {
		number, body, _ := strings.Cut(after, "/")
		v.version, rest = Version(number), body
		switch v.version {
		case V30, V31:
			v.metrics = metrics3x
		case V40:
			v.metrics = metrics40
		default:
			return Vector{}, fmt.Errorf("has the unknown version %q", number)
		}
	}
	last := -1
	for part := range strings.SplitSeq(rest, "/") {
		name, val, ok := strings.Cut(part, ":")
		if !ok {
			return Vector{}, errMetric
		}
		m := v.place(name)
		if m < 0 {
			return Vector{}, fmt.Errorf("has the metric %q, which CVSS %s does not have", name, v.version)
		}
		if v.given[m] != 0 {
			return Vector{}, fmt.Errorf("has the metric %q twice", name)
		}
		if v.version == V40 && m < last {
			return Vector{}, fmt.Errorf("has the metric %q too late: CVSS 4.0 prescribes the order", name)
		}
		if last = m; !v.set(m, func(x value) bool { return x.abbrev == val }) {
			return Vector{}, fmt.Errorf("has the value %q for the metric %q, which CVSS %s does not have", val, name, v.version)
		}
	}
	for i, m := range v.metrics {
		if m.required && v.given[i] == 0 {
			return Vector{}, fmt.Errorf("lacks the base metric %q", m.abbrev)
		}
	}
	return v, nil
}

func (v *Vector) place(abbrev string) int {
	for i := range v.metrics {
		if v.metrics[i].abbrev == abbrev {
			return i
		}
	}
	return -1
}

func (v *Vector) set(m int, is func(value) bool) bool {
	for i, x := range v.metrics[m].values {
		if is(x) {
			v.given[m] = uint8(i + 1)
			return true
		}
	}
	return false
}

// Version is the version of CVSS that the vector is written in.
func (v Vector) Version() Version { return v.version }

// Property is what the vector says about a property of the JSON schema, like
// "NETWORK" for "attackVector". It is not ok if the version has no such
// property, or the vector does not name the metric.
func (v Vector) Property(name string) (val string, ok bool) {
	for i := range v.metrics {
		if m := &v.metrics[i]; m.property == name && v.given[i] != 0 {
			return m.values[v.given[i]-1].name, true
		}
	}
	return "", false
}

// With is the vector with one property of the JSON schema laid over it, unless
// the vector itself names the metric. Unknown properties and values change
// nothing.
func (v Vector) With(property, val string) Vector {
	for i := range v.metrics {
		if v.metrics[i].property == property && v.given[i] == 0 {
			v.set(i, func(x value) bool { return x.name == val })
		}
	}
	return v
}

// Properties are the metrics that the vector names, as property and value, in
// the order of the version's table.
func (v Vector) Properties(yield func(property, val string) bool) {
	for i, m := range v.metrics {
		if v.given[i] != 0 && !yield(m.property, m.values[v.given[i]-1].name) {
			return
		}
	}
}

// Scores are the numbers that a vector stands for. In version 4.0 there is only
// one, of all metrics given: the three are the same.
type Scores struct{ Base, Temporal, Environmental float64 }

// setter is what the four versions of the library have in common.
type setter interface {
	Set(abbrev, value string) error
}

// Scores computes them. Temporal and Environmental take metrics that are not
// given as not defined.
func (v Vector) Scores() Scores {
	switch v.version {
	case V20:
		var c gocvss20.CVSS20
		v.fill(&c)
		return Scores{c.BaseScore(), c.TemporalScore(), c.EnvironmentalScore()}
	case V30:
		var c gocvss30.CVSS30
		v.fill(&c)
		return Scores{c.BaseScore(), c.TemporalScore(), c.EnvironmentalScore()}
	case V31:
		var c gocvss31.CVSS31
		v.fill(&c)
		return Scores{c.BaseScore(), c.TemporalScore(), c.EnvironmentalScore()}
	case V40:
		var c gocvss40.CVSS40
		v.fill(&c)
		s := c.Score()
		return Scores{s, s, s}
	}
	return Scores{}
}

func (v Vector) fill(c setter) {
	for i, m := range v.metrics {
		if v.given[i] != 0 {
			// The tables have no metric and no value that the library lacks; a test holds that.
			_ = c.Set(m.abbrev, m.values[v.given[i]-1].abbrev)
		}
	}
}

// Severity is the rating of a score of version 3.0 or later.
func Severity(score float64) string {
	switch {
	case score >= 9:
		return "CRITICAL"
	case score >= 7:
		return "HIGH"
	case score >= 4:
		return "MEDIUM"
	case score > 0:
		return "LOW"
	}
	return "NONE"
}
