package csaf

import "testing"

func TestConvertBranches(t *testing.T) {
	tree := func(json string) map[string]string { return map[string]string{"/product_tree/branches": json} }
	const rest = `{"category": "product_name", "name": "Fan", "branches": [
		{"category": "product_version", "name": "2", "product": {"name": "F2", "product_id": "P2"}},
		{"category": "product_version", "name": "3", "product": {"name": "F3", "product_id": "P3"}}]}`
	const leaf = `"product": {"name": "One", "product_id": "P1"}`
	runConvertCases(t, []convertCase{
		{name: "legacy", set: map[string]string{"/product_tree/branches/0/branches/0/category": `"legacy"`},
			want: map[string]string{"/product_tree/branches/0/branches/0/category": `"product_name"`}, warn: []string{"/product_tree/branches/0/branches/0/category: product_name"}},
		{name: "placeholder vendor above", set: tree(`[{"category": "vendor", "name": "Open-Source", "branches": [{"category": "vendor", "name": "Sakura", "branches": [{"category": "product_name", "name": "Pump", ` + leaf + `}, ` + rest + `]}]}]`),
			want: map[string]string{"/product_tree/branches": `[{"category": "vendor", "name": "Sakura", "branches": [{"category": "product_name", "name": "Pump", ` + leaf + `}, ` + rest + `]}]`},
			warn: []string{"/product_tree/branches/0: category vendor"}},
		{name: "placeholder vendor below", set: tree(`[{"category": "vendor", "name": "Sakura", "branches": [{"category": "vendor", "name": "No Assertion", "branches": [{"category": "product_name", "name": "Pump", ` + leaf + `}]}, ` + rest + `]}]`),
			want: map[string]string{"/product_tree/branches": `[{"category": "vendor", "name": "Sakura", "branches": [{"category": "product_name", "name": "Pump", ` + leaf + `}, ` + rest + `]}]`},
			warn: []string{"/product_tree/branches/0/branches/0: category vendor"}},
		{name: "placeholder vendor with others below", set: tree(`[{"category": "vendor", "name": "unknown", "branches": [{"category": "vendor", "name": "Sakura", "branches": [{"category": "product_name", "name": "Pump", ` + leaf + `}]}, ` + rest + `]}]`),
			want: map[string]string{"/product_tree/branches": `[{"category": "vendor", "name": "unknown", "branches": [` + rest + `]}, {"category": "vendor", "name": "Sakura", "branches": [{"category": "product_name", "name": "Pump", ` + leaf + `}]}]`}},
		{name: "two real vendors", set: tree(`[{"category": "vendor", "name": "A", "branches": [{"category": "vendor", "name": "B", ` + leaf + `}, ` + rest + `]}]`), invalid: true,
			warn: []string{"/product_tree/branches/0/branches/0: could not be resolved"}},
		{name: "stacked versions", set: tree(`[{"category": "product_name", "name": "Pump", "branches": [{"category": "product_version", "name": "1", "branches": [{"category": "product_version", "name": "1.1", ` + leaf + `}]}]}, ` + rest + `]`),
			want: map[string]string{"/product_tree/branches": `[{"category": "product_family", "name": "Pump", "branches": [{"category": "product_name", "name": "Pump 1", "branches": [{"category": "product_version", "name": "1.1", ` + leaf + `}]}]}, ` + rest + `]`},
			warn: []string{`/product_tree/branches/0/branches/0: several branches of the category product_version stand along one path: product_name "Pump" / product_version "1"`}},
		{name: "three stacked versions", set: tree(`[{"category": "product_name", "name": "Pump", "branches": [{"category": "product_version", "name": "1", "branches": [{"category": "product_version", "name": "2", "branches": [{"category": "product_version", "name": "3", ` + leaf + `}]}]}]}, ` + rest + `]`),
			want: map[string]string{"/product_tree/branches/0": `{"category": "product_family", "name": "Pump", "branches": [{"category": "product_family", "name": "Pump 1", "branches": [{"category": "product_name", "name": "Pump 1 2", "branches": [{"category": "product_version", "name": "3", ` + leaf + `}]}]}]}`}},
		{name: "stacked versions beside others", set: tree(`[{"category": "product_name", "name": "Pump", "branches": [{"category": "product_version", "name": "1", "branches": [{"category": "product_version", "name": "1.1", ` + leaf + `}]}, {"category": "product_version", "name": "2", "product": {"name": "F2", "product_id": "P2"}}, {"category": "product_version", "name": "3", "product": {"name": "F3", "product_id": "P3"}}]}]`),
			want: map[string]string{"/product_tree/branches/0/category": `"product_name"`, "/product_tree/branches/0/branches/0/name": `"2"`, "/product_tree/branches/1/category": `"product_family"`, "/product_tree/branches/1/branches/0/name": `"Pump 1"`}},
		{name: "stacked versions without a name", set: tree(`[{"category": "vendor", "name": "A", "branches": [{"category": "product_version", "name": "1", "branches": [{"category": "product_version", "name": "1.1", ` + leaf + `}]}, ` + rest + `]}]`), invalid: true,
			warn: []string{"/product_tree/branches/0/branches/0/branches/0: the category product_version stands twice"}},
		{name: "stacked versions kept", set: tree(`[{"category": "product_name", "name": "Pump", "branches": [{"category": "product_version", "name": "1", "branches": [{"category": "product_version", "name": "1.1", ` + leaf + `}]}]}, ` + rest + `]`),
			opt: ConvertOptions{KeepStacked: true}, want: map[string]string{"/product_tree/branches/0/category": `"product_name"`}, invalid: true},
		{name: "version above a range", set: tree(`[{"category": "product_name", "name": "Pump", "branches": [{"category": "product_version", "name": "1", "branches": [{"category": "product_version_range", "name": "<=1.1", ` + leaf + `}]}]}, ` + rest + `]`),
			want: map[string]string{"/product_tree/branches/0": `{"category": "product_family", "name": "Pump", "branches": [{"category": "product_name", "name": "Pump 1", "branches": [{"category": "product_version_range", "name": "<=1.1", ` + leaf + `}]}]}`},
			warn: []string{"/product_tree/branches/0/branches/0: product_version and product_version_range stand along one path"}},
		{name: "version above a range in a family", set: tree(`[{"category": "product_family", "name": "Pump", "branches": [{"category": "product_version", "name": "1", "branches": [{"category": "product_version_range", "name": "<=1.1", ` + leaf + `}]}]}, ` + rest + `]`),
			want: map[string]string{"/product_tree/branches/0/category": `"product_family"`, "/product_tree/branches/0/branches/0/category": `"product_name"`, "/product_tree/branches/0/branches/0/name": `"Pump 1"`}},
		{name: "range above a version", set: tree(`[{"category": "product_name", "name": "Pump", "branches": [{"category": "product_version_range", "name": "<=1.1", "branches": [{"category": "product_version", "name": "1", ` + leaf + `}]}]}, ` + rest + `]`), invalid: true,
			warn: []string{"/product_tree/branches/0/branches/0/branches/0: could not be resolved"}},
	})
}

