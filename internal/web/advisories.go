package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/desk"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// Advisories: the list, one advisory with what can be done to it, the preview.
// Its forms and their fields are in advisory_do.go, the editor's in
// advisory_edit.go.
//
//	GET /desk/advisories
//	GET /desk/advisories/{id}
//	GET /desk/advisories/{id}/preview/{lang}

// AdvisoryList is what is being written, and what was published last.
type AdvisoryList struct {
	look.Base
	Work []AdvisoryLine // by who has to act first
	Out  []AdvisoryLine
}

// AdvisoryLine is one advisory of the list.
type AdvisoryLine struct {
	Mark, Link string
	Title      words.Text
	State      advisory.State
	Waits      string // catalogue key: for whom
	Authors    []string
	Changed    time.Time
	At         time.Time // of publication, where it is set
}

// advisoryTones are the shapes of the states.
var advisoryTones = map[advisory.State]string{
	advisory.Drafting: "wait", advisory.Review: "go", advisory.Approved: "go", advisory.Scheduled: "go",
	advisory.UpdateDrafting: "wait", advisory.UpdateReview: "go", advisory.UpdateApproved: "go", advisory.UpdateScheduled: "go",
	advisory.Published: "ok", advisory.Withdrawn: "bad", advisory.Dropped: "plain",
}

// Tone is the shape of the line's state.
func (l AdvisoryLine) Tone() string { return advisoryTones[l.State] }

// waiting is the order of the list: what an officer has to act on comes first.
var waiting = []advisory.State{
	advisory.Review, advisory.UpdateReview, advisory.Approved, advisory.UpdateApproved,
	advisory.Drafting, advisory.UpdateDrafting, advisory.Scheduled, advisory.UpdateScheduled,
}

