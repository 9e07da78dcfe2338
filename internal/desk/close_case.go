package desk

import (
	"context"

	"nakodo/internal/cvd"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// CloseCase ends a case together with its reports, but for those that another
// case still handles. Everybody who took part is told.
func (d *Desk) CloseCase(ctx context.Context, by party.Actor, id cvd.CaseID, seen int64, v cvd.CloseCase) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if err := v.Check(&c, tx.Now()); err != nil {
			return err
		}
		var reports journal.Outcome
		for _, r := range c.Reports {
			out, err := d.closeWithCase(ctx, tx, by, id, r, v.Why)
			if err != nil {
				return err
			}
			reports.Add(out)
		}
		_, err = d.act(ctx, tx, by, id, seen, v, reports)
		return err
	})
}

// closeWithCase closes a report whose last open case this is.
func (d *Desk) closeWithCase(ctx context.Context, tx *store.Tx, by party.Actor, id cvd.CaseID, report cvd.ReportID, why cvd.CloseReason) (journal.Outcome, error) {
	var none journal.Outcome
	r, err := tx.Report(ctx, report)
	if err != nil || !r.Closed.IsZero() {
		return none, err
	}
	if open, err := d.handledIn(ctx, tx, report, id); err != nil || open {
		return none, err
	}
	r, out, err := r.Do(cvd.CloseReport{Why: why}, by, tx.Now())
	if err != nil {
		return none, err
	}
	return out, tx.SetReport(ctx, r)
}

// handledIn reports whether a report is handled in an open case, this one left out.
func (d *Desk) handledIn(ctx context.Context, tx *store.Tx, report cvd.ReportID, but cvd.CaseID) (bool, error) {
	cases, err := tx.CasesOf(ctx, report)
	for _, c := range cases {
		if c.ID != but && c.Closed.IsZero() {
			return true, err
		}
	}
	return false, err
}
