package product_test

import (
	"testing"

	"nakodo/csaf/vers"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

func TestRange(t *testing.T) {
	for _, tt := range []struct {
		r           product.Range
		vls, en, ja string
	}{
		{product.Range{}, "vers:all/*", "all versions", "すべてのバージョン"},
		{product.Range{Exact: "4.1"}, "vers:unknown/4.1", "4.1", "4.1"},
		{product.Range{To: "4.2"}, "vers:unknown/<4.2", "before 4.2", "4.2 より前"},
		{product.Range{From: "2.0", To: "2.7", ToInclude: true}, "vers:unknown/>=2.0|<=2.7", "from 2.0 up to 2.7", "2.0 以降、2.7 まで"},
		{product.Range{From: "1", FromExclude: true}, "vers:unknown/>1", "after 1", "1 より後"},
		{product.Range{Exact: "1|2 <x>"}, "vers:unknown/1%7C2%20%3Cx%3E", "1|2 <x>", "1|2 <x>"},
	} {
		if got := tt.r.VLS(); got != tt.vls {
			t.Errorf("%+v: %s, want %s", tt.r, got, tt.vls)
		}
		if en, ja := tt.r.Say(words.EN), tt.r.Say(words.JA); en != tt.en || ja != tt.ja {
			t.Errorf("%+v: %q, %q; want %q, %q", tt.r, en, ja, tt.en, tt.ja)
		}
		if _, err := vers.Parse(tt.r.VLS()); err != nil {
			t.Errorf("%s is no range: %v", tt.r.VLS(), err)
		}
	}
}

func TestSilenceIsNeverAStatement(t *testing.T) {
	for _, s := range product.Statuses() {
		silent := s == product.NoAnswer || s == product.NotContacted
		if s.Stated() == silent {
			t.Errorf("%s: stated %v", s, s.Stated())
		}
		if silent && s.IsAffected() {
			t.Errorf("%s counts as affected", s)
		}
	}
}
