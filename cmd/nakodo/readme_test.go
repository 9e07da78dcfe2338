package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nakodo/internal/store/storetest"
)

var root = filepath.Join("..", "..")

func readDoc(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// shellLines are the commands in a document's ```sh blocks.
func shellLines(doc string) []string {
	var lines []string
	inside := false
	for line := range strings.Lines(doc) {
		line = strings.TrimSpace(line)
		switch {
		case line == "```sh":
			inside = true
		case line == "```":
			inside = false
		case inside && line != "" && !strings.HasPrefix(line, "#"):
			lines = append(lines, line)
		}
	}
	return lines
}

// TestReadmeCommandsRun does what a new user does who copies the README's
// commands one after the other: each centre starts, prints where it is, and
// answers there.
func TestReadmeCommandsRun(t *testing.T) {
	doc := readDoc(t, "README.md")
	if n := strings.Count(doc, "\n"); n > 60 {
		t.Errorf("the README has %d lines, at most 60", n)
	}
	lines := shellLines(doc)
	if len(lines) != 2 {
		t.Fatalf("the README has the commands %q; this test knows the two that start a centre", lines)
	}
	for _, line := range lines {
		args, ok := strings.CutPrefix(line, "go run ./cmd/nakodo ")
		if !ok {
			t.Errorf("%q does not start the program", line)
			continue
		}
		t.Run(strings.Fields(args)[0], func(t *testing.T) { startAsDocumented(t, strings.Fields(args)) })
	}
}

// startAsDocumented runs a command that serves, on a free port and in a folder
// of the test's own, looks at what it prints, and ends it.
func startAsDocumented(t *testing.T, args []string) {
	addr := freeAddress(t)
	settings := map[string]string{"NAKODO_WEB_LISTEN": addr, "NAKODO_WEB_ADDRESS": "http://" + addr}
	switch args[0] {
	case "demo":
		args = append(args, "--addr", addr)
	case "serve":
		i := slices.Index(args, "./centre")
		if i < 0 {
			t.Fatalf("%q names no folder that this test can replace", args)
		}
		args[i] = t.TempDir()
	}
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan int, 1)
	var problems strings.Builder
	go func() {
		code := run(ctx, env{in: strings.NewReader(""), out: w, err: &problems, getenv: func(k string) string { return settings[k] }}, args)
		w.Close()
		done <- code
	}()
	printed := readUntil(r, "Stop with Ctrl-C", "Nakodo listens on")
	links := regexp.MustCompile(`http://\S+`).FindAllString(printed, -1)
	if len(links) < 2 {
		t.Errorf("it printed no address and no link to sign in with:\n%s", printed)
	}
	for _, link := range links {
		resp, err := http.Get(link)
		if err != nil {
			t.Error(err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s, as printed, answers %s", link, resp.Status)
		}
	}
	stop()
	go io.Copy(io.Discard, r)
	if code := <-done; code != 0 {
		t.Errorf("it ended with %d: %s", code, problems.String())
	}
}

// readUntil reads lines up to one that holds any of the words, or the end.
func readUntil(r io.Reader, words ...string) string {
	var b strings.Builder
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		b.WriteString(lines.Text() + "\n")
		for _, w := range words {
			if strings.Contains(lines.Text(), w) {
				return b.String()
			}
		}
	}
	return b.String()
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestOfficersFromTheConsole walks the commands that make, renew and close an account.
func TestOfficersFromTheConsole(t *testing.T) {
	dir := t.TempDir()
	link := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := said(t, append([]string{"officer", args[0], "--data", dir}, args[1:]...)...)
		if code != want {
			t.Fatalf("officer %q: exit %d, want %d: %s", args, code, want, errs)
		}
		return regexp.MustCompile(`/setup/\S+`).FindString(out)
	}
	first := link(0, "add", "Ann Aoki", "ann@centre.example")
	again := link(0, "reset", "ann@centre.example")
	if first == "" || again == "" || first == again {
		t.Errorf("the links are %q and %q; want two different ones", first, again)
	}
	link(0, "close", "ann@centre.example")
	link(1, "reset", "nobody@centre.example")
	link(2, "add", "only a name")
	link(2, "promote", "ann@centre.example")

	c, err := openCentre(t.Context(), wiring{dir: dir, config: defaults(), now: storetest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, l := range []string{first, again} {
		if _, err := c.desk.PeekSetUp(t.Context(), strings.TrimPrefix(l, "/setup/")); err == nil {
			t.Errorf("the link %s still opens a closed account", l)
		}
	}
}

// TestExportAndRestore moves a centre into a fresh data directory by the two commands.
func TestExportAndRestore(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	if code, _, errs := said(t, "officer", "add", "--data", from, "Ann Aoki", "ann@centre.example"); code != 0 {
		t.Fatal(errs)
	}
	code, stream, errs := said(t, "export", "--data", from)
	if code != 0 {
		t.Fatal(errs)
	}
	restore := func() (int, string) {
		var problems strings.Builder
		code := run(t.Context(), env{in: strings.NewReader(stream), out: io.Discard, err: &problems, getenv: func(string) string { return "" }}, []string{"restore", "--data", to})
		return code, problems.String()
	}
	if code, says := restore(); code != 1 || !strings.Contains(says, "seal.key") {
		t.Errorf("restore into a directory without seal.key: exit %d, %q", code, says)
	}
	key, err := os.ReadFile(filepath.Join(from, "seal.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, "seal.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, says := restore(); code != 0 {
		t.Fatalf("restore: exit %d: %s", code, says)
	}
	if code, says := restore(); code != 1 || !strings.Contains(says, "not empty") {
		t.Errorf("restore into a centre with records: exit %d, %q", code, says)
	}
	if code, out, errs := said(t, "fsck", "--data", to); code != 0 {
		t.Errorf("fsck of the restored centre: exit %d\n%s%s", code, out, errs)
	}
	if _, second, _ := said(t, "export", "--data", to); strings.Count(second, "\n") != strings.Count(stream, "\n") {
		t.Errorf("the restored centre exports %d lines, the first one %d", strings.Count(second, "\n"), strings.Count(stream, "\n"))
	}
}
