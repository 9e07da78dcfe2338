package web

import (
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/inquiry"
	"nakodo/internal/look"
	"nakodo/internal/words"
)

// One inquiry: what the public list says, and what an officer can do. The forms
// and their fields; seen is the version that the officer had before them.
//
//	GET  /desk/inquiries/{id}
//	POST /desk/inquiries/{id}/write     kind  name.en  name.ja  related.en  related.ja  seen
//	POST /desk/inquiries/{id}/propose   seen
//	POST /desk/inquiries/{id}/confirm   seen
//	POST /desk/inquiries/{id}/return    reason  seen
//	POST /desk/inquiries/{id}/product   product  versions  info.en  info.ja  answer_by  seen
//	POST /desk/inquiries/{id}/disclose  seen
//	POST /desk/inquiries/{id}/answer    note
//	POST /desk/inquiries/{id}/withdraw  reason

// InquiryShow is one inquiry.
type InquiryShow struct {
	look.Base
	At     string
	Page   desk.InquiryPage
	Can    map[string]bool // names of verbs
	From   time.Time       // when the next stage may follow
	Public string          // address of the list where the inquiry is on it
	Row    inquiry.Row
	Lines  []HistoryLine
	Forms  forms
}

var inquiryForms = []string{"write", "propose", "confirm", "return", "product", "disclose", "answer", "withdraw"}

// inquiryTones are the shapes of the states.
var inquiryTones = map[inquiry.State]string{
	inquiry.Draft: "wait", inquiry.Proposed: "go", inquiry.Named: "ok", inquiry.Disclosing: "go", inquiry.Disclosed: "ok", inquiry.Referred: "wait",
}

// Tone is the shape of the inquiry's state.
func (p InquiryShow) Tone() string { return inquiryTones[p.Page.Inquiry.State] }

func (s *Site) inquiryShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.inquiryPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) inquiryPage(w http.ResponseWriter, r *http.Request, v visitor) (InquiryShow, error) {
	page, err := s.Desk.Inquiry(r.Context(), v.Actor, inquiry.ID(r.PathValue("id")))
	if err != nil {
		return InquiryShow{}, err
	}
	i := page.Inquiry
	p := InquiryShow{
		Base: s.base(w, r, v, "web.inquiry"), At: "/desk/inquiries/" + url.PathEscape(string(i.ID)), Page: page, Can: map[string]bool{},
		Lines: historyLines(page.History, nil), Forms: formsOf("web.inquiry", inquiryForms...),
	}
	p.Title = i.Notice.Name.In(p.Lang)
	for _, n := range page.Can {
		p.Can[string(n)] = true
	}
	var public bool
	if p.Row, public = i.Row(); public {
		p.Public = "/" + string(p.Lang) + "/inquiries"
	}
	switch i.State {
	case inquiry.Draft, inquiry.Proposed:
		p.From = page.Standing.NameFrom(page.Policy)
	case inquiry.Named:
		p.From = i.ProductFrom(page.Policy)
	}
	seen := url.Values{"seen": {itoa(i.Version)}}
	for _, name := range []string{"propose", "confirm", "return", "disclose", "product"} {
		f := p.Forms[name]
		f.Values.Set("seen", seen.Get("seen"))
	}
	f := p.Forms["write"]
	f.Options["kind"] = options(s, p.Lang, "inquiry.kind.", inquiry.Company, inquiry.Community)
	f.Values = url.Values{
		"kind": {string(i.Notice.Kind)}, "name.en": {i.Notice.Name.EN}, "name.ja": {i.Notice.Name.JA},
		"related.en": {i.Notice.Related.EN}, "related.ja": {i.Notice.Related.JA}, "seen": seen["seen"],
	}
	p.Forms["write"] = f
	return p, nil
}

// readNotice reads what stage 1 says.
func (s *Site) readNotice(values url.Values) (inquiry.Notice, error) {
	var in struct {
		Kind    inquiry.Kind `form:"kind,required,one=company|community"`
		Name    words.Text   `form:"name"`
		Related words.Text   `form:"related"`
	}
	err := s.into(values, &in)
	return inquiry.Notice{Kind: in.Kind, Name: in.Name, Related: in.Related}, err
}

// inquiryVerb is a form that is one verb.
func inquiryVerb(read func(s *Site, values url.Values) (inquiry.Verb, error)) deed {
	return func(s *Site, r *http.Request, v visitor, values url.Values) error {
		var in struct {
			Seen int64 `form:"seen"`
		}
		if err := s.into(values, &in); err != nil {
			return err
		}
		verb, err := read(s, values)
		if err != nil {
			return err
		}
		return refield(s.Desk.ActInquiry(r.Context(), v.Actor, inquiry.ID(r.PathValue("id")), in.Seen, verb), map[string]string{"name": "name.en", "related": "related.en", "info": "info.en"})
	}
}

// reasonIn reads a form of one text.
func reasonIn(s *Site, values url.Values) (string, error) {
	var in struct {
		Reason string `form:"reason,max=4000"`
		Note   string `form:"note,max=4000"`
	}
	err := s.into(values, &in)
	return in.Reason + in.Note, err
}

var inquiryDeeds = map[string]deed{
	"write": inquiryVerb(func(s *Site, values url.Values) (inquiry.Verb, error) {
		n, err := s.readNotice(values)
		return inquiry.Write{Notice: n}, err
	}),
	"propose":  inquiryVerb(func(*Site, url.Values) (inquiry.Verb, error) { return inquiry.ProposeName{}, nil }),
	"confirm":  inquiryVerb(func(*Site, url.Values) (inquiry.Verb, error) { return inquiry.ConfirmName{}, nil }),
	"disclose": inquiryVerb(func(*Site, url.Values) (inquiry.Verb, error) { return inquiry.ConfirmProduct{}, nil }),
	"return": inquiryVerb(func(s *Site, values url.Values) (inquiry.Verb, error) {
		why, err := reasonIn(s, values)
		return inquiry.Return{Reason: why}, err
	}),
	"product": inquiryVerb(func(s *Site, values url.Values) (inquiry.Verb, error) {
		var in struct {
			Product  string     `form:"product,required,max=200"`
			Versions string     `form:"versions,required,max=400"`
			Info     words.Text `form:"info"`
			AnswerBy time.Time  `form:"answer_by"`
		}
		err := s.into(values, &in)
		return inquiry.ProposeProduct{Product: inquiry.Product{Name: in.Product, Versions: in.Versions, Info: in.Info, AnswerBy: in.AnswerBy}}, err
	}),
	"answer": inquiryVerb(func(s *Site, values url.Values) (inquiry.Verb, error) {
		note, err := reasonIn(s, values)
		return inquiry.Answer{Note: note}, err
	}),
	"withdraw": inquiryVerb(func(s *Site, values url.Values) (inquiry.Verb, error) {
		why, err := reasonIn(s, values)
		return inquiry.Withdraw{Reason: why}, err
	}),
}

func (s *Site) inquiryDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	name, values, err := s.doDeed(r, v, inquiryDeeds)
	if err == nil {
		return s.cookies.Redirect(w, r, "/desk/inquiries/"+url.PathEscape(r.PathValue("id")), look.Flash{Tone: "ok", Key: "web.inquiry.done." + name})
	}
	p, readErr := s.inquiryPage(w, r, v)
	if readErr != nil || values == nil {
		return err
	}
	p.Path = ""
	values.Set("seen", itoa(p.Page.Inquiry.Version))
	status, other := p.Forms.refused(name, values, err)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
