package store

import (
	"context"
	"fmt"

	"nakodo/internal/party"
)

// Change reads one change of the registry. Inside Do it stays as read until the
// commit, so two officers who agree at once are two.
func (tx *Tx) Change(ctx context.Context, id string) (party.Change, error) {
	return body[party.Change](ctx, tx, `SELECT body FROM change WHERE id = $1`+tx.hold(), id)
}

// SetChange stores a change; Version is the one that was read, 0 for a new one,
// and counts one up.
func (tx *Tx) SetChange(ctx context.Context, c *party.Change) error {
	err := tx.save(ctx, c, c.ID, &c.Version, `INSERT INTO change (id, version, body, org, contact, state, asked) VALUES ($1, $2, $3, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, org = excluded.org, contact = excluded.contact,
		state = excluded.state, asked = excluded.asked WHERE change.version = $4`, changeRow(*c)...)
	if err != nil {
		return fmt.Errorf("store change %s: %w", c.ID, err)
	}
	return nil
}

func changeRow(c party.Change) []any {
	return []any{string(c.Org), string(c.Contact), string(c.State), stamp(c.At)}
}

// ChangesOf lists what was asked for an organisation, the newest first, at most limit.
func (tx *Tx) ChangesOf(ctx context.Context, org party.OrgID, limit int) ([]party.Change, error) {
	return bodies[party.Change](ctx, tx, `SELECT body FROM change WHERE org = $1 ORDER BY asked DESC, id LIMIT $2`, string(org), limit)
}

// ChangesWaiting lists the changes that wait for an officer, the oldest first,
// at most limit.
func (tx *Tx) ChangesWaiting(ctx context.Context, limit int) ([]party.Change, error) {
	return bodies[party.Change](ctx, tx, `SELECT body FROM change WHERE state = 'waiting' ORDER BY asked, id LIMIT $1`, limit)
}

// ChangesWaitingOf lists those of an organisation.
func (tx *Tx) ChangesWaitingOf(ctx context.Context, org party.OrgID) ([]party.Change, error) {
	return bodies[party.Change](ctx, tx, `SELECT body FROM change WHERE org = $1 AND state = 'waiting' ORDER BY asked, id`, string(org))
}
