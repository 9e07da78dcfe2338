// Package look is how every page of Nakodo looks: the style sheet, the shells
// that pages are set in, the functions their templates may call, and the
// pictures drawn as SVG. It knows words, states and instants, but no case, no
// route and no database.
//
// A page is a struct: it embeds Base, holds what its template shows, and is
// named together with its template in the list given to NewSet. Rendering a
// struct therefore cannot pick a wrong template, and rendering goes to a buffer
// first, so that a fault half way never leaves half a page.
package look

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/party"
	"nakodo/internal/words"
)

// Base is what the shell around every page needs to know.
type Base struct {
	Title  string     // of this page, in the page's language
	Lang   words.Lang // the page's language
	Zone   *time.Location
	Now    time.Time
	Centre Centre

	Reader *Reader // nil: nobody is signed in
	Nav    []Entry // the rail of a desk, the top bar of the portal
	Home   string  // where the sign leads; "" means "/"
	Search string  // action of the search form; "" leaves it out
	Query  string  // what was searched for

	Other string // address of this page in the other language; "" shows a form that asks for a cookie
	Path  string // path of this page, where the language form returns to

	Flash []Flash
}

// Centre is whose installation this is.
type Centre struct {
	Name words.Text // in full, "Example CERT Coordination Center"
	Zone *time.Location
}

// Reader is who reads a page.
type Reader struct {
	Name string
	Role party.Role
	Org  string // the organisation's name; "" for officers and finders
}

// Entry is one place of the rail or the top bar.
type Entry struct {
	Word  string // catalogue key
	Href  string
	Key   string // with g before it, this key leads here
	Count int    // 0 shows none
	Late  bool   // something there is late
	Here  bool   // the page is in this place
}

// Flash is one sentence on the next page after something was done.
type Flash struct {
	Tone string         `json:"t,omitempty"` // ok, wait, bad or "" as in state
	Key  string         `json:"k"`           // catalogue key
	Args map[string]any `json:"a,omitempty"`
}

// Shown gives the base to the shell; it makes a struct that embeds Base a Paper.
func (b Base) Shown() Base { return b }

// Paper is a page's struct: anything that embeds Base.
type Paper interface{ Shown() Base }

// Shell is what a page is set in.
type Shell string

// The shells.
const (
	Desk   Shell = "desk"   // rail and page: officers, vendors
	Portal Shell = "portal" // top bar and sheet: the public
	Plain  Shell = "plain"  // a narrow sheet: sign-in, a finder's page, a refusal
	Bare   Shell = "bare"   // no shell: a fragment that replaces a part of a page
)

// Page declares one page: its template file, its shell, the partials it uses.
type Page struct {
	Name     string   // "case_show": the file is pages/case_show.html
	Shell    Shell    //
	Partials []string // "_vendors": pages/_vendors.html
	Of       Paper    // the struct of this page, as empty as it ever is
}

// Set is all pages of one door, parsed.
type Set struct {
	say    words.Catalogue
	static *Static
	bits   *template.Template
	pages  map[reflect.Type]*sheet
}

// NewSet parses the pages of one door from dir/ of fsys. It fails on a file
// that cannot be parsed, is not declared or is not there, and on two pages with
// one struct: all at start, never before a reader. Every set also has the
// page for refusals.
//
// Embed the files by pattern (//go:embed pages/*.html): a folder's name alone
// leaves out the partials, whose names begin with "_".
func NewSet(say words.Catalogue, static *Static, fsys fs.FS, dir string, list []Page) (*Set, error) {
	bits, err := parseBits()
	if err != nil {
		return nil, err
	}
	s := &Set{say: say, static: static, bits: bits, pages: map[reflect.Type]*sheet{}}
	if err := s.add(ownFiles, "pages", ownPages()); err != nil {
		return nil, err
	}
	if err := s.add(fsys, dir, list); err != nil {
		return nil, err
	}
	return s, declared(fsys, dir, list)
}

// ownPages are look's own pages, in every set.
func ownPages() []Page { return []Page{{Name: "refusal", Shell: Plain, Of: Refusal{}}} }

