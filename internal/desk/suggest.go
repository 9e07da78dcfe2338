package desk

import (
	"context"
	"slices"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/match"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// Suggestion is an organisation that a case may concern, with the reasons.
type Suggestion struct {
	Org       party.OrgID
	Name      string
	Score     float64
	Reasons   []match.Reason
	Agreed    bool // an agreement is in force
	Weak      bool // nothing of it is clearly named
	NearMiss  bool
	Dismissed []party.Dismissal // why officers set it aside, in this case or for reasons it is suggested for again
}

// How many suggestions a page shows: the best, of which some may be mere guesses,
// and what fell short or was set aside behind them.
const (
	mostSuggested = 8
	mostGuesses   = 5
	mostBeside    = 6
)

// Suggest ranks who a case concerns that is not in it yet.
func (d *Desk) Suggest(ctx context.Context, by party.Actor, id cvd.CaseID) ([]Suggestion, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var wanted, beside []Suggestion
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		res, err := d.rank(ctx, tx, c)
		if err != nil {
			return err
		}
		for i, f := range append(res.Ranked, res.NearMisses...) {
			if c.Party(cvd.OrgParticipant(party.OrgID(f.Organisation))) != nil {
				continue
			}
			s, err := d.suggestion(ctx, tx, c.ID, f)
			if err != nil {
				return err
			}
			s.NearMiss = i >= len(res.Ranked) || slices.ContainsFunc(s.Dismissed, func(x party.Dismissal) bool { return x.Case == string(c.ID) })
			bare := len(s.Dismissed) == 0 && f.Reasons[0].Kind == match.BySize
			switch {
			case s.NearMiss && len(beside) < mostBeside && !bare:
				beside = append(beside, s)
			case !s.NearMiss && len(wanted) < mostSuggested && (!s.Weak || len(wanted) < mostGuesses):
				wanted = append(wanted, s)
			}
		}
		return nil
	})
	return append(wanted, beside...), err
}

// rank asks the registry whom a case concerns.
func (d *Desk) rank(ctx context.Context, tx *store.Tx, c cvd.Case) (match.Result, error) {
	q, err := d.question(ctx, tx, c)
	if err != nil {
		return match.Result{}, err
	}
	index, err := d.registryIndex(ctx, tx)
	if err != nil {
		return match.Result{}, err
	}
	return index.Rank(q), nil
}

func (d *Desk) suggestion(ctx context.Context, tx *store.Tx, id cvd.CaseID, f match.Found) (Suggestion, error) {
	s := Suggestion{Org: party.OrgID(f.Organisation), Score: f.Score, Reasons: f.Reasons, Weak: f.Weak}
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
	said, err := tx.Dismissals(ctx, s.Org)
	for _, x := range said.Standing() {
		again := slices.ContainsFunc(f.Reasons, func(r match.Reason) bool {
			return r.Dismissed != nil && r.Dismissed.On.Equal(x.On) && r.Dismissed.Why == x.Why
		})
		if again || x.Case == string(id) {
			s.Dismissed = append(s.Dismissed, x)
		}
	}
	return s, err
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
