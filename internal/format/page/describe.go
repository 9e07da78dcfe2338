package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/look"
	"nakodo/internal/product"
	"nakodo/internal/severity"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Advisory is one advisory in one language, ready to be set: page and plain
// text are two settings of the same values. Text fields are plain text.
type Advisory struct {
	look.Base
	Mark       string
	Headline   string
	First      time.Time
	At         time.Time
	Revision   int
	TLP        tlp.Label
	Critical   bool
	Withdrawal string

	Level    string // of the highest score, "HIGH", or "" without any
	Score    string // the highest score, "CVSS 8.1"
	Tone     string // of its badge
	Remedied bool   // every affected product has a remedy

	Overview     string
	Products     []Product
	AffectedNote string
	Description  string
	Flaws        []Flaw
	Impact       string
	Solution     string
	Remedies     []Remedy
	Vendors      []Vendor
	Statements   []Vendor // those of Vendors that made a statement
	Decisions    []Decision
	References   []Link
	Publisher    string
	Addendum     string
	Analysis     string
	Credits      []string
	Others       []Other
	History      []Entry
	Formats      []Link
	Feed         string
}

// Product is one line of "Products Affected", with the vendor's word on each flaw.
type Product struct {
	Vendor   string
	Name     string
	Versions string
	Affected bool
	Statuses []product.Status // in the order of Flaws
}

// Flaw is one vulnerability.
type Flaw struct {
	Name         string // CVE, or the title where there is none
	Title        string
	CVE          string
	CWEs         []string
	Scores       []Score
	Exploitation string // catalogue key, "" where nothing is known
}

// Score is a CVSS score with what makes it.
type Score struct{ Label, Value, Level, Vector string }

// Remedy is one thing a user can do.
type Remedy struct {
	Kind     product.RemedyKind
	Text     string
	URL      string
	Products []string
}

// Vendor is one row of "Vendor Status".
type Vendor struct {
	Name      string
	Status    product.Status
	Updated   time.Time
	Link      string
	Statement string
	Lang      words.Lang // of the statement
}

// Decision is why the advisory comes out without a developer's consent, and what
// that developer says to it.
type Decision struct {
	Vendor  string
	Key     string // catalogue key of the sentence that says why
	Decided time.Time
	View    string
	Lang    words.Lang // of the view
}

// Link is an address with its name.
type Link struct{ Title, URL string }

// Other is one row of "Other Information".
type Other struct {
	Kind  advisory.OtherKind
	Cells []Link // without an address where there is none
}

// Entry is one line of the update history.
type Entry struct {
	At      time.Time
	Number  int
	Summary string
}

// describer holds what a description is made from.
type describer struct {
	say  words.Catalogue
	rev  advisory.Revision
	pub  advisory.Publisher
	lang words.Lang
}

// describe gives the advisory in one language.
func describe(say words.Catalogue, rev advisory.Revision, pub advisory.Publisher, lang words.Lang) Advisory {
	d := describer{say, rev, pub, lang}
	c := rev.Content
	a := Advisory{
		Mark: rev.ID.Mark(pub.Prefix), Headline: c.Title.In(lang), First: rev.First, At: rev.At, Revision: rev.Number,
		TLP: c.TLP, Critical: c.Critical, Withdrawal: c.Withdrawal.In(lang),
		Overview: c.Overview.In(lang), AffectedNote: c.AffectedNote.In(lang), Description: c.Description.In(lang),
		Impact: c.Impact.In(lang), Solution: c.Solution.In(lang),
		Publisher: pub.Name.In(lang), Addendum: c.Addendum.In(lang), Analysis: c.Analysis.In(lang),
		Products: d.products(), Flaws: d.flaws(), Remedies: d.remedies(), Vendors: d.vendors(), References: d.references(),
		Credits: d.credits(), Others: d.others(), History: d.history(), Formats: d.formats(), Feed: advisory.FeedPath(lang),
	}
	a.Score, a.Level, a.Tone = highest(c)
	a.Remedied = remedied(c)
	for _, v := range a.Vendors {
		if v.Statement != "" {
			a.Statements = append(a.Statements, v)
		}
	}
	for _, x := range c.Decisions {
		key := "format.decision.failed"
		if x.Unreachable {
			key = "format.decision.unreachable"
		}
		a.Decisions = append(a.Decisions, Decision{Vendor: d.vendorName(x.Org), Key: key, Decided: x.Decided, View: x.View, Lang: x.ViewLang})
	}
	return a
}

func (d describer) products() []Product {
	c := d.rev.Content
	var all []Product
	for _, p := range c.Products {
		line := Product{Vendor: d.vendorName(p.Org), Name: p.Name, Versions: p.Range.Say(d.lang)}
		for _, v := range c.Vulnerabilities {
			s := c.StatusOf(p.ID, v.ID)
			line.Statuses = append(line.Statuses, s)
			line.Affected = line.Affected || s.IsAffected()
		}
		all = append(all, line)
	}
	return all
}

func (d describer) vendorName(org string) string {
	for _, v := range d.rev.Content.Vendors {
		if v.Org == org {
			return v.Name.In(d.lang)
		}
	}
	return ""
}