func (s *Set) add(fsys fs.FS, dir string, list []Page) error {
	for _, p := range list {
		if p.Of == nil {
			return fmt.Errorf("look: page %s has no struct", p.Name)
		}
		typ := reflect.TypeOf(p.Of)
		if old, twice := s.pages[typ]; twice {
			return fmt.Errorf("look: pages %s and %s share the struct %s", old.name, p.Name, typ)
		}
		t, err := s.parse(fsys, dir, p)
		if err != nil {
			return err
		}
		s.pages[typ] = t
	}
	return nil
}

// parse reads shell, blocks, partials and the page itself into one template.
func (s *Set) parse(fsys fs.FS, dir string, p Page) (*sheet, error) {
	pristine := template.New(string(p.Shell) + ".html").Funcs((&press{set: s}).funcs())
	if _, err := pristine.ParseFS(ownFiles, "shells/"+string(p.Shell)+".html", "shells/_*.html"); err != nil {
		return nil, fmt.Errorf("look: shell %s: %w", p.Shell, err)
	}
	for _, name := range append(slices.Clone(p.Partials), p.Name) {
		if _, err := pristine.ParseFS(fsys, path.Join(dir, name+".html")); err != nil {
			return nil, fmt.Errorf("look: page %s: %w", p.Name, err)
		}
	}
	if pristine.Lookup("main") == nil {
		return nil, fmt.Errorf("look: page %s defines no block %q", p.Name, "main")
	}
	return &sheet{set: s, name: p.Name, empty: p.Of, pristine: pristine, idle: make(chan *press, runtime.GOMAXPROCS(0))}, nil
}

// declared fails on a template file that no page declares: it would be dead.
func declared(fsys fs.FS, dir string, list []Page) error {
	files, err := fs.Glob(fsys, path.Join(dir, "*.html"))
	if err != nil {
		return fmt.Errorf("look: %w", err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f), ".html")
		if !slices.ContainsFunc(list, func(p Page) bool { return p.Name == name || slices.Contains(p.Partials, name) }) {
			return fmt.Errorf("look: no page declares %s", f)
		}
	}
	return nil
}

// Render sets a page and gives its bytes.
func (s *Set) Render(p Paper) ([]byte, error) {
	sh, ok := s.pages[reflect.TypeOf(p)]
	if !ok {
		return nil, fmt.Errorf("look: no page has the struct %T", p)
	}
	pr, err := sh.take()
	if err != nil {
		return nil, err
	}
	defer sh.give(pr)
	pr.base = p.Shown()
	var b bytes.Buffer
	if err := pr.tmpl.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("look: page %s: %w", sh.name, err)
	}
	return b.Bytes(), nil
}

// Write renders a page and sends it with a status. Nothing is sent when
// rendering fails, so that the caller can still answer with a refusal.
func (s *Set) Write(w http.ResponseWriter, status int, p Paper) error {
	b, err := s.Render(p)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(p.Shown().Lang))
	h.Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, err = w.Write(b)
	if err != nil {
		return fmt.Errorf("look: send page: %w", err)
	}
	return nil
}

// Say fills a sentence of the catalogue, for titles and problem documents.
func (s *Set) Say(l words.Lang, key string, args map[string]any) string {
	return s.say.Say(l, key, args)
}

// Papers gives the empty struct of every page, as declared, by the page's name, for tests
// that must forget none.
func (s *Set) Papers() map[string]Paper {
	all := map[string]Paper{}
	for _, sh := range s.pages {
		all[sh.name] = sh.empty
	}
	return all
}

// sheet is one parsed page. The functions of a template belong to the
// template, not to one execution of it; a reader's language and zone do not.
// So a sheet keeps a few presses, each a copy with functions of its own, and
// whoever renders has one to himself.
type sheet struct {
	set      *Set
	name     string
	empty    Paper
	pristine *template.Template
	idle     chan *press
}

type press struct {
	set  *Set
	tmpl *template.Template
	base Base
}

func (sh *sheet) take() (*press, error) {
	select {
	case pr := <-sh.idle:
		return pr, nil
	default:
	}
	t, err := sh.pristine.Clone()
	if err != nil {
		return nil, fmt.Errorf("look: page %s: %w", sh.name, err)
	}
	pr := &press{set: sh.set}
	pr.tmpl = t.Funcs(pr.funcs())
	return pr, nil
}

func (sh *sheet) give(pr *press) {
	pr.base = Base{} // a press must not remember its last reader
	select {
	case sh.idle <- pr:
	default:
	}
}
