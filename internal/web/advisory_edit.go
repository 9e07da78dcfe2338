package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"nakodo/csaf/cwe"
	"nakodo/internal/advisory"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// The editor, and its fields. N counts rows from 0.
//
//	GET  /desk/advisories/{id}/edit
//	POST /desk/advisories/{id}/edit    seen  do=save|submit|refresh|preview.ja|preview.en|more.remedies|more.references|more.other
//	POST /desk/advisories/{id}/check   the same fields; nothing is stored
//
//	title.ja title.en overview.ja … affected_note description impact solution addendum analysis withdrawal summary (each .ja and .en)
//	vulnerabilities.N.id .title.ja .title.en .cve .cwes .cvss31 .cvss40 .exploitation=|none|poc|active
//	remedies.N.kind .text.ja .text.en .url .products .date .gone
//	references.N.title.ja .title.en .url .gone
//	credits.N.report .kind=named|unnamed|none
//	other.N.kind .id .url .gone
//	tlp  languages=ja_en|en_ja|ja|en  waiver  public  critical

// advisoryText bounds the text of the editor's form, in bytes.
const advisoryText = 1 << 20

// AdvisoryEdit is the editor.
type AdvisoryEdit struct {
	look.Base
	Path       string // of the advisory
	Mark       string
	Headline   words.Text
	Seen       int64
	State      advisory.State
	Submitted  bool // saving sends it back to the authors
	Update     bool // something is published already
	Form       look.Form
	Their      url.Values // what a colleague has saved meanwhile; nil where nobody did
	Vulns      []EditVuln
	Remedies   []int // row numbers
	References []int
	Other      []int
	Credits    []EditCredit
	Products   []EditProduct
	Vendors    []advisory.VendorEntry
	Langs      []words.Lang
	Theirs     []Wrong // the other fields that the colleague has changed, with what stands there now
	Gate       Gate
}

// EditVuln is one vulnerability in the editor.
type EditVuln struct {
	N          int
	ID         string
	Weaknesses []string // names of the CWEs that are known
	Scores     []Score
}

// EditCredit is the thanks to one finder.
type EditCredit struct {
	N      int
	Report string
}

// EditProduct is one product as taken from the case.
type EditProduct struct {
	Name, Vendor, Versions string
	Statuses               []EditStatus
}

// EditStatus is the vendor's word on a product and a vulnerability.
type EditStatus struct {
	Vuln   string
	Status product.Status
}

// EditPair is a text in both languages, side by side.
type EditPair struct {
	Form           look.Form
	JA, EN, Rows   string // field names; how high
	TheirJA, Their string // a colleague's texts where they differ
}

// Pair is the two fields of a text.
func (p AdvisoryEdit) Pair(name, rows string) EditPair {
	pair := EditPair{Form: p.Form, JA: name + ".ja", EN: name + ".en", Rows: "rows=" + rows}
	pair.TheirJA, pair.Their = p.their(pair.JA), p.their(pair.EN)
	return pair
}

// their is a colleague's version of a field where it differs from the officer's own.
func (p AdvisoryEdit) their(name string) string {
	if p.Their == nil || strings.TrimSpace(p.Their.Get(name)) == strings.TrimSpace(strings.ReplaceAll(p.Form.Value(name), "\r\n", "\n")) {
		return ""
	}
	return p.Their.Get(name)
}

func (s *Site) advisoryEdit(w http.ResponseWriter, r *http.Request, v visitor) error {
	page, err := s.Desk.Advisory(r.Context(), v.Actor, advisoryID(r))
	if err != nil {
		return err
	}
	d := page.Advisory.Draft
	if d == nil {
		return fault.New(fault.NotNow, "fault.advisory.no_draft")
	}
	p := s.editor(w, r, v, page.Advisory, page.Mark)
	p.fill(s, httpd.Encode(formOf(*d), s.Desk.Centre.Zone), d.Content, "")
	p.Gate = s.gate(p.Lang, page.Findings, d.Content, page.Names, "")
	return s.pages.Write(w, http.StatusOK, p)
}

// editor is the editor's page without its form.
func (s *Site) editor(w http.ResponseWriter, r *http.Request, v visitor, a advisory.Advisory, mark string) AdvisoryEdit {
	p := AdvisoryEdit{
		Base: s.base(w, r, v, "web.advisory.edit"), Path: advisoryPath(a.ID), Mark: mark, Seen: a.Version, State: a.State,
		Submitted: a.State.Submitted(), Update: a.Live != nil, Headline: a.Draft.Content.Title, Langs: a.Draft.Content.Languages,
	}
	p.Title, p.Base.Path = p.Title+" "+mark, p.Path+"/edit"
	return p
}

