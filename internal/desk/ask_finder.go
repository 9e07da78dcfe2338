package desk

import (
	"context"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// AskFinder puts a question about a report into the conversation with its finder,
// and says in the letter by when an answer is wanted. A finder without an address
// reads it on the status page.
func (d *Desk) AskFinder(ctx context.Context, by party.Actor, id cvd.ReportID, question string) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return err
		}
		if !r.Closed.IsZero() {
			return fault.New(fault.NotNow, "fault.report.closed")
		}
		t, err := d.finderThread(ctx, tx, r)
		if err != nil {
			return err
		}
		m, err := d.message(by, t.ID, question, nil)
		if err != nil {
			return err
		}
		due := tx.Now().Add(cvd.PolicyNamed(r.Policy).Answer)
		return d.say(ctx, tx, by, m, func(h notice.Head) notice.Letter { return notice.MoreWanted(h, m.text, due) })
	})
}

// finderThread is the conversation of a report's finder, or of the vendor that
// reported its own product, with the centre alone.
func (d *Desk) finderThread(ctx context.Context, tx *store.Tx, r cvd.Report) (talk.Thread, error) {
	ts, err := tx.ThreadsOfReport(ctx, string(r.ID))
	if err != nil {
		return talk.Thread{}, err
	}
	for _, t := range ts {
		if isOwn(t, string(r.Reporter())) {
			return t, nil
		}
	}
	return talk.Thread{}, fault.New(fault.NotFound, "fault.not_found")
}
