package fold

import "strings"

// A Query is what a reader typed, ready to be asked of the words that Tokens
// made. Every Term must be found. A query without terms finds nothing.
type Query struct {
	Terms []Term
}

// A Term is found where any of its phrases is. It has more than one only
// where a word may be spelt in two ways, as サーバ管理 and サーバー管理.
type Term struct {
	Any []Phrase
}

// A Phrase is found where its words stand side by side in this order.
type Phrase struct {
	Words  []string
	Prefix bool // the last word need only begin so
}

// ParseQuery reads what a reader typed into a search box. Spaces separate
// terms that must all be found; "quotation marks" hold a phrase together. The
// last Latin word of the query, and a single Japanese character, also find
// longer words that begin so.
//
//	ParseQuery("脆弱性 open") = (脆弱 弱性) and (open…)
//	ParseQuery("サーバー") = (サー ーバ): finds サーバ and サーバー
//	ParseQuery("CVE-2022-12") = (cve 2022 12…)
func ParseQuery(typed string) Query {
	var terms [][]run
	for _, chunk := range chunksOf(typed) {
		if runs := split(chunk); len(runs) > 0 {
			terms = append(terms, runs)
		}
	}
	var q Query
	for i, runs := range terms {
		var term Term
		for _, spelt := range spellings(runs) {
			term.Any = append(term.Any, phraseOf(spelt, i == len(terms)-1))
		}
		q.Terms = append(q.Terms, term)
	}
	return q
}

// chunksOf separates at spaces outside quotation marks. An open quotation
// mark reaches to the end.
func chunksOf(typed string) []string {
	var chunks []string
	for i, part := range strings.Split(characters(typed), `"`) {
		if i%2 == 1 {
			chunks = append(chunks, strings.Join(strings.FieldsFunc(part, isSpace), " "))
			continue
		}
		chunks = append(chunks, strings.FieldsFunc(part, isSpace)...)
	}
	return chunks
}

// phraseOf leaves out the last single character of a closing Japanese run:
// in the text a longer word may go on there.
func phraseOf(runs []run, isLast bool) Phrase {
	var p Phrase
	for _, r := range runs[:len(runs)-1] {
		p.Words = r.appendTokens(p.Words)
	}
	end := runs[len(runs)-1]
	switch {
	case !end.unspaced:
		p.Words, p.Prefix = end.appendTokens(p.Words), isLast
	case len(end.runes) == 1:
		p.Words, p.Prefix = end.appendTokens(p.Words), true
	default:
		p.Words = end.appendPairs(p.Words)
	}
	return p
}

// maxSpellings bounds how many ways of writing one term are asked for.
const maxSpellings = 8

// spellings gives the runs with and without a long-vowel mark at the end of
// each katakana word of three letters or more. At the very end of a term the
// spelling without the mark finds both, so there it is only taken off.
func spellings(runs []run) [][]run {
	ways := [][]run{nil}
	for i, r := range runs {
		var next [][]run
		for _, spelt := range r.spellings(i == len(runs)-1) {
			for _, way := range ways {
				if len(next) < maxSpellings {
					next = append(next, append(way[:len(way):len(way)], spelt))
				}
			}
		}
		ways = next
	}
	return ways
}

func (r run) spellings(closes bool) []run {
	if !r.unspaced {
		return []run{r}
	}
	ways := [][]rune{nil}
	for from := 0; from < len(r.runes); {
		to := from + 1
		for to < len(r.runes) && isKatakana(r.runes[to]) == isKatakana(r.runes[from]) {
			to++
		}
		var next [][]rune
		for _, piece := range tails(r.runes[from:to], closes && to == len(r.runes)) {
			for _, way := range ways {
				if len(next) < maxSpellings {
					next = append(next, append(way[:len(way):len(way)], piece...))
				}
			}
		}
		ways, from = next, to
	}
	spelt := make([]run, 0, len(ways))
	for _, way := range ways {
		spelt = append(spelt, run{runes: way, unspaced: true})
	}
	return spelt
}

// tails gives a katakana word with and without its closing long-vowel mark.
func tails(word []rune, closes bool) [][]rune {
	if !isKatakana(word[0]) {
		return [][]rune{word}
	}
	short := dropTail(word)
	switch {
	case len(short) < 2 || len(short) == len(word) && len(word) < 3:
		return [][]rune{word}
	case closes:
		return [][]rune{short}
	}
	return [][]rune{short, append(short[:len(short):len(short)], longVowel)}
}

// dropTail takes the long-vowel mark off a katakana word of three letters or
// more: サーバー becomes サーバ, while キー stays.
func dropTail(word []rune) []rune {
	for len(word) >= 3 && word[len(word)-1] == longVowel {
		word = word[:len(word)-1]
	}
	return word
}

// FTS5 writes the query for SQLite's MATCH, as one bound argument. It is
// empty for a query without terms, which MATCH would refuse.
func (q Query) FTS5() string {
	return q.write(" AND ", " OR ", func(p Phrase) string {
		// Words hold letters and digits only, so the quotes need no escape.
		text := `"` + strings.Join(p.Words, " ") + `"`
		if p.Prefix {
			text += " *"
		}
		return text
	})
}

// TSQuery writes the query as the text of a PostgreSQL tsquery. It is empty
// for a query without terms.
func (q Query) TSQuery() string {
	return q.write(" & ", " | ", func(p Phrase) string {
		text := "'" + strings.Join(p.Words, "' <-> '") + "'"
		if p.Prefix {
			text += ":*"
		}
		return text
	})
}

func (q Query) write(and, or string, phrase func(Phrase) string) string {
	terms := make([]string, 0, len(q.Terms))
	for _, t := range q.Terms {
		ways := make([]string, 0, len(t.Any))
		for _, p := range t.Any {
			ways = append(ways, phrase(p))
		}
		terms = append(terms, "("+strings.Join(ways, or)+")")
	}
	return strings.Join(terms, and)
}