// fill puts values into the form and everything around it. more names the rows
// that one is to be added to, besides the empty one that each has.
func (p *AdvisoryEdit) fill(s *Site, values url.Values, c advisory.Content, more string) {
	p.Form = look.Form{Words: "web.advisory.form", Values: values, Options: map[string][]look.Option{}}
	rows := func(name string) []int {
		n := rowsIn(values, name)
		if more == name || n == 0 {
			n++
		}
		var all []int
		for i := range n {
			all = append(all, i)
		}
		return all
	}
	p.Remedies, p.References, p.Other = rows("remedies"), rows("references"), rows("other")
	results := scores(c)
	for i, v := range c.Vulnerabilities {
		e := EditVuln{N: i, ID: v.ID, Scores: results[2*i : 2*i+2]}
		for _, w := range v.CWEs {
			if known, ok := cwe.Newest(w.ID); ok {
				e.Weaknesses = append(e.Weaknesses, w.ID+" "+known.Name)
			}
		}
		p.Vulns = append(p.Vulns, e)
	}
	for i, k := range c.Credits {
		p.Credits = append(p.Credits, EditCredit{i, k.Report})
	}
	p.Vendors = c.Vendors
	for _, x := range c.Products {
		e := EditProduct{Name: x.Name, Versions: x.Range.Say(p.Lang)}
		for _, v := range c.Vendors {
			if v.Org == x.Org {
				e.Vendor = v.Name.In(p.Lang)
			}
		}
		for _, v := range c.Vulnerabilities {
			name := v.ID
			if v.CVE != "" {
				name = v.CVE
			}
			e.Statuses = append(e.Statuses, EditStatus{name, c.StatusOf(x.ID, v.ID)})
		}
		p.Products = append(p.Products, e)
	}
	p.options(s, c)
}

// rowsIn counts the rows of a repeated part of a form.
func rowsIn(values url.Values, name string) int {
	n := 0
	for field := range values {
		var at int
		if rowOf(field, name+".%d", &at) {
			n = max(n, at+1)
		}
	}
	return min(n, 500)
}

// options are what the editor lets one choose.
func (p *AdvisoryEdit) options(s *Site, c advisory.Content) {
	say := func(key string) string { return s.pages.Say(p.Lang, key, nil) }
	o := p.Form.Options
	for _, l := range []tlp.Label{tlp.Clear, tlp.Green, tlp.Amber, tlp.AmberStrict, tlp.Red} {
		o["tlp"] = append(o["tlp"], look.Option{Value: string(l), Text: string(l)})
	}
	for _, x := range []string{"ja_en", "en_ja", "ja", "en"} {
		o["languages"] = append(o["languages"], look.Option{Value: x, Text: say("web.advisory.languages." + x)})
	}
	for _, v := range p.Vulns {
		name := fmt.Sprintf("vulnerabilities.%d.exploitation", v.N)
		o[name] = []look.Option{{Text: "–"}}
		for _, x := range []advisory.Exploitation{advisory.ExploitNone, advisory.ExploitPublic, advisory.ExploitActive} {
			o[name] = append(o[name], look.Option{Value: string(x), Text: say("format.exploitation." + string(x))})
		}
	}
	kinds, products := []look.Option{{Text: "–"}}, []look.Option(nil)
	for _, k := range []product.RemedyKind{product.Fix, product.Workaround, product.Mitigation, product.NoFixPlan, product.NoneYet} {
		kinds = append(kinds, look.Option{Value: string(k), Text: say("format.remedy." + string(k))})
	}
	for i, x := range c.Products {
		products = append(products, look.Option{Value: x.ID, Text: p.Products[i].Vendor + " " + x.Name + " " + p.Products[i].Versions})
	}
	for _, n := range p.Remedies {
		o[fmt.Sprintf("remedies.%d.kind", n)], o[fmt.Sprintf("remedies.%d.products", n)] = kinds, products
	}
	others := []look.Option{{Text: "–"}}
	for _, k := range advisory.OtherKinds() {
		others = append(others, look.Option{Value: string(k), Text: s.pages.Say(p.Lang, "format.other."+string(k), map[string]any{"centre": s.Desk.Centre.Name.In(p.Lang)})})
	}
	for _, n := range p.Other {
		o[fmt.Sprintf("other.%d.kind", n)] = others
	}
	for _, k := range p.Credits {
		name := fmt.Sprintf("credits.%d.kind", k.N)
		for _, x := range []advisory.CreditKind{advisory.CreditNamed, advisory.CreditUnnamed, advisory.CreditNone} {
			o[name] = append(o[name], look.Option{Value: string(x), Text: say("web.advisory.credit." + string(x))})
		}
	}
}
