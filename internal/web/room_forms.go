package web

import (
	"io"
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
	"nakodo/internal/product"
	"nakodo/internal/words"
)

// The forms of the room and their fields:
//
//	POST /room/{id}/answer     yes=yes|no  terms
//	POST /room/{id}/report     do=validate|invalidate|accept|defer|close
//	POST /room/{id}/fix        what=F|D
//	POST /room/{id}/status     vuln  product  name  exact  from  to  to_include  status  justification  note  shared
//	POST /room/{id}/statement  text.en  text.ja  url  shared
//	POST /room/{id}/remedy     kind  text.en  text.ja  url  products
//	POST /room/{id}/result     as in evidence.go, and users
//	POST /room/{id}/propose    until  reason
//	POST /room/{id}/embargo    yes=yes|no
//	POST /room/{id}/number     number
//	POST /room/{id}/show       shown
//	POST /room/{id}/part       part  yes=yes|no
//	POST /room/{id}/leave      sure
//	POST /room/{id}/message    thread  text  files
//	GET  /files/{file}

// roomText bounds the text of one form, in bytes.
const roomText = 200_000

// roomVerb reads a form into a verb. me is the party's own participation.
type roomVerb func(s *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error)

// roomForms are the forms that do one verb each: how they are read, the verb
// that must be possible for the page to show them, and the form of the page.
var roomForms = map[string]struct {
	read roomVerb
	can  string
	form func(*Room) *look.Form
}{
	"answer":    {readAnswer, "answer_invitation", func(p *Room) *look.Form { return &p.Answer }},
	"report":    {readReport, "", nil},
	"fix":       {readFix, "", nil},
	"status":    {readStatus, "state_status", func(p *Room) *look.Form { return &p.Status }},
	"statement": {readStatement, "make_statement", func(p *Room) *look.Form { return &p.Word }},
	"remedy":    {readRemedy, "offer_remedy", func(p *Room) *look.Form { return &p.Remedy }},
	"propose":   {readPropose, "propose_embargo", func(p *Room) *look.Form { return &p.Propose }},
	"embargo":   {readEmbargo, "answer_embargo", func(p *Room) *look.Form { return &p.Propose }},
	"result":    {readResult, "report_result", func(p *Room) *look.Form { return &p.Evidence.Result }},
	"users":     {readUsers, "tell_users", func(p *Room) *look.Form { return &p.Evidence.Users }},
	"number":    {readNumber, "set_number", func(p *Room) *look.Form { return &p.Number }},
	"show":      {readShow, "", nil},
	"members":   {readMembers, "admit_members", func(p *Room) *look.Form { return &p.Members }},
	"consent":   {readConsent, "consent_ring", func(p *Room) *look.Form { return &p.Consent }},
	"duties":    {readDuties, "accept_duties", func(p *Room) *look.Form { return &p.Duties }},
	"refuse":    {readRefuse, "refuse_duties", func(p *Room) *look.Form { return &p.Refuse }},
	"deed":      {readDeed, "state_deed", func(p *Room) *look.Form { return &p.Deed }},
	"destroyed": {readDestroyed, "confirm_destruction", func(p *Room) *look.Form { return &p.Destroyed }},
	"part":      {readPart, "", nil},
	"leave":     {readLeave, "leave_case", func(p *Room) *look.Form { return &p.Leave }},
}

// roomDo does the verb of one form.
func (s *Site) roomDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	f, ok := roomForms[r.PathValue("form")]
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	me := cvd.OrgParticipant(v.Actor.Org)
	verb, err := f.read(s, values, me)
	if err == nil {
		err = s.Desk.Act(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")), 0, verb)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, roomPath(r), look.Flash{Tone: "ok", Key: "web.room.done." + r.PathValue("form")})
	}
	p, readErr := s.roomPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	var form *look.Form
	if f.form != nil && p.Can[f.can] && !(f.can == "offer_remedy" && len(p.Products) == 0) {
		form = f.form(&p)
	}
	status, other := refusedAt(form, &p.Refused, values, err)
	if other != nil {
		return other
	}
	return s.showRoom(w, r, v, status, p)
}

// roomMessage writes into a conversation, with files.
func (s *Site) roomMessage(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, uploads, err := s.readUploads(r)
	if err == nil {
		uploads, err = desk.Labelled(uploads, values.Get("tlp"))
	}
	if err == nil {
		err = s.Desk.PostMessage(r.Context(), v.Actor, values.Get("thread"), values.Get("text"), uploads)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, roomPath(r)+"#talk", look.Flash{Tone: "ok", Key: "web.room.done.message"})
	}
	p, readErr := s.roomPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	p.Message.Values, p.Thread = values, values.Get("thread")
	status, other := again(err, &p.Message)
	if other != nil {
		return other
	}
	return s.showRoom(w, r, v, status, p)
}

// readUploads reads a form whose files are sealed as they stream in.
func (s *Site) readUploads(r *http.Request) (url.Values, []desk.Upload, error) {
	var uploads []desk.Upload
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText, File: 100 << 20, Files: 10}, func(_, name string, body io.Reader) (string, error) {
		u, err := s.Desk.Keep(r.Context(), name, body)
		if err != nil {
			return "", err
		}
		uploads = append(uploads, u)
		return u.Name, nil
	})
	return values, uploads, err
}

// file sends an attached file, always as a download: nothing that somebody
// uploaded is ever shown as a page of ours.
func (s *Site) file(w http.ResponseWriter, r *http.Request, v visitor) error {
	f, body, err := s.Desk.OpenFile(r.Context(), v.Actor, r.PathValue("file"))
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
	h.Set("Cache-Control", "no-store")
	_, err = io.Copy(w, body)
	return err
}

