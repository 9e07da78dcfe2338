package csaf

import (
	"iter"

	"nakodo/csaf/ssvc"
)

// ssvcLists visits the SSVC objects of the document, each with the
// vulnerability it is about.
func (c *checker) ssvcLists() iter.Seq2[*vuln, Node] {
	return func(yield func(*vuln, Node) bool) {
		for i := range c.vulns {
			for _, s := range c.vulns[i].scores {
				if n := s.content.Get("ssvc_v2"); n.Exists() && !yield(&c.vulns[i], n) {
					return
				}
			}
		}
	}
}

// ssvcSelections visits the selections of all SSVC objects, each with the
// object that holds it.
func (c *checker) ssvcSelections() iter.Seq2[Node, Node] {
	return func(yield func(Node, Node) bool) {
		for _, list := range c.ssvcLists() {
			for s := range list.Get("selections").Items() {
				if !yield(list, s) {
					return
				}
			}
		}
	}
}

func ssvcTargets(c *checker) {
	id := c.tracking.Str("id")
	for v, list := range c.ssvcLists() {
		for n := range list.Get("target_ids").Items() {
			target := n.Text()
			switch {
			case target == id && id != "" && len(c.vulns) > 1:
				c.fail(n, "%q is the ID of the whole document, which has several vulnerabilities; name the vulnerability that was assessed", target)
			case target != v.cve && !v.hasID(target):
				c.fail(n, "%q is neither the CVE ID nor another ID of this vulnerability; correct it or remove it", target)
			}
		}
	}
}

// hasID reports whether the vulnerability has a number in some other system.
func (v *vuln) hasID(text string) bool {
	for n := range v.node.Get("ids").Items() {
		if n.Str("text") == text {
			return true
		}
	}
	return false
}

// ssvcDecisionPoints compares selections with the decision points that the
// SSVC project publishes.
func ssvcDecisionPoints(c *checker) {
	for _, s := range c.ssvcSelections() {
		space := s.Get("namespace")
		ns := ssvc.ParseNamespace(space.Text())
		switch ns.Kind {
		case ssvc.Invalid:
			c.fail(orParent(space, s), "the namespace %q is reserved as one that must never be used; name the real one", space.Text())
		case ssvc.Registered:
			c.decisionPoint(s, ns)
		}
	}
}

func (c *checker) decisionPoint(s Node, ns ssvc.Namespace) {
	key, version := s.Str("key"), s.Str("version")
	versions := ssvc.Versions(ns.Base, key)
	if len(versions) == 0 {
		c.fail(s, "the namespace %s has no decision point with the key %q; correct the key", ns.Base, key)
		return
	}
	var def ssvc.DecisionPoint
	exact := false
	for _, p := range versions {
		if p.Version == version {
			def, exact = p, true
		}
	}
	if newest := versions[len(versions)-1]; !exact {
		if ssvc.CompareVersions(version, newest.Version) < 0 {
			c.fail(s, "the decision point %s (%s) has no version %q; use %s", key, newest.Name, version, newest.Version)
			return
		}
		// Later than all we know: it may have been published since our list
		// was made. What is known of it is judged by the newest version.
		def = newest
	}
	if name := s.Get("name"); exact && !ns.Extended() && name.Exists() && name.Text() != def.Name {
		c.fail(s, "the name of the decision point %s in version %s is %q, not %q; correct it", key, version, def.Name, name.Text())
	}
	c.decisionValues(s, ns, &def, exact)
}

// decisionValues checks that the values exist and stand in the order of their
// definition. Values that a translation lists are known by their keys, but
// their order is left to the translator.
func (c *checker) decisionValues(s Node, ns ssvc.Namespace, def *ssvc.DecisionPoint, exact bool) {
	last := -1
	for v := range s.Get("values").Items() {
		at := -1
		for i := range def.Values {
			if def.Values[i].Key == v.Str("key") {
				at = i
			}
		}
		switch name := v.Get("name"); {
		case at < 0 && exact:
			c.fail(s, "the decision point %s (%s) has no value %q in version %s; its values are %s", def.Key, def.Name, v.Str("key"), def.Version, valueKeys(def))
			return
		case at < 0:
			continue
		case at <= last && !ns.Translated():
			c.fail(s, "the values of the decision point %s (%s) are out of order; their order is %s", def.Key, def.Name, valueKeys(def))
			return
		case exact && !ns.Extended() && name.Exists() && name.Text() != def.Values[at].Name:
			c.fail(s, "the value %s of the decision point %s is named %q, not %q; correct it", v.Str("key"), def.Key, def.Values[at].Name, name.Text())
		}
		last = at
	}
}

func valueKeys(def *ssvc.DecisionPoint) string {
	text := ""
	for i, v := range def.Values {
		if i > 0 {
			text += ", "
		}
		text += v.Key
	}
	return text
}
