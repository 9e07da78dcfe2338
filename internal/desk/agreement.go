package desk

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/match"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// registration is what the registry says of an organisation that a case must
// know: the agreement for its part in the case that counts now, in force or not,
// and whether it is registered for cases about its own products alone.
func (d *Desk) registration(ctx context.Context, tx *store.Tx, o party.Organisation, role party.Role) (*cvd.Agreement, bool, error) {
	signed, err := tx.Agreements(ctx, o.ID)
	if err != nil {
		return nil, false, err
	}
	alone := role != party.Operator && o.Tier == party.Individual // to observe would be to learn of the others
	best, inForce := party.Best(signed, cvd.ScopeOf(role), tx.Now())
	if best.ID == "" || best.Signed.After(tx.Now()) {
		return nil, alone, nil
	}
	a := &cvd.Agreement{ID: best.ID, Scope: best.Scope, Until: best.Until}
	if !inForce {
		a.Ended = best.End()
	}
	return a, alone, nil
}

// registryChanged brings what the registry now says of an organisation to every
// case it takes part in, in the same transaction: what is open under an
// agreement that was ended closes, and what waited for a signature opens. Every
// verb that changes an agreement or a tier calls it.
func (d *Desk) registryChanged(ctx context.Context, tx *store.Tx, by party.Actor, id party.OrgID) error {
	o, err := tx.Organisation(ctx, id)
	if err != nil {
		return err
	}
	who := cvd.OrgParticipant(id)
	cases, err := tx.CasesWith(ctx, who)
	if err != nil {
		return err
	}
	if by.Role != party.Officer {
		by = party.ClockActor() // a change in the registry is nobody's deed in a case
	}
	for _, c := range cases {
		p := c.Party(who)
		a, alone, err := d.registration(ctx, tx, o, p.Role)
		if err != nil {
			return err
		}
		if alone == p.Alone && reflect.DeepEqual(a, p.Agreement) || !p.Bound() && (a == nil || !a.Ended.IsZero()) {
			continue
		}
		if _, err := d.act(ctx, tx, by, c.ID, 0, cvd.NoteRegistration{Who: who, Agreement: a, Alone: alone}); err != nil {
			return err
		}
	}
	return nil
}

// lapseAgreement is the clock at the end of an agreement in one case. Where the
// registry has another one in force meanwhile, the case is told of that instead.
func (d *Desk) lapseAgreement(ctx context.Context, key string) error {
	id, who := cvd.ParseLapseKey(key)
	err := d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		p := c.Party(who)
		if p == nil {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		o, err := tx.Organisation(ctx, p.Org)
		if err != nil {
			return err
		}
		var v cvd.Verb = cvd.LapseAgreement{Who: who}
		a, alone, err := d.registration(ctx, tx, o, p.Role)
		if err == nil && a != nil && a.Ended.IsZero() {
			v = cvd.NoteRegistration{Who: who, Agreement: a, Alone: alone}
		}
		if err == nil {
			_, err = d.act(ctx, tx, party.ClockActor(), id, 0, v)
		}
		return err
	})
	if k := fault.KindOf(err); k == fault.NotNow || k == fault.NotFound {
		return nil // the deadline has lost its point
	}
	return err
}

// ownProducts says which of its products a case concerns for an organisation of
// the individual tier: those an officer names out of the registry, or what the
// case's own words match. Neither: it is not to hear of this case (domain 1.11).
func (d *Desk) ownProducts(ctx context.Context, tx *store.Tx, c cvd.Case, o party.Organisation, named []string) ([]string, error) {
	var own []string
	for _, name := range named {
		i := slices.IndexFunc(o.Products, func(p party.Product) bool { return name != "" && (p.ID == name || p.Name == name) })
		if i < 0 {
			var k fault.Check
			k.Add("own", "fault.case.not_own_product", "name", o.Name())
			return nil, k.Err()
		}
		own = append(own, o.Products[i].Name)
	}
	if len(own) > 0 {
		return own, nil
	}
	q, err := d.question(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	index, err := d.registryIndex(ctx, tx)
	if err != nil {
		return nil, err
	}
	res := index.Rank(q)
	for _, f := range append(res.Ranked, res.NearMisses...) {
		if f.Organisation == string(o.ID) {
			own = ownReasons(f.Reasons)
		}
	}
	if len(own) == 0 {
		var k fault.Check
		k.Add("own", "fault.case.individual", "name", o.Name())
		return nil, k.Err()
	}
	return own, nil
}

// ownReasons are the subjects of the reasons that name an organisation or its
// products without a guess. A keyword, a single word or a likeness is no product.
func ownReasons(reasons []match.Reason) []string {
	var own []string
	for _, r := range reasons {
		names := slices.Contains([]match.Kind{match.ByName, match.ByProduct, match.ByCPE, match.ByPURL, match.ByComponent}, r.Kind)
		if subject := strings.TrimSpace(r.Subject); names && !r.Approx && r.Dismissed == nil && subject != "" && !slices.Contains(own, subject) {
			own = append(own, subject)
		}
	}
	return own
}
