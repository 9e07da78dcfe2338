package desk

import (
	"context"

	"nakodo/internal/cvd"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// Prioritised is one time that an officer judged how urgent a case is.
type Prioritised struct {
	cvd.Priority
	Name string // of the officer
}

// mostPriorities is how many former judgements are listed.
const mostPriorities = 50

// Priorities lists how urgent officers held a case to be, the newest first, as
// the journal keeps it: answers, outcomes, reasons.
func (d *Desk) Priorities(ctx context.Context, by party.Actor, id cvd.CaseID) ([]Prioritised, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var all []Prioritised
	err := d.view(ctx, func(tx *store.Tx) error {
		if _, err := tx.Case(ctx, id); err != nil {
			return err
		}
		about := journal.Ref{Kind: journal.AboutCase, ID: string(id)}
		events, err := tx.EventsOfVerb(ctx, about, cvd.PrioritiseCase{}.Verb(), mostPriorities)
		if err != nil {
			return err
		}
		known := map[string]string{}
		for _, e := range events {
			p, err := judgedBy(e)
			if err != nil {
				return err
			}
			if p.Name, err = d.actorName(ctx, tx, e.By, known); err != nil {
				return err
			}
			all = append(all, p)
		}
		return nil
	})
	return all, err
}

// judgedBy reads a judgement back from its event.
func judgedBy(e journal.Event) (Prioritised, error) {
	v, _, err := cvd.DecodeVerb(e.Verb, e.Data)
	if err != nil {
		return Prioritised{}, err
	}
	p, err := v.(cvd.PrioritiseCase).Judged()
	p.At, p.By = e.At, e.By.Person
	return Prioritised{Priority: p}, err
}
