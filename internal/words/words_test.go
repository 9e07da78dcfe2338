package words_test

import (
	"slices"
	"testing"

	"nakodo/internal/words"
)

func TestEveryKeyInBothLanguagesWithTheSameSlots(t *testing.T) {
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range c {
		if text.EN == "" || text.JA == "" {
			t.Errorf("%s: a language is missing: %+v", key, text)
		}
		if en, ja := words.Slots(text.EN), words.Slots(text.JA); !slices.Equal(en, ja) {
			t.Errorf("%s: slots differ: English %v, Japanese %v", key, en, ja)
		}
	}
}

func TestSay(t *testing.T) {
	c := words.Catalogue{"k": {EN: "{n} {n|case|cases} of {who}", JA: "{who}の案件{n}件"}}
	for _, tt := range []struct {
		lang words.Lang
		n    int
		want string
	}{{words.EN, 1, "1 case of A"}, {words.EN, 40, "40 cases of A"}, {words.JA, 1, "Aの案件1件"}} {
		if got := c.Say(tt.lang, "k", map[string]any{"n": tt.n, "who": "A"}); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	if got := c.Say(words.EN, "gone", nil); got != "«gone»" {
		t.Errorf("missing key shows %q", got)
	}
}
