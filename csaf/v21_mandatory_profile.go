package csaf

import (
	"strings"

	"nakodo/csaf/bcp47"
)

func affectedProducts(c *checker) {
	if c.category != "csaf_security_advisory" {
		return
	}
	for _, v := range c.vulns {
		status := v.node.Get("product_status")
		if status.Get("known_affected").Exists() {
			continue
		}
		at := v.node
		if status.Exists() {
			at = status
		}
		c.fail(at, "the affected products are missing; a security advisory lists them in known_affected")
	}
}

// correspondingAffected looks, for each fixed product, for an affected version
// of the same product. Two products correspond when their branches differ in
// versions only; a product path corresponds to one that begins with a
// corresponding product and goes on equally, and to what it was before
// something was installed with it. Of products listed without branches nothing
// is known but their names, so any affected one will do.
func correspondingAffected(c *checker) {
	if c.category != "csaf_security_advisory" {
		return
	}
	for i := range c.vulns {
		v := &c.vulns[i]
		affected := map[string]bool{}
		anyListed := false
		for _, s := range v.status {
			if s.status&anyAffected == 0 {
				continue
			}
			stem, ok := c.stem(s.product)
			affected[stem] = true
			anyListed = anyListed || !ok
		}
		for _, l := range v.listings {
			if l.status&anyFixed == 0 {
				continue
			}
			for _, r := range l.refs {
				if _, ok := c.product(r.number); ok && !c.hasAffected(r.number, affected, anyListed) {
					c.fail(r.node, "product %q is fixed, but no version of it is listed as affected; add the affected versions to known_affected of this vulnerability", r.node.Text())
				}
			}
		}
	}
}

func (c *checker) hasAffected(number int, affected map[string]bool, anyListed bool) bool {
	stem, ok := c.stem(number)
	if affected[stem] || anyListed || !ok && len(affected) > 0 {
		return true
	}
	c.spend(len(c.paths))
	for _, p := range c.paths {
		for k, step := range p.steps {
			if (p.product == number || step.number == number) && p.node.Get("subpaths").At(k).Str("category") == "installed_with" {
				before, _ := c.pathStem(p.begin.number, p.steps[:k])
				if affected[before] {
					return true
				}
			}
		}
	}
	return false
}

// stem names a product without its version; ok is false where the product
// tree does not tell the version from the rest.
func (c *checker) stem(number int) (stem string, ok bool) {
	p, defined := c.product(number)
	if !defined {
		return "", false
	}
	switch p.from {
	case fromBranch:
		var b []byte
		for n := p.node.Parent(); n.Get("category").Exists(); n = n.Parent().Parent() {
			switch cat := n.Str("category"); cat {
			case "product_version", "product_version_range", "patch_level", "service_pack":
			default:
				b = append(append(append(append(b, cat...), 0), n.Str("name")...), 1)
			}
			c.spend(1)
		}
		return string(b), true
	case fromPath:
		for _, in := range c.paths {
			if in.product == number {
				return c.pathStem(in.begin.number, in.steps)
			}
		}
	}
	return "", false
}

// pathStem is the stem of a product path: of its beginning the product, of
// the rest exactly the products named.
func (c *checker) pathStem(begin int, steps []ref) (string, bool) {
	p, defined := c.product(begin)
	if !defined || p.from == fromPath && len(steps) > 0 {
		return "", false
	}
	stem, ok := c.stem(begin)
	for _, s := range steps {
		stem += "\x02" + s.node.Text()
	}
	return stem, ok
}

func (c *checker) ended() bool {
	return c.category == "csaf_withdrawn" || c.category == "csaf_superseded"
}

func descriptionOfEnd(c *checker) {
	if !c.ended() {
		return
	}
	notes := c.document.Get("notes")
	for n := range notes.Items() {
		if n.Str("category") == "description" {
			return
		}
	}
	c.fail(orParent(notes, c.document), "no document note has the category description; add one that gives the reason")
}

// orParent is the node to report at: n, or what should hold it.
func orParent(n, parent Node) Node {
	if n.Exists() {
		return n
	}
	return parent
}

func noProductTree(c *checker) {
	if c.ended() && c.tree.Exists() {
		c.fail(c.tree, "a document of the category %s has no product tree; remove it", c.category)
	}
}

func twoRevisions(c *checker) {
	if c.ended() && len(c.revisions) < 2 {
		c.fail(orParent(c.tracking.Get("revision_history"), c.tracking),
			"the revision history of a document of the category %s has at least two entries; keep the earlier ones and add this one", c.category)
	}
}

func (c *checker) inEnglish() bool {
	lang := c.document.Str("lang")
	return lang == "" || bcp47.IsEnglish(lang)
}

func reasonForWithdrawal(c *checker) {
	if c.category == "csaf_withdrawn" && c.inEnglish() {
		c.oneNote("Reasoning for Withdrawal", "description")
	}
}

func reasonForSupersession(c *checker) {
	if c.category == "csaf_superseded" && c.inEnglish() {
		c.oneNote("Reasoning for Supersession", "description")
	}
}

// oneNote demands exactly one document note with a title, of a category.
func (c *checker) oneNote(title, category string) {
	notes := c.document.Get("notes")
	found := 0
	for n := range notes.Items() {
		if n.Str("title") != title {
			continue
		}
		if found++; found > 1 {
			c.fail(n, "there is more than one document note titled %q; keep one", title)
		}
		if got := n.Str("category"); got != category {
			c.fail(n, "the document note %q has the category %q; set it to %s", title, got, category)
		}
	}
	if found == 0 {
		c.fail(orParent(notes, c.document), "no document note is titled %q; add one of the category %s", title, category)
	}
}

func supersedingDocument(c *checker) {
	if c.category != "csaf_superseded" || !c.inEnglish() {
		return
	}
	c.referenceTo("Superseding Document")
}

// referenceTo demands an external document reference whose summary begins
// with some words.
func (c *checker) referenceTo(words string) {
	refs := c.document.Get("references")
	var wrong Node
	for r := range refs.Items() {
		if !strings.HasPrefix(r.Str("summary"), words) {
			continue
		}
		if cat := r.Get("category"); !cat.Exists() || cat.Text() == "external" {
			return
		}
		wrong = r
	}
	if wrong.Exists() {
		c.fail(wrong, "the reference %q has the category %q; set it to external", words, wrong.Str("category"))
		return
	}
	c.fail(orParent(refs, c.document), "no document reference has a summary that begins with %q; add one of the category external", words)
}
