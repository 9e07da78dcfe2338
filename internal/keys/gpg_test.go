package keys_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/keys"
	"nakodo/internal/keys/gpgtest"
)

// home is gpg with what these tests make of it.
type home struct{ gpgtest.Home }

func gpgHome(t *testing.T) home { return home{gpgtest.New(t)} }

// makeKey makes a key by gpg's own parameter file and exports it. It is an hour
// old: a key is not good before it was made, and making one takes a moment.
func (h home) makeKey(t *testing.T, mail, params string) *keys.Public {
	t.Helper()
	h.Run(t, []byte("%no-protection\n"+params+"\nName-Real: Vendor PSIRT\nName-Email: "+mail+"\n%commit\n"),
		"--faked-system-time", strconv.FormatInt(time.Now().Add(-time.Hour).Unix(), 10), "--gen-key")
	out, _ := h.Run(t, nil, "--armor", "--export", mail)
	pub, err := keys.ReadPublic(string(out))
	if err != nil {
		t.Fatal(err)
	}
	return pub
}

const (
	rsa     = "Key-Type: RSA\nKey-Length: 2048\nSubkey-Type: RSA\nSubkey-Length: 2048\nExpire-Date: 0"
	ed25519 = "Key-Type: EDDSA\nKey-Curve: ed25519\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\nExpire-Date: 30d"
	signing = "Key-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign\nExpire-Date: 0"
)

func TestDebianGpgOpensWhatWeSealAndWeOpenWhatItSeals(t *testing.T) {
	h := gpgHome(t)
	real := time.Now()
	centre, err := keys.Create("Coordination Centre", "case@centre.example", real.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	h.Run(t, []byte(centre.Public().Armoured()), "--import")
	for name, params := range map[string]string{"rsa": rsa, "ed25519": ed25519} {
		mail := name + "@vendor.example"
		vendor := h.makeKey(t, mail, params)
		if err := vendor.Usable(real); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		plain := []byte("脆弱性の詳細 for " + name + "\r\n")

		msg, err := keys.Seal(plain, []*keys.Public{vendor, centre.Public()}, centre, real)
		if err != nil {
			t.Fatal(err)
		}
		out, said := h.Run(t, msg, "--decrypt")
		if !bytes.Equal(out, plain) {
			t.Errorf("%s: gpg opened %q, want %q", name, out, plain)
		}
		if !strings.Contains(said, "GOODSIG") || !strings.Contains(said, centre.Public().Fingerprint()) {
			t.Errorf("%s: gpg did not find our signature good:\n%s", name, said)
		}

		back, _ := h.Run(t, plain, "--armor", "--sign", "--encrypt", "-u", mail, "-r", "case@centre.example")
		got, err := keys.Open(back, []*keys.Private{centre}, knows(vendor), 1<<20, real)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Plain, plain) || got.Signature.Verdict != keys.Good || got.Signature.Fingerprint != vendor.Fingerprint() {
			t.Errorf("%s: opened %q, signature %+v", name, got.Plain, got.Signature)
		}

		clear, _ := h.Run(t, []byte("we are affected\n- a line with a dash\n"), "--clearsign", "-u", mail)
		text, sig, err := keys.VerifyClear(clear, knows(vendor), real)
		if err != nil || sig.Verdict != keys.Good || !strings.Contains(string(text), "- a line with a dash") {
			t.Errorf("%s: signed text %q %+v %v", name, text, sig, err)
		}
		if text, sig, err := keys.VerifyClear(clear, nil, real); err != nil || sig.Verdict != keys.Unknown || len(text) == 0 {
			t.Errorf("%s: signed text by a stranger: %q %+v %v", name, text, sig, err)
		}

		detached, _ := h.Run(t, plain, "--armor", "--detach-sign", "-u", mail)
		if sig := keys.Verify(plain, detached, knows(vendor), real); sig.Verdict != keys.Good {
			t.Errorf("%s: detached signature %+v", name, sig)
		}
	}
}

func TestDebianGpgVerifiesAPublishedFile(t *testing.T) {
	h := gpgHome(t)
	real := time.Now()
	centre, err := keys.Create("Coordination Centre", "case@centre.example", real.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	h.Run(t, []byte(centre.Public().Armoured()), "--import")
	file := filepath.Join(t.TempDir(), "nkd.json")
	data := []byte(`{"document":{"title":"勧告"}}`)
	sig, err := centre.Sign(data, real)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{file: data, file + ".asc": sig} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, said := h.Run(t, nil, "--verify", file+".asc", file); !strings.Contains(said, "GOODSIG") {
		t.Error(said)
	}
}

func TestDebianGpgOpensOurLockedPrivateKey(t *testing.T) {
	h := gpgHome(t)
	centre, err := keys.Create("Coordination Centre", "case@centre.example", time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	locked, err := centre.Armoured([]byte("passphrase"))
	if err != nil {
		t.Fatal(err)
	}
	h.Run(t, []byte(locked), "--import")
	exported, _ := h.Run(t, nil, "--passphrase", "passphrase", "--armor", "--export-secret-keys")
	back, err := keys.Load(string(exported), []byte("passphrase"))
	if err != nil {
		t.Fatal(err)
	}
	if back.Public().Fingerprint() != centre.Public().Fingerprint() {
		t.Error("another key came back from gpg")
	}
}

func TestKeysThatCannotBeUsedAreRefused(t *testing.T) {
	h := gpgHome(t)
	real := time.Now()
	ends := h.makeKey(t, "ends@vendor.example", ed25519)
	if days, ok := ends.DaysLeft(real); !ok || days != 29 {
		t.Errorf("days left: %d %v, want 29", days, ok)
	}
	later := real.AddDate(0, 0, 31)
	if days, _ := ends.DaysLeft(later); days != -1 && days != -2 {
		t.Errorf("days left after the end: %d", days)
	}
	refuse(t, "expired", ends.Usable(later), "fault.key.expired")
	refuse(t, "signs only", h.makeKey(t, "signs@vendor.example", signing).Usable(real), "fault.key.cannot_encrypt")

	h.makeKey(t, "gone@vendor.example", rsa)
	list, _ := h.Run(t, nil, "--with-colons", "--list-keys", "gone@vendor.example")
	var finger string
	for _, line := range strings.Split(string(list), "\n") {
		if f := strings.Split(line, ":"); f[0] == "fpr" {
			finger = f[9]
			break
		}
	}
	rev, err := os.ReadFile(filepath.Join(string(h.Home), "openpgp-revocs.d", finger+".rev"))
	if err != nil {
		t.Fatal(err)
	}
	h.Run(t, bytes.ReplaceAll(rev, []byte(":-----BEGIN"), []byte("-----BEGIN")), "--import")
	out, _ := h.Run(t, nil, "--armor", "--export", "gone@vendor.example")
	gone, err := keys.ReadPublic(string(out))
	if err != nil {
		t.Fatal(err)
	}
	refuse(t, "revoked", gone.Usable(real), "fault.key.revoked")
}

func refuse(t *testing.T, name string, err error, key string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Key != key {
		t.Errorf("%s: got %v, want %s", name, err, key)
	}
}
