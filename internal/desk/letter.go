package desk

import (
	"context"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// Letters lists the letters that leave, the newest first; with a state, those in it.
func (d *Desk) Letters(ctx context.Context, by party.Actor, state talk.LetterState, skip, limit int) ([]talk.Letter, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var list []talk.Letter
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if state == "" {
			list, err = tx.Letters(ctx, skip, limit)
		} else {
			list, err = tx.LettersIn(ctx, state, skip, limit)
		}
		return err
	})
	return list, err
}

// CountLetters says how many letters are in each state.
func (d *Desk) CountLetters(ctx context.Context, by party.Actor) (map[talk.LetterState]int, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var n map[talk.LetterState]int
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		n, err = tx.CountLetters(ctx)
		return err
	})
	return n, err
}

// Letter opens one letter, with the bytes as they left or, where it waits, as
// they would leave now. The secret of its link is covered: see mask.
func (d *Desk) Letter(ctx context.Context, by party.Actor, id string) (talk.Letter, error) {
	if err := officer(by); err != nil {
		return talk.Letter{}, err
	}
	var l talk.Letter
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		l, err = tx.Letter(ctx, id)
		return err
	})
	if err == nil && l.Raw == nil {
		err = d.composeLetter(&l, d.Now())
	}
	if err == nil {
		mask(&l, d.Hold)
	}
	return l, err
}

// SendLetter sends a letter that was held or had failed.
func (d *Desk) SendLetter(ctx context.Context, by party.Actor, id string) error {
	if err := officer(by); err != nil {
		return err
	}
	if d.Hold {
		return fault.New(fault.NotNow, "fault.letter.no_server")
	}
	return d.do(ctx, func(tx *store.Tx) error {
		l, err := tx.Letter(ctx, id)
		if err != nil {
			return err
		}
		if l.State != talk.LetterHeld && l.State != talk.LetterFailed {
			return fault.New(fault.NotNow, "fault.letter.under_way")
		}
		if err := d.readdress(ctx, tx, &l); err != nil {
			return err
		}
		l.State, l.Problem = talk.LetterQueued, ""
		if err := tx.SetLetter(ctx, &l); err != nil {
			return err
		}
		e, err := journal.NewEvent(journal.Ref{Kind: journal.AboutLetter, ID: id}, tx.Now(), by, "send_letter", nil)
		if err != nil {
			return err
		}
		out := journal.Outcome{Events: []journal.Event{e}, Jobs: []journal.Job{{Kind: JobLetter, Key: id, At: tx.Now(), About: l.About}}}
		return tx.Record(ctx, out)
	})
}

// HoldLetter keeps a letter back that has not left yet.
func (d *Desk) HoldLetter(ctx context.Context, by party.Actor, id string) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		l, err := tx.Letter(ctx, id)
		if err != nil {
			return err
		}
		if l.State != talk.LetterQueued {
			return fault.New(fault.NotNow, "fault.letter.gone")
		}
		l.State = talk.LetterHeld
		if err := tx.SetLetter(ctx, &l); err != nil {
			return err
		}
		e, err := journal.NewEvent(journal.Ref{Kind: journal.AboutLetter, ID: id}, tx.Now(), by, "hold_letter", nil)
		if err != nil {
			return err
		}
		return tx.Record(ctx, journal.Outcome{Events: []journal.Event{e}, Drop: []journal.JobRef{{Kind: JobLetter, Key: id}}})
	})
}
