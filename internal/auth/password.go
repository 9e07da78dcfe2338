// Package auth turns proofs of identity into a party.Actor: passwords, one-time
// codes, recovery codes, link tokens, and the session that follows. It knows no
// page and no table. Randomness and time come from outside, but for the
// session's own token, which the session library makes.
//
// Officers sign in with a password and a one-time code. Everybody else gets a
// link to their own address, good for one time: no account, no password to
// lose, and nobody is locked out by a machine's guesses.
package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"nakodo/internal/fault"
)

// cost is what one hash costs; it is written into the hash, so that it may
// change without anybody losing their password.
type cost struct {
	time, memory uint32 // passes; KiB
	threads      uint8
}

// present follows OWASP's second choice for argon2id: 19 MiB, two passes,
// about 25 ms on one core.
var present = cost{time: 2, memory: 19 * 1024, threads: 1}

const (
	saltBytes = 16
	keyBytes  = 32
)

// Hasher hashes and checks passwords, two at a time: memory is what a flood of
// sign-ins would exhaust.
type Hasher struct {
	random io.Reader
	slots  chan struct{}
	nobody string // a hash that no password fits
}

// NewHasher makes a hasher that takes its salts from random.
func NewHasher(random io.Reader) (*Hasher, error) {
	h := &Hasher{random: random, slots: make(chan struct{}, 2)}
	unknown := make([]byte, keyBytes)
	if _, err := io.ReadFull(random, unknown); err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	var err error
	h.nobody, err = h.Hash(context.Background(), string(unknown))
	return h, err
}

// Hash gives what is stored for a password, in the usual notation:
// $argon2id$v=19$m=19456,t=2,p=1$salt$key.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("auth: salt: %w", err)
	}
	key, err := h.key(ctx, password, salt, present, keyBytes)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, present.memory, present.time, present.threads, b64(salt), b64(key)), nil
}

// Check reports whether the password fits the stored hash, and whether the
// hash is of an old cost and should be made anew. An empty hash, that of
// somebody who does not exist, takes as long as any and fits nothing.
func (h *Hasher) Check(ctx context.Context, stored, password string) (ok, old bool, err error) {
	known := stored != ""
	if !known {
		stored = h.nobody
	}
	c, salt, want, err := parse(stored)
	if err != nil {
		return false, false, err
	}
	got, err := h.key(ctx, password, salt, c, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(got, want) == 1 && known
	return ok, ok && c != present, nil
}

func (h *Hasher) key(ctx context.Context, password string, salt []byte, c cost, n uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, fault.Because(ctx.Err(), fault.Busy, "fault.busy")
	}
	return argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, n), nil
}

// parse reads a stored hash. What it allows is bounded, so that a damaged row
// does not ask for all memory there is.
func parse(stored string) (c cost, salt, key []byte, err error) {
	bad := errors.New("auth: a stored password hash is damaged")
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); err != nil {
		return c, nil, nil, bad
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(key) < 16 || len(key) > 64 || c.time < 1 || c.time > 10 || c.threads < 1 || c.memory < 8*1024 || c.memory > 256*1024 {
		return c, nil, nil, bad
	}
	return c, salt, key, nil
}

// The lengths of a password (NIST SP 800-63B-4: at least 15 characters where
// it were the only proof; ours never is, and the longest is far above 64).
const (
	minPassword = 12
	maxPassword = 200
)

// Acceptable refuses a password that is too short, too long, nearly one
// character, or that holds the address or the name of its owner. There are no
// rules about digits or signs: they make passwords worse.
func Acceptable(password, mail, name string) error {
	var c fault.Check
	n := utf8.RuneCountInString(password)
	c.Need(n >= minPassword, "password", "signin.password.short", "min", minPassword)
	c.Need(n <= maxPassword, "password", "signin.password.long", "max", maxPassword)
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	c.Need(n < minPassword || len(different) >= 5, "password", "signin.password.monotonous")
	low := strings.ToLower(password)
	local, _, _ := strings.Cut(strings.ToLower(mail), "@")
	for _, known := range append(strings.Fields(strings.ToLower(name)), local) {
		if utf8.RuneCountInString(known) >= 4 && strings.Contains(low, known) {
			c.Add("password", "signin.password.own_name")
			break
		}
	}
	return c.Err()
}
