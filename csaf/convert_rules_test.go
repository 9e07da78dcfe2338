package csaf

import "testing"

// The tables follow conformance clause 18 of CSAF 2.1, rule by rule.

func TestConvertWholeDocument(t *testing.T) {
	runConvertCases(t, []convertCase{
		{name: "schema and version", want: map[string]string{
			"/$schema": `"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json"`, "/document/csaf_version": `"2.1"`}},
		{name: "additional properties", set: map[string]string{"/document/x_mine": `{"a": 1}`, p1 + "/product/colour": `"red"`,
			"/document/license_expression": `"MIT"`, vuln0 + "/disclosure_date": `"2024-01-01T00:00:00Z"`},
			want: map[string]string{"/document/x_mine": "", p1 + "/product/colour": "", "/document/license_expression": "", vuln0 + "/disclosure_date": ""},
			warn: []string{"/document/x_mine: not defined", p1 + "/product/colour: not defined", "/document/license_expression: not converted", vuln0 + "/disclosure_date: not defined"}},
		{name: "leap second that was", set: map[string]string{vuln0 + "/discovery_date": `"2016-12-31T23:59:60.5Z"`},
			want: map[string]string{vuln0 + "/discovery_date": `"2016-12-31T23:59:59.999999Z"`},
			warn: []string{vuln0 + "/discovery_date: did exist"}},
		{name: "leap second in another zone", set: map[string]string{vuln0 + "/discovery_date": `"2017-01-01T08:59:60+09:00"`},
			want: map[string]string{vuln0 + "/discovery_date": `"2017-01-01T08:59:59.999999+09:00"`},
			warn: []string{vuln0 + "/discovery_date: did exist"}},
		{name: "leap second that never was", set: map[string]string{vuln0 + "/discovery_date": `"2023-06-30T23:59:60Z"`},
			want: map[string]string{vuln0 + "/discovery_date": `"2023-06-30T23:59:59.999999Z"`},
			warn: []string{vuln0 + "/discovery_date: never existed"}},
	})
}

