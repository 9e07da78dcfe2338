package mail

import (
	"bytes"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"nakodo/internal/keys"
)

// Reader reads letters that come in. The zero Reader reads, but knows no mark,
// no box and no key.
type Reader struct {
	Marks   Marks
	Box     Box
	Reports []string        // addresses, besides the box, that are there for new reports
	Mine    []*keys.Private // the centre's keys, old ones too
	Signers keys.Signers    // finds the public key of a signature
	Limits  Limits          // zero fields take the defaults
}

// Limits bound what one letter may make the centre unpack.
type Limits struct {
	Letter int64 // bytes of the whole letter; default 50 MiB
	File   int64 // bytes of one file, decoded; default 25 MiB
	Files  int   // default 100
	Parts  int   // of the MIME tree; default 500
	Depth  int   // of the MIME tree; default 20
}

func (l Limits) filled() Limits {
	def := Limits{Letter: 50 << 20, File: 25 << 20, Files: 100, Parts: 500, Depth: 20}
	for _, p := range []struct{ have, want *int64 }{{&l.Letter, &def.Letter}, {&l.File, &def.File}} {
		if *p.have == 0 {
			*p.have = *p.want
		}
	}
	for _, p := range []struct{ have, want *int }{{&l.Files, &def.Files}, {&l.Parts, &def.Parts}, {&l.Depth, &def.Depth}} {
		if *p.have == 0 {
			*p.have = *p.want
		}
	}
	return l
}

// Envelope is what the mail server knew of a letter besides its bytes; both may
// be missing. From "<>" means the empty sender of a bounce.
type Envelope struct {
	From string
	To   []string
}

// Kind is what sort of letter came in.
type Kind string

// The kinds.
const (
	Letter Kind = "letter" // a person wrote it
	Bounce Kind = "bounce" // a letter of ours was delayed or came back
	Auto   Kind = "auto"   // a machine answered: absence notice, ticket system
	Loop   Kind = "loop"   // our own letter came back to us: answer nothing
)

// Address is one end of a letter.
type Address struct {
	Name string
	Mail string // lower case
}

// File is an attachment.
type File struct {
	Name    string // safe to show; "" where the letter gives none
	Type    string // as the letter says: nothing to rely on
	Content []byte
	Left    string // why the content is not here (it is in the raw letter); "" where it is

	signed *keys.Signature
}

// Place is where a mark was found. Only where, not whether it may be believed.
type Place string

// The places, from the most to the least telling.
const (
	InAddress    Place = "address"
	InReferences Place = "references"
	InSubject    Place = "subject"
	InBody       Place = "body"
)

// Found is a mark and where it stood.
type Found struct {
	Mark  string
	Place Place
	Tag   string // InAddress: the tag that may prove who writes (Box.Proves)
}

// Seal is what OpenPGP says about a letter.
type Seal struct {
	Encrypted bool           // it came encrypted and was opened
	Closed    bool           // something in it is encrypted to a key we do not have
	Signature keys.Signature // of the letter, or of the first signed part
	Whole     bool           // the signature covers the whole text and every file
	Marks     []string       // marks that stand inside what is signed
}

// Inbound is a letter as read. Text and names are valid UTF-8 without control
// characters, but otherwise anybody's words: escape them.
type Inbound struct {
	MessageID  string // with its angle brackets; "" where missing
	InReplyTo  []string
	References []string
	From       Address
	ReplyTo    []Address
	To         []Address // To and Cc together
	Recipients []string  // addresses the letter was delivered to, as far as anything tells
	Subject    string    // the one inside OpenPGP where there is one
	Date       time.Time // zero where missing or unreadable; the writer's claim

	Text     string // the whole text
	Fresh    string // the text without the quotation it answers
	FromHTML bool   // Text was made from HTML
	Files    []File
	Offered  []*keys.Public // public keys that came along: nobody has verified them

	Kind   Kind
	Seal   Seal
	Bounce *Returned // where Kind is Bounce
	Marks  []Found   // most telling first
	Report bool      // sent to an address that is there for new reports
	Notes  []string  // catalogue keys of what an officer should know of the reading
}

// ErrUnreadable is given for what is no letter. The caller keeps the bytes and
// shows them as such.
var ErrUnreadable = errors.New("this is no mail message")

