package desk

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/fold"
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
	seq   int64                         // of the journal, as far as the index knows
	again map[party.OrgID]bool          // to be read anew though the journal does not say so
	known map[string][]store.Appearance // public advisories by folded vendor
	gen   int64                         // of what is public, when known was read
	last  time.Time                     // when the newest of them was published
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
	if err := m.follow(ctx, tx); err != nil {
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
	dismissed, err := tx.AllDismissals(ctx)
	if err != nil {
		return err
	}
	m.gen = -1
	if err := m.follow(ctx, tx); err != nil {
		return err
	}
	index := match.New()
	for o, err := range tx.AllOrganisations(ctx) {
		if err != nil {
			return err
		}
		if o.MergedInto == "" {
			index.Put(d.entryOf(record{o, answers[o.ID], dismissed[o.ID], cases[o.ID], m.appearances(o)}, m.last))
		}
	}
	m.index, m.seq, m.again = index, seq, map[party.OrgID]bool{}
	return nil
}

// follow reads which public advisories name whom, where anything public has
// changed, and has those read anew whose advisories are others now.
func (m *matcher) follow(ctx context.Context, tx *store.Tx) error {
	gen, err := tx.PublicGeneration(ctx)
	if err != nil || gen == m.gen {
		return err
	}
	known, err := tx.Appearances(ctx)
	if err != nil {
		return err
	}
	if m.index != nil {
		for _, name := range changedKeys(m.known, known) {
			same, err := tx.OrganisationsCalled(ctx, name)
			if err != nil {
				return err
			}
			for _, o := range same {
				m.again[o.ID] = true
			}
		}
	}
	m.known, m.gen, m.last = known, gen, time.Time{}
	for _, list := range known {
		if newest := list[len(list)-1].First; newest.After(m.last) {
			m.last = newest
		}
	}
	return nil
}

func changedKeys(old, now map[string][]store.Appearance) (changed []string) {
	for key, list := range now {
		if !slices.Equal(old[key], list) {
			changed = append(changed, key)
		}
	}
	for key := range old {
		if _, still := now[key]; !still {
			changed = append(changed, key)
		}
	}
	return changed
}

// appearances lists the public advisories that name an organisation by any of
// its names, each once, the oldest first.
func (m *matcher) appearances(o party.Organisation) []store.Appearance {
	var all []store.Appearance
	seen := map[string]bool{}
	for _, name := range o.Names {
		for _, a := range m.known[fold.Name(name.Text)] {
			if !seen[a.ID] {
				seen[a.ID] = true
				all = append(all, a)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b store.Appearance) int { return a.First.Compare(b.First) })
	return all
}

// record is all that the centre knows of an organisation for matching.
type record struct {
	org       party.Organisation
	said      party.Questionnaire
	dismissed party.Dismissals
	cases     int // of ours
	named     []store.Appearance
}

// entry reads one organisation. One that was merged is not to be found: the one
// that it was merged into has its names and products.
func (d *Desk) entry(ctx context.Context, tx *store.Tx, m *matcher, id party.OrgID) (match.Entry, error) {
	r := record{}
	var err error
	if r.org, err = tx.Organisation(ctx, id); err != nil {
		return match.Entry{}, err
	}
	if r.org.MergedInto != "" {
		return match.Entry{}, fault.New(fault.NotFound, "fault.not_found")
	}
	if r.said, err = tx.Answers(ctx, id); err != nil {
		return match.Entry{}, err
	}
	if r.dismissed, err = tx.Dismissals(ctx, id); err != nil {
		return match.Entry{}, err
	}
	r.cases, err = tx.CountCasesOf(ctx, id)
	r.named = m.appearances(r.org)
	return d.entryOf(r, m.last), err
}

// halfLife is after how long an advisory says half as much about who will be
// concerned next.
const halfLife = 2 * 365 * 24 * time.Hour

// entryOf is a record as matching takes it. Advisories age from the newest one on
// and not from today: a registry that was filled once stays what it was.
func (d *Desk) entryOf(r record, last time.Time) match.Entry {
	o := r.org
	e := match.Entry{Organisation: string(o.ID), Domains: o.Domains, CPEs: slices.Clone(o.CPEs), PURLs: slices.Clone(o.PURLs), Cases: float64(r.cases)}
	for _, n := range o.Names {
		e.Names = append(e.Names, n.Text)
	}
	for _, a := range r.named {
		e.Titles = append(e.Titles, a.Title)
		if !a.Own { // ours are among the cases
			e.Cases += math.Pow(0.5, float64(last.Sub(a.First))/float64(halfLife))
		}
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
	for _, x := range r.dismissed.Standing() {
		for _, reason := range x.Reasons {
			e.Dismissals = append(e.Dismissals, match.Dismissal{Kind: match.Kind(reason.Kind), Subject: reason.Subject, Why: x.Why, On: x.On})
		}
	}
	for _, a := range r.said.Answers {
		k, ok := d.Keywords.Get(a.Keyword)
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
