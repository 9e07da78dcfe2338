package web

import (
	"net/http"
	"net/url"

	"nakodo/internal/committee"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// The developer's page about a referral: why the committee was asked, what would
// be published, its own opinion and its view. The forms and their fields:
//
//	GET  /hearing/{id}
//	POST /hearing/{id}/opinion  text
//	POST /hearing/{id}/view     text  lang=ja|en

// Hearing is a referral as the developer sees it.
type Hearing struct {
	look.Base
	At    string
	Page  desk.ReferralPage
	Can   map[string]bool
	Forms forms
}

func (s *Site) hearing(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.hearingPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) hearingPage(w http.ResponseWriter, r *http.Request, v visitor) (Hearing, error) {
	page, err := s.Desk.Referral(r.Context(), v.Actor, committee.ID(r.PathValue("id")))
	if err != nil {
		return Hearing{}, err
	}
	p := Hearing{Base: s.base(w, r, v, "web.hearing"), At: "/hearing/" + url.PathEscape(string(page.View.ID)), Page: page, Can: map[string]bool{}, Forms: formsOf("web.hearing", "opinion", "view")}
	p.Title = s.say(p.Lang, "web.hearing") + " " + page.Mark
	for _, n := range page.View.Verbs {
		p.Can[string(n)] = true
	}
	p.Forms["view"].Options["lang"] = options(s, p.Lang, "web.committee.lang.", words.JA, words.EN)
	return p, nil
}

var hearingDeeds = map[string]deed{"opinion": committeeVerb(readOpinion), "view": committeeVerb(readView)}

func (s *Site) hearingDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	name, values, err := s.doDeed(r, v, hearingDeeds)
	if err == nil {
		return s.cookies.Redirect(w, r, "/hearing/"+url.PathEscape(r.PathValue("id")), look.Flash{Tone: "ok", Key: "web.hearing.done." + name})
	}
	if fault.KindOf(err) == fault.NotFound || values == nil {
		return err
	}
	p, readErr := s.hearingPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	p.Path = ""
	status, other := p.Forms.refused(name, values, err)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
