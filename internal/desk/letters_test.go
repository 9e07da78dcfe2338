package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/job"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
	"nakodo/internal/words"
)

// compose writes a letter's open text: enough to be sent.
func compose(l notice.Letter, _ time.Time) ([]byte, bool, error) {
	if l.To.Name == "UNWRITABLE" {
		return nil, false, errors.New("this letter cannot be composed")
	}
	return []byte(l.Mark + "\n" + string(l.Kind)), false, nil
}

// postman takes letters and loses those to addresses that are named.
type postman struct{ refuse map[string]error }

func (p postman) Send(_ context.Context, l talk.Letter) error { return p.refuse[l.To] }

// run does all that is due, with a postman who delivers everything.
func (o *office) run() { o.t.Helper(); o.runWith(postman{}) }

func (o *office) runWith(p postman) {
	o.t.Helper()
	handlers := map[string]job.Handler{}
	for kind, h := range o.Handlers(p) {
		handlers[kind] = h
	}
	r := job.New(job.Config{Store: o.store, Handlers: handlers, Log: slog.New(slog.DiscardHandler)})
	if _, err := r.RunDue(o.t.Context()); err != nil && len(p.refuse) == 0 {
		o.t.Fatal(err)
	}
}

// lettersTo lists the letters to an address, the oldest first.
func (o *office) lettersTo(to string) []talk.Letter {
	o.t.Helper()
	var mine []talk.Letter
	o.must(o.store.View(o.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Letters(o.t.Context(), 0, 1000)
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].To == to {
				mine = append(mine, all[i])
			}
		}
		return err
	}))
	return mine
}

// since gives the kinds of letters to an address that f adds.
func (o *office) since(to string, f func()) string {
	o.t.Helper()
	before := map[string]bool{}
	for _, l := range o.lettersTo(to) {
		before[l.ID] = true
	}
	f()
	var fresh []string
	for _, l := range o.lettersTo(to) {
		if !before[l.ID] {
			fresh = append(fresh, l.Template)
		}
	}
	return strings.Join(fresh, " ")
}

func (o *office) act(by party.Actor, id cvd.CaseID, v cvd.Verb) {
	o.t.Helper()
	o.must(o.Act(o.t.Context(), by, id, 0, v))
}

const acmeMail, zetaMail, fayMail, annMail = "psirt@acme.test", "psirt@zeta.test", "fay@finder.test", "ann@cc.example.test"

func (o *office) wants(to, want string, f func()) {
	o.t.Helper()
	if got := o.since(to, f); got != want {
		o.t.Errorf("%s got %q, want %q", to, got, want)
	}
}

func TestLetters_WhoDeclinedOrLeftHearsNothingMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		o.sign(id, o.acme)
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		third := o.vendor("Third Works", "third.test")
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: third.Org, How: "mail"}))
		zeta, left := cvd.OrgParticipant(o.zeta.Org), cvd.OrgParticipant(third.Org)
		o.act(o.zeta, id, cvd.AnswerInvitation{Who: zeta, Terms: 1})
		o.sign(id, third)
		o.wants(annMail, "", func() { o.act(o.ann, id, cvd.LeaveCase{Who: left}) })
		quiet := func(f func()) {
			t.Helper()
			o.wants(zetaMail, "", func() { o.wants("psirt@third.test", "", f) })
		}
		// Guideline IV.4.4: the date goes to every vendor contacted, one that declined
		// and the finder included; not to one that left (norm 13).
		o.wants(fayMail, "date_changed", func() {
			o.wants("psirt@third.test", "", func() {
				o.wants(zetaMail, "date_changed", func() {
					o.wants(acmeMail, "date_changed", func() { o.act(o.ann, id, cvd.PlanPublication{At: clock.Now().AddDate(0, 0, 30)}) })
				})
			})
		})
		quiet(func() {
			o.act(o.ann, id, cvd.ProposeEmbargo{Until: clock.Now().AddDate(0, 0, 60)})
			o.act(o.ann, id, cvd.DecideEmbargo{Yes: true})
		})
		quiet(func() { clock.Move(8 * 24 * time.Hour); o.run() }) // nothing lapses for them
		quiet(func() {
			o.wants(fayMail, "embargo_ended", func() { o.act(o.ann, id, cvd.EndEmbargo{Reason: "agreed"}) })
		})
		quiet(func() {
			o.act(o.ann, id, cvd.CloseCase{Why: cvd.WhyWithdrawn, Proof: &cvd.Proof{Told: "as you asked"}})
		})
	})
}

