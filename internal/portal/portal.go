// Package portal is the public side: advisories to read, search and load, the
// feeds and files that machines ask for, the policy, and the form by which
// anybody reports a vulnerability. It needs no cookie and no script, and what it
// sends may be kept by any cache.
//
// Start at routes.go, the whole surface on one screen. An advisory is never
// rendered here: frozen.go sends the bytes that were frozen when it was
// published. Everything the portal knows comes from the desk's public half
// (desk/public.go), where what is not published does not exist; no answer, count
// or delay of the portal can tell of it.
package portal

import (
	"embed"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Config is what the portal needs.
type Config struct {
	Desk   *desk.Desk
	Static *look.Static
	Limits *httpd.Limiter
	Log    *slog.Logger
	Secure bool // reached by https
}

// Portal is the public side, ready to serve.
type Portal struct {
	Config
	pages   *look.Set
	door    *httpd.Door
	cookies httpd.Cookies
	kept    cache
	started time.Time

	contact sync.Mutex // guards signed
	signed  signedText
}

// New parses the pages.
func New(c Config) (*Portal, error) {
	pages, err := look.NewSet(c.Desk.Words, c.Static, pageFiles, "pages", list())
	if err != nil {
		return nil, err
	}
	p := &Portal{Config: c, pages: pages, cookies: httpd.Cookies{Secure: c.Secure}, started: c.Desk.Now()}
	p.door = &httpd.Door{Pages: pages, Log: c.Log, Base: func(r *http.Request) look.Base {
		b := p.base(p.language(r), r.URL.Path, "")
		b.Nav, b.Search = nil, ""
		if b.Other == "" {
			b.Home = "/" // as behind the other doors: a wrong link must look like no link
		}
		return b
	}}
	return p, nil
}

// languages are those the portal has a side for.
var languages = []words.Lang{words.EN, words.JA}

// language is the one in the path, else the one the reader's browser asks for.
func (p *Portal) language(r *http.Request) words.Lang {
	for _, l := range languages {
		if strings.HasPrefix(r.URL.Path, "/"+string(l)+"/") {
			return l
		}
	}
	return p.cookies.Language(r)
}

// base is the base of a page; path is its address behind the language, "" for
// a page that the other language does not have; title is a catalogue key.
func (p *Portal) base(l words.Lang, path, title string) look.Base {
	around := desk.Around(l)
	c := p.Desk.Centre
	b := look.Base{
		Lang: l, Zone: c.Zone, Now: p.Desk.Now(), Centre: look.Centre{Name: c.Name, Zone: c.Zone},
		Home: around.Home, Search: around.Search, Nav: around.Nav,
	}
	own := "/" + string(l)
	if rest, ok := strings.CutPrefix(path, own+"/"); ok {
		path = "/" + rest
		b.Other = "/" + string(l.Other()) + path
	}
	for i := range b.Nav {
		b.Nav[i].Here = own+path == b.Nav[i].Href || strings.HasPrefix(own+path, b.Nav[i].Href+"/")
	}
	if title != "" {
		b.Title = p.pages.Say(l, title, nil)
	}
	return b
}

// render makes a page that may be kept: like the frozen ones it has a tag by
// which a reader asks whether it has changed.
func (p *Portal) render(page look.Paper, cache string) (*httpd.Frozen, error) {
	body, err := p.pages.Render(page)
	if err != nil {
		return nil, err
	}
	return &httpd.Frozen{Body: body, Type: "text/html; charset=utf-8", Lang: string(page.Shown().Lang), ETag: tagOf(body), Cache: cache}, nil
}

// missing is the answer for what is not there.
func (p *Portal) missing(http.ResponseWriter, *http.Request) error {
	return fault.New(fault.NotFound, "fault.not_found")
}
