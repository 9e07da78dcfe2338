package csaf

// informative21 are the informative tests that CSAF 2.1 added.
var informative21 = []check{
	{"6.3.12", v21, missingCVSS4, 0},
	{"6.3.13", v21, outdatedDecisionPoint, 0},
	{"6.3.14", v21, unregisteredNamespace, 0},
	{"6.3.15", v21, extendedNamespace, 0},
	{"6.3.16", v21, grammarFaults, needsGrammar},
	{"6.3.17", v21, unregisteredLicence, 0},
	{"6.3.18", v21, qualitativeRating, 0},
	{"6.3.19.1", v21, overlapInGroupVERS, 0},
	{"6.3.19.2", v21, overlapInGroupVLS, 0},
	{"6.3.19.3", v21, overlapInGroupVersion, 0},
	{"6.3.19.4", v21, overlapBranchRange, 0},
	{"6.3.19.5", v21, overlapBranchVersion, 0},
	{"6.3.20", v21, unregisteredIDSystem, 0},
	{"6.3.21.1", v21, essentialExtension, 0},
	{"6.3.21.2", v21, experimentalExtension, 0},
	{"6.3.21.3", v21, extensionOnDocument, 0},
	{"6.3.21.4", v21, extensionOnBranch, 0},
	{"6.3.21.5", v21, extensionOnFullProductName, 0},
	{"6.3.21.6", v21, extensionOnProductPath, 0},
	{"6.3.21.7", v21, extensionOnMetric, 0},
	{"6.3.21.8", v21, extensionOnVulnerability, 0},
	{"6.3.21.9", v21, extensionOnRoot, 0},
	{"6.3.22", v21, nestedProductPath, 0},
}

func hasCVSS(content Node) bool {
	return content.Get("cvss_v2").Exists() || content.Get("cvss_v3").Exists() || content.Get("cvss_v4").Exists()
}

func missingCVSS4(c *checker) {
	for i := range c.vulns {
		v := &c.vulns[i]
		covered := map[int]bool{}
		for _, s := range v.scores {
			if !hasCVSS(s.content) {
				continue
			}
			if !s.content.Get("cvss_v4").Exists() {
				c.fail(s.content, "there is no CVSS v4.0 vector; add one")
			}
			for _, p := range s.products {
				covered[p.number] = true
			}
		}
		for _, l := range v.listings {
			if l.status&anyAffected == 0 {
				continue
			}
			for _, r := range l.refs {
				if r.number >= 0 && !covered[r.number] {
					c.fail(r.node, "product %q is affected and has no CVSS vector; add one of CVSS v4.0", r.node.Text())
				}
			}
		}
	}
}

func qualitativeRating(c *checker) {
	for _, v := range c.vulns {
		for _, s := range v.scores {
			if s.content.Get("qualitative_severity_rating").Exists() {
				c.fail(s.node, "a qualitative severity rating does not say how it was found; give a CVSS vector or an SSVC assessment instead where you can")
			}
		}
	}
}

// nestedProductPath finds product paths that are made of other product paths.
func nestedProductPath(c *checker) {
	fromPaths := map[int]bool{}
	for _, p := range c.paths {
		if p.product >= 0 {
			fromPaths[p.product] = true
		}
	}
	for _, p := range c.paths {
		c.notFromPath(p.begin, fromPaths)
		for _, s := range p.steps {
			c.notFromPath(s, fromPaths)
		}
	}
}

func (c *checker) notFromPath(r ref, fromPaths map[int]bool) {
	if r.number >= 0 && fromPaths[r.number] {
		c.fail(r.node, "product %q is itself made by a product path; write one path with all steps, which is easier to match", r.node.Text())
	}
}
