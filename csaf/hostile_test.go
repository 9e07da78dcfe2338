package csaf

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// head begins a document of a version, to be followed by further members.
func head(v Version) string {
	schema, tlp := "", ""
	if v == V21 {
		schema = `"$schema":"` + SchemaURL21 + `",`
		tlp = `"distribution":{"tlp":{"label":"CLEAR"}},`
	}
	return `{` + schema + `"document":{"category":"csaf_vex","csaf_version":"` + string(v) + `",` + tlp + `
"publisher":{"category":"other","name":"x","namespace":"https://example.com"},"title":"x",
"tracking":{"current_release_date":"2026-01-01T00:00:00Z","id":"x","initial_release_date":"2026-01-01T00:00:00Z",
"revision_history":[{"date":"2026-01-01T00:00:00Z","number":"1","summary":"x"}],"status":"final","version":"1"}}`
}

// each writes n items made by f, parted by commas.
func each(n int, f func(b *strings.Builder, i int)) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		f(&b, i)
	}
	return b.String()
}

func fullName(b *strings.Builder, i int) { fmt.Fprintf(b, `{"name":"a","product_id":"%d"}`, i) }
func number(b *strings.Builder, i int)   { fmt.Fprintf(b, `"%d"`, i) }

// hostile are documents made to cost time or memory. Each is made anew, so that
// only one is in memory.
var hostile = []struct {
	name string
	make func(v Version) string
}{
	{"50 MB in one text", func(v Version) string {
		return head(v) + `,"vulnerabilities":[{"title":"` + strings.Repeat("a ", 25<<20) + `"}]}`
	}},
	{"50 MB of escapes", func(v Version) string {
		return head(v) + `,"vulnerabilities":[{"title":"` + strings.Repeat(`\n`, 25<<20) + `"}]}`
	}},
	{"50 MB of numbers", func(v Version) string {
		return head(v) + `,"vulnerabilities":[` + strings.Repeat("0,", 25<<20) + `0]}`
	}},
	{"a million products", func(v Version) string {
		return head(v) + `,"product_tree":{"full_product_names":[` + each(1_000_000, fullName) + `]},
"vulnerabilities":[{"product_status":{"known_affected":[` + each(1_000_000, number) + `]}}]}`
	}},
	{"a million products, each affected and not", func(v Version) string {
		return head(v) + `,"product_tree":{"full_product_names":[` + each(1_000_000, fullName) + `]},
"vulnerabilities":[{"product_status":{"known_affected":[` + each(1_000_000, number) + `],"known_not_affected":[` + each(1_000_000, number) + `]}}]}`
	}},
	{"a large group in each of many places", func(v Version) string {
		use := func(b *strings.Builder, i int) {
			b.WriteString(`{"category":"mitigation","details":"x","group_ids":["g"]}`)
		}
		return head(v) + `,"product_tree":{"full_product_names":[` + each(100_000, fullName) + `],
"product_groups":[{"group_id":"g","product_ids":[` + each(100_000, number) + `]}]},
"vulnerabilities":[{"product_status":{"known_affected":[` + each(100_000, number) + `]},"remediations":[` + each(100_000, use) + `]}]}`
	}},
	{"deep branches with many products", func(v Version) string {
		leaf := func(b *strings.Builder, i int) {
			fmt.Fprintf(b, `{"category":"product_version_range","name":"<%d","product":{"name":"a","product_id":"%d"}}`, i, i)
		}
		return head(v) + `,"product_tree":` + strings.Repeat(`{"branches":[{"category":"vendor","name":"x","branches":[`, 240) +
			each(100_000, leaf) + strings.Repeat(`]}]}`, 240) + `}`
	}},
	{"many versions beside one another", func(v Version) string {
		leaf := func(b *strings.Builder, i int) {
			fmt.Fprintf(b, `{"category":"product_version_range","name":"vers:semver/>=%d.0.0|<%d.0.0","product":{"name":"a","product_id":"%d"}}`, i, i+2, i)
		}
		return head(v) + `,"product_tree":{"branches":[{"category":"vendor","name":"v","branches":[{"category":"product_name","name":"p","branches":[` +
			each(50_000, leaf) + `]}]}]},"vulnerabilities":[{"product_status":{"known_affected":[` + each(25_000, number) + `],
"fixed":[` + each(25_000, func(b *strings.Builder, i int) { number(b, i+25_000) }) + `]}}]}`
	}},
	{"a ring of relationships", func(v Version) string {
		if v == V21 {
			return head(v) + `,"product_tree":{"product_paths":[` + each(200_000, func(b *strings.Builder, i int) {
				fmt.Fprintf(b, `{"beginning_product_reference":"%d","full_product_name":{"name":"a","product_id":"%d"},"subpaths":[{"category":"installed_on","next_product_reference":"%d"}]}`, (i+1)%200_000, i, (i+7)%200_000)
			}) + `]}}`
		}
		return head(v) + `,"product_tree":{"relationships":[` + each(200_000, func(b *strings.Builder, i int) {
			fmt.Fprintf(b, `{"category":"installed_on","full_product_name":{"name":"a","product_id":"%d"},"product_reference":"%d","relates_to_product_reference":"%d"}`, i, (i+1)%200_000, (i+7)%200_000)
		}) + `]}}`
	}},
	{"a CPE name against the pattern", func(v Version) string {
		return head(v) + `,"product_tree":{"full_product_names":[{"name":"a","product_id":"b","product_identification_helper":{"cpe":"cpe:2.3:a:` +
			strings.Repeat("?", 20<<20) + `!"}}]}}`
	}},
	{"a language and a version without end", func(v Version) string {
		return strings.Replace(strings.Replace(head(v), `"title":"x"`, `"lang":"en`+strings.Repeat("-aaaaa", 4<<20)+`","title":"x"`, 1),
			`"number":"1"`, `"number":"1.0.0-`+strings.Repeat("1.", 5<<20)+`1"`, 1) + `}`
	}},
	{"a purl without end", func(v Version) string {
		helper := `{"purl":"pkg:a/` + strings.Repeat("%41/", 5<<20) + `x"}`
		if v == V21 {
			helper = `{"purls":["pkg:a/` + strings.Repeat("%41/", 5<<20) + `x"]}`
		}
		return head(v) + `,"product_tree":{"full_product_names":[{"name":"a","product_id":"b","product_identification_helper":` + helper + `}]}}`
	}},
	{"a vers range without end", func(v Version) string {
		return head(v) + `,"product_tree":{"branches":[{"category":"product_version_range","name":"vers:semver/` +
			each(500_000, func(b *strings.Builder, i int) { fmt.Fprintf(b, `!=%d.0.0|`, 500_000-i) }) + `<1","product":{"name":"a","product_id":"b"}}]}}`
	}},
	{"a licence without end", func(v Version) string {
		return strings.Replace(head(v), `"title":"x"`, `"license_expression":"`+strings.Repeat("(", 5<<20)+`MIT`+strings.Repeat(")", 5<<20)+`","title":"x"`, 1) + `}`
	}},
	{"a million unknown members", func(v Version) string {
		return head(v) + `,` + each(1_000_000, func(b *strings.Builder, i int) { fmt.Fprintf(b, `"x%d":{"a":1}`, i) }) + `}`
	}},
	{"many equal objects in a set", func(v Version) string {
		return head(v) + `,"vulnerabilities":[{"ids":[` + each(300_000, func(b *strings.Builder, i int) {
			b.WriteString(`{"system_name":"a","text":"b"}`)
		}) + `]}]}`
	}},
	{"a number with a huge exponent", func(v Version) string {
		return head(v) + `,"vulnerabilities":[{"scores":[{"cvss_v3":{"version":"3.1","baseScore":1e999999999}}],
"metrics":[{"content":{"cvss_v4":{"version":"4.0","baseScore":1e999999999}}}]}]}`
	}},
	{"a history that jumps", func(v Version) string {
		return strings.Replace(head(v), `"revision_history":[`, `"revision_history":[`+each(100_000, func(b *strings.Builder, i int) {
			fmt.Fprintf(b, `{"date":"2026-01-01T00:00:00Z","number":"%d000000","summary":"x"}`, i)
		})+`,`, 1) + `}`
	}},
}

