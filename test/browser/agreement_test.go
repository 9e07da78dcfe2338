package browser_test

import (
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/web/webtest"
	"nakodo/test/browser"
)

// TestAgreements looks at what an agreement, its absence and the individual tier
// look like, to officers and to a vendor.
func TestAgreements(t *testing.T) {
	c := webtest.Start(t)
	s := c.Stage()
	ctx := t.Context()
	_, err := c.AddAgreementText(ctx, s.Officer, party.AgreementText{Scope: party.ScopeReports, Edition: "2026-1", EN: "We keep what we receive secret.", JA: "受領した情報を秘密に保ちます。"})
	must(t, err)
	solo, err := c.SaveOrganisation(ctx, s.Officer, party.Organisation{Kinds: []party.OrgKind{party.KindVendor}, Tier: party.Individual,
		Names: []party.Name{{Text: "Solo Works", Kind: party.Official}}, Products: []party.Product{{ID: "p", Name: "Solo Panel X"}}})
	must(t, err)
	_, err = c.SaveContact(ctx, s.Officer, party.Contact{Org: solo, Name: "PSIRT", Mail: "psirt@solo.test", Lang: "en", Duty: party.OnDuty})
	must(t, err)
	must(t, c.InviteVendor(ctx, s.Officer, s.Case, desk.Invitation{Org: s.Dyno, How: "mail", Reason: "The runtime is theirs; the papers are in the post."}))
	page, err := c.Organisation(ctx, s.Officer, s.Acme.Org)
	must(t, err)
	paper := page.Agreements[0].ID
	up, err := c.Keep(ctx, "signed.pdf", strings.NewReader("signed by both"))
	must(t, err)
	must(t, c.KeepAgreementDocument(ctx, s.Officer, paper, []desk.Upload{up}))
	bolt, err := c.Organisation(ctx, s.Officer, s.Bolt.Org)
	must(t, err)
	must(t, c.EndAgreement(ctx, s.Officer, bolt.Agreements[0].ID, "They were sold."))
	at, registry := "/desk/cases/"+string(s.Case), "/desk/registry/"+string(s.Acme.Org)
	b := browser.Start(t)
	look := func(w *browser.Window, name, path string) {
		for _, there := range []string{"日本語", "English"} {
			if status := w.Open(c.URL + path); status != 200 {
				t.Fatalf("%s: %d\n%s", path, status, c.Log)
			}
			w.Look("agreement-" + name)
			w.Go(there)
		}
	}
	w := b.Window(t, "officer")
	enter(w, c, s.Secret)
	look(w, "case", at)
	look(w, "overrides-own", at+"/overrides")
	look(w, "vendor-ended", at+"/vendors/"+string(s.Bolt.Org))
	look(w, "vendor-asked", at+"/vendors/"+string(s.Dyno))
	look(w, "invite-individual", at+"/invite?org="+string(solo))
	look(w, "show", registry+"/agreements/"+paper)
	look(w, "form", registry+"/agreements/"+paper+"/edit")
	look(w, "texts", "/desk/agreements")
	second, _ := c.Officer("Ichiro Sato", "ichiro@example.test")
	must(t, c.Act(ctx, second, s.Case, 0, cvd.AskOverride{Who: cvd.OrgParticipant(s.Bolt.Org), Reason: "The new owner signs this week."}))
	look(w, "overrides", at+"/overrides")
	look(w, "next", "/desk/next")

	v := b.Window(t, "vendor")
	v.Open(c.LinkIn("psirt@bolt.test"))
	v.Go("Sign in here")
	look(v, "room-closed", "/room/"+string(s.Case))
	look(v, "mine", "/room/agreements")
}
