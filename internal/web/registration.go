package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// Registrations: what waits, one of them, and its steps.
//
//	GET  /desk/registrations
//	GET  /desk/registrations/{id}
//	POST /desk/registrations/{id}/{step}    note  org=ID|new (send_papers)
//	POST /desk/registry/{id}/registration   tier  note

// Registrations is everything of the registry that waits for somebody.
type Registrations struct {
	look.Base
	Rows    []RegistrationRow
	Changes []ChangeRow
}

// RegistrationRow is one registration under way.
type RegistrationRow struct {
	Href  string
	Page  desk.RegistrationPage
	Since time.Time
}

// ChangeRow is one change that waits.
type ChangeRow struct {
	Href   string
	Change desk.AskedChange
	Title  string // catalogue key
	About  string // contact
}

// RegistrationView is a registration's steps with the form of the next.
type RegistrationView struct {
	desk.RegistrationPage
	Path string
	Next string   // the step that leads on; "": none
	Left []string // the steps after it, by verb
	End  bool     // it can be ended
	Form look.Form
}

// RegistrationShow is one registration on its own page.
type RegistrationShow struct {
	look.Base
	Reg     RegistrationView
	OrgHref string
}

func (s *Site) registrations(w http.ResponseWriter, r *http.Request, v visitor) error {
	open, err := s.Desk.Registrations(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	waiting, err := s.Desk.Changes(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	p := Registrations{Base: s.base(w, r, v, "web.registrations"), Changes: changeRows(waiting)}
	for _, x := range open {
		p.Rows = append(p.Rows, RegistrationRow{Href: registrationPath(x.ID), Page: x, Since: x.Since()})
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func changeRows(changes []desk.AskedChange) []ChangeRow {
	var rows []ChangeRow
	for _, c := range changes {
		rows = append(rows, ChangeRow{Href: "/desk/changes/" + url.PathEscape(c.ID), Change: c, Title: changeTitle(c.Change), About: contactNameOf(c.Change)})
	}
	return rows
}

func registrationPath(id string) string { return "/desk/registrations/" + url.PathEscape(id) }

func (s *Site) registrationShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.registrationPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) registrationPage(w http.ResponseWriter, r *http.Request, v visitor) (RegistrationShow, error) {
	page, err := s.Desk.Registration(r.Context(), v.Actor, r.PathValue("id"))
	if err != nil {
		return RegistrationShow{}, err
	}
	p := RegistrationShow{Base: s.base(w, r, v, "web.registration"), Reg: s.registrationView(s.cookies.Language(r), page)}
	p.Title = page.Name
	if page.Org != "" {
		p.OrgHref = orgPath(page.Org)
	}
	return p, nil
}

// registrationView prepares the steps and the form of the next.
func (s *Site) registrationView(l words.Lang, page desk.RegistrationPage) RegistrationView {
	view := RegistrationView{
		RegistrationPage: page, Path: registrationPath(page.ID), Next: string(page.Next()), End: page.State == party.RegListed,
		Form: look.Form{Words: "web.registration", Values: url.Values{}, Options: map[string][]look.Option{}},
	}
	for at := page.Registration; at.Open(); {
		do := at.Next()
		to, err := party.Registering.Step(at.State, do, party.Officer)
		if err != nil {
			break
		}
		if string(do) != view.Next {
			view.Left = append(view.Left, string(do))
		}
		at.State = to
	}
	for _, o := range page.Matches {
		view.Form.Options["org"] = append(view.Form.Options["org"], look.Option{Value: string(o.ID), Text: o.Name(), Hint: s.pages.Say(l, "web.registration.org.known", nil)})
	}
	view.Form.Options["org"] = append(view.Form.Options["org"], look.Option{Value: fresh, Text: s.pages.Say(l, "web.registration.org.new", nil), Hint: s.pages.Say(l, "web.registration.org.new.hint", nil)})
	return view
}

func (s *Site) registrationStep(w http.ResponseWriter, r *http.Request, v visitor) error {
	if err := r.ParseForm(); err != nil {
		return fault.Because(err, fault.Invalid, "fault.invalid")
	}
	id, org := r.PathValue("id"), r.PostForm.Get("org")
	in := desk.RegistrationInput{Note: r.PostForm.Get("note"), New: org == fresh}
	if !in.New {
		in.Org = party.OrgID(org)
	}
	err := s.Desk.StepRegistration(r.Context(), v.Actor, id, party.RegVerb(r.PathValue("step")), in)
	if err == nil {
		page, err := s.Desk.Registration(r.Context(), v.Actor, id)
		if err != nil {
			return err
		}
		to := registrationPath(id)
		if page.Org != "" {
			to = orgPath(page.Org)
		}
		return s.cookies.Redirect(w, r, to, look.Flash{Tone: "ok", Key: "web.registration.done." + string(page.State)})
	}
	p, readErr := s.registrationPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	p.Reg.Form.Values = r.PostForm
	status, other := again(err, &p.Reg.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

func (s *Site) registrationBegin(w http.ResponseWriter, r *http.Request, v visitor) error {
	if err := r.ParseForm(); err != nil {
		return fault.Because(err, fault.Invalid, "fault.invalid")
	}
	org := party.OrgID(r.PathValue("id"))
	if _, err := s.Desk.BeginRegistration(r.Context(), v.Actor, org, party.Tier(r.PostForm.Get("tier")), r.PostForm.Get("note")); err != nil {
		return err
	}
	return s.cookies.Redirect(w, r, orgPath(org), look.Flash{Tone: "ok", Key: "web.registration.done.applied"})
}

// beginForm is the form that records an application which came by another way.
func (s *Site) beginForm(l words.Lang) look.Form {
	f := look.Form{Name: "begin", Words: "web.registration", Values: url.Values{"tier": {string(party.General)}}, Options: map[string][]look.Option{}}
	for _, t := range []party.Tier{party.General, party.Individual} {
		f.Options["tier"] = append(f.Options["tier"], look.Option{Value: string(t), Text: s.pages.Say(l, "web.registry.tier."+string(t), nil), Hint: s.pages.Say(l, "web.registration.tier."+string(t), nil)})
	}
	return f
}

// shows are the filters of the registry's list that the address may name.
func shown(show string) string {
	if slices.Contains(desk.RegistryShows, show) {
		return show
	}
	return ""
}
