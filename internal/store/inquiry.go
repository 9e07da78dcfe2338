package store

import (
	"context"
	"fmt"

	"nakodo/internal/fault"
	"nakodo/internal/inquiry"
	"nakodo/internal/party"
)

// Inquiry reads one inquiry. Inside Do it stays as read until the commit.
func (tx *Tx) Inquiry(ctx context.Context, id inquiry.ID) (inquiry.Inquiry, error) {
	i, err := body[inquiry.Inquiry](ctx, tx, `SELECT body FROM inquiry WHERE id = $1`+tx.hold(), string(id))
	return i, tx.loaded("inquiry", string(id), i.Version, err)
}

// SetInquiry stores an inquiry after Do has raised its version. Where the public
// list changes by it, whatever was kept of the list is made anew. Stale: somebody
// has changed it since this transaction read it.
func (tx *Tx) SetInquiry(ctx context.Context, i inquiry.Inquiry) error {
	err := tx.keep(ctx, "inquiry", string(i.ID), i.Version, i, `INSERT INTO inquiry (id, version, body, org, state, n)
		VALUES ($1, $2, $3, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, org = excluded.org, state = excluded.state, n = excluded.n
		WHERE inquiry.version = $4`, inquiryRow(i)...)
	if tx.store.dialect.problem(err) == duplicate { // somebody has just been given the same number
		return fault.Because(err, fault.Stale, "fault.stale")
	}
	if err != nil {
		return fmt.Errorf("store inquiry %s: %w", i.ID, err)
	}
	if i.Named.IsZero() { // nothing of it was ever public: a cache that is made anew would tell of it
		return nil
	}
	return tx.touchPublic(ctx)
}

func inquiryRow(i inquiry.Inquiry) []any {
	return []any{string(i.Org), string(i.State), int64(i.Number)}
}

// Inquiries lists all, the newest first.
func (tx *Tx) Inquiries(ctx context.Context) ([]inquiry.Inquiry, error) {
	return bodies[inquiry.Inquiry](ctx, tx, `SELECT body FROM inquiry ORDER BY n DESC, id`)
}

// InquiriesAbout lists those about an organisation.
func (tx *Tx) InquiriesAbout(ctx context.Context, org party.OrgID) ([]inquiry.Inquiry, error) {
	return bodies[inquiry.Inquiry](ctx, tx, `SELECT body FROM inquiry WHERE org = $1 ORDER BY n DESC, id`, string(org))
}

// InquiryNumbered reads the inquiry with a public number.
func (tx *Tx) InquiryNumbered(ctx context.Context, n int) (inquiry.Inquiry, error) {
	return body[inquiry.Inquiry](ctx, tx, `SELECT body FROM inquiry WHERE n = $1 AND n > 0`, int64(n))
}

// NextInquiryNumber is the number after the last one given. Two processes that
// ask at once get the same: the unique index refuses the second.
func (tx *Tx) NextInquiryNumber(ctx context.Context) (n int, err error) {
	err = tx.row(ctx, `SELECT COALESCE(MAX(n), 0) + 1 FROM inquiry`, nil, &n)
	return n, err
}
