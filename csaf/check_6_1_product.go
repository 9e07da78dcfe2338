package csaf

import (
	"slices"
	"strings"
)

// productChecks are the mandatory tests about products and product groups.
var productChecks = []check{
	{"6.1.1", v20 | v21, missingProductID, 0},
	{"6.1.2", v20 | v21, repeatedProductID, 0},
	{"6.1.3", v20 | v21, circularProduct, 0},
	{"6.1.4", v20 | v21, missingGroupID, 0},
	{"6.1.5", v20 | v21, repeatedGroupID, 0},
	{"6.1.6", v20 | v21, contradictingStatus, 0},
	{"6.1.13", v20 | v21, invalidPURL, 0},
	{"6.1.25", v20 | v21, repeatedHashAlgorithm, 0},
	{"6.1.29", v20 | v21, remediationWithoutProduct, 0},
	{"6.1.31", v20 | v21, rangeInProductVersion, 0},
	{"6.1.32", v20 | v21, flagWithoutProduct, 0},
	{"6.1.33", v20 | v21, severalFlags, 0},
}

func missingProductID(c *checker) {
	for _, ref := range c.refs {
		if !c.defined(ref.number) {
			c.fail(ref.node, "product ID %q is not defined; define it in /product_tree or correct the reference", ref.node.Text())
		}
	}
}

func repeatedProductID(c *checker) {
	for i, p := range c.products {
		if first := c.defs[p.number]; first != i {
			c.fail(p.node.Get("product_id"), "product ID %q is defined already at %s; give this product another one",
				p.id, c.products[first].node.Pointer())
		}
	}
}

// circularProduct walks from each combined product to the products of which it
// consists, each once, and reports where a walk meets its own track.
func circularProduct(c *checker) {
	if len(c.paths) == 0 {
		return
	}
	of := make(map[int][]int) // product number -> paths that define it
	for i, p := range c.paths {
		if p.product >= 0 {
			of[p.product] = append(of[p.product], i)
		}
	}
	const onTrack, done = 1, 2
	state := make([]byte, len(c.paths))
	type step struct {
		path int
		next []ref // still to be followed
	}
	for start := range c.paths {
		if state[start] != 0 {
			continue
		}
		state[start] = onTrack
		track := []step{{start, c.paths[start].parts()}}
		for len(track) > 0 {
			top := &track[len(track)-1]
			if len(top.next) == 0 {
				state[top.path] = done
				track = track[:len(track)-1]
				continue
			}
			r := top.next[0]
			top.next = top.next[1:]
			for _, p := range of[r.number] {
				switch state[p] {
				case 0:
					state[p] = onTrack
					track = append(track, step{p, c.paths[p].parts()})
				case onTrack:
					c.fail(r.node, "the product %q refers here to itself, by way of %d definitions; break the circle", r.node.Text(), len(track))
				}
			}
		}
	}
}

// parts are the products of which a path consists.
func (p path) parts() (out []ref) {
	for _, r := range append([]ref{p.begin}, p.steps...) {
		if r.number >= 0 {
			out = append(out, r)
		}
	}
	return out
}

func missingGroupID(c *checker) {
	for _, ref := range c.groupRef {
		if c.groupDef[ref.number] < 0 {
			c.fail(ref.node, "product group ID %q is not defined; define it in /product_tree/product_groups or correct the reference", ref.node.Text())
		}
	}
}

func repeatedGroupID(c *checker) {
	for i, g := range c.groups {
		if first := c.groupDef[g.number]; first != i {
			c.fail(g.node.Get("group_id"), "product group ID %q is defined already at %s; give this group another one",
				g.id, c.groups[first].node.Pointer())
		}
	}
}

// statusGroups are the groups of product status lists that exclude each other.
var statusGroups = []struct {
	name string
	is   status
}{
	{"affected", anyAffected},
	{"not affected", knownNotAffected},
	{"fixed", anyFixed},
	{"under investigation", underInvestigation},
	{"unknown", unknownStatus},
}

