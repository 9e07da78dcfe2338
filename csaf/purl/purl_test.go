package purl

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ in, canonical string }{ // "" is refused
		{"pkg:maven/com.example/product-a@1.3.4", "pkg:maven/com.example/product-a@1.3.4"},
		{"pkg:npm/%40scope/name@1.0.0", "pkg:npm/%40scope/name@1.0.0"},
		{"pkg:npm/@scope/name@1.0.0", "pkg:npm/%40scope/name@1.0.0"},
		{"pkg:GitHub/Some/Thing", "pkg:github/some/thing"},
		{"pkg:deb/debian/curl@1:7.5?b=2&a=1&c=", "pkg:deb/debian/curl@1:7.5?a=1&b=2"},
		{"pkg:generic/x#./a/../b//c/", "pkg:generic/x#a/b/c"},
		{"pkg:generic/a//b/x", "pkg:generic/a/b/x"},
		{"pkg:generic/%E5%90%8D", "pkg:generic/%E5%90%8D"},
		{"pkg:pypi/My_Package@1.0RC1", "pkg:pypi/my-package@1.0rc1"},
		{"pkg:git/codeberg.org/a/b", "pkg:git/codeberg.org/a/b"},
		{"", ""}, {"pkg:", ""}, {"pkg:npm", ""}, {"pkg:npm/", ""}, {"npm/x", ""}, {"pkg:maven/@1.3.4", ""},
		{"pkg:9x/a", ""}, {"pkg:a_b/c", ""}, {"pkg:npm/a%2", ""}, {"pkg:npm/a@%zz", ""}, {"pkg:npm/a?k=%4", ""},
		{"pkg:npm/a?K=1", ""}, {"pkg:npm/a?1k=1", ""}, {"pkg:npm/a?k", ""}, {"pkg:npm/a?k=1&k=2", ""},
		{"pkg:generic/a%2Fb/c", ""}, {"pkg:maven/name-only", ""}, {"pkg:cargo/ns/name", ""}, {"pkg:swid/a/b", ""},
	} {
		p, err := Parse(c.in)
		if (err == nil) != (c.canonical != "") {
			t.Errorf("Parse(%q) = %+v, %v", c.in, p, err)
		} else if err == nil && p.String() != c.canonical {
			t.Errorf("Parse(%q).String() = %q, want %q", c.in, p, c.canonical)
		}
	}
	if !IsCanonical("pkg:npm/a@1") || IsCanonical("pkg://npm/a@1") || IsCanonical("pkg:npm/a?") {
		t.Error("IsCanonical answers wrongly")
	}
}

func TestSameBut(t *testing.T) {
	a, _ := Parse("pkg:deb/debian/curl@1?arch=i386")
	b, _ := Parse("pkg:deb/debian/curl@1?arch=amd64")
	c, _ := Parse("pkg:deb/debian/curl@2?arch=amd64")
	if !a.SameBut(b) || a.SameBut(c) {
		t.Error("SameBut answers wrongly")
	}
}

// TestOfficialCases decides the cases of the standard's own suite.
func TestOfficialCases(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(cmp.Or(os.Getenv("NAKODO_DATA"), "../../../shared/data"), "purl-tests", "*-test.json"))
	if len(files) == 0 {
		t.Skip("no official cases: set NAKODO_DATA to the folder that has purl-tests")
	}
	n := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var suite struct {
			Tests []struct {
				Type     string          `json:"test_type"`
				Input    json.RawMessage `json:"input"`
				Expected json.RawMessage `json:"expected_output"`
				Failure  bool            `json:"expected_failure"`
			}
		}
		if err := json.Unmarshal(text, &suite); err != nil {
			t.Fatal(err)
		}
		for _, c := range suite.Tests {
			n++
			var got, want Purl
			var err error
			var in string
			switch c.Type {
			case "parse":
				json.Unmarshal(c.Input, &in)
				got, err = Parse(in)
				want = parts(t, c.Expected)
			case "build":
				var canonical string
				json.Unmarshal(c.Expected, &canonical)
				got, err = Build(parts(t, c.Input))
				got = Purl{Name: got.String()}
				want = Purl{Name: canonical}
			case "validate":
				var canonical string
				json.Unmarshal(c.Input, &in)
				json.Unmarshal(c.Expected, &canonical)
				got.Name, err = Normalize(in)
				want = Purl{Name: canonical}
			}
			if c.Failure != (err != nil) || err == nil && !same(got, want) {
				t.Errorf("%s %s: %s = %+v, %v, want %+v", filepath.Base(file), c.Type, c.Input, got, err, want)
			}
		}
	}
	t.Logf("%d cases", n)
}

func same(a, b Purl) bool {
	return a.SameBut(b) && slices.Equal(a.Qualifiers, b.Qualifiers)
}

func parts(t *testing.T, raw json.RawMessage) Purl {
	var p struct {
		Type, Namespace, Name, Version, Subpath string
		Qualifiers                              map[string]string
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &p); err != nil {
			t.Fatal(err)
		}
	}
	out := Purl{p.Type, p.Namespace, p.Name, p.Version, nil, p.Subpath}
	for k, v := range p.Qualifiers {
		out.Qualifiers = append(out.Qualifiers, Qualifier{k, v})
	}
	slices.SortFunc(out.Qualifiers, func(a, b Qualifier) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// FuzzParse holds that the canonical form is canonical.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"pkg:npm/%40a/b@1?x=y#z", "pkg:git/h/a/b", "pkg:pub/A-b", "pkg:generic/a@b@c", "pkg:brew/A%2Fb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(p.String())
		if err != nil || !same(p, again) {
			t.Errorf("%q is %+v, but its canonical form %q is %+v, %v", s, p, p, again, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Parse("pkg:deb/debian/curl@7.88.1-10?arch=amd64")
	}
}
