// Package csaf writes a published revision as a CSAF 2.0 document (OASIS
// Common Security Advisory Framework), profile "Security Advisory".
//
// There is one document per language, since CSAF knows only one language a
// document. Both carry the advisory's mark as an alias; the one that is not in
// the original language says so (source_lang). Build gives the typed document,
// Bytes what is published. Equal input gives equal bytes.
//
// The model and the validator are those of the public library nakodo/csaf. The
// tests of this package hold every document to all of its mandatory tests.
package csaf

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"nakodo/csaf"
	"nakodo/internal/advisory"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Bytes is the document for publication: UTF-8 JSON, members in alphabetical
// order, indented, with a line end at the end. The language must be one of
// rev.Content.Languages.
func Bytes(say words.Catalogue, rev advisory.Revision, pub advisory.Publisher, lang words.Lang) ([]byte, error) {
	d, err := Build(say, rev, pub, lang)
	if err != nil {
		return nil, err
	}
	b, err := d.Encode()
	if err != nil {
		return nil, fmt.Errorf("CSAF document of %s: %w", rev.ID.Mark(pub.Prefix), err)
	}
	return b, nil
}

// Build makes the document in a language.
func Build(say words.Catalogue, rev advisory.Revision, pub advisory.Publisher, lang words.Lang) (*csaf.Document, error) {
	if !rev.Content.In(lang) {
		return nil, fmt.Errorf("advisory %s is not published in %q", rev.ID.Mark(pub.Prefix), lang)
	}
	w := writer{say: say, rev: rev, pub: pub, lang: lang}
	d := &csaf.Document{Document: w.meta(), ProductTree: w.productTree()}
	for i := range rev.Content.Vulnerabilities {
		d.Vulnerabilities = append(d.Vulnerabilities, w.vulnerability(rev.Content.Vulnerabilities[i]))
	}
	return d, nil
}

// writer holds what every part of the document is made from.
type writer struct {
	say  words.Catalogue
	rev  advisory.Revision
	pub  advisory.Publisher
	lang words.Lang
}

// text is a sentence of the catalogue in the document's language.
func (w writer) text(key string, args ...any) string {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return w.say.Say(w.lang, key, m)
}

// meta is /document (CSAF 2.0, 3.2.1).
func (w writer) meta() csaf.Meta {
	c := w.rev.Content
	m := csaf.Meta{
		Acknowledgments: w.acknowledgments(),
		Category:        csaf.CategorySecurityAdvisory,
		CSAFVersion:     csaf.V20,
		Distribution:    w.distribution(),
		Lang:            string(w.lang),
		Notes:           w.notes(),
		Publisher: csaf.Publisher{
			Category: csaf.PublisherCoordinator, Name: w.pub.Name.In(w.lang), Namespace: w.pub.Namespace,
			ContactDetails: w.pub.Contact.In(w.lang), IssuingAuthority: w.pub.Authority.In(w.lang),
		},
		References: w.references(),
		Title:      c.Title.In(w.lang),
		Tracking:   w.tracking(),
	}
	if c.Withdrawn() {
		m.Title = w.text("format.withdrawn.title", "title", m.Title)
	}
	if original := c.Languages[0]; original != w.lang {
		m.SourceLang = string(original) // CSAF 2.0, 6.1.28: a translation names the language it was made from
	}
	return m
}

// distribution is the TLP label in the words of TLP 1, which CSAF 2.0 knows.
// AMBER+STRICT becomes RED, because AMBER would allow more than it does.
func (w writer) distribution() *csaf.Distribution {
	labels := map[tlp.Label]string{tlp.Clear: csaf.TLPWhite, tlp.Green: csaf.TLPGreen, tlp.Amber: csaf.TLPAmber}
	label, ok := labels[w.rev.Content.TLP]
	if !ok {
		label = csaf.TLPRed
	}
	return &csaf.Distribution{
		Text: string(w.rev.Content.TLP),
		TLP:  &csaf.TLP{Label: label, URL: "https://www.first.org/tlp/"},
	}
}

// tracking is /document/tracking. Revisions are counted in whole numbers
// ("integer versioning", CSAF 2.0, 3.1.11.1); dates are those of publication.
func (w writer) tracking() csaf.Tracking {
	t := csaf.Tracking{
		Aliases:            []string{w.rev.ID.Mark(w.pub.Prefix)},
		CurrentReleaseDate: csaf.At(w.rev.At),
		Generator:          &csaf.Generator{Date: csaf.At(w.rev.At), Engine: csaf.Engine{Name: "Nakodo", Version: w.pub.Engine}},
		ID:                 w.pub.CSAFID(w.rev.ID, w.lang),
		InitialReleaseDate: csaf.At(w.rev.First),
		Status:             csaf.StatusFinal,
		Version:            strconv.Itoa(w.rev.Number),
	}
	for _, h := range w.rev.History {
		t.RevisionHistory = append(t.RevisionHistory, csaf.Revision{
			Date: csaf.At(h.At), Number: strconv.Itoa(h.Number), Summary: h.Summary.In(w.lang),
		})
	}
	return t
}

