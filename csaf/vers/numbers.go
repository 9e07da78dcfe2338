package vers

import (
	"cmp"
	"strings"
	"time"
)

// compareDigits orders two strings of digits as numbers of any length.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return strings.Compare(a, b)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// digits is the run of digits at the start of s, and what follows.
func digits(s string) (run, rest string) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return s[:i], s[i:]
}

// letters is the run of ASCII letters at the start of s, and what follows.
func letters(s string) (run, rest string) {
	i := 0
	for i < len(s) && isAlpha(s[i]) {
		i++
	}
	return s[:i], s[i:]
}

// compareIntdot orders numbers parted by dots; missing ones are 0. It reads up
// to the first character that is neither a digit nor a dot.
func compareIntdot(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a = intdotStep(a)
		y, b = intdotStep(b)
		if d := compareDigits(x, y); d != 0 {
			return d
		}
	}
	return 0
}

func intdotStep(s string) (run, rest string) {
	run, rest = digits(s)
	if rest == "" || rest[0] != '.' {
		return run, ""
	}
	return run, rest[1:]
}

// compareHackage orders lists of numbers; a prefix is before the longer list.
func compareHackage(a, b string) int {
	for {
		x, restA, moreA := strings.Cut(a, ".")
		y, restB, moreB := strings.Cut(b, ".")
		if d := compareDigits(x, y); d != 0 {
			return d
		}
		if !moreA || !moreB {
			return cmp.Compare(b2i(moreA), b2i(moreB))
		}
		a, b = restA, restB
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareSemver is the precedence of semver.org, forgiving: a leading "v" goes,
// missing numbers are 0, there may be more than three.
func compareSemver(a, b string) int { return semver(a, b, strings.Compare) }

// compareNuget is the same without regard to case.
func compareNuget(a, b string) int {
	return semver(a, b, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
}

func semver(a, b string, words func(a, b string) int) int {
	a, _, _ = strings.Cut(strings.TrimPrefix(a, "v"), "+")
	b, _, _ = strings.Cut(strings.TrimPrefix(b, "v"), "+")
	a, preA, hasA := strings.Cut(a, "-")
	b, preB, hasB := strings.Cut(b, "-")
	if d := compareIntdot(a, b); d != 0 {
		return d
	}
	if !hasA || !hasB {
		return cmp.Compare(b2i(!hasA), b2i(!hasB)) // a pre-release is before its release
	}
	for {
		x, restA, moreA := strings.Cut(preA, ".")
		y, restB, moreB := strings.Cut(preB, ".")
		if d := identifiers(x, y, words); d != 0 {
			return d
		}
		if !moreA || !moreB {
			return cmp.Compare(b2i(moreA), b2i(moreB))
		}
		preA, preB = restA, restB
	}
}

// identifiers of a pre-release: numbers by value and before words.
func identifiers(x, y string, words func(a, b string) int) int {
	switch nx, ny := allDigits(x), allDigits(y); {
	case nx && ny:
		return compareDigits(x, y)
	case nx != ny:
		return cmp.Compare(b2i(ny), b2i(nx))
	}
	return words(x, y)
}

// isSemver holds the grammar of semver.org.
func isSemver(s string) bool {
	s, build, hasBuild := strings.Cut(s, "+")
	core, pre, hasPre := strings.Cut(s, "-")
	n := 0
	for part := range strings.SplitSeq(core, ".") {
		if n++; !allDigits(part) || len(part) > 1 && part[0] == '0' {
			return false
		}
	}
	if n != 3 || hasPre && !dotted(pre, true) || hasBuild && !dotted(build, false) {
		return false
	}
	return true
}

func dotted(s string, numbers bool) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || numbers && len(part) > 1 && part[0] == '0' && allDigits(part) {
			return false
		}
		for i := range len(part) {
			if !isAlnum(part[i]) && part[i] != '-' {
				return false
			}
		}
	}
	return true
}

// isDatetime holds the canonical form of the type datetime.
func isDatetime(s string) bool {
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil && !strings.ContainsAny(s, "tz")
}

func compareDatetime(a, b string) int {
	x, errA := time.Parse(time.RFC3339Nano, strings.ToUpper(a))
	y, errB := time.Parse(time.RFC3339Nano, strings.ToUpper(b))
	if errA != nil || errB != nil {
		return strings.Compare(a, b)
	}
	return x.Compare(y)
}

// compareNatural orders versions of unknown making the way a reader would:
// numbers by value, "alpha", "beta", "rc" and the like before the release, a
// letter that directly follows a number (10.9a) after it.
func compareNatural(a, b string) int {
	a, b = strings.TrimLeft(a, "vV"), strings.TrimLeft(b, "vV")
	glueA, glueB := false, false // directly after a number
	for {
		var x, y segment
		x, a = nextSegment(a, glueA)
		y, b = nextSegment(b, glueB)
		if x.rank == rankEnd && y.rank == rankEnd {
			return 0
		}
		if x.rank != y.rank {
			return cmp.Compare(x.rank, y.rank)
		}
		var d int
		if x.number {
			d = compareDigits(x.text, y.text)
		} else {
			d = strings.Compare(strings.ToLower(x.text), strings.ToLower(y.text))
		}
		if d != 0 {
			return d
		}
		glueA, glueB = x.number, y.number
	}
}

type segment struct {
	text   string
	rank   int
	number bool
}

// Where a segment stands against the end of the version. Zero counts as the
// end, so that 1.0 is 1.0.0.
const (
	rankBefore = iota // alpha, beta, rc ...
	rankEnd
	rankLetter // 10.9a
	rankNumber
)

// nextSegment cuts the first segment off. Zeros that no other number follows
// are left out, so that 1.0-rc1 is 1-rc1.
func nextSegment(s string, glued bool) (segment, string) {
	zeros := s
	for range 64 { // more zeros in a row are no version that anybody wrote
		rest := skipSeparators(zeros)
		run, after := digits(rest)
		if run == "" || strings.Trim(run, "0") != "" {
			if run == "" {
				glued = (glued || zeros != s) && len(rest) == len(zeros)
				s = rest
			}
			break
		}
		zeros = after
	}
	s = skipSeparators(s)
	if s == "" {
		return segment{rank: rankEnd}, ""
	}
	if run, rest := digits(s); run != "" {
		return segment{run, rankNumber, true}, rest
	}
	run, rest := letters(s)
	word := strings.ToLower(run)
	lone := glued && len(word) == 1 && (rest == "" || !isDigit(rest[0]))
	if isPreWord(word) && !lone || !isPostWord(word) && !glued {
		return segment{run, rankBefore, false}, rest
	}
	return segment{run, rankLetter, false}, rest
}

func skipSeparators(s string) string {
	i := 0
	for i < len(s) && !isAlnum(s[i]) {
		i++
	}
	return s[i:]
}

func isPreWord(w string) bool {
	switch w {
	case "alpha", "a", "beta", "b", "rc", "c", "pre", "preview", "dev", "m", "milestone", "snapshot", "cr", "ea", "nightly":
		return true
	}
	return false
}

func isPostWord(w string) bool {
	switch w {
	case "p", "pl", "patch", "post", "sp", "hotfix", "hf", "update", "u", "rev", "r", "build", "final", "ga":
		return true
	}
	return false
}
