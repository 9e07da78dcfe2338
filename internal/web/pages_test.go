package web

import (
	"bytes"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/look/looktest"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

func TestPages(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		t.Fatal(err)
	}
	set, err := look.NewSet(say, static, pageFiles, "pages", list())
	if err != nil {
		t.Fatal(err)
	}
	wrong := []fault.Problem{{Field: "mail", Key: "form.required"}, {Key: "signin.wrong"}}
	looktest.Set(t, set,
		SignIn{
			To: "/account", Officer: look.Form{Words: "web.sign_in", Values: url.Values{"mail": {"a@b.test"}}, Problems: wrong},
			Link: look.Form{Name: "link", Words: "web.sign_in.link", Problems: wrong},
		},
		SetUp{Token: "t", Secret: "ABC", QR: `<svg aria-label="QR"></svg>`, Form: look.Form{Words: "web.set_up", Values: url.Values{"secret": {"ABC"}}, Problems: wrong}},
		SetUpDone{Codes: []string{"A", "B"}},
		KeptText{Action: "/x", SignIn: "/sign-in", Fields: []KeptField{{"text", "two\n\nparagraphs"}}},
		Account{Began: time.Now(), Base: look.Base{Reader: &look.Reader{Name: "A", Role: "vendor", Org: "Acme"}, Nav: rail("vendor", "/account")}},
	)
}

// Whoever writes for an hour and is signed out must not lose the text.
func TestTextOutlivesTheSession(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		t.Fatal(err)
	}
	st := storetest.Open(t, store.Config{Dir: t.TempDir()})
	var log bytes.Buffer
	s, err := New(Config{
		Desk: desk.New(desk.Config{Store: st, Words: say}), Static: static, Sessions: st.Sessions(),
		Limits: httpd.NewLimiter(nil, nil, nil), Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("evidence", "a.bin")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(make([]byte, 100_000))
	for _, err := range []error{form.WriteField("text", "an hour of\nwork <b>"), form.WriteField("empty", ""), form.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	r := httptest.NewRequest("POST", "/desk/cases/1/messages?x=1", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	s.sessions.Wrap(s.member(func(http.ResponseWriter, *http.Request, visitor) error {
		t.Error("somebody without a session is let in")
		return nil
	})).ServeHTTP(w, r)
	page := w.Body.String()
	for _, want := range []string{`action="/desk/cases/1/messages?x=1"`, `name="text" value="an hour of` + "\n" + `work &lt;b&gt;"`, "an hour of<br>work"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
	if w.Code != http.StatusUnauthorized || strings.Contains(page, `name="empty"`) || strings.Contains(page, `name="evidence"`) || strings.Contains(log.String(), "work") {
		t.Errorf("%d %s\nlog %s", w.Code, page, &log)
	}
	for _, f := range looktest.Faults(page) {
		t.Error(f)
	}
}

func TestRail_MarksThePlaceThatLeadsToAPage(t *testing.T) {
	for path, want := range map[string]string{
		"/desk/cases/1/clocks":    "/desk/cases",
		"/desk/outcomes":          "/desk/cases",
		"/desk/registrations/r1":  "/desk/registry",
		"/desk/changes/c1":        "/desk/registry",
		"/desk/agreements":        "/desk/registry",
		"/desk/inquiries/i1":      "/desk/reach",
		"/desk/committee/1/paper": "/desk/reach",
	} {
		entries := rail(party.Officer, path)
		i := slices.IndexFunc(entries, func(e look.Entry) bool { return e.Here })
		if i < 0 || entries[i].Href != want {
			t.Errorf("on %s the rail marks entry %d, want %s", path, i, want)
		}
	}
}
