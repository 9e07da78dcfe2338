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

func TestSessions(t *testing.T) {
	clock := now
	failed := func(_ http.ResponseWriter, _ *http.Request, err error) { t.Error(err) }
	s := auth.NewSessions(memory{memstore.NewWithCleanupInterval(0)}, true, func() time.Time { return clock }, failed)
	officer := auth.Who{Actor: party.OfficerActor("p1"), Epoch: "e"}
	var seen auth.Who
	var in bool
	mux := http.NewServeMux()
	mux.HandleFunc("POST /in", func(_ http.ResponseWriter, r *http.Request) {
		if err := s.SignIn(r.Context(), officer); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("POST /out", func(_ http.ResponseWriter, r *http.Request) {
		if err := s.SignOut(r.Context()); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("GET /", func(_ http.ResponseWriter, r *http.Request) {
		var err error
		if seen, in, err = s.Who(r.Context()); err != nil {
			t.Error(err)
		}
	})
	site := s.Wrap(mux)
	ask := func(method, path string, cookie *http.Cookie) *http.Cookie {
		r := httptest.NewRequest(method, path, nil)
		if cookie != nil {
			r.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		if cs := w.Result().Cookies(); len(cs) > 0 {
			return cs[0]
		}
		return cookie
	}

	if ask("GET", "/", nil) != nil || in {
		t.Error("a visitor gets a session by looking")
	}
	planted := &http.Cookie{Name: "__Host-session", Value: "planted"}
	cookie := ask("POST", "/in", planted)
	if cookie.Value == "planted" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("cookie %+v", cookie)
	}
	if ask("GET", "/", cookie); !in || seen.Actor != officer.Actor || seen.Epoch != "e" {
		t.Errorf("signed in: %v %+v", in, seen)
	}
	second := ask("POST", "/in", cookie)
	if second.Value == cookie.Value {
		t.Error("signing in again keeps the token")
	}
	if ask("GET", "/", cookie); in {
		t.Error("the token from before still opens")
	}
	for range 3 { // kept alive by being used
		clock = clock.Add(50 * time.Minute)
		if ask("GET", "/", second); !in {
			t.Fatal("a session in use ends")
		}
	}
	clock = clock.Add(time.Hour)
	if ask("GET", "/", second); in {
		t.Error("an idle session lives on")
	}
	third := ask("POST", "/in", nil)
	gone := ask("POST", "/out", third)
	if gone.MaxAge >= 0 {
		t.Errorf("the cookie stays after signing out: %+v", gone)
	}
	if ask("GET", "/", third); in {
		t.Error("a session opens after signing out")
	}
}
