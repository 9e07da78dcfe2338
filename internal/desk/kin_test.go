package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// quiet opens a case of a report of its own, under an embargo that a vendor signed.
func (o *office) quiet(title string, days int, vendor party.Actor) (cvd.CaseID, party.Actor) {
	o.t.Helper()
	ctx := o.t.Context()
	report, finder := o.report()
	o.must(o.JudgeReport(ctx, o.ann, report, jury))
	id, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{report}, Title: words.Text{EN: title}, Days: days})
	o.must(err)
	o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: vendor.Org, How: "mail"}))
	o.sign(id, vendor)
	return id, finder
}

// wantsAll is wants for letters that leave at one moment, in whatever order.
func (o *office) wantsAll(to, want string, f func()) {
	o.t.Helper()
	got := strings.Fields(o.since(to, f))
	slices.Sort(got)
	if s := strings.Join(got, " "); s != want {
		o.t.Errorf("%s got %q, want %q", to, s, want)
	}
}

func TestMergeCases_BothAreSavedAndEverybodyIsToldAsFarAsItMay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		from, finder := o.quiet("SECRET-FROM", 20, o.acme)
		into, _ := o.quiet("SECRET-INTO", 45, o.zeta)
		acme, zeta := cvd.OrgParticipant(o.acme.Org), cvd.OrgParticipant(o.zeta.Org)
		o.refused(fault.NotFound, o.MergeCases(ctx, o.acme, from, desk.Merging{Into: into}))
		o.refused(fault.NotFound, o.MergeCases(ctx, o.ann, from, desk.Merging{Into: "11111111"}))
		o.refused(fault.NotNow, o.MergeCases(ctx, o.ann, from, desk.Merging{Into: from}))
		o.refused(fault.Stale, o.MergeCases(ctx, o.ann, from, desk.Merging{Into: into, Seen: [2]int64{1, 1}}))
		o.refused(fault.NotFound, o.Act(ctx, o.ann, into, 0, cvd.CloseInto{Into: from, Why: cvd.WhyMerged}))
		o.wantsAll(zetaMail, "embargo_revised part_offered", func() {
			o.wantsAll(acmeMail, "case_merged part_offered", func() {
				o.must(o.MergeCases(ctx, o.ann, from, desk.Merging{Into: into, Ask: []cvd.ParticipantID{acme, zeta}, Note: "the same library"}))
			})
		})
		p, err := o.Case(ctx, o.acme, from)
		o.must(err)
		if p.Into != into || !p.View.Open || p.View.Title.EN != "SECRET-FROM" {
			t.Errorf("the merged case leads to %q, open %v, title %q", p.Into, p.View.Open, p.View.Title.EN)
		}
		p, err = o.Case(ctx, o.acme, into)
		o.must(err)
		if !p.View.Open || p.View.Title.EN != "SECRET-FROM" || len(p.Reports) != 1 || len(p.Talk) != 1 {
			t.Errorf("Acme reads in the target: open %v, title %q, %d reports", p.View.Open, p.View.Title.EN, len(p.Reports))
		}
		f, err := o.FinderPage(ctx, finder)
		o.must(err)
		if len(f.Cases) != 2 {
			t.Errorf("the finder follows %d cases", len(f.Cases))
		}
		o.act(o.acme, into, cvd.AnswerPart{Who: acme, Part: cvd.MainPart, Yes: true})
		p, err = o.Case(ctx, o.acme, into)
		o.must(err)
		if p.View.Title.EN != "SECRET-INTO" || len(p.Reports) != 2 || len(p.View.Parts) != 1 {
			t.Errorf("Acme agreed and reads title %q, %d reports, %d parts", p.View.Title.EN, len(p.Reports), len(p.View.Parts))
		}
		room, err := o.CaseRoom(ctx, o.ann, from)
		o.must(err)
		if room.Kin.Into == nil || room.Kin.Into.ID != into || len(room.Threads) != 0 && room.Threads[0].ID == "" {
			t.Errorf("the officer's page of the merged case: %+v", room.Kin)
		}
		o.sound()

		// A leak in the target ends both embargoes, and is told once.
		o.wants(acmeMail, "embargo_ended", func() { o.act(o.ann, into, cvd.RecordEvent{What: cvd.CSExploit, Note: "a list"}) })
		room, err = o.CaseRoom(ctx, o.ann, from)
		o.must(err)
		if room.View.Embargo.State != cvd.EMExited || room.View.Public.IsZero() {
			t.Errorf("the merged case stays behind: %+v", room.View.Embargo)
		}
		clock.Move(60 * 24 * time.Hour)
		o.run()
		o.sound()
	})
}

