package match

import (
	"math"
	"slices"
	"strings"

	"nakodo/internal/fold"
	"nakodo/internal/words"
)

// tidy leaves the reasons an officer can use, strongest first: those that
// carried weight, and no single word that a product or name above already
// shows. Where nothing did, the size of the organisation is all there is to say.
func tidy(reasons []Reason) []Reason {
	byPoints(reasons)
	least := leastPoints
	for _, r := range reasons {
		if r.Kind != BySize {
			least = max(least, leastShare*r.Points)
		}
	}
	shown := make(map[string]bool)
	var kept, size []Reason
	for _, r := range reasons {
		switch {
		case r.Kind == BySize:
			size = append(size, r)
			continue
		case len(kept) == mostShown, r.Points == 0,
			r.Dismissed == nil && r.Kind != ByKeyword && math.Abs(r.Points) < least,
			r.Kind == ByWord && (shown[r.Subject] || !topical(r.Subject)):
			continue
		}
		for _, w := range fold.Words(r.Subject) {
			shown[w.Text] = true
			shown[headWord(w.Head)] = true
		}
		kept = append(kept, r)
	}
	if len(kept) == 0 {
		kept = size
	}
	return slices.Clip(kept)
}

const (
	mostShown   = 6
	leastShare  = 0.1  // of the strongest reason
	leastPoints = 0.05 // less is chance: a word such as "in"
)

// weak holds where nothing of the organisation is clearly named: whoever asks
// should read such a suggestion as a guess.
func weak(reasons []Reason) bool {
	return !slices.ContainsFunc(reasons, func(r Reason) bool {
		return r.Points >= clearPoints && r.Kind != BySize && r.Kind != ByEarlier && r.Kind != ByWord
	})
}

const clearPoints = 0.3

// Say puts the reason into words.
func (r Reason) Say(c words.Catalogue, l words.Lang) string {
	where := ""
	if r.Line > 0 {
		where = c.Say(l, "match.in_line", map[string]any{"line": r.Line})
	}
	subject := r.Subject
	if r.Kind == ByWord {
		subject = strings.TrimSuffix(subject, headMark)
	}
	said := c.Say(l, r.key(), map[string]any{
		"subject": subject, "where": where, "version": r.Version, "date": r.On.Format("2006-01-02"),
	})
	if r.Dismissed == nil {
		return said
	}
	return c.Say(l, "match.dismissed", map[string]any{
		"reason": said, "date": r.Dismissed.On.Format("2006-01-02"), "why": r.Dismissed.Why,
	})
}

// key of the reason's sentence in the catalogue.
func (r Reason) key() string {
	switch {
	case r.Kind == ByKeyword && r.Reply == Yes:
		return "match.keyword_yes"
	case r.Kind == ByKeyword && r.Reply == No:
		return "match.keyword_no"
	case r.Kind == ByKeyword:
		return "match.keyword_unknown"
	case r.Kind == ByWord && strings.HasSuffix(r.Subject, headMark):
		return "match.word_begins"
	case r.Kind == ByName && r.Approx:
		return "match.name_approx"
	case r.Kind == ByProduct && r.Approx:
		return "match.product_approx"
	case r.Kind == ByProduct && r.Version != "":
		return "match.product_version"
	}
	return "match." + string(r.Kind)
}
