package csaf

// Tests 6.3.19.1 to .5: version ranges that overlap with a range or a version
// beside them. Where both have the same status this is no contradiction, but
// often a slip in the product tree.

func overlapInGroupVERS(c *checker) {
	c.overlapInGroup(func(p rangePair, b *branchInfo) bool { return b.kind == kindRange && p.bVers && b.isLeaf() })
}

func overlapInGroupVLS(c *checker) {
	c.overlapInGroup(func(p rangePair, b *branchInfo) bool { return b.kind == kindRange && !p.bVers && b.isLeaf() })
}

func overlapInGroupVersion(c *checker) {
	c.overlapInGroup(func(_ rangePair, b *branchInfo) bool { return b.kind == kindVersion })
}

// overlapInGroup reports the pairs of one sort whose products some
// vulnerability lists in the same group of statuses.
func (c *checker) overlapInGroup(sort func(rangePair, *branchInfo) bool) {
	if len(c.versionRanges()) == 0 {
		return
	}
	list := c.branchInfos()
	for _, p := range c.rangePairs() {
		a, b := &list[p.a], &list[p.b]
		// Two ranges of one form make two pairs that say the same.
		mirrored := b.kind == kindRange && a.isLeaf() && p.a > p.b && p.aVers == p.bVers
		if !sort(p, b) || mirrored {
			continue
		}
		left, right := c.productsUnder(p.a), c.productsUnder(p.b)
		for i := range c.vulns {
			v := &c.vulns[i]
			if both := v.groupsOf(left) & v.groupsOf(right); both != 0 {
				c.fail(v.node.Get("product_status"), "the versions %q and %q overlap and are both listed as %s; make them exclude each other",
					a.node.Str("name"), b.node.Str("name"), both.firstName())
			}
		}
	}
}

// groupsOf are the statuses of some products, where one list of a group
// stands for all lists of that group.
func (v *vuln) groupsOf(products []int) (s status) {
	for _, p := range products {
		s |= v.of(p)
	}
	if s&anyAffected != 0 {
		s |= anyAffected
	}
	if s&anyFixed != 0 {
		s |= anyFixed
	}
	return s
}

func overlapBranchRange(c *checker) {
	c.overlapBranch(func(a, b *branchInfo, p rangePair) bool {
		return b.kind == kindRange && (a.isLeaf() || p.a < p.b)
	})
}

func overlapBranchVersion(c *checker) {
	c.overlapBranch(func(_, b *branchInfo, _ rangePair) bool { return b.kind == kindVersion })
}

// overlapBranch reports the pairs of one sort whose second branch has further
// branches below it.
func (c *checker) overlapBranch(sort func(a, b *branchInfo, p rangePair) bool) {
	if len(c.versionRanges()) == 0 {
		return
	}
	list := c.branchInfos()
	for _, p := range c.rangePairs() {
		a, b := &list[p.a], &list[p.b]
		if b.node.Get("branches").Exists() && sort(a, b, p) {
			c.fail(b.node.Get("name"), "%q overlaps with the version range %q beside it; make them exclude each other", b.node.Str("name"), a.node.Str("name"))
		}
	}
}
