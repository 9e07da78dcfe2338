package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/gopenpgp/v3/constants"
	"github.com/ProtonMail/gopenpgp/v3/crypto"
)

// Verdict is what a look at a signature found.
type Verdict string

// The verdicts.
const (
	Unsigned Verdict = "unsigned"
	Good     Verdict = "good"    // by a key we know, over exactly these bytes
	Unknown  Verdict = "unknown" // by a key we do not have: neither good nor bad
	Bad      Verdict = "bad"     // the bytes were changed, or the key was no longer good
)

// Signature says who signed.
type Signature struct {
	Verdict     Verdict
	KeyID       string    // 16 hex digits of the key or subkey that signed; may be empty
	Fingerprint string    // of the signer's primary key; only where Verdict is Good
	At          time.Time // when the signer says it was made; only where Verdict is Good
}

// Signers finds the public keys that may have made a signature, by key id (16
// upper-case hex digits). A nil Signers knows nobody.
type Signers func(keyID string) []*Public

// ahead is how far a signer's clock may run before ours: a letter can arrive
// within a second, and a signature from the future would count as forged.
const ahead = 15 * time.Minute

// ErrNotForUs is given for a message that none of the centre's keys opens.
var ErrNotForUs = errors.New("encrypted to a key the centre does not have")

// ErrTooLarge is given where a message unpacks to more than the limit.
var ErrTooLarge = errors.New("the message unpacks to more than the limit")

// Opened is a decrypted message.
type Opened struct {
	Plain     []byte
	Signature Signature
}

// Open decrypts a message (armoured or binary) with whichever of the centre's
// keys fits, at most limit bytes, and verifies the signature inside. All of the
// centre's keys are tried, old ones too: finders keep old keys for years.
func Open(message []byte, mine []*Private, who Signers, limit int64, now time.Time) (Opened, error) {
	// The first pass learns who claims to have signed, the second verifies.
	out, err := open(message, mine, nil, limit, now)
	if err != nil {
		return Opened{}, err
	}
	known := find(who, out.Signature.KeyID)
	if len(known) == 0 {
		return out, nil
	}
	return open(message, mine, known, limit, now)
}

func open(message []byte, mine []*Private, known []*Public, limit int64, now time.Time) (Opened, error) {
	b := pgp().Decryption().VerifyTime(now.Add(ahead).Unix()).MaxDecompressedMessageSize(limit)
	for _, p := range mine {
		key, err := p.key()
		if err != nil {
			return Opened{}, err
		}
		b = b.DecryptionKey(key)
	}
	ring, err := ringOf(known)
	if err != nil {
		return Opened{}, err
	}
	h, err := b.VerificationKeys(ring).New()
	if err != nil {
		return Opened{}, ErrNotForUs // no key at all
	}
	r, err := h.DecryptingReader(bytes.NewReader(message), crypto.Auto)
	if err != nil {
		if errors.Is(err, pgperrors.ErrKeyIncorrect) {
			return Opened{}, ErrNotForUs
		}
		return Opened{}, fmt.Errorf("open message: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return Opened{}, fmt.Errorf("open message: %w", err)
	}
	if int64(len(plain)) > limit {
		return Opened{}, ErrTooLarge
	}
	res, err := r.VerifySignature()
	if err != nil {
		return Opened{}, fmt.Errorf("open message: %w", err)
	}
	return Opened{Plain: plain, Signature: judge(res)}, nil
}

// Verify looks at a detached signature (armoured or binary) over data.
func Verify(data, signature []byte, who Signers, now time.Time) Signature {
	ids, ok := crypto.SignatureHexKeyIDs(unarmoured(signature))
	if !ok || len(ids) == 0 {
		return Signature{Verdict: Bad}
	}
	var known []*Public
	for _, id := range ids {
		known = append(known, find(who, id)...)
	}
	if len(known) == 0 {
		return Signature{Verdict: Unknown, KeyID: strings.ToUpper(ids[0])}
	}
	h, err := verifier(known, now)
	if err != nil {
		return Signature{Verdict: Bad, KeyID: strings.ToUpper(ids[0])}
	}
	res, err := h.VerifyDetached(data, signature, crypto.Auto)
	if err != nil {
		return Signature{Verdict: Bad, KeyID: strings.ToUpper(ids[0])}
	}
	return judge(res)
}

// VerifyClear reads a message signed in the clear (-----BEGIN PGP SIGNED
// MESSAGE-----): its text without the armour, and who signed it. The text comes
// back even where the signature is unknown or bad, so that a person can read it.
func VerifyClear(message []byte, who Signers, now time.Time) (text []byte, s Signature, err error) {
	text, s, err = verifyClear(message, nil, now)
	if err != nil {
		return nil, Signature{}, err
	}
	if known := find(who, s.KeyID); len(known) > 0 {
		return verifyClear(message, known, now)
	}
	return text, s, nil
}

func verifyClear(message []byte, known []*Public, now time.Time) ([]byte, Signature, error) {
	h, err := verifier(known, now)
	if err != nil {
		return nil, Signature{}, err
	}
	res, err := h.VerifyCleartext(message)
	if err != nil {
		return nil, Signature{}, fmt.Errorf("read signed text: %w", err)
	}
	return res.Cleartext(), judge(&res.VerifyResult), nil
}

func verifier(known []*Public, now time.Time) (crypto.PGPVerify, error) {
	ring, err := ringOf(known)
	if err != nil {
		return nil, err
	}
	return pgp().Verify().VerificationKeys(ring).VerifyTime(now.Add(ahead).Unix()).New()
}

func ringOf(known []*Public) (*crypto.KeyRing, error) {
	ring, err := crypto.NewKeyRing(nil)
	if err != nil {
		return nil, err
	}
	for _, p := range known {
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		if err := ring.AddKey(key); err != nil {
			return nil, err
		}
	}
	return ring, nil
}

// judge puts gopenpgp's result into our words: good where any signature is.
func judge(res *crypto.VerifyResult) Signature {
	out := Signature{Verdict: Unsigned}
	for _, s := range res.Signatures {
		id := ""
		if s.Signature != nil && s.Signature.IssuerKeyId != nil {
			id = hexID(*s.Signature.IssuerKeyId)
		}
		switch {
		case s.SignatureError == nil && s.SignedBy != nil && s.Signature != nil:
			return Signature{
				Verdict: Good, KeyID: id,
				Fingerprint: strings.ToUpper(s.SignedBy.GetFingerprint()),
				At:          s.Signature.CreationTime.UTC(),
			}
		case s.SignatureError != nil && s.SignatureError.Status == constants.SIGNATURE_NO_VERIFIER:
			if out.Verdict == Unsigned {
				out = Signature{Verdict: Unknown, KeyID: id}
			}
		default:
			out = Signature{Verdict: Bad, KeyID: id}
		}
	}
	return out
}

func find(who Signers, id string) []*Public {
	if who == nil || id == "" {
		return nil
	}
	var fit []*Public
	for _, p := range who(strings.ToUpper(id)) {
		if p != nil && p.Has(id) {
			fit = append(fit, p)
		}
	}
	return fit
}
