package collected

import (
	"slices"
	"strings"

	"nakodo/csaf"
)

// longestName is where a name is no name any more, in bytes.
const longestName = 300

// vendors are the branches of vendors with the products below them.
func vendors(doc *csaf.Document) []Vendor {
	var all []Vendor
	var walk func(branches []csaf.Branch, vendor int)
	walk = func(branches []csaf.Branch, vendor int) {
		for _, b := range branches {
			here, name := vendor, tidy(b.Name)
			switch {
			case name == "" || len(name) > longestName:
			case b.Category == csaf.BranchVendor:
				here = slices.IndexFunc(all, func(v Vendor) bool { return v.Name == name })
				if here < 0 {
					all = append(all, Vendor{Name: name})
					here = len(all) - 1
				}
			case b.Category == csaf.BranchProductName && vendor >= 0:
				all[vendor].add(Product{Name: name}, b)
			}
			walk(b.Branches, here)
		}
	}
	if doc.ProductTree != nil {
		walk(doc.ProductTree.Branches, -1)
	}
	return all
}

// add notes a product once, with what identifies it to machines where it has no
// version of its own below it.
func (v *Vendor) add(p Product, b csaf.Branch) {
	if slices.ContainsFunc(v.Products, func(x Product) bool { return x.Name == p.Name }) {
		return
	}
	if b.Product != nil && b.Product.Helper != nil {
		h := b.Product.Helper
		p.CPE, p.PURL = h.CPE, h.PURL
		if p.PURL == "" && len(h.PURLs) > 0 {
			p.PURL = h.PURLs[0]
		}
	}
	v.Products = append(v.Products, p)
}

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// names gives the words for every product id of the document.
func names(doc *csaf.Document) map[string]string {
	all := map[string]string{}
	if doc.ProductTree == nil {
		return all
	}
	tree := doc.ProductTree
	var walk func(branches []csaf.Branch, path []string)
	walk = func(branches []csaf.Branch, path []string) {
		for _, b := range branches {
			here := append(slices.Clone(path), tidy(b.Name))
			if b.Product != nil {
				all[b.Product.ProductID] = strings.Join(here, " ")
			}
			walk(b.Branches, here)
		}
	}
	walk(tree.Branches, nil)
	for _, p := range tree.FullProductNames {
		all[p.ProductID] = tidy(p.Name)
	}
	for _, r := range tree.Relationships {
		all[r.FullProductName.ProductID] = tidy(r.FullProductName.Name)
	}
	for _, r := range tree.ProductPaths {
		all[r.FullProductName.ProductID] = tidy(r.FullProductName.Name)
	}
	return all
}

// text is what the document is found by: everything said about this matter, and
// not what its publisher says below every document.
func text(doc *csaf.Document) string {
	var b strings.Builder
	say := func(parts ...string) {
		for _, s := range parts {
			if s = strings.TrimSpace(s); s != "" {
				b.WriteString(s)
				b.WriteString("\n\n")
			}
		}
	}
	notes := func(all []csaf.Note) {
		for _, n := range all {
			if n.Category != csaf.NoteLegalDisclaimer && n.Category != csaf.NoteGeneral {
				say(n.Text)
			}
		}
	}
	m := doc.Document
	say(m.Tracking.Aliases...)
	say(m.Publisher.Name)
	notes(m.Notes)
	for _, v := range doc.Vulnerabilities {
		say(v.Title, v.CVE)
		for _, w := range weaknesses(v) {
			say(w.ID + " " + w.Name)
		}
		notes(v.Notes)
	}
	for _, v := range vendors(doc) {
		for _, p := range v.Products {
			say(p.Name)
		}
	}
	for _, r := range remedies(doc) {
		say(r.Text)
	}
	return b.String()
}

func weaknesses(v csaf.Vulnerability) []csaf.CWE {
	if v.CWE != nil {
		return append([]csaf.CWE{*v.CWE}, v.CWEs...)
	}
	return v.CWEs
}
