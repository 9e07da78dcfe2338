package csaf

import (
	"slices"
	"strings"

	"nakodo/csaf/bcp47"
	"nakodo/csaf/cvss"
)

// recommendedChecks are the optional tests of 2.0, which 2.1 recommends.
var recommendedChecks = []check{
	{"6.2.1", v20 | v21, unusedProduct, 0},
	{"6.2.2", v20 | v21, missingRemediation, 0},
	{"6.2.3", v20 | v21, missingScore, 0},
	{"6.2.4", v20 | v21, buildMetadata, 0},
	{"6.2.5", v20 | v21, oldInitialRelease, 0},
	{"6.2.6", v20 | v21, oldCurrentRelease, 0},
	{"6.2.7", v20 | v21, involvementWithoutDate, 0},
	{"6.2.8", v20 | v21, onlyMD5, 0},
	{"6.2.9", v20 | v21, onlySHA1, 0},
	{"6.2.10", v20, missingTLP, 0},
	{"6.2.11", v20 | v21, missingCanonicalURL, 0},
	{"6.2.12", v20 | v21, missingLanguage, 0},
	{"6.2.13", v20 | v21, unsortedKeys, 0},
	{"6.2.14", v20 | v21, privateLanguage, 0},
	{"6.2.15", v20 | v21, defaultLanguage, 0},
	{"6.2.16", v20 | v21, missingHelper, 0},
	{"6.2.17", v20 | v21, cveAmongIDs, 0},
	{"6.2.18", v20 | v21, rangeWithoutVers, 0},
	{"6.2.19", v20 | v21, scoreOfFixed, 0},
	{"6.2.20", v20 | v21, undefinedMembers, 0},
}

func unusedProduct(c *checker) {
	if c.is(CategoryInformationalAdvisory) {
		return
	}
	used := make([]bool, len(c.defs))
	for _, r := range c.refs {
		used[r.number] = true
	}
	for _, p := range c.products {
		if !used[p.number] {
			c.fail(p.node.Get("product_id"), "the product %q is defined but nowhere used; remove it, or say what is known about it", p.id)
		}
	}
}

func missingRemediation(c *checker) {
	for i := range c.vulns {
		v := &c.vulns[i]
		uncovered(c, v, anyAffected|underInvestigation, func(has map[int]bool) {
			for r := range v.node.Get("remediations").Items() {
				for _, p := range c.subjects(r) {
					has[p] = true
				}
			}
		}, "there is no remediation for the product %q; add one (none_available and no_fix_planned are such, too)")
	}
}

func missingScore(c *checker) {
	msg := "there is no score for the affected product %q; add one"
	if c.v21 {
		msg = "there is no metric for the affected product %q; add one"
	}
	for i := range c.vulns {
		v := &c.vulns[i]
		uncovered(c, v, anyAffected, func(has map[int]bool) {
			for _, s := range v.scores {
				for _, p := range s.products {
					has[p.number] = true
				}
			}
		}, msg)
	}
}

// uncovered reports the products of some status lists that a statement is
// missing for.
func uncovered(c *checker, v *vuln, lists status, covered func(map[int]bool), msg string) {
	var has map[int]bool
	for _, l := range v.listings {
		if l.status&lists == 0 {
			continue
		}
		if has == nil {
			has = map[int]bool{}
			covered(has)
		}
		for _, r := range l.refs {
			if !has[r.number] {
				c.fail(r.node, msg, r.node.Text())
			}
		}
	}
}

func buildMetadata(c *checker) {
	for _, r := range c.revisions {
		if r.ver.build != "" {
			c.fail(r.node.Get("number"), "the version %q has build metadata; remove what follows the +", r.number)
		}
	}
}

func oldInitialRelease(c *checker) {
	at := c.tracking.Get("initial_release_date")
	for _, r := range c.sorted {
		if r.date.IsZero() {
			continue
		}
		if t, ok := parseTime(at.Text()); ok && t.Before(r.date) {
			c.fail(at, "the initial release %s is older than the oldest revision, %s; correct one", at.Text(), r.raw)
		}
		return
	}
}

