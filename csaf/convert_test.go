package csaf

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// convertBase is a valid CSAF 2.0 document: P1 is affected, P2 fixed, P3 not
// affected.
const convertBase = `{
  "document": {
    "category": "csaf_base", "csaf_version": "2.0", "lang": "en",
    "distribution": {"tlp": {"label": "WHITE"}},
    "publisher": {"category": "coordinator", "name": "Example CSIRT", "namespace": "https://csirt.example"},
    "title": "Weak pump", "tracking": {
      "current_release_date": "2024-01-24T10:00:00Z", "id": "EX-1", "initial_release_date": "2024-01-24T10:00:00Z",
      "revision_history": [{"date": "2024-01-24T10:00:00Z", "number": "1", "summary": "First"}], "status": "final", "version": "1"}
  },
  "product_tree": {
    "branches": [{"category": "vendor", "name": "Sakura", "branches": [
      {"category": "product_name", "name": "Pump", "branches": [
        {"category": "product_version", "name": "1.0", "product": {"name": "Sakura Pump 1.0", "product_id": "P1"}},
        {"category": "product_version", "name": "2.0", "product": {"name": "Sakura Pump 2.0", "product_id": "P2"}},
        {"category": "product_version", "name": "3.0", "product": {"name": "Sakura Pump 3.0", "product_id": "P3"}}]}]}],
    "product_groups": [{"group_id": "G1", "product_ids": ["P1", "P2"]}]
  },
  "vulnerabilities": [{
    "cve": "CVE-2024-0001", "notes": [{"category": "summary", "text": "It leaks.", "title": "Vulnerability Summary"}],
    "product_status": {"known_affected": ["P1"], "fixed": ["P2"], "known_not_affected": ["P3"]}
  }]
}`

const (
	versionsOf = "/product_tree/branches/0/branches/0/branches"
	p1         = versionsOf + "/0"
	helper     = p1 + "/product/product_identification_helper"
	vuln0      = "/vulnerabilities/0"
)

// convertNow is after all dates of convertBase.
var convertNow = time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)

type convertCase struct {
	name    string
	set     map[string]string // JSON by pointer, to be set in convertBase; "" removes
	opt     ConvertOptions
	want    map[string]string // JSON by pointer in the result; "" means absent
	warn    []string          // "pointer: words": a warning there with these words
	none    string            // words that no warning may have
	invalid bool

	unresolved bool // there is an error, though the result is valid
}

func runConvertCases(t *testing.T, cases []convertCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			source := edited(t, convertBase, c.set)
			tree, err := Parse([]byte(source))
			if err != nil {
				t.Fatal(err)
			}
			c.opt.Now, c.opt.Invalid = convertNow, true
			doc, warnings, err := Convert20to21(tree, c.opt)
			var invalid *InvalidResultError
			if errors.As(err, &invalid) != c.invalid || doc == nil {
				t.Fatalf("error: %v", err)
			}
			for _, want := range c.warn {
				at, words, _ := strings.Cut(want, ": ")
				if !slices.ContainsFunc(warnings, func(w ConvertWarning) bool {
					return w.Path == at && strings.Contains(w.Message, words) && w.Value == valueAt(t, source, at)
				}) {
					t.Errorf("no warning %q in:\n%v", want, warnings)
				}
			}
			for _, w := range warnings {
				if c.none != "" && strings.Contains(w.Message, c.none) {
					t.Errorf("unexpected warning: %v", w)
				}
				if w.Severity == Error && !c.invalid && !c.unresolved {
					t.Errorf("an error in a valid result: %v", w)
				}
			}
			out, err := doc.Encode()
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range slices.Sorted(maps.Keys(c.want)) {
				if got, want := compactJSON(t, valueAt(t, string(out), at)), compactJSON(t, c.want[at]); got != want {
					t.Errorf("%s is %s, want %s", at, got, want)
				}
			}
		})
	}
}

