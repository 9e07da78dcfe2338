package browser_test

import (
	"testing"

	"nakodo/internal/web/webtest"
	"nakodo/test/browser"
)

// TestDesk looks at every screen of the officer's desk, empty and full, in both
// languages.
func TestDesk(t *testing.T) {
	c := webtest.Start(t)
	s := c.Stage()
	w := browser.Start(t).Window(t, "officer")
	enter(w, c, s.Secret)
	at := "/desk/cases/" + string(s.Case)
	own, err := c.OwnThread(t.Context(), s.Officer, s.Case, s.Acme.Org)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []struct{ name, path string }{
		{"next", "/desk/next"},
		{"reports", "/desk/reports"},
		{"reports-none", "/desk/reports?closed=1"},
		{"report-waiting", "/desk/reports/" + string(s.Waiting)},
		{"report-in-case", "/desk/reports/" + string(s.Report)},
		{"cases", "/desk/cases"},
		{"cases-none", "/desk/cases?closed=1"},
		{"case", at},
		{"case-statuses", at + "/statuses"},
		{"case-history", at + "/history"},
		{"case-vendor", at + "/vendors/" + string(s.Acme.Org)},
		{"case-vendor-silent", at + "/vendors/" + string(s.Cordon.Org)},
		{"case-invite", at + "/invite?find=D"},
		{"case-invite-preview", at + "/invite?org=" + string(s.Dyno)},
		{"case-thread", at + "/threads/" + own.ID},
		{"case-thread-new", at + "/threads/new"},
		{"case-describe", at + "/do/describe"},
		{"case-decide", at + "/do/decide"},
		{"case-propose", at + "/do/propose"},
		{"case-plan", at + "/do/plan"},
		{"case-assign", at + "/do/assign"},
		{"case-report", at + "/do/report"},
		{"case-event", at + "/do/event"},
		{"case-end", at + "/do/end"},
	} {
		for _, there := range []string{"日本語", "English"} {
			if status := w.Open(c.URL + page.path); status != 200 {
				t.Fatalf("%s: %d\n%s", page.path, status, c.Log)
			}
			w.Look("desk-" + page.name)
			w.Go(there)
		}
	}
}

// enter signs an officer in.
func enter(w *browser.Window, c *webtest.Centre, secret string) {
	w.Open(c.URL + "/sign-in")
	w.Fill("Address", "hanako@example.test")
	w.Fill("Password", webtest.Password)
	w.Fill("Code", c.Code(secret))
	w.Go("Sign in")
	w.See("Hanako Yamada")
}
