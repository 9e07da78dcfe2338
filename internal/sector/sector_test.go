package sector_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"nakodo/internal/sector"
	"nakodo/internal/words"
)

var code = regexp.MustCompile(`^[a-z0-9]+/[a-z]+(-[a-z]+)*$`)

func TestEveryEditionIsComplete(t *testing.T) {
	sizes := map[string]int{"jp 2005": 10, "jp 2014": 13, "jp 2018": 14, "jp 2024": 15, "nis2 2022": 30, "cisa 2013": 16, "cisa 2024": 16}
	var before sector.Edition
	for _, e := range sector.Editions {
		name := e.Scheme + " " + e.Edition
		if len(e.Sectors) != sizes[name] {
			t.Errorf("%s has %d sectors, want %d", name, len(e.Sectors), sizes[name])
		}
		delete(sizes, name)
		if e.From.IsZero() || e.Source == "" || e.Name.EN == "" || e.Name.JA == "" {
			t.Errorf("%s lacks its day, source or name", name)
		}
		if e.Scheme == before.Scheme && !e.From.After(before.From) {
			t.Errorf("%s stands before an older edition", name)
		}
		seen := map[string]bool{}
		for _, s := range e.Sectors {
			if !code.MatchString(s.Code) || !strings.HasPrefix(s.Code, e.Scheme+"/") || seen[s.Code] {
				t.Errorf("%s: the code %q is wrong or twice there", name, s.Code)
			}
			seen[s.Code] = true
			if s.Name.EN == "" || s.Name.JA == "" {
				t.Errorf("%s: %s lacks a name", name, s.Code)
			}
		}
		before = e
	}
	if len(sizes) > 0 {
		t.Errorf("editions are missing: %v", sizes)
	}
}

func TestTheEditionInForce(t *testing.T) {
	for _, c := range []struct {
		scheme  string
		at      time.Time
		edition string
	}{
		{"jp", time.Date(2004, 1, 1, 0, 0, 0, 0, time.UTC), ""},
		{"jp", time.Date(2018, 7, 24, 23, 59, 0, 0, time.UTC), "2014"},
		{"jp", time.Date(2018, 7, 25, 0, 0, 0, 0, time.UTC), "2018"},
		{"jp", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), "2024"},
		{"cisa", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), "2024"},
		{"none", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), ""},
	} {
		if e, ok := sector.At(c.scheme, c.at); e.Edition != c.edition || ok != (c.edition != "") {
			t.Errorf("%s at %s: edition %q, want %q", c.scheme, c.at, e.Edition, c.edition)
		}
	}
	if n := len(sector.InForce(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))); n != 3 {
		t.Errorf("%d schemes are in force, want 3", n)
	}
	if n := len(sector.InForce(time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC))); n != 2 {
		t.Errorf("%d schemes were in force in 2014, want 2", n)
	}
}

func TestNamesAndCodes(t *testing.T) {
	if got := sector.Name("jp/port", words.JA); got != "日本：港湾" {
		t.Error(got)
	}
	if got := sector.Name("cisa/government", words.EN); got != "United States: Government Services and Facilities" {
		t.Errorf("not the newest name: %s", got)
	}
	if got := sector.Name("power supply", words.EN); got != "power supply" {
		t.Errorf("what somebody wrote down is lost: %q", got)
	}
	if sector.Known("jp/moon") || !sector.Known("nis2/space") {
		t.Error("Known is wrong")
	}
	for _, c := range []struct {
		a, b []string
		want bool
	}{
		{[]string{"jp/gas"}, []string{"jp/water", "jp/gas"}, true},
		{[]string{"nis2/energy"}, []string{"nis2/energy-gas"}, true},
		{[]string{"nis2/energy-oil"}, []string{"nis2/energy-gas"}, false},
		{nil, []string{"jp/gas"}, false},
	} {
		if got := sector.Touch(c.a, c.b); got != c.want {
			t.Errorf("%v and %v touch: %v", c.a, c.b, got)
		}
	}
}
