package looktest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// examiner walks the tags of a page once. A browser mends everything silently;
// this reader mends nothing.
type examiner struct {
	faults  []string
	open    []tag
	ids     map[string]bool
	named   []string // ids that labels, aria attributes and links point to
	heading int      // the last heading's level
	h1      int
	whole   bool // a page, not a fragment
	main    int
}

type tag struct {
	name  string
	attrs map[string]string
	text  bool // has words, which are is read aloud inside
	named bool // has content that names it otherwise (an image with a text)
}

var void = []string{"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

func examine(page string) []string {
	e := &examiner{ids: map[string]bool{}, whole: strings.Contains(page, "<html")}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			e.end()
			return e.faults
		case html.StartTagToken, html.SelfClosingTagToken:
			e.start(z.Token())
		case html.EndTagToken:
			e.close(z.Token().Data)
		case html.TextToken:
			text := strings.TrimSpace(z.Token().Data)
			for i := range e.open {
				e.open[i].text = e.open[i].text || text != ""
			}
		}
	}
}

func (e *examiner) fault(format string, args ...any) {
	e.faults = append(e.faults, fmt.Sprintf(format, args...))
}

func (e *examiner) inside(name string) bool {
	return slices.ContainsFunc(e.open, func(t tag) bool { return t.name == name })
}

func (e *examiner) start(tok html.Token) {
	attrs := map[string]string{}
	for _, a := range tok.Attr {
		if _, twice := attrs[a.Key]; twice {
			e.fault("<%s> has %s twice", tok.Data, a.Key)
		}
		attrs[a.Key] = a.Val
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			e.fault("<%s> has %s, which the content security policy refuses", tok.Data, a.Key)
		}
	}
	if id, ok := attrs["id"]; ok {
		if e.ids[id] && !strings.Contains(id, filler) {
			e.fault("id %q stands twice", id)
		}
		e.ids[id] = true
	}
	for _, k := range []string{"for", "aria-describedby", "aria-labelledby", "list"} {
		e.named = append(e.named, strings.Fields(attrs[k])...)
	}
	if h := attrs["href"]; tok.Data == "a" && strings.HasPrefix(h, "#") && len(h) > 1 {
		e.named = append(e.named, h[1:])
	}
	e.element(tok.Data, attrs)
	if !slices.Contains(void, tok.Data) && tok.Type == html.StartTagToken {
		e.open = append(e.open, tag{name: tok.Data, attrs: attrs})
	}
}

// element looks at one element where it begins.
func (e *examiner) element(name string, attrs map[string]string) {
	switch name {
	case "html":
		if attrs["lang"] == "" {
			e.fault("the page does not say its language")
		}
	case "main":
		e.main++
	case "h1", "h2", "h3", "h4":
		level := int(name[1] - '0')
		if level == 1 {
			e.h1++
		}
		if e.heading > 0 && level > e.heading+1 && !e.inside("dialog") {
			e.fault("<%s> follows <h%d>: a level is left out", name, e.heading)
		}
		if !e.inside("dialog") {
			e.heading = level
		}
	case "img":
		if _, ok := attrs["alt"]; !ok {
			e.fault("<img> without alt")
		}
		e.nameOpen(attrs["alt"])
	case "svg":
		if attrs["aria-hidden"] != "true" && attrs["aria-label"] == "" {
			e.fault("<svg> has neither aria-label nor aria-hidden")
		}
		e.nameOpen(attrs["aria-label"])
	case "style":
		e.fault("<style> in a page, which the content security policy refuses")
	case "script":
		if attrs["src"] == "" {
			e.fault("<script> without src, which the content security policy refuses")
		}
	case "form":
		if m := attrs["method"]; m != "" && m != "get" && m != "post" {
			e.fault("<form method=%q>", m)
		}
	case "input", "select", "textarea":
		e.control(name, attrs)
	}
}

// control: every field has a label or a name of its own.
func (e *examiner) control(name string, attrs map[string]string) {
	if attrs["type"] == "hidden" {
		return
	}
	if attrs["name"] == "" {
		e.fault("<%s id=%q> has no name and would not be sent", name, attrs["id"])
	}
	if attrs["aria-label"] == "" && attrs["aria-labelledby"] == "" && !e.inside("label") {
		if attrs["id"] == "" {
			e.fault("<%s name=%q> has no label", name, attrs["name"])
			return
		}
		e.named = append(e.named, "label-for:"+attrs["id"])
	}
}

// nameOpen notes that an element inside names those around it.
func (e *examiner) nameOpen(text string) {
	if text == "" {
		return
	}
	for i := range e.open {
		e.open[i].named = true
	}
}

func (e *examiner) close(name string) {
	if slices.Contains(void, name) {
		e.fault("</%s> closes an element that cannot be open", name)
		return
	}
	if len(e.open) == 0 || e.open[len(e.open)-1].name != name {
		open := "nothing"
		if len(e.open) > 0 {
			open = "<" + e.open[len(e.open)-1].name + ">"
		}
		e.fault("</%s> where %s is open", name, open)
		if i := lastIndex(e.open, name); i >= 0 {
			e.open = e.open[:i]
		}
		return
	}
	t := e.open[len(e.open)-1]
	e.open = e.open[:len(e.open)-1]
	switch name {
	case "a", "button", "h1", "h2", "h3", "h4", "label", "summary", "title", "legend":
		if !t.text && !t.named && t.attrs["aria-label"] == "" {
			e.fault("<%s> without words (href %q)", name, t.attrs["href"])
		}
	}
	if name == "label" && t.attrs["for"] != "" {
		e.ids["label-for:"+t.attrs["for"]] = true
	}
}

func lastIndex(open []tag, name string) int {
	for i := len(open) - 1; i >= 0; i-- {
		if open[i].name == name {
			return i
		}
	}
	return -1
}

// end asks what can only be known at the end.
func (e *examiner) end() {
	for _, t := range e.open {
		e.fault("<%s> is never closed", t.name)
	}
	for _, n := range e.named {
		if id, isLabel := strings.CutPrefix(n, "label-for:"); isLabel && !e.ids[n] {
			e.fault("field %q has no label", id)
		} else if !e.ids[n] && !strings.Contains(n, filler) {
			e.fault("something points to id %q, which is not on the page", n)
		}
	}
	if e.whole && e.h1 != 1 {
		e.fault("%d <h1>, want one", e.h1)
	}
	if e.whole && e.main != 1 {
		e.fault("%d <main>, want one", e.main)
	}
}