// acknowledgments thank as the finders agreed: by name, or without one. Who
// reported some of the vulnerabilities only is thanked there.
func (w writer) acknowledgments() []csaf.Acknowledgment {
	var all []csaf.Acknowledgment
	for _, k := range w.rev.Content.Credits {
		if len(w.rev.Content.Reported(k)) > 0 {
			continue
		}
		switch k.Kind {
		case advisory.CreditNamed:
			all = append(all, csaf.Acknowledgment{Names: []string{k.Name.In(w.lang)}, Summary: w.text("format.credit.summary")})
		case advisory.CreditUnnamed:
			all = append(all, csaf.Acknowledgment{Summary: w.text("format.credit.unnamed")})
		}
	}
	return all
}

// notes are the sections of the advisory that CSAF has no member for.
func (w writer) notes() []csaf.Note {
	c := w.rev.Content
	var all []csaf.Note
	add := func(category, title, text string) {
		if strings.TrimSpace(text) != "" {
			all = append(all, csaf.Note{Category: category, Title: title, Text: text})
		}
	}
	add(csaf.NoteGeneral, w.text("format.withdrawn"), c.Withdrawal.In(w.lang))
	add(csaf.NoteSummary, w.text("format.overview"), c.Overview.In(w.lang))
	add(csaf.NoteDescription, w.text("format.description"), c.Description.In(w.lang))
	add(csaf.NoteDetails, w.text("format.products"), c.AffectedNote.In(w.lang))
	add(csaf.NoteGeneral, w.text("format.impact"), c.Impact.In(w.lang))
	add(csaf.NoteGeneral, w.text("format.solution"), c.Solution.In(w.lang))
	for _, v := range c.Vendors {
		if v.Statement != "" {
			title := w.text("format.statement", "vendor", v.Name.In(w.lang))
			if v.StatementLang != w.lang {
				title = w.text("format.statement.other", "vendor", v.Name.In(w.lang), "lang", string(v.StatementLang))
			}
			add(csaf.NoteOther, title, v.Statement)
		}
	}
	w.decisions(add)
	add(csaf.NoteGeneral, w.text("format.addendum", "centre", w.pub.Name.In(w.lang)), c.Addendum.In(w.lang))
	add(csaf.NoteDetails, w.text("format.analysis", "centre", w.pub.Name.In(w.lang)), c.Analysis.In(w.lang))
	return all
}

// decisions say without whose consent the advisory comes out, and print that
// developer's view: CSAF has no member for either.
func (w writer) decisions(add func(category, title, text string)) {
	for _, d := range w.rev.Content.Decisions {
		vendor := d.Org
		for _, v := range w.rev.Content.Vendors {
			if v.Org == d.Org {
				vendor = v.Name.In(w.lang)
			}
		}
		key := "format.decision.failed"
		if d.Unreachable {
			key = "format.decision.unreachable"
		}
		zone := w.pub.Zone
		if zone == nil {
			zone = time.UTC
		}
		why := w.text(key, "vendor", vendor, "centre", w.pub.Name.In(w.lang))
		add(csaf.NoteGeneral, w.text("format.decision"), why+" "+w.text("format.decision.on")+" "+d.Decided.In(zone).Format(time.DateOnly))
		title := w.text("format.decision.view", "vendor", vendor)
		if d.ViewLang != w.lang {
			title += " (" + string(d.ViewLang) + ")"
		}
		add(csaf.NoteOther, title, d.View)
	}
}

// references are the document's own addresses (6.2.11 wants one that ends in
// its file name), then what the advisory refers to.
func (w writer) references() []csaf.Reference {
	c := w.rev.Content
	all := []csaf.Reference{
		{Category: csaf.ReferenceSelf, Summary: w.text("format.self.csaf"), URL: w.pub.Base + w.pub.CSAFPath(w.rev.ID, w.lang, w.rev.First)},
	}
	for _, l := range c.Languages {
		all = append(all, csaf.Reference{Category: csaf.ReferenceSelf, Summary: w.text("format.self.page", "lang", string(l)), URL: w.pub.Base + w.pub.PagePath(w.rev.ID, l)})
	}
	for _, l := range c.Languages {
		if l != w.lang {
			all = append(all, csaf.Reference{Category: csaf.ReferenceExternal, Summary: w.text("format.other.csaf", "lang", string(l)), URL: w.pub.Base + w.pub.CSAFPath(w.rev.ID, l, w.rev.First)})
		}
	}
	add := func(summary, url string) {
		if url != "" {
			all = append(all, csaf.Reference{Category: csaf.ReferenceExternal, Summary: summary, URL: url})
		}
	}
	for _, v := range c.Vendors {
		add(v.Name.In(w.lang), v.Link)
	}
	for _, r := range c.References {
		title := r.Title.In(w.lang)
		if title == "" {
			title = r.URL
		}
		add(title, r.URL)
	}
	for _, o := range c.Other {
		add(strings.TrimSpace(w.text("format.other."+string(o.Kind))+" "+o.ID), o.URL)
	}
	return all
}
