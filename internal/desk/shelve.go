package desk

import (
	"context"

	"nakodo/internal/advisory"
	"nakodo/internal/format/atom"
	"nakodo/internal/format/csaf"
	"nakodo/internal/format/page"
	"nakodo/internal/look"
	"nakodo/internal/severity"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// publisher is the centre as its publications name it.
func (d *Desk) publisher() advisory.Publisher {
	c := d.Centre
	namespace := c.Namespace
	if namespace == "" {
		namespace = c.Base
	}
	return advisory.Publisher{
		Prefix: c.Prefix, Name: c.Name, Namespace: namespace, Base: c.Base,
		Contact: words.Text{EN: c.Mail, JA: c.Mail}, Authority: c.Authority, Engine: d.Engine, Zone: c.Zone,
	}
}

// shelve renders a revision in every format and language, signs what machines
// read, and puts it before the public. The cost does not depend on how much
// stands there already.
func (d *Desk) shelve(ctx context.Context, tx *store.Tx, rev advisory.Revision) error {
	pub := d.publisher()
	entry := entryFor(rev, pub)
	for _, lang := range rev.Content.Languages {
		docs, err := d.documents(rev, pub, lang)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			doc.Source, doc.Advisory, doc.Revision, doc.At = shelf.Own, entry.ID, rev.Number, rev.At
			doc.SHA256 = shelf.Sum(doc.Body)
			if err := tx.Publish(ctx, doc); err != nil {
				return err
			}
		}
	}
	if err := tx.SetEntry(ctx, entry, wordsOf(rev)); err != nil {
		return err
	}
	return d.feed(ctx, tx, pub)
}

// documents renders a revision in one language.
func (d *Desk) documents(rev advisory.Revision, pub advisory.Publisher, lang words.Lang) ([]shelf.Document, error) {
	html, err := d.Press.HTML(rev, pub, lang, Around(lang))
	if err != nil {
		return nil, err
	}
	text, err := page.Text(d.Words, rev, pub, lang)
	if err != nil {
		return nil, err
	}
	machine, err := csaf.Bytes(d.Words, rev, pub, lang)
	if err != nil {
		return nil, err
	}
	docs := []shelf.Document{
		{Path: pub.PagePath(rev.ID, lang), Media: "text/html; charset=utf-8", Body: html},
		{Path: pub.TextPath(rev.ID, lang), Media: "text/plain; charset=utf-8", Body: text},
		{Path: pub.CSAFPath(rev.ID, lang, rev.First), Media: "application/json", Body: machine},
	}
	for i := range docs[1:] { // the page shows what the two others say; they are what is kept and passed on
		signature, err := d.Key.Sign(docs[i+1].Body, d.Now())
		if err != nil {
			return nil, err
		}
		docs[i+1].Signature = string(signature)
	}
	for i := range docs {
		docs[i].Lang = string(lang)
	}
	return docs, nil
}

// feed renders the newest revisions of a language anew. It reads a fixed number
// of them, however many there are.
func (d *Desk) feed(ctx context.Context, tx *store.Tx, pub advisory.Publisher) error {
	newest, err := tx.NewestRevisions(ctx, atom.Newest)
	if err != nil {
		return err
	}
	for _, lang := range []words.Lang{words.EN, words.JA} {
		body, err := atom.Bytes(d.Words, newest, pub, lang, tx.Now())
		if err != nil {
			return err
		}
		doc := shelf.Document{Path: advisory.FeedPath(lang), Media: atom.Media, Lang: string(lang), Body: body, SHA256: shelf.Sum(body), At: tx.Now()}
		if err := tx.Publish(ctx, doc); err != nil {
			return err
		}
	}
	return nil
}

// Around is the portal's top bar, in which every public page is set.
func Around(lang words.Lang) page.Around {
	at := func(path string) string { return "/" + string(lang) + path }
	return page.Around{
		Home: at("/"), Search: at("/advisories"),
		Nav: []look.Entry{
			{Word: "portal.nav.advisories", Href: at("/advisories")},
			{Word: "portal.nav.report", Href: at("/report")},
			{Word: "portal.nav.policy", Href: at("/policy")},
		},
	}
}

// entryFor is the revision's line in the public list.
func entryFor(rev advisory.Revision, pub advisory.Publisher) shelf.Entry {
	c := rev.Content
	e := shelf.Entry{
		ID: rev.ID.Mark(pub.Prefix), Source: shelf.Own, Path: pub.PagePath(rev.ID, c.Languages[0]), Langs: c.Languages, Title: c.Title, Overview: c.Overview,
		Revision: rev.Number, First: rev.First, Updated: rev.At, Gone: c.Withdrawn(),
	}
	for _, v := range c.Vendors {
		e.Vendors = append(e.Vendors, v.Name.EN)
		if v.Name.JA != v.Name.EN {
			e.Vendors = append(e.Vendors, v.Name.JA)
		}
	}
	for _, p := range c.Products {
		e.Products = append(e.Products, p.Name)
	}
	for _, v := range c.Vulnerabilities {
		if v.CVE != "" {
			e.CVEs = append(e.CVEs, v.CVE)
		}
		for _, vector := range []string{v.CVSS31, v.CVSS40} {
			if s, err := severity.Parse(vector); err == nil && s.Base > e.Score {
				e.Score = s.Base
			}
		}
	}
	return e
}

// wordsOf is all text of a revision that it shall be found by.
func wordsOf(rev advisory.Revision) string {
	text := ""
	for _, f := range rev.Content.Fields() {
		text += f.Text + "\n"
	}
	return text
}
