package match

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// How far a question looks. The bounds keep the slowest question in a registry
// of 100,000 organisations within its time; doc/matching.md has the figures.
const (
	mostVisited   = 30_000 // organisations visited for the words of a text, the weightiest words first
	mostSharing   = 500    // organisations a whole name may belong to
	mostWeighed   = 50     // organisations weighed with care
	longestName   = 12     // words of a name looked up as a whole
	mostRelating  = 3      // organisations that point at others of their group
	mostInGroup   = 50     // organisations that share a company's name
	mostRanked    = 20
	mostNear      = 10
	nearMissShare = 0.02 // of the best score
)

// Rank finds the organisations a question concerns.
func (x *Index) Rank(q Question) Result {
	x.mu.RLock()
	defer x.mu.RUnlock()
	r := x.read(q)
	s := &scorer{Index: x, most: 1, reading: r, places: r.positions(), noted: make(map[slotID][]Reason)}
	largest := x.largest()
	if len(largest) > 0 {
		s.most = float64(x.sizes[largest[0]])
	}
	s.topics = s.earlier()
	s.locate(q)
	s.components(q)
	var found, dismissed []Found
	for _, slot := range s.candidates(largest) {
		f, mostly := s.weigh(x.bySlot[slot])
		switch {
		case mostly:
			dismissed = append(dismissed, f)
		case f.Score > 0:
			found = append(found, f)
		}
	}
	byScore(found)
	found = s.relatives(found, dismissed)
	byScore(dismissed)
	return divide(found, dismissed)
}

// relatives adds to the organisations that share a company's name with one of
// the best a part of what was found for that one: a product is often registered
// under one company of a group, and announced by another. What was dismissed
// stays so.
func (s *scorer) relatives(found, dismissed []Found) []Found {
	at := make(map[string]int)
	for i, f := range found {
		at[f.Organisation] = i
	}
	for _, f := range dismissed {
		at[f.Organisation] = -1
	}
	for _, best := range slices.Clone(found[:min(len(found), mostRelating)]) {
		own := s.slots[best.Organisation]
		points := s.weights.relative * (best.Score - s.prior(own))
		for _, n := range s.bySlot[own].names[:s.bySlot[own].own] {
			refs := s.phrases[s.hash(n.words)]
			if n.role == listName || points <= 0 || len(refs) > mostInGroup {
				continue
			}
			for _, ref := range refs {
				o := s.bySlot[ref.slot]
				if role := o.names[ref.name].role; ref.slot == own || role != ownName && role != partName {
					continue
				}
				i, known := at[o.id]
				if !known {
					f, _ := s.weigh(o)
					i = len(found)
					at[o.id], found = i, append(found, f)
				}
				if i < 0 || found[i].Score >= points+s.prior(ref.slot) {
					continue
				}
				found[i].Score = points + s.prior(ref.slot)
				found[i].Reasons = append(found[i].Reasons, Reason{Kind: ByGroup, Subject: n.text, Points: points})
				byPoints(found[i].Reasons)
				found[i].Weak = weak(found[i].Reasons)
			}
		}
	}
	byScore(found)
	return found
}

func byScore(found []Found) {
	slices.SortFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Organisation, b.Organisation))
	})
}

// divide separates what should be looked at from what fell short. Those that
// an officer dismissed before lead the near misses, so that nobody wonders
// where they are.
func divide(found, dismissed []Found) Result {
	n := 0
	for n < len(found) && n < mostRanked && found[n].Score >= nearMissShare*found[0].Score {
		n++
	}
	near := append(dismissed, found[n:]...)
	return Result{Ranked: found[:n:n], NearMisses: near[:min(len(near), mostNear)]}
}

// candidates gives the organisations worth weighing: those with the most in
// common with the text, and all whose whole name or address is there.
func (s *scorer) candidates(largest []slotID) []slotID {
	// The table has a place for every organisation, so it is kept from
	// question to question: only what was touched is cleared.
	table, _ := s.tables.Get().(*scoreTable)
	if table == nil || len(table.scores) < len(s.bySlot) {
		table = &scoreTable{scores: make([]float32, len(s.bySlot)+len(s.bySlot)/4)}
	}
	scores, touched := table.scores, table.touched[:0]
	defer func() {
		for _, slot := range touched {
			scores[slot] = 0
		}
		table.touched = touched
		s.tables.Put(table)
	}()
	add := func(slot slotID, value float64) {
		if value = max(value, 1e-6); scores[slot] == 0 { // what is touched never adds up to nothing
			touched = append(touched, slot)
		}
		scores[slot] += float32(value)
	}
	visited := 0
	for _, w := range s.reading.known {
		users := s.words[w.id].users
		if visited += len(users); visited > mostVisited {
			break
		}
		for _, slot := range users {
			add(slot, w.weight)
		}
	}
	for slot, reasons := range s.noted {
		for _, reason := range reasons {
			add(slot, 10*max(0, reason.Points))
		}
	}
	s.wholeNames(func(ref nameRef, value float64) { add(ref.slot, value) })
	chosen := leading(touched, mostWeighed, func(a, b slotID) int {
		if c := cmp.Compare(scores[b], scores[a]); c != 0 {
			return c
		}
		return cmp.Compare(s.bySlot[a].id, s.bySlot[b].id)
	})
	for _, slot := range s.likeliest(largest) {
		if !slices.Contains(chosen, slot) {
			chosen = append(chosen, slot)
		}
	}
	return chosen
}

