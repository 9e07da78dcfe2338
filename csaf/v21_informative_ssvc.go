package csaf

import "nakodo/csaf/ssvc"

// outdatedDecisionPoint demands the version of a decision point that was the
// newest when the assessment was made.
func outdatedDecisionPoint(c *checker) {
	for list, s := range c.ssvcSelections() {
		ns := ssvc.ParseNamespace(s.Str("namespace"))
		at, ok := parseTime(list.Str("timestamp"))
		if ns.Kind != ssvc.Registered || !ok {
			continue
		}
		newest, ok := ssvc.LatestAt(ssvc.Versions(ns.Base, s.Str("key")), at)
		if ok && newest.Version != s.Str("version") {
			c.fail(s, "at %s the newest version of the decision point %s (%s) was %s, not %s; assess it with that version",
				list.Str("timestamp"), newest.Key, newest.Name, newest.Version, s.Str("version"))
		}
	}
}

func unregisteredNamespace(c *checker) {
	if c.public() {
		return
	}
	for _, s := range c.ssvcSelections() {
		if n := s.Get("namespace"); ssvc.ParseNamespace(n.Text()).Kind == ssvc.Unregistered {
			c.fail(n, "the namespace %q is not registered, so that readers may not know its decision points; tell them where they are defined", n.Text())
		}
	}
}

func extendedNamespace(c *checker) {
	if c.public() {
		return
	}
	for _, s := range c.ssvcSelections() {
		if n := s.Get("namespace"); ssvc.ParseNamespace(n.Text()).Extended() {
			c.fail(n, "the namespace %q extends another one, so that readers may not know its decision points; tell them where they are defined", n.Text())
		}
	}
}