func (d describer) flaws() []Flaw {
	var all []Flaw
	for _, v := range d.rev.Content.Vulnerabilities {
		f := Flaw{Name: v.CVE, Title: v.Title.In(d.lang), CVE: v.CVE}
		if f.Name == "" {
			f.Name = f.Title
		}
		if f.Name == "" {
			f.Name = v.ID
		}
		for _, w := range v.CWEs {
			f.CWEs = append(f.CWEs, strings.TrimSpace(w.ID+" "+w.Name))
		}
		for _, x := range []struct{ label, vector string }{{"CVSS 3.1", v.CVSS31}, {"CVSS 4.0", v.CVSS40}} {
			if s, err := severity.Parse(x.vector); x.vector != "" && err == nil {
				f.Scores = append(f.Scores, Score{x.label, fmt.Sprintf("%.1f", s.Base), string(s.Level), s.Vector})
			}
		}
		if v.Exploitation != advisory.ExploitUnknown {
			f.Exploitation = "format.exploitation." + string(v.Exploitation)
		}
		all = append(all, f)
	}
	return all
}

func (d describer) remedies() []Remedy {
	var all []Remedy
	for _, r := range d.rev.Content.Remedies {
		out := Remedy{Kind: r.Kind, Text: r.Text.In(d.lang), URL: r.URL}
		for _, id := range r.Products {
			if p, ok := d.rev.Content.Product(id); ok {
				out.Products = append(out.Products, d.vendorName(p.Org)+" "+p.Name+" "+p.Range.Say(d.lang))
			}
		}
		all = append(all, out)
	}
	return all
}

func (d describer) vendors() []Vendor {
	var all []Vendor
	for _, v := range d.rev.Content.Vendors {
		all = append(all, Vendor{
			Name: v.Name.In(d.lang), Status: v.Status, Updated: v.Updated, Link: v.Link, Statement: v.Statement, Lang: v.StatementLang,
		})
	}
	return all
}

func (d describer) references() []Link {
	var all []Link
	for _, r := range d.rev.Content.References {
		title := r.Title.In(d.lang)
		if title == "" {
			title = r.URL
		}
		all = append(all, Link{title, r.URL})
	}
	return all
}

// namesOf lists vulnerabilities by their CVE numbers, else by their titles.
func (d describer) namesOf(vs []advisory.Vulnerability) string {
	var names []string
	for _, v := range vs {
		names = append(names, cmp.Or(v.CVE, v.Title.In(d.lang), v.ID))
	}
	return strings.Join(names, ", ")
}

// credits are the sentences of thanks. A finder who wants no mention gets none.
func (d describer) credits() []string {
	var all []string
	for _, k := range d.rev.Content.Credits {
		sentence := ""
		switch k.Kind {
		case advisory.CreditNamed:
			sentence = d.say.Say(d.lang, "format.credit.named", map[string]any{"name": k.Name.In(d.lang)})
			if some := d.rev.Content.Reported(k); len(some) > 0 {
				sentence = d.say.Say(d.lang, "format.credit.of", map[string]any{"credit": sentence, "vulnerabilities": d.namesOf(some)})
			}
		case advisory.CreditUnnamed:
			sentence = d.say.Say(d.lang, "format.credit.unnamed", nil)
		}
		if sentence != "" && !slices.Contains(all, sentence) {
			all = append(all, sentence)
		}
	}
	return all
}

// others are the rows of "Other Information", all of them as on JVN, the CVE
// row filled from the vulnerabilities.
func (d describer) others() []Other {
	var all []Other
	for _, kind := range advisory.OtherKinds() {
		row := Other{Kind: kind}
		for _, o := range d.rev.Content.Other {
			if o.Kind == kind {
				row.Cells = append(row.Cells, Link{o.ID, o.URL})
			}
		}
		if kind == advisory.OtherCVE {
			for _, v := range d.rev.Content.Vulnerabilities {
				if v.CVE != "" && !slices.ContainsFunc(row.Cells, func(l Link) bool { return l.Title == v.CVE }) {
					row.Cells = append(row.Cells, Link{v.CVE, "https://www.cve.org/CVERecord?id=" + v.CVE})
				}
			}
		}
		all = append(all, row)
	}
	return all
}

// history has the newest entry first, as readers look for what changed.
func (d describer) history() []Entry {
	var all []Entry
	for _, h := range slices.Backward(d.rev.History) {
		all = append(all, Entry{h.At, h.Number, h.Summary.In(d.lang)})
	}
	return all
}

func (d describer) formats() []Link {
	return []Link{
		{"CSAF 2.0", d.pub.CSAFPath(d.rev.ID, d.lang, d.rev.First)},
		{d.say.Say(d.lang, "format.text", nil), d.pub.TextPath(d.rev.ID, d.lang)},
	}
}

// highest is the highest CVSS 3.1 score, or of 4.0 where there is none.
func highest(c advisory.Content) (score, level, tone string) {
	top := severity.Score{Base: -1}
	for _, newest := range []bool{false, true} {
		for _, v := range c.Vulnerabilities {
			vector := v.CVSS31
			if newest {
				vector = v.CVSS40
			}
			if s, err := severity.Parse(vector); vector != "" && err == nil && s.Base > top.Base {
				top = s
			}
		}
		if top.Base >= 0 {
			break
		}
	}
	switch {
	case top.Base < 0:
		return "", "", ""
	case top.Level == severity.High || top.Level == severity.Critical:
		tone = "bad"
	case top.Level == severity.Medium:
		tone = "wait"
	}
	return fmt.Sprintf("CVSS %.1f", top.Base), string(top.Level), tone
}

func remedied(c advisory.Content) bool {
	for _, p := range c.Affected() {
		if !slices.ContainsFunc(c.Remedies, func(r product.Remedy) bool { return r.Helps() && slices.Contains(r.Products, p.ID) }) {
			return false
		}
	}
	return true
}
