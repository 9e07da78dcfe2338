package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// ReportShow is one report, whole, with everything an officer does to it. Its
// forms and their fields:
//
//	POST /desk/reports/{id}/acknowledge
//	POST /desk/reports/{id}/judge    complete  consistent  in_scope  vulnerability  new (each yes|no)  reason
//	POST /desk/reports/{id}/defer    duplicate
//	POST /desk/reports/{id}/close    why
//	POST /desk/reports/{id}/case     title.en  title.ja  brief.en  brief.ja  embargo=default|days|none  days
//	POST /desk/reports/{id}/join     case
//	POST /desk/reports/{id}/message  text  files  kept  tlp
//	POST /desk/reports/{id}/ask      question
type ReportShow struct {
	look.Base
	desk.ReportPage
	Can     map[string]bool
	AckDue  time.Time
	Policy  cvd.Policy
	Lines   []HistoryLine
	Times   []ClockLine
	Judge   look.Form
	Defer   look.Form
	Close   look.Form
	Open    look.Form
	Join    look.Form
	Message look.Form
	Ask     look.Form
	Kept    []KeptUpload
}

// Days is how many days the policy's embargo lasts.
func (p ReportShow) Days() int { return int(p.Policy.Term / (24 * time.Hour)) }

// questions are the five of acceptance, in the order of the guideline.
var questions = []string{"complete", "consistent", "in_scope", "vulnerability", "new"}

// Questions lists them for the page.
func (ReportShow) Questions() []string { return questions }

// closeReasons are why a report or a case may end; the first choice is none.
var closeReasons = []cvd.CloseReason{
	cvd.WhyNotVuln, cvd.WhyNoEffect, cvd.WhyOutOfScope, cvd.WhySmallImpact, cvd.WhyKnown, cvd.WhyAllTold, cvd.WhyWithdrawn, cvd.WhyDuplicate, cvd.WhyIncomplete,
}

// say is a sentence of the catalogue in the reader's language.
func (s *Site) say(l words.Lang, key string) string { return s.pages.Say(l, key, nil) }

// choices are the options of a select, by a prefix of the catalogue; an empty
// one first, so that nothing is chosen by accident.
func choices[T ~string](s *Site, l words.Lang, prefix string, values ...T) []look.Option {
	options := []look.Option{{Value: "", Text: s.say(l, "web.choose")}}
	for _, v := range values {
		options = append(options, look.Option{Value: string(v), Text: s.say(l, prefix+string(v))})
	}
	return options
}

func reportPath(id cvd.ReportID) string { return "/desk/reports/" + url.PathEscape(string(id)) }

