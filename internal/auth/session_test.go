package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"

	"nakodo/internal/auth"
	"nakodo/internal/party"
)

// memory gives the library's own store in memory the methods with a context.
type memory struct{ *memstore.MemStore }

func (m memory) FindCtx(_ context.Context, token string) ([]byte, bool, error) { return m.Find(token) }
func (m memory) DeleteCtx(_ context.Context, token string) error               { return m.Delete(token) }
func (m memory) CommitCtx(_ context.Context, token string, b []byte, until time.Time) error {
	return m.Commit(token, b, until)
}

// site is a server with sessions and three pages: in, out, and who is asking.
type site struct {
	t     *testing.T
	clock time.Time
	http.Handler
	seen auth.Who
	in   bool
}

var officer = auth.Who{Actor: party.OfficerActor("p1"), Epoch: "e"}

func newSite(t *testing.T) *site {
	s := &site{t: t, clock: now}
	must := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	failed := func(_ http.ResponseWriter, _ *http.Request, err error) { t.Error(err) }
	sessions := auth.NewSessions(memory{memstore.NewWithCleanupInterval(0)}, true, func() time.Time { return s.clock }, failed)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /in", func(_ http.ResponseWriter, r *http.Request) { must(sessions.SignIn(r.Context(), officer)) })
	mux.HandleFunc("POST /out", func(_ http.ResponseWriter, r *http.Request) { must(sessions.SignOut(r.Context())) })
	mux.HandleFunc("GET /", func(_ http.ResponseWriter, r *http.Request) {
		var err error
		s.seen, s.in, err = sessions.Who(r.Context())
		must(err)
	})
	s.Handler = sessions.Wrap(mux)
	return s
}

// ask makes a request with a cookie and gives the cookie to use next.
func (s *site) ask(method, path string, cookie *http.Cookie) *http.Cookie {
	r := httptest.NewRequest(method, path, nil)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if cs := w.Result().Cookies(); len(cs) > 0 {
		return cs[0]
	}
	return cookie
}

func TestSigningInMakesANewToken(t *testing.T) {
	s := newSite(t)
	if s.ask("GET", "/", nil) != nil || s.in {
		t.Error("a visitor gets a session by looking")
	}
	cookie := s.ask("POST", "/in", &http.Cookie{Name: "__Host-session", Value: "planted"})
	if cookie.Value == "planted" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("cookie %+v", cookie)
	}
	if s.ask("GET", "/", cookie); !s.in || s.seen.Actor != officer.Actor || s.seen.Epoch != "e" {
		t.Errorf("signed in: %v %+v", s.in, s.seen)
	}
	if second := s.ask("POST", "/in", cookie); second.Value == cookie.Value {
		t.Error("signing in again keeps the token")
	}
	if s.ask("GET", "/", cookie); s.in {
		t.Error("the token from before still opens")
	}
}

func TestSessionsEnd(t *testing.T) {
	s := newSite(t)
	cookie := s.ask("POST", "/in", nil)
	for range 3 { // kept alive by being used
		s.clock = s.clock.Add(50 * time.Minute)
		if s.ask("GET", "/", cookie); !s.in {
			t.Fatal("a session in use ends")
		}
	}
	s.clock = s.clock.Add(time.Hour)
	if s.ask("GET", "/", cookie); s.in {
		t.Error("an idle session lives on")
	}
	cookie = s.ask("POST", "/in", nil)
	if gone := s.ask("POST", "/out", cookie); gone.MaxAge >= 0 {
		t.Errorf("the cookie stays after signing out: %+v", gone)
	}
	if s.ask("GET", "/", cookie); s.in {
		t.Error("a session opens after signing out")
	}
}
