package desk

import (
	"context"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/keys"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// SaveContact adds or changes how an organisation is reached. Where letters that
// reached somebody would go elsewhere, or be sealed with another key, it only
// asks for the change: it takes effect when a second officer agrees.
func (d *Desk) SaveContact(ctx context.Context, by party.Actor, c party.Contact) (party.PersonID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	isNew := c.ID == ""
	if isNew {
		c.ID = party.PersonID(d.newID())
	}
	return c.ID, d.do(ctx, func(tx *store.Tx) error {
		next := c // this may run more than once
		if _, err := tx.Organisation(ctx, c.Org); err != nil {
			return err
		}
		if isNew {
			if err := d.checkContact(party.Contact{}, &next); err != nil {
				return err
			}
			return d.putContact(ctx, tx, by, nil, &next)
		}
		old, err := tx.Contact(ctx, c.ID)
		switch {
		case err != nil:
			return err
		case old.Org != c.Org:
			return fault.New(fault.NotNow, "fault.registry.other_org")
		case old.Version != c.Version:
			return fault.New(fault.Stale, "fault.stale")
		}
		if err := d.checkContact(old, &next); err != nil {
			return err
		}
		if old.Diverts(next) {
			return d.askChange(ctx, tx, by, party.Change{Org: c.Org, Contact: c.ID, ContactFrom: &old, ContactTo: &next})
		}
		return d.putContact(ctx, tx, by, &old, &next)
	})
}

// checkContact refuses what cannot be, and notes when the keys end. A key that
// was there before may have ended meanwhile.
func (d *Desk) checkContact(old party.Contact, c *party.Contact) error {
	c.Mail = strings.TrimSpace(c.Mail)
	var k fault.Check
	k.Need(c.Mail != "" || c.Phone != "" || c.Post != "", "mail", "fault.registry.need_address")
	k.Need(c.Mail == "" || plausibleMail(c.Mail), "mail", "fault.mail_address")
	pub, err := endsOf(c)
	if err == nil && pub != nil && c.Key != old.Key {
		err = pub.Usable(d.Now())
	}
	if c.Key != old.Key || c.Cert != old.Cert {
		if bad := fault.Of(err); bad != nil {
			field := "key"
			if strings.HasPrefix(bad.Key, "fault.cert.") {
				field = "cert"
			}
			k.Add(field, bad.Key, argsOf(bad)...)
		} else if err != nil {
			return err
		}
		if c.Cert != old.Cert && !c.CertEnds.IsZero() && c.CertEnds.Before(d.Now()) {
			k.Add("cert", "fault.cert.expired", "on", c.CertEnds.Format(time.DateOnly))
		}
	}
	return k.Err()
}

func argsOf(f *fault.Fault) []any {
	var args []any
	for name, v := range f.Args {
		args = append(args, name, v)
	}
	return args
}

// endsOf notes when a contact's keys end.
func endsOf(c *party.Contact) (pub *keys.Public, err error) {
	c.KeyEnds, c.CertEnds = time.Time{}, time.Time{}
	if c.Key != "" {
		if pub, err = keys.ReadPublic(c.Key); err != nil {
			return nil, err
		}
		c.KeyEnds, _ = pub.Ends()
	}
	if c.Cert != "" {
		cert, err := keys.ReadCertificate(c.Cert)
		if err != nil {
			return pub, err
		}
		c.CertEnds = cert.Ends
	}
	return pub, nil
}

// putContact stores a contact that nothing stands in the way of. A new one is
// told to the others of its organisation; with a new address the letters to the
// old one open nothing any longer.
func (d *Desk) putContact(ctx context.Context, tx *store.Tx, by party.Actor, old, c *party.Contact) error {
	var others []party.Contact
	if old == nil {
		var err error
		if others, err = tx.Contacts(ctx, c.Org); err != nil {
			return err
		}
	}
	if err := d.storeContact(ctx, tx, by, c); err != nil {
		return err
	}
	about := journal.Ref{Kind: journal.AboutContact, ID: string(c.ID)}
	if old != nil && !strings.EqualFold(old.Mail, c.Mail) {
		return tx.DropLinks(ctx, about, "")
	}
	p := d.post(ctx, tx, about, c.Version)
	who := strings.TrimSpace(c.Name + " " + c.Mail)
	for _, x := range others {
		p.write(recipientOf(x), "", d.roomDoor(p, x), true, func(h notice.Head) notice.Letter { return notice.ContactAdded(h, who) })
	}
	return p.record(journal.Outcome{})
}

// storeContact stores a contact with its event and sees that its organisation is
// asked once a year.
func (d *Desk) storeContact(ctx context.Context, tx *store.Tx, by party.Actor, c *party.Contact) error {
	verb := "change_contact"
	if c.Version == 0 {
		verb = "add_contact"
	}
	_, _ = endsOf(c) // what cannot be read ends nowhere; the page says so
	if err := tx.SetContact(ctx, c); err != nil {
		return err
	}
	if err := d.note(ctx, tx, by, journal.AboutContact, string(c.ID), verb, digestOf(c.Mail+"\x00"+c.Phone+"\x00"+c.Key)); err != nil {
		return err
	}
	if c.Mail == "" {
		return nil
	}
	return d.planStillRight(ctx, tx, c.Org)
}

// dropContact takes a contact out of the registry, with the personal data in it.
func (d *Desk) dropContact(ctx context.Context, tx *store.Tx, by party.Actor, c party.Contact) error {
	if err := d.mayDrop(ctx, tx, c); err != nil {
		return err
	}
	if err := d.mayLeaveCases(ctx, tx, c); err != nil {
		return err
	}
	if err := tx.DropLinks(ctx, journal.Ref{Kind: journal.AboutContact, ID: string(c.ID)}, ""); err != nil {
		return err
	}
	if err := tx.DeleteContact(ctx, c.ID); err != nil {
		return err
	}
	return d.note(ctx, tx, by, journal.AboutContact, string(c.ID), "remove_contact", nil)
}

// reachedWithout lists the contacts of an organisation that can be written to,
// without one.
func reachedWithout(ctx context.Context, tx *store.Tx, c party.Contact) (map[party.PersonID]bool, error) {
	contacts, err := tx.Contacts(ctx, c.Org)
	reached := map[party.PersonID]bool{}
	for _, x := range contacts {
		if x.ID != c.ID && x.Mail != "" {
			reached[x.ID] = true
		}
	}
	return reached, err
}

// mayDrop refuses to leave an organisation without anybody to write to.
func (d *Desk) mayDrop(ctx context.Context, tx *store.Tx, c party.Contact) error {
	reached, err := reachedWithout(ctx, tx, c)
	if err == nil && c.Mail != "" && len(reached) == 0 {
		err = fault.New(fault.NotNow, "fault.change.last_contact")
	}
	return err
}

// mayLeaveCases refuses to leave a case that is limited to some people without
// any of them. Only officers may be told so: a colleague must not learn that
// there is such a case.
func (d *Desk) mayLeaveCases(ctx context.Context, tx *store.Tx, c party.Contact) error {
	reached, err := reachedWithout(ctx, tx, c)
	if err != nil {
		return err
	}
	me := cvd.OrgParticipant(c.Org)
	cases, err := tx.CasesWith(ctx, me)
	if err != nil {
		return err
	}
	for _, x := range cases {
		p := x.Party(me)
		if !x.Closed.IsZero() || p == nil || len(p.Members) == 0 {
			continue
		}
		left := false
		for _, m := range p.Members {
			left = left || reached[m]
		}
		if !left {
			return fault.New(fault.NotNow, "fault.change.admitted")
		}
	}
	return nil
}

func recipientOf(c party.Contact) notice.Recipient {
	return notice.Recipient{Person: c.ID, Org: c.Org, Name: c.Name, Mail: c.Mail, Lang: langOf(c.Lang), Key: c.Key}
}

// roomDoor is a link that lets a contact in and leads to its organisation's record.
func (d *Desk) roomDoor(p *post, c party.Contact) string {
	o, err := p.tx.Organisation(p.ctx, c.Org)
	if err != nil {
		p.err = err
		return ""
	}
	return p.door(party.Actor{Role: roleOfOrg(o), Org: c.Org, Person: c.ID}, recordPath, noticeLife)
}

// recordPath is the page of an organisation's own record.
const recordPath = "/room/organisation"
