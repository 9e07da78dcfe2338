package web

import (
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

// CaseClocks is every clock of a case: what it counts from, until when, why it
// stands still, who acts next, and which rule it comes from; the dates of
// publication with their reasons; and the finders' own guidelines.
//
//	GET  /desk/cases/{id}/clocks
//	POST /desk/cases/{id}/clocks/pause      clock  reason  note
//	POST /desk/cases/{id}/clocks/resume     clock
//	POST /desk/cases/{id}/clocks/guideline  who  text  days  from  on
//	POST /desk/cases/{id}/clocks/release    reasons
//
// clock is a clock's key: "guide/", or "website_result/org:…" where each party has
// its own.
type CaseClocks struct {
	look.Base
	Head       CaseHead
	Can        map[string]bool
	Lines      []ClockLine // the case's own
	Vendors    []ClockLine // one party's
	More       int         // of them that the page does not show
	Reports    []ReportLines
	Plans      []PlanLine
	Guidelines []GuidelineLine
	Editions   []cvd.Edition
	Calendar   string // edition of the calendar
	Pause      look.Form
	Guideline  look.Form
	Release    look.Form
	Refused    look.Form
}

// ClockLine is one clock in words.
type ClockLine struct {
	cvd.Clock
	Anchor string
	Whose  string // a vendor's name; "" for the case's own
	State  StateWord
	Act    time.Time // by when to act, where that is not Due
	Slow   words.Text
	Span   string // catalogue key of its length, with N
	N      int
	Source words.Text // the edition's title
	Halted bool
}

// ReportLines are the clocks of one report.
type ReportLines struct {
	ID    cvd.ReportID
	Lines []ClockLine
}

// PlanLine is one date of publication that was planned.
type PlanLine struct {
	desk.Plan
	Whose string // at whose wish, where it was somebody's
}

// GuidelineLine is one finder's guideline with its end.
type GuidelineLine struct {
	cvd.Guideline
	Report string
	End    time.Time
}

// clockTones are the shapes of a clock's states.
var clockTones = map[cvd.ClockState]string{
	cvd.ClockWaiting: "plain", cvd.ClockRunning: "go", cvd.ClockPaused: "wait", cvd.ClockLate: "bad", cvd.ClockOpen: "wait", cvd.ClockMet: "ok", cvd.ClockMissed: "bad",
}

// mostVendorClocks is how many clocks of single vendors a page shows.
const mostVendorClocks = 60

func clocksPath(id cvd.CaseID) string { return casePath(id) + "/clocks" }

func (s *Site) caseClocks(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.clocksPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) clocksPage(w http.ResponseWriter, r *http.Request, v visitor) (CaseClocks, error) {
	id := cvd.CaseID(r.PathValue("id"))
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, id)
	if err != nil {
		return CaseClocks{}, err
	}
	all, err := s.Desk.CaseClocks(r.Context(), v.Actor, id)
	if err != nil {
		return CaseClocks{}, err
	}
	p := CaseClocks{Base: s.base(w, r, v, "web.clocks"), Head: headOf(room, v), Can: map[string]bool{}, Editions: all.Editions, Calendar: all.Office.Calendar.Edition}
	p.Base.Path = clocksPath(id)
	for _, verb := range room.View.Verbs {
		p.Can[verb] = true
	}
	p.Lines, p.Vendors = clockLines(all.Clocks, all.Office, room, p.Now)
	if extra := len(p.Vendors) - mostVendorClocks; extra > 0 {
		p.Vendors, p.More = p.Vendors[:mostVendorClocks], extra
	}
	for _, x := range all.Reports {
		lines, _ := clockLines(x.Clocks, all.Office, room, p.Now)
		p.Reports = append(p.Reports, ReportLines{ID: x.ID, Lines: lines})
	}
	for _, x := range all.Plans {
		line := PlanLine{Plan: x}
		if x.Asked != "" {
			name, role := partyName(room, x.Asked)
			if line.Whose = name; name == "" {
				line.Whose = s.say(p.Lang, "role."+string(role))
			}
		}
		p.Plans = append(p.Plans, line)
	}
	for _, g := range room.View.Guidelines {
		c := cvd.Case{FirstAttempt: room.View.FirstAttempt}
		p.Guidelines = append(p.Guidelines, GuidelineLine{Guideline: g, Report: strings.TrimPrefix(string(g.Who), "finder:"), End: g.End(&c)})
	}
	s.clockForms(&p, room)
	return p, nil
}

