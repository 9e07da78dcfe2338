package web

import (
	"net/http"
	"net/url"
	"regexp"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/talk"
)

// The tray: letters that came in and that nobody could place.
//
//	GET  /desk/tray
//	GET  /desk/tray/{id}
//	GET  /desk/tray/{id}/raw
//	POST /desk/tray/{id}/place  mark  address
//	POST /desk/tray/{id}/done
//	POST /desk/tray/{id}/report  kind=product|website  title  vendor  product  url  result  name

// Tray is the letters that wait for an officer.
type Tray struct {
	look.Base
	Rows []TrayRow
}

// TrayRow is one letter that came in.
type TrayRow struct {
	Href          string
	State         talk.MailState
	From, Subject string
	At            time.Time
	Size          int64
	Signed        string // fingerprint of a signature that holds
	Why           string // catalogue key: why it waits; "" where nothing was noted
	Waits         bool
}

// Tone is the shape of the letter's state.
func (t TrayRow) Tone() string {
	return map[talk.MailState]string{talk.MailBroken: "bad", talk.MailTray: "wait", talk.MailNew: "go", talk.MailJoined: "ok", talk.MailReport: "ok"}[t.State]
}

func (s *Site) trayRow(m talk.Mail) TrayRow {
	row := TrayRow{
		Href: "/desk/tray/" + url.PathEscape(m.ID), State: m.State, From: m.From, Subject: m.Subject, At: m.At, Size: m.Size, Signed: m.Signed,
		Waits: m.State == talk.MailTray || m.State == talk.MailBroken || m.State == talk.MailNew,
	}
	if _, ok := s.Desk.Words[m.Problem]; ok {
		row.Why = m.Problem
	}
	return row
}

func (s *Site) tray(w http.ResponseWriter, r *http.Request, v visitor) error {
	mails, err := s.Desk.Tray(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	p := Tray{Base: s.base(w, r, v, "web.tray")}
	for _, m := range mails {
		p.Rows = append(p.Rows, s.trayRow(m))
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// TrayShow is one letter that came in.
type TrayShow struct {
	look.Base
	Row   TrayRow
	Text  string
	Place look.Form
	Make  look.Form // a report of it
}

// markIn finds the number of a case or a report in what somebody wrote.
var markIn = regexp.MustCompile(`[A-Z]{2,8}(?:#[0-9]{8}|-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4})\b`)

func (s *Site) trayShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.trayPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) trayPage(w http.ResponseWriter, r *http.Request, v visitor) (TrayShow, error) {
	m, _, err := s.Desk.Mail(r.Context(), v.Actor, r.PathValue("id"))
	if err != nil {
		return TrayShow{}, err
	}
	p := TrayShow{Base: s.base(w, r, v, "web.tray.letter"), Row: s.trayRow(m), Text: m.Text}
	p.Base.Path = p.Row.Href
	p.Place = look.Form{Words: "web.tray.place", Values: url.Values{"mark": {markIn.FindString(m.Subject + "\n" + m.Text)}, "address": {m.From}}}
	p.Make = look.Form{Name: "make", Words: "web.tray.make", Options: map[string][]look.Option{
		"kind": {{Value: string(cvd.AboutProduct), Text: s.say(p.Lang, "kind.product")}, {Value: string(cvd.AboutWebsite), Text: s.say(p.Lang, "kind.website")}},
	}}
	p.Make.Values = url.Values{"kind": {string(cvd.AboutProduct)}, "title": {m.Subject}, "result": {m.Text}}
	return p, nil
}

// trayReport makes a report of the letter. It is the writer's: receipt and
// answers go to the address that the letter came from.
func (s *Site) trayReport(w http.ResponseWriter, r *http.Request, v visitor) error {
	var in struct {
		Kind    cvd.ReportKind `form:"kind,required,one=product|website"`
		Title   string         `form:"title,required,max=200"`
		Vendor  string         `form:"vendor,max=200"`
		Product string         `form:"product,max=200"`
		URL     string         `form:"url,max=1000"`
		Result  string         `form:"result,required,max=100000"`
		Name    string         `form:"name,max=200"`
	}
	p, err := s.trayPage(w, r, v)
	if err != nil {
		return err
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	var got desk.Received
	if err = httpd.Decode(values, &in, time.UTC); err == nil {
		got, err = s.Desk.ReportFromMail(r.Context(), v.Actor, r.PathValue("id"), desk.Incoming{
			Submission: cvd.Submission{Kind: in.Kind, Lang: string(p.Lang), Vendor: in.Vendor, Product: in.Product, URL: in.URL, Title: in.Title, Result: in.Result, Coordinator: cvd.CentreLeads},
			Identity:   cvd.Identity{Name: in.Name, Mail: p.Row.From},
		})
	}
	if err == nil {
		return s.cookies.Redirect(w, r, reportPath(got.ID), look.Flash{Tone: "ok", Key: "web.tray.done.report"})
	}
	if fault.KindOf(err) == fault.NotFound {
		return err
	}
	p.Make.Values, p.Path = values, ""
	status, other := again(err, &p.Make)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

// trayRaw sends the bytes as they came.
func (s *Site) trayRaw(w http.ResponseWriter, r *http.Request, v visitor) error {
	m, raw, err := s.Desk.Mail(r.Context(), v.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	return download(w, "mail-"+m.ID+".eml", raw)
}

func (s *Site) trayPlace(w http.ResponseWriter, r *http.Request, v visitor) error {
	var in struct {
		Mark    string `form:"mark,required,max=60"`
		Address string `form:"address,required,max=320"`
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: 4000}, nil)
	if err != nil {
		return err
	}
	if err = httpd.Decode(values, &in, time.UTC); err == nil {
		err = s.Desk.PlaceMail(r.Context(), v.Actor, r.PathValue("id"), in.Mark, in.Address)
	}
	return s.trayDone(w, r, v, values, "web.tray.done.place", err)
}

func (s *Site) trayDealt(w http.ResponseWriter, r *http.Request, v visitor) error {
	err := s.Desk.PlaceMail(r.Context(), v.Actor, r.PathValue("id"), "", "")
	return s.trayDone(w, r, v, url.Values{}, "web.tray.done.done", err)
}

// trayDone goes back to the tray, or shows the letter with what is wrong.
func (s *Site) trayDone(w http.ResponseWriter, r *http.Request, v visitor, values url.Values, done string, err error) error {
	if err == nil {
		return s.cookies.Redirect(w, r, "/desk/tray", look.Flash{Tone: "ok", Key: done})
	}
	if fault.KindOf(err) == fault.NotFound {
		return err
	}
	p, readErr := s.trayPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	if len(values) > 0 {
		p.Place.Values = values
	}
	status, other := again(err, &p.Place)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
