package desk

import (
	"context"
	"strings"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/keys"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// OrgPage is an organisation of the registry as an officer sees it.
type OrgPage struct {
	Org        party.Organisation
	Contacts   []party.Contact
	Agreements []party.Agreement
	History    []Moment
}

// Organisations lists the registry by name: what contains the typed text, or
// everything after an entry.
func (d *Desk) Organisations(ctx context.Context, by party.Actor, typed string, after party.OrgID, limit int) ([]party.Organisation, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var list []party.Organisation
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if strings.TrimSpace(typed) != "" {
			list, err = tx.OrganisationsNamed(ctx, typed, limit)
			return err
		}
		var from party.Organisation
		if after != "" {
			if from, err = tx.Organisation(ctx, after); err != nil {
				return err
			}
		}
		list, err = tx.Organisations(ctx, from, limit)
		return err
	})
	return list, err
}

// Organisation opens one entry of the registry.
func (d *Desk) Organisation(ctx context.Context, by party.Actor, id party.OrgID) (OrgPage, error) {
	if err := officer(by); err != nil {
		return OrgPage{}, err
	}
	var p OrgPage
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if p.Org, err = tx.Organisation(ctx, id); err != nil {
			return err
		}
		if p.Contacts, err = tx.Contacts(ctx, id); err != nil {
			return err
		}
		if p.Agreements, err = tx.Agreements(ctx, id); err != nil {
			return err
		}
		p.History, err = d.timeline(ctx, tx, journal.Ref{Kind: journal.AboutOrg, ID: string(id)})
		return err
	})
	return p, err
}

// SaveOrganisation adds an entry (without an id) or changes one.
func (d *Desk) SaveOrganisation(ctx context.Context, by party.Actor, o party.Organisation) (party.OrgID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	var k fault.Check
	k.Need(len(o.Names) > 0 && strings.TrimSpace(o.Names[0].Text) != "", "name", "fault.registry.need_name")
	k.Need(len(o.Kinds) > 0, "kinds", "fault.registry.need_kind")
	if err := k.Err(); err != nil {
		return "", err
	}
	verb := "change_organisation"
	if o.ID == "" {
		o.ID, verb = party.OrgID(d.newID()), "add_organisation"
	}
	err := d.do(ctx, func(tx *store.Tx) error {
		if o.Created.IsZero() {
			o.Created = tx.Now()
		}
		if err := tx.SetOrganisation(ctx, &o); err != nil {
			return err
		}
		if err := d.note(ctx, tx, by, journal.AboutOrg, string(o.ID), verb, o); err != nil {
			return err
		}
		return d.registryChanged(ctx, tx, by, o.ID) // the tier
	})
	if err == nil {
		d.learn(o)
	}
	return o.ID, err
}

// SaveContact adds or changes how an organisation is reached.
func (d *Desk) SaveContact(ctx context.Context, by party.Actor, c party.Contact) (party.PersonID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	c.Mail = strings.TrimSpace(c.Mail)
	var k fault.Check
	k.Need(c.Mail != "" || c.Phone != "" || c.Post != "", "mail", "fault.registry.need_address")
	k.Need(c.Mail == "" || plausibleMail(c.Mail), "mail", "fault.mail_address")
	if c.Key != "" {
		if pub, err := keys.ReadPublic(c.Key); err != nil {
			return "", err
		} else if err := pub.Usable(d.Now()); err != nil {
			return "", err
		}
	}
	if err := k.Err(); err != nil {
		return "", err
	}
	verb := "change_contact"
	if c.ID == "" {
		c.ID, verb = party.PersonID(d.newID()), "add_contact"
	}
	err := d.do(ctx, func(tx *store.Tx) error {
		if _, err := tx.Organisation(ctx, c.Org); err != nil {
			return err
		}
		if err := d.sameContact(ctx, tx, c); err != nil {
			return err
		}
		if err := tx.SetContact(ctx, &c); err != nil {
			return err
		}
		return d.note(ctx, tx, by, journal.AboutContact, string(c.ID), verb, digestOf(c.Mail+"\x00"+c.Phone+"\x00"+c.Key))
	})
	return c.ID, err
}

// sameContact keeps a changed contact what it was: one of the same organisation.
// With a new address the letters to the old one open nothing any longer.
func (d *Desk) sameContact(ctx context.Context, tx *store.Tx, c party.Contact) error {
	old, err := tx.Contact(ctx, c.ID)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	case old.Org != c.Org:
		return fault.New(fault.NotNow, "fault.registry.other_org")
	case old.Mail == c.Mail:
		return nil
	}
	return tx.DropLinks(ctx, journal.Ref{Kind: journal.AboutContact, ID: string(c.ID)}, "")
}

// SaveAgreement adds or changes the record of a signed agreement.
func (d *Desk) SaveAgreement(ctx context.Context, by party.Actor, a party.Agreement) error {
	if err := officer(by); err != nil {
		return err
	}
	var k fault.Check
	k.Need(!a.Signed.IsZero(), "signed", "fault.registry.need_signed")
	k.Need(!a.Signed.After(d.Now()), "signed", "fault.registry.signed_later")
	k.Need(a.Until.IsZero() || a.Until.After(a.Signed), "until", "fault.registry.until_before")
	k.Need(strings.TrimSpace(a.Edition) != "", "edition", "fault.registry.need_edition")
	if err := k.Err(); err != nil {
		return err
	}
	verb := "change_agreement"
	if a.ID == "" {
		a.ID, verb = d.newID(), "add_agreement"
	}
	return d.do(ctx, func(tx *store.Tx) error {
		if _, err := tx.Organisation(ctx, a.Org); err != nil {
			return err
		}
		if err := tx.SetAgreement(ctx, &a); err != nil {
			return err
		}
		kept := a // a person's name may have to be deleted one day: the journal has its digest
		kept.SignedBy = talk.Digest(a.SignedBy)
		if err := d.note(ctx, tx, by, journal.AboutAgreement, a.ID, verb, kept); err != nil {
			return err
		}
		return d.registryChanged(ctx, tx, by, a.Org)
	})
}

// note adds one event that changes nothing but the journal.
func (d *Desk) note(ctx context.Context, tx *store.Tx, by party.Actor, kind journal.Kind, id, verb string, data any) error {
	e, err := journal.NewEvent(journal.Ref{Kind: kind, ID: id}, tx.Now(), by, verb, data)
	if err != nil {
		return err
	}
	return tx.Record(ctx, journal.Outcome{Events: []journal.Event{e}})
}

// digested stands in the journal for what may have to be deleted one day.
type digested struct {
	Digest string `json:"digest"`
}

func digestOf(text string) digested { return digested{talk.Digest(text)} }

// plausibleMail catches typing mistakes; whether an address works shows when a
// letter arrives.
func plausibleMail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-3 && strings.Contains(s[at:], ".") && !strings.ContainsAny(s, " \t\r\n<>,;\"")
}
