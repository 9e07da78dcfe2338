package match

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"nakodo/internal/fold"
)

// weights are the few numbers of the ranking. doc/matching.md tells on which
// documents they were chosen, and how.
type weights struct {
	// what a word counts for by where and how it is written
	body   float64 // after the title, which counts 1
	given  float64 // in a product field of its own
	small  float64 // without a capital letter or digit, where a text has both
	common float64 // everyday words and those of vulnerability reports
	number float64 // numbers and single letters
	head   float64 // the first piece of a word, shared by other words
	// readings that are only likely
	joined   float64
	misspelt float64
	// what an organisation gets
	name      float64 // its name in full
	partial   float64 // exponent on the share of a name that is there
	part      float64 // one of several companies in a name
	later     float64 // further names after the best
	listed    float64 // further companies of one name
	opens     float64 // a name that begins the text
	company   float64 // a word half of all companies have in their names
	product   float64 // a product in full or in part
	whole     float64 // extra for all of a product's name
	word      float64 // words of its products anywhere
	headless  float64 // without the product's first word
	tail      float64 // a word that never begins a product
	generic   float64 // a word that describes products
	decay     float64 // each further word
	size      float64 // the organisation with the most products
	topic     float64 // a word that earlier titles have e times as often as others
	doubt     float64 // points of which half are taken for chance
	keyword   float64
	address   float64 // domain, CPE or package URL
	refused   float64 // a keyword answered with no
	unsure    float64 // a keyword answered with unknown
	component float64 // a component of an SBOM
	version   float64 // a product named with a version that is known of it
	relative  float64 // the part of what another company of its group gets
	dismiss   float64 // what is left of a dismissed reason
}

var defaultWeights = weights{
	body: 0.36, given: 1, small: 0.48, common: 0.24, number: 0.5, head: 0.35,
	joined: 0.85, misspelt: 0.6,
	name: 2.55, partial: 0.4, part: 0.8, later: 0.28, listed: 0.5, opens: 1.87, company: 0.3,
	product: 1, whole: 0.8, headless: 0.61, tail: 0.5, generic: 0.4, word: 0.7, decay: 0.5, size: 0.55, topic: 0.15, doubt: 1.2,
	keyword: 1, address: 3, refused: 1, unsure: 0.1, component: 1, version: 1.2, dismiss: 0.1, relative: 0.3,
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
	case isVersion(word.Text), len(word.Text) == 1:
		return w.number
	case commonWords[word.Text]:
		return w.common
	}
	return 1
}

// isVersion holds for numbers and what begins with a single letter before
// one or two digits: 670, v3, r1. They stand in anybody's names.
func isVersion(s string) bool {
	digits := strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz")
	letters := len(s) - len(digits)
	if letters > 1 || letters == 1 && len(digits) > 2 || digits == "" {
		return false
	}
	return strings.Trim(digits, "0123456789x") == ""
}

// A run is how much of a name stands together in a text.
type run struct {
	value  float64 // worth times weight of its words
	worth  float64 // of its words
	length int
	line   int
	part   float64
	at     place
	head   bool // it begins the name
	opens  bool // it begins the text
}

// place is a spot's position.
type place struct{ stretch, at int }

// positions lists where each known word of the reading stands.
func (r *reading) positions() map[wordID][]place {
	table := make(map[wordID][]place, len(r.known))
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

// longest finds the most valuable run of words that the name and the reading
// have in common. Worth says what a word is worth in this kind of name.
func (s *scorer) longest(words []wordID, worth func(wordID) float64) run {
	var best run
	for i, id := range words {
		for _, p := range s.places[id] {
			if found := s.follow(words[i:], p, worth); found.value > best.value {
				best = found
				best.head = i == 0
			}
		}
	}
	return best
}

func (s *scorer) follow(words []wordID, p place, worth func(wordID) float64) run {
	in := s.reading.stretches[p.stretch]
	found := run{at: p, part: in.part, line: in.words[p.at].line, opens: in.opens && p.at == 0}
	for i, id := range words {
		if p.at+i >= len(in.words) || in.words[p.at+i].id != id {
			break
		}
		value := worth(id)
		found.worth += value
		found.value += value * in.words[p.at+i].weight * in.part
		found.length++
	}
	if in.to > in.from && (p.at > in.from || p.at+found.length < in.to) {
		return run{}
	}
	return found
}

// A scorer weighs organisations against one reading.
type scorer struct {
	*Index
	most    float64 // size of the largest organisation
	reading *reading
	places  map[wordID][]place
	noted   map[slotID][]Reason // evidence found before weighing
	topics  map[slotID]topic    // what earlier titles say
	met     []used              // room for the organisation being weighed
}

// inName is what a word is worth in the name of an organisation: little if
// half of all companies have it in theirs.
func (s *scorer) inName(id wordID) float64 {
	if s.words[id].sort&companyWord != 0 {
		return s.rarity(id) * s.weights.company
	}
	return s.rarity(id)
}

// inProduct is what a word is worth in the name of a product: less if it
// rarely begins one, since those that follow mostly describe.
func (x *Index) inProduct(id wordID) float64 {
	w := &x.words[id]
	heads := float64(w.heads) / float64(max(1, w.uses))
	value := x.rarity(id) * (x.weights.tail + (1-x.weights.tail)*heads)
	if w.sort&productWord != 0 {
		value *= x.weights.generic
	}
	return value
}

func sum(words []wordID, worth func(wordID) float64) (total float64) {
	for _, id := range words {
		total += worth(id)
	}
	return total
}

// names adds what the organisation's own names are worth: the best in full,
// further ones a little, since they mostly say the same. The companies listed
// in one name are different, so more of them count more; the list as a whole
// counts only where all of it is there.
func (s *scorer) names(o *organisation, f *Found) {
	var own, parts []Reason
	for _, n := range o.names[:o.own] {
		reason, complete := s.name(n)
		switch {
		case reason.Points == 0, n.role == listName && !complete:
		case n.role == partName:
			parts = append(parts, reason)
		default:
			own = append(own, reason)
		}
	}
	byPoints(parts)
	for i, reason := range parts {
		if i > 0 && !overlap(reason.met, parts[0].met) {
			parts[0].Points += reason.Points * s.weights.listed
		}
	}
	f.best(append(own, parts[:min(1, len(parts))]...), s.weights.later)
}

// name weighs one name of an organisation, and tells whether all of it is there.
func (s *scorer) name(n name) (reason Reason, complete bool) {
	w := &s.weights
	got := s.longest(n.words, s.inName)
	if got.worth == 0 {
		return Reason{}, false
	}
	complete = got.length == len(n.words)
	points := w.name * math.Pow(got.worth/sum(n.words, s.inName), w.partial) * min(1, got.worth) * got.value / got.worth
	if got.opens && got.head {
		points *= w.opens
	}
	if n.role == partName {
		points *= w.part
	}
	return Reason{
		Kind: ByName, Subject: n.text, Line: got.line, Points: points,
		Approx: !complete || got.part < w.joined, met: s.texts(got),
	}, complete
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(text string) bool { return slices.Contains(b, text) })
}

