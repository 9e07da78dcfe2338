package desk

import (
	"context"

	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// JournalLine is one event as an officer reads it.
type JournalLine struct {
	journal.Event
	Name string // of the person or organisation that acted; "" for finders and the clock
}

// Journal lists what happened at the centre, newest first: the events before
// one of the chain, or the newest where before is 0.
func (d *Desk) Journal(ctx context.Context, by party.Actor, before int64, limit int) ([]JournalLine, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var lines []JournalLine
	err := d.view(ctx, func(tx *store.Tx) error {
		events, err := tx.EventsBefore(ctx, before, limit)
		if err != nil {
			return err
		}
		known := map[string]string{}
		for _, e := range events {
			name, err := d.actorName(ctx, tx, e.By, known)
			if err != nil {
				return err
			}
			lines = append(lines, JournalLine{Event: e, Name: name})
		}
		return nil
	})
	return lines, err
}
