package advisory

import (
	"fmt"
	"time"

	"nakodo/internal/words"
)

// vendors: every vendor of the case stands in the table, was heard or is
// recorded as silent, and was told of the draft beforehand (CERT guide G8, G10:
// the draft goes to silent vendors too).
func (g *gate) vendors() {
	listed := map[string]bool{}
	for i, v := range g.content.Vendors {
		listed[v.Org] = true
		c := g.contact(v)
		at := fmt.Sprintf("vendors[%d]", i)
		args := map[string]any{"vendor": v.Name.In(words.EN)}
		if c.Heard.IsZero() && c.Silent.IsZero() {
			g.add(Finding{Rule: RuleUnheard, Weight: Block, Field: at, Key: "gate.vendor_unheard", Args: args, CanSetAside: true}, v.Org)
		}
		if v.Status.Stated() && c.Heard.IsZero() {
			g.add(Finding{Rule: RuleUnheard, Weight: Block, Field: at + ".status", Key: "gate.vendor_word", Args: args, CanSetAside: true}, v.Org)
		}
		switch {
		case c.DraftTold.IsZero() && g.draft.Number == 1:
			g.add(Finding{Rule: RuleUntold, Weight: Block, Field: at, Key: "gate.vendor_untold", Args: args, CanSetAside: true}, v.Org)
		case c.DraftTold.IsZero():
			g.add(Finding{Rule: RuleUntold, Weight: Warn, Field: at, Key: "gate.vendor_untold", Args: args}, v.Org)
		case c.DraftTold.Before(g.draft.Changed):
			g.add(Finding{Rule: RuleUntold, Weight: Warn, Field: at, Key: "gate.vendor_told_older", Args: args}, v.Org)
		}
	}
	for i, p := range g.content.Products {
		if !listed[p.Org] {
			g.add(Finding{Rule: RuleUnlisted, Weight: Block, Field: fmt.Sprintf("products[%d]", i), Key: "gate.product_vendor",
				Args: map[string]any{"product": p.Name}}, p.ID)
		}
	}
	for _, c := range g.facts.Vendors {
		if !listed[c.Org] {
			g.add(Finding{Rule: RuleUnlisted, Weight: Block, Field: "vendors", Key: "gate.vendor_unlisted", CanSetAside: true}, c.Org)
		}
	}
}

// contact joins what the case and the advisory know of one vendor.
func (g *gate) contact(v VendorEntry) VendorContact {
	joined := VendorContact{Org: v.Org, Heard: v.Heard, Silent: v.Silent, DraftTold: v.DraftTold}
	for _, c := range g.facts.Vendors {
		if c.Org == v.Org {
			joined.Heard = latest(joined.Heard, c.Heard)
			joined.Silent = latest(joined.Silent, c.Silent)
			joined.DraftTold = latest(joined.DraftTold, c.DraftTold)
			joined.Contacted = c.Contacted
		}
	}
	for _, r := range g.facts.Rulings { // the committee's letter held the text; whoever it could not reach is silent
		if r.Org == v.Org && r.Word == RulingYes {
			joined.DraftTold = latest(joined.DraftTold, r.Told)
			joined.Silent = latest(joined.Silent, r.Told)
		}
	}
	return joined
}

// dates: nothing happened in the future, and the hour that was set does not
// lie before the end of the embargo.
func (g *gate) dates() {
	late := func(field string, t time.Time, weight Weight) {
		if t.After(g.now) {
			g.add(Finding{Rule: RuleDate, Weight: weight, Field: field, Key: "gate.date_future",
				Args: map[string]any{"date": t.UTC().Format("2006-01-02 15:04 UTC")}}, "")
		}
	}
	for i, v := range g.content.Vendors {
		late(fmt.Sprintf("vendors[%d].updated", i), v.Updated, Block)
	}
	late("public", g.content.Public, Block)
	for i, r := range g.content.Remedies {
		late(fmt.Sprintf("remedies[%d].date", i), r.Date, Warn)
	}
	e := g.facts.Embargo
	bound := e.State == "active" || e.State == "revise"
	if at := g.draft.At; bound && !at.IsZero() && at.Before(e.End) {
		g.add(Finding{Rule: RuleDate, Weight: Block, Field: "at", Key: "gate.date_before_embargo",
			Args: map[string]any{"until": e.End.UTC().Format("2006-01-02 15:04 UTC")}, Wait: WaitsForTime}, "")
	}
}
