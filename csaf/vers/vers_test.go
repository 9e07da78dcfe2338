package vers

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in        string
		parses    bool
		canonical bool
	}{
		{"vers:intdot/<4.2.0", true, true},
		{"vers:npm/>=2.2.0|<2.3.0", true, true},
		{"vers:npm/1.2.3|>=2.0.0|<5.0.0", true, true},
		{"vers:gem/>=2.2.0|!=2.2.1|<2.3.0", true, true},
		{"vers:tomee/>=8.0.0-M1|<=8.0.1", true, true},
		{"vers:all/*", true, true},
		{"vers:none/*", true, true},
		{"vers:maven/>=1.0.0-beta1|<=1.7.5|>=7.0.0-M1|<=7.0.7|>=7.1.0|<=7.1.2|>=8.0.0-M1|<=8.0.1", true, true},
		{"vers:semver/<2.1.0|>4.2.0|<=5.4.18", true, true},
		{"vers:intdot/<2.1.0|>4.2.0|!=5.1|!=6.3.0|!=9.17.4", true, true},
		{"vers:npm/1.0%252F0", true, true},
		{"vers:datetime/>2024-01-01T00:00:00Z", true, true},
		{"vers:unheardof/>2|<1", true, true}, // the order is not known
		{"<=2", true, true}, {"<V3.0.29", true, true}, {">abc|<=def", true, true}, {"<1.2.0|=4.2.0", true, true},
		{">10.9a|!=10.9c|!=10.9f|<=10.9k", true, true},
		{"<2024-4-pabc0019|>2024-10-pefd0010|<2024-12-pjkl2010|>2024-12-pjkl5010|<=2025-1-pghi1001", true, true},
		{"vers:/all", true, true}, // not a VERS, but a version in a vls

		{"vers:npm/2|1", true, false}, {"vers:npm/>=2.0.0|<1.0.0", true, false}, {">2|<1", true, false},
		{"vers:npm/1|1", true, false}, {"vers:pypi/1.0|1.0.0", true, false}, {"a|!=a", true, false},
		{"vers:npm/>1|>2", true, false}, {"vers:npm/<1|<2", true, false}, {"vers:npm/1|<2", true, false},
		{"vers:npm/>1|!=2|>=3", true, false}, {"vers:npm/=1", true, false},
		{"vers:NPM/1", true, false}, {"vers:n+m/1", true, false}, {"vers:all/1", true, false},
		{"vers:npm/1%2e0", true, false}, {"vers:npm/1%2E0", true, false}, {"vers:npm/%3c1", true, false},
		{"vers:semver/1.0", true, false}, {"vers:semver/01.0.0", true, false}, {"vers:datetime/2024-01-01t00:00:00z", true, false},
		{"vers:datetime/2024-01-01T00%3A00%3A00Z", true, false},

		{"", false, false}, {"all versions", false, false}, {"<= 2024.04", false, false}, {"1.0\t", false, false},
		{"vers:npm/ >= 2.2.0| <2.3.0", false, false}, {"vers:npm/|1", false, false}, {"1||2", false, false}, {"1|", false, false},
		{"<", false, false}, {"vers:npm/>=*", false, false}, {"vers:npm/*|1", false, false}, {"*", false, false},
		{"1=2", false, false}, {"<<2", false, false}, {"~>2!", false, false}, {"1%2G", false, false}, {"1%", false, false}, {"バージョン1", false, false},
	} {
		r, err := Parse(c.in)
		if (err == nil) != c.parses {
			t.Errorf("Parse(%q): %v", c.in, err)
			continue
		}
		if err == nil {
			if check := r.Check(); (check == nil) != c.canonical {
				t.Errorf("Check(%q): %v", c.in, check)
			}
		}
	}
}

func mustParse(t *testing.T, s string) Range {
	t.Helper()
	r, err := Parse(s)
	if err != nil {
		t.Fatalf("Parse(%q): %v", s, err)
	}
	return r
}

