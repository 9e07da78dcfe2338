package main

import (
	"net"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"nakodo/test/browser"
)

// TestEveryPageOfTheDemonstration opens, in each role and in both languages,
// one page of every kind that links lead to, in a real browser: at desktop and
// phone width, light and dark, nothing sticks out, every key has its words, the
// console is silent, and axe-core has nothing to say. NAKODO_SHOTS names a folder for the pictures.
func TestEveryPageOfTheDemonstration(t *testing.T) {
	b := browser.Start(t)
	addr := freeAddress(t)
	d := playedAt(t, addr)
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(d.handler)
	server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
	links, err := d.links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{} // by all: a public page needs one visit
	least := map[string]int{"officer": 60, "vendor": 8, "infrastructure operator": 4}
	for _, link := range append(links, [2]string{"public", server.URL + "/"}) {
		role := link[0]
		if role == "second officer" {
			continue
		}
		w := b.Window(t, role)
		w.Open(link[1])
		if strings.Contains(link[1], "/in/") {
			w.Go("Sign in here")
		}
		n := 0
		for next := []string{w.Address()}; len(next) > 0; next = next[1:] {
			kind := kindOf(next[0], server.URL)
			if role == "infrastructure operator" { // the room is another one for an operator
				kind = "/operator" + kind
			}
			if seen[kind] {
				continue
			}
			seen[kind] = true
			w.Open(next[0])
			w.Expect(200)
			w.SeeNot("«") // what the catalogue has no words for
			inBoth(w, strings.ReplaceAll(role+strings.ReplaceAll(kind, "/", "-"), " ", "-"))
			n++
			next = append(next, browser.Eval[[]string](w, linked)...)
		}
		if n < least[role] {
			t.Errorf("%s saw only %d kinds of page", role, n)
		}
	}
}

// linked lists the pages that a page links to: no downloads, nothing elsewhere.
const linked = `[...document.querySelectorAll("a[href]:not([download])")].map(a => a.href.split("#")[0])
	.filter(h => h.startsWith(location.origin) && !/\/raw$|\/preview\/|\.(json|asc|xml|txt|csv|atom|sha\d+)$/.test(h))`

// name stands for what names one record within a path.
var name = regexp.MustCompile(`^(?:[A-Za-z0-9_-]{16,}|[0-9]{4,}|[A-Z]{3}-?[0-9A-Z-]{4,}|t[0-9]+)$`)

// kindOf is a page's path without the names of records: pages of one kind look
// alike. The languages of the public pages are one kind.
func kindOf(address, base string) string {
	path, _, _ := strings.Cut(strings.TrimPrefix(address, base), "?")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		switch {
		case i == 1 && (p == "en" || p == "ja"):
			parts[i] = "public"
		case name.MatchString(p) || strings.ContainsAny(p, ":%"):
			parts[i] = "x"
		}
	}
	return strings.Join(parts, "/")
}
