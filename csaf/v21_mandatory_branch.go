package csaf

// branchInfo is what the tests of 2.1 ask about each branch of the product
// tree.
type branchInfo struct {
	node   Node
	kind   branchKind
	parent int // place in the list, -1 at the top
	depth  int // 1 at the top
	leads  bool
	above  branchKind // kinds of all branches above
}

// branchKind is a set of branch categories.
type branchKind uint16

const (
	kindVersion branchKind = 1 << iota
	kindRange
	kindFamily
	kindVendor
	kindName
	kindArchitecture
	kindHost
	kindLanguage
	kindPatch
	kindPlatform
	kindServicePack
	kindSpecification
)

func kindOfBranch(category string) branchKind {
	switch category {
	case "product_version":
		return kindVersion
	case "product_version_range":
		return kindRange
	case "product_family":
		return kindFamily
	case "vendor":
		return kindVendor
	case "product_name":
		return kindName
	case "architecture":
		return kindArchitecture
	case "host_name":
		return kindHost
	case "language":
		return kindLanguage
	case "patch_level":
		return kindPatch
	case "platform":
		return kindPlatform
	case "service_pack":
		return kindServicePack
	case "specification":
		return kindSpecification
	}
	return 0
}

// branchInfos lists all branches, parents first, with what stands above them.
func (c *checker) branchInfos() []branchInfo {
	if c.branchList == nil && len(c.branches) > 0 {
		c.branchList = make([]branchInfo, 0, len(c.branches))
		c.listBranches(c.tree.Get("branches"), -1)
	}
	return c.branchList
}

func (c *checker) listBranches(items Node, parent int) {
	info := branchInfo{parent: parent, depth: 1}
	if parent >= 0 {
		up := &c.branchList[parent]
		info.depth, info.above = up.depth+1, up.above|up.kind
	}
	for n := range items.Items() {
		info.node, info.kind = n, kindOfBranch(n.Str("category"))
		i := len(c.branchList)
		c.branchList = append(c.branchList, info)
		if n.Get("product").Exists() {
			for k := i; k >= 0 && !c.branchList[k].leads; k = c.branchList[k].parent {
				c.branchList[k].leads = true
			}
		}
		c.listBranches(n.Get("branches"), i)
	}
}

const maxBranchDepth = 30

func branchDepth(c *checker) {
	for _, b := range c.branchInfos() {
		if b.depth > maxBranchDepth {
			if p := b.node.Get("product"); p.Exists() {
				c.fail(p, "the product stands below %d levels of branches; at most %d are allowed, so flatten them", b.depth, maxBranchDepth)
			}
		}
	}
}

func stackedCategories(c *checker) {
	for _, b := range c.branchInfos() {
		if b.leads && b.kind != kindFamily && b.above&b.kind != 0 {
			c.fail(b.node.Get("category"), "the category %s stands twice on the way to a product; merge the two branches", b.node.Str("category"))
		}
	}
}

func versionWithRange(c *checker) {
	for _, b := range c.branchInfos() {
		if b.leads && (b.kind == kindVersion && b.above&kindRange != 0 || b.kind == kindRange && b.above&kindVersion != 0) {
			c.fail(b.node.Get("category"), "product_version and product_version_range stand on the way to the same product; keep one of them")
		}
	}
}
