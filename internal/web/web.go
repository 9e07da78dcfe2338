// Package web is the pages for those who work on a case: officers, vendors,
// operators, finders. Start at routes.go, the whole surface on one screen; then
// any screen: case_show.go reads the form and calls the desk,
// pages/case_show.html shows the struct of that name.
//
// A handler never looks at a role or a state to decide what may be done: the
// desk refuses, and what it gives to read is already made for its reader.
package web

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"nakodo/internal/auth"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Config is what the pages need.
type Config struct {
	Desk     *desk.Desk
	Static   *look.Static
	Sessions auth.SessionStore
	Limits   *httpd.Limiter
	Log      *slog.Logger
	Secure   bool // reached by https
}

// Site is the pages, ready to serve.
type Site struct {
	Config
	pages    *look.Set
	door     *httpd.Door
	cookies  httpd.Cookies
	sessions *auth.Sessions
}

// New parses the pages.
func New(c Config) (*Site, error) {
	pages, err := look.NewSet(c.Desk.Words, c.Static, pageFiles, "pages", list())
	if err != nil {
		return nil, err
	}
	s := &Site{Config: c, pages: pages, cookies: httpd.Cookies{Secure: c.Secure}}
	s.door = &httpd.Door{Pages: pages, Log: c.Log, Base: func(r *http.Request) look.Base {
		b := s.plain(r, "")
		b.Path = "" // what was refused is not to be asked for again by a change of language
		return b
	}}
	fail := func(w http.ResponseWriter, r *http.Request, err error) {
		s.door.Handle(func(http.ResponseWriter, *http.Request) error { return err }).ServeHTTP(w, r)
	}
	s.sessions = auth.NewSessions(c.Sessions, c.Secure, c.Desk.Now, fail)
	return s, nil
}

// visitor is who is signed in, as the session and the registry say.
type visitor struct {
	auth.Who
	name, org string
}

type visit func(w http.ResponseWriter, r *http.Request, v visitor) error

// anyone serves a page that needs no session.
func (s *Site) anyone(h httpd.Handler) http.Handler { return s.door.Handle(h) }

// member serves a page to whoever is signed in. Others are led to sign in and
// back; what they had written is not lost.
func (s *Site) member(h visit) http.Handler {
	return s.door.Handle(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		v, in, err := s.visitor(r.Context())
		if err != nil {
			return err
		}
		if in {
			return h(w, r, v)
		}
		if r.Method == http.MethodPost {
			return s.keepText(w, r)
		}
		return s.cookies.Redirect(w, r, signInPath(r.URL.RequestURI()))
	})
}

// officer serves a page of the desk. To everybody else it does not exist.
func (s *Site) officer(h visit) http.Handler {
	return s.member(func(w http.ResponseWriter, r *http.Request, v visitor) error {
		if v.Actor.Role != party.Officer {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return h(w, r, v)
	})
}

// vendor serves a page to a vendor's people. To everybody else it does not exist.
func (s *Site) vendor(h visit) http.Handler {
	return s.member(func(w http.ResponseWriter, r *http.Request, v visitor) error {
		if v.Actor.Role != party.Vendor {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return h(w, r, v)
	})
}

// visitor reads the session and asks the desk whether its holder still counts.
func (s *Site) visitor(ctx context.Context) (visitor, bool, error) {
	who, in, err := s.sessions.Who(ctx)
	if err != nil || !in {
		return visitor{}, false, err
	}
	name, org, ok, err := s.Desk.Alive(ctx, who)
	if err != nil {
		return visitor{}, false, err
	}
	if !ok {
		return visitor{}, false, s.sessions.SignOut(ctx)
	}
	return visitor{Who: who, name: name, org: org}, true, nil
}

// plain is the base of a page without a session; title is a catalogue key.
func (s *Site) plain(r *http.Request, title string) look.Base {
	l := s.cookies.Language(r)
	b := look.Base{
		Lang: l, Zone: s.Desk.Centre.Zone, Now: s.Desk.Now(), Path: r.URL.RequestURI(), Home: "/",
		Centre: look.Centre{Name: s.Desk.Centre.Name, Zone: s.Desk.Centre.Zone},
	}
	if title != "" {
		b.Title = s.pages.Say(l, title, nil)
	}
	return b
}

// base is the base of a page for a visitor; title is a catalogue key.
func (s *Site) base(w http.ResponseWriter, r *http.Request, v visitor, title string) look.Base {
	b := s.plain(r, title)
	b.Reader = &look.Reader{Name: v.name, Role: v.Actor.Role, Org: v.org}
	b.Flash, b.Home, b.Nav = s.cookies.TakeFlash(w, r), home(v.Actor.Role), rail(v.Actor.Role, r.URL.Path)
	switch v.Actor.Role {
	case party.Officer:
		s.count(r, v, b.Nav)
	case party.Vendor:
		s.countQuestions(r, v, b.Nav)
	}
	return b
}

// count puts the numbers beside the places of an officer's rail. A page without
// them is still a page.
func (s *Site) count(r *http.Request, v visitor, nav []look.Entry) {
	n, err := s.Desk.Rail(r.Context(), v.Actor)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "the rail was not counted", "reference", httpd.Reference(r.Context()), "error", err.Error())
		return
	}
	for i := range nav {
		if of, ok := railCounts[nav[i].Href]; ok {
			nav[i].Count, nav[i].Late = of(n)
		}
	}
}