func byPoints(reasons []Reason) {
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(b.Points, a.Points) })
}

// best adds the strongest reason in full and what is left of the others.
func (f *Found) best(reasons []Reason, left float64) {
	byPoints(reasons)
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
// Words of the organisation's own name count as its name only.
func (s *scorer) products(o *organisation, f *Found) {
	var own []wordID
	for _, n := range o.names[:o.own] {
		own = append(own, n.words...)
	}
	worth := func(id wordID) float64 {
		if slices.Contains(own, id) {
			return 0
		}
		return s.inProduct(id)
	}
	met := s.met[:0]
	for _, w := range s.reading.known {
		if uses := o.usesOf(w.id); len(uses) > 0 && !slices.Contains(own, w.id) {
			met = append(met, used{w, uses})
		}
	}
	s.met = met
	reasons := make([]Reason, 0, mostCompared)
	for _, at := range o.likeliest(met) {
		if reason := s.product(o, o.names[at], worth); reason.Points > 0 {
			reasons = append(reasons, reason)
		}
	}
	f.best(reasons, s.weights.later)
	s.productWords(met, f)
}

// used is a word of the reading with the products of one organisation that
// have it.
type used struct {
	known
	uses []use
}

// likeliest gives the products that have most of the words, so that only these
// are compared word by word. A word that is in very many products of the
// organisation counts only for those that another word has pointed at.
func (o *organisation) likeliest(met []used) []uint32 {
	met = leading(met, mostPointing, func(a, b used) int { return cmp.Compare(b.product, a.product) })
	slices.SortStableFunc(met, func(a, b used) int { return cmp.Compare(len(a.uses), len(b.uses)) })
	sums := make(map[uint32]float64)
	for _, m := range met {
		if len(m.uses) <= manyUses || len(sums) == 0 {
			for _, u := range m.uses[:min(len(m.uses), manyUses)] {
				sums[u.name] += m.product
			}
			continue
		}
		for at := range sums {
			if slices.Contains(o.names[at].words, m.id) {
				sums[at] += m.product
			}
		}
	}
	names := slices.Collect(maps.Keys(sums))
	return leading(names, mostCompared, func(a, b uint32) int {
		if c := cmp.Compare(sums[b], sums[a]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
}

const (
	mostPointing = 16 // words
	manyUses     = 32
	mostCompared = 12
)

// product weighs one product's name.
func (s *scorer) product(o *organisation, n name, worth func(wordID) float64) Reason {
	w := &s.weights
	if n.role != productName {
		return Reason{}
	}
	got := s.longest(n.words, worth)
	if got.worth == 0 {
		return Reason{}
	}
	reason := Reason{
		Kind: ByProduct, Subject: n.text, Line: got.line,
		Points: w.product * got.value * (1 + w.whole*got.worth/sum(n.words, worth)),
		Approx: got.length < len(n.words) || got.part < w.joined,
		met:    s.texts(got),
	}
	if !got.head {
		reason.Points *= w.headless
	}
	if reason.Version = s.version(o, n, got); reason.Version != "" {
		reason.Points *= w.version
	}
	return reason
}

// texts gives the words of a run.
func (s *scorer) texts(got run) []string {
	var texts []string
	for _, at := range s.reading.stretches[got.at.stretch].words[got.at.at:][:got.length] {
		texts = append(texts, at.text)
	}
	return texts
}

// productWords adds the words by themselves, the best in full.
func (s *scorer) productWords(met []used, f *Found) {
	slices.SortStableFunc(met, func(a, b used) int { return cmp.Compare(b.product, a.product) })
	factor := s.weights.word
	met = slices.DeleteFunc(met, func(m used) bool { return m.half })
	for _, m := range met[:min(len(met), mostWords)] {
		f.Reasons = append(f.Reasons, Reason{Kind: ByWord, Subject: s.words[m.id].text, Line: m.line, Points: factor * m.product})
		factor *= s.weights.decay
	}
}

const mostWords = 12
