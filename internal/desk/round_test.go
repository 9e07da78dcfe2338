package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// due runs every job that is due, as the runner would, letters left out.
func (o *office) due() {
	o.t.Helper()
	handlers := o.Handlers(nil)
	for range 1000 {
		jobs, err := o.store.Claim(o.t.Context(), 1, time.Minute)
		o.must(err)
		if len(jobs) == 0 {
			return
		}
		if h := handlers[jobs[0].Job.Kind]; jobs[0].Job.Kind != desk.JobLetter {
			o.must(h(o.t.Context(), jobs[0].Job))
		}
		o.must(o.store.Do(o.t.Context(), func(tx *store.Tx) error { return tx.FinishJob(o.t.Context(), jobs[0]) }))
	}
	o.t.Fatal("jobs without end")
}

// bareCase is a case that nobody has been invited to.
func (o *office) bareCase() cvd.CaseID {
	o.t.Helper()
	report, _ := o.report()
	o.must(o.JudgeReport(o.t.Context(), o.ann, report, jury))
	id, err := o.OpenCase(o.t.Context(), o.ann, desk.Opening{Reports: []cvd.ReportID{report}, Title: words.Text{EN: "SECRET-TITLE"}})
	o.must(err)
	return id
}

func (o *office) addressed() map[string]int {
	o.t.Helper()
	to := map[string]int{}
	o.must(o.store.View(o.t.Context(), func(tx *store.Tx) error {
		letters, err := tx.Letters(o.t.Context(), 0, 10_000)
		for _, l := range letters {
			to[l.To]++
			if strings.ContainsAny(l.To, ",;") {
				o.t.Errorf("a letter has several receivers: %s", l.To)
			}
		}
		return err
	}))
	return to
}

