package desk

import (
	"context"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/match"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

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
	_, s.Agreed = party.Best(signed, party.ScopeReports, tx.Now())
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
