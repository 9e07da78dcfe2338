package desk

import (
	"context"
	"slices"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// DraftForComment is the draft of a case's advisory as one vendor of the case
// reads it before publication: the centre's text and its own entries, and of the
// others the products they share. It is there for those who read the content and were
// told of the draft; for everybody else there is none.
func (d *Desk) DraftForComment(ctx context.Context, by party.Actor, id cvd.CaseID) (advisory.Content, error) {
	var content advisory.Content
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		v, err := c.SeenBy(inCase(by, c))
		if err != nil {
			return err
		}
		a, err := tx.Advisory(ctx, advisory.ID(id))
		if err != nil {
			return err
		}
		if v.Role != party.Vendor || !v.Open || v.My.Draft.IsZero() || a.Draft == nil || len(c.Party(v.Me).Apart) > 0 { // it tells of the whole case
			return fault.New(fault.NotFound, "fault.not_found")
		}
		content = draftFor(a.Draft.Content, v)
		return nil
	})
	return content, err
}

// draftFor builds from nothing what a view allows: a part of the content that
// nobody thought of stays out.
func draftFor(c advisory.Content, v cvd.View) advisory.Content {
	out := advisory.Content{
		Languages: slices.Clone(c.Languages), TLP: v.TLP, Title: c.Title, Overview: c.Overview,
		AffectedNote: c.AffectedNote, Description: c.Description, Impact: c.Impact, Solution: c.Solution,
		Addendum: c.Addendum, Analysis: c.Analysis, Vulnerabilities: slices.Clone(c.Vulnerabilities), References: slices.Clone(c.References),
	}
	if v.My.Alone { // where other vendors are spoken of
		out.AffectedNote, out.Addendum, out.References = words.Text{}, words.Text{}, nil
	}
	sees := func(id string) bool {
		return slices.ContainsFunc(v.Products, func(p product.Product) bool { return p.ID == id })
	}
	for _, p := range c.Products {
		if p.Org == string(v.My.Org) || sees(p.ID) {
			out.Products = append(out.Products, p)
		}
	}
	for _, e := range c.Vendors {
		if e.Org == string(v.My.Org) {
			e.Heard, e.Silent, e.DraftTold = time.Time{}, time.Time{}, time.Time{} // the officers' notes
			out.Vendors = append(out.Vendors, e)
		}
	}
	for _, r := range c.Remedies {
		mine := func(id string) bool {
			p, ok := c.Product(id)
			return ok && p.Org == string(v.My.Org)
		}
		if slices.ContainsFunc(r.Products, mine) {
			r.Products = slices.DeleteFunc(slices.Clone(r.Products), func(id string) bool { return !mine(id) })
			out.Remedies = append(out.Remedies, r)
		}
	}
	return out
}
