// Package keys is the centre's OpenPGP: its own key, other people's public
// keys, and what is signed, sealed, opened and verified with them. It wraps
// gopenpgp's default profile (version 4 keys on Curve25519), which is what
// everybody's GnuPG still reads; version 6 keys are not (see doc/dependencies.md).
//
// Three entrances: ReadPublic for a key somebody pasted into a form, Create and
// Load for the centre's own, Open and Verify for a letter that came in. Time is
// an argument, so that a test can age a key.
package keys

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"nakodo/internal/fault"
)

// maxKey is the largest pasted text looked at. Real keys with many signatures
// reach some hundred kilobytes.
const maxKey = 1 << 20

// Public is somebody's OpenPGP public key. It is safe for concurrent use.
type Public struct {
	armoured string
	finger   string
	ids      map[string]bool // key ids of the primary key and every subkey, 16 hex digits
	mails    []string
	ends     time.Time // when it stops to encrypt; zero: never
}

var block = regexp.MustCompile(`(?s)-----BEGIN PGP ([A-Z ]+)-----.*?-----END PGP ([A-Z ]+)-----`)

// ReadPublic reads a public key as a person pasted it: armoured, perhaps with
// other text around. Its refusals say what was pasted instead and what to do.
// It does not ask whether the key can still be used: see Usable.
func ReadPublic(text string) (*Public, error) {
	if len(text) > maxKey {
		return nil, fault.New(fault.Invalid, "fault.key.too_large")
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if strings.Contains(text, "PRIVATE KEY BLOCK") {
		return nil, fault.New(fault.Invalid, "fault.key.private")
	}
	blocks := block.FindAllString(text, -1)
	if len(blocks) == 0 {
		return nil, fault.New(fault.Invalid, "fault.key.not_a_key")
	}
	if !strings.HasPrefix(blocks[0], "-----BEGIN PGP PUBLIC KEY BLOCK") {
		return nil, fault.New(fault.Invalid, "fault.key.other_block")
	}
	if len(blocks) > 1 {
		return nil, fault.New(fault.Invalid, "fault.key.several")
	}
	key, err := crypto.NewKeyFromArmored(blocks[0])
	if err != nil {
		if strings.Contains(err.Error(), "too many entities") {
			return nil, fault.Because(err, fault.Invalid, "fault.key.several")
		}
		return nil, fault.Because(err, fault.Invalid, "fault.key.broken")
	}
	if key.IsPrivate() {
		return nil, fault.New(fault.Invalid, "fault.key.private")
	}
	return newPublic(key)
}

func newPublic(key *crypto.Key) (*Public, error) {
	armoured, err := key.GetArmoredPublicKey()
	if err != nil {
		return nil, fault.Because(err, fault.Invalid, "fault.key.broken")
	}
	p := &Public{armoured: armoured, finger: strings.ToUpper(key.GetFingerprint()), ids: map[string]bool{}}
	e := key.GetEntity()
	p.ids[hexID(e.PrimaryKey.KeyId)] = true
	for _, s := range e.Subkeys {
		p.ids[hexID(s.PublicKey.KeyId)] = true
	}
	for _, id := range e.Identities {
		if id.UserId != nil && id.UserId.Email != "" {
			p.mails = append(p.mails, strings.ToLower(id.UserId.Email))
		}
	}
	p.ends = ends(key)
	return p, nil
}

// ends finds when a key stops to encrypt: the earlier of the ends of the
// primary key and of the part that encrypts.
func ends(key *crypto.Key) time.Time {
	e := key.GetEntity()
	var end time.Time
	earlier := func(t time.Time) {
		if end.IsZero() || t.Before(end) {
			end = t
		}
	}
	primary, err := e.PrimarySelfSignature(time.Time{}, nil)
	if err == nil && primary.KeyLifetimeSecs != nil && *primary.KeyLifetimeSecs != 0 {
		earlier(e.PrimaryKey.CreationTime.Add(time.Duration(*primary.KeyLifetimeSecs) * time.Second))
	}
	var last time.Time // the subkey that lasts longest decides
	for _, s := range e.Subkeys {
		sig, err := s.LatestValidBindingSignature(time.Time{}, nil)
		if err != nil || !sig.FlagEncryptCommunications && !sig.FlagEncryptStorage {
			continue
		}
		if sig.KeyLifetimeSecs == nil || *sig.KeyLifetimeSecs == 0 {
			return end
		}
		if t := s.PublicKey.CreationTime.Add(time.Duration(*sig.KeyLifetimeSecs) * time.Second); t.After(last) {
			last = t
		}
	}
	if !last.IsZero() {
		earlier(last)
	}
	return end
}

// Usable refuses a key that cannot be encrypted to at a moment: revoked,
// expired, or without a part that encrypts.
func (p *Public) Usable(now time.Time) error {
	key, err := p.key()
	if err != nil {
		return err
	}
	switch {
	case key.IsRevoked(now.Unix()):
		return fault.New(fault.Invalid, "fault.key.revoked")
	case !p.ends.IsZero() && !now.Before(p.ends):
		return fault.New(fault.Invalid, "fault.key.expired", "on", p.ends.UTC().Format(time.DateOnly))
	case !key.CanEncrypt(now.Unix()):
		return fault.New(fault.Invalid, "fault.key.cannot_encrypt")
	}
	return nil
}

// Armoured is the key as text, without what it was pasted with.
func (p *Public) Armoured() string { return p.armoured }

// Fingerprint is the primary key's, in upper-case hexadecimal digits without spaces.
func (p *Public) Fingerprint() string { return p.finger }

// Binary is the key as bytes, as an Autocrypt header or a key directory carries it.
func (p *Public) Binary() ([]byte, error) {
	key, err := p.key()
	if err != nil {
		return nil, err
	}
	return key.GetPublicKey()
}

// Has reports whether a key id (16 hex digits, any case) is this key's or one of its subkeys'.
func (p *Public) Has(id string) bool { return p.ids[strings.ToUpper(id)] }

// Mails lists the addresses the key names, in lower case. Whoever made the key
// wrote them: they prove nothing.
func (p *Public) Mails() []string { return append([]string(nil), p.mails...) }

// Ends says when the key stops to encrypt; false where it never does.
func (p *Public) Ends() (time.Time, bool) { return p.ends, !p.ends.IsZero() }

// DaysLeft is the number of whole days until the key expires, negative once it
// has; false where it never does.
func (p *Public) DaysLeft(now time.Time) (int, bool) {
	if p.ends.IsZero() {
		return 0, false
	}
	left := p.ends.Sub(now)
	days := int(left / (24 * time.Hour))
	if left < 0 {
		days--
	}
	return days, true
}

// key parses anew, because gopenpgp's keys remember which signatures they have
// verified and so must not be shared between goroutines.
func (p *Public) key() (*crypto.Key, error) {
	key, err := crypto.NewKeyFromArmored(p.armoured)
	if err != nil {
		return nil, fmt.Errorf("read key %s again: %w", p.finger, err)
	}
	return key, nil
}

func hexID(id uint64) string { return fmt.Sprintf("%016X", id) }
