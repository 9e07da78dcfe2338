package store

import (
	"context"
	"fmt"

	"nakodo/internal/fault"
	"nakodo/internal/shelf"
)

const documentColumns = `path, media, lang, body, sha256, signature, source, advisory, revision, at`

func scanDocument(scan func(...any) error) (d shelf.Document, err error) {
	err = scan(&d.Path, &d.Media, &d.Lang, &d.Body, &d.SHA256, &d.Signature, &d.Source, &d.Advisory, &d.Revision, into(&d.At))
	return d, err
}

// Publish puts a document before the public. What the centre has said in one
// revision of an advisory is frozen: the same path takes the same bytes again,
// or those of a later revision, and NotNow refuses anything else. Documents of
// no advisory (feeds, indexes) and those collected from others may change.
func (tx *Tx) Publish(ctx context.Context, d shelf.Document) error {
	d.SHA256 = shelf.Sum(d.Body)
	if err := tx.touchPublic(ctx); err != nil {
		return err
	}
	n, err := tx.change(ctx, `INSERT INTO document (path, media, lang, body, sha256, signature, source, advisory, revision, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (path) DO UPDATE SET media = excluded.media, lang = excluded.lang, body = excluded.body, sha256 = excluded.sha256,
			signature = excluded.signature, source = excluded.source, advisory = excluded.advisory, revision = excluded.revision, at = excluded.at
		WHERE document.source <> $11 OR document.advisory = '' OR (document.advisory = excluded.advisory
			AND (document.revision < excluded.revision OR (document.revision = excluded.revision AND document.sha256 = excluded.sha256)))`,
		d.Path, d.Media, d.Lang, d.Body, d.SHA256, d.Signature, d.Source, d.Advisory, d.Revision, stamp(d.At), shelf.Own)
	if err != nil {
		return fmt.Errorf("publish %s: %w", d.Path, err)
	}
	if n == 0 {
		return fmt.Errorf("publish %s: %w", d.Path, fault.New(fault.NotNow, "fault.frozen"))
	}
	return nil
}

// Document reads what is served at a path.
func (tx *Tx) Document(ctx context.Context, path string) (shelf.Document, error) {
	docs, err := list(ctx, tx, `SELECT `+documentColumns+` FROM document WHERE path = $1`, []any{path}, scanDocument)
	if err != nil {
		return shelf.Document{}, err
	}
	if len(docs) == 0 {
		return shelf.Document{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return docs[0], nil
}

// DocumentsOf lists all documents of one entry, by path.
func (tx *Tx) DocumentsOf(ctx context.Context, advisory string) ([]shelf.Document, error) {
	return list(ctx, tx, `SELECT `+documentColumns+` FROM document WHERE advisory = $1 ORDER BY path`, []any{advisory}, scanDocument)
}

// Unpublish takes a document away that belongs to no advisory of the centre's
// own; those stay for good, and a withdrawal is a revision that says so.
func (tx *Tx) Unpublish(ctx context.Context, path string) error {
	if err := tx.touchPublic(ctx); err != nil {
		return err
	}
	return tx.exec(ctx, `DELETE FROM document WHERE path = $1 AND (source <> $2 OR advisory = '')`, path, shelf.Own)
}
