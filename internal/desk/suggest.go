package desk

import (
	"context"
	"strings"
	"sync"

	"nakodo/internal/cvd"
	"nakodo/internal/match"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// matcher is the registry in the form that matching needs, in memory. It is
// filled when first asked and kept current by every change of the registry.
type matcher struct {
	once  sync.Mutex
	index *match.Index
	count int // organisations when it was filled: another process may have added some
}

// Suggestion is an organisation that a case may concern, with the reasons.
type Suggestion struct {
	Org      party.OrgID
	Name     string
	Score    float64
	Reasons  []match.Reason
	Agreed   bool // an agreement is in force
	NearMiss bool
}

// Suggest ranks who a case concerns that is not in it yet.
func (d *Desk) Suggest(ctx context.Context, by party.Actor, id cvd.CaseID) ([]Suggestion, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var out []Suggestion
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		q, err := d.question(ctx, tx, c)
		if err != nil {
			return err
		}
		index, err := d.registryIndex(ctx, tx)
		if err != nil {
			return err
		}
		res := index.Rank(q)
		for i, f := range append(res.Ranked, res.NearMisses...) {
			if c.Party(cvd.OrgParticipant(party.OrgID(f.Organisation))) != nil {
				continue
			}
			s, err := d.suggestion(ctx, tx, f)
			if err != nil {
				return err
			}
			s.NearMiss = i >= len(res.Ranked)
			out = append(out, s)
			if len(out) == 12 {
				return nil
			}
		}
		return nil
	})
	return out, err
}

func (d *Desk) suggestion(ctx context.Context, tx *store.Tx, f match.Found) (Suggestion, error) {
	s := Suggestion{Org: party.OrgID(f.Organisation), Score: f.Score, Reasons: f.Reasons}
	o, err := tx.Organisation(ctx, s.Org)
	if err != nil {
		return s, err
	}
	s.Name = o.Name()
	signed, err := tx.Agreements(ctx, s.Org)
	if err != nil {
		return s, err
	}
	_, s.Agreed = agreed(signed, tx.Now())
	return s, nil
}

// question is everything known of a case, title first.
func (d *Desk) question(ctx context.Context, tx *store.Tx, c cvd.Case) (match.Question, error) {
	lines := []string{c.Title.EN, c.Title.JA, c.Brief.EN, c.Brief.JA}
	var q match.Question
	for _, id := range c.Reports {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return q, err
		}
		s := r.Submission
		lines = append(lines, s.Title, s.Vendor, s.Product, s.Environment, s.Result, s.Impact, s.Procedure)
		if s.Product != "" {
			q.Products = append(q.Products, s.Product)
		}
	}
	q.Text = strings.Join(lines, "\n")
	return q, nil
}

// registryIndex gives the index, filled.
func (d *Desk) registryIndex(ctx context.Context, tx *store.Tx) (*match.Index, error) {
	d.match.once.Lock()
	defer d.match.once.Unlock()
	n, err := tx.CountOrganisations(ctx)
	if err != nil {
		return nil, err
	}
	if d.match.index != nil && d.match.count == n {
		return d.match.index, nil
	}
	index := match.New()
	for o, err := range tx.AllOrganisations(ctx) {
		if err != nil {
			return nil, err
		}
		index.Put(entryOf(o))
	}
	d.match.index, d.match.count = index, n
	return index, nil
}

// learn keeps the index current after a change of the registry.
func (d *Desk) learn(o party.Organisation) {
	d.match.once.Lock()
	defer d.match.once.Unlock()
	if d.match.index == nil {
		return
	}
	d.match.index.Put(entryOf(o))
	d.match.count = d.match.index.Len()
}

// entryOf is what matching knows of an organisation.
func entryOf(o party.Organisation) match.Entry {
	e := match.Entry{Organisation: string(o.ID), Domains: o.Domains, CPEs: o.CPEs, PURLs: o.PURLs}
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
	return e
}

// Index is the registry as matching sees it.
func (d *Desk) Index(ctx context.Context, by party.Actor) (*match.Index, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var index *match.Index
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		index, err = d.registryIndex(ctx, tx)
		return err
	})
	return index, err
}
