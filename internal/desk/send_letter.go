package desk

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// letterTries is after how many tries a letter is given up: before the runner
// gives its job up, so that an officer sees a failed letter and not one that
// waits for ever.
const letterTries = 20

// sendLetter composes and sends one letter. The bytes are stored before they
// leave, so that a second try sends the same ones; their Message-ID makes the
// two one letter to the receiver.
func (d *Desk) sendLetter(ctx context.Context, id string, courier Courier) error {
	kept, err := d.readyLetter(ctx, id)
	if err != nil || kept.State != talk.LetterQueued {
		return err
	}
	sent := courier.Send(ctx, kept)
	again := false
	err = d.do(ctx, func(tx *store.Tx) error {
		l, err := tx.Letter(ctx, id)
		if err != nil {
			return err
		}
		l.Attempts++
		again = false
		switch {
		case sent == nil:
			l.State, l.Sent, l.Problem = talk.LetterSent, tx.Now(), ""
		case permanent(sent) || l.Attempts >= letterTries:
			l.State, l.Problem = talk.LetterFailed, sent.Error()
		default:
			l.Problem, again = sent.Error(), true
		}
		if err := tx.SetLetter(ctx, &l); err != nil {
			return err
		}
		if sent != nil {
			if permanent(sent) {
				return d.markBounced(ctx, tx, l)
			}
			return nil
		}
		return d.receiptLeft(ctx, tx, l)
	})
	if err == nil && again {
		return sent // the runner tries again later
	}
	return err
}

// readyLetter composes a queued letter and stores its bytes. One that cannot be
// composed has failed: another try would not mend it.
func (d *Desk) readyLetter(ctx context.Context, id string) (talk.Letter, error) {
	var kept talk.Letter
	err := d.do(ctx, func(tx *store.Tx) error {
		var err error
		if kept, err = tx.Letter(ctx, id); err != nil || kept.State != talk.LetterQueued || kept.Raw != nil {
			return err
		}
		if err := d.composeLetter(&kept, tx.Now()); err != nil {
			kept.State, kept.Problem = talk.LetterFailed, err.Error()
		}
		return tx.SetLetter(ctx, &kept)
	})
	return kept, err
}

// receiptLeft notes on a report that its receipt has left: a fact of its own,
// apart from the acknowledgement (Guideline, appendix 6).
func (d *Desk) receiptLeft(ctx context.Context, tx *store.Tx, l talk.Letter) error {
	if l.Template != string(notice.ReportReceivedKind) || l.About.Kind != journal.AboutReport {
		return nil
	}
	r, err := tx.Report(ctx, cvd.ReportID(l.About.ID))
	if err != nil || !r.Receipted.IsZero() {
		return err
	}
	r, out, err := r.Do(cvd.ConfirmReceipt{}, party.ClockActor(), tx.Now())
	if err != nil {
		return err
	}
	if err := tx.SetReport(ctx, r); err != nil {
		return err
	}
	return tx.Record(ctx, out)
}

func permanent(err error) bool {
	var u *Undeliverable
	return errors.As(err, &u)
}

// composeLetter fills in the bytes of a stored letter.
func (d *Desk) composeLetter(kept *talk.Letter, now time.Time) error {
	var l notice.Letter
	if err := json.Unmarshal(kept.Args, &l); err != nil {
		return err
	}
	raw, secure, err := d.Compose(l, now)
	if err != nil {
		return err
	}
	kept.Raw, kept.Secure = raw, secure
	return nil
}

// readdress gives a letter that did not arrive the present address and key of
// the contact it is for: the officer has put them right meanwhile.
func (d *Desk) readdress(ctx context.Context, tx *store.Tx, kept *talk.Letter) error {
	c, err := tx.Contact(ctx, party.PersonID(kept.Who))
	if fault.KindOf(err) == fault.NotFound {
		return nil // to an officer or a finder
	}
	if err != nil {
		return err
	}
	var l notice.Letter
	if err := json.Unmarshal(kept.Args, &l); err != nil {
		return err
	}
	if c.Org != l.To.Org || c.Mail == "" || c.Mail == l.To.Mail && c.Key == l.To.Key {
		return nil
	}
	l.To.Mail, l.To.Key, l.To.Name = c.Mail, c.Key, c.Name
	if kept.Args, err = json.Marshal(l); err != nil {
		return err
	}
	kept.To, kept.Name, kept.Raw, kept.Secure, kept.Attempts = c.Mail, c.Name, nil, false, 0
	return nil
}
