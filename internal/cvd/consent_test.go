package cvd

import (
	"testing"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// without is a case without an embargo in which vendor A has the content.
func without(t testing.TB) Case {
	t.Helper()
	c := do(t, Case{}, officer, start, OpenCase{ID: "2", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}})
	return do(t, c, officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
}

func TestConsent_NobodySignsBySilence(t *testing.T) {
	c := do(t, without(t), officer, hours(2), ProposeEmbargo{Until: hours(500)})
	if v, _ := c.SeenBy(vendorA); v.Open || v.Embargo.Open == nil {
		t.Errorf("a vendor that had the content reads on (%v), and sees the proposal: %v", v.Open, v.Embargo.Open != nil)
	}
	c = do(t, c, finder, hours(3), AnswerEmbargo{Who: idF, Yes: true}) // it begins
	if p := c.Party(idA); p.PEC != PECInvited || p.AnswerBy.IsZero() || c.Opens(p) {
		t.Errorf("a vendor that was never asked is %s, answers by %s, reads: %v", p.PEC, p.AnswerBy, c.Opens(p))
	}
	c = do(t, c, vendorA, hours(4), AnswerInvitation{Who: idA, Yes: true, Terms: 1})
	if !c.Opens(c.Party(idA)) {
		t.Error("the vendor signed and cannot read")
	}
}

func TestConsent_WhoHadTheContentAnswersTheFirstProposal(t *testing.T) {
	c := do(t, without(t), officer, hours(2), ProposeEmbargo{Until: hours(500)})
	c = do(t, c, vendorA, hours(3), AnswerEmbargo{Who: idA, Yes: true})
	if p := c.Party(idA); p.PEC != PECSignatory || !c.Opens(p) {
		t.Errorf("who said yes is %s", p.PEC)
	}
	if p := c.Party(idF); p.PEC != PECInvited {
		t.Errorf("the finder, who was not heard, is %s", p.PEC)
	}
}

func TestConsent_AFinderThatKeepsNoEmbargoSignsNone(t *testing.T) {
	c := do(t, signed(t), officer, hours(5), ShowParty{Who: idA, Shown: true})
	c = do(t, c, officer, hours(6), AddReport{Report: "NKR-2", Free: true})
	v, err := c.SeenBy(party.FinderActor("NKR-2"))
	if err != nil || v.Open || len(v.Parties) > 0 || v.My.PEC != PECDeclined {
		t.Errorf("it sees %+v, %v", v, err)
	}
	proposed := do(t, open(t), officer, hours(1), AddReport{Report: "NKR-2", Free: true})
	proposed = do(t, proposed, officer, hours(2), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	if p := proposed.Party(FinderParticipant("NKR-2")); p.PEC != PECInvited {
		t.Errorf("when the embargo begins it is %s", p.PEC)
	}
}

func TestInvite_AgainAfterLapseDeclineAndLeaving(t *testing.T) {
	lapsed := do(t, signed(t), officer, hours(5), ProposeEmbargo{Until: hours(2000)})
	lapsed = do(t, lapsed, officer, hours(6), DecideEmbargo{Yes: true})
	silent := do(t, lapsed, party.ClockActor(), lapsed.Party(idA).AnswerBy, LapseConsent{Who: idA})
	for name, c := range map[string]Case{
		"lapsed": lapsed, "silent": silent,
		"left":             do(t, signed(t), vendorA, hours(5), LeaveCase{Who: idA}),
		"left, not signed": do(t, lapsed, vendorA, hours(7), LeaveCase{Who: idA}),
	} {
		now := hours(1000)
		c = do(t, c, officer, now, InviteVendor{Org: "A", How: "mail", Agreement: paper})
		p := c.Party(idA)
		if p.PEC != PECInvited || c.Opens(p) || !p.Left.IsZero() || !p.AnswerBy.Equal(now.Add(7*day)) {
			t.Errorf("%s: invited again it is %+v, reads %v", name, p, c.Opens(p))
		}
		// The old deadline has lost its point.
		refuse(t, c, party.ClockActor(), now.Add(6*day), LapseConsent{Who: idA}, fault.NotNow)
		c = do(t, c, vendorA, now.Add(day), AnswerInvitation{Who: idA, Yes: true, Terms: c.Embargo.Terms})
		if !c.Opens(c.Party(idA)) {
			t.Errorf("%s: it signed and cannot read", name)
		}
	}
	refuse(t, signed(t), officer, hours(9), InviteVendor{Org: "A", How: "mail", Agreement: paper}, fault.NotNow)
}

func TestLeave_NothingMoreIsAskedOfWhoLeft(t *testing.T) {
	c := do(t, open(t), officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	c = do(t, c, vendorA, hours(2), LeaveCase{Who: idA})
	if p := c.Party(idA); p.PEC != PECDeclined || !p.AnswerBy.IsZero() {
		t.Errorf("who left while invited is %s and answers by %s", p.PEC, p.AnswerBy)
	}
	refuse(t, c, vendorA, hours(3), AnswerInvitation{Who: idA, Yes: true, Terms: 1}, fault.NotNow)
	c = do(t, signed(t), vendorA, hours(5), LeaveCase{Who: idA})
	c = do(t, c, officer, hours(6), ProposeEmbargo{Until: hours(2000)})
	c = do(t, c, officer, hours(7), DecideEmbargo{Yes: true})
	if p := c.Party(idA); p.PEC != PECSignatory || p.Terms != 1 {
		t.Errorf("who left keeps the promise it gave; it is %s to terms %d", p.PEC, p.Terms)
	}
	gone := do(t, without(t), vendorA, hours(5), LeaveCase{Who: idA})
	refuse(t, gone, officer, hours(6), Deliver{Who: idA}, fault.NotNow)
}

func TestPlanned_IsTheEndOfTheFirstTerms(t *testing.T) {
	c := do(t, Case{}, officer, start, OpenCase{ID: "3", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}, Term: 45 * day, Wish: 10 * day})
	c = do(t, c, officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	if !c.Planned.Equal(c.Embargo.Until) {
		t.Errorf("everybody is told %s, the embargo ends %s", c.Planned, c.Embargo.Until)
	}
}

func TestSeenBy_WhoDoesNotReadLearnsNoCause(t *testing.T) {
	c := do(t, open(t), officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	c = do(t, c, officer, hours(2), RecordEvent{What: CSAttacks, Note: "seen"})
	v, err := c.SeenBy(vendorA)
	if err != nil || v.Embargo.Cause != "" || v.Embargo.State != EMExited {
		t.Errorf("an invited vendor sees %+v, %v", v.Embargo, err)
	}
}

func TestReport_WithdrawnByItsFinderOnly(t *testing.T) {
	r, _, err := NewReport("NKR-1", Submission{Kind: AboutProduct, Title: "t", Product: "p", Result: "r", Coordinator: CentreLeads}, Consents{}, "web", finder, start)
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range []party.Actor{officer, party.FinderActor("NKR-2"), vendorA} {
		if _, _, err := r.Do(WithdrawReport{}, by, hours(1)); fault.KindOf(err) != fault.NotAllowed {
			t.Errorf("%s: %v", by.Role, err)
		}
	}
	closed, out, err := r.Do(WithdrawReport{}, finder, hours(1))
	if err != nil || closed.State != RMClosed || closed.Why != WhyWithdrawn || len(out.Drop) == 0 {
		t.Errorf("withdrawn: %+v, jobs dropped %v, %v", closed, out.Drop, err)
	}
	accepted, _, _ := r.Do(JudgeReport{Judgement: Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}}, officer, hours(1))
	linked, _, err := accepted.Do(LinkCase{Case: "1"}, officer, hours(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := linked.Do(WithdrawReport{}, finder, hours(3)); fault.KindOf(err) != fault.NotNow {
		t.Errorf("once a case is open: %v", err)
	}
	if _, _, err := linked.Do(CloseReport{Why: "because"}, officer, hours(3)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown reason: %v", err)
	}
}
