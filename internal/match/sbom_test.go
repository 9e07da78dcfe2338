package match_test

import (
	"errors"
	"reflect"
	"testing"

	"nakodo/internal/fault"
	"nakodo/internal/match"
)

const (
	cycloneDX = `{"bomFormat":"CycloneDX","specVersion":"1.6",
		"metadata":{"component":{"name":"Outer","version":"1"}},
		"components":[
			{"name":"a","version":"1.0","purl":"pkg:npm/a@1.0","supplier":{"name":"A Inc."},
			 "components":[{"group":"org.b","name":"b","cpe":"cpe:2.3:a:b:b:2:*:*:*:*:*:*:*"}]},
			{"name":"c","publisher":"C GmbH"}],
		"services":[{"name":"s","provider":{"name":"S KK"}}]}`
	spdx2 = `{"spdxVersion":"SPDX-2.3","packages":[
		{"name":"a","versionInfo":"1.0","supplier":"Organization: A Inc. (psirt@a.example)",
		 "externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a@1.0"},
		                 {"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:a:a:1"}]},
		{"name":"b","supplier":"NOASSERTION","originator":"Person: B"}]}`
	spdx3 = `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
		{"type":"Organization","spdxId":"urn:o","name":"A Inc."},
		{"type":"software_Package","spdxId":"urn:p","name":"a","software_packageVersion":"1.0","suppliedBy":"urn:o",
		 "externalIdentifier":[{"type":"ExternalIdentifier","externalIdentifierType":"packageUrl","identifier":"pkg:npm/a@1.0"}]},
		{"type":"Relationship","from":"urn:p","to":["urn:o"]}]}`
)

func TestReadSBOM(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       []match.Component
	}{
		{"CycloneDX", "\ufeff" + cycloneDX, []match.Component{
			{Name: "Outer", Version: "1"},
			{Name: "a", Version: "1.0", Supplier: "A Inc.", PURL: "pkg:npm/a@1.0"},
			{Name: "b", Supplier: "org.b", CPE: "cpe:2.3:a:b:b:2:*:*:*:*:*:*:*"},
			{Name: "c", Supplier: "C GmbH"},
			{Name: "s", Supplier: "S KK"},
		}},
		{"SPDX 2", spdx2, []match.Component{
			{Name: "a", Version: "1.0", Supplier: "A Inc.", PURL: "pkg:npm/a@1.0", CPE: "cpe:2.3:a:a:a:1"},
			{Name: "b", Supplier: "B"},
		}},
		{"SPDX 3", spdx3, []match.Component{{Name: "a", Version: "1.0", Supplier: "A Inc.", PURL: "pkg:npm/a@1.0"}}},
	} {
		got, err := match.ReadSBOM([]byte(c.file))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", c.name, err, got, c.want)
		}
	}
}

func TestReadSBOMRefuses(t *testing.T) {
	for file, key := range map[string]string{
		"":        "fault.match.sbom_json",
		"<bom/>":  "fault.match.sbom_json",
		"{}":      "fault.match.sbom_kind",
		`{"a":1}`: "fault.match.sbom_kind",
		`{"bomFormat":"CycloneDX","components":"none"}`: "fault.match.sbom_fields",
		`{"spdxVersion":"SPDX-2.3","packages":3}`:       "fault.match.sbom_fields",
		`{"@graph":3}`: "fault.match.sbom_fields",
	} {
		_, err := match.ReadSBOM([]byte(file))
		var refusal *fault.Fault
		if !errors.As(err, &refusal) || refusal.Kind != fault.Invalid || refusal.Key != key {
			t.Errorf("ReadSBOM(%q) gives %v, want %s", file, err, key)
		}
	}
}

// FuzzRank holds that nothing a finder or a vendor sends makes a question fail.
func FuzzRank(f *testing.F) {
	f.Add("Polarix cpe:/o:borealis:x https://a.b.example/ 青空電機\xff", "cpe:2.3:a:b\\:c:d", "pkg:npm/%40x/y@1#z", []byte(cycloneDX))
	f.Add("a@b..c -.- pkg: cpe: ://", "cpe:/", "pkg:", []byte(spdx2))
	f.Add("ー・－", "cpe:2.3:\\", "pkg:a/%zz", []byte(spdx3))
	x := smallIndex()
	f.Fuzz(func(t *testing.T, text, cpe, purl string, sbom []byte) {
		q := match.Question{Text: text, Products: []string{text}, CPEs: []string{cpe}, PURLs: []string{purl}}
		q.Components, _ = match.ReadSBOM(sbom)
		result := x.Rank(q)
		for i := 1; i < len(result.Ranked); i++ {
			if result.Ranked[i].Score > result.Ranked[i-1].Score {
				t.Errorf("out of order: %+v", result.Ranked)
			}
		}
		x.Put(match.Entry{Organisation: "fuzzed", Names: []string{text}, Domains: []string{text}, CPEs: []string{cpe}, PURLs: []string{purl}})
		x.Remove("fuzzed")
	})
}
