package party

import (
	"strings"
	"time"
)

// Duty is a contact's place in the order of whom to write to.
type Duty string

// The duties.
const (
	OnDuty Duty = "on_duty"
	Backup Duty = "backup"
)

// Contact is how a person or a role of an organisation is reached.
type Contact struct {
	ID       PersonID  `json:"id"`
	Org      OrgID     `json:"org"`
	Name     string    `json:"name"` // a person, or a role such as "PSIRT"
	Role     bool      `json:"role"` // a role mailbox, which outlives people
	Mail     string    `json:"mail,omitempty"`
	Phone    string    `json:"phone,omitempty"`
	Post     string    `json:"post,omitempty"`
	Lang     string    `json:"lang"`
	Key      string    `json:"key,omitempty"`      // armoured OpenPGP public key
	KeyEnds  time.Time `json:"key_ends,omitzero"`  // when it stops to encrypt; zero: never, or not known
	Cert     string    `json:"cert,omitempty"`     // S/MIME certificate, PEM
	CertEnds time.Time `json:"cert_ends,omitzero"` // when it ends
	Duty     Duty      `json:"duty"`
	Verified time.Time `json:"verified,omitzero"` // when the address was last proved right
	How      string    `json:"how,omitempty"`     // how it was proved: an officer's words, or one of the How… below
	Bounced  time.Time `json:"bounced,omitzero"`  // when a letter last came back for good; nothing came back since it was verified
	Version  int64     `json:"version"`
}

// How an address was proved where no officer wrote it down.
const (
	HowYearly = "yearly_letter" // its owner answered the letter that asks whether the record is right
)

// Proof is whether a contact's address is known to be right.
type Proof string

// The proofs, from the worst.
const (
	ProofBounced Proof = "bounced" // a letter came back
	ProofNone    Proof = "none"    // never proved
	ProofAged    Proof = "aged"    // proved too long ago
	ProofGood    Proof = "good"
)

// ProofHolds is how long a proof counts: a year, after which the vendor is asked
// again, and a month for its answer (coordination.md G5: keep, verify, age out).
const ProofHolds = 395 * 24 * time.Hour

// KeySoon is how long before its end a contact's key needs somebody.
const KeySoon = 60 * 24 * time.Hour

// Proof says what is known of the contact's address at a moment.
func (k Contact) Proof(now time.Time) Proof {
	switch {
	case !k.Bounced.IsZero() && k.Bounced.After(k.Verified):
		return ProofBounced
	case k.Verified.IsZero():
		return ProofNone
	case k.Verified.Add(ProofHolds).Before(now):
		return ProofAged
	}
	return ProofGood
}

// Proved gives the contact with its address proved right.
func (k Contact) Proved(at time.Time, how string) Contact {
	k.Verified, k.How, k.Bounced = at, how, time.Time{}
	return k
}

// Ends is when the first of the contact's keys ends; zero: none does.
func (k Contact) Ends() time.Time {
	if k.CertEnds.IsZero() || !k.KeyEnds.IsZero() && k.KeyEnds.Before(k.CertEnds) {
		return k.KeyEnds
	}
	return k.CertEnds
}

// Diverts reports whether a changed contact would have letters go elsewhere, or
// be sealed for somebody else: what was there is replaced or taken away. Adding
// what was not there yet diverts nothing.
func (k Contact) Diverts(to Contact) bool {
	exactly := func(a, b string) bool { return a == b }
	return replaced(k.Mail, to.Mail, strings.EqualFold) || replaced(k.Key, to.Key, exactly) || replaced(k.Cert, to.Cert, exactly)
}

// replaced holds where something that was there is not there any longer.
func replaced(was, is string, same func(a, b string) bool) bool {
	was = strings.TrimSpace(was)
	return was != "" && !same(was, strings.TrimSpace(is))
}
