package desk

import (
	"context"
	"slices"
	"time"

	"nakodo/internal/auth"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// JobStillRight asks an organisation whether its record is still right; its key
// is the organisation's id. One waits for each that can be written to.
const JobStillRight = "registry.still_right"

const (
	linkStillRight = "still_right"
	year           = 365 * 24 * time.Hour
	month          = 30 * 24 * time.Hour
)

// planStillRight sees that an organisation is asked once a year.
func (d *Desk) planStillRight(ctx context.Context, tx *store.Tx, org party.OrgID) error {
	waits, err := tx.JobWaits(ctx, JobStillRight, string(org))
	if err != nil || waits {
		return err
	}
	return tx.Record(ctx, journal.Outcome{Jobs: []journal.Job{stillRightJob(org, tx.Now().Add(year))}})
}

func stillRightJob(org party.OrgID, at time.Time) journal.Job {
	return journal.Job{Kind: JobStillRight, Key: string(org), At: at, About: journal.Ref{Kind: journal.AboutOrg, ID: string(org)}}
}

// planStillRightForAll does it for those that came into the registry by other
// ways, or before anybody was asked.
func (d *Desk) planStillRightForAll(ctx context.Context, tx *store.Tx) error {
	orgs, err := tx.ReachableUnasked(ctx, JobStillRight, 1000)
	var out journal.Outcome
	for _, o := range orgs {
		out.Jobs = append(out.Jobs, stillRightJob(o, tx.Now().Add(year)))
	}
	if err != nil || len(orgs) == 0 {
		return err
	}
	return tx.Record(ctx, out)
}

// askStillRight writes to the contacts on duty and plans the next year's letter.
func (d *Desk) askStillRight(ctx context.Context, org party.OrgID) error {
	return d.do(ctx, func(tx *store.Tx) error {
		o, err := tx.Organisation(ctx, org)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if due := o.Confirmed.Add(year - month); due.After(tx.Now()) { // it has just said so
			return tx.Record(ctx, journal.Outcome{Jobs: []journal.Job{stillRightJob(org, o.Confirmed.Add(year))}})
		}
		contacts, err := tx.Contacts(ctx, org)
		if err != nil {
			return err
		}
		contacts = slices.DeleteFunc(contacts, func(c party.Contact) bool { return c.Mail == "" })
		if len(contacts) == 0 {
			return nil // planned anew with the next address
		}
		onDuty := slices.DeleteFunc(slices.Clone(contacts), func(c party.Contact) bool { return c.Duty != party.OnDuty })
		if len(onDuty) > 0 {
			contacts = onDuty
		}
		// The day is part of the letters' ids: tried again, the job writes none twice.
		p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutOrg, ID: string(org)}, tx.Now().Unix()/(24*3600))
		for _, c := range contacts {
			by := party.Actor{Role: roleOfOrg(o), Org: org, Person: c.ID}
			p.write(recipientOf(c), "", d.stillRightLink(p, by), false, func(h notice.Head) notice.Letter {
				return notice.StillRight(h, tx.Now().Add(month))
			})
		}
		return p.record(journal.Outcome{Jobs: []journal.Job{stillRightJob(org, tx.Now().Add(year))}})
	})
}

// stillRightLink makes a link that shows the record and confirms it, and can do
// nothing else.
func (d *Desk) stillRightLink(p *post, by party.Actor) string {
	token, err := auth.NewToken(d.Random)
	if err == nil {
		err = p.tx.AddLink(p.ctx, token, store.Link{
			Purpose: linkStillRight, Actor: by, About: journal.Ref{Kind: journal.AboutContact, ID: string(by.Person)},
			Once: true, Made: p.tx.Now(), Until: p.tx.Now().Add(2 * month),
		})
	}
	if err != nil {
		p.err = err
	}
	return "/still-right/" + token
}

// PeekStillRight shows the record that a link of the yearly letter is about.
func (d *Desk) PeekStillRight(ctx context.Context, token string) (OwnRecord, error) {
	var r OwnRecord
	err := d.view(ctx, func(tx *store.Tx) error {
		l, err := tx.Link(ctx, token)
		if err != nil {
			return err
		}
		if l.Purpose != linkStillRight {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		r, err = d.ownRecord(ctx, tx, l.Actor.Org)
		return err
	})
	return r, err
}

// ConfirmByLink is the one click of the yearly letter.
func (d *Desk) ConfirmByLink(ctx context.Context, token string) error {
	return d.do(ctx, func(tx *store.Tx) error {
		l, err := tx.UseLink(ctx, token)
		if err != nil {
			return err
		}
		if l.Purpose != linkStillRight {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return d.confirmRecord(ctx, tx, l.Actor)
	})
}
