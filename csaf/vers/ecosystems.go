package vers

import (
	"cmp"
	"strings"
)

// compareComposer is PHP Composer's order: numbers, then the stability dev,
// alpha, beta, RC, stable, patch with its own number.
func compareComposer(a, b string) int {
	a, b = strings.TrimLeft(a, "vV"), strings.TrimLeft(b, "vV")
	if d := compareIntdot(a, b); d != 0 {
		return d
	}
	wa, na := stability(a)
	wb, nb := stability(b)
	if wa != wb {
		return cmp.Compare(wa, wb)
	}
	return compareDigits(na, nb)
}

func stability(s string) (rank int, number string) {
	s, _, _ = strings.Cut(s, "+")
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == '.') {
		i++
	}
	word, rest := letters(strings.TrimLeft(s[i:], "-_."))
	number, _ = digits(strings.TrimLeft(rest, "-_."))
	switch strings.ToLower(word) {
	case "dev":
		rank = -4
	case "alpha", "a":
		rank = -3
	case "beta", "b":
		rank = -2
	case "rc", "c":
		rank = -1
	case "patch", "pl", "p":
		rank = 1
	}
	return rank, number
}

// compareCPAN is Perl's order: v1.2.3 and 1.2.3 are numbers parted by dots,
// 1.002003 is the same written as a decimal, three digits for each number.
func compareCPAN(a, b string) int { return compareIntdot(perlDotted(a), perlDotted(b)) }

func perlDotted(s string) string {
	s = strings.ReplaceAll(s, "_", "")
	if rest, ok := strings.CutPrefix(s, "v"); ok || strings.Count(s, ".") > 1 {
		return rest
	}
	whole, fraction, _ := strings.Cut(s, ".")
	fraction, _ = digits(fraction)
	var b strings.Builder
	b.WriteString(whole)
	for i := 0; i < len(fraction); i += 3 {
		b.WriteByte('.')
		b.WriteString(fraction[i:min(i+3, len(fraction))])
	}
	for range (3 - len(fraction)%3) % 3 {
		b.WriteByte('0')
	}
	return b.String()
}

// compareGem is RubyGems' order: letters make a pre-release.
func compareGem(a, b string) int {
	x, y := gemSegments(a), gemSegments(b)
	for i := range max(len(x), len(y)) {
		s, t := "0", "0"
		if i < len(x) {
			s = x[i]
		}
		if i < len(y) {
			t = y[i]
		}
		ns, nt := allDigits(s), allDigits(t)
		d := cmp.Compare(b2i(ns), b2i(nt))
		switch {
		case ns && nt:
			d = compareDigits(s, t)
		case !ns && !nt:
			d = strings.Compare(s, t)
		}
		if d != 0 {
			return d
		}
	}
	return 0
}

// gemSegments are the runs of digits and letters, without the zeros at the end
// of the numbers before the first letters and at the end.
func gemSegments(s string) []string {
	s = strings.ReplaceAll(s, "-", ".pre.")
	var out []string
	trim := func() {
		for n := len(out); n > 0 && strings.Trim(out[n-1], "0") == ""; n-- {
			out = out[:n-1]
		}
	}
	words := false
	for s != "" {
		run, rest := digits(s)
		if run == "" {
			if run, rest = letters(s); run == "" {
				s = s[1:]
				continue
			}
			if !words {
				trim()
				words = true
			}
		}
		out = append(out, run)
		s = rest
	}
	trim()
	return out
}

// compareConan is Conan's order: parts that are numbers by value, others by
// byte; a pre-release before, a build after the release.
func compareConan(a, b string) int {
	a, buildA, hasBuildA := strings.Cut(a, "+")
	b, buildB, hasBuildB := strings.Cut(b, "+")
	a, preA, hasPreA := strings.Cut(a, "-")
	b, preB, hasPreB := strings.Cut(b, "-")
	if d := conanParts(a, b); d != 0 {
		return d
	}
	if d := cmp.Compare(b2i(hasPreB), b2i(hasPreA)); d != 0 {
		return d
	}
	if d := conanParts(preA, preB); d != 0 {
		return d
	}
	if d := cmp.Compare(b2i(hasBuildA), b2i(hasBuildB)); d != 0 {
		return d
	}
	return conanParts(buildA, buildB)
}

func conanParts(a, b string) int {
	a, b = trimZeros(a), trimZeros(b)
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		d := strings.Compare(x, y)
		if allDigits(x) && allDigits(y) {
			d = compareDigits(x, y)
		}
		if d != 0 {
			return d
		}
	}
	return 0
}

func trimZeros(s string) string {
	for strings.HasSuffix(s, ".0") {
		s = s[:len(s)-2]
	}
	return s
}

// compareOpenSSL: up to 1.1.1 a letter names the patch, from 3.0 on semver.
func compareOpenSSL(a, b string) int {
	a, preA, hasA := strings.Cut(a, "-")
	b, preB, hasB := strings.Cut(b, "-")
	na, la := cutLetters(a)
	nb, lb := cutLetters(b)
	if d := compareIntdot(na, nb); d != 0 {
		return d
	}
	if d := strings.Compare(la, lb); d != 0 {
		return d
	}
	if !hasA || !hasB {
		return cmp.Compare(b2i(!hasA), b2i(!hasB))
	}
	return compareNatural(preA, preB)
}

func cutLetters(s string) (rest, tail string) {
	i := len(s)
	for i > 0 && isAlpha(s[i-1]) {
		i--
	}
	return s[:i], s[i:]
}