func (s *Site) reportPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.reportShow(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// reportShow reads the report and prepares its forms.
func (s *Site) reportShow(w http.ResponseWriter, r *http.Request, v visitor) (ReportShow, error) {
	page, err := s.Desk.Report(r.Context(), v.Actor, cvd.ReportID(r.PathValue("id")))
	if err != nil {
		return ReportShow{}, err
	}
	p := ReportShow{Base: s.base(w, r, v, "web.reports"), ReportPage: page, Can: map[string]bool{}, Policy: cvd.PolicyAt(s.Desk.Now())}
	p.Title, p.Lines = page.Report.Submission.Title, historyLines(page.History, nil)
	if p.Title == "" {
		p.Title = string(page.Report.ID)
	}
	slices.Reverse(p.Lines)
	for _, verb := range page.Verbs {
		p.Can[verb] = true
	}
	if page.Report.Acknowledged.IsZero() {
		p.AckDue = page.Report.AckDue()
	}
	for _, k := range page.Clocks {
		p.Times = append(p.Times, clockLine(k, page.Office, p.Now))
	}
	s.reportForms(&p)
	return p, nil
}

// reportForms prepares the forms as they are before anybody types.
func (s *Site) reportForms(p *ReportShow) {
	form := func(name string, o map[string][]look.Option) look.Form {
		return look.Form{Name: name, Words: "web.report." + name, Values: url.Values{}, Options: o}
	}
	l := p.Lang
	yesNo := []look.Option{{Value: "yes", Text: s.say(l, "web.yes")}, {Value: "no", Text: s.say(l, "web.no")}}
	five := map[string][]look.Option{}
	for _, q := range questions {
		five[q] = yesNo
	}
	p.Judge, p.Defer = form("judge", five), form("defer", nil)
	if j := p.Report.Judgement; j != nil {
		p.Judge.Values = httpd.Encode(judgeInput{yn(j.Complete), yn(j.Consistent), yn(j.InScope), yn(j.Vulnerability), yn(j.New), j.Reason}, time.UTC)
	}
	p.Close = form("close", map[string][]look.Option{"why": choices(s, l, "why.", closeReasons...)})
	p.Open = form("open", map[string][]look.Option{"embargo": {
		{Value: "default", Text: s.pages.Say(l, "web.report.open.embargo.default", map[string]any{"days": p.Days()})},
		{Value: "days", Text: s.say(l, "web.report.open.embargo.days")},
		{Value: "none", Text: s.say(l, "web.report.open.embargo.none")},
	}})
	title := "title." + string(words.ParseLang(p.Report.Submission.Lang))
	p.Open.Values = url.Values{title: {p.Report.Submission.Title}, "embargo": {"default"}}
	if p.Report.Submission.NoEmbargo {
		p.Open.Values.Set("embargo", "none")
	}
	p.Join, p.Ask = form("join", nil), form("ask", nil)
	p.Message = s.withLabels(form("message", nil), l, desk.ReportFiles)
}

func yn(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// reportForm is one form of the page: where a refusal is shown, and what it does.
type reportForm struct {
	verb string // of the report's list of verbs: without it the form is not shown
	form func(*ReportShow) *look.Form
	do   func(s *Site, ctx context.Context, v visitor, id cvd.ReportID, values url.Values) error
}

var reportForms = map[string]reportForm{
	"acknowledge": {"acknowledge_report", func(p *ReportShow) *look.Form { return &p.Judge }, func(s *Site, ctx context.Context, v visitor, id cvd.ReportID, _ url.Values) error {
		return s.Desk.AcknowledgeReport(ctx, v.Actor, id)
	}},
	"judge": {"judge_report", func(p *ReportShow) *look.Form { return &p.Judge }, (*Site).judge},
	"defer": {"defer_report", func(p *ReportShow) *look.Form { return &p.Defer }, func(s *Site, ctx context.Context, v visitor, id cvd.ReportID, values url.Values) error {
		return s.Desk.DeferReport(ctx, v.Actor, id, cvd.ReportID(strings.ToUpper(strings.TrimSpace(values.Get("duplicate")))))
	}},
	"close": {"close_report", func(p *ReportShow) *look.Form { return &p.Close }, func(s *Site, ctx context.Context, v visitor, id cvd.ReportID, values url.Values) error {
		why := cvd.CloseReason(values.Get("why"))
		if !slices.Contains(closeReasons, why) {
			return wrongField("why", "fault.case.need_why")
		}
		return s.Desk.CloseReport(ctx, v.Actor, id, why)
	}},
	"ask": {"", func(p *ReportShow) *look.Form { return &p.Ask }, func(s *Site, ctx context.Context, v visitor, id cvd.ReportID, values url.Values) error {
		if strings.TrimSpace(values.Get("question")) == "" {
			return wrongField("question", "fault.case.need_text")
		}
		return s.Desk.AskFinder(ctx, v.Actor, id, values.Get("question"))
	}},
	"join": {"open_case", func(p *ReportShow) *look.Form { return &p.Join }, func(s *Site, ctx context.Context, v visitor, id cvd.ReportID, values url.Values) error {
		typed := strings.TrimSpace(values.Get("case"))
		err := s.Desk.AddReport(ctx, v.Actor, cvd.CaseID(typed[strings.LastIndexByte(typed, '#')+1:]), id)
		if fault.KindOf(err) == fault.NotFound {
			return wrongField("case", "web.report.join.no_case")
		}
		return err
	}},
}

// openForm and messageForm have handlers of their own.
var (
	openForm    = reportForm{verb: "open_case", form: func(p *ReportShow) *look.Form { return &p.Open }}
	messageForm = reportForm{form: func(p *ReportShow) *look.Form { return &p.Message }}
)

// wrongField is a refusal of one field.
func wrongField(field, key string, args ...any) error {
	var k fault.Check
	k.Add(field, key, args...)
	return k.Err()
}

// judgeInput is the form of the five questions.
type judgeInput struct {
	Complete      string `form:"complete,required,one=yes|no"`
	Consistent    string `form:"consistent,required,one=yes|no"`
	InScope       string `form:"in_scope,required,one=yes|no"`
	Vulnerability string `form:"vulnerability,required,one=yes|no"`
	New           string `form:"new,required,one=yes|no"`
	Reason        string `form:"reason,max=4000"`
}

func (s *Site) judge(ctx context.Context, v visitor, id cvd.ReportID, values url.Values) error {
	var in judgeInput
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return err
	}
	return s.Desk.JudgeReport(ctx, v.Actor, id, cvd.Judgement{
		Complete: in.Complete == "yes", Consistent: in.Consistent == "yes", InScope: in.InScope == "yes",
		Vulnerability: in.Vulnerability == "yes", New: in.New == "yes", Reason: in.Reason,
	})
}

// reportDo does what one form of the page asks.
func (s *Site) reportDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	f, ok := reportForms[r.PathValue("form")]
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id := cvd.ReportID(r.PathValue("id"))
	if err = f.do(s, r.Context(), v, id, values); err == nil {
		return s.cookies.Redirect(w, r, reportPath(id), look.Flash{Tone: "ok", Key: "web.report.done." + r.PathValue("form")})
	}
	return s.reportAgain(w, r, v, err, f, values, nil)
}

