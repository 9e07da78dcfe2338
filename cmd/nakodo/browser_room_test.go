package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/words"
	"nakodo/test/browser"
)

// TestBrowserRoom looks at the pages of the room that the first advisory's story
// does not pass: a round of invitations, what is new, people and nominations, a
// vendor's own report, the team.
func TestBrowserRoom(t *testing.T) {
	b := browser.Start(t)
	s, err := newStage(t, store.Config{}, t.TempDir(), t.Cleanup)
	if err != nil {
		t.Fatal(err)
	}
	p := &play{t: t, s: s, b: b, secrets: map[string]string{}}
	p.vendor()
	ctx, d := context.Background(), s.centre.desk
	ann, bob := p.officer("ann"), p.officer("bob")
	bob.Open(p.at("/desk/team"))
	inBoth(bob, "room-team")
	people, err := d.Officers(ctx, console)
	p.must(err)
	officer := party.OfficerActor(people[0].ID)
	for i := range 3 {
		id, err := d.SaveOrganisation(ctx, officer, party.Organisation{Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: fmt.Sprintf("Maker %d", i)}}, Tier: party.General})
		p.must(err)
		if i > 0 {
			_, err = d.SaveContact(ctx, officer, party.Contact{Org: id, Name: "PSIRT", Mail: fmt.Sprintf("psirt@maker%d.example", i), Lang: []string{"en", "ja"}[i%2], Duty: party.OnDuty})
			p.must(err)
		}
	}
	found, err := d.Organisations(ctx, officer, "Hanamaru", "", 10)
	p.must(err)
	org, err := d.Organisation(ctx, officer, found[0].ID)
	p.must(err)
	vendor := party.VendorActor(found[0].ID, org.Contacts[0].ID)

	v := b.Window(t, "vendor")
	link, err := d.DemoLink(ctx, vendor, "/own-reports")
	p.must(err)
	v.Open(p.at(link))
	v.Go("Sign in here")
	inBoth(v, "room-own-reports")
	report, err := d.ReportOwnProduct(ctx, vendor, cvd.Submission{Title: "Fixed key in the engineering port", Product: "Hanamaru PLC HX-200", Result: "The key is the same in every device.", OwnID: "HX-2026-17"}, nil)
	p.must(err)
	v.Open(p.at("/own-reports/" + string(report)))
	inBoth(v, "room-own-report")
	p.must(d.JudgeReport(ctx, officer, report, cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}))
	id, err := d.OpenCase(ctx, officer, desk.Opening{Reports: []cvd.ReportID{report}, Title: words.Text{EN: "Fixed key in the engineering port", JA: "エンジニアリングポートにおける固定鍵の使用"}})
	p.must(err)
	v.Open(p.at("/room"))
	inBoth(v, "room-list-new")
	p.must(d.Act(ctx, vendor, id, 0, cvd.AnswerInvitation{Who: cvd.OrgParticipant(vendor.Org), Yes: true, Terms: 1}))
	p.must(d.Nominate(ctx, vendor, id, talk.Nomination{Kind: talk.Colleague, Name: "Cleo", Mail: "cleo@elsewhere.example"}))
	p.must(d.Nominate(ctx, vendor, id, talk.Nomination{Kind: talk.FurtherVendor, Name: "Maker 1", Reason: "They build the same module under their own name."}))
	v.Open(p.at("/room/" + string(id)))
	s.clock.Move(2 * time.Hour)
	own, err := d.OwnThread(ctx, officer, id, vendor.Org)
	p.must(err)
	p.must(d.PostMessage(ctx, officer, own.ID, "Which firmware carries the key?", nil))
	v.Open(p.at("/room"))
	inBoth(v, "room-list-message")
	v.Open(p.at("/room/" + string(id)))
	inBoth(v, "room-news")

	p.signIn(ann, "ann")
	ann.Open(p.at("/desk/cases/" + string(id)))
	inBoth(ann, "room-case-nominations")
	ann.Open(p.at("/desk/cases/" + string(id) + "/invite"))
	inBoth(ann, "room-invite-many")
	p.press(ann, "web.round.plan")
	inBoth(ann, "room-round-draft")
	put(ann, "reason", "Everybody ships it.")
	p.press(ann, "web.round.hold")
	inBoth(ann, "room-round-held")
	ann.Open(p.at("/desk/cases/" + string(id)))
	s.clock.Move(cvd.RoundHold)
	p.runDue()
	ann.Open(p.at("/desk/cases"))
	inBoth(ann, "room-cases-new")
}
