package spell

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Dictionary knows the words of one language.
type Dictionary struct {
	stems    map[string][]flags // a stem may stand there several times
	suffixes map[string][]affix // by what they add
	prefixes map[string][]affix
	longest  int // bytes that an affix adds at most

	forbidden, needAffix, onlyCompound, keepCase flag
}

// flag is a mark of hunspell on a stem or an affix, 0 for none.
type flag = uint32

type flags []flag

func (f flags) has(x flag) bool { return x != 0 && slices.Contains(f, x) }

// affix is one rule: a word that ends (or begins) so can be a stem with
// another end.
type affix struct {
	flag      flag
	cross     bool   // may be combined with an affix at the other end
	strip     string // what the stem has instead
	condition []class
	then      flags // flags for a further affix on top of this one
}

// class is a set of characters, of which a condition is a sequence.
type class struct {
	runes  string
	negate bool
	any    bool
}

func (c class) has(r rune) bool { return c.any || strings.ContainsRune(c.runes, r) != c.negate }

func newDictionary() *Dictionary {
	return &Dictionary{stems: map[string][]flags{}, suffixes: map[string][]affix{}, prefixes: map[string][]affix{}}
}

// Knows reports whether a word is right. A word in lower case in the
// dictionary may be written with a capital or in capitals, a name in capitals.
func (d *Dictionary) Knows(word string) bool {
	if d.forbids(word) {
		return false
	}
	if d.exact(word, false) {
		return true
	}
	first, size := utf8.DecodeRuneInString(word)
	if !unicode.IsUpper(first) {
		return false
	}
	rest := word[size:]
	lower := strings.ToLower(word)
	switch {
	case rest == strings.ToLower(rest): // Capital
		return d.exact(lower, true)
	case word == strings.ToUpper(word): // CAPITALS
		return d.exact(lower, true) || d.exact(string(first)+strings.ToLower(rest), true)
	}
	return false
}

func (d *Dictionary) forbids(word string) bool {
	return slices.ContainsFunc(d.stems[word], func(f flags) bool { return f.has(d.forbidden) })
}

// exact looks a word up as it is written, as a stem with or without affixes.
func (d *Dictionary) exact(word string, folded bool) bool {
	for _, f := range d.stems[word] {
		if !f.has(d.needAffix) && d.usable(f, folded) {
			return true
		}
	}
	return d.suffixed(word, 0, nil, folded) || d.prefixed(word, folded)
}

// usable reports whether a stem may stand as a word of its own.
func (d *Dictionary) usable(f flags, folded bool) bool {
	return !f.has(d.forbidden) && !f.has(d.onlyCompound) && !(folded && f.has(d.keepCase))
}

// suffixed takes suffixes off: at most two, the second only where the first
// is one that may follow it. prefix is a rule that was taken off before.
func (d *Dictionary) suffixed(word string, depth int, prefix *affix, folded bool) bool {
	return d.eachSuffix(word, func(a affix, stem string) bool {
		if prefix != nil && (!a.cross || !prefix.cross) {
			return false
		}
		for _, f := range d.stems[stem] {
			if f.has(a.flag) && d.usable(f, folded) && (prefix == nil || f.has(prefix.flag) || a.then.has(prefix.flag)) {
				return true
			}
		}
		return depth == 0 && d.eachSuffix(stem, func(inner affix, stem string) bool {
			return inner.then.has(a.flag) && slices.ContainsFunc(d.stems[stem], func(f flags) bool {
				return f.has(inner.flag) && d.usable(f, folded) && (prefix == nil || f.has(prefix.flag))
			})
		})
	})
}

// eachSuffix tries the rules by which a word may have come from a stem.
func (d *Dictionary) eachSuffix(word string, try func(affix, string) bool) bool {
	for cut := len(word); cut >= max(0, len(word)-d.longest); cut-- {
		for _, a := range d.suffixes[word[cut:]] {
			stem := word[:cut] + a.strip
			if stem != "" && a.fitsEnd(stem) && try(a, stem) {
				return true
			}
		}
	}
	return false
}

func (d *Dictionary) prefixed(word string, folded bool) bool {
	for cut := 0; cut <= min(len(word), d.longest); cut++ {
		for _, a := range d.prefixes[word[:cut]] {
			stem := a.strip + word[cut:]
			if stem == "" || !a.fitsStart(stem) {
				continue
			}
			for _, f := range d.stems[stem] {
				if f.has(a.flag) && d.usable(f, folded) {
					return true
				}
			}
			if a.cross && d.suffixed(stem, 0, &a, folded) {
				return true
			}
		}
	}
	return false
}

func (a *affix) fitsEnd(stem string) bool {
	for _, c := range slices.Backward(a.condition) {
		r, size := utf8.DecodeLastRuneInString(stem)
		if size == 0 || !c.has(r) {
			return false
		}
		stem = stem[:len(stem)-size]
	}
	return true
}

func (a *affix) fitsStart(stem string) bool {
	for _, c := range a.condition {
		r, size := utf8.DecodeRuneInString(stem)
		if size == 0 || !c.has(r) {
			return false
		}
		stem = stem[size:]
	}
	return true
}
