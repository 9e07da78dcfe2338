package look

import (
	"fmt"
	"html/template"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// funcs are what a template may call. Each reads the language and zone of the
// page that the press is setting.
func (p *press) funcs() template.FuncMap {
	return template.FuncMap{
		// words
		"t":    p.say,  // {{t "key" "name" value …}}: a sentence of the catalogue
		"text": p.text, // {{text .Title}}: a words.Text in the page's language
		"para": p.para, // {{para .Body}}: plain text with its paragraphs, line breaks and web addresses
		"lang": func() words.Lang { return p.base.Lang },
		"num":  groupDigits, // {{num 1655}}: 1,655
		"size": fileSize,    // {{size .Bytes}}: 3.4 MB

		// states
		"state":  p.state,  // {{state "ok" "key" …}}: a word of the catalogue with shape and colour
		"badge":  p.badge,  // {{badge "ok" .Text}}: the same with a text that is no key
		"status": p.status, // {{status .Status}}: a vendor's status
		"tlp":    p.tlp,    // {{tlp .TLP}}
		"mark":   p.mark,   // {{mark "NKD#64806328"}}: a mark in its own face, never broken

		// time
		"when":    p.when, // instant in the reader's zone and UTC
		"day":     p.day,  // date in the reader's zone
		"ago":     p.ago,  // "3 days ago", "in 2 h"
		"due":     p.due,  // the due column of a list: late, today, in n days
		"instant": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },

		// forms
		"field":    p.field,    // {{field .Form "mail" "kind=email" "required"}}
		"problems": p.problems, // {{problems .Form}}: everything wrong, each leading to its field

		// pictures
		"timeline": p.timeline,
		"matrix":   p.matrix,

		// shell
		"otherlang": func() words.Lang { return p.base.Lang.Other() },
		"said":      func(f Flash) string { return p.set.say.Say(p.base.Lang, f.Key, f.Args) },
		"languagename": func() string {
			return map[words.Lang]string{words.EN: "English", words.JA: "日本語"}[p.base.Lang.Other()]
		},
		"static": p.set.static.URL,
		"role":   func() string { return p.say("look.role." + string(p.base.Reader.Role)) },
	}
}

func (p *press) say(key string, args ...any) string {
	pairs := fault.Pairs(args...)
	for k, v := range pairs {
		switch v := v.(type) {
		case words.Text:
			pairs[k] = v.In(p.base.Lang)
		case time.Time:
			pairs[k] = p.plainWhen(v)
		}
	}
	return p.set.say.Say(p.base.Lang, key, pairs)
}

// text gives a Text in the page's language. Where only the other language
// exists, it is marked as such, so that it is read aloud with the right voice.
func (p *press) text(t words.Text) template.HTML {
	own := t.Get(p.base.Lang)
	if own != "" || t.In(p.base.Lang) == "" {
		return template.HTML(template.HTMLEscapeString(own))
	}
	other := p.base.Lang.Other()
	return template.HTML(fmt.Sprintf(`<span lang="%s">%s</span>`, other, template.HTMLEscapeString(t.In(other))))
}

// para keeps what a person typed: empty lines make paragraphs, line ends stay,
// web addresses can be followed. Nothing else is interpreted.
func (p *press) para(v any) template.HTML {
	s := ""
	switch v := v.(type) {
	case string:
		s = v
	case words.Text:
		s = v.In(p.base.Lang)
	default:
		return template.HTML(template.HTMLEscapeString(fmt.Sprint(v)))
	}
	var b strings.Builder
	for part := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		b.WriteString("<p>")
		for i, line := range strings.Split(part, "\n") {
			if i > 0 {
				b.WriteString("<br>")
			}
			linkLine(&b, line)
		}
		b.WriteString("</p>")
	}
	return template.HTML(b.String())
}

// linkLine writes a line with its http(s) addresses as links. An address ends
// at a space, at anything that is not ASCII (Japanese follows without a space)
// or before the punctuation that closes a sentence.
func linkLine(b *strings.Builder, line string) {
	for {
		at := strings.Index(line, "http://")
		if s := strings.Index(line, "https://"); at < 0 || s >= 0 && s < at {
			at = s
		}
		if at < 0 {
			b.WriteString(template.HTMLEscapeString(line))
			return
		}
		end := at
		for end < len(line) && line[end] > ' ' && line[end] < 0x7f && !strings.ContainsRune(`<>"'`, rune(line[end])) {
			end++
		}
		address := strings.TrimRight(line[at:end], ".,;:!?)]")
		b.WriteString(template.HTMLEscapeString(line[:at]))
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			e := template.HTMLEscapeString(address)
			fmt.Fprintf(b, `<a href="%s" rel="noreferrer nofollow">%s</a>`, e, e)
		} else {
			b.WriteString(template.HTMLEscapeString(address))
		}
		line = line[at+len(address):]
	}
}

func (p *press) state(tone, key string, args ...any) (template.HTML, error) {
	return p.badge(tone, p.say(key, args...))
}

func (p *press) badge(tone, text string) (template.HTML, error) {
	switch tone {
	case "ok", "bad", "wait", "go":
		return template.HTML(fmt.Sprintf(`<span class="state %s">%s</span>`, tone, template.HTMLEscapeString(text))), nil
	case "", "plain":
		return template.HTML(fmt.Sprintf(`<span class="state">%s</span>`, template.HTMLEscapeString(text))), nil
	}
	return "", fmt.Errorf("look: a state is ok, bad, wait, go or plain, not %q", tone)
}

// tones of the vendor statuses. Silence has its own shape: an empty circle.
var tones = map[product.Status]string{
	product.Affected: "bad", product.AffectedInvestigating: "bad",
	product.NotAffected: "ok", product.NotAffectedInvestigating: "wait",
	product.Unknown: "wait", product.NotContacted: "plain", product.NoAnswer: "plain",
}

func (p *press) status(s product.Status) (template.HTML, error) {
	if s == "" {
		return "–", nil
	}
	return p.state(tones[s], "look.status."+string(s))
}

func (p *press) tlp(l tlp.Label) template.HTML {
	class := map[tlp.Label]string{tlp.Red: "red", tlp.AmberStrict: "amber", tlp.Amber: "amber", tlp.Green: "green", tlp.Clear: "clear"}[l]
	if class == "" { // no label is the narrowest one
		l, class = tlp.Red, "red"
	}
	return template.HTML(`<span class="tlp ` + class + `" translate="no">` + string(l) + `</span>`)
}

func (p *press) mark(v any) template.HTML {
	s := fmt.Sprint(v)
	if s == "" {
		return "–"
	}
	return template.HTML(`<span class="mark" translate="no">` + template.HTMLEscapeString(s) + `</span>`)
}

// groupDigits writes an integer of any width with a comma every three digits.
func groupDigits(v any) (string, error) {
	r := reflect.ValueOf(v)
	if !r.CanInt() {
		return "", fmt.Errorf("look: num wants an integer, not %T", v)
	}
	s, sign := strconv.FormatInt(r.Int(), 10), ""
	if s[0] == '-' {
		s, sign = s[1:], "−"
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s, nil
}

// fileSize writes bytes in the unit a person would choose.
func fileSize(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	f, u := float64(n), 0
	for f >= 1000 && u < len(units)-1 {
		f, u = f/1000, u+1
	}
	if u == 0 || f >= 10 {
		return fmt.Sprintf("%.0f %s", f, units[u])
	}
	return fmt.Sprintf("%.1f %s", f, units[u])
}
