package csaf

import "nakodo/csaf/vers"

func upperOpenRange(c *checker) {
	list := c.branchInfos()
	for _, r := range c.versionRanges() {
		if r.err != nil {
			continue
		}
		if last, open := r.UpperOpen(); open {
			c.fail(list[r.branch].node.Get("name"), "the version range %q has no end: versions that nobody has seen yet are in it; end it with the last version known, for instance %s",
				clip(list[r.branch].node.Str("name")), "<="+clip(last.Version))
		}
	}
}

func unknownVersType(c *checker) {
	list := c.branchInfos()
	for _, r := range c.versionRanges() {
		name := list[r.branch].node.Get("name")
		typ := vers.TypeOf(name.Text())
		switch {
		case typ == "":
		case !vers.Registered(typ) && vers.Supported(typ):
			c.fail(name, "the VERS type %q is not an officially registered one, though this program can compare its versions; use a registered type", clip(typ))
		case !vers.Registered(typ):
			c.fail(name, "the VERS type %q is not an officially registered one, and this program cannot compare its versions; use a registered type", clip(typ))
		case !vers.Supported(typ):
			c.fail(name, "the VERS type %q is officially registered, but this program cannot compare its versions", clip(typ))
		}
	}
}

// Tests 6.2.50.1 to .3: a version range that overlaps with a range or a version
// beside it, while the two are said to have different statuses.

func contradictingVERS(c *checker) {
	c.contradictingOverlap(func(p rangePair, b *branchInfo) bool { return b.kind == kindRange && p.bVers })
}

func contradictingVLS(c *checker) {
	c.contradictingOverlap(func(p rangePair, b *branchInfo) bool { return b.kind == kindRange && !p.bVers })
}

func contradictingVersion(c *checker) {
	c.contradictingOverlap(func(_ rangePair, b *branchInfo) bool { return b.kind == kindVersion })
}

func (c *checker) contradictingOverlap(sort func(rangePair, *branchInfo) bool) {
	if len(c.versionRanges()) == 0 {
		return
	}
	list := c.branchInfos()
	for _, p := range c.rangePairs() {
		a, b := &list[p.a], &list[p.b]
		// Two ranges of one form make two pairs that say the same.
		mirrored := b.kind == kindRange && a.isLeaf() && p.a > p.b && p.aVers == p.bVers
		if !b.isLeaf() || !sort(p, b) || mirrored {
			continue
		}
		left, right := c.productsUnder(p.a), c.productsUnder(p.b)
		for i := range c.vulns {
			v := &c.vulns[i]
			c.spend(len(left) + len(right))
			if x, y, clash := v.contradiction(left, right); clash {
				c.fail(v.node.Get("product_status"), "the versions %q and %q overlap, but are listed as %s and as %s; make them exclude each other, or decide for one status",
					clip(a.node.Str("name")), clip(b.node.Str("name")), x, y)
			}
		}
	}
}

// contradiction reports that some product on the left is in another group of
// statuses than some product on the right.
func (v *vuln) contradiction(left, right []int) (x, y string, clash bool) {
	all := func(products []int) (s status) {
		for _, p := range products {
			s |= v.of(p)
		}
		return s
	}
	l, r := all(left), all(right)
	for i, g := range statusGroups {
		for k, h := range statusGroups {
			if i != k && l&g.is != 0 && r&h.is != 0 {
				return g.name, h.name, true
			}
		}
	}
	return "", "", false
}
