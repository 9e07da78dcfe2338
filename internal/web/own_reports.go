package web

import (
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
)

// A vendor's reports about its own products. The forms and their fields:
//
//	GET  /own-reports
//	POST /own-reports                title  product  version  result  impact  procedure  environment  workaround  wish_days  own_id  public  exploited  files  kept  tlp
//	GET  /own-reports/{id}
//	POST /own-reports/{id}/message   text  files  kept  tlp

// OwnReports lists what the vendor has reported, with the form for another.
type OwnReports struct {
	look.Base
	Rows []desk.OwnReport
	Form look.Form
	Kept []KeptUpload
	Ack  int // days until a report is acknowledged
}

// OwnReportShow is one of them: where it stands, and the conversation about it.
type OwnReportShow struct {
	look.Base
	Report  desk.OwnReport
	Message look.Form
	Kept    []KeptUpload
}

func ownReportPath(id cvd.ReportID) string { return "/own-reports/" + url.PathEscape(string(id)) }

func (s *Site) ownReports(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.ownReportsPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) ownReportsPage(w http.ResponseWriter, r *http.Request, v visitor) (OwnReports, error) {
	rows, err := s.Desk.OwnReports(r.Context(), v.Actor)
	p := OwnReports{Base: s.base(w, r, v, "web.own"), Rows: rows, Form: look.Form{Words: "web.own", Values: url.Values{}}}
	p.Form = s.withLabels(p.Form, p.Lang, desk.ReportFiles)
	p.Ack = int(cvd.PolicyAt(p.Now).AckWithin / (24 * time.Hour))
	return p, err
}

// reportOwn sends a report in. What was typed and attached outlives a mistake.
func (s *Site) reportOwn(w http.ResponseWriter, r *http.Request, v visitor) error {
	var in struct {
		Title       string `form:"title,required,max=200"`
		Product     string `form:"product,required,max=200"`
		Version     string `form:"version,max=200"`
		Result      string `form:"result,required,max=20000"`
		Impact      string `form:"impact,max=20000"`
		Procedure   string `form:"procedure,max=20000"`
		Environment string `form:"environment,max=20000"`
		Workaround  string `form:"workaround,max=20000"`
		WishDays    int    `form:"wish_days"`
		OwnID       string `form:"own_id,max=60"`
		Public      bool   `form:"public"`
		Exploited   bool   `form:"exploited"`
	}
	values, uploads, err := s.readKept(r)
	if values == nil {
		return err
	}
	if err == nil {
		err = httpd.Decode(values, &in, time.UTC)
	}
	if err == nil {
		uploads, err = desk.Labelled(uploads, values.Get("tlp"))
	}
	var id cvd.ReportID
	if err == nil {
		id, err = s.Desk.ReportOwnProduct(r.Context(), v.Actor, cvd.Submission{
			Title: in.Title, Product: in.Product, Version: in.Version, Result: in.Result, Impact: in.Impact, Procedure: in.Procedure,
			Environment: in.Environment, Workaround: in.Workaround, WishDays: in.WishDays, OwnID: in.OwnID, Public: in.Public, Exploited: in.Exploited,
		}, uploads)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, ownReportPath(id), look.Flash{Tone: "ok", Key: "web.own.done"})
	}
	p, readErr := s.ownReportsPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	if p.Kept, readErr = s.keepAgain(uploads); readErr != nil {
		return readErr
	}
	p.Form.Values, p.Path = values, ""
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

func (s *Site) ownReport(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.ownReportPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) ownReportPage(w http.ResponseWriter, r *http.Request, v visitor) (OwnReportShow, error) {
	report, err := s.Desk.OwnReport(r.Context(), v.Actor, cvd.ReportID(r.PathValue("id")))
	if err != nil {
		return OwnReportShow{}, err
	}
	p := OwnReportShow{Base: s.base(w, r, v, "web.own"), Report: report, Message: look.Form{Name: "message", Words: "web.own", Values: url.Values{}}}
	p.Title = report.Submission.Title
	p.Message = s.withLabels(p.Message, p.Lang, desk.ReportFiles)
	return p, nil
}

func (s *Site) ownReportMessage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.ownReportPage(w, r, v)
	if err != nil {
		return err
	}
	values, uploads, err := s.readKept(r)
	if err == nil {
		uploads, err = desk.Labelled(uploads, values.Get("tlp"))
	}
	if err == nil && len(p.Report.Talk) > 0 {
		err = s.Desk.PostMessage(r.Context(), v.Actor, p.Report.Talk[0].ID, values.Get("text"), uploads)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, ownReportPath(p.Report.ID)+"#talk", look.Flash{Tone: "ok", Key: "web.room.done.message"})
	}
	if p.Kept, _ = s.keepAgain(uploads); values != nil {
		p.Message.Values = values
	}
	p.Path = ""
	status, other := again(err, &p.Message)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
