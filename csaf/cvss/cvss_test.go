package cvss

import (
	"testing"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"
)

func TestScores(t *testing.T) {
	for _, c := range []struct {
		vector                        string
		base, temporal, environmental float64
	}{
		{"AV:N/AC:L/Au:N/C:C/I:C/A:C", 10, 10, 10},
		{"AV:N/AC:L/Au:N/C:C/I:C/A:C/E:POC", 10, 9, 9},
		{"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 7.8, 6.4, 9.2}, // example of the guide, 3.3.1
		{"A:C/C:C/I:C/Au:N/AC:L/AV:N", 10, 10, 10},                                             // in any order
		{"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10, 10, 10},
		{"CVSS:3.1/AV:L/AC:L/PR:H/UI:R/S:U/C:H/I:H/A:H", 6.5, 6.5, 6.5},
		{"CVSS:3.1/A:H/I:H/C:H/S:U/UI:R/PR:H/AC:L/AV:L/MC:N/MI:N/MA:N", 6.5, 6.5, 0},
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C", 9.8, 8.8, 8.8},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10, 10, 10},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:P", 9.3, 9.3, 9.3},
	} {
		v, err := Parse(c.vector)
		if err != nil {
			t.Errorf("%s: %v", c.vector, err)
		} else if s := v.Scores(); s != (Scores{c.base, c.temporal, c.environmental}) {
			t.Errorf("%s: %+v", c.vector, s)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", "CVSS:3.1", "CVSS:3.1/", "CVSS:5.0/AV:N", "AV:N", "AV:N/AC:L/Au:N/C:C/I:C/A:C/A:C", "AV:N/AC:L/Au:N/C:C/I:C/A:X",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/XX:H",
		"CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
	} {
		if v, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %+v", s, v)
		}
	}
}

func TestProperties(t *testing.T) {
	v, err := Parse("CVSS:3.1/AV:A/AC:L/PR:H/UI:R/S:U/C:H/I:H/A:H/MC:N")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"attackVector": "ADJACENT_NETWORK", "modifiedConfidentialityImpact": "NONE", "modifiedScope": "", "accessVector": ""} {
		if got, ok := v.Property(name); got != want || ok != (want != "") {
			t.Errorf("Property(%s) = %q, %v", name, got, ok)
		}
	}
	n := 0
	for range v.Properties {
		n++
	}
	over := v.With("modifiedIntegrityImpact", "NONE").With("modifiedAvailabilityImpact", "NONE").With("attackVector", "LOCAL").With("scope", "X").With("x", "y")
	if got, _ := over.Property("attackVector"); n != 9 || got != "ADJACENT_NETWORK" || over.Scores().Environmental != 0 {
		t.Errorf("%d properties, %q, %+v", n, got, over.Scores())
	}
}

// TestTablesFitTheLibrary holds that the library takes each value of the
// tables: Vector.fill ignores its errors.
func TestTablesFitTheLibrary(t *testing.T) {
	for _, c := range []struct {
		metrics []metric
		to      setter
	}{{metrics20, &gocvss20.CVSS20{}}, {metrics3x, &gocvss31.CVSS31{}}, {metrics40, &gocvss40.CVSS40{}}} {
		for _, m := range c.metrics {
			for _, x := range m.values {
				if err := c.to.Set(m.abbrev, x.abbrev); err != nil {
					t.Errorf("%s:%s: %v", m.abbrev, x.abbrev, err)
				}
			}
		}
	}
	if len(metrics40) > len(Vector{}.given) {
		t.Error("a vector has no room for all metrics")
	}
}

func TestSeverity(t *testing.T) {
	for score, want := range map[float64]string{0: "NONE", 0.1: "LOW", 3.9: "LOW", 4: "MEDIUM", 6.9: "MEDIUM", 7: "HIGH", 8.9: "HIGH", 9: "CRITICAL", 10: "CRITICAL"} {
		if got := Severity(score); got != want {
			t.Errorf("Severity(%v) = %s", score, got)
		}
	}
}

// FuzzParse holds that our reading and the library's agree wherever the
// library reads a vector at all.
func FuzzParse(f *testing.F) {
	f.Add("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/MS:C")
	f.Add("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:P/U:Clear")
	f.Add("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H")
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Parse(s)
		scores := v.Scores()
		if lib, e := gocvss31.ParseVector(s); e == nil && (err != nil || lib.BaseScore() != scores.Base || lib.EnvironmentalScore() != scores.Environmental) {
			t.Errorf("%q: %v, %+v", s, err, scores)
		}
		if lib, e := gocvss40.ParseVector(s); e == nil && (err != nil || lib.Score() != scores.Base) {
			t.Errorf("%q: %v, %+v", s, err, scores)
		}
	})
}

func BenchmarkScores(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		v, _ := Parse("CVSS:3.1/AV:L/AC:L/PR:H/UI:R/S:U/C:H/I:H/A:H")
		v.Scores()
	}
}
