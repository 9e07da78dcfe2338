package vers

import (
	"cmp"
	"strings"
)

// pep440 is a Python version in its parts.
type pep440 struct {
	epoch   string
	release string
	pre     byte // a, b, r(c); 0 none
	preN    string
	hasPost bool
	post    string
	hasDev  bool
	dev     string
	local   string
}

// comparePyPI is the order of PEP 440; what is not such a version compares on
// best effort.
func comparePyPI(a, b string) int {
	x, okX := parsePEP440(a)
	y, okY := parsePEP440(b)
	if !okX || !okY {
		return compareNatural(a, b)
	}
	if d := compareDigits(x.epoch, y.epoch); d != 0 {
		return d
	}
	if d := compareIntdot(x.release, y.release); d != 0 {
		return d
	}
	if d := cmp.Compare(x.preRank(), y.preRank()); d != 0 {
		return d
	}
	if d := compareDigits(x.preN, y.preN); d != 0 {
		return d
	}
	if d := cmp.Compare(b2i(x.hasPost), b2i(y.hasPost)); d != 0 {
		return d
	}
	if d := compareDigits(x.post, y.post); d != 0 {
		return d
	}
	if d := cmp.Compare(b2i(y.hasDev), b2i(x.hasDev)); d != 0 {
		return d
	}
	if d := compareDigits(x.dev, y.dev); d != 0 {
		return d
	}
	return compareLocal(x.local, y.local)
}

// preRank: 1.dev0 < 1a0 < 1b0 < 1rc0 < 1.
func (v pep440) preRank() int {
	switch {
	case v.pre != 0:
		return int(v.pre)
	case v.hasDev && !v.hasPost:
		return 0
	}
	return 256
}

func compareLocal(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = cutAny(a)
		y, b, _ = cutAny(b)
		nx, ny := allDigits(x), allDigits(y)
		d := strings.Compare(x, y)
		switch {
		case x == "" || y == "":
			d = cmp.Compare(len(x), len(y))
		case nx && ny:
			d = compareDigits(x, y)
		case nx != ny:
			d = cmp.Compare(b2i(nx), b2i(ny))
		}
		if d != 0 {
			return d
		}
	}
	return 0
}

func cutAny(s string) (before, after string, found bool) {
	if i := strings.IndexAny(s, ".-_"); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func parsePEP440(s string) (v pep440, ok bool) {
	s = strings.TrimPrefix(strings.ToLower(s), "v")
	s, v.local, _ = strings.Cut(s, "+")
	if before, after, found := strings.Cut(s, "!"); found {
		if v.epoch, s = before, after; !allDigits(before) {
			return v, false
		}
	}
	if v.release, s = releaseOf(s); v.release == "" {
		return v, false
	}
	for s != "" {
		if s[0] == '-' && len(s) > 1 && isDigit(s[1]) { // 1.0-1 is 1.0.post1
			v.hasPost = true
			v.post, s = digits(s[1:])
			continue
		}
		word, rest := letters(strings.TrimLeft(s, ".-_"))
		number, rest := digits(strings.TrimLeft(rest, ".-_"))
		switch word {
		case "a", "alpha":
			v.pre, v.preN = 'a', number
		case "b", "beta":
			v.pre, v.preN = 'b', number
		case "rc", "c", "pre", "preview":
			v.pre, v.preN = 'r', number
		case "post", "rev", "r":
			v.hasPost, v.post = true, number
		case "dev":
			v.hasDev, v.dev = true, number
		default:
			return v, false
		}
		s = rest
	}
	return v, true
}

// releaseOf is the run of numbers and dots at the start, without a last dot.
func releaseOf(s string) (release, rest string) {
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == '.' && i > 0 && i+1 < len(s) && isDigit(s[i+1])) {
		i++
	}
	return s[:i], s[i:]
}
