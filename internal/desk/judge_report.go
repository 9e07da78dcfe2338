package desk

import (
	"context"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// changeReport is the path of every verb on a report. may, where there is one,
// says what the report itself cannot know of; tell plans the letters.
func (d *Desk) changeReport(ctx context.Context, by party.Actor, id cvd.ReportID, v cvd.ReportVerb, may func(tx *store.Tx) error, tell func(p *post, r cvd.Report)) error {
	return d.do(ctx, func(tx *store.Tx) error {
		if may != nil {
			if err := may(tx); err != nil {
				return err
			}
		}
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
		tell(p, r)
		return p.record(out)
	})
}

// AcknowledgeReport tells the finder that a person has read the report
// (ISO/IEC 29147:2018, 6.2.5), and when the result will come.
func (d *Desk) AcknowledgeReport(ctx context.Context, by party.Actor, id cvd.ReportID) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.changeReport(ctx, by, id, cvd.AcknowledgeReport{}, nil, func(p *post, r cvd.Report) {
		judge, _ := cvd.Find(r.Clocks(d.office(), p.tx.Now()), cvd.ClockJudge)
		due := judge.Due
		p.finder(r, func(h notice.Head) notice.Letter { return notice.ReportAcknowledged(h, contentOf(r), due) })
	})
}

// JudgeReport accepts or refuses a report and tells the finder which, with the
// reasons. The day of telling is the start of handling.
func (d *Desk) JudgeReport(ctx context.Context, by party.Actor, id cvd.ReportID, j cvd.Judgement) error {
	if err := officer(by); err != nil {
		return err
	}
	j.Reason = strings.TrimSpace(j.Reason)
	return d.changeReport(ctx, by, id, cvd.JudgeReport{Judgement: j}, nil, func(p *post, r cvd.Report) {
		p.finder(r, func(h notice.Head) notice.Letter {
			if j.Accepts() {
				return notice.ReportAccepted(h, contentOf(r), string(r.ID))
			}
			return notice.ReportRejected(h, contentOf(r), j.Reason)
		})
	})
}

// DeferReport sets a real report aside; with the id of another, as its
// duplicate. The finder is told that, but not of which.
func (d *Desk) DeferReport(ctx context.Context, by party.Actor, id, duplicate cvd.ReportID) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.changeReport(ctx, by, id, cvd.DeferReport{Duplicate: duplicate}, func(tx *store.Tx) error {
		if duplicate == "" {
			return nil
		}
		_, err := tx.Report(ctx, duplicate)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		var k fault.Check
		k.Need(err == nil && duplicate != id, "duplicate", "fault.report.no_duplicate")
		return k.Err()
	}, func(p *post, r cvd.Report) {
		p.finder(r, func(h notice.Head) notice.Letter { return notice.ReportDeferred(h, contentOf(r)) })
	})
}

// CloseReport ends a report that no open case handles, and tells the finder why.
func (d *Desk) CloseReport(ctx context.Context, by party.Actor, id cvd.ReportID, why cvd.CloseReason) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.changeReport(ctx, by, id, cvd.CloseReport{Why: why}, func(tx *store.Tx) error {
		open, err := d.handledIn(ctx, tx, id, "")
		if err == nil && open {
			err = fault.New(fault.NotNow, "fault.report.case_open")
		}
		return err
	}, func(p *post, r cvd.Report) {
		p.finder(r, func(h notice.Head) notice.Letter {
			return notice.HandlingEnded(h, contentOf(r), d.Words.Say(h.To.Lang, "why."+string(why), nil))
		})
	})
}

// WithdrawReport is the finder taking the report back; the officers are told.
func (d *Desk) WithdrawReport(ctx context.Context, by party.Actor) error {
	if err := finder(by); err != nil {
		return err
	}
	return d.changeReport(ctx, by, cvd.ReportID(by.Report), cvd.WithdrawReport{}, nil, func(p *post, r cvd.Report) {
		p.officers(string(r.ID), "/desk/reports/"+string(r.ID), func(h notice.Head) notice.Letter {
			return notice.HandlingEnded(h, contentOf(r), d.Words.Say(h.To.Lang, "why."+string(r.Why), nil))
		})
	})
}

// ChangeConsents is the finder changing their mind about name, contact and
// credit, and the name to publish with it.
func (d *Desk) ChangeConsents(ctx context.Context, by party.Actor, c cvd.Consents, creditAs string) error {
	if err := finder(by); err != nil {
		return err
	}
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
		if err := tx.Record(ctx, out); err != nil || c.DirectContact {
			return err
		}
		return d.hideFinder(ctx, tx, by)
	})
}

// hideFinder takes a finder who no longer wants to be written to out of the
// others' sight, in every open case.
func (d *Desk) hideFinder(ctx context.Context, tx *store.Tx, by party.Actor) error {
	id := cvd.ReportID(by.Report)
	cases, err := tx.CasesOf(ctx, id)
	if err != nil {
		return err
	}
	me := cvd.FinderParticipant(id)
	for _, c := range cases {
		if p := c.Party(me); p == nil || !p.Shown || !c.Closed.IsZero() {
			continue
		}
		if _, err := d.act(ctx, tx, by, c.ID, 0, cvd.ShowParty{Who: me}); err != nil {
			return err
		}
	}
	return nil
}
