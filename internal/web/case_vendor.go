package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/product"
)

// CaseVendor is one organisation in one case, and what an officer does about
// it or enters on its word. Its forms and their fields:
//
//	POST /desk/cases/{id}/vendors/{org}/attempt  how  to  came  note  at
//	POST /desk/cases/{id}/vendors/{org}/product  name  from  to  to_include
//	POST /desk/cases/{id}/vendors/{org}/silence
//	POST /desk/cases/{id}/vendors/{org}/deliver
//	POST /desk/cases/{id}/vendors/{org}/override reason
//	POST /desk/cases/{id}/vendors/{org}/answer   yes=yes|no  terms
//	POST /desk/cases/{id}/vendors/{org}/number   number
//	POST /desk/cases/{id}/vendors/{org}/report   do=validate|invalidate|accept|defer|close
//	POST /desk/cases/{id}/vendors/{org}/fix      what=F|D
//	POST /desk/cases/{id}/vendors/{org}/status   vuln  status  justification  note  shared
//	POST /desk/cases/{id}/vendors/{org}/message  text  files  kept
//	POST /desk/cases/{id}/vendors/{org}/result   as in evidence.go, and users
type CaseVendor struct {
	look.Base
	Head      CaseHead
	Row       VendorRow
	Party     cvd.Participant
	Steps     []cvd.RMVerb // of its report management that are possible
	Fixes     []cvd.CSVerb
	Speaks    bool // the content is open to it: it can be spoken for
	Answers   bool // it is asked to agree to the terms
	Deliver   bool
	Ask       bool   // an override can be asked for
	Asker     string // who asked for the override; Grantor who granted it
	Grantor   string
	Silence   bool
	Again     bool // it may be invited again
	Products  []VendorProduct
	Statement *cvd.Statement
	Remedies  []cvd.Remedy
	Talk      desk.Conversation
	Attempt   look.Form
	Product   look.Form // what the report says of a vendor that does not speak
	Override  look.Form
	Number    look.Form
	Status    look.Form
	Message   look.Form
	Members   look.Form
	Kept      []KeptUpload
	Evidence  Evidence
}

// VendorProduct is a product, or the vendor as a whole, with what was said of it.
type VendorProduct struct {
	Name, Versions string
	Words          []cvd.Status
}

func (s *Site) caseVendorPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.caseVendorOf(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) caseVendorOf(w http.ResponseWriter, r *http.Request, v visitor) (CaseVendor, error) {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return CaseVendor{}, err
	}
	org := party.OrgID(r.PathValue("org"))
	p := CaseVendor{Base: s.base(w, r, v, "web.cases"), Head: headOf(room, v)}
	found := false
	for _, q := range room.View.Parties {
		if q.Org == org && org != "" {
			p.Party, found = q, true
		}
	}
	if !found {
		return p, fault.New(fault.NotFound, "fault.not_found")
	}
	p.Row = vendorRow(room, &p.Party, worstStatuses(room.View)[org], p.Now)
	p.Title = p.Row.Name
	p.can(room)
	p.said(room.View, p.Base)
	p.forms(s, room.View)
	people, err := s.Desk.Colleagues(r.Context(), v.Actor, room.View.ID, org)
	if err != nil {
		return p, err
	}
	p.Members = membersForm(people, p.Party.Members, func(key string) string { return s.say(p.Lang, key) })
	p.Talk, err = s.Desk.OwnThread(r.Context(), v.Actor, room.View.ID, org)
	if fault.KindOf(err) == fault.NotFound {
		err = nil
	}
	p.Evidence = s.evidenceOf(p.Lang, vendorPath(room.View.ID, org), p.Speaks, p.Party, []desk.Conversation{p.Talk})
	return p, err
}

