package csaf

import (
	"time"

	"nakodo/csaf/cwe"
)

// weaknesses visits the weaknesses that the document names, with what the named
// version of the CWE list says about them.
func (c *checker) weaknesses(visit func(at Node, w cwe.Weakness)) {
	for i := range c.vulns {
		for n := range c.vulns[i].node.Get("cwes").Items() {
			if w, ok := cwe.Lookup(n.Str("version"), n.Str("id")); ok {
				visit(n, w)
			}
		}
	}
}

func deprecatedCWE(c *checker) {
	c.weaknesses(func(at Node, w cwe.Weakness) {
		if w.Deprecated {
			c.fail(at, "%s is deprecated in version %s of the CWE list; choose the weakness that replaced it", at.Str("id"), at.Str("version"))
		}
	})
}

func cweNotForMapping(c *checker) {
	c.weaknesses(func(at Node, w cwe.Weakness) {
		if w.Usage == cwe.Discouraged || w.Usage == cwe.Prohibited {
			c.fail(at, "the use of %s for vulnerabilities is %s in version %s of the CWE list; choose a more specific weakness",
				at.Str("id"), lowerFirst(w.Usage.String()), at.Str("version"))
		}
	})
}

func cweForReview(c *checker) {
	c.weaknesses(func(at Node, w cwe.Weakness) {
		if w.Usage == cwe.WithReview {
			c.fail(at, "%s may be used for vulnerabilities after a review only (version %s of the CWE list); check whether a more specific weakness fits",
				at.Str("id"), at.Str("version"))
		}
	})
}

func lowerFirst(s string) string { return string(s[0]|0x20) + s[1:] }

// outdatedCWEVersion demands the list that was the newest when the document was
// released. Lists newer than those known here cannot be judged.
func outdatedCWEVersion(c *checker) {
	at := c.tracking.Get("current_release_date")
	released, ok := parseTime(at.Text())
	if !ok {
		return
	}
	want, ok := cwe.LatestAt(released)
	if !ok {
		return
	}
	newest := cwe.Latest()
	for i := range c.vulns {
		for n := range c.vulns[i].node.Get("cwes").Items() {
			version := n.Str("version")
			if version == "" || version == want.Number || !cwe.Known(version) && want == newest {
				continue
			}
			c.fail(n, "%s is taken from version %q of the CWE list, but at %s the newest was %s, of %s; use that one",
				n.Str("id"), version, at.Text(), want.Number, want.Date.Format(time.DateOnly))
		}
	}
}
