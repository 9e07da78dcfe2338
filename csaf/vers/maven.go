package vers

import (
	"cmp"
	"strings"
)

// item is a part of a Maven version: a number, a word, or a list of items that
// a hyphen or a change between digits and letters began.
type item struct {
	kind itemKind
	text string // digits of a number, or what a word is ordered by
	rank int    // of a word
	list []item
}

type itemKind uint8

const (
	isWord itemKind = iota
	isList
	isNumber
)

// depth bounds the nesting of lists in hostile versions.
const depth = 100

// compareMaven is the order of Maven's ComparableVersion.
func compareMaven(a, b string) int {
	return compareItems(mavenItems(strings.ToLower(a)), mavenItems(strings.ToLower(b)))
}

// mavenItems parses a version. Lists are only ever begun at the end of the list
// at hand, so that they are the levels of one chain.
func mavenItems(s string) []item {
	levels := make([][]item, 1, 8)
	add := func(it item) { levels[len(levels)-1] = append(levels[len(levels)-1], it) }
	deeper := func() {
		if len(levels[len(levels)-1]) > 0 && len(levels) < depth {
			levels = append(levels, nil)
		}
	}
	token := func(t string, beforeDigit bool) {
		switch {
		case t == "":
			add(item{kind: isNumber, text: ""})
		case isDigit(t[0]):
			add(item{kind: isNumber, text: strings.TrimLeft(t, "0")})
		default:
			deeper() // 1.x is 1-x
			add(word(t, beforeDigit))
		}
	}
	start := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			token(s[start:i], false)
			start = i + 1
		case c == '-':
			token(s[start:i], false)
			start = i + 1
			deeper()
		case i > start && isDigit(c) != isDigit(s[i-1]):
			token(s[start:i], isDigit(c))
			start = i
			deeper()
		}
	}
	if start < len(s) {
		token(s[start:], false)
	}
	for n := len(levels) - 1; ; n-- {
		levels[n] = trimItems(levels[n])
		if n == 0 {
			return levels[0]
		}
		if len(levels[n]) > 0 {
			levels[n-1] = append(levels[n-1], item{kind: isList, list: levels[n]})
		}
	}
}

// trimItems removes what equals nothing before the end, a word or a list that
// starts with a word.
func trimItems(list []item) []item {
	out := list
	for i := len(out) - 1; i >= 0; i-- {
		if !out[i].null() {
			continue
		}
		if i == len(out)-1 || out[i+1].kind == isWord || out[i+1].kind == isList && out[i+1].list[0].kind == isWord {
			out = append(out[:i], out[i+1:]...)
		}
	}
	return out
}

func (it item) null() bool {
	switch it.kind {
	case isNumber:
		return it.text == ""
	case isWord:
		return it.rank == releaseRank
	}
	return len(it.list) == 0
}

const (
	releaseRank = 5
	otherRank   = 7
)

func word(t string, beforeDigit bool) item {
	it := item{kind: isWord, rank: otherRank, text: t}
	switch {
	case t == "alpha", t == "a" && beforeDigit:
		it.rank = 0
	case t == "beta", t == "b" && beforeDigit:
		it.rank = 1
	case t == "milestone", t == "m" && beforeDigit:
		it.rank = 2
	case t == "rc", t == "cr":
		it.rank = 3
	case t == "snapshot":
		it.rank = 4
	case t == "ga", t == "final", t == "release":
		it.rank = releaseRank
	case t == "sp":
		it.rank = 6
	}
	if it.rank < otherRank {
		it.text = ""
	}
	return it
}

func compareItems(a, b []item) int {
	for i := range max(len(a), len(b)) {
		var d int
		switch {
		case i >= len(a):
			d = -b[i].againstNothing()
		case i >= len(b):
			d = a[i].againstNothing()
		default:
			d = a[i].compare(b[i])
		}
		if d != 0 {
			return d
		}
	}
	return 0
}

func (it item) againstNothing() int {
	switch it.kind {
	case isNumber:
		return b2i(it.text != "")
	case isWord:
		return cmp.Compare(it.rank, releaseRank)
	}
	return compareItems(it.list, nil)
}

// compare orders items of different kinds word, list, number.
func (it item) compare(other item) int {
	if it.kind != other.kind {
		return cmp.Compare(it.kind, other.kind)
	}
	switch it.kind {
	case isNumber:
		return compareDigits(it.text, other.text)
	case isWord:
		if d := cmp.Compare(it.rank, other.rank); d != 0 {
			return d
		}
		return strings.Compare(it.text, other.text)
	}
	return compareItems(it.list, other.list)
}
