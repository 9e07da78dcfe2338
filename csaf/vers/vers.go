// Package vers reads version ranges as CSAF 2.1 writes them: in the form of a
// VErsion Range Specifier
//
//	vers:npm/>=2.2.0|!=2.2.1|<2.3.0
//
// or, as the standard calls it, a "vls": the constraints alone, >=2.2.0|<2.3.0.
//
// Parse says what a string means. Range.Check says whether it is canonical, as
// the rules for product_version_range demand. Contains, Overlaps, Single and
// UpperOpen answer the questions of the tests 6.1.59, 6.2.49, 6.2.50 and
// 6.3.19. How versions compare depends on the type (npm, deb, pypi ...); see
// Compare for those that are known.
//
// The source is the VERS specification of ECMA TC54,
// https://github.com/package-url/vers-spec, as of August 2026.
package vers

import (
	"errors"
	"fmt"
	"strings"
)

// Comparator stands in front of a version in a constraint.
type Comparator uint8

// The comparators.
const (
	Equal Comparator = iota
	NotEqual
	Less
	LessOrEqual
	Greater
	GreaterOrEqual
)

// String is the comparator as written.
func (c Comparator) String() string {
	return [...]string{"=", "!=", "<", "<=", ">", ">="}[c]
}

func (c Comparator) isLower() bool { return c == Greater || c == GreaterOrEqual } // begins an interval
func (c Comparator) isUpper() bool { return c == Less || c == LessOrEqual }       // ends an interval
func (c Comparator) includes() bool {
	return c == Equal || c == LessOrEqual || c == GreaterOrEqual
}

// Constraint is a comparator and the version it applies to.
type Constraint struct {
	Comparator
	Version string // percent-decoded

	raw      string // as written
	explicit bool   // "=" was written
}

// Range is a set of versions.
type Range struct {
	Type        string // "npm" in vers:npm/..., "" for a vls
	Constraints []Constraint
	Star        bool // "*", and no constraints

	scheme *scheme
	lazy   *lazyShape
}

var (
	errEmpty      = errors.New("is empty")
	errWhitespace = errors.New("contains white space")
	errControl    = errors.New("contains a character that is not printable ASCII: percent-encode it")
	errPipe       = errors.New(`has an empty constraint: "|" stands between two constraints, not at an end and not twice`)
	errStar       = errors.New(`uses "*", which must stand alone after the type: write vers:all/*`)
	errNoVersion  = errors.New("has a comparator without a version")
	errPercent    = errors.New(`has a "%" that two hexadecimal digits do not follow`)
)

// IsVers reports whether a string says that it is a VERS: it has the scheme
// "vers:", a type, "/" and something after it.
func IsVers(s string) bool {
	_, _, ok := cut(s)
	return ok
}

// cut parts a VERS into its type and its constraints.
func cut(s string) (typ, constraints string, ok bool) {
	rest, ok := strings.CutPrefix(s, "vers:")
	if !ok {
		return "", "", false
	}
	typ, constraints, ok = strings.Cut(rest, "/")
	return typ, constraints, ok && isType(typ) && constraints != ""
}

func isType(s string) bool {
	if s == "" || s[0]|0x20 < 'a' || s[0]|0x20 > 'z' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlnum(c) && c != '.' && c != '-' && c != '+' {
			return false
		}
	}
	return true
}

// Parse reads a VERS or a vls. It refuses a string that has no clear meaning.
// What it returns need not be canonical: constraints may be in any order and
// contradict each other. See Check.
func Parse(s string) (Range, error) {
	if s == "" {
		return Range{}, errEmpty
	}
	for i := range len(s) {
		if c := s[i]; c == ' ' || '\t' <= c && c <= '\r' {
			return Range{}, errWhitespace
		} else if c < ' ' || c > '~' {
			return Range{}, errControl
		}
	}
	typ, list, ok := cut(s)
	if !ok {
		list = s
	}
	r := Range{Type: typ, scheme: schemeOf(strings.ToLower(typ)), lazy: new(lazyShape)}
	if !ok {
		r.Type = ""
		r.scheme = &natural
	}
	if list == "*" && ok {
		r.Star = true
		return r, nil
	}
	r.Constraints = make([]Constraint, 0, 1+strings.Count(list, "|"))
	for each := range strings.SplitSeq(list, "|") {
		c, err := constraint(each)
		if err != nil {
			return Range{}, err
		}
		r.Constraints = append(r.Constraints, c)
	}
	return r, nil
}

func constraint(s string) (c Constraint, err error) {
	if s == "" {
		return c, errPipe
	}
	switch {
	case strings.HasPrefix(s, ">="):
		c.Comparator, s = GreaterOrEqual, s[2:]
	case strings.HasPrefix(s, "<="):
		c.Comparator, s = LessOrEqual, s[2:]
	case strings.HasPrefix(s, "!="):
		c.Comparator, s = NotEqual, s[2:]
	case s[0] == '>':
		c.Comparator, s = Greater, s[1:]
	case s[0] == '<':
		c.Comparator, s = Less, s[1:]
	case s[0] == '=':
		c.explicit, s = true, s[1:]
	}
	if s == "" {
		return c, errNoVersion
	}
	if s == "*" {
		return c, errStar
	}
	if i := strings.IndexAny(s, "<>=!*"); i >= 0 {
		return c, fmt.Errorf("has the character %q in the version %q: percent-encode it", s[i], s)
	}
	c.raw, c.Version = s, s
	if strings.IndexByte(s, '%') >= 0 {
		c.Version, err = decode(s)
	}
	return c, err
}

func decode(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) || unhex(s[i+1]) > 15 || unhex(s[i+2]) > 15 {
			return "", errPercent
		}
		b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
		i += 2
	}
	return b.String(), nil
}

func unhex(c byte) byte {
	switch {
	case isDigit(c):
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isAlnum(c byte) bool { return isDigit(c) || isAlpha(c) }

// IsVers reports whether the range was written as a VERS, not as a vls.
func (r Range) IsVers() bool { return r.Type != "" }

// Comparable reports whether versions of the range's type can be compared: a
// vls can, on best effort.
func (r Range) Comparable() bool { return r.scheme != nil }

// Single is the version if the range consists of exactly one: 1.0, or >=1.0
// and <=1.0.
func (r Range) Single() (version string, ok bool) {
	switch c := r.Constraints; {
	case len(c) == 1 && c[0].Comparator == Equal:
		return c[0].Version, true
	case len(c) == 2 && c[0].Version == c[1].Version && c[0].Comparator == GreaterOrEqual && c[1].Comparator == LessOrEqual:
		return c[0].Version, true
	}
	return "", false
}

// UpperOpen is the constraint from which on all later versions are in the
// range, if there is one. It is the last one of those that begin an interval,
// if nothing ends it; "!=" does not end it. A "*" is not upper open: the
// standard wants it for "all versions".
func (r Range) UpperOpen() (last Constraint, ok bool) {
	for _, c := range r.sorted() {
		switch {
		case c.isLower():
			last, ok = c, true
		case c.isUpper():
			ok = false
		}
	}
	return last, ok
}

// TypeOf is the type that a VERS claims, also where the rest is malformed; ""
// for what does not claim to be one.
func TypeOf(s string) string {
	typ, _, ok := cut(s)
	if !ok {
		return ""
	}
	return typ
}
