package vers

import (
	"cmp"
	"strings"
)

// compareDeb is dpkg's order: epoch, upstream version, revision; "~" is before
// everything, even the end.
func compareDeb(a, b string) int {
	ea, va, ra := debParts(a)
	eb, vb, rb := debParts(b)
	if d := compareDigits(ea, eb); d != 0 {
		return d
	}
	if d := debOrder(va, vb); d != 0 {
		return d
	}
	return debOrder(ra, rb)
}

func debParts(s string) (epoch, version, revision string) {
	if i := strings.IndexByte(s, ':'); i >= 0 && allDigits(s[:i]) {
		epoch, s = s[:i], s[i+1:]
	}
	if i := strings.LastIndexByte(s, '-'); i >= 0 {
		return epoch, s[:i], s[i+1:]
	}
	return epoch, s, ""
}

func debOrder(a, b string) int {
	for a != "" || b != "" {
		for (a != "" && !isDigit(a[0])) || (b != "" && !isDigit(b[0])) {
			x, y := debWeight(a), debWeight(b)
			if x != y {
				return cmp.Compare(x, y)
			}
			a, b = a[1:], b[1:] // equal weights: neither is at its end
		}
		var x, y string
		x, a = digits(a)
		y, b = digits(b)
		if d := compareDigits(x, y); d != 0 {
			return d
		}
	}
	return 0
}

func debWeight(s string) int {
	switch {
	case s == "" || isDigit(s[0]):
		return 0
	case s[0] == '~':
		return -1
	case isAlpha(s[0]):
		return int(s[0])
	}
	return int(s[0]) + 256
}

// compareRPM orders epoch, version and release with rpm's rules; a release
// counts only if both have one.
func compareRPM(a, b string) int { return epochVersionRelease(a, b, rpmOrder) }

// compareALPM is pacman's order.
func compareALPM(a, b string) int { return epochVersionRelease(a, b, alpmOrder) }

func epochVersionRelease(a, b string, order func(a, b string) int) int {
	ea, va, ra := debParts(a)
	eb, vb, rb := debParts(b)
	if d := compareDigits(ea, eb); d != 0 {
		return d
	}
	if d := order(va, vb); d != 0 {
		return d
	}
	if ra == "" || rb == "" {
		return 0
	}
	return order(ra, rb)
}

// rpmOrder: runs of digits and of letters, anything else parts them; "~" is
// before the end, "^" after it but before any other continuation.
func rpmOrder(a, b string) int {
	skip := func(c rune) bool { return c > 0x7f || !isAlnum(byte(c)) && c != '~' && c != '^' }
	for {
		a, b = strings.TrimLeftFunc(a, skip), strings.TrimLeftFunc(b, skip)
		if ta, tb := strings.HasPrefix(a, "~"), strings.HasPrefix(b, "~"); ta || tb {
			if ta != tb {
				return cmp.Compare(b2i(tb), b2i(ta))
			}
			a, b = a[1:], b[1:]
			continue
		}
		if ca, cb := strings.HasPrefix(a, "^"), strings.HasPrefix(b, "^"); ca || cb {
			switch {
			case ca && cb:
				a, b = a[1:], b[1:]
				continue
			case ca:
				return cmp.Compare(b2i(b == ""), 1-b2i(b == ""))
			}
			return cmp.Compare(1-b2i(a == ""), b2i(a == ""))
		}
		if a == "" || b == "" {
			return cmp.Compare(b2i(a != ""), b2i(b != ""))
		}
		var d int
		if d, a, b = runs(a, b); d != 0 {
			return d
		}
	}
}

// runs compares the runs at the start of a and b, of the kind of a's: digits
// by value, letters by byte, digits after letters.
func runs(a, b string) (d int, restA, restB string) {
	if isDigit(a[0]) {
		x, ra := digits(a)
		y, rb := digits(b)
		if y == "" {
			return 1, ra, rb
		}
		return compareDigits(x, y), ra, rb
	}
	x, ra := letters(a)
	y, rb := letters(b)
	if y == "" {
		return -1, ra, rb
	}
	return strings.Compare(x, y), ra, rb
}