// edited sets values in a JSON text.
func edited(t *testing.T, text string, set map[string]string) string {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	for _, at := range slices.Sorted(maps.Keys(set)) {
		var v any
		if set[at] != "" {
			if err := json.Unmarshal([]byte(set[at]), &v); err != nil {
				t.Fatalf("%s: %v", set[at], err)
			}
		}
		keys := strings.Split(at, "/")[1:]
		root = place(root, keys, v, set[at] == "")
	}
	out, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func place(in any, keys []string, v any, remove bool) any {
	if len(keys) == 0 {
		return v
	}
	switch in := in.(type) {
	case []any:
		i, _ := strconv.Atoi(keys[0])
		if i == len(in) {
			return append(in, place(map[string]any{}, keys[1:], v, remove))
		}
		in[i] = place(in[i], keys[1:], v, remove)
		return in
	case map[string]any:
		if remove && len(keys) == 1 {
			delete(in, keys[0])
			return in
		}
		next := in[keys[0]]
		if next == nil {
			next = map[string]any{}
		}
		in[keys[0]] = place(next, keys[1:], v, remove)
		return in
	}
	return v
}

// valueAt is the JSON text at a pointer, "" if there is none.
func valueAt(t *testing.T, text, at string) string {
	tree, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	n := tree.Root()
	for _, key := range strings.Split(at, "/")[1:] {
		if i, err := strconv.Atoi(key); err == nil && n.Is(Array) {
			n = n.At(i)
		} else {
			n = n.Get(key)
		}
	}
	return n.Source()
}

// compactJSON writes JSON in one way.
func compactJSON(t *testing.T, s string) string {
	if s == "" {
		return ""
	}
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	out, _ := json.Marshal(v)
	return string(out)
}

func TestConvertRefuses(t *testing.T) {
	for words, text := range map[string]string{
		`"2.1"`:               edited(t, convertBase, map[string]string{"/document/csaf_version": `"2.1"`}),
		`""`:                  `[]`,
		"/document":           `{"document": {"csaf_version": "2.0"}}`,
		"/document/publisher": edited(t, convertBase, map[string]string{"/document/publisher/category": `"nobody"`}),
	} {
		tree, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := Convert20to21(tree, ConvertOptions{}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestConvertCorpus converts all real documents. Those that cannot be are
// documents that break rules which 2.1 made and the converter may not decide:
// ranges that are sentences, and remediations that contradict each other.
func TestConvertCorpus(t *testing.T) {
	valid := 0
	reasons := map[string]int{}
	files := readCorpus(t, "csaf-ics")
	for _, f := range files {
		tree, err := Parse(f.data)
		if err != nil {
			t.Fatal(err)
		}
		doc, warnings, err := Convert20to21(tree, ConvertOptions{Now: convertNow})
		var invalid *InvalidResultError
		switch {
		case err == nil:
			valid++
			mustBeValid21(t, f.name, doc)
		case errors.As(err, &invalid):
			for _, found := range invalid.Findings {
				reasons[found.Test]++
			}
		default:
			t.Errorf("%s: %v", f.name, err)
		}
		for _, w := range warnings {
			if n := nodeAt(tree, w.Path); n.Pointer() != w.Path || n.Source() != w.Value {
				t.Errorf("%s: warning %v has the value %s, but the source %s", f.name, w, clip(w.Value), clip(n.Source()))
			}
		}
	}
	t.Logf("%d of %d documents converted; findings in the others: %v", valid, len(files), reasons)
	for id := range reasons {
		if id != "6.1.35" && id != "6.1.50" {
			t.Errorf("test %s fails for %d places of results", id, reasons[id])
		}
	}
	if len(files) == 1655 && valid < 1530 {
		t.Errorf("only %d documents could be converted", valid)
	}
}

// TestConvertOfficialCases holds that every valid document among the standard's
// own cases of 2.0 can be converted, and that no conversion hides a fault.
func TestConvertOfficialCases(t *testing.T) {
	n := 0
	for _, f := range readCorpus(t, "csaf-2.0-cases") {
		tree, err := Parse(f.data)
		if err != nil {
			t.Fatal(err)
		}
		before, err := Validate(tree, Options{Preset: "basic", Now: convertNow})
		if err != nil {
			t.Fatal(err)
		}
		doc, _, err := Convert20to21(tree, ConvertOptions{Now: convertNow})
		if before.Valid != (err == nil) {
			t.Errorf("%s: valid %v, conversion %v", f.name, before.Valid, err)
		}
		if doc != nil {
			mustBeValid21(t, f.name, doc)
			n++
		}
	}
	t.Logf("%d valid documents converted", n)
}

func mustBeValid21(t *testing.T, name string, doc *Document) {
	out, err := doc.Encode()
	if err != nil {
		t.Fatal(err)
	}
	tree, err := Parse(out)
	if err != nil {
		t.Fatal(err)
	}
	res, err := Validate(tree, Options{Preset: "basic", Now: convertNow})
	if err != nil || !res.Valid || res.Version != V21 {
		t.Errorf("%s: %v, %+v", name, err, res)
	}
}

func nodeAt(t *Tree, pointer string) Node {
	n := t.Root()
	for _, key := range strings.Split(pointer, "/")[1:] {
		key = strings.NewReplacer("~1", "/", "~0", "~").Replace(key)
		if i, err := strconv.Atoi(key); err == nil && n.Is(Array) {
			n = n.At(i)
		} else {
			n = n.Get(key)
		}
	}
	return n
}

// FuzzConvert holds that what the converter calls valid is valid, and that it
// neither fails nor hangs on any CSAF 2.0 document.
func FuzzConvert(f *testing.F) {
	f.Add(convertBase)
	f.Add(strings.Replace(convertBase, `"product_version", "name": "1.0"`, `"product_version_range", "name": "All versions < V1.0 SP2"`, 1))
	f.Add(strings.Replace(convertBase, `"name": "3.0", "product"`, `"name": "3.0", "branches": [{"category": "legacy", "name": "x"}], "product"`, 1))
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := Parse([]byte(text))
		if err != nil {
			return
		}
		doc, _, err := Convert20to21(tree, ConvertOptions{Now: convertNow})
		if (doc == nil) != (err != nil) {
			t.Fatalf("document %v, error %v", doc != nil, err)
		}
		if doc != nil {
			mustBeValid21(t, "result", doc)
		}
	})
}

// FuzzConvertFields puts texts into the places that the rules look at: random
// bytes seldom are a CSAF document.
func FuzzConvertFields(f *testing.F) {
	f.Add("product_version_range", "All versions < V1.0 SP2", "product_version", "1", "Withdrawn: EX-1 pump", "Product Description for Pump", "143-*", "SSVCv2/E:A/2024-01-20T10:00:00Z/", "https://www.first.org/cvss/calculator/4.0#CVSS:4.0/AV:N")
	f.Add("vendor", "unknown", "legacy", "x", "x", "Summary: Sakura Pump 1.0", "a\\b", "{}", "MIT")
	f.Add("product_version", "1", "product_version_range", ">=1|<2|>=3", "EX-1", "License", "?", "SSVCv2/", "CC-BY-4.0")
	f.Fuzz(func(t *testing.T, category, name, inner, innerName, title, note, number, assessment, url string) {
		text := func(s string) string {
			out, _ := json.Marshal(s)
			return string(out)
		}
		tree, err := Parse([]byte(edited(t, convertBase, map[string]string{
			"/document/title": text(title),
			"/document/notes": `[{"category": "summary", "text": ` + text(url) + `, "title": ` + text(note) + `}, {"category": "legal_disclaimer", "text": ` + text(url) + `}]`,
			"/product_tree/branches/0/branches/0/branches/3": `{"category": ` + text(category) + `, "name": ` + text(name) + `, "branches": [{"category": ` + text(inner) + `, "name": ` + text(innerName) +
				`, "product": {"name": "x", "product_id": "P4", "product_identification_helper": {"model_numbers": [` + text(number) + `]}}}]}`,
			"/vulnerabilities/0/product_status/known_affected": `["P1", "P4"]`,
			"/vulnerabilities/0/notes":                         `[{"category": "other", "text": ` + text(assessment) + `, "title": "SSVC"}]`,
			"/vulnerabilities/0/references":                    `[{"summary": "x", "url": ` + text(url) + `}]`,
			"/vulnerabilities/0/ids":                           `[{"system_name": ` + text(title) + `, "text": ` + text(note) + `}]`,
		})))
		if err != nil {
			t.Fatal(err)
		}
		doc, warnings, err := Convert20to21(tree, ConvertOptions{Now: convertNow})
		if (doc == nil) != (err != nil) {
			t.Fatalf("document %v, error %v", doc != nil, err)
		}
		if doc != nil {
			mustBeValid21(t, "result", doc)
		}
		for _, w := range warnings {
			if nodeAt(tree, w.Path).Source() != w.Value {
				t.Errorf("%v does not have the value of the source", w)
			}
		}
	})
}

func BenchmarkConvert(b *testing.B) {
	files := readCorpus(b, "csaf-ics")
	var trees []*Tree
	for _, f := range files {
		tree, err := Parse(f.data)
		if err != nil {
			b.Fatal(err)
		}
		trees = append(trees, tree)
	}
	n := 0
	for b.Loop() {
		Convert20to21(trees[n%len(trees)], ConvertOptions{Now: convertNow})
		n++
	}
}
