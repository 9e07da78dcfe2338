package mail_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nakodo/internal/fault"
	"nakodo/internal/mail"
	"nakodo/internal/notice"
	"nakodo/internal/words"
)

// read opens a message with the standard library, which knows nothing of ours.
func read(t *testing.T, raw []byte) *netmail.Message {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func parts(t *testing.T, m *netmail.Message, wantType string) [][]byte {
	t.Helper()
	typ, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || typ != wantType {
		t.Fatalf("content type %s (%v), want %s", typ, err, wantType)
	}
	var out [][]byte
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
}

func TestHeaderTellsOnlyTheMark(t *testing.T) {
	centre := newKey(t, "Centre", "case@centre.example")
	c := composer(t, centre)
	for _, lang := range []words.Lang{words.EN, words.JA} {
		for name, key := range map[string]string{"open": "", "sealed": newKey(t, "V", "psirt@vendor.example").Public().Armoured()} {
			m, err := c.Compose(letter(lang, key), now)
			if err != nil {
				t.Fatal(err)
			}
			if m.Sealed != (name == "sealed") || !m.Signed || m.KeyRefused != nil {
				t.Errorf("%s: %v %v %v", name, m.Sealed, m.Signed, m.KeyRefused)
			}
			got := read(t, m.Raw).Header
			for field, want := range map[string]string{
				"Subject":        "[TLP:AMBER] NKD#64806328 (ABC-123)",
				"Message-Id":     m.ID,
				"In-Reply-To":    "<nkd-64806328.thread@centre.example>",
				"References":     "<nkd-64806328.thread@centre.example>",
				"Auto-Submitted": "auto-generated",
				"X-Loop":         "case@centre.example",
				"Precedence":     "", "Cc": "", "Bcc": "",
			} {
				if got.Get(field) != want {
					t.Errorf("%s %s: %s is %q, want %q", name, lang, field, got.Get(field), want)
				}
			}
			if to, err := got.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != "psirt@vendor.example" || to[0].Name != "佐藤 PSIRT" {
				t.Errorf("to %v %v", to, err)
			}
			if !strings.HasPrefix(got.Get("Reply-To"), "case+nkd-64806328.") {
				t.Errorf("reply to %q", got.Get("Reply-To"))
			}
			if m.To != "psirt@vendor.example" || !strings.HasPrefix(m.From, "case+b-") {
				t.Errorf("envelope %s -> %s", m.From, m.To)
			}
			if bytes.Contains(m.Raw, []byte("SECRET")) {
				t.Errorf("%s: a detail travels in the open:\n%s", name, m.Raw)
			}
			for _, line := range strings.Split(string(m.Raw), "\r\n") {
				if len(line) > 100 || strings.ContainsAny(line, "\r\n") {
					t.Errorf("%s: line of %d characters, or a bare line end: %q", name, len(line), line)
				}
			}
		}
	}
}

func TestSameLetterHasTheSameMessageID(t *testing.T) {
	c := composer(t, nil)
	a, err := c.Compose(letter(words.EN, ""), now)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.Compose(letter(words.JA, ""), now.AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	other := letter(words.EN, "")
	other.ID = "letter-2"
	o, err := c.Compose(other, now)
	if err != nil {
		t.Fatal(err)
	}
	if a.ID != b.ID || a.ID == o.ID || a.Signed {
		t.Errorf("ids %s %s %s", a.ID, b.ID, o.ID)
	}
	if id, mark, own := box().Own(a.ID, marks(t)); !own || id != mail.Hash("letter-1") || mark != "NKD#64806328" {
		t.Errorf("read back %q %q %v", id, mark, own)
	}
}

func TestGpgOpensTheSealedLetter(t *testing.T) {
	h := gpgHome(t)
	vendor := h.vendorKey(t)
	centre := newKey(t, "Coordination Centre", "case@centre.example")
	h.Run(t, []byte(centre.Public().Armoured()), "--import")
	m, err := composer(t, centre).Compose(letter(words.JA, vendor.Armoured()), now)
	if err != nil {
		t.Fatal(err)
	}
	p := parts(t, read(t, m.Raw), "multipart/encrypted")
	if len(p) != 2 || strings.TrimSpace(string(p[0])) != "Version: 1" {
		t.Fatalf("%d parts, first %q", len(p), p[0])
	}
	inside, said := h.Run(t, p[1], "--decrypt")
	if !strings.Contains(said, "GOODSIG") || !strings.Contains(said, centre.Public().Fingerprint()) {
		t.Errorf("gpg did not find the signature good:\n%s", said)
	}
	inner := read(t, inside)
	subject, err := new(mime.WordDecoder).DecodeHeader(inner.Header.Get("Subject"))
	if err != nil || subject != "[TLP:AMBER] NKD#64806328 (ABC-123) 情報の共有開始" {
		t.Errorf("inner subject %q %v", subject, err)
	}
	text := decode(t, inner)
	for _, want := range []string{"TLP:AMBER\r\n", "SECRETtitle 情報", "SECRETproduct", "SECRETdescription", "https://centre.example/c/1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the sealed text lacks %q:\n%s", want, text)
		}
	}
}

