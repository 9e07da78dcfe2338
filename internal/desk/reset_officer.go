package desk

import (
	"context"
	"strings"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
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

// SendReset resets a colleague's account as ResetOfficer does, and sends the link
// to the colleague's own address. An officer who got it could act as two, and
// publishing takes two.
func (d *Desk) SendReset(ctx context.Context, by party.Actor, mail string) error {
	if d.Hold {
		return fault.New(fault.NotNow, "fault.team.no_server")
	}
	if err := d.notOneself(ctx, by, mail); err != nil {
		return err
	}
	return d.changeOfficer(ctx, by, mail, "reset_officer", func(tx *store.Tx, p *party.Person) error {
		p.Active = true
		link, err := d.setUpLink(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		letters := d.post(ctx, tx, journal.Ref{Kind: journal.AboutPerson, ID: string(p.ID)}, tx.Now().UnixMicro())
		to := notice.Recipient{Person: p.ID, Name: p.Name, Mail: p.Mail, Lang: words.ParseLang(p.Lang), Key: p.Key}
		letters.write(to, "", link, false, notice.AccountReset)
		return letters.record(journal.Outcome{})
	})
}

// EndOfficer closes a colleague's account; one's own another officer closes.
func (d *Desk) EndOfficer(ctx context.Context, by party.Actor, mail string) error {
	if err := d.notOneself(ctx, by, mail); err != nil {
		return err
	}
	return d.CloseOfficer(ctx, by, mail)
}

// notOneself refuses what an officer may only do to a colleague.
func (d *Desk) notOneself(ctx context.Context, by party.Actor, mail string) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.view(ctx, func(tx *store.Tx) error {
		p, err := tx.PersonByMail(ctx, strings.TrimSpace(mail))
		if err == nil && p.ID == by.Person {
			err = fault.New(fault.NotNow, "fault.team.oneself")
		}
		return err
	})
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
