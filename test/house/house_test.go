// Package house holds the rules of the repository itself: which package may
// import which, that each opens with a comment, that files stay readable, that
// every sentence exists. A rule that no test holds is a wish.
package house

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nakodo/internal/words"
)

const root = "../.."

// layers is the house from the ground up. A package may import only packages of
// rooms that stand before its own, and of its own room where it says so.
// (Arrows point one way: doors -> desk -> store -> core.)
var imports = map[string][]string{
	// the core
	"fault": {}, "tlp": {}, "fold": {}, "words": {}, "priority": {},
	"severity": {"csaf"},
	"machine":  {"fault"},
	"party":    {"fault", "machine"},
	"product":  {"words"},
	"journal":  {"party"},
	"talk":     {"journal", "party", "tlp"},
	"shelf":    {"words"},
	"match":    {"fold", "fault", "words"},
	"keyword":  {"fold", "words"},
	"sector":   {"words"},
	"calendar": {"words"},
	"cvd":      {"calendar", "fault", "inquiry", "journal", "machine", "party", "priority", "product", "sector", "severity", "tlp", "words"},
	"advisory": {"fault", "journal", "machine", "party", "product", "severity", "tlp", "words", "csaf"},
	"notice":   {"fault", "journal", "party", "tlp", "words"},
	"format/*": {"advisory", "cvd", "fault", "look", "party", "product", "severity", "tlp", "words", "csaf"},
	"inquiry":  {"calendar", "fault", "journal", "machine", "party", "words"}, "committee": {"fault", "inquiry", "journal", "machine", "party", "words"},
	// small tools
	"look":  {"fault", "party", "product", "tlp", "words"},
	"auth":  {"fault", "party"},
	"keys":  {"fault"},
	"httpd": {"auth", "fault", "look", "party", "words"},
	// the shell
	"store": {"fault", "fold", "journal", "keys", "party", "cvd", "advisory", "committee", "inquiry", "shelf", "talk", "words"},
	"desk":  {"*core", "store", "auth", "keys", "look", "format/*"},
	"job":   {"fault", "journal", "store"},
	// the doors
	"mail":   {"*core", "desk", "keys"},
	"web":    {"*core", "desk", "httpd", "look", "auth", "keys", "csaf"},
	"portal": {"*core", "desk", "httpd", "look", "format/*", "keys"},
	"api":    {"*core", "desk", "httpd", "format/*"},
}

// core is what *core stands for.
var core = []string{"fault", "tlp", "fold", "words", "severity", "priority", "machine", "party", "product", "journal", "talk", "shelf", "match", "keyword", "calendar", "sector", "cvd", "advisory", "inquiry", "committee", "notice"}

// pure packages decide; they neither ask the clock nor touch the world.
var pure = append(slices.Clone(core), "format/*")

var impure = []string{"context", "os", "net", "net/http", "database/sql", "log", "log/slog", "math/rand", "math/rand/v2", "crypto/rand"}

// sources walks every Go file of the project that is not a test's.
func sources(t *testing.T, f func(path string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(rel), file, fset)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// room is the entry of the table that a package belongs to: "format/csaf" to "format/*".
func room(pkg string) string {
	pkg = strings.TrimPrefix(pkg, "internal/")
	if first, _, nested := strings.Cut(pkg, "/"); nested {
		if first == "format" {
			return "format/*"
		}
		return first
	}
	return pkg
}

func TestArrowsPointOneWay(t *testing.T) {
	seen := map[string]bool{}
	sources(t, func(path string, file *ast.File, _ *token.FileSet) {
		if !strings.HasPrefix(path, "internal/") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "test/") {
			return
		}
		from := room(filepath.ToSlash(filepath.Dir(path)))
		seen[from] = true
		may, known := imports[from]
		if !known {
			t.Errorf("%s: package %s has no row in the table of imports", path, from)
			return
		}
		if slices.Contains(may, "*core") {
			may = append(slices.Clone(may), core...)
		}
		for _, im := range file.Imports {
			p := strings.Trim(im.Path.Value, `"`)
			own, ours := strings.CutPrefix(p, "nakodo/")
			if !ours || room(own) == from || slices.Contains(may, room(own)) {
				continue
			}
			t.Errorf("%s imports %s, which the house does not allow", path, p)
		}
	})
	for r := range imports {
		if !seen[r] && r != "api" {
			t.Errorf("the table of imports has a row %s, and no such package exists", r)
		}
	}
}

func TestCsafImportsNothingOfOurs(t *testing.T) {
	sources(t, func(path string, file *ast.File, _ *token.FileSet) {
		if !strings.HasPrefix(path, "csaf/") {
			return
		}
		for _, im := range file.Imports {
			if p := strings.Trim(im.Path.Value, `"`); strings.HasPrefix(p, "nakodo/") && !strings.HasPrefix(p, "nakodo/csaf") {
				t.Errorf("%s imports %s", path, p)
			}
		}
	})
}

