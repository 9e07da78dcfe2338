// Package bcp47 checks language tags (BCP 47, RFC 5646) as CSAF asks for them:
// is the tag well-formed, does every subtag exist in the IANA registry, does it
// use private use subtags, is it the default language.
//
// Subtags are compared without regard to case. The registry is embedded, one
// file for each kind of subtag; the file VERSION names its date and source.
package bcp47

//go:generate go run nakodo/csaf/internal/refresh -out registry languages

import (
	_ "embed"
	"fmt"
	"strings"
)

// The lists are sorted, in lower case, one subtag a line, all lines of one
// list equally long.
var (
	//go:embed registry/language2.txt
	language2 string
	//go:embed registry/language3.txt
	language3 string
	//go:embed registry/extlang.txt
	extlangs string // with the language each belongs to
	//go:embed registry/script.txt
	scripts string
	//go:embed registry/region.txt
	regions string
	//go:embed registry/variant.txt
	variants string
	//go:embed registry/grandfathered.txt
	grandfathered string
	//go:embed registry/VERSION
	version string
)

// Edition is the date of the registry, YYYY-MM-DD.
func Edition() string {
	date, _, _ := strings.Cut(version, "\n")
	return date
}

// Kind is the role of a subtag in a tag.
type Kind string

// The kinds of subtags.
const (
	Language      Kind = "language"
	Extlang       Kind = "extended language"
	Script        Kind = "script"
	Region        Kind = "region"
	Variant       Kind = "variant"
	Extension     Kind = "extension"
	PrivateUse    Kind = "private use"
	Grandfathered Kind = "grandfathered"
	Trailing      Kind = "trailing" // what the grammar has no place for
)

// An Error says which subtag makes a tag invalid and why.
type Error struct {
	Subtag string // as written
	Kind   Kind   // the role it would have
	Reason string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s subtag %q %s", e.Kind, e.Subtag, e.Reason)
}

// The reasons that a tag is refused for.
const (
	notRegistered = "is not in the IANA registry"
	misplaced     = "is malformed or stands in the wrong place"
	repeated      = "is used more than once"
	wrongPrefix   = "does not belong to the language before it"
)

// Check reports nil if the tag is valid in the sense of RFC 5646 section
// 2.2.9: well-formed, all subtags registered, none repeated. Grandfathered
// tags are valid. The error is an *Error.
func Check(tag string) error {
	if e := walk(tag, nil); e != nil {
		return e
	}
	return nil
}

// FirstPrivate is the first subtag that is reserved for private use: anything
// after "x", a language qaa to qtz, a script Qaaa to Qabx, a region AA, QM to
// QZ, XA to XZ or ZZ.
func FirstPrivate(tag string) (subtag string, ok bool) {
	walk(tag, func(kind Kind, s string) {
		if !ok && isPrivate(kind, s) {
			subtag, ok = s, true
		}
	})
	return subtag, ok
}

// IsDefault reports whether the tag is "i-default".
func IsDefault(tag string) bool { return strings.EqualFold(tag, "i-default") }

// Base is the language subtag of a tag in lower case: "en" for "en-US".
func Base(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(base)
}

// IsEnglish reports whether the language is English, in any of its forms.
func IsEnglish(tag string) bool {
	return len(tag) >= 2 && strings.EqualFold(tag[:2], "en") && (len(tag) == 2 || tag[2] == '-')
}

// walk goes through the subtags in the order of the grammar and hands each to
// visit with its kind, registered or not, until the first mistake.
func walk(tag string, visit func(Kind, string)) *Error {
	if visit == nil {
		visit = func(Kind, string) {}
	}
	if len(tag) >= 5 && isGrandfathered(tag) {
		visit(Grandfathered, tag)
		return nil
	}
	w := walker{rest: tag, visit: visit}
	w.next()
	if w.is("x") {
		return w.private()
	}
	var first *Error // visit sees the rest even if a subtag is not registered
	note := func(e *Error) {
		if first == nil {
			first = e
		}
	}
	note(w.language())
	if w.here != "" && len(w.here) == 4 && isAlpha(w.here) {
		note(w.take(Script, isPrivate(Script, w.here) || listed(scripts, 4, w.here)))
	}
	if len(w.here) == 2 && isAlpha(w.here) || len(w.here) == 3 && isDigit(w.here) {
		note(w.take(Region, isPrivate(Region, w.here) || listed(regions, 3, w.here)))
	}
	note(w.variants())
	note(w.extensions())
	if first != nil {
		return first
	}
	if w.is("x") {
		return w.private()
	}
	if !w.done {
		return &Error{w.here, Trailing, misplaced}
	}
	return nil
}