func TestSingleAndUpperOpen(t *testing.T) {
	for _, c := range []struct{ in, single, open string }{
		{"vers:intdot/4.2.0", "4.2.0", ""}, {"=4.2", "4.2", ""}, {"vers:npm/1%25", "1%", ""}, {">=1.0|<=1.0", "1.0", ""},
		{"vers:intdot/<4.2.0", "", ""}, {"1|2", "", ""}, {"!=1", "", ""}, {"vers:all/*", "", ""},
		{"vers:intdot/>=4.2.0", "", "4.2.0"}, {">=4.2.0", "", "4.2.0"}, {"<1.2.0|>=4.2.0", "", "4.2.0"},
		{"vers:intdot/<2.1.0|>4.2.0|!=5.1|!=6.3.0|!=9.17.4", "", "4.2.0"},
		{"vers:semver/<2.1.0|>4.2.0|<=5.4.18", "", ""}, {"<1.2.0|=4.2.0", "", ""},
		{"<5|>2", "", ""}, // unsorted: it is >2|<5
	} {
		r := mustParse(t, c.in)
		if v, ok := r.Single(); v != c.single || ok != (c.single != "") {
			t.Errorf("%s: Single = %q, %v", c.in, v, ok)
		}
		if v, ok := r.UpperOpen(); ok != (c.open != "") || ok && v.Version != c.open {
			t.Errorf("%s: UpperOpen = %+v, %v", c.in, v, ok)
		}
	}
}

func TestContains(t *testing.T) {
	for _, c := range []struct {
		in  string
		yes []string
		not []string
	}{
		{"vers:npm/1.2.3|>=2.0.0|<5.0.0", []string{"1.2.3", "2.0.0", "4.9.9"}, []string{"1.2.4", "5.0.0", "0.1.0", "1.2.3-rc.1"}},
		{"<2|!=1.5|>3|<=4", []string{"1", "1.4", "3.1", "4"}, []string{"1.5", "2", "3", "4.1"}},
		{">2.1.0|<3.16.0|>3.16.0|<4.2.0", []string{"2.2", "3.17"}, []string{"3.16.0", "4.2.0"}},
		{">2.1.0|<4.2.0", []string{"2.4.0", "3.16.0"}, []string{"17.4.0"}},
		{"vers:all/*", []string{"anything"}, nil},
		{"vers:none/*", nil, []string{"anything"}},
		{"vers:unheardof/>=1|<2", []string{"1"}, []string{"1.5", "2"}},
		{"vers:deb/<7.88.1-10+deb12u12", []string{"7.88.1-10+deb12u5", "7.88.1-10~"}, []string{"7.88.1-10+deb12u12", "1:1"}},
	} {
		r := mustParse(t, c.in)
		for _, v := range c.yes {
			if !r.Contains(v) {
				t.Errorf("%s does not contain %s", c.in, v)
			}
		}
		for _, v := range c.not {
			if r.Contains(v) {
				t.Errorf("%s contains %s", c.in, v)
			}
		}
	}
}

func TestOverlaps(t *testing.T) {
	for _, c := range []struct {
		a, b        string
		overlap, ok bool
	}{
		{"vers:intdot/>2.1.0|<4.2.0", "vers:intdot/>1.2.0|<2.4.0", true, true},
		{"vers:intdot/>2.4.0|<4.2.0", "vers:intdot/>1.2.0|<2.1.0", false, true},
		{"vers:intdot/>2.1.0|<4.2.0", "vers:intdot/>1.2.0|<=2.1.0", false, true},
		{"vers:intdot/>=2.1.0|<4.2.0", "vers:intdot/>1.2.0|<=2.1.0", true, true},
		{"vers:intdot/>=2.1.0|!=2.1.0|<4.2.0", "vers:intdot/>1.2.0|<=2.1.0", false, true},
		{">2.1.0|<4.2.0", ">1.2.0|<2.4.0", true, true},
		{">=2.4.0|<4.2.0", ">1.2.0|<2.4.0", false, true},
		{"vers:npm/>1", "vers:npm/<2", true, true},
		{"vers:npm/>2", "vers:npm/<2", false, true},
		{"vers:npm/1|3", "vers:npm/2|3", true, true},
		{"vers:npm/1|3", "vers:npm/2|4", false, true},
		{"vers:npm/1", "vers:all/*", true, true},
		{"vers:npm/1", "vers:none/*", false, true},
		{"vers:npm/>1", "vers:pypi/>1", false, false},
		{"vers:unheardof/>1", "vers:unheardof/>1", false, false},
		{"vers:deb/>1~rc1|<1", "=1~rc2", true, true},
	} {
		a, b := mustParse(t, c.a), mustParse(t, c.b)
		for range 2 {
			if overlap, ok := a.Overlaps(b); overlap != c.overlap || ok != c.ok {
				t.Errorf("%s and %s: %v, %v", c.a, c.b, overlap, ok)
			}
			a, b = b, a
		}
	}
}

