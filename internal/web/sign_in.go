package web

import (
	"io"
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/auth"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// How often one network may try to get in.
var (
	signInLimit = httpd.Limit{Form: "sign_in", Burst: 10, Every: 6 * time.Second, Most: 120, Window: time.Hour}
	linkLimit   = httpd.Limit{Form: "link", Burst: 5, Every: 30 * time.Second, Most: 30, Window: time.Hour}
)

// linkTime is how long a request for a link takes, whether the address is
// known or not: longer than the work for a known one.
const linkTime = 400 * time.Millisecond

// SignIn is the page with both ways in.
type SignIn struct {
	look.Base
	To      string // where to go afterwards
	Officer look.Form
	Link    look.Form
}

// LinkSent says that a link is on its way, if it is.
type LinkSent struct{ look.Base }

// LinkOpen asks to press a button: mail programs open links on their own, and
// would use them up.
type LinkOpen struct {
	look.Base
	Token string
}

// KeptText shows what somebody sent whose session was over.
type KeptText struct {
	look.Base
	Action string
	SignIn string
	Fields []KeptField
}

// KeptField is one field of the form that was sent.
type KeptField struct{ Name, Value string }

func signInPath(to string) string {
	if to = httpd.LocalPath(to); to == "/" {
		return "/sign-in"
	}
	return "/sign-in?" + url.Values{"to": {to}}.Encode()
}

func (s *Site) signInForms(r *http.Request) SignIn {
	return SignIn{
		Base: s.plain(r, "web.sign_in"), To: httpd.LocalPath(r.FormValue("to")),
		Officer: look.Form{Words: "web.sign_in", Values: url.Values{}}, Link: look.Form{Name: "link", Words: "web.sign_in.link", Values: url.Values{}},
	}
}

func (s *Site) signInPage(w http.ResponseWriter, r *http.Request) error {
	if v, in, err := s.visitor(r.Context()); err != nil {
		return err
	} else if in {
		return s.cookies.Redirect(w, r, s.after(r, v.Actor.Role))
	}
	w.Header().Set("Cache-Control", "no-store")
	p := s.signInForms(r)
	p.Flash = s.cookies.TakeFlash(w, r)
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Mail     string `form:"mail,required,max=200"`
		Password string `form:"password"`
		Code     string `form:"code,required,max=40"`
	}
	w.Header().Set("Cache-Control", "no-store")
	values, err := httpd.ReadForm(r, httpd.Room{Text: 4000}, nil)
	if err != nil {
		return err
	}
	if err = s.Limits.Allow(r, signInLimit, s.Desk.Now()); err == nil {
		err = httpd.Decode(values, &in, time.UTC)
	}
	var who auth.Who
	if err == nil {
		// The password as it was typed: Decode trims, and a space may belong to it.
		who, err = s.Desk.SignIn(r.Context(), in.Mail, s.Limits.Network(r), auth.Proof{Password: values.Get("password"), Code: in.Code})
	}
	if err != nil {
		p := s.signInForms(r)
		p.Officer.Values.Set("mail", values.Get("mail"))
		p.Path = signInPath(p.To)
		status, other := again(err, &p.Officer)
		if other != nil {
			return other
		}
		return s.pages.Write(w, status, p)
	}
	if err := s.sessions.SignIn(r.Context(), who); err != nil {
		return err
	}
	return s.cookies.Redirect(w, r, s.after(r, who.Actor.Role))
}

// after is where somebody goes who has just signed in.
func (s *Site) after(r *http.Request, role party.Role) string {
	if to := httpd.LocalPath(r.FormValue("to")); to != "/" {
		return to
	}
	return home(role)
}

// requestLink answers everybody alike: the address may be anybody's.
func (s *Site) requestLink(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Mail string `form:"mail,required,max=200"`
		To   string `form:"to,max=400"`
	}
	w.Header().Set("Cache-Control", "no-store")
	values, err := httpd.ReadForm(r, httpd.Room{Text: 4000}, nil)
	if err != nil {
		return err
	}
	if err = s.Limits.Allow(r, linkLimit, s.Desk.Now()); err == nil {
		err = httpd.Decode(values, &in, time.UTC)
	}
	if err == nil {
		to := httpd.LocalPath(in.To)
		if to == "/" {
			to = ""
		}
		failed := httpd.AtLeast(r.Context(), linkTime, func() error { return s.Desk.RequestLink(r.Context(), in.Mail, to) })
		if failed != nil {
			// Only a known address can fail here: to say so would tell it from the others.
			s.Log.ErrorContext(r.Context(), "sign-in link not sent", "reference", httpd.Reference(r.Context()), "error", failed.Error())
		}
	}
	if err != nil {
		p := s.signInForms(r)
		p.Link.Values.Set("mail", values.Get("mail"))
		p.Path = signInPath(p.To)
		status, other := again(err, &p.Link)
		if other != nil {
			return other
		}
		return s.pages.Write(w, status, p)
	}
	return s.cookies.Redirect(w, r, "/sign-in/sent")
}

func (s *Site) linkSent(w http.ResponseWriter, r *http.Request) error {
	return s.pages.Write(w, http.StatusOK, LinkSent{Base: s.plain(r, "web.link_sent")})
}

func (s *Site) linkPage(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if err := s.checkLink(r); err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, LinkOpen{Base: s.plain(r, "web.link_open"), Token: r.PathValue("token")})
}

func (s *Site) useLink(w http.ResponseWriter, r *http.Request) error {
	if err := s.checkLink(r); err != nil {
		return err
	}
	who, to, err := s.Desk.UseLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return linkGone(err)
	}
	if err := s.sessions.SignIn(r.Context(), who); err != nil {
		return err
	}
	if to = httpd.LocalPath(to); to == "/" {
		to = home(who.Actor.Role)
	}
	return s.cookies.Redirect(w, r, to)
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.sessions.SignOut(r.Context()); err != nil {
		return err
	}
	return s.cookies.Redirect(w, r, "/sign-in", look.Flash{Tone: "ok", Key: "web.done.signed_out"})
}

// keepText shows a form back to somebody whose session ended while they wrote.
// The page sends the same text again once they have signed in elsewhere.
func (s *Site) keepText(w http.ResponseWriter, r *http.Request) error {
	drop := func(_, _ string, body io.Reader) (string, error) {
		_, err := io.Copy(io.Discard, body)
		return "", err
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: 1 << 20, File: 1 << 30, Files: 100}, drop)
	if err != nil {
		return err
	}
	p := KeptText{Base: s.plain(r, "web.kept_text"), Action: r.URL.RequestURI(), SignIn: signInPath("/account")}
	p.Path = ""
	for _, name := range sortedKeys(values) {
		for _, v := range values[name] {
			if v == "" {
				continue
			}
			p.Fields = append(p.Fields, KeptField{Name: name, Value: v})
		}
	}
	return s.pages.Write(w, http.StatusUnauthorized, p)
}
