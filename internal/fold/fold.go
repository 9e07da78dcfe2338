// Package fold turns text into keys that compare equal when a reader would
// call them the same: ＯｐｅｎＳＳＬ and OpenSSL, 髙島 and 高島, サーバ and サーバー.
//
// It is shared by the full-text index of the store (Tokens, ParseQuery) and by
// the matching of reports to vendors (Search, Name, Words). Start at Search:
// everything else builds on it. Keys are for comparing only: a caller always
// keeps the original string and shows that one.
//
// The package is pure. All its functions accept any string, valid UTF-8 or
// not, and never fail.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Search folds s for looking up: NFKC, lower case, Latin letters without
// their marks, one kind of hyphen, wave dash and quotation mark, one form for
// kanji with well-known variants, no invisible characters, and single spaces.
// Hiragana and katakana stay apart and a long-vowel mark at the end of a word
// stays; Name folds those too, and ParseQuery asks for both spellings.
// Search(Search(s)) equals Search(s).
func Search(s string) string {
	return strings.Join(strings.FieldsFunc(characters(s), isSpace), " ")
}

// characters does the work of Search rune by rune; unlike Search it keeps
// white space as it is, because Tokens joins Japanese lines over a line break.
func characters(s string) string {
	if plainASCII(s) {
		return strings.ToLower(s)
	}
	s = norm.NFKC.String(strings.Map(dropInvisible, strings.ToValidUTF8(s, " ")))
	var b strings.Builder
	b.Grow(len(s))
	previous := rune(0)
	for at := 0; at < len(s); {
		r, size := utf8.DecodeRuneInString(s[at:])
		at += size
		if isLatinMark(r) {
			continue
		}
		r = bare(r)
		if r == longVowel && isWesternWord(previous) {
			r = '-' // ＦＡーＭ３: typed with the kana key where a hyphen was meant
		}
		if folded, ok := spelling[r]; ok {
			b.WriteString(folded)
			previous, _ = utf8.DecodeLastRuneInString(folded)
			continue
		}
		if r >= utf8.RuneSelf {
			r = lower(r)
		} else if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		b.WriteRune(r)
		previous = r
	}
	return norm.NFKC.String(b.String())
}

const longVowel = 'ー'

// plainASCII reports whether s needs nothing but lower case. Most product
// names do, and a registry has a million of them.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lower maps a letter to lower case as case folding does where that is one
// letter; the exceptions of more than one letter are in the spelling table.
func lower(r rune) rune {
	if kanji, ok := variants[r]; ok {
		return kanji
	}
	if unicode.Is(unicode.Upper, r) || unicode.Is(unicode.Title, r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.So, r) {
		return unicode.ToLower(r)
	}
	return r
}

// bare takes the marks off a composed Latin letter: é becomes e. Other scripts
// keep theirs, since が without its mark is another syllable.
func bare(r rune) rune {
	if r < 0xC0 || !unicode.Is(unicode.Latin, r) {
		return r
	}
	var buffer [utf8.UTFMax]byte
	decomposed := norm.NFD.Properties(buffer[:utf8.EncodeRune(buffer[:], r)]).Decomposition()
	if len(decomposed) == 0 {
		return r
	}
	base, _ := utf8.DecodeRune(decomposed)
	return base
}

// isLatinMark holds for the combining marks of the block U+0300. Where NFKC
// left one standing alone it makes no letter of any alphabet.
func isLatinMark(r rune) bool { return 0x300 <= r && r <= 0x36F }

// dropInvisible removes what a reader cannot see but a copy from a web page
// or a letter brings along: soft hyphen, zero-width and direction marks,
// variation selectors (葛 with a chosen shape), byte order mark.
func dropInvisible(r rune) rune {
	switch {
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0xFEFF,
		0x180B <= r && r <= 0x180F,
		0x200B <= r && r <= 0x200F,
		0x202A <= r && r <= 0x202E,
		0x2060 <= r && r <= 0x206F,
		0xFE00 <= r && r <= 0xFE0F,
		0xE0000 <= r && r <= 0xE0FFF:
		return -1
	}
	return r
}

func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r < ' ' || r == 0x7F
}

// isWesternWord holds for the letters and digits of Latin, Greek and Cyrillic
// words: after them a long-vowel mark is a hyphen typed on a kana keyboard.
func isWesternWord(r rune) bool {
	return '0' <= r && r <= '9' || unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// isUnspaced holds for scripts that write no space between words, or glue
// particles to them, as Korean does: those are indexed as pairs of characters.
func isUnspaced(r rune) bool {
	switch {
	case r < 0xE00:
		return false
	case r == longVowel, r == '々', r == '〆', r == '〇':
		return true
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func isKatakana(r rune) bool {
	return 0x30A1 <= r && r <= 0x30FA || r == longVowel || r == 0x30FD || r == 0x30FE
}
