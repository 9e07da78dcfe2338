package store

import (
	"context"
	"fmt"

	"nakodo/internal/cvd"
)

// Case reads one case. Inside Do it stays as read until the commit.
func (tx *Tx) Case(ctx context.Context, id cvd.CaseID) (cvd.Case, error) {
	c, err := body[cvd.Case](ctx, tx, `SELECT body FROM cvd_case WHERE id = $1`+tx.hold(), string(id))
	return c, tx.loaded("case", string(id), c.Version, err)
}

// SetCase stores a case after Do has raised its version, and who takes part in
// it. Stale: somebody has changed it since this transaction read it.
func (tx *Tx) SetCase(ctx context.Context, c cvd.Case) error {
	err := tx.keep(ctx, "case", string(c.ID), c.Version, c, `INSERT INTO cvd_case (id, version, body, embargo, opened, closed)
		VALUES ($1, $2, $3, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, embargo = excluded.embargo, opened = excluded.opened, closed = excluded.closed
		WHERE cvd_case.version = $4`, caseRow(c)...)
	if err != nil {
		return fmt.Errorf("store case %s: %w", c.ID, err)
	}
	if err := tx.exec(ctx, `DELETE FROM case_party WHERE case_id = $1`, string(c.ID)); err != nil {
		return err
	}
	for _, p := range c.Parties {
		if err := tx.exec(ctx, `INSERT INTO case_party (case_id, who) VALUES ($1, $2)`, string(c.ID), string(p.ID)); err != nil {
			return fmt.Errorf("store case %s: participant %s: %w", c.ID, p.ID, err)
		}
	}
	if err := tx.exec(ctx, `DELETE FROM case_report WHERE case_id = $1`, string(c.ID)); err != nil {
		return err
	}
	for _, r := range c.Reports {
		if err := tx.exec(ctx, `INSERT INTO case_report (case_id, report) VALUES ($1, $2)`, string(c.ID), string(r)); err != nil {
			return fmt.Errorf("store case %s: report %s: %w", c.ID, r, err)
		}
	}
	return nil
}

func caseRow(c cvd.Case) []any {
	return []any{string(c.Embargo.State), stamp(c.Opened), stamp(c.Closed)}
}

// OpenCases lists the cases that are not closed, the oldest first.
func (tx *Tx) OpenCases(ctx context.Context) ([]cvd.Case, error) {
	return bodies[cvd.Case](ctx, tx, `SELECT body FROM cvd_case WHERE closed = 0 ORDER BY opened, id`)
}

// ClosedCases lists closed cases, the newest first, after skip of them.
func (tx *Tx) ClosedCases(ctx context.Context, skip, limit int) ([]cvd.Case, error) {
	return bodies[cvd.Case](ctx, tx, `SELECT body FROM cvd_case WHERE closed > 0 ORDER BY closed DESC, id LIMIT $1 OFFSET $2`, limit, skip)
}

// CasesWith lists the cases that a participant takes or took part in, the
// newest first. What of them it may see is not decided here.
func (tx *Tx) CasesWith(ctx context.Context, who cvd.ParticipantID) ([]cvd.Case, error) {
	return bodies[cvd.Case](ctx, tx, `SELECT c.body FROM cvd_case c JOIN case_party p ON p.case_id = c.id
		WHERE p.who = $1 ORDER BY c.opened DESC, c.id`, string(who))
}

// CasesOf lists the cases that were opened from a report.
func (tx *Tx) CasesOf(ctx context.Context, report cvd.ReportID) ([]cvd.Case, error) {
	return bodies[cvd.Case](ctx, tx, `SELECT c.body FROM cvd_case c JOIN case_report r ON r.case_id = c.id
		WHERE r.report = $1 ORDER BY c.opened, c.id`, string(report))
}

// CaseIDTaken reports whether a number is in use, by a case or an advisory,
// which share their numbers.
func (tx *Tx) CaseIDTaken(ctx context.Context, id cvd.CaseID) (bool, error) {
	var n int
	err := tx.row(ctx, `SELECT (SELECT COUNT(*) FROM cvd_case WHERE id = $1) + (SELECT COUNT(*) FROM advisory WHERE id = $1)`, []any{string(id)}, &n)
	return n > 0, err
}
