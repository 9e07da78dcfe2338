package collected

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory/specimen"
	"nakodo/internal/format/page"
	"nakodo/internal/look"
	"nakodo/internal/look/looktest"
	"nakodo/internal/words"
)

func press(t testing.TB) *Press {
	t.Helper()
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPress(say, static)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// first is the test's document with some of its text replaced.
func first(t testing.TB, replace ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/first.json")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(replace); i += 2 {
		if !strings.Contains(string(raw), replace[i]) {
			t.Fatalf("the document has no %s", replace[i])
		}
	}
	return []byte(strings.NewReplacer(replace...).Replace(string(raw)))
}

func TestRead(t *testing.T) {
	a, err := press(t).Read(first(t))
	if err != nil {
		t.Fatal(err)
	}
	text := a.Text
	a.doc, a.Text = nil, ""
	want := &Advisory{
		ID: "EC-26-001", Source: "Example CERT", Namespace: "https://cert.example.test", Lang: words.EN, Title: "Acme Controls Pump 7 & Valve",
		Overview: "Somebody on the network could stop the pump.", Version: "2", First: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Updated: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), CVEs: []string{"CVE-2026-31001", "CVE-2026-31002"}, Score: 7.5,
		Vendors: []Vendor{
			{"ACME Controls, Inc.", []Product{{Name: "Pump 7"}, {Name: "Valve", CPE: "cpe:2.3:h:acme:valve:*:*:*:*:*:*:*:*"}}},
			{"Nakagawa 精機", []Product{{Name: "Pump Kit"}}},
		},
	}
	if !reflect.DeepEqual(a, want) {
		t.Errorf("got  %+v\nwant %+v", a, want)
	}
	for _, x := range []string{"every pump", "CWE-321", "Pump Kit", "firewall", "CVE-2026-31002"} {
		if !strings.Contains(text, x) {
			t.Errorf("it is not found by %q", x)
		}
	}
	if strings.Contains(text, "boilerplate") {
		t.Error("it is found by its legal notes")
	}
	if got := a.PagePath(words.JA) + " " + a.CSAFPath(); got != "/ja/collected/example_cert/ec-26-001 /collected/example_cert/ec-26-001.json" {
		t.Errorf("paths %s", got)
	}
}

// Whatever is wrong, the reason says what, and for a document that is none, where.
func TestReadSaysWhyNot(t *testing.T) {
	p := press(t)
	for name, tt := range map[string]struct {
		raw  []byte
		want string
	}{
		"cut off":         {first(t)[:700], "line"},
		"empty":           {nil, ""},
		"another format":  {[]byte(`{"dataType":"CVE_RECORD"}`), "no CSAF document"},
		"a member wrong":  {first(t, `"status": "final"`, `"status": "finished"`), "/document/tracking/status"},
		"amber":           {first(t, `"WHITE"`, `"AMBER"`), "AMBER"},
		"no label":        {first(t, `"distribution": {"tlp": {"label": "WHITE"}},`, ``), "missing"},
		"draft":           {first(t, `"status": "final"`, `"status": "draft"`), "draft"},
		"no name for it":  {first(t, `"EC-26-001"`, `"・・・"`), "no letter or digit"},
		"not even a text": {[]byte{0xff, 0xfe}, ""},
	} {
		_, err := p.Read(tt.raw)
		if err == nil {
			t.Errorf("%s: it is taken", name)
		} else if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the reason %q does not name %q", name, err, tt.want)
		}
	}
}

func TestPage(t *testing.T) {
	p := press(t)
	looktest.Set(t, p.set, Page{Headline: "H", Tag: "en", Mark: "X-1", CSAF: "/x.json", Products: []ProductList{{"look.status.vulnerable", []string{"A"}}}, Remedies: []Remedy{{Kind: "format.remedy.vendor_fix", Text: "T"}}})
	a, err := p.Read(first(t))
	if err != nil {
		t.Fatal(err)
	}
	for lang, wants := range map[words.Lang][]string{
		words.EN: {"Example CERT published this advisory", "Read the original", `href="https://cert.example.test/EC-26-001"`},
		words.JA: {`<html lang="ja">`, "Example CERTが公開した", "該当製品あり", "修正済み", `<h1 lang="en-US">Acme Controls Pump 7 &amp; Valve</h1>`},
	} {
		html, err := p.HTML(a, specimen.Publisher(), lang, page.Around{})
		if err != nil {
			t.Fatal(err)
		}
		s := string(html)
		for _, w := range append(wants, "ACME Controls, Inc. Pump 7 vers:all/&lt;4.2", "A. &lt;b&gt;Bold", "CVE-2026-31002", "CVSS 3.1: 7.5", "boilerplate", "/collected/example_cert/ec-26-001.json", a.PagePath(lang.Other())) {
			if !strings.Contains(s, w) {
				t.Errorf("%s: the page lacks %q", lang, w)
			}
		}
		if strings.Contains(s, "javascript:") || strings.Count(s, "Keep the port behind a firewall.") != 1 {
			t.Errorf("%s: a link that is none, or a remedy said twice", lang)
		}
		for _, f := range looktest.Faults(s) {
			t.Errorf("%s: %s", lang, f)
		}
	}
}

func TestJapaneseDocument(t *testing.T) {
	a, err := press(t).Read(first(t, `"en-US"`, `"ja"`))
	if err != nil || a.Lang != words.JA {
		t.Errorf("%v %v", a, err)
	}
}
