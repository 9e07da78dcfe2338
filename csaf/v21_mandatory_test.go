package csaf_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nakodo/csaf"
	"nakodo/csaf/rvisc"
)

// document21 is a small document of CSAF 2.1 of a category, with further
// members beside /document.
func document21(category, members string) string {
	return `{"$schema":"` + csaf.SchemaURL21 + `","document":{"category":"` + category + `","csaf_version":"2.1",
"distribution":{"tlp":{"label":"CLEAR"}},"publisher":{"category":"coordinator","name":"Example CSIRT","namespace":"https://csirt.example"},
"title":"Pumps","tracking":{"current_release_date":"2026-01-01T00:00:00Z","id":"EX-1","initial_release_date":"2026-01-01T00:00:00Z",
"revision_history":[{"date":"2026-01-01T00:00:00Z","number":"1","summary":"First"}],"status":"final","version":"1"}}` + members + `}`
}

// findings runs tests on a document and gives what they say, "test path".
func findings(t *testing.T, doc string, opt csaf.Options, tests ...string) []string {
	t.Helper()
	tree, err := csaf.Parse([]byte(doc))
	if err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	opt.Tests = tests
	res, err := csaf.Validate(tree, opt)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range res.Findings {
		out = append(out, f.Test+" "+f.Path())
		t.Logf("%s %s %s: %s", f.Severity, f.Test, f.Path(), f.Message)
	}
	return out
}

const correspondingTree = `,"product_tree":{"branches":[{"category":"vendor","name":"Sakura","branches":[
 {"category":"product_name","name":"Pump","branches":[
  {"category":"product_version","name":"1","product":{"name":"Pump 1","product_id":"P1"}},
  {"category":"product_version","name":"2","branches":[{"category":"architecture","name":"arm","product":{"name":"Pump 2 arm","product_id":"P2A"}}]},
  {"category":"product_version","name":"3","product":{"name":"Pump 3","product_id":"P3"}}]},
 {"category":"product_name","name":"Valve","branches":[
  {"category":"patch_level","name":"7","product":{"name":"Valve 7","product_id":"V7"}},
  {"category":"product_version_range","name":"vers:intdot/<7","product":{"name":"Valve before 7","product_id":"V6"}}]}]}],
 "full_product_names":[{"name":"Pump 0","product_id":"P0"},{"name":"Kit","product_id":"KIT"}],
 "product_paths":[
  {"beginning_product_reference":"P1","full_product_name":{"name":"1 on valve","product_id":"P1V7"},"subpaths":[{"category":"installed_on","next_product_reference":"V7"}]},
  {"beginning_product_reference":"P3","full_product_name":{"name":"3 on valve","product_id":"P3V7"},"subpaths":[{"category":"installed_on","next_product_reference":"V7"}]},
  {"beginning_product_reference":"P3","full_product_name":{"name":"3 on old valve","product_id":"P3V6"},"subpaths":[{"category":"installed_on","next_product_reference":"V6"}]},
  {"beginning_product_reference":"P1","full_product_name":{"name":"1 with kit","product_id":"P1KIT"},"subpaths":[{"category":"installed_with","next_product_reference":"KIT"}]}]}`

func TestCorrespondingAffectedProducts(t *testing.T) {
	for _, c := range []struct {
		fixed, affected string
		ok              bool
	}{
		{"P3", "P1", true},      // another version of the same product
		{"P3", "V6", false},     // another product
		{"P3", "P2A", false},    // another architecture
		{"V7", "V6", true},      // patch levels and ranges are versions
		{"P3V7", "P1V7", true},  // another version on the same base
		{"P3V6", "P1V7", false}, // on another base
		{"P3V6", "P3V7", true},  // the same on another version of the base
		{"P1KIT", "P1", true},   // what it was before the kit
		{"KIT", "P1", true},     // the kit is what mends it
		{"KIT", "", false},
		{"P3", "P0", true}, // the product tree does not tell what P0 is
		{"P0", "P1", true},
		{"P0", "", false},
		{"NONE", "", true}, // not defined, which 6.1.1 reports
	} {
		t.Run(c.fixed+" after "+c.affected, func(t *testing.T) {
			affected := ""
			if c.affected != "" {
				affected = `,"known_affected":["` + c.affected + `"]`
			}
			doc := document21("csaf_security_advisory", correspondingTree+
				`,"vulnerabilities":[{"product_status":{"fixed":["`+c.fixed+`"]`+affected+`}}]`)
			if got := findings(t, doc, csaf.Options{}, "6.1.27.13"); (len(got) == 0) != c.ok {
				t.Errorf("findings %q, want none: %v", got, c.ok)
			}
		})
	}
}

