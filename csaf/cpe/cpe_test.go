package cpe

import (
	"regexp"
	"testing"
)

// pattern is that of the CSAF 2.1 schema, which decides what a name is.
var pattern = regexp.MustCompile(`^((cpe:2\.3:[aho\*\-](:(((\?*|\*?)([a-zA-Z0-9\-\._]|(\\[\\\*\?!"#\$%&'\(\)\+,\/:;<=>@\[\]\^` + "`" + `\{\|\}~]))+(\?*|\*?))|[\*\-])){5}(:(([a-zA-Z]{2,3}(-([a-zA-Z]{2}|[0-9]{3}))?)|[\*\-]))(:(((\?*|\*?)([a-zA-Z0-9\-\._]|(\\[\\\*\?!"#\$%&'\(\)\+,\/:;<=>@\[\]\^` + "`" + `\{\|\}~]))+(\?*|\*?))|[\*\-])){4})|([c][pP][eE]:\/[AHOaho]?(:[A-Za-z0-9\._\-~%]*){0,6}))$`)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in    string
		valid bool
	}{
		{"cpe:2.3:h:example:product_a:2.2.0:*:*:de:*:*:*:*", true},
		{`cpe:2.3:a:?\??:*:*:*:*:de:*:*:*:*`, true},
		{`cpe:2.3:a:?\\*:*:*:*:*:de:*:*:*:*`, true},
		{`cpe:2.3:a:???\@\"???:*:*:*:*:de-DE:*:*:*:*`, true},
		{`cpe:2.3:-:a\:b:*:*:-:*:*:*:*:*:*`, true},
		{"cpe:/o:redhat:rhel_aus:7.6::server", true}, {"cpE:/", true}, {"cpe:/A", true}, {"cpe:/a:b:c:d:e:~~pro~linux~x64~:de", true},
		{"cpe:/a:b:%e", true},
		{"", false}, {"cpe", false}, {"CPE:2.3:a:b:c:*:*:*:*:*:*:*:*", false}, {"Cpe:/a", false}, {"cpe:2.3:a:b:c:d", false},
		{"PREFIXcpe:/o:redhat", false}, {"cpe:/o:redhat:rhel_aus:7.6::server::SUFFIX", false}, {"cpe:/x", false}, {"cpe:/ah", false}, {"cpe:/a:b c", false},
		{"cpe:2.3:a:???:*:*:*:*:de:*:*:*:*", false}, {"cpe:2.3:a:?*:*:*:*:*:de:*:*:*:*", false},
		{`cpe:2.3:a:??"???:*:*:*:*:de:*:*:*:*`, false}, {"cpe:2.3:a:b:c:*:*:*:*:*:*:*:*other*?", false}, {"cpe:2.3:a:b:c:*:*:*:*:*:*:*:**", false},
		{"cpe:2.3:a:b:c:*:*:*:german:*:*:*:*", false}, {"cpe:2.3:x:b:c:*:*:*:*:*:*:*:*", false}, {"cpe:2.3:a:b:c:*:*:*:*:*:*:*:*:*", false}, {`cpe:2.3:a:b\c:c:*:*:*:*:*:*:*:*`, false},
	} {
		if _, err := Parse(c.in); (err == nil) != c.valid || pattern.MatchString(c.in) != c.valid {
			t.Errorf("Parse(%q): %v; the pattern says %v", c.in, err, pattern.MatchString(c.in))
		}
	}
}

func TestAttributes(t *testing.T) {
	for in, want := range map[string]map[Attribute]Value{
		`cpe:2.3:a:exa-mple:p*:1.0\+b:-:*:de-DE:*:linux:x64:*`: {
			Part: {Text: "a"}, Vendor: {Text: "exa-mple"}, Product: {Text: "p*", Wild: true}, Version: {Text: "1.0+b"},
			Update: {NA: true}, Edition: {}, Language: {Text: "de-DE"}, TargetSW: {Text: "linux"}, TargetHW: {Text: "x64"},
		},
		"cpe:/A:example:p%02:1.0%2bb:-:~~pro~linux~~:de": {
			Part: {Text: "a"}, Product: {Text: "p*", Wild: true}, Version: {Text: "1.0+b"}, Update: {NA: true}, Edition: {},
			SWEdition: {Text: "pro"}, TargetSW: {Text: "linux"}, TargetHW: {}, Language: {Text: "de"},
		},
	} {
		n, err := Parse(in)
		if err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		for a, v := range want {
			if n[a] != v || v.IsAny() != (v == Value{}) || v.IsSet() != (v.Text != "") {
				t.Errorf("%s: %s is %+v, want %+v", in, a, n[a], v)
			}
		}
	}
}

// FuzzParse holds that the scanner accepts exactly what the pattern accepts.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`cpe:2.3:a:?\??:*:*:*:*:de:*:*:*:*`, "cpe:/a:b:%e", `cpe:2.3:-:a\:b:*:*:-:*:*:*:*:*:*`, "cpe:/a:b:c:d:e:~~pro~linux~x64~:de"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := Valid(s), pattern.MatchString(s); got != want {
			t.Errorf("Valid(%q) = %v, the pattern says %v", s, got, want)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Parse("cpe:2.3:h:example:product_a:2.2.0:*:*:de:*:*:*:*")
	}
}
