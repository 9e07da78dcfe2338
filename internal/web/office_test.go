package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"nakodo/internal/keys"
	"nakodo/internal/party"
	"nakodo/internal/talk"
	"nakodo/internal/web/webtest"
)

func TestLetters_AsTheyLeaveOrWouldLeave(t *testing.T) {
	c := webtest.Start(t)
	ann, acme, _ := invited(t, c)
	b := signedIn(t, c, ann)
	st, path, body := b.get("/desk/letters")
	b.expect("the list", st, path, body, 200, "/desk/letters", "psirt@acme.test")
	if !strings.Contains(body, "No mail server is set up") {
		t.Error("nothing says that letters are held")
	}
	st, path, body = b.get("/desk/letters?state=failed")
	b.expect("those that failed", st, path, body, 200, "/desk/letters?state=failed", "No letter is in this state.")
	for _, bad := range []string{"/desk/letters?state=nonsense", "/desk/letters/nonsense", "/desk/letters/nonsense/raw"} {
		if st, _, _ := b.get(bad); st != 404 {
			t.Errorf("%s: %d", bad, st)
		}
	}
	if st, _, _ := b.get("/desk/letters?page=-4&state=held"); st != 200 {
		t.Errorf("a page that is none: %d", st)
	}

	letter := "/desk/letters/" + c.Letters("psirt@acme.test")[0].ID
	st, path, body = b.get(letter)
	b.expect("one letter", st, path, body, 200, letter, "As it would leave now.")
	if !strings.Contains(body, "In the open") || !strings.Contains(body, "psirt@acme.test") || strings.Contains(body, "SECRET") {
		t.Errorf("the letter reads\n%s", body)
	}
	st, path, body = b.post(letter + "/send")
	b.expect("sending without a server", st, path, body, 409, letter+"/send", "mail server")
	c.Hold = false
	st, path, body = b.post(letter + "/send")
	b.expect("sending", st, path, body, 200, letter, "queued and leaves at once")
	st, path, body = b.post(letter + "/hold")
	b.expect("holding", st, path, body, 200, letter, "The letter is held back.")
	if st, _, _ := b.post(letter + "/hold"); st != 409 {
		t.Errorf("holding twice: %d", st)
	}
	if st, _, _ := b.post(letter + "/burn"); st != 404 {
		t.Errorf("a form that is none: %d", st)
	}

	// a contact with a key: the centre's own copy opens what is sealed
	key, err := keys.Create("PSIRT", "psirt@acme.test", c.Clock.Now())
	must(t, err)
	_, err = c.SaveContact(t.Context(), ann, party.Contact{Org: acme.Org, Name: "Keyed", Mail: "keyed@acme.test", Lang: "en", Duty: party.OnDuty, Key: key.Public().Armoured()})
	must(t, err)
	must(t, c.RequestLink(t.Context(), "keyed@acme.test", ""))
	letter = "/desk/letters/" + c.Letters("keyed@acme.test")[0].ID
	st, path, body = b.get(letter)
	b.expect("a sealed letter", st, path, body, 200, letter, "opened with the centre&#39;s own copy")
	r, err := http.NewRequest("GET", c.URL+letter+"/raw", nil)
	must(t, err)
	resp, err := b.http.Do(r)
	must(t, err)
	resp.Body.Close()
	if h := resp.Header; h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("Cache-Control") != "no-store" {
		t.Errorf("the raw letter comes as %v", h)
	}
	if _, _, raw := b.get(letter + "/raw"); !strings.Contains(raw, "BEGIN PGP MESSAGE") {
		t.Errorf("the raw letter is\n%s", raw)
	}
}

