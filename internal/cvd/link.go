package cvd

import (
	"slices"

	"nakodo/internal/fault"
)

// Link says that a report tells of a vulnerability. Reports and vulnerabilities
// are many to many: one report may tell of three, and three of one (CERT Guide,
// G6). A report without a link tells of every vulnerability of its case.
type Link struct {
	Report ReportID `json:"report"`
	Vuln   string   `json:"vuln"`
}

// LinkReport says anew which vulnerabilities a report tells of. The credit in the
// advisory follows it, and what its finder sees of the vendors' statuses.
type LinkReport struct {
	Report ReportID `json:"report"`
	Vulns  []string `json:"vulns"`
}

func (LinkReport) Verb() string { return "link_report" }

// Tells lists the vulnerabilities that a report tells of, in the case's order.
func (c *Case) Tells(r ReportID) []string {
	var all, linked []string
	for _, v := range c.Vulns {
		all = append(all, v.ID)
		if slices.Contains(c.Links, Link{r, v.ID}) {
			linked = append(linked, v.ID)
		}
	}
	if len(linked) == 0 {
		return all
	}
	return linked
}

// isLinked reports whether it has been said which vulnerabilities a report tells of.
func (c *Case) isLinked(r ReportID) bool {
	return slices.ContainsFunc(c.Links, func(l Link) bool { return l.Report == r })
}

// link replaces the links of a report.
func (m *move) link(r ReportID, vulns []string) {
	m.c.Links = slices.DeleteFunc(m.c.Links, func(l Link) bool { return l.Report == r })
	for _, v := range m.c.Vulns {
		if slices.Contains(vulns, v.ID) {
			m.c.Links = append(m.c.Links, Link{r, v.ID})
		}
	}
}

// newLink links a report that comes in. The ones that are there already keep to
// what the case was about before it.
func (m *move) newLink(r ReportID, vulns []string) error {
	if len(vulns) == 0 {
		return nil
	}
	if err := m.knownVulns(vulns); err != nil {
		return err
	}
	m.fixLinks()
	m.link(r, vulns)
	return nil
}

// fixLinks says of each report without a link what that meant so far: all there is.
func (m *move) fixLinks() {
	for _, r := range m.c.Reports {
		if !m.c.isLinked(r) {
			m.link(r, m.c.Tells(r))
		}
	}
}

func (m *move) knownVulns(ids []string) error {
	var k fault.Check
	k.Need(len(ids) > 0, "vulns", "fault.case.need_link")
	for _, id := range ids {
		k.Need(slices.ContainsFunc(m.c.Vulns, func(v Vuln) bool { return v.ID == id }), "vulns", "fault.case.no_vuln")
	}
	return k.Err()
}

func (v LinkReport) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if !slices.Contains(m.c.Reports, v.Report) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if err := m.knownVulns(v.Vulns); err != nil {
		return err
	}
	m.link(v.Report, v.Vulns)
	return nil
}