func TestLetters_OfTheEmbargo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		report, finder := o.report()
		o.must(o.JudgeReport(ctx, o.ann, report, jury))
		id, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{report}, Title: words.Text{EN: "SECRET-TITLE"}, NoEmbargo: true})
		o.must(err)
		o.wants(acmeMail, "content_available", func() {
			o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.acme.Org, How: "mail"}))
		})
		fay, me := cvd.FinderParticipant(report), cvd.OrgParticipant(o.acme.Org)
		o.wants(acmeMail, "embargo_proposed", func() {
			o.wants(fayMail, "embargo_proposed", func() { o.act(o.ann, id, cvd.ProposeEmbargo{Until: clock.Now().AddDate(0, 0, 40)}) })
		})
		o.wants(annMail, "vendor_answered", func() {
			o.wants(fayMail, "embargo_accepted", func() {
				o.wants(acmeMail, "embargo_proposed", func() { o.act(finder, id, cvd.AnswerEmbargo{Who: fay, Yes: true}) }) // it began: Acme is asked
			})
		})
		o.wants(acmeMail, "content_available", func() { o.sign(id, o.acme) })
		o.wants(fayMail, "embargo_proposed", func() {
			o.wants(annMail, "embargo_proposed", func() { o.act(o.acme, id, cvd.ProposeEmbargo{Until: clock.Now().AddDate(0, 0, 50)}) })
		})
		o.wants(annMail, "vendor_answered", func() {
			o.wants(acmeMail, "", func() { o.act(finder, id, cvd.AnswerEmbargo{Who: fay, Yes: false}) })
		})
		o.wants(acmeMail, "embargo_revised", func() {
			o.wants(fayMail, "embargo_proposed", func() { o.act(o.ann, id, cvd.DecideEmbargo{Yes: true}) }) // its consent lapsed
		})
		o.wants(acmeMail, "reminder", func() { o.act(o.ann, id, cvd.NoteAttempt{Who: me, How: "mail"}) })
		o.wants(acmeMail, "", func() { o.act(o.ann, id, cvd.NoteAttempt{Who: me, How: "phone"}) })
		clock.Move(7 * 24 * time.Hour)
		o.wants(fayMail, "invitation_lapsed", o.run)
		for _, l := range append(o.lettersTo(acmeMail), o.lettersTo(fayMail)...) {
			var n notice.Letter
			o.must(json.Unmarshal(l.Args, &n))
			if !n.Detailed && strings.Contains(string(l.Args), "SECRET-TITLE") {
				t.Errorf("a letter that may hold no details has them: %s", l.Args)
			}
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

// ready brings a case to an approved advisory.
func (o *office) ready() (cvd.CaseID, advisory.ID, party.Actor) {
	o.t.Helper()
	ctx := o.t.Context()
	id, finder := o.openCase()
	o.sign(id, o.acme)
	o.offer(id)
	aid, err := o.DraftAdvisory(ctx, o.ann, id)
	o.must(err)
	o.write(aid)
	o.must(o.TellDraft(ctx, o.ann, aid))
	o.must(o.WriteAdvisory(ctx, o.ann, aid, 0, advisory.Submit{}))
	o.must(o.ApproveAdvisory(ctx, o.bob, aid, 0))
	return id, aid, finder
}

func TestPublish_AfterALeakEverybodyIsToldOfTheAdvisoryToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		id, aid, _ := o.ready()
		o.wants(acmeMail, "embargo_ended", func() { o.act(o.ann, id, cvd.RecordEvent{What: cvd.CSPublic, Note: "a list"}) })
		o.wants(fayMail, "published", func() {
			o.wants(acmeMail, "published", func() { o.must(o.PublishAdvisory(t.Context(), o.ann, aid)) })
		})
		for _, l := range o.lettersTo(acmeMail) {
			var n notice.Letter
			o.must(json.Unmarshal(l.Args, &n))
			public := strings.Contains(n.Link, string(id)) && !strings.Contains(n.Link, "/in/")
			if l.Template == string(notice.PublishedKind) && !public {
				t.Errorf("the link is %s, want the public page", n.Link)
			}
		}
	})
}

func TestPublish_AtTheMinuteTheEmbargoEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		id, aid, _ := o.ready()
		p, err := o.Case(t.Context(), o.ann, id)
		o.must(err)
		o.must(o.ScheduleAdvisory(t.Context(), o.ann, aid, 0, advisory.Schedule{At: p.View.Embargo.Until}))
		clock.Move(p.View.Embargo.Until.Sub(clock.Now()))
		o.run()
		if p, err = o.Case(t.Context(), o.ann, id); err != nil || p.Public == "" || p.View.Public.IsZero() || p.View.Embargo.State != cvd.EMExited {
			t.Errorf("at the minute of both: %q, %+v, %v", p.Public, p.View.Embargo, err)
		}
	})
}

