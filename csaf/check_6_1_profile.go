package csaf

import (
	"slices"
	"strings"
)

// profileChecks are the mandatory tests of the profiles that 2.0 has.
var profileChecks = []check{
	{"6.1.27.1", v20 | v21, profileNotes, 0},
	{"6.1.27.2", v20 | v21, profileReferences, 0},
	{"6.1.27.3", v20 | v21, profileNoVulnerabilities, 0},
	{"6.1.27.4", v20 | v21, profileProductTree, 0},
	{"6.1.27.5", v20 | v21, profileVulnerabilityNotes, 0},
	{"6.1.27.6", v20 | v21, profileProductStatus, 0},
	{"6.1.27.7", v20 | v21, vexProductStatus, 0},
	{"6.1.27.8", v20 | v21, vexVulnerabilityID, 0},
	{"6.1.27.9", v20 | v21, vexImpactStatement, 0},
	{"6.1.27.10", v20 | v21, vexActionStatement, 0},
	{"6.1.27.11", v20 | v21, profileVulnerabilities, 0},
}

// is reports whether the document has one of these categories. Those that
// only 2.1 has do not count in 2.0.
func (c *checker) is(categories ...string) bool {
	if !slices.Contains(categories, c.category) {
		return false
	}
	for _, p := range profiles {
		if p.category == c.category {
			return p.in&c.bit() != 0
		}
	}
	return true
}

func profileNotes(c *checker) {
	if !c.is(CategoryInformationalAdvisory, CategorySecurityIncidentResponse) {
		return
	}
	for n := range c.document.Get("notes").Items() {
		if slices.Contains([]string{NoteDescription, NoteDetails, NoteGeneral, NoteSummary}, n.Str("category")) {
			return
		}
	}
	c.fail(orParent(c.document.Get("notes"), c.document), "a document of category %q needs a note of category description, details, general or summary; add one", c.category)
}

func profileReferences(c *checker) {
	if !c.is(CategoryInformationalAdvisory, CategorySecurityIncidentResponse) {
		return
	}
	for r := range c.document.Get("references").Items() {
		// "external" is the default of the schema.
		if cat := r.Get("category"); !cat.Exists() || cat.Text() == ReferenceExternal {
			return
		}
	}
	c.fail(orParent(c.document.Get("references"), c.document), "a document of category %q needs a reference of category external; add one", c.category)
}

func profileNoVulnerabilities(c *checker) {
	if c.is(CategoryInformationalAdvisory, CategoryWithdrawn, CategorySuperseded) {
		if v := c.root.Get("vulnerabilities"); v.Exists() {
			c.fail(v, "a document of category %q must not have vulnerabilities; remove them or change the category", c.category)
		}
	}
}

// advisoryOrVEX are the categories that speak of products and vulnerabilities.
func advisoryOrVEX(c *checker) bool {
	return c.is(CategorySecurityAdvisory, CategoryVEX, CategoryDeprecatedSecurityAdvisory)
}

func profileProductTree(c *checker) {
	if advisoryOrVEX(c) && !c.tree.Exists() {
		c.fail(c.root, "a document of category %q needs a product_tree; add it", c.category)
	}
}

func profileVulnerabilities(c *checker) {
	if advisoryOrVEX(c) && !c.root.Get("vulnerabilities").Exists() {
		c.fail(c.root, "a document of category %q needs vulnerabilities; add them", c.category)
	}
}

func profileVulnerabilityNotes(c *checker) {
	if !advisoryOrVEX(c) {
		return
	}
	for i := range c.vulns {
		if v := c.vulns[i].node; !v.Get("notes").Exists() {
			c.fail(v, "the vulnerability has no notes; add at least one that describes it")
		}
	}
}

func profileProductStatus(c *checker) {
	if !c.is(CategorySecurityAdvisory, CategoryDeprecatedSecurityAdvisory) {
		return
	}
	for i := range c.vulns {
		if v := c.vulns[i].node; !v.Get("product_status").Exists() {
			c.fail(v, "the vulnerability has no product_status; say which products it affects")
		}
	}
}

func vexProductStatus(c *checker) {
	if !c.is(CategoryVEX) {
		return
	}
	wanted := []string{"fixed", "known_affected", "known_not_affected", "under_investigation"}
	for i := range c.vulns {
		v := c.vulns[i].node
		lists := v.Get("product_status")
		if !slices.ContainsFunc(wanted, func(key string) bool { return lists.Get(key).Exists() }) {
			c.fail(orParent(v.Get("product_status"), v), "a VEX document must list products as %s; add one of these lists", strings.Join(wanted, ", "))
		}
	}
}

func vexVulnerabilityID(c *checker) {
	if !c.is(CategoryVEX) {
		return
	}
	for i := range c.vulns {
		v := &c.vulns[i]
		ids := v.node.Get("ids")
		switch {
		case v.node.Get("cve").Exists():
		case !ids.Exists():
			c.fail(v.node, "a VEX document must identify the vulnerability; add cve or ids")
		case c.v21:
			vexIDsOfProducts(c, v, ids)
		}
	}
}

// vexIDsOfProducts is the rule of 2.1 that, where each id is bound to
// products, each product has an id.
func vexIDsOfProducts(c *checker, v *vuln, ids Node) {
	named := map[int]bool{}
	for id := range ids.Items() {
		if !id.Get("product_ids").Exists() && !id.Get("group_ids").Exists() {
			return // it holds for the vulnerability as a whole
		}
		for _, p := range c.subjects(id) {
			named[p] = true
		}
	}
	for _, l := range v.listings {
		for _, r := range l.refs {
			if !named[r.number] {
				c.fail(r.node, "no item of ids is about the product %q; add one, or an id for the vulnerability as a whole", r.node.Text())
				named[r.number] = true
			}
		}
	}
}

func vexImpactStatement(c *checker) {
	vexStatement(c, knownNotAffected, func(v Node, has func(Node)) {
		for f := range v.Get("flags").Items() {
			has(f)
		}
		for t := range v.Get("threats").Items() {
			if t.Str("category") == ThreatImpact {
				has(t)
			}
		}
	}, "the product %q is not affected, but nothing says why; add a flag or a threat of category impact for it")
}

func vexActionStatement(c *checker) {
	vexStatement(c, knownAffected, func(v Node, has func(Node)) {
		for r := range v.Get("remediations").Items() {
			has(r)
		}
	}, "the product %q is affected, but nothing says what to do; add a remediation for it")
}

// vexStatement asks for a statement about each product of a status list.
func vexStatement(c *checker, list status, statements func(v Node, has func(Node)), msg string) {
	if !c.is(CategoryVEX) {
		return
	}
	for i := range c.vulns {
		v := &c.vulns[i]
		for _, l := range v.listings {
			if l.status != list {
				continue
			}
			told := map[int]bool{}
			statements(v.node, func(item Node) {
				for _, p := range c.subjects(item) {
					told[p] = true
				}
			})
			for _, r := range l.refs {
				if !told[r.number] {
					c.fail(r.node, msg, r.node.Text())
				}
			}
		}
	}
}
