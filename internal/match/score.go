package match

import (
	"cmp"
	"math"
	"slices"

	"nakodo/internal/fold"
)

// weights are the few numbers of the ranking. They were chosen on documents up
// to 2021 only; doc/matching.md tells how.
type weights struct {
	// what a word counts for by where and how it is written
	body   float64 // after the title, which counts 1
	given  float64 // in a product field of its own
	small  float64 // without a capital letter or digit, where a text has both
	common float64 // everyday words and those of vulnerability reports
	number float64 // numbers and single letters
	// readings that are only likely
	joined   float64
	misspelt float64
	// what an organisation gets
	name    float64 // its name in full
	partial float64 // exponent on the share of a name that is there
	part    float64 // one of several companies in a name
	later   float64 // further names after the best
	product float64 // a product in full or in part
	whole   float64 // extra for all of a product's name
	word    float64 // words of its products anywhere
	decay   float64 // each further word
	even    float64 // how little it matters how often its products use a word
	size    float64 // the organisation with the most products
	keyword float64
	address float64 // domain, CPE or package URL
	refused float64 // a keyword answered with no
	dismiss float64 // what is left of a dismissed reason
}

var defaultWeights = weights{
	body: 0.5, given: 1, small: 0.4, common: 0.1, number: 0.2,
	joined: 0.9, misspelt: 0.6,
	name: 3, partial: 1.5, part: 0.8, later: 0.2,
	product: 1, whole: 0.5, word: 1, decay: 0.7, even: 0.6, size: 0.3,
	keyword: 1, address: 3, refused: 1, dismiss: 0.1,
}

func (w *weights) spot(word fold.Word, title, mixed bool) float64 {
	weight := w.plain(word)
	if !title {
		weight *= w.body
	}
	if mixed && !word.Capital && !word.Unspaced && !hasDigit(word.Text) {
		weight *= w.small
	}
	return weight
}

// plain is what a word is worth by itself.
func (w *weights) plain(word fold.Word) float64 {
	switch {
	case isNumber(word.Text), len(word.Text) == 1:
		return w.number
	case commonWords[word.Text]:
		return w.common
	}
	return 1
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// A run is how much of a name stands together in a text.
type run struct {
	value  float64 // rarity times weight of its words
	rarity float64 // of its words
	length int
	line   int
	part   float64
	text   bool
}

// place is a spot's position.
type place struct{ stretch, at int }

// positions lists where each known word of the reading stands.
func (r *reading) positions() map[wordID][]place {
	table := make(map[wordID][]place, len(r.worth))
	for i, s := range r.stretches {
		for j, at := range s.words {
			if at.id != unknownWord && len(table[at.id]) < mostPlaces {
				table[at.id] = append(table[at.id], place{i, j})
			}
		}
	}
	return table
}

const mostPlaces = 40

// longest finds the most valuable stretch of words that the name and the
// reading have in common.
func (s *scorer) longest(words []wordID) run {
	var best run
	for i, id := range words {
		for _, p := range s.places[id] {
			if found := s.follow(words[i:], p); found.value > best.value {
				best = found
			}
		}
	}
	return best
}

func (s *scorer) follow(words []wordID, p place) run {
	in := s.reading.stretches[p.stretch]
	found := run{part: in.part, line: in.words[p.at].line}
	for i, id := range words {
		if p.at+i >= len(in.words) || in.words[p.at+i].id != id {
			break
		}
		rarity := s.rarity(id)
		found.rarity += rarity
		found.value += rarity * in.words[p.at+i].weight * in.part
		found.length++
	}
	return found
}

// A scorer weighs organisations against one reading.
type scorer struct {
	*Index
	reading *reading
	places  map[wordID][]place
	rare    map[wordID]float64
}

func (s *scorer) rarity(id wordID) float64 {
	if w, ok := s.reading.worth[id]; ok {
		return w.rarity
	}
	return s.Index.rarity(id)
}

// names adds what the organisation's own names are worth: the best in full,
// further ones a little, since they mostly say the same.
func (s *scorer) names(o *organisation, f *Found) {
	w := &s.weights
	var reasons []Reason
	for _, n := range o.names {
		if n.role != ownName && n.role != partName {
			continue
		}
		got := s.longest(n.words)
		if got.length == 0 || got.rarity == 0 {
			continue
		}
		total := 0.0
		for _, id := range n.words {
			total += s.rarity(id)
		}
		points := w.name * math.Pow(got.rarity/total, w.partial) * min(1, got.rarity) * got.value / got.rarity
		if n.role == partName {
			points *= w.part
		}
		reasons = append(reasons, Reason{
			Kind: ByName, Subject: n.text, Line: got.line, Points: points,
			Approx: got.length < len(n.words) || got.part < 1,
		})
	}
	s.best(f, reasons, w.later)
}

// best adds the strongest reason in full and what is left of the others.
func (s *scorer) best(f *Found, reasons []Reason, left float64) {
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(b.Points, a.Points) })
	factor := 1.0
	for i, reason := range reasons {
		if i == mostReasons {
			break
		}
		reason.Points *= factor
		factor *= left
		f.Reasons = append(f.Reasons, reason)
	}
}

const mostReasons = 3

// products adds what the organisation's products are worth: the longest run of
// a product's name, and each of their words by itself with less for each
// further one, so that a long list of products does not win by its length.
func (s *scorer) products(o *organisation, f *Found) {
	w := &s.weights
	var reasons []Reason
	seen := make(map[wordID]int)
	for _, n := range o.names {
		if n.role != productName && n.role != productKind {
			continue
		}
		touched := false
		for _, id := range n.words {
			if len(s.places[id]) > 0 {
				seen[id]++
				touched = true
			}
		}
		if !touched || n.role != productName {
			continue
		}
		got := s.longest(n.words)
		total := 0.0
		for _, id := range n.words {
			total += s.rarity(id)
		}
		if got.rarity == 0 {
			continue
		}
		points := w.product * got.value * (1 + w.whole*got.rarity/total)
		reasons = append(reasons, Reason{
			Kind: ByProduct, Subject: n.text, Line: got.line, Points: points,
			Approx: got.length < len(n.words) || got.part < 1,
		})
	}
	s.best(f, reasons, w.later)
	s.productWords(o, seen, f)
}

func (s *scorer) productWords(o *organisation, seen map[wordID]int, f *Found) {
	w := &s.weights
	var reasons []Reason
	for id, times := range seen {
		value := s.reading.worth[id]
		share := float64(times) / float64(max(1, s.words[id].most))
		points := w.word * value.weight * (w.even + (1-w.even)*math.Sqrt(min(1, share)))
		reasons = append(reasons, Reason{Kind: ByWord, Subject: s.words[id].text, Line: value.line, Points: points})
	}
	slices.SortFunc(reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Subject, b.Subject))
	})
	factor := 1.0
	for _, reason := range reasons {
		reason.Points *= factor
		factor *= w.decay
		f.Reasons = append(f.Reasons, reason)
	}
}
