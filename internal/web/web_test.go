package web_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/look/looktest"
	"nakodo/internal/web/webtest"
)

// client is a browser without a screen.
type client struct {
	t    *testing.T
	c    *webtest.Centre
	http *http.Client
}

func newClient(t *testing.T, c *webtest.Centre) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, c: c, http: &http.Client{Jar: jar}}
}

// get and post give status, the path where it ended and the page.
func (c *client) get(path string) (int, string, string) {
	c.t.Helper()
	return c.do(http.NewRequest("GET", c.at(path), nil))
}

func (c *client) post(path string, form ...string) (int, string, string) {
	c.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	r, err := http.NewRequest("POST", c.at(path), strings.NewReader(values.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return c.do(r, err)
}

func (c *client) at(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return c.c.URL + path
}

func (c *client) do(r *http.Request, err error) (int, string, string) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		for _, f := range looktest.Faults(string(body)) {
			c.t.Errorf("%s %s: %s", r.Method, r.URL.Path, f)
		}
	}
	return resp.StatusCode, resp.Request.URL.RequestURI(), string(body)
}

func (c *client) expect(what string, gotStatus int, gotPath, body string, status int, path string, texts ...string) {
	c.t.Helper()
	lacks := func(text string) bool { return !strings.Contains(body, text) }
	if gotStatus != status || gotPath != path || slices.ContainsFunc(texts, lacks) {
		c.t.Errorf("%s: got %d at %s, want %d at %s with %q:\n%s\nlog:\n%s", what, gotStatus, gotPath, status, path, texts, body, c.c.Log)
	}
}

func TestOfficerSignsInAndOut(t *testing.T) {
	c := webtest.Start(t)
	_, secret := c.Officer("Hanako Yamada", "hanako@example.test")
	b := newClient(t, c)

	st, path, body := b.get("/account")
	b.expect("without a session", st, path, body, 200, "/sign-in?to=%2Faccount", "Officers of the centre")
	st, path, body = b.post("/sign-in", "mail", "HANAKO@example.test ", "password", webtest.Password, "code", c.Code(secret), "to", "/account?x=1")
	b.expect("signing in", st, path, body, 200, "/account?x=1", "Hanako Yamada")
	st, path, body = b.get("/sign-in")
	b.expect("signing in twice", st, path, body, 200, "/desk/next", "Hanako Yamada")
	st, path, body = b.post("/sign-out")
	b.expect("signing out", st, path, body, 200, "/sign-in", "You are signed out.")
	st, path, body = b.get("/account")
	b.expect("after that", st, path, body, 200, "/sign-in?to=%2Faccount", "Sign in")
	if strings.Contains(body, "You are signed out.") {
		t.Error("the sentence is shown twice")
	}
}

func TestWrongProofsGetOneAnswer(t *testing.T) {
	c := webtest.Start(t)
	_, secret := c.Officer("Hanako Yamada", "hanako@example.test")
	used := c.Code(secret)
	if st, _, _ := newClient(t, c).post("/sign-in", "mail", "hanako@example.test", "password", webtest.Password, "code", used); st != 200 {
		t.Fatalf("the right proof: %d", st)
	}
	var answers []string
	for name, form := range map[string][]string{
		"unknown address": {"mail", "nobody@example.test", "password", webtest.Password, "code", c.Code(secret)},
		"wrong password":  {"mail", "hanako@example.test", "password", "wrong", "code", c.Code(secret)},
		"wrong code":      {"mail", "hanako@example.test", "password", webtest.Password, "code", "000000"},
		"used code":       {"mail", "hanako@example.test", "password", webtest.Password, "code", used},
	} {
		st, path, body := newClient(t, c).post("/sign-in", form...)
		if st != 403 || path != "/sign-in" || strings.Contains(body, webtest.Password) {
			t.Errorf("%s: %d %s", name, st, path)
		}
		if !strings.Contains(body, `value="`+form[1]+`"`) {
			t.Errorf("%s: the address has to be typed again", name)
		}
		answers = append(answers, strings.ReplaceAll(body, form[1], ""))
	}
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("the answers differ:\n%s\n%s", a, answers[0])
		}
	}
}

