package main

import (
	"context"
	"regexp"
	"testing"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/inquiry"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
	"nakodo/test/browser"
)

// TestBrowserUnreached looks at every page about a developer that does not
// answer, in both languages, light and dark, wide and narrow. What happens
// between the pages is told in test/stories/unreachable_vendor.txt.
func TestBrowserUnreached(t *testing.T) {
	b := browser.Start(t)
	s, err := newStage(t, store.Config{}, t.TempDir(), t.Cleanup)
	if err != nil {
		t.Fatal(err)
	}
	p := &play{t: t, s: s, b: b, secrets: map[string]string{}}
	p.vendor()
	u := &unreached{play: p, ann: p.officer("ann"), bob: p.officer("bob")}
	u.begin()
	u.list()
	u.committee()
}

// unreached is the play about a developer that does not answer.
type unreached struct {
	*play
	ann, bob *browser.Window
	one, two party.Actor // the officers
	org      party.OrgID
	id       cvd.CaseID
}

// later lets days pass, and both officers sign in again.
func (u *unreached) later(days int) {
	for range days {
		u.s.clock.Move(24 * time.Hour)
	}
	u.runDue()
	u.signIn(u.ann, "ann")
	u.signIn(u.bob, "bob")
}

func (u *unreached) begin() {
	u.t.Helper()
	ctx, d := context.Background(), u.s.centre.desk
	people, err := d.Officers(ctx, console)
	u.must(err)
	u.one, u.two = party.OfficerActor(people[0].ID), party.OfficerActor(people[1].ID)
	got, err := d.ReceiveReport(ctx, desk.Incoming{
		Submission: cvd.Submission{Kind: cvd.AboutProduct, Lang: "en", Vendor: "Hanamaru", Product: "HX-200", Title: "A fixed key", Result: "the key is the same everywhere", Coordinator: cvd.CentreLeads},
		Identity:   cvd.Identity{Name: "Fay", Mail: "fay@finder.example"}, Door: "web",
	})
	u.must(err)
	u.must(d.AcknowledgeReport(ctx, u.one, got.ID))
	u.must(d.JudgeReport(ctx, u.one, got.ID, cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}))
	u.id, err = d.OpenCase(ctx, u.one, desk.Opening{Reports: []cvd.ReportID{got.ID}, Title: words.Text{EN: "Fixed key in the port", JA: "ポートにおける固定鍵の使用"}})
	u.must(err)
	orgs, err := d.Organisations(ctx, console, "Hanamaru", "", 10)
	u.must(err)
	u.org = orgs[0].ID
	u.must(d.InviteVendor(ctx, u.one, u.id, desk.Invitation{Org: u.org, How: "mail"}))
	u.later(3)
	for _, v := range []cvd.NoteAttempt{
		{How: "post", Came: cvd.CameSent, To: "1-2-3 Minato, Chiyoda, Tokyo"}, {How: "phone", Came: cvd.CameNoReply, To: "+81 3 0000 0000", Note: "It rang for a minute, three times on one day."},
	} {
		v.Who = cvd.OrgParticipant(u.org)
		u.must(d.Act(ctx, u.one, u.id, 0, v))
	}
	u.ann.Open(u.at("/desk/reach/" + string(u.org)))
	inBoth(u.ann, "unreached-attempts")
	u.must(d.Act(ctx, u.one, u.id, 0, cvd.NoteAttempt{Who: cvd.OrgParticipant(u.org), How: "fax", Came: cvd.CameNoAddress, Note: "Neither on its web site nor in the directory."}))
	u.ann.Open(u.at("/desk/cases/" + string(u.id) + "/vendors/" + string(u.org)))
	inBoth(u.ann, "unreached-case-vendor")
}

