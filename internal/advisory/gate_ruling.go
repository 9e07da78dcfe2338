package advisory

import (
	"slices"
	"time"
)

// Word is what the publication committee has said about one vendor.
type Word string

// The committee's words.
const (
	RulingOpen Word = "open" // it has been asked, and not everything is decided
	RulingYes  Word = "yes"  // the advisory may come out without the vendor's consent
	RulingNo   Word = "no"   // it may not
)

// Ruling is what the gate must know of the publication committee.
type Ruling struct {
	Org   string    `json:"org"`
	Word  Word      `json:"word"`
	Told  time.Time `json:"told,omitzero"`  // when the vendor was given the draft text for its opinion
	From  time.Time `json:"from,omitzero"`  // with RulingYes: not before
	Print Decision  `json:"print,omitzero"` // with RulingYes: what the advisory must print
}

// ruled reports whether the committee has said yes about a vendor, and the
// advisory says so.
func (g *gate) ruled(org string) bool {
	return slices.ContainsFunc(g.facts.Rulings, func(r Ruling) bool {
		return r.Org == org && r.Word == RulingYes && slices.Contains(g.content.Decisions, r.Print)
	})
}

// rulings: while the committee has the matter nothing comes out, after its no
// neither; after its yes what it decided stands in the advisory word for word.
// Nobody may set any of this aside (guideline IV.3(2)).
func (g *gate) rulings() {
	known := map[Decision]bool{}
	for _, r := range g.facts.Rulings {
		block := func(key string, wait Wait) {
			g.add(Finding{Rule: RuleRuling, Weight: Block, Field: "decisions", Key: key, Wait: wait}, r.Org)
		}
		switch r.Word {
		case RulingYes:
			known[r.Print] = true
			if !slices.Contains(g.content.Decisions, r.Print) {
				block("gate.ruling_missing", "")
			}
			if g.now.Before(r.From) {
				block("gate.ruling_date", WaitsForTime)
			}
		case RulingNo:
			block("gate.ruling_no", "")
		default:
			block("gate.ruling_open", "")
		}
	}
	for _, d := range g.content.Decisions {
		if !known[d] {
			g.add(Finding{Rule: RuleRuling, Weight: Block, Field: "decisions", Key: "gate.ruling_none"}, d.Org)
		}
	}
}