func oldCurrentRelease(c *checker) {
	at := c.tracking.Get("current_release_date")
	if len(c.sorted) == 0 {
		return
	}
	last := c.sorted[len(c.sorted)-1]
	if t, ok := parseTime(at.Text()); ok && t.Before(last.date) {
		c.fail(at, "the current release %s is older than the newest revision, %s; correct one", at.Text(), last.raw)
	}
}

func involvementWithoutDate(c *checker) {
	for i := range c.vulns {
		for in := range c.vulns[i].node.Get("involvements").Items() {
			if !in.Get("date").Exists() {
				c.fail(in, "the involvement of the %s has no date; add it", in.Str("party"))
			}
		}
	}
}

func onlyMD5(c *checker)  { onlyHash(c, "md5") }
func onlySHA1(c *checker) { onlyHash(c, "sha1") }

func onlyHash(c *checker, algorithm string) {
	for _, p := range c.products {
		for h := range p.helper.Get("hashes").Items() {
			list := h.Get("file_hashes")
			only := list.Len() > 0
			for f := range list.Items() {
				only = only && strings.EqualFold(f.Str("algorithm"), algorithm)
			}
			if only {
				c.fail(list.At(0), "%s is the only hash of this file, and collisions of it can be made; add one such as sha256", algorithm)
			}
		}
	}
}

func missingTLP(c *checker) {
	label := c.document.Path("distribution", "tlp", "label")
	if !slices.Contains([]string{TLPWhite, TLPGreen, TLPAmber, TLPRed}, label.Text()) {
		c.fail(orParent(label, orParent(c.document.Get("distribution"), c.document)),
			"the document has no TLP label; add distribution.tlp.label, for instance WHITE")
	}
}

// FileName is the name that a document with a tracking id must have as a file
// (section 5.1): lower case, everything but letters, digits, + and - replaced.
func FileName(trackingID string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(trackingID) {
		ok := 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '+' || r == '-'
		switch {
		case ok:
			b.WriteRune(r)
		case !gap:
			b.WriteByte('_')
		}
		gap = !ok
	}
	return b.String() + ".json"
}

func missingCanonicalURL(c *checker) {
	name := FileName(c.tracking.Str("id"))
	refs := c.document.Get("references")
	for r := range refs.Items() {
		if url := r.Str("url"); r.Str("category") == ReferenceSelf && strings.HasPrefix(url, "https://") && strings.HasSuffix(url, name) {
			return
		}
	}
	c.fail(orParent(refs, c.document), "no reference of category self is a https URL that ends in %q; add the canonical URL", name)
}

func missingLanguage(c *checker) {
	switch at := c.document.Get("lang"); {
	case !at.Exists():
		c.fail(c.document, "the document does not say its language; add lang, for instance \"en\"")
	case !at.Is(String) || at.Text() == "":
		c.fail(at, "lang is empty; write the document's language, for instance \"en\"")
	}
}

// unsortedKeys accepts both alphabets in use: upper case before lower case,
// and without regard to case.
func unsortedKeys(c *checker) {
	nodes := c.root.tree.nodes
	for i := range nodes {
		if nodes[i].kind != Object || nodes[i].count < 2 {
			continue
		}
		var before, wrong string
		bytewise, folded := true, true
		for key := range (Node{c.root.tree, int32(i)}).Members() {
			if key < before {
				if wrong == "" {
					wrong = key
				}
				bytewise = false
				folded = folded && strings.ToLower(key) >= strings.ToLower(before)
			} else if folded && hasUpper(before) {
				folded = strings.ToLower(key) >= strings.ToLower(before)
			}
			before = key
		}
		if !bytewise && !folded {
			c.fail(Node{c.root.tree, int32(i)}, "the members are not in alphabetical order: %q is not in its place; sort them", clip(wrong))
		}
	}
}

func hasUpper(s string) bool {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return true
		}
	}
	return false
}

// languages visits the language tags of the document.
func languages(c *checker, visit func(Node)) {
	for _, key := range []string{"lang", "source_lang"} {
		if at := c.document.Get(key); at.Is(String) {
			visit(at)
		}
	}
}

