package browser_test

import (
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/web/webtest"
	"nakodo/test/browser"
)

// TestClocks looks at the clocks of a case, the rules that it is under, the form
// that asks for evidence, and the statistics of how cases ended.
func TestClocks(t *testing.T) {
	c := webtest.Start(t)
	s := c.Stage()
	act := func(v cvd.Verb) {
		t.Helper()
		must(t, c.Act(t.Context(), s.Officer, s.Case, 0, v))
	}
	c.Clock.Move(200 * 24 * time.Hour) // the CRA's reporting has begun
	w := browser.Start(t).Window(t, "officer")
	enter(w, c, s.Secret)
	at := c.URL + "/desk/cases/" + string(s.Case)
	day := 24 * time.Hour

	act(cvd.PauseClock{Clock: cvd.ClockGuide, Reason: cvd.PauseOverseas, Note: "Another centre was asked."})
	act(cvd.PlanPublication{At: c.Now().Add(40 * day), Reason: "The tests of the hardware take longer."})
	w.Open(at + "/clocks")
	w.See("first attempt to contact a vendor")
	w.See("An overseas coordinator needs time")
	w.See("valid now")
	lookInBoth(w, "clocks", "日本語", "English")

	w.Open(at + "/rules")
	lookInBoth(w, "rules-none", "日本語", "English")
	act(cvd.ApplyRules{Frames: cvd.EditionsAt(cvd.Frameworks(), c.Now()), Reason: "The products are sold in the Union."})
	acme := cvd.OrgParticipant(s.Acme.Org)
	act(cvd.StateExploited{Who: acme, Aware: c.Now().Add(-30 * time.Hour), Note: "A log of a customer."})
	act(cvd.NoteNotified{Who: acme, Stage: cvd.StageWarning, At: c.Now().Add(-10 * time.Hour), Reference: "SRP-2026-1"})
	act(cvd.DelayPassing{ID: "d1", From: "All but the CSIRT of the main establishment", Reason: cvd.DelayDisclosure, Note: "The embargo holds.", Review: c.Now().Add(9 * day), Told: true})
	act(cvd.NoteDuty{Duty: cvd.DutyStates, State: cvd.DutyDone, Note: "The centre of a second state takes part."})
	w.Open(at + "/rules")
	w.See("Works with the coordinators of other states")
	w.See("The centre of a second state takes part.")
	lookInBoth(w, "rules", "日本語", "English")

	act(cvd.EndEmbargo{Reason: "agreed"})
	w.Open(at + "/do/close")
	w.See("Reasons, as the finder is told them")
	lookInBoth(w, "close", "日本語", "English")
	act(cvd.CloseCase{Why: cvd.WhyNotVuln, Proof: &cvd.Proof{Told: "It is documented behaviour."}})
	w.Open(c.URL + "/desk/outcomes")
	w.See("Not a vulnerability")
	lookInBoth(w, "outcomes", "日本語", "English")
	w.Open(at)
	lookInBoth(w, "clocks-on-the-case", "日本語", "English")
}
