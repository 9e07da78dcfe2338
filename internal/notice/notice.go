// Package notice is the letters of the centre: who is written to, about what,
// and in which words. Pure: package mail turns a Letter into bytes and sends it.
//
// One rule shapes everything here: what travels in the open says no more than
// that something waits, where, and until when to answer. A Letter therefore
// keeps its values in two places. Clear holds what any mail server on the way
// may read; Details (title, product, description, reasons, dates of an embargo)
// only ever leave inside OpenPGP, or stay behind the link. Each letter has a
// constructor in letters.go that puts every value into its place, and its
// sentences in words/letter_*.toml.
package notice

import (
	"strings"
	"time"
	"unicode"

	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Kind names a letter; its sentences are letter.<kind>.about and letter.<kind>.body.
type Kind string

// Recipient is the one reader of a letter. There is never a second: vendors of
// one case must not learn of each other from a header (CERT Guide, never CC).
type Recipient struct {
	Person party.PersonID `json:"person,omitempty"`
	Org    party.OrgID    `json:"org,omitempty"`
	Name   string         `json:"name,omitempty"`
	Mail   string         `json:"mail"`
	Lang   words.Lang     `json:"lang"`
	Key    string         `json:"key,omitempty"`    // armoured OpenPGP public key
	Ticket string         `json:"ticket,omitempty"` // the recipient's own number for this matter
}

// Detail is one labelled piece of content that may not travel in the open. Its
// label is the catalogue key letter.label.<Label>.
type Detail struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// Letter is what is said to one recipient. It is plain data and survives JSON,
// because it waits in a job between the commit and the courier.
type Letter struct {
	ID    string            `json:"id"` // the idempotency key: the same id is the same letter, sent twice or not
	Kind  Kind              `json:"kind"`
	About journal.Ref       `json:"about"`
	Mark  string            `json:"mark,omitempty"` // NKD#64806328 or NKR-7F3K-9QWD; empty for a sign-in link
	To    Recipient         `json:"to"`
	TLP   tlp.Label         `json:"tlp"`
	Link  string            `json:"link,omitempty"` // where the rest is read, after signing in
	Clear map[string]string `json:"clear,omitempty"`

	// Detailed allows the details inside OpenPGP. False, the default, keeps
	// them behind the link even for a recipient with a key.
	Detailed bool     `json:"detailed,omitempty"`
	Details  []Detail `json:"details,omitempty"`
}

// Head is what every letter has; the constructors take it first.
type Head struct {
	ID       string
	About    journal.Ref
	Mark     string
	To       Recipient
	TLP      tlp.Label
	Link     string
	Detailed bool
	Zone     *time.Location // the recipient's, for dates; nil: UTC only
}

func (h Head) letter(k Kind) Letter {
	return Letter{
		ID: h.ID, Kind: k, About: h.About, Mark: h.Mark, To: h.To,
		TLP: h.TLP, Link: h.Link, Detailed: h.Detailed,
	}
}

// when spells a moment in UTC and, where it differs, in the recipient's zone:
// an embargo hour read in the wrong zone is an embargo broken.
func (h Head) when(t time.Time) string {
	utc := t.UTC().Format("2006-01-02 15:04 UTC")
	if h.Zone == nil {
		return utc
	}
	local := t.In(h.Zone)
	if _, offset := local.Zone(); offset == 0 {
		return utc
	}
	return utc + " (" + local.Format("2006-01-02 15:04 MST") + ")"
}

// with adds a value that may travel in the open.
func (l Letter) with(name, value string) Letter {
	if l.Clear == nil {
		l.Clear = map[string]string{}
	}
	l.Clear[name] = value
	return l
}

// detail adds content; an empty text adds nothing.
func (l Letter) detail(label, text string) Letter {
	if strings.TrimSpace(text) != "" {
		l.Details = append(l.Details, Detail{Label: label, Text: text})
	}
	return l
}

// Automatic reports whether no person's act stands behind the letter, so that
// the header says so and nobody's absence notice answers it (RFC 3834).
func (k Kind) Automatic() bool { return k.row().automatic }

// Kinds lists every kind of letter, in the order of the table.
func Kinds() []Kind {
	out := make([]Kind, len(table))
	for i, r := range table {
		out[i] = r.kind
	}
	return out
}

// ClearNames lists the values that a letter's open text may use, besides the
// common ones (centre, mark, name, link).
func (k Kind) ClearNames() []string { return k.row().clear }

// Labels lists the labels of the details a letter may carry.
func (k Kind) Labels() []string { return k.row().labels }

// Text is a letter in the words of its recipient.
type Text struct {
	Subject string // TLP, mark, the recipient's number: nothing else
	Inner   string // the subject inside OpenPGP, which adds what the letter is about
	Clear   string // the text as it may travel in the open
	Sealed  string // the text for inside OpenPGP: with the details, where they are allowed
}

// Render puts a letter into words. centre is the centre's name in the
// recipient's language.
func Render(c words.Catalogue, centre string, l Letter) Text {
	lang := l.To.Lang
	subject := Subject(centre, l)
	about := c.Say(lang, "letter."+string(l.Kind)+".about", nil)
	return Text{
		Subject: subject,
		Inner:   subject + " " + about,
		Clear:   body(c, centre, l, nil, true),
		Sealed:  body(c, centre, l, allowed(l), false),
	}
}

// Subject is all that a letter's header tells: its label, the mark, the
// recipient's own number. Without a mark the centre's name stands there.
func Subject(centre string, l Letter) string {
	s := "[" + string(l.TLP) + "] "
	if l.Mark == "" {
		return s + oneLine(centre)
	}
	s += l.Mark
	if t := Ticket(l.To.Ticket); t != "" {
		s += " (" + t + ")"
	}
	return s
}

// Ticket gives a recipient's own number if it looks like one: a single word of
// at most 40 characters with a digit in it. Anything else could be a
// description of the vulnerability that somebody typed into the field, so it
// stays out of the open.
func Ticket(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 40 || !strings.ContainsAny(s, "0123456789") {
		return ""
	}
	for _, r := range s {
		ok := r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("-_.#/:", r)
		if !ok {
			return ""
		}
	}
	return s
}

func allowed(l Letter) []Detail {
	if !l.Detailed {
		return nil
	}
	return l.Details
}

// body lays a letter out: label, greeting, what it is about, details, link, how
// to answer, who writes. The label stands first, as FIRST's TLP wants it.
func body(c words.Catalogue, centre string, l Letter, details []Detail, open bool) string {
	lang := l.To.Lang
	args := map[string]any{"centre": oneLine(centre), "mark": l.Mark, "name": oneLine(l.To.Name), "link": l.Link}
	for _, n := range l.Kind.ClearNames() {
		args[n] = oneLine(l.Clear[n])
	}
	parts := []string{string(l.TLP)}
	say := func(key string) { parts = append(parts, strings.TrimSpace(c.Say(lang, key, args))) }
	if l.To.Name == "" {
		say("letter.greeting_unnamed")
	} else {
		say("letter.greeting")
	}
	say("letter." + string(l.Kind) + ".body")
	for _, d := range details {
		parts = append(parts, layDetail(c.Say(lang, "letter.label."+d.Label, nil), d.Text))
	}
	if l.Link != "" {
		say("letter.link")
	}
	if open && len(l.Details) > 0 {
		say("letter.withheld")
	}
	if l.Mark != "" {
		say("letter.answer")
		if t := Ticket(l.To.Ticket); t != "" {
			args["ticket"] = t
			say("letter.ticket")
		}
	}
	say("letter.closing")
	return strings.Join(parts, "\n\n") + "\n"
}

func layDetail(label, text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if strings.Contains(text, "\n") || len(text) > 60 {
		return label + ":\n" + text
	}
	return label + ": " + text
}

// oneLine takes out what could start a line of its own: a name must not be able
// to write a paragraph into the centre's letter, nor a header.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
