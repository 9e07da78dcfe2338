package desk_test

import (
	"slices"
	"testing"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/inquiry"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// silence is a case with a developer, Zeta, that every means has failed to reach.
func (o *office) silence() cvd.CaseID {
	o.t.Helper()
	ctx := o.t.Context()
	id, _ := o.openCase()
	o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
	for _, how := range []string{"post", "phone", "fax"} {
		o.must(o.Act(ctx, o.ann, id, 0, cvd.NoteAttempt{Who: cvd.OrgParticipant(o.zeta.Org), How: how, Came: cvd.CameNoReply, To: how + " address"}))
	}
	return id
}

func (o *office) toEmbargoEnd(id cvd.CaseID) {
	o.t.Helper()
	o.clock.Move(46 * 24 * time.Hour)
	o.must(o.Act(o.t.Context(), party.ClockActor(), id, 0, cvd.EndEmbargo{}))
}

func TestUnreached_AnAttemptNamesWhoMadeIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id := o.silence()
		who := cvd.OrgParticipant(o.zeta.Org)
		clock.Move(time.Minute)
		// Nobody records an attempt in another's name.
		o.must(o.Act(ctx, o.bob, id, 0, cvd.NoteAttempt{Who: who, How: "phone", By: o.ann.Person, Came: cvd.CameNoReply, At: clock.Now().Add(-time.Second)}))
		o.refused(fault.Invalid, o.Act(ctx, o.bob, id, 0, cvd.NoteAttempt{Who: who, How: "phone", Came: cvd.CameNoReply, At: clock.Now().Add(time.Hour)}))
		page, err := o.Reach(ctx, o.ann, o.zeta.Org)
		o.must(err)
		if len(page.Standing.Untried) > 0 || len(page.Attempts) != 5 || page.Attempts[len(page.Attempts)-1].To == "" {
			t.Errorf("the page shows %+v %+v", page.Standing, page.Attempts)
		}
		if !slices.ContainsFunc(page.Attempts, func(a desk.ReachAttempt) bool { return a.By == o.bob.Person }) {
			t.Errorf("nobody knows that Bob tried: %+v", page.Attempts)
		}
		rows, err := o.Unreached(ctx, o.ann)
		o.must(err)
		if !slices.ContainsFunc(rows, func(r desk.ReachRow) bool { return r.Org == o.zeta.Org && r.Next == "wait" }) {
			t.Errorf("the list shows %+v", rows)
		}
		// What a vendor reads of its own part holds no attempt.
		p, err := o.Case(ctx, o.zeta, id)
		o.must(err)
		if len(p.View.My.Attempts) > 0 {
			t.Errorf("the vendor reads %+v", p.View.My.Attempts)
		}
		o.must(o.Act(ctx, o.ann, id, 0, cvd.NoteAttempt{Who: who, How: "phone", Came: cvd.CameAnswered}))
		rows, err = o.Unreached(ctx, o.ann)
		o.must(err)
		if slices.ContainsFunc(rows, func(r desk.ReachRow) bool { return r.Org == o.zeta.Org }) {
			t.Errorf("it has answered, and is listed: %+v", rows)
		}
	})
}

