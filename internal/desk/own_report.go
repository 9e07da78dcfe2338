package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// ReportOwnProduct takes in a vendor's report about its own product. The
// reporter is the organisation: there is no finder, no name apart and no secret
// link; whoever signs in for it reads where the report stands, until a case made
// of it is limited to some of its people.
func (d *Desk) ReportOwnProduct(ctx context.Context, by party.Actor, s cvd.Submission, uploads []Upload) (cvd.ReportID, error) {
	if err := vendorPerson(by); err != nil {
		return "", err
	}
	id := d.newReportID()
	s.Kind, s.Coordinator, s.NoEmbargo = cvd.OwnProduct, cvd.CentreLeads, false
	files, err := d.evidence(by, id, uploads)
	if err != nil {
		return "", err
	}
	s.Evidence = nil
	for _, f := range files {
		s.Evidence = append(s.Evidence, f.ID)
	}
	return id, d.do(ctx, func(tx *store.Tx) error {
		s := s
		o, err := tx.Organisation(ctx, by.Org)
		if err != nil {
			return err
		}
		me, err := tx.Contact(ctx, by.Person)
		if err == nil && me.Org != by.Org {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		if err != nil {
			return err
		}
		s.Vendor, s.Lang = o.Name(), me.Lang
		r, out, err := cvd.NewReport(id, s, cvd.Consents{}, "room", by, tx.Now())
		if err != nil {
			return err
		}
		r, receipt, err := r.Do(cvd.ConfirmReceipt{}, party.ClockActor(), tx.Now()) // the page is the receipt
		if err != nil {
			return err
		}
		out.Add(receipt)
		if err := tx.SetReport(ctx, r); err != nil {
			return err
		}
		for _, f := range files {
			if err := tx.SetFile(ctx, f); err != nil {
				return err
			}
		}
		if err := d.reportThread(ctx, tx, r); err != nil {
			return err
		}
		p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutReport, ID: string(id)}, r.Version)
		p.officers(string(id), "/desk/reports/"+string(id), func(h notice.Head) notice.Letter { return notice.ReportArrived(h, contentOf(r)) })
		return p.record(out)
	})
}

