package desk

import (
	"context"
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// OwnRecord is what the centre knows of an organisation, as its own people see
// it. Nothing in it is of another organisation.
type OwnRecord struct {
	Org          party.Organisation
	Contacts     []party.Contact
	Changes      []OwnChange // what waits, and what was answered lately, the newest first
	Registration party.Registration
	Asked        bool // the yearly question is open, or has never been answered
}

// OwnChange is a change as the organisation it is about sees it. Of what an
// officer asked for it shows which fields, and not what would stand in them: an
// address is replaced when nobody knows who reads the old one.
type OwnChange struct {
	ID      string
	At      time.Time
	State   party.ChangeState
	Half    bool // one officer has agreed, and a second must
	Centre  bool // an officer asked for it
	Contact string
	New     bool // a contact is added
	Gone    bool // a contact is taken out
	Fields  []party.FieldChange
	Reason  string // of a refusal
}

// ownRecord lets in who acts for an organisation of the registry.
func ownRecord(by party.Actor) error {
	if (by.Role == party.Vendor || by.Role == party.Operator) && by.Org != "" && by.Person != "" {
		return nil
	}
	return fault.New(fault.NotFound, "fault.not_found")
}

// OwnRecord opens the record of the organisation that somebody acts for.
func (d *Desk) OwnRecord(ctx context.Context, by party.Actor) (OwnRecord, error) {
	if err := ownRecord(by); err != nil {
		return OwnRecord{}, err
	}
	var r OwnRecord
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		r, err = d.ownRecord(ctx, tx, by.Org)
		return err
	})
	return r, err
}

func (d *Desk) ownRecord(ctx context.Context, tx *store.Tx, org party.OrgID) (OwnRecord, error) {
	var r OwnRecord
	var err error
	if r.Org, err = tx.Organisation(ctx, org); err != nil {
		return r, err
	}
	r.Org.Source, r.Org.Parent, r.Org.MergedInto = "", "", "" // where the centre has it from is the centre's; a parent is another organisation, and so is what it was merged into
	r.Asked = r.Org.Confirmed.Add(year - month).Before(tx.Now())
	if r.Contacts, err = tx.Contacts(ctx, org); err != nil {
		return r, err
	}
	changes, err := tx.ChangesOf(ctx, org, 50)
	if err != nil {
		return r, err
	}
	for _, c := range changes {
		if c.State == party.ChangeWaiting || c.By.Role != party.Officer && c.State != party.ChangeWithdrawn && c.Ended.Add(shownFor).After(tx.Now()) {
			r.Changes = append(r.Changes, ownChange(c))
		}
	}
	all, err := tx.RegistrationsOf(ctx, org)
	if len(all) > 0 {
		r.Registration = slices.MaxFunc(all, func(a, b party.Registration) int { return a.Since().Compare(b.Since()) })
		r.Registration.Steps = nil // with the notes of officers
	}
	return r, err
}

func ownChange(c party.Change) OwnChange {
	own := OwnChange{
		ID: c.ID, At: c.At, State: c.State, Half: c.State == party.ChangeWaiting && c.Needs() == 2 && len(c.Agreed) == 1,
		Centre: c.By.Role == party.Officer, Fields: c.Differences(), Reason: c.Reason,
		New: c.ContactTo != nil && c.ContactFrom == nil, Gone: c.ContactFrom != nil && c.ContactTo == nil,
	}
	switch {
	case c.ContactFrom != nil:
		own.Contact = c.ContactFrom.Name
	case c.ContactTo != nil:
		own.Contact = c.ContactTo.Name
	}
	if own.Centre {
		for i := range own.Fields {
			own.Fields[i] = party.FieldChange{Field: own.Fields[i].Field}
		}
	}
	return own
}

