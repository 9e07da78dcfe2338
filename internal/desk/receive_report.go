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
	id := d.newReportID()
	if err := in.Submission.Check(); err != nil {
		return Received{}, err
	}
	if err := in.Identity.Check(in.Consents); err != nil {
		return Received{}, err
	}
	by := party.FinderActor(string(id))
	about := journal.Ref{Kind: journal.AboutReport, ID: string(id)}
	files, err := d.files(by, about, in.Files)
	if err != nil {
		return Received{}, err
	}
	for _, f := range files {
		in.Submission.Evidence = append(in.Submission.Evidence, f.ID)
	}
	err = d.do(ctx, func(tx *store.Tx) error {
		r, out, err := cvd.NewReport(id, in.Submission, in.Consents, in.Door, by, tx.Now())
		if err != nil {
			return err
		}
		in.Identity.Report = id
		if err := tx.SetReport(ctx, r); err != nil {
			return err
		}
		if err := tx.SetIdentity(ctx, &in.Identity); err != nil {
			return err
		}
		for _, f := range files {
			if err := tx.SetFile(ctx, f); err != nil {
				return err
			}
		}
		thread := talk.Thread{ID: d.newID(), Report: string(id), Readers: []string{string(cvd.Centre), string(cvd.FinderParticipant(id))}, Opened: tx.Now(), Latest: tx.Now()}
		if err := tx.SetThread(ctx, &thread); err != nil {
			return err
		}
		p := d.post(ctx, tx, about, r.Version)
		p.finder(r, func(h notice.Head) notice.Letter { return notice.ReportReceived(h, contentOf(r)) })
		p.officers(string(id), "/desk/reports/"+string(id), func(h notice.Head) notice.Letter { return notice.ReportArrived(h, contentOf(r)) })
		return p.record(out)
	})
	if err != nil {
		return Received{}, err
	}
	return Received{ID: id, Link: d.FinderLink(id)}, nil
}

// contentOf is what a letter about a report may say inside OpenPGP.
func contentOf(r cvd.Report) notice.Content {
	return notice.Content{Title: r.Submission.Title, Product: r.Submission.Product}
}
