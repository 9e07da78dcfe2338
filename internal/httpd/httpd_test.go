package httpd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

var cookies = httpd.Cookies{}

// door makes a door whose log is in the buffer.
func door(t *testing.T, asJSON bool) (*httpd.Door, *bytes.Buffer) {
	t.Helper()
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		t.Fatal(err)
	}
	set, err := look.NewSet(say, static, fstest.MapFS{}, "pages", nil)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	return &httpd.Door{Pages: set, JSON: asJSON, Log: slog.New(slog.NewTextHandler(&log, nil)), Base: func(r *http.Request) look.Base {
		return look.Base{Lang: cookies.Language(r), Home: "/next"}
	}}, &log
}

// serve runs one request through log and door.
func serve(d *httpd.Door, h httpd.Handler, r *http.Request) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	mux.Handle("/x/{token}", d.Handle(h))
	w := httptest.NewRecorder()
	httpd.Log(d.Log, time.Now, mux).ServeHTTP(w, r)
	return w
}

func TestEveryKindHasItsAnswer(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		en, ja string
	}{
		{fault.New(fault.NotFound, "fault.not_found"), 404, "There is nothing here", "該当するものがない"},
		{fault.New(fault.NotAllowed, "fault.machine.not_yours"), 403, "somebody else to take", "権限がありません"},
		{fault.New(fault.NotNow, "fault.machine.not_now"), 409, "Reload the page", "再読み込み"},
		{fault.New(fault.Stale, "fault.stale"), 409, "Your text is kept", "入力した文章は"},
		{fault.New(fault.Busy, "fault.busy"), 429, "Wait a minute", "1分ほど待って"},
		{&fault.Fault{Kind: fault.Invalid, Key: "fault.invalid", Problems: []fault.Problem{{Field: "f", Key: "form.too_long", Args: fault.Args{"max": 5, "n": 9}}}}, 422, "At most 5 characters", "5文字以内"},
		{errors.New("secret internals"), 500, "tell us the number", "お知らせください"},
	} {
		for lang, want := range map[string]string{"en": tt.en, "ja": tt.ja} {
			d, _ := door(t, false)
			r := httptest.NewRequest("GET", "/x/1", nil)
			r.Header.Set("Accept-Language", "fr, "+lang+";q=0.8")
			w := serve(d, func(http.ResponseWriter, *http.Request) error { return tt.err }, r)
			body := w.Body.String()
			if w.Code != tt.status || !strings.Contains(body, want) || strings.Contains(body, "secret") || !strings.Contains(body, `href="/next"`) || w.Header().Get("Content-Language") != lang {
				t.Errorf("%v in %s: %d %s", tt.err, lang, w.Code, body)
			}
		}
	}
}

func TestInternalsGoToTheLogAloneUnderTheNumberShown(t *testing.T) {
	for name, h := range map[string]httpd.Handler{
		"error": func(http.ResponseWriter, *http.Request) error { return errors.New("dsn=postgres://u:pw@h") },
		"panic": func(http.ResponseWriter, *http.Request) error { panic("dsn=postgres://u:pw@h") },
	} {
		for _, asJSON := range []bool{false, true} {
			d, log := door(t, asJSON)
			w := serve(d, h, httptest.NewRequest("POST", "/x/1", nil))
			if w.Code != 500 || strings.Contains(w.Body.String(), "postgres") || !strings.Contains(log.String(), "postgres") {
				t.Errorf("%s: %d %s\nlog %s", name, w.Code, w.Body, log)
			}
			_, ref, _ := strings.Cut(log.String(), "reference=")
			if ref = ref[:9]; !strings.Contains(w.Body.String(), ref) {
				t.Errorf("%s: the reader does not see the log's number %s: %s", name, ref, w.Body)
			}
		}
	}
}

func TestProblemDocument(t *testing.T) {
	d, _ := door(t, true)
	w := serve(d, func(http.ResponseWriter, *http.Request) error {
		var c fault.Check
		c.Add("product", "form.required")
		return c.Err()
	}, httptest.NewRequest("POST", "/x/1", nil))
	var got httpd.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Status != 422 || got.Type != "urn:nakodo:fault:invalid" || len(got.Problems) != 1 || got.Problems[0] != (httpd.FieldProblem{Field: "product", Detail: "Please fill this in."}) {
		t.Errorf("got %+v", got)
	}
	if w.Header().Get("Content-Type") != "application/problem+json" {
		t.Error(w.Header())
	}
}

// The log may hold neither a token from a path or a query nor an address.
func TestLogHoldsNoSecret(t *testing.T) {
	d, log := door(t, false)
	r := httptest.NewRequest("BREW", "/x/tokentokentoken?key=querysecret", nil)
	r.RemoteAddr = "198.51.100.77:4711"
	serve(d, func(http.ResponseWriter, *http.Request) error { return nil }, r)
	serve(d, func(http.ResponseWriter, *http.Request) error { return fault.New(fault.NotFound, "fault.not_found") }, r)
	for _, secret := range []string{"tokentoken", "querysecret", "198.51", "BREW"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q stands in the log:\n%s", secret, log)
		}
	}
	if !strings.Contains(log.String(), `route=/x/{token}`) || !strings.Contains(log.String(), "status=404") {
		t.Errorf("log: %s", log)
	}
}

