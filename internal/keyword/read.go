package keyword

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"nakodo/internal/words"
)

//go:embed list/*.txt
var files embed.FS

// Load reads the list that the program carries.
func Load() (*List, error) { return Read(files) }

// Read reads list/*.txt of a file system, in the order of the files' names. It
// fails on a duplicate id, a name that two keywords share, a language that is
// missing and an edition that goes back, naming file and line.
func Read(fsys fs.FS) (*List, error) {
	names, err := fs.Glob(fsys, "list/*.txt")
	if err != nil {
		return nil, err
	}
	l := &List{byID: map[string]Keyword{}, byName: map[string]string{}}
	for _, name := range names {
		f, err := fsys.Open(name)
		if err != nil {
			return nil, err
		}
		err = l.readFile(name, bufio.NewScanner(f))
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *List) readFile(name string, lines *bufio.Scanner) error {
	var g Group
	var e Edition
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(lines.Text())
		var err error
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "group "):
			err = l.startGroup(&g, line)
		case strings.HasPrefix(line, "edition "):
			err = l.startEdition(&e, strings.TrimPrefix(line, "edition "))
		default:
			err = l.add(&g, e, line)
		}
		if err != nil {
			return fmt.Errorf("keyword: %s:%d: %w", name, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("keyword: %s: %w", name, err)
	}
	if len(g.Keywords) == 0 {
		return fmt.Errorf("keyword: %s: no keyword", name)
	}
	l.groups = append(l.groups, g)
	return nil
}

var (
	idPattern      = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	editionPattern = regexp.MustCompile(`^2\d{3}-(0[1-9]|1[0-2])$`)
)

// startGroup reads "group id | English | 日本語", once a file.
func (l *List) startGroup(g *Group, line string) error {
	cells := split(strings.TrimPrefix(line, "group "), "|")
	if g.ID != "" || len(cells) != 3 || !idPattern.MatchString(cells[0]) || cells[1] == "" || cells[2] == "" {
		return fmt.Errorf("want one line: group id | English name | Japanese name")
	}
	if _, twice := l.Group(cells[0]); twice {
		return fmt.Errorf("group %s is in two files", cells[0])
	}
	*g = Group{ID: cells[0], Name: words.Text{EN: cells[1], JA: cells[2]}}
	return nil
}

func (l *List) startEdition(e *Edition, text string) error {
	next := Edition(strings.TrimSpace(text))
	if !editionPattern.MatchString(string(next)) || next <= *e {
		return fmt.Errorf("edition %q: want a year and month later than %q", next, *e)
	}
	*e, l.edition = next, max(l.edition, next)
	return nil
}

// add reads one keyword into its group.
func (l *List) add(g *Group, e Edition, line string) error {
	cells := split(line, "|")
	if len(cells) != 5 || !idPattern.MatchString(cells[0]) || cells[1] == "" || cells[2] == "" {
		return fmt.Errorf("want: id | English name | Japanese name or = | English synonyms; … | Japanese synonyms; …")
	}
	if g.ID == "" || e == "" {
		return fmt.Errorf("%s stands before the lines group and edition", cells[0])
	}
	if cells[2] == "=" {
		cells[2] = cells[1]
	}
	k := Keyword{ID: cells[0], Group: g.ID, Edition: e, Name: words.Text{EN: cells[1], JA: cells[2]}, EN: split(cells[3], ";"), JA: split(cells[4], ";")}
	if _, twice := l.byID[k.ID]; twice {
		return fmt.Errorf("the id %s is taken", k.ID)
	}
	for _, name := range append(k.Names(), k.EN...) {
		key := Key(name)
		if other, taken := l.byName[key]; key == "" || taken && other != k.ID {
			return fmt.Errorf("%s: the name %q is empty or belongs to %s too", k.ID, name, other)
		}
		l.byName[key] = k.ID
	}
	l.byID[k.ID] = k
	g.Keywords = append(g.Keywords, k)
	return nil
}

// split cuts at a separator and trims; empty pieces of a list of synonyms go.
func split(s, at string) []string {
	var cells []string
	for cell := range strings.SplitSeq(s, at) {
		if cell = strings.TrimSpace(cell); cell != "" || at == "|" {
			cells = append(cells, cell)
		}
	}
	return cells
}
