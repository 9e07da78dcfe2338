package mail

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"regexp"
	"strings"

	"nakodo/internal/notice"
)

// Box is the centre's mailbox and what its tagged addresses mean:
//
//	case@centre.example                                the box itself
//	case+nkd-64806328.k5q…@centre.example              where the vendor X answers in NKD#64806328
//	case+b-mf2x….k5q…@centre.example                   where a letter comes back to that cannot be delivered
//
// A reply tag is a MAC over the mark and one participant. Whoever writes to it
// has seen a letter to that participant, which a mark in a subject never
// proves. It opens nothing to read: it only lets the letter into the thread
// instead of the tray. It stops to work when the participant leaves the case
// (Weigh is given only those who are in it) or when the secret is changed.
type Box struct {
	Local     string   // "case"
	Domain    string   // "centre.example"
	Delimiter string   // between box and tag; "" means "+"
	Secrets   [][]byte // the first makes tags, all are honoured; at least 16 bytes each
}

var (
	localPart = regexp.MustCompile(`^[A-Za-z0-9._-]{1,12}$`)
	hostName  = regexp.MustCompile(`^[A-Za-z0-9.-]+$`)
)

// Check refuses a box that could not work.
func (b Box) Check() error {
	if !localPart.MatchString(b.Local) {
		return errors.New("mail box: the local part must be 1 to 12 letters, digits, dots or dashes")
	}
	if !hostName.MatchString(b.Domain) {
		return errors.New("mail box: the domain must be a host name")
	}
	if len(b.Secrets) == 0 {
		return errors.New("mail box: a secret for reply addresses is missing")
	}
	for _, s := range b.Secrets {
		if len(s) < 16 {
			return errors.New("mail box: a secret must have at least 16 bytes")
		}
	}
	return nil
}

// Address is the box itself.
func (b Box) Address() string { return b.Local + "@" + b.Domain }

func (b Box) delimiter() string {
	if b.Delimiter == "" {
		return "+"
	}
	return b.Delimiter
}

func (b Box) tagged(tag string) string { return b.Local + b.delimiter() + tag + "@" + b.Domain }

// Who names a recipient for reply tags: the person, or the address of somebody
// who is no person of the registry (a finder).
func Who(r notice.Recipient) string {
	if r.Person != "" {
		return string(r.Person)
	}
	return "mail:" + strings.ToLower(strings.TrimSpace(r.Mail))
}

// ReplyTo is the address at which who answers in the thread of a mark.
func (b Box) ReplyTo(mark, who string) string {
	if mark == "" {
		return b.Address()
	}
	return b.tagged(slug(mark) + "." + tag(b.Secrets[0], "reply", mark, who))
}

// Bounce is the envelope sender of a letter: where it comes back to.
func (b Box) Bounce(letterID string) string {
	id := letterHash(letterID)
	return b.tagged("b-" + id + "." + tag(b.Secrets[0], "bounce", id))
}

// MessageID is the Message-ID of a letter, angle brackets included. The same
// letter always has the same one, so that a letter sent twice is one letter to
// the recipient's mail program.
func (b Box) MessageID(letterID, mark string) string {
	id := letterHash(letterID)
	if mark != "" {
		id += "." + slug(mark)
	}
	return "<" + id + "@" + b.Domain + ">"
}

// Thread is a Message-ID that no letter has and every letter of a mark refers
// to, so that mail programs show them as one conversation.
func (b Box) Thread(mark string) string { return "<" + slug(mark) + ".thread@" + b.Domain + ">" }

// Tagged is what one of the centre's addresses means.
type Tagged struct {
	Mark   string // of a reply address
	Tag    string // proves who, if Proves says so
	Letter string // of a bounce address whose MAC was right: the Hash of the letter's id
}

// Read takes one of the centre's addresses apart; false for anybody else's. A
// bounce address with a wrong MAC is read as the bare box.
func (b Box) Read(address string, m Marks) (Tagged, bool) {
	local, domain, ok := strings.Cut(strings.ToLower(strings.Trim(strings.TrimSpace(address), "<>")), "@")
	if !ok || domain != strings.ToLower(b.Domain) {
		return Tagged{}, false
	}
	box := strings.ToLower(b.Local)
	if local == box {
		return Tagged{}, true
	}
	rest, ok := strings.CutPrefix(local, box+b.delimiter())
	if !ok {
		return Tagged{}, false
	}
	head, mac, _ := strings.Cut(rest, ".")
	if id, is := strings.CutPrefix(head, "b-"); is {
		for _, s := range b.Secrets {
			if hmac.Equal([]byte(mac), []byte(tag(s, "bounce", id))) {
				return Tagged{Letter: id}, true
			}
		}
		return Tagged{}, true
	}
	if found := m.Find(head); len(found) == 1 {
		return Tagged{Mark: found[0], Tag: mac}, true
	}
	return Tagged{}, true
}

// Proves reports whether a tag was made for who in the thread of a mark.
func (b Box) Proves(macTag, mark, who string) bool {
	for _, s := range b.Secrets {
		if hmac.Equal([]byte(strings.ToLower(macTag)), []byte(tag(s, "reply", mark, who))) {
			return true
		}
	}
	return false
}

// Own reports whether a Message-ID is of this centre, and of which letter (as
// Hash gives it) and mark, where it says so.
func (b Box) Own(messageID string, m Marks) (letter, mark string, own bool) {
	id := strings.ToLower(strings.Trim(strings.TrimSpace(messageID), "<>"))
	id, ok := strings.CutSuffix(id, "@"+strings.ToLower(b.Domain))
	if !ok {
		return "", "", false
	}
	if found := m.Find(strings.ReplaceAll(id, ".", " ")); len(found) == 1 {
		mark = found[0]
	}
	first, _, _ := strings.Cut(id, ".")
	if len(first) == hashLength && !strings.Contains(first, "-") {
		letter = first
	}
	return letter, mark, true
}

var lower32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const hashLength = 26

// letterHash spells a letter's id in an address. A hash, because ids may be
// composed of things their reader may not count or compare.
func letterHash(id string) string {
	sum := sha256.Sum256([]byte("letter\x00" + id))
	return lower32.EncodeToString(sum[:])[:hashLength]
}

// Hash spells a letter's id as addresses and Message-IDs do. A store that keeps
// it beside the letter finds the letter of a bounce or a reply.
func Hash(letterID string) string { return letterHash(letterID) }

// tag is 80 bits of a MAC over the parts, in letters that survive any mail server.
func tag(secret []byte, parts ...string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(strings.Join(parts, "\x00")))
	return lower32.EncodeToString(mac.Sum(nil)[:10])
}
