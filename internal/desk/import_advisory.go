package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"nakodo/internal/fault"
	"nakodo/internal/fold"
	"nakodo/internal/format/collected"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// ImportOutcome is what became of a document.
type ImportOutcome string

// The outcomes.
const (
	ImportNew     ImportOutcome = "new"
	ImportChanged ImportOutcome = "changed" // it took the place of an older version
	ImportSame    ImportOutcome = "same"    // the very bytes are here already: nothing was done
	ImportOlder   ImportOutcome = "older"   // a newer version is here: nothing was done
)

// Imported is what an import did.
type Imported struct {
	ID       string
	Outcome  ImportOutcome
	Vendors  int // added to the registry
	Products int // added to vendors, new or known
}

// ImportAdvisory takes somebody else's CSAF document into the portal's
// collection: the bytes as they came, a page in each language, a line in the
// list. Its vendors with their products go into the registry, as names that
// nobody has verified. All in one transaction, so that an interrupted import
// leaves no half document.
func (d *Desk) ImportAdvisory(ctx context.Context, by party.Actor, press *collected.Press, raw []byte) (Imported, error) {
	if err := officer(by); err != nil {
		return Imported{}, err
	}
	a, err := press.Read(raw)
	if err != nil {
		return Imported{}, notTaken(err.Error())
	}
	if s := strings.ToLower(a.Source); s == shelf.Own || s == shelf.Collected {
		return Imported{}, notTaken("its publisher is called " + a.Source + ", a word that this list uses itself")
	}
	docs, err := d.collectedDocuments(press, a, raw)
	if err != nil {
		return Imported{}, err
	}
	done := Imported{ID: a.ID}
	var learned []party.Organisation
	err = d.do(ctx, func(tx *store.Tx) error {
		done, learned = Imported{ID: a.ID}, nil // a transaction may be tried again
		entry, outcome, err := d.placeOf(ctx, tx, a, raw)
		done.Outcome = outcome
		if err != nil || outcome == ImportSame || outcome == ImportOlder {
			return err
		}
		for _, doc := range docs {
			doc.Source, doc.Advisory, doc.Revision, doc.At = a.Source, entry, 1, tx.Now()
			if err := tx.Publish(ctx, doc); err != nil {
				return err
			}
		}
		if err := tx.SetEntry(ctx, collectedEntry(entry, a), a.Text); err != nil {
			return err
		}
		for _, v := range a.Vendors {
			o, err := d.registerVendor(ctx, tx, by, a, v, &done)
			if err != nil {
				return err
			}
			learned = append(learned, o...)
		}
		return nil
	})
	if err != nil {
		return Imported{}, err
	}
	for _, o := range learned {
		d.learn(o)
	}
	return done, nil
}

func notTaken(reason string) error {
	return fault.New(fault.Invalid, "fault.import.broken", "reason", strings.TrimSuffix(reason, "."))
}

// collectedDocuments are what is served of a collected advisory.
func (d *Desk) collectedDocuments(press *collected.Press, a *collected.Advisory, raw []byte) ([]shelf.Document, error) {
	docs := []shelf.Document{{Path: a.CSAFPath(), Media: "application/json", Lang: string(a.Lang), Body: raw}}
	for _, l := range []words.Lang{words.EN, words.JA} {
		html, err := press.HTML(a, d.publisher(), l, Around(l))
		if err != nil {
			return nil, err
		}
		docs = append(docs, shelf.Document{Path: a.PagePath(l), Media: "text/html; charset=utf-8", Lang: string(l), Body: html})
	}
	return docs, nil
}

