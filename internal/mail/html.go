package mail

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlToText reads an HTML body as text: links keep their target, quotes get
// their ">", tables their rows. Nothing is fetched, nothing is run.
func htmlToText(s string) string {
	w := &htmlWriter{}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return w.String()
		case html.TextToken:
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			w.start(t)
		case html.EndTagToken:
			t := z.Token()
			w.end(t.DataAtom)
		}
	}
}

type htmlWriter struct {
	b     strings.Builder
	line  strings.Builder
	quote int    // depth of blockquote
	skip  int    // depth of what is not for reading
	pre   int    // depth of pre
	href  string // of the link being read
	label int    // where its label starts in line
	blank bool   // the last line written was empty
}

func (w *htmlWriter) text(s string) {
	s = html.UnescapeString(s)
	if w.skip > 0 {
		return
	}
	if w.pre > 0 {
		for i, l := range strings.Split(s, "\n") {
			if i > 0 {
				w.flush(true)
			}
			w.line.WriteString(l)
		}
		return
	}
	if strings.TrimSpace(s) == "" {
		if w.line.Len() > 0 && !strings.HasSuffix(w.line.String(), " ") {
			w.line.WriteByte(' ')
		}
		return
	}
	lead := strings.ContainsAny(s[:1], " \t\r\n") && w.line.Len() > 0 && !strings.HasSuffix(w.line.String(), " ")
	tail := strings.ContainsAny(s[len(s)-1:], " \t\r\n")
	if lead {
		w.line.WriteByte(' ')
	}
	w.line.WriteString(strings.Join(strings.Fields(s), " "))
	if tail {
		w.line.WriteByte(' ')
	}
}

func (w *htmlWriter) start(t html.Token) {
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Noscript, atom.Template:
		if t.Type == html.StartTagToken {
			w.skip++
		}
	case atom.Body:
		w.skip = 0 // a head that was never closed must not swallow the letter
	case atom.Br:
		w.flush(true)
	case atom.Hr:
		w.flush(false)
		w.line.WriteString("----")
		w.flush(true)
	case atom.Li:
		w.flush(false)
		w.line.WriteString("- ")
	case atom.Td, atom.Th:
		if w.line.Len() > 0 {
			w.line.WriteByte('\t')
		}
	case atom.Blockquote:
		w.flush(false)
		w.quote++
	case atom.Pre:
		w.flush(false)
		w.pre++
	case atom.A:
		w.href, w.label = attr(t, "href"), w.line.Len()
	case atom.Img:
		if alt := attr(t, "alt"); alt != "" && w.skip == 0 {
			w.line.WriteString("[" + alt + "]")
		}
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table:
		w.flush(false)
		w.paragraph()
	case atom.Div, atom.Tr, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Dt, atom.Dd:
		w.flush(false)
	}
}

func (w *htmlWriter) end(a atom.Atom) {
	switch a {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Noscript, atom.Template:
		w.skip = max(0, w.skip-1)
	case atom.Blockquote:
		w.flush(false)
		w.quote = max(0, w.quote-1)
	case atom.Pre:
		w.flush(false)
		w.pre = max(0, w.pre-1)
	case atom.A:
		w.link()
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table:
		w.flush(false)
		w.paragraph()
	case atom.Div, atom.Tr, atom.Li, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Dt, atom.Dd:
		w.flush(false)
	}
}

// link writes the target behind the label, so that an officer sees where it leads.
func (w *htmlWriter) link() {
	href := strings.TrimSpace(w.href)
	w.href = ""
	if w.skip > 0 || href == "" || strings.HasPrefix(href, "#") || strings.HasPrefix(href, "mailto:") {
		return
	}
	if w.label <= w.line.Len() && strings.Contains(w.line.String()[w.label:], href) {
		return
	}
	w.line.WriteString(" <" + href + ">")
}

// flush ends the line; keep writes it even where it is empty.
func (w *htmlWriter) flush(keep bool) {
	l := strings.TrimRight(w.line.String(), " \t")
	w.line.Reset()
	w.label = 0
	if l == "" && (!keep || w.blank) {
		return
	}
	w.b.WriteString(strings.Repeat("> ", min(w.quote, 20)) + l + "\n")
	w.blank = l == ""
}

func (w *htmlWriter) paragraph() {
	if w.b.Len() > 0 && !w.blank {
		w.b.WriteString(strings.TrimRight(strings.Repeat("> ", min(w.quote, 20)), " ") + "\n")
		w.blank = true
	}
}

var many = regexp.MustCompile(`\n{3,}`)

func (w *htmlWriter) String() string {
	w.flush(false)
	return strings.TrimSpace(many.ReplaceAllString(tidy(w.b.String()), "\n\n"))
}

func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
