package cvd

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// paperActs are what can be tried about the agreement of vendor A.
func paperActs(c Case, now time.Time) []act {
	p := c.Party(idA)
	if p == nil {
		return []act{
			{officer, InviteVendor{Org: "A", How: "mail"}},
			{officer, InviteVendor{Org: "A", How: "mail", Unsigned: "known for years"}},
			{officer, InviteVendor{Org: "A", How: "mail", Agreement: &Agreement{ID: "a1", Scope: party.ScopeGroup}}},
			{officer, InviteVendor{Org: "A", How: "mail", Agreement: &Agreement{ID: "a1", Scope: party.ScopeReports, Ended: start}}},
		}
	}
	as := []act{
		{officer, InviteVendor{Org: "A", How: "mail"}},
		{officer, NoteRegistration{Who: idA}},
		{officer, NoteRegistration{Who: idA, Agreement: &Agreement{ID: "a1", Scope: party.ScopeReports, Until: start.Add(5 * day)}}},
		{officer, AskOverride{Who: idA, Reason: "known for years"}},
		{officer, DecideOverride{Who: []ParticipantID{idA}, Yes: true}},
		{second, DecideOverride{Who: []ParticipantID{idA}, Yes: true}},
		{second, DecideOverride{Who: []ParticipantID{idA}}},
		{vendorA, DecideOverride{Who: []ParticipantID{idA}, Yes: true}},
		{vendorA, NoteRegistration{Who: idA, Agreement: paper}},
	}
	if until := p.agreedUntil(); !until.IsZero() {
		as = append(as, act{party.ClockActor(), LapseAgreement{Who: idA}})
	}
	return as
}

// TestNormPaper_NeverOpenWithoutAgreementOrOverride walks every state that a case
// of one vendor can reach with and without an agreement, and holds the invariants.
func TestNormPaper_NeverOpenWithoutAgreementOrOverride(t *testing.T) {
	with := open(t)
	without := do(t, Case{}, officer, start, OpenCase{ID: "1", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "no embargo wanted"}})
	paperShape := func(c Case) string {
		s := shape(c)
		if p := c.Party(idA); p != nil {
			s += fmt.Sprintf(" agreed=%v ended=%v asked=%v granted=%v waits=%v", p.Agreed(), p.Agreement != nil && !p.Agreed(), p.Override != nil, p.Overridden(), p.Waits)
		}
		return s
	}
	leave := map[string]bool{"state_fix": true, "state_status": true, "propose_embargo": true, "decide_embargo": true, "end_embargo": true}
	seen, open := map[string]bool{}, 0
	queue := []Case{with, without}
	for len(queue) > 0 {
		c := queue[0]
		queue = queue[1:]
		for _, a := range append(acts(c, start.Add(day)), paperActs(c, start.Add(day))...) {
			if leave[a.v.Verb()] && a.by.Role != party.Officer { // the other walk goes there
				continue
			}
			at := when(c, a)
			if _, lapse := a.v.(LapseAgreement); lapse {
				at = c.Party(idA).agreedUntil()
			}
			next, _, err := c.Do(a.v, a.by, at)
			if err != nil {
				continue
			}
			if invariants(t, c, next, a); t.Failed() {
				return
			}
			if s := paperShape(next); !seen[s] {
				seen[s] = true
				queue = append(queue, next)
				if p := next.Party(idA); p != nil && next.Opens(p) {
					open++
				}
			}
		}
	}
	const states, opened = 6621, 1002
	if len(seen) != states || open != opened {
		t.Errorf("reached %d states, %d of them open to the vendor; want %d and %d", len(seen), open, states, opened)
	}
}

// invited is a case under an embargo whose terms vendor A accepts without an agreement.
func invited(t testing.TB, v InviteVendor) Case {
	t.Helper()
	v.Org, v.How = "A", "mail"
	c := do(t, open(t), officer, hours(1), v)
	return do(t, c, vendorA, hours(2), AnswerInvitation{Who: idA, Yes: true, Terms: 1})
}

