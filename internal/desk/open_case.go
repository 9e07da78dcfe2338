package desk

import (
	"context"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// Opening is what an officer says when opening a case.
type Opening struct {
	Reports   []cvd.ReportID
	Title     words.Text
	Brief     words.Text
	NoEmbargo bool
	Days      int // embargo in days from the first contact; 0: the policy's default
	// What the officer has found to be so, whatever the report says: a bit that is
	// up never comes down again, so a claim does not raise it.
	Public, Attacks bool
}

// OpenCase opens a case from accepted reports. The finders' wishes are taken
// into account: the shortest term wins (Vultron EM, norm 6).
func (d *Desk) OpenCase(ctx context.Context, by party.Actor, o Opening) (cvd.CaseID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	var id cvd.CaseID
	err := d.do(ctx, func(tx *store.Tx) error {
		var err error
		if id, err = d.freeCaseID(ctx, tx); err != nil {
			return err
		}
		v := cvd.OpenCase{ID: id, Reports: o.Reports, Title: o.Title, Brief: o.Brief, Public: o.Public, Attacks: o.Attacks, Linked: true}
		v.Frames = cvd.EditionsAt(d.Centre.Frames, tx.Now())
		if v.Accepted, v.Website, err = accepted(ctx, tx, o.Reports); err != nil {
			return err
		}
		if !o.NoEmbargo {
			v.Term = cvd.PolicyAt(tx.Now()).Term
			if o.Days > 0 {
				v.Term = time.Duration(o.Days) * 24 * time.Hour
			}
		}
		var out journal.Outcome
		var own []cvd.Report
		for _, report := range o.Reports {
			r, more, err := d.link(ctx, tx, by, report, id)
			if err != nil {
				return err
			}
			s := r.Submission
			out.Add(more)
			if r.Source != "" {
				own, v.Own = append(own, r), append(v.Own, r.ID)
			}
			wish := time.Duration(s.WishDays) * 24 * time.Hour
			if wish > 0 && (v.Wish == 0 || wish < v.Wish) {
				v.Wish, v.WishBy = wish, report
			}
			if s.NoEmbargo {
				v.Term = 0
			}
		}
		c, opened, err := cvd.Case{}.Do(v, by, tx.Now())
		if err != nil {
			return err
		}
		if err := tx.SetCase(ctx, c); err != nil {
			return err
		}
		out.Add(opened)
		if err := tx.Record(ctx, out); err != nil {
			return err
		}
		for _, r := range own {
			if err := d.joinSource(ctx, tx, by, id, r); err != nil {
				return err
			}
		}
		return d.keepGuidelines(ctx, tx, by, id, o.Reports)
	})
	return id, err
}

// AddReport joins a further accepted report to a case. It tells of the
// vulnerabilities named; where none is, of the first: an officer may link it anew.
func (d *Desk) AddReport(ctx context.Context, by party.Actor, id cvd.CaseID, report cvd.ReportID, vulns ...string) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id) // held first, as every deed on a case and its reports does
		if err != nil {
			return err
		}
		if len(vulns) == 0 {
			vulns = []string{c.Vulns[0].ID}
		}
		r, out, err := d.link(ctx, tx, by, report, id)
		if err != nil {
			return err
		}
		own := r.Source != ""
		if _, err = d.act(ctx, tx, by, id, 0, cvd.AddReport{Report: report, Free: r.Submission.NoEmbargo && !own, Vulns: vulns, Own: own}, out); err != nil {
			return err
		}
		if own {
			return d.joinSource(ctx, tx, by, id, r)
		}
		return d.keepGuidelines(ctx, tx, by, id, []cvd.ReportID{report})
	})
}

// link marks a report as handled in a case.
func (d *Desk) link(ctx context.Context, tx *store.Tx, by party.Actor, report cvd.ReportID, id cvd.CaseID) (cvd.Report, journal.Outcome, error) {
	r, err := tx.Report(ctx, report)
	if err != nil {
		return cvd.Report{}, journal.Outcome{}, err
	}
	r, out, err := r.Do(cvd.LinkCase{Case: id}, by, tx.Now())
	if err != nil {
		return cvd.Report{}, journal.Outcome{}, err
	}
	return r, out, tx.SetReport(ctx, r)
}

// freeCaseID finds eight digits that no case and no advisory has.
func (d *Desk) freeCaseID(ctx context.Context, tx *store.Tx) (cvd.CaseID, error) {
	for range 50 {
		id := cvd.CaseID(d.newDigits())
		taken, err := tx.CaseIDTaken(ctx, id)
		if err != nil || !taken {
			return id, err
		}
	}
	return "", fault.New(fault.Busy, "fault.busy")
}
