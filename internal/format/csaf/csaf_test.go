package csaf

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"nakodo/csaf"
	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

var officer = party.OfficerActor("o1")

func catalogue(t *testing.T) words.Catalogue {
	t.Helper()
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// documents are all revisions of the specimen in both languages, by file name.
func documents(t *testing.T) map[string][]byte {
	t.Helper()
	say := catalogue(t)
	all := map[string][]byte{}
	for name, rev := range map[string]advisory.Revision{"first": specimen.First(), "second": specimen.Second(), "withdrawn": specimen.Withdrawn(), "bare": bare()} {
		for _, l := range rev.Content.Languages {
			b, err := Bytes(say, rev, specimen.Publisher(), l)
			if err != nil {
				t.Fatal(err)
			}
			all[name+"."+string(l)+".json"] = b
		}
	}
	return all
}

// bare has no more than the gate demands.
func bare() advisory.Revision {
	r := specimen.First()
	full := r.Content
	r.Content = advisory.Content{
		Title: full.Title, Overview: full.Overview, Description: full.Description, Impact: full.Impact, Solution: full.Solution,
		Products: full.Products[:1], Vulnerabilities: []advisory.Vulnerability{{ID: "v1"}}, Vendors: full.Vendors[:1], TLP: full.TLP, Languages: []words.Lang{words.EN},
	}
	r.Content.Vendors = slices.Clone(r.Content.Vendors)
	r.Content.Vendors[0].Statuses = nil
	return r
}

func TestCSAF20_ValidByTheLibrary(t *testing.T) {
	for name, b := range documents(t) {
		tree, err := csaf.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		res, err := csaf.Validate(tree, csaf.Options{Preset: "full"})
		if err != nil {
			t.Fatal(err)
		}
		if !res.Valid {
			t.Errorf("%s is not valid", name)
		}
		for _, f := range res.Findings {
			if f.Severity == csaf.Error {
				t.Errorf("%s: %s %s %s: %s", name, f.Severity, f.Test, f.Path(), f.Message)
			} else {
				t.Logf("%s: %s %s %s: %s", name, f.Severity, f.Test, f.Path(), f.Message)
			}
		}
	}
}

func TestGolden(t *testing.T) {
	for name, b := range documents(t) {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b, want) {
			t.Errorf("%s is not as it was; look at the difference with go test -update and git diff", name)
		}
	}
}
