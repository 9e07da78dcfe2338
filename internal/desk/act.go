package desk

import (
	"context"
	"fmt"
	"slices"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// Act does one verb to a case. seen is the version of the case that the officer
// had before them, where what they wrote replaces what stood there; 0 where the
// verb's own rules are guard enough. From anybody else it counts for nothing: a
// version that could be guessed would tell a vendor how much the others do.
//
// Verbs that touch more than the case go the way of their own method; those
// that only follow from another record are not to be had here at all.
func (d *Desk) Act(ctx context.Context, by party.Actor, id cvd.CaseID, seen int64, v cvd.Verb) error {
	switch v := v.(type) {
	case cvd.OpenRing, cvd.AskOperator, cvd.OpenCase, cvd.Publish, cvd.TellDraft, cvd.NoteRegistration,
		cvd.MergeCase, cvd.CloseInto, cvd.JoinFinders, cvd.FollowCase, cvd.OpenSplit, cvd.SplitCase, cvd.NoteSibling:
		return fault.New(fault.NotFound, "fault.not_found")
	case cvd.InviteVendor:
		return d.InviteVendor(ctx, by, id, Invitation{Org: v.Org, Role: v.Role, How: v.How, Reason: v.Unsigned})
	case cvd.AddReport:
		return d.AddReport(ctx, by, id, v.Report, v.Vulns...)
	case cvd.CloseCase:
		return d.CloseCase(ctx, by, id, seen, v)
	case cvd.NoteAttempt:
		return d.NoteAttempt(ctx, by, id, v)
	}
	return d.do(ctx, func(tx *store.Tx) error {
		_, err := d.act(ctx, tx, by, id, seen, v)
		return err
	})
}

// act is the path that every verb on a case takes: load, decide, save, queue.
// also is what the same deed did to other records: it stands before the case's
// own event in the journal.
func (d *Desk) act(ctx context.Context, tx *store.Tx, by party.Actor, id cvd.CaseID, seen int64, v cvd.Verb, also ...journal.Outcome) (cvd.Case, error) {
	c, err := tx.Case(ctx, id)
	if err != nil {
		return cvd.Case{}, err
	}
	by = inCase(by, c)
	if c.PartyOf(by) == nil { // before anything that could tell a stranger that the case exists
		return cvd.Case{}, fault.New(fault.NotFound, "fault.not_found")
	}
	if seen != 0 && seen != c.Version && by.Role == party.Officer {
		return cvd.Case{}, fault.New(fault.Stale, "fault.stale")
	}
	next, own, err := c.Do(v, by, tx.Now())
	if err != nil {
		return cvd.Case{}, err
	}
	if err := d.named(ctx, tx, by, next, v); err != nil {
		return cvd.Case{}, err
	}
	if err := tx.SetCase(ctx, next); err != nil {
		return cvd.Case{}, err
	}
	var out journal.Outcome
	for _, o := range also {
		out.Add(o)
	}
	out.Add(own)
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutCase, ID: string(id)}, next.Version)
	d.tellOfCase(p, c, next, v, by)
	if err := p.record(out); err != nil {
		return cvd.Case{}, fmt.Errorf("case %s, after %s: %w", id, v.Verb(), err)
	}
	for _, org := range spokeIn(c, next) {
		if err := d.heardFrom(ctx, tx, org); err != nil {
			return cvd.Case{}, err
		}
	}
	return next, d.tellKin(ctx, tx, c, next, v)
}

// inCase gives an outside party the capacity in which it takes part in a case:
// the same organisation may be a vendor here and an operator there, whatever its
// people signed in as.
func inCase(by party.Actor, c cvd.Case) party.Actor {
	switch by.Role {
	case party.Vendor, party.Operator, party.Observer:
		if p := c.Party(cvd.OrgParticipant(by.Org)); p != nil {
			by.Role = p.Role
		}
	}
	return by
}

// named refuses a verb whose people the registry does not know, or has no way
// to reach: the core knows them by id only.
func (d *Desk) named(ctx context.Context, tx *store.Tx, by party.Actor, c cvd.Case, v cvd.Verb) error {
	var k fault.Check
	switch v := v.(type) {
	case cvd.AssignCase:
		p, err := tx.Person(ctx, v.Owner)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		k.Need(err == nil && p.Active && p.Role == party.Officer, "owner", "fault.case.no_officer")
	case cvd.AdmitMembers:
		contacts, err := tx.Contacts(ctx, c.Party(v.Who).Org)
		if err != nil {
			return err
		}
		for _, m := range v.Members {
			k.Need(slices.ContainsFunc(contacts, func(x party.Contact) bool { return x.ID == m }), "members", "fault.case.no_member")
		}
	case cvd.NoteAttempt:
		p := c.Party(v.Who)
		if p.Org == "" || v.Came != "" { // what is over and done needs no address for a letter
			return nil
		}
		o, err := tx.Organisation(ctx, p.Org)
		if err != nil {
			return err
		}
		return d.reachable(ctx, tx, o, v.How)
	case cvd.RecordSilence: // here and not in the core: what the journal keeps from before must replay
		p := c.Party(v.Who)
		if p != nil && !p.Heard.IsZero() && !p.Heard.Before(p.Attempts[len(p.Attempts)-1].At) {
			return fault.New(fault.NotNow, "fault.case.has_spoken")
		}
	case cvd.TellUsers:
		return fileOfVendor(ctx, tx, c, v)
	case cvd.ShowParty:
		return d.mayShow(ctx, tx, by, *c.Party(v.Who), v.Shown)
	default:
		return ringNamed(by, c, v)
	}
	return k.Err()
}

// mayShow: that a finder takes part is for the finder to tell, or to have agreed to.
func (d *Desk) mayShow(ctx context.Context, tx *store.Tx, by party.Actor, p cvd.Participant, shown bool) error {
	if p.Role != party.Finder || by.Role == party.Finder || !shown {
		return nil
	}
	r, err := tx.Report(ctx, p.Report)
	if err == nil && !r.Consents.DirectContact {
		err = fault.New(fault.NotNow, "fault.case.finder_hidden")
	}
	return err
}