func TestHalfAnAnswerIsNotContinued(t *testing.T) {
	d, log := door(t, false)
	w := serve(d, func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = w.Write([]byte("half"))
		return errors.New("disk gone")
	}, httptest.NewRequest("GET", "/x/1", nil))
	if w.Body.String() != "half" || !strings.Contains(log.String(), "disk gone") {
		t.Errorf("body %q, log %s", w.Body, log)
	}
}

func TestHeaders(t *testing.T) {
	for _, secure := range []bool{true, false} {
		w := httptest.NewRecorder()
		httpd.Headers(secure, http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		h := w.Header()
		csp := h.Get("Content-Security-Policy")
		if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "default-src 'none'") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" {
			t.Error(h)
		}
		if secure != (h.Get("Strict-Transport-Security") != "") || secure != (h.Get("Referrer-Policy") == "no-referrer") {
			t.Errorf("secure %v: %v", secure, h)
		}
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	d, _ := door(t, false)
	h, err := d.SameOrigin(d.Handle(func(w http.ResponseWriter, _ *http.Request) error { return nil }), "https://nakodo.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, site, origin string
		want                 int
	}{
		{"POST", "same-origin", "", 200}, {"POST", "cross-site", "https://evil.example", 403}, {"POST", "same-site", "https://a.nakodo.example", 403},
		{"POST", "", "http://example.com", 200}, {"POST", "", "https://evil.example", 403}, {"POST", "cross-site", "https://nakodo.example", 200}, {"GET", "cross-site", "", 200},
	} {
		r := httptest.NewRequest(tt.method, "http://example.com/", nil)
		r.Header.Set("Sec-Fetch-Site", tt.site)
		r.Header.Set("Origin", tt.origin)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != tt.want {
			t.Errorf("%+v: got %d", tt, w.Code)
		}
		if w.Code == 403 && !strings.Contains(w.Body.String(), "sent from another site") {
			t.Errorf("the refusal does not help: %s", w.Body)
		}
	}
}

func TestFrozen(t *testing.T) {
	f := &httpd.Frozen{Body: []byte("bytes"), Type: "text/html; charset=utf-8", Lang: "ja", ETag: "abc", Modified: time.Date(2026, 11, 21, 0, 0, 0, 5, time.UTC)}
	for _, tt := range []struct {
		method, header, value string
		status                int
		body                  string
	}{
		{"GET", "", "", 200, "bytes"}, {"HEAD", "", "", 200, ""},
		{"GET", "If-None-Match", `"abc"`, 304, ""}, {"GET", "If-None-Match", `"x", W/"abc"`, 304, ""}, {"GET", "If-None-Match", `"x"`, 200, "bytes"}, {"GET", "If-None-Match", "*", 304, ""},
		{"GET", "If-Modified-Since", "Sat, 21 Nov 2026 00:00:00 GMT", 304, ""}, {"GET", "If-Modified-Since", "Fri, 20 Nov 2026 00:00:00 GMT", 200, "bytes"}, {"GET", "If-Modified-Since", "yesterday", 200, "bytes"},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(tt.method, "/", nil)
		if tt.header != "" {
			r.Header.Set(tt.header, tt.value)
		}
		f.Serve(w, r)
		if w.Code != tt.status || w.Body.String() != tt.body || w.Header().Get("ETag") != `"abc"` || w.Header().Get("Cache-Control") != httpd.PublicShort {
			t.Errorf("%+v: %d %q %v", tt, w.Code, w.Body, w.Header())
		}
	}
}

func TestFlashIsShownOnceAndOnlyOurWords(t *testing.T) {
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/", nil)
	if err := cookies.Redirect(w, r, "/next", look.Flash{Tone: "ok", Key: "web.done.sent", Args: map[string]any{"n": 2}}, look.Flash{Key: "fault.internal"}); err != nil {
		t.Fatal(err)
	}
	if w.Code != 303 || w.Header().Get("Location") != "/next" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	next := httptest.NewRequest("GET", "/next", nil)
	next.AddCookie(w.Result().Cookies()[0])
	w = httptest.NewRecorder()
	got := cookies.TakeFlash(w, next)
	if len(got) != 1 || got[0].Key != "web.done.sent" || got[0].Args["n"] != float64(2) {
		t.Errorf("got %+v", got)
	}
	if c := w.Result().Cookies()[0]; c.MaxAge >= 0 || c.Value != "" {
		t.Errorf("the cookie stays: %+v", c)
	}
	for _, forged := range []string{"!!", "bm90IGpzb24"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.AddCookie(&http.Cookie{Name: "flash", Value: forged})
		if got := cookies.TakeFlash(httptest.NewRecorder(), r); got != nil {
			t.Errorf("%q: %v", forged, got)
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, tt := range []struct {
		cookie, accept string
		want           words.Lang
	}{{"", "", "en"}, {"", "ja,en;q=0.5", "ja"}, {"", "en-GB,ja;q=0.5", "en"}, {"", "fr,de, JA-JP;q=0.1", "ja"}, {"ja", "en", "ja"}, {"xx", "ja", "en"}} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", tt.accept)
		if tt.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "lang", Value: tt.cookie})
		}
		if got := cookies.Language(r); got != tt.want {
			t.Errorf("%+v: got %s", tt, got)
		}
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{
		"/cases/1?x=1#y": "/cases/1?x=1#y", "": "/", "https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/", "/\t/evil.example": "/", "javascript:alert(1)": "/", "cases": "/",
	} {
		if got := httpd.LocalPath(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
