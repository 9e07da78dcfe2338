package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nakodo/internal/words"
)

// documents for people that name things of the code.
var guides = []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "doc/flow.md", "doc/words.md", "doc/operate.md", "doc/speed.md"}

var (
	ticked = regexp.MustCompile("`([^`\n]+)`")
	aPath  = regexp.MustCompile(`^(cmd|csaf|doc|internal|test)/[A-Za-z0-9_./*-]*$`)
	aName  = regexp.MustCompile(`^([a-z]+)\.([A-Z][A-Za-z]*)(\.([A-Z][A-Za-z]*))?$`)
)

// TestGuidesNameWhatExists looks up each file, folder and exported name that a
// guide puts into backticks: `internal/desk/act.go`, `desk.PublishAdvisory`, `cvd.Case.Do`.
func TestGuidesNameWhatExists(t *testing.T) {
	exported := map[string]map[string]bool{}
	for _, guide := range guides {
		for _, m := range ticked.FindAllStringSubmatch(readDoc(t, guide), -1) {
			if aPath.MatchString(m[1]) {
				if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(m[1]))); err != nil {
					t.Errorf("%s names %s, which does not exist", guide, m[1])
				}
				continue
			}
			n := aName.FindStringSubmatch(m[1])
			if n == nil {
				continue
			}
			if exported[n[1]] == nil {
				exported[n[1]] = exportedNames(t, n[1])
			}
			want := n[2]
			if n[4] != "" {
				want += "." + n[4]
			}
			if !exported[n[1]][want] {
				t.Errorf("%s names %s, which package %s does not have", guide, m[1], n[1])
			}
		}
	}
}

// exportedNames lists what a package offers: types, functions, constants,
// methods by their bare name and behind their type's.
func exportedNames(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "internal", pkg, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, path := range files {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				names[d.Name.Name] = true
				if d.Recv != nil {
					of := d.Recv.List[0].Type
					if p, ok := of.(*ast.StarExpr); ok {
						of = p.X
					}
					if id, ok := of.(*ast.Ident); ok {
						names[id.Name+"."+d.Name.Name] = true
					}
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						names[s.Name.Name] = true
					case *ast.ValueSpec:
						for _, id := range s.Names {
							names[id.Name] = true
						}
					}
				}
			}
		}
	}
	return names
}

// rowsOf gives the cells of each table row in a document whose first cell
// matches; backticks are taken off the cells.
func rowsOf(doc string, first *regexp.Regexp) [][]string {
	var rows [][]string
	for line := range strings.Lines(doc) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if first.MatchString(cells[0]) {
			rows = append(rows, cells)
		}
	}
	return rows
}

// TestHowToAddAVerbIsTrue walks an existing verb along the table of CONTRIBUTING.
func TestHowToAddAVerbIsTrue(t *testing.T) {
	_, section, ok := strings.Cut(readDoc(t, "CONTRIBUTING.md"), "## How to add a verb")
	if !ok {
		t.Fatal("CONTRIBUTING has no section on adding a verb")
	}
	steps := 0
	for _, row := range rowsOf(section, regexp.MustCompile(`^([0-9]\.|$)`)) {
		file, text := strings.Trim(row[1], "`"), strings.Trim(row[2], "`")
		if !strings.Contains(readDoc(t, file), text) {
			t.Errorf("step %q: %s holds no %s", row[0], file, text)
		}
		steps++
	}
	if steps < 10 {
		t.Errorf("only %d places were looked at", steps)
	}
}

// TestEverySettingIsDocumented compares the table of doc/operate.md with Config.
func TestEverySettingIsDocumented(t *testing.T) {
	documented := map[string]string{}
	for _, row := range rowsOf(readDoc(t, "doc/operate.md"), regexp.MustCompile("^`[a-z]+\\.[a-z_]+`$")) {
		documented[strings.Trim(row[0], "`")] = row[1]
	}
	sections := reflect.ValueOf(defaults())
	known := map[string]bool{}
	for i := range sections.NumField() {
		section := sections.Field(i)
		for k := range section.NumField() {
			key := sections.Type().Field(i).Tag.Get("toml") + "." + section.Type().Field(k).Tag.Get("toml")
			known[key] = true
			said, ok := documented[key]
			if !ok {
				t.Errorf("doc/operate.md does not say what %s is", key)
				continue
			}
			want := "empty"
			switch v := section.Field(k).Interface().(type) {
			case string:
				if v != "" {
					want = "`" + v + "`"
				}
			case words.Text:
				if v.EN != "" {
					want = v.EN + ", " + v.JA
				}
			}
			if said != want {
				t.Errorf("doc/operate.md says the default of %s is %s; it is %s", key, said, want)
			}
		}
	}
	for key := range documented {
		if !known[key] {
			t.Errorf("doc/operate.md documents %s, which is no setting", key)
		}
	}
}

// TestExampleSettingsAreGood reads the example of doc/operate.md as a configuration file.
func TestExampleSettingsAreGood(t *testing.T) {
	_, after, ok := strings.Cut(readDoc(t, "doc/operate.md"), "```toml\n")
	example, _, closed := strings.Cut(after, "```")
	if !ok || !closed {
		t.Fatal("doc/operate.md has no example")
	}
	if _, err := load(withFile(t, example), none); err != nil {
		t.Errorf("the example is refused: %v", err)
	}
}

