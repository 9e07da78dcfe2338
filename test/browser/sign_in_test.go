package browser_test

import (
	"testing"

	"nakodo/internal/party"
	"nakodo/internal/web/webtest"
	"nakodo/test/browser"
)

// TestSigningIn walks every page on the way in, in both languages: the first
// officer sets up, signs in and out; a vendor asks for a link and uses it.
func TestSigningIn(t *testing.T) {
	c := webtest.Start(t)
	b := browser.Start(t)
	officer := b.Window(t, "officer")
	officerSignsIn(t, c, officer)
	vendorSignsIn(t, c, b.Window(t, "vendor"))
	officer.Go("Sign out")
	officer.See("You are signed out.")
	officer.Look("signed-out")
}

func officerSignsIn(t *testing.T, c *webtest.Centre, officer *browser.Window) {
	t.Helper()
	link, err := c.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	officer.Open(c.URL + link)
	lookInBoth(officer, "set-up", "日本語", "English")
	secret := browser.Eval[string](officer, `document.querySelector("[name=secret]").value`)
	officer.Fill("Name", "Hanako Yamada")
	officer.Fill("Address", "hanako@example.test")
	officer.Fill("Password", "short")
	officer.Fill("Code", c.Code(secret))
	officer.Go("Set up")
	officer.See("Use at least 12 characters")
	officer.Expect(422)
	officer.Look("set-up-wrong")
	officer.Fill("Password", webtest.Password)
	officer.Fill("Code", c.Code(secret))
	officer.Go("Set up")
	officer.See("Your recovery codes")
	officer.Look("set-up-done")

	officer.Go("Sign in")
	lookInBoth(officer, "sign-in", "日本語", "English")
	officer.Fill("Address", "hanako@example.test")
	officer.Fill("Password", "not this one")
	officer.Fill("Code", c.Code(secret))
	officer.Go("Sign in")
	officer.See("do not belong together")
	officer.Expect(403)
	officer.Look("sign-in-wrong")
	officer.Fill("Password", webtest.Password)
	officer.Fill("Code", c.Code(secret))
	officer.Go("Sign in")
	officer.See("Hanako Yamada")
	lookInBoth(officer, "account-officer", "日本語", "English")
}

func vendorSignsIn(t *testing.T, c *webtest.Centre, vendor *browser.Window) {
	t.Helper()
	people, err := c.Officers(t.Context(), party.OfficerActor("test"))
	if err != nil || len(people) != 1 {
		t.Fatal(people, err)
	}
	c.Vendor(party.OfficerActor(people[0].ID), "Acme Controls", "acme.test")
	vendor.Open(c.URL + "/sign-in")
	vendor.Fill("Your address with us", "psirt@acme.test")
	vendor.Go("Send me a link")
	vendor.See("a letter with a link is on its way")
	lookInBoth(vendor, "link-sent", "日本語", "English")
	vendor.Open(c.LinkIn("psirt@acme.test"))
	lookInBoth(vendor, "link-open", "日本語", "English")
	vendor.Go("Sign in here")
	vendor.See("Acme Controls")
	lookInBoth(vendor, "account-vendor", "日本語", "English")
	vendor.Open(c.URL + "/in/used-up")
	vendor.See("Ask for a new one")
	vendor.Expect(404)
	vendor.Look("link-gone")
}

// lookInBoth looks at a page, changes the language, looks again and changes back.
func lookInBoth(w *browser.Window, name, there, back string) {
	w.Look(name)
	w.Go(there)
	w.Look(name)
	w.Go(back)
}
