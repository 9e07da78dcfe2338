package mail

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"time"

	"nakodo/internal/keys"
)

// walker goes through a letter's tree once and fills the Inbound.
type walker struct {
	reader Reader
	limits Limits
	shape  *shape
	in     *Inbound
	now    time.Time

	texts  []chunk
	inside string    // the subject that a signature covers
	opened int       // messages decrypted, so that an onion of them ends
	budget int64     // bytes that may still be decrypted, so that it ends in time
	status []*entity // message/delivery-status parts
	back   []*entity // the letter, or its header, that a bounce returns
}

// chunk is a piece of the text and the signature that covers it.
type chunk struct {
	text   string
	signed *keys.Signature
}

func (w *walker) note(key string) { w.in.Notes = addOnce(w.in.Notes, key) }

// walk reads one entity; signed is the signature that covers it, nil for none.
func (w *walker) walk(e *entity, signed *keys.Signature) {
	switch {
	case e.typ == "multipart/signed" && len(e.parts) >= 2 && e.parts[1].typ == "application/pgp-signature":
		s := keys.Verify(crlfBytes(e.parts[0].raw), e.parts[1].content(), w.reader.Signers, w.now)
		w.protected(e.parts[0], &s)
		w.walk(e.parts[0], &s)
		for _, p := range e.parts[2:] {
			w.walk(p, nil)
		}
	case sealedPart(e) != nil:
		w.open(e, sealedPart(e))
	case e.typ == "multipart/alternative":
		w.alternative(e, signed)
	case strings.HasPrefix(e.typ, "multipart/"):
		for _, p := range e.parts {
			w.walk(p, signed)
		}
	case e.typ == "message/delivery-status" || e.typ == "message/global-delivery-status":
		w.status = append(w.status, e)
		w.file(e, signed)
	case e.typ == "message/rfc822" || e.typ == "text/rfc822-headers" || e.typ == "message/global" || e.typ == "message/global-headers":
		w.back = append(w.back, e)
		w.file(e, signed)
	case e.typ == "application/pgp-keys":
		w.offer(e.content())
		w.file(e, signed)
	case strings.HasPrefix(e.typ, "text/") && e.disp != "attachment" && e.name == "" && readable(e.typ):
		w.text(e, signed)
	default:
		w.file(e, signed)
	}
}

func readable(typ string) bool {
	return typ == "text/plain" || typ == "text/html" || typ == "text/enriched" || typ == "text/markdown"
}

// sealedPart finds the OpenPGP message of a multipart/encrypted, also where
// Exchange has turned it into multipart/mixed.
func sealedPart(e *entity) *entity {
	if e.typ != "multipart/encrypted" && e.typ != "multipart/mixed" {
		return nil
	}
	for i, p := range e.parts {
		if p.typ == "application/pgp-encrypted" && i+1 < len(e.parts) {
			return e.parts[i+1]
		}
	}
	return nil
}

// open decrypts and goes on inside. What cannot be opened is kept as a file.
func (w *walker) open(e, sealed *entity) {
	got, err := w.decrypt(sealed.content())
	if err != nil {
		w.closed(err)
		sealed.name = "encrypted.asc"
		w.file(sealed, nil)
	} else {
		w.in.Seal.Encrypted = true
		inner := parseEntity(got.Plain, "text/plain", w.shape)
		w.protected(inner, signature(got.Signature))
		w.walk(inner, signature(got.Signature))
	}
	for _, p := range e.parts {
		if p != sealed && p.typ != "application/pgp-encrypted" {
			w.walk(p, nil) // what a mailing list added around it
		}
	}
}

// decrypt opens a message as long as this letter has not had enough.
func (w *walker) decrypt(message []byte) (keys.Opened, error) {
	if w.opened++; w.opened > 20 {
		return keys.Opened{}, keys.ErrTooLarge
	}
	got, err := keys.Open(message, w.reader.Mine, w.reader.Signers, w.budget, w.now)
	w.budget -= int64(len(got.Plain))
	return got, err
}

func (w *walker) closed(err error) {
	switch {
	case errors.Is(err, keys.ErrNotForUs):
		w.in.Seal.Closed = true
		w.note("mail.note.closed")
	case errors.Is(err, keys.ErrTooLarge):
		w.note("mail.note.too_deep")
	default:
		w.note("mail.note.broken_seal")
	}
}

func signature(s keys.Signature) *keys.Signature {
	if s.Verdict == keys.Unsigned {
		return nil
	}
	return &s
}

// protected takes the subject that a program put inside OpenPGP. It counts only
// where the part says that it is one, since any forwarded letter has a subject.
func (w *walker) protected(e *entity, signed *keys.Signature) {
	_, v1 := e.params["protected-headers"]
	_, hp := e.params["hp"] // RFC 9788
	if s := line(e.header.text("subject")); s != "" && (v1 || hp) {
		w.in.Subject = s
		if signed != nil {
			w.inside = s
		}
	}
}

// alternative takes the plain text, or the best other where that is missing.
func (w *walker) alternative(e *entity, signed *keys.Signature) {
	var best *entity
	for _, p := range e.parts {
		if p.typ == "text/plain" && strings.TrimSpace(string(p.content())) != "" {
			best = p
			break
		}
	}
	if best == nil {
		for _, p := range e.parts { // the last is the richest (RFC 2046, 5.1.4)
			if p.typ == "text/html" || strings.HasPrefix(p.typ, "multipart/") {
				best = p
			}
		}
	}
	if best != nil {
		w.walk(best, signed)
	}
	for _, p := range e.parts {
		if p != best {
			w.walkFiles(p, signed)
		}
	}
}

