package desk

import (
	"context"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// RegistryShows are the filters of the registry: organisations of which letters
// come back, a key ends soon, no address was proved right for too long, or a
// registration is under way.
var RegistryShows = []string{"bounced", "keys", "aged", "registering"}

// OrganisationsShown lists the registry by name through one of the filters.
func (d *Desk) OrganisationsShown(ctx context.Context, by party.Actor, show string, limit int) ([]party.Organisation, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var list []party.Organisation
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		switch show {
		case "bounced":
			list, err = tx.OrganisationsBounced(ctx, limit)
		case "keys":
			list, err = tx.OrganisationsKeyEnds(ctx, tx.Now().Add(party.KeySoon), limit)
		case "aged":
			list, err = tx.OrganisationsAged(ctx, tx.Now().Add(-party.ProofHolds), limit)
		case "registering":
			list, err = registering(ctx, tx)
		default:
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		return err
	})
	return list, err
}

// Proofs says of organisations whether any of their addresses is known to be
// right; of one without contacts it says nothing. What comes back from one
// address counts, whatever the others do.
func (d *Desk) Proofs(ctx context.Context, by party.Actor, orgs []party.Organisation) (map[party.OrgID]party.Proof, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var ids []party.OrgID
	for _, o := range orgs {
		ids = append(ids, o.ID)
	}
	proofs := map[party.OrgID]party.Proof{}
	err := d.view(ctx, func(tx *store.Tx) error {
		reach, err := tx.ReachOf(ctx, ids)
		for id, r := range reach {
			best := party.Contact{Verified: r.Verified}
			if r.Bounced {
				best.Bounced = r.Verified.Add(1)
			}
			proofs[id] = best.Proof(tx.Now())
		}
		return err
	})
	return proofs, err
}

func registering(ctx context.Context, tx *store.Tx) ([]party.Organisation, error) {
	open, err := openRegistrations(ctx, tx)
	var list []party.Organisation
	for _, r := range open {
		if r.Org == "" {
			continue
		}
		o, err := tx.Organisation(ctx, r.Org)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, err
}

// PublicVendors are the names of the registered vendors that agreed to stand on
// the public list, in its order. Nothing else of them is public.
func (d *Desk) PublicVendors(ctx context.Context) ([]string, error) {
	var names []string
	err := d.view(ctx, func(tx *store.Tx) error {
		listed, err := tx.OrganisationsListed(ctx)
		names = nil
		for _, o := range listed {
			names = append(names, o.Name())
		}
		return err
	})
	return names, err
}
