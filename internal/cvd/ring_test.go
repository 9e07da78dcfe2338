package cvd

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/priority"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

var (
	operatorP  = party.OperatorActor("P", "p1")
	operatorP2 = party.OperatorActor("P", "p2")
	operatorQ  = party.OperatorActor("Q", "q1")
	idP        = OrgParticipant("P")
	idQ        = OrgParticipant("Q")
	ringText   = RingText{Reason: "SECRET-WHY", Impact: "SECRET-IMPACT", Sectors: []string{"jp/water"}, Advice: words.Text{EN: "Shut the port."}}
)

// asking opens for operators that have signed.
func asking(orgs ...party.OrgID) OpenRing {
	var v OpenRing
	for _, org := range orgs {
		v.Recipients = append(v.Recipients, Asked{org, &Agreement{ID: "e1", Scope: party.ScopeProvision, Until: at(9000)}})
	}
	return v
}

// at is a moment of the tests' time line, in hours from its start.
func at(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }

// remedied is the full case with vendor A's remedy, vendor B not in it yet.
func remedied(t testing.TB) Case { return full(t, nil) }

// proposed has a ring on the table; A has consented.
func proposed(t testing.TB) Case {
	c := do(t, remedied(t), officer, at(20), ProposeRing{ringText})
	return do(t, c, vendorA, at(21), ConsentRing{Who: idA, Yes: true, Round: 1})
}

// opened has been opened for P and Q; nobody has answered.
func opened(t testing.TB) Case {
	return do(t, proposed(t), officer, at(22), asking("P", "Q"))
}

func accepted(t testing.TB) Case {
	return do(t, opened(t), operatorP, at(23), AcceptDuties{Who: idP, Edition: DutiesEdition})
}

// refusedWith tries a verb and wants it refused with a sentence.
func refusedWith(t *testing.T, c Case, by party.Actor, v Verb, key string) {
	t.Helper()
	_, _, err := c.Do(v, by, at(30))
	if err == nil || !strings.Contains(err.Error(), key) {
		t.Errorf("%s by %s: %v, want %s", v.Verb(), by.Role, err, key)
	}
}

func TestGuideline_IV_4_8_ARingOpensOnlyIfAllHolds(t *testing.T) {
	open := asking("P")
	good := proposed(t)
	do(t, good, officer, at(30), open)
	for name, c := range map[string]struct {
		spoil func(Case) Case
		key   string
	}{
		"no judgement of the impact": {func(c Case) Case { c.Ring.Impact, c.Priority = "", nil; return c }, "fault.ring.impact"},
		"the matrix says it is small": {func(c Case) Case {
			c.Ring.Impact = ""
			c.Priority = &Priority{Matrix: priority.Judgement{Outcome: "normal"}}
			return c
		}, "fault.ring.impact"},
		"no remedy":                {func(c Case) Case { c.Remedies = nil; return c }, "fault.ring.remedy"},
		"a remedy that is none":    {func(c Case) Case { c.Remedies[0].Kind = product.NoFixPlan; return c }, "fault.ring.remedy"},
		"a vendor has not spoken":  {func(c Case) Case { c.Ring.Consents = nil; return c }, "fault.ring.consent"},
		"a vendor refuses":         {func(c Case) Case { c.Ring.Consents[0].Yes = false; return c }, "fault.ring.refused"},
		"no vendor":                {func(c Case) Case { c.Parties, c.Statuses = c.Parties[:2], nil; return c }, "fault.ring.no_vendor"},
		"public":                   {func(c Case) Case { c.Public = at(1); return c }, "fault.ring.public"},
		"nobody to receive":        {func(c Case) Case { return c }, "fault.ring.need_operator"},
		"an organisation of no id": {func(c Case) Case { return c }, "fault.ring.need_operator"},
	} {
		t.Run(name, func(t *testing.T) {
			v := open
			switch name {
			case "nobody to receive":
				v = OpenRing{}
			case "an organisation of no id":
				v = asking("")
			}
			refusedWith(t, c.spoil(good.clone()), officer, v, c.key)
		})
	}
	refusedWith(t, good, officer, asking("B"), "fault.ring.takes_part")
	refusedWith(t, good, vendorA, open, "fault.officer_only")
	for name, a := range map[string]*Agreement{"none": nil, "of another scope": paper, "ended": {ID: "e1", Scope: party.ScopeProvision, Ended: at(1)}} {
		if _, _, err := good.Do(OpenRing{Recipients: []Asked{{"P", a}}}, officer, at(30)); err == nil || !strings.Contains(err.Error(), "fault.ring.unsigned") {
			t.Errorf("an agreement that is %s: %v", name, err)
		}
	}
	matrix := good.clone()
	matrix.Ring.Impact, matrix.Priority = "", &Priority{Matrix: priority.Judgement{Outcome: priority.Priority}}
	do(t, matrix, officer, at(30), open)
	ready := good.clone()
	ready.Remedies = nil
	ready.Party(idA).Ready = at(1)
	do(t, ready, officer, at(30), open)
}

