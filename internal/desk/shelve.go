package desk

import (
	"context"

	"nakodo/internal/advisory"
	"nakodo/internal/format/csaf"
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
		Contact: words.Text{EN: c.Mail, JA: c.Mail}, Authority: c.Authority, Engine: d.Engine,
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
	return tx.SetEntry(ctx, entry, wordsOf(rev))
}

// documents renders a revision in one language.
func (d *Desk) documents(rev advisory.Revision, pub advisory.Publisher, lang words.Lang) ([]shelf.Document, error) {
	body, err := csaf.Bytes(d.Words, rev, pub, lang)
	if err != nil {
		return nil, err
	}
	signature, err := d.Key.Sign(body, d.Now())
	if err != nil {
		return nil, err
	}
	return []shelf.Document{
		{Path: pub.CSAFPath(rev.ID, lang, rev.First), Media: "application/json", Lang: string(lang), Body: body, Signature: string(signature)},
	}, nil
}

// entryFor is the revision's line in the public list.
func entryFor(rev advisory.Revision, pub advisory.Publisher) shelf.Entry {
	c := rev.Content
	e := shelf.Entry{
		ID: rev.ID.Mark(pub.Prefix), Source: shelf.Own, Path: pub.PagePath(rev.ID, c.Languages[0]), Title: c.Title, Overview: c.Overview,
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