// walkFiles takes the files of a branch whose text was passed over.
func (w *walker) walkFiles(e *entity, signed *keys.Signature) {
	if len(e.parts) > 0 {
		for _, p := range e.parts {
			w.walkFiles(p, signed)
		}
		return
	}
	if !readable(e.typ) || e.name != "" {
		w.walk(e, signed)
	}
}

var (
	inlineSealed = regexp.MustCompile(`(?s)-----BEGIN PGP MESSAGE-----\r?\n.*?-----END PGP MESSAGE-----`)
	inlineSigned = regexp.MustCompile(`(?s)-----BEGIN PGP SIGNED MESSAGE-----\r?\n.*?-----END PGP SIGNATURE-----`)
	inlineKey    = regexp.MustCompile(`(?s)-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n.*?-----END PGP PUBLIC KEY BLOCK-----`)
)

// text reads a text part, with OpenPGP inside the text where there is any. That
// works on the bytes before their charset is read: they are what was signed.
func (w *walker) text(e *entity, signed *keys.Signature) {
	b := e.content()
	w.offer(b)
	at := inlineSealed.FindIndex(b)
	sealed := at != nil
	if !sealed {
		at = inlineSigned.FindIndex(b)
	}
	if at == nil || e.typ == "text/html" {
		w.say(e, b, signed)
		return
	}
	w.say(e, b[:at[0]], signed)
	if sealed {
		w.inlineOpen(e, b[at[0]:at[1]])
	} else {
		text, s, err := keys.VerifyClear(b[at[0]:at[1]], w.reader.Signers, w.now)
		if err != nil {
			w.note("mail.note.broken_seal")
			w.say(e, b[at[0]:at[1]], nil)
		} else {
			w.say(e, text, signature(s))
		}
	}
	w.say(e, b[at[1]:], signed)
}

func (w *walker) inlineOpen(e *entity, message []byte) {
	got, err := w.decrypt(message)
	if err != nil {
		w.closed(err)
		w.say(e, message, nil)
		return
	}
	w.in.Seal.Encrypted = true
	w.say(e, got.Plain, signature(got.Signature))
}

// say adds text in the charset of its part.
func (w *walker) say(e *entity, b []byte, signed *keys.Signature) {
	s, sure := toUTF8(e.params["charset"], b)
	if !sure {
		w.note("mail.note.charset")
	}
	if e.typ == "text/html" {
		s = htmlToText(s)
		w.in.FromHTML = true
	}
	s = tidy(s)
	if strings.EqualFold(e.params["format"], "flowed") && e.typ == "text/plain" {
		s = unflow(s, strings.EqualFold(e.params["delsp"], "yes"))
	}
	if strings.TrimSpace(s) != "" {
		w.texts = append(w.texts, chunk{s, signed})
	}
}

// offer keeps public keys that came along.
func (w *walker) offer(b []byte) {
	for _, block := range inlineKey.FindAll(b, 10) {
		if key, err := keys.ReadPublic(string(block)); err == nil {
			w.in.Offered = append(w.in.Offered, key)
		}
	}
}

// file keeps an attachment, opened where it is an OpenPGP message to us.
func (w *walker) file(e *entity, signed *keys.Signature) {
	f := File{Name: e.name, Type: e.typ, signed: signed}
	if len(w.in.Files) >= w.limits.Files {
		w.note("mail.note.too_many_files")
		return
	}
	f.Content = e.content()
	if name, ok := sealedName(f.Name); ok && len(w.reader.Mine) > 0 {
		got, err := w.decrypt(f.Content)
		switch {
		case err == nil:
			f.Name, f.Content, f.signed = name, got.Plain, signature(got.Signature)
			w.in.Seal.Encrypted = true
		case errors.Is(err, keys.ErrNotForUs) && bytes.Contains(f.Content, []byte("BEGIN PGP MESSAGE")):
			w.closed(err)
		}
	}
	if int64(len(f.Content)) > w.limits.File {
		f.Content, f.Left = nil, "mail.note.file_too_big"
		w.note(f.Left)
	}
	w.in.Files = append(w.in.Files, f)
}

func sealedName(name string) (string, bool) {
	for _, end := range []string{".pgp", ".gpg", ".asc"} {
		if base, ok := strings.CutSuffix(strings.ToLower(name), end); ok && base != "" {
			return name[:len(base)], true
		}
	}
	return name, false
}

// finish joins the text and says what the signatures cover.
func (w *walker) finish() {
	if w.shape.cut {
		w.note("mail.note.too_deep")
	}
	var b strings.Builder
	seal := &w.in.Seal
	var first *keys.Signature
	seal.Whole = true
	inside := w.inside
	cover := func(s *keys.Signature) {
		if s == nil {
			seal.Whole = false
		} else if first == nil {
			first = s
		} else if first.Fingerprint != s.Fingerprint || first.Verdict != s.Verdict {
			seal.Whole = false
		}
	}
	for _, c := range w.texts {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString(c.text)
		cover(c.signed)
		if c.signed != nil {
			inside += "\n" + c.text
		}
	}
	for _, f := range w.in.Files {
		cover(f.signed)
	}
	w.in.Text = strings.Trim(b.String(), "\n")
	w.in.Fresh = fresh(w.in.Text)
	if first == nil {
		seal.Whole, seal.Signature = false, keys.Signature{Verdict: keys.Unsigned}
		return
	}
	seal.Signature = *first
	seal.Marks = w.reader.Marks.Find(inside)
}
