package store

import (
	"context"
	"fmt"
	"time"

	"nakodo/internal/party"
)

// Contact reads one contact.
func (tx *Tx) Contact(ctx context.Context, id party.PersonID) (party.Contact, error) {
	return body[party.Contact](ctx, tx, `SELECT body FROM contact WHERE id = $1`, string(id))
}

// Contacts lists how an organisation is reached, in the order of entry.
func (tx *Tx) Contacts(ctx context.Context, org party.OrgID) ([]party.Contact, error) {
	return bodies[party.Contact](ctx, tx, `SELECT body FROM contact WHERE org = $1 ORDER BY id`, string(org))
}

// ContactsByMail finds the contacts with an address, whatever its case; one
// mailbox may serve several organisations.
func (tx *Tx) ContactsByMail(ctx context.Context, mail string) ([]party.Contact, error) {
	return bodies[party.Contact](ctx, tx, `SELECT body FROM contact WHERE mail = $1 AND mail <> '' ORDER BY id`, lowerASCII(mail))
}

// SetContact stores a contact; Version is the one that was read, 0 for a new
// one, and counts one up.
func (tx *Tx) SetContact(ctx context.Context, c *party.Contact) error {
	err := tx.save(ctx, c, string(c.ID), &c.Version, `INSERT INTO contact (id, version, body, org, mail, verified, bounced, key_ends)
		VALUES ($1, $2, $3, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, org = excluded.org, mail = excluded.mail,
		verified = excluded.verified, bounced = excluded.bounced, key_ends = excluded.key_ends
		WHERE contact.version = $4`, contactRow(*c)...)
	if err != nil {
		return fmt.Errorf("store contact %s: %w", c.ID, err)
	}
	return nil
}

// DeleteContact takes a contact away, with the personal data in it.
func (tx *Tx) DeleteContact(ctx context.Context, id party.PersonID) error {
	return tx.exec(ctx, `DELETE FROM contact WHERE id = $1`, string(id))
}

func contactRow(c party.Contact) []any {
	return []any{string(c.Org), lowerASCII(c.Mail), stamp(c.Verified), stamp(c.Bounced), stamp(c.Ends())}
}

// CountContacts counts what contacts need: those whose letters come back, those
// whose key ends before a moment, and the organisations of which no address was
// proved right since another.
func (tx *Tx) CountContacts(ctx context.Context, ending, since time.Time) (bounced, ends, aged int, err error) {
	err = tx.row(ctx, `SELECT
		(SELECT COUNT(*) FROM contact WHERE bounced > 0),
		(SELECT COUNT(*) FROM contact WHERE key_ends > 0 AND key_ends < $1),
		(SELECT COUNT(*) FROM (SELECT org FROM contact GROUP BY org HAVING MAX(verified) > 0 AND MAX(verified) < $2) x)`,
		[]any{stamp(ending), stamp(since)}, &bounced, &ends, &aged)
	return bounced, ends, aged, err
}

// ContactKeys lists the OpenPGP keys of all contacts that have one. It walks the
// table: it is asked only when a signed letter comes in.
func (tx *Tx) ContactKeys(ctx context.Context) ([]string, error) {
	contacts, err := bodies[party.Contact](ctx, tx, `SELECT body FROM contact WHERE body LIKE '%"key":"%'`)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, c := range contacts {
		keys = append(keys, c.Key)
	}
	return keys, nil
}
