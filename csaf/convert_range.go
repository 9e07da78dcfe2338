package csaf

import (
	"strings"

	"nakodo/csaf/vers"
)

// rangeText writes a version range in the form that CSAF 2.1 demands, if the
// meaning of the text is plain:
//
//	"< V4.2"               <V4.2
//	">= 1.0 and < 2.0"     >=1.0|<2.0
//	"All versions < 4 SP2" <4%20SP2
//	"vers:all/<4"          <4
//	"All versions"         vers:all/*
//
//	"< 2 (Windows only)"   <2%20(Windows%20only)
//
// The last is for texts that no program can understand, but that have one
// comparator in front: they keep all their words. It is not ok if there is no
// comparator, or the text has more to say.
func rangeText(s string) (out string, ok bool) {
	rest := strings.TrimSpace(s)
	if r, err := vers.Parse(rest); err == nil && r.Check() == nil && (!r.Star || r.Type == "all") {
		return rest, true
	}
	typ := vers.TypeOf(rest)
	if typ != "" {
		_, rest, _ = strings.Cut(rest, "/")
	}
	if typ == "all" || typ == "none" || !vers.Supported(strings.ToLower(typ)) {
		typ = "" // the type says nothing about versions
	}
	rest, all := cutAll(rest)
	if all && rest == "" || rest == "*" {
		return "vers:all/*", true
	}
	if out, ok = plainRange(rest); !ok {
		if out, ok = verbatimRange(rest); !ok {
			return "", false
		}
	}
	if all && !strings.ContainsAny(out[:1], "<>") {
		return "", false
	}
	if typ != "" {
		if r, err := vers.Parse("vers:" + strings.ToLower(typ) + "/" + out); err == nil && r.Check() == nil {
			return "vers:" + strings.ToLower(typ) + "/" + out, true
		}
	}
	r, err := vers.Parse(out)
	return out, err == nil && r.Check() == nil
}

// plainRange reads constraints with white space, "and", or nothing between them.
func plainRange(rest string) (string, bool) {
	var list []string
	for _, part := range strings.Split(strings.ReplaceAll(rest, " and ", "|"), "|") {
		constraints, ok := splitConstraints(part)
		if !ok {
			return "", false
		}
		list = append(list, constraints...)
	}
	return strings.Join(list, "|"), true
}

// verbatimRange keeps whatever follows a single comparator.
func verbatimRange(s string) (string, bool) {
	text := strings.TrimLeft(s, "<>")
	text = strings.TrimPrefix(text, "=")
	comparator := s[:len(s)-len(text)]
	text = strings.TrimSpace(text)
	if comparator == "" || len(comparator) > 2 || text == "" || strings.ContainsAny(text, "<>=!|") {
		return "", false
	}
	const digits = "0123456789ABCDEF"
	out := []byte(comparator)
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || c == '%' || c == '*' {
			out = append(out, '%', digits[c>>4], digits[c&15])
		} else {
			out = append(out, c)
		}
	}
	return string(out), true
}

// cutAll cuts "all versions" off the front.
func cutAll(s string) (rest string, all bool) {
	lower := strings.ToLower(s)
	for _, words := range []string{"all versions", "all", "versions"} {
		if after, ok := strings.CutPrefix(lower, words); ok && (after == "" || strings.ContainsAny(after[:1], " <>")) {
			return strings.TrimSpace(s[len(words):]), true
		}
	}
	return s, false
}

// splitConstraints takes constraints apart that nothing but the next comparator
// parts, like "> V3.0 < V4.0".
func splitConstraints(s string) (list []string, ok bool) {
	for s = strings.TrimSpace(s); s != ""; {
		n := len(s) - len(strings.TrimLeft(s, "<>=!"))
		comparator := s[:n]
		s = strings.TrimSpace(s[n:])
		end := strings.IndexAny(s, "<>=!")
		if end < 0 {
			end = len(s)
		}
		version, ok := versionText(strings.TrimSpace(s[:end]))
		if !ok || n > 2 {
			return nil, false
		}
		if comparator == "==" || comparator == "=" {
			comparator = ""
		}
		list = append(list, comparator+version)
		s = s[end:]
	}
	return list, len(list) > 0
}

