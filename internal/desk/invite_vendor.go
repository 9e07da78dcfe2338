package desk

import (
	"context"
	"slices"
	"strings"
	"time"

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
	Reason string     // why, where no agreement is in force
}

// InviteVendor makes the first contact with an organisation. Without an
// agreement in force it takes a reason, which stands on the case: an embargo is
// no agreement, and both are kept apart.
func (d *Desk) InviteVendor(ctx context.Context, by party.Actor, id cvd.CaseID, in Invitation) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		v, err := d.invitation(ctx, tx, in)
		if err != nil {
			return err
		}
		if _, err := d.act(ctx, tx, by, id, 0, v); err != nil {
			return err
		}
		return d.ownThread(ctx, tx, by, id, cvd.OrgParticipant(in.Org))
	})
}

// invitation checks an invitation against the registry and makes it a verb.
func (d *Desk) invitation(ctx context.Context, tx *store.Tx, in Invitation) (cvd.InviteVendor, error) {
	var v cvd.InviteVendor
	o, err := tx.Organisation(ctx, in.Org)
	if err != nil {
		return v, err
	}
	signed, err := tx.Agreements(ctx, in.Org)
	if err != nil {
		return v, err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	_, inForce := agreed(signed, tx.Now())
	if !inForce && in.Reason == "" {
		var k fault.Check
		k.Add("reason", "fault.case.no_agreement", "name", o.Name())
		return v, k.Err()
	}
	if inForce {
		in.Reason = ""
	}
	if err := d.reachable(ctx, tx, o, in.How); err != nil {
		return v, err
	}
	return cvd.InviteVendor{Org: in.Org, Role: in.Role, How: in.How, Unsigned: in.Reason}, nil
}

// agreed finds the agreement under which an organisation may be sent reports. One
// of another scope promises nothing about them.
func agreed(signed []party.Agreement, now time.Time) (party.Agreement, bool) {
	for _, a := range signed {
		if a.Scope == party.ScopeReports && a.InForce(now) {
			return a, true
		}
	}
	return party.Agreement{}, false
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