func TestNormPaper_ItMayAnswerAndReadsOnceTheAgreementIsSigned(t *testing.T) {
	c := invited(t, InviteVendor{})
	if p := c.Party(idA); p.PEC != PECSignatory || c.Opens(p) || !p.Waits || !p.Sent.IsZero() || !p.Aware.IsZero() {
		t.Fatalf("without an agreement it is %+v, reads %v", p, c.Opens(p))
	}
	if v, err := c.SeenBy(vendorA); err != nil || v.Open || v.Title.EN != "" {
		t.Errorf("it sees %+v, %v", v, err)
	}
	refuse(t, c, vendorA, hours(3), StateReport{Who: idA, Do: RMValidate}, fault.NotNow)
	for name, wrong := range map[string]*Agreement{
		"of another scope": {ID: "a1", Scope: party.ScopeProvision}, "ended": {ID: "a1", Scope: party.ScopeReports, Ended: hours(1)}, "without an id": {Scope: party.ScopeReports},
	} {
		if n := do(t, c, officer, hours(3), NoteRegistration{Who: idA, Agreement: wrong}); n.Opens(n.Party(idA)) {
			t.Errorf("an agreement %s opens the content", name)
		}
	}
	c = do(t, c, officer, hours(4), NoteRegistration{Who: idA, Agreement: paper})
	if p := c.Party(idA); !c.Opens(p) || p.Waits || !p.Sent.Equal(hours(4)) || !p.Aware.Equal(hours(4)) || p.RM != RMReceived {
		t.Errorf("signed, it is %+v, reads %v", p, c.Opens(p))
	}
}

func TestNormPaper_TheClockClosesAndARenewalOpens(t *testing.T) {
	until := hours(100)
	c := invited(t, InviteVendor{Agreement: &Agreement{ID: "a1", Scope: party.ScopeReports, Until: until}})
	if !c.Opens(c.Party(idA)) {
		t.Fatal("with an agreement in force it does not read")
	}
	refuse(t, c, party.ClockActor(), until.Add(-time.Second), LapseAgreement{Who: idA}, fault.NotNow)
	refuse(t, c, officer, until, LapseAgreement{Who: idA}, fault.NotAllowed)
	over := do(t, c, party.ClockActor(), until.Add(time.Minute), LapseAgreement{Who: idA})
	if p := over.Party(idA); over.Opens(p) || p.PEC != PECSignatory || !p.Agreement.Ended.Equal(until) {
		t.Errorf("after its end it is %+v, reads %v", p, over.Opens(p))
	}
	refuse(t, over, party.ClockActor(), until.Add(time.Hour), LapseAgreement{Who: idA}, fault.NotNow)
	c = do(t, over, officer, hours(200), NoteRegistration{Who: idA, Agreement: &Agreement{ID: "a2", Scope: party.ScopeReports}})
	if !c.Opens(c.Party(idA)) {
		t.Error("renewed, it does not read")
	}
	closed := do(t, over, officer, hours(200), EndEmbargo{Reason: "agreed"})
	if closed.Opens(closed.Party(idA)) {
		t.Error("the end of an embargo opened it without an agreement")
	}
	public := do(t, over, officer, hours(200), RecordEvent{What: CSPublic, Note: "seen"})
	if !public.Opens(public.Party(idA)) {
		t.Error("what is public needs no agreement")
	}
}

func TestNormPaper_TheDeadlineFollowsTheAgreement(t *testing.T) {
	c := invited(t, InviteVendor{Agreement: &Agreement{ID: "a1", Scope: party.ScopeReports, Until: hours(100)}})
	ref := journal.JobRef{Kind: JobAgreementEnd, Key: LapseKey(c.ID, idA)}
	_, out, err := c.Do(NoteRegistration{Who: idA, Agreement: &Agreement{ID: "a2", Scope: party.ScopeReports, Until: hours(900)}}, officer, hours(3))
	if err != nil || len(out.Drop) != 1 || out.Drop[0] != ref || len(out.Jobs) != 1 || out.Jobs[0].Kind != JobAgreementEnd || !out.Jobs[0].At.Equal(hours(900)) {
		t.Errorf("renewed: %+v, %v", out, err)
	}
	_, out, err = c.Do(NoteRegistration{Who: idA, Agreement: paper}, officer, hours(3))
	if err != nil || len(out.Drop) != 1 || len(out.Jobs) != 0 {
		t.Errorf("without an end: %+v, %v", out, err)
	}
}

