package csaf

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nakodo/csaf/grammar"
)

// dataDir is the folder of corpora that are not part of the repository.
func dataDir(t testing.TB) string {
	dir := os.Getenv("NAKODO_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no test data at %s; set NAKODO_DATA to the folder that holds csaf-2.0-cases", dir)
	}
	return dir
}

func TestOfficialCases20(t *testing.T) { officialCases(t, "csaf-2.0-cases", V20) }
func TestOfficialCases21(t *testing.T) { officialCases(t, "csaf-2.1-cases", V21) }

// officialCases runs the cases of the standard's own test suite: a failing
// case must have a finding of the test it is about, a valid one must not.
func officialCases(t *testing.T, folder string, v Version) {
	dir := filepath.Join(dataDir(t), folder)
	list, err := os.Open(filepath.Join(dir, "cases.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	right, all := 0, 0
	opt := Options{Client: internet(t), Speller: englishWords(t), Grammar: grammar.English{}}
	for s := bufio.NewScanner(list); s.Scan(); {
		f := strings.Split(s.Text(), "\t")
		id, want, file := f[0], f[1], f[2]
		all++
		ok := t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			opt := opt
			opt.Tests = []string{id}
			officialCase(t, data, v, opt, want == "failures")
		})
		if ok {
			right++
		}
	}
	t.Logf("%d of %d cases decided as the standard's suite says", right, all)
}

func officialCase(t *testing.T, data []byte, v Version, opt Options, wantFinding bool) {
	tree, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := VersionOf(tree); got != v {
		t.Fatalf("version %s, want %s", got, v)
	}
	res, err := Validate(tree, opt)
	if err != nil {
		t.Fatal(err)
	}
	id, found := opt.Tests[0], false
	for _, f := range res.Findings {
		if f.Test == id {
			found = true
			t.Logf("%s %s: %s", f.Test, f.Path(), f.Message)
		}
	}
	if found != wantFinding {
		t.Errorf("test %s: finding %v, want %v", id, found, wantFinding)
	}
}
