package csaf

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestConvertHostile holds that documents which are legal, but made to cost
// much, end in a few seconds: with a result or an error.
func TestConvertHostile(t *testing.T) {
	many := func(n int, item string) string {
		var b strings.Builder
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strings.ReplaceAll(item, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	nested := func(n int, open, inner, close string) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(close, n)
	}
	tree := func(branches string) string {
		return strings.Replace(convertBase, `"branches": [{"category": "vendor"`, `"branches": [`+branches+`, {"category": "vendor"`, 1)
	}
	advisory := func(s string) string { return strings.Replace(s, "csaf_base", "csaf_security_advisory", 1) }
	const product = `"product": {"name": "x", "product_id": "X#"}`
	const branch = `{"category": "%s", "name": "%s", "branches": [`
	for name, text := range map[string]string{
		"ranges": advisory(strings.Replace(tree(`{"category": "product_name", "name": "n", "branches": [`+many(20_000, `{"category": "product_version_range", "name": "<#", `+product+`}`)+`]}`),
			`"known_affected": ["P1"]`, `"known_affected": ["P1",`+many(20_000, `"X#"`)+`]`, 1)),
		"vendors":      tree(nested(300, fmt.Sprintf(branch, "vendor", "unknown"), many(2_000, `{"category": "vendor", "name": "v", `+product+`}`), "]}")),
		"wide vendors": tree(many(20_000, `{"category": "vendor", "name": "unknown", "branches": [{"category": "vendor", "name": "v", `+product+`}]}`)),
		"versions":     tree(nested(200, fmt.Sprintf(branch, "product_name", "a")+fmt.Sprintf(branch, "product_version", "1"), many(1_000, `{"category": "product_version", "name": "v", `+product+`}`), "]}]}")),
		"one range":    tree(`{"category": "product_version_range", "name": "` + many(100_000, ">#|<#.5|") + `>9", "product": {"name": "x", "product_id": "X"}}`),
		"helper":       tree(`{"category": "product_name", "name": "n", "product": {"name": "x", "product_id": "X", "product_identification_helper": {"sbom_urls": [` + many(100_000, `"https://a.example/#"`) + `], "model_numbers": [` + many(50_000, `"m#"`) + `]}}}`),
		"groups":       strings.Replace(strings.Replace(strings.Replace(tree(many(5_000, `{"category": "product_name", "name": "n", `+product+`}`)), `{"group_id": "G1"`, `{"group_id": "G2", "product_ids": [`+many(5_000, `"X#"`)+`]}, {"group_id": "G1"`, 1), `"fixed": ["P2"]`, `"fixed": ["P2",`+many(5_000, `"X#"`)+`]`, 1), `"cve":`, `"remediations": [`+many(5_000, `{"category": "vendor_fix", "details": "x", "group_ids": ["G2"], "product_ids": ["P1"]}`)+`], "cve":`, 1),
		"notes":        strings.Replace(tree(many(5_000, `{"category": "product_name", "name": "n", `+product+`}`)), `"notes": [`, `"notes": [`+many(2_000, `{"category": "summary", "text": "x", "title": "Vulnerability Summary for n#"}`)+`,`, 1),
		"a disclaimer": strings.Replace(convertBase, `"lang": "en",`, `"lang": "en", "notes": [{"category": "legal_disclaimer", "text": "`+many(100_000, "MIT-# AND ")+`"}],`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			source, err := Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, warnings, err := Convert20to21(source, ConvertOptions{Now: convertNow})
			runtime.ReadMemStats(&after)
			took := time.Since(start)
			t.Logf("%d KB, %v, %d MB allocated, %d warnings, %v", len(text)>>10, took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, len(warnings), clip(fmt.Sprint(err)))
			if took > time.Minute {
				t.Errorf("it took %v", took)
			}
		})
	}
}
