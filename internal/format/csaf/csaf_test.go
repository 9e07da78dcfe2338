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
	for name, rev := range map[string]advisory.Revision{"first": specimen.First(), "second": specimen.Second(), "withdrawn": specimen.Withdrawn(), "bare": bare(), "decided": decided()} {
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

// decided comes out without the agreement of two developers: one could not be
// reached, one gave a view in the other language.
func decided() advisory.Revision {
	r := bare()
	r.Content.Languages = []words.Lang{words.JA, words.EN}
	org := r.Content.Vendors[0].Org
	r.Content.Decisions = []advisory.Decision{
		{Org: org, Unreachable: true, Decided: r.First},
		{Org: org, Decided: r.First, View: "本製品は閉じた環境で使用されています。", ViewLang: words.JA},
	}
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

// What the centre keeps to itself, and whose it is, must reach no document.
func TestNothingInternalIsPublished(t *testing.T) {
	for name, b := range documents(t) {
		for _, secret := range []string{"org-", `"r1"`, `"r2"`, `"r3"`} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %s", name, secret)
			}
		}
	}
}

func TestProductIDsStayTheSameAcrossRevisionsAndLanguages(t *testing.T) {
	ids := func(rev advisory.Revision, l words.Lang) []string {
		d, err := Build(catalogue(t), rev, specimen.Publisher(), l)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, vendor := range d.ProductTree.Branches {
			for _, name := range vendor.Branches {
				for _, leaf := range name.Branches {
					all = append(all, leaf.Name+" "+leaf.Product.ProductID)
				}
			}
		}
		return all
	}
	want := ids(specimen.First(), words.EN)
	if len(want) != 4 || want[1] != "vers:unknown/>=2.0|<=2.7 p2" || want[2] != "3.0.1 p3" {
		t.Errorf("the product tree has %q", want)
	}
	for _, l := range []words.Lang{words.EN, words.JA} {
		if got := ids(specimen.Second(), l); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
}

// Each language has a document and an id of its own, under the name that
// section 5.1 demands; the other is named, and the translation says what it is.
func TestCSAF20_OneDocumentPerLanguage(t *testing.T) {
	pub := specimen.Publisher()
	for _, l := range []words.Lang{words.EN, words.JA} {
		d, err := Build(catalogue(t), specimen.Second(), pub, l)
		if err != nil {
			t.Fatal(err)
		}
		track := d.Document.Tracking
		path := pub.CSAFPath("64806328", l, specimen.Published)
		if filepath.Base(path) != csaf.FileName(track.ID) {
			t.Errorf("%s is served as %s", track.ID, path)
		}
		if track.Aliases[0] != "NKD#64806328" || track.Version != "2" || len(track.RevisionHistory) != 2 || track.InitialReleaseDate == track.CurrentReleaseDate {
			t.Errorf("tracking: %+v", track)
		}
		if (d.Document.SourceLang == "ja") != (l == words.EN) {
			t.Errorf("%s: source_lang %q", l, d.Document.SourceLang)
		}
	}
}

// 3.2.3.6: every vendor of the advisory has an involvement, the silent one and
// the one that was not asked too.
func TestCSAF20_InvolvementOfEveryVendor(t *testing.T) {
	d, err := Build(catalogue(t), specimen.First(), specimen.Publisher(), words.EN)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range d.Vulnerabilities[0].Involvements {
		got = append(got, i.Party+" "+i.Status)
	}
	want := []string{"coordinator completed", "vendor completed", "vendor in_progress", "vendor contact_attempted", "vendor completed", "vendor not_contacted"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