// readYes reads a yes-or-no button; neither is a mistake of the page.
func readYes(values url.Values) (bool, error) {
	switch values.Get("yes") {
	case "yes":
		return true, nil
	case "no":
		return false, nil
	}
	var k fault.Check
	k.Add("yes", "web.room.choose")
	return false, k.Err()
}

func readAnswer(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	var in struct {
		Terms int `form:"terms"`
	}
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return nil, err
	}
	agreed, err := readYes(values)
	return cvd.AnswerInvitation{Who: me, Yes: agreed, Terms: in.Terms}, err
}

func readReport(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	return cvd.StateReport{Who: me, Do: cvd.RMVerb(values.Get("do"))}, nil
}

func readFix(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	return cvd.StateFix{Who: me, What: cvd.CSVerb(values.Get("what"))}, nil
}

// newProduct is the choice of the status form that names a product.
const newProduct = "new"

func readStatus(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	var in struct {
		Vuln          string `form:"vuln,required"`
		Product       string `form:"product"`
		Name          string `form:"name,max=200"`
		Exact         string `form:"exact,max=100"`
		From          string `form:"from,max=100"`
		To            string `form:"to,max=100"`
		ToInclude     bool   `form:"to_include"`
		Status        string `form:"status,required"`
		Justification string `form:"justification"`
		Note          string `form:"note,max=4000"`
		Shared        bool   `form:"shared"`
	}
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return nil, err
	}
	v := cvd.StateStatus{
		Who: me, Vuln: in.Vuln, Status: product.Status(in.Status), Justification: product.Justification(in.Justification), Note: in.Note, Shared: in.Shared,
	}
	if in.Product != "" {
		p := product.Product{Name: in.Name, Range: product.Range{Exact: in.Exact, From: in.From, To: in.To, ToInclude: in.ToInclude}}
		if in.Product != newProduct {
			p.ID = in.Product
		}
		v.Product = &p
	}
	return v, nil
}

func readStatement(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	var in struct {
		Text   words.Text `form:"text,max=20000"`
		URL    string     `form:"url,max=1000"`
		Shared bool       `form:"shared"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.MakeStatement{Who: me, Text: in.Text, URL: in.URL, Shared: in.Shared}, err
}

func readRemedy(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	var in struct {
		Kind     product.RemedyKind `form:"kind,required"`
		Text     words.Text         `form:"text,max=20000"`
		URL      string             `form:"url,max=1000"`
		Products []string           `form:"products"`
	}
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.OfferRemedy{Who: me, Remedy: product.Remedy{Kind: in.Kind, Text: in.Text, URL: in.URL, Products: in.Products}}, err
}

func readPropose(s *Site, values url.Values, _ cvd.ParticipantID) (cvd.Verb, error) {
	var in struct {
		Until  time.Time `form:"until,required"`
		Reason string    `form:"reason,max=2000"`
	}
	err := httpd.Decode(values, &in, s.Desk.Centre.Zone)
	return cvd.ProposeEmbargo{Until: in.Until, Reason: in.Reason}, err
}

func readEmbargo(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	agreed, err := readYes(values)
	return cvd.AnswerEmbargo{Who: me, Yes: agreed}, err
}

func readNumber(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	return cvd.SetNumber{Who: me, Number: values.Get("number")}, nil
}

func readShow(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	return cvd.ShowParty{Who: me, Shown: values.Get("shown") == "yes"}, nil
}

func readLeave(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	if values.Get("sure") != "yes" {
		var k fault.Check
		k.Add("sure", "web.room.leave.sure_first")
		return nil, k.Err()
	}
	return cvd.LeaveCase{Who: me}, nil
}

// orgOf is the organisation of a participant, "" where it is none.
func orgOf(id cvd.ParticipantID) party.OrgID {
	org, _ := strings.CutPrefix(string(id), "org:")
	if org == string(id) {
		return ""
	}
	return party.OrgID(org)
}

// roomOptions are what the room's forms let one choose.
func (s *Site) roomOptions(l words.Lang, v cvd.View) map[string][]look.Option {
	say := func(key string) string { return s.pages.Say(l, key, nil) }
	o := map[string][]look.Option{}
	for _, x := range v.Vulns {
		o["vuln"] = append(o["vuln"], look.Option{Value: x.ID, Text: vulnName(x) + " " + x.Title.In(l)})
	}
	o["product"] = []look.Option{{Value: newProduct, Text: say("web.room.product.new")}, {Value: "", Text: say("web.room.product.all")}}
	for _, x := range v.Products {
		if x.Org == string(v.My.Org) {
			name := x.Name + " " + x.Range.Say(l)
			o["product"] = append(o["product"], look.Option{Value: x.ID, Text: name})
			o["products"] = append(o["products"], look.Option{Value: x.ID, Text: name})
		}
	}
	for _, st := range product.Statuses() {
		if st.Stated() {
			o["status"] = append(o["status"], look.Option{Value: string(st), Text: say("look.status." + string(st))})
		}
	}
	o["justification"] = []look.Option{{Text: "–"}}
	for _, j := range product.Justifications() {
		o["justification"] = append(o["justification"], look.Option{Value: string(j), Text: say("web.justification." + string(j))})
	}
	for _, k := range []product.RemedyKind{product.Fix, product.Workaround, product.Mitigation, product.NoFixPlan, product.NoneYet} {
		o["kind"] = append(o["kind"], look.Option{Value: string(k), Text: say("format.remedy." + string(k))})
	}
	return o
}
