package csaf

import (
	"strings"
	"unicode"

	"nakodo/csaf/bcp47"
	"nakodo/csaf/cwe"
	"nakodo/csaf/purl"
)

// documentChecks are the mandatory tests about single values.
var documentChecks = []check{
	{"6.1.11", v20, unknownWeakness, 0},
	{"6.1.11", v21, unknownWeakness21, 0},
	{"6.1.12", v20 | v21, invalidLanguage, 0},
	{"6.1.15", v20 | v21, translatorWithoutSource, 0},
	{"6.1.23", v20 | v21, repeatedCVE, 0},
	{"6.1.24", v20 | v21, repeatedInvolvement, 0},
	{"6.1.26", v20 | v21, prohibitedCategory, 0},
	{"6.1.28", v20 | v21, translationIntoItself, 0},
}

// unknownWeakness judges by all lists together: CSAF 2.0 does not say from
// which version of the CWE list an id and its name are taken.
func unknownWeakness(c *checker) {
	for i := range c.vulns {
		w := c.vulns[i].node.Get("cwe")
		id, name := w.Get("id"), w.Get("name")
		if !id.Is(String) {
			continue
		}
		found, ok := cwe.Newest(id.Text())
		if !ok {
			c.fail(id, "%q is no weakness of any CWE list; use the id of a weakness, not of a category or view", id.Text())
			continue
		}
		if !name.Is(String) || name.Text() == found.Name {
			continue
		}
		if _, ok := cwe.VersionFor(id.Text(), name.Text(), c.today()); !ok {
			c.fail(name, "the name of %s is %q, not %q", id.Text(), found.Name, name.Text())
		}
	}
}

// unknownWeakness21 judges by the list that the document names.
func unknownWeakness21(c *checker) {
	for i := range c.vulns {
		for w := range c.vulns[i].node.Get("cwes").Items() {
			id, version, name := w.Get("id"), w.Get("version"), w.Get("name")
			if !id.Is(String) || !version.Is(String) {
				continue
			}
			if !cwe.Known(version.Text()) {
				c.fail(version, "there is no CWE list of version %q; the newest known is %q", version.Text(), cwe.Latest().Number)
				continue
			}
			found, ok := cwe.Lookup(version.Text(), id.Text())
			switch {
			case !ok:
				c.fail(id, "%q is no weakness of CWE list %s; use the id of a weakness, not of a category or view", id.Text(), version.Text())
			case name.Is(String) && name.Text() != found.Name:
				c.fail(name, "in CWE list %s the name of %s is %q, not %q", version.Text(), id.Text(), found.Name, name.Text())
			}
		}
	}
}

func invalidLanguage(c *checker) {
	for _, key := range []string{"lang", "source_lang"} {
		if at := c.document.Get(key); at.Is(String) {
			if err := bcp47.Check(at.Text()); err != nil {
				c.fail(at, "%q is no valid language tag: %v", at.Text(), err)
			}
		}
	}
}

func checkPURL(c *checker, at Node) {
	if !at.Is(String) {
		return
	}
	if strings.HasPrefix(strings.ToLower(at.Text()), "pkg://") {
		// A reader has to accept it, but CSAF has only the canonical form.
		c.fail(at, "%s begins with pkg://; leave out the slashes", clip(at.Source()))
		return
	}
	if _, err := purl.Parse(at.Text()); err != nil {
		c.fail(at, "%s is no valid package URL: %v", clip(at.Source()), err)
	}
}

func translatorWithoutSource(c *checker) {
	if c.document.Path("publisher", "category").Text() != PublisherTranslator {
		return
	}
	switch at := c.document.Get("source_lang"); {
	case !at.Exists():
		c.fail(c.document, "the publisher is a translator, so source_lang must name the language of the original; add it")
	case !at.Is(String) || at.Text() == "":
		c.fail(at, "source_lang is empty; it must name the language of the original, because the publisher is a translator")
	}
}

func repeatedCVE(c *checker) {
	first := map[string]int{}
	for i := range c.vulns {
		id := c.vulns[i].cve
		if id == "" {
			continue
		}
		if before, ok := first[id]; ok {
			c.fail(c.vulns[i].node.Get("cve"), "%s has an item already, number %d; put all about it into one", id, before)
		} else {
			first[id] = i
		}
	}
}

func repeatedInvolvement(c *checker) {
	type key struct{ party, date string }
	for i := range c.vulns {
		list := c.vulns[i].node.Get("involvements")
		if list.Len() < 2 {
			continue
		}
		seen := map[key]bool{}
		for in := range list.Items() {
			date := in.Str("date")
			if t, ok := parseTime(date); ok {
				date = string(At(t)) + t.Format(".000000000")
			}
			k := key{in.Str("party"), date}
			if k.party == "" || k.date == "" {
				continue
			}
			if seen[k] {
				c.fail(in, "the party %q has an entry of the same date already; keep the one that is right", k.party)
			}
			seen[k] = true
		}
	}
}

// profiles are the document categories with a profile of their own, each with
// its name in the standard, by version.
var profiles = []struct {
	category, name string
	in             versions
}{
	{CategorySecurityIncidentResponse, "Security Incident Response", v20 | v21},
	{CategoryInformationalAdvisory, "Informational Advisory", v20 | v21},
	{CategorySecurityAdvisory, "Security Advisory", v20 | v21},
	{CategoryVEX, "VEX", v20 | v21},
	{CategoryDeprecatedSecurityAdvisory, "Deprecated Security Advisory", v21},
	{CategoryWithdrawn, "Withdrawn", v21},
	{CategorySuperseded, "Superseded", v21},
}

func prohibitedCategory(c *checker) {
	at := c.document.Get("category")
	if !at.Is(String) || c.category == CategoryBase || c.hasProfile() {
		return
	}
	bare := bareName(c.category)
	for _, p := range profiles {
		if p.in&c.bit() != 0 && (bare == bareName(p.category) || bare == bareName(p.name)) {
			c.fail(at, "%q is too close to the profile %q; use that value, or another name", c.category, p.category)
			return
		}
	}
	if len(c.category) >= 5 && strings.EqualFold(c.category[:5], "csaf_") {
		c.fail(at, "%q begins with the reserved prefix csaf_; use another name", c.category)
	}
}

// bareName is a category in lower case without dashes, underscores and white
// space, in all their graphical variants.
func bareName(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Pd, unicode.Pc, unicode.Z, unicode.Cf), isSpace(r), unicode.IsSpace(r):
			return -1
		case r == '\u2212', r == '\u2043', r == '\u02D7', r == '\u0332', r == '\u0333', r == '\u00AF', r == '\u02CD':
			return -1 // minus sign, hyphen bullet, modifier minus, combining low lines, macron, modifier low macron
		}
		return r
	}, s))
}

func translationIntoItself(c *checker) {
	lang, source := c.document.Get("lang"), c.document.Get("source_lang")
	if lang.Is(String) && source.Is(String) && strings.EqualFold(lang.Text(), source.Text()) {
		c.fail(source, "the document is in %q, the language of its original; correct one, or remove source_lang if it is no translation", lang.Text())
	}
}
