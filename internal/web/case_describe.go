package web

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/severity"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// describeInput is the form that describes a case.
type describeInput struct {
	Title words.Text  `form:"title"`
	Brief words.Text  `form:"brief"`
	TLP   string      `form:"tlp,required"`
	Vulns []vulnInput `form:"vuln,max=200"`
}

// vulnInput is one vulnerability: a row with nothing but its id is taken away.
type vulnInput struct {
	ID      string     `form:"id,max=20"`
	CVE     string     `form:"cve,max=30"`
	Title   words.Text `form:"title"`
	CWEs    string     `form:"cwes,max=200"`
	Vectors string     `form:"vectors,max=2000"` // one a line
}

// spareRows are the empty rows for further vulnerabilities.
const spareRows = 2

func fillDescribe(s *Site, p *CaseDo, room desk.CaseRoom) {
	v := room.View
	in := describeInput{Title: v.Title, Brief: v.Brief, TLP: string(v.TLP)}
	for _, x := range v.Vulns {
		row := vulnInput{ID: x.ID, CVE: x.CVE, Title: x.Title, CWEs: strings.Join(x.CWEs, ", ")}
		for i, score := range x.Scores {
			if i > 0 {
				row.Vectors += "\n"
			}
			row.Vectors += score.Vector
		}
		in.Vulns = append(in.Vulns, row)
	}
	p.Form.Values = httpd.Encode(in, time.UTC)
	p.Form.Options["tlp"] = labels()
	for i := range len(v.Vulns) {
		p.Rows = append(p.Rows, i)
	}
	for i := range spareRows {
		p.Spare = append(p.Spare, len(v.Vulns)+i)
	}
}

// rowsOf are the rows of vulnerabilities that a form was sent with.
func rowsOf(values url.Values) []int {
	var rows []int
	for name := range values {
		rest, ok := strings.CutPrefix(name, "vuln.")
		number, _, _ := strings.Cut(rest, ".")
		n, err := strconv.Atoi(number)
		if ok && err == nil && n >= 0 && n < 1000 && !slices.Contains(rows, n) {
			rows = append(rows, n)
		}
	}
	slices.Sort(rows)
	return rows
}

func enterDescribe(_ *Site, values url.Values) (cvd.Verb, error) {
	var in describeInput
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return nil, err
	}
	var k fault.Check
	label, ok := tlp.Parse(in.TLP)
	k.Need(ok, "tlp", "fault.tlp")
	k.Need(in.Title.EN != "" || in.Title.JA != "", "title.en", "fault.case.need_title")
	v := cvd.DescribeCase{Title: in.Title, Brief: in.Brief, TLP: label}
	filled := filledRows(values)
	for i, row := range in.Vulns {
		if row == (vulnInput{ID: row.ID}) {
			continue
		}
		at := func(field string) string { return fmt.Sprintf("vuln.%d.%s", filled[i], field) }
		v.Vulns = append(v.Vulns, readVuln(row, &k, at))
	}
	nameVulns(v.Vulns)
	k.Need(len(v.Vulns) > 0, "vuln.0.title.en", "fault.case.need_vuln")
	return v, k.Err()
}

// filledRows are the numbers of the rows that Decode takes, in its order.
func filledRows(values url.Values) []int {
	return slices.DeleteFunc(rowsOf(values), func(n int) bool {
		prefix := fmt.Sprintf("vuln.%d.", n)
		for name, vs := range values {
			if strings.HasPrefix(name, prefix) && strings.TrimSpace(strings.Join(vs, "")) != "" {
				return false
			}
		}
		return true
	})
}

var (
	cvePattern = regexp.MustCompile(`^CVE-\d{4}-\d{4,}$`)
	cwePattern = regexp.MustCompile(`^CWE-[1-9]\d{0,4}$`)
)

// readVuln reads one row and says what is wrong with it, field by field.
func readVuln(row vulnInput, k *fault.Check, at func(string) string) cvd.Vuln {
	x := cvd.Vuln{ID: row.ID, CVE: strings.ToUpper(row.CVE), Title: row.Title}
	k.Need(x.CVE == "" || cvePattern.MatchString(x.CVE), at("cve"), "web.do.describe.cve_wrong")
	k.Need(row.Title.EN != "" || row.Title.JA != "", at("title.en"), "web.do.describe.title_wrong")
	for cwe := range strings.FieldsFuncSeq(row.CWEs, func(r rune) bool { return r == ',' || r == ' ' || r == '、' || r == '\n' }) {
		cwe = strings.ToUpper(cwe)
		if !strings.HasPrefix(cwe, "CWE-") {
			cwe = "CWE-" + cwe
		}
		if !cwePattern.MatchString(cwe) {
			k.Add(at("cwes"), "web.do.describe.cwe_wrong", "cwe", cwe)
			continue
		}
		x.CWEs = append(x.CWEs, cwe)
	}
	for vector := range strings.FieldsSeq(row.Vectors) {
		score, err := severity.Parse(vector)
		if err != nil {
			k.Add(at("vectors"), "web.do.describe.vector_wrong", "vector", vector)
			continue
		}
		x.Scores = append(x.Scores, score)
	}
	return x
}

// nameVulns gives new rows the next free names: v1, v2 …
func nameVulns(vs []cvd.Vuln) {
	next := 1
	for i := range vs {
		for vs[i].ID == "" {
			id := "v" + strconv.Itoa(next)
			if !slices.ContainsFunc(vs, func(x cvd.Vuln) bool { return x.ID == id }) {
				vs[i].ID = id
			}
			next++
		}
	}
}
