package store_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
)

// centre is a fresh centre of either database, with the given sealing key.
func centre(t *testing.T, key []byte, postgres bool) *store.Store {
	t.Helper()
	cfg := store.Config{Dir: t.TempDir(), Now: storetest.NewClock().Now}
	if postgres {
		cfg.URL = storetest.Schema(t)
	}
	if key != nil {
		if err := os.WriteFile(filepath.Join(cfg.Dir, "seal.key"), key, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return storetest.Open(t, cfg)
}

func export(t *testing.T, s *store.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A centre moves from each database to each, and what comes out of the second
// is what came out of the first.
func TestExportAndImportLoseNothing(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to bool
	}{{"file to file", false, false}, {"file to server", false, true}, {"server to file", true, false}} {
		t.Run(c.name, func(t *testing.T) {
			source := centre(t, nil, c.from)
			fillCentre(t, source)
			stream := export(t, source)
			target := centre(t, keyOf(t, source), c.to)
			if err := target.Import(t.Context(), bytes.NewReader(stream)); err != nil {
				t.Fatal(err)
			}
			same(t, fsck(t, target), []string{})
			same(t, sortedLines(export(t, target)), sortedLines(stream))
			same(t, ids(search(t, target, shelf.Question{Text: "脆弱性"})), "NKD#64806328")
			f := view(t, target, func(ctx context.Context, tx *store.Tx) (talk.File, error) { return tx.File(ctx, "f1") })
			r, err := target.Blob(t.Context(), f.Blob)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || string(got) != "attached" {
				t.Errorf("got %q, %v", got, err)
			}
			err = target.Import(t.Context(), bytes.NewReader(stream))
			if err == nil || !strings.Contains(err.Error(), "not empty") {
				t.Errorf("got %v, want a refusal to import twice", err)
			}
		})
	}
}

func keyOf(t *testing.T, s *store.Store) []byte {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(s.Dir(), "seal.key"))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sortedLines makes two exports comparable: rows of a table come in any order.
func sortedLines(export []byte) []string {
	lines := strings.Split(string(export), "\n")
	slices.Sort(lines)
	return lines
}

func TestImportRefusesWhatIsNotWhole(t *testing.T) {
	source := centre(t, nil, false)
	fillCentre(t, source)
	stream := string(export(t, source))
	lines := strings.SplitAfter(stream, "\n")
	key := keyOf(t, source)
	for _, c := range []struct {
		name, stream, want string
		key                []byte
	}{
		{"nothing", "", "before its end", key},
		{"something else", "hello", "no line of an export", key},
		{"another format", `{"format":"x"}`, "no export that this program reads", key},
		{"another version", strings.Replace(stream, `"schema":`, `"schema":9`, 1), "same version", key},
		{"another key", stream, "copy seal.key", nil},
		{"cut off", strings.Join(lines[:len(lines)-3], ""), "before its end", key},
		{"a line lost", strings.Join(slices.Delete(slices.Clone(lines), 2, 3), ""), "should have", key},
		{"a strange table", lines[0] + `{"table":"job; DROP TABLE job","columns":["id"]}`, "there is no table", key},
		{"a strange column", lines[0] + `{"table":"job","columns":["id) --"]}`, "is no column", key},
	} {
		t.Run(c.name, func(t *testing.T) {
			target := centre(t, c.key, false)
			err := target.Import(t.Context(), strings.NewReader(c.stream))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a mention of %q", err, c.want)
			}
			if c.key != nil && len(view(t, target, allEvents)) != 0 {
				t.Error("half of it stayed")
			}
		})
	}
}

// A new table must be exported, or be named here with the reason it is not.
func TestEveryTableIsExported(t *testing.T) {
	leftOut := []string{
		"session", "hit", // end by themselves
		"entry_word", // made again
	}
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`CREATE (?:VIRTUAL )?TABLE (\w+)`).FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(store.Transferred(), m[1]) && !slices.Contains(leftOut, m[1]) {
				t.Errorf("%s: the table %s is neither exported nor left out for a reason", name, m[1])
			}
		}
	}
}
