package advisory

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"nakodo/csaf/cpe"
	"nakodo/csaf/purl"
	"nakodo/internal/fault"
	"nakodo/internal/product"
	"nakodo/internal/severity"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

var (
	cvePattern = regexp.MustCompile(`^CVE-[0-9]{4}-[0-9]{4,}$`)
	cwePattern = regexp.MustCompile(`^CWE-[1-9][0-9]{0,5}$`)
)

// check refuses content that no later step could make sense of: ids that
// name nothing, vectors that are none. A draft may well be incomplete; whether
// it is ready for the public is Gate's question.
func (c Content) check() error {
	var k fault.Check
	products := map[string]bool{}
	for i, p := range c.Products {
		at := fmt.Sprintf("products[%d]", i)
		k.Need(p.ID != "" && !products[p.ID], at+".id", "fault.advisory.id_twice", "id", p.ID)
		k.Need(strings.TrimSpace(p.Name) != "", at+".name", "fault.advisory.name_empty")
		k.Need(p.CPE == "" || cpe.Valid(p.CPE), at+".cpe", "fault.advisory.bad_cpe")
		if p.PURL != "" {
			_, err := purl.Parse(p.PURL)
			k.Need(err == nil, at+".purl", "fault.advisory.bad_purl")
		}
		products[p.ID] = true
	}
	vulnerabilities := map[string]bool{}
	for i, v := range c.Vulnerabilities {
		at := fmt.Sprintf("vulnerabilities[%d]", i)
		k.Need(v.ID != "" && !vulnerabilities[v.ID], at+".id", "fault.advisory.id_twice", "id", v.ID)
		vulnerabilities[v.ID] = true
		v.check(&k, at)
	}
	for i, r := range c.Remedies {
		at := fmt.Sprintf("remedies[%d]", i)
		for _, id := range r.Products {
			k.Need(products[id], at+".products", "fault.advisory.no_such_product", "id", id)
		}
		k.Need(r.URL == "" || isLink(r.URL), at+".url", "fault.advisory.bad_link")
		k.Need(knownRemedy(r.Kind), at+".kind", "fault.advisory.bad_choice", "value", string(r.Kind))
	}
	c.checkVendors(&k, products, vulnerabilities)
	for i, r := range c.References {
		k.Need(isLink(r.URL), fmt.Sprintf("references[%d].url", i), "fault.advisory.bad_link")
	}
	for i, r := range c.Credits {
		ok := r.Kind == CreditNamed || r.Kind == CreditUnnamed || r.Kind == CreditNone
		k.Need(ok, fmt.Sprintf("credits[%d].kind", i), "fault.advisory.bad_choice", "value", string(r.Kind))
	}
	for i, o := range c.Other {
		k.Need(o.URL == "" || isLink(o.URL), fmt.Sprintf("other[%d].url", i), "fault.advisory.bad_link")
	}
	if c.TLP != "" {
		label, ok := tlp.Parse(string(c.TLP))
		k.Need(ok && label == c.TLP, "tlp", "fault.advisory.bad_choice", "value", string(c.TLP))
	}
	for i, l := range c.Languages {
		ok := (l == words.EN || l == words.JA) && (i == 0 || l != c.Languages[0])
		k.Need(ok, "languages", "fault.advisory.bad_choice", "value", string(l))
	}
	return k.Err()
}

func (v Vulnerability) check(k *fault.Check, at string) {
	k.Need(v.CVE == "" || cvePattern.MatchString(v.CVE), at+".cve", "fault.advisory.bad_cve")
	for j, w := range v.CWEs {
		k.Need(cwePattern.MatchString(w.ID), fmt.Sprintf("%s.cwes[%d]", at, j), "fault.advisory.bad_cwe")
	}
	for _, x := range []struct{ field, vector, version string }{{".cvss31", v.CVSS31, "3.1"}, {".cvss40", v.CVSS40, "4.0"}} {
		if x.vector == "" {
			continue
		}
		score, err := severity.Parse(x.vector)
		k.Need(err == nil && score.Version == x.version, at+x.field, "fault.advisory.bad_vector", "version", x.version)
	}
	switch v.Exploitation {
	case ExploitUnknown, ExploitNone, ExploitPublic, ExploitActive:
	default:
		k.Add(at+".exploitation", "fault.advisory.bad_choice", "value", string(v.Exploitation))
	}
}

func (c Content) checkVendors(k *fault.Check, products, vulnerabilities map[string]bool) {
	orgs := map[string]bool{}
	for i, v := range c.Vendors {
		at := fmt.Sprintf("vendors[%d]", i)
		k.Need(v.Org != "" && !orgs[v.Org], at+".org", "fault.advisory.id_twice", "id", v.Org)
		orgs[v.Org] = true
		k.Need(v.Name != (words.Text{}), at+".name", "fault.advisory.name_empty")
		k.Need(knownStatus(v.Status), at+".status", "fault.advisory.bad_choice", "value", string(v.Status))
		k.Need(v.Link == "" || isLink(v.Link), at+".link", "fault.advisory.bad_link")
		k.Need(v.Statement == "" || v.StatementLang == words.EN || v.StatementLang == words.JA, at+".statement_lang", "fault.advisory.bad_choice", "value", string(v.StatementLang))
		said := map[[2]string]bool{}
		for j, s := range v.Statuses {
			here := fmt.Sprintf("%s.statuses[%d]", at, j)
			pair := [2]string{s.Product, s.Vulnerability}
			k.Need(products[s.Product], here+".product", "fault.advisory.no_such_product", "id", s.Product)
			k.Need(vulnerabilities[s.Vulnerability], here+".vulnerability", "fault.advisory.no_such_vulnerability", "id", s.Vulnerability)
			k.Need(knownStatus(s.Status), here+".status", "fault.advisory.bad_choice", "value", string(s.Status))
			k.Need(!said[pair], here, "fault.advisory.status_twice")
			said[pair] = true
		}
	}
}

func knownStatus(s product.Status) bool {
	for _, x := range product.Statuses() {
		if s == x {
			return true
		}
	}
	return false
}

func knownRemedy(r product.RemedyKind) bool {
	switch r {
	case product.Fix, product.Workaround, product.Mitigation, product.NoFixPlan, product.NoneYet:
		return true
	}
	return false
}

// isLink holds for an absolute web address. Others (javascript:, file:) would
// run or reveal something on the reader's machine.
func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
