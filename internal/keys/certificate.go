package keys

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"time"

	"nakodo/internal/fault"
)

// Certificate is somebody's S/MIME certificate. The centre keeps it and watches
// its end; letters are sealed with OpenPGP only.
type Certificate struct {
	Fingerprint string   // SHA-256, upper-case hexadecimal
	Mails       []string // lower case
	Ends        time.Time
}

// ReadCertificate reads one X.509 certificate in PEM, as a person pasted it. Its
// refusals say what was pasted instead. It checks no chain: who stands behind
// the certificate, an officer finds out when the contact is verified.
func ReadCertificate(text string) (Certificate, error) {
	if len(text) > maxKey {
		return Certificate{}, fault.New(fault.Invalid, "fault.key.too_large")
	}
	if strings.Contains(text, "PRIVATE KEY") {
		return Certificate{}, fault.New(fault.Invalid, "fault.key.private")
	}
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return Certificate{}, fault.New(fault.Invalid, "fault.cert.not_one")
	}
	if next, _ := pem.Decode(rest); next != nil {
		return Certificate{}, fault.New(fault.Invalid, "fault.cert.several")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return Certificate{}, fault.Because(err, fault.Invalid, "fault.cert.broken")
	}
	sum := sha256.Sum256(c.Raw)
	read := Certificate{Fingerprint: strings.ToUpper(hex.EncodeToString(sum[:])), Ends: c.NotAfter.UTC()}
	for _, m := range c.EmailAddresses {
		read.Mails = append(read.Mails, strings.ToLower(m))
	}
	return read, nil
}