func TestConvertMeta(t *testing.T) {
	notes := func(list string) map[string]string { return map[string]string{"/document/notes": list} }
	runConvertCases(t, []convertCase{
		{name: "TLP WHITE", want: map[string]string{"/document/distribution/tlp/label": `"CLEAR"`}, none: "TLP"},
		{name: "TLP AMBER", set: map[string]string{"/document/distribution/tlp/label": `"AMBER"`}, want: map[string]string{"/document/distribution/tlp/label": `"AMBER"`}, none: "TLP"},
		{name: "no TLP", set: map[string]string{"/document/distribution": ""}, want: map[string]string{"/document/distribution/tlp/label": `"CLEAR"`}, warn: []string{"/document: default TLP"}},
		{name: "TLP from the text", set: map[string]string{"/document/distribution/tlp/label": `"RED"`, "/document/distribution/text": `"TLP v2.0: TLP:AMBER+STRICT"`},
			opt: ConvertOptions{TLPFromText: true}, want: map[string]string{"/document/distribution/tlp/label": `"AMBER+STRICT"`}, warn: []string{"/document/distribution: TLP:AMBER+STRICT was taken from the distribution text, instead of TLP:RED"}},
		{name: "TLP from the text when not asked", set: map[string]string{"/document/distribution/tlp/label": `"RED"`, "/document/distribution/text": `"TLP v2.0: TLP:AMBER+STRICT"`},
			want: map[string]string{"/document/distribution/tlp/label": `"RED"`}},
		{name: "publisher other", set: map[string]string{"/document/publisher/category": `"other"`}, want: map[string]string{"/document/publisher/category": `"other"`}, warn: []string{"/document/publisher/category: multiplier"}},
		{name: "publisher other, quiet", set: map[string]string{"/document/publisher/category": `"other"`}, opt: ConvertOptions{QuietOther: true}, none: "multiplier"},
		{name: "publisher multiplier", set: map[string]string{"/document/publisher/category": `"other"`}, opt: ConvertOptions{OtherIsMultiplier: true}, want: map[string]string{"/document/publisher/category": `"multiplier"`}},
		{name: "tracking id before the title", set: map[string]string{"/document/title": `"[EX-1]: Weak pump"`}, want: map[string]string{"/document/title": `"Weak pump"`}, warn: []string{"/document/title: removed"}},
		{name: "tracking id after the title", set: map[string]string{"/document/title": `"Weak pump – EX-1"`}, want: map[string]string{"/document/title": `"Weak pump"`}},
		{name: "tracking id inside the title", set: map[string]string{"/document/title": `"Weak (EX-1) pump"`}, want: map[string]string{"/document/title": `"Weak pump"`}},
		{name: "licence expression", set: notes(`[{"category": "legal_disclaimer", "text": "This text is licensed under CC-BY-4.0."}]`),
			want: map[string]string{"/document/license_expression": `"CC-BY-4.0"`}, warn: []string{"/document/notes/0/text: was found and set"}},
		{name: "licence expression of several words", set: notes(`[{"category": "legal_disclaimer", "text": "SPDX-License-Identifier: MIT OR Apache-2.0"}]`), want: map[string]string{"/document/license_expression": `"MIT OR Apache-2.0"`}},
		{name: "licence expression in another note", set: notes(`[{"category": "general", "text": "MIT"}]`), want: map[string]string{"/document/license_expression": ""}},
		{name: "no licence expression", set: notes(`[{"category": "legal_disclaimer", "text": "All content is provided as is, without any warranty."}]`), want: map[string]string{"/document/license_expression": ""}, none: "licence"},
		{name: "several licence expressions", set: notes(`[{"category": "legal_disclaimer", "text": "CC-BY-4.0"}, {"category": "legal_disclaimer", "text": "Code: MIT."}]`),
			want: map[string]string{"/document/license_expression": ""}, warn: []string{"/document/notes/0/text: CC-BY-4.0 at /document/notes/0/text, MIT at /document/notes/1/text"}},
		{name: "licence expression not wanted", set: notes(`[{"category": "legal_disclaimer", "text": "MIT"}]`), opt: ConvertOptions{NoLicence: true}, want: map[string]string{"/document/license_expression": ""}},
		{name: "note about a product", set: notes(`[{"category": "description", "text": "x", "title": "Product Description for Pump"}]`),
			want: map[string]string{"/document/notes/0/product_ids": `["P1", "P2", "P3"]`}, warn: []string{"/document/notes/0: P1, P2, P3"}},
		{name: "note about a version", set: notes(`[{"category": "summary", "text": "x", "title": "Summary: Sakura Pump 1.0"}]`), want: map[string]string{"/document/notes/0/product_ids": `["P1"]`}},
		{name: "note about nothing known", set: notes(`[{"category": "summary", "text": "x", "title": "Summary for Fan"}]`), want: map[string]string{"/document/notes/0/product_ids": ""}, warn: []string{"/document/notes/0: none could be assigned"}},
		{name: "note with a plain title", set: notes(`[{"category": "summary", "text": "x", "title": "Summary"}, {"category": "summary", "text": "x", "title": "Summarypump"}]`), none: "assigned"},
		{name: "note of a vulnerability", set: map[string]string{vuln0 + "/notes": `[{"category": "description", "text": "x", "title": "Preconditions for Pump 2.0"}]`}, want: map[string]string{vuln0 + "/notes/0/product_ids": `["P2"]`}, warn: []string{vuln0 + "/notes/0: P2"}},
	})
}