// versionText writes a version for a range: its words parted by %20. Words must
// be such as versions have, so that no sentence becomes a version.
func versionText(s string) (string, bool) {
	words := strings.Fields(s)
	for i, w := range words {
		if strings.IndexFunc(w, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 || strings.ContainsAny(w, `*%|"';`) {
			return "", false
		}
		if i > 0 && !isVersionWord(w) || i == 0 && len(words) > 1 && !strings.ContainsAny(w, "0123456789") {
			return "", false
		}
	}
	return strings.Join(words, "%20"), len(words) > 0
}

func isVersionWord(w string) bool {
	switch strings.ToLower(w) {
	case "sp", "service", "pack", "update", "upd", "hf", "hotfix", "build", "patch", "rev", "revision", "release", "r", "cu":
		return true
	}
	lower := strings.ToLower(w)
	if i := strings.IndexAny(lower, "0123456789"); i >= 0 && !strings.ContainsAny(lower, "(),/") {
		word := strings.Trim(lower[:i], ".-_")
		return len(word) <= 3 || isVersionWord(word)
	}
	return false
}

// convertRange is the name of a branch that is a version range.
func (c *converter) convertRange(b *twig) {
	if b.Category != BranchProductVersionRange {
		return
	}
	at := b.src.Get("name")
	if !c.opt.KeepRangeTexts {
		switch text, ok := rangeText(b.Name); {
		case ok && text != b.Name:
			c.warn(at, "the version range is not in a form that CSAF 2.1 allows and was written as %q", text)
			b.Name = text
		case !ok:
			c.fail(at, "the version range is in no form that CSAF 2.1 allows and could not be converted; write it as VERS or vls, for instance <4.2")
		}
	}
	r, err := vers.Parse(b.Name)
	if err != nil {
		return
	}
	if version, single := r.Single(); single && !c.opt.KeepSingle {
		c.singleVersion(b, r, version)
		return
	}
	if last, open := r.UpperOpen(); open && !c.opt.KeepOpen {
		c.closeRange(b, r, last)
	}
}

// singleVersion makes a range of one version that version.
func (c *converter) singleVersion(b *twig, r vers.Range, version string) {
	b.Category = BranchProductVersion
	if r.IsVers() {
		b.Name = version
	}
	c.warn(b.src, "the version range is the single version %q; the branch %s became a product_version", b.Name, b.src.Pointer())
}

// closeRange ends a range that has no upper end. One constraint becomes the
// version it starts with. Of several, the last one gives its version as the
// end, if that leaves the others as they are: ">4" at the end includes nothing
// that could be kept, ">=4" includes 4 itself.
func (c *converter) closeRange(b *twig, r vers.Range, last vers.Constraint) {
	original := b.Name
	n := len(r.Constraints)
	switch {
	case n == 1 && last.Comparator == vers.GreaterOrEqual, n == 1 && last.Comparator == vers.Greater:
		b.Category, b.Name = BranchProductVersion, last.Version
	case r.Constraints[n-1].Version == last.Version && last.Comparator == vers.GreaterOrEqual:
		i := strings.LastIndexByte(b.Name, '|')
		b.Name = b.Name[:i+1] + strings.TrimPrefix(b.Name[i+1:], ">=")
	default:
		c.fail(b.src.Get("name"), "the version range %q has no upper end, and none could be set without changing what is in it; end it with the last version known (new value: %q)", original, b.Name)
		return
	}
	c.warn(b.src.Get("name"), "the version range %q has no upper end; branch %s is now the %s %q, check that no later version is meant", original, b.src.Pointer(), b.Category, b.Name)
}
