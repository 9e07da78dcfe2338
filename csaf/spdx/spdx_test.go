package spdx

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ in, ids string }{ // ids: "" if refused; ^ addition, @ ref, # document
		{"MIT", "MIT"}, {" MIT ", "MIT"}, {"GPL-2.0+", "GPL-2.0"}, {"MIT OR any-OSI", "MIT any-OSI"},
		{"mit and (apache-2.0 or ISC)", "mit apache-2.0 ISC"}, {"(MIT)", "MIT"}, {"((MIT) AND ISC)", "MIT ISC"},
		{"GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only ^Classpath-exception-2.0"},
		{"GPL-2.0-or-later WITH AdditionRef-x.y AND MIT", "GPL-2.0-or-later ^@AdditionRef-x.y MIT"},
		{"LicenseRef-www.example.org-Example-3.0", "@LicenseRef-www.example.org-Example-3.0"},
		{"DocumentRef-a:LicenseRef-b", "#@LicenseRef-b"},
		{"A.Name-that.could.exist", "A.Name-that.could.exist"},
		{"", ""}, {"  ", ""}, {"This is a text.", ""}, {"MIT OR", ""}, {"OR MIT", ""}, {"MIT Or ISC", ""}, {"()", ""},
		{"(MIT", ""}, {"MIT)", ""}, {"MIT ISC", ""}, {"(MIT OR ISC) WITH x", ""}, {"MIT WITH", ""}, {"MIT WITH a WITH b", ""},
		{"LicenseRef-www.example.org/a", ""}, {"LicenseRef-a%20b", ""}, {"LicenseRef-", ""}, {"licenseref-a", ""}, {"licenseREF-a", ""},
		{"AdditionRef-a", ""}, {"MIT WITH LicenseRef-a", ""}, {"LicenseRef-a+", ""}, {"+", ""}, {"MIT++", ""}, {"MIT/ISC", ""},
		{"DocumentRef-a:MIT", ""}, {"DocumentRef-a", ""}, {"DocumentRef-:LicenseRef-a", ""}, {"日本", ""},
		{strings.Repeat("(", 200) + "MIT" + strings.Repeat(")", 200), ""},
	} {
		ids, err := Parse(c.in)
		var words []string
		for _, id := range ids {
			w := id.Text
			if id.Ref {
				w = "@" + w
			}
			if id.Document != "" {
				w = "#" + w
			}
			if id.Addition {
				w = "^" + w
			}
			words = append(words, w)
		}
		if got := strings.Join(words, " "); got != c.ids || (err == nil) != (c.ids != "") {
			t.Errorf("Parse(%q) = %q, %v; want %q", c.in, got, err, c.ids)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Status
	}{
		{"MIT", Current}, {"mit", Current}, {"CC-BY-4.0", Current}, {"GFDL-1.1", Deprecated}, {"any-OSI", Current},
		{"A-License-Identifier-That-Does-Not-Exist", Unknown}, {"Classpath-exception-2.0", Unknown},
		{"MIT WITH Classpath-exception-2.0", Current}, {"MIT WITH Nokia-Qt-exception-1.1", Deprecated}, {"MIT WITH ISC", Unknown},
		{"LicenseRef-scancode-public-domain", Current}, {"LicenseRef-scancode-aop-pd", Deprecated}, {"LicenseRef-scancode-no-such", Unknown},
		{"LicenseRef-www.example.com-no-work", Unlisted}, {"MIT WITH AdditionRef-scancode-389-exception", Current},
	} {
		ids, err := Parse(c.in)
		if err != nil {
			t.Fatal(err)
		}
		id := ids[len(ids)-1]
		if got := Lookup(id); got != c.want {
			t.Errorf("Lookup of %q = %v, want %v", c.in, got, c.want)
		}
		if (Source(id) == "") != (c.want == Unlisted) {
			t.Errorf("Source of %q = %q", c.in, Source(id))
		}
	}
	if len(lists().spdx) < 790 || len(lists().scancode) < 2000 {
		t.Errorf("%d and %d identifiers", len(lists().spdx), len(lists().scancode))
	}
}

// FuzzParse holds that every identifier read is one that reads alone.
func FuzzParse(f *testing.F) {
	f.Add("MIT OR (GPL-2.0-only WITH Classpath-exception-2.0)")
	f.Add("LicenseRef-a and DocumentRef-b:LicenseRef-c")
	f.Fuzz(func(t *testing.T, s string) {
		ids, err := Parse(s)
		if (err == nil) != (len(ids) > 0) {
			t.Errorf("%q: %v, %v", s, ids, err)
		}
		for _, id := range ids {
			alone := id.Text
			if id.Addition {
				alone = "MIT WITH " + alone
			}
			if _, err := Parse(alone); err != nil {
				t.Errorf("%q has %q, which alone %v", s, alone, err)
			}
			Lookup(id)
		}
	})
}
