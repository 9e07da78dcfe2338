package fold

import "unicode"

// longestWord is where a word is cut, in characters. Longer ones are keys,
// hashes and encoded files; PostgreSQL refuses lexemes over 2 KiB.
const longestWord = 64

// Tokens splits text into the words of the search index, in their order:
// a run of letters and digits is one word; a run of Japanese (or another
// script without spaces) gives each overlapping pair and its last character.
//
//	Tokens("ＯｐｅｎＳＳＬの脆弱性") = openssl の脆 脆弱 弱性 性
//
// Store the words separated by spaces in an FTS5 table with
// tokenize='unicode61 remove_diacritics 0', or with their positions 1, 2, 3 …
// as a tsvector. ParseQuery makes the questions that fit.
func Tokens(text string) []string {
	var words []string
	for _, run := range split(characters(text)) {
		words = run.appendTokens(words)
	}
	return words
}

// A run is a longest stretch of one kind of writing.
type run struct {
	runes    []rune
	unspaced bool // Japanese and the like: indexed as pairs
}

// appendTokens adds the pairs and the last single character of an unspaced
// run, or the one word of any other.
func (r run) appendTokens(words []string) []string {
	if !r.unspaced {
		return append(words, string(r.runes[:min(len(r.runes), longestWord)]))
	}
	words = r.appendPairs(words)
	return append(words, string(r.runes[len(r.runes)-1:]))
}

func (r run) appendPairs(words []string) []string {
	for i := range len(r.runes) - 1 {
		words = append(words, string(r.runes[i:i+2]))
	}
	return words
}

// split cuts folded text into its runs. Two things do not end a Japanese run:
// a single line break, since letters in Japanese are wrapped in mid-word, and
// a middle dot between katakana, since ジョン・スミス is also written without.
func split(folded string) []run {
	var runs []run
	var current run
	end := func() {
		if len(current.runes) > 0 {
			runs = append(runs, current)
		}
		current = run{}
	}
	all := []rune(folded)
	for i := 0; i < len(all); i++ {
		r := all[i]
		if !isWordRune(r) {
			if n := bridges(all, i); n > 0 {
				i += n - 1
				continue
			}
			end()
			continue
		}
		unspaced := isUnspaced(r) || isMark(r) && current.unspaced
		if unspaced != current.unspaced {
			end()
			current.unspaced = unspaced
		}
		current.runes = append(current.runes, r)
	}
	end()
	return runs
}

// bridges counts the characters at all[i] that do not end a Japanese run.
func bridges(all []rune, i int) int {
	if i == 0 || !isUnspaced(all[i-1]) {
		return 0
	}
	n := 0
	switch {
	case all[i] == '・' && isKatakana(all[i-1]):
		n = 1
	case all[i] == '\n':
		n = 1
	case all[i] == '\r' && i+1 < len(all) && all[i+1] == '\n':
		n = 2
	}
	if n == 0 || i+n >= len(all) || !isUnspaced(all[i+n]) {
		return 0
	}
	if all[i] == '・' && !isKatakana(all[i+n]) {
		return 0
	}
	return n
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || isMark(r) || r == '〇'
}

func isMark(r rune) bool { return unicode.Is(unicode.M, r) }
