package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the pictures of the machines anew")

// said runs a command as a person types it.
func said(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), env{in: strings.NewReader(""), out: &o, err: &e, getenv: func(string) string { return "" }}, args)
	return code, o.String(), e.String()
}

// printed is the shape of `nakodo machines --json`, as other programs read it.
type printed struct {
	Machine string `json:"machine"`
	Initial string `json:"initial"`
	Rows    []struct {
		From   string   `json:"from"`
		Do     string   `json:"do"`
		To     string   `json:"to"`
		By     []string `json:"by"`
		Clause string   `json:"clause"`
	} `json:"rows"`
}

func printedMachines(t *testing.T) []printed {
	t.Helper()
	code, out, errs := said(t, "machines", "--json")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	var all []printed
	if err := d.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// states lists what a printed machine mentions.
func (m printed) states() []string {
	ss := []string{m.Initial}
	for _, r := range m.Rows {
		for _, s := range []string{r.From, r.To} {
			if !slices.Contains(ss, s) {
				ss = append(ss, s)
			}
		}
	}
	return ss
}

func TestMachinesAsJSON(t *testing.T) {
	sizes := map[string][2]int{} // states, rows
	for _, m := range printedMachines(t) {
		sizes[m.Machine] = [2]int{len(m.states()), len(m.Rows)}
		seen := map[string]bool{}
		for _, r := range m.Rows {
			if r.From == "" || r.Do == "" || r.To == "" || r.Clause == "" || len(r.By) == 0 {
				t.Errorf("%s: a row with an empty part: %+v", m.Machine, r)
			}
			for _, role := range r.By {
				if !slices.Contains([]string{"officer", "vendor", "finder", "operator", "observer", "clock"}, role) {
					t.Errorf("%s: there is no role %q", m.Machine, role)
				}
			}
			if key := r.From + " " + r.Do; seen[key] {
				t.Errorf("%s: two rows for %s", m.Machine, key)
			} else {
				seen[key] = true
			}
		}
	}
	// The first four are as large as in Vultron's own tables; the others are ours.
	want := map[string][2]int{"report": {7, 11}, "embargo": {5, 10}, "consent": {5, 15}, "case": {32, 58}, "publication": {12, 48}, "ring": {5, 10}, "duties": {6, 9}, "registration": {10, 17}, "inquiry": {10, 23}, "committee": {10, 21}}
	for name, size := range want {
		if sizes[name] != size {
			t.Errorf("machine %s has %d states and %d rows, want %d and %d", name, sizes[name][0], sizes[name][1], size[0], size[1])
		}
	}
	if len(sizes) != len(want) {
		t.Errorf("there are %d machines, want %d", len(sizes), len(want))
	}
}

func TestMachinesForGraphviz(t *testing.T) {
	for _, m := range printedMachines(t) {
		code, out, errs := said(t, "machines", "--dot", m.Machine)
		if code != 0 {
			t.Fatalf("%s: exit %d: %s", m.Machine, code, errs)
		}
		if !strings.HasPrefix(out, "digraph \""+m.Machine+"\" {") {
			t.Errorf("%s: no digraph: %.60s", m.Machine, out)
		}
		if n := strings.Count(out, " -> "); n != len(m.Rows) {
			t.Errorf("%s: %d arrows for %d rows", m.Machine, n, len(m.Rows))
		}
	}
	if code, _, errs := said(t, "machines", "--dot", "nothing"); code != 2 || !strings.Contains(errs, "publication") {
		t.Errorf("an unknown machine: exit %d, %q; want 2 and the names that exist", code, errs)
	}
}

// TestPicturesOfTheMachines holds doc/machines to the tables. After a change:
//
//	go test ./cmd/nakodo -run PicturesOfTheMachines -update
func TestPicturesOfTheMachines(t *testing.T) {
	dir := filepath.Join("..", "..", "doc", "machines")
	names := map[string]bool{}
	for i, name := range tableNames() {
		names[name+".svg"] = true
		path := filepath.Join(dir, name+".svg")
		picture := tables()[i].svg()
		if *update {
			if err := os.WriteFile(path, picture, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(kept, picture) {
			t.Errorf("%s does not show the table as it is: go test ./cmd/nakodo -run PicturesOfTheMachines -update", path)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !names[f.Name()] {
			t.Errorf("doc/machines/%s belongs to no machine", f.Name())
		}
	}
}

// documented reads the constants of some types in a package: the sentence behind each value.
func documented(t *testing.T, dir string, types ...string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", dir, err)
	}
	says := map[string]string{}
	for _, path := range files {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || v.Type == nil || len(v.Values) != 1 {
				return true
			}
			name, isName := v.Type.(*ast.Ident)
			value, isText := v.Values[0].(*ast.BasicLit)
			if isName && isText && slices.Contains(types, name.Name) {
				says[strings.Trim(value.Value, `"`)] = strings.TrimSpace(v.Comment.Text())
			}
			return true
		})
	}
	return says
}

func TestEveryStateSaysWhoActsNext(t *testing.T) {
	says := documented(t, "internal/cvd", "RM", "EM", "PEC")
	own := map[string]map[string]string{ // packages whose states are spelled like others'
		"ring": documented(t, "internal/cvd", "RingState"), "duties": documented(t, "internal/cvd", "DutyState"),
		"inquiry": documented(t, "internal/inquiry", "State"), "committee": documented(t, "internal/committee", "State"),
	}
	for state, sentence := range documented(t, "internal/advisory", "State") {
		says[state] = sentence
	}
	for state, sentence := range documented(t, "internal/party", "RegState") {
		says[state] = sentence
	}
	for _, m := range printedMachines(t) {
		if m.Machine == "case" {
			continue // 32 spellings of six letters; the letters are its verbs, below
		}
		for _, s := range m.states() {
			says := says
			if of, ok := own[m.Machine]; ok {
				says = of
			}
			if len(strings.Fields(says[s])) < 3 {
				t.Errorf("machine %s, state %s: no sentence behind its constant says what it means and who acts next", m.Machine, s)
			}
		}
	}
	letters := documented(t, "internal/cvd", "CSVerb")
	if len(letters) != 6 {
		t.Errorf("the case state has %d letters", len(letters))
	}
	for letter, sentence := range letters {
		if sentence == "" {
			t.Errorf("case state: nothing says what %s means", letter)
		}
	}
}
