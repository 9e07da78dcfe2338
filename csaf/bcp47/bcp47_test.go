package bcp47

import (
	"errors"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		tag string
		bad Kind // "" if valid
	}{
		{"en", ""}, {"de-DE", ""}, {"ja-JP", ""}, {"JA-jp", ""}, {"frc", ""}, {"zh-Hant-TW", ""},
		{"zh-yue", ""}, {"es-419", ""}, {"de-CH-1996", ""}, {"sl-rozaj-biske-1994", ""},
		{"en-US-u-ca-gregory-nu-latn", ""}, {"en-a-bbb-x-a-ccc", ""}, {"x-private-a", ""},
		{"i-default", ""}, {"i-mingo", ""}, {"zh-min-nan", ""}, {"art-lojban", ""}, {"en-GB-oed", ""},
		{"qtx", ""}, {"qaa-Qabx-XZ", ""}, {"fr-ZZ", ""}, {"mis", ""}, {"und", ""},
		{"EZ", Language}, {"xx", Language}, {"jp", Language}, {"abcd", Language}, {"qua", ""},
		{"", Language}, {"-", Language}, {"en-", Trailing}, {"en--US", Trailing}, {"e", Language}, {"123", Language},
		{"en-Abcd", Script}, {"en-YY", Region}, {"en-000", Region}, {"en-abcde", Variant},
		{"de-1996-1996", Variant}, {"en-u", Extension}, {"en-u-ca-u-nu", Extension}, {"en-x", PrivateUse},
		{"de-yue", Extlang}, {"zh-yue-cmn", Extlang}, {"en-x-toolongsubtag", PrivateUse},
		{"en-US-GB", Trailing}, {"en_US", Language}, {"日本", Language}, {"en-日本", Trailing},
	} {
		err := Check(c.tag)
		var e *Error
		switch {
		case c.bad == "" && err != nil:
			t.Errorf("Check(%q) = %v", c.tag, err)
		case c.bad != "" && (!errors.As(err, &e) || e.Kind != c.bad):
			t.Errorf("Check(%q) = %v, want a bad %s subtag", c.tag, err, c.bad)
		}
	}
}

func TestFirstPrivate(t *testing.T) {
	for _, c := range []struct{ tag, want string }{
		{"qtx", "qtx"}, {"QAA", "QAA"}, {"qcb", "qcb"}, {"en-XP", "XP"}, {"en-AA", "AA"}, {"fr-ZZ", "ZZ"},
		{"de-Qaaa", "Qaaa"}, {"de-Qabx-QM", "Qabx"}, {"en-x-mine", "mine"}, {"x-mine", "mine"},
		{"en-US", ""}, {"que", ""}, {"qua-Qaby", ""}, {"fr-QL", ""}, {"", ""}, {"en-AB", ""},
		{"xx-AA", "AA"}, // also behind a subtag that does not exist
	} {
		if got, ok := FirstPrivate(c.tag); got != c.want || ok != (c.want != "") {
			t.Errorf("FirstPrivate(%q) = %q, %v; want %q", c.tag, got, ok, c.want)
		}
	}
}

func TestSmallQuestions(t *testing.T) {
	if !IsDefault("I-Default") || IsDefault("default") || !IsEnglish("en") || !IsEnglish("EN-us") || IsEnglish("enm") || IsEnglish("") {
		t.Error("IsDefault or IsEnglish answers wrongly")
	}
	if Base("DE-at") != "de" || Base("") != "" || Edition() < "2025-01-01" {
		t.Errorf("Base %q, edition %q", Base("DE-at"), Edition())
	}
}

// TestListsAreSearchable holds what the binary search relies on.
func TestListsAreSearchable(t *testing.T) {
	for name, c := range map[string]struct {
		list  string
		line  int
		least int
	}{
		"language2": {language2, 3, 180}, "language3": {language3, 4, 8000}, "extlang": {extlangs, 8, 250},
		"script": {scripts, 5, 200}, "region": {regions, 4, 300}, "variant": {variants, 9, 100},
	} {
		lines := strings.Split(strings.TrimSuffix(c.list, "\n"), "\n")
		if len(lines) < c.least || len(c.list) != len(lines)*c.line {
			t.Errorf("%s: %d lines, %d bytes", name, len(lines), len(c.list))
		}
		for i := 1; i < len(lines); i++ {
			if lines[i-1] >= lines[i] || strings.ToLower(lines[i]) != lines[i] {
				t.Errorf("%s: %q before %q", name, lines[i-1], lines[i])
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"en-US", "zh-yue-Hant-HK-x-y", "i-default", "--", "a-b-c", "sl-rozaj-biske-1994"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		a, b := Check(tag), Check(strings.ToUpper(tag))
		if isASCII(tag) && (a == nil) != (b == nil) {
			t.Errorf("Check(%q) = %v, in upper case %v", tag, a, b)
		}
		if a == nil && Base(tag) == "" {
			t.Errorf("%q is valid but has no base", tag)
		}
		FirstPrivate(tag)
	})
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func BenchmarkCheck(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Check("zh-Hant-TW")
	}
}
