package csaf

import (
	"strings"

	"nakodo/csaf/cpe"
	"nakodo/csaf/purl"
	"nakodo/csaf/vers"
)

// branchPath is what the branches on the way to a product say about it, the
// nearest branch of each category.
type branchPath struct {
	name map[branchKind]string
	all  branchKind
}

// has gives the nearest name of one of several kinds.
func (p branchPath) has(kinds branchKind) (string, bool) {
	if p.all&kinds == 0 {
		return "", false
	}
	for k, name := range p.name {
		if k&kinds != 0 {
			return name, true
		}
	}
	return "", false
}

// counterparts map the branch categories to the attributes of a CPE. What has
// no counterpart on either side is left out of the comparison.
var counterparts = []struct {
	attribute cpe.Attribute
	kinds     branchKind
}{
	{cpe.Vendor, kindVendor},
	{cpe.Product, kindName},
	{cpe.Update, kindPatch | kindServicePack},
	{cpe.Language, kindLanguage},
	{cpe.TargetSW, kindPlatform},
	{cpe.TargetHW, kindArchitecture},
}

// helperAgainstBranches compares CPE and package URLs of a product with the
// branches that lead to it (6.2.42).
func helperAgainstBranches(c *checker) {
	for _, p := range c.products {
		if p.from != fromBranch {
			continue
		}
		name, purls := p.helper.Get("cpe"), p.helper.Get("purls")
		if !name.Is(String) && purls.Len() == 0 {
			continue
		}
		path := c.pathOf(p)
		if parsed, err := cpe.Parse(name.Text()); err == nil {
			c.compareCPE(name, parsed, path)
		}
		for u := range purls.Items() {
			if parsed, err := purl.Parse(u.Text()); err == nil {
				c.comparePURL(u, parsed, path)
			}
		}
	}
}

func (c *checker) pathOf(p product) branchPath {
	path := branchPath{name: map[branchKind]string{}}
	for n := p.node.Parent(); n.Get("category").Exists(); n = n.Parent().Parent() {
		c.spend(1)
		k := kindOfBranch(n.Str("category"))
		if path.all&k == 0 {
			path.name[k] = n.Str("name")
			path.all |= k
		}
	}
	return path
}

func (c *checker) compareCPE(at Node, name cpe.Name, path branchPath) {
	for _, cp := range counterparts {
		value := name[cp.attribute]
		switch said, ok := path.has(cp.kinds); {
		case ok && !value.IsSet():
			c.fail(at, "the branches name %q, but the CPE leaves the %s open; set it", clip(said), cp.attribute)
		case ok && value.Wild && !strings.ContainsAny(said, "*?"):
			c.fail(at, "the CPE has a wildcard in the %s, where the branches name %q; write it out", cp.attribute, clip(said))
		case !ok && value.IsSet() && !(cp.attribute == cpe.Product && path.all&kindFamily != 0):
			c.fail(at, "the CPE has the %s %q, which no branch on the way to the product says; add that branch, or correct the CPE", cp.attribute, clip(value.Text))
		}
	}
	c.compareCPEVersion(at, name, path)
}

func (c *checker) compareCPEVersion(at Node, name cpe.Name, path branchPath) {
	v, u := name[cpe.Version], name[cpe.Update]
	said, ok := path.has(kindVersion)
	wild := v.Wild && !strings.ContainsAny(said, "*?")
	switch {
	case ok && !v.IsSet():
		c.fail(at, "the branches name the version %q, but the CPE leaves the version open; set it", clip(said))
	case ok && (wild || !sameVersion(said, v.Text) && !(u.IsSet() && (sameVersion(said, v.Text+u.Text) || sameVersion(said, v.Text+"."+u.Text)))):
		c.fail(at, "the CPE has the version %q, but the branches say %q; make them agree", clip(v.Text), clip(said))
	case !ok && path.all&kindRange != 0 && v.IsSet() && !v.Wild:
		said, _ = path.has(kindRange)
		c.fail(at, "the CPE has the single version %q, but the branches the range %q; leave the version of the CPE open", clip(v.Text), clip(said))
	case !ok && path.all&kindRange == 0 && v.IsSet():
		c.fail(at, "the CPE has the version %q, which no branch on the way to the product says; add that branch, or correct the CPE", clip(v.Text))
	}
}

func (c *checker) comparePURL(at Node, u purl.Purl, path branchPath) {
	if said, ok := path.has(kindVersion); ok {
		switch {
		case u.Version == "":
			c.fail(at, "the branches name the version %q, but the package URL has none; add it", clip(said))
		case !sameVersion(said, u.Version) && !startsWithVersion(u.Version, said):
			c.fail(at, "the package URL has the version %q, but the branches say %q; make them agree", clip(u.Version), clip(said))
		}
	} else if said, ok := path.has(kindRange); ok && u.Version != "" {
		if r, err := vers.Parse(said); err == nil && r.Comparable() && !r.Contains(u.Version) {
			c.fail(at, "the package URL has the version %q, which is not in the range %q of the branches; make them agree", clip(u.Version), clip(said))
		}
	}
	if said, ok := path.has(kindArchitecture); ok && hasArch(u.Type) && u.Qualifier("arch") == "" {
		c.fail(at, "the branches name the architecture %q, but the package URL has no qualifier arch; add it", clip(said))
	}
}

// hasArch are the types of packages that have a qualifier for the architecture.
func hasArch(typ string) bool {
	switch typ {
	case "alpm", "apk", "deb", "oci", "rpm":
		return true
	}
	return false
}

// sameVersion compares what is written of two versions: without regard to case,
// a leading v, and which character parts the numbers.
func sameVersion(a, b string) bool { return bareVersion(a) == bareVersion(b) }

func bareVersion(s string) string {
	s = strings.ToLower(s)
	if len(s) > 1 && s[0] == 'v' && isDigit(s[1]) {
		s = s[1:]
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_,:", r) {
			return '.'
		}
		return r
	}, s)
}

// startsWithVersion reports whether a package's version is the product's with
// something after it, like the release of a distribution: 1.2-3.el9 for 1.2.
func startsWithVersion(full, said string) bool {
	full, said = strings.TrimPrefix(full, "v"), strings.TrimPrefix(said, "v")
	rest, ok := strings.CutPrefix(full, said)
	return ok && rest != "" && !isDigit(rest[0])
}
