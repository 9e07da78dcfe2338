package catalogue

import (
	"fmt"
	"strings"
)

// paragraph is a line with the lines that are indented further than it.
type paragraph struct {
	indent int
	text   string // on one line
	shown  string // as in the file
	line   int
}

// paragraphs splits a file; blank lines separate nothing but themselves.
func paragraphs(text string) []paragraph {
	var out []paragraph
	for i, line := range strings.Split(text, "\n") {
		body := strings.TrimLeft(line, " ")
		if body == "" {
			continue
		}
		indent := len(line) - len(body)
		last := len(out) - 1
		edit := strings.HasPrefix(body, "/") || strings.HasPrefix(body, "drop ")
		if indent == 0 || indent == 2 && edit {
			out = append(out, paragraph{indent, strings.TrimSpace(body), strings.TrimSpace(body), i + 1})
		} else if last >= 0 {
			out[last].text += " " + strings.TrimSpace(body)
			out[last].shown += "\n  " + strings.TrimSpace(body)
		}
	}
	return out
}

// block is an entry while it is read: it may become one for each version.
type block struct {
	id, title   string
	versions    []string
	wants, mend string
	examples    []sample
}

type sample struct {
	fails   bool
	version string // "" for all
	edits   []edit
	text    []string
}

func (c *Catalogue) read(text string) error {
	blocks, err := blocksOf(text)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		if err := c.add(b); err != nil {
			return fmt.Errorf("%s: %w", b.id, err)
		}
	}
	return nil
}

func blocksOf(text string) ([]block, error) {
	var out []block
	for _, p := range paragraphs(text) {
		var err error
		if strings.HasPrefix(p.text, "= ") {
			id, title, _ := strings.Cut(p.text[2:], " ")
			out = append(out, block{id: id, title: title, versions: []string{"2.0", "2.1"}})
		} else if len(out) == 0 {
			err = fmt.Errorf("text before the first entry")
		} else {
			err = out[len(out)-1].take(p)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", p.line, err)
		}
	}
	return out, nil
}

// take adds a paragraph to the entry it stands in.
func (b *block) take(p paragraph) error {
	if p.indent > 0 {
		n := len(b.examples)
		if n == 0 {
			return fmt.Errorf("edit outside an example")
		}
		ed, err := parseEdit(p.text)
		if err != nil {
			return err
		}
		s := &b.examples[n-1]
		s.edits = append(s.edits, ed)
		s.text = append(s.text, p.shown)
		return nil
	}
	key, value, ok := strings.Cut(p.text, ":")
	value = strings.TrimSpace(value)
	word, version, _ := strings.Cut(key, " ")
	switch {
	case !ok:
		return fmt.Errorf("expected a part such as wants:, got %q", p.text)
	case key == "in":
		b.versions = strings.Fields(value)
	case key == "wants":
		b.wants = value
	case key == "mend":
		b.mend = value
	case word == "fail" || word == "pass":
		b.examples = append(b.examples, sample{fails: word == "fail", version: version})
	default:
		return fmt.Errorf("unknown part %q", key)
	}
	return nil
}

// add makes the entries of a block, one for each version it is about.
func (c *Catalogue) add(b block) error {
	for _, v := range b.versions {
		e := Entry{Version: v, ID: b.id}
		e.Title.English, e.Wants.English, e.Mend.English = b.title, b.wants, b.mend
		for _, fails := range []bool{true, false} {
			for _, s := range b.examples {
				if s.fails == fails && (s.version == "" || s.version == v) {
					e.Examples = append(e.Examples, Example{
						Fails: fails, Edits: strings.Join(s.text, "\n"),
						edits: s.edits, base: "base-" + v + ".json",
					})
				}
			}
		}
		key := v + " " + b.id
		if _, twice := c.index[key]; twice {
			return fmt.Errorf("explained twice for CSAF %s", v)
		}
		c.index[key] = len(c.entries)
		c.entries = append(c.entries, e)
	}
	return nil
}

// translate adds the Japanese texts of one file to the entries.
func (c *Catalogue) translate(text string) error {
	blocks, err := blocksOf(text)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		known := false
		for _, v := range b.versions {
			if i, ok := c.index[v+" "+b.id]; ok {
				e := &c.entries[i]
				e.Title.Japanese, e.Wants.Japanese, e.Mend.Japanese = b.title, b.wants, b.mend
				known = true
			}
		}
		if !known {
			return fmt.Errorf("%s: translated but not explained", b.id)
		}
	}
	return nil
}
