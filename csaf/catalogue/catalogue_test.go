package catalogue_test

import (
	"encoding/json"
	"strings"
	"testing"

	"nakodo/csaf"
	"nakodo/csaf/catalogue"
)

func load(t testing.TB) *catalogue.Catalogue {
	c, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEveryTestHasExamples holds the catalogue to the library: each example
// must be decided as it says.
func TestExamplesAreDecidedAsTheySay(t *testing.T) {
	for _, e := range load(t).Entries() {
		for i, x := range e.Examples {
			name := "passes"
			if x.Fails {
				name = "fails"
			}
			t.Run(strings.Join([]string{e.Version, e.ID, name}, "/"), func(t *testing.T) {
				decide(t, e, i)
			})
		}
	}
}

func decide(t *testing.T, e catalogue.Entry, i int) {
	x := e.Examples[i]
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
	res, err := csaf.Validate(tree, csaf.Options{Preset: "mandatory", Tests: []string{e.ID}})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range res.Findings {
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
