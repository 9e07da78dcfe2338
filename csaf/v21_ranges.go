package csaf

import "nakodo/csaf/vers"

// versionRange is the name of a branch of the category product_version_range.
type versionRange struct {
	branch int // place in branchInfos
	vers.Range
	err error // why the name is no range
}

// versionRanges are all version ranges of the product tree.
func (c *checker) versionRanges() []versionRange {
	if c.rangesRead {
		return c.rangeList
	}
	c.rangesRead = true
	for i, b := range c.branchInfos() {
		if b.kind == kindRange {
			r := versionRange{branch: i}
			r.Range, r.err = vers.Parse(b.node.Str("name"))
			c.rangeList = append(c.rangeList, r)
		}
	}
	return c.rangeList
}

// rangePair is a version range and a branch beside it, a range or a version,
// that have a version in common. Both lead to products.
type rangePair struct {
	a, b         int  // places in branchInfos; a is always a range
	aVers, bVers bool // that one is a range written as a VERS
}

// rangePairs are all pairs of overlapping siblings (section 6.2.50 of CSAF
// 2.1). Two ranges make two pairs, each as a and as b.
func (c *checker) rangePairs() []rangePair {
	if c.pairsRead {
		return c.pairs
	}
	c.pairsRead = true
	list := c.branchInfos()
	siblings := map[Node][]*versionRange{} // by the array that holds them
	ranges := c.versionRanges()
	for i := range ranges {
		r := &ranges[i]
		if r.err == nil && list[r.branch].leads {
			home := list[r.branch].node.Parent()
			siblings[home] = append(siblings[home], r)
		}
	}
	if len(siblings) == 0 {
		return nil
	}
	for i := range ranges {
		r := &ranges[i]
		if r.err != nil || !list[r.branch].leads {
			continue
		}
		for _, other := range siblings[list[r.branch].node.Parent()] {
			c.spend(16)
			if other == r {
				continue
			}
			if meet, ok := r.Overlaps(other.Range); ok && meet {
				c.pairs = append(c.pairs, rangePair{r.branch, other.branch, r.IsVers(), other.IsVers()})
			}
		}
	}
	for i := range list {
		if list[i].kind != kindVersion || !list[i].leads {
			continue
		}
		for _, r := range siblings[list[i].node.Parent()] {
			c.spend(16)
			if r.Contains(list[i].node.Str("name")) {
				c.pairs = append(c.pairs, rangePair{a: r.branch, b: i, aVers: r.IsVers()})
			}
		}
	}
	return c.pairs
}

// isLeaf reports whether a branch defines a product and has no branches.
func (b *branchInfo) isLeaf() bool {
	return b.node.Get("product").Exists() && !b.node.Get("branches").Exists()
}

// productsUnder are the numbers of the products defined at or below a branch.
func (c *checker) productsUnder(branch int) (numbers []int) {
	list := c.branchInfos()
	for i := branch; i < len(list) && (i == branch || list[i].depth > list[branch].depth); i++ {
		c.spend(1)
		if number, ok := c.ids[list[i].node.Path("product", "product_id").Text()]; ok {
			numbers = append(numbers, number)
		}
	}
	return numbers
}
