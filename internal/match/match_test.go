package match_test

import (
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"nakodo/internal/match"
	"nakodo/internal/words"
)

var on = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// smallRegistry is a registry of invented organisations with every kind of fact.
func smallRegistry() []match.Entry {
	entries := []match.Entry{
		{
			Organisation: "aozora", Names: []string{"株式会社青空電機 (旧 髙島計器)", "Aozora Electric Co., Ltd."},
			Domains:  []string{"aozora-electric.example"},
			Products: []match.Product{{Name: "FA-M9 コントローラー", Kind: "programmable controller", Versions: []string{"R3.10", "2.0"}}, {Name: "EcoNest サーバー"}},
			Answers:  []match.Answer{{Keyword: "OpenSSL", Synonyms: []string{"オープンSSL"}, Reply: match.Yes, On: on}},
		},
		{
			Organisation: "borealis", Names: []string{"Borealis Networks GmbH", "ボレアリス・ネットワークス"},
			CPEs: []string{"cpe:2.3:o:borealis"}, PURLs: []string{"pkg:npm/%40borealis"},
			Products: []match.Product{{Name: "Polarix Gateway 5000"}, {Name: "Polarix View"}},
			Answers:  []match.Answer{{Keyword: "OpenSSL", Reply: match.No, On: on}},
		},
		{
			Organisation: "cirrus", Names: []string{"Cirrus Instruments Inc."},
			Products: []match.Product{{Name: "Gateway Manager"}, {Name: "CloudScope"}},
			Answers:  []match.Answer{{Keyword: "OpenSSL", Reply: match.Unknown, On: on}},
		},
		{Organisation: "dione", Names: []string{"Dione Software, LLC"}, Products: []match.Product{{Name: "libdione"}}},
	}
	for i := range 40 {
		entries = append(entries, match.Entry{
			Organisation: fmt.Sprintf("other-%d", i), Names: []string{fmt.Sprintf("Other%dworks Systems", i)},
			Products: []match.Product{{Name: fmt.Sprintf("Thing%c%d Gateway", 'A'+i%26, i)}},
		})
	}
	return entries
}

func smallIndex() *match.Index {
	x := match.New()
	for _, e := range smallRegistry() {
		x.Put(e)
	}
	return x
}

