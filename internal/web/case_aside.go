package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// CaseAside is setting a suggestion aside: why the case does not concern an
// organisation that was suggested for it, and taking such a word back. Its
// addresses:
//
//	GET  /desk/cases/{id}/invite/aside?org=…
//	POST /desk/cases/{id}/invite/aside       org  why
//	POST /desk/cases/{id}/invite/aside/back  org  dismissal
type CaseAside struct {
	look.Base
	Head  CaseHead
	Org   desk.Suggestion
	Why   []string // reasons of the suggestion
	Here  bool     // it was set aside for this case already
	Form  look.Form
	Backs []AsideBack
}

// AsideBack is a dismissal that may be taken back.
type AsideBack struct {
	party.Dismissal
	Mark string // of the case that it was said in
}

func (s *Site) asidePage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.asideOf(w, r, v, party.OrgID(r.URL.Query().Get("org")))
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// asideOf prepares the page for one organisation that is suggested now.
func (s *Site) asideOf(w http.ResponseWriter, r *http.Request, v visitor, org party.OrgID) (CaseAside, error) {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return CaseAside{}, err
	}
	p := CaseAside{Base: s.base(w, r, v, "web.aside"), Head: headOf(room, v), Form: look.Form{Words: "web.aside", Values: url.Values{"org": {string(org)}}}}
	wanted, err := s.Desk.Suggest(r.Context(), v.Actor, room.View.ID)
	if err != nil {
		return p, err
	}
	at := slices.IndexFunc(wanted, func(x desk.Suggestion) bool { return x.Org == org })
	if at < 0 {
		return p, fault.New(fault.NotFound, "fault.not_found")
	}
	p.Org = wanted[at]
	p.Why = s.reasonsOf(wanted[at:at+1], p.Lang)[org]
	for _, x := range p.Org.Dismissed {
		p.Backs = append(p.Backs, AsideBack{x, s.Desk.Centre.Mark(cvd.CaseID(x.Case))})
		p.Here = p.Here || x.Case == string(room.View.ID)
	}
	return p, nil
}

func (s *Site) setAside(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	var in struct {
		Org party.OrgID `form:"org,required,max=60"`
		Why string      `form:"why,required,max=500"`
	}
	id := cvd.CaseID(r.PathValue("id"))
	if err = httpd.Decode(values, &in, time.UTC); err == nil {
		err = s.Desk.DismissSuggestion(r.Context(), v.Actor, id, in.Org, in.Why)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, casePath(id)+"/invite#whom", look.Flash{Tone: "ok", Key: "web.aside.done"})
	}
	p, readErr := s.asideOf(w, r, v, party.OrgID(values.Get("org")))
	if readErr != nil {
		return readErr
	}
	p.Form.Values, p.Path = values, ""
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

func (s *Site) takeBackAside(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	var in struct {
		Org       party.OrgID `form:"org,required,max=60"`
		Dismissal string      `form:"dismissal,required,max=60"`
	}
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return err
	}
	if err := s.Desk.TakeBackDismissal(r.Context(), v.Actor, in.Org, in.Dismissal); err != nil {
		return err
	}
	return s.cookies.Redirect(w, r, casePath(cvd.CaseID(r.PathValue("id")))+"/invite#whom", look.Flash{Tone: "ok", Key: "web.aside.back.done"})
}
