package desk_test

import (
	"strings"
	"testing"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// A case that is limited to some of an organisation's people limits the report
// that it was made of: the report says all that the case is about.
func TestSecrecy_AnOwnReportIsLimitedWithItsCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		person, err := o.SaveContact(ctx, o.ann, party.Contact{Org: o.acme.Org, Name: "Cleo", Mail: "cleo@acme.test", Lang: "en", Duty: party.OnDuty})
		o.must(err)
		cleo := party.VendorActor(o.acme.Org, person)
		up, err := o.Keep(ctx, "log.txt", strings.NewReader("x"))
		o.must(err)
		id, err := o.ReportOwnProduct(ctx, o.acme, cvd.Submission{Product: "Gateway 9000", Title: "SECRET-OWN flaw", Result: "it answers"}, []desk.Upload{up})
		o.must(err)
		own, err := o.OwnReport(ctx, cleo, id) // nobody has said otherwise yet
		o.must(err)
		thread, file := own.Talk[0].ID, own.Files[0].ID
		o.must(o.JudgeReport(ctx, o.ann, id, jury))
		kase, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{id}, Title: words.Text{EN: "SECRET-TITLE"}})
		o.must(err)
		o.sign(kase, o.acme)
		o.act(o.acme, kase, cvd.AdmitMembers{Who: cvd.OrgParticipant(o.acme.Org), Members: []party.PersonID{o.acme.Person}})
		_, err = o.OwnReport(ctx, cleo, id)
		o.refused(fault.NotFound, err)
		if list, err := o.OwnReports(ctx, cleo); err != nil || len(list) != 0 {
			t.Errorf("it stands in the colleague's list: %+v, %v", list, err)
		}
		_, _, err = o.OpenFile(ctx, cleo, file)
		o.refused(fault.NotFound, err)
		o.refused(fault.NotFound, o.PostMessage(ctx, cleo, thread, "hello", nil))
		o.wants("cleo@acme.test", "", func() {
			o.wants(acmeMail, "new_message", func() { o.must(o.PostMessage(ctx, o.ann, thread, "which firmware?", nil)) })
		})
		writers, err := o.Correspondents(ctx, string(id))
		o.must(err)
		if len(writers) != 1 || writers[0].Actor != o.acme {
			t.Errorf("who may write about it: %+v", writers)
		}
		if list, err := o.OwnReports(ctx, o.acme); err != nil || len(list) != 1 {
			t.Errorf("who is admitted: %+v, %v", list, err)
		}
		o.must(o.PostMessage(ctx, o.acme, thread, "4.1", nil))
	})
}

// The result of the committee about one developer goes to it and to the finders:
// not to another vendor that reported its own product, nor to a finder that left.
func TestSecrecy_WhoHearsWhatTheCommitteeDecided(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id := o.silence()
		own, err := o.ReportOwnProduct(ctx, o.acme, cvd.Submission{Product: "Gateway 9000", Title: "the same flaw", Result: "it answers"}, nil)
		o.must(err)
		second, leaves := o.report()
		for _, r := range []cvd.ReportID{own, second} {
			o.must(o.JudgeReport(ctx, o.ann, r, jury))
			o.must(o.AddReport(ctx, o.ann, id, r))
		}
		o.act(leaves, id, cvd.LeaveCase{Who: cvd.FinderParticipant(second)})
		o.toEmbargoEnd(id)
		clock.Move(150 * 24 * time.Hour)
		r, err := o.ReferCase(ctx, o.ann, id, desk.Referring{Org: o.zeta.Org, Ground: committee.Unreachable})
		o.must(err)
		decision := committee.Decision{At: clock.Now().AddDate(0, 0, 40), Reasons: "SECRET-REASONS"}
		verbs := []committee.Verb{committee.Write{Info: "INFO", Draft: "DRAFT"}}
		for _, f := range []committee.Field{committee.Law, committee.Security, committee.Trade} {
			verbs = append(verbs, committee.Appoint{Member: committee.Member{Name: string(f), Affiliation: "none", Field: f, Declared: clock.Now()}})
			decision.Present = append(decision.Present, string(f))
		}
		for i := range committee.Tests() {
			decision.Tests = append(decision.Tests, committee.Test{Yes: i != 0, Reason: "x"})
		}
		verbs = append(verbs, committee.Tell{Due: clock.Now().AddDate(0, 0, 31)})
		for _, v := range verbs {
			o.must(o.ActReferral(ctx, o.ann, r, 0, v))
		}
		clock.Move(40 * 24 * time.Hour)
		o.must(o.ActReferral(ctx, o.ann, r, 0, committee.Convene{}))
		o.wants(acmeMail, "", func() {
			o.wants(zetaMail, "committee_result", func() {
				o.wants(fayMail, "committee_result", func() { o.must(o.ActReferral(ctx, o.ann, r, 0, committee.Refuse{Decision: decision})) })
			})
		})
	})
}

// Who has not signed hears neither that other terms were talked of nor that they fell.
func TestSecrecy_ARejectedProposalIsForThoseWhoWereAsked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, finder := o.openCase()
		o.sign(id, o.acme)
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		o.wants(zetaMail, "", func() {
			o.act(finder, id, cvd.ProposeEmbargo{Until: clock.Now().AddDate(0, 0, 60)})
			o.wants(acmeMail, "embargo_rejected", func() { o.act(o.ann, id, cvd.DecideEmbargo{Reason: "too late"}) })
		})
		// Nor does it find the answer to them in the paper of a committee.
		o.toEmbargoEnd(id)
		for _, how := range []string{"post", "phone", "fax"} {
			o.act(o.ann, id, cvd.NoteAttempt{Who: cvd.OrgParticipant(o.zeta.Org), How: how, Came: cvd.CameNoReply, To: how})
		}
		clock.Move(200 * 24 * time.Hour)
		r, err := o.ReferCase(ctx, o.ann, id, desk.Referring{Org: o.zeta.Org, Ground: committee.Unreachable})
		o.must(err)
		p, err := o.Referral(ctx, o.ann, r)
		o.must(err)
		for _, m := range p.Course {
			if m.What == "decide_embargo" || m.What == "propose_embargo" {
				t.Errorf("the course tells of another's proposal: %+v", p.Course)
			}
		}
	})
}