// TestCompare gives each type versions in ascending order; "=" before one says
// that it equals the one before it.
func TestCompare(t *testing.T) {
	for typ, list := range map[string]string{
		"":              "1.0-alpha 1.0-beta 1.0-rc1 1.0 =v1.0 =1.0.0 1.0a 1.0b 1.0.1 1.2 1.10 2024-4-pabc 2024-10-pabc",
		"alpm":          "1.0a 1.0b 1.0beta 1.0p 1.0pre 1.0rc 1.0 =1.0-1 1.0.a 1.0.1 1:0.1",
		"apk":           "0.1_alpha 0.1_beta2 0.1_rc 0.1 0.1-r1 0.1_p1 0.1a 0.2 0.10",
		"composer":      "1.0-dev 1.0-alpha2 1.0-beta 1.0-RC1 1.0 =v1.0.0 1.0-patch1 1.1",
		"conan":         "1 =1.0.0 1.1-alpha.1 1.1 1.1+b1 1.1.a 1.3 1.22",
		"cpan":          "1.02 1.023 =v1.23.0 1.1 v1.200.1",
		"datetime":      "2024-01-01T00:00:00Z =2024-01-01T01:00:00+01:00 2024-01-01T00:00:00.5Z 2024-06-01T00:00:00Z",
		"deb":           "1.0~rc1 1.0 =0:1.0 1.0-0.1 1.0-1 1.0a 1.0+b1 1.2 1.10 1:0.1",
		"gem":           "1.a 1.0.rc1 1 =1.0.0 1.0.1 1.10",
		"gentoo":        "1_alpha 1_alpha2 1_rc 1 =1-r0 1-r1 1_p 1b 1.01 1.1",
		"golang":        "v1.0.0-rc.1 v1.0.0 =1.0.0+incompatible v1.2.0 v1.10.0",
		"hackage":       "1 1.0 1.0.0 1.1 1.10",
		"intdot":        "1 =1.0 =01.0.0 1.2 1.10 10.234.5.12",
		"lexicographic": "1 10 2 A a é",
		"maven":         "1-alpha-1 =1-a1 1-beta 1-rc =1-cr 1-snapshot 1 =1.0.0 =1-ga 1-sp 1-abc 1-1 1.0.1 1.1",
		"npm":           "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1",
		"nuget":         "1.0.0-beta =1.0.0-BETA 1.0.0 =1.0 1.0.0.1 1.1",
		"openssl":       "0.9.8 0.9.8a 0.9.8zh 1.0.1f 1.1.1 3.0.0-beta1 3.0.0 3.0.12",
		"pypi":          "1.dev1 1a1 1b1 1rc1 =1.0-rc.1 1 =v1.0.0 1+local 1.post1 =1-1 1.1 1!0.1",
		"rpm":           "1.0~rc1 1.0 =1.0-1 1.0^git1 1.0a 1.0.1 1.10 1:0.1",
	} {
		versions := strings.Fields(list)
		rank := make([]int, len(versions))
		for i, v := range versions {
			if i > 0 {
				rank[i] = rank[i-1] + 1
			}
			if after, ok := strings.CutPrefix(v, "="); ok {
				versions[i], rank[i] = after, rank[i-1]
			}
		}
		for i, a := range versions {
			for j, b := range versions {
				d, ok := Compare(typ, a, b)
				if !ok || sign(d) != sign(rank[i]-rank[j]) {
					t.Errorf("%s: Compare(%q, %q) = %d, %v", typ, a, b, d, ok)
				}
			}
		}
	}
	if _, ok := Compare("unheardof", "1", "2"); ok || Supported("unheardof") || Registered("hex") || !Registered("intdot") {
		t.Error("the types known are not those listed")
	}
}

func sign(n int) int { return min(1, max(-1, n)) }

