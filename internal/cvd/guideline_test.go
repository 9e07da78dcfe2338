package cvd

import (
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/words"
)

func TestNorm6_FindersGuidelineShorterTermHoldsAtOnce(t *testing.T) {
	c := do(t, open(t), officer, hours(1), RecordGuideline{Who: idF, Text: "https://lab.example/policy", Days: 30})
	if c.Embargo.Open.Term != 30*day {
		t.Errorf("on the table are %s", c.Embargo.Open.Term)
	}
	c = do(t, c, officer, hours(2), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	if !c.Embargo.Until.Equal(hours(2).Add(30 * day)) {
		t.Errorf("it holds until %s", c.Embargo.Until)
	}
}

func TestNorm6_FindersGuidelineCountsFromItsOwnDay(t *testing.T) {
	received := start.Add(-10 * day)
	c := do(t, open(t), officer, hours(1), RecordGuideline{Who: idF, Text: "40 days after the report", Days: 40, From: FromReceipt, On: received})
	c = do(t, c, officer, hours(2), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	if !c.Embargo.Until.Equal(received.Add(40 * day)) {
		t.Errorf("it holds until %s, want 40 days after the report", c.Embargo.Until)
	}
}

func TestNorm6_FindersGuidelineWhileAnEmbargoHolds(t *testing.T) {
	c := signed(t)
	shorter := do(t, c, officer, hours(5), RecordGuideline{Who: idF, Text: "30 days", Days: 30})
	if e := shorter.Embargo; e.State != EMActive || !e.Until.Equal(c.FirstAttempt.Add(30*day)) || e.Terms != 2 {
		t.Errorf("a shorter term leads to %+v", e)
	}
	if p := shorter.Party(idA); p.PEC != PECSignatory || p.Terms != 2 {
		t.Errorf("an earlier end is within vendor A's promise, but it is %s of %d", p.PEC, p.Terms)
	}
	longer := do(t, c, officer, hours(5), RecordGuideline{Who: idF, Text: "90 days", Days: 90})
	if e := longer.Embargo; e.State != EMRevise || e.Open.By != idF || !e.Open.Until.Equal(c.FirstAttempt.Add(90*day)) || !e.Until.Equal(c.Embargo.Until) {
		t.Errorf("a longer wish leads to %+v", e)
	}
	if longer.Embargo.Open.Reason != "" {
		t.Error("the guideline's words, which may name the finder, stand in the proposal")
	}

	asked := do(t, c, vendorA, hours(5), ProposeEmbargo{Until: hours(24 * 60), Reason: "tests"})
	both := do(t, asked, officer, hours(6), RecordGuideline{Who: idF, Text: "30 days", Days: 30})
	if e := both.Embargo; e.State != EMRevise || e.Open.By != idA || e.Open.Reason != "tests" || !e.Until.Equal(c.FirstAttempt.Add(30*day)) {
		t.Errorf("with a proposal open, a shorter term leads to %+v", e)
	}
	if same := do(t, asked, officer, hours(6), RecordGuideline{Who: idF, Text: "90 days", Days: 90}); same.Embargo.Open.By != idA {
		t.Error("a longer wish took another's proposal off the table")
	}
}

func TestGuideline_IsRecordedEvenWhereNothingFollows(t *testing.T) {
	none := do(t, Case{}, officer, start, OpenCase{ID: "2", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}})
	c := do(t, none, officer, hours(1), RecordGuideline{Who: idF, Text: "responsible disclosure, no term"})
	c = do(t, c, officer, hours(2), RecordGuideline{Who: idF, Text: "90 days", Days: 90})
	if len(c.Guidelines) != 1 || c.Guidelines[0].Days != 90 || c.Embargo.State != EMNone {
		t.Errorf("kept are %+v", c.Guidelines)
	}
	refuse(t, c, officer, hours(3), RecordGuideline{Who: idF}, fault.Invalid)
	refuse(t, c, officer, hours(3), RecordGuideline{Who: Centre, Text: "x"}, fault.Invalid)
	refuse(t, c, officer, hours(3), RecordGuideline{Who: idF, Text: "x", Days: 30, From: FromDay}, fault.Invalid)
	refuse(t, c, finder, hours(3), RecordGuideline{Who: idF, Text: "x"}, fault.NotAllowed)
	if end := c.Guidelines[0].End(&c); !end.Equal(time.Time{}) {
		t.Errorf("before anybody was contacted it ends %s", end)
	}
}