// TestRemediationTables compares the tests with the two tables of section
// 3.2.4.14.1 of CSAF 2.1, cell by cell.
func TestRemediationTables(t *testing.T) {
	names := []string{"workaround", "mitigation", "vendor_fix", "optional_patch", "none_available", "fix_planned", "no_fix_planned"}
	together := []string{ // x: prohibited
		"...xx..", "...xx..", "...xxxx", "xxx.xxx", "xxxx.xx", "..xxx.x", "..xxxx.",
	}
	lists := []string{"known_affected", "known_not_affected", "fixed", "under_investigation", "unknown", "recommended"}
	status := []string{".xx...", ".xx...", ".xx...", "x.....", ".xx...", "..x...", "..x..."}
	const tree = `,"product_tree":{"full_product_names":[{"name":"Pump","product_id":"P"}],"product_groups":[{"group_id":"G","product_ids":["P"]}]}`
	for i, a := range names {
		for j, b := range names {
			doc := document21("csaf_base", fmt.Sprintf(tree+`,"vulnerabilities":[{"remediations":[
				{"category":%q,"details":"x","product_ids":["P"]},{"category":%q,"details":"x","group_ids":["G"]}]}]`, a, b))
			if got := findings(t, doc, csaf.Options{}, "6.1.35"); (len(got) > 0) != (together[i][j] == 'x') {
				t.Errorf("%s with %s: %q", a, b, got)
			}
		}
		for j, list := range lists {
			doc := document21("csaf_base", fmt.Sprintf(tree+`,"vulnerabilities":[{"product_status":{%q:["P"]},"remediations":[
				{"category":%q,"details":"x","group_ids":["G"]}]}]`, list, a))
			if got := findings(t, doc, csaf.Options{}, "6.1.36"); (len(got) > 0) != (status[i][j] == 'x') {
				t.Errorf("%s of a product in %s: %q", a, list, got)
			}
		}
	}
}

func TestDateAndTimeForms(t *testing.T) {
	for date, ok := range map[string]bool{
		"2024-02-29T23:59:59Z":         true,
		"2024-01-01T00:00:00.5+05:45":  true,
		"2023-02-29T00:00:00Z":         false,
		"2024-01-01T00:00:00":          false,
		"2024-01-01t00:00:00Z":         false,
		"2024-01-01T00:00:00z":         false,
		"2024-01-01 00:00:00Z":         false,
		"2016-12-31T23:59:60Z":         false,
		"2024-01-01T24:00:00Z":         false,
		"2024-01-01T00:00:00,5Z":       false,
		"2024-01-01T00:00:00+0900":     false,
		"20240101T000000Z":             false,
		"2024-01-01T00:00:00.000Z ":    false,
		"2024-13-01T00:00:00.000Z":     false,
		"2024-01-01T00:00:00.000+9:00": false,
	} {
		doc := document21("csaf_base", `,"vulnerabilities":[{"discovery_date":"`+date+`"}]`)
		got := findings(t, doc, csaf.Options{}, "6.1.37")
		if want := []string{"6.1.37 /vulnerabilities/0/discovery_date"}; ok && len(got) > 0 || !ok && !slices.Equal(got, want) {
			t.Errorf("%q: %q", date, got)
		}
	}
}

