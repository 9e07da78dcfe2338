// Package purl reads, checks and writes package URLs (ECMA-427) like
//
//	pkg:deb/debian/curl@7.88.1-10?arch=amd64
//
// Parse refuses what the standard and the definition of the package's type
// refuse: a missing name, a namespace where the type has none, a missing
// required qualifier. A Purl is normalised: what a type writes in lower case
// is in lower case. String is the canonical form.
package purl

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Purl is a package URL in its parts, decoded.
type Purl struct {
	Type       string
	Namespace  string // segments parted by "/"
	Name       string
	Version    string
	Qualifiers []Qualifier // by key
	Subpath    string      // segments parted by "/"
}

// Qualifier is one key=value.
type Qualifier struct{ Key, Value string }

// Qualifier is the value for a key, "" if there is none.
func (p Purl) Qualifier(key string) string {
	for _, q := range p.Qualifiers {
		if q.Key == key {
			return q.Value
		}
	}
	return ""
}

// SameBut reports whether two package URLs differ in their qualifiers at most.
func (p Purl) SameBut(q Purl) bool {
	return p.Type == q.Type && p.Namespace == q.Namespace && p.Name == q.Name &&
		p.Version == q.Version && p.Subpath == q.Subpath
}

// The mistakes that need no detail.
var (
	errScheme = errors.New(`does not start with "pkg:"`)
	errType   = errors.New(`has no valid type: after "pkg:" a letter, then letters, digits, "." or "-", then "/"`)
	errName   = errors.New("has no name")
	errCPAN   = errors.New(`names a module instead of a distribution: write "-" instead of "::"`)
)

// Parse takes a package URL apart. Upper case in the type is read as lower
// case and "pkg://" as "pkg:", as ECMA-427 wants from a reader; see
// IsCanonical. A qualifier's key that starts in upper case is an error, as the
// official test cases have it.
func Parse(s string) (Purl, error) { return parse(s, false) }

// Normalize is Parse, forgiving upper case in keys of qualifiers, and String.
func Normalize(s string) (string, error) {
	p, err := parse(s, true)
	if err != nil {
		return "", err
	}
	return p.String(), nil
}

// IsCanonical reports whether s is written as String would write it.
func IsCanonical(s string) bool {
	p, err := Parse(s)
	return err == nil && p.String() == s
}

func parse(s string, lenient bool) (p Purl, err error) {
	rest, ok := cutScheme(s)
	if !ok {
		return p, errScheme
	}
	if i := strings.LastIndexByte(rest, '#'); i >= 0 {
		if p.Subpath, err = subpath(rest[i+1:]); err != nil {
			return p, err
		}
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '?'); i >= 0 {
		if p.Qualifiers, err = qualifiers(rest[i+1:], lenient); err != nil {
			return p, err
		}
		rest = rest[:i]
	}
	p.Type, rest, ok = strings.Cut(strings.TrimLeft(rest, "/"), "/")
	if !isType(p.Type) {
		return p, errType
	}
	if p.Type = strings.ToLower(p.Type); !ok {
		return p, errName
	}
	last := strings.LastIndexByte(rest, '/') + 1
	if i := strings.LastIndexByte(rest[last:], '@'); i >= 0 {
		if p.Version, err = decode(rest[last+i+1:]); err != nil {
			return p, fmt.Errorf("version %w", err)
		}
		rest = rest[:last+i]
	}
	if p.Name, err = decode(rest[last:]); err != nil {
		return p, fmt.Errorf("name %w", err)
	}
	if p.Namespace, err = segments(strings.Trim(rest[:last], "/"), "namespace"); err != nil {
		return p, err
	}
	return p.normal()
}

func cutScheme(s string) (rest string, ok bool) {
	if len(s) < 4 || !strings.EqualFold(s[:4], "pkg:") {
		return "", false
	}
	return s[4:], true
}