// walker holds the subtag at hand and what follows it.
type walker struct {
	here, rest string
	done       bool // past the last subtag
	last       bool // here is the last subtag
	visit      func(Kind, string)
}

func (w *walker) next() {
	if w.last {
		w.here, w.done = "", true
		return
	}
	var more bool
	if w.here, w.rest, more = strings.Cut(w.rest, "-"); !more {
		w.last = true
	}
}

func (w *walker) is(s string) bool { return !w.done && strings.EqualFold(w.here, s) }

// take consumes the subtag at hand.
func (w *walker) take(kind Kind, registered bool) (e *Error) {
	w.visit(kind, w.here)
	if !registered {
		e = &Error{w.here, kind, notRegistered}
	}
	w.next()
	return e
}

func (w *walker) language() *Error {
	s := w.here
	if len(s) < 2 || len(s) > 8 || !isAlpha(s) {
		return &Error{s, Language, misplaced}
	}
	known := len(s) == 2 && listed(language2, 2, s) || len(s) == 3 && listed(language3, 3, s)
	e := w.take(Language, known || isPrivate(Language, s))
	if len(s) > 3 {
		return e // reserved, no extended languages
	}
	for n := 0; len(w.here) == 3 && isAlpha(w.here); n++ {
		ext := w.here
		prefix, registered := find(extlangs, 3, 3, ext)
		bad := w.take(Extlang, registered)
		switch {
		case bad == nil && !strings.EqualFold(strings.TrimRight(prefix, " "), s):
			bad = &Error{ext, Extlang, wrongPrefix}
		case bad == nil && n > 0:
			bad = &Error{ext, Extlang, misplaced}
		}
		if e == nil {
			e = bad
		}
	}
	return e
}

func (w *walker) variants() (first *Error) {
	var seen [8]string
	n := 0
	for !w.done && isVariant(w.here) {
		s := w.here
		e := w.take(Variant, listed(variants, 8, s))
		for _, old := range seen[:n] {
			if e == nil && strings.EqualFold(old, s) {
				e = &Error{s, Variant, repeated}
			}
		}
		if n < len(seen) {
			seen[n] = s
			n++
		}
		if first == nil {
			first = e
		}
	}
	return first
}

// extensions are a singleton and the subtags that follow it.
func (w *walker) extensions() (first *Error) {
	var seen uint64
	for !w.done && len(w.here) == 1 && isAlnum(w.here) && !w.is("x") {
		s := w.here
		bit := uint64(1) << (lower(s[0]) & 63)
		e := w.take(Extension, true)
		if seen&bit != 0 {
			e = &Error{s, Extension, repeated}
		}
		seen |= bit
		n := 0
		for !w.done && len(w.here) >= 2 && len(w.here) <= 8 && isAlnum(w.here) {
			w.take(Extension, true)
			n++
		}
		if n == 0 && e == nil {
			e = &Error{s, Extension, misplaced}
		}
		if first == nil {
			first = e
		}
	}
	return first
}

// private is "x" and everything after it.
func (w *walker) private() *Error {
	w.next()
	if w.done {
		return &Error{"x", PrivateUse, misplaced}
	}
	for !w.done {
		s := w.here
		if len(s) < 1 || len(s) > 8 || !isAlnum(s) {
			return &Error{s, PrivateUse, misplaced}
		}
		w.take(PrivateUse, true)
	}
	return nil
}
