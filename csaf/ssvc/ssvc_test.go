package ssvc

import (
	"testing"
	"time"
)

func TestParseNamespace(t *testing.T) {
	for _, c := range []struct {
		in                   string
		base                 string
		kind                 Kind
		extended, translated bool
	}{
		{"ssvc", "ssvc", Registered, false, false},
		{"nist#800-30", "nist#800-30", Registered, false, false},
		{"ssvc/de-DE", "ssvc", Registered, true, true},
		{"ssvc//.example.isac#water", "ssvc", Registered, true, false},
		{"ssvc//.example.isac#water/pl-PL", "ssvc", Registered, true, true},
		{"ssvc//.example.isac$ja", "ssvc", Registered, true, true},
		{"x_example.isac#water", "x_example.isac#water", Unregistered, false, false},
		{"test", "test", Testing, false, false},
		{"example#doc", "example#doc", Documentation, false, false},
		{"invalid", "invalid", Invalid, false, false},
		{"nobody", "nobody", Unknown, false, false},
	} {
		ns := ParseNamespace(c.in)
		if ns.Base != c.base || ns.Kind != c.kind || ns.Extended() != c.extended || ns.Translated() != c.translated {
			t.Errorf("%s: %+v extended %v translated %v", c.in, ns, ns.Extended(), ns.Translated())
		}
	}
}

func TestLatestAt(t *testing.T) {
	versions := Versions("ssvc", "SI")
	if len(versions) < 3 {
		t.Fatalf("%d versions of Safety Impact, want at least 3", len(versions))
	}
	for day, want := range map[string]string{"2023-12-01": "1.0.0", "2024-03-01": "2.0.0", "2025-10-01": "2.0.1"} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := LatestAt(versions, at); !ok || got.Version != want {
			t.Errorf("newest on %s: %s, want %s", day, got.Version, want)
		}
	}
	if p, ok := LatestAt(versions, time.Time{}); ok {
		t.Errorf("version %s in the year 1", p.Version)
	}
	if Versions("ssvc", "nothing") != nil {
		t.Error("a decision point that does not exist has versions")
	}
}

func TestCompareVersions(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"1.0.0", "1.0.0", 0}, {"1.9.7", "2.0.0", -1}, {"1.10.0", "1.9.0", 1}, {"2", "2.0.0", 0}} {
		if got := CompareVersions(c.a, c.b); (got < 0) != (c.want < 0) || (got > 0) != (c.want > 0) {
			t.Errorf("%s against %s: %d", c.a, c.b, got)
		}
	}
}
