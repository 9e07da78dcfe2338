package web

import (
	"crypto/rand"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"nakodo/internal/auth"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// SetUp is where an officer chooses a password and links an authenticator.
type SetUp struct {
	look.Base
	Token  string
	Secret string
	QR     template.HTML
	Form   look.Form
}

// SetUpDone shows the recovery codes, this one time.
type SetUpDone struct {
	look.Base
	Codes []string
}

// Account is who one is signed in as.
type Account struct {
	look.Base
	Began, Until time.Time
}

// checkLink refuses a link that cannot work, before anything is shown.
func (s *Site) checkLink(r *http.Request) error {
	if err := s.Limits.Allow(r, signInLimit, s.Desk.Now()); err != nil {
		return err
	}
	if !auth.IsToken(r.PathValue("token")) {
		return linkGone(fault.New(fault.NotFound, "fault.not_found"))
	}
	return linkGone(s.Desk.PeekLink(r.Context(), r.PathValue("token")))
}

// checkSetUp is checkLink for a set-up link; it gives the account it is for.
func (s *Site) checkSetUp(r *http.Request) (party.Person, error) {
	if err := s.Limits.Allow(r, signInLimit, s.Desk.Now()); err != nil {
		return party.Person{}, err
	}
	person, err := s.Desk.PeekSetUp(r.Context(), r.PathValue("token"))
	return person, linkGone(err)
}

// linkGone says for a link what NotFound says in general: that it is over, used
// or wrong, and how to get another.
func linkGone(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return fault.Because(err, fault.NotFound, "web.link_gone")
	}
	return err
}

func (s *Site) setUpPage(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	person, err := s.checkSetUp(r)
	if err != nil {
		return err
	}
	secret, err := auth.NewSecret(rand.Reader)
	if err != nil {
		return err
	}
	values := url.Values{"name": {person.Name}, "mail": {person.Mail}, "secret": {secret}}
	return s.showSetUp(w, r, http.StatusOK, look.Form{Values: values})
}

func (s *Site) showSetUp(w http.ResponseWriter, r *http.Request, status int, form look.Form) error {
	form.Words = "web.set_up"
	p := SetUp{Base: s.plain(r, "web.set_up"), Token: r.PathValue("token"), Secret: form.Value("secret"), Form: form}
	var err error
	// The English name: Japanese, spelled in percent signs, would make a code too dense to scan.
	if p.QR, err = auth.QR(auth.AppURL(p.Secret, s.Desk.Centre.Name.In(words.EN), form.Value("mail")), s.pages.Say(p.Lang, "web.set_up.qr", nil)); err != nil {
		return err
	}
	return s.pages.Write(w, status, p)
}

func (s *Site) setUp(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Name   string `form:"name,required,max=100"`
		Mail   string `form:"mail,required,max=200"`
		Secret string `form:"secret,required,max=64"`
		Code   string `form:"code,required,max=20"`
	}
	w.Header().Set("Cache-Control", "no-store")
	if _, err := s.checkSetUp(r); err != nil {
		return err
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: 4000}, nil)
	if err != nil {
		return err
	}
	var codes []string
	if err = httpd.Decode(values, &in, time.UTC); err == nil {
		codes, err = s.Desk.SetUp(r.Context(), r.PathValue("token"), desk.Account{
			Name: in.Name, Mail: in.Mail, Lang: string(s.cookies.Language(r)), Password: values.Get("password"), Secret: in.Secret, Code: in.Code,
		})
	}
	if err != nil {
		values.Del("password")
		values.Del("code")
		form := look.Form{Values: values}
		status, other := again(err, &form)
		if other != nil {
			return linkGone(other)
		}
		return s.showSetUp(w, r, status, form)
	}
	p := SetUpDone{Base: s.plain(r, "web.set_up_done"), Codes: codes}
	p.Path = "" // the codes are shown once: no change of language from here
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) accountPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p := Account{Base: s.base(w, r, v, "web.account"), Began: v.Began, Until: v.Began.Add(auth.RulesOf(v.Actor.Role).Most)}
	return s.pages.Write(w, http.StatusOK, p)
}

func sortedKeys(values url.Values) []string { return slices.Sorted(maps.Keys(values)) }
