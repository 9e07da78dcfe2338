package web

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// advisoryForm is the editor's form. Products and vendors are not in it: they
// are the case's, and come from there.
type advisoryForm struct {
	Title        words.Text `form:"title"`
	Overview     words.Text `form:"overview"`
	AffectedNote words.Text `form:"affected_note"`
	Description  words.Text `form:"description"`
	Impact       words.Text `form:"impact"`
	Solution     words.Text `form:"solution"`
	Addendum     words.Text `form:"addendum"`
	Analysis     words.Text `form:"analysis"`
	Withdrawal   words.Text `form:"withdrawal"`
	Summary      words.Text `form:"summary"`

	Vulnerabilities []vulnRow      `form:"vulnerabilities,max=500"`
	Remedies        []remedyRow    `form:"remedies,max=500"`
	References      []referenceRow `form:"references,max=200"`
	Credits         []creditLine   `form:"credits,max=200"`
	Other           []otherRow     `form:"other,max=200"`

	TLP       string    `form:"tlp,one=TLP:RED|TLP:AMBER+STRICT|TLP:AMBER|TLP:GREEN|TLP:CLEAR"`
	Languages string    `form:"languages,one=ja_en|en_ja|ja|en"`
	Waiver    string    `form:"waiver,max=2000"`
	Public    time.Time `form:"public"`
	Critical  bool      `form:"critical"`
}

type vulnRow struct {
	ID           string     `form:"id"`
	Title        words.Text `form:"title"`
	CVE          string     `form:"cve,max=40"`
	CWEs         string     `form:"cwes,max=400"` // numbers with spaces or commas between them
	CVSS31       string     `form:"cvss31,max=400"`
	CVSS40       string     `form:"cvss40,max=400"`
	Exploitation string     `form:"exploitation"`
}

type remedyRow struct {
	Kind     string     `form:"kind,required"`
	Text     words.Text `form:"text"`
	URL      string     `form:"url,max=1000"`
	Products []string   `form:"products"`
	Date     time.Time  `form:"date"`
	Gone     bool       `form:"gone"`
}

type referenceRow struct {
	Title words.Text `form:"title"`
	URL   string     `form:"url,max=1000"`
	Gone  bool       `form:"gone"`
}

type creditLine struct {
	Report string `form:"report"`
	Kind   string `form:"kind,required"`
}

type otherRow struct {
	Kind string `form:"kind,required"`
	ID   string `form:"id,max=200"`
	URL  string `form:"url,max=1000"`
	Gone bool   `form:"gone"`
}

// formOf is a draft as the editor's form shows it.
func formOf(d advisory.Draft) advisoryForm {
	c := d.Content
	f := advisoryForm{
		Title: c.Title, Overview: c.Overview, AffectedNote: c.AffectedNote, Description: c.Description, Impact: c.Impact, Solution: c.Solution,
		Addendum: c.Addendum, Analysis: c.Analysis, Withdrawal: c.Withdrawal, Summary: d.Summary,
		TLP: string(c.TLP), Waiver: c.Waiver, Public: c.Public, Critical: c.Critical,
	}
	var langs []string
	for _, l := range c.Languages {
		langs = append(langs, string(l))
	}
	f.Languages = strings.Join(langs, "_")
	for _, v := range c.Vulnerabilities {
		var cwes []string
		for _, w := range v.CWEs {
			cwes = append(cwes, w.ID)
		}
		f.Vulnerabilities = append(f.Vulnerabilities, vulnRow{
			ID: v.ID, Title: v.Title, CVE: v.CVE, CWEs: strings.Join(cwes, " "), CVSS31: v.CVSS31, CVSS40: v.CVSS40, Exploitation: string(v.Exploitation),
		})
	}
	for _, r := range c.Remedies {
		f.Remedies = append(f.Remedies, remedyRow{Kind: string(r.Kind), Text: r.Text, URL: r.URL, Products: r.Products, Date: r.Date})
	}
	for _, r := range c.References {
		f.References = append(f.References, referenceRow{Title: r.Title, URL: r.URL})
	}
	for _, k := range c.Credits {
		f.Credits = append(f.Credits, creditLine{Report: k.Report, Kind: string(k.Kind)})
	}
	for _, o := range c.Other {
		f.Other = append(f.Other, otherRow{Kind: string(o.Kind), ID: o.ID, URL: o.URL})
	}
	return f
}

// onto writes the form over a draft's content; what the form does not ask for stays.
func (f advisoryForm) onto(c advisory.Content) advisory.Write {
	c.Title, c.Overview, c.AffectedNote, c.Description, c.Impact, c.Solution = f.Title, f.Overview, f.AffectedNote, f.Description, f.Impact, f.Solution
	c.Addendum, c.Analysis, c.Withdrawal = f.Addendum, f.Analysis, f.Withdrawal
	c.TLP, c.Waiver, c.Public, c.Critical = tlp.Label(f.TLP), f.Waiver, f.Public, f.Critical
	c.Languages = nil
	for l := range strings.SplitSeq(f.Languages, "_") {
		if l != "" {
			c.Languages = append(c.Languages, words.Lang(l))
		}
	}
	c.Vulnerabilities = f.vulnerabilities(c.Vulnerabilities)
	c.Remedies, c.References, c.Other = nil, nil, nil
	for _, r := range f.Remedies {
		if !r.Gone {
			c.Remedies = append(c.Remedies, product.Remedy{Kind: product.RemedyKind(r.Kind), Text: r.Text, URL: r.URL, Products: r.Products, Date: r.Date})
		}
	}
	for _, r := range f.References {
		if !r.Gone {
			c.References = append(c.References, advisory.Reference{Title: r.Title, URL: r.URL})
		}
	}
	for _, o := range f.Other {
		if !o.Gone {
			c.Other = append(c.Other, advisory.OtherInfo{Kind: advisory.OtherKind(o.Kind), ID: o.ID, URL: o.URL})
		}
	}
	c.Credits = slices.Clone(c.Credits)
	for i := range c.Credits { // a credit is for a report: the form can neither add nor move one
		if j := slices.IndexFunc(f.Credits, func(k creditLine) bool { return k.Report == c.Credits[i].Report }); j >= 0 {
			c.Credits[i].Kind = advisory.CreditKind(f.Credits[j].Kind)
		}
	}
	return advisory.Write{Content: c, Summary: f.Summary}
}

// vulnerabilities changes those there are; new ones come from the case.
func (f advisoryForm) vulnerabilities(before []advisory.Vulnerability) []advisory.Vulnerability {
	all := slices.Clone(before)
	for i := range all {
		j := slices.IndexFunc(f.Vulnerabilities, func(r vulnRow) bool { return r.ID == all[i].ID })
		if j < 0 {
			continue
		}
		row, v := f.Vulnerabilities[j], &all[i]
		named := map[string]string{}
		for _, w := range v.CWEs {
			named[w.ID] = w.Name
		}
		v.Title, v.CVE, v.CVSS31, v.CVSS40, v.Exploitation = row.Title, row.CVE, row.CVSS31, row.CVSS40, advisory.Exploitation(row.Exploitation)
		v.CWEs = nil
		for _, id := range strings.FieldsFunc(row.CWEs, func(r rune) bool { return strings.ContainsRune(" ,、　\n", r) }) {
			v.CWEs = append(v.CWEs, advisory.Weakness{ID: id, Name: named[id]})
		}
	}
	return all
}

// alike reports whether two texts are the same to their readers. Saving an
// unchanged text would void its approval for nothing.
func alike(a, b advisory.Write) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