func TestGuessingIsSlowedForOneNetworkOnly(t *testing.T) {
	c := webtest.Start(t)
	_, secret := c.Officer("Hanako Yamada", "hanako@example.test")
	b := newClient(t, c)
	for range 5 {
		b.post("/sign-in", "mail", "hanako@example.test", "password", "wrong", "code", "000000")
	}
	st, path, body := b.post("/sign-in", "mail", "hanako@example.test", "password", webtest.Password, "code", code(t, c, secret))
	b.expect("the sixth try, though right", st, path, body, 429, "/sign-in", "Wait a few minutes")
	c.Clock.Move(time.Minute)
	st, path, body = b.post("/sign-in", "mail", "hanako@example.test", "password", webtest.Password, "code", c.Code(secret))
	b.expect("later", st, path, body, 200, "/desk/next", "Hanako Yamada")
}

// code is the present code without moving the clock.
func code(t *testing.T, c *webtest.Centre, secret string) string {
	t.Helper()
	c.Clock.Move(-time.Minute)
	return c.Code(secret)
}

var token = regexp.MustCompile(`/in/[A-Za-z0-9_-]+`)

func TestVendorSignsInByLink(t *testing.T) {
	c := webtest.Start(t)
	hanako, _ := c.Officer("Hanako Yamada", "hanako@example.test")
	c.Vendor(hanako, "Acme Controls", "acme.test")
	b := newClient(t, c)

	st, path, known := b.post("/sign-in/link", "mail", "PSIRT@acme.test", "to", "/account?case=1")
	b.expect("asking", st, path, known, 200, "/sign-in/sent", "If we have this address")
	_, _, unknown := b.post("/sign-in/link", "mail", "nobody@acme.test", "to", "//evil.test/")
	if known != unknown {
		t.Error("known and unknown addresses get different pages")
	}
	if n := len(c.Letters("nobody@acme.test")); n != 0 {
		t.Errorf("%d letters to an unknown address", n)
	}
	link := c.LinkIn("psirt@acme.test")
	if !token.MatchString(link) {
		t.Fatalf("link %s", link)
	}
	for range 2 { // a mail program looks first
		st, path, body := b.get(link)
		b.expect("looking", st, path, body, 200, path, "This link works once")
	}
	st, path, body := b.post(link)
	b.expect("opening", st, path, body, 200, "/account?case=1", "Acme Controls")
	st, path, body = newClient(t, c).post(link)
	b.expect("opening again", st, path, body, 404, path, "used, too old, or not complete")
	if strings.Contains(c.Log.String(), token.FindString(link)) {
		t.Error("the token stands in the log")
	}

	// the contact leaves the registry's organisation: the session ends
	b.post("/sign-in/link", "mail", "psirt@acme.test")
	c.Clock.Move(8 * 24 * time.Hour)
	st, path, body = b.get(c.LinkIn("psirt@acme.test"))
	b.expect("a week later", st, path, body, 404, path, "Ask for a new one")
}

func TestLinksNobodyMade(t *testing.T) {
	c := webtest.Start(t)
	for _, path := range []string{"/in/x", "/in/" + strings.Repeat("A", 43), "/setup/x", "/setup/" + strings.Repeat("A", 43)} {
		st, at, body := newClient(t, c).get(path)
		if st != 404 || !strings.Contains(body, "Ask for a new one") {
			t.Errorf("%s: %d at %s", path, st, at)
		}
	}
	first, err := c.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// a set-up link is no sign-in link, nor the other way round
	if st, _, _ := newClient(t, c).post("/in/" + strings.TrimPrefix(first, "/setup/")); st != 404 {
		t.Errorf("a set-up link signs in: %d", st)
	}
	if st, _, _ := newClient(t, c).get(first); st != 200 {
		t.Errorf("trying it elsewhere has used the link up: %d", st)
	}
}

var secretOnPage = regexp.MustCompile(`name="secret" value="([A-Z2-7]+)"`)

