package csaf

func essentialExtension(c *checker) {
	for n := range c.extensionItems() {
		if cat := n.Get("category"); cat.Text() == "essential" {
			c.fail(cat, "the extension is essential: a reader who does not know %q will not understand the document; make sure that all readers do", n.Str("$schema"))
		}
	}
}

func experimentalExtension(c *checker) {
	if c.public() {
		return
	}
	for n := range c.extensionItems() {
		if c.extensionClass(n.Str("$schema")) == ExperimentalExtension {
			c.fail(n, "the extension %q is experimental, so that readers may not know what it means; use a registered one or none", n.Str("$schema"))
		}
	}
}

func extensionOnDocument(c *checker)        { c.noExtension(onDocument, "on the document") }
func extensionOnBranch(c *checker)          { c.noExtension(onBranch, "on a product in the branches") }
func extensionOnFullProductName(c *checker) { c.noExtension(onFullProductName, "on a product") }
func extensionOnProductPath(c *checker)     { c.noExtension(onProductPath, "on a product path") }
func extensionOnMetric(c *checker)          { c.noExtension(onMetric, "among the metrics") }
func extensionOnVulnerability(c *checker)   { c.noExtension(onVulnerability, "on a vulnerability") }
func extensionOnRoot(c *checker)            { c.noExtension(onRoot, "beside the document") }

func (c *checker) noExtension(p extensionPlace, where string) {
	for _, l := range c.extensionLists() {
		if l.place == p {
			c.fail(l.node, "there is an extension %s, which not every reader can use; use what CSAF itself offers where you can", where)
		}
	}
}
