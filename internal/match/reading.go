package match

import (
	"cmp"
	"math"
	"regexp"
	"slices"

	"nakodo/internal/fold"
)

// A reading is a question in terms of the index: stretches of known words in
// their order, and what each word is worth.
type reading struct {
	stretches []stretch
	known     []known // weightiest first
}

// known is a word that the registry uses.
type known struct {
	id      wordID
	weight  float64 // rarity times the best weight of its spots
	product float64 // the same for what it is worth in a product's name
	line    int     // of that spot
	half    bool    // of a word taken apart: says nothing by itself
}

// A stretch is a run of words that may hold names: a line of the text, a
// product given by itself, or a few words around one that is read another way.
type stretch struct {
	words    []spot
	part     float64 // 1, less for a reading that is only likely
	opens    bool    // it begins the text
	from, to int     // the words of a reading anew that a name must hold, if any
}

// A spot is a word in its place. Its id is unknownWord where the registry
// does not use it.
type spot struct {
	id     wordID
	text   string
	line   int
	weight float64 // by place and writing, not by rarity
}

const unknownWord = wordID(math.MaxUint32)

// read turns the question's text and products into a reading.
func (x *Index) read(q Question) *reading {
	r := &reading{}
	words := fold.Words(withoutCodes(q.Text))
	title := titleLength(words)
	mixed := mixedCase(words)
	var line []spot
	for i, w := range words {
		if i > 0 && w.Line != words[i-1].Line {
			r.stretches = append(r.stretches, stretch{words: line, part: 1})
			line = nil
		}
		line = append(line, spot{x.idOf(w.Text), w.Text, w.Line, x.weights.spot(w, i < title, mixed)})
	}
	r.stretches = append(r.stretches, stretch{words: line, part: 1})
	r.stretches[0].opens = true
	x.readAnew(r, words)
	for _, p := range append(slices.Clone(q.Products), addressPhrases(q)...) {
		r.stretches = append(r.stretches, stretch{words: x.given(p), part: 1})
	}
	best := make(map[wordID]spot)
	for i, w := range words {
		if id := x.idOf(headWord(w.Head)); w.Head != "" && id != unknownWord {
			keepBest(best, spot{id, w.Text, w.Line, x.weights.head * x.weights.spot(w, i < title, mixed)})
		}
	}
	x.value(r, best)
	return r
}

// given reads a product of a field of its own.
func (x *Index) given(product string) []spot {
	var spots []spot
	for _, w := range fold.Words(product) {
		spots = append(spots, spot{x.idOf(w.Text), w.Text, 0, x.weights.given * x.weights.plain(w)})
	}
	return spots
}

func (x *Index) inUse(id wordID) bool { return len(x.words[id].users) > 0 || x.words[id].terms > 0 }

func (x *Index) idOf(text string) wordID {
	if id, ok := x.ids[text]; ok && x.inUse(id) {
		return id
	}
	return unknownWord
}

// value lists the known words with the best of their spots.
func (x *Index) value(r *reading, best map[wordID]spot) {
	halves := make(map[wordID]spot)
	for _, s := range r.stretches {
		for _, at := range s.words {
			at.weight *= s.part
			if at.id == unknownWord {
				continue
			}
			if s.to-s.from > 1 {
				if _, ok := best[at.id]; !ok {
					halves[at.id] = at
				}
				continue
			}
			keepBest(best, at)
		}
	}
	for id, at := range best {
		delete(halves, id)
		r.known = append(r.known, x.knownAt(at, false))
	}
	for _, at := range halves {
		r.known = append(r.known, x.knownAt(at, true))
	}
	r.known = slices.DeleteFunc(r.known, func(k known) bool { return k.weight == 0 })
	slices.SortFunc(r.known, func(a, b known) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.id, b.id))
	})
}

func (x *Index) knownAt(at spot, half bool) known {
	return known{at.id, x.rarity(at.id) * at.weight, x.inProduct(at.id) * at.weight, at.line, half}
}

func keepBest(best map[wordID]spot, at spot) {
	if was, ok := best[at.id]; !ok || at.weight > was.weight {
		best[at.id] = at
	}
}

// withoutCodes blanks what looks like words but is none: CVSS vectors, and CVE
// and CWE numbers. Lines stay as they are.
func withoutCodes(text string) string {
	return codes.ReplaceAllString(text, " ")
}