func privateLanguage(c *checker) {
	languages(c, func(at Node) {
		if sub, ok := bcp47.FirstPrivate(at.Text()); ok {
			c.fail(at, "the language %q has the private subtag %q, which others cannot know; remove it", at.Text(), sub)
		}
	})
}

func defaultLanguage(c *checker) {
	languages(c, func(at Node) {
		if bcp47.IsDefault(at.Text()) {
			c.fail(at, "i-default says nothing about the language; remove the member, or name the language")
		}
	})
}

func missingHelper(c *checker) {
	for _, p := range c.products {
		if !p.helper.Exists() {
			c.fail(p.node, "the product %q has nothing by which a machine could recognise it; add a product_identification_helper", p.id)
		}
	}
}

func cveAmongIDs(c *checker) {
	for i := range c.vulns {
		for id := range c.vulns[i].node.Get("ids").Items() {
			if text := id.Get("text"); isCVE(text.Text()) {
				c.fail(text, "%s is a CVE; write it to cve, and other vulnerabilities into items of their own", text.Text())
			}
		}
	}
}

func rangeWithoutVers(c *checker) {
	msg := "the version range %q is not a vers string; write it as one, for instance vers:generic/<4.2"
	if c.v21 {
		msg = "the version range %q is not a vers string; check carefully whether vers can express it or the versions can be listed, for vls is only the last resort"
	}
	for _, b := range c.branches {
		if name := b.Get("name"); b.Str("category") == BranchProductVersionRange && name.Is(String) && !looksLikeVers(name.Text()) {
			c.fail(name, msg, clip(name.Text()))
		}
	}
}

// looksLikeVers is the form ^vers:[a-z\.\-\+][a-z0-9\.\-\+]*/.+
func looksLikeVers(s string) bool {
	s, ok := strings.CutPrefix(s, "vers:")
	typ, rest, slash := strings.Cut(s, "/")
	if !ok || !slash || typ == "" || isDigit(typ[0]) || rest == "" || strings.IndexAny(rest, "\n\r") == 0 {
		return false
	}
	return allBytes(typ, func(b byte) bool {
		return 'a' <= b && b <= 'z' || isDigit(b) || b == '.' || b == '-' || b == '+'
	})
}

// scoreOfFixed wants a score of zero where a score names a fixed product: what
// is fixed is no longer at risk.
func scoreOfFixed(c *checker) {
	for i := range c.vulns {
		v := &c.vulns[i]
		for _, s := range v.scores {
			isFixed := func(p ref) bool { return v.of(p.number)&anyFixed != 0 }
			first := slices.IndexFunc(s.products, isFixed)
			if first < 0 {
				continue
			}
			c.cvssOf(s, func(_ string, object Node) {
				if !remainingRiskIsZero(object) {
					c.fail(object, "the product %q is fixed, but its environmental score is not 0; take it out of products, or set the modified impact metrics to none",
						s.products[first].node.Text())
				}
			})
		}
	}
}

// remainingRiskIsZero computes the environmental score (in version 4.0 the only
// one) of the vector with the properties of the object laid over it.
func remainingRiskIsZero(object Node) bool {
	if given := object.Get("environmentalScore"); given.Is(Number) && given.Float() > 0 {
		return false
	}
	v, err := cvss.Parse(object.Str("vectorString"))
	if err != nil {
		return false
	}
	for property, value := range object.Members() {
		if value.Is(String) {
			v = v.With(property, value.Text())
		}
	}
	return v.Scores().Environmental == 0
}

// undefinedMembers reports what no schema defines: neither the document's nor,
// in 2.1, that of the extension in which it stands.
func undefinedMembers(c *checker) {
	told := map[Node]bool{}
	tell := func(run *schemaRun) {
		for _, m := range run.extra {
			if !told[m] {
				told[m] = true
				c.fail(m, "the member %q is not defined by the schema; remove it", clip(m.Key()))
			}
		}
	}
	tell(c.bySchema())
	if !c.v21 {
		return
	}
	for n := range c.extensionItems() {
		url := n.Str("$schema")
		if e := c.extension(url); e != nil {
			var run schemaRun
			e.schema.check(n, &run)
			tell(&run)
		} else if url != "" {
			c.warnUnknownExtension(n, url)
		}
	}
}
