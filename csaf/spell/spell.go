// Package spell finds words that a dictionary does not have, for test 6.3.8 of
// CSAF. It reads the dictionaries of hunspell (an .aff file with rules and a
// .dic file with stems) and plain lists of words, and works in process.
//
// Words is the set of dictionaries that the validator takes as its Speller:
//
//	words := spell.New()
//	words.Add("en-US", dictionary)
//	csaf.Validate(tree, csaf.Options{Preset: "full", Speller: words})
//
// Of hunspell's rules it knows prefixes, suffixes and their combination,
// forbidden words, stems that need an affix, and the ways to write flags. It
// does not build compound words: a language that lives by them (German,
// Finnish) needs a list of its technical terms added with AddWords.
package spell

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words holds dictionaries by language. It must not be changed while in use.
type Words struct {
	byLang map[string][]*Dictionary // by tag in lower case
}

// New is an empty set of dictionaries.
func New() *Words { return &Words{byLang: map[string][]*Dictionary{}} }

// Add adds a dictionary for a language tag such as "en" or "en-US". A word is
// known if any of a language's dictionaries knows it.
func (w *Words) Add(lang string, d *Dictionary) {
	lang = strings.ToLower(strings.ReplaceAll(lang, "_", "-"))
	w.byLang[lang] = append(w.byLang[lang], d)
}

// AddWords adds single words for a language, written as they must appear.
func (w *Words) AddWords(lang string, words ...string) {
	d := newDictionary()
	for _, word := range words {
		d.stems[word] = append(d.stems[word], nil)
	}
	w.Add(lang, d)
}

// Knows reports whether there is a dictionary for a language: of the same tag,
// of a shorter one ("en" for "en-GB"), or of the same language elsewhere
// ("en-US" for "en").
func (w *Words) Knows(lang string) bool { return len(w.dictionaries(lang)) > 0 }

func (w *Words) dictionaries(lang string) []*Dictionary {
	lang = strings.ToLower(lang)
	for tag := lang; tag != ""; {
		if d := w.byLang[tag]; len(d) > 0 {
			return d
		}
		i := strings.LastIndexByte(tag, '-')
		tag = tag[:max(i, 0)]
	}
	var tags []string
	base, _, _ := strings.Cut(lang, "-")
	for tag := range w.byLang {
		if strings.HasPrefix(tag, base+"-") {
			tags = append(tags, tag)
		}
	}
	if len(tags) == 0 {
		return nil
	}
	return w.byLang[slices.Min(tags)]
}

// Misspelt gives the words of a text that the language's dictionaries do not
// have, each once, in the order of the text. Not judged are: words in capitals,
// which are abbreviations more often than not, what has a digit, addresses,
// file names and paths, and scripts that do not part words.
func (w *Words) Misspelt(lang, text string) (out []string) {
	dicts := w.dictionaries(lang)
	for word := range wordsOf(text) {
		if !knownTo(dicts, word) && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// knownTo reports whether a dictionary has the word, or each of its parts that
// hyphens join.
func knownTo(dicts []*Dictionary, word string) bool {
	for _, d := range dicts {
		if d.Knows(word) {
			return true
		}
	}
	if !strings.Contains(word, "-") {
		return false
	}
	for part := range strings.SplitSeq(word, "-") {
		if part != "" && !knownTo(dicts, part) {
			return false
		}
	}
	return true
}

// wordsOf visits the words of a text that can be judged.
func wordsOf(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for field := range strings.FieldsSeq(text) {
			if isAddress(field) {
				continue
			}
			for _, word := range strings.FieldsFunc(field, func(r rune) bool { return !inWord(r) }) {
				word = strings.Trim(strings.ReplaceAll(word, "’", "'"), "'-")
				if word != "" && judged(word) && !yield(word) {
					return
				}
			}
		}
	}
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '\'' || r == '’' || r == '-' || r == '_'
}

// isAddress reports whether a piece of text without spaces is a URL, a mail
// address, a path or a file name.
func isAddress(s string) bool {
	s = strings.Trim(s, ".,;:!?()[]{}<>\"'")
	if strings.Contains(s, "://") || strings.Contains(s, "@") || strings.Contains(s, "\\") || strings.HasPrefix(s, "/") {
		return true
	}
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '.' && isAlnum(s[i-1]) && isAlnum(s[i+1]) {
			return true // www.example.com, setup.exe
		}
	}
	return false
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func judged(word string) bool {
	for _, r := range word {
		if unicode.IsDigit(r) || r == '_' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			return false
		}
	}
	return utf8.RuneCountInString(word) > 1 && word != strings.ToUpper(word)
}
