package web

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"nakodo/internal/words"
)

// TestJournal_EveryKindHasItsWord reads the kinds of record where they are listed.
func TestJournal_EveryKindHasItsWord(t *testing.T) {
	src, err := os.ReadFile("../journal/journal.go")
	if err != nil {
		t.Fatal(err)
	}
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`About\w+ +Kind = "(\w+)"`).FindAllStringSubmatch(string(src), -1)
	if len(kinds) < 15 {
		t.Fatalf("only %d kinds of record are listed", len(kinds))
	}
	for _, kind := range kinds {
		for _, l := range []words.Lang{words.EN, words.JA} {
			if word := say.Say(l, "web.journal.kind."+kind[1], nil); strings.Contains(word, "web.journal.kind") {
				t.Errorf("%s has no word in %s", kind[1], l)
			}
		}
	}
}
