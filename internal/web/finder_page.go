package web

import (
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// FinderStatus is a finder's private page. Its address is the only key to it:
// it holds no session, and stands in no log.
type FinderStatus struct {
	look.Base
	Report   desk.FinderPage
	Here     string // path of the page
	Link     string // the whole address, shown right after the report was sent
	Steps    []FinderStep
	Next     FinderNext
	Cases    []FinderRoom
	Consents look.Form
	Withdraw look.Form
	Message  look.Form
	Thread   string   // the conversation that Message belongs to, after a refusal
	Kept     []string // tickets of the files that came with it
}

// FinderStep is one step of a report, from its receipt to the advisory.
type FinderStep struct {
	Name  string // catalogue key
	State string // done, now, later, stopped
	At    time.Time
	Until time.Time // when it is due, where it has a date and is not done
}

// FinderNext says what happens next, and until when.
type FinderNext struct {
	Key   string // catalogue key
	Until time.Time
	Why   cvd.CloseReason
}

// FinderRoom is a case made of the report.
type FinderRoom struct {
	desk.FinderCase
	Can     map[string]bool
	Terms   look.Timeline
	Propose look.Form
}

// finderRoutes puts the page and its forms on the mux. The address is the key:
// no session is asked for.
func (s *Site) finderRoutes(mux *http.ServeMux) {
	mux.Handle("GET /status/{id}/{token}", s.finder(s.finderStatus))
	mux.Handle("POST /status/{id}/{token}/message", s.finder(s.finderMessage))
	mux.Handle("POST /status/{id}/{token}/consents", s.finder(s.finderConsents))
	mux.Handle("POST /status/{id}/{token}/withdraw", s.finder(s.finderWithdraw))
	mux.Handle("POST /status/{id}/{token}/case/{case}/{form}", s.finder(s.finderDo))
	mux.Handle("GET /status/{id}/{token}/files/{file}", s.finder(s.finderFile))
}

// finding serves a page to the finder of one report.
type finding func(w http.ResponseWriter, r *http.Request, by party.Actor) error

// finder lets in whoever holds the report's link. A wrong one gets the answer
// for a page that never was, and the database is not asked.
func (s *Site) finder(h finding) http.Handler {
	return s.door.Handle(func(w http.ResponseWriter, r *http.Request) error {
		by, err := s.Desk.Finder(r.PathValue("id"), r.PathValue("token"))
		if err != nil {
			return err
		}
		w.Header().Set("Cache-Control", "no-store")
		return h(w, r, by)
	})
}

func (s *Site) finderStatus(w http.ResponseWriter, r *http.Request, by party.Actor) error {
	p, err := s.finderPage(w, r, by)
	if err != nil {
		return err
	}
	if r.URL.Query().Has("received") {
		p.Link = s.Desk.Centre.Base + p.Here
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// finderPage reads the page as it stands.
func (s *Site) finderPage(w http.ResponseWriter, r *http.Request, by party.Actor) (FinderStatus, error) {
	report, err := s.Desk.FinderPage(r.Context(), by)
	if err != nil {
		return FinderStatus{}, err
	}
	p := FinderStatus{Base: s.plain(r, ""), Report: report, Here: finderPath(r)}
	if _, chosen := s.cookies.Chosen(r); !chosen {
		p.Lang = words.ParseLang(report.Submission.Lang) // the one the finder asked for in the report
	}
	p.Title = s.pages.Say(p.Lang, "web.finder", map[string]any{"report": string(report.ID)})
	p.Path, p.Home = p.Here, "/"+string(p.Lang)+"/"
	p.Flash = s.cookies.TakeFlash(w, r)
	p.Steps, p.Next = finderSteps(report, p.Now)
	for _, c := range report.Cases {
		if c.Advisory, err = s.Desk.PageIn(r.Context(), c.Advisory, p.Lang); err != nil {
			return FinderStatus{}, err
		}
		p.Cases = append(p.Cases, finderRoom(c, p.Now))
	}
	p.Consents = s.consentsForm(p.Lang, report)
	p.Message = s.withLabels(look.Form{Words: "web.finder.message", Values: url.Values{}}, p.Lang, desk.ReportFiles)
	p.Withdraw = look.Form{Name: "withdraw", Words: "web.finder.withdraw", Values: url.Values{}}
	return p, nil
}

// finderPath is the path of the page that a request belongs to.
func finderPath(r *http.Request) string {
	return "/status/" + url.PathEscape(r.PathValue("id")) + "/" + url.PathEscape(r.PathValue("token"))
}

func (s *Site) consentsForm(l words.Lang, p desk.FinderPage) look.Form {
	form := look.Form{Words: "portal.report.field", Values: url.Values{"credit_as": {p.CreditAs}}, Options: map[string][]look.Option{}}
	for name, given := range map[string]bool{"share_identity": p.Consents.ShareIdentity, "direct_contact": p.Consents.DirectContact, "credit": p.Consents.Credit} {
		form.Values.Set(name, "no")
		if given {
			form.Values.Set(name, "yes")
		}
		for _, v := range []string{"no", "yes"} {
			form.Options[name] = append(form.Options[name], look.Option{Value: v, Text: s.pages.Say(l, "portal.report.field."+name+"."+v, nil)})
		}
	}
	return form
}

func finderRoom(c desk.FinderCase, now time.Time) FinderRoom {
	v := c.View
	room := FinderRoom{FinderCase: c, Can: map[string]bool{}, Propose: look.Form{Name: string(v.ID), Words: "web.finder.propose", Values: url.Values{}}}
	for _, verb := range v.Verbs {
		room.Can[verb] = true
	}
	if !v.Embargo.Until.IsZero() {
		room.Terms = look.Timeline{First: v.FirstAttempt, Agreed: v.Embargo.Since, Today: now, Until: v.Embargo.Until, Ended: v.Embargo.Ended}
	}
	return room
}

// finderSteps draws a report's way and says what comes next. A report that
// became several cases is drawn by the one that is furthest.
func finderSteps(p desk.FinderPage, now time.Time) ([]FinderStep, FinderNext) {
	refused := p.Reason != ""
	steps := []FinderStep{
		{Name: "web.finder.step.received", At: p.Received},
		{Name: "web.finder.step.read", At: p.Acknowledged, Until: p.AckDue},
		{Name: "web.finder.step.judged", At: p.Judged},
	}
	if refused {
		steps[2].Name = "web.finder.step.refused"
	}
	c := furthest(p.Cases)
	due := c.View.Planned
	if due.IsZero() && c.View.Embargo.Ended.IsZero() {
		due = c.View.Embargo.Until
	}
	if !refused {
		steps = append(steps,
			FinderStep{Name: "web.finder.step.asked", At: c.View.FirstAttempt},
			FinderStep{Name: "web.finder.step.sent", At: c.Sent},
			FinderStep{Name: "web.finder.step.public", At: c.View.Public, Until: due},
		)
	}
	ended := refused || !p.Closed.IsZero() || !c.View.Closed.IsZero()
	current := true
	for i := range steps {
		switch {
		case !steps[i].At.IsZero():
			steps[i].State, steps[i].Until = "done", time.Time{}
		case current && !ended:
			steps[i].State, current = "now", false
		default:
			steps[i].State = "later"
		}
	}
	if refused {
		steps[2].State = "stopped"
	}
	return steps, finderNext(p, c, due, now)
}

func furthest(cases []desk.FinderCase) desk.FinderCase {
	var best desk.FinderCase
	for _, c := range cases {
		if best.Mark == "" || !best.View.Closed.IsZero() && c.View.Closed.IsZero() || best.View.Public.IsZero() && (!c.View.Public.IsZero() || best.Sent.IsZero()) {
			best = c
		}
	}
	return best
}

func finderNext(p desk.FinderPage, c desk.FinderCase, due, now time.Time) FinderNext {
	switch {
	case c.Advisory != "" || !c.View.Public.IsZero():
		return FinderNext{Key: "web.finder.next.public"}
	case p.Duplicate:
		return FinderNext{Key: "web.finder.next.duplicate"}
	case !p.Closed.IsZero():
		return FinderNext{Key: "web.finder.next.closed", Why: p.Why}
	case !c.View.Closed.IsZero():
		return FinderNext{Key: "web.finder.next.case_closed"}
	case p.Reason != "":
		return FinderNext{Key: "web.finder.next.refused"}
	case p.Acknowledged.IsZero() && p.AckDue.Before(now):
		return FinderNext{Key: "web.finder.next.read_late"}
	case p.Acknowledged.IsZero():
		return FinderNext{Key: "web.finder.next.read", Until: p.AckDue}
	case p.Judged.IsZero():
		return FinderNext{Key: "web.finder.next.judged"}
	case p.State == cvd.RMDeferred:
		return FinderNext{Key: "web.finder.next.deferred"}
	case c.Mark == "" || c.View.FirstAttempt.IsZero():
		return FinderNext{Key: "web.finder.next.asked"}
	case c.Sent.IsZero():
		return FinderNext{Key: "web.finder.next.sent"}
	case !due.IsZero():
		return FinderNext{Key: "web.finder.next.remedy_until", Until: due}
	}
	return FinderNext{Key: "web.finder.next.remedy"}
}
