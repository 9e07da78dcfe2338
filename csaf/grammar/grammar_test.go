package grammar

import (
	"slices"
	"strings"
	"testing"
)

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string // a word or two of each fault
	}{
		{"The guide must followed for ensure secure operations of a products.", []string{`"be" is missing`, "to ensure", "plural"}},
		{"The guide must be followed to ensure secure operations of the products.", nil},
		{"Update the the firmware.", []string{"twice"}},
		{"The fact that that file had had no owner is very very odd.", nil},
		{"An attacker could of sent an update to a unpatched host.", []string{"could have", `"an"`}},
		{"An user, an hour, a URL, an SQL query, a one-time code, a European host.", nil},
		{"An file is sent.", []string{`"a"`}},
		{"It should proceeds, they must exceed it, and you can always focus.", []string{"no -s"}},
		{"These vulnerability allows access. This products are fine.", []string{"does not go", "does not go"}},
		{"An unknown host, a unified update, a use of it.", nil},
		{"It affects them. They have it. Users of it are many.", nil},
		{"Options: a, b. A \"products\" page.", nil},
		{"", nil},
		{"ａ’ -- '' 日本語", nil},
	} {
		got := English{}.Faults("en", c.text)
		ok := slices.EqualFunc(got, c.want, strings.Contains)
		if !ok {
			t.Errorf("%s\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestKnows(t *testing.T) {
	for lang, want := range map[string]bool{"en": true, "en-GB": true, "EN": true, "enm": false, "de": false, "": false} {
		if got := (English{}).Knows(lang); got != want {
			t.Errorf("%q: %v", lang, got)
		}
	}
}

func FuzzFaults(f *testing.F) {
	f.Add("The the a products’s \xff it’s-")
	f.Fuzz(func(t *testing.T, text string) {
		for _, fault := range (English{}).Faults("en", text) {
			if fault == "" {
				t.Error("a fault without words")
			}
		}
	})
}
