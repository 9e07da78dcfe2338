package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"nakodo/csaf"
)

// line is one line of JSON output.
type line struct {
	File    string `json:"file"`
	Version string `json:"version"`
	Valid   bool   `json:"valid"`
	Results []item `json:"results"`
}

type item struct {
	Test     string `json:"test"`
	Severity string `json:"severity"`
	Path     string `json:"path"`
	Message  string `json:"message"`
}

// syntaxTest stands in the place of a test id for inputs that are no JSON
// document at all, or cannot be read.
const syntaxTest = "syntax"

func renderJSON(o outcome) []byte {
	out := line{File: o.name, Version: string(o.result.Version), Valid: o.err == nil && o.result.Valid, Results: []item{}}
	if o.err != nil {
		out.Results = append(out.Results, item{syntaxTest, string(csaf.Error), "", o.err.Error()})
	}
	for _, f := range o.result.Findings {
		out.Results = append(out.Results, item{f.Test, string(f.Severity), f.Path(), f.Message})
	}
	for _, n := range notes(o.result) {
		out.Results = append(out.Results, item{n.test, string(n.severity), "", n.text})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return fmt.Appendf(nil, "{\"file\":%q,\"valid\":false}\n", o.name)
	}
	return b.Bytes()
}

// note is something to say about a test as a whole.
type note struct {
	test     string
	severity csaf.Severity
	text     string
}

func notes(r csaf.Result) (out []note) {
	for _, id := range r.Cut {
		out = append(out, note{id, csaf.Info, "there are more findings of this test than are listed"})
	}
	for _, id := range r.Unfinished {
		severity := csaf.Warning
		if strings.HasPrefix(id, "6.1.") {
			severity = csaf.Error
		}
		out = append(out, note{id, severity, "the test was stopped: the document repeats itself so much that it cannot be judged"})
	}
	return out
}

// painter renders for people.
type painter struct{ color bool }

// The colours of severities and the parts of a message.
const (
	red    = "\x1b[31;1m"
	yellow = "\x1b[33m"
	blue   = "\x1b[34m"
	green  = "\x1b[32m"
	faint  = "\x1b[2m"
	plain  = "\x1b[0m"
)

func (p *painter) paint(color, s string) string {
	if !p.color {
		return s
	}
	return color + s + plain
}

func (p *painter) severity(s csaf.Severity) string {
	text := fmt.Sprintf("%-7s", s)
	switch s {
	case csaf.Error:
		return p.paint(red, text)
	case csaf.Warning:
		return p.paint(yellow, text)
	}
	return p.paint(blue, text)
}

// render writes a heading for the input, and each finding with its place.
func (p *painter) render(o outcome) []byte {
	var b bytes.Buffer
	if o.err != nil {
		fmt.Fprintf(&b, "%s: %s\n  %s\n", printable(o.name), p.paint(red, "unusable"), printable(o.err.Error()))
		return b.Bytes()
	}
	verdict := p.paint(green, "valid")
	if !o.result.Valid {
		verdict = p.paint(red, "not valid")
	}
	fmt.Fprintf(&b, "%s: %s (CSAF %s)%s\n", printable(o.name), verdict, o.result.Version, counts(o.result.Findings))
	lines := csaf.NewLines(o.tree)
	for _, f := range o.result.Findings {
		fmt.Fprintf(&b, "  %s %-9s %s\n", p.severity(f.Severity), f.Test, p.paint(faint, printable(orRoot(f.Path()))))
		fmt.Fprintf(&b, "          %s\n", printable(f.Message))
		b.WriteString(p.quote(lines, f.At))
	}
	for _, n := range notes(o.result) {
		fmt.Fprintf(&b, "  %s %-9s %s\n", p.severity(n.severity), n.test, n.text)
	}
	return b.Bytes()
}

func counts(findings []csaf.Finding) string {
	n := map[csaf.Severity]int{}
	for _, f := range findings {
		n[f.Severity]++
	}
	var parts []string
	for _, s := range []csaf.Severity{csaf.Error, csaf.Warning, csaf.Info} {
		switch {
		case n[s] == 1 || n[s] > 0 && s == csaf.Info:
			parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
		case n[s] > 0:
			parts = append(parts, fmt.Sprintf("%d %ss", n[s], s))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// quote shows the line of the document that a finding is about, with a mark
// below the value.
func (p *painter) quote(lines *csaf.Lines, at csaf.Node) string {
	number, text, from, length := lines.Of(at)
	const around = 40 // characters to show before and after the value
	before, value, after := text[:from], text[from:from+length], text[from+length:]
	if n := utf8.RuneCountInString(before); n > around {
		before = "…" + lastRunes(before, around)
	} else {
		before = strings.TrimLeft(before, " \t")
	}
	value = firstRunes(value, 2*around)
	after = firstRunes(after, around)
	before, value, after = printable(before), printable(value), printable(after)
	head := fmt.Sprintf("%9d | ", number)
	mark := strings.Repeat(" ", len(head)+width(before)) + strings.Repeat("^", max(1, width(value)))
	return p.paint(faint, head) + before + value + after + "\n" + p.paint(green, mark) + "\n"
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

func lastRunes(s string, n int) string {
	i := len(s)
	for ; i > 0 && n > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s[i:]
}

// width is the number of columns that a terminal needs for a text: two for the
// wide characters of East Asia.
func width(s string) (n int) {
	for _, r := range s {
		n++
		if r >= 0x1100 && (r <= 0x115F || r >= 0x2E80 && r <= 0xA4CF || r >= 0xAC00 && r <= 0xD7A3 ||
			r >= 0xF900 && r <= 0xFAFF || r >= 0xFE30 && r <= 0xFE6F || r >= 0xFF00 && r <= 0xFF60 ||
			r >= 0xFFE0 && r <= 0xFFE6 || r >= 0x1F300 && r <= 0x1FAFF || r >= 0x20000 && r <= 0x3FFFD) {
			n++
		}
	}
	return n
}

// printable replaces what could steer a terminal: a document must not be able
// to write over the judgement about it.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 || 0x7F <= r && r < 0xA0,
			r == 0x200E || r == 0x200F || r == 0x061C, 0x202A <= r && r <= 0x202E, 0x2066 <= r && r <= 0x2069:
			return '\uFFFD'
		}
		return r
	}, s)
}
