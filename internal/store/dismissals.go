package store

import (
	"context"
	"fmt"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// Dismissals reads what officers set aside of an organisation: nothing where
// they never did.
func (tx *Tx) Dismissals(ctx context.Context, org party.OrgID) (party.Dismissals, error) {
	d, err := body[party.Dismissals](ctx, tx, `SELECT body FROM dismissals WHERE id = $1`+tx.hold(), string(org))
	if fault.KindOf(err) == fault.NotFound {
		return party.Dismissals{Org: org}, nil
	}
	return d, err
}

// SetDismissals stores them; Version is the one that was read and counts one
// up.
func (tx *Tx) SetDismissals(ctx context.Context, d *party.Dismissals) error {
	err := tx.save(ctx, d, string(d.Org), &d.Version, `INSERT INTO dismissals (id, version, body) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body
		WHERE dismissals.version = $4`)
	if err != nil {
		return fmt.Errorf("store dismissals of %s: %w", d.Org, err)
	}
	return nil
}

// AllDismissals reads those of every organisation.
func (tx *Tx) AllDismissals(ctx context.Context) (map[party.OrgID]party.Dismissals, error) {
	all, err := bodies[party.Dismissals](ctx, tx, `SELECT body FROM dismissals`)
	by := make(map[party.OrgID]party.Dismissals, len(all))
	for _, d := range all {
		by[d.Org] = d
	}
	return by, err
}
