package page

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"nakodo/internal/advisory"
	"nakodo/internal/words"
)

// Text is the advisory as plain text, UTF-8, lines ended by "\n": for letters,
// terminals and everybody who wants no page. Equal input gives equal bytes.
func Text(say words.Catalogue, rev advisory.Revision, pub advisory.Publisher, lang words.Lang) ([]byte, error) {
	if !rev.Content.In(lang) {
		return nil, fmt.Errorf("advisory %s is not published in %q", rev.ID.Mark(pub.Prefix), lang)
	}
	t := typewriter{say: say, lang: lang, zone: zoneOf(pub), base: pub.Base}
	t.advisory(describe(say, rev, pub, lang))
	return []byte(strings.TrimRight(t.b.String(), "\n") + "\n"), nil
}

type typewriter struct {
	b    strings.Builder
	say  words.Catalogue
	lang words.Lang
	zone *time.Location
	base string
}

func (t *typewriter) word(key string, args ...any) string {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return t.say.Say(t.lang, key, m)
}

func (t *typewriter) day(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.In(t.zone).Format(time.DateOnly)
}

func (t *typewriter) line(format string, args ...any) { fmt.Fprintf(&t.b, format+"\n", args...) }

// head underlines a heading as wide as it is: a Japanese letter takes two columns.
func (t *typewriter) head(s, under string) {
	width := 0
	for _, r := range s {
		width++
		if utf8.RuneLen(r) > 2 {
			width++
		}
	}
	t.line("%s\n%s", s, strings.Repeat(under, width))
}

// section writes a heading and a text, or nothing where the text is empty.
func (t *typewriter) section(heading, text string) {
	if text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")); text != "" {
		t.head(heading, "-")
		t.line("%s\n", text)
	}
}

func (t *typewriter) advisory(a Advisory) {
	t.line("%s  %s", a.Mark, a.TLP)
	t.head(a.Headline, "=")
	t.line("%s: %s", t.word("format.published"), t.day(a.First))
	t.line("%s: %s", t.word("format.updated"), t.day(a.At))
	t.line("%s: %d\n", t.word("format.revision"), a.Revision)
	t.section(t.word("format.withdrawn"), a.Withdrawal)
	t.section(t.word("format.overview"), a.Overview)
	t.section(t.word("format.products"), t.products(a))
	t.section(t.word("format.description"), strings.TrimSpace(a.Description)+"\n\n"+t.flaws(a))
	t.section(t.word("format.impact"), a.Impact)
	t.section(t.word("format.solution"), strings.TrimSpace(a.Solution)+"\n\n"+t.remedies(a))
	t.section(t.word("format.vendors"), t.vendors(a))
	t.section(t.word("format.decision"), t.decisions(a))
	t.section(t.word("format.references"), links(a.References))
	t.section(t.word("format.addendum", "centre", a.Publisher), a.Addendum)
	t.section(t.word("format.analysis", "centre", a.Publisher), a.Analysis)
	t.section(t.word("format.credit"), strings.Join(a.Credits, "\n"))
	t.section(t.word("format.other"), t.others(a))
	t.section(t.word("format.history"), t.history(a))
	t.section(t.word("format.machines"), t.formats(a))
}

func (t *typewriter) products(a Advisory) string {
	var lines []string
	for _, p := range a.Products {
		if p.Affected {
			lines = append(lines, "- "+p.Vendor+" "+p.Name+" "+p.Versions)
		}
	}
	return strings.Join(lines, "\n") + "\n\n" + a.AffectedNote
}

func (t *typewriter) flaws(a Advisory) string {
	var lines []string
	for _, f := range a.Flaws {
		line := "- " + f.Name
		if f.Title != f.Name && f.Title != "" {
			line += " " + f.Title
		}
		lines = append(lines, line)
		for _, w := range f.CWEs {
			lines = append(lines, "  "+w)
		}
		for _, s := range f.Scores {
			lines = append(lines, fmt.Sprintf("  %s: %s (%s) %s", s.Label, s.Value, t.word("format.level."+s.Level), s.Vector))
		}
		if f.Exploitation != "" {
			lines = append(lines, "  "+t.word("format.exploitation")+": "+t.word(f.Exploitation))
		}
	}
	return strings.Join(lines, "\n")
}

func (t *typewriter) remedies(a Advisory) string {
	var lines []string
	for _, r := range a.Remedies {
		lines = append(lines, "- "+t.word("format.remedy."+string(r.Kind))+": "+indent(r.Text))
		if r.URL != "" {
			lines = append(lines, "  "+r.URL)
		}
		if len(r.Products) > 0 {
			lines = append(lines, "  "+t.word("format.remedy.for")+": "+strings.Join(r.Products, ", "))
		}
	}
	return strings.Join(lines, "\n")
}

func (t *typewriter) vendors(a Advisory) string {
	var lines []string
	for _, v := range a.Vendors {
		lines = append(lines, fmt.Sprintf("- %s: %s (%s)", v.Name, t.word("look.status."+string(v.Status)), t.day(v.Updated)))
		if v.Link != "" {
			lines = append(lines, "  "+v.Link)
		}
		if v.Statement != "" {
			lines = append(lines, "  "+indent(v.Statement))
		}
	}
	for _, p := range a.Products {
		for i, s := range p.Statuses {
			if i == 0 {
				lines = append(lines, fmt.Sprintf("\n%s %s %s", p.Vendor, p.Name, p.Versions))
			}
			lines = append(lines, fmt.Sprintf("  %s: %s", a.Flaws[i].Name, t.word("look.status."+string(s))))
		}
	}
	return strings.Join(lines, "\n")
}

func (t *typewriter) decisions(a Advisory) string {
	var lines []string
	for _, d := range a.Decisions {
		lines = append(lines, "- "+t.word(d.Key, "vendor", d.Vendor, "centre", a.Publisher)+" "+t.word("format.decision.on")+" "+t.day(d.Decided))
		if d.View != "" {
			lines = append(lines, "  "+t.word("format.decision.view", "vendor", d.Vendor)+":\n  "+indent(d.View))
		}
	}
	return strings.Join(lines, "\n")
}

func (t *typewriter) others(a Advisory) string {
	var lines []string
	for _, o := range a.Others {
		for _, c := range o.Cells {
			lines = append(lines, strings.TrimSpace("- "+t.word("format.other."+string(o.Kind))+": "+c.Title+" "+c.URL))
		}
	}
	return strings.Join(lines, "\n")
}

func (t *typewriter) history(a Advisory) string {
	var lines []string
	for _, h := range a.History {
		lines = append(lines, fmt.Sprintf("%s  %s", t.day(h.At), h.Summary))
	}
	return strings.Join(lines, "\n")
}

func (t *typewriter) formats(a Advisory) string {
	var lines []string
	for _, f := range a.Formats {
		lines = append(lines, f.Title+": "+t.base+f.URL)
	}
	return strings.Join(lines, "\n")
}

func links(list []Link) string {
	var lines []string
	for _, l := range list {
		lines = append(lines, "- "+l.Title+"\n  "+l.URL)
	}
	return strings.Join(lines, "\n")
}

// indent keeps the lines of a text together under the item they belong to.
func indent(s string) string {
	return strings.ReplaceAll(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")), "\n", "\n  ")
}