func TestConvertRanges(t *testing.T) {
	set := func(name string) map[string]string {
		return map[string]string{p1 + "/category": `"product_version_range"`, p1 + "/name": name}
	}
	want := func(category, name string) map[string]string {
		return map[string]string{p1 + "/category": `"` + category + `"`, p1 + "/name": name}
	}
	const isRange, isVersion = "product_version_range", "product_version"
	runConvertCases(t, []convertCase{
		{name: "VERS", set: set(`"vers:npm/>=2.2.0|<2.3.0"`), want: want(isRange, `"vers:npm/>=2.2.0|<2.3.0"`), none: "range"},
		{name: "vls", set: set(`"<V3.0.29"`), want: want(isRange, `"<V3.0.29"`), none: "range"},
		{name: "white space", set: set(`"< V4.2"`), want: want(isRange, `"<V4.2"`), warn: []string{p1 + "/name: was written as"}},
		{name: "words between", set: set(`"All versions >= V1.0 and < V2.5 SP1"`), want: want(isRange, `">=V1.0|<V2.5%20SP1"`)},
		{name: "nothing between", set: set(`"vers:all/>=2.3<V3.0"`), want: want(isRange, `">=2.3|<V3.0"`)},
		{name: "type that says nothing", set: set(`"vers:all/<V4.4"`), want: want(isRange, `"<V4.4"`)},
		{name: "type that says something", set: set(`"vers:npm/ >= 2.2.0 | < 2.3.0"`), want: want(isRange, `"vers:npm/>=2.2.0|<2.3.0"`)},
		{name: "all versions", set: set(`"All versions"`), want: want(isRange, `"vers:all/*"`)},
		{name: "all versions of a type", set: set(`"vers:npm/*"`), want: want(isRange, `"vers:all/*"`)},
		{name: "words kept", set: set(`"< 2.1.0 (Windows only)"`), want: want(isRange, `"<2.1.0%20(Windows%20only)"`)},
		{name: "a sentence", set: set(`"All versions with Ethernet"`), want: want(isRange, `"All versions with Ethernet"`), warn: []string{p1 + "/name: could not be converted"}, invalid: true},
		{name: "texts kept", set: set(`"< V4.2"`), opt: ConvertOptions{KeepRangeTexts: true}, want: want(isRange, `"< V4.2"`), invalid: true},
		{name: "single VERS", set: set(`"vers:intdot/4.2.0"`), want: want(isVersion, `"4.2.0"`), warn: []string{p1 + `: is the single version "4.2.0"`}},
		{name: "single vls", set: set(`"4.2.0"`), want: want(isVersion, `"4.2.0"`), warn: []string{p1 + ": became a product_version"}},
		{name: "single kept", set: set(`"4.2.0"`), opt: ConvertOptions{KeepSingle: true}, want: want(isRange, `"4.2.0"`), invalid: true},
		{name: "upper open", set: set(`">=4.2.0"`), want: want(isVersion, `"4.2.0"`), warn: []string{p1 + "/name: has no upper end"}},
		{name: "upper open with others", set: set(`"<1.2|>=4.2"`), want: want(isRange, `"<1.2|4.2"`), warn: []string{p1 + "/name: has no upper end"}},
		{name: "upper open without its start", set: set(`"<1.2|>4.2"`), want: want(isRange, `"<1.2|>4.2"`), warn: []string{p1 + "/name: none could be set"}, unresolved: true},
		{name: "upper open kept", set: set(`">=4.2.0"`), opt: ConvertOptions{KeepOpen: true}, want: want(isRange, `">=4.2.0"`), none: "upper end"},
	})
}

