package match

import (
	"cmp"
	"hash/maphash"
	"math"
	"slices"
	"sync"

	"nakodo/internal/fold"
)

// An Index is the registry prepared for questions. It is safe for use by many
// goroutines at once. A change to one organisation touches only what that
// organisation is found by, so it costs the same in a large registry.
type Index struct {
	mu       sync.RWMutex
	weights  weights
	seed     maphash.Seed
	bySlot   []*organisation // nil where a slot is free
	slots    map[string]slotID
	free     []slotID
	ids      map[string]wordID
	words    []word
	phrases  map[uint64][]nameRef // whole names by the hash of their words
	places   map[string][]slotID  // domains, CPE and package-URL prefixes
	spelling spelling
	live     int       // organisations
	tables   sync.Pool // of *scoreTable
	sizes    []float32 // by slot, see sizeOf
	topics   topics
}

type (
	wordID uint32
	slotID uint32
)

// A word knows the organisations that are found by it.
type word struct {
	text  string
	sort  sort
	users []slotID
	uses  uint32 // names that have the word
	heads uint32 // those that begin with it
	terms uint32 // keywords that have it
}

// nameRef points at bySlot[slot].names[name].
type nameRef struct {
	slot slotID
	name uint32
}

// An organisation is one entry, compiled. Its own names come first, then its
// products, then the keywords it answered.
type organisation struct {
	id       string
	name     string // to show
	slot     slotID
	names    []name
	own      int   // names before its products
	keywords int   // names before the keywords
	uses     []use // of words in its products, in the order of words
	places   []string
	products int
	titles   int               // of earlier advisories
	topics   map[string]uint32 // their words

	// what reasons quote
	answers    []Answer
	dismissals []Dismissal
	versions   map[uint32][]string // by product, where any are known
}

// A use says that a product's name has a word.
type use struct {
	word wordID
	name uint32
}

// A name is one thing an organisation may be found by in a text.
type name struct {
	role  role
	of    uint32 // index of the product or of the keyword answer
	words []wordID
	heads []wordID // of words made of pieces
	text  string   // as the registry writes it
}

type role uint8

const (
	ownName  role = iota
	listName      // of several companies
	partName      // one of those
	productName
	productKind
	keywordName
)

// New gives an empty index.
func New() *Index {
	return &Index{
		weights:  defaultWeights,
		seed:     maphash.MakeSeed(),
		slots:    make(map[string]slotID),
		ids:      make(map[string]wordID),
		phrases:  make(map[uint64][]nameRef),
		places:   make(map[string][]slotID),
		spelling: newSpelling(),
		topics:   topics{words: make(map[string]topicWord)},
	}
}

// Len is the number of organisations.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.live
}

// Put adds an organisation, or replaces what was known of it.
func (x *Index) Put(e Entry) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(e.Organisation)
	o := &organisation{id: e.Organisation, answers: slices.Clone(e.Answers), dismissals: slices.Clone(e.Dismissals)}
	if len(e.Names) > 0 {
		o.name = e.Names[0]
	}
	if n := len(x.free); n > 0 {
		o.slot, x.free = x.free[n-1], x.free[:n-1]
		x.bySlot[o.slot] = o
	} else {
		o.slot = slotID(len(x.bySlot))
		x.bySlot = append(x.bySlot, o)
		x.sizes = append(x.sizes, 0)
	}
	x.slots[o.id] = o.slot
	x.live++
	x.compile(o, e)
	x.sizes[o.slot] = sizeOf(o, e.Cases)
	for id, n := range o.counts() {
		w := &x.words[id]
		w.users = append(w.users, o.slot)
		w.uses += n.uses
		w.heads += n.heads
	}
	for _, n := range o.names[o.keywords:] {
		for _, id := range n.words {
			x.words[id].terms++
		}
	}
	for i, n := range o.names {
		if n.role == keywordName && o.answers[n.of].Reply != Yes {
			continue // most vendors say no to most keywords: a phrase must not lead to all of them
		}
		h := x.hash(n.words)
		x.phrases[h] = append(x.phrases[h], nameRef{o.slot, uint32(i)})
	}
	for _, p := range o.places {
		x.places[p] = append(x.places[p], o.slot)
	}
	x.topics.add(o.slot, o.titles, o.topics)
}

// Remove forgets an organisation. Removing an unknown one does nothing.
func (x *Index) Remove(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
}

func (x *Index) remove(id string) {
	slot, ok := x.slots[id]
	if !ok {
		return
	}
	o := x.bySlot[slot]
	for id, n := range o.counts() {
		w := &x.words[id]
		w.uses -= n.uses
		w.heads -= n.heads
		w.users = slices.DeleteFunc(w.users, func(s slotID) bool { return s == slot })
	}
	for _, n := range o.names[o.keywords:] {
		for _, id := range n.words {
			x.words[id].terms--
		}
	}
	for _, n := range o.names {
		drop(x.phrases, x.hash(n.words), func(r nameRef) bool { return r.slot == slot })
	}
	for _, p := range o.places {
		drop(x.places, p, func(s slotID) bool { return s == slot })
	}
	x.topics.remove(slot, o.titles, o.topics)
	x.bySlot[slot] = nil
	x.sizes[slot] = 0
	x.free = append(x.free, slot)
	delete(x.slots, id)
	x.live--
}

