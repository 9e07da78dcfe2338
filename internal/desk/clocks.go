package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"nakodo/internal/calendar"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// office is where and by which calendar the centre works.
func (d *Desk) office() cvd.Office {
	c, _ := calendar.Named(d.Centre.Calendar) // without one every day is worked
	return cvd.Office{Calendar: c, Zone: d.Centre.Zone}
}

// clocksOf winds the clocks of a case. Business days that run for an organisation
// are counted by the calendar that the registry has for it, without one by the
// centre's. shown also reads the calendars of those who act next, for the day by
// which they have to.
func (d *Desk) clocksOf(ctx context.Context, tx *store.Tx, c *cvd.Case, shown bool) ([]cvd.Clock, cvd.Office, error) {
	o := d.office()
	o.Parties = map[cvd.ParticipantID]cvd.Office{}
	clocks := c.Clocks(o, tx.Now())
	for _, k := range clocks {
		if _, known := o.Parties[k.Who]; known || k.Length.Business == 0 && !(shown && k.Next == party.Vendor) {
			continue
		}
		q := c.Party(k.Who)
		if q == nil {
			continue
		}
		org, err := tx.Organisation(ctx, q.Org)
		if err != nil {
			return nil, o, err
		}
		own, ok := calendar.Named(calendar.Key(org.Calendar))
		if !ok {
			continue
		}
		zone, err := time.LoadLocation(org.Zone)
		if org.Zone == "" || err != nil {
			zone = d.Centre.Zone
		}
		o.Parties[k.Who] = cvd.Office{Calendar: own, Zone: zone}
	}
	if len(o.Parties) > 0 {
		clocks = c.Clocks(o, tx.Now())
	}
	return clocks, o, nil
}

// accepted is when the first of some reports was accepted, and whether all of
// them are about a web site.
func accepted(ctx context.Context, tx *store.Tx, reports []cvd.ReportID) (at time.Time, website bool, err error) {
	sites := 0
	for _, id := range reports {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return at, false, err
		}
		if !r.Judged.IsZero() && (at.IsZero() || r.Judged.Before(at)) {
			at = r.Judged
		}
		if r.Submission.Kind == cvd.AboutWebsite {
			sites++
		}
	}
	return at, sites > 0 && sites == len(reports), nil
}

// keepGuidelines takes the guidelines that finders gave with their reports into
// the case.
func (d *Desk) keepGuidelines(ctx context.Context, tx *store.Tx, by party.Actor, id cvd.CaseID, reports []cvd.ReportID) error {
	for _, report := range reports {
		r, err := tx.Report(ctx, report)
		if err != nil {
			return err
		}
		s := r.Submission
		if s.Guideline == "" && s.WishFrom != cvd.FromReceipt {
			continue // the wish for a term alone is the case's already
		}
		v := cvd.RecordGuideline{Who: cvd.FinderParticipant(report), Text: s.Guideline, Days: s.WishDays, From: s.WishFrom}
		if v.Text == "" {
			v.Text = d.Words.Say(words.ParseLang(s.Lang), "guideline.in_report", map[string]any{"days": s.WishDays})
		}
		if v.From == cvd.FromReceipt {
			v.On = r.Received
		}
		if _, err := d.act(ctx, tx, by, id, 0, v); err != nil {
			return err
		}
	}
	return nil
}

// CaseClocks is everything that runs in a case, with what explains it.
type CaseClocks struct {
	Clocks   []cvd.Clock
	Reports  []ReportClocks
	Plans    []Plan // the dates of publication, the newest first
	Editions []cvd.Edition
	Duties   []cvd.DutyLine
	Office   cvd.Office
	People   map[party.PersonID]string // officers by their id
}

// ReportClocks are the clocks of one report of the case.
type ReportClocks struct {
	ID       cvd.ReportID
	Received time.Time
	Clocks   []cvd.Clock
}

// Plan is one date of publication that was planned, and why.
type Plan struct {
	For    time.Time // the date
	Set    time.Time // when it was set
	By     string    // who set it; "" for the first contact itself
	Asked  cvd.ParticipantID
	Reason string
}

