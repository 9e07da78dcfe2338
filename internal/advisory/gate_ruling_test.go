package advisory_test

import (
	"slices"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

// keys of the findings that still keep a draft from the public, or warn, by rule.
func found(d advisory.Draft, f advisory.Facts, now time.Time, rule advisory.Rule) []string {
	var keys []string
	for _, x := range advisory.Gate(d, f, now) {
		if x.Rule == rule && x.Open() {
			keys = append(keys, x.Key)
			if rule == advisory.RuleRuling && x.CanSetAside {
				keys = append(keys, "can be set aside")
			}
		}
	}
	return keys
}

func TestGuidelineIV32_OnlyTheCommitteeOpensTheGate(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	bare := advisory.Content{
		Products: []product.Product{{ID: "p", Name: "Gateway", Org: "o"}}, Vulnerabilities: []advisory.Vulnerability{{ID: "v1"}},
		Vendors:  []advisory.VendorEntry{{Org: "o", Name: words.Text{EN: "Acme"}, Status: product.NoAnswer}},
		Remedies: []product.Remedy{{Kind: product.NoneYet, Text: words.Text{EN: "There is no fix."}, Products: []string{"p"}}},
	}
	print := advisory.Decision{Org: "o", Unreachable: true, Decided: now}
	yes := advisory.Ruling{Org: "o", Word: advisory.RulingYes, Told: now.AddDate(0, -1, 0), From: now, Print: print}
	printed := bare
	printed.Decisions = []advisory.Decision{print}
	viewed := bare
	viewed.Decisions = []advisory.Decision{{Org: "o", Unreachable: true, Decided: now, View: "forged", ViewLang: words.EN}}
	silentRemedy := printed
	silentRemedy.Remedies = nil
	for name, c := range map[string]struct {
		content advisory.Content
		rulings []advisory.Ruling
		at      time.Time
		want    map[advisory.Rule][]string
	}{
		"never asked": {bare, nil, now, map[advisory.Rule][]string{
			advisory.RuleRemedy: {"gate.no_remedy"}, advisory.RuleUnheard: {"gate.vendor_unheard"}, advisory.RuleUntold: {"gate.vendor_untold"}}},
		"said to be decided, and it is not": {printed, nil, now, map[advisory.Rule][]string{
			advisory.RuleRuling: {"gate.ruling_none"}, advisory.RuleRemedy: {"gate.no_remedy"}, advisory.RuleUnheard: {"gate.vendor_unheard"}}},
		"asked":                         {bare, []advisory.Ruling{{Org: "o", Word: advisory.RulingOpen}}, now, map[advisory.Rule][]string{advisory.RuleRuling: {"gate.ruling_open"}, advisory.RuleRemedy: {"gate.no_remedy"}}},
		"a no":                          {bare, []advisory.Ruling{{Org: "o", Word: advisory.RulingNo}}, now, map[advisory.Rule][]string{advisory.RuleRuling: {"gate.ruling_no"}, advisory.RuleRemedy: {"gate.no_remedy"}}},
		"a yes":                         {printed, []advisory.Ruling{yes}, now, map[advisory.Rule][]string{advisory.RuleRuling: nil, advisory.RuleRemedy: nil, advisory.RuleUnheard: nil, advisory.RuleUntold: nil}},
		"a yes, before its date":        {printed, []advisory.Ruling{yes}, now.Add(-time.Hour), map[advisory.Rule][]string{advisory.RuleRuling: {"gate.ruling_date"}}},
		"a yes that is not printed":     {bare, []advisory.Ruling{yes}, now, map[advisory.Rule][]string{advisory.RuleRuling: {"gate.ruling_missing"}, advisory.RuleRemedy: {"gate.no_remedy"}}},
		"a yes with another view":       {viewed, []advisory.Ruling{yes}, now, map[advisory.Rule][]string{advisory.RuleRuling: {"gate.ruling_missing", "gate.ruling_none"}, advisory.RuleRemedy: {"gate.no_remedy"}}},
		"a yes, nothing said of remedy": {silentRemedy, []advisory.Ruling{yes}, now, map[advisory.Rule][]string{advisory.RuleRemedy: {"gate.no_remedy"}}},
		"a yes about somebody else":     {bare, []advisory.Ruling{{Org: "other", Word: advisory.RulingYes, From: now}}, now, map[advisory.Rule][]string{advisory.RuleRemedy: {"gate.no_remedy"}, advisory.RuleUnheard: {"gate.vendor_unheard"}}},
	} {
		d := advisory.Draft{Number: 1, Content: c.content, Changed: now.AddDate(0, -2, 0)}
		for rule, want := range c.want {
			if got := found(d, advisory.Facts{Rulings: c.rulings}, c.at, rule); !slices.Equal(got, want) {
				t.Errorf("%s, rule %s: %v, want %v", name, rule, got, want)
			}
		}
	}
}
