package match

import (
	"hash/maphash"
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
	live     int // organisations
	largest  int // number of products of any organisation, ever; only a scale
}

type (
	wordID uint32
	slotID uint32
)

// A word knows the organisations that are found by it.
type word struct {
	text  string
	posts []post
	most  uint16 // largest times of any post, ever; only a scale
	uses  uint32 // product names that have the word
	heads uint32 // those that begin with it
}

// A post says how many names of an organisation have a word, and how many of
// its products begin with it.
type post struct {
	slot  slotID
	times uint16
	heads uint16
}

// nameRef points at bySlot[slot].names[name].
type nameRef struct {
	slot slotID
	name uint32
}

// An organisation is one entry, compiled.
type organisation struct {
	id       string
	slot     slotID
	names    []name
	places   []string
	products int

	// what reasons quote
	answers    []Answer
	dismissals []Dismissal
	versions   map[uint32][]string // by product, where any are known
}

// A name is one thing an organisation may be found by in a text.
type name struct {
	role  role
	of    uint32 // index of the product or of the keyword answer
	words []wordID
	text  string // as the registry writes it
}

type role uint8

const (
	ownName role = iota
	partName
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
	if n := len(x.free); n > 0 {
		o.slot, x.free = x.free[n-1], x.free[:n-1]
		x.bySlot[o.slot] = o
	} else {
		o.slot = slotID(len(x.bySlot))
		x.bySlot = append(x.bySlot, o)
	}
	x.slots[o.id] = o.slot
	x.largest = max(x.largest, len(e.Products), 1)
	x.live++
	x.compile(o, e)
	for id, p := range o.posts() {
		w := &x.words[id]
		w.posts = append(w.posts, p)
		w.most = max(w.most, p.times)
		w.uses += uint32(p.times)
		w.heads += uint32(p.heads)
	}
	for i, n := range o.names {
		h := x.hash(n.words)
		x.phrases[h] = append(x.phrases[h], nameRef{o.slot, uint32(i)})
	}
	for _, p := range o.places {
		x.places[p] = append(x.places[p], o.slot)
	}
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
	for id, p := range o.posts() {
		w := &x.words[id]
		w.uses -= uint32(p.times)
		w.heads -= uint32(p.heads)
		w.posts = slices.DeleteFunc(w.posts, func(p post) bool { return p.slot == slot })
	}
	for _, n := range o.names {
		drop(x.phrases, x.hash(n.words), func(r nameRef) bool { return r.slot == slot })
	}
	for _, p := range o.places {
		drop(x.places, p, func(s slotID) bool { return s == slot })
	}
	x.bySlot[slot] = nil
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
			x.addName(o, seen, name{role: ownName, text: form})
		}
		for _, part := range parts {
			x.addName(o, seen, name{role: partName, text: part})
		}
	}
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
	clear(seen)
	for i, a := range e.Answers {
		for _, keyword := range append([]string{a.Keyword}, a.Synonyms...) {
			x.addName(o, seen, name{role: keywordName, of: uint32(i), text: keyword})
		}
	}
	o.places = placesOf(e)
}

func (x *Index) addName(o *organisation, seen map[uint64]bool, n name) {
	key := n.text
	if n.role == ownName || n.role == partName {
		key = fold.Name(n.text)
	}
	for _, w := range fold.Words(key) {
		n.words = append(n.words, x.intern(w))
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
func (x *Index) intern(w fold.Word) wordID {
	if id, ok := x.ids[w.Text]; ok {
		return id
	}
	id := wordID(len(x.words))
	x.words = append(x.words, word{text: w.Text})
	x.ids[w.Text] = id
	if !w.Unspaced {
		x.spelling.add(w.Text, id)
	}
	return id
}

// posts counts the words of the organisation's names. Keywords are left out:
// they are found as whole phrases only, since many organisations answer the
// same list.
func (o *organisation) posts() map[wordID]post {
	posts := make(map[wordID]post)
	for _, n := range o.names {
		if n.role == keywordName {
			continue
		}
		for i, id := range n.words {
			p := posts[id]
			if p.times == 1<<16-1 || slices.Contains(n.words[:i], id) {
				continue
			}
			p.slot = o.slot
			p.times++
			if i == 0 && n.role != productKind {
				p.heads++
			}
			posts[id] = p
		}
	}
	return posts
}

func (x *Index) hash(words []wordID) uint64 {
	var h maphash.Hash
	h.SetSeed(x.seed)
	for _, id := range words {
		h.Write([]byte{byte(id), byte(id >> 8), byte(id >> 16), byte(id >> 24)})
	}
	return h.Sum64()
}