// A scoreTable adds up what each organisation has in common with a text.
type scoreTable struct {
	scores  []float32 // by slot
	touched []slotID
}

// leading gives the first n in order, without sorting the rest.
func leading[T any](all []T, n int, compare func(a, b T) int) []T {
	first := make([]T, 0, n+1)
	for _, v := range all {
		if len(first) == n && compare(v, first[n-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(first, v, compare)
		first = slices.Insert(first, at, v)
		first = first[:min(len(first), n)]
	}
	return first
}

// largest gives the organisations with the most products. Where a text says
// nothing, one of them is the likeliest.
func (x *Index) largest() []slotID {
	var made []slotID
	least := float32(0)
	for slot, size := range x.sizes {
		if size == 0 || size < least {
			continue
		}
		made = append(made, slotID(slot))
		if len(made) > 10*fallbacks {
			made = x.bySize(made)
			least = x.sizes[made[len(made)-1]]
		}
	}
	return x.bySize(made)
}

func (x *Index) bySize(slots []slotID) []slotID {
	return leading(slots, fallbacks, func(a, b slotID) int {
		return cmp.Or(cmp.Compare(x.sizes[b], x.sizes[a]), cmp.Compare(x.bySlot[a].id, x.bySlot[b].id))
	})
}

const fallbacks = 20

// wholeNames looks up every run of the reading's words as the whole of a name.
func (s *scorer) wholeNames(found func(nameRef, float64)) {
	for _, in := range s.reading.stretches {
		for from := range in.words {
			value := 0.0
			var ids []wordID
			for _, at := range in.words[from:min(len(in.words), from+longestName)] {
				if at.id == unknownWord {
					break
				}
				ids = append(ids, at.id)
				value += 2 * s.rarity(at.id) * at.weight
				refs := s.phrases[s.hash(ids)]
				if len(refs) > mostSharing {
					continue
				}
				for _, ref := range refs {
					found(ref, value)
				}
			}
		}
	}
}

// weigh gives one organisation its reasons and score, and tells whether most
// of it was dismissed before.
func (s *scorer) weigh(o *organisation) (f Found, dismissed bool) {
	f.Organisation, f.Name = o.id, o.name
	f.Reasons = make([]Reason, 0, 2*mostReasons+mostWords)
	s.names(o, &f)
	s.products(o, &f)
	s.answers(o)
	f.best(s.noted[o.slot], s.weights.later)
	said := len(f.Reasons)
	f.Reasons = append(f.Reasons, s.background(o)...)
	dismissed = s.dismiss(o, &f)
	prior := 0.0
	for i, reason := range f.Reasons {
		if i < said {
			f.Score += reason.Points
		} else {
			prior += reason.Points
		}
	}
	if f.Score > 0 {
		f.Score *= f.Score / (f.Score + s.weights.doubt)
	}
	f.Score += prior
	f.Reasons = tidy(f.Reasons)
	f.Weak = weak(f.Reasons)
	return f, dismissed
}

// background is what speaks for an organisation before anything of it is named.
func (s *scorer) background(o *organisation) []Reason {
	reasons := []Reason{{Kind: BySize, Subject: strconv.Itoa(o.products), Points: s.bySizeAlone(o.slot)}}
	if t := s.topics[o.slot]; t.value > 0 {
		reasons = append(reasons, Reason{Kind: ByEarlier, Subject: t.word, Line: t.line, Points: s.weights.topic * t.value})
	}
	return reasons
}

// likeliest gives the organisations to fall back on where a text names nothing:
// those of a size and with earlier titles that speak for them.
func (s *scorer) likeliest(largest []slotID) []slotID {
	all := slices.Clone(largest)
	for slot := range s.topics {
		if !slices.Contains(largest, slot) {
			all = append(all, slot)
		}
	}
	return leading(all, fallbacks, func(a, b slotID) int {
		return cmp.Or(cmp.Compare(s.prior(b), s.prior(a)), cmp.Compare(s.bySlot[a].id, s.bySlot[b].id))
	})
}

func (s *scorer) prior(slot slotID) float64 {
	return s.bySizeAlone(slot) + s.weights.topic*s.topics[slot].value
}

func (s *scorer) bySizeAlone(slot slotID) float64 {
	return s.weights.size * math.Log1p(float64(s.sizes[slot])) / math.Log1p(s.most)
}