var codes = regexp.MustCompile(`(?i)\b(?:CVSS:[0-9.]+/)?AV:[NALP](?:/[A-Z]{1,3}: ?[A-Z]{1,3})*|\b(?:CVE-[0-9]{4}|CWE)-[0-9]+`)

// rarity of a word falls with the logarithm of how many organisations use it.
func (x *Index) rarity(id wordID) float64 {
	users := float64(len(x.words[id].users))
	all := float64(max(x.live, 2))
	return max(0, math.Log((all+1)/(users+0.5))/math.Log((all+1)/1.5))
}

// readAnew adds other readings of words the registry does not know: written
// together with the next (EcoWebServer III for EcoWebServerIII), taken apart
// (FAM3 for FA-M3), or with one mistake (Simens).
func (x *Index) readAnew(r *reading, words []fold.Word) {
	add := func(from, to int, ids []wordID, part float64) {
		at := spot{line: words[from].Line}
		for _, s := range r.spotsOf(from, to) {
			at.weight = max(at.weight, s.weight)
		}
		s := stretch{part: part, opens: from <= context}
		s.words = append(s.words, r.spotsOf(max(0, from-context), from)...)
		s.from = len(s.words)
		s.to = s.from + len(ids)
		for _, id := range ids {
			at.id, at.text = id, x.words[id].text
			s.words = append(s.words, at)
		}
		s.words = append(s.words, r.spotsOf(to, min(len(words), to+context))...)
		r.stretches = append(r.stretches, s)
	}
	looked := make(map[string]bool)
	last := len(words) - 1
	for i, w := range words {
		if w.Unspaced {
			continue
		}
		if i < last && w.Line == words[i+1].Line && !words[i+1].Unspaced {
			if id := x.idOf(w.Text + words[i+1].Text); id != unknownWord {
				add(i, i+2, []wordID{id}, x.weights.joined)
			}
		}
		for cut := 2; cut <= len(w.Text)-2; cut++ {
			ids := []wordID{x.idOf(w.Text[:cut]), x.idOf(w.Text[cut:])}
			if !slices.Contains(ids, unknownWord) && len(x.phrases[x.hash(ids)]) > 0 {
				add(i, i+1, ids, x.weights.joined)
			}
		}
		if x.idOf(w.Text) != unknownWord || looked[w.Text] || len(looked) > mostLooked {
			continue
		}
		looked[w.Text] = true
		if ids := x.takenApart(w.Text); ids != nil {
			add(i, i+1, ids, x.weights.joined)
		} else if !commonWords[w.Text] {
			for _, id := range x.spelling.near(w.Text, func(id wordID) string { return x.words[id].text }) {
				if x.inUse(id) && !commonWords[x.words[id].text] {
					add(i, i+1, []wordID{id}, x.weights.misspelt)
				}
			}
		}
	}
}

const (
	context    = 4   // words kept on each side of one that is read anew
	mostLooked = 200 // unknown words looked up in one text
)

// takenApart gives the two known words that a word is made of, the split with
// the rarest parts.
func (x *Index) takenApart(text string) []wordID {
	var best []wordID
	most := 0.0
	for cut := 2; cut <= len(text)-2; cut++ {
		a, b := x.idOf(text[:cut]), x.idOf(text[cut:])
		if a == unknownWord || b == unknownWord {
			continue
		}
		if sum := x.rarity(a) + x.rarity(b); sum > most {
			best, most = []wordID{a, b}, sum
		}
	}
	return best
}

// spotsOf gives the spots from..to of the text, counted over its lines.
func (r *reading) spotsOf(from, to int) []spot {
	var spots []spot
	for _, s := range r.stretches {
		if s.part != 1 || from >= to {
			break
		}
		if from < len(s.words) {
			spots = append(spots, s.words[from:min(to, len(s.words))]...)
		}
		from, to = max(0, from-len(s.words)), to-len(s.words)
	}
	return spots
}

// titleLength is how many words belong to the title: the first line, or where
// a text has come as one line, its first words.
func titleLength(words []fold.Word) int {
	n := 0
	for n < len(words) && n < longestTitle && words[n].Line == words[0].Line {
		n++
	}
	return n
}

const longestTitle = 12

// mixedCase holds for a text in which capital letters tell something: most
// words have none.
func mixedCase(words []fold.Word) bool {
	latin, capital := 0, 0
	for _, w := range words {
		if !w.Unspaced {
			latin++
			if w.Capital {
				capital++
			}
		}
	}
	return capital > 0 && capital*2 < latin
}
