package catalogue_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/csaf"
	"nakodo/csaf/catalogue"
	"nakodo/csaf/grammar"
)

func load(t testing.TB) *catalogue.Catalogue {
	c, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEveryTestIsExplained wants an entry with a failing and a passing example
// for each of the 74 tests of CSAF 2.0 and the 177 of CSAF 2.1, and for
// nothing else.
func TestEveryTestIsExplained(t *testing.T) {
	c := load(t)
	known := map[string]bool{}
	for version, want := range map[csaf.Version]int{csaf.V20: 74, csaf.V21: 177} {
		ids, err := csaf.TestIDs(version, "full")
		if err != nil {
			t.Fatal(err)
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return id == "schema" })
		if len(ids) != want {
			t.Errorf("CSAF %s: the library has %d tests, the standard %d", version, len(ids), want)
		}
		for _, id := range ids {
			known[string(version)+" "+id] = true
			checkEntry(t, c, string(version), id)
		}
	}
	for _, e := range c.Entries() {
		if !known[e.Version+" "+e.ID] {
			t.Errorf("CSAF %s %s is explained but is no test of the library", e.Version, e.ID)
		}
	}
}

func checkEntry(t *testing.T, c *catalogue.Catalogue, version, id string) {
	e, ok := c.Find(version, id)
	if !ok {
		t.Errorf("CSAF %s %s is not explained", version, id)
		return
	}
	for what, text := range map[string]catalogue.Text{"title": e.Title, "wants": e.Wants, "mend": e.Mend} {
		if text.English == "" || text.Japanese == "" {
			t.Errorf("CSAF %s %s: %s lacks a language: %q, %q", version, id, what, text.English, text.Japanese)
		}
	}
	isFailing := func(x catalogue.Example) bool { return x.Fails }
	if i := slices.IndexFunc(e.Examples, isFailing); i < 0 {
		t.Errorf("CSAF %s %s has no failing example", version, id)
	}
	if !slices.ContainsFunc(e.Examples, func(x catalogue.Example) bool { return !x.Fails }) {
		t.Errorf("CSAF %s %s has no passing example", version, id)
	}
}

// TestExamplesAreDecidedAsTheySay holds the catalogue to the library, and the
// library to the catalogue. No example breaks a mandatory test or the schema
// except a failing one that is about such a test.
func TestExamplesAreDecidedAsTheySay(t *testing.T) {
	opt := csaf.Options{Preset: "basic", Client: internet(t), Speller: dictionary(t), Grammar: grammar.English{}}
	for _, e := range load(t).Entries() {
		for i, x := range e.Examples {
			name := "passes"
			if x.Fails {
				name = "fails"
			}
			t.Run(strings.Join([]string{e.Version, e.ID, name}, "/"), func(t *testing.T) {
				decide(t, opt, e, e.Examples[i])
			})
		}
	}
}

func decide(t *testing.T, opt csaf.Options, e catalogue.Entry, x catalogue.Example) {
	opt.Tests = []string{e.ID}
	found := false
	for _, f := range judge(t, opt, x).Findings {
		switch {
		case f.Test == e.ID:
			found = true
			if !x.Fails {
				t.Errorf("%s %s: %s", f.Test, f.Path(), f.Message)
			}
		case f.Severity == csaf.Error && !(x.Fails && e.Severity() == "error"):
			t.Errorf("the example breaks another test: %s %s: %s", f.Test, f.Path(), f.Message)
		}
	}
	if x.Fails && !found {
		t.Errorf("test %s does not fail:\n%s", e.ID, x.Edits)
	}
}

func judge(t *testing.T, opt csaf.Options, x catalogue.Example) csaf.Result {
	doc, err := x.Document()
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(doc) {
		t.Fatal("the example is no JSON")
	}
	tree, err := csaf.Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	res, err := csaf.Validate(tree, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestBaseDocumentsPassEverything: whatever an example fails comes from its
// edits.
func TestBaseDocumentsPassEverything(t *testing.T) {
	opt := csaf.Options{Preset: "full", Client: internet(t), Speller: dictionary(t), Grammar: grammar.English{}}
	for _, version := range []string{"2.0", "2.1"} {
		for _, f := range judge(t, opt, catalogue.Base(version)).Findings {
			t.Errorf("CSAF %s: %s %s: %s", version, f.Test, f.Path(), f.Message)
		}
	}
}

// internet is a client for which every name leads to a server of this test,
// which has everything but what is below /gone.
func internet(t *testing.T) *http.Client {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/gone") {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	client := server.Client()
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.ServerName = "example.com" // the name in the server's certificate
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: time.Second}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return client
}

// words is a dictionary of English that has the words of the examples.
type words map[string]bool

func dictionary(t *testing.T) words {
	w := words{"security": true, "notice": true, "for": true, "guide": true, "must": true, "be": true, "followed": true, "sites": true, "all": true}
	for _, version := range []string{"2.0", "2.1"} {
		doc, err := catalogue.Base(version).Document()
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range split(string(doc)) {
			w[strings.ToLower(word)] = true
		}
	}
	return w
}

func split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
}

func (words) Knows(lang string) bool { return strings.HasPrefix(lang, "en") }

func (w words) Misspelt(_, text string) (bad []string) {
	for _, word := range split(text) {
		if !w[strings.ToLower(word)] {
			bad = append(bad, word)
		}
	}
	return bad
}