func TestDecisionPoints(t *testing.T) {
	for _, c := range []struct {
		selection string
		ok        bool
	}{
		{`{"namespace":"ssvc","key":"E","version":"1.1.0","name":"Exploitation","values":[{"key":"N","name":"None"},{"key":"P"}]}`, true},
		{`{"namespace":"ssvc","key":"E","version":"1.1.0","name":"Abuse","values":[{"key":"N"}]}`, false},
		{`{"namespace":"ssvc","key":"E","version":"1.1.0","values":[{"key":"N","name":"Nothing"}]}`, false},
		{`{"namespace":"ssvc","key":"E","version":"1.1.0","values":[{"key":"N"},{"key":"N"}]}`, false},
		{`{"namespace":"ssvc","key":"E","version":"1.0.5","values":[{"key":"N"}]}`, false},
		{`{"namespace":"ssvc","key":"E","version":"7.0.0","values":[{"key":"N"},{"key":"NEW"},{"key":"A"}]}`, true}, // newer than our list
		{`{"namespace":"ssvc","key":"E","version":"7.0.0","values":[{"key":"A"},{"key":"N"}]}`, false},
		{`{"namespace":"ssvc//.example.isac#water","key":"E","version":"1.1.0","name":"Abuse of pumps","values":[{"key":"P"},{"key":"A"}]}`, true},
		{`{"namespace":"ssvc//.example.isac#water","key":"E","version":"1.1.0","values":[{"key":"X"}]}`, false},
		{`{"namespace":"nist#800-30","key":"NOPE","version":"1.0.0","values":[{"key":"X"}]}`, false},
		{`{"namespace":"x_example.isac#water","key":"E","version":"9.9.9","values":[{"key":"X"}]}`, true},
		{`{"namespace":"example","key":"E","version":"9.9.9","values":[{"key":"X"}]}`, true},
		{`{"namespace":"invalid","key":"E","version":"1.1.0","values":[{"key":"N"}]}`, false},
	} {
		doc := document21("csaf_base", `,"vulnerabilities":[{"metrics":[{"products":["P"],"content":{"ssvc_v2":{"selections":[`+c.selection+`]}}}]}]`)
		if got := findings(t, doc, csaf.Options{}, "6.1.48"); (len(got) == 0) != c.ok {
			t.Errorf("%s: %q", c.selection, got)
		}
	}
}

const sensorSchema = `{"$schema":"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-metaschema.json",
"$id":"https://csirt.example/csaf/sensors_1.0.0.json","type":"object","required":["$schema","category","content","critical"],
"properties":{"$schema":{"const":"https://csirt.example/csaf/sensors_1.0.0.json"},"category":{"type":"string"},"critical":{"type":"boolean"},
"content":{"type":"object","required":["sensors"],"properties":{"sensors":{"type":"integer"}},"additionalProperties":false}},"additionalProperties":false}`

func sensorMetadata(onRoot int) string {
	return fmt.Sprintf(`{"$schema":"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-metadata.json",
"extension_schema":"https://csirt.example/csaf/sensors_1.0.0.json","last_updated":"2026-01-01T00:00:00Z","requirement":{
"$.document.x_extensions":{"max_occurrence":0},"$.product_tree.branches..product.x_extensions":{"max_occurrence":0},
"$.product_tree.full_product_names[*].x_extensions":{"max_occurrence":0},
"$.product_tree.relationships[*].full_product_name.x_extensions":{"max_occurrence":0},
"$.vulnerabilities[*].metrics[*].content.x_extensions":{"max_occurrence":0},"$.vulnerabilities[*].x_extensions":{"max_occurrence":0},
"$.x_extensions":{"max_occurrence":%d}}}`, onRoot)
}

