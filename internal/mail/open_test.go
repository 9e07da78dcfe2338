package mail_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nakodo/internal/keys"
	"nakodo/internal/mail"
	"nakodo/internal/words"
)

func signers(ks ...*keys.Public) keys.Signers {
	return func(id string) []*keys.Public {
		var fit []*keys.Public
		for _, k := range ks {
			if k.Has(id) {
				fit = append(fit, k)
			}
		}
		return fit
	}
}

// post is a letter from the vendor with gpg's own work inside.
func post(head, body string) string {
	return strings.ReplaceAll("From: PSIRT <psirt@vendor.example>\nTo: case@centre.example\nSubject: Re: NKD#64806328\n"+head+"\n\n"+body, "\n", "\r\n")
}

const innerText = "Content-Type: text/plain; charset=utf-8; protected-headers=\"v1\"\r\nSubject: Re: NKD#64806328 inside\r\n\r\n影響を受けます。\r\n"

func TestLettersThatGpgSealedAreOpened(t *testing.T) {
	h := gpgHome(t)
	vendor := h.vendorKey(t)
	centre := newKey(t, "Coordination Centre", "case@centre.example")
	h.Run(t, []byte(centre.Public().Armoured()), "--import")
	r := reader(t)
	r.Mine = []*keys.Private{newKey(t, "Old", "case@centre.example"), centre}
	r.Signers = signers(vendor)
	seal := func(plain string, args ...string) string {
		out, _ := h.Run(t, []byte(plain), append([]string{"--armor", "-r", "case@centre.example", "-u", "psirt@vendor.example"}, args...)...)
		return string(out)
	}
	mime := func(kind, armour string) string {
		return post("Content-Type: "+kind+"; protocol=\"application/pgp-encrypted\"; boundary=b",
			"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--b\nContent-Type: application/octet-stream\n\n"+armour+"\n--b--\n")
	}
	hiddenTo, _ := h.Run(t, []byte(innerText), "--armor", "--sign", "--encrypt", "-R", "case@centre.example", "-u", "psirt@vendor.example")
	hidden := string(hiddenTo)
	clear, _ := h.Run(t, []byte("影響を受けます。 NKD#64806328\n"), "--clearsign", "-u", "psirt@vendor.example")
	for name, tt := range map[string]struct {
		raw       string
		encrypted bool
		verdict   keys.Verdict
		whole     bool
	}{
		"PGP/MIME, signed":     {mime("multipart/encrypted", seal(innerText, "--sign", "--encrypt")), true, keys.Good, true},
		"PGP/MIME, unsigned":   {mime("multipart/encrypted", seal(innerText, "--encrypt")), true, keys.Unsigned, false},
		"hidden recipient":     {mime("multipart/encrypted", hidden), true, keys.Good, true},
		"through Exchange":     {mime("multipart/mixed", seal(innerText, "--sign", "--encrypt")), true, keys.Good, true},
		"inline, signed":       {post("Content-Type: text/plain", seal("影響を受けます。", "--sign", "--encrypt")), true, keys.Good, true},
		"inline with a footer": {post("Content-Type: text/plain", seal("影響を受けます。", "--sign", "--encrypt")+"\nmailing list footer"), true, keys.Good, false},
		"signed in the clear":  {post("Content-Type: text/plain; charset=utf-8", string(clear)), false, keys.Good, true},
		"clear text changed":   {post("Content-Type: text/plain; charset=utf-8", strings.Replace(string(clear), "受けます", "受けません", 1)), false, keys.Bad, true},
	} {
		got := parse(t, r, tt.raw)
		if !strings.Contains(got.Text, "影響を受けま") {
			t.Errorf("%s: text %q, notes %v", name, got.Text, got.Notes)
		}
		s := got.Seal
		if s.Encrypted != tt.encrypted || s.Signature.Verdict != tt.verdict || s.Whole != tt.whole || s.Closed {
			t.Errorf("%s: %+v", name, s)
		}
		if tt.verdict == keys.Good && s.Signature.Fingerprint != vendor.Fingerprint() {
			t.Errorf("%s: signed by %s", name, s.Signature.Fingerprint)
		}
		if strings.HasPrefix(name, "PGP/MIME") && got.Subject != "Re: NKD#64806328 inside" {
			t.Errorf("%s: subject %q", name, got.Subject)
		}
	}
	r.Mine = r.Mine[:1]
	got := parse(t, r, mime("multipart/encrypted", seal(innerText, "--encrypt")))
	if !got.Seal.Closed || len(got.Files) != 1 || got.Files[0].Name != "encrypted.asc" || !slices.Contains(got.Notes, "mail.note.closed") {
		t.Errorf("to another key: %+v %v", got.Seal, got.Notes)
	}
	got = parse(t, r, mime("multipart/encrypted", "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----"))
	if got.Seal.Closed || !slices.Contains(got.Notes, "mail.note.broken_seal") {
		t.Errorf("broken: %+v %v", got.Seal, got.Notes)
	}
}

