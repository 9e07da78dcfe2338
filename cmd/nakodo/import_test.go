package main

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// inbox is a folder with two good documents and two that are none.
func inbox(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../../internal/format/collected/testdata/first.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a.json": string(raw), "deep/b.JSON": strings.ReplaceAll(string(raw), "EC-26-001", "EC-26-002"), "cut.json": string(raw[:500]), "other.json": `{"x":1}`, "readme.txt": "no document",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestImportNamesWhatItDoesNotTake(t *testing.T) {
	dir, data := inbox(t), t.TempDir()
	code, out, errs := said(t, "import", "csaf", "--data", data, dir)
	if code != 1 || !strings.Contains(out, "4 documents") || !strings.Contains(out, "2 new") || !strings.Contains(out, "2 not taken") || !strings.Contains(out, "2 vendors and 3 products") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	for _, want := range []string{"cut.json: ", "other.json: "} {
		if !strings.Contains(errs, want) {
			t.Errorf("no word about %s in\n%s", want, errs)
		}
	}
	code, out, _ = said(t, "import", "csaf", "--data", data, filepath.Join(dir, "a.json"), filepath.Join(dir, "deep"))
	if code != 0 || !strings.Contains(out, "2 here already") || !strings.Contains(out, "0 vendors and 0 products") {
		t.Errorf("the second time: %d %s", code, out)
	}
	if code, out, errs := said(t, "fsck", "--data", data); code != 0 {
		t.Errorf("%d %s %s", code, out, errs)
	}
}

func TestImportSaysHowItIsUsed(t *testing.T) {
	for _, args := range [][]string{{"import"}, {"import", "rpm"}, {"import", "csaf"}, {"import", "csaf", "--data", t.TempDir()}, {"import", "csaf", "--data", t.TempDir(), t.TempDir()}} {
		if code, _, errs := said(t, args...); code != 2 || errs == "" {
			t.Errorf("%v: %d %q", args, code, errs)
		}
	}
	if code, _, errs := said(t, "import", "csaf", "--data", t.TempDir(), "/no/such/file"); code != 1 || !strings.Contains(errs, "/no/such/file") {
		t.Errorf("%d %q", code, errs)
	}
}

// stopper stops a command when it first says something.
type stopper struct {
	bytes.Buffer
	stop context.CancelFunc
}

func (s *stopper) Write(b []byte) (int, error) {
	s.stop()
	return s.Buffer.Write(b)
}

// A command that is told to stop leaves whole documents, and goes on later.
func TestImportStopsBetweenDocuments(t *testing.T) {
	dir, data := inbox(t), t.TempDir()
	if err := os.Rename(filepath.Join(dir, "deep/b.JSON"), filepath.Join(dir, "z.json")); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	errs := &stopper{stop: stop}
	var out bytes.Buffer
	e := env{in: strings.NewReader(""), out: &out, err: errs, getenv: func(string) string { return "" }}
	code := run(ctx, e, []string{"import", "csaf", "--data", data, dir}) // a.json is in; cut.json is named, and that stops it
	if code != interrupted || !strings.Contains(out.String(), "1 new") || !strings.Contains(errs.String(), "run the same command again") {
		t.Errorf("%d %s %s", code, &out, errs)
	}
	if code, out, _ := said(t, "import", "csaf", "--data", data, filepath.Join(dir, "a.json"), filepath.Join(dir, "z.json")); code != 0 || !strings.Contains(out, "1 new") || !strings.Contains(out, "1 here already") {
		t.Errorf("going on: %d %s", code, out)
	}
}

func TestProgress(t *testing.T) {
	begin := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	lines := &progress{out: &out, all: 1000, begin: begin, shown: begin}
	lines.show(1, begin.Add(time.Second))
	lines.show(250, begin.Add(10*time.Second))
	lines.say("one.json: broken")
	lines.end()
	if got := out.String(); got != "250 of 1000, 25 a second, 30s left\none.json: broken\n" {
		t.Errorf("without a terminal: %q", got)
	}
	out.Reset()
	drawn := &progress{out: &out, terminal: true, all: 1000, begin: begin, shown: begin}
	drawn.show(0, begin.Add(time.Second))
	drawn.show(500, begin.Add(1050*time.Millisecond))
	drawn.show(500, begin.Add(2*time.Second))
	drawn.end()
	clear := "\r\x1b[K"
	want := clear + "[..............................] 0 of 1000" + clear + "[###############...............] 500 of 1000, 250 a second, 2s left" + clear
	if got := out.String(); got != want {
		t.Errorf("on a terminal: %q", got)
	}
}

// The whole of the real data, twice. It takes a while.
func TestImportRealAdvisories(t *testing.T) {
	dir := filepath.Join(cmp.Or(os.Getenv("NAKODO_DATA"), "../../../shared/data"), "csaf-ics")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the advisories are not at %s", dir)
	}
	if testing.Short() {
		t.Skip("short")
	}
	data := t.TempDir()
	code, out, errs := said(t, "import", "csaf", "--data", data, dir)
	if code != 0 || !strings.Contains(out, "1655 new") || !regexp.MustCompile(`3\d\d vendors and 5\d\d\d products`).MatchString(out) {
		t.Errorf("%d %s %s", code, out, errs)
	}
	t.Log(out)
	code, out, _ = said(t, "import", "csaf", "--data", data, dir)
	if code != 0 || !strings.Contains(out, "1655 here already") || !strings.Contains(out, "0 vendors and 0 products") {
		t.Errorf("the second time: %d %s", code, out)
	}
}
