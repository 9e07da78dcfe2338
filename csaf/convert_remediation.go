package csaf

import (
	"slices"
	"strings"
)

// convertRemediations sorts out two categories whose meaning became narrower:
// vendor_fix is for affected products only, and none_available contradicts it.
func (c *converter) convertRemediations(v *Vulnerability, src Node, index *vuln) {
	work := &checker{index: c.src, opt: &Options{}, budget: c.budget}
	var items []*remediation
	i := 0
	for n := range src.Items() {
		r := &remediation{Remediation: v.Remediations[i], src: n}
		r.subjects = work.subjects(n)
		items = append(items, r)
		i++
	}
	c.budget = work.budget
	items = c.splitOptional(items, index)
	items = c.settleNoneAvailable(items)
	v.Remediations = nil
	for _, r := range items {
		if r.gone {
			continue
		}
		v.Remediations = append(v.Remediations, r.Remediation)
	}
}

// remediation is one while it is being converted.
type remediation struct {
	Remediation
	src      Node
	subjects []int // numbers of its products, also through groups
	gone     bool
}

// splitOptional makes optional_patch of vendor_fix where the product is not
// affected or fixed already.
func (c *converter) splitOptional(items []*remediation, index *vuln) (out []*remediation) {
	for _, r := range items {
		out = append(out, r)
		if r.Category != RemediationVendorFix {
			continue
		}
		var optional, rest []int
		for _, p := range r.subjects {
			if s := index.of(p); s&(knownNotAffected|anyFixed) != 0 && s&anyAffected == 0 {
				optional = append(optional, p)
			} else {
				rest = append(rest, p)
			}
		}
		switch {
		case len(optional) == 0:
		case len(rest) == 0:
			r.Category = RemediationOptionalPatch
			c.warn(r.src, "the remediation became an optional_patch, since its products are not affected or fixed: %s", c.idList(optional))
		default:
			patch := *r
			patch.Category = RemediationOptionalPatch
			c.give(&patch, optional)
			c.give(r, rest)
			out = append(out, &patch)
			c.warn(r.src, "the remediation was divided: it stays a vendor_fix for %s and became an optional_patch for %s, which are not affected or fixed",
				c.idList(rest), c.idList(optional))
		}
	}
	return out
}

// settleNoneAvailable resolves products that have both a vendor_fix and
// none_available: a fix to come is a fix_planned, one that is there leaves no
// none_available.
func (c *converter) settleNoneAvailable(items []*remediation) (out []*remediation) {
	fixes := c.fixes(items)
	for _, none := range items {
		out = append(out, none)
		if none.Category != RemediationNoneAvailable {
			continue
		}
		var planned, fixed, keep []int
		for _, p := range none.subjects {
			switch coming, there := c.fixesOf(fixes[p]); {
			case there:
				fixed = append(fixed, p)
			case coming:
				planned = append(planned, p)
			default:
				keep = append(keep, p)
			}
		}
		if len(fixed) > 0 {
			c.warn(none.src, "none_available was removed for %s, for which a vendor_fix exists", c.idList(fixed))
		}
		if len(planned) > 0 {
			c.warn(none.src, "none_available became fix_planned for %s, whose vendor_fix is yet to come", c.idList(planned))
			plan := *none
			plan.Category = RemediationFixPlanned
			c.give(&plan, planned)
			out = append(out, &plan)
			c.take(fixes, planned)
		}
		if len(fixed)+len(planned) > 0 {
			c.give(none, keep)
		}
	}
	return out
}

// fixes lists, for each product that has a none_available, its vendor_fixes.
func (c *converter) fixes(items []*remediation) map[int][]*remediation {
	by := map[int][]*remediation{}
	for _, r := range items {
		if r.Category == RemediationNoneAvailable {
			for _, p := range r.subjects {
				by[p] = nil
			}
		}
	}
	for _, r := range items {
		if r.Category != RemediationVendorFix || len(by) == 0 {
			continue
		}
		for _, p := range r.subjects {
			if _, ok := by[p]; ok {
				by[p] = append(by[p], r)
			}
		}
	}
	return by
}

// fixesOf reports whether one of a product's vendor_fixes is yet to come (its
// date lies in the future, or it has none), and whether one is there.
func (c *converter) fixesOf(fixes []*remediation) (coming, there bool) {
	for _, r := range fixes {
		if date, ok := r.Date.Time(); ok && !date.After(c.opt.Now) {
			there = true
		} else {
			coming = true
		}
	}
	return coming, there
}

// take removes products from their vendor_fixes, and with its last product a
// vendor_fix itself.
func (c *converter) take(fixes map[int][]*remediation, products []int) {
	var touched []*remediation
	for _, p := range products {
		for _, r := range fixes[p] {
			if !slices.Contains(touched, r) {
				touched = append(touched, r)
			}
		}
	}
	for _, r := range touched {
		var rest, taken []int
		for _, p := range r.subjects {
			if has(products, p) {
				taken = append(taken, p)
			} else {
				rest = append(rest, p)
			}
		}
		if len(taken) == 0 {
			continue
		}
		c.give(r, rest)
		if r.gone {
			c.warn(r.src, "the vendor_fix was removed, since no product was left in it: the fix of %s is yet to come", c.idList(taken))
		} else {
			c.warn(r.src, "the vendor_fix was removed for %s, whose fix is yet to come", c.idList(taken))
		}
	}
}

// give sets the products of a remediation. Groups that are a part of them stay
// groups.
func (c *converter) give(r *remediation, products []int) {
	c.spend(len(products))
	var groups []string
	covered := map[int]bool{}
	for _, id := range r.GroupIDs {
		members := c.members(id)
		if len(members) > 0 && !slices.ContainsFunc(members, func(p int) bool { return !has(products, p) }) {
			groups = append(groups, id)
			for _, p := range members {
				covered[p] = true
			}
		}
	}
	direct := map[string]bool{}
	for _, id := range r.ProductIDs {
		direct[id] = true
	}
	r.GroupIDs, r.ProductIDs, r.subjects = groups, nil, products
	for _, p := range products {
		if id := c.src.idOf(p); !covered[p] || direct[id] {
			r.ProductIDs = append(r.ProductIDs, id)
		}
	}
	r.gone = len(products) == 0
}

// has searches a sorted list of products.
func has(products []int, p int) bool {
	_, ok := slices.BinarySearch(products, p)
	return ok
}

func (c *converter) members(groupID string) (out []int) {
	n, ok := c.src.groupIDs[groupID]
	if !ok {
		return nil
	}
	g, _ := c.src.group(n)
	c.spend(len(g.members))
	for _, m := range g.members {
		out = append(out, m.number)
	}
	return out
}

func (c *converter) idList(products []int) string {
	c.spend(4 * len(products))
	ids := make([]string, len(products))
	for i, p := range products {
		ids[i] = c.src.idOf(p)
	}
	return strings.Join(ids, ", ")
}