func TestConvertCategory(t *testing.T) {
	const two = `[{"date": "2024-01-23T10:00:00Z", "number": "1", "summary": "First"}, {"date": "2024-01-24T10:00:00Z", "number": "2", "summary": "End"}]`
	ended := func(title, category, note string) map[string]string {
		return map[string]string{"/document/title": title, "/document/category": category, "/product_tree": "", "/vulnerabilities": "",
			"/document/tracking/revision_history": two, "/document/tracking/version": `"2"`, "/document/tracking/initial_release_date": `"2024-01-23T10:00:00Z"`,
			"/document/notes": note, "/document/references": `[{"summary": "superseding document is EX-2", "url": "https://csirt.example/ex-2.json"}]`}
	}
	const reason = `[{"category": "description", "text": "Nothing of it was true."}]`
	advisory := map[string]string{"/document/category": `"csaf_security_advisory"`, p1 + "/category": `"product_version_range"`, p1 + "/name": `"<1.5"`}
	with := func(more map[string]string) map[string]string {
		out := map[string]string{}
		for _, m := range []map[string]string{advisory, more} {
			for k, v := range m {
				out[k] = v
			}
		}
		return out
	}
	runConvertCases(t, []convertCase{
		{name: "fixed version added", set: advisory, want: map[string]string{
			"/document/category": `"csaf_security_advisory"`, vuln0 + "/product_status/fixed": `["P2", "P1-fixed"]`,
			versionsOf + "/1": `{"category": "product_version", "name": "1.5", "product": {"name": "Sakura Pump 1.5", "product_id": "P1-fixed"}}`},
			warn: []string{p1 + `: the product "Sakura Pump 1.5" (P1-fixed) was added beside ` + p1 + " and to product_status/fixed of " + vuln0}},
		{name: "fixed version is there", set: with(map[string]string{p1 + "/name": `"<2.0"`}), want: map[string]string{vuln0 + "/product_status/fixed": `["P2"]`}, none: "was added"},
		{name: "fixed version is not listed", set: with(map[string]string{p1 + "/name": `"<2.0"`, vuln0 + "/product_status/fixed": ""}), want: map[string]string{vuln0 + "/product_status/fixed": `["P2"]`}},
		{name: "fixed version is affected", set: with(map[string]string{p1 + "/name": `"<3.0"`, vuln0 + "/product_status/known_affected": `["P1", "P3"]`, vuln0 + "/product_status/known_not_affected": ""}), want: map[string]string{vuln0 + "/product_status/fixed": `["P2"]`}},
		{name: "range ends with a version", set: with(map[string]string{p1 + "/name": `"<=1.5"`}), want: map[string]string{vuln0 + "/product_status/fixed": `["P2"]`}},
		{name: "not an advisory", set: with(map[string]string{"/document/category": `"csaf_base"`}), want: map[string]string{vuln0 + "/product_status/fixed": `["P2"]`}},
		{name: "deprecated advisory", set: with(map[string]string{vuln0 + "/product_status": `{"under_investigation": ["P1"], "fixed": ["P2"]}`}),
			want: map[string]string{"/document/category": `"csaf_deprecated_security_advisory"`}, warn: []string{"/document/category: csaf_deprecated_security_advisory"}},
		{name: "withdrawn", set: ended(`"Withdrawn: weak pump"`, `"csaf_base"`, reason),
			want: map[string]string{"/document/category": `"csaf_withdrawn"`, "/document/notes/0/title": `"Reasoning for Withdrawal"`}, warn: []string{"/document/category: csaf_withdrawn"}},
		{name: "withdrawn by category", set: ended(`"Weak pump"`, `"WITHDRAWN"`, reason), want: map[string]string{"/document/category": `"csaf_withdrawn"`}},
		{name: "superseded", set: ended(`"Superseded: weak pump"`, `"csaf_base"`, reason), want: map[string]string{"/document/category": `"csaf_superseded"`,
			"/document/notes/0/title": `"Reasoning for Supersession"`, "/document/references/0/summary": `"Superseding Document is EX-2"`, "/document/references/0/category": `"external"`}},
		{name: "withdrawn but for the reason", set: ended(`"Withdrawn: weak pump"`, `"csaf_base"`, `[{"category": "general", "text": "x"}]`),
			want: map[string]string{"/document/category": `"csaf_base"`, "/document/title": `"Withdrawn: weak pump"`}, warn: []string{"/document/category: kept its category"}},
		{name: "withdrawn with products", set: map[string]string{"/document/title": `"Withdrawn: weak pump"`}, want: map[string]string{"/document/category": `"csaf_base"`}, warn: []string{"/document/category: kept its category"}},
		{name: "withdrawn in another language", set: map[string]string{"/document/title": `"Withdrawn: x"`, "/document/lang": `"de"`}, none: "withdrawn"},
	})
}

