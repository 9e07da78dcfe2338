package main

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/net/html"
)

// submit ACTION field=value ...: fills in the form of the last page whose
// address ends with ACTION, as a browser would: what the page has put into its
// fields goes along, what the story says replaces it. A field that the form
// does not have is a mistake of the story or of the page.
func (s *stage) submit(ts *testscript.TestScript, _ bool, args []string) {
	want := s.fill(args[0])
	doc, err := html.Parse(strings.NewReader(s.page))
	ts.Check(err)
	var form *html.Node
	each(doc, func(n *html.Node) {
		if form == nil && n.Data == "form" && strings.HasSuffix(attr(n, "action"), want) && strings.EqualFold(attr(n, "method"), "post") {
			form = n
		}
	})
	if form == nil {
		ts.Fatalf("%s at %s: no form leads to %s\n%s", s.who, s.at, want, bare(s.page))
	}
	values, names := fields(form)
	for _, a := range args[1:] {
		k, v, ok := strings.Cut(s.fill(a), "=")
		if !ok || !names[k] {
			ts.Fatalf("%s at %s: the form %s has no field %q; it has %v", s.who, s.at, want, k, names)
		}
		values.Set(k, v)
	}
	action, err := s.at.Parse(attr(form, "action"))
	ts.Check(err)
	r, err := http.NewRequest("POST", action.String(), strings.NewReader(values.Encode()))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.do(ts, r)
}

// upload ACTION field=NAME: sends a small file of this name with the form of the
// last page whose address ends with ACTION.
func (s *stage) upload(ts *testscript.TestScript, _ bool, args []string) {
	field, name, _ := strings.Cut(s.fill(args[1]), "=")
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	w, err := form.CreateFormFile(field, name)
	ts.Check(err)
	_, err = io.WriteString(w, "the bytes of "+name)
	ts.Check(err)
	ts.Check(form.Close())
	action := regexp.MustCompile(`action="([^"]*` + regexp.QuoteMeta(s.fill(args[0])) + `)" enctype="multipart/form-data"`).FindStringSubmatch(s.page)
	if action == nil {
		ts.Fatalf("%s at %s: no form takes a file at %s\n%s", s.who, s.at, args[0], bare(s.page))
	}
	r, err := http.NewRequest("POST", s.http.URL+action[1], &body)
	ts.Check(err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	s.do(ts, r)
}

// fields are what a form would send as it stands, and the names it has, those of
// its buttons among them.
func fields(form *html.Node) (url.Values, map[string]bool) {
	values, names := url.Values{}, map[string]bool{}
	each(form, func(n *html.Node) {
		name := attr(n, "name")
		if name == "" {
			return
		}
		names[name] = true
		switch n.Data {
		case "input":
			kind := attr(n, "type")
			if (kind == "radio" || kind == "checkbox") && !has(n, "checked") || kind == "file" || kind == "submit" {
				return
			}
			values.Add(name, attr(n, "value"))
		case "textarea":
			values.Add(name, strings.TrimPrefix(textOf(n), "\n"))
		case "select":
			first, chosen := "", ""
			each(n, func(o *html.Node) {
				if o.Data != "option" {
					return
				}
				if first == "" {
					first = "=" + attr(o, "value")
				}
				if has(o, "selected") {
					chosen = "=" + attr(o, "value")
				}
			})
			if chosen == "" {
				chosen = first
			}
			if chosen != "" {
				values.Add(name, chosen[1:])
			}
		}
	})
	return values, names
}

func each(n *html.Node, f func(*html.Node)) {
	if n.Type == html.ElementNode {
		f(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, f)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	s := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s += textOf(c)
	}
	return s
}
