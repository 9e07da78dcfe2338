package browser_test

import (
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/web/webtest"
	"nakodo/test/browser"
)

// TestPriority judges a case: the decision follows each answer by itself, and
// is found again on the case and in the list.
func TestPriority(t *testing.T) {
	c := webtest.Start(t)
	s := c.Stage()
	w := browser.Start(t).Window(t, "officer")
	enter(w, c, s.Secret)
	page := c.URL + "/desk/cases/" + string(s.Case) + "/priority"
	w.Open(page)
	lookInBoth(w, "priority-preset", "日本語", "English")

	w.Tick("Critical infrastructure uses it")
	w.See("Influence on society: Critical infrastructure uses it")
	w.Tick("Super effective")
	w.See("Answer next")
	w.Tick("Considerably")
	w.See("This centre should act: bring the parties together.")
	w.Fill("Reason", "Used by two water works.")
	w.Go("Keep the priority")
	w.See("The priority is kept with its answers.")
	w.See("Priority case")

	must(t, c.Act(t.Context(), s.Officer, s.Case, 0, cvd.RecordEvent{What: cvd.CSAttacks, Note: "seen by a sensor"}))
	w.Open(page)
	w.See("The case tells: Attack code is public, or attacks were seen")
	lookInBoth(w, "priority-judged", "日本語", "English")
	w.Open(c.URL + "/desk/cases")
	w.See("Priority case")
	lookInBoth(w, "priority-list", "日本語", "English")
}