func TestMergeCases_NotWhileADraftTellsOfIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		from, _ := o.quiet("one", 20, o.acme)
		into, _ := o.quiet("two", 45, o.zeta)
		aid, err := o.DraftAdvisory(ctx, o.ann, from)
		o.must(err)
		o.refused(fault.NotNow, o.MergeCases(ctx, o.ann, from, desk.Merging{Into: into}))
		o.must(o.WriteAdvisory(ctx, o.ann, aid, 0, advisory.Drop{Reason: "merged"}))
		// A dropped advisory can be begun again.
		_, err = o.DraftAdvisory(ctx, o.bob, from)
		o.must(err)
		_, err = o.DraftAdvisory(ctx, o.bob, from)
		o.refused(fault.NotNow, err)
		o.must(o.WriteAdvisory(ctx, o.bob, aid, 0, advisory.Drop{Reason: "merged"}))
		o.must(o.MergeCases(ctx, o.ann, from, desk.Merging{Into: into}))
		o.sound()
	})
}

func TestMarkDuplicate_FindersFollowAndVendorsKeepTheirPromise(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		of, _ := o.quiet("SECRET-OF", 45, o.zeta)
		dup, finder := o.quiet("SECRET-DUP", 60, o.acme)
		o.wants(acmeMail, "duplicate_closed", func() {
			o.wants(zetaMail, "", func() {
				o.must(o.MarkDuplicate(ctx, o.ann, dup, desk.Duplicate{Of: of, Vulns: []string{"v1"}, Note: "the same key"}))
			})
		})
		p, err := o.Case(ctx, o.acme, dup)
		o.must(err)
		if p.Into != "" || !p.View.Open || p.View.Embargo.State != cvd.EMActive {
			t.Errorf("the duplicate's vendor reads: into %q, open %v, %s", p.Into, p.View.Open, p.View.Embargo.State)
		}
		_, err = o.Case(ctx, o.acme, of)
		o.refused(fault.NotFound, err)
		f, err := o.FinderPage(ctx, finder)
		o.must(err)
		if len(f.Cases) != 2 || len(f.Talk) == 0 && f.State != cvd.RMAccepted {
			t.Errorf("the finder follows %d cases, the report is %s", len(f.Cases), f.State)
		}
		o.wants(acmeMail, "embargo_ended", func() { o.act(o.ann, of, cvd.EndEmbargo{Reason: "agreed"}) })
		o.sound()
	})
}