func isType(s string) bool {
	if s == "" || s[0]|0x20 < 'a' || s[0]|0x20 > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

// segments decodes a path; empty segments go.
func segments(path, what string) (string, error) {
	if !strings.ContainsRune(path, '%') && !strings.Contains(path, "//") {
		return path, nil
	}
	var out []string
	for seg := range strings.SplitSeq(path, "/") {
		if seg == "" {
			continue
		}
		d, err := decode(seg)
		if err != nil {
			return "", fmt.Errorf("%s %w", what, err)
		}
		if strings.ContainsRune(d, '/') {
			return "", fmt.Errorf("%s has a segment with a slash in it", what)
		}
		out = append(out, d)
	}
	return strings.Join(out, "/"), nil
}

// subpath is relative to the root of the package: no "." and "..".
func subpath(s string) (string, error) {
	path, err := segments(strings.Trim(s, "/"), "subpath")
	if err != nil || !strings.ContainsRune(path, '.') {
		return path, err
	}
	parts := strings.Split(path, "/")
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "." || p == ".." }), "/"), nil
}

func qualifiers(s string, lenient bool) ([]Qualifier, error) {
	var out []Qualifier
	for pair := range strings.SplitSeq(s, "&") {
		if pair == "" {
			continue
		}
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("qualifier %q has no value", key)
		}
		if !isKey(key, lenient) {
			return nil, fmt.Errorf("qualifier key %q is not lower case letters, digits, \".\", \"-\" and \"_\", starting with a letter", key)
		}
		value, err := decode(value)
		if err != nil {
			return nil, fmt.Errorf("qualifier %q %w", key, err)
		}
		if value != "" {
			out = append(out, Qualifier{strings.ToLower(key), value})
		}
	}
	return sorted(out)
}

func sorted(list []Qualifier) ([]Qualifier, error) {
	slices.SortStableFunc(list, func(a, b Qualifier) int { return strings.Compare(a.Key, b.Key) })
	for i := 1; i < len(list); i++ {
		if list[i-1].Key == list[i].Key {
			return nil, fmt.Errorf("qualifier %q is given twice", list[i].Key)
		}
	}
	return list, nil
}

func isKey(s string, lenient bool) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
		case 'A' <= c && c <= 'Z' && (i > 0 || lenient):
		case i > 0 && ('0' <= c && c <= '9' || c == '.' || c == '-' || c == '_'):
		default:
			return false
		}
	}
	return true
}

// decode undoes percent-encoding.
func decode(s string) (string, error) {
	i := strings.IndexByte(s, '%')
	if i < 0 {
		return s, nil
	}
	var b strings.Builder
	b.Grow(len(s))
	for ; i >= 0; i = strings.IndexByte(s, '%') {
		if i+2 >= len(s) || unhex(s[i+1]) > 15 || unhex(s[i+2]) > 15 {
			return "", errors.New(`has a "%" that two hexadecimal digits do not follow`)
		}
		b.WriteString(s[:i])
		b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
		s = s[i+3:]
	}
	b.WriteString(s)
	return b.String(), nil
}

func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

// String is the canonical form.
func (p Purl) String() string {
	b := make([]byte, 0, 64)
	b = append(b, "pkg:"...)
	b = append(b, p.Type...)
	b = append(b, '/')
	if p.Namespace != "" {
		b = append(encode(b, p.Namespace, true), '/')
	}
	b = encode(b, p.Name, p.Type == "git")
	if p.Version != "" {
		b = encode(append(b, '@'), p.Version, false)
	}
	for i, q := range p.Qualifiers {
		b = append(b, "?&"[min(i, 1)])
		b = append(append(b, q.Key...), '=')
		b = encode(b, q.Value, false)
	}
	if p.Subpath != "" {
		b = encode(append(b, '#'), p.Subpath, true)
	}
	return string(b)
}

func encode(b []byte, s string, path bool) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9',
			c == '.', c == '-', c == '_', c == '~', c == ':', c == '/' && path:
			b = append(b, c)
		default:
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return b
}
