package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"nakodo/internal/party"
)

// Who is the holder of a session.
type Who struct {
	Actor party.Actor `json:"actor"`
	Epoch string      `json:"epoch,omitempty"` // of an officer's credentials
	Began time.Time   `json:"began"`
	Seen  time.Time   `json:"seen"`
}

// Rules are how long a session lives.
type Rules struct {
	Idle time.Duration // without a request
	Most time.Duration // at all
}

// RulesOf gives the rules of a role. An officer's day ends in the evening; a
// vendor who answers twice a week should not need a new link for each page.
func RulesOf(r party.Role) Rules {
	if r == party.Officer {
		return Rules{Idle: time.Hour, Most: 12 * time.Hour}
	}
	return Rules{Idle: 4 * time.Hour, Most: 24 * time.Hour}
}

// Alive reports whether the session still counts at a moment.
func (w Who) Alive(now time.Time) bool {
	r := RulesOf(w.Actor.Role)
	return w.Actor.Role != "" && now.Sub(w.Seen) < r.Idle && now.Sub(w.Began) < r.Most && !now.Before(w.Began)
}

// SessionStore keeps sessions: what the library wants of a store.
type SessionStore interface {
	scs.Store
	scs.CtxStore
}

// Sessions are the sessions of a door with pages.
type Sessions struct {
	scs *scs.SessionManager
	now func() time.Time
}

const whoKey = "who"

// NewSessions makes sessions on a store. secure: the site is reached by https.
// failed answers a request whose session cannot be read or kept.
func NewSessions(store SessionStore, secure bool, now func() time.Time, failed func(http.ResponseWriter, *http.Request, error)) *Sessions {
	m := scs.New()
	m.Store, m.ErrorFunc, m.Lifetime = store, failed, 24*time.Hour
	m.Cookie.Name, m.Cookie.Secure, m.Cookie.Persist = "session", secure, false
	if secure {
		m.Cookie.Name = "__Host-session"
	}
	// Lax, not Strict: who follows the link in a letter arrives signed in.
	m.Cookie.SameSite = http.SameSiteLaxMode
	return &Sessions{scs: m, now: now}
}

// Wrap reads the session before next runs and keeps it afterwards.
func (s *Sessions) Wrap(next http.Handler) http.Handler { return s.scs.LoadAndSave(next) }

// SignIn begins a session under a new token, so that a token planted before is
// worth nothing after.
func (s *Sessions) SignIn(ctx context.Context, w Who) error {
	if err := s.scs.Clear(ctx); err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	if err := s.scs.RenewToken(ctx); err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	w.Began, w.Seen = s.now(), s.now()
	return s.put(ctx, w)
}

// SignOut ends the session.
func (s *Sessions) SignOut(ctx context.Context) error {
	if err := s.scs.Destroy(ctx); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// Who gives the holder of the request's session, if it is alive. That it was
// seen is written down once a minute, not at every request.
func (s *Sessions) Who(ctx context.Context) (Who, bool, error) {
	raw := s.scs.GetBytes(ctx, whoKey)
	if raw == nil {
		return Who{}, false, nil
	}
	var w Who
	if err := json.Unmarshal(raw, &w); err != nil {
		return Who{}, false, fmt.Errorf("read session: %w", err)
	}
	now := s.now()
	if !w.Alive(now) {
		return Who{}, false, s.SignOut(ctx)
	}
	if now.Sub(w.Seen) >= time.Minute {
		w.Seen = now
		return w, true, s.put(ctx, w)
	}
	return w, true, nil
}

func (s *Sessions) put(ctx context.Context, w Who) error {
	raw, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	s.scs.Put(ctx, whoKey, raw)
	return nil
}