// can reads from the machines' tables what is possible with this vendor.
func (p *CaseVendor) can(room desk.CaseRoom) {
	v, q := room.View, p.Party
	open := v.Closed.IsZero()
	p.Answers = open && (q.PEC == cvd.PECInvited || q.PEC == cvd.PECLapsed)
	p.Deliver = can(v, "deliver") && q.Sent.IsZero()
	p.Silence = can(v, "record_silence") && q.Role == party.Vendor && q.Silent.IsZero() && q.Heard.Before(p.Row.Tried)
	p.Again = open && q.PEC == cvd.PECDeclined && q.Sent.IsZero()
	c := cvd.Case{Embargo: v.Embargo, Public: v.Public, Exploit: v.Exploit, Attacks: v.Attacks}
	p.Deliver = p.Deliver && c.Papers(&q)
	p.Ask = open && q.Left.IsZero() && q.Override == nil && !c.Papers(&q)
	if o := q.Override; o != nil {
		p.Asker, p.Grantor = nameIn(room.Team, o.By), nameIn(room.Team, o.Grantor)
	}
	if p.Speaks = open && q.Role == party.Vendor && c.Opens(&q); !p.Speaks {
		return
	}
	for _, do := range cvd.ReportManagement.Verbs(q.RM, party.Officer) {
		if do != cvd.RMReceive {
			p.Steps = append(p.Steps, do)
		}
	}
	if q.RM == cvd.RMAccepted || q.RM == cvd.RMDeferred || q.RM == cvd.RMClosed {
		for _, do := range cvd.CaseState.Verbs(c.State(&q), party.Officer) {
			if do == cvd.CSReady || do == cvd.CSDeployed {
				p.Fixes = append(p.Fixes, do)
			}
		}
	}
}

// said collects the vendor's own words.
func (p *CaseVendor) said(v cvd.View, b look.Base) {
	whole := VendorProduct{}
	for _, st := range v.Statuses {
		if st.Org == p.Party.Org && st.Product == "" {
			whole.Words = append(whole.Words, st)
		}
	}
	if len(whole.Words) > 0 {
		p.Products = append(p.Products, whole)
	}
	for _, x := range v.Products {
		if x.Org != string(p.Party.Org) {
			continue
		}
		row := VendorProduct{Name: x.Name, Versions: x.Range.Say(b.Lang)}
		for _, st := range v.Statuses {
			if st.Product == x.ID {
				row.Words = append(row.Words, st)
			}
		}
		p.Products = append(p.Products, row)
	}
	for _, st := range v.Statements {
		if st.Org == p.Party.Org {
			p.Statement = &st
		}
	}
	for _, x := range v.Remedies {
		if x.Org == p.Party.Org {
			p.Remedies = append(p.Remedies, x)
		}
	}
}

func (p *CaseVendor) forms(s *Site, v cvd.View) {
	l := p.Lang
	form := func(name string) look.Form {
		return look.Form{Name: name, Words: "web.vendor." + name, Values: url.Values{}, Options: map[string][]look.Option{}}
	}
	p.Attempt, p.Number, p.Status, p.Message = form("attempt"), form("number"), form("status"), form("message")
	p.Override = form("override")
	p.Product = form("product")
	s.fillAttempt(p.Attempt, l, nil)
	p.Message = s.withLabels(p.Message, l, v.TLP)
	p.Number.Values.Set("number", p.Party.Number)
	for _, x := range v.Vulns {
		p.Status.Options["vuln"] = append(p.Status.Options["vuln"], look.Option{Value: x.ID, Text: vulnName(x) + " " + x.Title.In(l)})
	}
	for _, st := range product.Statuses() {
		if st.Stated() {
			p.Status.Options["status"] = append(p.Status.Options["status"], look.Option{Value: string(st), Text: s.say(l, "look.status."+string(st))})
		}
	}
	p.Status.Options["justification"] = choices(s, l, "web.justification.", product.Justifications()...)
}

// vendorForm is a form that does one verb.
type vendorForm struct {
	form func(*CaseVendor) *look.Form
	read func(who cvd.ParticipantID, values url.Values) (cvd.Verb, error)
}

// vendorForms are the forms that do one verb each.
var vendorForms = map[string]vendorForm{
	"product": {func(p *CaseVendor) *look.Form { return &p.Product }, enterProduct},
	"silence": {attemptForm, func(who cvd.ParticipantID, _ url.Values) (cvd.Verb, error) { return cvd.RecordSilence{Who: who}, nil }},
	"deliver": {attemptForm, func(who cvd.ParticipantID, _ url.Values) (cvd.Verb, error) { return cvd.Deliver{Who: who}, nil }},
	"answer":  {attemptForm, enterVendorAnswer},
	"override": {func(p *CaseVendor) *look.Form { return &p.Override }, func(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) {
		return cvd.AskOverride{Who: who, Reason: values.Get("reason")}, nil
	}},
	"number": {func(p *CaseVendor) *look.Form { return &p.Number }, func(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) {
		return cvd.SetNumber{Who: who, Number: values.Get("number")}, nil
	}},
	"members": {func(p *CaseVendor) *look.Form { return &p.Members }, func(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) {
		return readMembers(nil, values, who)
	}},
	"report": {statusOf, func(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) {
		return cvd.StateReport{Who: who, Do: cvd.RMVerb(values.Get("do"))}, nil
	}},
	"fix": {statusOf, func(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) {
		return cvd.StateFix{Who: who, What: cvd.CSVerb(values.Get("what"))}, nil
	}},
	"status": {statusOf, enterVendorStatus},
}

