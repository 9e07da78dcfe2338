package match

import (
	"cmp"
	"math"
	"slices"
)

// How far a question looks. Each bound keeps the slowest question in a
// registry of 100,000 organisations within its time; none was met by any
// document of the evaluation.
const (
	mostPosts     = 200_000 // visited for the words of a text, rarest first
	mostSharing   = 500     // organisations a whole name may belong to
	mostWeighed   = 150     // organisations weighed with care
	longestName   = 12      // words of a name looked up as a whole
	mostRanked    = 20
	mostNear      = 10
	nearMissShare = 0.1 // of the best score
)

// Rank finds the organisations a question concerns.
func (x *Index) Rank(q Question) Result {
	x.mu.RLock()
	defer x.mu.RUnlock()
	r := x.read(q)
	s := &scorer{Index: x, reading: r, places: r.positions()}
	var found []Found
	for _, slot := range s.candidates(q) {
		if f := s.weigh(x.bySlot[slot]); f.Score > 0 {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Organisation, b.Organisation))
	})
	return divide(found)
}

func divide(found []Found) Result {
	n := min(mostRanked, len(found))
	return Result{Ranked: found[:n], NearMisses: found[n:min(len(found), n+mostNear)]}
}

// candidates gives the organisations worth weighing: those with the most in
// common with the text, and all whose whole name or address is there.
func (s *scorer) candidates(q Question) []slotID {
	scores := make([]float32, len(s.bySlot))
	var touched []slotID
	add := func(slot slotID, value float64) {
		if scores[slot] == 0 {
			touched = append(touched, slot)
		}
		scores[slot] += float32(value)
	}
	type valued struct {
		id     wordID
		weight float64
	}
	var words []valued
	for id, w := range s.reading.worth {
		if w.weight > 0 {
			words = append(words, valued{id, w.weight})
		}
	}
	slices.SortFunc(words, func(a, b valued) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.id, b.id))
	})
	visited := 0
	for _, w := range words {
		posts := s.words[w.id].posts
		if visited += len(posts); visited > mostPosts {
			break
		}
		most := math.Sqrt(float64(s.words[w.id].most))
		for _, p := range posts {
			add(p.slot, w.weight*(1+math.Sqrt(float64(p.times))/most))
		}
	}
	s.wholeNames(func(ref nameRef, value float64) { add(ref.slot, value) })
	slices.SortFunc(touched, func(a, b slotID) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b))
	})
	return touched[:min(len(touched), mostWeighed)]
}

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
				value += 2 * s.reading.worth[at.id].rarity * at.weight
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

// weigh gives one organisation its reasons and score.
func (s *scorer) weigh(o *organisation) Found {
	f := Found{Organisation: o.id}
	s.names(o, &f)
	s.products(o, &f)
	f.Score = s.weights.size * math.Log1p(float64(o.products)) / 10
	f.Score += f.extra
	for _, reason := range f.Reasons {
		f.Score += reason.Points
	}
	return f
}