func TestMultipartSignedIsVerifiedAsItTravelled(t *testing.T) {
	h := gpgHome(t)
	vendor := h.vendorKey(t)
	r := reader(t)
	r.Signers = signers(vendor)
	part := "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n受けます \t\r\n-- \r\nNKD#64806328\r\n--c\r\nContent-Type: image/png; name=a.png\r\n\r\nPNG\r\n--c--\r\n"
	file := filepath.Join(t.TempDir(), "part")
	if err := os.WriteFile(file, []byte(part), 0o600); err != nil {
		t.Fatal(err)
	}
	sig, _ := h.Run(t, nil, "--armor", "--detach-sign", "-u", "psirt@vendor.example", "-o", "-", file)
	raw := func(part, after string) string {
		return post("Content-Type: multipart/signed; micalg=pgp-sha512; protocol=\"application/pgp-signature\"; boundary=b",
			"--b\n") + part + "\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\n" + strings.ReplaceAll(string(sig), "\n", "\r\n") + after + "\r\n--b--\r\n"
	}
	for name, tt := range map[string]struct {
		raw     string
		who     keys.Signers
		verdict keys.Verdict
		whole   bool
		marks   int
	}{
		"as sent":          {raw(part, ""), r.Signers, keys.Good, true, 1},
		"with line feeds":  {strings.ReplaceAll(raw(part, ""), "\r\n", "\n"), r.Signers, keys.Good, true, 1},
		"changed":          {raw(strings.Replace(part, "受けます", "受けません", 1), ""), r.Signers, keys.Bad, true, 1},
		"unknown key":      {raw(part, ""), nil, keys.Unknown, true, 1},
		"something added":  {raw(part, "\r\n--b\r\nContent-Type: text/plain\r\n\r\nadded"), r.Signers, keys.Good, false, 1},
		"mark only around": {raw(strings.Replace(part, "NKD#64806328", "", 1), ""), r.Signers, keys.Bad, true, 0},
	} {
		r.Signers = tt.who
		got := parse(t, r, tt.raw)
		if s := got.Seal; s.Signature.Verdict != tt.verdict || s.Whole != tt.whole || len(s.Marks) != tt.marks {
			t.Errorf("%s: %+v", name, s)
		}
		if len(got.Files) != 1 || !strings.Contains(got.Text, "受けま") {
			t.Errorf("%s: %q %v", name, got.Text, got.Files)
		}
	}
}

func TestOurOwnLettersReadBack(t *testing.T) {
	centre, vendor := newKey(t, "Centre", "case@centre.example"), newKey(t, "V", "psirt@vendor.example")
	r := mail.Reader{Marks: marks(t), Mine: []*keys.Private{vendor}, Signers: signers(centre.Public())}
	for name, key := range map[string]string{"sealed": vendor.Public().Armoured(), "signed": ""} {
		m, err := composer(t, centre).Compose(letter(words.JA, key), now)
		if err != nil {
			t.Fatal(err)
		}
		got := parse(t, r, string(m.Raw))
		if s := got.Seal; s.Signature.Verdict != keys.Good || !s.Whole || s.Encrypted != m.Sealed || !slices.Equal(s.Marks, []string{"NKD#64806328"}) {
			t.Errorf("%s: %+v", name, s)
		}
		if strings.Contains(got.Text, "SECRETtitle") != m.Sealed {
			t.Errorf("%s: %s", name, got.Text)
		}
	}
	// The centre reads its own file copy.
	m, err := composer(t, centre).Compose(letter(words.EN, vendor.Public().Armoured()), now)
	if err != nil {
		t.Fatal(err)
	}
	r.Mine = []*keys.Private{centre}
	if got := parse(t, r, string(m.Raw)); !strings.Contains(got.Text, "SECRETtitle") {
		t.Errorf("%q %v", got.Text, got.Notes)
	}
}

func TestSealedFilesAndOfferedKeys(t *testing.T) {
	centre, finder := newKey(t, "Centre", "case@centre.example"), newKey(t, "F", "f@f.example")
	sealed, err := keys.Seal([]byte("PCAP"), []*keys.Public{centre.Public()}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	raw := "From: f@f.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee file\n" + finder.Public().Armoured() +
		"\n--b\nContent-Type: application/octet-stream; name=\"dump.pcap.pgp\"\n\n" + string(sealed) + "\n--b--\n"
	r := reader(t)
	r.Mine = []*keys.Private{centre}
	got := parse(t, r, raw)
	if len(got.Files) != 1 || got.Files[0].Name != "dump.pcap" || string(got.Files[0].Content) != "PCAP" {
		t.Errorf("%+v", got.Files)
	}
	if len(got.Offered) != 1 || got.Offered[0].Fingerprint() != finder.Public().Fingerprint() {
		t.Errorf("offered %v", got.Offered)
	}
}