// TestHostileDocuments wants an end in a bounded time. The bound is generous,
// because the machine may be busy; what is really needed is in doc/csaf.md.
func TestHostileDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	validator, err := NewValidator(Options{Preset: "full"})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []Version{V20, V21} {
		for _, h := range hostile {
			t.Run(string(v)+" "+h.name, func(t *testing.T) {
				text := h.make(v)
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				start := time.Now()
				tree, err := ParseLimited(text, DefaultLimits())
				findings, notes := 0, ""
				if err == nil {
					res, err := validator.Validate(tree)
					if err != nil {
						t.Fatal(err)
					}
					findings, notes = len(res.Findings), fmt.Sprintf("cut %v, unfinished %v", res.Cut, res.Unfinished)
				} else {
					notes = err.Error()
				}
				took := time.Since(start)
				runtime.ReadMemStats(&after)
				t.Logf("%d MB: %v, %d MB allocated, %d findings, %s", len(text)>>20, took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, findings, notes)
				if took > 20*time.Second {
					t.Errorf("took %v", took)
				}
				if mb := (after.HeapSys - after.HeapReleased) >> 20; mb > 2000 {
					t.Errorf("the heap has %d MB", mb)
				}
			})
		}
	}
}

func TestDeepNesting(t *testing.T) {
	for _, depth := range []int{999, 10_000, 1_000_000} {
		for _, text := range []string{
			strings.Repeat("[", depth) + strings.Repeat("]", depth),
			strings.Repeat(`{"branches":`, depth) + "1" + strings.Repeat("}", depth),
			strings.Repeat("[", depth),
		} {
			_, err := Parse([]byte(text))
			var syntax *SyntaxError
			if err != nil && !errors.As(err, &syntax) {
				t.Errorf("depth %d: %v is no syntax error", depth, err)
			}
			if depth > 1000 && (err == nil || !strings.Contains(err.Error(), "levels")) {
				t.Errorf("depth %d: %v", depth, err)
			}
		}
	}
}