func TestConvertHelper(t *testing.T) {
	set := func(key, json string) map[string]string {
		return map[string]string{helper: `{"` + key + `": ` + json + `}`}
	}
	want := func(key, json string) map[string]string { return map[string]string{helper + "/" + key: json} }
	runConvertCases(t, []convertCase{
		{name: "CPE", set: set("cpe", `"cpe:2.3:a:sakura:pump:1.0:*:*:*:*:*:*:*"`), want: want("cpe", `"cpe:2.3:a:sakura:pump:1.0:*:*:*:*:*:*:*"`)},
		{name: "invalid CPE", set: set("cpe", `"cpe:2.3:a:sakura:pump:1.0:*:*:*:*:*:*:**"`), want: map[string]string{helper: ""}, warn: []string{helper + "/cpe: removed"}},
		{name: "purl", set: set("purl", `"pkg:deb/debian/curl@7.1"`), want: map[string]string{helper: `{"purls": ["pkg:deb/debian/curl@7.1"]}`}},
		{name: "purl in upper case", set: set("purl", `"pkg:DEB/debian/curl@7.1"`), want: want("purls", `["pkg:deb/debian/curl@7.1"]`), warn: []string{helper + "/purl: written as"}},
		{name: "hashes", set: set("hashes", `[
			{"filename": "a", "file_hashes": [{"algorithm": "SHA-256", "value": "ABCDEF0123456789ABCDEF0123456789"}, {"algorithm": "sha256", "value": "abcdef0123456789abcdef0123456789"}, {"algorithm": "SHA3_512", "value": "abcdef0123456789abcdef0123456789"}]},
			{"filename": "b", "file_hashes": [{"algorithm": "md5", "value": "abcdef0123456789abcdef0123456789"}]},
			{"filename": "b", "file_hashes": [{"algorithm": "MD5", "value": "ABCDEF0123456789abcdef0123456789"}]}]`),
			want: want("hashes", `[
			{"filename": "a", "file_hashes": [{"algorithm": "sha256", "value": "abcdef0123456789abcdef0123456789"}, {"algorithm": "sha3-512", "value": "abcdef0123456789abcdef0123456789"}]},
			{"filename": "b", "file_hashes": [{"algorithm": "md5", "value": "abcdef0123456789abcdef0123456789"}]}]`), none: "algorithm"},
		{name: "unknown hash", set: set("hashes", `[{"filename": "a", "file_hashes": [{"algorithm": "FastHash", "value": "abcdef0123456789abcdef0123456789"}]}]`),
			want: want("hashes/0/file_hashes/0/algorithm", `"fasthash"`), warn: []string{helper + "/hashes/0/file_hashes/0/algorithm: unknown"}},
		{name: "partial model number", set: set("model_numbers", `["143-D", "7*"]`), want: want("model_numbers", `["143-D*", "7*"]`), warn: []string{helper + "/model_numbers/0: star was added"}},
		{name: "escaped model number", set: set("model_numbers", `["a\\b*"]`), want: want("model_numbers", `["a\\\\b*"]`)},
		{name: "stars in model number", set: set("model_numbers", `["a*b*", "c"]`), want: want("model_numbers", `["c*"]`), warn: []string{helper + "/model_numbers/0: removed"}},
		{name: "star inside model number", set: set("model_numbers", `["a*b"]`), want: map[string]string{helper: ""}, warn: []string{helper + "/model_numbers/0: removed"}},
		{name: "whole model number", set: set("model_numbers", `["143-D"]`), opt: ConvertOptions{WholeNumbers: true}, want: want("model_numbers", `["143-D"]`), none: "star"},
		{name: "literal stars and marks", set: set("model_numbers", `["a*b*c?"]`), opt: ConvertOptions{WholeNumbers: true, LiteralStars: true, LiteralMarks: true}, want: want("model_numbers", `["a\\*b\\*c\\?"]`)},
		{name: "serial number", set: set("serial_numbers", `["1", "1*", "2*3*"]`), want: want("serial_numbers", `["1*"]`), warn: []string{helper + "/serial_numbers/0: serial number", helper + "/serial_numbers/2: removed"}},
		{name: "stock keeping unit", set: set("skus", `["1", "2*3*"]`), want: want("skus", `["1*"]`), warn: []string{helper + "/skus/0: stock keeping unit", helper + "/skus/1: removed"}},
		{name: "SBOM URLs", set: set("sbom_urls", `["https://b.example", "https://a.example", "https://b.example"]`), want: want("sbom_urls", `["https://b.example", "https://a.example"]`)},
		{name: "generic URIs", set: set("x_generic_uris", `[{"namespace": "https://a.example", "uri": "x:1"}, {"namespace": "https://a.example", "uri": "x:1"}]`), want: want("x_generic_uris", `[{"namespace": "https://a.example", "uri": "x:1"}]`)},
		{name: "helper of a listed product", set: map[string]string{"/product_tree/full_product_names": `[{"name": "X", "product_id": "X", "product_identification_helper": {"purl": "pkg:npm/x"}}]`},
			want: map[string]string{"/product_tree/full_product_names/0/product_identification_helper/purls": `["pkg:npm/x"]`}},
		{name: "relationship", set: map[string]string{"/product_tree/relationships": `[{"category": "installed_on", "product_reference": "P1", "relates_to_product_reference": "P3",
			"full_product_name": {"name": "1 on 3", "product_id": "P1-3", "product_identification_helper": {"purl": "pkg:npm/x"}}}]`},
			want: map[string]string{"/product_tree/relationships": "", "/product_tree/product_paths": `[{"beginning_product_reference": "P1",
			"full_product_name": {"name": "1 on 3", "product_id": "P1-3", "product_identification_helper": {"purls": ["pkg:npm/x"]}},
			"subpaths": [{"category": "installed_on", "next_product_reference": "P3"}]}]`}},
	})
}