// placeOf finds what the list calls the document, and what is there of it.
// Publishers choose their ids without asking one another: the second to use one
// gets its own name behind it.
func (d *Desk) placeOf(ctx context.Context, tx *store.Tx, a *collected.Advisory, raw []byte) (string, ImportOutcome, error) {
	id := a.ID
	old, err := tx.Entry(ctx, id)
	if err == nil && old.Source != a.Source || strings.HasPrefix(id, d.Centre.Prefix+"#") {
		id = a.ID + " (" + a.Source + ")"
		old, err = tx.Entry(ctx, id)
	}
	if fault.KindOf(err) == fault.NotFound {
		return id, ImportNew, nil
	}
	if err != nil {
		return id, "", err
	}
	there, err := tx.Document(ctx, a.CSAFPath())
	switch {
	case err != nil && fault.KindOf(err) != fault.NotFound:
		return id, "", err
	case err == nil && there.SHA256 == shelf.Sum(raw):
		return id, ImportSame, nil
	case a.Updated.Before(old.Updated):
		return id, ImportOlder, nil
	}
	return id, ImportChanged, nil
}

// mostProducts bounds the products that a line of the list carries; the rest is
// found through the words of the document.
const mostProducts = 40

func collectedEntry(id string, a *collected.Advisory) shelf.Entry {
	e := shelf.Entry{
		ID: id, Source: a.Source, Path: a.PagePath(words.EN), Langs: []words.Lang{words.EN, words.JA}, CVEs: a.CVEs, Score: a.Score,
		Revision: 1, First: a.First, Updated: a.Updated, Title: words.Text{EN: a.Title}, Overview: words.Text{EN: a.Overview},
	}
	if a.Lang == words.JA {
		e.Title, e.Overview = words.Text{JA: a.Title}, words.Text{JA: a.Overview}
	}
	for _, v := range a.Vendors {
		e.Vendors = append(e.Vendors, v.Name)
		for _, p := range v.Products {
			if len(e.Products) < mostProducts {
				e.Products = append(e.Products, p.Name)
			}
		}
	}
	return e
}

// addedProducts is what the journal keeps of products that were added to a
// known vendor.
type addedProducts struct {
	Source   string          `json:"source"`
	Advisory string          `json:"advisory"`
	Products []party.Product `json:"products"`
}

// registerVendor adds a vendor that nobody knows yet, or what is new among the
// products of a known one. Nothing else of a known one is touched: what an
// officer has verified outranks what a document says. It gives the organisation
// where it was changed.
func (d *Desk) registerVendor(ctx context.Context, tx *store.Tx, by party.Actor, a *collected.Advisory, v collected.Vendor, done *Imported) ([]party.Organisation, error) {
	if fold.Name(v.Name) == "" {
		return nil, nil
	}
	known, err := tx.OrganisationsCalled(ctx, v.Name)
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		o := party.Organisation{
			ID: party.OrgID(d.newID()), Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: v.Name, Kind: party.Official}},
			Tier: party.Unverified, Source: a.Source, Created: tx.Now(), Products: newProducts(nil, v.Products),
		}
		done.Vendors, done.Products = done.Vendors+1, done.Products+len(o.Products)
		if err := tx.SetOrganisation(ctx, &o); err != nil {
			return nil, err
		}
		return []party.Organisation{o}, d.note(ctx, tx, by, journal.AboutOrg, string(o.ID), "add_organisation", o)
	}
	o := known[0]
	added := newProducts(o.Products, v.Products)
	if len(added) == 0 {
		return nil, nil
	}
	o.Products = append(slices.Clone(o.Products), added...)
	done.Products += len(added)
	if err := tx.SetOrganisation(ctx, &o); err != nil {
		return nil, err
	}
	return []party.Organisation{o}, d.note(ctx, tx, by, journal.AboutOrg, string(o.ID), "add_products", addedProducts{a.Source, a.ID, added})
}

// newProducts are those that are not there yet, by folded name.
func newProducts(have []party.Product, offered []collected.Product) []party.Product {
	seen := make(map[string]bool, len(have)+len(offered))
	for _, p := range have {
		seen[fold.Search(p.Name)] = true
	}
	var added []party.Product
	for _, p := range offered {
		key := fold.Search(p.Name)
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		sum := sha256.Sum256([]byte(key))
		added = append(added, party.Product{ID: "c" + hex.EncodeToString(sum[:6]), Name: p.Name, CPE: p.CPE, PURL: p.PURL})
	}
	return added
}
