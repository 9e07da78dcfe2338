package csaf

import "sync"

// The schemas that a part of a document has to satisfy by itself.
var (
	ssvcSchema = sync.OnceValue(func() *schema {
		return mustSchema("schema/2.1", "https://certcc.github.io/SSVC/data/schema/v2/SelectionList_2_0_0.schema.json")
	})
	extensionSchema = sync.OnceValue(func() *schema {
		return mustSchema("schema/2.1", "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-content.json")
	})
)

// conforms reports what in a value differs from a schema.
func (c *checker) conforms(n Node, s *schema) {
	run := schemaRun{}
	s.check(n, &run)
	for _, v := range run.found {
		c.fail(v.at, "%s", v.msg)
	}
}

func invalidSSVC(c *checker) {
	for _, list := range c.ssvcLists() {
		c.conforms(list, ssvcSchema())
	}
}

func extensionContent(c *checker) {
	for n := range c.extensionItems() {
		c.conforms(n, extensionSchema())
	}
}

func extensionAgainstSchema(c *checker) {
	for n := range c.extensionItems() {
		url := n.Str("$schema")
		if e := c.extension(url); e != nil {
			c.conforms(n, e.schema)
		} else if url != "" {
			c.warnUnknownExtension(n, url)
		}
	}
}

func (c *checker) warnUnknownExtension(n Node, url string) {
	c.warn(n, "the %s extension %q is not known here and was not checked; give its schema and metadata to check it", c.extensionClass(url), url)
}

// extensionMetadata holds extensions to their metadata: how often they may
// stand at a place, and beside which others they may not.
func extensionMetadata(c *checker) {
	present := map[string]bool{}
	for n := range c.extensionItems() {
		present[n.Str("$schema")] = true
	}
	for _, l := range c.extensionLists() {
		counts := map[string]int{}
		for n := range l.node.Items() {
			counts[n.Str("$schema")]++
		}
		for n := range l.node.Items() {
			url := n.Str("$schema")
			if count := counts[url]; count > 0 && url != "" {
				c.extensionAt(l, url, count, present)
			}
			delete(counts, url) // each kind once
		}
	}
}

func (c *checker) extensionAt(l extensionList, url string, count int, present map[string]bool) {
	e := c.extension(url)
	if e == nil {
		c.warnUnknownExtension(l.node, url)
		return
	}
	if count > e.most[l.place] {
		c.fail(l.node, "the extension %q may stand here at most %d times, not %d", url, e.most[l.place], count)
	}
	for _, other := range e.incompatible {
		if present[other] {
			c.fail(l.node, "the extension %q may not be used together with %q; remove one of them", url, other)
		}
	}
}
