package desk

import (
	"context"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// mostClosed is how many closed records a list goes back.
const mostClosed = 1000

// ReportRow is a line of the officers' list of reports.
type ReportRow struct {
	ID           cvd.ReportID
	Title        string
	Product      string
	Kind         cvd.ReportKind
	State        cvd.RM
	Received     time.Time
	Acknowledged time.Time
	AckDue       time.Time // when the acknowledgement is due; zero once given
	Cases        []cvd.CaseID
	Anonymous    bool
}

// Reports lists the open reports, the one that has waited longest first, or the
// last closed ones.
func (d *Desk) Reports(ctx context.Context, by party.Actor, closed bool) ([]ReportRow, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var rows []ReportRow
	err := d.view(ctx, func(tx *store.Tx) error {
		rs, err := tx.OpenReports(ctx)
		if closed {
			rs, err = tx.ClosedReports(ctx, 0, mostClosed)
		}
		if err != nil {
			return err
		}
		for _, r := range rs {
			row, err := d.reportRow(ctx, tx, r)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}

func (d *Desk) reportRow(ctx context.Context, tx *store.Tx, r cvd.Report) (ReportRow, error) {
	row := ReportRow{
		ID: r.ID, Title: r.Submission.Title, Product: r.Submission.Product, Kind: r.Submission.Kind, State: r.State,
		Received: r.Received, Acknowledged: r.Acknowledged, Cases: r.Cases,
	}
	if r.Acknowledged.IsZero() {
		row.AckDue = r.AckDue()
	}
	if r.Source != "" {
		return row, nil
	}
	who, err := tx.Identity(ctx, r.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return row, err
	}
	row.Anonymous = err != nil || who.Anonymous
	return row, nil
}

// ReportPage is a report as an officer sees it.
type ReportPage struct {
	Report   cvd.Report
	Identity cvd.Identity // opened: every look is an officer's
	Source   string       // name of the organisation that reports its own product
	Files    []FileRow
	Talk     []Conversation
	History  []Moment
	Verbs    []string
	Clocks   []cvd.Clock
	Office   cvd.Office // by whose days off they are counted
}

// Report opens one report to an officer.
func (d *Desk) Report(ctx context.Context, by party.Actor, id cvd.ReportID) (ReportPage, error) {
	if err := officer(by); err != nil {
		return ReportPage{}, err
	}
	var p ReportPage
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if p.Report, err = tx.Report(ctx, id); err != nil {
			return err
		}
		if p.Identity, err = tx.Identity(ctx, id); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if p.Report.Source != "" {
			o, err := tx.Organisation(ctx, p.Report.Source)
			if err != nil {
				return err
			}
			p.Source = o.Name()
		}
		about := journal.Ref{Kind: journal.AboutReport, ID: string(id)}
		if p.Files, err = evidenceRows(ctx, tx, id, ReportFiles); err != nil {
			return err
		}
		if p.History, err = d.timeline(ctx, tx, about); err != nil {
			return err
		}
		p.Talk, err = d.conversations(ctx, tx, listener{by: by, me: string(cvd.Centre)}, "", []cvd.ReportID{id})
		return err
	})
	p.Verbs, p.Office = p.Report.Verbs(), d.office()
	p.Clocks = p.Report.Clocks(p.Office, d.Now())
	return p, err
}

// FinderPage is a report as its finder sees it: the own words, where it stands,
// and what the centre may say of the coordination (Guideline IV.3(1)12, IPA
// tells the finder the start of the clock and when the details were sent).
type FinderPage struct {
	ID           cvd.ReportID
	Submission   cvd.Submission
	Consents     cvd.Consents
	CreditAs     string
	Anonymous    bool
	State        cvd.RM
	Received     time.Time
	Receipted    time.Time // when the receipt left
	Acknowledged time.Time
	AckDue       time.Time
	Judged       time.Time
	Reason       string // where it was not accepted
	Closed       time.Time
	Why          cvd.CloseReason
	Duplicate    bool
	Files        []FileRow
	Talk         []Conversation
	Cases        []FinderCase
}

// FinderCase is a case as its finder sees it, with the advisory once it is out.
type FinderCase struct {
	View       cvd.View
	Mark       string
	Sent       time.Time // when a vendor first got the details; zero: none yet
	Advisory   string    // path of the published advisory; "" while there is none
	MayRelease bool      // the finder may ask to be released from silence now
}

// FinderPage opens a report to its finder.
func (d *Desk) FinderPage(ctx context.Context, by party.Actor) (FinderPage, error) {
	if err := finder(by); err != nil {
		return FinderPage{}, err
	}
	id := cvd.ReportID(by.Report)
	var p FinderPage
	err := d.view(ctx, func(tx *store.Tx) error {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return err
		}
		p = finderPage(r)
		who, err := tx.Identity(ctx, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		p.CreditAs, p.Anonymous = who.CreditAs, err != nil || who.Anonymous
		if p.Files, err = evidenceRows(ctx, tx, id, ReportFiles); err != nil {
			return err
		}
		if p.Talk, err = d.conversations(ctx, tx, listener{by: by, me: string(cvd.FinderParticipant(id))}, "", []cvd.ReportID{id}); err != nil {
			return err
		}
		return d.finderCases(ctx, tx, by, &p)
	})
	return p, err
}

func finderPage(r cvd.Report) FinderPage {
	p := FinderPage{
		ID: r.ID, Submission: r.Submission, Consents: r.Consents, State: r.State, Received: r.Received, Receipted: r.Receipted,
		Acknowledged: r.Acknowledged, Judged: r.Judged, Closed: r.Closed, Why: r.Why, Duplicate: r.Duplicate != "",
	}
	if r.Acknowledged.IsZero() {
		p.AckDue = r.AckDue()
	}
	if r.Judgement != nil && !r.Judgement.Accepts() {
		p.Reason = r.Judgement.Reason
	}
	return p
}

func (d *Desk) finderCases(ctx context.Context, tx *store.Tx, by party.Actor, p *FinderPage) error {
	cases, err := tx.CasesOf(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range cases {
		v, err := c.SeenBy(by)
		if err != nil {
			return err
		}
		fc := FinderCase{View: v, Mark: d.Centre.Mark(c.ID), MayRelease: c.MayAskRelease(by, tx.Now())}
		me := c.Party(v.Me)
		for i := range c.Parties {
			q := &c.Parties[i]
			if v.Open && c.SharesPart(me, q) && q.Role == party.Vendor && !q.Sent.IsZero() && (fc.Sent.IsZero() || q.Sent.Before(fc.Sent)) {
				fc.Sent = q.Sent
			}
		}
		if fc.Advisory, err = d.publicPath(ctx, tx, string(c.ID)); err != nil {
			return err
		}
		p.Cases = append(p.Cases, fc)
		talks, err := d.conversations(ctx, tx, listener{by: by, me: string(v.Me), view: &v}, string(c.ID), nil)
		if err != nil {
			return err
		}
		p.Talk = append(p.Talk, talks...)
	}
	return nil
}
