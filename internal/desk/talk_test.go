package desk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

// shared opens a case with Acme and Zeta signed, and a thread that an officer
// opened for both and the finder.
func (o *office) shared() (id cvd.CaseID, thread string, finder party.Actor) {
	o.t.Helper()
	ctx := o.t.Context()
	id, finder = o.openCase()
	o.sign(id, o.acme)
	o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
	o.sign(id, o.zeta)
	thread, err := o.StartThread(ctx, o.ann, id, "SECRET-THREAD about the key", []string{
		string(cvd.OrgParticipant(o.acme.Org)), string(cvd.OrgParticipant(o.zeta.Org)), "finder:" + finder.Report})
	o.must(err)
	o.must(o.PostMessage(ctx, o.acme, thread, "our gateway is affected", nil))
	return id, thread, finder
}

// talk gives a conversation of a case as somebody reads it; nil where they do not.
func (o *office) talk(by party.Actor, id cvd.CaseID, thread string) *desk.Conversation {
	o.t.Helper()
	var all []desk.Conversation
	if by.Role == party.Finder {
		p, err := o.FinderPage(o.t.Context(), by)
		o.must(err)
		all = p.Talk
	} else {
		p, err := o.Case(o.t.Context(), by, id)
		o.must(err)
		all = p.Talk
	}
	for i := range all {
		if all[i].ID == thread {
			return &all[i]
		}
	}
	return nil
}

func TestTalk_NoNamesOfThoseWhoDoNotShowThemselves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		id, thread, finder := o.shared()
		for _, by := range []party.Actor{o.zeta, finder} {
			said := fmt.Sprintf("%+v", *o.talk(by, id, thread))
			if strings.Contains(said, "Acme") || strings.Contains(said, string(o.acme.Org)) || by.Role != party.Finder && strings.Contains(said, finder.Report) {
				t.Errorf("%s reads %s", by.Role, said)
			}
		}
		if said := fmt.Sprintf("%+v", *o.talk(o.ann, id, thread)); !strings.Contains(said, "Acme") || !strings.Contains(said, "Zeta") {
			t.Errorf("the officer reads %s", said)
		}
		o.act(o.acme, id, cvd.ShowParty{Who: cvd.OrgParticipant(o.acme.Org), Shown: true})
		if said := fmt.Sprintf("%+v", *o.talk(o.zeta, id, thread)); !strings.Contains(said, "Acme") {
			t.Errorf("Acme shows itself, and Zeta reads %s", said)
		}
	})
}

func TestTalk_WhatIsSharedClosesWithTheContent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, thread, _ := o.shared()
		up, err := o.Keep(ctx, "poc.txt", strings.NewReader("x"))
		o.must(err)
		o.must(o.PostMessage(ctx, o.ann, thread, "", []desk.Upload{up}))
		file := o.talk(o.zeta, id, thread).Messages[1].Files[0].ID
		own, err := o.OwnThread(ctx, o.ann, id, o.zeta.Org)
		o.must(err)
		_, body, err := o.OpenFile(ctx, o.zeta, file)
		o.must(err)
		o.must(body.Close())

		o.act(o.zeta, id, cvd.LeaveCase{Who: cvd.OrgParticipant(o.zeta.Org)})
		if o.talk(o.zeta, id, thread) != nil {
			t.Error("who left reads the shared thread")
		}
		_, _, err = o.OpenFile(ctx, o.zeta, file)
		o.refused(fault.NotFound, err)
		o.refused(fault.NotFound, o.PostMessage(ctx, o.zeta, thread, "hello", nil))
		o.wants(zetaMail, "", func() { o.must(o.PostMessage(ctx, o.ann, thread, "a secret", nil)) })
		// With the centre it may always talk, and hears the answer.
		o.must(o.PostMessage(ctx, o.zeta, own.ID, "we left by mistake", nil))
		o.wants(zetaMail, "new_message", func() { o.must(o.PostMessage(ctx, o.ann, own.ID, "we invite you again", nil)) })

		// Lapsed by new terms, the same.
		o.act(o.ann, id, cvd.ProposeEmbargo{Until: clock.Now().AddDate(0, 0, 60)})
		o.act(o.ann, id, cvd.DecideEmbargo{Yes: true})
		if o.talk(o.acme, id, thread) != nil {
			t.Error("who has not agreed to the new terms reads the shared thread")
		}
		_, _, err = o.OpenFile(ctx, o.acme, file)
		o.refused(fault.NotFound, err)
		o.sign(id, o.acme)
		if o.talk(o.acme, id, thread) == nil {
			t.Error("who signed anew does not read it")
		}
	})
}

