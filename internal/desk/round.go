package desk

import (
	"context"
	"slices"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// mostInRound bounds a round: three times the largest case that is known.
const mostInRound = 5000

// RoundPlan is whom an officer wants to invite at once: chosen organisations,
// and every vendor of the general tier or those of them that use a technology.
type RoundPlan struct {
	Orgs    []party.OrgID
	General bool
	Keyword string // id in the list; "": all of the tier
}

// PlanRound puts a round of invitations together. Nobody is contacted by it:
// the officer looks first at who would get what, and who would not and why.
func (d *Desk) PlanRound(ctx context.Context, by party.Actor, id cvd.CaseID, plan RoundPlan) (string, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	round := d.newID()
	return round, d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		lines, err := d.roundLines(ctx, tx, plan)
		if err != nil {
			return err
		}
		lines = slices.DeleteFunc(lines, func(l cvd.RoundLine) bool { return l.Ground.Kind != "chosen" && c.TakesPart(l.Org) })
		if len(lines) > mostInRound {
			return fault.New(fault.Invalid, "fault.round.many", "most", mostInRound)
		}
		return d.roundDo(ctx, tx, by, cvd.Round{ID: round}, cvd.PlanRound{Case: id, Lines: lines})
	})
}

// roundLines finds out whom a plan means: what was chosen by hand stands first.
func (d *Desk) roundLines(ctx context.Context, tx *store.Tx, plan RoundPlan) ([]cvd.RoundLine, error) {
	var lines []cvd.RoundLine
	for _, org := range plan.Orgs {
		if _, err := tx.Organisation(ctx, org); err != nil {
			return nil, err
		}
		lines = append(lines, cvd.RoundLine{Org: org, Ground: cvd.Ground{Kind: "chosen"}})
	}
	if !plan.General {
		return lines, nil
	}
	said := map[party.OrgID]party.KeywordAnswer{}
	if plan.Keyword != "" {
		if _, known := d.Keywords.Get(plan.Keyword); !known {
			var k fault.Check
			k.Add("keyword", "fault.keyword.unknown")
			return nil, k.Err()
		}
		yes, err := tx.AnsweredYes(ctx, plan.Keyword)
		if err != nil {
			return nil, err
		}
		for _, q := range yes {
			said[q.Org], _ = q.Answer(plan.Keyword)
		}
	}
	general, err := tx.VendorsInTier(ctx, party.General)
	for _, org := range general {
		ground := cvd.Ground{Kind: "tier"}
		if plan.Keyword != "" {
			a, yes := said[org]
			if !yes {
				continue
			}
			ground = cvd.Ground{Kind: "keyword", Keyword: plan.Keyword, On: a.On}
		}
		lines = append(lines, cvd.RoundLine{Org: org, Ground: ground})
	}
	return lines, err
}

// HoldRound sends a round: it leaves in ten minutes, unless it is recalled.
// reason is why vendors without an agreement in force are asked too; without one
// they are left out.
func (d *Desk) HoldRound(ctx context.Context, by party.Actor, id cvd.CaseID, round, reason string) error {
	return d.changeRound(ctx, by, id, round, cvd.HoldRound{Reason: reason})
}

// RecallRound takes organisations out of a round before anything has left, all
// that still wait where none is named. They were never contacted: no clock has
// begun, and the case does not know of them.
func (d *Desk) RecallRound(ctx context.Context, by party.Actor, id cvd.CaseID, round string, orgs []party.OrgID) error {
	return d.changeRound(ctx, by, id, round, cvd.RecallRound{Orgs: orgs})
}

func (d *Desk) changeRound(ctx context.Context, by party.Actor, id cvd.CaseID, round string, v cvd.RoundVerb) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		r, err := d.roundOf(ctx, tx, id, round)
		if err != nil {
			return err
		}
		return d.roundDo(ctx, tx, by, r, v)
	})
}

// roundOf reads a round that belongs to a case.
func (d *Desk) roundOf(ctx context.Context, tx *store.Tx, id cvd.CaseID, round string) (cvd.Round, error) {
	r, err := tx.Round(ctx, round)
	if err == nil && r.Case != id {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	return r, err
}

// roundDo does a verb to a round. also is what the same deed did to the case.
func (d *Desk) roundDo(ctx context.Context, tx *store.Tx, by party.Actor, r cvd.Round, v cvd.RoundVerb, also ...journal.Outcome) error {
	r, own, err := r.Do(v, by, tx.Now())
	if err != nil {
		return err
	}
	if err := tx.SetRound(ctx, r); err != nil {
		return err
	}
	var out journal.Outcome
	for _, o := range also {
		out.Add(o)
	}
	out.Add(own)
	return tx.Record(ctx, out)
}
