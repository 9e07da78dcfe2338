package csaf

import (
	"fmt"
	"slices"
	"strings"

	"nakodo/csaf/vers"
)

// twig is a branch while the tree is being rebuilt. It remembers where in the
// source it comes from.
type twig struct {
	Branch // without Branches
	src    Node
	kids   []*twig
}

func (c *converter) convertBranches(t *ProductTree, src Node) {
	root := &twig{kids: c.grow(t.Branches, src)}
	for _, b := range slices.Clone(root.kids) {
		c.unstack(root, b)
	}
	c.settle(root)
	c.complain(root, nil)
	if c.doc.Document.Category == CategorySecurityAdvisory {
		c.addFixed(root, nil)
	}
	t.Branches = prune(root.kids)
}

// grow takes the branches over and converts what concerns one branch alone.
func (c *converter) grow(list []Branch, src Node) (out []*twig) {
	i := 0
	for n := range src.Items() {
		b := &twig{Branch: list[i], src: n}
		i++
		b.kids = c.grow(b.Branches, n.Get("branches"))
		b.Branches = nil
		if b.Category == BranchLegacy {
			b.Category = BranchProductName
			c.warn(n.Get("category"), "the category legacy does not exist in CSAF 2.1 and was replaced by product_name; check whether another one fits better")
		}
		c.convertRange(b)
		if b.Product != nil {
			c.convertHelper(b.Product, n.Get("product"))
		}
		out = append(out, b)
	}
	return out
}

func prune(kids []*twig) (out []Branch) {
	for _, k := range kids {
		b := k.Branch
		b.Branches = prune(k.kids)
		out = append(out, b)
	}
	return out
}