// TestDocumentedCommandsExist looks at each command line of the program that a
// guide shows: the command exists and knows the flags.
func TestDocumentedCommandsExist(t *testing.T) {
	known := map[string]string{}
	for _, c := range commands() {
		known[c.name] = c.args
	}
	line := regexp.MustCompile(`(?:^|[ /` + "`" + `"])nakodo ((?:[a-z]+ ?){1,2})((?:--[a-z]+)?)`)
	shown := 0
	for _, guide := range guides {
		for _, m := range line.FindAllStringSubmatch(readDoc(t, guide), -1) {
			name, rest, _ := strings.Cut(strings.TrimSpace(m[1]), " ")
			args, ok := known[name]
			if !ok {
				continue // prose, or a user and a group of that name
			}
			shown++
			if rest != "" && !slices.Contains([]string{"demo", "serve"}, name) && !strings.Contains(args, rest) {
				t.Errorf("%s shows nakodo %s %s; the command takes %s", guide, name, rest, args)
			}
			if m[2] != "" && !strings.Contains(args, m[2]) {
				t.Errorf("%s shows nakodo %s with %s; the command takes %s", guide, name, m[2], args)
			}
		}
	}
	if shown < 10 {
		t.Errorf("only %d command lines were found", shown)
	}
}

// TestWordsOfStatesAreThoseOfThePages compares the table of states in
// doc/words.md with the machines and with the catalogue that pages use.
func TestWordsOfStatesAreThoseOfThePages(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	key := map[string]string{"report": "rm.", "embargo": "em.", "consent": "pec.", "case": "cs.", "publication": "advisory.state.", "ring": "ring.", "duties": "duties.", "registration": "registration.state.", "inquiry": "inquiry.state.", "committee": "committee.state."}
	want := map[string][2]string{}
	for _, m := range printedMachines(t) {
		states := m.states()
		if m.Machine == "case" {
			states = []string{"V", "F", "D", "P", "X", "A"}
		}
		for _, s := range states {
			k := key[m.Machine] + s
			want[fmt.Sprintf("%s `%s`", m.Machine, s)] = [2]string{say.Say(words.EN, k, nil), say.Say(words.JA, k, nil)}
		}
	}
	for _, row := range rowsOf(readDoc(t, "doc/words.md"), regexp.MustCompile("^(report|embargo|consent|case|publication|ring|duties|registration|inquiry|committee) `")) {
		w, ok := want[row[0]]
		if !ok {
			t.Errorf("doc/words.md has the state %s, which no machine has", row[0])
			continue
		}
		if row[1] != w[0] || row[2] != w[1] {
			t.Errorf("doc/words.md: %s is called %q and %q; the pages say %q and %q", row[0], row[1], row[2], w[0], w[1])
		}
		delete(want, row[0])
	}
	for state, w := range want {
		t.Errorf("doc/words.md lacks a row: | %s | %s | %s |", state, w[0], w[1])
	}
}

// TestWordsHaveTheirPackage looks up the owner of each word of the glossary.
func TestWordsHaveTheirPackage(t *testing.T) {
	_, glossary, _ := strings.Cut(readDoc(t, "doc/words.md"), "## The words")
	glossary, _, _ = strings.Cut(glossary, "\n## ")
	n := 0
	for _, row := range rowsOf(glossary, regexp.MustCompile(`^[^-]`)) {
		if row[0] == "word" {
			continue
		}
		n++
		if len(row) != 4 || row[1] == "" || row[3] == "" {
			t.Errorf("the word %s lacks a part: %q", row[0], row)
			continue
		}
		if _, err := os.Stat(filepath.Join(root, "internal", strings.Trim(row[2], "`"))); err != nil {
			t.Errorf("the word %s belongs to package %s, which does not exist", row[0], row[2])
		}
	}
	if n < 30 {
		t.Errorf("the glossary has %d words", n)
	}
}

// TestEveryVerbHasItsLine compares the table of verbs in doc/words.md with the core's.
func TestEveryVerbHasItsLine(t *testing.T) {
	want := map[string]bool{}
	method := regexp.MustCompile(`Verb\(\) string\s*\{ return "([a-z_]+)" \}`)
	files, err := filepath.Glob(filepath.Join(root, "internal", "cvd", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range method.FindAllStringSubmatch(string(b), -1) {
			want[m[1]] = true
		}
	}
	for _, of := range []string{"advisory", "inquiry", "committee"} {
		for name := range documented(t, "internal/"+of, "Name") {
			want[name] = true
		}
	}
	if len(want) < 40 {
		t.Fatalf("only %d verbs were found", len(want))
	}
	_, verbs, _ := strings.Cut(readDoc(t, "doc/words.md"), "## The verbs")
	verbs, _, _ = strings.Cut(verbs, "\n## ")
	for _, row := range rowsOf(verbs, regexp.MustCompile("^`")) {
		name := strings.Trim(row[0], "`")
		if !want[name] {
			t.Errorf("doc/words.md has the verb %s, which the core has not, or has twice", name)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("doc/words.md says nothing of the verb %s", name)
	}
}

// TestEveryPackageIsOnTheMap: a newcomer finds each room of the house in CONTRIBUTING.
func TestEveryPackageIsOnTheMap(t *testing.T) {
	rooms, err := os.ReadDir(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	doc := readDoc(t, "CONTRIBUTING.md")
	for _, r := range rooms {
		if r.IsDir() && !strings.Contains(doc, "`internal/"+r.Name()+"`") {
			t.Errorf("CONTRIBUTING does not say what internal/%s is", r.Name())
		}
	}
}