func TestExtensionOfTheCaller(t *testing.T) {
	sensors, err := csaf.NewExtensionPackage(csaf.RegisteredExtension, sensorSchema, sensorMetadata(1))
	if err != nil {
		t.Fatal(err)
	}
	item := func(content string) string {
		return `{"$schema":"https://csirt.example/csaf/sensors_1.0.0.json","category":"supplementary","content":` + content + `,"critical":false}`
	}
	known := csaf.Options{Extensions: []*csaf.ExtensionPackage{sensors}}
	for _, c := range []struct {
		members string
		opt     csaf.Options
		want    []string
	}{
		{`,"x_extensions":[` + item(`{"sensors":4}`) + `]`, known, nil},
		{`,"x_extensions":[` + item(`{"sensors":"4"}`) + `]`, known, []string{"6.1.60.2 /x_extensions/0/content/sensors"}},
		{`,"x_extensions":[` + item(`{"sensors":4}`) + "," + item(`{"sensors":5}`) + `]`, known, []string{"6.1.60.3 /x_extensions"}},
		{`,"vulnerabilities":[{"x_extensions":[` + item(`{"sensors":4}`) + `]}]`, known, []string{"6.1.60.3 /vulnerabilities/0/x_extensions"}},
		{`,"x_extensions":[` + item(`{"sensors":"4"}`) + `]`, csaf.Options{}, []string{"6.1.60.2 /x_extensions/0", "6.1.60.3 /x_extensions"}},
	} {
		if got := findings(t, document21("csaf_base", c.members), c.opt, "6.1.60.1", "6.1.60.2", "6.1.60.3"); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.members, got, c.want)
		}
	}
}

// TestUnknownExtensionIsAWarning: the standard demands to warn, not to refuse.
func TestUnknownExtensionIsAWarning(t *testing.T) {
	tree, err := csaf.Parse([]byte(document21("csaf_base", `,"x_extensions":[{"$schema":"https://csirt.example/csaf/sensors_1.0.0.json",
		"category":"supplementary","content":{"a":1},"critical":false}]`)))
	if err != nil {
		t.Fatal(err)
	}
	res, err := csaf.Validate(tree, csaf.Options{Preset: "mandatory"})
	if err != nil {
		t.Fatal(err)
	}
	if !res.Valid || len(res.Findings) != 2 {
		t.Errorf("valid %v, findings %v", res.Valid, res.Findings)
	}
	for _, f := range res.Findings {
		if f.Severity != csaf.Warning || !strings.Contains(f.Message, "https://csirt.example/csaf/sensors_1.0.0.json") || !strings.Contains(f.Message, "experimental") {
			t.Errorf("%s %s", f.Severity, f.Message)
		}
	}
}

func TestExtensionPackagesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ schema, metadata, want string }{
		"schema is no JSON":        {`{`, sensorMetadata(1), "schema of the extension"},
		"metadata is no JSON":      {sensorSchema, `[`, "metadata of the extension"},
		"metadata lacks places":    {sensorSchema, `{"extension_schema":"https://csirt.example/csaf/sensors_1.0.0.json"}`, "metadata of the extension"},
		"metadata of another":      {sensorSchema, strings.Replace(sensorMetadata(1), "sensors_1.0.0", "sensors_2.0.0", 1), "belongs to"},
		"schema refers to nothing": {strings.Replace(sensorSchema, `"type":"integer"`, `"$ref":"https://csirt.example/none.json"`, 1), sensorMetadata(1), "not known"},
	} {
		if _, err := csaf.NewExtensionPackage(csaf.RegisteredExtension, c.schema, c.metadata); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestIDSystemsOfTheCaller(t *testing.T) {
	local := rvisc.Local()[0]
	doc := document21("csaf_base", fmt.Sprintf(`,"vulnerabilities":[{"ids":[{"system_name":%q,"text":"x"}]}]`, local.Name))
	if got := findings(t, doc, csaf.Options{}, "6.3.20"); !slices.Equal(got, []string{"6.3.20 /vulnerabilities/0/ids/0/system_name"}) {
		t.Errorf("without the caller's list: %q", got)
	}
	if got := findings(t, doc, csaf.Options{IDSystems: rvisc.Registry{}.With(rvisc.Local()...)}, "6.3.20"); got != nil {
		t.Errorf("with the caller's list: %q", got)
	}
}