// placeholder vendors say that the vendor is not known; below them the real one
// may follow.
func isPlaceholder(name string) bool {
	bare := strings.Map(func(r rune) rune {
		if isSeparator(r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
	return slices.Contains([]string{"opensource", "noassertion", "undefined", "unknown"}, bare)
}

// unstack removes placeholder vendors above or below another vendor.
func (c *converter) unstack(parent, b *twig) {
	if c.opt.KeepStacked {
		return
	}
	for _, k := range slices.Clone(b.kids) {
		c.unstack(b, k)
	}
	if b.Category != BranchVendor || !c.hasCategory(b.kids, BranchVendor) {
		return
	}
	if isPlaceholder(b.Name) {
		c.lift(parent, b)
		return
	}
	c.liftPlaceholders(b, b)
}

// lift moves those children of a branch that lead to a vendor up beside it, and
// removes the branch if none is left.
func (c *converter) lift(parent, b *twig) {
	var up, stay []*twig
	for _, k := range b.kids {
		if k.Category == BranchVendor || c.hasCategory(k.kids, BranchVendor) {
			up = append(up, k)
		} else {
			stay = append(stay, k)
		}
	}
	c.spend(len(parent.kids) / 8)
	i := slices.Index(parent.kids, b)
	b.kids = stay
	keep := 1
	if len(stay) == 0 && b.Product == nil {
		keep = 0
	}
	parent.kids = slices.Insert(slices.Delete(parent.kids, i, i+1-keep), i+keep, up...)
	c.warn(b.src, "there are two branches of the category vendor along one path at %s; the one named %q was removed", b.src.Pointer(), b.Name)
}

// liftPlaceholders replaces placeholder vendors below another vendor by what
// is below them.
func (c *converter) liftPlaceholders(top, b *twig) {
	for i := 0; i < len(b.kids); {
		k := b.kids[i]
		if k.Category != BranchVendor || !isPlaceholder(k.Name) || k.Product != nil {
			c.liftPlaceholders(top, k)
			i++
			continue
		}
		c.warn(k.src, "there are two branches of the category vendor along one path, at %s and %s; the one named %q was removed", top.src.Pointer(), k.src.Pointer(), k.Name)
		c.spend(len(b.kids) / 8)
		b.kids = slices.Replace(b.kids, i, i+1, k.kids...)
	}
}

func (c *converter) hasCategory(kids []*twig, category string) bool {
	c.spend(len(kids))
	return slices.ContainsFunc(kids, func(k *twig) bool {
		return k.Category == category || c.hasCategory(k.kids, category)
	})
}

// settle makes the first of several versions along a path a part of the name:
// name / version / version becomes family / name version / version. The same
// goes for a version above a version range.
func (c *converter) settle(b *twig) {
	for _, k := range slices.Clone(b.kids) {
		c.settleName(b, k)
	}
	for _, k := range b.kids {
		c.settle(k)
	}
}

// settleName settles the versions right below a name or family. A name that
// has others besides keeps those; the family of the same name stands beside it.
func (c *converter) settleName(parent, k *twig) {
	moved := c.takeStacked(k)
	if len(moved) == 0 {
		return
	}
	if k.Category == BranchProductFamily {
		k.kids = append(k.kids, moved...)
		return
	}
	family := &twig{Branch: Branch{Category: BranchProductFamily, Name: k.Name}, src: k.src, kids: moved}
	c.spend(len(parent.kids) / 8)
	i := slices.Index(parent.kids, k)
	if len(k.kids) == 0 && k.Product == nil {
		parent.kids[i] = family
	} else {
		parent.kids = slices.Insert(parent.kids, i+1, family)
	}
}

// takeStacked takes those versions from below a name or family out that have
// another version or a range below them, and makes names of them.
func (c *converter) takeStacked(k *twig) (moved []*twig) {
	if k.Category != BranchProductName && k.Category != BranchProductFamily {
		return nil
	}
	k.kids = slices.DeleteFunc(k.kids, func(v *twig) bool {
		if v.Category != BranchProductVersion || v.Product != nil {
			return false
		}
		stacked := c.hasCategory(v.kids, BranchProductVersion) && k.Category == BranchProductName && !c.opt.KeepStacked
		mixed := c.hasCategory(v.kids, BranchProductVersionRange) && !c.opt.KeepMixed
		if !stacked && !mixed {
			return false
		}
		name := k.Name + " " + v.Name
		what := "several branches of the category product_version stand along one path"
		if !stacked {
			what = "product_version and product_version_range stand along one path"
		}
		c.warn(v.src, "%s: %s; %s %q is now a product_family, and %s %q the product_name %q", what, c.pathText(v.src),
			k.Category, k.Name, v.Category, v.Name, name)
		v.Category, v.Name = BranchProductName, name
		moved = append(moved, v)
		return true
	})
	return moved
}

// pathText is the way to a branch of the source in categories and names.
func (c *converter) pathText(n Node) string {
	var parts []string
	for ; n.Get("category").Exists(); n = n.Parent().Parent() {
		parts = append(parts, fmt.Sprintf("%s %q", n.Str("category"), clip(n.Str("name"))))
	}
	slices.Reverse(parts)
	return strings.Join(parts, " / ")
}

// complain reports the paths that could not be made valid.
func (c *converter) complain(b *twig, above []*twig) {
	for _, k := range b.kids {
		if k.Category != BranchProductFamily {
			c.spend(len(above))
			for _, up := range above {
				if up.Category == k.Category {
					c.fail(k.src, "the category %s stands twice along the path %s, which could not be resolved; correct the product tree", k.Category, c.pathText(k.src))
				}
				if isPair(up.Category, k.Category) {
					c.fail(k.src, "%s and %s stand along the path %s, which could not be resolved; correct the product tree", up.Category, k.Category, c.pathText(k.src))
				}
			}
		}
		c.complain(k, append(above[:len(above):len(above)], k))
	}
}

func isPair(a, b string) bool {
	return a == BranchProductVersion && b == BranchProductVersionRange || a == BranchProductVersionRange && b == BranchProductVersion
}

// fixedProduct is a product that was added: the version that ends a range of
// affected ones.
type fixedProduct struct {
	affected, id string
}

// addFixed adds, beside each affected range that ends below a version, that
// version, which is fixed.
func (c *converter) addFixed(b *twig, path []string) {
	versions := map[string]*twig{}
	for _, k := range b.kids {
		if k.Category == BranchProductVersion {
			versions[k.Name] = k
		}
	}
	kids := make([]*twig, 0, len(b.kids))
	for _, k := range b.kids {
		kids = append(kids, k)
		if k.Category == BranchProductVersionRange && k.Product != nil && len(k.kids) == 0 {
			if added := c.fixedBeside(k, versions, path); added != nil {
				kids = append(kids, added)
			}
		}
		c.addFixed(k, append(path[:len(path):len(path)], k.Name))
	}
	b.kids = kids
}

// fixedBeside gives the version to be added beside a range, nil if there is
// none or it is there already.
func (c *converter) fixedBeside(k *twig, versions map[string]*twig, path []string) *twig {
	r, err := vers.Parse(k.Name)
	if err != nil || len(r.Constraints) == 0 || r.Check() != nil {
		return nil
	}
	last := r.Constraints[len(r.Constraints)-1]
	number, known := c.src.ids[k.Product.ProductID]
	_, plain := versionText(last.Version)
	if last.Comparator != vers.Less || !plain || !known {
		return nil
	}
	affectedIn := c.affectedIn(number)
	if len(affectedIn) == 0 {
		return nil
	}
	if sibling := versions[last.Version]; sibling != nil {
		if sibling.Product != nil {
			c.fixed = append(c.fixed, fixedProduct{k.Product.ProductID, sibling.Product.ProductID})
		}
		return nil
	}
	added := &FullProductName{
		Name:      strings.Join(append(path[:len(path):len(path)], last.Version), " "),
		ProductID: c.newID(k.Product.ProductID + "-fixed"),
	}
	c.fixed = append(c.fixed, fixedProduct{k.Product.ProductID, added.ProductID})
	c.warn(k.src, "the affected versions end below %q; the product %q (%s) was added beside %s and to product_status/fixed of %s", last.Version,
		added.Name, added.ProductID, k.src.Pointer(), strings.Join(affectedIn, ", "))
	versions[last.Version] = &twig{Branch: Branch{Category: BranchProductVersion, Name: last.Version, Product: added}, src: k.src}
	return versions[last.Version]
}

// affectedIn gives the vulnerabilities that affect a product.
func (c *converter) affectedIn(number int) (pointers []string) {
	c.spend(len(c.src.vulns))
	for i := range c.src.vulns {
		if v := &c.src.vulns[i]; v.of(number)&anyAffected != 0 {
			c.spend(20)
			pointers = append(pointers, v.node.Pointer())
		}
	}
	return pointers
}

// newID is a product id that nothing in the document uses yet.
func (c *converter) newID(wanted string) string {
	id := wanted
	for n := 2; ; n++ {
		if _, used := c.src.ids[id]; !used {
			c.src.number(id)
			return id
		}
		id = fmt.Sprintf("%s-%d", wanted, n)
	}
}
