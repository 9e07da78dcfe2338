package desk

import (
	"context"
	"errors"
	"iter"

	"nakodo/internal/format/registry"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// ExportRegistry gives every organisation by name, with its contacts and its
// keyword answers, as they are at one moment, to a writer. One that was merged is
// left out: what is known of it stands under the other one.
func (d *Desk) ExportRegistry(ctx context.Context, by party.Actor, write func(iter.Seq2[registry.Record, error]) error) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.view(ctx, func(tx *store.Tx) error {
		return write(func(yield func(registry.Record, error) bool) {
			for o, err := range tx.AllOrganisations(ctx) {
				if err != nil {
					yield(registry.Record{}, err)
					return
				}
				if o.MergedInto != "" {
					continue
				}
				contacts, err1 := tx.Contacts(ctx, o.ID)
				said, err2 := tx.Answers(ctx, o.ID)
				if !yield(registry.Record{Org: o, Contacts: contacts, Answers: said.Answers}, errors.Join(err1, err2)) {
					return
				}
			}
		})
	})
}
