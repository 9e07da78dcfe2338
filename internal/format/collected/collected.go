// Package collected reads the CSAF documents of others, which a centre collects
// beside its own advisories, and sets each as a page. Nothing of a document is
// rewritten: its bytes are passed on as they came, its texts stand on the page
// in the language they were written in, under headings in the reader's.
//
// Start at Press.Read, which says what is taken and why the rest is not; page.go
// arranges what was read for the page.
package collected

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"nakodo/csaf"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

//go:embed pages/*.html
var files embed.FS

// Press reads and sets documents. One goroutine at a time.
type Press struct {
	set   *look.Set
	judge *csaf.Validator
}

// NewPress parses the page and compiles the schemas.
func NewPress(say words.Catalogue, static *look.Static) (*Press, error) {
	set, err := look.NewSet(say, static, files, "pages", []look.Page{{Name: "collected", Shell: look.Portal, Of: Page{Headline: "A"}}})
	if err != nil {
		return nil, err
	}
	judge, err := csaf.NewValidator(csaf.Options{Preset: "schema"})
	if err != nil {
		return nil, err
	}
	return &Press{set: set, judge: judge}, nil
}

// Advisory is what a centre needs to know of somebody else's advisory.
type Advisory struct {
	ID        string // tracking id, "ICSA-22-069-01"
	Source    string // name of the publisher, "CISA"
	Namespace string // URL that names the publisher
	Lang      words.Lang
	Title     string
	Overview  string // its summary, or ""
	Version   string
	First     time.Time
	Updated   time.Time
	CVEs      []string
	Score     float64 // highest CVSS base score, 0 without any
	Vendors   []Vendor
	Text      string // all text to be found by, without legal and general notes

	doc *csaf.Document
}

// Vendor is a vendor as the document calls it, with its products.
type Vendor struct {
	Name     string
	Products []Product
}

// Product is a product without its versions.
type Product struct {
	Name string
	CPE  string
	PURL string
}

// Read takes a document. The error of one that is not taken is a sentence that
// says why; it holds what the document itself says and nothing else.
func (p *Press) Read(raw []byte) (*Advisory, error) {
	tree, err := csaf.Parse(raw)
	if err != nil {
		return nil, err
	}
	judged, err := p.judge.Validate(tree)
	if err != nil {
		return nil, err
	}
	for _, f := range judged.Findings {
		if !judged.Valid && f.Severity == csaf.Error {
			return nil, fmt.Errorf("no CSAF document: %s: %s", cmp.Or(f.Path(), "/"), f.Message)
		}
	}
	if !judged.Valid {
		return nil, errors.New("no CSAF document: it could not be judged to the end")
	}
	doc, err := tree.Document()
	if err != nil {
		return nil, err
	}
	return describe(doc)
}

// describe refuses what must not be shown, and finds what is asked of the rest.
func describe(doc *csaf.Document) (*Advisory, error) {
	m := &doc.Document
	if label := labelOf(m); label != csaf.TLPWhite && label != csaf.TLPClear {
		return nil, fmt.Errorf("its TLP label is %s: only what is labelled WHITE or CLEAR may be shown to everybody", cmp.Or(label, "missing"))
	}
	if m.Tracking.Status == csaf.StatusDraft {
		return nil, errors.New("it is a draft; ask its publisher for the final document")
	}
	first, ok1 := m.Tracking.InitialReleaseDate.Time()
	updated, ok2 := m.Tracking.CurrentReleaseDate.Time()
	if !ok1 || !ok2 {
		return nil, errors.New("its release dates are no dates")
	}
	a := &Advisory{
		ID: strings.TrimSpace(m.Tracking.ID), Source: strings.TrimSpace(m.Publisher.Name), Namespace: m.Publisher.Namespace, Lang: words.ParseLang(m.Lang),
		Title: strings.TrimSpace(m.Title), Version: m.Tracking.Version, First: first, Updated: updated, doc: doc,
	}
	if nameFor(a.ID) == "" || nameFor(a.Source) == "" {
		return nil, errors.New("its tracking id or its publisher's name has no letter or digit that an address could be made of")
	}
	a.Overview = overview(m.Notes)
	for _, v := range doc.Vulnerabilities {
		if v.CVE != "" && !slices.Contains(a.CVEs, v.CVE) {
			a.CVEs = append(a.CVEs, v.CVE)
		}
		for _, s := range scores(v) {
			a.Score = max(a.Score, s.BaseScore)
		}
	}
	a.Vendors = vendors(doc)
	a.Text = text(doc)
	return a, nil
}

func labelOf(m *csaf.Meta) string {
	if m.Distribution == nil || m.Distribution.TLP == nil {
		return ""
	}
	return m.Distribution.TLP.Label
}

// overview is the first summary, or the first description.
func overview(notes []csaf.Note) string {
	for _, category := range []string{csaf.NoteSummary, csaf.NoteDescription} {
		for _, n := range notes {
			if n.Category == category {
				return strings.TrimSpace(n.Text)
			}
		}
	}
	return ""
}

// scores are all CVSS scores of a vulnerability, of either version of CSAF.
func scores(v csaf.Vulnerability) []*csaf.CVSS {
	var all []*csaf.CVSS
	add := func(some ...*csaf.CVSS) {
		for _, s := range some {
			if s != nil && !slices.ContainsFunc(all, func(x *csaf.CVSS) bool { return x.VectorString == s.VectorString }) {
				all = append(all, s)
			}
		}
	}
	for _, s := range v.Scores {
		add(s.CVSS3, s.CVSS2)
	}
	for _, m := range v.Metrics {
		add(m.Content.CVSS4, m.Content.CVSS3, m.Content.CVSS2)
	}
	return all
}

// unsafe is what file names and addresses of CSAF documents do not hold (CSAF
// 2.0, 5.1).
var unsafe = regexp.MustCompile(`[^+\-a-z0-9]+`)

func nameFor(s string) string {
	return strings.Trim(unsafe.ReplaceAllString(strings.ToLower(s), "_"), "_")
}

// PagePath is the address of its page in a language.
func (a *Advisory) PagePath(l words.Lang) string {
	return "/" + string(l) + "/collected/" + nameFor(a.Source) + "/" + nameFor(a.ID)
}

// CSAFPath is the address of the document as it came.
func (a *Advisory) CSAFPath() string {
	return "/collected/" + nameFor(a.Source) + "/" + nameFor(a.ID) + ".json"
}
