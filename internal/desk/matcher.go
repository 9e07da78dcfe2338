package desk

import (
	"context"
	"sync"

	"nakodo/internal/fault"
	"nakodo/internal/fold"
	"nakodo/internal/keyword"
	"nakodo/internal/match"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// matcher is the registry in the form that matching needs, in memory. It is
// filled when first asked. Later questions read anew what the journal says has
// changed since, in this process or in another one.
type matcher struct {
	mu    sync.Mutex
	index *match.Index
	seq   int64                // of the journal, as far as the index knows
	again map[party.OrgID]bool // to be read anew though the journal does not say so
	named map[string]int       // advisories of others by folded vendor, when it was filled
}

// registryIndex gives the index, as current as the transaction.
func (d *Desk) registryIndex(ctx context.Context, tx *store.Tx) (*match.Index, error) {
	d.match.mu.Lock()
	defer d.match.mu.Unlock()
	m := &d.match
	if m.index == nil {
		err := d.fill(ctx, tx, m)
		return m.index, err
	}
	changed, seq, err := tx.OrganisationsChanged(ctx, m.seq)
	if err != nil {
		return nil, err
	}
	for _, id := range changed {
		m.again[id] = true
	}
	for id := range m.again {
		e, err := d.entry(ctx, tx, m, id)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			m.index.Remove(string(id))
		case err != nil:
			return nil, err
		default:
			m.index.Put(e)
		}
		delete(m.again, id)
	}
	m.seq = max(m.seq, seq) // an older transaction may come later
	return m.index, nil
}

// learn has an organisation read anew at the next question.
func (d *Desk) learn(o party.Organisation) {
	d.match.mu.Lock()
	defer d.match.mu.Unlock()
	if d.match.index != nil {
		d.match.again[o.ID] = true
	}
}

// fill reads the whole registry. A failure leaves the matcher as it was.
func (d *Desk) fill(ctx context.Context, tx *store.Tx, m *matcher) error {
	_, seq, err := tx.OrganisationsChanged(ctx, -1)
	if err != nil {
		return err
	}
	answers, err := tx.AllAnswers(ctx)
	if err != nil {
		return err
	}
	cases, err := tx.CountCasesOfAll(ctx)
	if err != nil {
		return err
	}
	named, err := tx.CountCollectedByVendor(ctx)
	if err != nil {
		return err
	}
	index := match.New()
	for o, err := range tx.AllOrganisations(ctx) {
		if err != nil {
			return err
		}
		index.Put(entryOf(o, answers[o.ID], d.Keywords, cases[o.ID]+timesNamed(o, named)))
	}
	m.index, m.seq, m.named, m.again = index, seq, named, map[party.OrgID]bool{}
	return nil
}

// entry reads one organisation.
func (d *Desk) entry(ctx context.Context, tx *store.Tx, m *matcher, id party.OrgID) (match.Entry, error) {
	o, err := tx.Organisation(ctx, id)
	if err != nil {
		return match.Entry{}, err
	}
	answers, err := tx.Answers(ctx, id)
	if err != nil {
		return match.Entry{}, err
	}
	cases, err := tx.CountCasesOf(ctx, id)
	return entryOf(o, answers, d.Keywords, cases+timesNamed(o, m.named)), err
}

// timesNamed counts the advisories of others that name an organisation.
func timesNamed(o party.Organisation, named map[string]int) (n int) {
	seen := map[string]bool{}
	for _, name := range o.Names {
		if key := fold.Name(name.Text); !seen[key] {
			seen[key] = true
			n += named[key]
		}
	}
	return n
}

// entryOf is what matching knows of an organisation: its record, what it
// answered of the technology keywords, and how often it was concerned before,
// in cases of ours or advisories of others.
func entryOf(o party.Organisation, said party.Questionnaire, list *keyword.List, before int) match.Entry {
	e := match.Entry{Organisation: string(o.ID), Domains: o.Domains, CPEs: o.CPEs, PURLs: o.PURLs, Cases: before}
	for _, n := range o.Names {
		e.Names = append(e.Names, n.Text)
	}
	for _, p := range o.Products {
		e.Products = append(e.Products, match.Product{Name: p.Name, Versions: p.Versions})
		if p.CPE != "" {
			e.CPEs = append(e.CPEs, p.CPE)
		}
		if p.PURL != "" {
			e.PURLs = append(e.PURLs, p.PURL)
		}
	}
	for _, a := range said.Answers {
		k, ok := list.Get(a.Keyword)
		if !ok {
			continue // a newer program wrote it
		}
		names := k.Names()
		e.Answers = append(e.Answers, match.Answer{Keyword: names[0], Synonyms: names[1:], Reply: match.Reply(a.Reply), On: a.On})
		for _, p := range a.Products { // named with a yes: a product like any other
			e.Products = append(e.Products, match.Product{Name: p})
		}
	}
	return e
}
