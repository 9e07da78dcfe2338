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
	parties := make([]string, len(c.Parties))
	for i, p := range c.Parties {
		parties[i] = string(p.ID)
	}
	if err := tx.members(ctx, c.ID, parties, `SELECT who FROM case_party WHERE case_id = $1`,
		`INSERT INTO case_party (case_id, who) VALUES ($1, $2)`, `DELETE FROM case_party WHERE case_id = $1 AND who = $2`); err != nil {
		return fmt.Errorf("store case %s: participants: %w", c.ID, err)
	}
	reports := make([]string, len(c.Reports))
	for i, r := range c.Reports {
		reports[i] = string(r)
	}
	if err := tx.members(ctx, c.ID, reports, `SELECT report FROM case_report WHERE case_id = $1`,
		`INSERT INTO case_report (case_id, report) VALUES ($1, $2)`, `DELETE FROM case_report WHERE case_id = $1 AND report = $2`); err != nil {
		return fmt.Errorf("store case %s: reports: %w", c.ID, err)
	}
	return nil
}

// members makes a table hold exactly the given names for a case. It writes only
// what differs: most verbs change nobody's part, and a case may have thousands.
func (tx *Tx) members(ctx context.Context, id cvd.CaseID, want []string, query, add, remove string) error {
	have, err := list(ctx, tx, query, []any{string(id)}, one[string])
	if err != nil {
		return err
	}
	stored := make(map[string]bool, len(have))
	for _, name := range have {
		stored[name] = true
	}
	for _, name := range want {
		if !stored[name] {
			if err := tx.exec(ctx, add, string(id), name); err != nil {
				return err
			}
		}
		delete(stored, name)
	}
	for name := range stored {
		if err := tx.exec(ctx, remove, string(id), name); err != nil {
			return err
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

// ClosedCasesWith lists those of them that are closed.
func (tx *Tx) ClosedCasesWith(ctx context.Context, who cvd.ParticipantID) ([]cvd.Case, error) {
	return bodies[cvd.Case](ctx, tx, `SELECT c.body FROM cvd_case c JOIN case_party p ON p.case_id = c.id
		WHERE p.who = $1 AND c.closed > 0 ORDER BY c.opened DESC, c.id`, string(who))
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