func TestFirstOfficerSetsUp(t *testing.T) {
	c := webtest.Start(t)
	link, err := c.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := newClient(t, c)
	_, _, page := b.get(link)
	secret := secretOnPage.FindStringSubmatch(page)[1]
	st, path, body := b.post(link, "name", "Hanako Yamada", "mail", "hanako@example.test", "password", "short", "secret", secret, "code", c.Code(secret))
	b.expect("a short password", st, path, body, 422, link, "Use at least 12 characters")
	if again := secretOnPage.FindStringSubmatch(body)[1]; again != secret {
		t.Error("after a mistake the QR code is another, and the app has to be set up again")
	}
	st, path, body = b.post(link, "name", "Hanako Yamada", "mail", "hanako@example.test", "password", webtest.Password, "secret", secret, "code", "123456")
	b.expect("a wrong code", st, path, body, 422, link, "This code does not fit")
	if strings.Contains(body, webtest.Password) {
		t.Error("the password comes back on the page")
	}
	st, path, body = b.post(link, "name", "Hanako Yamada", "mail", "hanako@example.test", "password", webtest.Password, "secret", secret, "code", c.Code(secret))
	b.expect("all right", st, path, body, 200, link, "Your recovery codes")
	recovery := regexp.MustCompile(`<li>([A-Z2-7-]{19})</li>`).FindAllStringSubmatch(body, -1)
	if len(recovery) < 8 {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	st, path, body = b.get(link)
	b.expect("the link again", st, path, body, 404, link, "used, too old")
	st, path, body = b.post("/sign-in", "mail", "hanako@example.test", "password", webtest.Password, "code", recovery[0][1])
	b.expect("with a recovery code", st, path, body, 200, "/desk/next", "Hanako Yamada")
	st, path, body = newClient(t, c).post("/sign-in", "mail", "hanako@example.test", "password", webtest.Password, "code", recovery[0][1])
	b.expect("the same code again", st, path, body, 403, "/sign-in", "do not belong together")
}

func TestIdleSessionsEnd(t *testing.T) {
	c := webtest.Start(t)
	_, secret := c.Officer("Hanako Yamada", "hanako@example.test")
	b := newClient(t, c)
	b.post("/sign-in", "mail", "hanako@example.test", "password", webtest.Password, "code", c.Code(secret))
	c.Clock.Move(2 * time.Hour)
	st, path, body := b.get("/account")
	b.expect("the session is over", st, path, body, 200, "/sign-in?to=%2Faccount", "Sign in")
}

func TestLanguageIsKept(t *testing.T) {
	c := webtest.Start(t)
	b := newClient(t, c)
	st, path, body := b.post("/language", "lang", "ja", "back", "/sign-in?to=%2Faccount")
	b.expect("choosing", st, path, body, 200, "/sign-in?to=%2Faccount", "調整機関の担当者")
	st, path, body = b.get("/in/x")
	b.expect("refusals too", st, path, body, 404, "/in/x", "新しいリンクを請求")
	st, path, body = b.post("/language", "lang", "en", "back", "https://evil.test/")
	b.expect("only our own pages", st, path, body, 200, "/en/", "")
}

func TestFormsOfOtherSites(t *testing.T) {
	c := webtest.Start(t)
	b := newClient(t, c)
	r, err := http.NewRequest("POST", c.URL+"/sign-out", nil)
	if err == nil {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	st, path, body := b.do(r, err)
	b.expect("another site's form", st, path, body, 403, "/sign-out", "sent from another site")
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	c := webtest.Start(t)
	for _, path := range []string{"/sign-in", "/static/nakodo.css", "/nowhere", "/account"} {
		resp, err := http.Get(c.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if h := resp.Header; !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, h)
		}
	}
	resp, err := http.Post(c.URL+"/sign-in", "application/x-www-form-urlencoded", strings.NewReader("mail="+strings.Repeat("a", 3<<20)))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a form of 3 MB: %d", resp.StatusCode)
	}
	if !strings.Contains(c.Log.String(), `route="GET /sign-in"`) {
		t.Errorf("no request log: %s", c.Log)
	}
}
