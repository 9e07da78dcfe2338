package cvd

import (
	"slices"
	"testing"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// An operator that had nothing does not hear that the case ended: neither from
// its buttons nor from what is refused.
func TestSecrecy_AnOperatorThatHadNothingDoesNotHearOfTheEnd(t *testing.T) {
	c := opened(t)
	open, err := c.SeenBy(operatorQ)
	if err != nil {
		t.Fatal(err)
	}
	c.Closed, c.Why = at(30), WhyDuplicate
	c.Ring = c.Ring.clone()
	c.Ring.State, c.Ring.Ended = RingClosed, at(30)
	closed, err := c.SeenBy(operatorQ)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(open.Verbs, "set_number") != slices.Contains(closed.Verbs, "set_number") || !closed.Closed.IsZero() {
		t.Errorf("its buttons tell: %v, then %v", open.Verbs, closed.Verbs)
	}
	do(t, c, operatorQ, at(31), SetNumber{Who: idQ, Number: "Q-1"})
	do(t, c, operatorQ, at(31), RefuseDuties{Who: idQ, Reason: "no"})
	refusedWith(t, c, operatorQ, AcceptDuties{Who: idQ, Edition: DutiesEdition}, "fault.ring.over")
	refusedWith(t, c, vendorA, SetNumber{Who: idA, Number: "A-1"}, "fault.case.closed")
}

func TestSecrecy_WhoLeftIsNotToldThatOperatorsWereAdvised(t *testing.T) {
	c := do(t, proposed(t), vendorA, at(22), LeaveCase{Who: idA})
	c.Ring = c.Ring.clone()
	c.Ring.State, c.Ring.Opened = RingOpen, at(23) // whatever else the opening wants
	if v, err := c.SeenBy(vendorA); err != nil || v.Early != nil {
		t.Errorf("a vendor that left is told %+v, %v", v.Early, err)
	}
	c = do(t, opened(t), vendorA, at(23), LeaveCase{Who: idA})
	if v, err := c.SeenBy(vendorA); err != nil || v.Early == nil || v.Early.Opened.IsZero() {
		t.Errorf("what it was told before it left: %+v, %v", v.Early, err)
	}
}

// Whether attacks were seen, and under which rules the case is, is content.
func TestSecrecy_NotificationsTellNothingBeforeTheTermsAreSigned(t *testing.T) {
	v := NoteNotified{Who: idB, Stage: StageWarning, At: at(8)}
	for _, c := range map[string]Case{
		"no rules":      do(t, full(t, nil), officer, at(7), ApplyRules{Reason: "not sold in the EU"}),
		"under the CRA": full(t, nil),
	} {
		refusedWith(t, c, vendorB, v, "fault.case.answer_first")
		refusedWith(t, c, finder, NoteNotified{Who: FinderParticipant("NKR-1"), Stage: StageWarning, At: at(8)}, "fault.case.answer_first")
	}
	if _, _, err := full(t, nil).Do(v, party.VendorActor("C", "c1"), at(9)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a stranger: %v", err)
	}
}

// The draft tells of a whole case: to who reads a part of it, there is none.
func TestSecrecy_NoDraftForWhoReadsAPart(t *testing.T) {
	c := full(t, nil)
	p := c.Party(idA)
	p.Draft, p.Apart = at(8), []Apart{{Part: "m01234567"}}
	if v, err := c.SeenBy(vendorA); err != nil || !v.My.Draft.IsZero() {
		t.Errorf("it sees that there is a draft, %v", err)
	}
}
