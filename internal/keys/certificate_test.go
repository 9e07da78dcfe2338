package keys_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/keys"
)

func TestReadCertificate(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ends := time.Date(2027, 3, 31, 23, 59, 59, 0, time.UTC)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "PSIRT"}, EmailAddresses: []string{"PSIRT@acme.test"}, NotBefore: ends.AddDate(-1, 0, 0), NotAfter: ends,
	}, &x509.Certificate{SerialNumber: big.NewInt(2)}, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	good := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	got, err := keys.ReadCertificate("Our certificate:\r\n" + strings.ReplaceAll(good, "\n", "\r\n"))
	if err != nil || !got.Ends.Equal(ends) || len(got.Fingerprint) != 64 || len(got.Mails) != 1 || got.Mails[0] != "psirt@acme.test" {
		t.Errorf("read %+v, %v", got, err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"fault.cert.not_one": "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nx\n-----END PGP PUBLIC KEY BLOCK-----", "fault.cert.several": good + good,
		"fault.cert.broken": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der[:40]})),
		"fault.key.private": good + string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private})),
	} {
		if _, err := keys.ReadCertificate(text); fault.Of(err) == nil || fault.Of(err).Key != what {
			t.Errorf("got %v, want %s", err, what)
		}
	}
}
