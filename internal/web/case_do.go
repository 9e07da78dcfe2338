package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/tlp"
)

// CaseDo is one verb on a case as a page of its own: what is the case now, what
// the verb does, its form. The forms and their fields:
//
//	/desk/cases/{id}/do/describe  title.en  title.ja  brief.en  brief.ja  tlp  seen
//	                              vuln.N.id  vuln.N.cve  vuln.N.title.en  vuln.N.title.ja  vuln.N.cwes  vuln.N.vectors
//	/desk/cases/{id}/do/assign    owner
//	/desk/cases/{id}/do/plan      at  asked  reason  seen
//	/desk/cases/{id}/do/propose   until  reason
//	/desk/cases/{id}/do/decide    yes=yes|no  reason  seen
//	/desk/cases/{id}/do/end       reason  sure
//	/desk/cases/{id}/do/event     what=P|X|A  note  sure
//	/desk/cases/{id}/do/report    report
//	/desk/cases/{id}/do/news      note
//	/desk/cases/{id}/do/part      who  part
//	/desk/cases/{id}/do/close     why  told  vendor  scope  links  since  other  note  sure
//
// Times are in the centre's zone: 2026-12-18T09:00. POST /desk/cases/{id}/advisory
// begins the draft of the advisory and has no fields.
type CaseDo struct {
	look.Base
	Head  CaseHead
	Do    string
	Grave bool
	Form  look.Form
	Terms look.Timeline
	Asked *Asked
	Rows  []int         // numbers of the rows of vulnerabilities
	Spare []int         // numbers of the empty rows for further ones
	Kin   []desk.KinRow // siblings, to whose embargoes this one needs regard
	Stale bool          // somebody was faster: Head shows what stands there now
}

// caseForm is one form of CaseDo.
type caseForm struct {
	verb  string // of the case's list of verbs: without it there is no form
	grave bool
	fill  func(s *Site, p *CaseDo, room desk.CaseRoom)
	read  func(s *Site, values url.Values) (cvd.Verb, error)
}

var caseForms = map[string]caseForm{
	"describe": {verb: "describe_case", fill: fillDescribe, read: enterDescribe},
	"assign":   {verb: "assign_case", fill: fillAssign, read: enterAssign},
	"plan":     {verb: "plan_publication", fill: fillPlan, read: enterPlan},
	"propose":  {verb: "propose_embargo", fill: fillPropose, read: enterPropose},
	"decide":   {verb: "decide_embargo", fill: fillDecide, read: enterDecide},
	"end":      {verb: "end_embargo", grave: true, read: enterEnd},
	"event":    {verb: "record_event", grave: true, fill: fillEvent, read: enterEvent},
	"report":   {verb: "add_report", read: nil},
	"news":     {verb: "settle_news", read: enterNews},
	"part":     {verb: "offer_part", read: enterPart},
	"close":    {verb: "close_case", grave: true, fill: fillClose, read: enterClose},
}

// caseDoPage shows a form. One whose verb is not possible now leads back to the
// case, which says what is.
func (s *Site) caseDoPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return err
	}
	f, ok := caseForms[r.PathValue("form")]
	if !ok || f.verb == "settle_news" || f.verb == "offer_part" { // these have their buttons on the case's own page
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if !can(room.View, f.verb) {
		return s.cookies.Redirect(w, r, casePath(room.View.ID), look.Flash{Tone: "wait", Key: "web.case.flash.not_now"})
	}
	return s.pages.Write(w, http.StatusOK, s.caseDoOf(w, r, v, room, f))
}

// caseDoOf prepares a form as it is before anybody types.
func (s *Site) caseDoOf(w http.ResponseWriter, r *http.Request, v visitor, room desk.CaseRoom, f caseForm) CaseDo {
	name := r.PathValue("form")
	p := CaseDo{Base: s.base(w, r, v, "web.do."+name), Head: headOf(room, v), Do: name, Grave: f.grave}
	p.Form = look.Form{Words: "web.do." + name, Values: url.Values{}, Options: map[string][]look.Option{}}
	p.Terms, p.Asked = s.termsOf(room, p.Lang, p.Now)
	p.Kin = room.Kin.Siblings
	if f.fill != nil {
		f.fill(s, &p, room)
	}
	p.Form.Values.Set("seen", httpd.Encode(struct {
		V int64 `form:"v"`
	}{room.View.Version}, time.UTC).Get("v"))
	return p
}

