package csaf

import (
	"encoding/json"
	"slices"
	"testing"

	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/words"
)

// A finder who reported one of several vulnerabilities is thanked at that one.
func TestAcknowledgments_OfSomeVulnerabilitiesStandThere(t *testing.T) {
	rev := specimen.First()
	rev.Content.Vulnerabilities = append(slices.Clone(rev.Content.Vulnerabilities), advisory.Vulnerability{ID: "v9", Title: words.Text{EN: "another", JA: "別件"}})
	rev.Content.Credits = []advisory.Credit{
		{Report: "r1", Kind: advisory.CreditNamed, Name: words.Text{EN: "Fay", JA: "Fay"}, Vulnerabilities: []string{"v9"}},
		{Report: "r2", Kind: advisory.CreditNamed, Name: words.Text{EN: "Gil", JA: "Gil"}},
		{Report: "r3", Kind: advisory.CreditUnnamed, Vulnerabilities: []string{"v9"}},
	}
	raw, err := Bytes(catalogue(t), rev, specimen.Publisher(), words.EN)
	if err != nil {
		t.Fatal(err)
	}
	type thanks []struct{ Names []string }
	var doc struct {
		Document        struct{ Acknowledgments thanks }
		Vulnerabilities []struct{ Acknowledgments thanks }
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	if all := doc.Document.Acknowledgments; len(all) != 2 || all[0].Names[0] != "Gil" || all[1].Names != nil {
		t.Errorf("the document thanks %+v", all)
	}
	for i, v := range doc.Vulnerabilities {
		last := i == len(doc.Vulnerabilities)-1
		if got := len(v.Acknowledgments) == 1 && v.Acknowledgments[0].Names[0] == "Fay"; got != last {
			t.Errorf("vulnerability %d thanks %+v", i, v.Acknowledgments)
		}
	}
}
