// Package grammar finds faults of English that can be seen without
// understanding the sentence, for test 6.3.16 of CSAF 2.1:
//
//	csaf.Validate(tree, csaf.Options{Preset: "full", Grammar: grammar.English{}})
//
// It prefers silence to a false alarm: each rule is about a few words that
// stand side by side, and holds whatever else the sentence says. A caller who
// has a full grammar checker gives that instead.
package grammar

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// English knows some rules of English. It is used through the interface
// csaf.Grammar and has no state.
type English struct{}

// Knows reports whether a language tag is English of any region.
func (English) Knows(lang string) bool {
	base, _, _ := strings.Cut(lang, "-")
	return strings.EqualFold(base, "en")
}

// Faults gives a sentence about each fault that the rules find in a text, in
// the order of the text.
func (English) Faults(_, text string) (faults []string) {
	var before word
	for w := range words(text) {
		if !w.begins {
			for _, rule := range rules {
				if fault := rule(before, w); fault != "" {
					faults = append(faults, fault)
					break
				}
			}
		}
		before = w
	}
	return faults
}

// word is a word of a text.
type word struct {
	text   string // as written
	lower  string
	begins bool // something other than blanks stands before it
}

// isPlain reports whether a word is all in lower-case letters: no name, no
// abbreviation, no code.
func (w word) isPlain() bool {
	return w.text == w.lower && !strings.ContainsFunc(w.text, func(r rune) bool { return r < 'a' || r > 'z' })
}

// words visits the words of a text.
func words(text string) func(yield func(word) bool) {
	return func(yield func(word) bool) {
		begins := true
		for text != "" {
			r, size := utf8.DecodeRuneInString(text)
			if !isLetter(r) {
				begins = begins || !unicode.IsSpace(r) || r == '\n'
				text = text[size:]
				continue
			}
			end := strings.IndexFunc(text, func(r rune) bool { return !isLetter(r) && r != '\'' && r != '’' && r != '-' && r != '_' })
			if end < 0 {
				end = len(text)
			}
			w := word{text: strings.TrimRight(text[:end], "'’-"), begins: begins}
			w.lower = strings.ToLower(w.text)
			if !yield(w) {
				return
			}
			begins = end > len(w.text)
			text = text[end:]
		}
	}
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// rules are tried in order on each word and the one before it.
var rules = []func(before, w word) string{
	repeated, article, modal, ofForHave, purpose, pluralAfterArticle, agreement,
}

func repeated(before, w word) string {
	if before.lower != w.lower || !w.isPlain() || slices.Contains([]string{"that", "had", "very", "blah"}, w.lower) {
		return ""
	}
	return fmt.Sprintf("the word %q stands twice; remove one", w.text)
}

func article(before, w word) string {
	if !w.isPlain() || len(w.text) < 3 || !strings.ContainsAny(w.text, "aeiou") {
		return "" // an abbreviation is spoken by its letters
	}
	switch before.lower {
	case "a":
		if beginsWithVowel(w.text) && !slices.Contains([]string{"and", "out", "all", "also", "are", "into", "once", "one"}, w.text) {
			return fmt.Sprintf("%q before %q must be %q", before.text, w.text, "an")
		}
	case "an":
		if strings.IndexByte("aeiou", w.text[0]) < 0 && !hasPrefix(w.text, "hour", "honest", "honor", "honour", "heir", "html", "https", "xml", "sql", "ssl", "rpm", "nfs", "ftp", "mp") {
			return fmt.Sprintf("%q before %q must be %q", before.text, w.text, "a")
		}
	}
	return ""
}

// beginsWithVowel is about the sound: "one" and "user" begin with a consonant.
func beginsWithVowel(s string) bool {
	switch s[0] {
	case 'a', 'i':
		return true
	case 'e':
		return !hasPrefix(s, "eu", "ewe")
	case 'o':
		return !hasPrefix(s, "one-", "oneself")
	case 'u':
		return hasPrefix(s, "up", "un") && !hasPrefix(s, "uni", "unan")
	}
	return false
}

func hasPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

var (
	modals = []string{"must", "should", "shall", "may", "can", "could", "would", "might", "will", "cannot"}
	// baseForms are verbs that end like a participle or a third person.
	baseForms = []string{
		"need", "feed", "speed", "proceed", "exceed", "succeed", "embed", "shed", "bleed", "seed", "heed", "breed", "shred", "supersede",
		"focus", "alias", "bias", "canvas", "perhaps", "always", "sometimes", "thus", "besides", "otherwise", "indeed", "afterwards", "is", "as", "its", "this", "plus",
	}
)

func modal(before, w word) string {
	if !slices.Contains(modals, before.text) || !w.isPlain() || slices.Contains(baseForms, w.text) {
		return ""
	}
	switch {
	case strings.HasSuffix(w.text, "ed") && len(w.text) > 4:
		return fmt.Sprintf("after %q, %q is missing before %q", before.text, "be", w.text)
	case strings.HasSuffix(w.text, "s") && !hasSuffix(w.text, "ss", "us", "is") && len(w.text) > 4 && before.text != "can" && before.text != "will" && before.text != "may" && before.text != "might":
		return fmt.Sprintf("after %q the verb has no -s: %q", before.text, strings.TrimSuffix(w.text, "s"))
	}
	return ""
}

func hasSuffix(s string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(p string) bool { return strings.HasSuffix(s, p) })
}

func ofForHave(before, w word) string {
	if w.text == "of" && slices.Contains([]string{"could", "should", "would", "must", "might"}, before.lower) {
		return fmt.Sprintf("%q must be %q", before.text+" of", before.text+" have")
	}
	return ""
}

// verbsOnly are verbs that are not nouns as well.
var verbsOnly = []string{
	"ensure", "prevent", "allow", "avoid", "enable", "provide", "obtain", "execute", "mitigate", "reduce", "verify", "determine",
	"apply", "install", "protect", "improve", "achieve", "become", "receive", "perform", "contain", "inform", "recommend",
}

func purpose(before, w word) string {
	if before.lower == "for" && slices.Contains(verbsOnly, w.text) {
		return fmt.Sprintf("%q must be %q", before.text+" "+w.text, "to "+w.text)
	}
	return ""
}

// plurals are nouns of advisories that are hardly ever part of another name.
var plurals = []string{
	"products", "users", "attackers", "vulnerabilities", "versions", "requests", "packets", "updates", "patches", "passwords", "devices",
	"advisories", "weaknesses", "exploits", "organizations", "organisations", "messages", "commands",
}

func pluralAfterArticle(before, w word) string {
	if (before.lower == "a" || before.lower == "an") && slices.Contains(plurals, w.text) {
		return fmt.Sprintf("%q is plural and has no %q before it", w.text, before.text)
	}
	return ""
}

// disagreeing are words that do not go with the word after them. Plural nouns
// are not among the first, since the subject may stand before them: "the list
// of products is".
var disagreeing = map[string][]string{
	"it":      {"have", "do"},
	"this":    {"have", "were", "vulnerabilities", "products", "versions", "devices", "attackers"},
	"they":    {"is", "has", "was", "does"},
	"we":      {"is", "has", "was", "does"},
	"you":     {"is", "has", "was", "does"},
	"these":   {"is", "has", "was", "vulnerability", "product", "version", "attacker"},
	"many":    {"vulnerability", "product", "attacker"},
	"several": {"vulnerability", "product", "attacker", "device"},
}

func agreement(before, w word) string {
	if slices.Contains(disagreeing[before.lower], w.text) {
		return fmt.Sprintf("%q does not go with %q: one is singular, the other plural", before.text, w.text)
	}
	return ""
}
