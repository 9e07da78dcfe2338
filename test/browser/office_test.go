package browser_test

import (
	"testing"

	"nakodo/internal/advisory"
	"nakodo/internal/keys"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/talk"
	"nakodo/internal/web/webtest"
	"nakodo/internal/words"
	"nakodo/test/browser"
)

// TestAdvisoryEditor writes an advisory as an officer does: the findings follow
// while one types, and each screen is looked at in both languages.
func TestAdvisoryEditor(t *testing.T) {
	c := webtest.Start(t)
	s := c.Stage()
	b := browser.Start(t)
	w := b.Window(t, "officer")
	enter(w, c, s.Secret)
	id, err := c.DraftAdvisory(t.Context(), s.Officer, s.Case)
	if err != nil {
		t.Fatal(err)
	}
	at := c.URL + "/desk/advisories/" + string(id)
	w.Open(at + "/edit")
	w.Fill("Overview (English)", "Gateways of several vendors use a fixed key.")
	w.Fill("Overview (Japanese)", "複数のベンダのゲートウェイが固定の鍵を使用しています。")
	w.Fill("Description (English)", "Run curl -X POST http://192.0.2.1/reset --data 'key=AAAA' to see it.")
	w.See("This looks like a command line") // without leaving the page
	if browser.Eval[bool](w, `document.querySelector("#gate blockquote") === null`) {
		t.Error("the findings do not quote what was typed")
	}
	w.Fill("CVSS 3.1 vector", "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N")
	w.See("8.1 HIGH")
	w.Go("Save")
	w.See("Saved.")
	lookInBoth(w, "advisory-edit", "日本語", "English")

	c.Clock.Move(1)
	page, err := c.Advisory(t.Context(), s.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	content := page.Advisory.Draft.Content
	content.Remedies = append(content.Remedies, product.Remedy{Kind: product.Workaround, Text: words.Text{EN: "Block the engineering port.", JA: "エンジニアリングポートへの接続を制限する。"}})
	stale := page.Advisory.Version
	w.Open(at + "/edit")
	w.Fill("Overview (English)", "What I typed meanwhile.")
	if err := c.WriteAdvisory(t.Context(), s.Officer, id, stale, advisory.Write{Content: content, Summary: page.Advisory.Draft.Summary}); err != nil {
		t.Fatal(err)
	}
	w.Go("Save")
	w.See("A colleague saved a change")
	w.Expect(409)
	w.Look("advisory-edit-stale")

	w.Open(at)
	w.Go("Submit for review")
	lookInBoth(w, "advisory-show", "日本語", "English")
	w.Open(c.URL + "/desk/advisories")
	lookInBoth(w, "advisory-list", "日本語", "English")
	for _, lang := range []string{"ja", "en"} {
		w.Open(at + "/preview/" + lang)
		w.Look("advisory-preview")
	}

	second, _ := c.Officer("Ichiro Sato", "ichiro@example.test")
	link, err := c.DemoLink(t.Context(), second, "/desk/advisories/"+string(id))
	if err != nil {
		t.Fatal(err)
	}
	w2 := b.Window(t, "second officer")
	w2.Open(c.URL + link)
	w2.Go("Sign in here")
	w2.Click("Set this aside…")
	w2.Fill("Why it may be published in spite of this", "The vendor publishes the same line.")
	w2.Look("advisory-show-second")
	w2.Go("Set aside")
	w2.See("Set aside by Ichiro Sato")
}

// TestOffice looks at letters, tray, registry, team and journal.
func TestOffice(t *testing.T) {
	c := webtest.Start(t)
	s := c.Stage()
	w := browser.Start(t).Window(t, "officer")
	enter(w, c, s.Secret)
	for _, empty := range []string{"tray"} {
		w.Open(c.URL + "/desk/" + empty)
		w.Look("office-" + empty + "-empty")
	}
	ctx := t.Context()
	key, err := keys.Create("PSIRT", "psirt@acme.test", c.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	contact, err := c.SaveContact(ctx, s.Officer, party.Contact{Org: s.Acme.Org, Name: "Key holder", Mail: "keyed@acme.test", Lang: "ja", Duty: party.Backup, Key: key.Public().Armoured(), Verified: c.Clock.Now(), How: "by telephone"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.RequestLink(ctx, "keyed@acme.test", ""); err != nil {
		t.Fatal(err)
	}
	mail, err := c.KeepMail(ctx, []byte("From: psirt@acme.test\r\n\r\nhello"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.SettleMail(ctx, talk.Mail{ID: mail, State: talk.MailTray, From: "psirt@acme.test", Subject: "Re: [TLP:AMBER+STRICT] NKD#" + string(s.Case), Text: "ご連絡ありがとうございます。\n\n確認中です。", Problem: "mail.tray.unproven"}); err != nil {
		t.Fatal(err)
	}
	org := "/desk/registry/" + string(s.Acme.Org)
	for _, page := range []struct{ name, path string }{
		{"letters", "/desk/letters"},
		{"letter-sealed", "/desk/letters/" + c.Letters("keyed@acme.test")[0].ID},
		{"letter-open", "/desk/letters/" + c.Letters("psirt@acme.test")[0].ID},
		{"tray", "/desk/tray"},
		{"tray-letter", "/desk/tray/" + mail},
		{"registry", "/desk/registry"},
		{"registry-entry", org},
		{"registry-edit", org + "/edit"},
		{"registry-contact", org + "/contacts/" + string(contact)},
		{"registry-agreement", org + "/agreements/new"},
		{"team", "/desk/team"},
		{"journal", "/desk/journal"},
	} {
		for _, there := range []string{"日本語", "English"} {
			if status := w.Open(c.URL + page.path); status != 200 {
				t.Fatalf("%s: %d\n%s", page.path, status, c.Log)
			}
			w.Look("office-" + page.name)
			w.Go(there)
		}
	}
	w.Open(c.URL + "/desk/team")
	w.Fill("Name", "Ichiro Sato")
	w.Fill("Address", "ichiro@example.test")
	w.Go("Add")
	w.See("It is shown only now.")
	w.Look("office-team-added")
}