// vendorPerson refuses everybody but somebody signed in for a vendor.
func vendorPerson(by party.Actor) error {
	if by.Role != party.Vendor || by.Org == "" || by.Person == "" {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return nil
}

// isSource reports whether an actor is of the organisation that a report is by.
func isSource(by party.Actor, r cvd.Report) bool {
	return vendorPerson(by) == nil && r.Source == by.Org
}

// ownReaders are the people whom a report by their organisation is limited to,
// because a case made of it is: the report says all that the case is about.
// limited is false where everybody of the organisation reads it.
func ownReaders(ctx context.Context, tx *store.Tx, r cvd.Report) (members []party.PersonID, limited bool, err error) {
	cases, err := tx.CasesOf(ctx, r.ID)
	for _, c := range cases {
		p := c.Party(r.Reporter())
		switch {
		case p == nil || len(p.Members) == 0:
		case !limited:
			members, limited = slices.Clone(p.Members), true
		default: // in several cases: who is in all of them
			members = slices.DeleteFunc(members, func(id party.PersonID) bool { return !slices.Contains(p.Members, id) })
		}
	}
	return members, limited, err
}

// readsOwn reports whether an actor may read a report by its organisation.
func readsOwn(ctx context.Context, tx *store.Tx, by party.Actor, r cvd.Report) (bool, error) {
	if !isSource(by, r) {
		return false, nil
	}
	members, limited, err := ownReaders(ctx, tx, r)
	return err == nil && (!limited || slices.Contains(members, by.Person)), err
}

// source writes to the organisation that a report is by: to those who read it.
func (p *post) source(r cvd.Report, make func(notice.Head) notice.Letter) {
	part := cvd.Participant{ID: r.Reporter(), Role: party.Vendor, Org: r.Source, Number: r.Submission.OwnID}
	limited := false
	if part.Members, limited, p.err = ownReaders(p.ctx, p.tx, r); limited && len(part.Members) == 0 {
		return // an empty list would be everybody
	}
	p.org(part, string(r.ID), ownReportPath(r.ID), true, make)
}

// ownReportPath is where a vendor reads of a report of its own.
func ownReportPath(id cvd.ReportID) string { return "/own-reports/" + string(id) }

// sourceCorrespondents lists who may write about a vendor's report by letter.
func (d *Desk) sourceCorrespondents(ctx context.Context, tx *store.Tx, r cvd.Report) ([]Correspondent, error) {
	t, err := d.finderThread(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	contacts, err := tx.Contacts(ctx, r.Source)
	if err != nil {
		return nil, err
	}
	members, limited, err := ownReaders(ctx, tx, r)
	var out []Correspondent
	for _, x := range contacts {
		if limited && !slices.Contains(members, x.ID) {
			continue
		}
		out = append(out, Correspondent{
			Recipient: notice.Recipient{Person: x.ID, Org: x.Org, Name: x.Name, Mail: x.Mail, Key: x.Key},
			Actor:     party.VendorActor(x.Org, x.ID), Thread: t.ID,
		})
	}
	return out, err
}

// joinSource makes the vendor that reported its own product a participant, once
// a case is opened from the report: it is asked to agree to the terms as every
// other is. One that takes part already is not asked again.
func (d *Desk) joinSource(ctx context.Context, tx *store.Tx, by party.Actor, id cvd.CaseID, r cvd.Report) error {
	c, err := tx.Case(ctx, id)
	if err != nil || c.TakesPart(r.Source) {
		return err
	}
	v, err := d.invitation(ctx, tx, c, Invitation{Org: r.Source, Role: party.Vendor, How: "portal"})
	if fault.KindOf(err) == fault.Invalid { // the registry does not list the product; who says it is theirs, is asked about it
		v.Own, err = []string{r.Submission.Product}, nil
	}
	if err != nil {
		return err
	}
	if _, err := d.act(ctx, tx, by, id, 0, v); err != nil {
		return err
	}
	if r.Submission.OwnID != "" {
		if _, err := d.act(ctx, tx, by, id, 0, cvd.SetNumber{Who: r.Reporter(), Number: r.Submission.OwnID}); err != nil {
			return err
		}
	}
	return d.ownThread(ctx, tx, by, id, r.Reporter())
}

// OwnReport is a report as the vendor that sent it sees it.
type OwnReport struct {
	ID           cvd.ReportID
	Submission   cvd.Submission
	State        cvd.RM
	Received     time.Time
	Acknowledged time.Time
	Judged       time.Time
	Reason       string // where it was not accepted
	Closed       time.Time
	Why          cvd.CloseReason
	Cases        []CaseLink // those that the reader may open
	Files        []FileRow
	Talk         []Conversation
}

// CaseLink leads to a case.
type CaseLink struct {
	ID   cvd.CaseID
	Mark string
}

// OwnReports lists what a vendor reported of its own products, the newest first.
func (d *Desk) OwnReports(ctx context.Context, by party.Actor) ([]OwnReport, error) {
	if err := vendorPerson(by); err != nil {
		return nil, err
	}
	var reports []OwnReport
	err := d.view(ctx, func(tx *store.Tx) error {
		threads, err := tx.ThreadsReadBy(ctx, string(cvd.OrgParticipant(by.Org)))
		if err != nil {
			return err
		}
		for _, t := range threads {
			if t.Report == "" {
				continue
			}
			r, err := tx.Report(ctx, cvd.ReportID(t.Report))
			if err != nil {
				return err
			}
			reads, err := readsOwn(ctx, tx, by, r)
			if err != nil {
				return err
			}
			if reads {
				reports = append(reports, ownReport(r))
			}
		}
		return nil
	})
	slices.SortFunc(reports, func(a, b OwnReport) int { return b.Received.Compare(a.Received) })
	return reports, err
}

// OwnReport opens a report to the vendor that sent it.
func (d *Desk) OwnReport(ctx context.Context, by party.Actor, id cvd.ReportID) (OwnReport, error) {
	if err := vendorPerson(by); err != nil {
		return OwnReport{}, err
	}
	var p OwnReport
	err := d.view(ctx, func(tx *store.Tx) error {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return err
		}
		reads, err := readsOwn(ctx, tx, by, r)
		if err == nil && !reads {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		if err != nil {
			return err
		}
		p = ownReport(r)
		if p.Files, err = evidenceRows(ctx, tx, id, ReportFiles); err != nil {
			return err
		}
		for _, k := range r.Cases {
			c, err := tx.Case(ctx, k)
			if err != nil {
				return err
			}
			if c.PartyOf(inCase(by, c)) != nil {
				p.Cases = append(p.Cases, CaseLink{k, d.Centre.Mark(k)})
			}
		}
		p.Talk, err = d.conversations(ctx, tx, listener{by: by, me: string(r.Reporter())}, "", []cvd.ReportID{id})
		return err
	})
	return p, err
}

func ownReport(r cvd.Report) OwnReport {
	p := OwnReport{ID: r.ID, Submission: r.Submission, State: r.State, Received: r.Received, Acknowledged: r.Acknowledged, Judged: r.Judged, Closed: r.Closed, Why: r.Why}
	if r.Judgement != nil && !r.Judgement.Accepts() {
		p.Reason = strings.TrimSpace(r.Judgement.Reason)
	}
	return p
}
