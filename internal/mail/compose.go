package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"nakodo/internal/fault"
	"nakodo/internal/keys"
	"nakodo/internal/notice"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Composer turns letters into what leaves the house.
type Composer struct {
	Box   Box
	Name  words.Text // the centre's
	Words words.Catalogue
	Key   *keys.Private // nil: letters leave unsigned, and nothing is sealed
}

// Message is a letter ready for a courier.
type Message struct {
	ID     string // Message-ID with its angle brackets: the idempotency key of sending
	From   string // envelope sender: where it comes back to
	To     string // the only envelope recipient
	Raw    []byte // with CRLF line ends
	Sealed bool   // encrypted to the recipient, and to the centre for its own file
	Signed bool

	// KeyRefused says why the recipient's key was not used, where there is one.
	// The letter still went out, in its open form; an officer should know.
	KeyRefused error
}

// Compose builds a letter. The recipient's usable key decides its form: with
// one it is sealed (RFC 3156, signed and encrypted), without one it is the open
// text, signed where the centre has a key.
func (c Composer) Compose(l notice.Letter, now time.Time) (Message, error) {
	if err := c.ready(l); err != nil {
		return Message{}, fmt.Errorf("compose %s letter %q: %w", l.Kind, l.ID, err)
	}
	to, err := address(l.To.Mail)
	if err != nil {
		return Message{}, err
	}
	m := Message{ID: c.Box.MessageID(l.ID, l.Mark), From: c.Box.Bounce(l.ID), To: to}
	text := notice.Render(c.Words, c.Name.In(l.To.Lang), l)
	head := c.header(l, m, to, text.Subject, now)

	var entity []byte
	switch key, refused := recipientKey(l.To.Key, now); {
	case key != nil && c.Key != nil:
		m.Sealed, m.Signed = true, true
		entity, err = c.sealed(textPart(text.Sealed, text.Inner), key, l.ID, now)
	case c.Key != nil:
		m.Signed, m.KeyRefused = true, refused
		entity, err = c.signed(textPart(text.Clear, text.Subject), l.ID, now)
	default:
		m.KeyRefused = refused
		entity = textPart(text.Clear, "")
	}
	if err != nil {
		return Message{}, fmt.Errorf("compose letter %s: %w", l.ID, err)
	}
	m.Raw = append(head, entity...)
	return m, nil
}

// ready refuses what would leave as nonsense: better no letter than one without
// its label or its sentences.
func (c Composer) ready(l notice.Letter) error {
	if l.ID == "" {
		return errors.New("it has no id")
	}
	if _, ok := tlp.Parse(string(l.TLP)); !ok {
		return fmt.Errorf("%q is no TLP label", l.TLP)
	}
	if _, ok := c.Words["letter."+string(l.Kind)+".body"]; !ok {
		return errors.New("there are no sentences for this kind")
	}
	return c.Box.Check()
}

