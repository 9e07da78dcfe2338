package web

import (
	"net/http"
	"strings"

	"nakodo/internal/desk"
	"nakodo/internal/fold"
	"nakodo/internal/look"
)

// ReportsPage is the open reports, the one that has waited longest first.
//
//	GET /desk/reports?q=words&closed=1&page=2
type ReportsPage struct {
	look.Base
	Closed bool
	Rows   []desk.ReportRow
	All    int // open ones, before the filter
	Pages  Pages
}

const reportsShown = 50

func (s *Site) reportsPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p := ReportsPage{Base: s.base(w, r, v, "web.reports"), Closed: r.FormValue("closed") != ""}
	p.Query = strings.TrimSpace(r.FormValue("q"))
	rows, err := s.Desk.Reports(r.Context(), v.Actor, p.Closed)
	if err != nil {
		return err
	}
	p.All = len(rows)
	var found []desk.ReportRow
	for _, row := range rows {
		if matches(p.Query, string(row.ID), row.Title, row.Product) {
			found = append(found, row)
		}
	}
	p.Pages = pagesOf(r, len(found), reportsShown)
	p.Rows = found[p.Pages.Skip:min(len(found), p.Pages.Skip+reportsShown)]
	return s.pages.Write(w, http.StatusOK, p)
}

// matches reports whether every word that was typed stands in one of the texts,
// whatever its width and case.
func matches(typed string, texts ...string) bool {
	if strings.TrimSpace(typed) == "" {
		return true
	}
	all := fold.Name(strings.Join(texts, " \n "))
	for word := range strings.FieldsSeq(typed) {
		if !strings.Contains(all, fold.Name(word)) {
			return false
		}
	}
	return true
}
