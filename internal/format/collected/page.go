package collected

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nakodo/csaf"
	"nakodo/internal/advisory"
	"nakodo/internal/format/page"
	"nakodo/internal/look"
	"nakodo/internal/severity"
	"nakodo/internal/words"
)

// Page is a collected advisory, ready to be set. Its texts are in the language
// Tag, whatever the language of the page.
type Page struct {
	look.Base
	Mark     string
	Source   string
	Headline string
	Tag      string // language of the texts, "en-US"
	First    time.Time
	At       time.Time
	Version  string
	Score    string
	Level    severity.Level
	Original string // address at its publisher
	CSAF     string // path of the document
	Notes    []Note
	Products []ProductList
	Flaws    []Flaw
	Remedies []Remedy
	Links    []Link
	Credits  []string
	History  []Entry
	General  []Note // what the publisher says below every document
}

// Tone is that of the score's badge.
func (p Page) Tone() string {
	switch p.Level {
	case severity.High, severity.Critical:
		return "bad"
	case severity.Medium:
		return "wait"
	}
	return ""
}

// Note is a text of the document.
type Note struct{ Title, Text string }

// ProductList is products of one status.
type ProductList struct {
	Status string // catalogue key
	Names  []string
}

// Flaw is one vulnerability.
type Flaw struct {
	CVE    string
	Title  string
	CWEs   []string
	Scores []string
	Notes  []Note
}

// Remedy is one thing a user can do, said once however many vulnerabilities it helps against.
type Remedy struct {
	Kind string // catalogue key
	Text string
	URL  string
}

// Link is an address with its name.
type Link struct{ Title, URL string }

// Entry is one line of the history.
type Entry struct {
	At      time.Time
	Summary string
}

// HTML is the page in a language, UTF-8. Equal input gives equal bytes.
func (p *Press) HTML(a *Advisory, pub advisory.Publisher, l words.Lang, around page.Around) ([]byte, error) {
	doc := a.doc
	out := Page{
		Mark: a.ID, Source: a.Source, Headline: a.Title, Tag: tagOf(doc), First: a.First, At: a.Updated, Version: a.Version, CSAF: a.CSAFPath(),
		Products: productLists(doc), Flaws: flaws(doc), Remedies: remedies(doc), Credits: credits(doc),
	}
	zone := pub.Zone
	if zone == nil {
		zone = time.UTC
	}
	out.Base = look.Base{
		Title: a.ID + " " + a.Title, Lang: l, Zone: zone, Now: a.Updated, Centre: look.Centre{Name: pub.Name, Zone: zone},
		Nav: around.Nav, Home: around.Home, Search: around.Search, Other: a.PagePath(l.Other()),
	}
	if a.Score > 0 {
		out.Score, out.Level = fmt.Sprintf("%.1f", a.Score), severity.Rate(a.Score)
	}
	for _, n := range doc.Document.Notes {
		note := Note{strings.TrimSpace(n.Title), strings.TrimSpace(n.Text)}
		if n.Category == csaf.NoteLegalDisclaimer || n.Category == csaf.NoteGeneral {
			out.General = append(out.General, note)
		} else {
			out.Notes = append(out.Notes, note)
		}
	}
	for _, r := range doc.Document.References {
		if !isWeb(r.URL) {
			continue
		}
		if r.Category == csaf.ReferenceSelf && (out.Original == "" || !strings.HasSuffix(r.URL, ".json")) {
			out.Original = r.URL
		}
		out.Links = append(out.Links, Link{strings.TrimSpace(r.Summary), r.URL})
	}
	for _, h := range slices.Backward(doc.Document.Tracking.RevisionHistory) {
		at, _ := h.Date.Time()
		out.History = append(out.History, Entry{at, strings.TrimSpace(h.Summary)})
	}
	return p.set.Render(out)
}

func tagOf(doc *csaf.Document) string {
	if doc.Document.Lang == "" {
		return "en"
	}
	return doc.Document.Lang
}

func isWeb(url string) bool {
	return strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
}

// productLists names the products by what the document says of them, each once
// in a list.
func productLists(doc *csaf.Document) []ProductList {
	called := names(doc)
	lists := []ProductList{{Status: "look.status.vulnerable"}, {Status: "format.collected.fixed"}, {Status: "look.status.notvulnerable"}, {Status: "format.collected.investigating"}}
	seen := make([]map[string]bool, len(lists))
	add := func(i int, ids ...[]string) {
		if seen[i] == nil {
			seen[i] = map[string]bool{}
		}
		for _, id := range slices.Concat(ids...) {
			if !seen[i][id] && called[id] != "" {
				seen[i][id] = true
				lists[i].Names = append(lists[i].Names, called[id])
			}
		}
	}
	for _, v := range doc.Vulnerabilities {
		if s := v.ProductStatus; s != nil {
			add(0, s.KnownAffected, s.FirstAffected, s.LastAffected)
			add(1, s.Fixed, s.FirstFixed, s.Recommended)
			add(2, s.KnownNotAffected)
			add(3, s.UnderInvestigation, s.Unknown)
		}
	}
	return slices.DeleteFunc(lists, func(l ProductList) bool { return len(l.Names) == 0 })
}

func flaws(doc *csaf.Document) []Flaw {
	var all []Flaw
	for _, v := range doc.Vulnerabilities {
		f := Flaw{CVE: v.CVE, Title: strings.TrimSpace(v.Title)}
		for _, w := range weaknesses(v) {
			f.CWEs = append(f.CWEs, strings.TrimSpace(w.ID+" "+w.Name))
		}
		for _, s := range scores(v) {
			f.Scores = append(f.Scores, fmt.Sprintf("CVSS %s: %.1f  %s", s.Version, s.BaseScore, s.VectorString))
		}
		for _, n := range v.Notes {
			f.Notes = append(f.Notes, Note{strings.TrimSpace(n.Title), strings.TrimSpace(n.Text)})
		}
		all = append(all, f)
	}
	return all
}

func remedies(doc *csaf.Document) []Remedy {
	var all []Remedy
	seen := map[Remedy]bool{}
	for _, v := range doc.Vulnerabilities {
		for _, r := range v.Remediations {
			one := Remedy{Kind: remedyKey(r.Category), Text: strings.TrimSpace(r.Details)}
			if isWeb(r.URL) {
				one.URL = r.URL
			}
			if !seen[one] {
				seen[one] = true
				all = append(all, one)
			}
		}
	}
	return all
}

// remedyKey is the catalogue's word for a category.
func remedyKey(category string) string {
	switch category {
	case csaf.RemediationVendorFix, csaf.RemediationOptionalPatch:
		return "format.remedy.vendor_fix"
	case csaf.RemediationWorkaround:
		return "format.remedy.workaround"
	case csaf.RemediationNoFixPlanned:
		return "format.remedy.no_fix_planned"
	case csaf.RemediationNoneAvailable, csaf.RemediationFixPlanned:
		return "format.remedy.none_available"
	}
	return "format.remedy.mitigation"
}

// credits are the document's thanks, a line each.
func credits(doc *csaf.Document) []string {
	var all []string
	for _, k := range doc.Document.Acknowledgments {
		parts := []string{strings.Join(k.Names, ", "), k.Organization, k.Summary}
		line := strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), " – ")
		if line != "" {
			all = append(all, line)
		}
	}
	return all
}