func TestNormPaper_AnOverrideTakesTwoOfficers(t *testing.T) {
	c := invited(t, InviteVendor{Unsigned: " known for years "})
	p := c.Party(idA)
	if c.Opens(p) || p.Override == nil || p.Override.Reason != "known for years" || p.Override.By != "o1" {
		t.Fatalf("asked for with the invitation: %+v", p.Override)
	}
	refuse(t, c, officer, hours(3), DecideOverride{Who: []ParticipantID{idA}, Yes: true}, fault.NotAllowed)
	refuse(t, c, vendorA, hours(3), DecideOverride{Who: []ParticipantID{idA}, Yes: true}, fault.NotAllowed)
	refuse(t, c, party.ClockActor(), hours(3), DecideOverride{Who: []ParticipantID{idA}, Yes: true}, fault.NotAllowed)
	refuse(t, c, second, hours(3), AskOverride{Who: idA, Reason: "me too"}, fault.NotNow)
	no := do(t, c, second, hours(3), DecideOverride{Who: []ParticipantID{idA}, Reason: "let them sign"})
	if no.Opens(no.Party(idA)) || no.Party(idA).Override != nil {
		t.Errorf("refused: %+v", no.Party(idA).Override)
	}
	refuse(t, no, second, hours(4), AskOverride{Who: idA, Reason: "  "}, fault.Invalid)
	refuse(t, no, second, hours(4), AskOverride{Who: idF, Reason: "why"}, fault.NotNow)
	c = do(t, c, second, hours(3), DecideOverride{Who: []ParticipantID{idA}, Yes: true})
	if p := c.Party(idA); !c.Opens(p) || p.Override.Grantor != "o2" || !p.Sent.Equal(hours(3)) {
		t.Errorf("granted: %+v, reads %v", p.Override, c.Opens(p))
	}
	refuse(t, c, officer, hours(4), DecideOverride{Who: []ParticipantID{idA}, Yes: true}, fault.NotNow)
	if v, err := c.SeenBy(vendorA); err != nil || !v.Open || v.My.Override != nil {
		t.Errorf("the vendor sees who let it in, and why: %+v, %v", v.My.Override, err)
	}
	back := do(t, c, officer, hours(5), DecideOverride{Who: []ParticipantID{idA}})
	if back.Opens(back.Party(idA)) {
		t.Error("taken back, it reads on")
	}
	left := do(t, c, vendorA, hours(5), LeaveCase{Who: idA})
	left = do(t, left, officer, hours(6), InviteVendor{Org: "A", How: "mail"})
	left = do(t, left, vendorA, hours(7), AnswerInvitation{Who: idA, Yes: true, Terms: 1})
	if left.Opens(left.Party(idA)) {
		t.Error("it left and came back, and reads by the old override")
	}
	signed := do(t, c, officer, hours(5), NoteRegistration{Who: idA, Agreement: &Agreement{ID: "a1", Scope: party.ScopeReports, Until: hours(9)}})
	over := do(t, signed, party.ClockActor(), hours(9), LapseAgreement{Who: idA})
	if over.Opens(over.Party(idA)) {
		t.Error("an agreement that has ended brings an old override back")
	}
}

