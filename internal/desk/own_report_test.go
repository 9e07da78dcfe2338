package desk_test

import (
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// A vendor reports its own product: the reporter is the organisation, nobody's
// identity is kept, and once the case opens the vendor is in it.
func TestOwnReport_TheVendorIsTheReporterAndThenTheParticipant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		sub := cvd.Submission{Product: "Gateway 9000", Title: "SECRET-OWN flaw", Result: "it answers to anybody", OwnID: "ACME-77"}
		for _, who := range []party.Actor{o.ann, party.Anyone(), party.FinderActor("NKR-1"), party.VendorActor(o.acme.Org, ""), party.VendorActor(o.acme.Org, "nobody"), party.VendorActor(o.zeta.Org, o.acme.Person)} {
			_, err := o.ReportOwnProduct(ctx, who, sub, nil)
			o.refused(fault.NotFound, err)
		}
		up, err := o.Keep(ctx, "log.txt", strings.NewReader("x"))
		o.must(err)
		_, err = o.ReportOwnProduct(ctx, o.acme, cvd.Submission{Title: "no product"}, nil)
		o.refused(fault.Invalid, err)
		id, err := o.ReportOwnProduct(ctx, o.acme, sub, []desk.Upload{up})
		o.must(err)
		o.must(s.View(ctx, func(tx *store.Tx) error {
			_, err := tx.Identity(ctx, id)
			o.refused(fault.NotFound, err)
			r, err := tx.Report(ctx, id)
			if r.Source != o.acme.Org || r.Submission.Kind != cvd.OwnProduct || r.Submission.Vendor != "Acme Controls" {
				t.Errorf("report: %+v", r)
			}
			return err
		}))

		// Who sees it.
		own, err := o.OwnReport(ctx, o.acme, id)
		o.must(err)
		if len(own.Talk) != 1 || len(own.Files) != 1 || len(own.Cases) != 0 || own.Submission.OwnID != "ACME-77" {
			t.Errorf("the vendor sees %+v", own)
		}
		_, err = o.OwnReport(ctx, o.zeta, id)
		o.refused(fault.NotFound, err)
		_, _, err = o.OpenFile(ctx, o.zeta, own.Files[0].ID)
		o.refused(fault.NotFound, err)
		if _, body, err := o.OpenFile(ctx, o.acme, own.Files[0].ID); err != nil {
			t.Error(err)
		} else {
			body.Close()
		}
		if list, err := o.OwnReports(ctx, o.zeta); err != nil || len(list) != 0 {
			t.Errorf("another vendor's list: %+v, %v", list, err)
		}
		o.refused(fault.NotFound, o.PostMessage(ctx, o.zeta, own.Talk[0].ID, "hello", nil))
		page, err := o.Report(ctx, o.ann, id)
		o.must(err)
		if page.Source != "Acme Controls" || page.Identity.Name != "" || page.Identity.Mail != "" {
			t.Errorf("the officer sees %+v", page.Identity)
		}

		// The conversation, the judgement, the case.
		o.must(o.AskFinder(ctx, o.ann, id, "which firmware?"))
		o.must(o.PostMessage(ctx, o.acme, own.Talk[0].ID, "4.1", nil))
		o.must(o.JudgeReport(ctx, o.ann, id, jury))
		to := o.addressed()
		if to["psirt@acme.test"] != 2 || to["psirt@zeta.test"] != 0 {
			t.Errorf("letters: %v", to)
		}
		kase, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{id}, Title: words.Text{EN: "SECRET-TITLE"}})
		o.must(err)
		room, err := o.CaseRoom(ctx, o.ann, kase)
		o.must(err)
		if len(room.View.Parties) != 2 || room.View.Parties[1].Org != o.acme.Org || room.View.Parties[1].Number != "ACME-77" || room.View.FirstAttempt.IsZero() {
			t.Fatalf("parties: %+v", room.View.Parties)
		}
		o.sign(kase, o.acme)
		p, err := o.Case(ctx, o.acme, kase)
		o.must(err)
		if !p.View.Open || len(p.Reports) != 1 || p.Reports[0].Submission.Title != "SECRET-OWN flaw" {
			t.Errorf("the vendor reads %+v", p)
		}
		if own, err = o.OwnReport(ctx, o.acme, id); err != nil || len(own.Cases) != 1 {
			t.Errorf("the report leads to %+v, %v", own.Cases, err)
		}
		// A second report of the same vendor joins it without asking again.
		second, err := o.ReportOwnProduct(ctx, o.acme, sub, nil)
		o.must(err)
		o.must(o.JudgeReport(ctx, o.ann, second, jury))
		o.must(o.AddReport(ctx, o.ann, kase, second))
		aid, err := o.DraftAdvisory(ctx, o.ann, kase)
		o.must(err)
		if _, err := o.Advisory(ctx, o.ann, aid); err != nil {
			t.Error(err)
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}
