package csaf

// grammarFaults asks the caller's grammar about every text of the document
// that has sentences.
func grammarFaults(c *checker) {
	lang := c.document.Get("lang")
	if lang.Text() == "" {
		return
	}
	if !c.opt.Grammar.Knows(lang.Text()) {
		c.fail(lang, "the grammar of the language %q is not known here, so the texts were not checked; give the rules of that language", lang.Text())
		return
	}
	c.texts(true, func(n Node) {
		for _, fault := range c.opt.Grammar.Faults(lang.Text(), n.Text()) {
			c.fail(n, "%s", fault)
		}
	})
}
