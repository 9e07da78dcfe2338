package csaf

import (
	"strings"

	"nakodo/csaf/cpe"
	"nakodo/csaf/purl"
)

// convertTree is /product_tree.
func (c *converter) convertTree() {
	t := c.doc.ProductTree
	if t == nil {
		return
	}
	src := c.src.tree
	c.convertBranches(t, src.Get("branches"))
	i := 0
	for n := range src.Get("full_product_names").Items() {
		c.convertHelper(&t.FullProductNames[i], n)
		i++
	}
	i = 0
	for n := range src.Get("relationships").Items() {
		r := t.Relationships[i]
		i++
		c.convertHelper(&r.FullProductName, n.Get("full_product_name"))
		t.ProductPaths = append(t.ProductPaths, ProductPath{
			Beginning:       r.ProductReference,
			FullProductName: r.FullProductName,
			Subpaths:        []Subpath{{Category: r.Category, Next: r.RelatesTo}},
		})
	}
	t.Relationships = nil
}

// convertHelper is the product identification helper of a product. One that
// loses its last property goes.
func (c *converter) convertHelper(p *FullProductName, src Node) {
	h, src := p.Helper, src.Get("product_identification_helper")
	if h == nil {
		return
	}
	if h.CPE != "" && !cpe.Valid(h.CPE) {
		c.warn(src.Get("cpe"), "the CPE is invalid and was removed")
		h.CPE = ""
	}
	if h.PURL != "" {
		h.PURLs = []string{c.convertPURL(h.PURL, src.Get("purl"))}
		h.PURL = ""
	}
	h.Hashes = c.convertHashes(h.Hashes, src.Get("hashes"))
	h.ModelNumbers = c.convertNumbers(h.ModelNumbers, src.Get("model_numbers"), "model number")
	h.SerialNumbers = c.convertNumbers(h.SerialNumbers, src.Get("serial_numbers"), "serial number")
	h.SKUs = c.convertNumbers(h.SKUs, src.Get("skus"), "stock keeping unit")
	h.SBOMURLs = firsts(h.SBOMURLs, itself)
	h.GenericURIs = firsts(h.GenericURIs, func(u GenericURI) [2]string { return [2]string{u.Namespace, u.URI} })
	if h.CPE == "" && len(h.PURLs)+len(h.Hashes)+len(h.ModelNumbers)+len(h.SerialNumbers)+len(h.SKUs)+len(h.SBOMURLs)+len(h.GenericURIs) == 0 {
		p.Helper = nil
	}
}

// convertPURL writes a package URL in the canonical form if 2.1 would refuse it
// as it stands.
func (c *converter) convertPURL(s string, at Node) string {
	if strings.HasPrefix(s, "pkg:/") || s[:min(len(s), 5)] != strings.ToLower(s[:min(len(s), 5)]) {
		if normal, err := purl.Normalize(s); err == nil {
			c.warn(at, "the package URL is not in the form that CSAF 2.1 demands and was written as %q", normal)
			return normal
		}
	}
	return s
}

// firsts keeps the first of the items that have the same key, in order.
func firsts[T any, K comparable](list []T, key func(T) K) []T {
	seen := make(map[K]bool, len(list))
	var out []T
	for _, x := range list {
		if k := key(x); !seen[k] {
			seen[k] = true
			out = append(out, x)
		}
	}
	return out
}

func itself(s string) string { return s }

func (c *converter) convertHashes(list []Hashes, src Node) []Hashes {
	i := 0
	for n := range src.Items() {
		files := list[i].FileHashes
		k := 0
		for f := range n.Get("file_hashes").Items() {
			files[k].Value = strings.ToLower(files[k].Value)
			files[k].Algorithm = c.convertAlgorithm(files[k].Algorithm, f.Get("algorithm"))
			k++
		}
		list[i].FileHashes = firsts(files, hashKey)
		i++
	}
	return firsts(list, func(h Hashes) string {
		key := h.Filename
		for _, f := range h.FileHashes {
			key += "\x00" + f.Algorithm + "\x00" + f.Value
		}
		return key
	})
}

func hashKey(f FileHash) [2]string { return [2]string{f.Algorithm, f.Value} }

// convertAlgorithm spells a hash algorithm as the standard does, whatever case
// and hyphens the source used: "SHA-256" is sha256, "SHA3_256" is sha3-256.
func (c *converter) convertAlgorithm(name string, at Node) string {
	bare := bareAlgorithm(name)
	for _, known := range hashAlgorithms {
		if bareAlgorithm(known) == bare {
			return known
		}
	}
	if !c.opt.KeepHashes {
		c.warn(at, "the hash algorithm is unknown; its name was converted to lower case, check whether the standard has another spelling for it")
		return strings.ToLower(name)
	}
	return name
}

func bareAlgorithm(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("-_/ .", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// convertNumbers escapes model numbers, serial numbers and stock keeping units
// for 2.1, where they are complete unless they end in a star.
func (c *converter) convertNumbers(list []string, src Node, what string) []string {
	var out []string
	i := 0
	for n := range src.Items() {
		s := list[i]
		i++
		partial := !c.opt.WholeNumbers && !strings.HasSuffix(s, "*")
		s = c.escapeNumber(s)
		if partial {
			s += "*"
		}
		if unescapedStars(s) > 1 {
			c.warn(n, "the %s contains more than one star, which CSAF 2.1 does not allow, and was removed", what)
			continue
		}
		if partial {
			c.warn(n, "the %s may be the beginning of longer ones, which CSAF 2.0 left open; a star was added: %q", what, s)
		}
		out = append(out, s)
	}
	return firsts(out, itself)
}

func (c *converter) escapeNumber(s string) string {
	s = strings.ReplaceAll(s, `\`, `\\`)
	if c.opt.LiteralStars {
		s = strings.ReplaceAll(s, "*", `\*`)
	}
	if c.opt.LiteralMarks {
		s = strings.ReplaceAll(s, "?", `\?`)
	}
	return s
}

func unescapedStars(s string) (n int) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '*':
			n++
		}
	}
	return n
}