func (s *Site) advisoryList(w http.ResponseWriter, r *http.Request, v visitor) error {
	rows, err := s.Desk.Advisories(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	names, err := s.officerNames(r, v)
	if err != nil {
		return err
	}
	p := AdvisoryList{Base: s.base(w, r, v, "web.advisories")}
	for _, row := range rows {
		line := AdvisoryLine{
			Mark: row.Mark, Link: advisoryPath(row.ID), Title: row.Title, State: row.State,
			Waits: waitsFor(row, v.Actor.Person), Changed: row.Changed, At: row.At,
		}
		for _, a := range row.Authors {
			line.Authors = append(line.Authors, names[a])
		}
		if slices.Contains(waiting, row.State) {
			p.Work = append(p.Work, line)
		} else {
			p.Out = append(p.Out, line)
		}
	}
	slices.SortStableFunc(p.Work, func(a, b AdvisoryLine) int {
		return slices.Index(waiting, a.State) - slices.Index(waiting, b.State)
	})
	return s.pages.Write(w, http.StatusOK, p)
}

// waitsFor says for whom an advisory waits, as this reader sees it.
func waitsFor(row desk.AdvisoryRow, me party.PersonID) string {
	own := slices.Contains(row.Authors, me)
	switch row.State {
	case advisory.Drafting, advisory.UpdateDrafting:
		if own {
			return "web.advisories.waits.you"
		}
		return "web.advisories.waits.authors"
	case advisory.Review, advisory.UpdateReview:
		if own {
			return "web.advisories.waits.colleague"
		}
		return "web.advisories.waits.you"
	case advisory.Approved, advisory.UpdateApproved:
		return "web.advisories.waits.anyone"
	case advisory.Scheduled, advisory.UpdateScheduled:
		return "web.advisories.waits.clock"
	}
	return "web.advisories.waits.nobody"
}

// officerNames are the names of the team.
func (s *Site) officerNames(r *http.Request, v visitor) (map[party.PersonID]string, error) {
	people, err := s.Desk.Officers(r.Context(), v.Actor)
	names := map[party.PersonID]string{}
	for _, x := range people {
		names[x.ID] = x.Name
	}
	return names, err
}

func advisoryPath(id advisory.ID) string { return "/desk/advisories/" + url.PathEscape(string(id)) }

// AdvisoryShow is one advisory: where it stands, what is found, what can be done.
type AdvisoryShow struct {
	look.Base
	Path     string
	Page     desk.AdvisoryPage
	Headline words.Text
	Seen     int64
	Can      map[string]bool // verbs, such as "approve_advisory"
	Own      bool            // the reader wrote in the draft
	Tell     bool            // the vendors of the case can be told of the draft
	Gate     Gate
	Langs    []words.Lang // of the preview
	Authors  []string
	Approved []Approved
	Released []Released
	History  []Done
	Aside    string    // the finding that Set belongs to, after a refusal
	Set      look.Form // set-aside
	Return   look.Form
	Time     look.Form // schedule
	Hold     look.Form
	Drop     look.Form
	Withdraw look.Form
	Act      look.Form // buttons without fields
}

// Tone is the shape of the advisory's state.
func (p AdvisoryShow) Tone() string { return advisoryTones[p.Page.Advisory.State] }

// Approved is one approval; Stands is false once the text has changed.
type Approved struct {
	Name   string
	At     time.Time
	Stands bool
}

// Released is one published revision.
type Released struct {
	Number             int
	At                 time.Time
	By                 string // "": the clock
	Authors            []string
	Approver           string
	Summary            words.Text
	Aside              int // findings that were set aside
	AsideNames, Asides []string
}

// Done is one line of an advisory's history.
type Done struct {
	At   time.Time
	Name string
	Word string // catalogue key
	Note string
}

func (s *Site) advisoryShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.advisoryPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// advisoryPage reads an advisory and prepares its forms, empty.
func (s *Site) advisoryPage(w http.ResponseWriter, r *http.Request, v visitor) (AdvisoryShow, error) {
	page, err := s.Desk.Advisory(r.Context(), v.Actor, advisory.ID(r.PathValue("id")))
	if err != nil {
		return AdvisoryShow{}, err
	}
	a := page.Advisory
	p := AdvisoryShow{
		Base: s.base(w, r, v, "web.advisory"), Path: advisoryPath(a.ID), Page: page, Seen: a.Version, Can: map[string]bool{},
	}
	p.Title = page.Mark
	for _, verb := range page.Verbs {
		p.Can[string(verb)] = true
	}
	if a.Live != nil {
		p.Headline = a.Live.Content.Title
	}
	if d := a.Draft; d != nil {
		p.Headline, p.Langs = d.Content.Title, d.Content.Languages
		p.Own, p.Tell = slices.Contains(d.Authors, v.Actor.Person), len(d.Content.Vendors) > 0
		p.Gate = s.gate(p.Lang, page.Findings, d.Content, page.Names, p.Path+"/edit")
		p.Gate.Case = "/desk/cases/" + url.PathEscape(a.Case)
		for _, who := range d.Authors {
			p.Authors = append(p.Authors, page.Names[who])
		}
		standing := d.Approved()
		for i := range d.Approvals {
			x := &d.Approvals[i]
			p.Approved = append(p.Approved, Approved{Name: page.Names[x.By], At: x.At, Stands: x == standing})
		}
	}
	p.past(s)
	form := func(name string) look.Form {
		return look.Form{Name: name, Words: "web.advisory." + name, Values: url.Values{}}
	}
	p.Set, p.Return, p.Time, p.Hold = form("set_aside"), form("return"), form("schedule"), form("hold")
	p.Drop, p.Withdraw, p.Act = form("drop"), form("withdraw"), form("act")
	return p, nil
}

// past tells the published revisions and the history.
func (p *AdvisoryShow) past(s *Site) {
	for _, rev := range p.Page.Advisory.Revisions {
		x := Released{
			Number: rev.Number, At: rev.At, By: p.Page.Names[rev.By.Person], Approver: p.Page.Names[rev.Approver], Summary: rev.Summary, Aside: len(rev.Overrides),
		}
		for _, who := range rev.Authors {
			x.Authors = append(x.Authors, p.Page.Names[who])
		}
		for _, o := range rev.Overrides {
			x.Asides, x.AsideNames = append(x.Asides, o.Reason), append(x.AsideNames, p.Page.Names[o.By])
		}
		p.Released = append([]Released{x}, p.Released...)
	}
	for _, m := range slices.Backward(p.Page.History) {
		p.History = append(p.History, Done{At: m.At, Name: m.Name, Word: "web.verb." + m.Verb, Note: m.Note})
	}
}

// errNoBody: the page of an advisory has no place for the banner. That page
// must then not be sent at all: nothing would tell it from the published one.
var errNoBody = errors.New("the preview has no body to put the banner into")

// advisoryPreview sends the draft as it would be published, under a banner that
// says that it is not.
func (s *Site) advisoryPreview(w http.ResponseWriter, r *http.Request, v visitor) error {
	id := advisoryID(r)
	lang, err := previewLang(r)
	if err != nil {
		return err
	}
	html, err := s.Desk.PreviewAdvisory(r.Context(), v.Actor, id, lang)
	if err != nil {
		return err
	}
	at := bytes.Index(html, []byte("<body"))
	end := bytes.IndexByte(html[max(at, 0):], '>')
	if at < 0 || end < 0 {
		return errNoBody
	}
	b := s.plain(r, "web.advisory.preview")
	b.Lang = lang
	banner, err := s.pages.Render(PreviewBanner{Base: b, Path: advisoryPath(id)})
	if err != nil {
		return err
	}
	html = slices.Insert(html, at+end+1, banner...)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	_, err = w.Write(html)
	return err
}

// PreviewBanner stands above everything on a page that is not published.
type PreviewBanner struct {
	look.Base
	Path string
}