// address reads the one address of a recipient. A host name in another script
// becomes its ASCII form, which every server takes; a mailbox in another script
// is refused, because few do.
func address(text string) (string, error) {
	refuse := func(err error) (string, error) {
		return "", fault.Because(err, fault.Invalid, "fault.mail.address", "address", oneLine(text))
	}
	a, err := netmail.ParseAddress(strings.TrimSpace(text))
	if err != nil || a.Name != "" {
		return refuse(err)
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, host := a.Address[:at], a.Address[at+1:]
	if host, err = idna.Lookup.ToASCII(host); err != nil {
		return refuse(err)
	}
	for _, r := range local {
		if r <= ' ' || r > '~' {
			return refuse(nil)
		}
	}
	return local + "@" + host, nil
}

// recipientKey gives the key to seal with, or why the one there is not used.
func recipientKey(armoured string, now time.Time) (*keys.Public, error) {
	if strings.TrimSpace(armoured) == "" {
		return nil, nil
	}
	key, err := keys.ReadPublic(armoured)
	if err != nil {
		return nil, err
	}
	if err := key.Usable(now); err != nil {
		return nil, err
	}
	return key, nil
}

// header writes everything above the MIME entity. There is no Precedence and
// no List-Id: these letters are each to one person, and filters treat both as
// bulk. Automatic letters say so, which keeps absence notices away (RFC 3834);
// X-Auto-Response-Suppress is the same for Exchange, which does not read it.
func (c Composer) header(l notice.Letter, m Message, to, subject string, now time.Time) []byte {
	var b bytes.Buffer
	add := func(name, value string) { b.WriteString(fold(name+": "+value) + "\r\n") }
	add("From", (&netmail.Address{Name: oneLine(c.Name.In(l.To.Lang)), Address: c.Box.Address()}).String())
	add("To", (&netmail.Address{Name: oneLine(l.To.Name), Address: to}).String())
	add("Reply-To", c.Box.ReplyTo(l.Mark, Who(l.To)))
	add("Subject", mime.QEncoding.Encode("utf-8", subject))
	add("Date", now.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	add("Message-ID", m.ID)
	if l.Mark != "" {
		add("In-Reply-To", c.Box.Thread(l.Mark))
		add("References", c.Box.Thread(l.Mark))
	}
	if l.Kind.Automatic() {
		add("Auto-Submitted", "auto-generated")
		add("X-Auto-Response-Suppress", "OOF, AutoReply")
	}
	add(loopHeader, c.Box.Address())
	if c.Key != nil {
		if bin, err := c.Key.Public().Binary(); err == nil {
			add("Autocrypt", "addr="+c.Box.Address()+"; prefer-encrypt=mutual; keydata="+spaced(base64.StdEncoding.EncodeToString(bin)))
		}
	}
	b.WriteString("MIME-Version: 1.0\r\n")
	return b.Bytes()
}

// loopHeader marks what the centre sent, so that it knows its own letters when
// a forwarder sends them back.
const loopHeader = "X-Loop"

// textPart is a text/plain entity in UTF-8. A subject given goes into its
// header, where OpenPGP covers it (protected headers).
func textPart(text, subject string) []byte {
	var b bytes.Buffer
	typ := `Content-Type: text/plain; charset="utf-8"`
	if subject != "" {
		typ += "; protected-headers=\"v1\""
	}
	b.WriteString(fold(typ) + "\r\n")
	if subject != "" {
		b.WriteString(fold("Subject: "+mime.QEncoding.Encode("utf-8", subject)) + "\r\n")
	}
	enc, body := encode(strings.ReplaceAll(text, "\n", "\r\n"))
	b.WriteString("Content-Transfer-Encoding: " + enc + "\r\n\r\n")
	b.Write(body)
	return b.Bytes()
}

// encode makes a text survive every mail server unchanged, which a signature
// needs (RFC 3156, section 3): quoted-printable where most of it stays
// readable, base64 for Japanese.
func encode(text string) (name string, body []byte) {
	var b bytes.Buffer
	if 4*(len(text)-utf8.RuneCountInString(text)) > len(text) {
		s := base64.StdEncoding.EncodeToString([]byte(text))
		for len(s) > 76 {
			b.WriteString(s[:76] + "\r\n")
			s = s[76:]
		}
		b.WriteString(s + "\r\n")
		return "base64", b.Bytes()
	}
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // into memory: cannot fail
	_ = w.Close()
	out := b.Bytes()
	if bytes.HasPrefix(out, []byte("From ")) {
		out = append([]byte("=46"), out[1:]...)
	}
	return "quoted-printable", bytes.ReplaceAll(out, []byte("\r\nFrom "), []byte("\r\n=46rom "))
}

// sealed is multipart/encrypted around an entity that is signed and encrypted
// in one (RFC 3156, sections 4 and 6.2).
func (c Composer) sealed(entity []byte, to *keys.Public, id string, now time.Time) ([]byte, error) {
	msg, err := keys.Seal(entity, []*keys.Public{to, c.Key.Public()}, c.Key, now)
	if err != nil {
		return nil, err
	}
	edge := boundary(id)
	var b bytes.Buffer
	b.WriteString(fold(`Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="`+edge+`"`) + "\r\n\r\n")
	b.WriteString("--" + edge + "\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n")
	b.WriteString("--" + edge + "\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n")
	b.WriteString("Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n")
	b.Write(crlf(msg))
	b.WriteString("\r\n--" + edge + "--\r\n")
	return b.Bytes(), nil
}

// signed is multipart/signed (RFC 3156, section 5). What is signed is the
// entity as it travels, without the line end before the boundary.
func (c Composer) signed(entity []byte, id string, now time.Time) ([]byte, error) {
	sig, err := c.Key.Sign(entity, now)
	if err != nil {
		return nil, err
	}
	edge := boundary(id)
	var b bytes.Buffer
	b.WriteString(fold(`Content-Type: multipart/signed; micalg="pgp-sha256"; protocol="application/pgp-signature"; boundary="`+edge+`"`) + "\r\n\r\n")
	b.WriteString("--" + edge + "\r\n")
	b.Write(entity)
	b.WriteString("\r\n--" + edge + "\r\nContent-Type: application/pgp-signature; name=\"signature.asc\"\r\n\r\n")
	b.Write(crlf(sig))
	b.WriteString("\r\n--" + edge + "--\r\n")
	return b.Bytes(), nil
}

// boundary cannot occur in a letter: a line of it starts with "=-", which
// neither quoted-printable nor base64 nor an armour writes.
func boundary(id string) string { return "=-" + letterHash(id) }

func crlf(b []byte) []byte {
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
}

// fold breaks a header line at spaces before column 76.
func fold(line string) string {
	var b strings.Builder
	for width, i := 0, 0; ; i++ {
		word, rest, more := strings.Cut(line, " ")
		if i > 0 {
			if width+1+len(word) > 76 {
				b.WriteString("\r\n")
				width = 0
			}
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len(word)
		if !more {
			return b.String()
		}
		line = rest
	}
}

// spaced puts a space after every 70 characters, where fold may break the line.
func spaced(s string) string {
	var parts []string
	for len(s) > 70 {
		parts = append(parts, s[:70])
		s = s[70:]
	}
	return strings.Join(append(parts, s), " ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
