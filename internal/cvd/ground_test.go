package cvd

import (
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/priority"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

// may says whether a case may close on a ground, with the fields that are missing.
func may(c Case, now time.Time, v CloseCase) (fields []string) {
	c = free(c)
	err := v.Check(&c, now)
	if f := fault.Of(err); f != nil {
		for _, p := range f.Problems {
			fields = append(fields, p.Field)
		}
	}
	return fields
}

// free is the case with its embargo ended, which closing asks for.
func free(c Case) Case {
	if c.UnderEmbargo() {
		c.Embargo.State = EMExited
	}
	return c
}

// affected is a case whose vendor A says that it is affected, and B that it is not.
func affected(t testing.TB) Case {
	c := signed(t)
	c = do(t, c, vendorA, hours(5), StateStatus{Who: idA, Vuln: "v1", Status: product.Affected})
	return do(t, c, vendorB, hours(5), StateStatus{Who: idB, Vuln: "v1", Status: product.NotAffected})
}

func TestGuideline_IV_3_1_7_AllUsersToldNeedsAllUsers(t *testing.T) {
	c := affected(t)
	close := CloseCase{Why: WhyAllTold, Proof: &Proof{Told: "The vendor has told all of its users."}}
	if got := may(c, hours(6), close); len(got) != 1 || got[0] != "why" {
		t.Errorf("without a word of the vendor: %v", got)
	}
	tell := TellUsers{Who: idA, Users: 200, Reached: 180, How: []string{"mail", "visit"}, Done: hours(300), Integrators: IntegratorsTold, Statement: "Each customer is visited."}
	for _, wrong := range []func(*TellUsers){
		func(v *TellUsers) { v.Users = 0 }, func(v *TellUsers) { v.Reached = 201 }, func(v *TellUsers) { v.How = nil }, func(v *TellUsers) { v.How = []string{"rumour"} },
		func(v *TellUsers) { v.Done = time.Time{} }, func(v *TellUsers) { v.Integrators = "" }, func(v *TellUsers) { v.Statement = " " }, func(v *TellUsers) { v.Reached = 200 },
	} {
		v := tell
		wrong(&v)
		refuse(t, c, vendorA, hours(6), v, fault.Invalid)
	}
	refuse(t, c, vendorA, hours(6), TellUsers{Who: idB}, fault.NotFound)
	c = do(t, c, vendorA, hours(6), tell)
	if got := may(c, hours(400), close); len(got) != 1 {
		t.Errorf("with 180 of 200: %v", got)
	}
	tell.Reached, tell.Done, tell.Integrators = 200, hours(390), IntegratorsOpen
	c = do(t, c, vendorA, hours(400), tell)
	if got := may(c, hours(400), close); len(got) != 1 {
		t.Errorf("with integrators open: %v", got)
	}
	tell.Integrators = IntegratorsNone
	c = do(t, c, officer, hours(401), tell)
	if got := may(c, hours(401), close); got != nil {
		t.Errorf("with all of 200: %v", got)
	}
	if got := may(c, hours(401), CloseCase{Why: WhyAllTold}); len(got) != 1 || got[0] != "told" {
		t.Errorf("without a word to the finder: %v", got)
	}
}

func TestGuideline_IV_3_1_7_ASilentVendorStandsAgainstAllTold(t *testing.T) {
	c := do(t, open(t), officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	c = do(t, c, officer, hours(2), InviteVendor{Org: "B", How: "mail", Agreement: paper})
	c = do(t, c, vendorA, hours(3), AnswerInvitation{Who: idA, Yes: true, Terms: 1})
	c = do(t, c, vendorA, hours(4), TellUsers{Who: idA, Users: 1, Reached: 1, How: []string{"phone"}, Done: hours(4), Integrators: IntegratorsNone, Statement: "Done."})
	if got := may(c, hours(5), CloseCase{Why: WhyAllTold, Proof: &Proof{Told: "x"}}); len(got) != 1 {
		t.Errorf("with vendor B silent: %v", got)
	}
}

func TestGuideline_IV_4_4_TheThreeFindingsOfAVendor(t *testing.T) {
	c := affected(t)
	refuse(t, c, vendorA, hours(6), ReportResult{Who: idA, Found: FoundNoEffect}, fault.Invalid)
	refuse(t, c, vendorA, hours(6), ReportResult{Who: idA, Found: "fine", Text: "x"}, fault.Invalid)
	for found, why := range map[Finding]CloseReason{FoundNotVuln: WhyNotVuln, FoundNoEffect: WhyNoEffect, FoundSmallEffect: WhySmallImpact} {
		v := CloseCase{Why: why, Proof: &Proof{Told: "x", Vendor: "A"}}
		if got := may(c, hours(6), v); len(got) == 0 {
			t.Errorf("%s closes on a report that vendor A never made", why)
		}
		n := do(t, c, vendorA, hours(6), ReportResult{Who: idA, Found: found, Text: "We tried."})
		if why == WhyNoEffect {
			if got := may(n, hours(7), v); len(got) != 1 {
				t.Errorf("no effect, and vendor A says it is affected: %v", got)
			}
			n = do(t, n, vendorA, hours(6), StateStatus{Who: idA, Vuln: "v1", Status: product.NotAffected})
		}
		if got := may(n, hours(7), v); got != nil {
			t.Errorf("%s: %v", why, got)
		}
	}
}

func TestGuideline_IV_3_1_7_EachGroundAsksItsEvidence(t *testing.T) {
	c := do(t, affected(t), officer, hours(6), PrioritiseCase{Matrix: priority.Sheet{Version: "2019", Answers: priority.Answers{"score": "low", "users": "few"}}})
	bare := affected(t)
	told := Proof{Told: "These are the reasons."}
	with := func(change func(*Proof)) *Proof {
		p := told
		change(&p)
		return &p
	}
	for _, x := range []struct {
		c  Case
		v  CloseCase
		ok bool
	}{
		{c, CloseCase{Why: WhyPublished}, false},
		{do(t, c, officer, hours(6), RecordEvent{What: CSPublic, Note: "seen"}), CloseCase{Why: WhyPublished}, true},
		{c, CloseCase{Why: WhyNotVuln}, false},
		{c, CloseCase{Why: WhyNotVuln, Proof: &told}, true},
		{c, CloseCase{Why: WhyOutOfScope, Proof: &told}, false},
		{c, CloseCase{Why: WhyOutOfScope, Proof: with(func(p *Proof) { p.Scope = "specification" })}, true},
		{bare, CloseCase{Why: WhySmallImpact, Proof: &told}, false},
		{c, CloseCase{Why: WhySmallImpact, Proof: &told}, true},
		{c, CloseCase{Why: WhyKnown, Proof: with(func(p *Proof) { p.Links = []string{"see the web"}; p.Since = start })}, false},
		{c, CloseCase{Why: WhyKnown, Proof: with(func(p *Proof) { p.Links = []string{"https://x.example/1"} })}, false},
		{c, CloseCase{Why: WhyKnown, Proof: with(func(p *Proof) { p.Links = []string{"https://x.example/1"}; p.Since = start })}, true},
		{c, CloseCase{Why: WhyDuplicate, Proof: &told}, false},
		{c, CloseCase{Why: WhyDuplicate, Proof: with(func(p *Proof) { p.Other = "NKD#11111111" })}, true},
		{c, CloseCase{Why: WhyWithdrawn, Proof: &told}, true},
		{c, CloseCase{Why: "tired", Proof: &told}, false},
	} {
		x.c = free(x.c)
		if err := x.v.Check(&x.c, hours(7)); (err == nil) != x.ok {
			t.Errorf("%s with %+v: %v", x.v.Why, x.v.Proof, err)
		}
	}
}

// ended is a case that is opened, contacted and ended at given hours.
func ended(t testing.TB, contact, end int, finish func(Case) Case) Case {
	c := do(t, Case{}, officer, start, OpenCase{ID: "1", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}, Accepted: start})
	c = do(t, c, officer, hours(contact), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	return finish(c)
}

func TestGuideline_Figure1_AllUsersToldIsEqualToPublication(t *testing.T) {
	closed := func(at int, why CloseReason) func(Case) Case {
		return func(c Case) Case { return do(t, c, officer, hours(at), CloseCase{Why: why}) }
	}
	published := func(at int) func(Case) Case {
		return func(c Case) Case {
			return do(t, c, officer, hours(at), Publish{Advisory: "1", Revision: 1, Dated: true})
		}
	}
	direct := func(told, at int) func(Case) Case {
		return func(c Case) Case {
			c = do(t, c, vendorA, hours(told), TellUsers{Who: idA, Users: 1, Reached: 1, How: []string{"mail"}, Done: hours(told), Integrators: IntegratorsNone, Statement: "x"})
			return do(t, c, officer, hours(at), CloseCase{Why: WhyAllTold})
		}
	}
	d := 24
	cases := []Case{
		ended(t, 10*d, 0, published(50*d)),             // 50 days after acceptance, 40 after the first attempt; December
		ended(t, d, 0, published(20*d)),                // both in time; November
		ended(t, d, 0, direct(44*d, 55*d)),             // told in time, closed later; December
		ended(t, d, 0, direct(70*d, 71*d)),             // neither; January
		ended(t, d, 0, closed(20*d, WhyNotVuln)),       // November
		ended(t, d, 0, closed(20*d, WhySmallImpact)),   // November
		ended(t, d, 0, func(c Case) Case { return c }), // handled
		ended(t, d, 0, closed(80*d, WhyDuplicate)),     // January
	}
	qs := Quarters(cases, tokyo)
	if len(qs) != 2 || qs[0].Year != 2027 || qs[0].N != 1 || qs[1].Year != 2026 || qs[1].N != 4 {
		t.Fatalf("the quarters are %+v", qs)
	}
	old := qs[1]
	if old.Ended[EndedPublished] != 2 || old.Ended[EndedDirect] != 1 || old.Ended[EndedNotVuln] != 1 || old.Ended[EndedSmallImpact] != 1 || old.All() != 5 || old.Disclosed() != 3 {
		t.Errorf("the fourth quarter of 2026: %+v", old.Ended)
	}
	if old.Accepted != (Share{2, 3}) || old.Guide != (Share{3, 3}) || old.Accepted.Percent() != 67 {
		t.Errorf("within 45 days of acceptance %+v, of the first attempt %+v", old.Accepted, old.Guide)
	}
	if young := qs[0]; young.Accepted != (Share{0, 1}) || young.Guide != (Share{0, 1}) || young.Ended[EndedOther] != 1 {
		t.Errorf("the first quarter of 2027: %+v", young)
	}
}

func TestStatistics_MadePublicByOthersIsNoPublicationOfOurs(t *testing.T) {
	c := ended(t, 1, 0, func(c Case) Case { return do(t, c, officer, hours(30), RecordEvent{What: CSPublic, Note: "seen"}) })
	if how, _ := c.Outcome(); how != EndedHandling {
		t.Errorf("leaked and open, it is %s", how)
	}
	c = do(t, c, officer, hours(40), Publish{Advisory: "1", Revision: 1, Dated: true})
	if how, at := c.Outcome(); how != EndedPublished || !at.Equal(hours(40)) {
		t.Errorf("published after a leak, it is %s at %s", how, at)
	}
	old := do(t, signed(t), officer, hours(40), Publish{Advisory: "1", Revision: 1}) // as journals had it before
	if how, at := old.Outcome(); how != EndedPublished || !at.Equal(hours(40)) || !old.Published.IsZero() {
		t.Errorf("published before its moment was kept, it is %s at %s", how, at)
	}
}

func TestStatistics_WebsitesRepairedWithin90Days(t *testing.T) {
	site := func(at int) Case {
		c := do(t, Case{}, officer, start, OpenCase{ID: "1", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}, Website: true})
		c = do(t, c, officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
		for _, v := range []Verb{StateReport{Who: idA, Do: RMValidate}, StateReport{Who: idA, Do: RMAccept}, StateFix{Who: idA, What: CSReady}} {
			c = do(t, c, vendorA, hours(at), v)
		}
		return do(t, c, officer, hours(at), CloseCase{Why: WhyAllTold})
	}
	qs := Quarters([]Case{site(24 * 30), site(24 * 58), site(24 * 100)}, time.UTC)
	if len(qs) != 2 || qs[0].Websites != (Share{0, 1}) || qs[1].Websites != (Share{2, 2}) {
		t.Errorf("repaired: %+v", qs)
	}
}
