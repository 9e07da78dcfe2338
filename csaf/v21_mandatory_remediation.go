package csaf

import "math/bits"

// remedy is a set of remediation categories.
type remedy uint8

const (
	workaround remedy = 1 << iota
	mitigation
	vendorFix
	optionalPatch
	noneAvailable
	fixPlanned
	noFixPlanned
)

var remedyNames = []string{"workaround", "mitigation", "vendor_fix", "optional_patch", "none_available", "fix_planned", "no_fix_planned"}

func remedyOf(category string) remedy {
	for i, name := range remedyNames {
		if name == category {
			return 1 << i
		}
	}
	return 0
}

// contradicts gives the categories that may not be said of a product together
// with this one (first table of section 3.2.4.14.1 of CSAF 2.1).
func (r remedy) contradicts() remedy {
	switch r {
	case workaround, mitigation:
		return optionalPatch | noneAvailable
	case vendorFix:
		return optionalPatch | noneAvailable | fixPlanned | noFixPlanned
	case optionalPatch:
		return workaround | mitigation | vendorFix | noneAvailable | fixPlanned | noFixPlanned
	case noneAvailable:
		return workaround | mitigation | vendorFix | optionalPatch | fixPlanned | noFixPlanned
	case fixPlanned:
		return vendorFix | optionalPatch | noneAvailable | noFixPlanned
	case noFixPlanned:
		return vendorFix | optionalPatch | noneAvailable | fixPlanned
	}
	return 0
}

// prohibitedFor gives the statuses that a product with this remediation may
// not have (second table of section 3.2.4.14.1 of CSAF 2.1).
func (r remedy) prohibitedFor() status {
	switch r {
	case workaround, mitigation, vendorFix, noneAvailable:
		return knownNotAffected | anyFixed
	case optionalPatch:
		return anyAffected
	case fixPlanned, noFixPlanned:
		return anyFixed
	}
	return 0
}

func contradictingRemediations(c *checker) {
	for _, v := range c.vulns {
		list := v.node.Get("remediations")
		if !anyContradiction(list) {
			continue
		}
		said := map[int]remedy{}
		for n := range list.Items() {
			r := remedyOf(n.Str("category"))
			for _, p := range c.subjects(n) {
				if clash := said[p] & r.contradicts(); clash != 0 {
					c.fail(n, "%s of product %q contradicts the remediation %s of the same product; remove the one that does not hold",
						n.Str("category"), c.nameOf(p), remedyNames[bits.TrailingZeros8(uint8(clash))])
				}
				said[p] |= r
			}
		}
	}
}

// anyContradiction reports whether some remediations of a list contradict each
// other, whatever products they are meant for.
func anyContradiction(list Node) bool {
	var all, against remedy
	for n := range list.Items() {
		r := remedyOf(n.Str("category"))
		all, against = all|r, against|r.contradicts()
	}
	return all&against != 0
}

// nameOf is the product id of a number.
func (c *checker) nameOf(number int) string {
	if p, ok := c.product(number); ok {
		return p.id
	}
	c.spend(len(c.ids))
	for id, n := range c.ids {
		if n == number {
			return id
		}
	}
	return ""
}

func remediationAgainstStatus(c *checker) {
	c.eachClash(remedy.prohibitedFor, func(n Node, product int, clash status) {
		c.fail(n, "%s does not suit product %q, which is listed in %s; correct its status or remove it from the remediation",
			n.Str("category"), c.nameOf(product), clash.firstName())
	})
}

// eachClash visits the products of remediations with the statuses that they
// have but should not.
func (c *checker) eachClash(against func(remedy) status, visit func(n Node, product int, clash status)) {
	for i := range c.vulns {
		v := &c.vulns[i]
		var listed status
		for _, l := range v.listings {
			listed |= l.status
		}
		for n := range v.node.Get("remediations").Items() {
			bad := against(remedyOf(n.Str("category"))) & listed
			if bad == 0 {
				continue
			}
			for _, p := range c.subjects(n) {
				if clash := v.of(p) & bad; clash != 0 {
					visit(n, p, clash)
				}
			}
		}
	}
}

// firstName is the name of the first status list of a set.
func (s status) firstName() string {
	for _, n := range statusNames {
		if s&n.is != 0 {
			return n.name
		}
	}
	return ""
}

// cvssAndRating finds products that one source gives both a CVSS vector and a
// qualitative rating, which could say different things.
func cvssAndRating(c *checker) {
	type key struct {
		product int
		source  string
	}
	for _, v := range c.vulns {
		scored := map[key]bool{}
		for _, s := range v.scores {
			if hasCVSS(s.content) {
				for _, p := range s.products {
					scored[key{p.number, s.node.Str("source")}] = true
				}
			}
		}
		for _, s := range v.scores {
			if !s.content.Get("qualitative_severity_rating").Exists() {
				continue
			}
			for _, p := range s.products {
				if scored[key{p.number, s.node.Str("source")}] {
					c.fail(s.node, "product %q has a CVSS vector and a qualitative severity rating of the same source; remove the rating", p.node.Text())
				}
			}
		}
	}
}
