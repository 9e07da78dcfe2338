package desk

import (
	"context"
	"strings"

	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// ResetOfficer takes an officer's password, codes and sessions away and gives
// the link by which the account is set up anew: for a lost telephone, and for
// an account that somebody else has used. A closed account opens again.
func (d *Desk) ResetOfficer(ctx context.Context, by party.Actor, mail string) (string, error) {
	link := ""
	err := d.changeOfficer(ctx, by, mail, "reset_officer", func(tx *store.Tx, p *party.Person) error {
		p.Active = true
		var err error
		link, err = d.setUpLink(ctx, tx, p.ID)
		return err
	})
	return link, err
}

// CloseOfficer ends an officer's account. What the officer has done stays on record.
func (d *Desk) CloseOfficer(ctx context.Context, by party.Actor, mail string) error {
	return d.changeOfficer(ctx, by, mail, "close_officer", func(tx *store.Tx, p *party.Person) error {
		p.Active = false
		return tx.DropLinks(ctx, journal.Ref{Kind: journal.AboutPerson, ID: string(p.ID)}, linkSetUp)
	})
}

// changeOfficer changes an account and voids what signs in to it, at once.
func (d *Desk) changeOfficer(ctx context.Context, by party.Actor, mail, verb string, change func(*store.Tx, *party.Person) error) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		p, err := tx.PersonByMail(ctx, strings.TrimSpace(mail))
		if err != nil {
			return err
		}
		if err := change(tx, &p); err != nil {
			return err
		}
		if err := tx.SetPerson(ctx, &p); err != nil {
			return err
		}
		if err := tx.DeleteSecret(ctx, credentialsOf(p.ID)); err != nil {
			return err
		}
		return d.note(ctx, tx, by, journal.AboutPerson, string(p.ID), verb, nil)
	})
}
