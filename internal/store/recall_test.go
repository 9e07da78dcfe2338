package store_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"nakodo/internal/fold"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

// Over a thousand synthetic advisories both databases find the same, page for
// page; and what was cut out of a text by its characters finds that text again.
func TestBothDatabasesFindTheSame(t *testing.T) {
	const size = 1200
	file := storetest.Open(t, store.Config{Dir: t.TempDir()})
	server := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: storetest.Schema(t)})
	texts := map[string]string{}
	for _, s := range []*store.Store{file, server} {
		source := newSynth()
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i := range size {
				e, text := source.entry(i)
				texts[e.ID] = e.Title.JA
				if err := tx.SetEntry(ctx, e, text); err != nil {
					return err
				}
			}
			return nil
		})
	}
	random := rand.New(rand.NewPCG(1, 1))
	questions := append([]string{""}, asked...)
	cutOf := map[string]string{}
	for id, title := range texts {
		if len(cutOf) == 60 {
			break
		}
		runes := []rune(title[strings.Index(title, "製")+len("製"):]) // Japanese and Latin mixed
		from := random.IntN(len(runes) - 6)
		cut := strings.TrimSpace(string(runes[from : from+2+random.IntN(5)]))
		if startsWord(runes, from) && len(fold.ParseQuery(cut).Terms) > 0 {
			questions, cutOf[cut] = append(questions, cut), id
		}
	}
	for _, text := range questions {
		q := shelf.Question{Text: text, Limit: 100}
		found := ""
		for {
			a, b := search(t, file, q), search(t, server, q)
			if ids(a) != ids(b) || a.Count != b.Count || a.More != b.More || a.Next != b.Next {
				t.Fatalf("%q: one finds %d, the other %d", text, a.Count, b.Count)
			}
			found += ids(a) + " "
			if q.Before = a.Next; a.Next == 0 {
				break
			}
		}
		if id := cutOf[text]; !strings.Contains(found, id) {
			t.Errorf("%q, cut out of %q, does not find it", text, texts[id])
		}
	}
}

// startsWord reports whether a cut there begins no Latin word in its middle,
// which no index of whole words finds.
func startsWord(runes []rune, at int) bool {
	return at == 0 || japanese(runes[at]) || japanese(runes[at-1]) || runes[at-1] == ' '
}

// japanese holds for kana of either width and kanji.
func japanese(r rune) bool {
	return 0x3041 <= r && r <= 0x30FF || 0x4E00 <= r && r <= 0x9FFF || 0xFF66 <= r && r <= 0xFF9F
}
