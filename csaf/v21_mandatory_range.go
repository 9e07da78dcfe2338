package csaf

import "nakodo/csaf/vers"

// rangeRules holds the names of version ranges to section 3.1.2.3.2 of CSAF
// 2.1: a canonical VERS, or the constraints of one.
func rangeRules(c *checker) {
	list := c.branchInfos()
	for _, r := range c.versionRanges() {
		name := list[r.branch].node.Get("name")
		err := r.err
		if err == nil {
			err = r.Check()
		}
		if err != nil {
			c.fail(orParent(name, list[r.branch].node), "the version range %q %v; write a VERS such as vers:intdot/>=1.0|<1.4", name.Text(), err)
		}
		if r.err == nil && r.IsVers() && !vers.Supported(r.Type) {
			c.warn(name, "the VERS type %q is not known here, so that only the form of %q was checked; make sure that the versions are in order", r.Type, name.Text())
		}
	}
}

func singleVersionRange(c *checker) {
	list := c.branchInfos()
	for _, r := range c.versionRanges() {
		if r.err != nil {
			continue
		}
		if version, ok := r.Single(); ok {
			c.fail(list[r.branch].node.Get("name"), "the range holds the version %q only; use the category product_version", version)
		}
	}
}