// countQuestions puts the number of open keywords beside a vendor's questionnaire.
func (s *Site) countQuestions(r *http.Request, v visitor, nav []look.Entry) {
	open, err := s.Desk.OpenQuestions(r.Context(), v.Actor, v.Actor.Org)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "the rail was not counted", "reference", httpd.Reference(r.Context()), "error", err.Error())
		return
	}
	for i := range nav {
		if nav[i].Href == "/room/keywords" {
			nav[i].Count = open
		}
	}
}

// again shows a form once more with what was sent and what is wrong with it.
// Anything that is not about the form goes on as it is.
func again(err error, form *look.Form) (status int, other error) {
	f := fault.Of(err)
	if f == nil || f.Kind == fault.NotFound || errors.Is(err, context.Canceled) {
		return 0, err
	}
	form.Problems = f.Problems
	if len(form.Problems) == 0 {
		form.Problems = []fault.Problem{{Key: f.Key, Args: f.Args}}
	}
	return httpd.Status(f.Kind), nil
}

// rail is the places of a role, the present one marked: of two that a path is
// in, the inner one.
func rail(role party.Role, path string) []look.Entry {
	for page, place := range within {
		if path == page || strings.HasPrefix(path, page+"/") {
			path = place
		}
	}
	var entries []look.Entry
	here := -1
	for _, e := range places {
		if e.role != "" && e.role != role {
			continue
		}
		if (path == e.path || strings.HasPrefix(path, e.path+"/")) && (here < 0 || len(e.path) > len(entries[here].Href)) {
			here = len(entries)
		}
		entries = append(entries, look.Entry{Word: e.word, Href: e.path, Key: e.key})
	}
	if here >= 0 {
		entries[here].Here = true
	}
	return entries
}

// home is where a role lands after signing in.
func home(role party.Role) string {
	if role == party.Officer {
		return "/desk/next"
	}
	return "/account"
}

// The most bytes of a request's body: a form without files, a form with them.
const (
	maxForm   = 2 << 20
	maxUpload = 1 << 30
)

// Guard puts around all doors of a server what each of them needs: the request
// log, the security headers, a limit for every body, and the refusal of forms
// that another site sent. trusted are further origins the site is reached
// under, such as the public address behind a proxy.
func (s *Site) Guard(next http.Handler, trusted ...string) (http.Handler, error) {
	own, err := s.door.SameOrigin(next, trusted...)
	if err != nil {
		return nil, err
	}
	return httpd.Log(s.Log, s.Desk.Now, httpd.Headers(s.Secure, httpd.MaxBody(maxForm, maxUpload, own))), nil
}
