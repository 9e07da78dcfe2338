package web_test

import (
	"regexp"
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/web/webtest"
	"nakodo/internal/words"
)

// invited is a case to which a vendor has been invited.
func invited(t *testing.T, c *webtest.Centre) (ann, acme party.Actor, id cvd.CaseID) {
	t.Helper()
	ctx := t.Context()
	ann, _ = c.Officer("Ann", "ann@example.test")
	acme = c.Vendor(ann, "Acme", "acme.test")
	got, err := c.ReceiveReport(ctx, desk.Incoming{
		Submission: cvd.Submission{Kind: cvd.AboutProduct, Lang: "en", Product: "Gateway", Title: "SECRET-REPORT", Procedure: "SECRET-STEPS", Result: "it breaks", Coordinator: cvd.CentreLeads},
		Identity:   cvd.Identity{Anonymous: true}, Door: "web",
	})
	must(t, err)
	must(t, c.JudgeReport(ctx, ann, got.ID, cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}))
	id, err = c.OpenCase(ctx, ann, desk.Opening{Reports: []cvd.ReportID{got.ID}, Title: words.Text{EN: "SECRET-TITLE", JA: "SECRET-題"}})
	must(t, err)
	must(t, c.InviteVendor(ctx, ann, id, desk.Invitation{Org: acme.Org, How: "mail"}))
	return ann, acme, id
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// enter follows the link in the newest letter, as a person does: by pressing its button.
func enter(t *testing.T, c *webtest.Centre, mail string) *client {
	t.Helper()
	b := newClient(t, c)
	link := c.LinkIn(mail)
	if st, _, _ := b.get(link); st != 200 {
		t.Fatalf("the link in the letter: %d", st)
	}
	if st, path, _ := b.post(link); st != 200 || !strings.HasPrefix(path, "/room/") {
		t.Fatalf("pressing the button: %d at %s", st, path)
	}
	return b
}

func TestRoom_TermsThenContentThenWords(t *testing.T) {
	c := webtest.Start(t)
	_, _, id := invited(t, c)
	b, room := enter(t, c, "psirt@acme.test"), "/room/"+string(id)

	st, path, body := b.get(room)
	b.expect("before signing", st, path, body, 200, room, "The terms, before the content")
	for _, secret := range []string{"SECRET", "Gateway"} {
		if strings.Contains(body, secret) {
			t.Errorf("before signing the page shows %s", secret)
		}
	}
	st, path, body = b.post(room+"/status", "vuln", "v1", "status", "vulnerable", "product", "new", "name", "Gateway")
	b.expect("a status before signing", st, path, body, 409, room+"/status", "Answer the terms first")
	st, path, body = b.post(room+"/answer", "terms", "1")
	b.expect("neither yes nor no", st, path, body, 422, room+"/answer", "Choose yes or no.")
	st, path, body = b.post(room+"/answer", "terms", "7", "yes", "yes")
	b.expect("terms that have changed", st, path, body, 409, room+"/answer", "The terms have changed")
	st, path, body = b.post(room+"/answer", "terms", "1", "yes", "yes")
	b.expect("signing", st, path, body, 200, room, "SECRET-STEPS")

	b.post(room+"/report", "do", "validate")
	st, path, body = b.post(room+"/report", "do", "accept")
	b.expect("accepting", st, path, body, 200, room, "being worked on")
	st, path, body = b.post(room+"/status", "vuln", "v1", "product", "new", "name", "", "status", "vulnerable", "note", "a long note")
	b.expect("a product without a name", st, path, body, 422, room+"/status", "a long note")
	st, path, body = b.post(room+"/status", "vuln", "v1", "product", "new", "name", "Gateway 9000", "to", "4.2", "status", "vulnerable")
	b.expect("a status", st, path, body, 200, room, "before 4.2")
	product := regexp.MustCompile(`value="(P[0-9a-f]{8})"`).FindStringSubmatch(body)
	if product == nil {
		t.Fatalf("no product to choose in\n%s", body)
	}
	st, path, body = b.post(room+"/remedy", "kind", "vendor_fix", "text.en", "Update to 4.2.", "products", product[1])
	b.expect("a remedy", st, path, body, 200, room, "Update to 4.2.")
	st, path, body = b.post(room+"/statement", "text.en", "We have mended it.", "url", "https://acme.test/notice")
	b.expect("a statement", st, path, body, 200, room, "We have mended it.")
	st, path, body = b.post(room+"/number", "number", "PSIRT-77")
	b.expect("the own number", st, path, body, 200, room, "PSIRT-77")
	st, path, body = b.post(room+"/propose", "until", "2026-07-01T09:00", "reason", "testing takes longer")
	b.expect("a proposal", st, path, body, 200, room, "The proposal has been put to the others")
	st, path, body = b.get("/room")
	b.expect("the list", st, path, body, 200, "/room", "SECRET-TITLE")
	st, path, body = b.post(room + "/leave")
	b.expect("leaving without meaning it", st, path, body, 422, room+"/leave", "Tick the box")
	st, path, body = b.post(room+"/leave", "sure", "yes")
	b.expect("leaving", st, path, body, 200, room, "You have left the case.")
	if strings.Contains(body, "SECRET") {
		t.Error("who has left still reads the content")
	}
}

