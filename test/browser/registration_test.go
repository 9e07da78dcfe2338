package browser_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/web/webtest"
	"nakodo/test/browser"
)

// TestRegistration looks at the pages by which a vendor comes into the registry
// and keeps its record: the public form, the officer's steps, a change that takes
// two officers, the own record, and the yearly question.
func TestRegistration(t *testing.T) {
	c := webtest.Start(t)
	s := c.Stage()
	ctx := t.Context()
	b := browser.Start(t)
	p := b.Window(t, "applicant")
	p.Open(c.URL + "/en/vendors/apply")
	lookInBoth(p, "vendors-apply", "日本語", "English")
	p.Fill("Name of the organisation", "Hanamaru Works")
	p.Fill("Contact: a role such as PSIRT, or a person", "PSIRT")
	p.Fill("Mail address", "psirt@hanamaru.test")
	p.Fill("Anything else", "We make controllers for water works.")
	p.Go("Send the application")
	p.See("We have your application")
	lookInBoth(p, "vendors-applied", "日本語", "English")
	p.Open(c.URL + "/en/vendors")
	lookInBoth(p, "vendors", "日本語", "English")

	own, err := c.OwnRecord(ctx, s.Acme)
	must(t, err)
	said := own.Org
	said.Names = append(said.Names, party.Name{Text: "アクメ・コントロールズ株式会社", Lang: "ja", Kind: party.Official})
	said.Domains, said.Listed = []string{"acme.example"}, true
	must(t, c.ProposeRecord(ctx, s.Acme, said))
	contact := own.Contacts[0]
	contact.Mail = "security@acme.example"
	must(t, c.ProposeContact(ctx, s.Acme, contact))
	waiting, err := c.Changes(ctx, s.Officer)
	must(t, err)
	open, err := c.Registrations(ctx, s.Officer)
	must(t, err)
	must(t, c.StepRegistration(ctx, s.Officer, open[0].ID, party.RegSendPapers, desk.RegistrationInput{New: true}))
	must(t, c.ApplyForRegistration(ctx, party.General, party.Applicant{Name: "Acme Controls Ltd.", Domain: "acme.test", Contact: "PSIRT", Mail: "x@acme.test", Message: "こんにちは"}))
	open, err = c.Registrations(ctx, s.Officer)
	must(t, err)
	w := b.Window(t, "officer")
	enter(w, c, s.Secret)
	acme, begun := "/desk/registry/"+string(s.Acme.Org), ""
	unknown := ""
	for _, r := range open {
		if r.Org == "" {
			unknown = r.ID
		} else {
			begun = "/desk/registry/" + string(r.Org)
		}
	}
	var record, guarded string
	for _, x := range waiting {
		if x.Guarded() {
			guarded = "/desk/changes/" + x.ID
		} else {
			record = "/desk/changes/" + x.ID
		}
	}
	for _, page := range []struct{ name, path string }{
		{"next", "/desk/next"}, {"list", "/desk/registrations"}, {"application", "/desk/registrations/" + unknown}, {"organisation", begun},
		{"registered", acme}, {"change", record}, {"change-guarded", guarded}, {"registry", "/desk/registry?show=registering"}, {"edit", acme + "/edit"},
	} {
		if status := w.Open(c.URL + page.path); status != 200 {
			t.Fatalf("%s: %d\n%s", page.path, status, c.Log)
		}
		lookInBoth(w, "registration-"+page.name, "日本語", "English")
	}
	w.Open(c.URL + guarded)
	w.Go("Agree, as the first of two")
	w.See("A second officer must agree")
	w.Look("registration-half")

	must(t, c.RequestLink(ctx, "psirt@acme.test", "/room/organisation"))
	v := b.Window(t, "vendor")
	v.Open(c.LinkIn("psirt@acme.test"))
	v.Go("Sign in here")
	v.See("acme.example")
	lookInBoth(v, "record", "日本語", "English")
	v.Go("Change the entry")
	lookInBoth(v, "record-edit", "日本語", "English")
	v.Open(c.URL + "/room/organisation/contacts/new")
	lookInBoth(v, "record-contact", "日本語", "English")

	c.Clock.Move(366 * 24 * time.Hour)
	must(t, c.Handlers(nil)[desk.JobStillRight](ctx, journal.Job{Kind: desk.JobStillRight, Key: string(s.Acme.Org)}))
	link := ""
	for _, l := range c.Letters("psirt@acme.test") {
		var n notice.Letter
		must(t, json.Unmarshal(l.Args, &n))
		if n.Kind == notice.StillRightKind {
			link = n.Link
		}
	}
	at, err := url.Parse(link)
	must(t, err)
	p.Open(c.URL + at.Path)
	lookInBoth(p, "still-right", "日本語", "English")
	p.Go("Yes, it is right")
	p.See("We ask again in a year")
	p.Look("still-right-done")
}
