package desk

import (
	"context"
	"strings"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/keys"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// Document reads what is served at a public path: frozen bytes, nothing is
// rendered here. What is not public has no document, so the answer for it is
// the one for a path that never was.
func (d *Desk) Document(ctx context.Context, path string) (shelf.Document, error) {
	var doc shelf.Document
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		doc, err = tx.Document(ctx, path)
		return err
	})
	return doc, err
}

// PageIn is the address of a published page in a language, or as it was given
// where there is none in it.
func (d *Desk) PageIn(ctx context.Context, path string, l words.Lang) (string, error) {
	parts := strings.SplitN(path, "/", 3) // "", "en", "advisories/…"
	if len(parts) < 3 || parts[1] == string(l) {
		return path, nil
	}
	other := "/" + string(l) + "/" + parts[2]
	_, err := d.Document(ctx, other)
	if fault.KindOf(err) == fault.NotFound {
		return path, nil
	}
	return other, err
}

// Search answers what a visitor asks of the public list.
func (d *Desk) Search(ctx context.Context, q shelf.Question) (shelf.Answer, error) {
	var a shelf.Answer
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		a, err = tx.Search(ctx, q)
		return err
	})
	return a, err
}

// Generation grows with each change to what the public may read: what a door
// remembers of it is good while the number stands.
func (d *Desk) Generation(ctx context.Context) (int64, error) { return d.Store.Generation(ctx) }

// Publisher is the centre as its publications name it.
func (d *Desk) Publisher() advisory.Publisher { return d.publisher() }

// SignClear signs a text for machines and people to read as it is, in the name
// of the centre: security.txt.
func (d *Desk) SignClear(text []byte) ([]byte, error) { return d.Key.SignClear(text, d.Now()) }

// PublicKey is the centre's OpenPGP key, for everybody.
func (d *Desk) PublicKey() *keys.Public { return d.Key.Public() }

// publicPath is the path of a case's published advisory, "" while there is none.
func (d *Desk) publicPath(ctx context.Context, tx *store.Tx, id string) (string, error) {
	e, err := tx.Entry(ctx, d.Centre.Mark(cvd.CaseID(id)))
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return e.Path, err
}