// TestFinds asks for each kind of evidence and of spelling, and looks at who
// comes first and why.
func TestFinds(t *testing.T) {
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	x := smallIndex()
	for _, c := range []struct {
		name   string
		q      match.Question
		first  string
		reason string
	}{
		{"name", match.Question{Text: "Aozora Electric products leak memory"}, "aozora", `named as "Aozora Electric Co., Ltd." in line 1`},
		{"name without its legal form", match.Question{Text: "第三者が青空電機の製品を停止できる"}, "aozora", `named as "株式会社青空電機" in line 1`},
		{"former name, kanji variant", match.Question{Text: "高島計器の装置"}, "aozora", `named as "髙島計器" in line 1`},
		{"full width", match.Question{Text: "Ａｏｚｏｒａ　Ｅｌｅｃｔｒｉｃ"}, "aozora", `named as "Aozora Electric Co., Ltd." in line 1`},
		{"hiragana", match.Question{Text: "ぼれありすネットワークス社"}, "borealis", `named as "ボレアリス・ネットワークス" in line 1`},
		{"half width", match.Question{Text: "ﾎﾞﾚｱﾘｽﾈｯﾄﾜｰｸｽ社"}, "borealis", `named as "ボレアリス・ネットワークス" in line 1`},
		{"misspelt name", match.Question{Text: "Borealsi Networks devices"}, "borealis", `perhaps named: "Borealis Networks GmbH" in line 1`},
		{"product", match.Question{Text: "Buffer overflow\nin the\nweb page of\nFA-M9 コントローラー"}, "aozora", "product FA-M9 コントローラー named in line 4"},
		{"product with its version", match.Question{Text: "FA-M9 コントローラー R3.10 以前"}, "aozora", "product FA-M9 コントローラー, version R3.10, named in line 1"},
		{"long-vowel tail", match.Question{Text: "EcoNestサーバの脆弱性"}, "aozora", "product EcoNest サーバー named in line 1"},
		{"written together", match.Question{Text: "PolarixView crashes"}, "borealis", "product Polarix View named in line 1"},
		{"written apart", match.Question{Text: "Cloud Scope crashes"}, "cirrus", "product CloudScope named in line 1"},
		{"a product field", match.Question{Products: []string{"polarix gateway 5000"}}, "borealis", "product Polarix Gateway 5000 named"},
		{"keyword", match.Question{Text: "A flaw in OpenSSL 3.0"}, "aozora", "answered yes to the keyword OpenSSL on 2026-03-02 in line 1"},
		{"keyword synonym", match.Question{Text: "ｵｰﾌﾟﾝＳＳＬの欠陥"}, "aozora", "answered yes to the keyword OpenSSL on 2026-03-02 in line 1"},
		{"domain", match.Question{Text: "詳細はhttps://www.support.aozora-electric.example/kb。"}, "aozora", "its domain is in the evidence: https://www.support.aozora-electric.example/kb in line 1"},
		{"mail address", match.Question{Text: "psirt@AOZORA-Electric.example wrote"}, "aozora", "its domain is in the evidence: psirt@aozora-electric.example in line 1"},
		{"CPE", match.Question{CPEs: []string{"cpe:2.3:o:borealis:anything:1.0:*:*:*:*:*:*:*"}}, "borealis", "the CPE name cpe:2.3:o:borealis:anything:1.0:*:*:*:*:*:*:* is under its prefix"},
		{"CPE as URI in text", match.Question{Text: "x\n(cpe:/o:borealis:anything:1.0)"}, "borealis", "the CPE name cpe:/o:borealis:anything:1.0 is under its prefix in line 2"},
		{"CPE of nobody's prefix", match.Question{CPEs: []string{"cpe:2.3:a:cirrus:cloudscope:1.0"}}, "cirrus", "product CloudScope named"},
		{"package URL", match.Question{PURLs: []string{"pkg:npm/%40borealis/ui@1.2.3?arch=x"}}, "borealis", "the package pkg:npm/%40borealis/ui@1.2.3?arch=x is under its prefix"},
		{"component", match.Question{Components: []match.Component{{Name: "zlib"}, {Name: "LibDione", Version: "2"}}}, "dione", "the SBOM lists LibDione"},
		{"supplier", match.Question{Components: []match.Component{{Name: "x", Supplier: "Dione Software"}}}, "dione", "the SBOM lists Dione Software"},
		{"component by keyword", match.Question{Components: []match.Component{{Name: "openssl"}}}, "aozora", "answered yes to the keyword OpenSSL on 2026-03-02"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := x.Rank(c.q)
			if len(result.Ranked) == 0 || result.Ranked[0].Organisation != c.first {
				t.Fatalf("ranked %+v, want %s first", result.Ranked, c.first)
			}
			var said []string
			for _, r := range result.Ranked[0].Reasons {
				said = append(said, r.Say(catalogue, words.EN))
			}
			if !strings.Contains(strings.Join(said, "\n"), c.reason) {
				t.Errorf("reasons %q, want %q", said, c.reason)
			}
		})
	}
}

// TestKeywordNoCountsAgainst holds that a "no" never makes a suggestion.
func TestKeywordNoCountsAgainst(t *testing.T) {
	result := smallIndex().Rank(match.Question{Text: "OpenSSL"})
	for _, f := range result.Ranked {
		if f.Organisation == "borealis" {
			t.Errorf("borealis answered no and is ranked: %+v", f)
		}
	}
}

