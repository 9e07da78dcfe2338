package desk

import (
	"context"
	"slices"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// RefreshAdvisory takes over into a draft what has come into the case since:
// products, statuses, statements, new vulnerabilities, remedies and reports.
// What an officer has written stays: a remedy that was translated or mended is
// not replaced by its original.
func (d *Desk) RefreshAdvisory(ctx context.Context, by party.Actor, id advisory.ID, seen int64) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		a, c, _, err := d.loadAdvisory(ctx, tx, id)
		if err != nil {
			return err
		}
		if seen != 0 && seen != a.Version || a.Draft == nil {
			return fault.New(fault.Stale, "fault.stale")
		}
		content := a.Draft.Content
		if err := d.newest(ctx, tx, c, &content); err != nil {
			return err
		}
		next, out, err := a.Do(advisory.Write{Content: content, Summary: a.Draft.Summary}, by, tx.Now())
		if err != nil {
			return err
		}
		if err := tx.SetAdvisory(ctx, next); err != nil {
			return err
		}
		return tx.Record(ctx, out)
	})
}

// newest joins the case's facts with a content that officers have worked on.
func (d *Desk) newest(ctx context.Context, tx *store.Tx, c cvd.Case, content *advisory.Content) error {
	content.Vulnerabilities = slices.Clone(content.Vulnerabilities)
	for _, v := range c.Vulns {
		if !slices.ContainsFunc(content.Vulnerabilities, func(x advisory.Vulnerability) bool { return x.ID == v.ID }) {
			content.Vulnerabilities = append(content.Vulnerabilities, publicVuln(v, c))
		}
	}
	written := content.Remedies
	if err := d.vendorFacts(ctx, tx, c, content); err != nil {
		return err
	}
	content.Remedies = joinRemedies(written, content.Remedies, *content)
	content.Credits = slices.Clone(content.Credits)
	if err := d.decided(ctx, tx, c, content); err != nil {
		return err
	}
	return d.credits(ctx, tx, c, content)
}

// joinRemedies keeps what was written, without products that are gone, and adds
// what the case has besides.
func joinRemedies(written, offered []product.Remedy, c advisory.Content) []product.Remedy {
	gone := func(id string) bool { _, ok := c.Product(id); return !ok }
	var all []product.Remedy
	for _, r := range written {
		r.Products = slices.DeleteFunc(slices.Clone(r.Products), gone)
		all = append(all, r)
	}
	for _, r := range offered {
		i := slices.IndexFunc(all, func(x product.Remedy) bool { return sameRemedy(x, r) })
		if i < 0 {
			all = append(all, r)
			continue
		}
		all[i].Products = slices.Clone(r.Products)
	}
	return all
}

// sameRemedy holds for a remedy and what an officer made of it by translating.
func sameRemedy(a, b product.Remedy) bool {
	said := func(l words.Lang) bool { return a.Text.Get(l) != "" && a.Text.Get(l) == b.Text.Get(l) }
	return a.Kind == b.Kind && a.URL == b.URL && (said(words.JA) || said(words.EN) || a.Text == b.Text)
}

// CheckDraft judges a text that is being written, without storing it: what the
// gate would find, and as an error what could not be stored.
func (d *Desk) CheckDraft(ctx context.Context, by party.Actor, id advisory.ID, w advisory.Write) ([]advisory.Finding, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var found []advisory.Finding
	err := d.view(ctx, func(tx *store.Tx) error {
		a, _, facts, err := d.loadAdvisory(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.Draft == nil {
			return fault.New(fault.NotNow, "fault.advisory.no_draft")
		}
		draft := *a.Draft
		draft.Content, draft.Summary, draft.Changed = w.Content, w.Summary, tx.Now()
		found = advisory.Gate(draft, facts, tx.Now())
		_, _, err = a.Do(w, by, tx.Now())
		return err
	})
	return found, err
}

// PreviewAdvisory prints a draft as its publication now would. The page is for
// officers alone, and looks like the real one: whoever sends it must say that it
// is not, and keep it out of every cache.
func (d *Desk) PreviewAdvisory(ctx context.Context, by party.Actor, id advisory.ID, lang words.Lang) ([]byte, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var rev advisory.Revision
	err := d.view(ctx, func(tx *store.Tx) error {
		a, c, _, err := d.loadAdvisory(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.Draft == nil {
			return fault.New(fault.NotNow, "fault.advisory.no_draft")
		}
		if !a.Draft.Content.In(lang) {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		names, err := d.creditNames(ctx, tx, c)
		if err != nil {
			return err
		}
		rev = a.Public(names, tx.Now())
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d.Press.HTML(rev, d.publisher(), lang, Around(lang))
}