// clockLines puts clocks into words, the case's own apart from single vendors'.
// Of the latter those that are late or paused come first.
func clockLines(clocks []cvd.Clock, o cvd.Office, room desk.CaseRoom, now time.Time) (own, theirs []ClockLine) {
	for _, k := range clocks {
		l := clockLine(k, o, now)
		if k.Who == "" {
			own = append(own, l)
			continue
		}
		l.Whose, _ = partyName(room, k.Who)
		theirs = append(theirs, l)
	}
	slices.SortStableFunc(theirs, func(a, b ClockLine) int { return clockRank(a) - clockRank(b) })
	return own, theirs
}

func clockRank(l ClockLine) int {
	switch {
	case l.State.Tone == "bad" && l.Done.IsZero():
		return 0
	case l.Halted:
		return 1
	case !l.Start.IsZero() && l.Done.IsZero():
		return 2
	case l.Start.IsZero():
		return 4
	}
	return 3
}

func clockLine(k cvd.Clock, o cvd.Office, now time.Time) ClockLine {
	st := k.State(now)
	l := ClockLine{Clock: k, Anchor: strings.ReplaceAll(k.Key(), "/", "-"), State: StateWord{Tone: clockTones[st], Key: "clock.state." + string(st)}, Slow: o.Slow(k), Halted: st == cvd.ClockPaused}
	if at := o.Act(k); !at.Equal(k.Due) && k.Done.IsZero() && !k.Right {
		l.Act = at
	}
	switch n := k.Length; {
	case n.Months > 0:
		l.Span, l.N = "web.clocks.months", n.Months
	case n.Days > 0:
		l.Span, l.N = "web.clocks.days", n.Days
	case n.Business > 0:
		l.Span, l.N = "web.clocks.business", n.Business
	case n.Hours > 0:
		l.Span, l.N = "web.clocks.hours", n.Hours
	}
	if e, ok := cvd.EditionNamed(k.Edition); ok {
		l.Source = e.Title
	}
	return l
}

// clockForms prepares the forms as they are before anybody types.
func (s *Site) clockForms(p *CaseClocks, room desk.CaseRoom) {
	form := func(name string) look.Form {
		return look.Form{Name: name, Words: "web.clocks." + name, Values: url.Values{}, Options: map[string][]look.Option{}}
	}
	l := p.Lang
	p.Pause, p.Guideline, p.Release = form("pause"), form("guideline"), form("release")
	for _, line := range slices.Concat(p.Lines, p.Vendors) {
		if line.Pause && !line.Halted && !line.Start.IsZero() && line.Done.IsZero() {
			name := s.say(l, "clock."+string(line.Kind))
			if line.Whose != "" {
				name += " – " + line.Whose
			}
			p.Pause.Options["clock"] = append(p.Pause.Options["clock"], look.Option{Value: line.Key(), Text: name})
		}
	}
	p.Can["pause_clock"] = p.Can["pause_clock"] && len(p.Pause.Options["clock"]) > 0
	p.Pause.Options["reason"] = choices(s, l, "clock.pause.", cvd.PauseReasons()...)
	for i := range room.View.Parties {
		if q := &room.View.Parties[i]; q.Report != "" {
			p.Guideline.Options["who"] = append(p.Guideline.Options["who"], look.Option{Value: string(q.ID), Text: string(q.Report)})
		}
	}
	for _, from := range []cvd.TermFrom{cvd.FromContact, cvd.FromReceipt, cvd.FromDay} {
		p.Guideline.Options["from"] = append(p.Guideline.Options["from"], look.Option{Value: string(from), Text: s.say(l, "web.clocks.from."+string(from))})
	}
	p.Guideline.Values.Set("from", string(cvd.FromContact))
}

