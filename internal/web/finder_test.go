package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/web/webtest"
	"nakodo/internal/words"
)

// finder is somebody with a report and its link.
type finder struct {
	t    *testing.T
	c    *webtest.Centre
	id   cvd.ReportID
	link string
}

func report(t *testing.T, c *webtest.Centre, who cvd.Identity, consents cvd.Consents) *finder {
	t.Helper()
	got, err := c.ReceiveReport(t.Context(), desk.Incoming{
		Submission: cvd.Submission{
			Kind: cvd.AboutProduct, Lang: "en", Vendor: "Acme", Product: "Acme Gateway 9000", Title: "Fixed key", Procedure: "1. look", Result: "the same key everywhere",
			Coordinator: cvd.CentreLeads, OwnID: "LAB-7",
		},
		Identity: who, Consents: consents, Door: "web",
	})
	ok(t, err)
	return &finder{t, c, got.ID, got.Link}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask gets a page below the finder's own.
func (f *finder) ask(below string) (*http.Response, string) {
	f.t.Helper()
	return fetch(f.t, f.c.URL+f.link+below)
}

func fetch(t *testing.T, address string) (*http.Response, string) {
	t.Helper()
	res, err := http.Get(address)
	ok(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	ok(t, err)
	return res, string(b)
}

// sees fails for each text the page lacks.
func (f *finder) sees(texts ...string) string {
	f.t.Helper()
	res, page := f.ask("")
	if res.StatusCode != 200 {
		f.t.Fatalf("status %d: %s", res.StatusCode, page)
	}
	for _, x := range texts {
		if !strings.Contains(page, x) {
			f.t.Errorf("the page lacks %q:\n%s", x, page)
		}
	}
	return page
}

// send posts a form as a browser does and gives where it leads, or the page it shows again.
func (f *finder) send(below string, values url.Values, files map[string]string) (int, string) {
	f.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, vs := range values {
		for _, v := range vs {
			ok(f.t, form.WriteField(k, v))
		}
	}
	for name, content := range files {
		part, err := form.CreateFormFile("files", name)
		ok(f.t, err)
		_, err = io.WriteString(part, content)
		ok(f.t, err)
	}
	ok(f.t, form.Close())
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Post(f.c.URL+f.link+below, form.FormDataContentType(), &body)
	ok(f.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	ok(f.t, err)
	return res.StatusCode, string(b)
}

var threadIn = regexp.MustCompile(`name="thread" value="([^"]+)"`)

func (f *finder) thread() string {
	f.t.Helper()
	m := threadIn.FindStringSubmatch(f.sees())
	if m == nil {
		f.t.Fatal("the page has no conversation")
	}
	return m[1]
}

var named = cvd.Identity{Name: "Fay Finder", Mail: "fay@finder.test", CreditAs: "Fay"}

func TestFinderSeesTheReportGoItsWay(t *testing.T) {
	c, ctx := webtest.Start(t), t.Context()
	ann, _ := c.Officer("Ann", "ann@example.test")
	acme := c.Vendor(ann, "Acme Controls", "acme.test")
	f := report(t, c, named, cvd.Consents{})
	if _, page := f.ask("?received"); !strings.Contains(page, c.URL+f.link) || !strings.Contains(page, "Keep this link") {
		t.Errorf("right after sending, the link is not shown: %s", page)
	}
	page := f.sees("A person reads your report", "LAB-7", string(f.id))
	if strings.Contains(page, "Keep this link") {
		t.Error("the link is shown every time")
	}
	c.Clock.Move(8 * 24 * time.Hour)
	f.sees("We are sorry")
	ok(t, c.AcknowledgeReport(ctx, ann, f.id))
	f.sees("We check the report")
	ok(t, c.JudgeReport(ctx, ann, f.id, cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}))
	f.sees("We look for the vendors")
	id, err := c.OpenCase(ctx, ann, desk.Opening{Reports: []cvd.ReportID{f.id}, Title: words.Text{EN: "SECRET-TITLE", JA: "SECRET-題名"}})
	ok(t, err)
	ok(t, c.InviteVendor(ctx, ann, id, desk.Invitation{Org: acme.Org, How: "mail"}))
	f.sees("The vendors have been asked", "NKD#"+string(id))
	ok(t, c.Act(ctx, acme, id, 0, cvd.AnswerInvitation{Who: cvd.OrgParticipant(acme.Org), Yes: true, Terms: 1}))
	page = f.sees("The vendors work on a remedy", "Details given to a vendor")
	for _, secret := range []string{"SECRET", "Acme Controls", string(acme.Org)} {
		if strings.Contains(page, secret) {
			t.Errorf("the finder is shown %q", secret)
		}
	}
}

func TestFinderHearsWhyNot(t *testing.T) {
	c := webtest.Start(t)
	ann, _ := c.Officer("Ann", "ann@example.test")
	f := report(t, c, cvd.Identity{Anonymous: true}, cvd.Consents{})
	ok(t, c.JudgeReport(t.Context(), ann, f.id, cvd.Judgement{Reason: "It is documented behaviour."}))
	f.sees("Not accepted", "It is documented behaviour.", "If you see it otherwise")
}

func TestFinderWritesBothWays(t *testing.T) {
	c, ctx := webtest.Start(t), t.Context()
	ann, _ := c.Officer("Ann", "ann@example.test")
	f := report(t, c, cvd.Identity{Anonymous: true}, cvd.Consents{})
	thread := f.thread()
	if status, page := f.send("/message", url.Values{"thread": {thread}, "text": {"mine"}, "tlp": {"none"}}, map[string]string{"a.txt": "a"}); status != 422 || !strings.Contains(page, "Choose one of the TLP labels") || !strings.Contains(page, `name="kept"`) {
		t.Errorf("no label: %d %s", status, page)
	}
	if status, page := f.send("/message", url.Values{"thread": {thread}, "text": {"one more thing <b>"}, "tlp": {"TLP:RED"}}, map[string]string{"log.txt": "evidence"}); status != 303 {
		t.Fatalf("%d %s", status, page)
	}
	ok(t, c.PostMessage(ctx, ann, thread, "Thank you. Which version?", nil))
	page := f.sees("one more thing &lt;b&gt;", "Thank you. Which version?", "log.txt", `TLP:RED</span> <a href`, "As usual here: TLP:AMBER",
		"ee8250fb76e094b34b471f13a73dbbe51d1ae142e9df59d7c0d31ec20f0a0a8e")
	file := regexp.MustCompile(`/files/[a-z0-9]+`).FindString(page)
	res, body := f.ask(file)
	if body != "evidence" || res.Header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%q %v", body, res.Header)
	}
	// Nothing typed: the file that came stays with the form.
	other := report(t, c, named, cvd.Consents{})
	if status, page := other.send("/message", url.Values{"thread": {thread}, "text": {"x"}}, nil); status != 404 {
		t.Errorf("somebody else's conversation: %d %s", status, page)
	}
	if res, _ := other.ask(file); res.StatusCode != 404 {
		t.Errorf("somebody else's file: %d", res.StatusCode)
	}
	if status, page := f.send("/message", url.Values{"thread": {thread}, "text": {" "}}, nil); status != 422 || !strings.Contains(page, "name=\"thread\"") {
		t.Errorf("an empty message: %d %s", status, page)
	}
	for i := range 25 {
		status, page := f.send("/message", url.Values{"thread": {thread}, "text": {fmt.Sprint("flood ", i)}}, nil)
		if status == 429 && strings.Contains(page, fmt.Sprint("flood ", i)) {
			return
		}
	}
	t.Error("a flood of messages is not held back")
}

func TestFinderChangesConsents(t *testing.T) {
	c := webtest.Start(t)
	f := report(t, c, named, cvd.Consents{})
	if status, page := f.send("/consents", url.Values{"credit": {"yes"}, "credit_as": {""}}, nil); status != 422 || !strings.Contains(page, "name to be published") {
		t.Errorf("credit without a name: %d %s", status, page)
	}
	if status, _ := f.send("/consents", url.Values{"share_identity": {"yes"}, "direct_contact": {"no"}, "credit": {"yes"}, "credit_as": {"Fay of Lab"}}, nil); status != 303 {
		t.Errorf("status %d", status)
	}
	f.sees("Fay of Lab")
	id, token, _ := strings.Cut(strings.TrimPrefix(f.link, "/status/"), "/")
	by, err := c.Finder(id, token)
	ok(t, err)
	p, err := c.FinderPage(t.Context(), by)
	if err != nil || p.Consents != (cvd.Consents{ShareIdentity: true, Credit: true}) || p.CreditAs != "Fay of Lab" {
		t.Errorf("%+v %v", p.Consents, err)
	}
	anonymous := report(t, c, cvd.Identity{Anonymous: true}, cvd.Consents{})
	if page := anonymous.sees(); strings.Contains(page, `name="share_identity"`) {
		t.Error("somebody without a name is asked whether to pass it on")
	}
}

// Whoever tries a link learns nothing: not whether the report exists.
func TestWrongLinkIsNoLink(t *testing.T) {
	c := webtest.Start(t)
	f := report(t, c, named, cvd.Consents{})
	token := f.link[strings.LastIndex(f.link, "/")+1:]
	nothing, want := fetch(t, c.URL+"/nothing/at/all")
	for _, path := range []string{"/status/" + string(f.id) + "/wrong", "/status/NKR-2222-2222/" + token, "/status/NKR-2222-2222/wrong", "/status/" + string(f.id) + "/" + token + "x", "/status/" + string(f.id)} {
		res, page := fetch(t, c.URL+path)
		if res.StatusCode != 404 || page != want {
			t.Errorf("%s: %d, and another page than for what is not there:\n%s\n%s", path, res.StatusCode, page, want)
		}
		for k, v := range nothing.Header {
			if strings.Join(v, ",") != strings.Join(res.Header[k], ",") && k != "Date" {
				t.Errorf("%s: header %s: %q, elsewhere %q", path, k, res.Header[k], v)
			}
		}
	}
	res, _ := f.ask("")
	if res.Header.Get("Cache-Control") != "no-store" || !strings.Contains(res.Header.Get("Referrer-Policy"), "same-origin") || len(res.Cookies()) > 0 {
		t.Errorf("headers %v", res.Header)
	}
	if l := c.Log.String(); strings.Contains(l, token) || strings.Contains(l, "Fay") || !strings.Contains(l, "/status/{id}/{token}") {
		t.Errorf("the log: %s", l)
	}
}

// The way through the portal's form: the link it leads to opens the page.
func TestFromTheFormToThePage(t *testing.T) {
	c := webtest.Start(t)
	res, err := http.PostForm(c.URL+"/ja/report/product", url.Values{
		"title": {"固定の鍵"}, "product": {"Gateway"}, "result": {"同じ鍵"}, "coordinator": {"centre"}, "wish": {"usual"}, "anonymous": {"yes"}, "lang": {"ja"},
	})
	ok(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	ok(t, err)
	if page := string(b); res.StatusCode != 200 || !strings.Contains(page, "唯一の手段") || !strings.Contains(page, `<html lang="ja">`) {
		t.Errorf("%d %s", res.StatusCode, page)
	}
}
