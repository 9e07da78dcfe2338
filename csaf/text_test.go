package csaf

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-31T09:00:00Z":           "2026-01-31T09:00:00Z",
		"2026-01-31t09:00:00.5z":         "2026-01-31T09:00:00.5Z",
		"2026-01-31T09:00:00+09:00":      "2026-01-31T00:00:00Z",
		"2026-01-31T23:30:00-01:00":      "2026-02-01T00:30:00Z",
		"2024-02-29T00:00:00Z":           "2024-02-29T00:00:00Z",
		"2016-12-31T23:59:60Z":           "2017-01-01T00:00:00Z",
		"2026-01-31T09:00:00.123456789Z": "2026-01-31T09:00:00.123456789Z",
		"2026-02-29T00:00:00Z":           "", "2100-02-29T00:00:00Z": "", "2026-13-01T00:00:00Z": "", "2026-00-01T00:00:00Z": "",
		"2026-01-01T24:00:00Z": "", "2026-01-01T00:60:00Z": "", "2026-01-01T00:00:61Z": "", "2026-01-01T00:00:00": "",
		"2026-01-01T00:00:00.Z": "", "2026-01-01 00:00:00Z": "", "2026-01-01": "", "": "", "2026-01-01T00:00:00+24:00": "",
		"2026-01-01T00:00:00+0900": "", "2O26-01-01T00:00:00Z": "", "2026-01-01T00:00:00Zx": "",
	} {
		got, ok := parseTime(text)
		if ok != (want != "") {
			t.Errorf("%q: ok %v", text, ok)
		} else if ok && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q: %s, want %s", text, got.Format(time.RFC3339Nano), want)
		}
	}
}

func TestLeapSecond(t *testing.T) {
	for text, want := range map[string]bool{
		"2016-12-31T23:59:60Z": true, "2017-01-01T08:59:60+09:00": true, "2016-12-31T18:59:60-05:00": true,
		"2016-12-31T23:58:60Z": false, "2016-12-31T23:59:60+09:00": false,
	} {
		if got := isDateTime(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestDocVersion(t *testing.T) {
	ascending := []string{
		"0", "0.1.0", "0.9.5", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
		"1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2", "10", "99999999999999999999999",
	}
	for i, a := range ascending {
		for j, b := range ascending {
			got := parseDocVersion(a).compare(parseDocVersion(b))
			if sign(got) != sign(i-j) {
				t.Errorf("compare(%s, %s) = %d", a, b, got)
			}
		}
	}
	for _, same := range [][2]string{{"1", "1.0.0"}, {"1.0.0+a", "1.0.0+b"}} {
		if d := parseDocVersion(same[0]).compare(parseDocVersion(same[1])); d != 0 {
			t.Errorf("compare(%v) = %d", same, d)
		}
	}
	for _, bad := range []string{"", "01", "1.0", "1.0.0.0", "v1.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", "1.0.0-a..b", "1.0.0 ", "-1"} {
		if parseDocVersion(bad).ok {
			t.Errorf("%q is taken for a version", bad)
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func TestURI(t *testing.T) {
	for text, want := range map[string]bool{
		"https://example.com/": true, "https://example.com": true, "urn:isbn:1": true, "mailto:a@b.example": true,
		"https://u:p@example.com:8443/a%20b?c=d#e": true, "https://[2001:db8::1]:80/": true, "https://[v7.a:b]/": true,
		"pkg:maven/a/b@1?c=d": true, "http://example.com/a(b)": true, "file:///etc/x": true, "a:": true,
		"": false, "example.com": false, "/a": false, "https://example.com/a b": false, "https://exa mple.com": false,
		"https://example.com/%zz": false, "https://example.com/é": false, "https://[::1": false, "https://[1.2.3.4]/": false,
		"https://a:b/": false, "1a:b": false, "https://example.com/#a#b": false, "https://example.com/<x>": false, "https://example.com/{x}": false,
	} {
		if got := isURI(text); got != want {
			t.Errorf("isURI(%q) = %v", text, got)
		}
	}
}

func TestFileName(t *testing.T) {
	for id, want := range map[string]string{
		"cisco-sa-20190513-secureboot":  "cisco-sa-20190513-secureboot.json",
		"Example Company - 2019-YH3234": "example_company_-_2019-yh3234.json",
		"RHBA-2019:0024":                "rhba-2019_0024.json",
		"2022_#01-A":                    "2022_01-a.json",
		"日本":                            "_.json",
	} {
		if got := FileName(id); got != want {
			t.Errorf("FileName(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestVersionOf(t *testing.T) {
	for text, want := range map[string]Version{
		`{"document":{"csaf_version":"2.0"}}`: V20, `{"document":{"csaf_version":"2.1"}}`: V21,
		`{"document":{"csaf_version":"3.0"}}`: V20, `[]`: V20, `{"document":{"csaf_version":2.1}}`: V20,
		`{"$schema":"` + SchemaURL21 + `"}`: V21, `{"$schema":"` + SchemaURL21 + `","document":{"csaf_version":"2.0"}}`: V20,
	} {
		if got := VersionOf(mustParse(t, text)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestPresets(t *testing.T) {
	for _, c := range []struct {
		version Version
		preset  string
		want    int
	}{
		{V20, "schema", 1}, {V20, "mandatory", 43}, {V20, "optional", 20}, {V20, "recommended", 20}, {V20, "informative", 11},
		{V20, "basic", 44}, {V20, "extended", 64}, {V20, "full", 75}, {V20, "external-request-free", 73}, {V20, "additional", 0},
		{V21, "schema", 1}, {V21, "mandatory", 81}, {V21, "recommended", 62}, {V21, "informative", 34},
		{V21, "basic", 82}, {V21, "extended", 144}, {V21, "full", 178}, {V21, "external-request-free", 176}, {V21, "additional", 0},
		{V21, "consistent-revision-history", 11}, {V21, "consistent-date-times", 6}, {V21, "ssvc", 12}, {V21, "extensions", 17}, {V21, "extensions-exist", 7},
	} {
		ids, err := TestIDs(c.version, c.preset)
		if err != nil || len(ids) != c.want {
			t.Errorf("CSAF %s, preset %s: %d tests, want %d; error %v", c.version, c.preset, len(ids), c.want, err)
		}
	}
	for _, p := range []string{"ssvc", "unknown"} {
		if _, err := TestIDs(V20, p); err == nil {
			t.Errorf("CSAF 2.0 has no preset %s", p)
		}
	}
	if _, err := NewValidator(Options{Tests: []string{"6.9.1"}}); err == nil {
		t.Error("there is no test 6.9.1")
	}
}
