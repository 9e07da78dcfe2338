package fold

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Name folds the name of an organisation, a person or a product to its key.
// On top of Search it drops legal forms (株式会社, ㈱, Co., Ltd.) and forms of
// address (様, 御中), makes hiragana and small kana the common katakana, takes
// the long-vowel mark off katakana words, and leaves punctuation and the
// spaces beside Japanese characters out.
//
//	Name("株式会社　富士フイルム") = Name("富士ﾌｨﾙﾑ㈱") = 富士フイルム
//	Name("Yokogawa Electric Co., Ltd.") = yokogawa electric
//
// A name that is nothing but a legal form stays. Two organisations may share
// a key: it finds them, it never identifies one.
func Name(s string) string {
	words := nameWords(s)
	if kept := dropForms(words); len(kept) > 0 {
		words = kept
	}
	var b strings.Builder
	last := rune('ア')
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		if !isUnspaced(first) && !isUnspaced(last) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
		last, _ = utf8.DecodeLastRuneInString(w)
	}
	return b.String()
}

// nameWords splits a name at everything that is no letter or digit, with the
// Japanese legal forms and forms of address cut off.
func nameWords(s string) []string {
	var words []string
	for _, w := range strings.FieldsFunc(dropJapaneseForms(dotted(characters(s))), func(r rune) bool { return !isWordRune(r) }) {
		if w != "and" || len(words) == 0 {
			words = append(words, kana(w))
		}
	}
	return words
}

// dotted closes up abbreviations, s.p.a. to spa and a/s to as, so that the
// table needs one spelling of each form.
func dotted(s string) string {
	fields := strings.Fields(s)
	for i, field := range fields {
		parts := strings.FieldsFunc(field, func(r rune) bool { return r == '.' || r == '/' || r == ',' })
		short := len(parts) > 1
		for _, p := range parts {
			short = short && utf8.RuneCountInString(p) <= 2 && isWesternWord(rune(p[0]))
		}
		if joined := strings.Join(parts, ""); short && legalForms[joined] {
			fields[i] = joined
		}
	}
	return strings.Join(fields, " ")
}

// dropForms takes legal forms off the end of a name, again and again (gmbh &
// co kg), and forms of address and articles off its front.
func dropForms(words []string) []string {
	for len(words) > 0 && legalForms[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	for len(words) > 1 && slices.Contains(addressedAs, words[0]) {
		words = words[1:]
	}
	return words
}

// dropJapaneseForms cuts legal forms wherever they stand at either end of a
// name or in parentheses, and one form of address at the end.
func dropJapaneseForms(s string) string {
	if plainASCII(s) {
		return s
	}
	for _, form := range bracketedForms {
		s = strings.ReplaceAll(s, "("+form+")", " ")
	}
	for trimmed := true; trimmed; {
		trimmed = false
		s = strings.TrimSpace(s)
		for _, form := range japaneseForms {
			if len(s) > len(form) && (strings.HasPrefix(s, form) || strings.HasSuffix(s, form)) {
				s, trimmed = strings.TrimSuffix(strings.TrimPrefix(s, form), form), true
			}
		}
	}
	for _, title := range honorifics {
		if rest, ok := strings.CutSuffix(s, title); ok && utf8.RuneCountInString(strings.TrimSpace(rest)) >= 2 {
			return strings.TrimSpace(rest)
		}
	}
	return s
}
