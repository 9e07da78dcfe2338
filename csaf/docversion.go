package csaf

import (
	"cmp"
	"strings"
)

// docVersion is the version of a document or of an entry of its revision
// history: an integer, or a semantic version (section 3.1.11 of CSAF 2.0).
type docVersion struct {
	ok      bool
	integer bool
	major   string // digits without leading zero; the only part of an integer version
	minor   string
	patch   string
	pre     string // "rc.1" of 1.0.0-rc.1+linux
	build   string // "linux" of it
}

// parseDocVersion reads a version; ok is false where it is neither form.
func parseDocVersion(s string) docVersion {
	if isNumeral(s) {
		return docVersion{ok: true, integer: true, major: s}
	}
	core, build, hasBuild := strings.Cut(s, "+")
	core, pre, hasPre := strings.Cut(core, "-")
	major, rest, _ := strings.Cut(core, ".")
	minor, patch, _ := strings.Cut(rest, ".")
	v := docVersion{major: major, minor: minor, patch: patch, pre: pre, build: build}
	v.ok = isNumeral(major) && isNumeral(minor) && isNumeral(patch) &&
		(!hasPre || validPre(pre)) && (!hasBuild || validBuild(build))
	if !v.ok {
		return docVersion{}
	}
	return v
}

// isNumeral reports whether s is a decimal number without leading zeros.
func isNumeral(s string) bool {
	return isDigits(s) && (s[0] != '0' || len(s) == 1)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func validBuild(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || strings.Trim(part, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			return false
		}
	}
	return true
}

func validPre(s string) bool {
	if !validBuild(s) {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if isDigits(part) && !isNumeral(part) {
			return false
		}
	}
	return true
}

// zero reports whether the version is 0 or 0.y.z: nothing was released yet.
func (v docVersion) zero() bool { return v.ok && v.major == "0" }

// compare orders versions as semantic versioning 2.0.0 does (section 11);
// an integer n counts as n.0.0, and what is no version comes first.
func (v docVersion) compare(w docVersion) int {
	if !v.ok || !w.ok {
		return cmp.Compare(btoi(v.ok), btoi(w.ok))
	}
	return cmp.Or(
		compareNumerals(v.major, w.major),
		compareNumerals(v.minor, w.minor),
		compareNumerals(v.patch, w.patch),
		comparePre(v.pre, w.pre),
	)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareNumerals compares decimal numbers of any length; "" is 0.
func compareNumerals(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

func comparePre(a, b string) int {
	if a == "" || b == "" { // a release comes after its pre-releases
		return cmp.Compare(btoi(a == ""), btoi(b == ""))
	}
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		dx, dy := isDigits(x), isDigits(y)
		var d int
		switch {
		case dx && dy:
			d = compareNumerals(x, y)
		case dx != dy: // numbers come before words
			d = cmp.Compare(btoi(dy), btoi(dx))
		default:
			d = cmp.Compare(x, y)
		}
		if d != 0 {
			return d
		}
	}
	return cmp.Compare(len(a), len(b))
}
