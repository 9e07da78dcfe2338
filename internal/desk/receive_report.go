package desk

import (
	"context"

	"nakodo/internal/cvd"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// Incoming is a report as a door took it.
type Incoming struct {
	Submission cvd.Submission
	Consents   cvd.Consents
	Identity   cvd.Identity
	Files      []Upload
	Door       string // web, mail, api, phone
}

// Received is what the finder is told at once.
type Received struct {
	ID   cvd.ReportID
	Link string // the secret path of the status page; the only key to it for a finder without a name
}

// ReceiveReport takes a report in. Anybody may send one, without an account and
// without a name (coordination.md G1).
func (d *Desk) ReceiveReport(ctx context.Context, in Incoming) (Received, error) {
	got, _, err := d.receive(ctx, party.ClockActor(), in, nil)
	return got, err
}

// MailReport makes a report of a letter and settles the letter, both or neither.
// It says what became of the letter: a second copy of one makes no second report.
func (d *Desk) MailReport(ctx context.Context, known talk.Mail, in Incoming) (talk.MailState, error) {
	_, state, err := d.receive(ctx, party.ClockActor(), in, &known)
	return state, err
}

// receive takes a report in, with the letter that it came in, if any, which by
// settles.
func (d *Desk) receive(ctx context.Context, by party.Actor, in Incoming, letter *talk.Mail) (Received, talk.MailState, error) {
	id := d.newReportID()
	if err := in.Submission.Check(); err != nil {
		return Received{}, "", err
	}
	if err := in.Identity.Check(in.Consents); err != nil {
		return Received{}, "", err
	}
	files, err := d.evidence(party.FinderActor(string(id)), id, in.Files)
	if err != nil {
		return Received{}, "", err
	}
	in.Submission.Evidence = nil
	for _, f := range files {
		in.Submission.Evidence = append(in.Submission.Evidence, f.ID)
	}
	var state talk.MailState
	err = d.do(ctx, func(tx *store.Tx) error {
		if letter != nil {
			m := *letter
			m.State, m.Report, m.Problem = talk.MailReport, string(id), ""
			arrived, err := d.settle(ctx, tx, by, &m)
			if state = m.State; err != nil || arrived {
				return err
			}
		}
		return d.keepReport(ctx, tx, id, in, files)
	})
	if err != nil || state == talk.MailDone {
		return Received{}, state, err
	}
	return Received{ID: id, Link: d.FinderLink(id)}, state, nil
}

// keepReport stores a new report with all that belongs to it. Where no letter
// can go to the finder, the page that shows the secret link is the receipt.
func (d *Desk) keepReport(ctx context.Context, tx *store.Tx, id cvd.ReportID, in Incoming, files []talk.File) error {
	by := party.FinderActor(string(id))
	r, out, err := cvd.NewReport(id, in.Submission, in.Consents, in.Door, by, tx.Now())
	if err != nil {
		return err
	}
	if err := tx.SetReport(ctx, r); err != nil {
		return err
	}
	if in.Identity.Mail == "" {
		var receipt journal.Outcome
		if r, receipt, err = r.Do(cvd.ConfirmReceipt{}, party.ClockActor(), tx.Now()); err != nil {
			return err
		}
		if err := tx.SetReport(ctx, r); err != nil {
			return err
		}
		out.Add(receipt)
	}
	who := in.Identity
	who.Report, who.Version = id, 0
	if err := tx.SetIdentity(ctx, &who); err != nil {
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
	p.finder(r, func(h notice.Head) notice.Letter { return notice.ReportReceived(h, contentOf(r)) })
	p.officers(string(id), "/desk/reports/"+string(id), func(h notice.Head) notice.Letter { return notice.ReportArrived(h, contentOf(r)) })
	return p.record(out)
}

// reportThread opens the conversation of a report's source with the centre.
func (d *Desk) reportThread(ctx context.Context, tx *store.Tx, r cvd.Report) error {
	thread := talk.Thread{ID: d.newID(), Report: string(r.ID), Readers: []string{string(cvd.Centre), string(r.Reporter())}, Opened: tx.Now(), Latest: tx.Now()}
	return tx.SetThread(ctx, &thread)
}

// contentOf is what a letter about a report may say inside OpenPGP.
func contentOf(r cvd.Report) notice.Content {
	return notice.Content{Title: r.Submission.Title, Product: r.Submission.Product}
}