// ErrTooBig is given for a letter beyond the limit; its header was read.
var ErrTooBig = errors.New("the letter is larger than the limit")

// Parse reads a letter. On an error the Inbound still holds whatever was read,
// and the raw bytes must be kept; they should be kept anyhow.
func (r Reader) Parse(raw []byte, env Envelope, now time.Time) (in Inbound, err error) {
	// Strangers choose these bytes. A fault of ours in reading one letter must
	// not lose it, nor stop those behind it.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: reading failed: %v", ErrUnreadable, p)
		}
	}()
	limits := r.Limits.filled()
	s := &shape{parts: limits.Parts, depth: limits.Depth}
	h, _ := splitHeader(raw)
	if len(h) == 0 {
		text, _ := toUTF8("", raw[:min(len(raw), 1<<16)])
		in.Text = tidy(text)
		in.Fresh = in.Text
		return in, ErrUnreadable
	}
	in.readHeader(h)
	if int64(len(raw)) > limits.Letter {
		in.Recipients = recipients(h, env, in.To)
		return in, ErrTooBig
	}
	w := &walker{reader: r, limits: limits, shape: s, in: &in, now: now, budget: limits.Letter}
	w.walk(parseEntity(raw, "text/plain", s), nil)
	w.finish()
	in.Recipients = recipients(h, env, in.To)
	in.Report = r.forReports(in.Recipients)
	in.Marks = r.find(in)
	in.Kind, in.Bounce = r.kind(h, env, in, w)
	return in, nil
}

// readHeader takes what the top header says.
func (in *Inbound) readHeader(h header) {
	if ids := messageIDs(h.get("message-id")); len(ids) > 0 {
		in.MessageID = ids[0]
	}
	in.InReplyTo = messageIDs(h.get("in-reply-to"))
	in.References = messageIDs(h.get("references"))
	if from := addresses(h.get("from")); len(from) > 0 {
		in.From = from[0]
	} else if sender := addresses(h.get("sender")); len(sender) > 0 {
		in.From = sender[0]
	}
	in.ReplyTo = addresses(h.get("reply-to"))
	for _, v := range append(h.all("to"), h.all("cc")...) {
		if len(in.To) < 1000 {
			in.To = append(in.To, addresses(v)...)
		}
	}
	in.Subject = line(h.text("subject"))
	if d, err := netmail.ParseDate(strings.TrimSpace(h.get("date"))); err == nil {
		in.Date = d.UTC()
	}
}

// line is a header's text on one line without control characters.
func line(s string) string { return oneLine(tidy(s)) }

// messageIDs lists the <…> of a header.
func messageIDs(s string) []string {
	var ids []string
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			return ids
		}
		n := strings.IndexByte(s[open:], '>')
		if n < 0 {
			return ids
		}
		if id := strings.Join(strings.Fields(s[open:open+n+1]), ""); len(id) > 2 && len(id) < 1000 && len(ids) < 100 {
			ids = append(ids, tidy(id))
		}
		s = s[open+n+1:]
	}
}

// addresses reads a list of addresses as leniently as it can be read.
func addresses(s string) []Address {
	var out []Address
	for _, one := range splitAddresses(s) {
		var a Address
		if open := strings.LastIndexByte(one, '<'); open >= 0 {
			a.Mail, _, _ = strings.Cut(one[open+1:], ">")
			a.Name = one[:open]
		} else if open := strings.IndexByte(one, '('); open >= 0 {
			a.Mail = one[:open]
			a.Name = strings.Trim(one[open:], "() ")
		} else {
			a.Mail = one
		}
		a.Mail = strings.ToLower(strings.Trim(strings.TrimSpace(a.Mail), "<>"))
		a.Name = line(decodeWords(strings.Trim(strings.TrimSpace(a.Name), `"`)))
		if strings.Contains(a.Mail, "@") && !strings.ContainsAny(a.Mail, " \t") && len(a.Mail) <= 320 {
			a.Mail = tidy(a.Mail)
			out = append(out, a)
		}
	}
	return out
}

