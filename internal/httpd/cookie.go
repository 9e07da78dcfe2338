package httpd

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"nakodo/internal/look"
	"nakodo/internal/words"
)

// Cookies makes and reads the two cookies that are not the session: the
// language, and the sentence to show after a redirect.
type Cookies struct {
	Secure bool // the site is reached by https
}

// name gets the prefix that lets a browser take the cookie from nobody but us.
func (c Cookies) name(plain string) string {
	if c.Secure {
		return "__Host-" + plain
	}
	return plain
}

func (c Cookies) set(w http.ResponseWriter, plain, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: c.name(plain), Value: value, Path: "/", MaxAge: int(life / time.Second),
		Secure: c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// Redirect answers a POST: the next page is got anew, and shows the sentences.
func (c Cookies) Redirect(w http.ResponseWriter, r *http.Request, to string, flash ...look.Flash) error {
	if len(flash) > 0 {
		body, err := json.Marshal(flash)
		if err != nil {
			return err
		}
		c.set(w, "flash", base64.RawURLEncoding.EncodeToString(body), time.Minute)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// TakeFlash gives the sentences the last answer left, once. Only sentences of
// the catalogue made for it (keys with ".done." or ".flash." in them) are
// shown: a forged cookie must not put words into our mouth.
func (c Cookies) TakeFlash(w http.ResponseWriter, r *http.Request) []look.Flash {
	cookie, err := r.Cookie(c.name("flash"))
	if err != nil {
		return nil
	}
	c.set(w, "flash", "", -time.Second)
	body, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	var all, ours []look.Flash
	if json.Unmarshal(body, &all) != nil {
		return nil
	}
	for _, f := range all {
		if strings.Contains(f.Key, ".done.") || strings.Contains(f.Key, ".flash.") {
			ours = append(ours, f)
		}
	}
	return ours
}

// Language is the one the reader chose, else the first of the browser's that
// we speak, else English.
func (c Cookies) Language(r *http.Request) words.Lang {
	if l, ok := c.Chosen(r); ok {
		return l
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), ";")
		if tag == "ja" || strings.HasPrefix(tag, "ja-") {
			return words.JA
		}
		if tag == "en" || strings.HasPrefix(tag, "en-") {
			return words.EN
		}
	}
	return words.EN
}

// Chosen is the language the reader chose, if one was.
func (c Cookies) Chosen(r *http.Request) (words.Lang, bool) {
	cookie, err := r.Cookie(c.name("lang"))
	if err != nil {
		return "", false
	}
	return words.ParseLang(cookie.Value), true
}

// SetLanguage keeps a choice of language for a year.
func (c Cookies) SetLanguage(w http.ResponseWriter, l words.Lang) {
	c.set(w, "lang", string(l), 365*24*time.Hour)
}

// ChooseLanguage handles the form of the shells: POST /language.
func (c Cookies) ChooseLanguage(w http.ResponseWriter, r *http.Request) error {
	c.SetLanguage(w, words.ParseLang(r.PostFormValue("lang")))
	return c.Redirect(w, r, LocalPath(r.PostFormValue("back")))
}

// LocalPath gives a path of this site as it is, and "/" for anything else: a
// form must not lead away.
func LocalPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return "/"
	}
	return s
}
