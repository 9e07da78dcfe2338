package store

import (
	"context"
	"fmt"

	"nakodo/internal/party"
)

// Agreement reads one agreement.
func (tx *Tx) Agreement(ctx context.Context, id string) (party.Agreement, error) {
	return body[party.Agreement](ctx, tx, `SELECT body FROM agreement WHERE id = $1`, id)
}

// Agreements lists what an organisation has signed, in force or not.
func (tx *Tx) Agreements(ctx context.Context, org party.OrgID) ([]party.Agreement, error) {
	return bodies[party.Agreement](ctx, tx, `SELECT body FROM agreement WHERE org = $1 ORDER BY id`, string(org))
}

// SetAgreement stores an agreement; Version is the one that was read, 0 for a
// new one, and counts one up.
func (tx *Tx) SetAgreement(ctx context.Context, a *party.Agreement) error {
	err := tx.save(ctx, a, a.ID, &a.Version, `INSERT INTO agreement (id, version, body, org)
		VALUES ($1, $2, $3, $5)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, org = excluded.org
		WHERE agreement.version = $4`, agreementRow(*a)...)
	if err != nil {
		return fmt.Errorf("store agreement %s: %w", a.ID, err)
	}
	return nil
}

func agreementRow(a party.Agreement) []any { return []any{string(a.Org)} }
