package keys

import (
	"errors"
	"fmt"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"
	"github.com/ProtonMail/gopenpgp/v3/profile"
)

// Private is a private key of the centre, unlocked. It is safe for concurrent
// use and never prints itself.
type Private struct {
	raw    []byte
	public *Public
}

// String keeps the key out of logs.
func (p *Private) String() string { return "private key " + p.public.Fingerprint() }

// GoString keeps the key out of %#v as well.
func (p *Private) GoString() string { return p.String() }

func pgp() *crypto.PGPHandle { return crypto.PGPWithProfile(profile.Default()) }

// Create makes a key pair on Curve25519 that does not expire: the centre
// announces a change of key by hand, and a key that lapsed unseen would stop
// finders from writing.
func Create(name, mail string, now time.Time) (*Private, error) {
	key, err := pgp().KeyGeneration().AddUserId(name, mail).GenerationTime(now.Unix()).New().GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("create OpenPGP key: %w", err)
	}
	return newPrivate(key)
}

// Load reads a private key as Armoured wrote it or gpg exported it.
func Load(armoured string, passphrase []byte) (*Private, error) {
	key, err := crypto.NewKeyFromArmored(armoured)
	if err != nil {
		return nil, fmt.Errorf("load OpenPGP key: %w", err)
	}
	if !key.IsPrivate() {
		return nil, errors.New("load OpenPGP key: this is a public key; the centre needs its private key here")
	}
	locked, err := key.IsLocked()
	if err != nil {
		return nil, fmt.Errorf("load OpenPGP key: %w", err)
	}
	if locked {
		if key, err = key.Unlock(passphrase); err != nil {
			return nil, fmt.Errorf("load OpenPGP key: wrong passphrase, or a damaged key: %w", err)
		}
	}
	return newPrivate(key)
}

func newPrivate(key *crypto.Key) (*Private, error) {
	raw, err := key.Serialize()
	if err != nil {
		return nil, fmt.Errorf("keep OpenPGP key: %w", err)
	}
	pub, err := key.ToPublic()
	if err != nil {
		return nil, fmt.Errorf("public half of OpenPGP key: %w", err)
	}
	public, err := newPublic(pub)
	if err != nil {
		return nil, err
	}
	return &Private{raw: raw, public: public}, nil
}

// Armoured is the private key as text, locked with the passphrase. An empty
// passphrase leaves it open: for a store that seals what it keeps.
func (p *Private) Armoured(passphrase []byte) (string, error) {
	key, err := p.key()
	if err != nil {
		return "", err
	}
	if len(passphrase) > 0 {
		if key, err = pgp().LockKey(key, passphrase); err != nil {
			return "", fmt.Errorf("lock OpenPGP key: %w", err)
		}
	}
	return key.Armor()
}

// Public is the half that may be given away.
func (p *Private) Public() *Public { return p.public }

// Sign makes a detached, armoured signature over the bytes as they are: for
// published files and for multipart/signed.
func (p *Private) Sign(data []byte, now time.Time) ([]byte, error) {
	key, err := p.key()
	if err != nil {
		return nil, err
	}
	h, err := pgp().Sign().SigningKey(key).Detached().SignTime(now.Unix()).New()
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	sig, err := h.Sign(data, crypto.Armor)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return sig, nil
}

// SignClear signs a text in the clear (RFC 9580, 7): it stays readable, its
// signature below it.
func (p *Private) SignClear(text []byte, now time.Time) ([]byte, error) {
	key, err := p.key()
	if err != nil {
		return nil, err
	}
	h, err := pgp().Sign().SigningKey(key).SignTime(now.Unix()).New()
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	signed, err := h.SignCleartext(text)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return signed, nil
}

// Seal encrypts to every key of to and signs with by (nil: unsigned), armoured.
// A key that cannot be encrypted to fails the whole: the caller asks Usable first.
func Seal(plain []byte, to []*Public, by *Private, now time.Time) ([]byte, error) {
	if len(to) == 0 {
		return nil, errors.New("seal: no recipient")
	}
	b := pgp().Encryption().EncryptionTime(now.Unix()).SignTime(now.Unix())
	for _, p := range to {
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		b = b.Recipient(key)
	}
	if by != nil {
		key, err := by.key()
		if err != nil {
			return nil, err
		}
		b = b.SigningKey(key)
	}
	h, err := b.New()
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	msg, err := h.Encrypt(plain)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return msg.ArmorBytes()
}

// key parses anew for the reason Public.key gives.
func (p *Private) key() (*crypto.Key, error) {
	key, err := crypto.NewKey(p.raw)
	if err != nil {
		return nil, fmt.Errorf("read %s again: %w", p, err)
	}
	return key, nil
}
