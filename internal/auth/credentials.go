package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"nakodo/internal/fault"
)

// Credentials are an officer's proofs, to be kept sealed. A person who does
// not exist has the zero value, and is checked like any other.
type Credentials struct {
	Password string    `json:"password"` // a Hasher's
	Secret   string    `json:"secret"`   // of the one-time codes
	Step     int64     `json:"step"`     // of the last code accepted
	Recovery []string  `json:"recovery"` // hashes of the codes left
	Set      time.Time `json:"set"`
}

// Epoch changes whenever the password or the secret does. A session remembers
// the one it began under, and ends with it.
func (c Credentials) Epoch() string {
	sum := sha256.Sum256([]byte(c.Password + "\x00" + c.Secret))
	return hex.EncodeToString(sum[:8])
}

// Proof is what somebody shows to be let in.
type Proof struct{ Password, Code string }

// Verify checks password and code, both in any case, and gives the credentials
// as they are to be kept now: a code is used up, an old hash renewed. Every
// wrong proof gets one and the same refusal.
func (c Credentials) Verify(ctx context.Context, h *Hasher, p Proof, now time.Time) (next Credentials, recovered bool, err error) {
	next = c
	fits, old, err := h.Check(ctx, c.Password, p.Password)
	if err != nil {
		return c, false, err
	}
	at, fresh := CheckCode(c.Secret, p.Code, c.Step, now)
	left, spare := UseRecovery(c.Recovery, p.Code)
	if !fits || c.Secret == "" || !fresh && !spare {
		return c, false, fault.New(fault.NotAllowed, "signin.wrong")
	}
	if fresh {
		next.Step = at
	} else {
		next.Recovery = left
	}
	if old {
		if next.Password, err = h.Hash(ctx, p.Password); err != nil {
			return c, false, err
		}
	}
	return next, !fresh, nil
}

// Wait is how long the next try is refused after so many failures in a row:
// nothing for the first four, then half a minute, doubled each time up to a
// quarter of an hour. It is kept for an account and a network together, so
// that guesses from elsewhere lock nobody out.
func Wait(fails int) time.Duration {
	if fails < 5 {
		return 0
	}
	return min(30*time.Second<<min(fails-5, 10), 15*time.Minute)
}
