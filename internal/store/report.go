package store

import (
	"context"
	"encoding/json"
	"fmt"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
)

// Report reads one report. Inside Do it stays as read until the commit.
func (tx *Tx) Report(ctx context.Context, id cvd.ReportID) (cvd.Report, error) {
	r, err := body[cvd.Report](ctx, tx, `SELECT body FROM report WHERE id = $1`+tx.hold(), string(id))
	return r, tx.loaded("report", string(id), r.Version, err)
}

// SetReport stores a report after Do has raised its version. Stale: somebody
// has changed it since this transaction read it.
func (tx *Tx) SetReport(ctx context.Context, r cvd.Report) error {
	err := tx.keep(ctx, "report", string(r.ID), r.Version, r, `INSERT INTO report (id, version, body, state, received, closed)
		VALUES ($1, $2, $3, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, state = excluded.state, received = excluded.received, closed = excluded.closed
		WHERE report.version = $4`, reportRow(r)...)
	if err != nil {
		return fmt.Errorf("store report %s: %w", r.ID, err)
	}
	return nil
}

func reportRow(r cvd.Report) []any {
	return []any{string(r.State), stamp(r.Received), stamp(r.Closed)}
}

// OpenReports lists the reports that are not closed, the oldest first: the one
// that has waited longest needs somebody first.
func (tx *Tx) OpenReports(ctx context.Context) ([]cvd.Report, error) {
	return bodies[cvd.Report](ctx, tx, `SELECT body FROM report WHERE closed = 0 ORDER BY received, id`)
}

// ClosedReports lists closed reports, the newest first, after skip of them.
func (tx *Tx) ClosedReports(ctx context.Context, skip, limit int) ([]cvd.Report, error) {
	return bodies[cvd.Report](ctx, tx, `SELECT body FROM report WHERE closed > 0 ORDER BY closed DESC, id LIMIT $1 OFFSET $2`, limit, skip)
}

// Identity opens who sent a report. NotFound: it was forgotten, or never given.
func (tx *Tx) Identity(ctx context.Context, report cvd.ReportID) (cvd.Identity, error) {
	var sealed []byte
	if err := tx.row(ctx, `SELECT sealed FROM identity WHERE report = $1`, []any{string(report)}, &sealed); err != nil {
		return cvd.Identity{}, err
	}
	return unseal[cvd.Identity](tx, identityLabel(report), sealed)
}

// SetIdentity seals who sent a report; Version is the one that was read, 0 for
// a new one, and counts one up.
func (tx *Tx) SetIdentity(ctx context.Context, i *cvd.Identity) error {
	next := *i
	next.Version++
	sealed, err := tx.seal(identityLabel(i.Report), next)
	if err != nil {
		return err
	}
	n, err := tx.change(ctx, `INSERT INTO identity (report, version, sealed) VALUES ($1, $2, $3)
		ON CONFLICT (report) DO UPDATE SET version = excluded.version, sealed = excluded.sealed
		WHERE identity.version = $4`, string(i.Report), next.Version, sealed, i.Version)
	if err != nil {
		return fmt.Errorf("store identity of report %s: %w", i.Report, err)
	}
	if n == 0 {
		return fault.New(fault.Stale, "fault.stale")
	}
	*i = next
	return nil
}

// ForgetIdentity destroys who sent a report.
func (tx *Tx) ForgetIdentity(ctx context.Context, report cvd.ReportID) error {
	return tx.exec(ctx, `DELETE FROM identity WHERE report = $1`, string(report))
}

func identityLabel(report cvd.ReportID) string { return "identity/" + string(report) }

// seal writes a record as JSON that only this centre's key opens.
func (tx *Tx) seal(label string, record any) ([]byte, error) {
	raw, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	return tx.store.vault.Seal(label, raw)
}

// unseal reads what seal wrote under the same label.
func unseal[T any](tx *Tx, label string, sealed []byte) (T, error) {
	var v T
	raw, err := tx.store.vault.Open(label, sealed)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, fmt.Errorf("%s cannot be read: %w", label, err)
	}
	return v, nil
}
