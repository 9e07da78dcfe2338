package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// csafRun runs the command in a folder with some documents.
func csafRun(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(dir, "testdata"))
	defer t.Chdir(dir)
	var out, errs bytes.Buffer
	code = CSAF(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
	}{
		{"valid", []string{"validate", "docs/valid.json"}, ExitValid},
		{"full", []string{"validate", "--preset", "full", "docs/valid.json"}, ExitValid},
		{"invalid", []string{"validate", "--preset", "extended", "docs/invalid.json"}, ExitInvalid},
		{"folder", []string{"validate", "--preset", "basic", "docs"}, ExitInvalid},
		{"colour", []string{"validate", "--color", "always", "docs/invalid.json"}, ExitInvalid},
		{"minified", []string{"validate", "docs/minified.json"}, ExitInvalid},
		{"json", []string{"validate", "--format", "json", "--preset", "extended", "docs/valid.json", "docs/invalid.json"}, ExitInvalid},
		{"broken", []string{"validate", "--format", "json", "broken.json", "docs/valid.json", "missing.json"}, ExitUnusable},
		{"brokentext", []string{"validate", "broken.json"}, ExitUnusable},
		{"spelling", []string{"validate", "--test", "6.3.8", "--dictionary", "en=words.txt", "docs/valid.json"}, ExitValid},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := csafRun(t, "", c.args...)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if stderr != "" {
				t.Errorf("standard error: %s", stderr)
			}
			golden(t, c.name, stdout)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("output differs from %s; if that is right, run the tests with -update\n%s", file, got)
	}
}

func TestStandardInput(t *testing.T) {
	doc, err := os.ReadFile("testdata/docs/invalid.json")
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, _ := csafRun(t, string(doc), "validate", "--format", "json", "-")
	var got line
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if code != ExitInvalid || got.File != "-" || got.Valid || len(got.Results) == 0 {
		t.Errorf("exit code %d, output %s", code, stdout)
	}
}

func TestWrongUse(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "usage:"},
		{"judge", `there is no command "judge"`},
		{"validate", "needs a FILE"},
		{"validate --preset best docs", `preset "best" is not known`},
		{"validate --test 6.9.9 docs", `test "6.9.9" is not known`},
		{"validate --format xml docs", "--format is text or json"},
		{"validate --color red docs", "--color is auto"},
		{"validate --dictionary english docs", "write it as LANG=FILE"},
		{"validate --dictionary en=missing.dic docs", "no such file"},
		{"validate --fast docs", "not defined: -fast"},
		{"validate .", ""}, // the folder has broken.json
		{"convert docs/valid.json", "--to 2.1"},
		{"convert --to 2.1", "needs one FILE"},
		{"convert --to 2.1 broken.json", "stands twice"},
		{"convert --to 2.1 docs/invalid.json", "correct it first"},
		{"explain", "needs the number of one test"},
		{"explain 6.1.99", `no test "6.1.99"`},
	} {
		code, _, stderr := csafRun(t, "", strings.Fields(c.args)...)
		if code != ExitUnusable || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: exit code %d, standard error %q, want %q", c.args, code, stderr, c.want)
		}
	}
	if code, stdout, _ := csafRun(t, "", "help"); code != ExitValid || !strings.Contains(stdout, "usage:") {
		t.Errorf("help: exit code %d", code)
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"explain --lang en 6.1.3", []string{"6.1.3", "(CSAF 2.0, error)", "(CSAF 2.1, error)", "relationships", "product_paths", "Fails:", "Passes:"}},
		{"explain --lang en 6.1.16", []string{"(CSAF 2.0 and 2.1, error)"}},
		{"explain --lang ja --version 2.1 6.1.27.3", []string{"(CSAF 2.1, error)", "不合格になる例"}},
		{"explain --whole --version 2.0 --lang en 6.2.3", []string{"(CSAF 2.0, warning)", `"csaf_version": "2.0"`}},
	} {
		code, stdout, stderr := csafRun(t, "", strings.Fields(c.args)...)
		if code != ExitValid {
			t.Errorf("%s: exit code %d: %s", c.args, code, stderr)
		}
		for _, want := range c.want {
			if !strings.Contains(stdout, want) {
				t.Errorf("%s: %q is not in\n%s", c.args, want, stdout)
			}
		}
	}
}

// TestConvert converts a document and judges the result.
func TestConvert(t *testing.T) {
	code, stdout, stderr := csafRun(t, "", "convert", "--to", "2.1", "docs/valid.json")
	if code != ExitValid || !strings.Contains(stdout, `"csaf_version": "2.1"`) || !strings.Contains(stdout, `"CLEAR"`) {
		t.Fatalf("exit code %d, standard error %s\n%s", code, stderr, stdout)
	}
	if code, judged, _ := csafRun(t, stdout, "validate", "--format", "json", "-"); code != ExitValid {
		t.Errorf("the result is not valid: %s", judged)
	}
	out := filepath.Join(t.TempDir(), "out.json")
	if code, stdout, _ := csafRun(t, "", "convert", "--to", "2.1", "--output", out, "docs/valid.json"); code != ExitValid || stdout != "" {
		t.Errorf("exit code %d, standard output %q", code, stdout)
	}
	if text, err := os.ReadFile(out); err != nil || string(text) != stdout {
		t.Errorf("%v: the file has another text", err)
	}
}

// TestManyFiles wants the results in the order of the files, whichever core is
// done first.
func TestManyFiles(t *testing.T) {
	valid, err := os.ReadFile("testdata/docs/valid.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	const n = 200
	for i := range n {
		text := valid
		if i%10 == 0 { // some take longer
			text = append(bytes.Repeat([]byte(" "), 1<<20), valid...)
		}
		name := filepath.Join(dir, string(rune('a'+i/26%26))+string(rune('a'+i%26))+strings.Repeat("x", i/676)+".json")
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, _ := csafRun(t, "", "validate", "--format", "json", dir)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if code != ExitValid || len(lines) != n {
		t.Fatalf("exit code %d, %d lines", code, len(lines))
	}
	before := ""
	for _, text := range lines {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatal(err)
		}
		if l.File <= before || !l.Valid || l.Version != "2.0" {
			t.Errorf("%s after %s: %s", l.File, before, text)
		}
		before = l.File
	}
}

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	bar := newProgress(&out, 100, true)
	for range 100 {
		bar.step()
	}
	bar.end()
	if !strings.Contains(out.String(), " 50 % of 100 documents") || !strings.HasSuffix(out.String(), "\r\x1b[K") {
		t.Errorf("%q", out.String())
	}
	if newProgress(&out, 100, false) != nil || newProgress(&out, 3, true) != nil {
		t.Error("a bar where none helps")
	}
}

// TestNoEscape wants that a document cannot write to the terminal.
func TestNoEscape(t *testing.T) {
	code, stdout, _ := csafRun(t, `{"document":{"csaf_version":"2.0","\u001b[2Jx":1,"lang":"\u001b]0;x\u0007 \u202e"}}`,
		"validate", "--preset", "full", "-")
	if code != ExitInvalid || strings.ContainsAny(stdout, "\x1b\x07\u202e") {
		t.Errorf("exit code %d, output %q", code, stdout)
	}
}
