package mail_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"nakodo/internal/journal"
	"nakodo/internal/keys"
	"nakodo/internal/keys/gpgtest"
	"nakodo/internal/mail"
	"nakodo/internal/notice"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// now is the real time, because gpg has no other.
var now = time.Now().UTC().Truncate(time.Second)

func marks(t testing.TB) mail.Marks {
	t.Helper()
	m, err := mail.NewMarks("NKD", "NKR", "DID")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func box() mail.Box {
	return mail.Box{Local: "case", Domain: "centre.example", Secrets: [][]byte{[]byte("0123456789abcdef")}}
}

func newKey(t testing.TB, name, address string) *keys.Private {
	t.Helper()
	k, err := keys.Create(name, address, now.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func composer(t testing.TB, key *keys.Private) mail.Composer {
	t.Helper()
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return mail.Composer{Box: box(), Name: words.Text{EN: "Coordination Centre", JA: "調整センター"}, Words: c, Key: key}
}

func letter(lang words.Lang, key string) notice.Letter {
	return notice.ContentAvailable(notice.Head{
		ID: "letter-1", About: journal.Ref{Kind: journal.AboutCase, ID: "c1"}, Mark: "NKD#64806328",
		To:  notice.Recipient{Person: "p-1", Name: "佐藤 PSIRT", Mail: "psirt@vendor.example", Lang: lang, Key: key, Ticket: "ABC-123"},
		TLP: tlp.Amber, Link: "https://centre.example/c/1", Detailed: true,
	}, notice.Content{Title: "SECRETtitle 情報", Product: "SECRETproduct", Description: "From the outside \nSECRETdescription"}, now)
}

// home is gpg with what these tests make of it.
type home struct{ gpgtest.Home }

func gpgHome(t *testing.T) home { return home{gpgtest.New(t)} }

// vendorKey makes the vendor's key with gpg itself.
func (h home) vendorKey(t *testing.T) *keys.Public {
	t.Helper()
	// An hour old, as our own are: a key is not good before it was made.
	then := []string{"--faked-system-time", strconv.FormatInt(now.Add(-time.Hour).Unix(), 10)}
	h.Run(t, nil, append(then, "--quick-gen-key", "Vendor PSIRT <psirt@vendor.example>", "ed25519", "default", "never")...)
	finger, _ := h.Run(t, nil, "--with-colons", "--list-keys")
	for _, line := range strings.Split(string(finger), "\n") {
		if f := strings.Split(line, ":"); f[0] == "fpr" {
			h.Run(t, nil, append(then, "--quick-add-key", f[9], "cv25519", "encr", "never")...)
			break
		}
	}
	out, _ := h.Run(t, nil, "--armor", "--export", "psirt@vendor.example")
	pub, err := keys.ReadPublic(string(out))
	if err != nil {
		t.Fatal(err)
	}
	return pub
}