func TestUnreached_TheListShowsWhatWasConfirmedAndNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		o.silence()
		clock.Move(31 * 24 * time.Hour)
		n := inquiry.Notice{Kind: inquiry.Company, Name: words.Text{EN: "Zeta"}}
		titled := n
		titled.Related = words.Text{EN: "because of SECRET-TITLE"}
		_, err := o.OpenInquiry(ctx, o.ann, o.zeta.Org, titled)
		o.refused(fault.NotNow, err)
		id, err := o.OpenInquiry(ctx, o.ann, o.zeta.Org, n)
		o.must(err)
		_, err = o.OpenInquiry(ctx, o.bob, o.zeta.Org, n)
		o.refused(fault.NotNow, err)
		o.must(o.ActInquiry(ctx, o.ann, id, 0, inquiry.ProposeName{Standing: inquiry.Standing{}}))
		o.refused(fault.NotAllowed, o.ActInquiry(ctx, o.ann, id, 0, inquiry.ConfirmName{}))
		rows, err := o.PublicInquiries(ctx)
		o.must(err)
		if len(rows) > 0 {
			t.Errorf("public before a second officer: %+v", rows)
		}
		before, err := o.Generation(ctx)
		o.must(err)
		o.must(o.ActInquiry(ctx, o.bob, id, 0, inquiry.ConfirmName{Number: 4711})) // the number is the desk's
		after, err := o.Generation(ctx)
		o.must(err)
		row, err := o.PublicInquiry(ctx, "DID0001")
		o.must(err)
		if row.Number != 1 || row.Name.EN != "Zeta" || before == after {
			t.Errorf("the public reads %+v; generation %d then %d", row, before, after)
		}
		known, err := o.InquiryNamed(ctx, "DID#0001")
		o.must(err)
		if !known {
			t.Error("a letter about it would not find it")
		}
		o.refused(fault.NotFound, o.ActInquiry(ctx, o.bob, id, 0, inquiry.Refer{}))
		// It writes one message: stage 2 must not follow.
		clock.Move(95 * 24 * time.Hour)
		p, err := o.Case(ctx, o.zeta, o.caseOf(o.zeta))
		o.must(err)
		o.must(o.PostMessage(ctx, o.zeta, p.Talk[0].ID, "Hello, we are here.", nil))
		o.refused(fault.NotNow, o.ActInquiry(ctx, o.ann, id, 0, inquiry.ProposeProduct{Product: inquiry.Product{Name: "G", Versions: "1"}}))
		o.must(o.ActInquiry(ctx, o.ann, id, 0, inquiry.Answer{Note: "by message"}))
		_, err = o.PublicInquiry(ctx, "DID0001")
		o.refused(fault.NotFound, err)
		f, err := o.UnreachedFigures(ctx, o.ann, 2026, 2)
		o.must(err)
		g, err := o.UnreachedFigures(ctx, o.ann, 2026, 3)
		o.must(err)
		if f.Named+g.Named != 1 || f.Resumed+g.Resumed != 1 || g.Cumulative != 1 || g.Listed != 0 {
			t.Errorf("figures %+v and %+v", f, g)
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

func (o *office) caseOf(v party.Actor) cvd.CaseID {
	o.t.Helper()
	rows, err := o.Cases(o.t.Context(), v)
	o.must(err)
	return rows[0].View.ID
}

// Whatever the developer says by whatever door, a referral because nobody
// answered goes back, in the same transaction.
func TestUnreached_AnyWordSendsTheCaseBack(t *testing.T) {
	says := map[string]func(o *office, id cvd.CaseID, r committee.ID){
		"a message": func(o *office, id cvd.CaseID, _ committee.ID) {
			p, err := o.Case(o.t.Context(), o.zeta, id)
			o.must(err)
			o.must(o.PostMessage(o.t.Context(), o.zeta, p.Talk[0].ID, "Hello.", nil))
		},
		"its ticket number does not count, leaving does": func(o *office, id cvd.CaseID, _ committee.ID) {
			o.must(o.Act(o.t.Context(), o.zeta, id, 0, cvd.LeaveCase{Who: cvd.OrgParticipant(o.zeta.Org)}))
		},
		"a telephone call": func(o *office, id cvd.CaseID, _ committee.ID) {
			o.must(o.Act(o.t.Context(), o.bob, id, 0, cvd.NoteAttempt{Who: cvd.OrgParticipant(o.zeta.Org), How: "phone", Came: cvd.CameAnswered}))
		},
		"an opinion": func(o *office, _ cvd.CaseID, r committee.ID) {
			o.must(o.ActReferral(o.t.Context(), o.zeta, r, 0, committee.RecordOpinion{Text: "we are here"}))
		},
	}
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		for what, say := range says {
			id := o.silence()
			o.toEmbargoEnd(id)
			_, err := o.ReferCase(ctx, o.ann, id, desk.Referring{Org: o.zeta.Org, Ground: committee.Unreachable})
			o.refused(fault.NotNow, err) // not yet
			clock.Move(150 * 24 * time.Hour)
			r, err := o.ReferCase(ctx, o.ann, id, desk.Referring{Org: o.zeta.Org, Ground: committee.Unreachable})
			o.must(err)
			o.must(o.ActReferral(ctx, o.ann, r, 0, committee.Write{Info: "INFO", Draft: "DRAFT"}))
			_, err = o.Referral(ctx, o.zeta, r)
			o.refused(fault.NotFound, err) // it has not been told
			o.must(o.ActReferral(ctx, o.ann, r, 0, committee.Tell{Due: clock.Now().AddDate(0, 0, 31)}))
			p, err := o.Referral(ctx, o.zeta, r)
			o.must(err)
			if p.View.Paper.Info != "INFO" || p.View.All != nil || len(p.Names) > 0 || len(p.History) > 0 || p.Draft != "" || len(p.Course) == 0 {
				t.Errorf("the developer reads %+v", p)
			}
			for who, by := range map[string]party.Actor{"acme": o.acme, "stranger": party.VendorActor("x", "y"), "public": party.Anyone(), "clock": party.ClockActor()} {
				if _, err := o.Referral(ctx, by, r); fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s gets %v", who, err)
				}
				if err := o.ActReferral(ctx, by, r, 0, committee.RecordOpinion{Text: "x"}); who != "clock" && fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s may speak: %v", who, err)
				}
			}
			say(o, id, r)
			p, err = o.Referral(ctx, o.ann, r)
			o.must(err)
			if p.View.State != committee.SentBack {
				t.Errorf("after %s the referral is %s", what, p.View.State)
			}
			clock.Move(time.Hour)
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}