// groupOf is the first of the contradicting groups that a set belongs to, -1
// if it belongs to none.
func groupOf(s status) int {
	return slices.IndexFunc(statusGroups, func(g struct {
		name string
		is   status
	}) bool {
		return s&g.is != 0
	})
}

func contradictingStatus(c *checker) {
	for i := range c.vulns {
		v := &c.vulns[i]
		for _, l := range v.listings {
			here := groupOf(l.status)
			if here < 0 || !c.v21 && l.status == unknownStatus {
				continue
			}
			for _, r := range l.refs {
				if first := groupOf(v.of(r.number)); first >= 0 && first < here {
					c.fail(r.node, "product %q is listed as %s and as %s; decide for one", r.node.Text(), statusGroups[first].name, statusGroups[here].name)
				}
			}
		}
	}
}

func invalidPURL(c *checker) {
	for _, p := range c.products {
		if u := p.helper.Get("purl"); u.Is(String) && !c.v21 {
			checkPURL(c, u)
		}
		if c.v21 {
			for u := range p.helper.Get("purls").Items() {
				checkPURL(c, u)
			}
		}
	}
}

func repeatedHashAlgorithm(c *checker) {
	for _, p := range c.products {
		for h := range p.helper.Get("hashes").Items() {
			var seen names
			for f := range h.Get("file_hashes").Items() {
				if a := f.Get("algorithm"); a.Is(String) && !seen.add(a.Text()) {
					c.fail(f, "the hash algorithm %q is used twice for the same file; remove one of the hashes", a.Text())
				}
			}
		}
	}
}

func remediationWithoutProduct(c *checker) { withoutProduct(c, "remediations", "remediation") }
func flagWithoutProduct(c *checker)        { withoutProduct(c, "flags", "flag") }

func withoutProduct(c *checker, list, name string) {
	for i := range c.vulns {
		for item := range c.vulns[i].node.Get(list).Items() {
			if !item.Get("product_ids").Exists() && !item.Get("group_ids").Exists() {
				c.fail(item, "the %s does not say for which products it is; add product_ids or group_ids", name)
			}
		}
	}
}

// rangeWords are words that tell of a version range (in the reading of 2.1,
// which made clear that they are meant as whole words).
var rangeWords = []string{"after", "all", "before", "earlier", "later", "prior", "versions"}

func rangeInProductVersion(c *checker) {
	for _, b := range c.branches {
		if b.Str("category") != BranchProductVersion {
			continue
		}
		name := b.Str("name")
		if word := rangeIn(name); word != "" {
			c.fail(b.Get("name"), "the version %q is a range (%q); list single versions, or use the category product_version_range", name, word)
		}
	}
}

// rangeIn is the part of a version's name that tells of a range, "" if none.
func rangeIn(name string) string {
	if i := strings.IndexAny(name, "<>"); i >= 0 {
		return name[i : i+1]
	}
	for word := range strings.FieldsSeq(name) {
		for _, w := range rangeWords {
			if len(w) == len(word) && strings.EqualFold(w, word) {
				return word
			}
		}
	}
	return ""
}

// vexJustifications are the labels of flags that say why a product is not
// affected.
var vexJustifications = []string{
	FlagComponentNotPresent, FlagInlineMitigationsAlreadyExist, FlagCannotBeControlledByAdversary,
	FlagVulnerableCodeNotInExecutePath, FlagVulnerableCodeNotPresent,
}

func severalFlags(c *checker) {
	for i := range c.vulns {
		flags := c.vulns[i].node.Get("flags")
		if flags.Len() < 2 {
			continue
		}
		seen := map[int]bool{}
		for f := range flags.Items() {
			if !slices.Contains(vexJustifications, f.Str("label")) {
				continue
			}
			told := false
			for _, p := range c.subjects(f) {
				if seen[p] && !told {
					c.fail(f, "the product %q has a justification from another flag already; give each product one", c.idOf(p))
					told = true
				}
				seen[p] = true
			}
		}
	}
}