// CaseClocks reads the clocks of a case, for officers.
func (d *Desk) CaseClocks(ctx context.Context, by party.Actor, id cvd.CaseID) (CaseClocks, error) {
	if err := officer(by); err != nil {
		return CaseClocks{}, err
	}
	var p CaseClocks
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if p.People, err = d.officerNames(ctx, tx); err != nil {
			return err
		}
		reports, err := d.dated(ctx, tx, &c)
		if err != nil {
			return err
		}
		late := false
		if p.Clocks, p.Office, err = d.clocksOf(ctx, tx, &c, true); err != nil {
			return err
		}
		for _, r := range reports {
			x := ReportClocks{ID: r.ID, Received: r.Received, Clocks: r.Clocks(d.office(), tx.Now())}
			p.Reports = append(p.Reports, x)
			late = late || anyLate(x.Clocks, tx.Now())
		}
		p.Editions, p.Duties = c.Editions(), c.DutyLines(reports, late || anyLate(p.Clocks, tx.Now()))
		p.Plans, err = d.plans(ctx, tx, c)
		return err
	})
	return p, err
}

func anyLate(clocks []cvd.Clock, now time.Time) bool {
	return slices.ContainsFunc(clocks, func(k cvd.Clock) bool { return k.Next == party.Officer && k.State(now) == cvd.ClockLate })
}

// dated reads the reports of a case and fills in what a case from before these
// were kept does not say of itself.
func (d *Desk) dated(ctx context.Context, tx *store.Tx, c *cvd.Case) ([]cvd.Report, error) {
	var reports []cvd.Report
	for _, id := range c.Reports {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	if !c.Accepted.IsZero() {
		return reports, nil
	}
	var err error
	c.Accepted, c.Website, err = accepted(ctx, tx, c.Reports)
	return reports, err
}

// plans is the history of the dates that were planned. It is read from the
// journal, which has it all; the first date is the one that the first contact
// set by itself.
func (d *Desk) plans(ctx context.Context, tx *store.Tx, c cvd.Case) ([]Plan, error) {
	events, err := tx.Events(ctx, journal.Ref{Kind: journal.AboutCase, ID: string(c.ID)})
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	var plans []Plan
	for i, e := range events {
		if e.Verb == (cvd.PlanPublication{}).Verb() {
			var rec struct{ Args cvd.PlanPublication }
			if err := json.Unmarshal(e.Data, &rec); err != nil {
				return nil, err
			}
			name, err := d.actorName(ctx, tx, e.By, known)
			if err != nil {
				return nil, err
			}
			plans = append(plans, Plan{For: rec.Args.At, Set: e.At, By: name, Asked: rec.Args.Asked, Reason: rec.Args.Reason})
			continue
		}
		if len(plans) > 0 || c.FirstAttempt.IsZero() || !e.At.Equal(c.FirstAttempt) {
			continue
		}
		then, err := cvd.Replay(events[:i+1])
		if err != nil {
			return nil, err
		}
		if !then.Planned.IsZero() {
			plans = append(plans, Plan{For: then.Planned, Set: e.At})
		}
	}
	slices.Reverse(plans)
	return plans, nil
}

// clockOut tells the officer of a case that a clock has run out. One that has
// been stopped or moved meanwhile has its own deadline again, or none.
func (d *Desk) clockOut(ctx context.Context, j journal.Job) error {
	id, key := cvd.ParseClockKey(j.Key)
	return d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		clocks, _, err := d.clocksOf(ctx, tx, &c, false)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(clocks, func(k cvd.Clock) bool { return k.Key() == key })
		if i < 0 {
			return nil
		}
		k := clocks[i]
		if k.Kind == cvd.ClockGuide && c.Planned.After(tx.Now()) {
			return nil // a guide: everybody has been told of a later date
		}
		if !k.Rings(tx.Now()) {
			if k.State(tx.Now()) == cvd.ClockRunning { // months end by the centre's own days
				j.At = k.Due
				return tx.Record(ctx, journal.Outcome{Jobs: []journal.Job{j}})
			}
			return nil
		}
		p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutCase, ID: string(id)}, c.Version)
		p.officers(d.Centre.Mark(id), "/desk/cases/"+string(id)+"/clocks", func(h notice.Head) notice.Letter {
			return notice.DeadlineOverdue(h, notice.Content{Title: c.Title.In(h.To.Lang)}, d.Words.Say(h.To.Lang, "clock."+string(k.Kind), nil), k.Due)
		}, c.Owner)
		return p.record(journal.Outcome{})
	})
}