func TestTray_ALetterFindsItsPlace(t *testing.T) {
	c := webtest.Start(t)
	ann, _, id := invited(t, c)
	b := signedIn(t, c, ann)
	st, path, body := b.get("/desk/tray")
	b.expect("an empty tray", st, path, body, 200, "/desk/tray", "Nothing waits.")
	arrive := func(m talk.Mail) string {
		mail, err := c.KeepMail(t.Context(), []byte("From: x\r\n\r\n<b>raw</b>"))
		must(t, err)
		m.ID = mail
		_, err = c.SettleMail(t.Context(), m)
		must(t, err)
		return "/desk/tray/" + mail
	}
	mark := "NKD#" + string(id)
	letter := arrive(talk.Mail{State: talk.MailTray, From: "psirt@acme.test", Subject: "Re: " + mark, Text: "We are <b>looking</b>.", Problem: "mail.tray.unproven"})
	st, path, body = b.get("/desk/tray")
	b.expect("the tray", st, path, body, 200, "/desk/tray", "neither the reply address nor a signature")
	st, path, body = b.get(letter)
	b.expect("the letter", st, path, body, 200, letter, `value="`+mark+`"`)
	if strings.Contains(body, "<b>looking") || !strings.Contains(body, "Anybody can write any address") {
		t.Errorf("the letter shows\n%s", body)
	}
	if _, _, raw := b.get(letter + "/raw"); raw != "From: x\r\n\r\n<b>raw</b>" {
		t.Errorf("the raw bytes are %q", raw)
	}
	st, path, body = b.post(letter+"/place", "mark", mark, "address", "stranger@evil.test")
	b.expect("nobody's address", st, path, body, 422, letter+"/place", "stranger@evil.test")
	st, path, body = b.post(letter+"/place", "mark", "NKD#00000000", "address", "psirt@acme.test")
	b.expect("nobody's number", st, path, body, 422, letter+"/place", "Nobody with this address")
	st, path, body = b.post(letter+"/place", "mark", "", "address", "psirt@acme.test")
	b.expect("no number", st, path, body, 422, letter+"/place", "Please fill this in.")
	st, path, body = b.post(letter+"/place", "mark", mark, "address", "psirt@acme.test")
	b.expect("its place", st, path, body, 200, "/desk/tray", "now part of the conversation")
	st, path, body = b.post(letter+"/place", "mark", mark, "address", "psirt@acme.test")
	b.expect("twice", st, path, body, 409, letter+"/place", "dealt with this letter already")
	page, err := c.Case(t.Context(), ann, id)
	must(t, err)
	said := false
	for _, talk := range page.Talk {
		for _, m := range talk.Messages {
			said = said || m.Text == "We are <b>looking</b>."
		}
	}
	if !said {
		t.Error("the letter is not in the conversation")
	}
	broken := arrive(talk.Mail{State: talk.MailBroken, Problem: "mail.broken"})
	st, path, body = b.post(broken + "/done")
	b.expect("dealt with", st, path, body, 200, "/desk/tray", "Marked as dealt with.")
	if st, _, _ := b.post("/desk/tray/nonsense/done"); st != 404 {
		t.Errorf("a letter that is none: %d", st)
	}
}

var idOf = regexp.MustCompile(`^/desk/registry/([a-z0-9]+)$`)

