package store

import (
	"context"
	"slices"

	"nakodo/internal/party"
)

// Operators lists the operators of critical infrastructure, by name. The text of
// the record is looked at first: they are few among many, and only theirs is read.
func (tx *Tx) Operators(ctx context.Context) ([]party.Organisation, error) {
	all, err := bodies[party.Organisation](ctx, tx, `SELECT body FROM organisation WHERE body LIKE $1 ORDER BY name, id`, `%"`+string(party.KindOperator)+`"%`)
	return slices.DeleteFunc(all, func(o party.Organisation) bool { return !slices.Contains(o.Kinds, party.KindOperator) }), err
}

// AgreementsOn lists every agreement of a scope, in force or not, by organisation.
func (tx *Tx) AgreementsOn(ctx context.Context, scope party.Scope) (map[party.OrgID][]party.Agreement, error) {
	all, err := bodies[party.Agreement](ctx, tx, `SELECT body FROM agreement WHERE body LIKE $1 ORDER BY id`, `%"`+string(scope)+`"%`)
	by := map[party.OrgID][]party.Agreement{}
	for _, a := range all {
		if a.Scope == scope {
			by[a.Org] = append(by[a.Org], a)
		}
	}
	return by, err
}