func TestConvertVulnerability(t *testing.T) {
	cwe := func(id, name string) map[string]string {
		return map[string]string{vuln0 + "/cwe": `{"id": "` + id + `", "name": "` + name + `"}`}
	}
	ids := func(json string) map[string]string { return map[string]string{vuln0 + "/ids": json} }
	link := func(url string) map[string]string {
		return map[string]string{vuln0 + "/references": `[{"summary": "Score", "url": "` + url + `"}]`}
	}
	const v4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
	note := func(text string) map[string]string {
		return map[string]string{vuln0 + "/notes": `[{"category": "other", "text": ` + text + `, "title": "SSVC"}, {"category": "summary", "text": "x"}]`}
	}
	runConvertCases(t, []convertCase{
		{name: "release date", set: map[string]string{vuln0 + "/release_date": `"2024-01-20T10:00:00Z"`}, want: map[string]string{vuln0 + "/release_date": "", vuln0 + "/disclosure_date": `"2024-01-20T10:00:00Z"`}},
		{name: "scores", set: map[string]string{vuln0 + "/scores": `[{"products": ["P1"], "cvss_v3": {"version": "3.1", "vectorString": "CVSS:3.1/AV:L/AC:L/PR:H/UI:R/S:U/C:H/I:H/A:H", "baseScore": 6.5, "baseSeverity": "MEDIUM", "attackVector": "LOCAL"}}]`},
			want: map[string]string{vuln0 + "/scores": "", vuln0 + "/metrics/0/products": `["P1"]`, vuln0 + "/metrics/0/content/cvss_v3/attackVector": `"LOCAL"`, vuln0 + "/metrics/0/content/cvss_v3/baseScore": "6.5"}},
		{name: "CWE", set: cwe("CWE-79", "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')"),
			want: map[string]string{vuln0 + "/cwe": "", vuln0 + "/cwes/0/version": `"4.13"`}},
		{name: "CWE with an old name", set: cwe("CWE-596", "Incorrect Semantic Object Comparison"), want: map[string]string{vuln0 + "/cwes/0/version": `"3.0"`}},
		{name: "CWE in the newest list", set: cwe("CWE-787", "Out-of-bounds Write"), opt: ConvertOptions{LatestCWE: true}, want: map[string]string{vuln0 + "/cwes/0/version": `"4.14"`}},
		{name: "CWE that is none", set: cwe("CWE-79", "XSS"), want: map[string]string{vuln0 + "/cwes": ""}, warn: []string{vuln0 + "/cwe: not converted"}},
		{name: "registered id", set: ids(`[{"system_name": "https://github.com/oasis-tcs/csaf", "text": "#1217"}]`), want: map[string]string{vuln0 + "/ids/0/text": `"#1217"`}, none: "id of"},
		{name: "registered id in another form", set: ids(`[{"system_name": "https://github.com/oasis-tcs/csaf", "text": "Issue 1217"}]`), warn: []string{vuln0 + "/ids/0: registered system was detected and could not be converted"}},
		{name: "id with a mapping", set: ids(`[{"system_name": "OASIS Open CSAF TC GitHub Issues", "text": "Issue 1217"}]`),
			want: map[string]string{vuln0 + "/ids/0": `{"system_name": "https://github.com/oasis-tcs/csaf", "text": "#1217"}`}, warn: []string{vuln0 + `/ids/0: converted from "OASIS Open CSAF TC GitHub Issues" "Issue 1217"`}},
		{name: "id that the mapping does not know", set: ids(`[{"system_name": "OASIS Open CSAF TC GitHub Issues", "text": "ticket 7"}]`), warn: []string{vuln0 + "/ids/0: no rule of the mapping"}},
		{name: "id that the mapping spoils", set: ids(`[{"system_name": "OASIS Open CSAF TC GitHub Issues", "text": "0"}]`), warn: []string{vuln0 + "/ids/0: pattern does not match"}},
		{name: "unregistered id", set: ids(`[{"system_name": "JVN", "text": "JVN#12345678"}]`), want: map[string]string{vuln0 + "/ids/0/system_name": `"JVN"`}, warn: []string{vuln0 + "/ids/0: potentially unregistered"}},
		{name: "ids kept", set: ids(`[{"system_name": "JVN", "text": "JVN#12345678"}]`), opt: ConvertOptions{KeepIDs: true}, none: "unregistered"},
		{name: "CVSS 4.0 link", set: link("https://www.first.org/cvss/calculator/4.0#" + v4),
			want: map[string]string{vuln0 + "/metrics": `[{"content": {"cvss_v4": {"version": "4.0", "vectorString": "` + v4 + `", "baseScore": 9.3, "baseSeverity": "CRITICAL"}}, "products": ["P1"]}]`}},
		{name: "CVSS 4.0 link with a bad vector", set: link("https://www.first.org/cvss/calculator/4.0#CVSS:4.0/AV:N"), want: map[string]string{vuln0 + "/metrics": ""}, warn: []string{vuln0 + "/references/0: lacks the base metric"}},
		{name: "CVSS 4.0 link not wanted", set: link("https://www.first.org/cvss/calculator/4.0#" + v4), opt: ConvertOptions{NoCVSS4: true}, want: map[string]string{vuln0 + "/metrics": ""}},
		{name: "other link", set: link("https://example.com/#" + v4), want: map[string]string{vuln0 + "/metrics": ""}},
		{name: "SSVC vector", set: note(`"SSVCv2/E:A/A:Y/T:T/P:E/B:A/M:H/D:C/2024-01-20T10:00:00Z/"`), want: map[string]string{
			vuln0 + "/notes":                                               `[{"category": "summary", "text": "x"}]`,
			vuln0 + "/metrics/0/products":                                  `["P1"]`,
			vuln0 + "/metrics/0/content/ssvc_v2/selections/0":              `{"namespace": "ssvc", "key": "E", "name": "Exploitation", "version": "1.0.0", "values": [{"key": "A", "name": "Active"}]}`,
			vuln0 + "/metrics/0/content/ssvc_v2/selections/6/values/0/key": `"AC"`, vuln0 + "/metrics/0/content/ssvc_v2/timestamp": `"2024-01-20T10:00:00Z"`}},
		{name: "SSVC in JSON", set: note(`"{\"schemaVersion\": \"2.0.0\", \"timestamp\": \"2024-01-20T10:00:00Z\", \"selections\": [{\"namespace\": \"ssvc\", \"key\": \"A\", \"version\": \"2.0.0\", \"values\": [{\"key\": \"Y\"}]}]}"`),
			want: map[string]string{vuln0 + "/metrics/0/content/ssvc_v2/selections/0/key": `"A"`}},
		{name: "SSVC without a time", set: note(`"SSVCv2/E:A/A:Y/"`), want: map[string]string{vuln0 + "/metrics": "", vuln0 + "/notes/0/title": `"SSVC"`}, warn: []string{vuln0 + "/notes/0: SSVC data failed"}},
		{name: "SSVC that is unknown", set: note(`"SSVCv2/Q:A/2024-01-20T10:00:00Z/"`), want: map[string]string{vuln0 + "/metrics": "", vuln0 + "/notes/0/title": `"SSVC"`}, warn: []string{vuln0 + "/notes/0: losing information"}},
		{name: "SSVC after the document", set: note(`"SSVCv2/E:A/2024-02-20T10:00:00Z/"`), want: map[string]string{vuln0 + "/metrics": ""}, warn: []string{vuln0 + "/notes/0: after the newest revision"}},
		{name: "SSVC that is a sentence", set: note(`"Act at once."`), warn: []string{vuln0 + "/notes/0: failed"}},
	})
}

