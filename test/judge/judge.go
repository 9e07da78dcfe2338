// Package judge holds what the product publishes against judges that others
// wrote. CSAF documents go to csaf-validator-lib, the validator of the CSAF
// community, and to our own library nakodo/csaf: both must agree that every
// mandatory test of CSAF 2.0 passes.
//
// ./check installs the official judge. By hand:
//
//	npm install --prefix .cache/npm @secvisogram/csaf-validator-lib@2.0.10
//
// NAKODO_NPM names another node_modules. Where node or the judge is missing the
// test is skipped; with NAKODO_TEST_REQUIRE_NPM=1 that is a failure.
package judge

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nakodo/csaf"
)

//go:embed csaf.mjs
var runner []byte

// Verdict is what the official judge says of one document.
type Verdict struct {
	File   string
	Valid  bool
	Tests  int // how many tests were run
	Errors []struct{ Test, At, Message string }
}

// CSAF fails the test for each document, given by name, that either judge
// finds fault with.
func CSAF(t testing.TB, documents map[string][]byte) {
	t.Helper()
	if len(documents) == 0 {
		t.Fatal("there is no document to judge")
	}
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		for _, f := range Ours(t, documents[name]) {
			t.Errorf("%s, by nakodo/csaf: %s", name, f)
		}
	}
	for name, v := range Official(t, documents) {
		for _, e := range v.Errors {
			t.Errorf("%s, by csaf-validator-lib: %s at %s: %s", name, e.Test, e.At, e.Message)
		}
		if !v.Valid {
			t.Errorf("%s is not valid by csaf-validator-lib", name)
		}
	}
}

// Ours gives the errors that our own library finds with all its tests.
func Ours(t testing.TB, document []byte) []string {
	t.Helper()
	tree, err := csaf.Parse(document)
	if err != nil {
		return []string{err.Error()}
	}
	res, err := csaf.Validate(tree, csaf.Options{Preset: "full"})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range res.Findings {
		if f.Severity == csaf.Error {
			found = append(found, fmt.Sprintf("%s at %s: %s", f.Test, f.Path(), f.Message))
		}
	}
	return found
}

// Official gives csaf-validator-lib's verdicts by the documents' names.
func Official(t testing.TB, documents map[string][]byte) map[string]Verdict {
	t.Helper()
	node, modules := find(t)
	dir := t.TempDir()
	script := filepath.Join(dir, "csaf.mjs")
	if err := os.WriteFile(script, runner, 0o600); err != nil {
		t.Fatal(err)
	}
	args, names := []string{script, modules}, map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(documents)) {
		path := filepath.Join(dir, fmt.Sprintf("%d.json", i))
		if err := os.WriteFile(path, documents[name], 0o600); err != nil {
			t.Fatal(err)
		}
		args, names[path] = append(args, path), name
	}
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), node, args...)
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("the judge broke down: %v\n%s", err, problems.String())
	}
	verdicts := map[string]Verdict{}
	lines := bufio.NewScanner(&out)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var v Verdict
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("the judge said %q: %v", lines.Text(), err)
		}
		verdicts[names[v.File]] = v
	}
	if len(verdicts) != len(documents) {
		t.Fatalf("the judge gave %d verdicts on %d documents", len(verdicts), len(documents))
	}
	return verdicts
}

// find looks for node and the folder of the judge.
func find(t testing.TB) (node, modules string) {
	t.Helper()
	missing := func(what string) {
		if os.Getenv("NAKODO_TEST_REQUIRE_NPM") == "1" {
			t.Fatalf("NAKODO_TEST_REQUIRE_NPM=1, but %s", what)
		}
		t.Skip(what)
	}
	modules = os.Getenv("NAKODO_NPM")
	if modules == "" {
		modules = filepath.Join(root(t), ".cache", "npm", "node_modules")
	}
	if _, err := os.Stat(filepath.Join(modules, "@secvisogram", "csaf-validator-lib")); err != nil {
		missing("csaf-validator-lib is not installed: run ./check, or set NAKODO_NPM")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("there is no node on this machine: " + strings.TrimSpace(err.Error()))
	}
	return node, modules
}

// root is the project's folder, seen from any package's test.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("no go.mod above the test")
	return ""
}
