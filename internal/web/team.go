package web

import (
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// The officers of the centre.
//
//	GET  /desk/team
//	POST /desk/team         name  mail  lang=en|ja
//	POST /desk/team/reset   mail
//	POST /desk/team/close   mail

// Team lists the officers, and lets one add a colleague.
type Team struct {
	look.Base
	Officers []party.Person
	Me       party.PersonID
	Form     look.Form
	Act      look.Form
}

// TeamAdded shows the link by which a new colleague sets the account up, this
// one time.
type TeamAdded struct {
	look.Base
	Name, Link string
}

func (s *Site) team(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.teamPage(w, r, v, url.Values{"lang": {string(s.cookies.Language(r))}})
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) teamPage(w http.ResponseWriter, r *http.Request, v visitor, values url.Values) (Team, error) {
	people, err := s.Desk.Officers(r.Context(), v.Actor)
	p := Team{Base: s.base(w, r, v, "web.team"), Officers: people, Me: v.Actor.Person}
	p.Base.Path = "/desk/team"
	p.Form = look.Form{Words: "web.team", Values: values, Options: map[string][]look.Option{"lang": s.languageOptions(p)}}
	return p, err
}

// languageOptions are the languages a person can be written to in.
func (s *Site) languageOptions(p look.Paper) []look.Option {
	l := p.Shown().Lang
	return []look.Option{{Value: "ja", Text: s.pages.Say(l, "web.advisory.lang.ja", nil)}, {Value: "en", Text: s.pages.Say(l, "web.advisory.lang.en", nil)}}
}

func (s *Site) teamAdd(w http.ResponseWriter, r *http.Request, v visitor) error {
	var in struct {
		Name string `form:"name,required,max=100"`
		Mail string `form:"mail,required,max=200"`
		Lang string `form:"lang,one=en|ja"`
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: 4000}, nil)
	if err != nil {
		return err
	}
	link := ""
	if err = httpd.Decode(values, &in, time.UTC); err == nil {
		link, err = s.Desk.AddOfficer(r.Context(), v.Actor, in.Name, in.Mail, in.Lang)
	}
	if err != nil {
		p, readErr := s.teamPage(w, r, v, values)
		if readErr != nil {
			return readErr
		}
		status, other := again(err, &p.Form)
		if other != nil {
			return other
		}
		return s.pages.Write(w, status, p)
	}
	p := TeamAdded{Base: s.base(w, r, v, "web.team.added"), Name: in.Name, Link: s.Desk.Centre.Base + link}
	p.Path = "" // the link is shown once: no change of language from here
	return s.pages.Write(w, http.StatusOK, p)
}

// teamDo resets or closes a colleague's account.
func (s *Site) teamDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: 1000}, nil)
	if err != nil {
		return err
	}
	switch r.PathValue("form") {
	case "reset":
		err = s.Desk.SendReset(r.Context(), v.Actor, values.Get("mail"))
	case "close":
		err = s.Desk.EndOfficer(r.Context(), v.Actor, values.Get("mail"))
	default:
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if err == nil {
		return s.cookies.Redirect(w, r, "/desk/team", look.Flash{Tone: "ok", Key: "web.team.done." + r.PathValue("form")})
	}
	p, readErr := s.teamPage(w, r, v, url.Values{"lang": {string(s.cookies.Language(r))}})
	if readErr != nil {
		return readErr
	}
	status, other := again(err, &p.Act)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
