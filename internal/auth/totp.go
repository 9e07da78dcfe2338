package auth

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// step is how long a one-time code is good for (RFC 6238, 5.2).
const step = 30 * time.Second

// NewSecret makes the secret an authenticator app keeps: 160 bits (RFC 4226,
// 4, R6), in base 32 as people type it.
func NewSecret(random io.Reader) (string, error) {
	b := make([]byte, 20)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("auth: secret: %w", err)
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b), nil
}

// CheckCode reports whether a six-digit code fits the secret at a moment, one
// step early or late. last is the step of the last code that was accepted; a
// code of that step or an earlier one is refused, so that a code seen over a
// shoulder is worth nothing. It returns the step to keep as the next last.
func CheckCode(secret, code string, last int64, now time.Time) (used int64, ok bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u3000' {
			return -1
		}
		if r >= '０' && r <= '９' { // a Japanese keyboard left in full width
			return r - '０' + '0'
		}
		return r
	}, code)
	at := now.Unix() / int64(step/time.Second)
	for _, s := range []int64{at, at - 1, at + 1} {
		want, err := hotp.GenerateCodeCustom(secret, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return last, false
		}
		if s > last && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return s, true
		}
	}
	return last, false
}

// AppURL is what an authenticator app reads out of the QR code.
func AppURL(secret, centre, mail string) string {
	q := url.Values{"secret": {secret}, "issuer": {centre}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	// Apps read %20, not +, as a space.
	return "otpauth://totp/" + url.PathEscape(centre+":"+mail) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// QR draws a text as a QR code in SVG, black on white with its quiet zone in
// any colour scheme. label is what a screen reader says.
func QR(text, label string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("auth: QR code: %w", err)
	}
	const quiet = 4
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	full := size + 2*quiet
	return template.HTML(fmt.Sprintf(`<svg role="img" aria-label="%s" viewBox="0 0 %d %d" width="%d" height="%d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dh-%dz"/><path fill="#000" d="%s"/></svg>`,
		template.HTMLEscapeString(label), full, full, full*4, full*4, full, full, full, path.String())), nil
}
