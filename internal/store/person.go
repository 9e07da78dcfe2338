package store

import (
	"context"
	"fmt"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// Person reads one account.
func (tx *Tx) Person(ctx context.Context, id party.PersonID) (party.Person, error) {
	return body[party.Person](ctx, tx, `SELECT body FROM person WHERE id = $1`, string(id))
}

// PersonByMail finds the account of an address, whatever its case.
func (tx *Tx) PersonByMail(ctx context.Context, mail string) (party.Person, error) {
	return body[party.Person](ctx, tx, `SELECT body FROM person WHERE mail = $1 AND mail <> ''`, lowerASCII(mail))
}

// People lists the accounts of a role, active or not.
func (tx *Tx) People(ctx context.Context, role party.Role) ([]party.Person, error) {
	return bodies[party.Person](ctx, tx, `SELECT body FROM person WHERE role = $1 ORDER BY mail, id`, string(role))
}

// Members lists the accounts of an organisation, active or not.
func (tx *Tx) Members(ctx context.Context, org party.OrgID) ([]party.Person, error) {
	return bodies[party.Person](ctx, tx, `SELECT body FROM person WHERE org = $1 ORDER BY mail, id`, string(org))
}

// SetPerson stores an account; Version is the one that was read, 0 for a new
// one, and counts one up. An address that another account has is Invalid.
func (tx *Tx) SetPerson(ctx context.Context, p *party.Person) error {
	if mail := lowerASCII(p.Mail); mail != "" {
		// Asked first, because a refused INSERT would spoil the transaction.
		other, err := tx.PersonByMail(ctx, mail)
		if err == nil && other.ID != p.ID {
			return mailTaken()
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	err := tx.save(ctx, p, string(p.ID), &p.Version, `INSERT INTO person (id, version, body, role, org, mail, active)
		VALUES ($1, $2, $3, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, role = excluded.role, org = excluded.org, mail = excluded.mail, active = excluded.active
		WHERE person.version = $4`, personRow(*p)...)
	if tx.store.dialect.problem(err) == duplicate {
		return mailTaken() // two at the same moment
	}
	if err != nil {
		return fmt.Errorf("store person %s: %w", p.ID, err)
	}
	return nil
}

func mailTaken() error {
	var c fault.Check
	c.Add("mail", "fault.mail_taken")
	return c.Err()
}

func personRow(p party.Person) []any {
	return []any{string(p.Role), string(p.Org), lowerASCII(p.Mail), p.Active}
}