// A round leaves after ten minutes; whoever is recalled was never contacted,
// and the first attempt of the case is the moment at which letters really left.
func TestRound_HeldRecalledAndGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		var more []party.Actor
		for i := range 120 { // more than one part
			more = append(more, o.vendor(fmt.Sprintf("Many %03d", i), fmt.Sprintf("many%03d.test", i)))
		}
		o.must(o.AnswerKeywords(ctx, o.ann, o.acme.Org, []desk.KeywordReply{{Keyword: "modbus-tcp", Reply: party.ReplyYes}}))
		o.must(o.AnswerKeywords(ctx, o.ann, o.zeta.Org, []desk.KeywordReply{{Keyword: "modbus-tcp", Reply: party.ReplyNo}}))
		id := o.bareCase()

		one, err := o.PlanRound(ctx, o.ann, id, desk.RoundPlan{General: true, Keyword: "modbus-tcp"})
		o.must(err)
		page, err := o.Round(ctx, o.ann, id, one)
		o.must(err)
		if len(page.Rows) != 1 || page.Rows[0].Org != o.acme.Org || page.Rows[0].Ground.Kind != "keyword" || len(page.Samples) != 1 || page.Letters != 1 {
			t.Fatalf("by keyword: %+v", page)
		}
		o.must(o.RecallRound(ctx, o.ann, id, one, nil))
		_, err = o.PlanRound(ctx, o.ann, id, desk.RoundPlan{General: true, Keyword: "no-such"})
		o.refused(fault.Invalid, err)
		for _, who := range []party.Actor{o.acme, party.Anyone(), party.ClockActor()} {
			_, err := o.PlanRound(ctx, who, id, desk.RoundPlan{General: true})
			o.refused(fault.NotFound, err)
			_, err = o.Round(ctx, who, id, one)
			o.refused(fault.NotFound, err)
			o.refused(fault.NotFound, o.HoldRound(ctx, who, id, one, ""))
			o.refused(fault.NotFound, o.RecallRound(ctx, who, id, one, nil))
		}

		o.must(s.Do(ctx, func(tx *store.Tx) error { // one of its own products only, one without an address
			x, err := tx.Organisation(ctx, more[1].Org)
			if err != nil {
				return err
			}
			x.Tier = party.Individual
			if err := tx.SetOrganisation(ctx, &x); err != nil {
				return err
			}
			return tx.DeleteContact(ctx, more[2].Person)
		}))
		round, err := o.PlanRound(ctx, o.ann, id, desk.RoundPlan{General: true, Orgs: []party.OrgID{more[1].Org}})
		o.must(err)
		o.must(o.HoldRound(ctx, o.ann, id, round, ""))
		o.refused(fault.NotNow, o.HoldRound(ctx, o.ann, id, round, ""))
		page, err = o.Round(ctx, o.ann, id, round)
		o.must(err)
		if len(page.Rows) != 122 || page.Gets != 120 || page.Letters != 120 || page.Langs[words.EN] != 120 {
			t.Errorf("%d rows, %d get %d letters, %v", len(page.Rows), page.Gets, page.Letters, page.Langs)
		}
		for _, row := range page.Rows {
			if why := map[party.OrgID]string{more[1].Org: "fault.round.individual", more[2].Org: "fault.case.no_address"}[row.Org]; (row.Why == nil) != (why == "") || row.Why != nil && row.Why.Key != why {
				t.Errorf("%s: %v, want %q", row.Name, row.Why, why)
			}
		}
		clock.Move(9 * time.Minute)
		o.due()
		o.must(o.RecallRound(ctx, o.bob, id, round, []party.OrgID{more[0].Org, o.zeta.Org}))
		room, err := o.CaseRoom(ctx, o.ann, id)
		o.must(err)
		if len(room.View.Parties) != 2 || !room.View.FirstAttempt.IsZero() || o.addressed()["psirt@acme.test"] != 0 || len(room.Rounds) != 1 || !room.Rounds[0].Held {
			t.Fatalf("while it is held: %d parties, first attempt %v, rounds %+v", len(room.View.Parties), room.View.FirstAttempt, room.Rounds)
		}

		clock.Move(time.Minute)
		o.due()
		room, err = o.CaseRoom(ctx, o.ann, id)
		o.must(err)
		if len(room.View.Parties) != 2+118 || !room.View.FirstAttempt.Equal(clock.Now()) || len(room.Rounds) != 0 {
			t.Errorf("after it left: %d parties, first attempt %v", len(room.View.Parties), room.View.FirstAttempt)
		}
		to := o.addressed()
		for _, address := range []string{"psirt@many000.test", "psirt@zeta.test", "psirt@many001.test", "psirt@many002.test"} {
			if to[address] != 0 {
				t.Errorf("%s was written to", address)
			}
		}
		if to["psirt@acme.test"] != 1 || to["psirt@many003.test"] != 1 || to["psirt@many119.test"] != 1 {
			t.Errorf("letters: %v", to)
		}
		o.refused(fault.NotNow, o.RecallRound(ctx, o.ann, id, round, nil))
		if p, err := o.Case(ctx, more[5], id); err != nil || p.View.Open || len(p.Talk) != 1 {
			t.Errorf("an invited vendor sees %+v, %v", p, err)
		}
		_, err = o.Case(ctx, o.zeta, id)
		o.refused(fault.NotFound, err)
		again, err := o.PlanRound(ctx, o.ann, id, desk.RoundPlan{General: true})
		o.must(err)
		page, err = o.Round(ctx, o.ann, id, again)
		o.must(err)
		if len(page.Rows) != 3 { // the two that were recalled, and the one without an address
			t.Errorf("a second round is offered %d", len(page.Rows))
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

// Vendors without an agreement are left out, unless the officer says why not;
// a round of somebody whose account was closed is recalled.
func TestRound_AgreementsAndClosedAccounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id := o.bareCase()
		bare, err := o.SaveOrganisation(ctx, o.ann, party.Organisation{Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: "Bare"}}, Tier: party.General})
		o.must(err)
		_, err = o.SaveContact(ctx, o.ann, party.Contact{Org: bare, Name: "PSIRT", Mail: "psirt@bare.test", Lang: "ja", Duty: party.OnDuty})
		o.must(err)
		for _, x := range []struct {
			reason string
			state  cvd.LineState
		}{{"", cvd.LineRefused}, {"everybody ships it", cvd.LineInvited}} {
			round, err := o.PlanRound(ctx, o.ann, id, desk.RoundPlan{Orgs: []party.OrgID{bare}})
			o.must(err)
			o.must(o.HoldRound(ctx, o.ann, id, round, x.reason))
			clock.Move(cvd.RoundHold)
			o.due()
			page, err := o.Round(ctx, o.ann, id, round)
			o.must(err)
			if page.Rows[0].State != x.state || page.Round.State != cvd.RoundDone {
				t.Errorf("reason %q: %+v", x.reason, page.Rows[0])
			}
		}
		round, err := o.PlanRound(ctx, o.bob, id, desk.RoundPlan{Orgs: []party.OrgID{o.acme.Org}})
		o.must(err)
		o.must(o.HoldRound(ctx, o.bob, id, round, ""))
		o.must(o.CloseOfficer(ctx, o.ann, "bob@cc.example.test"))
		clock.Move(cvd.RoundHold)
		o.due()
		page, err := o.Round(ctx, o.ann, id, round)
		o.must(err)
		if page.Rows[0].State != cvd.LineRecalled || o.addressed()["psirt@acme.test"] != 0 {
			t.Errorf("a round of a closed account: %+v", page.Rows[0])
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}
