package desk

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"

	"nakodo/internal/keys"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// LetterText is a letter of ours as a person reads it.
type LetterText struct {
	Head    []LetterHead // what any mail server on the way reads
	Subject string       // the one inside OpenPGP, "" where the letter has none
	Text    string
	Signed  bool
	Sealed  bool
	Opened  bool // the centre's own copy opened what is sealed

	Unreadable bool // the bytes are no letter; they can still be downloaded
}

// LetterHead is one line of a letter's header.
type LetterHead struct{ Name, Value string }

// letterHead is the lines worth reading; the download has them all.
var letterHead = []string{"From", "To", "Reply-To", "Subject", "Date", "Message-Id", "In-Reply-To", "References", "Auto-Submitted"}

// maxLetterText bounds what a sealed letter of ours may unpack to, in bytes.
const maxLetterText = 4 << 20

// LetterText opens one letter as a person reads it. A sealed one is opened with
// the centre's own copy; what only its recipient can open stays closed. Inside as
// outside the secret of its link is covered: see mask.
func (d *Desk) LetterText(ctx context.Context, by party.Actor, id string) (talk.Letter, LetterText, error) {
	l, err := d.Letter(ctx, by, id)
	if err != nil {
		return l, LetterText{}, err
	}
	var bare talk.Letter
	err = d.view(ctx, func(tx *store.Tx) error {
		bare, err = tx.Letter(ctx, id)
		return err
	})
	if err != nil {
		return l, LetterText{}, err
	}
	t, err := d.letterText(l.Raw)
	if secret := secretOf(bare); secret != "" && covers(bare, d.Hold) {
		t.Text = strings.ReplaceAll(t.Text, secret, string(stars([]byte(secret))))
	}
	t.Unreadable = err != nil
	return l, t, nil
}

// letterText reads the bytes of a letter that leaves.
func (d *Desk) letterText(raw []byte) (LetterText, error) {
	var t LetterText
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return t, err
	}
	for _, name := range letterHead {
		if v := m.Header.Get(name); v != "" {
			t.Head = append(t.Head, LetterHead{name, decodedHead(v)})
		}
	}
	return t, d.letterPart(&t, m.Header, m.Body)
}

// letterPart reads one entity: text, or what is around it.
func (d *Desk) letterPart(t *LetterText, h netmail.Header, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	switch kind {
	case "multipart/signed":
		t.Signed = true
		part, err := multipart.NewReader(body, params["boundary"]).NextRawPart()
		if err != nil {
			return err
		}
		return d.letterPart(t, netmail.Header(part.Header), part)
	case "multipart/encrypted":
		t.Sealed = true
		return d.openLetter(t, multipart.NewReader(body, params["boundary"]))
	}
	if s := h.Get("Subject"); s != "" && (t.Opened || t.Signed) {
		t.Subject = decodedHead(s)
	}
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(io.LimitReader(body, maxLetterText))
	t.Text = strings.ToValidUTF8(strings.ReplaceAll(string(text), "\r\n", "\n"), "\uFFFD")
	return err
}

// openLetter looks into a sealed letter (RFC 3156, section 4): its second part
// is the message.
func (d *Desk) openLetter(t *LetterText, parts *multipart.Reader) error {
	var message []byte
	for range 2 {
		part, err := parts.NextRawPart()
		if err != nil {
			return err
		}
		if message, err = io.ReadAll(io.LimitReader(part, maxLetterText)); err != nil {
			return err
		}
	}
	opened, err := keys.Open(message, []*keys.Private{d.Key}, nil, maxLetterText, d.Now())
	if err != nil {
		return nil // an older key, or none: the page says that only the recipient can read it
	}
	m, err := netmail.ReadMessage(bytes.NewReader(opened.Plain))
	if err != nil {
		return err
	}
	t.Opened, t.Signed = true, true
	return d.letterPart(t, m.Header, m.Body)
}

func decodedHead(v string) string {
	if s, err := new(mime.WordDecoder).DecodeHeader(v); err == nil {
		return s
	}
	return v
}