// TestDismissal holds that a dismissed product is a near miss the next time,
// with the reason given, and that other evidence still counts in full.
func TestDismissal(t *testing.T) {
	x := match.New()
	for _, e := range smallRegistry() {
		if e.Organisation == "borealis" {
			e.Dismissals = []match.Dismissal{{Kind: match.ByProduct, Subject: "Polarix View", Why: "a game of that name", On: on}}
		}
		x.Put(e)
	}
	result := x.Rank(match.Question{Text: "Polarix View"})
	if len(result.NearMisses) == 0 || result.NearMisses[0].Organisation != "borealis" {
		t.Fatalf("near misses %+v, want borealis first", result.NearMisses)
	}
	if d := result.NearMisses[0].Reasons[0].Dismissed; d == nil || d.Why != "a game of that name" {
		t.Errorf("the dismissal is not shown: %+v", result.NearMisses[0].Reasons)
	}
	if result = x.Rank(match.Question{Text: "Borealis Networks"}); result.Ranked[0].Organisation != "borealis" {
		t.Errorf("the name no longer counts: %+v", result)
	}
}

// TestChangesEqualRebuild makes many changes and compares with an index that
// was built of the final state.
func TestChangesEqualRebuild(t *testing.T) {
	rng := rand.New(rand.NewSource(7))
	n := newNamer(7)
	changed, current := match.New(), make(map[string]match.Entry)
	for range 600 {
		e := n.entry(rng.Intn(60), rng.Intn(5))
		if rng.Intn(4) == 0 {
			changed.Remove(e.Organisation)
			delete(current, e.Organisation)
			continue
		}
		changed.Put(e)
		current[e.Organisation] = e
	}
	rebuilt := match.New()
	for _, e := range current {
		rebuilt.Put(e)
	}
	if changed.Len() != len(current) || rebuilt.Len() != len(current) {
		t.Fatalf("%d and %d organisations, want %d", changed.Len(), rebuilt.Len(), len(current))
	}
	for range 50 {
		q := n.question()
		if a, b := changed.Rank(q), rebuilt.Rank(q); !reflect.DeepEqual(a, b) {
			t.Fatalf("%q\nchanged %+v\nrebuilt %+v", q.Text, a, b)
		}
	}
}

func TestEmpty(t *testing.T) {
	if r := match.New().Rank(match.Question{Text: "anything"}); len(r.Ranked)+len(r.NearMisses) != 0 {
		t.Errorf("an empty index found %+v", r)
	}
	x := match.New()
	x.Put(match.Entry{Organisation: "bare"})
	x.Remove("nobody")
	x.Rank(match.Question{})
	if x.Len() != 1 {
		t.Errorf("%d organisations, want 1", x.Len())
	}
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	x := smallIndex()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 50 {
				if i == 0 {
					x.Put(match.Entry{Organisation: "dione", Names: []string{fmt.Sprint("Dione ", j)}})
					continue
				}
				x.Rank(match.Question{Text: "Dione Software libdione Polarix"})
			}
		})
	}
	wg.Wait()
}

func TestServeLines(t *testing.T) {
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	in := `{"text":"Polarix Gateway 5000 crashes"}` + "\n\n" + `{"sbom":{"bomFormat":"CycloneDX","components":[{"name":"libdione"}]}}`
	if err := match.ServeLines(smallIndex(), catalogue, words.EN, strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d answers, want 2: %s", len(lines), out.String())
	}
	for i, want := range []string{`"id":"borealis"`, `"reasons":["the SBOM lists libdione"]`} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("answer %d is %s, want %s in it", i, lines[i], want)
		}
	}
	err = match.ServeLines(smallIndex(), catalogue, words.EN, strings.NewReader("{}\nnonsense\n"), &out)
	if err == nil || !strings.Contains(err.Error(), "fault.match.line") || !strings.Contains(err.Error(), "2") {
		t.Errorf("a line that is no question gives %v", err)
	}
}
