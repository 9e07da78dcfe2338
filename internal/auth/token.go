package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// NewToken makes the secret part of a link: 256 random bits. Who keeps it for
// checking keeps only its hash.
func NewToken(random io.Reader) (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("auth: token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// IsToken reports whether a text has the form of a token, so that no junk is
// looked up.
func IsToken(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && len(b) == 32
}

// LinkLife is how long a sign-in link is good for: long enough for a slow mail
// system, short enough for a mailbox that is read by others later.
const LinkLife = 30 * time.Minute

// NewRecovery makes n codes for the day the authenticator is lost, and the
// hashes to keep. A code has 80 random bits; a plain hash is enough.
func NewRecovery(random io.Reader, n int) (codes, hashes []string, err error) {
	for range n {
		b := make([]byte, 10)
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, nil, fmt.Errorf("auth: recovery code: %w", err)
		}
		s := base32.StdEncoding.EncodeToString(b)
		codes = append(codes, s[:4]+"-"+s[4:8]+"-"+s[8:12]+"-"+s[12:])
		hashes = append(hashes, hashRecovery(s))
	}
	return codes, hashes, nil
}

// UseRecovery looks for a code among the hashes and gives what is left of them.
func UseRecovery(hashes []string, code string) (left []string, ok bool) {
	hash, found := hashRecovery(code), -1
	for i, h := range hashes {
		if subtle.ConstantTimeCompare([]byte(h), []byte(hash)) == 1 {
			found = i
		}
	}
	if found < 0 {
		return hashes, false
	}
	return slices.Delete(slices.Clone(hashes), found, found+1), true
}

func hashRecovery(code string) string {
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	sum := sha256.Sum256([]byte("nakodo recovery code\x00" + code))
	return hex.EncodeToString(sum[:])
}
