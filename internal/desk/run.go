package desk

import (
	"context"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// Courier takes a composed letter to a mail server. An *Undeliverable says that
// trying again is of no use.
type Courier interface {
	Send(ctx context.Context, l talk.Letter) error
}

// Undeliverable is a letter that this recipient will not get.
type Undeliverable struct{ Err error }

func (u *Undeliverable) Error() string { return u.Err.Error() }
func (u *Undeliverable) Unwrap() error { return u.Err }

// Handlers are the desk's jobs by kind: deadlines, which are ordinary verbs with
// the clock as their actor, and letters.
func (d *Desk) Handlers(courier Courier) map[string]func(context.Context, journal.Job) error {
	return map[string]func(context.Context, journal.Job) error{
		cvd.JobEmbargoEnd: func(ctx context.Context, j journal.Job) error {
			return d.clock(ctx, cvd.CaseID(j.Key), cvd.EndEmbargo{})
		},
		cvd.JobConsentLapse: func(ctx context.Context, j journal.Job) error {
			id, who := cvd.ParseLapseKey(j.Key)
			return d.clock(ctx, id, cvd.LapseConsent{Who: who})
		},
		cvd.JobAgreementEnd: func(ctx context.Context, j journal.Job) error { return d.lapseAgreement(ctx, j.Key) },
		JobAgreementLetter:  func(ctx context.Context, j journal.Job) error { return d.agreementLetter(ctx, j.Key) },
		cvd.JobClock:        func(ctx context.Context, j journal.Job) error { return d.clockOut(ctx, j) },
		cvd.JobAckDue:       func(ctx context.Context, j journal.Job) error { return d.ackOverdue(ctx, cvd.ReportID(j.Key)) },
		cvd.JobOperatorRemind: func(ctx context.Context, j journal.Job) error {
			id, who := cvd.ParseLapseKey(j.Key)
			return d.clock(ctx, id, cvd.RemindOperator{Who: who})
		},
		advisory.JobPublish: func(ctx context.Context, j journal.Job) error {
			return d.PublishAdvisory(ctx, party.ClockActor(), advisory.ID(j.Key))
		},
		cvd.JobRound:   func(ctx context.Context, j journal.Job) error { return d.leaveRound(ctx, j.Key) },
		JobLetter:      func(ctx context.Context, j journal.Job) error { return d.sendLetter(ctx, j.Key, courier) },
		JobNewKeywords: func(ctx context.Context, j journal.Job) error { return d.askNewKeywords(ctx, j.Key) },
		JobStillRight:  func(ctx context.Context, j journal.Job) error { return d.askStillRight(ctx, party.OrgID(j.Key)) },
	}
}

// clock does a verb for the clock. A refusal means that the deadline has lost
// its point meanwhile: the job is done.
func (d *Desk) clock(ctx context.Context, id cvd.CaseID, v cvd.Verb) error {
	err := d.Act(ctx, party.ClockActor(), id, 0, v)
	if k := fault.KindOf(err); k == fault.NotNow || k == fault.NotFound {
		return nil
	}
	return err
}

// ackOverdue tells the officers that a report has waited too long.
func (d *Desk) ackOverdue(ctx context.Context, id cvd.ReportID) error {
	return d.do(ctx, func(tx *store.Tx) error {
		r, err := tx.Report(ctx, id)
		if err != nil || !r.Acknowledged.IsZero() {
			return err
		}
		p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutReport, ID: string(id)}, r.Version)
		due := r.AckDue()
		p.officers(string(id), "/desk/reports/"+string(id), func(h notice.Head) notice.Letter {
			return notice.DeadlineOverdue(h, contentOf(r), d.Words.Say(h.To.Lang, "deadline.ack", nil), due)
		})
		return p.record(journal.Outcome{})
	})
}

// Sweep takes away what time has made useless (old sessions, links, counters, and
// attachments whose form was never finished) and plans the yearly letter where
// none is planned, and the one about new technology keywords where they are new.
func (d *Desk) Sweep(ctx context.Context) error {
	err := d.do(ctx, func(tx *store.Tx) error {
		if err := tx.Sweep(ctx); err != nil {
			return err
		}
		if err := d.planNewKeywords(ctx, tx); err != nil {
			return err
		}
		return d.planStillRightForAll(ctx, tx)
	})
	if err != nil {
		return err
	}
	_, err = d.Store.DropLooseBlobs(ctx)
	return err
}
