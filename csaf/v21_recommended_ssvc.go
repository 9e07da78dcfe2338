package csaf

import (
	"strings"

	"nakodo/csaf/ssvc"
)

func unknownNamespace(c *checker) {
	for _, s := range c.ssvcSelections() {
		n := s.Get("namespace")
		if !n.Is(String) {
			continue
		}
		switch ns := ssvc.ParseNamespace(n.Text()); ns.Kind {
		case ssvc.Unregistered:
			c.fail(n, "the namespace %q is not registered, so that readers may not know its decision points; use a registered one where you can", clip(ns.Base))
		case ssvc.Unknown:
			c.fail(n, "the namespace %q is not among the registered ones that this program knows; correct it, or begin it with x_", clip(ns.Base))
		case ssvc.Invalid:
			c.fail(n, "the namespace %q is reserved for what is not valid; use the one that defines the decision point", clip(ns.Base))
		}
	}
}

func unregisteredNamespaceOnClear(c *checker) {
	if !c.public() {
		return
	}
	for _, s := range c.ssvcSelections() {
		if n := s.Get("namespace"); ssvc.ParseNamespace(n.Text()).Kind == ssvc.Unregistered {
			c.fail(n, "the document is TLP:CLEAR, but the namespace %q is not registered: not every reader knows its decision points; use a registered one", clip(n.Text()))
		}
	}
}

func extendedNamespaceOnClear(c *checker) {
	if !c.public() {
		return
	}
	for _, s := range c.ssvcSelections() {
		if n := s.Get("namespace"); ssvc.ParseNamespace(n.Text()).Extended() {
			c.fail(n, "the document is TLP:CLEAR, but the namespace %q extends another one, which not every reader knows; use %q itself",
				clip(n.Text()), clip(ssvc.ParseNamespace(n.Text()).Base))
		}
	}
}

// namespaceWithoutResource demands that the reader is told where the decision
// points of a namespace are explained, unless it is registered as it stands or
// reserved for examples and tests.
func namespaceWithoutResource(c *checker) {
	for list, s := range c.ssvcSelections() {
		n := s.Get("namespace")
		if !n.Is(String) {
			continue
		}
		ns := ssvc.ParseNamespace(n.Text())
		special := ns.Kind == ssvc.Documentation || ns.Kind == ssvc.Testing || ns.Kind == ssvc.Invalid
		if special || ns.Kind == ssvc.Registered && !ns.Extended() {
			continue
		}
		resources, found := list.Get("decision_point_resources"), false
		for r := range resources.Items() {
			found = found || strings.Contains(r.Str("summary"), n.Text())
		}
		if !found {
			c.fail(orParent(resources, list), "no decision_point_resources has a summary that names the namespace %q; add one that says where it is explained", clip(n.Text()))
		}
	}
}

// Tests of the class of extensions. What this program has no package of counts
// as experimental.

func unregisteredExtension(c *checker) {
	for n := range c.extensionItems() {
		if c.extensionClass(n.Str("$schema")) == ExperimentalExtension {
			c.fail(n, "the extension %q is neither official nor registered; register it with the OASIS CSAF TC, or do without", n.Str("$schema"))
		}
	}
}

func unofficialExtension(c *checker) {
	for n := range c.extensionItems() {
		if c.extensionClass(n.Str("$schema")) != OfficialExtension {
			c.fail(n, "the extension %q is not an official one, so that not every reader supports it; use what CSAF itself offers where you can", n.Str("$schema"))
		}
	}
}

func criticalExtension(c *checker) {
	for n := range c.extensionItems() {
		if at := n.Get("critical"); at.Exists() && (!at.Is(Bool) || at.Bool()) {
			c.fail(at, "the extension %q is critical: a reader that does not know it must not use the document; make sure that all readers do", n.Str("$schema"))
		}
	}
}

func experimentalOnClear(c *checker) {
	if !c.public() {
		return
	}
	for n := range c.extensionItems() {
		if c.extensionClass(n.Str("$schema")) == ExperimentalExtension {
			c.fail(n, "the document is TLP:CLEAR, but the extension %q is experimental, so that its readers may not know what it means; remove it", n.Str("$schema"))
		}
	}
}
