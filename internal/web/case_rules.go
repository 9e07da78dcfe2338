package web

import (
	"fmt"
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

// CaseRules is the rules that a case is under beside the Japanese ones: which,
// what manufacturers know and have notified (CRA, Art. 14), the delay register
// (CRA, Art. 16), and a coordinator's duties (NIS2, Art. 12).
//
//	GET  /desk/cases/{id}/rules
//	POST /desk/cases/{id}/rules/apply     frames (each)  reason
//	POST /desk/cases/{id}/rules/aware     who  aware  note
//	POST /desk/cases/{id}/rules/notified  who  stage  at  reference
//	POST /desk/cases/{id}/rules/delay     id  from  reason  note  review  told
//	POST /desk/cases/{id}/rules/look      id  lift  review  note  told
//	POST /desk/cases/{id}/rules/duty      duty  state  note
type CaseRules struct {
	look.Base
	Head     CaseHead
	Can      map[string]bool
	Editions []cvd.Edition // beside the base and the house
	CRA      bool
	NIS2     bool
	Makers   []MakerLine
	Delays   []cvd.Delay
	People   map[party.PersonID]string
	Duties   []cvd.DutyLine
	Clocks   []ClockLine // of the CRA
	Apply    look.Form
	Aware    look.Form
	Notified look.Form
	Delay    look.Form
	Look     look.Form
	Duty     look.Form
	Refused  look.Form
}

// MakerLine is what one manufacturer knows of attacks and has notified.
type MakerLine struct {
	Name string
	cvd.Exploited
}

func rulesPath(id cvd.CaseID) string { return casePath(id) + "/rules" }

func (s *Site) caseRules(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.rulesPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) rulesPage(w http.ResponseWriter, r *http.Request, v visitor) (CaseRules, error) {
	id := cvd.CaseID(r.PathValue("id"))
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, id)
	if err != nil {
		return CaseRules{}, err
	}
	all, err := s.Desk.CaseClocks(r.Context(), v.Actor, id)
	if err != nil {
		return CaseRules{}, err
	}
	p := CaseRules{Base: s.base(w, r, v, "web.rules"), Head: headOf(room, v), Can: map[string]bool{}, Delays: room.View.Delays, People: all.People, Duties: all.Duties}
	p.Base.Path = rulesPath(id)
	for _, verb := range room.View.Verbs {
		p.Can[verb] = true
	}
	for _, e := range all.Editions {
		if slices.Contains(cvd.Frameworks(), e.Framework) {
			p.Editions = append(p.Editions, e)
		}
		p.CRA, p.NIS2 = p.CRA || e.Framework == cvd.CRA, p.NIS2 || e.Framework == cvd.NIS2
	}
	_, theirs := clockLines(all.Clocks, all.Office, room, p.Now)
	for _, l := range theirs {
		switch l.Kind {
		case cvd.ClockCRAWarning, cvd.ClockCRANotice, cvd.ClockCRAFinal, cvd.ClockDelay:
			p.Clocks = append(p.Clocks, l)
		}
	}
	for i := range room.View.Parties {
		if q := &room.View.Parties[i]; q.Exploited != nil {
			p.Makers = append(p.Makers, MakerLine{Name: room.Names[q.Org], Exploited: *q.Exploited})
		}
	}
	s.ruleForms(&p, room)
	return p, nil
}

// ruleForms prepares the forms as they are before anybody types.
func (s *Site) ruleForms(p *CaseRules, room desk.CaseRoom) {
	form := func(name string) look.Form {
		return look.Form{Name: name, Words: "web.rules." + name, Values: url.Values{}, Options: map[string][]look.Option{}}
	}
	l := p.Lang
	p.Apply, p.Aware, p.Notified, p.Delay, p.Look, p.Duty = form("apply"), form("aware"), form("notified"), form("delay"), form("look"), form("duty")
	for _, name := range cvd.EditionsAt(cvd.Frameworks(), p.Now) {
		e, _ := cvd.EditionNamed(name)
		p.Apply.Options["frames"] = append(p.Apply.Options["frames"], look.Option{Value: name, Text: e.Title.In(l), Hint: e.Source})
	}
	p.Apply.Values["frames"] = slices.Clone(room.View.Frames)
	makers := []look.Option{{Value: "", Text: s.say(l, "web.choose")}}
	for i := range room.View.Parties {
		if q := &room.View.Parties[i]; q.Role == party.Vendor {
			makers = append(makers, look.Option{Value: string(q.ID), Text: room.Names[q.Org]})
		}
	}
	p.Aware.Options["who"], p.Notified.Options["who"] = makers, makers
	p.Notified.Options["stage"] = choices(s, l, "stage.", cvd.Stages()...)
	p.Delay.Options["reason"] = choices(s, l, "delay.reason.", cvd.DelayReasons()...)
	p.Delay.Values.Set("id", fmt.Sprint("d", len(room.View.Delays)+1))
	for _, d := range room.View.Delays {
		if d.Lifted.IsZero() {
			p.Look.Options["id"] = append(p.Look.Options["id"], look.Option{Value: d.ID, Text: d.ID + " – " + d.From})
		}
	}
	for _, d := range p.Duties {
		p.Duty.Options["duty"] = append(p.Duty.Options["duty"], look.Option{Value: string(d.ID), Text: s.say(l, "duty."+string(d.ID))})
	}
	p.Duty.Options["state"] = choices(s, l, "duty.state.", cvd.DutyDone, cvd.DutyNotNeeded, cvd.DutyOpen)
}

