// Package cpe reads names of the Common Platform Enumeration in both forms that
// CSAF allows: the formatted string of CPE 2.3
//
//	cpe:2.3:a:example:product_a:2.2.0:*:*:de:*:*:*:*
//
// and the URI of CPE 2.2
//
//	cpe:/a:example:product_a:2.2.0
//
// (NIST IR 7695). What is accepted is what the pattern of the CSAF schema
// accepts.
package cpe

import (
	"errors"
	"fmt"
	"strings"
)

// Attribute is one of the eleven parts of a name.
type Attribute uint8

// The attributes, in the order of a formatted string.
const (
	Part Attribute = iota
	Vendor
	Product
	Version
	Update
	Edition
	Language
	SWEdition
	TargetSW
	TargetHW
	Other
	attributes
)

// String is the name of the attribute.
func (a Attribute) String() string {
	return [...]string{"part", "vendor", "product", "version", "update", "edition", "language",
		"sw_edition", "target_sw", "target_hw", "other"}[a]
}

// Name is a CPE name: for each attribute a Value.
type Name [attributes]Value

// Value is a string without escapes, or one of the logical values ANY and NA.
type Value struct {
	Text string // "" for ANY and NA
	NA   bool
	Wild bool // Text has an unescaped "*" or "?" at an end
}

// IsAny reports the logical value ANY.
func (v Value) IsAny() bool { return v.Text == "" && !v.NA }

// IsSet reports whether the value is a string.
func (v Value) IsSet() bool { return v.Text != "" }

var (
	errPrefix = errors.New(`starts neither with "cpe:2.3:" nor with "cpe:/"`)
	errCount  = errors.New("does not have the eleven parts of a CPE 2.3 name")
	errPart   = errors.New(`has a part that is none of "a", "h" and "o"`)
	errMany   = errors.New("has more than the seven parts of a CPE 2.2 name")
)

// Parse reads a name in either form.
func Parse(s string) (Name, error) {
	if rest, ok := strings.CutPrefix(s, "cpe:2.3:"); ok {
		return formatted(rest)
	}
	if len(s) >= 5 && s[0] == 'c' && strings.EqualFold(s[1:5], "pe:/") {
		return uri(s[5:])
	}
	return Name{}, errPrefix
}

// Valid reports whether s is a name.
func Valid(s string) bool {
	_, err := Parse(s)
	return err == nil
}

func formatted(s string) (n Name, err error) {
	for a := range attributes {
		part, rest := cutUnescaped(s)
		if (rest == "") != (a == attributes-1) {
			return n, errCount
		}
		s = strings.TrimPrefix(rest, ":")
		if n[a], err = formattedValue(part, a); err != nil {
			return n, err
		}
	}
	return n, nil
}

// cutUnescaped cuts at the first colon without a backslash before it; the
// colon stays with the rest.
func cutUnescaped(s string) (part, rest string) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ':':
			return s[:i], s[i:]
		}
	}
	return s, ""
}

func formattedValue(s string, a Attribute) (Value, error) {
	switch {
	case s == "*":
		return Value{}, nil
	case s == "-":
		return Value{NA: true}, nil
	case a == Part:
		if s != "a" && s != "h" && s != "o" {
			return Value{}, errPart
		}
		return Value{Text: s}, nil
	case a == Language:
		if !isLanguage(s) {
			return Value{}, fmt.Errorf("has the language %q, which is not like \"de\" or \"de-DE\"", s)
		}
		return Value{Text: s}, nil
	}
	bare, front, ok := trimFront(s)
	if !ok {
		return Value{}, badValue(s, a)
	}
	var b strings.Builder
	b.WriteString(front)
	i := 0
	for ; i < len(bare) && bare[i] != '*' && bare[i] != '?'; i++ {
		c := bare[i]
		switch {
		case c == '\\' && i+1 < len(bare) && isPunctuation(bare[i+1]):
			i++
			b.WriteByte(bare[i])
		case isPlain(c):
			b.WriteByte(c)
		default:
			return Value{}, badValue(s, a)
		}
	}
	tail := bare[i:]
	if i == 0 || tail != "*" && strings.Trim(tail, "?") != "" {
		return Value{}, badValue(s, a)
	}
	b.WriteString(tail)
	return Value{Text: b.String(), Wild: front+tail != ""}, nil
}

// trimFront cuts the wildcards off the front: "?" any number of times, or "*".
func trimFront(s string) (rest, front string, ok bool) {
	if strings.HasPrefix(s, "*") {
		return s[1:], "*", true
	}
	rest = strings.TrimLeft(s, "?")
	return rest, s[:len(s)-len(rest)], s != ""
}

func badValue(s string, a Attribute) error {
	return fmt.Errorf("has the value %q for %s: write letters, digits, \"-\", \".\" and \"_\", anything else after a backslash, \"*\" or \"?\" only at the ends", s, a)
}

func isPlain(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_'
}

func isPunctuation(c byte) bool {
	return c > ' ' && c < 0x7f && (!isPlain(c))
}

// isLanguage holds "de" and "deu", with a region "DE" or "276".
func isLanguage(s string) bool {
	lang, region, found := strings.Cut(s, "-")
	if len(lang) < 2 || len(lang) > 3 || !all(lang, isLetter) {
		return false
	}
	return !found || len(region) == 2 && all(region, isLetter) || len(region) == 3 && all(region, isDigit)
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

func all(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return s != ""
}

// uri reads the part of a CPE 2.2 URI after "cpe:/". The edition may carry the
// attributes that 2.2 does not have, packed with "~".
func uri(s string) (n Name, err error) {
	order := [...]Attribute{Part, Vendor, Product, Version, Update, Edition, Language}
	for i := 0; ; i++ {
		part, rest, more := strings.Cut(s, ":")
		if i >= len(order) {
			return n, errMany
		}
		switch a := order[i]; {
		case a == Part && (len(part) > 1 || part != "" && !strings.Contains("ahoAHO", part)):
			return n, errPart
		case a == Edition && strings.HasPrefix(part, "~"):
			err = n.unpack(part)
		default:
			n[a], err = uriValue(part, a)
		}
		if err != nil || !more {
			return n, err
		}
		s = rest
	}
}

func (n *Name) unpack(s string) (err error) {
	fields := strings.Split(s[1:], "~")
	for i, a := range [...]Attribute{Edition, SWEdition, TargetSW, TargetHW, Other} {
		if i < len(fields) && err == nil {
			n[a], err = uriValue(fields[i], a)
		}
	}
	return err
}

func uriValue(s string, a Attribute) (v Value, err error) {
	if s == "" {
		return Value{}, nil
	}
	if s == "-" {
		return Value{NA: true}, nil
	}
	for i := range len(s) {
		if c := s[i]; !isPlain(c) && c != '~' && c != '%' {
			return Value{}, fmt.Errorf("has the character %q in %s: percent-encode it", c, a)
		}
	}
	if a == Part {
		s = strings.ToLower(s)
	}
	return Value{Text: decode(s, &v.Wild), Wild: v.Wild}, nil
}

// decode undoes percent-encoding; %01 and %02 are the wildcards "?" and "*".
// The CSAF pattern accepts a lone "%", which stays.
func decode(s string, wild *bool) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) < 16 && unhex(s[i+2]) < 16 {
			c := unhex(s[i+1])<<4 | unhex(s[i+2])
			if c == 1 || c == 2 {
				*wild = true
				c = " ?*"[c]
			}
			b.WriteByte(c)
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
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
