package csaf

// correspondingAffected looks, for each fixed product, for an affected version
// of the same product. Two products correspond when their branches differ in
// versions only; two product paths when one of the products they name does so
// and the rest is equal; and a product path corresponds to what it was before
// something was installed with it. Of products listed without branches nothing
// is known but their names, so any affected one will do.
func correspondingAffected(c *checker) {
	if c.category != CategorySecurityAdvisory || len(c.vulns) == 0 {
		return
	}
	stems := c.stems()
	for i := range c.vulns {
		v := &c.vulns[i]
		affected := stemSet{}
		for _, s := range v.status {
			if s.status&anyAffected != 0 {
				affected.add(stems.of[s.product])
			}
		}
		for _, l := range v.listings {
			if l.status&anyFixed == 0 {
				continue
			}
			for _, r := range l.refs {
				_, defined := c.product(r.number)
				if defined && !affected.has(stems.of[r.number]) && !affected.names(stems.before[r.number]) {
					c.fail(r.node, "product %q is fixed, but no version of it is listed as affected; add the affected versions to known_affected of this vulnerability", r.node.Text())
				}
			}
		}
	}
}

// stem is a number for a product without its version; products of the same
// stem are versions of one another.
type stem int

// noStem stands for products of which the product tree does not tell the
// version from the rest.
const noStem stem = 0

// stemSet are the stems of some products.
type stemSet map[stem]bool

// add adds the stems of one product.
func (set stemSet) add(of []stem) {
	if len(of) == 0 {
		set[noStem] = true
	}
	for _, s := range of {
		set[s] = true
	}
}

// names reports whether one of the stems is in the set.
func (set stemSet) names(of []stem) bool {
	for _, s := range of {
		if set[s] {
			return true
		}
	}
	return false
}

// has reports whether a product with these stems corresponds, as far as can be
// told, to one in the set.
func (set stemSet) has(of []stem) bool {
	return set.names(of) || len(set) > 0 && (len(of) == 0 || set[noStem])
}

// stemTable holds the stems of all products. A product of the branches has one
// stem, a product path one for each product that it names.
type stemTable struct {
	of      map[int][]stem // by product number
	before  map[int][]stem // of what a product was, or was added to, before something was installed with it
	numbers map[stemPart]stem
}

// stemPart is one step of a stem: a branch, or a product named by a path.
type stemPart struct {
	above      stem
	kind, name string
	product    stem
}

// put gives the stem that a part makes of the one above it.
func (t *stemTable) put(part stemPart) stem {
	s, ok := t.numbers[part]
	if !ok {
		s = stem(len(t.numbers) + 1)
		t.numbers[part] = s
	}
	return s
}

func (c *checker) stems() *stemTable {
	t := &stemTable{of: map[int][]stem{}, before: map[int][]stem{}, numbers: map[stemPart]stem{}}
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
			byBranch[i] = t.put(stemPart{above: above, kind: b.node.Str("category"), name: b.node.Str("name")})
		}
		if number, ok := c.ids[b.node.Path("product", "product_id").Text()]; ok && byBranch[i] != noStem {
			t.of[number] = []stem{byBranch[i]}
		}
	}
	for _, p := range c.paths {
		c.spend(len(p.steps) * len(p.steps))
		t.addPath(p)
	}
	return t
}

// addPath gives the product of a path its stems, and what stands before
// "installed_with" to those that it is installed with.
func (t *stemTable) addPath(p path) {
	if p.product < 0 {
		return
	}
	for free := 0; free <= len(p.steps); free++ {
		if s, ok := t.prefix(p, free, len(p.steps)); ok {
			t.of[p.product] = append(t.of[p.product], s)
		}
	}
	k := 0
	for sub := range p.node.Get("subpaths").Items() {
		if k == len(p.steps) {
			break
		}
		if sub.Str("category") == "installed_with" {
			for free := 0; free <= k; free++ {
				if s, ok := t.prefix(p, free, k); ok {
					t.before[p.product] = append(t.before[p.product], s)
					t.before[p.steps[k].number] = append(t.before[p.steps[k].number], s)
				}
			}
		}
		k++
	}
}

// prefix is the stem of a path up to a number of steps, where the product at
// one place (0 is the beginning) may have any version and the others are as
// they are; ok is false where the versions of that product cannot be told.
func (t *stemTable) prefix(p path, free, steps int) (s stem, ok bool) {
	place := func(i int) ref {
		if i == 0 {
			return p.begin
		}
		return p.steps[i-1]
	}
	product := t.of[place(free).number]
	if len(product) != 1 {
		return noStem, false
	}
	if steps == 0 {
		return product[0], true
	}
	for i := range steps + 1 {
		if i == free {
			s = t.put(stemPart{above: s, product: product[0]})
		} else {
			s = t.put(stemPart{above: s, name: place(i).node.Text()})
		}
	}
	return s, true
}
