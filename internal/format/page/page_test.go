package page

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/look"
	"nakodo/internal/look/looktest"
	"nakodo/internal/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

// hashed is the address of a static file.
var hashed = regexp.MustCompile(`(/static/\w+)\.[0-9a-f]{12}\.(\w+)`)

func catalogue(t *testing.T) words.Catalogue {
	t.Helper()
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func press(t *testing.T) *Press {
	t.Helper()
	static, err := look.NewStatic("/static/")
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPress(catalogue(t), static)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// publisher is in Japan, so that a date after 15:00 UTC is that of the next day.
func publisher() advisory.Publisher {
	p := specimen.Publisher()
	p.Zone = time.FixedZone("JST", 9*60*60)
	return p
}

// decided comes out without the agreement of a developer, who gave a view.
func decided() advisory.Revision {
	r := specimen.First()
	r.Content.Decisions = []advisory.Decision{
		{Org: r.Content.Vendors[0].Org, Decided: r.First, View: "The product is used in closed networks.\n\nWe do not agree.", ViewLang: words.EN},
		{Org: r.Content.Vendors[0].Org, Unreachable: true, Decided: r.First},
	}
	return r
}

// all is every revision of the specimen as page and text, by file name.
func all(t *testing.T) map[string][]byte {
	t.Helper()
	p, out := press(t), map[string][]byte{}
	around := Around{Nav: []look.Entry{{Word: "format.history", Href: "/ja/advisories", Here: true}}, Home: "/", Search: "/search"}
	for name, rev := range map[string]advisory.Revision{"first": specimen.First(), "second": specimen.Second(), "withdrawn": specimen.Withdrawn(), "decided": decided()} {
		for _, l := range rev.Content.Languages {
			html, err := p.HTML(rev, publisher(), l, around)
			if err != nil {
				t.Fatal(err)
			}
			text, err := Text(p.say, rev, publisher(), l)
			if err != nil {
				t.Fatal(err)
			}
			// The address of the style sheet holds its hash; it is not ours to pin.
			html = hashed.ReplaceAll(html, []byte("$1.HASH.$2"))
			out[name+"."+string(l)+".html"], out[name+"."+string(l)+".txt"] = html, text
		}
	}
	return out
}

func TestGolden(t *testing.T) {
	for name, b := range all(t) {
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

func TestPageIsWellFormedInBothLanguages(t *testing.T) {
	for name, b := range all(t) {
		if strings.HasSuffix(name, ".html") {
			for _, fault := range looktest.Faults(string(b)) {
				t.Errorf("%s: %s", name, fault)
			}
		}
	}
}

// domain.md 2.2: the headings of JVN, which readers and their programs look for.
func TestJVN_SectionsInBothLanguages(t *testing.T) {
	heads := map[words.Lang][]string{
		words.EN: {"Overview", "Products Affected", "Description", "Impact", "Solution", "Vendor Status", "References", "Addendum", "Vulnerability Analysis by", "Credit", "Other Information", "Update History"},
		words.JA: {"概要", "影響を受けるシステム", "詳細情報", "想定される影響", "対策方法", "ベンダ情報", "参考情報", "からの補足情報", "による脆弱性分析結果", "謝辞", "関連文書", "更新履歴"},
	}
	for l, want := range heads {
		for _, name := range []string{"first." + string(l) + ".html", "first." + string(l) + ".txt"} {
			rest := string(all(t)[name])
			for _, h := range want {
				at := strings.Index(rest, h)
				if at < 0 {
					t.Fatalf("%s: no section %q after the one before", name, h)
				}
				rest = rest[at+len(h):]
			}
		}
	}
}

// What the centre keeps to itself must reach no format (rule 5 of the design).
func TestNothingInternalIsPublished(t *testing.T) {
	rev := specimen.First()
	for name, b := range all(t) {
		for _, secret := range []string{"r1", "r2", "r3", "org-a", "org-b"} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
	}
	for _, k := range rev.Content.Credits {
		if k.Report != "" {
			t.Errorf("the frozen revision names report %q", k.Report)
		}
	}
}

func TestALanguageThatIsNotPublishedIsRefused(t *testing.T) {
	rev := specimen.First()
	rev.Content.Languages = []words.Lang{words.EN}
	if _, err := press(t).HTML(rev, publisher(), words.JA, Around{}); err == nil {
		t.Error("the page was printed all the same")
	}
	if _, err := Text(catalogue(t), rev, publisher(), words.JA); err == nil {
		t.Error("the text was written all the same")
	}
	b, err := press(t).HTML(rev, publisher(), words.EN, Around{})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte("/ja/advisories/NKD64806328")) {
		t.Error("the page leads to a language that is not there")
	}
}
