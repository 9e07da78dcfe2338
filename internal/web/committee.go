package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/desk"
	"nakodo/internal/inquiry"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// One referral to the publication committee. Members have no account: they read
// the paper that officers print or send, and officers record what they decide.
// The forms and their fields:
//
//	GET  /desk/committee/{id}
//	GET  /desk/committee/{id}/paper
//	POST /desk/committee/{id}/paper     info  draft
//	POST /desk/committee/{id}/member    name  affiliation  field=law|security|product  declared  interest
//	POST /desk/committee/{id}/tell      due
//	POST /desk/committee/{id}/opinion   text  oral
//	POST /desk/committee/{id}/convene
//	POST /desk/committee/{id}/decide    outcome  at  present  reasons  tests.N.yes=yes|no  tests.N.reason
//	POST /desk/committee/{id}/confirm   at  letter
//	POST /desk/committee/{id}/ask-view  due
//	POST /desk/committee/{id}/view      text  lang=ja|en
//	POST /desk/committee/{id}/clear     date
//	POST /desk/committee/{id}/back      why

// CommitteeShow is one referral as an officer sees it.
type CommitteeShow struct {
	look.Base
	At    string
	Page  desk.ReferralPage
	R     committee.Referral
	Can   map[string]bool // names of verbs
	Tests []CommitteeTest
	Lines []HistoryLine
	Forms forms
}

// CommitteeTest is one of the four questions: its name, the numbers of its
// fields, and the answer once there is one.
type CommitteeTest struct {
	Name   string
	Number int
	Answer *committee.Test
}

var committeeForms = []string{"paper", "member", "tell", "opinion", "convene", "decide", "confirm", "ask-view", "view", "clear", "back"}

// committeeTones are the shapes of the states.
var committeeTones = map[committee.State]string{
	committee.Preparing: "wait", committee.Opinion: "go", committee.Sitting: "go", committee.Decided: "go", committee.Cleared: "ok", committee.Published: "ok",
}

// Tone is the shape of the referral's state.
func (p CommitteeShow) Tone() string { return committeeTones[p.R.State] }

func committeePath(id string) string { return "/desk/committee/" + url.PathEscape(id) }

func (s *Site) committeeShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.committeePage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) committeePage(w http.ResponseWriter, r *http.Request, v visitor) (CommitteeShow, error) {
	page, err := s.Desk.Referral(r.Context(), v.Actor, committee.ID(r.PathValue("id")))
	if err != nil {
		return CommitteeShow{}, err
	}
	p := CommitteeShow{
		Base: s.base(w, r, v, "web.committee"), At: committeePath(string(page.View.ID)), Page: page, R: *page.View.All, Can: map[string]bool{},
		Lines: historyLines(page.History, nil), Forms: formsOf("web.committee", committeeForms...), Tests: committeeTests(page.View.All.Decision),
	}
	p.Title = s.say(p.Lang, "web.committee") + " " + page.Mark
	for _, n := range page.View.Verbs {
		p.Can[string(n)] = true
	}
	p.fill(s)
	return p, nil
}

func committeeTests(d *committee.Decision) []CommitteeTest {
	var tests []CommitteeTest
	for n, name := range committee.Tests() {
		t := CommitteeTest{Name: name, Number: n}
		if d != nil {
			t.Answer = &d.Tests[n]
		}
		tests = append(tests, t)
	}
	return tests
}

func (p *CommitteeShow) fill(s *Site) {
	l, f := p.Lang, p.Forms
	f["paper"].Values.Set("info", p.R.Paper.Info)
	f["paper"].Values.Set("draft", p.R.Paper.Draft)
	f["member"].Options["field"] = options(s, l, "committee.field.", committee.Fields()...)
	f["member"].Values.Set("declared", s.day(p.Now))
	f["tell"].Values.Set("due", s.day(inquiry.PolicyAt(p.Now).Opinion.After(p.Now).AddDate(0, 0, 1)))
	f["view"].Options["lang"] = options(s, l, "web.committee.lang.", words.JA, words.EN)
	d := f["decide"]
	d.Options["outcome"] = options(s, l, "committee.outcome.", committee.VerbPublish, committee.VerbRefuse, committee.VerbAgain)
	d.Values.Set("at", s.day(p.Now))
	for _, m := range p.R.Sitters() {
		d.Options["present"] = append(d.Options["present"], look.Option{Value: m.Name, Text: m.Name + " (" + s.say(l, "committee.field."+string(m.Field)) + ")"})
		d.Values.Add("present", m.Name)
	}
	for n := range committee.Tests() {
		d.Options[fmt.Sprintf("tests.%d.yes", n)] = []look.Option{{Value: "yes", Text: s.say(l, "web.yes")}, {Value: "no", Text: s.say(l, "web.no")}}
	}
}

// CommitteePaper is the paper for the members, to be printed or sent: nothing
// but what they decide upon.
type CommitteePaper struct {
	look.Base
	Page     desk.ReferralPage
	R        committee.Referral
	Tests    []CommitteeTest
	Opinions []committee.Said
}

