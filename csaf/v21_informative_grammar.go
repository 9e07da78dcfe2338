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
	for n := range c.sentences() {
		for _, fault := range c.opt.Grammar.Faults(lang.Text(), n.Text()) {
			c.fail(n, "%s", fault)
		}
	}
}

// sentences visits the texts of test 6.3.16, in the order of the standard.
func (c *checker) sentences() func(yield func(Node) bool) {
	return func(yield func(Node) bool) {
		s := sentenceWalk{yield: yield}
		d := c.document
		s.each(d.Get("acknowledgments"), "summary")
		s.one(d.Path("aggregate_severity", "text"))
		s.one(d.Path("distribution", "text"))
		s.each(d.Get("notes"), "audience", "text", "title")
		s.one(d.Path("publisher", "issuing_authority"))
		s.each(d.Get("references"), "summary")
		s.one(d.Get("title"))
		s.each(c.tracking.Get("revision_history"), "summary")
		s.each(c.tree.Get("product_groups"), "summary")
		for i := range c.vulns {
			v := c.vulns[i].node
			s.each(v.Get("acknowledgments"), "summary")
			s.each(v.Get("involvements"), "summary")
			s.each(v.Get("notes"), "audience", "text", "title")
			s.each(v.Get("references"), "summary")
			for r := range v.Get("remediations").Items() {
				s.one(r.Get("details"))
				for e := range r.Get("entitlements").Items() {
					s.one(e)
				}
				s.one(r.Path("restart_required", "details"))
			}
			s.each(v.Get("threats"), "details")
			s.one(v.Get("title"))
		}
	}
}

// sentenceWalk visits strings until its visitor has enough.
type sentenceWalk struct {
	yield func(Node) bool
	done  bool
}

func (s *sentenceWalk) one(n Node) {
	if !s.done && n.Is(String) {
		s.done = !s.yield(n)
	}
}

func (s *sentenceWalk) each(list Node, keys ...string) {
	for n := range list.Items() {
		for _, key := range keys {
			s.one(n.Get(key))
		}
	}
}
