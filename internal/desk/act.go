package desk

import (
	"context"
	"fmt"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// Act does one verb to a case. seen is the version of the case that the person
// had before them, where what they wrote replaces what stood there (an
// officer's description, a decision); 0 where the verb's own rules are guard
// enough. A vendor never sends it: the others' work must not get in its way.
func (d *Desk) Act(ctx context.Context, by party.Actor, id cvd.CaseID, seen int64, v cvd.Verb) error {
	return d.do(ctx, func(tx *store.Tx) error {
		_, err := d.act(ctx, tx, by, id, seen, v)
		return err
	})
}

// act is the path that every verb on a case takes: load, decide, save, queue.
func (d *Desk) act(ctx context.Context, tx *store.Tx, by party.Actor, id cvd.CaseID, seen int64, v cvd.Verb) (cvd.Case, error) {
	c, err := tx.Case(ctx, id)
	if err != nil {
		return cvd.Case{}, err
	}
	if c.PartyOf(by) == nil { // before anything that could tell a stranger that the case exists
		return cvd.Case{}, fault.New(fault.NotFound, "fault.not_found")
	}
	if seen != 0 && seen != c.Version {
		return cvd.Case{}, fault.New(fault.Stale, "fault.stale")
	}
	next, out, err := c.Do(v, by, tx.Now())
	if err != nil {
		return cvd.Case{}, err
	}
	if err := tx.SetCase(ctx, next); err != nil {
		return cvd.Case{}, err
	}
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutCase, ID: string(id)}, next.Version)
	d.tellOfCase(p, c, next, v, by)
	if err := p.record(out); err != nil {
		return cvd.Case{}, fmt.Errorf("case %s, after %s: %w", id, v.Verb(), err)
	}
	return next, nil
}