// drop takes the matching values out of one list of the table, and the list
// with its last value.
func drop[K comparable, V any](table map[K][]V, key K, matches func(V) bool) {
	if left := slices.DeleteFunc(table[key], matches); len(left) > 0 {
		table[key] = left
	} else {
		delete(table, key)
	}
}

// compile folds the entry's names. Names that fold to nothing are left out.
func (x *Index) compile(o *organisation, e Entry) {
	seen := make(map[uint64]bool)
	for _, n := range e.Names {
		own, parts := fold.Forms(n)
		for _, form := range own {
			role := ownName
			if len(parts) > 0 {
				role = listName
			}
			x.addName(o, seen, name{role: role, text: form})
		}
		for _, part := range parts {
			x.addName(o, seen, name{role: partName, text: part})
		}
	}
	o.own = len(o.names)
	clear(seen)
	for i, p := range e.Products {
		x.addName(o, seen, name{role: productName, of: uint32(i), text: p.Name})
		x.addName(o, seen, name{role: productKind, text: p.Kind})
		if len(p.Versions) > 0 {
			if o.versions == nil {
				o.versions = make(map[uint32][]string)
			}
			o.versions[uint32(i)] = slices.Clone(p.Versions)
		}
	}
	o.products = len(e.Products)
	o.keywords = len(o.names)
	o.index()
	clear(seen)
	for i, a := range e.Answers {
		for _, keyword := range append([]string{a.Keyword}, a.Synonyms...) {
			x.addName(o, seen, name{role: keywordName, of: uint32(i), text: keyword})
		}
	}
	o.places = placesOf(e)
	o.titles, o.topics = min(len(e.Titles), mostTitles), topicsOf(e)
}

func (x *Index) addName(o *organisation, seen map[uint64]bool, n name) {
	key := n.text
	if n.role <= partName {
		key = fold.Name(n.text)
	}
	for _, w := range fold.Words(key) {
		n.words = append(n.words, x.intern(w.Text, !w.Unspaced))
		if w.Head != "" && n.role == productName {
			n.heads = append(n.heads, x.intern(headWord(w.Head), false))
		}
	}
	h := x.hash(n.words)
	if len(n.words) == 0 || seen[h] {
		return
	}
	seen[h] = true
	n.words = slices.Clip(n.words)
	o.names = append(o.names, n)
}

// intern gives the number of a word, a new one where it is met first. Words
// stay in the dictionary when their last organisation goes: a registry uses
// much the same words tomorrow.
func (x *Index) intern(text string, spelt bool) wordID {
	if id, ok := x.ids[text]; ok {
		return id
	}
	id := wordID(len(x.words))
	x.words = append(x.words, word{text: text, sort: sortOf(text)})
	x.ids[text] = id
	if spelt {
		x.spelling.add(text, id)
	}
	return id
}

// headWord is the dictionary's entry for the first piece of words. No word of
// a text has an asterisk.
func headWord(head string) string { return head + headMark }

const headMark = "*"

// sizeOf says how much of a part an organisation plays: by its cases, and where
// there are none yet by its products and product families.
func sizeOf(o *organisation, cases float64) float32 {
	made := math.Sqrt(float64(o.products * o.families()))
	return float32(cases + madeShare*made)
}

// madeShare is how many cases a product is worth.
const madeShare = 0.1

// families counts the words that the organisation's products begin with. A
// hundred models of one camera are one family, so that a long list of models
// does not make a vendor of many products.
func (o *organisation) families() int {
	first := make(map[wordID]bool)
	for _, n := range o.names[o.own:o.keywords] {
		if n.role == productName {
			first[n.words[0]] = true
		}
	}
	return len(first)
}

type count struct{ uses, heads uint32 }

// counts counts the words of the organisation's names. Keywords are left out:
// they are found as whole phrases only, since many organisations answer the
// same list.
func (o *organisation) counts() map[wordID]count {
	counts := make(map[wordID]count)
	for _, n := range o.names[:o.keywords] {
		for i, id := range n.words {
			if slices.Contains(n.words[:i], id) {
				continue
			}
			c := counts[id]
			c.uses++
			if i == 0 && n.role != productKind {
				c.heads++
			}
			counts[id] = c
		}
		for i, id := range n.heads {
			if !slices.Contains(n.heads[:i], id) {
				c := counts[id]
				counts[id] = count{c.uses + 1, c.heads + 1}
			}
		}
	}
	return counts
}

// index lists the uses of words in the organisation's products.
func (o *organisation) index() {
	for i, n := range o.names[o.own:o.keywords] {
		for _, id := range n.words {
			o.uses = append(o.uses, use{id, uint32(o.own + i)})
		}
		for _, id := range n.heads {
			o.uses = append(o.uses, use{id, uint32(o.own + i)})
		}
	}
	slices.SortFunc(o.uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.word, b.word), cmp.Compare(a.name, b.name))
	})
	o.uses = slices.Clip(slices.Compact(o.uses))
}

// usesOf gives the products that have the word.
func (o *organisation) usesOf(id wordID) []use {
	from, _ := slices.BinarySearchFunc(o.uses, id, func(u use, id wordID) int { return cmp.Compare(u.word, id) })
	to := from
	for to < len(o.uses) && o.uses[to].word == id {
		to++
	}
	return o.uses[from:to]
}

func (x *Index) hash(words []wordID) uint64 {
	var h maphash.Hash
	h.SetSeed(x.seed)
	for _, id := range words {
		h.Write([]byte{byte(id), byte(id >> 8), byte(id >> 16), byte(id >> 24)})
	}
	return h.Sum64()
}