func TestPublish_AConsentWithdrawnAfterApprovalHoldsItAndOfficersAreTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, aid, finder := o.ready()
		p, err := o.Case(ctx, o.ann, id)
		o.must(err)
		o.must(o.ScheduleAdvisory(ctx, o.ann, aid, 0, advisory.Schedule{At: p.View.Embargo.Until.Add(time.Hour)}))
		o.must(o.ChangeConsents(ctx, finder, cvd.Consents{}, ""))
		clock.Move(46 * 24 * time.Hour)
		o.wants(annMail, "deadline_overdue deadline_overdue", func() { o.wants("bob@cc.example.test", "deadline_overdue", o.run) })
		a, err := o.Advisory(ctx, o.ann, aid)
		o.must(err)
		if a.Advisory.State != advisory.Approved || a.Public != "" {
			t.Errorf("it is %s at %q", a.Advisory.State, a.Public)
		}
		o.refused(fault.Invalid, o.PublishAdvisory(ctx, o.ann, aid))
		raw, _ := json.Marshal(a.Advisory)
		if strings.Contains(string(raw), "Fay") {
			t.Error("the draft holds the finder's name")
		}
	})
}

func TestPublish_ASiblingsEmbargoBinds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, aid, finder := o.ready()
		sister, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{cvd.ReportID(finder.Report)}, Title: words.Text{EN: "the same elsewhere"}, Days: 80})
		o.must(err)
		o.must(o.InviteVendor(ctx, o.ann, sister, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		o.act(o.ann, id, cvd.EndEmbargo{Reason: "agreed"})
		o.refused(fault.Invalid, o.PublishAdvisory(ctx, o.ann, aid))
		o.act(o.ann, sister, cvd.EndEmbargo{Reason: "agreed"})
		o.must(o.PublishAdvisory(ctx, o.ann, aid))
	})
}

func TestLetters_AFinderOfTwoReportsHearsOfBoth(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		id, _ := o.openCase()
		second, _ := o.report()
		o.must(o.JudgeReport(t.Context(), o.ann, second, jury))
		o.must(o.AddReport(t.Context(), o.ann, id, second))
		o.wants(fayMail, "embargo_ended embargo_ended", func() { o.act(o.ann, id, cvd.EndEmbargo{Reason: "agreed"}) })
	})
}

func TestJobs_AnErrandThatRunsTwiceWritesOneLetter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		id, _ := o.report()
		clock.Move(8 * 24 * time.Hour)
		o.wants(annMail, "deadline_overdue", func() {
			for range 2 {
				o.must(o.Handlers(postman{})[cvd.JobAckDue](t.Context(), journal.Job{Kind: cvd.JobAckDue, Key: string(id)}))
			}
		})
	})
}

func TestReceipt_IsAFactOfItsOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, finder := o.report()
		if p, err := o.FinderPage(ctx, finder); err != nil || !p.Receipted.IsZero() {
			t.Errorf("before the letter left: %s, %v", p.Receipted, err)
		}
		clock.Move(time.Hour)
		o.run()
		p, err := o.Report(ctx, o.ann, id)
		o.must(err)
		if !p.Report.Receipted.Equal(clock.Now()) || !p.Report.Acknowledged.IsZero() {
			t.Errorf("received %s, receipted %s, acknowledged %s", p.Report.Received, p.Report.Receipted, p.Report.Acknowledged)
		}
		got, err := o.ReceiveReport(ctx, desk.Incoming{Door: "web", Identity: cvd.Identity{Anonymous: true},
			Submission: cvd.Submission{Kind: cvd.AboutProduct, Title: "t", Product: "p", Result: "r", Coordinator: cvd.CentreLeads}})
		o.must(err)
		if p, err = o.Report(ctx, o.ann, got.ID); err != nil || p.Report.Receipted.IsZero() {
			t.Errorf("the page with the link is an anonymous finder's receipt: %s, %v", p.Report.Receipted, err)
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

func TestLetters_ThatCannotLeaveAreSeenAsFailed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		bad, err := o.SaveContact(ctx, o.ann, party.Contact{Org: o.zeta.Org, Name: "UNWRITABLE", Mail: "odd@zeta.test", Lang: "en", Duty: party.OnDuty})
		o.must(err)
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		for range 25 {
			o.runWith(postman{refuse: map[string]error{zetaMail: errors.New("450 later")}})
			clock.Move(9 * time.Hour)
		}
		for _, to := range []string{zetaMail, "odd@zeta.test"} {
			l := o.lettersTo(to)[0]
			if l.State != talk.LetterFailed || l.Problem == "" {
				t.Errorf("the letter to %s is %s after %d tries: %q", to, l.State, l.Attempts, l.Problem)
			}
		}
		// Put right and sent again, it goes to the new address.
		page, err := o.Organisation(ctx, o.ann, o.zeta.Org)
		o.must(err)
		for _, c := range page.Contacts {
			if c.ID == bad {
				c.Name, c.Mail = "Ms. Right", "right@zeta.test"
				_, err = o.SaveContact(ctx, o.ann, c)
				o.must(err)
			}
		}
		o.agreeAll(o.bob)
		o.must(o.SendLetter(ctx, o.ann, o.lettersTo("odd@zeta.test")[0].ID))
		o.run()
		if ls := o.lettersTo("right@zeta.test"); ls[0].Template != "invitation" || ls[0].State != talk.LetterSent {
			t.Errorf("the letter to the new address: %+v", ls)
		}
	})
}
