package web

import (
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
)

// What is done to an advisory, and the fields of each form. seen is the version
// that the officer had before them.
//
//	POST /desk/advisories/{id}/submit     seen
//	POST /desk/advisories/{id}/return     seen  reason
//	POST /desk/advisories/{id}/set-aside  seen  finding  reason
//	POST /desk/advisories/{id}/approve    seen
//	POST /desk/advisories/{id}/publish
//	POST /desk/advisories/{id}/schedule   seen  at
//	POST /desk/advisories/{id}/hold       reason
//	POST /desk/advisories/{id}/drop       seen  reason
//	POST /desk/advisories/{id}/revise     seen
//	POST /desk/advisories/{id}/withdraw   sure
//	POST /desk/advisories/{id}/tell

// advisoryDeed is one thing that is done to an advisory by a form of its page.
type advisoryDeed struct {
	do   func(s *Site, r *http.Request, v visitor, in advisoryInput) error
	form func(*AdvisoryShow) *look.Form // shows a refusal
}

// advisoryInput is all that the forms of an advisory's page can say.
type advisoryInput struct {
	Seen    int64     `form:"seen"`
	Reason  string    `form:"reason,max=4000"`
	Finding string    `form:"finding,max=100"`
	At      time.Time `form:"at"`
	Sure    bool      `form:"sure"`
}

var advisoryDeeds = map[string]advisoryDeed{
	"submit": {advisoryVerb(func(advisoryInput) advisory.Verb { return advisory.Submit{} }), actForm},
	"return": {advisoryVerb(func(in advisoryInput) advisory.Verb { return advisory.Return{Reason: in.Reason} }),
		func(p *AdvisoryShow) *look.Form { return &p.Return }},
	"set-aside": {advisoryVerb(func(in advisoryInput) advisory.Verb { return advisory.SetAside{Finding: in.Finding, Reason: in.Reason} }),
		func(p *AdvisoryShow) *look.Form { return &p.Set }},
	"hold": {advisoryVerb(func(in advisoryInput) advisory.Verb { return advisory.Hold{Reason: in.Reason} }),
		func(p *AdvisoryShow) *look.Form { return &p.Hold }},
	"drop": {advisoryVerb(func(in advisoryInput) advisory.Verb { return advisory.Drop{Reason: in.Reason} }),
		func(p *AdvisoryShow) *look.Form { return &p.Drop }},
	"revise": {advisoryVerb(func(advisoryInput) advisory.Verb { return advisory.Revise{} }), actForm},
	"approve": {func(s *Site, r *http.Request, v visitor, in advisoryInput) error {
		return s.Desk.ApproveAdvisory(r.Context(), v.Actor, advisoryID(r), in.Seen)
	}, actForm},
	"schedule": {scheduleAdvisory, func(p *AdvisoryShow) *look.Form { return &p.Time }},
	"publish": {func(s *Site, r *http.Request, v visitor, _ advisoryInput) error {
		return s.Desk.PublishAdvisory(r.Context(), v.Actor, advisoryID(r))
	}, actForm},
	"withdraw": {withdrawAdvisory, func(p *AdvisoryShow) *look.Form { return &p.Withdraw }},
	"tell": {func(s *Site, r *http.Request, v visitor, _ advisoryInput) error {
		return s.Desk.TellDraft(r.Context(), v.Actor, advisoryID(r))
	}, actForm},
}

func actForm(p *AdvisoryShow) *look.Form { return &p.Act }

func advisoryID(r *http.Request) advisory.ID { return advisory.ID(r.PathValue("id")) }

// advisoryVerb is a deed that is one verb of the advisory.
func advisoryVerb(verb func(advisoryInput) advisory.Verb) func(*Site, *http.Request, visitor, advisoryInput) error {
	return func(s *Site, r *http.Request, v visitor, in advisoryInput) error {
		return s.Desk.WriteAdvisory(r.Context(), v.Actor, advisoryID(r), in.Seen, verb(in))
	}
}

func scheduleAdvisory(s *Site, r *http.Request, v visitor, in advisoryInput) error {
	if in.At.IsZero() {
		var k fault.Check
		k.Add("at", "form.required")
		return k.Err()
	}
	return s.Desk.ScheduleAdvisory(r.Context(), v.Actor, advisoryID(r), in.Seen, advisory.Schedule{At: in.At})
}

func withdrawAdvisory(s *Site, r *http.Request, v visitor, in advisoryInput) error {
	if !in.Sure {
		var k fault.Check
		k.Add("sure", "form.must_agree")
		return k.Err()
	}
	return s.Desk.WithdrawAdvisory(r.Context(), v.Actor, advisoryID(r))
}

// advisoryDo does what one form asks.
func (s *Site) advisoryDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	deed, ok := advisoryDeeds[r.PathValue("form")]
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: 20_000}, nil)
	if err != nil {
		return err
	}
	var in advisoryInput
	if err = httpd.Decode(values, &in, s.Desk.Centre.Zone); err == nil {
		err = deed.do(s, r, v, in)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, s.afterDeed(r), look.Flash{Tone: "ok", Key: "web.advisory.done." + r.PathValue("form")})
	}
	return s.advisoryAgain(w, r, v, values, deed.form, err)
}

// afterDeed is where an officer goes on: to the editor where a text begins.
func (s *Site) afterDeed(r *http.Request) string {
	if r.PathValue("form") == "revise" {
		return advisoryPath(advisoryID(r)) + "/edit"
	}
	return advisoryPath(advisoryID(r))
}

// advisoryAgain shows the page once more with what was sent and why it was refused.
func (s *Site) advisoryAgain(w http.ResponseWriter, r *http.Request, v visitor, values url.Values, form func(*AdvisoryShow) *look.Form, cause error) error {
	p, err := s.advisoryPage(w, r, v)
	if err != nil {
		return err
	}
	f := form(&p)
	f.Values, p.Aside = values, values.Get("finding")
	p.Path, p.Base.Path = advisoryPath(advisoryID(r)), advisoryPath(advisoryID(r))
	status, other := again(cause, f)
	if other != nil {
		return other
	}
	// The gate's refusals name parts of the text, which have no field here: the
	// list of findings on this page leads to them.
	for i := range f.Problems {
		if _, own := map[string]bool{"reason": true, "at": true, "sure": true}[f.Problems[i].Field]; !own {
			f.Problems[i].Field = ""
		}
	}
	return s.pages.Write(w, status, p)
}