func TestGpgVerifiesTheSignedLetter(t *testing.T) {
	h := gpgHome(t)
	centre := newKey(t, "Coordination Centre", "case@centre.example")
	h.Run(t, []byte(centre.Public().Armoured()), "--import")
	for _, lang := range []words.Lang{words.EN, words.JA} {
		m, err := composer(t, centre).Compose(letter(lang, ""), now)
		if err != nil {
			t.Fatal(err)
		}
		msg := read(t, m.Raw)
		typ, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
		if err != nil || typ != "multipart/signed" {
			t.Fatal(typ, err)
		}
		// What is signed is the part byte for byte, so it is cut out by hand.
		edge := []byte("--" + params["boundary"])
		cut := bytes.Split(m.Raw, append([]byte("\r\n"), edge...))
		signed := bytes.TrimPrefix(cut[1], []byte("\r\n"))
		sig := cut[2]
		dir := t.TempDir()
		for name, b := range map[string][]byte{"part": signed, "sig": sig[bytes.Index(sig, []byte("-----BEGIN")):]} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, said := h.Run(t, nil, "--verify", filepath.Join(dir, "sig"), filepath.Join(dir, "part"))
		if !strings.Contains(said, "GOODSIG") {
			t.Errorf("%s: %s", lang, said)
		}
		if hash := map[string]string{"pgp-sha256": " 8 00 ", "pgp-sha512": " 10 00 "}[params["micalg"]]; hash == "" || !strings.Contains(said, hash) {
			t.Errorf("micalg %s does not fit the signature:\n%s", params["micalg"], said)
		}
		text := decode(t, read(t, signed))
		if !strings.HasPrefix(text, "TLP:AMBER\r\n") || !strings.Contains(text, "https://centre.example/c/1") {
			t.Errorf("text:\n%s", text)
		}
	}
}

func decode(t *testing.T, m *netmail.Message) string {
	t.Helper()
	in, err := mail.Reader{}.Parse(append([]byte("Content-Type: "+m.Header.Get("Content-Type")+"\r\nContent-Transfer-Encoding: "+m.Header.Get("Content-Transfer-Encoding")+"\r\n\r\n"), all(t, m.Body)...), mail.Envelope{}, now)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(in.Text, "\n", "\r\n")
}

func all(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestUnusableKeyFallsBackToTheOpenText(t *testing.T) {
	c := composer(t, newKey(t, "Centre", "case@centre.example"))
	m, err := c.Compose(letter(words.EN, "not a key at all"), now)
	if err != nil {
		t.Fatal(err)
	}
	if m.Sealed || !m.Signed || fault.Of(m.KeyRefused) == nil || bytes.Contains(m.Raw, []byte("SECRET")) {
		t.Errorf("sealed %v, signed %v, refused %v\n%s", m.Sealed, m.Signed, m.KeyRefused, m.Raw)
	}
}

func TestComposeRefusesAnAddressItCannotWriteTo(t *testing.T) {
	c := composer(t, nil)
	for _, address := range []string{"", "psirt", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@x.example", "担当@vendor.example", "X <a@b.example>"} {
		l := letter(words.EN, "")
		l.To.Mail = address
		if _, err := c.Compose(l, now); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", address, err)
		}
	}
	l := letter(words.EN, "")
	l.To.Mail = "psirt@日本語.example"
	m, err := c.Compose(l, now)
	if err != nil || m.To != "psirt@xn--wgv71a119e.example" {
		t.Errorf("%s %v", m.To, err)
	}
}

func TestComposeRefusesWhatWouldLeaveAsNonsense(t *testing.T) {
	for name, change := range map[string]func(*notice.Letter, *mail.Composer){
		"no id":        func(l *notice.Letter, _ *mail.Composer) { l.ID = "" },
		"no label":     func(l *notice.Letter, _ *mail.Composer) { l.TLP = "" },
		"unknown kind": func(l *notice.Letter, _ *mail.Composer) { l.Kind = "nothing" },
		"no secret":    func(_ *notice.Letter, c *mail.Composer) { c.Box.Secrets = nil },
	} {
		l, c := letter(words.EN, ""), composer(t, nil)
		change(&l, &c)
		if _, err := c.Compose(l, now); err == nil {
			t.Errorf("%s: composed", name)
		}
	}
}

func TestNoNameCanAddAHeader(t *testing.T) {
	l := letter(words.EN, "")
	l.To.Name = "A\r\nBcc: x@x.example"
	l.To.Ticket = "1\r\nBcc: x@x.example"
	m, err := composer(t, nil).Compose(l, now)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(m.Raw, []byte("\nBcc")) {
		t.Errorf("%s", m.Raw)
	}
}

func TestSignInLetterNamesTheCentre(t *testing.T) {
	l := notice.SignIn(notice.Head{ID: "s1", To: notice.Recipient{Mail: "x@y.example", Lang: words.JA}, TLP: "TLP:RED", Link: "https://centre.example/in/abc"}, 15*60e9)
	m, err := composer(t, nil).Compose(l, now)
	if err != nil {
		t.Fatal(err)
	}
	h := read(t, m.Raw).Header
	if s, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject")); err != nil || s != "[TLP:RED] 調整センター" {
		t.Errorf("subject %q %v", s, err)
	}
	if h.Get("References") != "" || h.Get("Reply-To") != "case@centre.example" {
		t.Errorf("references %q, reply to %q", h.Get("References"), h.Get("Reply-To"))
	}
}