// caseDo does the verb of a form.
func (s *Site) caseDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	f, ok := caseForms[r.PathValue("form")]
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id := cvd.CaseID(r.PathValue("id"))
	if err = s.doCaseForm(r, v, id, f, values); err == nil {
		return s.cookies.Redirect(w, r, casePath(id), look.Flash{Tone: "ok", Key: "web.case.done." + r.PathValue("form")})
	}
	room, readErr := s.Desk.CaseRoom(r.Context(), v.Actor, id)
	if readErr != nil {
		return readErr
	}
	p := s.caseDoOf(w, r, v, room, f)
	values.Set("seen", p.Form.Values.Get("seen")) // whoever sends it again has seen what stands there now
	p.Form.Values, p.Path, p.Stale = values, "", fault.KindOf(err) == fault.Stale
	if f.verb == "describe_case" {
		p.Rows, p.Spare = rowsOf(values), nil
	}
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

// doCaseForm reads a form into its verb and does it.
func (s *Site) doCaseForm(r *http.Request, v visitor, id cvd.CaseID, f caseForm, values url.Values) error {
	if f.grave && values.Get("sure") == "" {
		return wrongField("sure", "form.must_agree")
	}
	if f.read == nil {
		return s.addReport(r, v, id, values)
	}
	var in struct {
		Seen int64 `form:"seen"`
	}
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return err
	}
	verb, err := f.read(s, values)
	if err != nil {
		return err
	}
	switch verb.(type) {
	case cvd.DescribeCase, cvd.PlanPublication, cvd.DecideEmbargo:
	default:
		in.Seen = 0 // nothing that others wrote is replaced
	}
	return refield(s.Desk.Act(r.Context(), v.Actor, id, in.Seen, verb), map[string]string{"title": "title.en", "vulns": "vuln.0.title.en"})
}

// addReport joins a further accepted report to the case.
func (s *Site) addReport(r *http.Request, v visitor, id cvd.CaseID, values url.Values) error {
	report := strings.ToUpper(strings.TrimSpace(values.Get("report")))
	if report == "" {
		return wrongField("report", "form.required")
	}
	err := s.Desk.AddReport(r.Context(), v.Actor, id, cvd.ReportID(report))
	if fault.KindOf(err) == fault.NotFound {
		return wrongField("report", "fault.report.no_duplicate")
	}
	return err
}

