package csaf

import (
	"nakodo/csaf"
	"nakodo/internal/product"
)

// productTree is /product_tree: vendor, product, version range. The ids are
// those of the advisory, which stay the same over all revisions and languages.
func (w writer) productTree() *csaf.ProductTree {
	var tree csaf.ProductTree
	for _, p := range w.rev.Content.Products {
		vendor := branchFor(&tree.Branches, csaf.BranchVendor, w.vendorName(p.Org))
		name := branchFor(&vendor.Branches, csaf.BranchProductName, p.Name)
		name.Branches = append(name.Branches, w.versions(p))
	}
	return &tree
}

// branchFor finds the branch of a name or adds it behind the others. The
// pointer holds until the next branch is added to the same list.
func branchFor(list *[]csaf.Branch, category, name string) *csaf.Branch {
	for i := range *list {
		if (*list)[i].Name == name {
			return &(*list)[i]
		}
	}
	*list = append(*list, csaf.Branch{Category: category, Name: name})
	return &(*list)[len(*list)-1]
}

// versions is the leaf: one version or a range of them.
func (w writer) versions(p product.Product) csaf.Branch {
	leaf := csaf.FullProductName{Name: w.fullName(p), ProductID: p.ID}
	if p.CPE != "" || p.PURL != "" {
		leaf.Helper = &csaf.IdentificationHelper{CPE: p.CPE, PURL: p.PURL}
	}
	if p.Range.Exact != "" && isPlainVersion(p.Range.Exact) {
		return csaf.Branch{Category: csaf.BranchProductVersion, Name: p.Range.Exact, Product: &leaf}
	}
	return csaf.Branch{Category: csaf.BranchProductVersionRange, Name: p.Range.VLS(), Product: &leaf}
}

// isPlainVersion holds for what test 6.1.31 cannot take for a range: words
// such as "before" and "all" are letters, and no plain version has a space.
func isPlainVersion(v string) bool {
	digits := false
	for _, r := range v {
		switch {
		case r >= '0' && r <= '9':
			digits = true
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '.', r == '-', r == '_', r == '+':
		default:
			return false
		}
	}
	return digits
}

func (w writer) fullName(p product.Product) string {
	return w.vendorName(p.Org) + " " + p.Name + " " + p.Range.Say(w.lang)
}

// vendorName is the vendor's name as the advisory gives it. The gate lets no
// product pass whose vendor is not in the table.
func (w writer) vendorName(org string) string {
	for _, v := range w.rev.Content.Vendors {
		if v.Org == org {
			return v.Name.In(w.lang)
		}
	}
	return org
}
