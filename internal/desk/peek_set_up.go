package desk

import (
	"context"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// PeekSetUp looks at a set-up link without using it up and gives the account
// it is for: empty for the first officer, who has none yet.
func (d *Desk) PeekSetUp(ctx context.Context, token string) (party.Person, error) {
	var person party.Person
	err := d.view(ctx, func(tx *store.Tx) error {
		l, err := tx.Link(ctx, token)
		if err != nil {
			return err
		}
		if l.Purpose != linkSetUp {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if l.Actor.Person == "" {
			return nil
		}
		person, err = tx.Person(ctx, l.Actor.Person)
		return err
	})
	return person, err
}