func TestTheCoreIsPure(t *testing.T) {
	sources(t, func(path string, file *ast.File, fset *token.FileSet) {
		if !strings.HasPrefix(path, "internal/") || strings.HasSuffix(path, "_test.go") || !slices.Contains(pure, room(filepath.ToSlash(filepath.Dir(path)))) {
			return
		}
		for _, im := range file.Imports {
			if p := strings.Trim(im.Path.Value, `"`); slices.Contains(impure, p) {
				t.Errorf("%s: the core may not import %s", path, p)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && (sel.Sel.Name == "Now" || sel.Sel.Name == "Since" || sel.Sel.Name == "Until") {
					t.Errorf("%s: the core may not ask the clock", fset.Position(n.Pos()))
				}
			}
			return true
		})
	})
}

func TestEveryPackageOpensWithAComment(t *testing.T) {
	has, files := map[string]bool{}, map[string]bool{}
	sources(t, func(path string, file *ast.File, _ *token.FileSet) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		dir := filepath.Dir(path)
		files[dir] = true
		if file.Doc != nil && len(file.Doc.Text()) > 40 {
			has[dir] = true
		}
	})
	for dir := range files {
		if !has[dir] {
			t.Errorf("%s: no package comment that a newcomer can act on", dir)
		}
	}
}

func TestNoInitAndNoRoomForEverything(t *testing.T) {
	banned := []string{"util", "utils", "common", "helpers", "misc", "manager", "models"}
	sources(t, func(path string, file *ast.File, fset *token.FileSet) {
		if slices.Contains(banned, file.Name.Name) {
			t.Errorf("%s: a package called %s says nothing", path, file.Name.Name)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "init" && f.Recv == nil {
				t.Errorf("%s: init hides when things happen", fset.Position(f.Pos()))
			}
		}
	})
}

// maxLines and maxFunc are bounds, not aims.
const maxLines, maxFunc = 600, 80

func TestFilesAndFunctionsStayReadable(t *testing.T) {
	sources(t, func(path string, file *ast.File, fset *token.FileSet) {
		if strings.HasSuffix(path, "_gen.go") || strings.HasSuffix(path, "_test.go") {
			return
		}
		if n := fset.Position(file.End()).Line; n > maxLines {
			t.Errorf("%s: %d lines, at most %d", path, n, maxLines)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := fset.Position(f.End()).Line - fset.Position(f.Pos()).Line; n > maxFunc {
				t.Errorf("%s: %s has %d lines, at most %d", path, f.Name.Name, n, maxFunc)
			}
		}
	})
}

var keyPattern = regexp.MustCompile(`"((?:fault|signin|web|portal|next|look|form|format|advisory|rm|em|pec|why|how|role|kind|answer|deadline|embargo)\.[a-z0-9_.]*[a-z0-9])"`)

func TestEveryKeyInTheCodeHasItsSentence(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	sources(t, func(path string, _ *ast.File, _ *token.FileSet) {
		if strings.HasSuffix(path, "_test.go") || !strings.HasPrefix(path, "internal/") {
			return
		}
		f, err := os.Open(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for n := 1; lines.Scan(); n++ {
			code, _, _ := strings.Cut(lines.Text(), "//")
			for _, m := range keyPattern.FindAllStringSubmatch(code, -1) {
				if !said(say, m[1]) {
					t.Errorf("%s:%d: no sentence for %s", path, n, m[1])
				}
			}
		}
	})
}

// said reports whether a key has its sentence, or is the beginning of keys that
// a form puts its fields' names behind.
func said(say words.Catalogue, key string) bool {
	if _, ok := say[key]; ok {
		return true
	}
	for k := range say {
		if strings.HasPrefix(k, key+".") {
			return true
		}
	}
	return false
}

// TestDependenciesAreExplained compares the direct requirements of go.mod with doc/dependencies.md.
func TestDependenciesAreExplained(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join(root, "doc/dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(mod), "\n") {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) < 2 || !strings.HasPrefix(f[1], "v") || strings.Contains(line, "// indirect") {
			continue
		}
		if !strings.Contains(string(doc), f[0]) {
			t.Errorf("doc/dependencies.md does not say why we use %s", f[0])
		}
	}
}

func TestNoPathOfOneMachine(t *testing.T) {
	out, err := exec.Command("git", "-C", root, "grep", "-nIE", `/(work|home|Users)/[a-z]+/`, "--", ".", ":!csaf/schema", ":!test/house").Output()
	if err == nil && len(out) > 0 {
		t.Errorf("paths of a machine:\n%s", out)
	}
}
