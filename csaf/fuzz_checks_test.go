package csaf_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"nakodo/csaf"
	"nakodo/csaf/catalogue"
)

// FuzzChecks runs all tests on documents of any shape. No check may panic,
// and the same document must always get the same findings.
func FuzzChecks(f *testing.F) {
	c, err := catalogue.Load()
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range c.Entries() {
		for _, x := range e.Examples {
			doc, err := x.Document()
			if err != nil {
				f.Fatal(err)
			}
			f.Add(doc)
		}
	}
	v, err := csaf.NewValidator(csaf.Options{Preset: "full", Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		tree, err := csaf.Parse(doc)
		if err != nil {
			return
		}
		first, err := v.Validate(tree)
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range first.Findings {
			if finding.Test == "" || finding.Message == "" {
				t.Errorf("a finding says nothing: %+v", finding)
			}
		}
		if again, _ := v.Validate(tree); !reflect.DeepEqual(first, again) {
			t.Errorf("two judgements differ:\n%v\n%v", first, again)
		}
	})
}

// TestChecksSurviveAnyShape puts a value of another kind in every place of
// every example, one after another: no check may panic where the schema is
// violated.
func TestChecksSurviveAnyShape(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	c, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	v, err := csaf.NewValidator(csaf.Options{Preset: "full"})
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for i, e := range c.Entries() {
		doc, err := e.Examples[0].Document()
		if err != nil {
			t.Fatal(err)
		}
		var root any
		if err := json.Unmarshal(doc, &root); err != nil {
			t.Fatal(err)
		}
		n := i
		everyPlace(root, func(put func(any), old any) {
			put(strange[n%len(strange)])
			n++
			judgeValue(t, v, root)
			put(old)
			judged++
		})
	}
	t.Logf("%d documents judged", judged)
}

var strange = []any{
	nil, true, -1, "", "x", []any{}, map[string]any{}, []any{nil, "", 7, []any{}, map[string]any{"": nil}},
	map[string]any{"product_id": 1, "category": nil, "branches": "", "products": map[string]any{}, "x_extensions": []any{1}},
	"9999-99-99T99:99:99Z", "vers:/", "cpe:2.3:", "pkg:", "0", "1.0.0-", "x_", "CWE-", "LicenseRef-", "\u0000\U0010ffff",
}

// everyPlace visits all values below a value with the means to replace them.
func everyPlace(v any, visit func(put func(any), old any)) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			old := v[key]
			visit(func(x any) { v[key] = x }, old)
			everyPlace(old, visit)
		}
	case []any:
		for i, old := range v {
			visit(func(x any) { v[i] = x }, old)
			everyPlace(old, visit)
		}
	}
}

func judgeValue(t *testing.T, v *csaf.Validator, value any) {
	doc, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("%v in %s", p, doc)
		}
	}()
	tree, err := csaf.Parse(doc)
	if err != nil {
		t.Fatalf("%v: %s", err, doc)
	}
	if _, err := v.Validate(tree); err != nil {
		t.Fatal(err)
	}
}
