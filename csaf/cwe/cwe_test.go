package cwe

import (
	"testing"
	"time"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestLookup(t *testing.T) {
	for _, c := range []struct {
		version, id string
		name        string
		usage       Usage
		deprecated  bool
	}{
		{"4.13", "CWE-79", "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')", Allowed, false},
		{"1.2", "CWE-79", "Failure to Preserve Web Page Structure (aka 'Cross-site Scripting')", Unknown, false},
		{"4.13", "CWE-20", "Improper Input Validation", Discouraged, false},
		{"4.13", "CWE-596", "DEPRECATED: Incorrect Semantic Object Comparison", Prohibited, true},
		{"3.0", "CWE-596", "Incorrect Semantic Object Comparison", Unknown, false},
		{"4.13", "CWE-1023", "Incomplete Comparison with Missing Factors", WithReview, false},
		{"4.20", "CWE-1434", "Insecure Setting of Generative AI/ML Model Inference Parameters", Allowed, false},
		{"4.17", "CWE-1434", "", 0, false},
		{"4.13", "CWE-1008", "", 0, false}, // a view
		{"2.11", "CWE-19", "", 0, false},   // a category
		{"4.13", "CWE-079", "", 0, false},
		{"4.13", "CWE-", "", 0, false},
		{"4.13", "CWE-99999999999999999999", "", 0, false},
		{"4.13", "79", "", 0, false},
		{"9.9", "CWE-79", "", 0, false},
	} {
		w, ok := Lookup(c.version, c.id)
		if ok != (c.name != "") || w.Name != c.name || w.Usage != c.usage || w.Deprecated != c.deprecated {
			t.Errorf("Lookup(%s, %s) = %+v, %v", c.version, c.id, w, ok)
		}
	}
}

func TestLatestAt(t *testing.T) {
	for _, c := range []struct{ day, want string }{
		{"2024-01-21", "4.13"}, {"2023-10-26", "4.13"}, {"2023-10-25", "4.12"}, {"2008-09-08", ""},
	} {
		v, ok := LatestAt(day(c.day))
		if v.Number != c.want || ok != (c.want != "") {
			t.Errorf("LatestAt(%s) = %v, %v; want %q", c.day, v, ok, c.want)
		}
	}
	if v, _ := LatestAt(day("2999-01-01")); v != Latest() {
		t.Errorf("the far future has %v, not the latest list", v)
	}
}

func TestVersionFor(t *testing.T) {
	for _, c := range []struct{ id, name, day, want string }{
		{"CWE-79", "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')", "2024-01-21", "4.13"},
		{"CWE-596", "Incorrect Semantic Object Comparison", "2024-01-21", "3.0"},   // renamed since
		{"CWE-1419", "Incorrect Initialization of Resource", "2020-01-01", "4.13"}, // not yet there: the first that has it
		{"CWE-79", "Cross-site Scripting", "2024-01-21", ""},
		{"CWE-1", "", "2024-01-21", ""},
	} {
		v, ok := VersionFor(c.id, c.name, day(c.day))
		if v.Number != c.want || ok != (c.want != "") {
			t.Errorf("VersionFor(%s, %s, %s) = %v, %v; want %q", c.id, c.name, c.day, v, ok, c.want)
		}
	}
}

// TestVersionsAscend holds the order on which every search in the table relies.
func TestVersionsAscend(t *testing.T) {
	all := Versions()
	if len(all) < 57 || all[0].Number != "1.0" {
		t.Fatalf("%d versions, the first is %v", len(all), all[0])
	}
	for i := 1; i < len(all); i++ {
		if all[i-1].Date.After(all[i].Date) {
			t.Errorf("%v is after %v", all[i-1], all[i])
		}
	}
	for _, e := range load().entries {
		if e.from > e.to || e.Name == "" {
			t.Errorf("bad entry %+v", e)
		}
	}
}

func FuzzLookup(f *testing.F) {
	f.Add("4.13", "CWE-79")
	f.Add("", "CWE-0")
	f.Fuzz(func(t *testing.T, version, id string) {
		if w, ok := Lookup(version, id); ok && (w.Name == "" || !Known(version)) {
			t.Errorf("Lookup(%q, %q) = %+v", version, id, w)
		}
		Newest(id)
	})
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		Lookup("4.13", "CWE-787")
	}
}