func TestSplitCase_TheSiblingsHearOfEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.quiet("SECRET-PARENT", 45, o.acme)
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		o.sign(id, o.zeta)
		o.act(o.ann, id, cvd.DescribeCase{Title: words.Text{EN: "SECRET-PARENT"}, TLP: tlp.AmberStrict, Vulns: []cvd.Vuln{{ID: "v1", Title: words.Text{EN: "SECRET-ONE"}}, {ID: "v2", Title: words.Text{EN: "SECRET-TWO"}}}})
		report, _ := o.report()
		o.must(o.JudgeReport(ctx, o.ann, report, jury))
		o.must(o.AddReport(ctx, o.ann, id, report, "v2"))
		zeta := cvd.OrgParticipant(o.zeta.Org)
		split := desk.Splitting{Title: words.Text{EN: "SECRET-CHILD"}, Division: cvd.Division{Vulns: []string{"v2"},
			Reports: map[cvd.ReportID]cvd.Side{report: cvd.SideChild}, Parties: map[cvd.ParticipantID]cvd.Side{zeta: cvd.SideChild}}}
		var child cvd.CaseID
		o.wants(acmeMail, "", func() {
			o.wants(zetaMail, "case_split", func() {
				var err error
				child, err = o.SplitCase(ctx, o.ann, id, split)
				o.must(err)
			})
		})
		p, err := o.Case(ctx, o.zeta, child)
		o.must(err)
		if !p.View.Open || p.View.Title.EN != "SECRET-CHILD" || len(p.Reports) != 1 || len(p.Talk) != 1 {
			t.Errorf("Zeta reads in the child: %+v", p.View)
		}
		_, err = o.Case(ctx, o.acme, child)
		o.refused(fault.NotFound, err)
		if p, err = o.Case(ctx, o.zeta, id); err != nil || p.View.Open || strings.Contains(p.View.Title.EN, "SECRET") {
			t.Errorf("Zeta reads on in the parent: %+v, %v", p.View, err)
		}

		// What happens in one is a task for the other's officer.
		until := clock.Now().AddDate(0, 0, 90)
		o.act(o.zeta, child, cvd.ProposeEmbargo{Until: until})
		room, err := o.CaseRoom(ctx, o.bob, child)
		o.must(err)
		if len(room.Kin.Siblings) != 1 || room.Kin.Siblings[0].ID != id || !room.Kin.Siblings[0].Earlier {
			t.Errorf("the child's siblings: %+v", room.Kin.Siblings)
		}
		o.wants(annMail, "sibling_changed", func() { o.act(o.bob, child, cvd.RecordEvent{What: cvd.CSExploit, Note: "a list"}) })
		tasks, err := o.Next(ctx, o.ann, true)
		o.must(err)
		found := false
		for _, task := range tasks {
			found = found || task.What == "sibling_leaked" && strings.HasSuffix(task.Link, string(id))
		}
		if !found {
			t.Errorf("no task about the sibling's leak among %+v", tasks)
		}
		room, err = o.CaseRoom(ctx, o.ann, id)
		o.must(err)
		if len(room.Kin.News) == 0 || room.View.Embargo.State != cvd.EMActive {
			t.Errorf("the parent heard %+v, its embargo is %s", room.Kin.News, room.View.Embargo.State)
		}
		o.act(o.ann, id, cvd.SettleNews{Note: "another component"})
		o.sound()
	})
}

func TestLetters_AnEventWithoutAnEmbargoIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		report, _ := o.report()
		o.must(o.JudgeReport(ctx, o.ann, report, jury))
		id, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{report}, Title: words.Text{EN: "x"}, NoEmbargo: true})
		o.must(err)
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.acme.Org, How: "mail"}))
		o.wants(fayMail, "event_recorded", func() {
			o.wants(acmeMail, "event_recorded", func() { o.act(o.ann, id, cvd.RecordEvent{What: cvd.CSAttacks, Note: "a sensor"}) })
		})
	})
}

func TestRecordSilence_NotOfAVendorThatHasAnswered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		id, _ := o.quiet("x", 45, o.acme)
		who := cvd.OrgParticipant(o.acme.Org)
		o.refused(fault.NotNow, o.Act(t.Context(), o.ann, id, 0, cvd.RecordSilence{Who: who}))
		clock.Move(time.Hour)
		o.act(o.ann, id, cvd.NoteAttempt{Who: who, How: "mail"})
		o.act(o.ann, id, cvd.RecordSilence{Who: who})
	})
}

func TestDraftAdvisory_ThanksFollowWhatReportsTellOf(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.quiet("x", 45, o.acme)
		o.act(o.ann, id, cvd.DescribeCase{Title: words.Text{EN: "x"}, TLP: tlp.AmberStrict, Vulns: []cvd.Vuln{{ID: "v1", Title: words.Text{EN: "one"}}, {ID: "v2", Title: words.Text{EN: "two"}}}})
		report, _ := o.report()
		o.must(o.JudgeReport(ctx, o.ann, report, jury))
		o.must(o.AddReport(ctx, o.ann, id, report, "v2"))
		aid, err := o.DraftAdvisory(ctx, o.ann, id)
		o.must(err)
		thanks := func() []advisory.Credit {
			p, err := o.Advisory(ctx, o.ann, aid)
			o.must(err)
			return p.Advisory.Draft.Content.Credits
		}
		if k := thanks(); len(k) != 2 || k[0].Vulnerabilities != nil || !slices.Equal(k[1].Vulnerabilities, []string{"v2"}) {
			t.Errorf("the draft thanks %+v", k)
		}
		o.act(o.ann, id, cvd.LinkReport{Report: report, Vulns: []string{"v1"}})
		o.must(o.RefreshAdvisory(ctx, o.ann, aid, 0))
		if k := thanks(); !slices.Equal(k[1].Vulnerabilities, []string{"v1"}) {
			t.Errorf("after linking anew it thanks %+v", k)
		}
		o.sound()
	})
}
