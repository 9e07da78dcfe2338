package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// ApproveAdvisory is the second officer's yes.
func (d *Desk) ApproveAdvisory(ctx context.Context, by party.Actor, id advisory.ID, seen int64) error {
	return d.WriteAdvisory(ctx, by, id, seen, advisory.Approve{})
}

// PublishAdvisory passes the gate, freezes the revision, renders and signs
// every format, and makes the case public, all in one transaction: either
// everything is out or nothing is. By an officer at once, or by the clock at
// the time that was set.
func (d *Desk) PublishAdvisory(ctx context.Context, by party.Actor, id advisory.ID) error {
	return d.release(ctx, by, id, func(f advisory.Facts, names map[string]words.Text) advisory.Verb {
		return advisory.Publish{Facts: f, Names: names}
	})
}

// WithdrawAdvisory publishes the draft's withdrawal notice as the last revision.
func (d *Desk) WithdrawAdvisory(ctx context.Context, by party.Actor, id advisory.ID) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.release(ctx, by, id, func(f advisory.Facts, names map[string]words.Text) advisory.Verb {
		return advisory.Withdraw{Facts: f, Names: names}
	})
}

// ScheduleAdvisory sets the time at which the clock publishes.
func (d *Desk) ScheduleAdvisory(ctx context.Context, by party.Actor, id advisory.ID, seen int64, v advisory.Schedule) error {
	return d.WriteAdvisory(ctx, by, id, seen, v)
}

// release publishes what the verb makes of the draft. The credited names enter
// here, at the last moment at which a finder's consent can be looked up.
func (d *Desk) release(ctx context.Context, by party.Actor, id advisory.ID, verb func(advisory.Facts, map[string]words.Text) advisory.Verb) error {
	if by.Role != party.Clock {
		if err := officer(by); err != nil {
			return err
		}
	}
	err := d.do(ctx, func(tx *store.Tx) error {
		a, c, facts, err := d.loadAdvisory(ctx, tx, id)
		if err != nil {
			return err
		}
		names, err := d.creditNames(ctx, tx, c)
		if err != nil {
			return err
		}
		next, out, err := a.Do(verb(facts, names), by, tx.Now())
		if err != nil {
			return err
		}
		if err := tx.SetAdvisory(ctx, next); err != nil {
			return err
		}
		if err := tx.AddRevision(ctx, *next.Live); err != nil {
			return err
		}
		if err := d.shelve(ctx, tx, *next.Live); err != nil {
			return fmt.Errorf("publish %s: %w", id, err)
		}
		v := cvd.Publish{Advisory: string(id), Revision: next.Live.Number, Dated: true}
		if c, err = d.act(ctx, tx, by, c.ID, 0, v, out); err != nil {
			return err
		}
		return d.outAfterCommittee(ctx, tx, by, c)
	})
	if by.Role == party.Clock && fault.KindOf(err) == fault.NotNow {
		return nil // held or published meanwhile
	}
	if by.Role == party.Clock && fault.KindOf(err) == fault.Invalid {
		return d.heldByGate(ctx, id, err)
	}
	return err
}

// heldByGate: at the scheduled time the gate refused, because something has
// changed since. The advisory goes back to the officers instead of out, and all
// of them are told: others wait for it at that hour.
func (d *Desk) heldByGate(ctx context.Context, id advisory.ID, cause error) error {
	return d.do(ctx, func(tx *store.Tx) error {
		a, err := tx.Advisory(ctx, id)
		if err != nil {
			return err
		}
		var due time.Time
		if a.Draft != nil {
			due = a.Draft.At
		}
		next, out, err := a.Do(advisory.Hold{Reason: d.reasons(cause)}, party.ClockActor(), tx.Now())
		if err != nil {
			return err
		}
		if err := tx.SetAdvisory(ctx, next); err != nil {
			return err
		}
		p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutAdvisory, ID: string(id)}, next.Version)
		p.officers(d.Centre.Mark(cvd.CaseID(id)), "/desk/advisories/"+string(id), func(h notice.Head) notice.Letter {
			title := notice.Content{Title: next.Draft.Content.Title.In(h.To.Lang)}
			return notice.DeadlineOverdue(h, title, d.Words.Say(h.To.Lang, "deadline.publication", nil), due)
		})
		return p.record(out)
	})
}

// reasons spells a refusal with all that it found, for officers.
func (d *Desk) reasons(err error) string {
	f := fault.Of(err)
	said := []string{d.Words.Say(words.EN, f.Key, f.Args)}
	for _, p := range f.Problems {
		said = append(said, d.Words.Say(words.EN, p.Key, p.Args))
	}
	return strings.Join(said, "\n")
}
