package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/fold"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// A round invites many organisations at once. The forms and their fields:
//
//	POST /desk/cases/{id}/rounds                 org…  general  keyword
//	GET  /desk/cases/{id}/rounds/{round}         q=vendor  show=gets|not|recalled  page
//	POST /desk/cases/{id}/rounds/{round}/hold    reason
//	POST /desk/cases/{id}/rounds/{round}/recall  org…  all

// CaseRound shows who would get what, who would not and why, and until when all
// or some can be recalled.
type CaseRound struct {
	look.Base
	Head    CaseHead
	Page    desk.RoundPage
	At      string
	Out     int // lines that get nothing
	Taken   int // lines that were recalled
	Langs   []LangCount
	Query   string
	Show    string
	Rows    []RoundLine
	Pages   Pages
	Kept    string // how likely it is that all of them keep quiet, in per cent
	Waits   bool   // something in it can still be recalled
	Form    look.Form
	Reasons map[party.OrgID][]string
}

// LangCount is how many letters are in a language.
type LangCount struct {
	Lang words.Lang
	N    int
}

// RoundLine is one organisation of the page.
type RoundLine struct {
	desk.RoundRow
	Keyword string // in words, where its answer is the ground
	Why     string // why it gets or got nothing, in words
}

const roundShown = 50

// roundShows are the filters of the list.
var roundShows = []string{"", "gets", "not", "recalled"}

// Shows lists the filters for the page.
func (CaseRound) Shows() []string { return roundShows }

func roundPath(id cvd.CaseID, round string) string {
	return casePath(id) + "/rounds/" + url.PathEscape(round)
}

// planRound puts a round together and leads to its preview.
func (s *Site) planRound(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id := cvd.CaseID(r.PathValue("id"))
	plan := desk.RoundPlan{General: values.Get("general") != "", Keyword: values.Get("keyword")}
	for _, org := range values["org"] {
		plan.Orgs = append(plan.Orgs, party.OrgID(org))
	}
	round, err := s.Desk.PlanRound(r.Context(), v.Actor, id, plan)
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		key, args := f.Key, f.Args
		if len(f.Problems) > 0 {
			key, args = f.Problems[0].Key, f.Problems[0].Args
		}
		return s.cookies.Redirect(w, r, casePath(id)+"/invite", look.Flash{Tone: "bad", Key: key, Args: args})
	}
	if err != nil {
		return err
	}
	return s.cookies.Redirect(w, r, roundPath(id, round))
}

func (s *Site) roundPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.roundOf(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) roundOf(w http.ResponseWriter, r *http.Request, v visitor) (CaseRound, error) {
	id := cvd.CaseID(r.PathValue("id"))
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, id)
	if err != nil {
		return CaseRound{}, err
	}
	p := CaseRound{Base: s.base(w, r, v, "web.round"), Head: headOf(room, v), Query: strings.TrimSpace(r.FormValue("q")), Show: r.FormValue("show")}
	if p.Page, err = s.Desk.Round(r.Context(), v.Actor, id, r.PathValue("round")); err != nil {
		return p, err
	}
	suggested, err := s.Desk.Suggest(r.Context(), v.Actor, id)
	if err != nil {
		return p, err
	}
	p.Reasons = s.reasonsOf(suggested, p.Lang)
	p.At = roundPath(id, p.Page.Round.ID)
	p.Base.Path = r.URL.RequestURI()
	p.Kept = percent(1 - cvd.LeakRisk(p.Page.Parties))
	p.Form = look.Form{Words: "web.round", Values: url.Values{}}
	for _, l := range []words.Lang{words.JA, words.EN} {
		if n := p.Page.Langs[l]; n > 0 {
			p.Langs = append(p.Langs, LangCount{l, n})
		}
	}
	s.fillRound(r, &p)
	return p, nil
}

// fillRound filters and cuts the list, and says in words why.
func (s *Site) fillRound(r *http.Request, p *CaseRound) {
	query := fold.Name(p.Query)
	var found []desk.RoundRow
	for _, row := range p.Page.Rows {
		recalled := row.State == cvd.LineRecalled
		gets := row.Waits() || row.State == cvd.LineInvited
		switch {
		case recalled:
			p.Taken++
		case !gets:
			p.Out++
		}
		p.Waits = p.Waits || row.State == cvd.LineWaits && p.Page.Round.State != cvd.RoundDone
		shown := p.Show == "" || p.Show == "gets" && gets || p.Show == "not" && !gets && !recalled || p.Show == "recalled" && recalled
		if shown && (query == "" || strings.Contains(fold.Name(row.Name), query)) {
			found = append(found, row)
		}
	}
	p.Pages = pagesOf(r, len(found), roundShown)
	for _, row := range found[p.Pages.Skip:min(len(found), p.Pages.Skip+roundShown)] {
		line := RoundLine{RoundRow: row}
		if k, ok := s.Desk.Keywords.Get(row.Ground.Keyword); ok {
			line.Keyword = k.Name.In(p.Lang)
		}
		if row.Why != nil {
			line.Why = s.refusal(p.Base, row.Why)
		}
		p.Rows = append(p.Rows, line)
	}
}

// percent is a share in per cent, with one digit where that is not a zero.
func percent(share float64) string {
	n := int(share*1000 + 0.5)
	if n%10 == 0 {
		return strconv.Itoa(n / 10)
	}
	return strconv.Itoa(n/10) + "." + strconv.Itoa(n%10)
}

// roundDo sends a round or recalls a part of it.
func (s *Site) roundDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	var in struct {
		Reason string `form:"reason,max=1000"`
		All    bool   `form:"all"`
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id, round, form := cvd.CaseID(r.PathValue("id")), r.PathValue("round"), r.PathValue("form")
	if !slices.Contains([]string{"hold", "recall"}, form) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	err = httpd.Decode(values, &in, time.UTC)
	var orgs []party.OrgID
	for _, org := range values["org"] {
		if !in.All {
			orgs = append(orgs, party.OrgID(org))
		}
	}
	switch {
	case err != nil:
	case form == "hold":
		err = s.Desk.HoldRound(r.Context(), v.Actor, id, round, in.Reason)
	case !in.All && len(orgs) == 0: // no tick must not mean all
		err = wrongField("", "web.round.none_ticked")
	default:
		err = s.Desk.RecallRound(r.Context(), v.Actor, id, round, orgs)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, roundPath(id, round), look.Flash{Tone: "ok", Key: "web.round.done." + form})
	}
	p, readErr := s.roundOf(w, r, v)
	if readErr != nil {
		return readErr
	}
	p.Base.Path, p.Form.Values = "", values
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
