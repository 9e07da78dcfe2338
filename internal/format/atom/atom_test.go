package atom

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

var since = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

func feedOf(t *testing.T, lang words.Lang, revisions ...advisory.Revision) []byte {
	t.Helper()
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	b, err := Bytes(say, revisions, specimen.Publisher(), lang, since)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parsed is a feed as a reader that knows only RFC 4287 sees it.
type parsed struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"http://www.w3.org/2005/Atom id"`
	Updated string   `xml:"http://www.w3.org/2005/Atom updated"`
	Entries []struct {
		ID      string `xml:"http://www.w3.org/2005/Atom id"`
		Title   string `xml:"http://www.w3.org/2005/Atom title"`
		Updated string `xml:"http://www.w3.org/2005/Atom updated"`
		Summary string `xml:"http://www.w3.org/2005/Atom summary"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

func parse(t *testing.T, b []byte) parsed {
	t.Helper()
	var p parsed
	if err := xml.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGolden(t *testing.T) {
	other := specimen.Withdrawn()
	other.ID = "96321933"
	for _, l := range []words.Lang{words.EN, words.JA} {
		b := feedOf(t, l, specimen.First(), specimen.Second(), other)
		path := filepath.Join("testdata", string(l)+".atom")
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
			t.Errorf("%s is not as it was; look at the difference with go test -update and git diff", path)
		}
	}
}

func TestRFC4287_OneEntryPerAdvisoryAndTheNewestFirst(t *testing.T) {
	var revisions []advisory.Revision
	for i := range Newest + 20 {
		r := specimen.First()
		r.ID = advisory.ID(fmt.Sprintf("%08d", i))
		r.At = r.At.Add(time.Duration(i) * time.Hour)
		revisions = append(revisions, r)
	}
	corrected := revisions[0]
	corrected.Number, corrected.At = 2, specimen.Published.AddDate(1, 0, 0)
	revisions = append(revisions, corrected)

	f := parse(t, feedOf(t, words.EN, revisions...))
	if len(f.Entries) != Newest {
		t.Fatalf("%d entries, want %d", len(f.Entries), Newest)
	}
	if f.Updated != "2027-12-18T03:00:00Z" || f.Entries[0].Updated != f.Updated || !strings.HasSuffix(f.Entries[0].ID, "NKD00000000") {
		t.Errorf("the correction is not first: %+v, feed updated %s", f.Entries[0], f.Updated)
	}
	seen := map[string]bool{}
	for i, e := range f.Entries {
		if seen[e.ID] {
			t.Errorf("%s stands there twice", e.ID)
		}
		seen[e.ID] = true
		if i > 0 && e.Updated > f.Entries[i-1].Updated {
			t.Errorf("entry %d is newer than the one before", i)
		}
	}
}

func TestRFC4287_TheIDOutlivesARevision(t *testing.T) {
	before, after := parse(t, feedOf(t, words.JA, specimen.First())), parse(t, feedOf(t, words.JA, specimen.Second()))
	if before.Entries[0].ID != after.Entries[0].ID || before.Entries[0].Updated == after.Entries[0].Updated {
		t.Errorf("before %+v, after %+v", before.Entries[0], after.Entries[0])
	}
}

func TestOnlyWhatIsPublishedInTheLanguage(t *testing.T) {
	r := specimen.First()
	r.Content.Languages = []words.Lang{words.JA}
	f := parse(t, feedOf(t, words.EN, r))
	if len(f.Entries) != 0 || f.Updated != "2026-04-01T00:00:00Z" {
		t.Errorf("an English feed holds a Japanese advisory, or tells when it came: %+v", f)
	}
}

func TestTextIsEscaped(t *testing.T) {
	r := specimen.First()
	r.Content.Overview.EN = `a <b> & "c" ]]> `
	if f := parse(t, feedOf(t, words.EN, r)); f.Entries[0].Summary != r.Content.Overview.EN {
		t.Errorf("the summary became %q", f.Entries[0].Summary)
	}
}
