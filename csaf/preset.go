package csaf

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Presets are the names of the presets for a version of the standard
// (section 6.4 of CSAF 2.1; for 2.0 those that its validators use).
func Presets(v Version) []string {
	out := []string{"schema", "basic", "extended", "full", "mandatory"}
	if v == V20 {
		return append(out, "optional", "informative")
	}
	return append(out, "recommended", "informative", "additional", "external-request-free",
		"consistent-revision-history", "consistent-date-times", "ssvc", "extensions", "extensions-exist")
}

// tier presets by the beginnings of test ids; "recommended" is the name in 2.1
// of what 2.0 calls "optional", and each works for both.
var tierPresets = map[string][]string{
	"schema":                {"schema"},
	"mandatory":             {"6.1."},
	"optional":              {"6.2."},
	"recommended":           {"6.2."},
	"informative":           {"6.3."},
	"basic":                 {"schema", "6.1."},
	"extended":              {"schema", "6.1.", "6.2."},
	"full":                  {"schema", "6.1.", "6.2.", "6.3."},
	"external-request-free": {"schema", "6.1.", "6.2.", "6.3."},
	"additional":            {}, // this validator has no tests of its own
}

// networkTests are left out of the preset external-request-free.
var networkTests = []string{"6.3.6", "6.3.7"}

// listPresets are the presets of 2.1 that list their tests.
var listPresets = map[string][]string{
	"consistent-revision-history": {
		"6.1.14", "6.1.18", "6.1.19", "6.1.21", "6.1.22", "6.1.37",
		"6.2.4", "6.2.5", "6.2.6", "6.2.21", "6.2.33",
	},
	"consistent-date-times": {"6.1.37", "6.1.45", "6.1.49", "6.1.51", "6.1.52", "6.1.53"},
	"ssvc": {
		"6.1.46", "6.1.47", "6.1.48", "6.1.49", "6.2.3",
		"6.2.34", "6.2.35", "6.2.36", "6.2.37", "6.3.13", "6.3.14", "6.3.15",
	},
	"extensions": slices.Concat([]string{
		"6.1.60.1", "6.1.60.2", "6.1.60.3", "6.2.39.5",
		"6.2.54.1", "6.2.54.2", "6.2.54.3", "6.2.54.4", "6.3.21.1", "6.3.21.2",
	}, extensionsExist),
	"extensions-exist": extensionsExist,
}

var extensionsExist = []string{
	"6.3.21.3", "6.3.21.4", "6.3.21.5", "6.3.21.6", "6.3.21.7", "6.3.21.8", "6.3.21.9",
}

// TestIDs are the ids of the tests that a preset has in a version, in order.
func TestIDs(v Version, preset string) ([]string, error) {
	checks, err := selection(v, preset, nil)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, k := range checks {
		out = append(out, k.id)
	}
	return out, nil
}

// selection gives the checks of a preset and a list of tests, in order. An
// empty preset adds nothing.
func selection(v Version, preset string, tests []string) ([]*check, error) {
	prefixes, isTier := tierPresets[preset]
	list, isList := listPresets[preset]
	if preset != "" && !isTier && (!isList || v == V20) {
		return nil, fmt.Errorf("preset %q is not known for CSAF %s; use one of %s", preset, v, strings.Join(Presets(v), ", "))
	}
	wanted := func(id string) bool {
		if preset == "external-request-free" && slices.Contains(networkTests, id) {
			return false
		}
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(id, p) }) ||
			slices.Contains(list, id)
	}
	bit := v20
	if v == V21 {
		bit = v21
	}
	var out []*check
	known := map[string]bool{}
	for _, table := range tables() {
		for i := range table {
			k := &table[i]
			known[k.id] = true
			if k.in&bit != 0 && (wanted(k.id) || slices.Contains(tests, k.id)) {
				out = append(out, k)
			}
		}
	}
	for _, id := range tests {
		if !known[id] {
			return nil, fmt.Errorf("test %q is not known", id)
		}
	}
	slices.SortFunc(out, func(a, b *check) int { return compareIDs(a.id, b.id) })
	return out, nil
}

// compareIDs orders test ids as the standard does: 6.1.9 before 6.1.10, and
// "schema" before all.
func compareIDs(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		n, errN := strconv.Atoi(x)
		m, errM := strconv.Atoi(y)
		if errN != nil || errM != nil {
			return cmp.Compare(btoi(errN == nil), btoi(errM == nil))
		}
		if n != m {
			return cmp.Compare(n, m)
		}
	}
	return cmp.Compare(len(a), len(b))
}
