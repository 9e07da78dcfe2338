package match

import (
	"math"
	"slices"

	"nakodo/internal/fold"
)

// Evidence outside of names and product words: addresses, SBOM components,
// keyword answers; and what officers dismissed before.

// locate finds the organisations whose addresses the question holds and notes
// the reasons. Only the most exact key that anybody registered counts.
func (s *scorer) locate(q Question) {
	for _, a := range addresses(q) {
		for _, key := range slices.Backward(a.keys) {
			slots := s.Index.places[key]
			if len(slots) == 0 {
				continue
			}
			for _, slot := range slots[:min(len(slots), mostSharing)] {
				s.note(slot, Reason{Kind: a.kind, Subject: a.written, Line: a.line, Points: s.weights.address})
			}
			break
		}
	}
}

// components looks each component of an SBOM up as a whole name, and its
// supplier. An SBOM lists thousands, so there is no search in part.
func (s *scorer) components(q Question) {
	for _, c := range q.Components {
		supplier := s.wholeName(fold.Name(c.Supplier), ownName, listName, partName)
		for _, ref := range supplier {
			s.note(ref.slot, Reason{Kind: ByComponent, Subject: c.Supplier, Points: s.weights.address})
		}
		for _, ref := range s.wholeName(c.Name, productName, keywordName) {
			o := s.bySlot[ref.slot]
			n := o.names[ref.name]
			reason := Reason{Kind: ByComponent, Subject: c.Name, Points: s.weights.component * min(1, sum(n.words, s.inProduct))}
			if n.role == keywordName {
				reason = s.answer(o, n, 0, 1)
			}
			s.note(ref.slot, reason)
		}
	}
}

// wholeName finds the names of these roles that are the text as a whole.
func (s *scorer) wholeName(text string, roles ...role) []nameRef {
	var ids []wordID
	for _, w := range fold.Words(text) {
		id, ok := s.ids[w.Text]
		if !ok {
			return nil
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	refs := s.phrases[s.hash(ids)]
	var found []nameRef
	for _, ref := range refs[:min(len(refs), mostSharing)] {
		if slices.Contains(roles, s.bySlot[ref.slot].names[ref.name].role) {
			found = append(found, ref)
		}
	}
	return found
}

// note keeps a reason until its organisation is weighed. The same subject
// twice is one reason.
func (s *scorer) note(slot slotID, reason Reason) {
	for _, known := range s.noted[slot] {
		if known.Kind == reason.Kind && known.Subject == reason.Subject {
			return
		}
	}
	if len(s.noted[slot]) < mostNoted {
		s.noted[slot] = append(s.noted[slot], reason)
	}
}

// answers adds the technology keywords named in the text that the
// organisation answered.
func (s *scorer) answers(o *organisation) {
	best := make(map[uint32]Reason)
	for _, n := range o.names[o.keywords:] {
		got := s.longest(n.words, func(wordID) float64 { return 1 })
		if got.length < len(n.words) {
			continue
		}
		reason := s.answer(o, n, got.line, 0.5+0.5*min(1, got.value/got.worth))
		if known, ok := best[n.of]; !ok || math.Abs(reason.Points) > math.Abs(known.Points) {
			best[n.of] = reason
		}
	}
	for _, reason := range best {
		s.note(o.slot, reason)
	}
}

// answer makes the reason of one keyword answer: yes counts for the
// organisation, no against it, and unknown a little for it.
func (s *scorer) answer(o *organisation, n name, line int, weight float64) Reason {
	a := o.answers[n.of]
	reason := Reason{Kind: ByKeyword, Subject: a.Keyword, Line: line, On: a.On, Reply: a.Reply}
	switch a.Reply {
	case Yes:
		reason.Points = s.weights.keyword * weight
	case No:
		reason.Points = -s.weights.refused * weight
	default:
		reason.Points = s.weights.unsure * weight
	}
	return reason
}

// dismiss weakens the reasons that an officer found wrong before, and tells
// whether less than half of the score is left.
func (s *scorer) dismiss(o *organisation, f *Found) (mostly bool) {
	if len(o.dismissals) == 0 {
		return false
	}
	before, after := 0.0, 0.0
	for i := range f.Reasons {
		reason := &f.Reasons[i]
		points := max(0, reason.Points)
		for j := range o.dismissals {
			if d := &o.dismissals[j]; d.covers(*reason) {
				reason.Points *= s.weights.dismiss
				reason.Dismissed = d
				break
			}
		}
		if reason.Kind == BySize && reason.Dismissed == nil {
			continue // it speaks for the organisation in every case alike
		}
		before += points
		after += max(0, reason.Points)
	}
	return after < before/2
}

// covers holds for the same kind of reason about the same subject. A dismissed
// product takes with it its single words, and other products that nothing but
// its words pointed at.
func (d *Dismissal) covers(reason Reason) bool {
	if d.Kind == reason.Kind && (d.Kind == BySize || fold.Name(d.Subject) == fold.Name(reason.Subject)) {
		return true
	}
	if d.Kind != ByProduct || reason.Kind != ByWord && reason.Kind != ByProduct {
		return false
	}
	met := reason.met
	if reason.Kind == ByWord {
		met = []string{reason.Subject}
	}
	known := fold.Words(d.Subject)
	return !slices.ContainsFunc(met, func(text string) bool {
		return !slices.ContainsFunc(known, func(w fold.Word) bool { return w.Text == text || headWord(w.Head) == text })
	})
}

// version tells which of the product's versions stands right behind its name.
func (s *scorer) version(o *organisation, n name, got run) string {
	for _, v := range o.versions[n.of] {
		words := fold.Words(v)
		if len(words) > 0 && s.reading.follows(got, words) {
			return v
		}
	}
	return ""
}

// follows holds where the words stand within a few words behind the run.
func (r *reading) follows(got run, words []fold.Word) bool {
	if got.length == 0 {
		return false
	}
	written := r.stretches[got.at.stretch].words
	end := got.at.at + got.length
	for from := end; from+len(words) <= len(written) && from <= end+betweenVersion; from++ {
		if slices.EqualFunc(words, written[from:from+len(words)], func(w fold.Word, at spot) bool { return w.Text == at.text }) {
			return true
		}
	}
	return false
}

const (
	betweenVersion = 3 // words: "FA-M3 before version 3.1"
	mostNoted      = 12
)
