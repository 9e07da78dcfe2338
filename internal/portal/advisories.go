package portal

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/severity"
	"nakodo/internal/shelf"
	"nakodo/internal/words"
)

// listRows is how many advisories a page of the list holds.
const listRows = 30

// longestQuery bounds what is searched for, in characters.
const longestQuery = 200

// searchLimit is wide: behind one address may be a whole company. It only keeps
// a single machine from asking without end.
var searchLimit = httpd.Limit{Form: "search", Burst: 100, Every: 100 * time.Millisecond}

// Row is one advisory in a list.
type Row struct {
	Mark    string
	Href    string
	Title   words.Text
	Updated time.Time
	New     bool // not revised since it came out
	Score   string
	Level   severity.Level // of the score
	Vendors string
	Source  string // whose it is, "" for the centre's own
	Gone    bool
}

// Advisories is the list, whole or as far as it answers a search.
type Advisories struct {
	look.Base
	Source string
	Rows   []Row
	Count  int
	More   bool   // there are more than Count
	Asked  bool   // something was searched for or left out
	First  string // address of the first page, "" on it
	Next   string // address of the next page, "" on the last
	Feed   string
}

// question is what a reader asks of the list, as the address says it.
type question struct {
	text   string
	source string
	before int64
}

func (q question) address(l words.Lang) string {
	v := url.Values{}
	if q.text != "" {
		v.Set("q", q.text)
	}
	if q.source != "" {
		v.Set("source", q.source)
	}
	if q.before > 0 {
		v.Set("before", strconv.FormatInt(q.before, 10))
	}
	path := "/" + string(l) + "/advisories"
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// asked reads the question; what makes no sense in it is as if it were not there.
func asked(r *http.Request) question {
	v := r.URL.Query()
	text := strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(v.Get("q"), ""), "\x00", ""))
	if c := []rune(text); len(c) > longestQuery {
		text = string(c[:longestQuery])
	}
	q := question{text: text}
	if s := v.Get("source"); s == shelf.Own || s == shelf.Collected {
		q.source = s
	}
	if n, err := strconv.ParseInt(v.Get("before"), 10, 64); err == nil && n > 0 {
		q.before = n
	}
	return q
}

// advisories is the list and the search. The first page of the list is kept; a
// search is for one reader.
func (p *Portal) advisories(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	q := asked(r)
	make := func(ctx context.Context) (*httpd.Frozen, error) { return p.searched(ctx, q, l) }
	if q.text == "" && q.before == 0 {
		return p.serve(w, r, q.address(l), make)
	}
	if err := p.Limits.Allow(r, searchLimit, p.Desk.Now()); err != nil {
		return err
	}
	f, err := make(r.Context())
	if err != nil {
		return err
	}
	f.Serve(w, r)
	return nil
}

func (p *Portal) searched(ctx context.Context, q question, l words.Lang) (*httpd.Frozen, error) {
	found, err := p.Desk.Search(ctx, shelf.Question{Text: q.text, Source: q.source, Before: shelf.Place(q.before), Limit: listRows})
	if err != nil {
		return nil, err
	}
	page := Advisories{
		Base: p.base(l, "/"+string(l)+"/advisories", "portal.list"), Source: q.source, Rows: rows(found.Entries, l),
		Count: found.Count, More: found.More, Asked: q.text != "" || q.source != "", Feed: "/" + string(l) + "/advisories.atom",
	}
	page.Query, page.Other = q.text, q.address(l.Other())
	page.Search = "" // the page has a form of its own
	if q.text != "" {
		page.Title = p.pages.Say(l, "portal.list.for", map[string]any{"query": q.text})
	}
	first, next := q, q
	if q.before != 0 {
		first.before = 0
		page.First = first.address(l)
	}
	if next.before = int64(found.Next); found.Next != 0 {
		page.Next = next.address(l)
	}
	return p.render(page, pageCache)
}

func rows(entries []shelf.Entry, l words.Lang) []Row {
	all := make([]Row, 0, len(entries))
	for _, e := range entries {
		row := Row{
			Mark: e.ID, Href: e.PathIn(l), Title: e.Title, Updated: e.Updated, New: e.Revision <= 1 && e.Updated.Equal(e.First),
			Vendors: someOf(e.Vendors, l), Gone: e.Gone,
		}
		if e.Source != shelf.Own {
			row.Source = e.Source
		}
		if e.Score > 0 {
			row.Score, row.Level = strconv.FormatFloat(e.Score, 'f', 1, 64), severity.Rate(e.Score)
		}
		all = append(all, row)
	}
	return all
}

// Tone is that of the score's badge, as on the advisory itself.
func (r Row) Tone() string {
	switch r.Level {
	case severity.High, severity.Critical:
		return "bad"
	case severity.Medium:
		return "wait"
	}
	return ""
}

// mostVendors is how many vendors a line of the list names.
const mostVendors = 4

// someOf names the first vendors, each once.
func someOf(names []string, l words.Lang) string {
	var some []string
	for _, n := range names {
		if !slices.Contains(some, n) {
			some = append(some, n)
		}
	}
	more := ""
	if len(some) > mostVendors {
		some, more = some[:mostVendors], " …"
	}
	comma := ", "
	if l == words.JA {
		comma = "、"
	}
	return strings.Join(some, comma) + more
}
