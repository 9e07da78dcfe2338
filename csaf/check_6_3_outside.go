package csaf

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// This file holds the tests that need something from outside: the network, or
// knowledge of a language.

// selfReferences are the lists of references in which an item of category self
// is the business of 6.3.7, all others and the other places that of 6.3.6.
var selfReferences = []string{
	"/document/references[]/url",
	"/vulnerabilities[]/references[]/url",
}

// otherURLs are the further places of 6.3.6.
var otherURLs = []string{
	"/document/acknowledgments[]/urls[]",
	"/document/aggregate_severity/namespace",
	"/document/distribution/tlp/url",
	"/document/publisher/namespace",
	"/vulnerabilities[]/acknowledgments[]/urls[]",
	"/vulnerabilities[]/remediations[]/url",
}

// productURLs are further places of 6.3.6, below a full product name.
var productURLs = []string{
	"/product_identification_helper/sbom_urls[]",
	"/product_identification_helper/x_generic_uris[]/namespace",
	"/product_identification_helper/x_generic_uris[]/uri",
}

// at visits the values at a path such as /document/references[]/url, where []
// stands for every item of a list.
func at(n Node, path string, visit func(Node)) {
	if path == "" {
		visit(n)
		return
	}
	name, rest, more := strings.Cut(path[1:], "/")
	if more {
		rest = "/" + rest
	}
	key, isList := strings.CutSuffix(name, "[]")
	n = n.Get(key)
	switch {
	case isList:
		for item := range n.Items() {
			at(item, rest, visit)
		}
	case n.Exists():
		at(n, rest, visit)
	}
}

func deadURL(c *checker) {
	var urls []Node
	add := func(n Node) {
		if n.Is(String) {
			urls = append(urls, n)
		}
	}
	for _, path := range otherURLs {
		at(c.root, path, add)
	}
	for _, p := range c.products {
		for _, path := range productURLs {
			at(p.node, path, add)
		}
	}
	for _, path := range selfReferences {
		at(c.root, path, func(n Node) {
			if n.Parent().Str("category") != ReferenceSelf {
				add(n)
			}
		})
	}
	resolve(c, urls)
}

func deadSelfURL(c *checker) {
	var urls []Node
	for _, path := range selfReferences {
		at(c.root, path, func(n Node) {
			if n.Is(String) && n.Parent().Str("category") == ReferenceSelf {
				urls = append(urls, n)
			}
		})
	}
	resolve(c, urls)
}

// resolve asks for each URL once, a few at a time, and reports those without a
// good answer. What is no URL of the web (urn:, mailto:) is not asked for.
func resolve(c *checker, urls []Node) {
	var (
		fault = map[string]string{} // by URL; "" is good
		few   = make(chan struct{}, 8)
		mu    sync.Mutex
		wait  sync.WaitGroup
	)
	for _, n := range urls {
		u := n.Text()
		if _, ok := fault[u]; ok || !isWebURL(u) {
			continue
		}
		fault[u] = ""
	}
	list := make([]string, 0, len(fault))
	for u := range fault {
		list = append(list, u)
	}
	for _, u := range list {
		few <- struct{}{}
		wait.Go(func() {
			defer func() { <-few }()
			f := ask(c.opt.Client, u)
			mu.Lock()
			defer mu.Unlock()
			fault[u] = f
		})
	}
	wait.Wait()
	for _, n := range urls {
		if f := fault[n.Text()]; f != "" {
			c.fail(n, "%s does not resolve: %s; correct or remove it", clip(n.Text()), f)
		}
	}
}

func isWebURL(u string) bool {
	scheme, _, _ := strings.Cut(u, ":")
	return strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")
}

// ask says what is wrong with a URL, "" if it answers with a 2xx or 3xx. Some
// servers do not know HEAD, so a refusal is asked again with GET.
func ask(client *http.Client, url string) string {
	fault := ""
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		req, err := http.NewRequest(method, url, nil)
		if err != nil {
			return err.Error()
		}
		req.Header.Set("User-Agent", "nakodo-csaf")
		resp, err := client.Do(req)
		if err != nil {
			return err.Error()
		}
		_, _ = io.CopyN(io.Discard, resp.Body, 1<<16)
		resp.Body.Close()
		if 200 <= resp.StatusCode && resp.StatusCode < 400 {
			return ""
		}
		fault = fmt.Sprintf("the answer is %s", resp.Status)
	}
	return fault
}