func (s *Site) committeePaper(w http.ResponseWriter, r *http.Request, v visitor) error {
	page, err := s.Desk.Referral(r.Context(), v.Actor, committee.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := CommitteePaper{Base: s.plain(r, "web.committee.the_paper"), Page: page, R: *page.View.All, Tests: committeeTests(nil), Opinions: page.View.Opinions}
	return s.pages.Write(w, http.StatusOK, p)
}

// committeeVerb is a form that is one verb.
func committeeVerb(read func(s *Site, values url.Values) (committee.Verb, error)) deed {
	return func(s *Site, r *http.Request, v visitor, values url.Values) error {
		verb, err := read(s, values)
		if err != nil {
			return err
		}
		return s.Desk.ActReferral(r.Context(), v.Actor, committee.ID(r.PathValue("id")), 0, verb)
	}
}

var committeeDeeds = map[string]deed{
	"paper": committeeVerb(func(s *Site, values url.Values) (committee.Verb, error) {
		var in struct {
			Info  string `form:"info,required,max=20000"`
			Draft string `form:"draft,required,max=20000"`
		}
		err := s.into(values, &in)
		return committee.Write{Info: in.Info, Draft: in.Draft}, err
	}),
	"member": committeeVerb(func(s *Site, values url.Values) (committee.Verb, error) {
		var in struct {
			Name        string          `form:"name,required,max=200"`
			Affiliation string          `form:"affiliation,required,max=200"`
			Field       committee.Field `form:"field,required,one=law|security|product"`
			Declared    time.Time       `form:"declared,required"`
			Interest    string          `form:"interest,max=2000"`
		}
		err := s.into(values, &in)
		return committee.Appoint{Member: committee.Member{Name: in.Name, Affiliation: in.Affiliation, Field: in.Field, Declared: in.Declared, Interest: in.Interest}}, err
	}),
	"tell": committeeVerb(func(s *Site, values url.Values) (committee.Verb, error) {
		due, err := s.dueIn(values)
		return committee.Tell{Due: due}, err
	}),
	"opinion": committeeVerb(readOpinion),
	"convene": committeeVerb(func(*Site, url.Values) (committee.Verb, error) { return committee.Convene{}, nil }),
	"decide":  committeeVerb(readDecision),
	"confirm": committeeVerb(func(s *Site, values url.Values) (committee.Verb, error) {
		var in struct {
			At     time.Time `form:"at,required"`
			Letter string    `form:"letter,required,max=200"`
		}
		err := s.into(values, &in)
		return committee.ConfirmProcedure{At: in.At, Letter: in.Letter}, err
	}),
	"ask-view": committeeVerb(func(s *Site, values url.Values) (committee.Verb, error) {
		due, err := s.dueIn(values)
		return committee.AskView{Due: due}, err
	}),
	"view": committeeVerb(readView),
	"clear": committeeVerb(func(s *Site, values url.Values) (committee.Verb, error) {
		var in struct {
			Date time.Time `form:"date,required"`
		}
		err := s.into(values, &in)
		return committee.Clear{Date: in.Date}, err
	}),
	"back": committeeVerb(func(s *Site, values url.Values) (committee.Verb, error) {
		var in struct {
			Why string `form:"why,required,max=4000"`
		}
		err := s.into(values, &in)
		return committee.SendBack{Why: in.Why}, err
	}),
}

// dueIn reads a day until whose end something is awaited.
func (s *Site) dueIn(values url.Values) (time.Time, error) {
	var in struct {
		Due time.Time `form:"due,required"`
	}
	err := s.into(values, &in)
	return in.Due, err
}

func readOpinion(s *Site, values url.Values) (committee.Verb, error) {
	var in struct {
		Text string `form:"text,required,max=20000"`
		Oral bool   `form:"oral"`
	}
	err := s.into(values, &in)
	return committee.RecordOpinion{Text: in.Text, Oral: in.Oral}, err
}

func readView(s *Site, values url.Values) (committee.Verb, error) {
	var in struct {
		Text string     `form:"text,required,max=8000"`
		Lang words.Lang `form:"lang,required,one=ja|en"`
	}
	err := s.into(values, &in)
	return committee.RecordView{Text: in.Text, Lang: in.Lang}, err
}

func readDecision(s *Site, values url.Values) (committee.Verb, error) {
	var in struct {
		Outcome committee.Name `form:"outcome,required,one=decide_publish|decide_not_publish|decide_again"`
		At      time.Time      `form:"at,required"`
		Present []string       `form:"present"`
		Reasons string         `form:"reasons,max=20000"`
	}
	if err := s.into(values, &in); err != nil {
		return nil, err
	}
	d := committee.Decision{At: in.At, Present: in.Present, Reasons: in.Reasons}
	for n := range committee.Tests() {
		answer := values.Get("tests." + strconv.Itoa(n) + ".yes")
		if !slices.Contains([]string{"yes", "no"}, answer) {
			return nil, wrongField(fmt.Sprintf("tests.%d.yes", n), "form.required")
		}
		d.Tests = append(d.Tests, committee.Test{Yes: answer == "yes", Reason: values.Get("tests." + strconv.Itoa(n) + ".reason")})
	}
	switch in.Outcome {
	case committee.VerbPublish:
		return committee.Publish{Decision: d}, nil
	case committee.VerbRefuse:
		return committee.Refuse{Decision: d}, nil
	}
	return committee.Ask{Decision: d}, nil
}

func (s *Site) committeeDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	name, values, err := s.doDeed(r, v, committeeDeeds)
	if err == nil {
		return s.cookies.Redirect(w, r, committeePath(r.PathValue("id")), look.Flash{Tone: "ok", Key: "web.committee.done." + name})
	}
	p, readErr := s.committeePage(w, r, v)
	if readErr != nil || values == nil {
		return err
	}
	p.Path = ""
	status, other := p.Forms.refused(name, values, err)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
