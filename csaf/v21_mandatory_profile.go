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