// splitAddresses cuts at the commas that are outside quotes and brackets.
func splitAddresses(s string) []string {
	var out []string
	quote, angle, start := false, false, 0
	for i := 0; i < len(s) && len(out) < 1000; i++ {
		switch c := s[i]; {
		case c == '\\' && quote:
			i++
		case c == '"':
			quote = !quote
		case c == '<' && !quote:
			angle = true
		case c == '>' && !quote:
			angle = false
		case (c == ',' || c == ';') && !quote && !angle:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[min(start, len(s)):])
}

// recipients lists where the letter was delivered: the envelope first, then
// what servers write down, then what the writer addressed.
func recipients(h header, env Envelope, to []Address) []string {
	var out []string
	for _, a := range env.To {
		for _, one := range addresses(a) {
			out = addOnce(out, one.Mail)
		}
	}
	for _, name := range []string{"delivered-to", "x-original-to", "envelope-to", "x-envelope-to"} {
		for _, v := range h.all(name) {
			for _, one := range addresses(v) {
				out = addOnce(out, one.Mail)
			}
		}
	}
	for _, a := range to {
		out = addOnce(out, a.Mail)
	}
	return out
}

func (r Reader) forReports(to []string) bool {
	for _, a := range to {
		for _, want := range r.Reports {
			if strings.EqualFold(a, want) {
				return true
			}
		}
	}
	return false
}

// find looks for marks wherever a reply carries one.
func (r Reader) find(in Inbound) []Found {
	var out []Found
	add := func(mark string, at Place, tag string) {
		for _, f := range out {
			if f.Mark == mark && f.Tag == tag || f.Mark == mark && tag == "" {
				return
			}
		}
		out = append(out, Found{mark, at, tag})
	}
	for _, a := range in.Recipients {
		if t, ok := r.Box.Read(a, r.Marks); ok && t.Mark != "" {
			add(t.Mark, InAddress, t.Tag)
		}
	}
	for _, id := range append(append([]string(nil), in.InReplyTo...), in.References...) {
		if _, mark, own := r.Box.Own(id, r.Marks); own && mark != "" {
			add(mark, InReferences, "")
		}
	}
	for _, mark := range r.Marks.Find(in.Subject) {
		add(mark, InSubject, "")
	}
	for _, mark := range r.Marks.Find(in.Fresh) {
		add(mark, InBody, "")
	}
	return out
}

// kind tells people's letters from machines'. The order matters: a bounce of a
// letter of ours carries its marks of a loop and of an automatic letter.
func (r Reader) kind(h header, env Envelope, in Inbound, w *walker) (Kind, *Returned) {
	if b := r.returned(h, env, in, w); b != nil {
		return Bounce, b
	}
	own := strings.ToLower(r.Box.Address())
	loop := len(h.all("received")) > 50
	for _, v := range h.all(strings.ToLower(loopHeader)) {
		loop = loop || strings.EqualFold(strings.TrimSpace(v), own)
	}
	if _, _, ours := r.Box.Own(in.MessageID, r.Marks); loop || in.From.Mail == own || ours && in.MessageID != "" {
		return Loop, nil
	}
	if automatic(h, env, in.Subject) {
		return Auto, nil
	}
	return Letter, nil
}

// automatic recognises answers by machines (RFC 3834 and what came before it).
func automatic(h header, env Envelope, subject string) bool {
	if v := strings.ToLower(h.get("auto-submitted")); v != "" && !strings.HasPrefix(v, "no") {
		return true
	}
	for _, name := range []string{"x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder"} {
		if h.get(name) != "" {
			return true
		}
	}
	switch strings.ToLower(h.get("precedence")) {
	case "auto_reply", "bulk", "junk":
		return true
	}
	if emptySender(h, env) {
		return true
	}
	s := strings.ToLower(subject)
	for _, p := range []string{"out of office", "automatic reply", "auto reply", "autoreply", "auto:", "自動応答", "自動返信", "不在通知", "【自動返信】", "[自動返信]"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func emptySender(h header, env Envelope) bool {
	if env.From != "" {
		return strings.TrimSpace(env.From) == "<>"
	}
	return strings.TrimSpace(h.get("return-path")) == "<>"
}

// crlfBytes is the canonical form a signature is made over.
func crlfBytes(b []byte) []byte { return crlf(bytes.ReplaceAll(b, []byte("\r\r\n"), []byte("\r\n"))) }
