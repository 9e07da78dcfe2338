package csaf

// correspondingAffected looks, for each fixed product, for an affected version
// of the same product. Two products correspond when their branches differ in
// versions only; a product path corresponds to one that begins with a
// corresponding product and goes on equally, and to what it was before
// something was installed with it. Of products listed without branches nothing
// is known but their names, so any affected one will do.
func correspondingAffected(c *checker) {
	if c.category != CategorySecurityAdvisory || len(c.vulns) == 0 {
		return
	}
	stems := c.stems()
	for i := range c.vulns {
		v := &c.vulns[i]
		affected := map[stem]bool{}
		for _, s := range v.status {
			if s.status&anyAffected != 0 {
				affected[stems.of[s.product]] = true
			}
		}
		for _, l := range v.listings {
			if l.status&anyFixed == 0 {
				continue
			}
			for _, r := range l.refs {
				if _, ok := c.product(r.number); ok && !stems.hasAffected(r.number, affected) {
					c.fail(r.node, "product %q is fixed, but no version of it is listed as affected; add the affected versions to known_affected of this vulnerability", r.node.Text())
				}
			}
		}
	}
}

// stem is a number for a product without its version; noStem where the product
// tree does not tell the version from the rest.
type stem int

const noStem stem = 0

// stemTable holds the stems of all products.
type stemTable struct {
	of      map[int]stem   // by product number
	before  map[int][]stem // of what a product was, or was added to, before something was installed with it
	numbers map[stemPart]stem
}

// stemPart is one step of a stem: a branch, or a step of a product path.
type stemPart struct {
	above      stem
	kind, name string
}

// add gives the stem that a part makes of the one above.
func (t *stemTable) add(above stem, kind, name string) stem {
	part := stemPart{above, kind, name}
	s, ok := t.numbers[part]
	if !ok {
		s = stem(len(t.numbers) + 1)
		t.numbers[part] = s
	}
	return s
}

func (c *checker) stems() *stemTable {
	t := &stemTable{of: map[int]stem{}, before: map[int][]stem{}, numbers: map[stemPart]stem{}}
	list := c.branchInfos()
	byBranch := make([]stem, len(list))
	for i, b := range list {
		above := noStem
		if b.parent >= 0 {
			above = byBranch[b.parent]
		}
		if b.kind&(kindVersion|kindRange|kindPatch|kindServicePack) != 0 {
			byBranch[i] = above
		} else {
			byBranch[i] = t.add(above, b.node.Str("category"), b.node.Str("name"))
		}
		if number, ok := c.ids[b.node.Path("product", "product_id").Text()]; ok {
			t.of[number] = byBranch[i]
		}
	}
	for _, p := range c.paths {
		t.addPath(p)
	}
	return t
}

// addPath gives the product of a path its stem: that of its beginning, and
// then exactly the products that the path goes on with.
func (t *stemTable) addPath(p path) {
	s := t.of[p.begin.number]
	k := 0
	for sub := range p.node.Get("subpaths").Items() {
		if k == len(p.steps) {
			break
		}
		step := p.steps[k]
		k++
		if sub.Str("category") == "installed_with" && s != noStem {
			t.before[p.product] = append(t.before[p.product], s)
			t.before[step.number] = append(t.before[step.number], s)
		}
		if s != noStem {
			s = t.add(s, "", step.node.Text())
		}
	}
	if p.product >= 0 && s != noStem {
		t.of[p.product] = s
	}
}

// hasAffected reports whether a product corresponds to an affected one.
func (t *stemTable) hasAffected(number int, affected map[stem]bool) bool {
	own := t.of[number]
	if len(affected) > 0 && (own == noStem || affected[own] || affected[noStem]) {
		return true
	}
	for _, s := range t.before[number] {
		if affected[s] {
			return true
		}
	}
	return false
}