func TestRegistry_EntriesContactsAgreements(t *testing.T) {
	c := webtest.Start(t)
	ann, _ := c.Officer("Ann", "ann@example.test")
	b := signedIn(t, c, ann)
	st, path, body := b.get("/desk/registry")
	b.expect("an empty registry", st, path, body, 200, "/desk/registry", "The registry is empty.")
	st, path, body = b.post("/desk/registry/new", "names.0.text", " ", "kinds", "vendor", "tier", "unverified", "products", "Gateway 9000")
	b.expect("no name", st, path, body, 422, "/desk/registry/new", "Gateway 9000")
	st, path, body = b.post("/desk/registry/new", "names.0.text", "Zeta", "kinds", "vendor", "tier", "unverified", "zone", "Moon/Crater")
	b.expect("no such zone", st, path, body, 422, "/desk/registry/new", "Asia/Tokyo")
	st, path, body = b.post("/desk/registry/new", "names.0.text", "Zeta 電機", "names.0.lang", "ja", "names.1.text", "Zeta Electric", "kinds", "vendor", "kinds", "integrator",
		"tier", "general", "country", "jp", "languages", "ja", "domains", "zeta.test\nzeta.example", "products", "Gateway 9000 | 1.0, 2.0 | cpe:2.3:h:zeta:gw:*:*:*:*:*:*:*:*\n\nPanel")
	at := idOf.FindStringSubmatch(path)
	if at == nil {
		t.Fatalf("adding: %d at %s\n%s", st, path, body)
	}
	for _, want := range []string{"The entry is saved.", "Zeta 電機", "Zeta Electric", "1.0, 2.0", "zeta.example", "JP", "Added to the registry"} {
		if !strings.Contains(body, want) {
			t.Errorf("the entry lacks %s", want)
		}
	}
	org := at[0]
	for typed, want := range map[string]string{"ｚｅｔａ": "Zeta 電機", "nobody": "Nobody here is called nobody"} {
		if _, _, body := b.get("/desk/registry?q=" + typed); !strings.Contains(body, want) {
			t.Errorf("searching %s does not find %s", typed, want)
		}
	}

	// changing: what is not asked for stays, a colleague's change is seen
	_, _, page := b.get(org + "/edit")
	version := between(page, `name="version" value="`, `"`)
	form := []string{"version", version, "names.0.text", "Zeta", "kinds", "vendor", "tier", "individual", "products", "Gateway 9000\nPanel"}
	st, path, body = b.post(org+"/edit", form...)
	b.expect("changing", st, path, body, 200, org, "For its own products")
	st, path, body = b.post(org+"/edit", form...)
	b.expect("an old version", st, path, body, 409, org+"/edit", "A colleague saved this")
	if now := between(body, `name="version" value="`, `"`); now == version {
		t.Error("sent again it would be refused again")
	}

	// contacts
	st, path, body = b.post(org+"/contacts/new", "name", "PSIRT", "mail", "no address", "duty", "on_duty", "lang", "ja")
	b.expect("a bad address", st, path, body, 422, org+"/contacts/new", "no address")
	st, path, body = b.post(org+"/contacts/new", "name", "PSIRT", "mail", "psirt@zeta.test", "duty", "on_duty", "lang", "ja", "key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\nnonsense\n-----END PGP PUBLIC KEY BLOCK-----")
	b.expect("a bad key", st, path, body, 422, org+"/contacts/new", `href="#f-key"`)
	key, err := keys.Create("PSIRT", "psirt@zeta.test", c.Clock.Now())
	must(t, err)
	st, path, body = b.post(org+"/contacts/new", "name", "PSIRT", "role", "yes", "mail", "psirt@zeta.test", "duty", "on_duty", "lang", "ja", "verified", "yes", "how", "by telephone", "key", key.Public().Armoured())
	b.expect("a contact", st, path, body, 200, org, "psirt@zeta.test")
	if !strings.Contains(strings.ReplaceAll(body, " ", ""), key.Public().Fingerprint()) {
		t.Error("the page does not show the key's fingerprint")
	}
	if !strings.Contains(body, "by telephone") || !strings.Contains(body, "Verified") {
		t.Error("the page does not say how the address was verified")
	}
	contact := regexp.MustCompile(regexp.QuoteMeta(org) + `/contacts/[a-z0-9]{5,}`).FindString(body)
	_, _, page = b.get(contact)
	if !strings.Contains(page, "BEGIN PGP PUBLIC KEY BLOCK") {
		t.Error("the form does not hold the key")
	}
	st, path, body = b.post(contact, "version", between(page, `name="version" value="`, `"`), "name", "PSIRT", "mail", "other@zeta.test", "duty", "backup", "lang", "ja")
	b.expect("another address", st, path, body, 200, org, "waits for a second officer")
	if !strings.Contains(body, "psirt@zeta.test") || strings.Contains(body, "Not verified") {
		t.Error("one officer alone changed the address")
	}
	asked := regexp.MustCompile(`/desk/changes/[a-z0-9]{5,}`).FindString(body)
	_, _, page = b.get(asked)
	if !strings.Contains(page, "other@zeta.test") || strings.Contains(page, `action="`+asked+`/agree"`) {
		t.Error("the change does not say what is asked, or its asker may agree")
	}
	st, _, _ = b.post(asked + "/agree")
	if st != 403 {
		t.Errorf("agreeing to the own change: got %d", st)
	}
	st, path, body = b.post(asked + "/withdraw")
	b.expect("taken back", st, path, body, 200, org, "Withdrawn")
	st, path, body = b.post(contact + "/remove")
	b.expect("the only contact", st, path, body, 409, contact+"/remove", "Add another contact first")

	// agreements
	st, path, body = b.post(org+"/agreements/new", "scope", "reports", "edition", "", "signed", "2026-04-01", "until", "2025-04-01")
	b.expect("a bad agreement", st, path, body, 422, org+"/agreements/new", "2025-04-01")
	today := c.Clock.Now()
	st, path, body = b.post(org+"/agreements/new", "scope", "reports", "edition", "2026-1", "signed", today.AddDate(-2, 0, 0).Format("2006-01-02"), "until", today.AddDate(-1, 0, 0).Format("2006-01-02"))
	b.expect("an old one", st, path, body, 200, org, "Expired")
	st, path, body = b.post(org+"/agreements/new", "scope", "early_provision", "edition", "2026-2", "signed", today.AddDate(0, 0, -2).Format("2006-01-02"))
	b.expect("one in force", st, path, body, 200, org, "In force")
	agreement := strings.TrimSuffix(regexp.MustCompile(regexp.QuoteMeta(org)+`/agreements/[a-z0-9]{5,}">Early`).FindString(body), `">Early`)
	st, path, body = b.get(agreement + "/edit")
	b.expect("its form", st, path, body, 200, agreement+"/edit", `type="date"`)
	st, path, body = b.get(agreement)
	b.expect("its page", st, path, body, 200, agreement, "No document is kept.")
	st, path, body = b.post(agreement+"/end", "reason", "they left", "sure", "")
	b.expect("not sure", st, path, body, 422, agreement+"/end", "they left")
	st, path, body = b.post(agreement+"/end", "reason", "they left", "sure", "yes")
	b.expect("ended", st, path, body, 200, agreement, "ended early")
	st, path, body = b.post(agreement+"/end", "reason", "again", "sure", "yes")
	b.expect("ended twice", st, path, body, 409, agreement+"/end", "nothing to end")
	// their texts
	st, path, body = b.post("/desk/agreements", "scope", "reports", "edition", "2026-1", "issued", "2026-01-15", "ja", "", "en", "")
	b.expect("a text without words", st, path, body, 422, "/desk/agreements", "at least one language")
	st, path, body = b.post("/desk/agreements", "scope", "reports", "edition", "2026-1", "issued", "2026-01-15", "ja", "受領した情報を秘密に保つ。", "en", "We keep what we receive secret.")
	b.expect("a text", st, path, body, 200, "/desk/agreements", "We keep what we receive secret.")
	st, path, body = b.post("/desk/agreements", "scope", "reports", "edition", "2026-1", "issued", "", "ja", "", "en", "Another.")
	b.expect("the same edition again", st, path, body, 422, "/desk/agreements", "kept already")

	for _, missing := range []string{"/desk/registry/nobody", "/desk/registry/nobody/edit", org + "/contacts/nobody", org + "/agreements/none"} {
		if st, _, _ := b.get(missing); st != 404 {
			t.Errorf("%s: %d", missing, st)
		}
	}
}

