package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
)

// CaseLinks says which report tells of which vulnerability.
//
//	GET  /desk/cases/{id}/links
//	POST /desk/cases/{id}/links  report  vulns
type CaseLinks struct {
	look.Base
	Head CaseHead
	Rows []LinkRow
}

// LinkRow is one report with its form.
type LinkRow struct {
	Report desk.SharedReport
	Form   look.Form
}

func (s *Site) linksPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.linksOf(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) linksOf(w http.ResponseWriter, r *http.Request, v visitor) (CaseLinks, error) {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return CaseLinks{}, err
	}
	p := CaseLinks{Base: s.base(w, r, v, "web.links"), Head: headOf(room, v)}
	var options []look.Option
	for _, x := range room.View.Vulns {
		options = append(options, look.Option{Value: x.ID, Text: strings.TrimSpace(vulnName(x) + " " + x.Title.In(p.Lang))})
	}
	c := cvd.Case{Vulns: room.View.Vulns, Links: room.View.Links}
	for i, rep := range room.Reports {
		p.Rows = append(p.Rows, LinkRow{rep, look.Form{Name: strconv.Itoa(i), Words: "web.links", Values: url.Values{"report": {string(rep.ID)}, "vulns": c.Tells(rep.ID)},
			Options: map[string][]look.Option{"vulns": options}}})
	}
	return p, nil
}

func (s *Site) link(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id, report := cvd.CaseID(r.PathValue("id")), cvd.ReportID(values.Get("report"))
	err = s.Desk.Act(r.Context(), v.Actor, id, 0, cvd.LinkReport{Report: report, Vulns: values["vulns"]})
	if err == nil {
		return s.cookies.Redirect(w, r, casePath(id)+"/links", look.Flash{Tone: "ok", Key: "web.links.done.links"})
	}
	p, readErr := s.linksOf(w, r, v)
	if readErr != nil {
		return readErr
	}
	i := slices.IndexFunc(p.Rows, func(x LinkRow) bool { return x.Report.ID == report })
	if i < 0 {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	p.Path, p.Rows[i].Form.Values = "", values
	status, other := again(err, &p.Rows[i].Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