func TestRoom_StrangersFindNothing(t *testing.T) {
	c := webtest.Start(t)
	ann, _, id := invited(t, c)
	zeta := c.Vendor(ann, "Zeta", "zeta.test")
	must(t, c.RequestLink(t.Context(), "psirt@zeta.test", "/room"))
	b := newClient(t, c)
	link := c.LinkIn("psirt@zeta.test")
	if st, path, _ := b.post(link); st != 200 || path != "/room" {
		t.Fatalf("signing in as %s: %d at %s", zeta.Org, st, path)
	}
	st1, _, here := b.get("/room/" + string(id))
	st2, _, nowhere := b.get("/room/11111111")
	bare := func(s string) string {
		return regexp.MustCompile(`\d{8}|<code>[^<]*</code>|[0-9A-Z]{4}-[0-9A-Z]{4}`).ReplaceAllString(s, "")
	}
	if st1 != 404 || st2 != 404 || bare(here) != bare(nowhere) {
		t.Errorf("another's case: %d, no case: %d; the pages differ: %v", st1, st2, bare(here) != bare(nowhere))
	}
	for _, form := range []string{"answer", "status", "message", "leave", "nothing"} {
		if st, _, _ := b.post("/room/"+string(id)+"/"+form, "yes", "yes", "terms", "1", "vuln", "v1", "status", "unknown", "sure", "yes", "text", "x"); st != 404 {
			t.Errorf("%s into another's case: %d", form, st)
		}
	}
}

// A vendor's own report and what is said of it later take files with a label of
// their own.
func TestOwnReport_FilesBearALabel(t *testing.T) {
	c := webtest.Start(t)
	invited(t, c)
	b := enter(t, c, "psirt@acme.test")
	form := []string{"title", "Fixed key", "product", "Gateway", "result", "It opens"}
	st, path, body := b.upload("/own-reports", "files", "log.txt", "L", append(form, "tlp", "none")...)
	b.expect("no such label", st, path, body, 422, "/own-reports", "Choose one of the TLP labels", `name="kept"`)
	kept := keptTicket.FindStringSubmatch(body)
	st, path, body = b.upload("/own-reports", "files", "", "", append(form, "tlp", "TLP:GREEN", "kept", kept[1])...)
	b.expect("a report with a file", st, path, body, 200, path, "TLP:GREEN</span> <a href", "log.txt", "SHA-256", "As usual here: TLP:AMBER")
	st, path, body = b.upload(path+"/message", "files", "more.txt", "M", "text", "More of it")
	b.expect("a message with a file", st, path, body, 200, strings.TrimSuffix(path, "/message"), "TLP:AMBER+STRICT</span> <a href", "more.txt")
}