func TestTeam_AColleagueGetsALink(t *testing.T) {
	c := webtest.Start(t)
	ann, _ := c.Officer("Ann", "ann@example.test")
	b := signedIn(t, c, ann)
	st, path, body := b.post("/desk/team", "name", "Bob", "mail", "bob", "lang", "en")
	b.expect("a bad address", st, path, body, 422, "/desk/team", `value="Bob"`)
	st, path, body = b.post("/desk/team", "name", "Bob", "mail", "ann@example.test", "lang", "en")
	if st == 200 || !strings.Contains(body, "Another account has this address") {
		t.Errorf("an address that is taken: %d at %s\n%s", st, path, body)
	}
	st, path, body = b.post("/desk/team", "name", "Bob", "mail", "bob@example.test", "lang", "ja")
	b.expect("adding", st, path, body, 200, "/desk/team", "It is shown only now.")
	link := regexp.MustCompile(`http://[^<]*/setup/[A-Za-z0-9_-]+`).FindString(body)
	if st, _, _ := newClient(t, c).get(link); st != 200 {
		t.Errorf("the link %q: %d", link, st)
	}
	_, _, body = b.get("/desk/team")
	if !strings.Contains(body, "bob@example.test") || strings.Contains(body, "/setup/") {
		t.Error("the list lacks the colleague, or shows the link again")
	}
}

