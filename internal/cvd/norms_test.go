package cvd

import (
	"slices"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

// The embargo norms of Vultron's process model (EM chapter), one test each,
// named by the number of the list in the project's reference: 2.8.1 to 2.8.13.

func hours(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }

// signed is a case under an embargo that vendors A and B have signed.
func signed(t testing.TB) Case {
	c := open(t)
	c = do(t, c, officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	c = do(t, c, officer, hours(2), InviteVendor{Org: "B", How: "mail", Agreement: paper})
	c = do(t, c, vendorA, hours(3), AnswerInvitation{Who: idA, Yes: true, Terms: 1})
	return do(t, c, vendorB, hours(4), AnswerInvitation{Who: idB, Yes: true, Terms: 1})
}

func refuse(t testing.TB, c Case, by party.Actor, now time.Time, v Verb, kind fault.Kind) {
	t.Helper()
	if _, _, err := c.Do(v, by, now); fault.KindOf(err) != kind {
		t.Errorf("%s by %s: %v, want %s", v.Verb(), by.Role, err, kind)
	}
}

func TestNorm1_LeavingIsAllowedAndIsNotEnding(t *testing.T) {
	c := do(t, signed(t), vendorA, hours(5), LeaveCase{Who: idA})
	if !c.UnderEmbargo() {
		t.Error("the embargo ended because one party left")
	}
	if p := c.Party(idA); p.PEC != PECSignatory || c.Opens(p) {
		t.Errorf("who left has consent %s and reads on: %v", p.PEC, c.Opens(p))
	}
	if !c.Opens(c.Party(idB)) {
		t.Error("who stayed no longer reads")
	}
}

func TestNorm2_ExactEndBeginsAtAcceptanceNotForEver(t *testing.T) {
	c := open(t)
	if c.UnderEmbargo() || !c.Embargo.Until.IsZero() {
		t.Error("an embargo holds before anybody was asked")
	}
	c = do(t, c, officer, hours(30), InviteVendor{Org: "A", How: "phone", Agreement: paper})
	if want := hours(30).Add(45 * day); !c.Embargo.Until.Equal(want) || !c.Embargo.Since.Equal(hours(30)) {
		t.Errorf("it holds from %s until %s, want until %s", c.Embargo.Since, c.Embargo.Until, want)
	}
	refuse(t, c, officer, hours(31), ProposeEmbargo{Until: hours(31).Add(400 * day)}, fault.Invalid)
	refuse(t, c, officer, hours(31), ProposeEmbargo{Until: hours(1)}, fault.Invalid)
}

func TestNorm3_NoneOncePublicExploitedAttackedOrDeployed(t *testing.T) {
	for _, what := range []CSVerb{CSPublic, CSExploit, CSAttacks} {
		c := do(t, open(t), officer, hours(1), RecordEvent{What: what, Note: "seen"})
		if c.Embargo.State != EMNone {
			t.Errorf("after %s an embargo is still %s", what, c.Embargo.State)
		}
		refuse(t, c, officer, hours(2), ProposeEmbargo{Until: hours(100)}, fault.NotNow)
	}
	without := do(t, Case{}, officer, start, OpenCase{ID: "2", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}})
	c := do(t, without, officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	for _, v := range []Verb{StateReport{Who: idA, Do: RMValidate}, StateReport{Who: idA, Do: RMAccept}, StateFix{Who: idA, What: CSReady}} {
		c = do(t, c, vendorA, hours(2), v)
	}
	do(t, c, officer, hours(3), ProposeEmbargo{Until: hours(100)}) // VFdpxa: MAY, briefly
	c = do(t, c, vendorA, hours(4), StateFix{Who: idA, What: CSDeployed})
	refuse(t, c, officer, hours(5), ProposeEmbargo{Until: hours(100)}, fault.NotNow) // VFDpxa: SHOULD NOT
}

func TestNorm4_EndsAtOnceOnLeakExploitAndAttacks(t *testing.T) {
	for what, cause := range map[CSVerb]EndCause{CSPublic: EndPublic, CSExploit: EndExploit, CSAttacks: EndAttacks} {
		c := do(t, signed(t), officer, hours(240), RecordEvent{What: what, Note: "seen"})
		if c.Embargo.State != EMExited || c.Embargo.Cause != cause || !c.Embargo.Ended.Equal(hours(240)) {
			t.Errorf("after %s: %+v", what, c.Embargo)
		}
		for _, p := range c.Parties {
			if p.PEC != PECNone {
				t.Errorf("after %s %s is still %s", what, p.ID, p.PEC)
			}
		}
	}
}

func TestNorm5_TheEndIsNoDutyToPublish(t *testing.T) {
	c := signed(t)
	c = do(t, c, party.ClockActor(), c.Embargo.Until, EndEmbargo{})
	if !c.Public.IsZero() || c.Embargo.Cause != EndTerm {
		t.Errorf("public since %s, cause %s", c.Public, c.Embargo.Cause)
	}
}

func TestNorm6_ShortestTermWinsALongerWishBecomesAProposal(t *testing.T) {
	opened := func(wish int) Case {
		c := do(t, Case{}, officer, start, OpenCase{ID: "3", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}, Term: 45 * day, Wish: time.Duration(wish) * day})
		return do(t, c, officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	}
	if c := opened(14); !c.Embargo.Until.Equal(hours(1).Add(14*day)) || c.Embargo.Open != nil {
		t.Errorf("a shorter wish: until %s, open %v", c.Embargo.Until, c.Embargo.Open)
	}
	c := opened(90)
	if !c.Embargo.Until.Equal(hours(1).Add(45*day)) || c.Embargo.State != EMRevise || !c.Embargo.Open.Until.Equal(hours(1).Add(90*day)) || c.Embargo.Open.By != idF {
		t.Errorf("a longer wish: %+v, open %+v", c.Embargo, c.Embargo.Open)
	}
	if c := opened(0); c.Embargo.Open != nil || c.Embargo.State != EMActive {
		t.Errorf("no wish: %+v", c.Embargo)
	}
}

func TestNorm7_AReportIntoAnOpenProposalAccepts(t *testing.T) {
	c := do(t, signed(t), officer, hours(9), AddReport{Report: "NKR-2"})
	if p := c.Party(FinderParticipant("NKR-2")); p.PEC != PECSignatory {
		t.Errorf("the second finder is %s", p.PEC)
	}
}

func TestNorm8_SilenceIsRejection(t *testing.T) {
	c := do(t, open(t), officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	due := c.Party(idA).AnswerBy
	if want := hours(1).Add(7 * day); !due.Equal(want) {
		t.Errorf("answer by %s, want %s", due, want)
	}
	refuse(t, c, party.ClockActor(), due.Add(-time.Second), LapseConsent{Who: idA}, fault.NotNow)
	c = do(t, c, party.ClockActor(), due, LapseConsent{Who: idA})
	if c.Party(idA).PEC != PECDeclined {
		t.Errorf("after silence: %s", c.Party(idA).PEC)
	}
	c = do(t, c, officer, due.Add(time.Hour), InviteVendor{Org: "A", How: "phone", Agreement: paper}) // retry reasonably
	if c.Party(idA).PEC != PECInvited || len(c.Party(idA).Attempts) != 2 {
		t.Errorf("invited again: %+v", c.Party(idA))
	}
}

func TestNorm9_TermsBeforeContentThenAcceptAndPropose(t *testing.T) {
	c := do(t, open(t), officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	v, err := c.SeenBy(vendorA)
	if err != nil || v.Open || v.Embargo.Until.IsZero() || v.Title.EN != "" {
		t.Errorf("before signing: %+v, %v", v, err)
	}
	refuse(t, c, vendorA, hours(2), ProposeEmbargo{Until: hours(2000)}, fault.NotNow)
	c = do(t, c, vendorA, hours(2), AnswerInvitation{Who: idA, Yes: true, Terms: 1})
	c = do(t, c, vendorA, hours(2), ProposeEmbargo{Until: hours(2000)})
	if c.Embargo.State != EMRevise || !c.Embargo.Until.Equal(hours(1).Add(45*day)) {
		t.Errorf("the old terms do not hold while new ones are open: %+v", c.Embargo)
	}
}

func TestNorm10_AnEarlierEndBindsALaterOneAsksAgain(t *testing.T) {
	c := do(t, signed(t), vendorA, hours(5), ProposeEmbargo{Until: hours(24 * 20)})
	c = do(t, c, officer, hours(6), DecideEmbargo{Yes: true})
	if c.Party(idB).PEC != PECSignatory || c.Party(idB).Terms != 2 {
		t.Errorf("an earlier end: B is %s under terms %d", c.Party(idB).PEC, c.Party(idB).Terms)
	}
	c = do(t, c, vendorA, hours(7), ProposeEmbargo{Until: hours(24 * 60)})
	c = do(t, c, officer, hours(8), DecideEmbargo{Yes: true})
	if c.Party(idB).PEC != PECLapsed || c.Opens(c.Party(idB)) || c.Party(idA).PEC != PECSignatory {
		t.Errorf("a later end: B is %s, A is %s", c.Party(idB).PEC, c.Party(idA).PEC)
	}
	refuse(t, c, vendorB, hours(9), AnswerInvitation{Who: idB, Yes: true, Terms: 2}, fault.Stale)
	c = do(t, c, vendorB, hours(9), AnswerInvitation{Who: idB, Yes: true, Terms: 3})
	if !c.Opens(c.Party(idB)) {
		t.Error("B signed the new terms and does not read")
	}
}

func TestNorm12_SeveralVendorsAndAnObserver(t *testing.T) {
	c := do(t, signed(t), officer, hours(9), InviteVendor{Org: "W", How: "mail", Agreement: paper, Role: party.Observer})
	w := party.Actor{Role: party.Observer, Org: "W", Person: "w"}
	c = do(t, c, w, hours(10), AnswerInvitation{Who: OrgParticipant("W"), Yes: true, Terms: 1})
	if p := c.Party(OrgParticipant("W")); !c.Opens(p) || !p.Aware.IsZero() {
		t.Errorf("the observer: open %v, aware %s", c.Opens(p), p.Aware)
	}
	refuse(t, c, w, hours(11), StateStatus{Who: OrgParticipant("W"), Vuln: "v1", Status: product.Affected}, fault.NotNow)
}

func TestNorm13_WhoStoppedKeepsThePromiseAndGetsNothingMore(t *testing.T) {
	c := do(t, signed(t), vendorA, hours(5), LeaveCase{Who: idA})
	refuse(t, c, vendorA, hours(6), StateStatus{Who: idA, Vuln: "v1", Status: product.Affected}, fault.NotNow)
	v, err := c.SeenBy(vendorA)
	if err != nil || v.Open || v.My.PEC != PECSignatory {
		t.Errorf("after leaving: open %v, own record %+v, %v", v.Open, v.My, err)
	}
}

func TestGuideline_IV_4_3_TheClockStartsAtTheFirstAttempt(t *testing.T) {
	c := do(t, open(t), officer, hours(48), InviteVendor{Org: "A", How: "fax", Agreement: paper})
	c = do(t, c, officer, hours(200), InviteVendor{Org: "B", How: "mail", Agreement: paper})
	if !c.FirstAttempt.Equal(hours(48)) || !c.Planned.Equal(hours(48).Add(45*day)) {
		t.Errorf("first attempt %s, planned %s", c.FirstAttempt, c.Planned)
	}
}

func TestISO29147_AcknowledgeWithin7Days(t *testing.T) {
	r, out, err := NewReport("NKR-1", Submission{Kind: AboutProduct, Product: "x", Title: "t", Result: "r", Coordinator: CentreLeads}, Consents{}, "web", finder, start)
	if err != nil || len(out.Jobs) != 1 || !out.Jobs[0].At.Equal(start.Add(7*day)) {
		t.Fatalf("%v, jobs %+v", err, out.Jobs)
	}
	r, out, err = r.Do(AcknowledgeReport{}, officer, hours(5))
	if err != nil || r.Receipted.Equal(r.Acknowledged) || !slices.Contains(out.Drop, journal.JobRef{Kind: JobAckDue, Key: "NKR-1"}) {
		t.Errorf("%v; the deadline stays: %+v", err, out)
	}
}

func TestGuideline_IV_3_1_2_AcceptanceNeedsAllFiveAndAReasonForNo(t *testing.T) {
	r, _, err := NewReport("NKR-1", Submission{Kind: AboutProduct, Product: "x", Title: "t", Result: "r", Coordinator: CentreLeads}, Consents{}, "web", finder, start)
	if err != nil {
		t.Fatal(err)
	}
	yes := Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}
	for name, no := range map[string]func(*Judgement){
		"complete": func(j *Judgement) { j.Complete = false }, "consistent": func(j *Judgement) { j.Consistent = false },
		"scope": func(j *Judgement) { j.InScope = false }, "vulnerability": func(j *Judgement) { j.Vulnerability = false }, "new": func(j *Judgement) { j.New = false },
	} {
		j := yes
		no(&j)
		if _, _, err := r.Do(JudgeReport{Judgement: j}, officer, hours(1)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s without a reason: %v", name, err)
		}
		j.Reason = "because"
		if q, _, err := r.Do(JudgeReport{Judgement: j}, officer, hours(1)); err != nil || q.State != RMInvalid {
			t.Errorf("%s with a reason: %s, %v", name, q.State, err)
		}
	}
	q, _, err := r.Do(JudgeReport{Judgement: yes}, officer, hours(1))
	if err != nil || q.State != RMValid || !q.Judged.Equal(hours(1)) {
		t.Errorf("all yes: %s at %s, %v", q.State, q.Judged, err)
	}
	if _, _, err := r.Do(JudgeReport{Judgement: yes}, vendorA, hours(1)); fault.KindOf(err) != fault.NotAllowed {
		t.Errorf("a vendor judges: %v", err)
	}
}

func TestPolicy_TheEditionInForceIsKept(t *testing.T) {
	if p := PolicyAt(time.Date(2026, 9, 30, 23, 0, 0, 0, time.UTC)); p.Edition != "partnership-2024" {
		t.Error(p.Edition)
	}
	if p := PolicyAt(start); p.Edition != "partnership-2026" || p.Term != 45*day {
		t.Errorf("%s, %s", p.Edition, p.Term)
	}
	if c := open(t); c.Policy != "partnership-2026" {
		t.Error(c.Policy)
	}
}
