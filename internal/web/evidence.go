package web

import (
	"net/url"
	"strconv"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// Evidence is a vendor's own word on what may end a case without publication:
// the result of its examination, and how it tells all its users. The vendor
// gives it in its room, an officer on the vendor's word. The forms and their
// fields, behind /room/{id} or /desk/cases/{id}/vendors/{org}:
//
//	POST …/result  found=affected|not_a_vulnerability|no_effect|small_effect  text
//	POST …/users   users  reached  how (each)  done  integrators  statement  file
type Evidence struct {
	At     string // where its forms lead
	Can    bool
	Party  cvd.Participant
	Result look.Form
	Users  look.Form
}

// Open reports whether anything is to be shown.
func (e Evidence) Open() bool { return e.Can || e.Party.Result != nil || e.Party.Told != nil }

// evidenceOf prepares the forms with what was said last.
func (s *Site) evidenceOf(l words.Lang, at string, may bool, q cvd.Participant, talk []desk.Conversation) Evidence {
	form := func(name string) look.Form {
		return look.Form{Name: name, Words: "web.evidence." + name, Values: url.Values{}, Options: map[string][]look.Option{}}
	}
	e := Evidence{At: at, Can: may, Party: q, Result: form("result"), Users: form("users")}
	for _, f := range cvd.Findings() {
		e.Result.Options["found"] = append(e.Result.Options["found"], look.Option{Value: string(f), Text: s.say(l, "finding."+string(f))})
	}
	for _, w := range cvd.Ways() {
		e.Users.Options["how"] = append(e.Users.Options["how"], look.Option{Value: w, Text: s.say(l, "way."+w)})
	}
	for _, i := range cvd.IntegratorStates() {
		e.Users.Options["integrators"] = append(e.Users.Options["integrators"], look.Option{Value: string(i), Text: s.say(l, "integrators."+string(i))})
	}
	e.Users.Options["file"] = []look.Option{{Value: "", Text: "–"}}
	for _, c := range talk {
		for _, m := range c.Messages {
			for _, f := range m.Files {
				if !f.Purged {
					e.Users.Options["file"] = append(e.Users.Options["file"], look.Option{Value: f.ID, Text: f.Name})
				}
			}
		}
	}
	if r := q.Result; r != nil {
		e.Result.Values.Set("found", string(r.Found))
		e.Result.Values.Set("text", r.Text)
	}
	if t := q.Told; t != nil {
		e.Users.Values.Set("done", t.Done.In(s.zone()).Format(time.DateOnly))
		e.Users.Values.Set("users", strconv.Itoa(t.Users))
		e.Users.Values.Set("reached", strconv.Itoa(t.Reached))
		e.Users.Values["how"] = t.How
		e.Users.Values.Set("integrators", string(t.Integrators))
		e.Users.Values.Set("statement", t.Statement)
		e.Users.Values.Set("file", t.File)
	}
	return e
}

// Share is how far telling the users has come.
func (e Evidence) Share() cvd.Share {
	if e.Party.Told == nil {
		return cvd.Share{}
	}
	return cvd.Share{N: e.Party.Told.Reached, Of: e.Party.Told.Users}
}

func readResult(_ *Site, values url.Values, who cvd.ParticipantID) (cvd.Verb, error) {
	var in struct {
		Found string `form:"found,required,max=60"`
		Text  string `form:"text,max=4000"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.ReportResult{Who: who, Found: cvd.Finding(in.Found), Text: in.Text}, err
}

func readUsers(s *Site, values url.Values, who cvd.ParticipantID) (cvd.Verb, error) {
	var in struct {
		Users       int       `form:"users"`
		Reached     int       `form:"reached"`
		How         []string  `form:"how"`
		Done        time.Time `form:"done,required"`
		Integrators string    `form:"integrators,required,max=20"`
		Statement   string    `form:"statement,required,max=4000"`
		File        string    `form:"file,max=60"`
	}
	err := httpd.Decode(values, &in, s.zone())
	return cvd.TellUsers{
		Who: who, Users: in.Users, Reached: in.Reached, How: in.How, Done: in.Done, Integrators: cvd.Integrators(in.Integrators), Statement: in.Statement, File: in.File,
	}, err
}

// evidenceForms are the forms of the officers' page of a vendor: dates are those
// of the centre's zone.
func (s *Site) evidenceForms() map[string]vendorForm {
	by := func(read roomVerb) func(cvd.ParticipantID, url.Values) (cvd.Verb, error) {
		return func(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) { return read(s, values, who) }
	}
	return map[string]vendorForm{
		"result": {func(p *CaseVendor) *look.Form { return &p.Evidence.Result }, by(readResult)},
		"users":  {func(p *CaseVendor) *look.Form { return &p.Evidence.Users }, by(readUsers)},
	}
}