func attemptForm(p *CaseVendor) *look.Form { return &p.Attempt }
func statusOf(p *CaseVendor) *look.Form    { return &p.Status }

func enterVendorAnswer(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) {
	terms, err := strconv.Atoi(values.Get("terms"))
	if yes := values.Get("yes"); err != nil || yes != "yes" && yes != "no" {
		return nil, fault.New(fault.Invalid, "form.not_a_choice")
	}
	return cvd.AnswerInvitation{Who: who, Yes: values.Get("yes") == "yes", Terms: terms}, nil
}

func enterVendorStatus(who cvd.ParticipantID, values url.Values) (cvd.Verb, error) {
	var in struct {
		Vuln          string                `form:"vuln,required,max=20"`
		Status        product.Status        `form:"status,required"`
		Justification product.Justification `form:"justification"`
		Note          string                `form:"note,max=2000"`
		Shared        bool                  `form:"shared"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.StateStatus{Who: who, Vuln: in.Vuln, Status: in.Status, Justification: in.Justification, Note: in.Note, Shared: in.Shared}, err
}

// caseVendorDo does what one form of the page asks.
func (s *Site) caseVendorDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	if r.PathValue("form") == "message" {
		return s.vendorMessage(w, r, v)
	}
	f, ok := vendorForms[r.PathValue("form")]
	if r.PathValue("form") == "attempt" { // its times are in the centre's zone
		f.form, f.read, ok = attemptForm, s.enterAttempt, true
	}
	if x, is := s.evidenceForms()[r.PathValue("form")]; is {
		f, ok = x, true
	}
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id, org := cvd.CaseID(r.PathValue("id")), party.OrgID(r.PathValue("org"))
	verb, err := f.read(cvd.OrgParticipant(org), values)
	if err == nil {
		err = s.Desk.Act(r.Context(), v.Actor, id, 0, verb)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, vendorPath(id, org), look.Flash{Tone: "ok", Key: "web.vendor.done." + r.PathValue("form")})
	}
	return s.caseVendorAgain(w, r, v, err, f.form, values, nil)
}

// caseVendorAgain shows the page once more, with what was typed into one form.
func (s *Site) caseVendorAgain(w http.ResponseWriter, r *http.Request, v visitor, err error, form func(*CaseVendor) *look.Form, values url.Values, kept []KeptUpload) error {
	p, readErr := s.caseVendorOf(w, r, v)
	if readErr != nil {
		return readErr
	}
	f := form(&p)
	f.Values, p.Kept, p.Path = values, kept, ""
	status, other := again(err, f)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

// vendorMessage writes into the thread with this vendor alone.
func (s *Site) vendorMessage(w http.ResponseWriter, r *http.Request, v visitor) error {
	id, org := cvd.CaseID(r.PathValue("id")), party.OrgID(r.PathValue("org"))
	thread, err := s.Desk.OwnThread(r.Context(), v.Actor, id, org)
	if err != nil {
		return err
	}
	values, uploads, err := s.readKept(r)
	if err == nil {
		uploads, err = desk.Labelled(uploads, values.Get("tlp"))
	}
	if err == nil {
		err = s.Desk.PostMessage(r.Context(), v.Actor, thread.ID, values.Get("text"), uploads)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, vendorPath(id, org)+"#talk", look.Flash{Tone: "ok", Key: "web.vendor.done.message"})
	}
	kept, keepErr := s.keepAgain(uploads)
	if keepErr != nil {
		return keepErr
	}
	return s.caseVendorAgain(w, r, v, err, func(p *CaseVendor) *look.Form { return &p.Message }, values, kept)
}
