package web

import (
	"net/http"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// CasesPage is the cases, priority cases first and then the oldest, or the closed ones.
//
//	GET /desk/cases?q=words&closed=1&page=2
type CasesPage struct {
	look.Base
	Closed bool
	Rows   []CaseLine
	All    int // before the filter
	Pages  Pages
}

// CaseLine is one case of the list.
type CaseLine struct {
	desk.CaseRow
	Owner   string
	Urgency StateWord // no key while nobody has judged it
	Left    int       // days of the embargo left; only while it holds
	Next    time.Time // the next date that everybody looks at
	Vendors int
	Heard   int
	Silent  int // contacted and without a word
}

const casesShown = 50

func (s *Site) casesPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p := CasesPage{Base: s.base(w, r, v, "web.cases"), Closed: r.FormValue("closed") != ""}
	p.Query = strings.TrimSpace(r.FormValue("q"))
	list := s.Desk.Cases
	if p.Closed {
		list = s.Desk.ClosedCases
	}
	rows, err := list(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	team, err := s.Desk.Officers(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	named, err := s.Desk.Organisations(r.Context(), v.Actor, p.Query, "", 50)
	if err != nil {
		return err
	}
	p.All = len(rows)
	var lines []CaseLine
	for _, row := range rows {
		l := caseLine(row, team, p.Now)
		if p.Query == "" || l.matches(p.Query) || l.has(named) {
			lines = append(lines, l)
		}
	}
	p.Pages = pagesOf(r, len(lines), casesShown)
	p.Rows = lines[p.Pages.Skip:min(len(lines), p.Pages.Skip+casesShown)]
	return s.pages.Write(w, http.StatusOK, p)
}

func caseLine(row desk.CaseRow, team []party.Person, now time.Time) CaseLine {
	v := row.View
	l := CaseLine{CaseRow: row, Owner: nameIn(team, v.Owner), Urgency: priorityWord(v.Priority), Next: v.Planned}
	if e := v.Embargo; e.State == cvd.EMActive || e.State == cvd.EMRevise {
		l.Left = max(0, int(e.Until.Sub(now)/(24*time.Hour)))
		if l.Next.IsZero() || e.Until.Before(l.Next) {
			l.Next = e.Until
		}
	}
	if !v.Public.IsZero() {
		l.Next = time.Time{}
	}
	for i := range v.Parties {
		p := &v.Parties[i]
		if p.Role != party.Vendor {
			continue
		}
		l.Vendors++
		switch {
		case !p.Heard.IsZero():
			l.Heard++
		case len(p.Attempts) > 0:
			l.Silent++
		}
	}
	return l
}

// nameIn is an officer's name; "" for nobody.
func nameIn(team []party.Person, id party.PersonID) string {
	for _, x := range team {
		if x.ID == id {
			return x.Name
		}
	}
	return ""
}

func (l CaseLine) matches(typed string) bool {
	texts := []string{l.Mark, l.View.Title.EN, l.View.Title.JA, l.Owner}
	for _, x := range l.View.Vulns {
		texts = append(texts, x.CVE, x.Title.EN, x.Title.JA)
	}
	return matches(typed, texts...)
}

// has reports whether one of the organisations takes part.
func (l CaseLine) has(orgs []party.Organisation) bool {
	for i := range l.View.Parties {
		for _, o := range orgs {
			if o.ID == l.View.Parties[i].Org {
				return true
			}
		}
	}
	return false
}
