package match

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"nakodo/internal/fold"
)

// What earlier public advisories were about says what an organisation makes,
// beyond the names of its products: whoever's advisories speak of infusion
// pumps is likelier to be concerned by the next pump. Titles are used and not
// the texts below them, which mostly repeat what any advisory says.

// topics are the words of an organisation's earlier titles, for any number of
// organisations.
type topics struct {
	titles int                  // of all organisations, one counted for each it names
	words  map[string]topicWord // what the titles speak of
}

// A topicWord knows the organisations whose earlier titles have it.
type topicWord struct {
	titles int // that have it
	users  []topicUse
}

type topicUse struct {
	slot slotID
	n    uint32 // titles of the organisation that have it
}

// topicsOf counts the words of an entry's titles, each title once. Words of
// its own names are left out: they are found as names.
func topicsOf(e Entry) map[string]uint32 {
	counts := make(map[string]uint32)
	if len(e.Titles) == 0 {
		return counts
	}
	own := make(map[string]bool)
	for _, n := range e.Names {
		for _, w := range fold.Words(n) {
			own[w.Text] = true
		}
	}
	for _, title := range e.Titles[max(0, len(e.Titles)-mostTitles):] {
		met := make(map[string]bool)
		for _, w := range fold.Words(withoutCodes(title)) {
			if !met[w.Text] && !own[w.Text] && topical(w.Text) {
				met[w.Text] = true
				counts[w.Text]++
			}
		}
	}
	return counts
}

// topical holds for words that can say what a text is about.
func topical(text string) bool { return sortOf(text)&(commonWord|versionWord) == 0 }

func (t *topics) add(slot slotID, titles int, counts map[string]uint32) {
	t.titles += titles
	for text, n := range counts {
		w := t.words[text]
		w.titles += int(n)
		w.users = append(w.users, topicUse{slot, n})
		t.words[text] = w
	}
}

func (t *topics) remove(slot slotID, titles int, counts map[string]uint32) {
	t.titles -= titles
	for text, n := range counts {
		w := t.words[text]
		w.titles -= int(n)
		w.users = slices.DeleteFunc(w.users, func(u topicUse) bool { return u.slot == slot })
		if len(w.users) == 0 {
			delete(t.words, text)
			continue
		}
		t.words[text] = w
	}
}

// A topic is what one organisation's earlier titles have in common with a
// text.
type topic struct {
	value float64
	best  float64 // of one word
	word  string
	line  int
}

// earlier weighs the words of the reading as words of earlier titles: by how
// much likelier each is in a title about the organisation than in any other.
func (s *scorer) earlier() map[slotID]topic {
	found := make(map[slotID]topic)
	if s.Index.topics.titles == 0 {
		return found
	}
	visited := 0
	for _, at := range s.reading.topical() {
		w := s.Index.topics.words[at.text]
		if len(w.users) == 0 || len(w.users) > widestTopic || visited+len(w.users) > mostTopical {
			continue
		}
		visited += len(w.users)
		usual := float64(w.titles) / float64(s.Index.topics.titles)
		for _, u := range w.users {
			n := float64(s.bySlot[u.slot].titles)
			likelier := (float64(u.n) + seenBefore*usual) / ((n + seenBefore) * usual)
			if likelier <= 1 {
				continue
			}
			value := math.Log(likelier) * at.weight
			t := found[u.slot]
			t.value += value
			if value > t.best {
				t.best, t.word, t.line = value, at.text, at.line
			}
			found[u.slot] = t
		}
	}
	return found
}

// topical gives the words that can say what the text is about, each at its
// best place, the weightiest first.
func (r *reading) topical() []spot {
	best := make(map[string]spot)
	for _, in := range r.stretches {
		if in.to > in.from {
			continue // read anew: its words are there as written too
		}
		for _, at := range in.words {
			if was, ok := best[at.text]; (!ok || at.weight > was.weight) && topical(at.text) {
				best[at.text] = at
			}
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b spot) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.text, b.text))
	})
}

const (
	mostTitles  = 400  // of one organisation, the newest
	widestTopic = 1000 // organisations whose titles share a word; one of more says nothing
	mostTopical = 5000 // organisations visited for the words of a text
	seenBefore  = 10   // titles as any other's, that an organisation begins with
)