// clockForm is one form of the page.
type clockForm struct {
	verb string // of the case's list of verbs
	form func(*CaseClocks) *look.Form
	read func(s *Site, values url.Values) (cvd.Verb, error)
}

var clockForms = map[string]clockForm{
	"pause": {"pause_clock", func(p *CaseClocks) *look.Form { return &p.Pause }, func(_ *Site, values url.Values) (cvd.Verb, error) {
		var in struct {
			Clock  string `form:"clock,required,max=200"`
			Reason string `form:"reason,required,max=60"`
			Note   string `form:"note,max=4000"`
		}
		err := httpd.Decode(values, &in, time.UTC)
		kind, who, _ := strings.Cut(in.Clock, "/")
		return cvd.PauseClock{Clock: cvd.ClockKind(kind), Who: cvd.ParticipantID(who), Reason: cvd.PauseReason(in.Reason), Note: in.Note}, err
	}},
	"resume": {"resume_clock", nil, func(_ *Site, values url.Values) (cvd.Verb, error) {
		kind, who, _ := strings.Cut(values.Get("clock"), "/")
		return cvd.ResumeClock{Clock: cvd.ClockKind(kind), Who: cvd.ParticipantID(who)}, nil
	}},
	"guideline": {"record_guideline", func(p *CaseClocks) *look.Form { return &p.Guideline }, func(s *Site, values url.Values) (cvd.Verb, error) {
		var in struct {
			Who  string    `form:"who,required,max=100"`
			Text string    `form:"text,required,max=4000"`
			Days int       `form:"days"`
			From string    `form:"from,required,one=contact|receipt|day"`
			On   time.Time `form:"on"`
		}
		err := httpd.Decode(values, &in, s.zone())
		return cvd.RecordGuideline{Who: cvd.ParticipantID(in.Who), Text: in.Text, Days: in.Days, From: cvd.TermFrom(in.From), On: in.On}, err
	}},
	"release": {"answer_release", func(p *CaseClocks) *look.Form { return &p.Release }, func(_ *Site, values url.Values) (cvd.Verb, error) {
		var in struct {
			Reasons string `form:"reasons,max=4000"`
		}
		err := httpd.Decode(values, &in, time.UTC)
		return cvd.AnswerRelease{Reasons: in.Reasons}, err
	}},
}

// clocksDo does what one form asks.
func (s *Site) clocksDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	f, ok := clockForms[r.PathValue("form")]
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id := cvd.CaseID(r.PathValue("id"))
	verb, err := f.read(s, values)
	if err == nil {
		err = s.Desk.Act(r.Context(), v.Actor, id, 0, verb)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, clocksPath(id), look.Flash{Tone: "ok", Key: "web.clocks.done." + r.PathValue("form")})
	}
	p, readErr := s.clocksPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	var form *look.Form
	if f.form != nil && p.Can[f.verb] {
		form = f.form(&p)
	}
	status, other := refusedAt(form, &p.Refused, values, err)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

// importantClocks are those that a case's own page shows: the two counts of 45
// days, and whatever is late, paused or may be asked now.
func importantClocks(room desk.CaseRoom, o cvd.Office, now time.Time) []ClockLine {
	own, theirs := clockLines(room.Clocks, o, room, now)
	own = slices.DeleteFunc(own, func(l ClockLine) bool {
		return l.Kind != cvd.ClockGuide && l.Kind != cvd.ClockStatistics && (l.State.Tone == "go" || l.State.Tone == "plain" || !l.Done.IsZero())
	})
	theirs = slices.DeleteFunc(theirs, func(l ClockLine) bool {
		return l.Kind == cvd.ClockAnswer || l.State.Tone == "plain" || !l.Done.IsZero()
	})
	return append(own, theirs[:min(3, len(theirs))]...)
}