// FuzzCompare holds that the order of each type is an order: antisymmetric for
// all, and no version before itself.
func FuzzCompare(f *testing.F) {
	f.Add("1.0-rc1", "1.0.0~a", "1!2.post3")
	f.Add("1.0^a", "1..x-0", "v_-")
	types := slices.Concat([]string{""}, slices.Sorted(maps.Keys(registered)), slices.Sorted(maps.Keys(others)))
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, typ := range types {
			x, _ := Compare(typ, a, b)
			y, _ := Compare(typ, b, a)
			if sign(x) != -sign(y) {
				t.Errorf("%s: %q and %q: %d and %d", typ, a, b, x, y)
			}
			if z, _ := Compare(typ, c, c); z != 0 {
				t.Errorf("%s: %q is not equal to itself", typ, c)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"vers:npm/1.2.3|>=2.0.0|<5.0.0", "<2|!=1.5|>3", "vers:all/*", "vers:deb/1%25|2"} {
		f.Add(s, "1.5")
	}
	f.Fuzz(func(t *testing.T, s, version string) {
		r, err := Parse(s)
		if err != nil {
			return
		}
		r.Check()
		r.UpperOpen()
		in := r.Contains(version)
		point := Range{Type: r.Type, scheme: r.scheme, Constraints: []Constraint{{Version: version}}}
		if overlap, ok := r.Overlaps(point); ok && overlap != in {
			t.Errorf("%q contains %q: %v, overlaps it: %v", s, version, in, overlap)
		}
		if v, ok := r.Single(); ok && !r.Contains(v) {
			t.Errorf("%q does not contain its only version %q", s, v)
		}
	})
}

// TestOverlapsByCounting compares Contains and Overlaps with what counting says,
// on ranges of small numbers in any order. Half numbers stand for the versions
// between.
func TestOverlapsByCounting(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	random := func() string {
		var list []string
		for _, v := range rnd.Perm(9)[:1+rnd.IntN(5)] {
			list = append(list, []string{"", "!=", "<", "<=", ">", ">="}[rnd.IntN(6)]+strconv.Itoa(v))
		}
		return "vers:intdot/" + strings.Join(list, "|")
	}
	for range 20_000 {
		a, b := mustParse(t, random()), mustParse(t, random())
		common := false
		for half := range 20 {
			v := strconv.Itoa(half/2) + "." + strconv.Itoa(half%2)
			inA, inB := counted(a, half), counted(b, half)
			if a.Contains(v) != inA {
				t.Fatalf("%v contains %s: %v", a.Constraints, v, !inA)
			}
			common = common || inA && inB
		}
		if inA, inB := counted(a, -1), counted(b, -1); inA && inB {
			common = true
		}
		if got, ok := a.Overlaps(b); got != common || !ok {
			t.Fatalf("%v and %v overlap: %v, %v", a.Constraints, b.Constraints, got, ok)
		}
	}
}

// counted decides by the walk through the sorted constraints that the VERS
// specification describes. Versions are counted in halves.
func counted(r Range, half int) bool {
	in, first := false, true
	for _, c := range r.sorted() {
		n, _ := strconv.Atoi(c.Version)
		d := half - 2*n
		switch {
		case c.Comparator == NotEqual && d == 0:
			return false
		case c.Comparator == Equal && d == 0:
			in = true
		case c.isUpper() && first:
			in = in || d < 0 || d == 0 && c.includes()
			first = false
		}
		if c.isLower() {
			first = false
		}
	}
	begun, low := false, Constraint{}
	for _, c := range r.sorted() {
		n, _ := strconv.Atoi(c.Version)
		switch {
		case c.isLower() && !begun:
			begun, low = true, c
		case c.isUpper() && begun:
			from, _ := strconv.Atoi(low.Version)
			in = in || (half > 2*from || half == 2*from && low.includes()) && (half < 2*n || half == 2*n && c.includes())
			begun = false
		}
	}
	if begun {
		from, _ := strconv.Atoi(low.Version)
		in = in || half > 2*from || half == 2*from && low.includes()
	}
	return in
}

func TestSortedKeepsTheRange(t *testing.T) {
	r := mustParse(t, "<5|>2")
	if got := r.sorted(); got[0].Version != "2" || !slices.Equal(r.Constraints, mustParse(t, "<5|>2").Constraints) {
		t.Errorf("sorted = %v, constraints = %v", got, r.Constraints)
	}
}

func BenchmarkCheck(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		r, _ := Parse("vers:npm/1.2.3|>=2.0.0|<5.0.0")
		r.Check()
	}
}