func TestTalk_AFindersWishNotToBeContactedHolds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _, finder := o.shared()
		fay := "finder:" + finder.Report
		show := cvd.ShowParty{Who: cvd.ParticipantID(fay), Shown: true}
		o.refused(fault.NotNow, o.Act(ctx, o.ann, id, 0, show))
		_, err := o.StartThread(ctx, o.acme, id, "hello", []string{fay})
		o.refused(fault.NotFound, err)
		o.must(o.ChangeConsents(ctx, finder, cvd.Consents{DirectContact: true, Credit: true}, "Fay"))
		o.act(o.ann, id, show)
		_, err = o.StartThread(ctx, o.acme, id, "hello", []string{fay})
		o.must(err)
		o.must(o.ChangeConsents(ctx, finder, cvd.Consents{Credit: true}, "Fay"))
		_, err = o.StartThread(ctx, o.acme, id, "hello again", []string{fay})
		o.refused(fault.NotFound, err)
	})
}

func TestJournal_HoldsNobodysNameAndNobodysText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _, finder := o.shared()
		o.must(o.SaveAgreement(ctx, o.ann, party.Agreement{Org: o.zeta.Org, Scope: party.ScopeGroup, Edition: "1", Signed: clock.Now(), SignedBy: "Hanako Yamada"}))
		o.must(o.AskFinder(ctx, o.ann, cvd.ReportID(finder.Report), "SECRET-QUESTION"))
		_, err := o.DraftAdvisory(ctx, o.ann, id)
		o.must(err)
		o.must(s.View(ctx, func(tx *store.Tx) error {
			for e, err := range tx.AllEvents(ctx) {
				if err != nil {
					return err
				}
				raw, _ := json.Marshal(e)
				for _, secret := range []string{"Hanako", "SECRET-THREAD", "SECRET-QUESTION", "SECRET-PROCEDURE", "our gateway", "Fay", "fay@"} {
					if strings.Contains(string(raw), secret) {
						t.Errorf("the journal holds %s: %s", secret, raw)
					}
				}
			}
			return nil
		}))
	})
}

func TestAskFinder_PutsTheQuestionAndWritesByWhen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, finder := o.report()
		o.refused(fault.Invalid, o.AskFinder(ctx, o.ann, id, "  "))
		o.refused(fault.NotFound, o.AskFinder(ctx, o.ann, "NKR-2222-2222", "which version?"))
		o.wants(fayMail, "more_wanted", func() { o.must(o.AskFinder(ctx, o.ann, id, "which version?")) })
		p, err := o.FinderPage(ctx, finder)
		o.must(err)
		if ms := p.Talk[0].Messages; len(ms) != 1 || ms[0].Text != "which version?" || ms[0].Name != "" {
			t.Errorf("the finder reads %+v", ms)
		}
		o.wants(annMail, "handling_ended", func() { o.must(o.WithdrawReport(ctx, finder)) })
		o.refused(fault.NotNow, o.AskFinder(ctx, o.ann, id, "and now?"))
		o.refused(fault.NotNow, o.WithdrawReport(ctx, finder))
	})
}

func TestReports_DeferredClosedAndClosedWithTheirCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		handled := func() cvd.Report {
			p, err := o.Case(ctx, o.ann, id)
			o.must(err)
			r, err := o.Report(ctx, o.ann, p.View.Reports[0])
			o.must(err)
			return r.Report
		}
		first := handled().ID
		second, finder := o.report()
		o.must(o.JudgeReport(ctx, o.ann, second, jury))
		o.refused(fault.Invalid, o.DeferReport(ctx, o.ann, second, second))
		o.refused(fault.Invalid, o.DeferReport(ctx, o.ann, second, "NKR-2222-2222"))
		o.wants(fayMail, "report_deferred", func() { o.must(o.DeferReport(ctx, o.ann, second, first)) })
		if p, err := o.FinderPage(ctx, finder); err != nil || !p.Duplicate || strings.Contains(fmt.Sprintf("%+v", p), string(first)) {
			t.Errorf("the finder of a duplicate reads %+v, %v", p, err)
		}
		o.refused(fault.Invalid, o.CloseReport(ctx, o.ann, second, "because"))
		o.wants(fayMail, "handling_ended", func() { o.must(o.CloseReport(ctx, o.ann, second, cvd.WhyDuplicate)) })
		o.refused(fault.NotNow, o.CloseReport(ctx, o.ann, first, cvd.WhyKnown)) // its case is open

		o.act(o.ann, id, cvd.EndEmbargo{Reason: "agreed"})
		o.must(o.CloseCase(ctx, o.ann, id, 0, cvd.CloseCase{Why: cvd.WhyWithdrawn, Proof: &cvd.Proof{Told: "as you asked"}}))
		if r := handled(); r.State != cvd.RMClosed || r.Why != cvd.WhyWithdrawn {
			t.Errorf("with its case the report is %s, why %q", r.State, r.Why)
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
		events, err := o.Journal(ctx, o.ann, 0, 2)
		o.must(err)
		if events[0].Verb != "close_case" || events[1].Verb != "close_report" || events[0].About.Kind != journal.AboutCase {
			t.Errorf("the journal ends with %s after %s", events[0].Verb, events[1].Verb)
		}
	})
}