// reportAgain shows the page once more, with what was typed into one form.
func (s *Site) reportAgain(w http.ResponseWriter, r *http.Request, v visitor, err error, rf reportForm, values url.Values, kept []KeptUpload) error {
	p, readErr := s.reportShow(w, r, v)
	if readErr != nil {
		return readErr
	}
	f := rf.form(&p)
	f.Values, p.Kept, p.Path = values, kept, ""
	status, other := again(err, f)
	if other != nil {
		return other
	}
	for i := range f.Problems {
		if rf.verb != "" && !p.Can[rf.verb] {
			f.Problems[i].Field = "" // the form is gone: there is no field to lead to
		}
	}
	return s.pages.Write(w, status, p)
}

// openCase opens a case from the report and leads there.
func (s *Site) openCase(w http.ResponseWriter, r *http.Request, v visitor) error {
	var in struct {
		Title   words.Text `form:"title"`
		Brief   words.Text `form:"brief"`
		Embargo string     `form:"embargo,required,one=default|days|none"`
		Days    int        `form:"days"`
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	var id cvd.CaseID
	err = httpd.Decode(values, &in, time.UTC)
	if err == nil && in.Embargo == "days" && (in.Days < 1 || in.Days > 365) {
		err = wrongField("days", "fault.embargo.term")
	}
	if err == nil {
		o := desk.Opening{Reports: []cvd.ReportID{cvd.ReportID(r.PathValue("id"))}, Title: in.Title, Brief: in.Brief, NoEmbargo: in.Embargo == "none"}
		if in.Embargo == "days" {
			o.Days = in.Days
		}
		id, err = s.Desk.OpenCase(r.Context(), v.Actor, o)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, casePath(id), look.Flash{Tone: "ok", Key: "web.report.done.case"})
	}
	return s.reportAgain(w, r, v, refield(err, map[string]string{"title": "title.en", "term": "days"}), openForm, values, nil)
}

// refield puts problems at the fields of a form that calls them otherwise.
func refield(err error, names map[string]string) error {
	f := fault.Of(err)
	if f == nil {
		return err
	}
	g := *f
	g.Problems = slices.Clone(f.Problems)
	for i, p := range g.Problems {
		if name, ok := names[p.Field]; ok {
			g.Problems[i].Field = name
		}
	}
	return &g
}

// reportMessage writes to the finder.
func (s *Site) reportMessage(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, uploads, err := s.readKept(r)
	if err == nil {
		var page desk.ReportPage
		if page, err = s.Desk.Report(r.Context(), v.Actor, cvd.ReportID(r.PathValue("id"))); err != nil {
			return err
		}
		if len(page.Talk) == 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if uploads, err = desk.Labelled(uploads, values.Get("tlp")); err == nil {
			err = s.Desk.PostMessage(r.Context(), v.Actor, page.Talk[0].ID, values.Get("text"), uploads)
		}
	}
	if err == nil {
		return s.cookies.Redirect(w, r, reportPath(cvd.ReportID(r.PathValue("id")))+"#talk", look.Flash{Tone: "ok", Key: "web.report.done.message"})
	}
	kept, keepErr := s.keepAgain(uploads)
	if keepErr != nil {
		return keepErr
	}
	return s.reportAgain(w, r, v, err, messageForm, values, kept)
}
