package store

import (
	"context"
	"fmt"

	"nakodo/internal/party"
)

// Registration reads one registration.
func (tx *Tx) Registration(ctx context.Context, id string) (party.Registration, error) {
	return body[party.Registration](ctx, tx, `SELECT body FROM registration WHERE id = $1`+tx.hold(), id)
}

// SetRegistration stores a registration; Version is the one that was read, 0
// for a new one, and counts one up.
func (tx *Tx) SetRegistration(ctx context.Context, r *party.Registration) error {
	err := tx.save(ctx, r, r.ID, &r.Version, `INSERT INTO registration (id, version, body, org, state) VALUES ($1, $2, $3, $5, $6)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, org = excluded.org, state = excluded.state
		WHERE registration.version = $4`, registrationRow(*r)...)
	if err != nil {
		return fmt.Errorf("store registration %s: %w", r.ID, err)
	}
	return nil
}

func registrationRow(r party.Registration) []any { return []any{string(r.Org), string(r.State)} }

// RegistrationsOf lists what an organisation has applied for.
func (tx *Tx) RegistrationsOf(ctx context.Context, org party.OrgID) ([]party.Registration, error) {
	return bodies[party.Registration](ctx, tx, `SELECT body FROM registration WHERE org = $1 AND org <> '' ORDER BY id`, string(org))
}

// RegistrationsIn lists the registrations in a state, at most limit.
func (tx *Tx) RegistrationsIn(ctx context.Context, state party.RegState, limit int) ([]party.Registration, error) {
	return bodies[party.Registration](ctx, tx, `SELECT body FROM registration WHERE state = $1 ORDER BY id LIMIT $2`, string(state), limit)
}
