package spell

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func small(t testing.TB) *Dictionary {
	aff, err := os.Open("testdata/small.aff")
	if err != nil {
		t.Fatal(err)
	}
	defer aff.Close()
	dic, err := os.Open("testdata/small.dic")
	if err != nil {
		t.Fatal(err)
	}
	defer dic.Close()
	d, err := ReadHunspell(aff, dic)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestKnows(t *testing.T) {
	d := small(t)
	for word, want := range map[string]bool{
		"city": true, "cities": true, "citys": false, "city's": true, "City": true, "CITIES": true, "cITY": false,
		"day": true, "days": true, "daies": false, "box": true, "boxes": true, "boxs": false,
		"patch": true, "patches": true, "patched": true, "patchable": true, "patchables": true, "patchabled": false,
		"unlock": true, "unlocked": true, "unlocks": true, "unpatched": false, "uncity": false,
		"secured": true, "secureed": false,
		"Tokyo": true, "tokyo": false, "TOKYO": true, "Tokyo's": true,
		"foolable": false, "grue": false, "grues": true, "ms": true, "MS": false, "and/or": true, "naïve": true, "Naïve": true,
		"": false,
	} {
		if got := d.Knows(word); got != want {
			t.Errorf("Knows(%q) = %v, want %v", word, got, want)
		}
	}
}

func TestWaysToWriteFlags(t *testing.T) {
	for kind, files := range map[string][2]string{
		"long":    {"FLAG long\nSFX Pl Y 1\nSFX Pl 0 s .\n", "1\ncat/PlXx\n"},
		"num":     {"FLAG num\nSFX 4711 Y 1\nSFX 4711 0 s .\n", "1\ncat/3,4711\n"},
		"UTF-8":   {"SET UTF-8\nFLAG UTF-8\nSFX é Y 1\nSFX é 0 s .\n", "1\ncat/é\n"},
		"aliases": {"AF 1\nAF XS\nSFX S Y 1\nSFX S 0 s .\n", "1\ncat/1\tst:cat\n"},
		"latin1":  {"SET ISO8859-1\nSFX S Y 1\nSFX S 0 s .\n", "2\ncat/S\ncaf\xe9/S\n"},
	} {
		d, err := ReadHunspell(strings.NewReader(files[0]), strings.NewReader(files[1]))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if !d.Knows("cats") || d.Knows("catx") || kind == "latin1" && !d.Knows("cafés") {
			t.Errorf("%s: cats %v, catx %v", kind, d.Knows("cats"), d.Knows("catx"))
		}
	}
}

func TestRefusedDictionaries(t *testing.T) {
	for _, aff := range []string{"SET EBCDIC-7\n", "SFX S Y\n", "SFX S Y 1\nSFX S 0 s [ab\n"} {
		if _, err := ReadHunspell(strings.NewReader(aff), strings.NewReader("0\n")); err == nil {
			t.Errorf("%q was taken", aff)
		}
	}
}

func english(t testing.TB) *Words {
	f, err := os.Open("testdata/english.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := ReadWords(f)
	if err != nil {
		t.Fatal(err)
	}
	w := New()
	w.Add("en_US", d)
	return w
}

func TestMisspelt(t *testing.T) {
	w := english(t)
	for text, want := range map[string][]string{
		"The secruity of a system, the Secruity.": {"secruity", "Secruity"},
		"a teh teh": {"teh"},
		"See https://example.com/teh or user@exmaple.com.": nil,
		"CVE-2026-0001 and XYZ in version 1.2rc3":          nil,
		"Open C:\\Windwos\\x, /etc/pasword or setpu.exe":   nil,
		"read-only and raed-only":                          {"raed-only"},
		"日本語の文章":                                           nil,
		"“Vulnerable” (code)":                              nil,
	} {
		if got := w.Misspelt("en", text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLanguages(t *testing.T) {
	w := english(t)
	w.AddWords("en-GB", "colour")
	w.AddWords("de", "Sicherheit")
	for lang, want := range map[string]bool{"en": true, "en-US": true, "EN-us": true, "en-AU": true, "de-AT": true, "fr": false, "": false} {
		if got := w.Knows(lang); got != want {
			t.Errorf("Knows(%q) = %v, want %v", lang, got, want)
		}
	}
	if got := w.Misspelt("en-GB", "colour access"); !slices.Equal(got, []string{"access"}) {
		t.Errorf("en-GB: %q", got)
	}
}

// FuzzHunspell reads any files as a dictionary and asks it a word.
func FuzzHunspell(f *testing.F) {
	f.Add("SFX S Y 1\nSFX S y ies [^aeiou]y\n", "1\ncity/S\n", "cities")
	f.Add("FLAG num\nPFX 7 N 1\nPFX 7 0 un .\n", "1\ndo/7,8\n", "undo")
	f.Fuzz(func(t *testing.T, aff, dic, word string) {
		d, err := ReadHunspell(strings.NewReader(aff), strings.NewReader(dic))
		if err == nil {
			d.Knows(word)
		}
	})
}
