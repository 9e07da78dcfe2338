package fold

import "strings"

// kana folds one word of a name: the long-vowel mark comes off the end of
// each katakana word, then hiragana becomes katakana, small kana become
// large, and the kana for v become those for b. 富士フィルム and 富士フイルム, or
// ヴイエムウェア and ブイエムウエア, are the same name to their readers.
// The order matters: in サーバーの the mark ends the katakana word.
func kana(word string) string {
	if plainASCII(word) {
		return word
	}
	runes := []rune(sounds.Replace(word))
	var b strings.Builder
	for from := 0; from < len(runes); {
		to := from + 1
		for to < len(runes) && isKatakana(runes[to]) == isKatakana(runes[from]) {
			to++
		}
		piece := runes[from:to]
		if isKatakana(piece[0]) {
			piece = dropTail(piece)
		}
		for _, r := range piece {
			b.WriteString(largeKatakana(r))
		}
		from = to
	}
	return b.String()
}

func largeKatakana(r rune) string {
	if 0x3041 <= r && r <= 0x3096 || r == 0x309D || r == 0x309E {
		r += 0x30A1 - 0x3041
	}
	if large, ok := smallKana[r]; ok {
		r = large
	}
	return string(r)
}

var smallKana = map[rune]rune{
	'ァ': 'ア', 'ィ': 'イ', 'ゥ': 'ウ', 'ェ': 'エ', 'ォ': 'オ', 'ッ': 'ツ',
	'ャ': 'ヤ', 'ュ': 'ユ', 'ョ': 'ヨ', 'ヮ': 'ワ', 'ヵ': 'カ', 'ヶ': 'ケ',
}

var sounds = strings.NewReplacer(
	"ヴァ", "バ", "ヴィ", "ビ", "ヴェ", "ベ", "ヴォ", "ボ", "ヴ", "ブ",
	"ヷ", "バ", "ヸ", "ビ", "ヹ", "ベ", "ヺ", "ボ", "ヂ", "ジ", "ヅ", "ズ",
)
