package desk

import (
	"context"
	"slices"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// Invitation is whom an officer brings into a case, and on what ground.
type Invitation struct {
	Org    party.OrgID
	Role   party.Role // vendor, observer
	How    string     // mail, post, phone, fax, portal
	Reason string     // why it should read without an agreement: asks for an override
	// Products of the registry that the case is about: for an organisation of the
	// individual tier, where the case's own words do not say so.
	Products []string
}

// InviteVendor makes the first contact with an organisation. Without an
// agreement in force it may answer the terms, and the content waits: for the
// signature, or for a second officer to grant what a reason asks for.
func (d *Desk) InviteVendor(ctx context.Context, by party.Actor, id cvd.CaseID, in Invitation) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		v, err := d.invitation(ctx, tx, c, in)
		if err != nil {
			return err
		}
		v.By = by.Person
		if _, err := d.act(ctx, tx, by, id, 0, v); err != nil {
			return err
		}
		return d.ownThread(ctx, tx, by, id, cvd.OrgParticipant(in.Org))
	})
}

// invitation adds to an invitation what the registry says, and makes it a verb.
func (d *Desk) invitation(ctx context.Context, tx *store.Tx, c cvd.Case, in Invitation) (cvd.InviteVendor, error) {
	v := cvd.InviteVendor{Org: in.Org, Role: in.Role, How: in.How, Unsigned: strings.TrimSpace(in.Reason)}
	o, err := tx.Organisation(ctx, in.Org)
	if err != nil {
		return v, err
	}
	if o.MergedInto != "" {
		return v, fault.New(fault.NotNow, "fault.merge.invited", "name", o.Name())
	}
	role := in.Role
	if role == "" {
		role = party.Vendor
	}
	if v.Agreement, v.Alone, err = d.registration(ctx, tx, o, role); err != nil {
		return v, err
	}
	if v.Alone {
		if v.Own, err = d.ownProducts(ctx, tx, c, o, in.Products); err != nil {
			return v, err
		}
	}
	if in.How == "mail" {
		if v.To, err = d.mailsOf(ctx, tx, cvd.OrgParticipant(in.Org)); err != nil {
			return v, err
		}
	}
	return v, d.reachable(ctx, tx, o, in.How)
}

// reachable refuses a letter to an organisation that has no address: the
// officer would believe it contacted.
func (d *Desk) reachable(ctx context.Context, tx *store.Tx, o party.Organisation, how string) error {
	if how != "mail" {
		return nil
	}
	contacts, err := tx.Contacts(ctx, o.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(contacts, func(c party.Contact) bool { return c.Mail != "" }) {
		return fault.New(fault.NotNow, "fault.case.no_address", "name", o.Name())
	}
	return nil
}

// ownThread makes sure that a participant has a thread with the centre alone,
// open before it signs: it may have questions about the terms.
func (d *Desk) ownThread(ctx context.Context, tx *store.Tx, by party.Actor, id cvd.CaseID, who cvd.ParticipantID) error {
	ts, err := tx.ThreadsOfCase(ctx, string(id))
	if err != nil {
		return err
	}
	readers := []string{string(cvd.Centre), string(who)}
	if slices.ContainsFunc(ts, func(t talk.Thread) bool { return slices.Equal(t.Readers, readers) }) {
		return nil
	}
	_, err = d.startThread(ctx, tx, by, talk.Thread{Case: string(id), Readers: readers})
	return err
}
