package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Word is one word of a text, folded as Name folds, together with what its
// writing tells. Japanese comes as overlapping pairs of characters.
type Word struct {
	Text     string
	Line     int    // of the text, from 1
	Joined   bool   // to the word before, with no space between: FA-M3, 横河の
	Capital  bool   // written with a capital letter
	Unspaced bool   // a pair of Japanese characters, or a single one
	Head     string // the first piece of a word made of pieces, as dia of DIAScreen and eswgp of ESWGP506
}

// Words splits a text for matching against names. Unlike Tokens it gives no
// last single character after a pair, and it does not join lines.
func Words(text string) []Word {
	var words []Word
	for i, line := range strings.Split(text, "\n") {
		words = appendLine(words, line, i+1)
	}
	return words
}

func appendLine(words []Word, line string, number int) []Word {
	line = norm.NFKC.String(strings.Map(dropInvisible, strings.ToValidUTF8(line, " ")))
	for at := 0; at < len(line); {
		r, size := utf8.DecodeRuneInString(line[at:])
		if !isWordRune(r) {
			at += size
			continue
		}
		end := endOfWord(line, at)
		joined := at > 0 && !spaceBefore(line, at)
		words = appendWord(words, line[at:end], number, joined)
		at = end
	}
	return words
}

// spaceBefore looks at the character before the word and past one hyphen,
// dot, slash or the like.
func spaceBefore(line string, at int) bool {
	r, size := utf8.DecodeLastRuneInString(line[:at])
	if isWordRune(r) {
		return false
	}
	if r == ',' || r == '(' || r == '"' || isSpace(r) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(line[:at-size])
	return !isWordRune(before)
}

// endOfWord finds where the run of one kind of writing that starts at ends. A
// long-vowel mark after a Latin letter is a hyphen.
func endOfWord(line string, at int) int {
	first, size := utf8.DecodeRuneInString(line[at:])
	unspaced := isUnspaced(first)
	for at += size; at < len(line); {
		r, size := utf8.DecodeRuneInString(line[at:])
		if !isWordRune(r) || isUnspaced(r) != unspaced && !isMark(r) {
			break
		}
		at += size
	}
	return at
}

func appendWord(words []Word, written string, line int, joined bool) []Word {
	first, _ := utf8.DecodeRuneInString(written)
	folded := kana(strings.TrimFunc(characters(written), func(r rune) bool { return !isWordRune(r) }))
	if !isUnspaced(first) {
		if folded == "" {
			return words
		}
		if len(folded) > longestWord {
			folded = string([]rune(folded)[:min(longestWord, utf8.RuneCountInString(folded))])
		}
		return append(words, Word{Text: folded, Line: line, Joined: joined, Capital: strings.ContainsFunc(written, unicode.IsUpper), Head: headOf(written)})
	}
	runes := []rune(folded)
	if len(runes) == 1 {
		if runes[0] == longVowel {
			return words
		}
		return append(words, Word{Text: folded, Line: line, Joined: joined, Unspaced: true})
	}
	for i := range len(runes) - 1 {
		words = append(words, Word{Text: string(runes[i : i+2]), Line: line, Joined: joined || i > 0, Unspaced: true})
	}
	return words
}

// headOf gives the piece before the first change from small letters to a
// capital, from capitals to a capitalised word, or from letters to digits.
// Products of one vendor often share it.
func headOf(written string) string {
	runes := []rune(written)
	for i := 2; i < len(runes); i++ {
		before, r := runes[i-1], runes[i]
		capitalised := unicode.IsUpper(before) && unicode.IsLower(r) && unicode.IsUpper(runes[i-2])
		switch {
		case capitalised && i >= 3:
			return characters(string(runes[:i-1]))
		case unicode.IsLower(before) && unicode.IsUpper(r), unicode.IsLetter(before) && unicode.IsDigit(r):
			return characters(string(runes[:i]))
		}
		if !unicode.IsLetter(before) {
			return ""
		}
	}
	return ""
}
