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
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// CaseSplit is splitting a part off a case: first which vulnerabilities go, then
// what goes with them and who will read what, then the button.
//
//	GET  /desk/cases/{id}/split?vulns=v2
//	POST /desk/cases/{id}/split  vulns  title.en  title.ja  brief.en  brief.ja  note  seen  sure
//	                             report.N.side  party.N.side = parent|child|both
//	                             do=preview|split
//
// N is the place in the case's list of reports, or of participants.
type CaseSplit struct {
	look.Base
	Head    CaseHead
	Chosen  bool // which vulnerabilities go has been said
	Form    look.Form
	Reports []SplitRow
	Parties []SplitRow
	Readers []desk.KinReader
}

// SplitRow is one report or participant with its side.
type SplitRow struct {
	Field string
	Name  string
	Side  cvd.Side
	Hint  string // catalogue key
}

// Sides are what can be chosen.
func (SplitRow) Sides() []cvd.Side {
	return []cvd.Side{cvd.SideParent, cvd.SideChild, cvd.SideBoth}
}

func (s *Site) splitPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, room, err := s.splitOf(w, r, v, r.URL.Query())
	if err != nil {
		return err
	}
	if !can(room.View, "split_case") {
		return s.cookies.Redirect(w, r, casePath(room.View.ID), look.Flash{Tone: "wait", Key: "web.case.flash.not_now"})
	}
	for _, x := range room.View.Vulns { // never by the case's own title: it tells of what stays
		if p.Chosen && x.ID == p.Form.Values.Get("vulns") {
			p.Form.Values.Set("title.ja", x.Title.Get(words.JA))
			p.Form.Values.Set("title.en", x.Title.Get(words.EN))
		}
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) splitOf(w http.ResponseWriter, r *http.Request, v visitor, values url.Values) (CaseSplit, desk.CaseRoom, error) {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return CaseSplit{}, room, err
	}
	p := CaseSplit{Base: s.base(w, r, v, "web.split"), Head: headOf(room, v)}
	p.Form = look.Form{Words: "web.split", Values: values, Options: map[string][]look.Option{}}
	for _, x := range room.View.Vulns {
		p.Form.Options["vulns"] = append(p.Form.Options["vulns"], look.Option{Value: x.ID, Text: strings.TrimSpace(vulnName(x) + " " + x.Title.In(p.Lang))})
	}
	p.Chosen = len(values["vulns"]) > 0
	if p.Chosen {
		p.rows(room, parted(room.View, values))
	}
	if values.Get("seen") == "" {
		values.Set("seen", strconv.FormatInt(room.View.Version, 10))
	}
	return p, room, nil
}

// parted reads the sides; what is not said goes where it suggests itself.
func parted(v cvd.View, values url.Values) cvd.Division {
	d := desk.Parting(v, values["vulns"])
	side := func(field string, was cvd.Side) cvd.Side {
		if x := cvd.Side(values.Get(field)); x == cvd.SideParent || x == cvd.SideChild || x == cvd.SideBoth {
			return x
		}
		return was
	}
	for i, r := range v.Reports {
		d.Reports[r] = side(sideField("report", i), d.Reports[r])
	}
	for i := range v.Parties {
		if was, ok := d.Parties[v.Parties[i].ID]; ok {
			d.Parties[v.Parties[i].ID] = side(sideField("party", i), was)
		}
	}
	return d
}

func sideField(what string, n int) string { return what + "." + strconv.Itoa(n) + ".side" }

// rows are the reports and participants with their sides.
func (p *CaseSplit) rows(room desk.CaseRoom, d cvd.Division) {
	c := cvd.Case{Vulns: room.View.Vulns, Links: room.View.Links}
	for i, r := range room.View.Reports {
		p.Reports = append(p.Reports, SplitRow{Field: sideField("report", i), Name: string(r) + " (" + strings.Join(c.Tells(r), ", ") + ")", Side: d.Reports[r]})
	}
	for i := range room.View.Parties {
		q := &room.View.Parties[i]
		side, ok := d.Parties[q.ID]
		if !ok {
			continue
		}
		hint := ""
		if q.Role == party.Observer {
			hint = "role.observer"
		}
		p.Parties = append(p.Parties, SplitRow{Field: sideField("party", i), Name: room.Names[q.Org], Side: side, Hint: hint})
	}
}

func (s *Site) split(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	p, room, err := s.splitOf(w, r, v, values)
	if err != nil {
		return err
	}
	in := desk.Splitting{
		Title: words.Text{EN: strings.TrimSpace(values.Get("title.en")), JA: strings.TrimSpace(values.Get("title.ja"))},
		Brief: words.Text{EN: strings.TrimSpace(values.Get("brief.en")), JA: strings.TrimSpace(values.Get("brief.ja"))},
		Note:  strings.TrimSpace(values.Get("note")), Division: parted(room.View, values),
	}
	in.Seen, _ = strconv.ParseInt(values.Get("seen"), 10, 64) // what is no number is 0: the verbs have rules of their own
	p.Readers, err = s.Desk.PreviewSplit(r.Context(), v.Actor, room.View.ID, in)
	split := values.Get("do") == "split"
	if err == nil && split && values.Get("sure") == "" {
		err = wrongField("sure", "form.must_agree")
	}
	if err == nil && split {
		var child cvd.CaseID
		if child, err = s.Desk.SplitCase(r.Context(), v.Actor, room.View.ID, in); err == nil {
			return s.cookies.Redirect(w, r, casePath(child), look.Flash{Tone: "ok", Key: "web.split.done.split"})
		}
	}
	p.Path = ""
	if err == nil {
		return s.pages.Write(w, http.StatusOK, p)
	}
	status, other := again(splitFields(err, room.View), &p.Form)
	if other != nil {
		return other
	}
	values.Set("seen", strconv.FormatInt(room.View.Version, 10))
	return s.pages.Write(w, status, p)
}

// splitFields leads a refusal to the fields of the page.
func splitFields(err error, v cvd.View) error {
	to := map[string]string{"title": "title.en"}
	for i := range v.Parties {
		to["parties."+string(v.Parties[i].Org)] = sideField("party", i)
	}
	if slices.ContainsFunc(v.Reports, func(cvd.ReportID) bool { return true }) {
		to["reports"] = sideField("report", 0)
	}
	if fault.Of(err) == nil {
		return err
	}
	return refield(err, to)
}
