package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// The public list of vendors, and the form by which a vendor applies:
//
//	POST /{lang}/vendors/apply
//	    name  tier=general|individual  domain  products (one a line)  contact  role  mail  phone  lang=en|ja  listed  message

// applyLimit bounds the applications from one network.
var applyLimit = httpd.Limit{Form: "apply", Burst: 5, Every: time.Minute, Most: 20, Window: time.Hour}

// Vendors is the public list.
type Vendors struct {
	look.Base
	Names []string
}

// Apply is the form of an application.
type Apply struct {
	look.Base
	Form look.Form
}

// Applied says that an application has arrived.
type Applied struct{ look.Base }

type applyInput struct {
	Name     string `form:"name,required,max=200"`
	Tier     string `form:"tier,required,one=general|individual"`
	Domain   string `form:"domain,max=200"`
	Products string `form:"products,max=10000"`
	Contact  string `form:"contact,required,max=100"`
	Role     bool   `form:"role"`
	Mail     string `form:"mail,required,max=200"`
	Phone    string `form:"phone,max=60"`
	Lang     string `form:"lang,one=en|ja"`
	Listed   bool   `form:"listed"`
	Message  string `form:"message,max=5000"`
}

func (p *Portal) vendors(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	names, err := p.Desk.PublicVendors(r.Context())
	if err != nil {
		return err
	}
	f, err := p.render(Vendors{Base: p.base(l, r.URL.Path, "portal.vendors"), Names: names}, steadyCache)
	if err != nil {
		return err
	}
	f.Serve(w, r)
	return nil
}

func (p *Portal) applyForm(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	first := httpd.Encode(applyInput{Tier: string(party.General), Lang: string(l)}, time.UTC)
	f, err := p.render(p.applyPage(r, l, look.Form{Values: first}), steadyCache)
	if err != nil {
		return err
	}
	f.Serve(w, r)
	return nil
}

func (p *Portal) applyPage(r *http.Request, l words.Lang, form look.Form) Apply {
	form.Words = "portal.apply.field"
	form.Options = map[string][]look.Option{"lang": {{Value: "en", Text: "English"}, {Value: "ja", Text: "日本語"}}}
	for _, t := range []party.Tier{party.General, party.Individual} {
		form.Options["tier"] = append(form.Options["tier"], look.Option{Value: string(t), Text: p.pages.Say(l, "portal.apply.field.tier."+string(t), nil)})
	}
	return Apply{Base: p.base(l, r.URL.Path, "portal.apply"), Form: form}
}

// apply takes an application in. It says nothing of whether the vendor, or the
// address, is known.
func (p *Portal) apply(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	w.Header().Set("Cache-Control", "no-store")
	err := p.Limits.Allow(r, applyLimit, p.Desk.Now())
	if parsed := r.ParseForm(); parsed != nil {
		return fault.Because(parsed, fault.Invalid, "fault.invalid")
	}
	var in applyInput
	if err == nil {
		err = httpd.Decode(r.PostForm, &in, time.UTC)
	}
	if err == nil {
		err = p.Desk.ApplyForRegistration(r.Context(), party.Tier(in.Tier), party.Applicant{
			Name: in.Name, Domain: in.Domain, Products: in.Products, Contact: in.Contact, Role: in.Role, Mail: in.Mail, Phone: in.Phone,
			Lang: in.Lang, Listed: in.Listed, Message: in.Message,
		})
	}
	if err == nil {
		return p.cookies.Redirect(w, r, "/"+string(l)+"/vendors/applied")
	}
	return p.applyAgain(w, r, l, r.PostForm, err)
}

// applyAgain shows the form once more, with everything that is wrong with it.
func (p *Portal) applyAgain(w http.ResponseWriter, r *http.Request, l words.Lang, values url.Values, err error) error {
	f := fault.Of(err)
	if f == nil || errors.Is(err, context.Canceled) {
		return err
	}
	form := look.Form{Values: values, Problems: f.Problems}
	if len(form.Problems) == 0 {
		form.Problems = []fault.Problem{{Key: f.Key, Args: f.Args}}
	}
	if f.Kind == fault.Busy {
		w.Header().Set("Retry-After", "60")
	}
	page := p.applyPage(r, l, form)
	page.Other = "" // in the other language what was typed would be gone
	return p.pages.Write(w, httpd.Status(f.Kind), page)
}

func (p *Portal) applied(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	f, err := p.render(Applied{p.base(l, r.URL.Path, "portal.apply.done")}, steadyCache)
	if err != nil {
		return err
	}
	f.Serve(w, r)
	return nil
}
