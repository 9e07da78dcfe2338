// Package talk is what people tell one another through the centre: threads with
// their messages, files, and the letters that leave and arrive. Values only;
// start at Thread. Who may read a thread is a list of participants, and nobody
// else may, whatever their role.
package talk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"

	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/tlp"
)

// Thread is one conversation, about a case or about a report that is in no case yet.
type Thread struct {
	ID      string    `json:"id"`
	Case    string    `json:"case,omitempty"`   // cvd.CaseID
	Report  string    `json:"report,omitempty"` // cvd.ReportID
	Title   string    `json:"title"`
	Readers []string  `json:"readers"` // cvd.ParticipantID; the centre only where it is listed
	Opened  time.Time `json:"opened"`
	Latest  time.Time `json:"latest"` // when it last got a message
	Version int64     `json:"version"`
}

// ReadBy reports whether a participant may read the thread.
func (t Thread) ReadBy(participant string) bool { return slices.Contains(t.Readers, participant) }

// Message is one message of a thread. It never changes.
type Message struct {
	ID     string      `json:"id"`
	Thread string      `json:"thread"`
	N      int64       `json:"n"` // its place in the thread, from 1; set when stored
	At     time.Time   `json:"at"`
	By     party.Actor `json:"by"`
	Lang   string      `json:"lang,omitempty"`
	Text   string      `json:"text"`
	Files  []string    `json:"files,omitempty"` // File.ID
	Mail   string      `json:"mail,omitempty"`  // the letter it came in, Mail.ID
}

// Digest is what the journal keeps of a text: its SHA-256, hexadecimal.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// File is what the centre knows of an attached file; its bytes lie sealed elsewhere.
type File struct {
	ID     string      `json:"id"`
	About  journal.Ref `json:"about"` // the thread or report it belongs to: whoever may read that may read this
	Name   string      `json:"name"`  // as its sender called it; never a path
	Media  string      `json:"media"` // as found by looking at the bytes
	Size   int64       `json:"size"`  // bytes
	SHA256 string      `json:"sha256"`
	Blob   string      `json:"blob"` // where the sealed bytes are
	By     party.Actor `json:"by"`
	At     time.Time   `json:"at"`
	TLP    tlp.Label   `json:"tlp,omitempty"`   // of a file in a thread; "": that of what it belongs to
	Purged time.Time   `json:"purged,omitzero"` // when the bytes were destroyed; the rest stays as the record of it
}

// LetterState is where a letter that leaves stands.
type LetterState string

// The states of a letter.
const (
	LetterQueued LetterState = "queued" // the runner sends it next
	LetterHeld   LetterState = "held"   // no mail server is set up, or an officer holds it: an officer acts
	LetterSent   LetterState = "sent"   // a mail server has taken it
	LetterFailed LetterState = "failed" // given up: an officer finds another way
)

// LetterStates lists all, in the order a page shows them.
func LetterStates() []LetterState {
	return []LetterState{LetterFailed, LetterHeld, LetterQueued, LetterSent}
}

// Letter is a letter that leaves. Its ID is the left part of its Message-ID, so
// sending it twice is seen by the receiver as one letter.
type Letter struct {
	ID       string          `json:"id"`
	Tag      string          `json:"tag,omitempty"` // how its bounce address names it
	State    LetterState     `json:"state"`
	About    journal.Ref     `json:"about"`
	To       string          `json:"to"`            // address
	Name     string          `json:"name"`          // of the receiver
	Who      string          `json:"who,omitempty"` // cvd.ParticipantID or person it is meant for
	Lang     string          `json:"lang"`
	Template string          `json:"template"`
	Args     json.RawMessage `json:"args,omitempty"`
	Secure   bool            `json:"secure"`            // it left encrypted
	Raw      []byte          `json:"raw,omitempty"`     // exactly as sent; empty until composed
	Made     time.Time       `json:"made"`              // when it was ordered
	Sent     time.Time       `json:"sent,omitzero"`     // when a mail server took it
	Attempts int             `json:"attempts"`          // tries to send
	Problem  string          `json:"problem,omitempty"` // what went wrong last; for officers
	Version  int64           `json:"version"`
}

// MailState is where a letter that arrived stands.
type MailState string

// The states of an arrived letter.
const (
	MailNew    MailState = "new"    // kept, not yet looked at
	MailJoined MailState = "joined" // became a message of a thread
	MailReport MailState = "report" // became a report
	MailTray   MailState = "tray"   // an officer must say what it is
	MailBroken MailState = "broken" // could not be parsed: an officer reads it raw
	MailDone   MailState = "done"   // an officer has dealt with it
)

// Mail is a letter that arrived. The raw bytes are kept whatever they are.
type Mail struct {
	ID        string    `json:"id"`
	State     MailState `json:"state"`
	At        time.Time `json:"at"`
	MessageID string    `json:"message_id,omitempty"` // as its sender set it; a second delivery of it is the same letter
	From      string    `json:"from,omitempty"`
	Subject   string    `json:"subject,omitempty"`
	Text      string    `json:"text,omitempty"` // as decoded
	Raw       string    `json:"raw"`            // blob with the bytes as they came
	SHA256    string    `json:"sha256"`         // of the raw bytes
	Size      int64     `json:"size"`
	Signed    string    `json:"signed,omitempty"` // fingerprint of a signature that verified
	Thread    string    `json:"thread,omitempty"` // where it was joined
	Message   string    `json:"message,omitempty"`
	Report    string    `json:"report,omitempty"`
	Inquiry   string    `json:"inquiry,omitempty"` // mark of the public inquiry it names: DID#0012
	Problem   string    `json:"problem,omitempty"` // why it is broken or in the tray
	Version   int64     `json:"version"`
}

// FileName makes a sender's name for a file fit to be shown and offered again:
// its last part, without control characters, at most 120 characters.
func FileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) { // Cf: marks that turn the reading direction hide an extension
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "�"))
	name = strings.TrimSpace(name)
	if r := []rune(name); len(r) > 120 {
		name = string(r[len(r)-120:])
	}
	if name == "" || strings.Trim(name, ".") == "" {
		return "file"
	}
	return name
}