func TestNormPaper_WithoutAnEmbargoTheAgreementIsNeededToo(t *testing.T) {
	c := do(t, Case{}, officer, start, OpenCase{ID: "2", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}})
	c = do(t, c, officer, hours(1), InviteVendor{Org: "A", How: "mail"})
	if p := c.Party(idA); c.Opens(p) || !p.Waits {
		t.Errorf("no embargo, no agreement: %+v", p)
	}
	refuse(t, c, officer, hours(2), Deliver{Who: idA}, fault.NotNow)
	asked := do(t, c, officer, hours(2), ProposeEmbargo{Until: hours(500)})
	asked = do(t, asked, officer, hours(3), NoteRegistration{Who: idA, Agreement: paper})
	if asked.Opens(asked.Party(idA)) {
		t.Error("it reads while the first terms are being agreed")
	}
	asked = do(t, asked, finder, hours(4), AnswerEmbargo{Who: idF, Yes: true})
	if p := asked.Party(idA); p.PEC != PECInvited || asked.Opens(p) {
		t.Errorf("when the embargo begins it is %s", p.PEC)
	}
	public := do(t, c, officer, hours(2), RecordEvent{What: CSPublic, Note: "seen"})
	if !public.Opens(public.Party(idA)) {
		t.Error("what is public needs no agreement")
	}
	c = do(t, c, officer, hours(2), NoteRegistration{Who: idA, Agreement: paper})
	if !c.Opens(c.Party(idA)) {
		t.Error("signed, it does not read")
	}
}

// TestReplay_OldInvitationsMeanWhatTheyMeant: an event of before agreements were
// checked says nothing about one; what it opened stays open.
func TestReplay_OldInvitationsMeanWhatTheyMeant(t *testing.T) {
	c, out, err := Case{}.Do(OpenCase{ID: "1", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}, Term: 45 * day}, officer, start)
	if err != nil {
		t.Fatal(err)
	}
	events := out.Events
	for _, d := range []struct {
		by   party.Actor
		verb string
		args string
	}{
		{officer, "invite_vendor", `{"org":"A","how":"mail","unsigned":"known for years"}`},
		{vendorA, "answer_invitation", `{"who":"org:A","yes":true,"terms":1}`},
		{officer, "invite_vendor", `{"org":"B","how":"mail"}`},
		{vendorB, "answer_invitation", `{"who":"org:B","yes":true,"terms":1}`},
	} {
		v, _, err := DecodeVerb(d.verb, json.RawMessage(`{"args":`+d.args+`}`))
		if err != nil {
			t.Fatal(err)
		}
		if c, out, err = c.Do(v, d.by, hours(len(events))); err != nil {
			t.Fatal(err)
		}
		e := out.Events[0]
		e.Data, err = json.Marshal(map[string]any{"args": json.RawMessage(d.args), "steps": stepsOf(t, e)})
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	again, err := Replay(events)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []ParticipantID{idA, idB} {
		if p := again.Party(id); !again.Opens(p) || p.Checked {
			t.Errorf("%s reads %v: %+v", id, again.Opens(p), p)
		}
	}
	if p := again.Party(idA); p.Unsigned != "known for years" || p.Override != nil {
		t.Errorf("the reason is %q, an override %v", p.Unsigned, p.Override)
	}
	var stored Case // as the table kept it then
	body, _ := json.Marshal(c)
	if err := json.Unmarshal(body, &stored); err != nil || !stored.Opens(stored.Party(idA)) {
		t.Errorf("the stored case: %v, reads %v", err, stored.Opens(stored.Party(idA)))
	}
	again = do(t, again, officer, hours(20), NoteRegistration{Who: idA, Agreement: &Agreement{ID: "a1", Scope: party.ScopeReports, Until: hours(30)}})
	again = do(t, again, party.ClockActor(), hours(30), LapseAgreement{Who: idA})
	if again.Opens(again.Party(idA)) {
		t.Error("an agreement signed since has ended, and the content stays open")
	}
}

func stepsOf(t *testing.T, e journal.Event) []Step {
	t.Helper()
	_, steps, err := DecodeVerb(e.Verb, e.Data)
	if err != nil {
		t.Fatal(err)
	}
	return steps
}
