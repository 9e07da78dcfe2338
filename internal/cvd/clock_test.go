package cvd

import (
	"slices"
	"testing"
	"time"

	"nakodo/internal/calendar"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

var (
	tokyo  = time.FixedZone("JST", 9*3600)
	jp, _  = calendar.Named(calendar.JP)
	office = Office{Calendar: jp, Zone: tokyo}
)

// clock is one of a case's clocks at a moment.
func clock(t testing.TB, c Case, now time.Time, k ClockKind) Clock {
	t.Helper()
	x, ok := Find(c.Clocks(office, now), k)
	if !ok {
		t.Fatalf("the case has no clock %s", k)
	}
	return x
}

// timed is a case of a report that was accepted five days before the case was opened.
func timed(t testing.TB) Case {
	t.Helper()
	return do(t, Case{}, officer, start, OpenCase{ID: "64806328", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "fixed key"}, Term: 45 * day, Accepted: start.Add(-5 * day)})
}

func TestGuideline_IV_4_3_TheTwo45DayCountsAreTwo(t *testing.T) {
	c := do(t, timed(t), officer, hours(48), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	c = do(t, c, officer, hours(96), InviteVendor{Org: "B", How: "mail", Agreement: paper}) // does not restart it
	guide, stats := clock(t, c, hours(100), ClockGuide), clock(t, c, hours(100), ClockStatistics)
	if !guide.Start.Equal(hours(48)) || guide.From != "first_attempt" || !guide.Due.Equal(hours(48).Add(45*day)) {
		t.Errorf("the guide counts from %s (%s) to %s", guide.Start, guide.From, guide.Due)
	}
	if !stats.Start.Equal(start.Add(-5*day)) || stats.From != "accepted" || !stats.Due.Equal(start.Add(40*day)) {
		t.Errorf("the statistics count from %s (%s) to %s", stats.Start, stats.From, stats.Due)
	}
	if guide.Clause == "" || guide.Edition != "partnership-2026" || !guide.Guide || guide.Next != party.Officer {
		t.Errorf("the guide explains itself as %+v", guide)
	}
	if stats.Pause {
		t.Error("what the statistics count can be paused")
	}
}

func TestGuideline_IV_4_3_PauseAddsWhatItLasted(t *testing.T) {
	c := do(t, timed(t), officer, hours(0), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	refuse(t, c, officer, hours(1), PauseClock{Clock: ClockStatistics, Reason: PauseOverseas}, fault.NotNow)
	refuse(t, c, officer, hours(1), PauseClock{Clock: ClockGuide, Reason: "tired"}, fault.Invalid)
	refuse(t, c, officer, hours(1), PauseClock{Clock: ClockGuide, Reason: PauseOther}, fault.Invalid)
	refuse(t, c, vendorA, hours(1), PauseClock{Clock: ClockGuide, Reason: PauseOverseas}, fault.NotAllowed)
	c, out, err := c.Do(PauseClock{Clock: ClockGuide, Reason: PauseCountermeasure, Note: "new hardware"}, officer, hours(24))
	if err != nil || !slices.ContainsFunc(out.Drop, func(j journal.JobRef) bool { return j.Kind == JobClock }) {
		t.Fatalf("a paused clock keeps its alarm: %v %v", err, out.Drop)
	}
	if x := clock(t, c, hours(60), ClockGuide); x.State(hours(60)) != ClockPaused || !x.Due.Equal(start.Add(45*day+36*time.Hour)) {
		t.Errorf("paused for 36 hours it is %s and due %s", x.State(hours(60)), x.Due)
	}
	refuse(t, c, officer, hours(60), PauseClock{Clock: ClockGuide, Reason: PauseOverseas}, fault.NotNow)
	c, out, err = c.Do(ResumeClock{Clock: ClockGuide}, officer, hours(72))
	if err != nil || len(out.Jobs) != 1 || !out.Jobs[0].At.Equal(start.Add(47*day)) {
		t.Fatalf("resumed: %v %+v", err, out.Jobs)
	}
	x := clock(t, c, hours(100), ClockGuide)
	if x.State(hours(100)) != ClockRunning || !x.Due.Equal(start.Add(47*day)) || len(x.Pauses) != 1 || x.Pauses[0].By != officer.Person {
		t.Errorf("after two days' pause it is %s, due %s, pauses %+v", x.State(hours(100)), x.Due, x.Pauses)
	}
	refuse(t, c, officer, hours(100), ResumeClock{Clock: ClockGuide}, fault.NotNow)
}

func TestGuideline_IV_3_1_2_WorkOnBusinessDaysOnly(t *testing.T) {
	friday := time.Date(2026, 9, 18, 1, 0, 0, 0, time.UTC) // before the five days off of September 2026
	c := do(t, Case{}, officer, friday, OpenCase{ID: "1", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}})
	if x := clock(t, c, friday, ClockFirstContact); !x.Due.Equal(time.Date(2026, 9, 25, 1, 0, 0, 0, time.UTC)) {
		t.Errorf("two business days after the 18th end on %s", x.Due.In(tokyo))
	}
	r := Report{Policy: "partnership-2026", Received: time.Date(2026, 9, 15, 1, 0, 0, 0, time.UTC)}
	ack, _ := Find(r.Clocks(office, friday), ClockAck)
	if ack.Due.In(tokyo).Day() != 22 || office.Act(ack).In(tokyo).Day() != 18 {
		t.Errorf("seven calendar days end on %s, to be done on %s", ack.Due, office.Act(ack))
	}
}

func TestISO29147_AcknowledgeWithin7Days_HardPeriodIsSaid(t *testing.T) {
	r := Report{Policy: "partnership-2024", Received: time.Date(2025, 8, 7, 3, 0, 0, 0, time.UTC)}
	ack, _ := Find(r.Clocks(office, r.Received), ClockAck)
	if office.Slow(ack).EN != "Obon" || !ack.Due.Equal(r.Received.Add(7*day)) || !r.AckDue().Equal(ack.Due) {
		t.Errorf("due %s in %q", ack.Due, office.Slow(ack).EN)
	}
	if s := ack.State(r.Received.Add(8 * day)); s != ClockLate {
		t.Errorf("after eight days it is %s", s)
	}
	r.Acknowledged = r.Received.Add(8 * day)
	ack, _ = Find(r.Clocks(office, r.Received), ClockAck)
	if s := ack.State(r.Received.Add(9 * day)); s != ClockMissed {
		t.Errorf("acknowledged after eight days it is %s", s)
	}
}

func TestGuideline_IV_2_4_FinderMayAskForReleaseAfterAYear(t *testing.T) {
	c := do(t, timed(t), officer, hours(0), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	year := time.Date(2027, 11, 3, 0, 0, 0, 0, time.UTC)
	if x := clock(t, c, hours(1), ClockRelease); !x.Due.Equal(year) || !x.Right || x.Next != party.Finder {
		t.Errorf("the right to ask begins %s", x.Due)
	}
	refuse(t, c, finder, year.Add(-time.Hour), AskRelease{Who: idF}, fault.NotNow)
	refuse(t, c, vendorA, year, AskRelease{Who: idA}, fault.NotAllowed)
	if c.MayAskRelease(finder, year.Add(-time.Hour)) || !c.MayAskRelease(finder, year) {
		t.Error("what may be asked differs from what is refused")
	}
	refuse(t, c, officer, year, AnswerRelease{}, fault.NotNow)
	c = do(t, c, finder, year, AskRelease{Who: idF})
	refuse(t, c, finder, year, AskRelease{Who: idF}, fault.NotNow)
	c = do(t, c, officer, year.Add(day), AnswerRelease{Reasons: "The replacement ships in March."})
	if v, err := c.SeenBy(finder); err != nil || v.Release == nil || v.Release.Reasons == "" || v.Release.Answered.IsZero() {
		t.Errorf("the finder reads %+v, %v", v.Release, err)
	}
	if v, err := c.SeenBy(vendorA); err == nil && v.Release != nil {
		t.Error("a vendor reads what the finder asked")
	}
}

func TestGuideline_IV_3_2_1_UnreachableSixMonthsAfterAllMeans(t *testing.T) {
	c := do(t, timed(t), officer, hours(0), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	for i, how := range []string{"phone", "fax"} {
		c = do(t, c, officer, hours(24*(i+1)), NoteAttempt{Who: idA, How: how})
	}
	if x := clock(t, c, hours(100), ClockUnreachable); x.State(hours(100)) != ClockWaiting {
		t.Errorf("with no letter by post tried it is %s", x.State(hours(100)))
	}
	c = do(t, c, officer, hours(24*10), NoteAttempt{Who: idA, How: "post"})
	c = do(t, c, officer, hours(24*20), NoteAttempt{Who: idA, How: "phone"}) // a further try does not restart it
	if x := clock(t, c, hours(24*11), ClockUnreachable); !x.Start.Equal(hours(240)) || !x.Due.Equal(time.Date(2027, 5, 13, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("it runs from %s to %s", x.Start, x.Due)
	}
	c = do(t, c, vendorA, hours(24*30), AnswerInvitation{Who: idA, Yes: true, Terms: 1})
	if _, ok := Find(c.Clocks(office, hours(24*31)), ClockUnreachable); ok {
		t.Error("a vendor that answered counts as unreachable")
	}
}

func TestGuideline_V_4_1_WebsiteThreeMonthsAnd90Days(t *testing.T) {
	c := do(t, Case{}, officer, start, OpenCase{ID: "1", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}, Website: true})
	c = do(t, c, officer, hours(0), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	result, repair := clock(t, c, hours(1), ClockWebsiteResult), clock(t, c, hours(1), ClockWebsiteRepair)
	if !result.Due.Equal(time.Date(2027, 2, 3, 0, 0, 0, 0, time.UTC)) || !repair.Due.Equal(start.Add(90*day)) || result.Who != idA {
		t.Errorf("result due %s, repair due %s", result.Due, repair.Due)
	}
	if _, ok := Find(c.Clocks(office, hours(1)), ClockGuide); ok {
		t.Error("the guide of products counts for a web site")
	}
	c = do(t, c, vendorA, hours(48), ReportResult{Who: idA, Found: FoundAffected})
	if x := clock(t, c, hours(50), ClockWebsiteResult); x.State(hours(50)) != ClockMet {
		t.Errorf("reported after two days it is %s", x.State(hours(50)))
	}
}

func TestMonthsEndOnTheLastDayWhereThereIsNoSuchDay(t *testing.T) {
	at := time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC)
	if got := (Office{}).after(at, Length{Months: 6}); !got.Equal(time.Date(2027, 2, 28, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("six months after 31 August end on %s", got)
	}
}

// cra is a case under the CRA in which vendor A reads the content.
func cra(t testing.TB) Case {
	c := signed(t)
	return do(t, c, officer, hours(5), ApplyRules{Frames: []string{"cra-2024-2847"}, Reason: "sold in the Union"})
}

func TestCRA_Art14_ClocksRunFromAwarenessButTheReportFromTheMeasure(t *testing.T) {
	c := cra(t)
	aware := hours(20)
	refuse(t, c, vendorA, hours(24), StateExploited{Who: idA, Aware: hours(30)}, fault.Invalid)
	c = do(t, c, vendorA, hours(24), StateExploited{Who: idA, Aware: aware, Note: "a customer's log"})
	warning, notice, final := clock(t, c, hours(25), ClockCRAWarning), clock(t, c, hours(25), ClockCRANotice), clock(t, c, hours(25), ClockCRAFinal)
	if !warning.Due.Equal(aware.Add(24*time.Hour)) || !notice.Due.Equal(aware.Add(72*time.Hour)) || warning.From != "manufacturer_aware" || warning.Next != party.Vendor {
		t.Errorf("warning due %s, notification due %s", warning.Due, notice.Due)
	}
	if final.State(hours(2000)) != ClockWaiting || !final.Due.IsZero() {
		t.Errorf("without a measure the final report is %s, due %s", final.State(hours(2000)), final.Due)
	}
	refuse(t, c, vendorA, hours(26), NoteNotified{Who: idA, Stage: StageFinal, At: hours(25)}, fault.NotNow)
	c = do(t, c, vendorA, hours(40), NoteNotified{Who: idA, Stage: StageWarning, At: hours(39), Reference: "SRP-1"})
	c = do(t, c, vendorA, hours(200), NoteNotified{Who: idA, Stage: StageNotice, At: hours(199), Reference: "SRP-1"})
	if w, n := clock(t, c, hours(201), ClockCRAWarning), clock(t, c, hours(201), ClockCRANotice); w.State(hours(201)) != ClockMet || n.State(hours(201)) != ClockMissed {
		t.Errorf("the warning is %s, the late notification %s", w.State(hours(201)), n.State(hours(201)))
	}
	c = do(t, c, vendorA, hours(300), StateStatus{Who: idA, Vuln: "v1", Product: &product.Product{Name: "P"}, Status: product.Affected})
	for _, kind := range []product.RemedyKind{product.NoneYet, product.NoFixPlan} {
		n := do(t, c, vendorA, hours(301), OfferRemedy{Who: idA, Remedy: product.Remedy{Kind: kind, Text: words.Text{EN: "x"}, Products: []string{productOf(c)}}})
		if x := clock(t, n, hours(302), ClockCRAFinal); !x.Start.IsZero() {
			t.Errorf("%s counts as a measure", kind)
		}
	}
	c = do(t, c, vendorA, hours(400), OfferRemedy{Who: idA, Remedy: product.Remedy{Kind: product.Workaround, Text: words.Text{EN: "x"}, Products: []string{productOf(c)}}})
	if x := clock(t, c, hours(401), ClockCRAFinal); !x.Start.Equal(hours(400)) || !x.Due.Equal(hours(400).Add(14*day)) || x.From != "measure" {
		t.Errorf("the final report runs from %s (%s) to %s", x.Start, x.From, x.Due)
	}
}

func TestCRA_Art14_AMeasureFromBeforeTheAttacksStartsNothingBeforeThem(t *testing.T) {
	c := cra(t)
	for _, v := range []Verb{StateReport{Who: idA, Do: RMValidate}, StateReport{Who: idA, Do: RMAccept}, StateFix{Who: idA, What: CSReady}, StateExploited{Who: idA, Aware: hours(900)}} {
		at := hours(10)
		if v.Verb() == "state_exploited" {
			at = hours(901)
		}
		c = do(t, c, vendorA, at, v)
	}
	if x := clock(t, c, hours(902), ClockCRAFinal); !x.Start.Equal(hours(900)) || x.State(hours(902)) != ClockRunning {
		t.Errorf("the final report runs from %s", x.Start)
	}
}

func TestCRA_Art14_WhoIsToldByTheCentreIsAware(t *testing.T) {
	c := cra(t)
	if _, ok := Find(c.Clocks(office, hours(6)), ClockCRAWarning); ok {
		t.Error("a clock runs though nobody knows of attacks")
	}
	c = do(t, c, officer, hours(10), RecordEvent{What: CSAttacks, Note: "seen by a sensor"})
	x := clock(t, c, hours(11), ClockCRAWarning)
	if !x.Start.Equal(hours(10)) || x.From != "centre_told" {
		t.Errorf("it runs from %s (%s)", x.Start, x.From)
	}
	without := do(t, signed(t), officer, hours(10), RecordEvent{What: CSAttacks, Note: "seen by a sensor"})
	if _, ok := Find(without.Clocks(office, hours(11)), ClockCRAWarning); ok {
		t.Error("the CRA's clock runs in a case that is not under it")
	}
}

func TestCRA_Art16_DelayRegister(t *testing.T) {
	refuse(t, signed(t), officer, hours(6), DelayPassing{ID: "d1", From: "all", Reason: DelayDisclosure, Review: hours(100)}, fault.NotNow)
	c := cra(t)
	refuse(t, c, officer, hours(6), DelayPassing{ID: "d1", From: "all", Reason: "busy", Review: hours(5)}, fault.Invalid)
	c = do(t, c, officer, hours(6), DelayPassing{ID: "d1", From: "all but ENISA", Reason: DelayDisclosure, Note: "embargo until 18 December", Review: hours(100), Told: true})
	x := clock(t, c, hours(7), ClockDelay)
	if !x.Due.Equal(hours(100)) || x.Who != "d1" || c.Delays[0].Told.IsZero() {
		t.Errorf("the look is due %s", x.Due)
	}
	c = do(t, c, officer, hours(99), ReviewDelay{ID: "d1", Review: hours(200), Note: "still talking"})
	if x := clock(t, c, hours(101), ClockDelay); !x.Due.Equal(hours(200)) || len(c.Delays[0].Notes) != 2 {
		t.Errorf("after the look the next is due %s", x.Due)
	}
	c = do(t, c, officer, hours(150), ReviewDelay{ID: "d1", Lift: true})
	if x := clock(t, c, hours(151), ClockDelay); x.State(hours(151)) != ClockMet {
		t.Errorf("lifted it is %s", x.State(hours(151)))
	}
	refuse(t, c, officer, hours(160), ReviewDelay{ID: "d1", Lift: true}, fault.NotNow)
}

func TestEditions_ByEffectAndKeptByTheCase(t *testing.T) {
	before := time.Date(2026, 9, 10, 23, 0, 0, 0, time.UTC)
	if got := EditionsAt([]Framework{CRA, NIS2}, before); !slices.Equal(got, []string{"nis2-2022-2555"}) {
		t.Errorf("on 10 September 2026 in force: %v", got)
	}
	if got := EditionsAt([]Framework{CRA, NIS2, House}, before.Add(2*time.Hour)); !slices.Equal(got, []string{"cra-2024-2847", "nis2-2022-2555"}) {
		t.Errorf("on 11 September 2026 in force: %v", got)
	}
	c := do(t, Case{}, officer, before, OpenCase{ID: "1", Reports: []ReportID{"NKR-1"}, Title: words.Text{EN: "x"}, Frames: EditionsAt([]Framework{CRA, NIS2}, before)})
	if c.Under(CRA) || !c.Under(NIS2) || !c.Under(Partnership) || c.Policy != "partnership-2024" {
		t.Errorf("the case is under %s and %v", c.Policy, c.Frames)
	}
	refuse(t, c, officer, before, ApplyRules{Frames: []string{"cra-2024-2847"}, Reason: "sold there"}, fault.Invalid)
	refuse(t, c, officer, before.Add(day), ApplyRules{Frames: []string{"house-1"}, Reason: "x"}, fault.Invalid)
	c = do(t, c, officer, before.Add(day), ApplyRules{Frames: []string{"nis2-2022-2555", "cra-2024-2847"}, Reason: "sold there"})
	if len(c.Editions()) != 4 || c.Policy != "partnership-2024" {
		t.Errorf("the case is under %v", c.Editions())
	}
	for _, e := range c.Editions() {
		if e.Source == "" || e.Title.EN == "" || e.Title.JA == "" || e.Effect.IsZero() {
			t.Errorf("edition %s does not say what it is", e.Name)
		}
		for _, r := range e.Clocks {
			if r.Clause == "" {
				t.Errorf("edition %s, clock %s names no clause", e.Name, r.Kind)
			}
		}
	}
}

func TestNIS2_Art12_DutiesComputedAndNoted(t *testing.T) {
	c := do(t, signed(t), officer, hours(5), ApplyRules{Frames: []string{"nis2-2022-2555"}, Reason: "designated coordinator"})
	reports := []Report{{ID: "NKR-1", Judged: hours(0)}}
	state := map[DutyID]DutyMark{}
	for _, l := range c.DutyLines(reports, false) {
		state[l.ID] = l.State
	}
	want := map[DutyID]DutyMark{DutyTrusted: DutyDone, DutyContact: DutyDone, DutyAssist: DutyDone, DutyTimeline: DutyDone, DutySeveral: DutyDone,
		DutyAnonymous: DutyDone, DutyFollowUp: DutyDone, DutyStates: DutyOpen, DutyDatabase: DutyOpen}
	for id, s := range want {
		if state[id] != s {
			t.Errorf("%s is %s, want %s", id, state[id], s)
		}
	}
	refuse(t, c, officer, hours(6), NoteDuty{Duty: DutyStates, State: DutyDone}, fault.Invalid)
	c = do(t, c, officer, hours(6), NoteDuty{Duty: DutyStates, State: DutyNotNeeded, Note: "used in one state only"})
	for _, l := range c.DutyLines(reports, true) {
		if l.ID == DutyStates && (l.State != DutyNotNeeded || l.Note == nil) || l.ID == DutyFollowUp && l.State != DutyOpen {
			t.Errorf("%s is %s", l.ID, l.State)
		}
	}
	if signed := signed(t); len(signed.DutyLines(reports, false)) != 0 {
		t.Error("a case that is not under NIS2 has its duties")
	}
}

func TestBusinessDays_OfTheOrganisationTheyRunFor(t *testing.T) {
	eu, _ := calendar.Named(calendar.EU)
	both := Office{Calendar: jp, Zone: tokyo, Parties: map[ParticipantID]Office{"org:A": {Calendar: eu, Zone: time.UTC}}}
	thursday := time.Date(2026, 4, 30, 1, 0, 0, 0, time.UTC)
	business := Edition{Clocks: []ClockRule{{Kind: ClockAnswer, Length: Length{Business: 2}}, {Kind: ClockUnreachable, Length: Length{Days: 3}}}}
	w := &winder{editions: []Edition{business}, office: both, now: thursday}
	for _, who := range []ParticipantID{"org:A", "org:B"} {
		w.add(Clock{Kind: ClockAnswer, Who: who, Start: thursday, Next: party.Officer})
		w.add(Clock{Kind: ClockUnreachable, Who: who, Start: thursday, Next: party.Officer})
	}
	// 1 May is a holiday in Europe and not in Japan, 4 to 6 May the other way round.
	for i, want := range []int{5, 3, 7, 3} {
		if k := w.clocks[i]; k.Due.Month() != time.May || k.Due.Day() != want {
			t.Errorf("%s of %s is due on %s, want %d May", k.Kind, k.Who, k.Due, want)
		}
	}
	// Who acts next has to be done by a day of its own.
	last := func(who ParticipantID, next party.Role) int {
		return both.Act(Clock{Who: who, Next: next, Start: thursday, Due: time.Date(2026, 5, 5, 1, 0, 0, 0, time.UTC)}).Day()
	}
	if got := []int{last("org:A", party.Vendor), last("org:B", party.Vendor), last("org:A", party.Officer)}; !slices.Equal(got, []int{5, 1, 1}) {
		t.Errorf("to be done by %v May", got)
	}
	if both.Slow(Clock{Who: "org:A", Next: party.Vendor, Due: time.Date(2026, 8, 14, 1, 0, 0, 0, time.UTC)}) != (words.Text{}) {
		t.Error("Obon is slow for an organisation in Europe")
	}
}
