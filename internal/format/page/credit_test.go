package page

import (
	"slices"
	"strings"
	"testing"

	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/words"
)

// A finder who reported one of several vulnerabilities is thanked for that one.
func TestCredits_NameWhatWasReported(t *testing.T) {
	rev := specimen.First()
	rev.Content.Vulnerabilities = append(slices.Clone(rev.Content.Vulnerabilities), advisory.Vulnerability{ID: "v9", Title: words.Text{EN: "Another flaw", JA: "別件"}})
	rev.Content.Credits = []advisory.Credit{
		{Report: "r1", Kind: advisory.CreditNamed, Name: words.Text{EN: "Fay", JA: "Fay"}, Vulnerabilities: []string{"v9"}},
		{Report: "r2", Kind: advisory.CreditNamed, Name: words.Text{EN: "Gil", JA: "Gil"}},
	}
	html, err := press(t).HTML(rev, publisher(), words.EN, Around{Home: "/", Search: "/search"})
	if err != nil {
		t.Fatal(err)
	}
	if s := string(html); !strings.Contains(s, "Another flaw: Fay reported") || !strings.Contains(s, ">Gil reported") {
		t.Errorf("the thanks are not as they should be:\n%s", s[strings.Index(s, "Fay")-200:][:600])
	}
}