// ProposeRecord asks for a change of an organisation's own fields, as its people
// want them. Of what they may not decide (tier, kinds, parent, sector) nothing is taken.
// Version is the one that the form showed.
func (d *Desk) ProposeRecord(ctx context.Context, by party.Actor, said party.Organisation) error {
	if err := ownRecord(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		from, err := tx.Organisation(ctx, by.Org)
		if err != nil {
			return err
		}
		if from.Version != said.Version {
			return fault.New(fault.Stale, "fault.stale")
		}
		to := from
		to.Names, to.Products, to.Domains, to.CPEs, to.PURLs = said.Names, said.Products, said.Domains, said.CPEs, said.PURLs
		to.Country, to.Languages, to.Zone, to.Calendar, to.Listed = said.Country, said.Languages, said.Zone, said.Calendar, said.Listed
		var k fault.Check
		k.Need(len(to.Names) > 0, "names", "fault.registry.need_name")
		if err := k.Err(); err != nil {
			return err
		}
		if err := plausible(to); err != nil {
			return err
		}
		return d.askChange(ctx, tx, by, party.Change{Org: by.Org, OrgFrom: &from, OrgTo: &to})
	})
}

// ProposeContact asks for a contact of the own organisation to be added (without
// an id) or changed. Whether an address is right is not for its owner to say.
func (d *Desk) ProposeContact(ctx context.Context, by party.Actor, said party.Contact) error {
	if err := ownRecord(by); err != nil {
		return err
	}
	fresh := party.PersonID(d.newID())
	return d.do(ctx, func(tx *store.Tx) error {
		to := said
		c := party.Change{Org: by.Org, ContactTo: &to}
		to.Org = by.Org
		if _, err := tx.Organisation(ctx, by.Org); err != nil {
			return err
		}
		var from party.Contact
		if said.ID == "" {
			to.ID, to.Version, to.Verified, to.How, to.Bounced = fresh, 0, time.Time{}, "", time.Time{}
		} else {
			var err error
			if from, err = d.ownContact(ctx, tx, by, said.ID); err != nil {
				return err
			}
			if from.Version != said.Version {
				return fault.New(fault.Stale, "fault.stale")
			}
			to.Verified, to.How, to.Bounced = from.Verified, from.How, from.Bounced
			c.ContactFrom = &from
		}
		c.Contact = to.ID
		if err := d.checkContact(from, &to); err != nil {
			return err
		}
		return d.askChange(ctx, tx, by, c)
	})
}

// ProposeRemoval asks for a contact of the own organisation to be taken out.
func (d *Desk) ProposeRemoval(ctx context.Context, by party.Actor, id party.PersonID) error {
	if err := ownRecord(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		old, err := d.ownContact(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if err := d.mayDrop(ctx, tx, old); err != nil {
			return err
		}
		return d.askChange(ctx, tx, by, party.Change{Org: by.Org, Contact: id, ContactFrom: &old})
	})
}

// ownContact reads a contact of the own organisation; another's does not exist.
func (d *Desk) ownContact(ctx context.Context, tx *store.Tx, by party.Actor, id party.PersonID) (party.Contact, error) {
	c, err := tx.Contact(ctx, id)
	if err == nil && c.Org != by.Org {
		c, err = party.Contact{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return c, err
}

// ConfirmRecord is somebody of the organisation saying that its record is right.
func (d *Desk) ConfirmRecord(ctx context.Context, by party.Actor) error {
	if err := ownRecord(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error { return d.confirmRecord(ctx, tx, by) })
}

func (d *Desk) confirmRecord(ctx context.Context, tx *store.Tx, by party.Actor) error {
	c, err := d.ownContact(ctx, tx, by, by.Person)
	if err != nil {
		return err
	}
	o, err := tx.Organisation(ctx, by.Org)
	if err != nil {
		return err
	}
	o.Confirmed = tx.Now()
	if err := tx.SetOrganisation(ctx, &o); err != nil {
		return err
	}
	// Whoever presses the button came by a letter to this address.
	c = c.Proved(tx.Now(), party.HowYearly)
	if err := tx.SetContact(ctx, &c); err != nil {
		return err
	}
	return d.note(ctx, tx, by, journal.AboutOrg, string(o.ID), "confirm_record", nil)
}