// alpmOrder is an older order of rpm's: more separators are newer, a rest of
// letters is before the end (1.0rc before 1.0).
func alpmOrder(a, b string) int {
	first := true
	for a != "" && b != "" {
		na, nb := len(a), len(b)
		skip := func(c rune) bool { return c > 0x7f || !isAlnum(byte(c)) }
		a, b = strings.TrimLeftFunc(a, skip), strings.TrimLeftFunc(b, skip)
		if a == "" || b == "" {
			break
		}
		if x, y := na-len(a), nb-len(b); x != y && !first {
			return cmp.Compare(x, y)
		}
		first = false
		var d int
		if d, a, b = runs(a, b); d != 0 {
			return d
		}
	}
	switch {
	case a == "" && b == "":
		return 0
	case a == "":
		return remainder(b)
	}
	return -remainder(a)
}

// remainder says how the end compares with a rest.
func remainder(rest string) int {
	if isAlpha(rest[0]) {
		return 1
	}
	return -1
}

// compareAPK is Alpine's order: numbers, a letter, suffixes, a revision.
func compareAPK(a, b string) int {
	a, ra := cutRevision(a)
	b, rb := cutRevision(b)
	a, sa, _ := strings.Cut(a, "_")
	b, sb, _ := strings.Cut(b, "_")
	if d := apkNumbers(a, b); d != 0 {
		return d
	}
	if d := suffixes(sa, sb); d != 0 {
		return d
	}
	return compareDigits(ra, rb)
}

// compareGentoo is the order of the Package Manager Specification.
func compareGentoo(a, b string) int {
	a, ra := cutRevision(a)
	b, rb := cutRevision(b)
	a, sa, _ := strings.Cut(a, "_")
	b, sb, _ := strings.Cut(b, "_")
	if d := apkNumbers(a, b); d != 0 {
		return d
	}
	if d := suffixes(sa, sb); d != 0 {
		return d
	}
	return compareDigits(ra, rb)
}

// cutRevision cuts "-r3" off.
func cutRevision(s string) (version, revision string) {
	if i := strings.LastIndex(s, "-r"); i >= 0 && allDigits(s[i+2:]) {
		return s[:i], s[i+2:]
	}
	return s, ""
}

// apkNumbers compares 1.02.3b: the first number by value, the others as
// decimal fractions if either starts with 0, else by value; then their count,
// then the letter.
func apkNumbers(a, b string) int {
	a, la := cutLetter(a)
	b, lb := cutLetter(b)
	for first := true; ; first = false {
		x, restA, moreA := strings.Cut(a, ".")
		y, restB, moreB := strings.Cut(b, ".")
		var d int
		if !first && (strings.HasPrefix(x, "0") || strings.HasPrefix(y, "0")) {
			d = strings.Compare(strings.TrimRight(x, "0"), strings.TrimRight(y, "0"))
		} else {
			d = compareDigits(x, y)
		}
		if d != 0 {
			return d
		}
		if !moreA || !moreB {
			if moreA != moreB {
				return cmp.Compare(b2i(moreA), b2i(moreB))
			}
			return strings.Compare(la, lb)
		}
		a, b = restA, restB
	}
}

func cutLetter(s string) (rest, letter string) {
	if n := len(s) - 1; n > 0 && isAlpha(s[n]) {
		return s[:n], s[n:]
	}
	return s, ""
}

// suffixes compares alpha2_p1: kind by kind, then the numbers after them.
func suffixes(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, "_")
		y, b, _ = strings.Cut(b, "_")
		wx, nx := letters(x)
		wy, ny := letters(y)
		if d := cmp.Compare(suffixRank(wx), suffixRank(wy)); d != 0 {
			return d
		}
		if d := compareDigits(nx, ny); d != 0 {
			return d
		}
	}
	return 0
}

func suffixRank(w string) int {
	switch w {
	case "alpha":
		return -4
	case "beta":
		return -3
	case "pre":
		return -2
	case "rc":
		return -1
	case "":
		return 0
	case "cvs":
		return 1
	case "svn":
		return 2
	case "git":
		return 3
	case "hg":
		return 4
	case "p":
		return 5
	}
	return 0
}