func TestJournal_PagesBackToTheFirstEvent(t *testing.T) {
	c := webtest.Start(t)
	ann, _, id := invited(t, c)
	for range 110 {
		_, err := c.SaveContact(t.Context(), ann, party.Contact{Org: c.Vendor(ann, "V", "v.test").Org, Name: "x", Phone: "1", Duty: party.Backup})
		must(t, err)
	}
	b := signedIn(t, c, ann)
	st, path, body := b.get("/desk/journal")
	b.expect("the newest", st, path, body, 200, "/desk/journal", "A contact was added")
	pages := 1
	for pages < 20 {
		older := between(body, `href="/desk/journal?before=`, `"`)
		if older == "" {
			break
		}
		_, _, body = b.get("/desk/journal?before=" + older)
		pages++
	}
	if pages < 4 || !strings.Contains(body, "/desk/cases/"+string(id)) || strings.Contains(body, "<code>") {
		t.Errorf("after %d pages:\n%s", pages, body)
	}
	if st, _, _ := b.get("/desk/journal?before=nonsense"); st != 200 {
		t.Errorf("a place that is none: %d", st)
	}
}

// To a vendor the office is missing, every page and every form of it.
func TestOffice_OutsidersFindNothing(t *testing.T) {
	c := webtest.Start(t)
	ann, acme, _ := invited(t, c)
	vendor := signedIn(t, c, acme)
	letter := "/desk/letters/" + c.Letters("psirt@acme.test")[0].ID
	org := "/desk/registry/" + string(acme.Org)
	_, _, missing := vendor.get("/desk/no-such-page")
	for _, path := range []string{
		"/desk/letters", letter, letter + "/raw", "/desk/tray", "/desk/tray/x", "/desk/registry", "/desk/registry?q=acme", "/desk/registry/new", org, org + "/edit",
		org + "/contacts/new", org + "/contacts/" + string(acme.Person), org + "/agreements/new", "/desk/team", "/desk/journal",
	} {
		if st, _, body := vendor.get(path); st != 404 || body != missing {
			t.Errorf("GET %s: %d", path, st)
		}
	}
	for _, path := range []string{letter + "/send", letter + "/hold", "/desk/tray/x/place", "/desk/tray/x/done", "/desk/registry/new", org + "/edit", org + "/contacts/new", org + "/agreements/new", "/desk/team"} {
		if st, _, body := vendor.post(path, "name", "x"); st != 404 || body != missing {
			t.Errorf("POST %s: %d", path, st)
		}
	}
	if people, err := c.Officers(t.Context(), ann); err != nil || len(people) != 1 {
		t.Errorf("officers %v, %v", people, err)
	}
}
