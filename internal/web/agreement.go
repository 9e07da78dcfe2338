package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// AgreementShow is one signed agreement as the officers see it. Its forms and
// their fields:
//
//	POST /desk/registry/{id}/agreements/{agreement}/document  files
//	POST /desk/registry/{id}/agreements/{agreement}/end       reason  sure
type AgreementShow struct {
	look.Base
	At       string
	OrgPath  string
	Page     desk.AgreementPage
	Row      AgreementRow
	InForce  bool
	History  []AgreementMoment
	Document look.Form
	End      look.Form
}

// AgreementMoment is one line of an agreement's history.
type AgreementMoment struct {
	Done
	Note string
}

// AgreementTexts is the editions of what organisations sign.
//
//	POST /desk/agreements  scope  edition  issued  ja  en
type AgreementTexts struct {
	look.Base
	Texts []party.AgreementText
	Form  look.Form
}

// MyAgreements is what an outside party's own organisation has signed.
type MyAgreements struct {
	look.Base
	Rows []MyAgreement
}

// MyAgreement is one of them.
type MyAgreement struct {
	AgreementRow
	desk.AgreementPage
}

func (s *Site) agreementPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.agreementOf(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) agreementOf(w http.ResponseWriter, r *http.Request, v visitor) (AgreementShow, error) {
	page, err := s.Desk.Agreement(r.Context(), v.Actor, party.OrgID(r.PathValue("id")), r.PathValue("agreement"))
	if err != nil {
		return AgreementShow{}, err
	}
	a, now := page.Agreement, s.Desk.Now()
	p := AgreementShow{Base: s.base(w, r, v, "web.registry.form.agreement"), OrgPath: orgPath(a.Org), Page: page, InForce: a.InForce(now)}
	p.At = p.OrgPath + "/agreements/" + url.PathEscape(a.ID)
	p.Row = AgreementRow{Href: p.At, Agreement: a, State: agreementState(a, now)}
	p.Document = look.Form{Name: "document", Words: "web.agreement.document", Values: url.Values{}}
	p.End = look.Form{Name: "end", Words: "web.agreement.end", Values: url.Values{}}
	for _, m := range slices.Backward(page.History) {
		p.History = append(p.History, AgreementMoment{Done{At: m.At, Name: m.Name, Word: "web.verb." + m.Verb}, m.Note})
	}
	return p, nil
}

// endAgreement ends an agreement before its time.
func (s *Site) endAgreement(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: registryText}, nil)
	if err != nil {
		return err
	}
	p, err := s.agreementOf(w, r, v)
	if err != nil {
		return err
	}
	var in struct {
		Reason string `form:"reason,required,max=1000"`
		Sure   bool   `form:"sure"`
	}
	if err = httpd.Decode(values, &in, time.UTC); err == nil && !in.Sure {
		err = wrongField("sure", "form.must_agree")
	}
	if err == nil {
		err = s.Desk.EndAgreement(r.Context(), v.Actor, p.Page.Agreement.ID, in.Reason)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, p.At, look.Flash{Tone: "ok", Key: "web.agreement.done.end"})
	}
	p.End.Values, p.Path = values, ""
	return s.agreementAgain(w, err, &p, &p.End)
}

// keepDocument keeps the signed document, sealed as it streams in.
func (s *Site) keepDocument(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.agreementOf(w, r, v)
	if err != nil {
		return err
	}
	_, uploads, err := s.readKept(r)
	if err == nil {
		err = s.Desk.KeepAgreementDocument(r.Context(), v.Actor, p.Page.Agreement.ID, uploads)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, p.At, look.Flash{Tone: "ok", Key: "web.agreement.done.document"})
	}
	p.Path = ""
	return s.agreementAgain(w, err, &p, &p.Document)
}

// agreementAgain shows the page once more, with what was refused of one of its forms.
func (s *Site) agreementAgain(w http.ResponseWriter, err error, p *AgreementShow, form *look.Form) error {
	status, other := again(err, form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, *p)
}

func (s *Site) agreementTexts(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.agreementTextsOf(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) agreementTextsOf(w http.ResponseWriter, r *http.Request, v visitor) (AgreementTexts, error) {
	texts, err := s.Desk.AgreementTexts(r.Context(), v.Actor)
	if err != nil {
		return AgreementTexts{}, err
	}
	p := AgreementTexts{Base: s.base(w, r, v, "web.agreement.texts"), Texts: texts}
	p.Form = look.Form{Words: "web.agreement.text", Values: url.Values{}, Options: s.registryOptions(p.Lang)}
	return p, nil
}

// addAgreementText keeps a new edition.
func (s *Site) addAgreementText(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: registryText}, nil)
	if err != nil {
		return err
	}
	var in struct {
		Scope   string    `form:"scope,required,one=reports|early_provision|group"`
		Edition string    `form:"edition,required,max=100"`
		Issued  time.Time `form:"issued"`
		EN      string    `form:"en,max=200000"`
		JA      string    `form:"ja,max=200000"`
	}
	if err = httpd.Decode(values, &in, s.zone()); err == nil {
		_, err = s.Desk.AddAgreementText(r.Context(), v.Actor, party.AgreementText{
			Scope: party.Scope(in.Scope), Edition: in.Edition, Issued: in.Issued, EN: in.EN, JA: in.JA,
		})
	}
	if err == nil {
		return s.cookies.Redirect(w, r, "/desk/agreements", look.Flash{Tone: "ok", Key: "web.agreement.done.text"})
	}
	p, readErr := s.agreementTextsOf(w, r, v)
	if readErr != nil {
		return readErr
	}
	p.Form.Values, p.Path = values, ""
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

// myAgreements shows a member what its organisation has signed.
func (s *Site) myAgreements(w http.ResponseWriter, r *http.Request, v visitor) error {
	all, err := s.Desk.MyAgreements(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	p := MyAgreements{Base: s.base(w, r, v, "web.my_agreements")}
	for _, x := range all {
		p.Rows = append(p.Rows, MyAgreement{AgreementRow{Agreement: x.Agreement, State: agreementState(x.Agreement, s.Desk.Now())}, x})
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// textIn is a text of an agreement in both languages, the reader's first.
func textIn(t party.AgreementText) words.Text { return words.Text{EN: t.EN, JA: t.JA} }

// Said is the text that was signed, as pages show it.
func (p AgreementShow) Said() words.Text {
	if p.Page.Text == nil {
		return words.Text{}
	}
	return textIn(*p.Page.Text)
}

// Said is the text that was signed, as pages show it.
func (m MyAgreement) Said() words.Text {
	if m.Text == nil {
		return words.Text{}
	}
	return textIn(*m.Text)
}