func TestGuideline_IV_4_8_WhoseConsentIsNeeded(t *testing.T) {
	c := remedied(t)
	b := c.Party(idB)
	if !c.ConcernedByRing(c.Party(idA)) || c.ConcernedByRing(b) {
		t.Error("A offers a remedy and is concerned; B has not even read the case")
	}
	b.Sent = at(1)
	if !c.ConcernedByRing(b) {
		t.Error("B reads the case and has said nothing: it is concerned")
	}
	for name, free := range map[string]func(c *Case){
		"silent":       func(c *Case) { c.Party(idB).Silent = at(2) },
		"left":         func(c *Case) { c.Party(idB).Left = at(2) },
		"not affected": func(c *Case) { c.Statuses = append(c.Statuses, Status{Org: "B", Status: product.NotAffected}) },
	} {
		x := c.clone()
		free(&x)
		if x.ConcernedByRing(x.Party(idB)) {
			t.Errorf("%s: B is still concerned", name)
		}
		x.Statuses = append(x.Statuses, Status{Org: "B", Status: product.AffectedInvestigating})
		if !x.ConcernedByRing(x.Party(idB)) {
			t.Errorf("%s: B is affected and nobody asks it", name)
		}
	}
}

func TestConsentIsToOneProposal(t *testing.T) {
	c := do(t, remedied(t), officer, at(20), ProposeRing{ringText})
	refusedWith(t, c, vendorA, ConsentRing{Who: idA, Yes: true}, "fault.ring.changed")
	refusedWith(t, c, vendorA, ConsentRing{Who: idA, Round: 1}, "fault.ring.need_why")
	refusedWith(t, c, officer, ConsentRing{Who: idA, Yes: true, Round: 1}, "fault.ring.need_writing")
	refusedWith(t, c, vendorB, ConsentRing{Who: idB, Yes: true, Round: 1}, "fault.not_found")
	refusedWith(t, c, vendorB, ConsentRing{Who: idA, Yes: true, Round: 1}, "fault.not_found")
	c = do(t, c, officer, at(21), ConsentRing{Who: idA, Yes: true, Round: 1, How: "letter of Ms Kato", On: at(-10)})
	amended := ringText
	amended.Reason = "mended"
	if c = do(t, c, officer, at(22), AmendRing{amended}); len(c.Ring.Consents) != 1 || c.Ring.Edition != 1 {
		t.Error("another reason is no other proposal")
	}
	amended.Advice.EN = "Close the port."
	if c = do(t, c, officer, at(22), AmendRing{amended}); len(c.Ring.Consents) != 1 || c.Ring.Edition != 2 {
		t.Error("another advice is another edition of the same proposal")
	}
	amended.TLP = tlp.Amber
	wider := do(t, c, officer, at(22), AmendRing{amended})
	if len(wider.Ring.Consents) != 0 || wider.Ring.Round != 2 {
		t.Error("a consent to TLP:AMBER+STRICT is none to TLP:AMBER")
	}
	c = do(t, c, officer, at(23), asking("P"))
	refusedWith(t, c, officer, AmendRing{amended}, "fault.ring.tlp_open")
	refusedWith(t, c, vendorA, ConsentRing{Who: idA, Round: 1, Reason: "no"}, "fault.ring.not_asked")
	late := do(t, c, vendorB, at(24), AnswerInvitation{Who: idB, Yes: true, Terms: 1})
	refusedWith(t, late, vendorB, ConsentRing{Who: idB, Yes: true, Round: 1}, "fault.not_found")
	for field, spoil := range map[string]func(*RingText){
		"reason": func(x *RingText) { x.Reason = " " }, "advice": func(x *RingText) { x.Advice = words.Text{} },
		"tlp": func(x *RingText) { x.TLP = tlp.Green }, "sectors": func(x *RingText) { x.Sectors = []string{"jp/moon"} },
		"impact": func(x *RingText) { x.Impact = strings.Repeat("x", maxRingText+1) },
	} {
		bad := ringText
		spoil(&bad)
		_, _, err := remedied(t).Do(ProposeRing{bad}, officer, at(30))
		if f := fault.Of(err); f == nil || len(f.Problems) != 1 || f.Problems[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestDutiesBeforeContent(t *testing.T) {
	c := opened(t)
	for _, by := range []party.Actor{operatorP, operatorP2, operatorQ} {
		if _, err := c.ProvisionFor(by); fault.KindOf(err) != fault.NotNow {
			t.Errorf("%s reads before it has accepted: %v", by.Person, err)
		}
	}
	refusedWith(t, c, officer, AcceptDuties{Who: idP, Edition: DutiesEdition}, "fault.ring.themselves")
	refusedWith(t, c, operatorQ, AcceptDuties{Who: idP, Edition: DutiesEdition}, "fault.not_found")
	refusedWith(t, c, operatorP, AcceptDuties{Who: idP, Edition: "2020-1"}, "fault.ring.duties_changed")
	refusedWith(t, c, operatorP, RefuseDuties{Who: idP}, "fault.ring.need_why")
	refusedWith(t, c, operatorP, StateDeed{Who: idP, What: DeedRemedy}, "fault.ring.accept_first")
	c = do(t, c, operatorQ, at(23), RefuseDuties{Who: idQ, Reason: "our law forbids it"})
	if _, err := c.ProvisionFor(operatorQ); fault.KindOf(err) != fault.NotNow || c.Ring.Recipient("Q").Refusal == "" {
		t.Errorf("after its refusal Q reads, or the refusal is lost: %v", err)
	}
	c = do(t, c, operatorP, at(24), AcceptDuties{Who: idP, Edition: DutiesEdition})
	if _, err := c.ProvisionFor(operatorP); err != nil {
		t.Error(err)
	}
	if _, err := c.ProvisionFor(operatorP2); fault.KindOf(err) != fault.NotNow {
		t.Errorf("a colleague reads on another's promise: %v", err)
	}
	refusedWith(t, c, operatorP, AcceptDuties{Who: idP, Edition: DutiesEdition}, "fault.ring.accepted_already")
	c = do(t, c, operatorP2, at(25), AcceptDuties{Who: idP, Edition: DutiesEdition})
	if _, err := c.ProvisionFor(operatorP2); err != nil {
		t.Error(err)
	}
	c = do(t, c, operatorP, at(26), AdmitMembers{Who: idP, Members: []party.PersonID{"p1"}})
	if _, err := c.ProvisionFor(operatorP2); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a person who is not admitted: %v", err)
	}
	for _, v := range []Verb{InviteVendor{Org: "P", How: "mail"}, Deliver{Who: idP}, NoteAttempt{Who: idP, How: "mail"}, ShowParty{Who: idP, Shown: true}, TellDraft{Who: []ParticipantID{idP}}, LeaveCase{Who: idP}} {
		refusedWith(t, c, officer, v, "fault.ring.operator")
	}
}

func TestRecallAndEnd(t *testing.T) {
	c := do(t, accepted(t), operatorQ, at(24), AcceptDuties{Who: idQ, Edition: DutiesEdition})
	refusedWith(t, c, officer, RecallRing{Who: idP}, "fault.ring.need_why")
	one := do(t, c, officer, at(25), RecallRing{Who: idP, Reason: "wrong version"})
	if _, err := one.ProvisionFor(operatorP); fault.KindOf(err) != fault.NotNow {
		t.Errorf("P reads after the recall: %v", err)
	}
	if _, err := one.ProvisionFor(operatorQ); err != nil {
		t.Errorf("Q was not recalled: %v", err)
	}
	one = do(t, one, operatorP, at(26), ConfirmDestruction{Who: idP})
	refusedWith(t, one, operatorP, ConfirmDestruction{Who: idP}, "not_now")
	all := do(t, one, officer, at(27), RecallRing{Reason: "leaked"})
	if all.Ring.State != RingRecalled || all.Ring.Recipient("P").State != DutyDestroyed || all.Ring.Recipient("Q").State != DutyRecalled {
		t.Errorf("after the recall of all: %+v", all.Ring)
	}
	refusedWith(t, all, officer, AskOperator{asking("P").Recipients[0]}, "fault.ring.over")
	again := do(t, all, officer, at(28), ProposeRing{ringText})
	if v, _ := again.SeenBy(operatorQ); v.Early.State != RingClosed {
		t.Errorf("Q hears that another round is being prepared: %+v", v.Early)
	}
	public := do(t, c, officer, at(25), RecordEvent{What: CSPublic, Note: "seen"})
	if public.Ring.State != RingClosed {
		t.Errorf("public, and the ring is %s", public.Ring.State)
	}
	if _, err := public.ProvisionFor(operatorP); fault.KindOf(err) != fault.NotNow {
		t.Errorf("the content stays open when it is public: %v", err)
	}
	do(t, public, operatorP, at(26), StateDeed{Who: idP, What: DeedRemedy})
	refusedWith(t, public, officer, ProposeRing{ringText}, "fault.ring.public")
	closed := do(t, public, officer, at(26), CloseCase{Why: WhyPublished})
	do(t, closed, operatorP, at(27), StateDeed{Who: idP, What: DeedWorkaround, Note: "a filter"})
	quiet := do(t, c, officer, at(25), EndEmbargo{Reason: "agreed"})
	if _, err := quiet.ProvisionFor(operatorP); err != nil {
		t.Errorf("the end of the embargo alone closes the ring: %v", err)
	}
	ended := do(t, quiet, officer, at(26), CloseCase{Why: WhySmallImpact})
	if _, err := ended.ProvisionFor(operatorP); fault.KindOf(err) != fault.NotNow || ended.Ring.State != RingClosed {
		t.Errorf("the case is closed, and the ring is %s: %v", ended.Ring.State, err)
	}
	if unread := do(t, opened(t), officer, at(25), RecallRing{Reason: "a mistake"}); slices.Contains(unread.Verbs(operatorP), "confirm_destruction") {
		t.Error("who had nothing is to destroy it")
	}
}

func TestAnAgreementThatEndsClosesTheRing(t *testing.T) {
	c := do(t, accepted(t), party.ClockActor(), at(9000), LapseAgreement{Who: idP})
	if _, err := c.ProvisionFor(operatorP); fault.KindOf(err) != fault.NotNow || !strings.Contains(err.Error(), "fault.ring.ended") {
		t.Errorf("P reads without an agreement: %v", err)
	}
	if v, _ := c.SeenBy(operatorP); v.Early.Duty.Reads || !v.Early.Duty.Unsigned {
		t.Errorf("P is told %+v", v.Early.Duty)
	}
	refusedWith(t, do(t, opened(t), officer, at(25), NoteRegistration{Who: idP}), operatorP, AcceptDuties{Who: idP, Edition: DutiesEdition}, "fault.ring.ended")
	c = do(t, c, officer, at(9001), NoteRegistration{Who: idP, Agreement: &Agreement{ID: "e2", Scope: party.ScopeProvision}})
	if _, err := c.ProvisionFor(operatorP); err != nil {
		t.Errorf("renewed: %v", err)
	}
}

func TestClockReminds(t *testing.T) {
	c, out, err := proposed(t).Do(asking("P"), officer, at(22))
	remind := func(j journal.Job) bool { return j.Kind == JobOperatorRemind && j.At.Equal(at(22).Add(dutiesTerm)) }
	if err != nil || !slices.ContainsFunc(out.Jobs, remind) {
		t.Fatalf("%v, %+v", err, out.Jobs)
	}
	refusedWith(t, c, party.ClockActor(), RemindOperator{Who: idP}, "fault.embargo.not_yet")
	refusedWith(t, c, operatorP, RemindOperator{Who: idP}, "fault.clock_only")
	for n := range mostRemind {
		c, out, err = c.Do(RemindOperator{Who: idP}, party.ClockActor(), c.Ring.Recipient("P").Remind)
		if err != nil || (len(out.Jobs) == 1) != (n < mostRemind-1) {
			t.Fatalf("reminder %d: %v, %d jobs", n, err, len(out.Jobs))
		}
	}
	if c.Ring.Recipient("P").AnswerDue().IsZero() {
		t.Error("the clock has stopped, and nobody is told that an answer is missing")
	}
	c = do(t, c, operatorP, at(500), AcceptDuties{Who: idP, Edition: DutiesEdition})
	if due := c.Ring.Recipient("P").Remind; !due.Equal(at(500).Add(deedTerm)) {
		t.Errorf("what it did is asked at %s", due)
	}
	c, out, err = c.Do(StateDeed{Who: idP, What: DeedCannot, Note: "the vendor's tool fails", On: at(510)}, operatorP, at(501))
	if err != nil || len(out.Drop) != 1 || !c.Ring.Recipient("P").AnswerDue().IsZero() {
		t.Errorf("after its answer: %v, %+v", err, out)
	}
	refusedWith(t, c, operatorP, StateDeed{Who: idP, What: DeedOther}, "fault.ring.deed_note")
	refusedWith(t, c, operatorP, StateDeed{Who: idP, What: "nothing"}, "fault.ring.deed")
}

// ringActs is everything that matters to the two machines with two operators.
func ringActs(c Case) []act {
	round := 0
	if c.Ring != nil {
		round = c.Ring.Round
	}
	as := []act{
		{officer, ProposeRing{ringText}}, {officer, AmendRing{ringText}}, {officer, WithdrawRing{Reason: "no"}},
		{vendorA, ConsentRing{Who: idA, Yes: true, Round: round}}, {vendorA, ConsentRing{Who: idA, Reason: "no", Round: round}},
		{officer, asking("P", "Q")}, {officer, RecallRing{Reason: "no"}}, {officer, RecordEvent{What: CSPublic, Note: "x"}},
	}
	for _, by := range []party.Actor{operatorP, operatorQ} {
		id := OrgParticipant(by.Org)
		as = append(as, act{officer, AskOperator{asking(by.Org).Recipients[0]}}, act{by, AcceptDuties{Who: id, Edition: DutiesEdition}}, act{by, RefuseDuties{Who: id, Reason: "no"}},
			act{officer, RecallRing{Who: id, Reason: "no"}}, act{by, ConfirmDestruction{Who: id}}, act{by, StateDeed{Who: id, What: DeedRemedy}})
	}
	return as
}

func ringShape(c Case) string {
	if c.Ring == nil {
		return "-"
	}
	s := fmt.Sprintf("%s public=%v opened=%v", c.Ring.State, !c.Public.IsZero(), !c.Ring.Opened.IsZero())
	for _, k := range c.Ring.Consents {
		s += fmt.Sprintf(" %s=%v", k.Org, k.Yes)
	}
	for _, x := range c.Ring.Recipients {
		s += fmt.Sprintf(" | %s %s took=%d deeds=%v", x.Org, x.State, len(x.Accepted), len(x.Deeds) > 0)
	}
	return s
}

// TestRingWalk_EveryReachableState visits every state of a ring with one vendor
// and two operators. In each it holds: no content without consent, duties and an
// open ring; every row of both tables is met; verbs offered are accepted; the
// events lead to the same case again.
func TestRingWalk_EveryReachableState(t *testing.T) {
	type node struct {
		c      Case
		events []journal.Event
	}
	first := remedied(t)
	queue, seen := []node{{c: first}}, map[string]bool{ringShape(first): true}
	rows := map[string]bool{}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, a := range ringActs(n.c) {
			name := a.v.Verb()
			next, out, err := n.c.Do(a.v, a.by, at(30))
			offered := slices.Contains(n.c.Verbs(a.by), name)
			if offered != (err == nil) && name != "record_event" && name != "ask_operator" && name != "recall_ring" {
				t.Errorf("%s by %s: offered %v, but %v; in %s", name, a.by.Org, offered, err, ringShape(n.c))
			}
			if err != nil {
				continue
			}
			_, steps, err := DecodeVerb(name, out.Events[0].Data)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range steps {
				rows[s.Machine+" "+s.From+" "+s.Do] = true
			}
			ringInvariants(t, next, a)
			if s := ringShape(next); !seen[s] {
				seen[s] = true
				queue = append(queue, node{next, append(slices.Clone(n.events), out.Events...)})
			}
			if t.Failed() {
				return
			}
		}
		again := first
		for _, e := range n.events {
			v, _, err := DecodeVerb(e.Verb, e.Data)
			if err != nil {
				t.Fatal(err)
			}
			again = do(t, again, e.By, e.At, v)
		}
		if a, b := mustJSON(t, n.c), mustJSON(t, again); a != b {
			t.Fatalf("replayed it differs:\n%s\n%s", a, b)
		}
	}
	for _, r := range EarlyProvision.Rows {
		if !rows["ring "+string(r.From)+" "+string(r.Do)] {
			t.Errorf("ring: nobody gets along %s -%s->", r.From, r.Do)
		}
	}
	for _, r := range OperatorDuties.Rows {
		if !rows["duties "+string(r.From)+" "+string(r.Do)] {
			t.Errorf("duties: nobody gets along %s -%s->", r.From, r.Do)
		}
	}
	t.Logf("%d states", len(seen))
}

func mustJSON(t *testing.T, c Case) string {
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func ringInvariants(t *testing.T, c Case, a act) {
	t.Helper()
	for _, by := range []party.Actor{operatorP, operatorQ} {
		x := c.Ring.Recipient(by.Org)
		_, err := c.ProvisionFor(by)
		reads := err == nil
		if want := x != nil && c.Ring.State == RingOpen && c.Public.IsZero() && x.State == DutyAccepted && len(c.RingLacks()) == 0; reads != want {
			t.Errorf("after %s: %s reads %v, want %v; %s", a.v.Verb(), by.Org, reads, want, ringShape(c))
		}
		if p := c.Party(OrgParticipant(by.Org)); p != nil && c.Opens(p) {
			t.Errorf("after %s: the case itself opens to %s", a.v.Verb(), by.Org)
		}
	}
	if c.Ring.In(RingOpen) && !c.Public.IsZero() {
		t.Errorf("after %s: open although public", a.v.Verb())
	}
}

func TestLeakRisk_CERTGuide(t *testing.T) {
	for n, want := range map[int]float64{0: 0, 10: 0.00996, 100: 0.0952, 1000: 0.6323} {
		if got := LeakRisk(n); math.Abs(got-want) > 0.0001 {
			t.Errorf("%d parties: %f, want %f", n, got, want)
		}
	}
}