// spokenTexts are the texts of 6.3.8; those of grammar are whole sentences,
// which 6.3.16 of 2.1 judges.
var spokenTexts = []struct {
	path    string
	in      versions
	grammar bool
}{
	{"/document/acknowledgments[]/names[]", v20 | v21, false},
	{"/document/acknowledgments[]/organization", v20 | v21, false},
	{"/document/acknowledgments[]/summary", v20 | v21, true},
	{"/document/aggregate_severity/text", v20 | v21, true},
	{"/document/category", v20 | v21, false},
	{"/document/distribution/text", v20 | v21, true},
	{"/document/notes[]/audience", v20 | v21, true},
	{"/document/notes[]/text", v20 | v21, true},
	{"/document/notes[]/title", v20 | v21, true},
	{"/document/publisher/issuing_authority", v20 | v21, true},
	{"/document/publisher/name", v20 | v21, false},
	{"/document/references[]/summary", v20 | v21, true},
	{"/document/title", v20 | v21, true},
	{"/document/tracking/aliases[]", v20 | v21, false},
	{"/document/tracking/generator/engine/name", v20 | v21, false},
	{"/document/tracking/revision_history[]/summary", v20 | v21, true},
	{"/product_tree/full_product_names[]/name", v20 | v21, false},
	{"/product_tree/product_groups[]/summary", v20 | v21, true},
	{"/product_tree/product_paths[]/full_product_name/name", v21, false},
	{"/product_tree/relationships[]/full_product_name/name", v20, false},
	{"/vulnerabilities[]/acknowledgments[]/names[]", v20 | v21, false},
	{"/vulnerabilities[]/acknowledgments[]/organization", v20 | v21, false},
	{"/vulnerabilities[]/acknowledgments[]/summary", v20 | v21, true},
	{"/vulnerabilities[]/involvements[]/summary", v20 | v21, true},
	{"/vulnerabilities[]/notes[]/audience", v20 | v21, true},
	{"/vulnerabilities[]/notes[]/text", v20 | v21, true},
	{"/vulnerabilities[]/notes[]/title", v20 | v21, true},
	{"/vulnerabilities[]/references[]/summary", v20 | v21, true},
	{"/vulnerabilities[]/remediations[]/details", v20 | v21, true},
	{"/vulnerabilities[]/remediations[]/entitlements[]", v20 | v21, true},
	{"/vulnerabilities[]/remediations[]/restart_required/details", v20 | v21, true},
	{"/vulnerabilities[]/threats[]/details", v20 | v21, true},
	{"/vulnerabilities[]/title", v20 | v21, true},
}

// texts visits the texts written in the document's language.
func (c *checker) texts(grammar bool, visit func(Node)) {
	for _, t := range spokenTexts {
		if t.in&c.bit() == 0 || grammar && !t.grammar {
			continue
		}
		at(c.root, t.path, func(n Node) {
			if n.Is(String) {
				visit(n)
			}
		})
	}
	if grammar {
		return
	}
	for _, b := range c.branches {
		for _, n := range []Node{b.Get("name"), b.Get("product").Get("name")} {
			if n.Is(String) {
				visit(n)
			}
		}
	}
}

func misspelt(c *checker) {
	lang := c.document.Get("lang")
	if !lang.Is(String) || lang.Text() == "" {
		return
	}
	if !c.opt.Speller.Knows(lang.Text()) {
		c.fail(lang, "there is no dictionary for the language %q; give the validator one", lang.Text())
		return
	}
	base := !c.hasProfile()
	c.texts(false, func(n Node) {
		// The category is a word of the standard unless the profile is
		// "CSAF Base", and so is csaf_base itself.
		if n.Key() == "category" && (!base || c.category == CategoryBase) {
			return
		}
		if words := c.opt.Speller.Misspelt(lang.Text(), n.Text()); len(words) > 0 {
			c.fail(n, "the dictionary does not know: %s; correct the spelling, or add the words to your dictionary", strings.Join(words, ", "))
		}
	})
}

// hasProfile reports whether the category is that of a profile other than
// "CSAF Base".
func (c *checker) hasProfile() bool {
	for _, p := range profiles {
		if p.category == c.category && p.in&c.bit() != 0 {
			return true
		}
	}
	return false
}
