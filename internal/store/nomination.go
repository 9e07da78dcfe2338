package store

import (
	"context"
	"fmt"

	"nakodo/internal/cvd"
	"nakodo/internal/talk"
)

// Nomination reads one nomination.
func (tx *Tx) Nomination(ctx context.Context, id string) (talk.Nomination, error) {
	return body[talk.Nomination](ctx, tx, `SELECT body FROM nomination WHERE id = $1`, id)
}

// SetNomination stores a nomination; Version is the one that was read, 0 for a
// new one, and counts one up.
func (tx *Tx) SetNomination(ctx context.Context, n *talk.Nomination) error {
	err := tx.save(ctx, n, n.ID, &n.Version, `INSERT INTO nomination (id, version, body, case_id, org, state) VALUES ($1, $2, $3, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, case_id = excluded.case_id, org = excluded.org, state = excluded.state
		WHERE nomination.version = $4`, nominationRow(*n)...)
	if err != nil {
		return fmt.Errorf("store nomination %s: %w", n.ID, err)
	}
	return nil
}

func nominationRow(n talk.Nomination) []any {
	return []any{n.Case, string(n.By.Org), string(n.State)}
}

// NominationsIn lists the nominations of a case in a state, the oldest first.
func (tx *Tx) NominationsIn(ctx context.Context, id cvd.CaseID, state talk.NominationState) ([]talk.Nomination, error) {
	return bodies[talk.Nomination](ctx, tx, `SELECT body FROM nomination WHERE case_id = $1 AND state = $2 ORDER BY id`, string(id), string(state))
}

// NominationsBy lists what one organisation nominated in a case.
func (tx *Tx) NominationsBy(ctx context.Context, id cvd.CaseID, org string) ([]talk.Nomination, error) {
	return bodies[talk.Nomination](ctx, tx, `SELECT body FROM nomination WHERE case_id = $1 AND org = $2 ORDER BY id`, string(id), org)
}