// list: the two stages of the public list.
func (u *unreached) list() {
	u.t.Helper()
	ctx, d := context.Background(), u.s.centre.desk
	u.later(31)
	id, err := d.OpenInquiry(ctx, u.one, u.org, inquiry.Notice{Kind: inquiry.Company, Name: words.Text{EN: "Hanamaru Controls", JA: "株式会社ハナマル制御"}, Related: words.Text{EN: "Formerly Hanamaru Works, Osaka", JA: "旧社名：ハナマル製作所（大阪）"}})
	u.must(err)
	u.ann.Open(u.at("/desk/inquiries/" + string(id)))
	inBoth(u.ann, "unreached-inquiry-draft")
	u.must(d.ActInquiry(ctx, u.one, id, 0, inquiry.ProposeName{}))
	u.bob.Open(u.at("/desk/next?all=1"))
	inBoth(u.bob, "unreached-next")
	u.bob.Open(u.at("/desk/inquiries/" + string(id)))
	inBoth(u.bob, "unreached-inquiry-proposed")
	u.must(d.ActInquiry(ctx, u.two, id, 0, inquiry.ConfirmName{}))
	u.later(95)
	u.must(d.ActInquiry(ctx, u.one, id, 0, inquiry.ProposeProduct{Product: inquiry.Product{
		Name: "HX-200", Versions: "all", Info: words.Text{EN: "We look for whoever maintains this product.", JA: "この製品の保守を担当する方を探しています。"}, AnswerBy: u.s.clock.Now().AddDate(0, 2, 0),
	}}))
	u.must(d.ActInquiry(ctx, u.two, id, 0, inquiry.ConfirmProduct{}))
	public := u.b.Window(u.t, "public")
	public.Open(u.at("/en/inquiries"))
	inBoth(public, "unreached-public-list")
	public.Open(u.at("/en/inquiries/DID0001"))
	inBoth(public, "unreached-public-product")
}

// committee: from the referral to the cleared publication.
func (u *unreached) committee() {
	u.t.Helper()
	ctx, d := context.Background(), u.s.centre.desk
	u.later(62)
	id, err := d.ReferCase(ctx, u.one, u.id, desk.Referring{Org: u.org, Ground: committee.Unreachable})
	u.must(err)
	at := "/desk/committee/" + string(id)
	u.ann.Open(u.at(at))
	inBoth(u.ann, "unreached-committee-new")
	act := func(by party.Actor, v committee.Verb) {
		u.t.Helper()
		u.must(d.ActReferral(ctx, by, id, 0, v))
	}
	act(u.one, committee.Write{Info: "The same key is in every device. Two were opened and compared.", Draft: "HX-200 uses a fixed key.\n\nNo fix is available. Keep the device off the network."})
	for i, f := range committee.Fields() {
		act(u.one, committee.Appoint{Member: committee.Member{Name: "Member " + string(f), Affiliation: []string{"University", "Laboratory", "Society"}[i], Field: f, Declared: u.s.clock.Now()}})
	}
	act(u.one, committee.Appoint{Member: committee.Member{Name: "Owner", Affiliation: "Fund", Field: committee.Trade, Interest: "holds shares", Declared: u.s.clock.Now()}})
	act(u.one, committee.Tell{Due: u.s.clock.Now().AddDate(0, 0, 31)})
	u.ann.Open(u.at(at))
	inBoth(u.ann, "unreached-committee-told")
	u.ann.Open(u.at(at + "/paper"))
	u.ann.Look("unreached-paper")
	u.runDue()
	letter, ok := u.s.mails.newest("psirt@hanamaru.example")
	if !ok {
		u.t.Fatal("no letter for the developer")
	}
	vendor := u.b.Window(u.t, "vendor")
	vendor.Open(regexp.MustCompile(regexp.QuoteMeta(u.s.http.URL) + `/in/[A-Za-z0-9_-]+`).FindString(decoded(letter)))
	vendor.Go("Sign in here")
	vendor.See("A neutral committee")
	inBoth(vendor, "unreached-hearing")
	u.later(32)
	act(u.one, committee.Convene{})
	u.ann.Open(u.at(at))
	inBoth(u.ann, "unreached-committee-sitting")
	yes := committee.Test{Yes: true, Reason: "Shown."}
	act(u.one, committee.Publish{Decision: committee.Decision{At: u.s.clock.Now(), Tests: []committee.Test{yes, yes, yes, yes}, Reasons: "Users must be able to protect themselves.", Present: []string{"Member law", "Member security", "Member product"}}})
	u.bob.Open(u.at(at))
	inBoth(u.bob, "unreached-committee-decided")
	u.ann.Open(u.at("/desk/reach"))
	inBoth(u.ann, "unreached-list")
}