// draftAdvisory begins the advisory of a case and leads there.
func (s *Site) draftAdvisory(w http.ResponseWriter, r *http.Request, v visitor) error {
	id, err := s.Desk.DraftAdvisory(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return s.cookies.Redirect(w, r, "/desk/advisories/"+url.PathEscape(string(id)), look.Flash{Tone: "ok", Key: "web.case.done.draft"})
}

func fillAssign(s *Site, p *CaseDo, room desk.CaseRoom) {
	options := []look.Option{{Value: "", Text: s.say(p.Lang, "web.choose")}}
	for _, x := range room.Team {
		if x.Active {
			options = append(options, look.Option{Value: string(x.ID), Text: x.Name})
		}
	}
	p.Form.Options["owner"] = options
	p.Form.Values.Set("owner", string(room.View.Owner))
}

func enterAssign(_ *Site, values url.Values) (cvd.Verb, error) {
	if values.Get("owner") == "" {
		return nil, wrongField("owner", "form.required")
	}
	return cvd.AssignCase{Owner: party.PersonID(values.Get("owner"))}, nil
}

// planInput is a day that everybody is told.
type planInput struct {
	At     time.Time `form:"at,required"`
	Asked  string    `form:"asked,max=100"` // at whose wish the date moves
	Reason string    `form:"reason,max=2000"`
}

func fillPlan(s *Site, p *CaseDo, room desk.CaseRoom) {
	p.Form.Values = httpd.Encode(planInput{At: room.View.Planned}, s.zone())
	p.Form.Options["asked"] = []look.Option{{Value: "", Text: s.say(p.Lang, "web.do.plan.asked.nobody")}}
	for i := range room.View.Parties {
		q := &room.View.Parties[i]
		if q.ID == cvd.Centre || !q.Left.IsZero() {
			continue
		}
		name, role := partyName(room, q.ID)
		if name == "" {
			name = s.say(p.Lang, "role."+string(role))
		}
		p.Form.Options["asked"] = append(p.Form.Options["asked"], look.Option{Value: string(q.ID), Text: name})
	}
}

func enterPlan(s *Site, values url.Values) (cvd.Verb, error) {
	var in planInput
	err := httpd.Decode(values, &in, s.zone())
	return cvd.PlanPublication{At: in.At, Reason: in.Reason, Asked: cvd.ParticipantID(in.Asked)}, err
}

// proposeInput is an embargo's exact end.
type proposeInput struct {
	Until  time.Time `form:"until,required"`
	Reason string    `form:"reason,max=2000"`
}

func fillPropose(s *Site, p *CaseDo, room desk.CaseRoom) {
	until := room.View.Embargo.Until
	if until.IsZero() {
		until = p.Now.Add(cvd.PolicyNamed(room.View.Policy).Term).Truncate(time.Hour)
	}
	p.Form.Values = httpd.Encode(proposeInput{Until: until}, s.zone())
}

func enterPropose(s *Site, values url.Values) (cvd.Verb, error) {
	var in proposeInput
	err := httpd.Decode(values, &in, s.zone())
	return cvd.ProposeEmbargo{Until: in.Until, Reason: in.Reason}, err
}

func fillDecide(s *Site, p *CaseDo, _ desk.CaseRoom) {
	p.Form.Options["yes"] = []look.Option{
		{Value: "yes", Text: s.say(p.Lang, "web.do.decide.yes.yes")}, {Value: "no", Text: s.say(p.Lang, "web.do.decide.yes.no")},
	}
}

func enterDecide(_ *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		Yes    string `form:"yes,required,one=yes|no"`
		Reason string `form:"reason,max=2000"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.DecideEmbargo{Yes: in.Yes == "yes", Reason: in.Reason}, err
}

func enterEnd(_ *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		Reason string `form:"reason,required,max=2000"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.EndEmbargo{Reason: in.Reason}, err
}

func fillEvent(s *Site, p *CaseDo, room desk.CaseRoom) {
	for _, what := range []cvd.CSVerb{cvd.CSPublic, cvd.CSExploit, cvd.CSAttacks} {
		if can(room.View, "record_event:"+string(what)) {
			p.Form.Options["what"] = append(p.Form.Options["what"], look.Option{
				Value: string(what), Text: s.say(p.Lang, "web.do.event.what."+string(what)), Hint: s.say(p.Lang, "web.do.event.then."+string(what)),
			})
		}
	}
}

func enterEvent(_ *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		What string `form:"what,required,one=P|X|A"`
		Note string `form:"note,required,max=4000"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.RecordEvent{What: cvd.CSVerb(in.What), Note: in.Note}, err
}

// zone is the one in which officers write times.
func (s *Site) zone() *time.Location { return s.Desk.Centre.Zone }

// labels are the TLP labels to choose from.
func labels() []look.Option {
	var options []look.Option
	for _, l := range tlp.Labels() {
		options = append(options, look.Option{Value: string(l), Text: string(l)})
	}
	return options
}

// ZoneName is the zone of the times on the page.
func (p CaseDo) ZoneName() string {
	if p.Zone == nil {
		return "UTC"
	}
	return p.Now.In(p.Zone).Format("MST")
}