// ruleForm is one form of the page.
type ruleForm struct {
	verb string
	form func(*CaseRules) *look.Form
	read func(s *Site, values url.Values) (cvd.Verb, error)
}

var ruleForms = map[string]ruleForm{
	"apply":    {"apply_rules", func(p *CaseRules) *look.Form { return &p.Apply }, readApply},
	"aware":    {"", func(p *CaseRules) *look.Form { return &p.Aware }, readAware},
	"notified": {"", func(p *CaseRules) *look.Form { return &p.Notified }, readNotified},
	"delay":    {"delay_passing", func(p *CaseRules) *look.Form { return &p.Delay }, readDelay},
	"look":     {"review_delay", func(p *CaseRules) *look.Form { return &p.Look }, readLook},
	"duty":     {"note_duty", func(p *CaseRules) *look.Form { return &p.Duty }, readDuty},
}

func readApply(_ *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		Frames []string `form:"frames"`
		Reason string   `form:"reason,required,max=4000"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.ApplyRules{Frames: in.Frames, Reason: in.Reason}, err
}

func readAware(s *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		Who   string    `form:"who,required,max=100"`
		Aware time.Time `form:"aware,required"`
		Note  string    `form:"note,max=4000"`
	}
	err := httpd.Decode(values, &in, s.zone())
	return cvd.StateExploited{Who: cvd.ParticipantID(in.Who), Aware: in.Aware, Note: in.Note}, err
}

func readNotified(s *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		Who       string    `form:"who,required,max=100"`
		Stage     string    `form:"stage,required,max=20"`
		At        time.Time `form:"at,required"`
		Reference string    `form:"reference,max=200"`
	}
	err := httpd.Decode(values, &in, s.zone())
	return cvd.NoteNotified{Who: cvd.ParticipantID(in.Who), Stage: cvd.Stage(in.Stage), At: in.At, Reference: in.Reference}, err
}

func readDelay(s *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		ID     string    `form:"id,required,max=20"`
		From   string    `form:"from,required,max=1000"`
		Reason string    `form:"reason,required,max=60"`
		Note   string    `form:"note,max=4000"`
		Review time.Time `form:"review,required"`
		Told   bool      `form:"told"`
	}
	err := httpd.Decode(values, &in, s.zone())
	return cvd.DelayPassing{ID: in.ID, From: in.From, Reason: cvd.DelayReason(in.Reason), Note: in.Note, Review: in.Review, Told: in.Told}, err
}

func readLook(s *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		ID     string    `form:"id,required,max=20"`
		Lift   bool      `form:"lift"`
		Review time.Time `form:"review"`
		Note   string    `form:"note,max=4000"`
		Told   bool      `form:"told"`
	}
	err := httpd.Decode(values, &in, s.zone())
	return cvd.ReviewDelay{ID: in.ID, Lift: in.Lift, Review: in.Review, Note: in.Note, Told: in.Told}, err
}

func readDuty(_ *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		Duty  string `form:"duty,required,max=60"`
		State string `form:"state,required,max=20"`
		Note  string `form:"note,required,max=4000"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.NoteDuty{Duty: cvd.DutyID(in.Duty), State: cvd.DutyMark(in.State), Note: in.Note}, err
}

// rulesDo does what one form asks.
func (s *Site) rulesDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	f, ok := ruleForms[r.PathValue("form")]
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
		return s.cookies.Redirect(w, r, rulesPath(id), look.Flash{Tone: "ok", Key: "web.rules.done." + r.PathValue("form")})
	}
	p, readErr := s.rulesPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	var form *look.Form
	if p.Can[f.verb] || f.verb == "" && p.CRA {
		form = f.form(&p)
	}
	status, other := refusedAt(form, &p.Refused, values, err)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
