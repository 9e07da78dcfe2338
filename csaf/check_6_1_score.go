package csaf

import (
	"strings"

	"nakodo/csaf/cvss"
)

// scoreChecks are the mandatory tests about CVSS objects.
var scoreChecks = []check{
	{"6.1.7", v20 | v21, severalScores, 0},
	{"6.1.8", v20 | v21, invalidCVSS, 0},
	{"6.1.9", v20 | v21, wrongScore, 0},
	{"6.1.10", v20 | v21, inconsistentCVSS, 0},
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
			c.cvssOf(s, func(name string, object Node) {
				version := versionOfCVSS(name, object)
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

// versionOfCVSS is what a CVSS object says of its version, or else what its
// vector or its name says.
func versionOfCVSS(name string, object Node) string {
	if v := object.Str("version"); v != "" {
		return v
	}
	if prefix, _, ok := strings.Cut(object.Str("vectorString"), "/"); ok {
		if v, ok := strings.CutPrefix(prefix, "CVSS:"); ok {
			return v
		}
	}
	return strings.TrimPrefix(name, "cvss_v")
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

// cvssVector is a CVSS object of the document with its parsed vector.
type cvssVector struct {
	object Node
	vector cvss.Vector
}

// vectors visits the CVSS objects of the document that have a good vector. A
// bad one is the business of 6.1.8.
func (c *checker) vectors(visit func(object Node, v cvss.Vector)) {
	if !c.vectorsRead {
		c.vectorsRead = true
		for i := range c.scores {
			c.cvssOf(c.scores[i], func(_ string, object Node) {
				if v, err := cvss.Parse(object.Str("vectorString")); err == nil {
					c.vectorList = append(c.vectorList, cvssVector{object, v})
				}
			})
		}
	}
	for _, v := range c.vectorList {
		visit(v.object, v.vector)
	}
}

// computed are the members of a CVSS object that follow from the vector.
var computed = []struct {
	score, severity string
	of              func(cvss.Scores) float64
}{
	{"baseScore", "baseSeverity", func(s cvss.Scores) float64 { return s.Base }},
	{"temporalScore", "temporalSeverity", func(s cvss.Scores) float64 { return s.Temporal }},
	{"environmentalScore", "environmentalSeverity", func(s cvss.Scores) float64 { return s.Environmental }},
}

func wrongScore(c *checker) {
	c.vectors(func(object Node, v cvss.Vector) {
		if object.Str("version") != string(v.Version()) {
			return // 6.1.8 or 6.1.10 says so
		}
		scores := v.Scores()
		for _, m := range computed {
			want := m.of(scores)
			if at := object.Get(m.score); at.Is(Number) && at.Float() != want {
				c.fail(at, "the %s of %q is %.1f, not %s", m.score, object.Str("vectorString"), want, at.Source())
			}
			if at := object.Get(m.severity); at.Is(String) && v.Version() != cvss.V20 && at.Text() != cvss.Severity(want) {
				c.fail(at, "the %s of %q is %s, not %s", m.severity, object.Str("vectorString"), cvss.Severity(want), clip(at.Text()))
			}
		}
	})
}

func inconsistentCVSS(c *checker) {
	c.vectors(func(object Node, v cvss.Vector) {
		if at := object.Get("version"); at.Is(String) && at.Text() != string(v.Version()) {
			c.fail(at, "the version is %q, but the vector is one of version %s", at.Text(), v.Version())
		}
		for property, val := range v.Properties {
			if at := object.Get(property); at.Is(String) && at.Text() != val {
				c.fail(at, "%s is %q, but the vector says %s", property, at.Text(), val)
			}
		}
	})
}
