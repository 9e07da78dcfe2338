package csaf

// scoreChecks are the mandatory tests about CVSS objects.
var scoreChecks = []check{
	{"6.1.7", v20 | v21, severalScores, 0},
	{"6.1.8", v20 | v21, invalidCVSS, 0},
}

// cvssKeys are the members that hold CVSS objects; 2.0 has no cvss_v4.
var cvssKeys = []string{"cvss_v2", "cvss_v3", "cvss_v4"}

// cvssOf visits the CVSS objects of a score.
func (c *checker) cvssOf(s score, visit func(key string, cvss Node)) {
	keys := cvssKeys
	if !c.v21 {
		keys = keys[:2]
	}
	for _, key := range keys {
		if n := s.content.Get(key); n.Is(Object) {
			visit(key, n)
		}
	}
}

func severalScores(c *checker) {
	type key struct {
		product         int
		version, source string
	}
	for i := range c.vulns {
		scores := c.vulns[i].scores
		if len(scores) < 2 {
			continue
		}
		seen := map[key]int{} // index of the score
		for at, s := range scores {
			source := ""
			if c.v21 {
				source = s.node.Str("source")
			}
			c.cvssOf(s, func(_ string, cvss Node) {
				version := cvss.Str("version")
				if version == "" {
					return
				}
				for _, p := range s.products {
					k := key{p.number, version, source}
					if before, ok := seen[k]; ok && before != at {
						c.fail(p.node, "the product %q has a CVSS %s score already; keep one", p.node.Text(), version)
					} else {
						seen[k] = at
					}
				}
			})
		}
	}
}

// invalidCVSS picks from the violations of the schema those inside CVSS objects.
func invalidCVSS(c *checker) {
	found := c.bySchema().found
	if len(found) == 0 {
		return
	}
	for i := range c.vulns {
		for _, s := range c.vulns[i].scores {
			c.cvssOf(s, func(_ string, cvss Node) {
				for _, v := range found {
					if cvss.Contains(v.at) {
						c.fail(v.at, "%s", v.msg)
					}
				}
			})
		}
	}
}
