package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
)

// forms are the forms of a page by their names, which are the last part of the
// addresses they are sent to.
type forms map[string]look.Form

// formsOf makes empty forms; their words are words.<name>.
func formsOf(words string, names ...string) forms {
	fs := forms{}
	for _, n := range names {
		fs[n] = look.Form{Name: n, Words: words + "." + n, Values: url.Values{}, Options: map[string][]look.Option{}}
	}
	return fs
}

// refused puts what was sent, and what is wrong with it, into its form. Anything
// that is not about the form goes on as it is.
func (fs forms) refused(name string, values url.Values, err error) (status int, other error) {
	f := fs[name]
	f.Values = values
	status, other = again(err, &f)
	fs[name] = f
	return status, other
}

// refusedAt puts what was sent, and what is wrong with it, into its form. Where
// the page does not show that form now (nil) it goes to the head of the page,
// whose problems lead to no field.
func refusedAt(form, head *look.Form, values url.Values, err error) (status int, other error) {
	if form != nil {
		form.Values = values
		return again(err, form)
	}
	status, other = again(err, head)
	for i := range head.Problems {
		head.Problems[i].Field = ""
	}
	return status, other
}

// deed reads one form and does what it asks.
type deed func(s *Site, r *http.Request, v visitor, values url.Values) error

// doDeed does what the form named in the address asks, and says which it was.
func (s *Site) doDeed(r *http.Request, v visitor, deeds map[string]deed) (string, url.Values, error) {
	name := r.PathValue("form")
	do, ok := deeds[name]
	if !ok {
		return name, nil, fault.New(fault.NotFound, "fault.not_found")
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return name, nil, err
	}
	return name, values, do(s, r, v, values)
}

// into reads a form whose times are in the centre's zone.
func (s *Site) into(values url.Values, dst any) error {
	return httpd.Decode(values, dst, s.zone())
}

// day writes a day as a date field wants it.
func (s *Site) day(t time.Time) string { return t.In(s.zone()).Format(time.DateOnly) }

// itoa writes a version into a hidden field.
func itoa(n int64) string { return strconv.FormatInt(n, 10) }