// Quarters counts how cases ended, by quarters of the year, for officers.
func (d *Desk) Quarters(ctx context.Context, by party.Actor) ([]cvd.Quarter, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var all []cvd.Case
	err := d.view(ctx, func(tx *store.Tx) error {
		open, err := tx.OpenCases(ctx)
		if err != nil {
			return err
		}
		closed, err := tx.ClosedCases(ctx, 0, mostCounted)
		if err != nil {
			return err
		}
		all = append(open, closed...)
		for i := range all {
			if !all[i].Accepted.IsZero() {
				continue
			}
			if _, err := d.dated(ctx, tx, &all[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return cvd.Quarters(all, d.Centre.Zone), err
}

// mostCounted is how many closed cases the statistics go back.
const mostCounted = 20_000

// rung are the clocks that have run out and are no task of their own.
func (n *nextList) rung(clocks []cvd.Clock, with func(string, time.Time) Task) {
	for _, k := range clocks {
		if k.Rings(n.now) {
			t := with("clock", k.Due)
			t.Clock, t.Link = string(k.Kind), t.Link+"/clocks#"+strings.ReplaceAll(k.Key(), "/", "-")
			n.add(t)
		}
	}
}

// guided tells what a finder's guideline has led to: new terms, or a proposal.
func (t *teller) guided(cvd.RecordGuideline) {
	open := t.after.Embargo.Open
	if t.before.UnderEmbargo() && t.after.Embargo.Terms > t.before.Embargo.Terms {
		t.everybody(func(h notice.Head, c notice.Content) notice.Letter {
			return notice.EmbargoRevised(h, c, t.before.Embargo.Until, t.after.Embargo.Until, "")
		})
		return
	}
	if open != nil && t.before.Embargo.Open == nil {
		t.proposed()
	}
}

// spoke tells the officer of the case what a party has said beside the statuses.
func (t *teller) spoke(v cvd.Verb) {
	who := cvd.ParticipantID("")
	switch v := v.(type) {
	case cvd.AskRelease:
		who = v.Who
	case cvd.ReportResult:
		who = v.Who
	case cvd.TellUsers:
		who = v.Who
	case cvd.StateExploited:
		who = v.Who
	}
	t.heard(who, "answer."+v.Verb())
}

// released tells the finder that the request to keep silent is withdrawn, with the
// vendor's legitimate reasons against speaking, where there are any (Guideline
// IV.3(1)11).
func (t *teller) released(v cvd.AnswerRelease) {
	t.to(t.after.Release.Who, func(h notice.Head, c notice.Content) notice.Letter {
		reason := t.d.Words.Say(h.To.Lang, "release.granted", nil)
		if v.Reasons != "" {
			reason += "\n\n" + v.Reasons
		}
		return notice.EmbargoEnded(h, c, reason)
	})
}

// fileOfVendor refuses a file that the vendor cannot read in a thread of the
// case: another's file is none that it could have named.
func fileOfVendor(ctx context.Context, tx *store.Tx, c cvd.Case, v cvd.TellUsers) error {
	if v.File == "" {
		return nil
	}
	var k fault.Check
	f, err := tx.File(ctx, v.File)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	known := false
	if err == nil && f.About.Kind == journal.AboutThread {
		t, err := tx.Thread(ctx, f.About.ID)
		if err != nil {
			return err
		}
		known = t.Case == string(c.ID) && t.ReadBy(string(v.Who))
	}
	k.Need(known, "file", "fault.told.file")
	return k.Err()
}
