package csaf

// productChecks are the mandatory tests about product and group ids.
var productChecks = []check{
	{"6.1.1", v20 | v21, missingProductID, 0},
}

func missingProductID(c *checker) {
	for _, ref := range c.refs {
		if !c.defined(ref.number) {
			c.fail(ref.node, "product ID %q is not defined; define it in /product_tree or correct the reference", ref.node.Text())
		}
	}
}
