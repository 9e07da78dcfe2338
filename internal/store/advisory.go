package store

import (
	"context"
	"encoding/json"
	"fmt"

	"nakodo/internal/advisory"
)

// Advisory reads one advisory. Inside Do it stays as read until the commit.
func (tx *Tx) Advisory(ctx context.Context, id advisory.ID) (advisory.Advisory, error) {
	a, err := body[advisory.Advisory](ctx, tx, `SELECT body FROM advisory WHERE id = $1`+tx.hold(), string(id))
	return a, tx.loaded("advisory", string(id), a.Version, err)
}

// SetAdvisory stores an advisory after Do has raised its version. Stale:
// somebody has changed it since this transaction read it.
func (tx *Tx) SetAdvisory(ctx context.Context, a advisory.Advisory) error {
	err := tx.keep(ctx, "advisory", string(a.ID), a.Version, a, `INSERT INTO advisory (id, version, body, case_id, state, changed)
		VALUES ($1, $2, $3, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, case_id = excluded.case_id, state = excluded.state, changed = excluded.changed
		WHERE advisory.version = $4`, advisoryRow(a)...)
	if err != nil {
		return fmt.Errorf("store advisory %s: %w", a.ID, err)
	}
	return nil
}

func advisoryRow(a advisory.Advisory) []any {
	return []any{a.Case, string(a.State), stamp(a.Changed)}
}

// AdvisoriesOf lists the advisories of a case.
func (tx *Tx) AdvisoriesOf(ctx context.Context, caseID string) ([]advisory.Advisory, error) {
	return bodies[advisory.Advisory](ctx, tx, `SELECT body FROM advisory WHERE case_id = $1 ORDER BY id`, caseID)
}

// AdvisoriesIn lists the advisories in a state, the last changed first.
func (tx *Tx) AdvisoriesIn(ctx context.Context, state advisory.State, limit int) ([]advisory.Advisory, error) {
	return bodies[advisory.Advisory](ctx, tx, `SELECT body FROM advisory WHERE state = $1 ORDER BY changed DESC, id LIMIT $2`, string(state), limit)
}

// AddRevision keeps a frozen revision. A number that is taken is refused by
// the database: a correction is a new revision.
func (tx *Tx) AddRevision(ctx context.Context, r advisory.Revision) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO revision (advisory, n, body, hash, at) VALUES ($1, $2, $3, $4, $5)`,
		string(r.ID), r.Number, string(raw), r.Hash(), stamp(r.At))
	if err != nil {
		return fmt.Errorf("store revision %d of advisory %s: %w", r.Number, r.ID, err)
	}
	return nil
}

// Revision reads one frozen revision.
func (tx *Tx) Revision(ctx context.Context, id advisory.ID, number int) (advisory.Revision, error) {
	return body[advisory.Revision](ctx, tx, `SELECT body FROM revision WHERE advisory = $1 AND n = $2`, string(id), number)
}

// Revisions lists the frozen revisions of an advisory, the oldest first.
func (tx *Tx) Revisions(ctx context.Context, id advisory.ID) ([]advisory.Revision, error) {
	return bodies[advisory.Revision](ctx, tx, `SELECT body FROM revision WHERE advisory = $1 ORDER BY n`, string(id))
}

// NewestRevisions lists the revisions published last, of whatever advisory, the
// newest first: what a feed is made of.
func (tx *Tx) NewestRevisions(ctx context.Context, limit int) ([]advisory.Revision, error) {
	return bodies[advisory.Revision](ctx, tx, `SELECT body FROM revision ORDER BY at DESC, advisory, n DESC LIMIT $1`, limit)
}