func TestDraftForComment_ShowsAVendorItsOwnPart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _, _ := o.shared()
		o.offer(id)
		aid, err := o.DraftAdvisory(ctx, o.ann, id)
		o.must(err)
		o.write(aid)
		_, err = o.DraftForComment(ctx, o.zeta, id)
		o.refused(fault.NotFound, err) // not told yet
		o.must(o.TellDraft(ctx, o.ann, aid))
		got, err := o.DraftForComment(ctx, o.zeta, id)
		o.must(err)
		raw, _ := json.Marshal(got)
		if got.Title.EN != "Fixed key in gateways" || len(got.Vendors) != 1 || strings.Contains(string(raw), "Acme") || strings.Contains(string(raw), "9000") || len(got.Credits) > 0 || len(got.Remedies) > 0 {
			t.Errorf("Zeta reads %s", raw)
		}
		if got, err = o.DraftForComment(ctx, o.acme, id); err != nil || len(got.Products) != 1 || len(got.Remedies) != 1 {
			t.Errorf("Acme reads %+v, %v", got, err)
		}
		o.act(o.zeta, id, cvd.LeaveCase{Who: cvd.OrgParticipant(o.zeta.Org)})
		_, err = o.DraftForComment(ctx, o.zeta, id)
		o.refused(fault.NotFound, err)
		o.must(o.WriteAdvisory(ctx, o.ann, aid, 0, advisory.Drop{Reason: "no"}))
		_, err = o.DraftForComment(ctx, o.acme, id)
		o.refused(fault.NotFound, err)
	})
}

func TestRegistry_PeopleOfACase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		o.sign(id, o.acme)
		me := cvd.OrgParticipant(o.acme.Org)
		second, err := o.SaveContact(ctx, o.ann, party.Contact{Org: o.acme.Org, Name: "Second", Mail: "second@acme.test", Lang: "en", Duty: party.OnDuty})
		o.must(err)
		o.refused(fault.Invalid, o.Act(ctx, o.acme, id, 0, cvd.AdmitMembers{Who: me, Members: []party.PersonID{o.acme.Person, o.zeta.Person}}))
		o.act(o.acme, id, cvd.AdmitMembers{Who: me, Members: []party.PersonID{o.acme.Person}})
		_, err = o.Case(ctx, party.VendorActor(o.acme.Org, second), id)
		o.refused(fault.NotFound, err)
		o.wants("second@acme.test", "", func() { o.act(o.ann, id, cvd.PlanPublication{At: clock.Now().AddDate(0, 0, 20)}) })
		p, err := o.Case(ctx, o.acme, id)
		o.must(err)
		if len(p.People) != 2 || p.View.Reports != nil {
			t.Errorf("the vendor sees colleagues %+v, reports %v", p.People, p.View.Reports)
		}
		o.refused(fault.Invalid, o.Act(ctx, o.ann, id, 0, cvd.AssignCase{Owner: "nobody"}))
		o.act(o.ann, id, cvd.AssignCase{Owner: o.bob.Person})
		o.must(o.CloseOfficer(ctx, o.ann, "bob@cc.example.test"))
		o.wants(annMail, "status_received", func() { o.act(o.acme, id, cvd.StateStatus{Who: me, Vuln: "v1", Status: "unknown"}) })
		tasks, err := o.Next(ctx, o.ann, true)
		o.must(err)
		if !strings.Contains(fmt.Sprintf("%+v", tasks), string(id)) {
			o.act(o.ann, id, cvd.ProposeEmbargo{Until: clock.Now().AddDate(0, 0, 60)})
			if tasks, err = o.Next(ctx, o.ann, true); err != nil || !strings.Contains(fmt.Sprintf("%+v", tasks), string(id)) {
				t.Errorf("the case of an officer who left is nobody's: %+v, %v", tasks, err)
			}
		}
	})
}

func TestSession_EndsWithTheAddressItCameThrough(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		link := func() string {
			l, err := o.DemoLink(ctx, o.acme, "/room")
			o.must(err)
			return strings.TrimPrefix(l, "/in/")
		}
		who, _, err := o.UseLink(ctx, link())
		o.must(err)
		waiting := link()
		if _, _, ok, err := o.Alive(ctx, who); err != nil || !ok {
			t.Fatalf("a fresh session is dead: %v", err)
		}
		page, err := o.Organisation(ctx, o.ann, o.acme.Org)
		o.must(err)
		c := page.Contacts[0]
		c.Mail = "new@acme.test"
		_, err = o.SaveContact(ctx, o.ann, c)
		o.must(err)
		if _, _, ok, err := o.Alive(ctx, who); err != nil || !ok {
			t.Errorf("one officer alone ended the session: %v", err)
		}
		o.agreeAll(o.bob)
		if _, _, ok, _ := o.Alive(ctx, who); ok {
			t.Error("the session of the old address lives on")
		}
		_, _, err = o.UseLink(ctx, waiting)
		o.refused(fault.NotFound, err)
		c.Org, c.Version = o.zeta.Org, c.Version+1
		_, err = o.SaveContact(ctx, o.ann, c)
		o.refused(fault.NotNow, err)
	})
}
