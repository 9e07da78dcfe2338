package csaf

import (
	"cmp"
	"slices"
	"strings"

	"nakodo/csaf/vers"
)

// hardwareWithoutPath finds products that carry serial or model numbers and
// that no product path says to have software on them.
func hardwareWithoutPath(c *checker) {
	var inPath map[int]bool
	for _, p := range c.products {
		if !p.helper.Get("serial_numbers").Exists() && !p.helper.Get("model_numbers").Exists() {
			continue
		}
		if inPath == nil {
			inPath = map[int]bool{}
			for _, r := range c.refs {
				if r.use == usePath {
					inPath[r.number] = true
				}
			}
		}
		if !inPath[p.number] {
			c.fail(p.node, "the product %q has serial or model numbers, so it is hardware, but no product path names it; if software runs on it, keep both apart and join them by a product path", p.id)
		}
	}
}

// helperKeys are the product identification helpers. All but cpe are lists.
var helperKeys = []string{"cpe", "hashes", "model_numbers", "purls", "sbom_urls", "serial_numbers", "skus", "x_generic_uris"}

// sharedHelper finds values by which more than one product would be recognised.
func sharedHelper(c *checker) {
	if len(c.products) < 2 {
		return
	}
	for _, key := range helperKeys {
		owners := map[string]int{} // value -> number of the first product with it
		note := func(p product, value Node) {
			text := value.Text()
			if !value.Is(String) {
				text = string(canonical(c, nil, value, 0))
			}
			switch owner, used := owners[text]; {
			case !used:
				owners[text] = p.number
			case owner != p.number:
				c.fail(value, "the products %q and %q have the same value in %s; correct one, or describe the product once", c.nameOf(owner), p.id, key)
			}
		}
		for _, p := range c.products {
			n := p.helper.Get(key)
			if n.Is(String) {
				note(p, n)
			}
			for item := range n.Items() {
				note(p, item)
			}
		}
	}
}

// canonical writes a value so that equal ones are written equally: members in
// the order of their names, arrays as sets.
func canonical(c *checker, b []byte, n Node, depth int) []byte {
	c.spend(1)
	if depth > 16 {
		return append(b, n.Source()...)
	}
	var parts []string
	switch n.Kind() {
	case Array:
		for item := range n.Items() {
			parts = append(parts, string(canonical(c, nil, item, depth+1)))
		}
	case Object:
		for key, m := range n.Members() {
			parts = append(parts, string(canonical(c, append([]byte(key), '\x00'), m, depth+1)))
		}
	case String:
		return append(append(append(b, '"'), n.Text()...), '"')
	default:
		return append(b, n.Source()...)
	}
	slices.Sort(parts)
	b = append(b, byte('0'+n.Kind()))
	for _, part := range slices.Compact(parts) {
		b = append(append(b, part...), '\x01')
	}
	return b
}

// missingFixedProduct looks, for each affected product of a security advisory,
// for a fixed version of it, unless it is said that there is none.
func missingFixedProduct(c *checker) {
	if c.category != CategorySecurityAdvisory {
		return
	}
	if len(c.vulns) == 0 {
		return
	}
	stems := c.stems()
	said := make([]remedy, len(c.defs))
	for i := range c.vulns {
		v := &c.vulns[i]
		c.remediesOf(v, said)
		fixed := stemSet{}
		for _, s := range v.status {
			if s.status&anyFixed != 0 {
				fixed.add(stems.of[s.product])
				for _, before := range stems.before[s.product] {
					fixed[before] = true
				}
			}
		}
		for _, l := range v.listings {
			if l.status&anyAffected == 0 {
				continue
			}
			for _, r := range l.refs {
				_, defined := c.product(r.number)
				if defined && !fixed.has(stems.of[r.number]) && !c.saidUnfixed(r.number, said[r.number]) {
					c.fail(r.node, "product %q is affected, but no fixed version of it is listed in this vulnerability; list it as fixed, or say in a remediation that there is none", r.node.Text())
				}
			}
		}
	}
}

// remediesOf notes, by product number, what the remediations of a vulnerability
// say of each product.
func (c *checker) remediesOf(v *vuln, said []remedy) {
	c.spend(len(said) / 64) // clearing is fast
	clear(said)
	for n := range v.node.Get("remediations").Items() {
		r := remedyOf(n.Str("category"))
		for _, p := range c.subjects(n) {
			if p >= 0 {
				said[p] |= r
			}
		}
	}
}

// saidUnfixed reports whether the document says that there is no fixed version
// of a product, and nothing in it says otherwise.
func (c *checker) saidUnfixed(number int, said remedy) bool {
	return said&(fixPlanned|noFixPlanned|noneAvailable) != 0 && (said&vendorFix == 0 || !c.endsBelow(number))
}

// endsBelow reports whether a product is a version range that ends below some
// version, which then exists.
func (c *checker) endsBelow(number int) bool {
	p, _ := c.product(number)
	for n := p.node.Parent(); n.Get("category").Exists(); n = n.Parent().Parent() {
		c.spend(1)
		if n.Str("category") != BranchProductVersionRange {
			continue
		}
		r, err := vers.Parse(n.Str("name"))
		return err == nil && len(r.Constraints) > 0 && r.Constraints[len(r.Constraints)-1].Comparator == vers.Less
	}
	return false
}

func openSourceVendor(c *checker) {
	for _, b := range c.branches {
		if name := b.Get("name"); b.Str("category") == BranchVendor && isOpenSource(name.Text()) {
			c.fail(name, "%q is not the name of a vendor; name the project or foundation that makes the product", name.Text())
		}
	}
}

// isOpenSource compares without regard to case and white space.
func isOpenSource(name string) bool {
	const want = "opensource"
	i := 0
	for _, r := range name {
		switch {
		case r == ' ' || '\t' <= r && r <= '\r' || r == 0x85 || r == 0xa0 || r == 0x3000 || 0x2000 <= r && r <= 0x200a:
			continue
		case i == len(want) || r > 'z' || byte(r)|0x20 != want[i] || r < 'A':
			return false
		}
		i++
	}
	return i == len(want)
}

// hashAlgorithms are the digests that the standard names (section 3.1.4.3.2),
// sorted.
var hashAlgorithms = strings.Fields(`blake2b512 blake2s256 md4 md5 md5-sha1 mdc2 ripemd ripemd160 rmd160 sha1 sha224
	sha256 sha3-224 sha3-256 sha3-384 sha3-512 sha384 sha512 sha512-224 sha512-256 shake128 shake256 sm3 ssl3-md5
	ssl3-sha1 whirlpool`)

// unknownHash knows the algorithms of the standard and no others.
func unknownHash(c *checker) {
	for _, p := range c.products {
		for h := range p.helper.Get("hashes").Items() {
			for f := range h.Get("file_hashes").Items() {
				at := f.Get("algorithm")
				if _, known := slices.BinarySearchFunc(hashAlgorithms, at.Text(), cmp.Compare); at.Is(String) && !known {
					c.fail(at, "the hash algorithm %q is not among those that the standard names, and this program does not know it; use a common one such as sha256", at.Text())
				}
			}
		}
	}
}