func TestConvertRemediations(t *testing.T) {
	set := func(json string) map[string]string { return map[string]string{vuln0 + "/remediations": json} }
	want := func(json string) map[string]string { return map[string]string{vuln0 + "/remediations": json} }
	const r0, r1 = vuln0 + "/remediations/0", vuln0 + "/remediations/1"
	runConvertCases(t, []convertCase{
		{name: "vendor fix", set: set(`[{"category": "vendor_fix", "details": "x", "product_ids": ["P1"]}]`), want: want(`[{"category": "vendor_fix", "details": "x", "product_ids": ["P1"]}]`), none: "remediation"},
		{name: "optional patch", set: set(`[{"category": "vendor_fix", "details": "x", "product_ids": ["P3"]}]`), want: want(`[{"category": "optional_patch", "details": "x", "product_ids": ["P3"]}]`), warn: []string{r0 + ": P3"}},
		{name: "both", set: set(`[{"category": "vendor_fix", "details": "x", "product_ids": ["P1", "P2", "P3"]}]`),
			want: want(`[{"category": "vendor_fix", "details": "x", "product_ids": ["P1"]}, {"category": "optional_patch", "details": "x", "product_ids": ["P2", "P3"]}]`), warn: []string{r0 + ": stays a vendor_fix for P1 and became an optional_patch for P2, P3"}},
		{name: "both through a group", set: set(`[{"category": "vendor_fix", "details": "x", "group_ids": ["G1"]}]`),
			want: want(`[{"category": "vendor_fix", "details": "x", "product_ids": ["P1"]}, {"category": "optional_patch", "details": "x", "product_ids": ["P2"]}]`)},
		{name: "fix to come", set: set(`[{"category": "none_available", "details": "n", "product_ids": ["P1"]}, {"category": "vendor_fix", "details": "v", "product_ids": ["P1"]}]`),
			want: want(`[{"category": "fix_planned", "details": "n", "product_ids": ["P1"]}]`), warn: []string{r0 + ": became fix_planned for P1", r1 + ": was removed"}},
		{name: "fix to come at a date", set: set(`[{"category": "none_available", "details": "n", "product_ids": ["P1"]}, {"category": "vendor_fix", "date": "2024-12-01T00:00:00Z", "details": "v", "product_ids": ["P1"]}]`),
			want: want(`[{"category": "fix_planned", "details": "n", "product_ids": ["P1"]}]`)},
		{name: "fix that is there", set: set(`[{"category": "none_available", "details": "n", "product_ids": ["P1"]}, {"category": "vendor_fix", "date": "2024-05-01T00:00:00Z", "details": "v", "product_ids": ["P1"]}]`),
			want: want(`[{"category": "vendor_fix", "date": "2024-05-01T00:00:00Z", "details": "v", "product_ids": ["P1"]}]`), warn: []string{r0 + ": none_available was removed for P1"}},
		{name: "fix from this moment", set: set(`[{"category": "none_available", "details": "n", "product_ids": ["P1"]}, {"category": "vendor_fix", "date": "2024-06-01T00:00:00Z", "details": "v", "product_ids": ["P1"]}]`),
			want: want(`[{"category": "vendor_fix", "date": "2024-06-01T00:00:00Z", "details": "v", "product_ids": ["P1"]}]`)},
		{name: "fix for one of two", set: map[string]string{vuln0 + "/product_status": `{"known_affected": ["P1", "P2", "P3"]}`,
			vuln0 + "/remediations": `[{"category": "none_available", "details": "n", "product_ids": ["P1", "P2"]}, {"category": "vendor_fix", "details": "v", "product_ids": ["P2", "P3"]}]`},
			want: want(`[{"category": "none_available", "details": "n", "product_ids": ["P1"]}, {"category": "fix_planned", "details": "n", "product_ids": ["P2"]}, {"category": "vendor_fix", "details": "v", "product_ids": ["P3"]}]`)},
		{name: "no fix", set: set(`[{"category": "none_available", "details": "n", "product_ids": ["P1"]}]`), want: want(`[{"category": "none_available", "details": "n", "product_ids": ["P1"]}]`), none: "none_available"},
	})
}
