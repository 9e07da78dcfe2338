package desk

import (
	"cmp"
	"context"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// changeReport is the path of every verb on a report. tell plans the letters.
func (d *Desk) changeReport(ctx context.Context, by party.Actor, id cvd.ReportID, v cvd.ReportVerb, tell func(p *post, r cvd.Report)) error {
	if by.Role != party.Finder {
		if err := officer(by); err != nil && by.Role != party.Clock {
			return err
		}
	}
	return d.do(ctx, func(tx *store.Tx) error {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return err
		}
		r, out, err := r.Do(v, by, tx.Now())
		if err != nil {
			return err
		}
		if err := tx.SetReport(ctx, r); err != nil {
			return err
		}
		p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutReport, ID: string(id)}, r.Version)
		if tell != nil {
			tell(p, r)
		}
		return p.record(out)
	})
}

// AcknowledgeReport tells the finder that a person has read the report
// (ISO/IEC 29147:2018, 6.2.5), and when the result will come.
func (d *Desk) AcknowledgeReport(ctx context.Context, by party.Actor, id cvd.ReportID) error {
	return d.changeReport(ctx, by, id, cvd.AcknowledgeReport{}, func(p *post, r cvd.Report) {
		due := r.Acknowledged.Add(cvd.PolicyNamed(r.Policy).AckWithin)
		p.finder(r, func(h notice.Head) notice.Letter { return notice.ReportAcknowledged(h, contentOf(r), due) })
	})
}

// JudgeReport accepts or refuses a report and tells the finder which, with the
// reasons. The day of telling is the start of handling.
func (d *Desk) JudgeReport(ctx context.Context, by party.Actor, id cvd.ReportID, j cvd.Judgement) error {
	j.Reason = strings.TrimSpace(j.Reason)
	return d.changeReport(ctx, by, id, cvd.JudgeReport{Judgement: j}, func(p *post, r cvd.Report) {
		p.finder(r, func(h notice.Head) notice.Letter {
			if j.Accepts() {
				return notice.ReportAccepted(h, contentOf(r), string(r.ID))
			}
			return notice.ReportRejected(h, contentOf(r), j.Reason)
		})
	})
}

// DeferReport sets a real report aside; with the id of another, as its duplicate.
func (d *Desk) DeferReport(ctx context.Context, by party.Actor, id, duplicate cvd.ReportID) error {
	if duplicate != "" {
		_, err := d.Report(ctx, by, duplicate)
		var k fault.Check
		k.Need(duplicate != id && fault.KindOf(err) != fault.NotFound, "duplicate", "fault.report.no_duplicate")
		if err := cmp.Or(k.Err(), err); err != nil {
			return err
		}
	}
	return d.changeReport(ctx, by, id, cvd.DeferReport{Duplicate: duplicate}, nil)
}

// CloseReport ends a report.
func (d *Desk) CloseReport(ctx context.Context, by party.Actor, id cvd.ReportID, why cvd.CloseReason) error {
	return d.changeReport(ctx, by, id, cvd.CloseReport{Why: why}, nil)
}

// ChangeConsents is the finder changing their mind about name, contact and
// credit, and the name to publish with it.
func (d *Desk) ChangeConsents(ctx context.Context, by party.Actor, c cvd.Consents, creditAs string) error {
	id := cvd.ReportID(by.Report)
	return d.do(ctx, func(tx *store.Tx) error {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return err
		}
		who, err := tx.Identity(ctx, id)
		if err != nil {
			return err
		}
		who.CreditAs = strings.TrimSpace(creditAs)
		if err := who.Check(c); err != nil {
			return err
		}
		r, out, err := r.Do(cvd.ChangeConsents{Consents: c}, by, tx.Now())
		if err != nil {
			return err
		}
		if err := tx.SetReport(ctx, r); err != nil {
			return err
		}
		if err := tx.SetIdentity(ctx, &who); err != nil {
			return err
		}
		return tx.Record(ctx, out)
	})
}
