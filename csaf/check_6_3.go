package csaf

import "slices"

// informativeChecks are the informative tests that both versions have, but for
// those that ask the network or a dictionary.
var informativeChecks = []check{
	{"6.3.1", v20 | v21, onlyCVSS2, 0},
	{"6.3.2", v20 | v21, useOfCVSS30, 0},
	{"6.3.3", v20 | v21, missingCVE, 0},
	{"6.3.4", v20 | v21, missingCWE, 0},
	{"6.3.5", v20 | v21, shortHash, 0},
	{"6.3.6", v20 | v21, deadURL, needsNetwork},
	{"6.3.7", v20 | v21, deadSelfURL, needsNetwork},
	{"6.3.8", v20 | v21, misspelt, needsDictionary},
	{"6.3.9", v20 | v21, branchCategories, 0},
	{"6.3.10", v20 | v21, useOfVersionRange, 0},
	{"6.3.11", v20 | v21, versionWithV, 0},
}

// onlyCVSS2 reports a CVSS v2 object unless every product it is about has
// another score too, in this item or in another one.
func onlyCVSS2(c *checker) {
	for i := range c.vulns {
		better := map[int]bool{}
		for _, s := range c.vulns[i].scores {
			if hasBetterScore(c, s) {
				for _, p := range s.products {
					better[p.number] = true
				}
			}
		}
		for _, s := range c.vulns[i].scores {
			if !s.content.Get("cvss_v2").Exists() || hasBetterScore(c, s) {
				continue
			}
			lacking := func(p ref) bool { return !better[p.number] }
			if len(s.products) == 0 || slices.ContainsFunc(s.products, lacking) {
				c.fail(s.content.Get("cvss_v2"), "CVSS v2 is the only score of these products; add one of %s", betterScores(c))
			}
		}
	}
}

func betterScores(c *checker) string {
	if c.v21 {
		return "CVSS v4.0"
	}
	return "CVSS v3.1"
}

// hasBetterScore reports whether a score holds more than CVSS v2.
func hasBetterScore(c *checker, s score) bool {
	if !c.v21 {
		return s.content.Get("cvss_v3").Exists()
	}
	for key := range s.content.Members() {
		if key != "cvss_v2" && key != "x_extensions" {
			return true
		}
	}
	return false
}

func useOfCVSS30(c *checker) {
	for i := range c.vulns {
		for _, s := range c.vulns[i].scores {
			cvss := s.content.Get("cvss_v3")
			vector := cvss.Str("vectorString")
			if cvss.Str("version") == "3.0" || len(vector) > 8 && vector[:8] == "CVSS:3.0" {
				c.fail(orParent(cvss.Get("version"), cvss), "the score is of CVSS v3.0; use v3.1")
			}
		}
	}
}

func missingCVE(c *checker) {
	for i := range c.vulns {
		if v := &c.vulns[i]; v.cve == "" {
			c.fail(v.node, "the vulnerability has no CVE; add it, or have one assigned")
		}
	}
}

func missingCWE(c *checker) {
	key := "cwe"
	if c.v21 {
		key = "cwes"
	}
	for i := range c.vulns {
		if v := c.vulns[i].node; !v.Get(key).Exists() {
			c.fail(v, "the vulnerability has no CWE; add %s", key)
		}
	}
}

func shortHash(c *checker) {
	for _, p := range c.products {
		for h := range p.helper.Get("hashes").Items() {
			for f := range h.Get("file_hashes").Items() {
				if value := f.Get("value"); value.Is(String) && len(value.Text()) < 64 {
					c.fail(value, "the hash has %d digits; use one of at least 64, such as sha256", len(value.Text()))
				}
			}
		}
	}
}

func branchCategories(c *checker) {
	for _, p := range c.products {
		if p.from == fromBranch && p.reached < len(branchOrder) {
			c.fail(p.node, "the branches above the product %q have no %q in the order vendor, product_name, product_version; add it", p.id, branchOrder[p.reached])
		}
	}
}

func useOfVersionRange(c *checker) {
	for _, b := range c.branches {
		if cat := b.Get("category"); cat.Text() == BranchProductVersionRange {
			c.fail(cat, "machines can hardly match the version range %q; list the versions where possible", clip(b.Str("name")))
		}
	}
}

func versionWithV(c *checker) {
	for _, b := range c.branches {
		if name := b.Get("name"); b.Str("category") == BranchProductVersion {
			if s := name.Text(); len(s) > 1 && s[0]|0x20 == 'v' && isDigit(s[1]) {
				c.fail(name, "the version %q begins with a v; remove it", s)
			}
		}
	}
}
