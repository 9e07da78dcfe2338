// Package advisory is what the centre says in public: the advisory with its
// drafts and frozen revisions, the publication machine that moves it from an
// officer's desk to the public, and the gate that stands before the public.
//
// Start reading at Advisory.Do in do.go: one verb is applied to one whole
// advisory. The states and who acts in each are in machine.go, what an advisory
// says is Content in content.go, what must hold before it is said is Gate in
// gate.go, and what must never be said (exploit code, reproduction steps) is
// found by Exploits in exploit.go. Nothing here reads a clock, a database or a
// network, and nothing here refers to a case but by its id.
package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"nakodo/internal/party"
	"nakodo/internal/words"
)

// ID is an advisory's number: eight decimal digits, drawn at random so that
// neither its order nor its gaps tell how many cases are under embargo.
type ID string

// Valid reports whether the id is eight ASCII digits.
func (id ID) Valid() bool {
	if len(id) != 8 {
		return false
	}
	for _, c := range []byte(id) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// Mark is the id as people write it, "NKD#64806328" (domain.md 2.1: JVN#64806328).
func (id ID) Mark(prefix string) string { return prefix + "#" + string(id) }

// Slug is the id as addresses and file names carry it, "NKD64806328".
func (id ID) Slug(prefix string) string { return prefix + string(id) }

// ParseID reads a mark, a slug or the bare digits, in any case.
func ParseID(prefix, s string) (ID, bool) {
	s = strings.TrimSpace(s)
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		s = strings.TrimPrefix(s[len(prefix):], "#")
	}
	id := ID(s)
	return id, id.Valid()
}

// Advisory is one aggregate with one version: the draft being worked on, the
// newest published revision, and the list of all revisions.
type Advisory struct {
	ID        ID             `json:"id"`
	Case      string         `json:"case"`    // the case it came from; never public
	Version   int64          `json:"version"` // 1 after the first verb, one more for each; the store compares it
	State     State          `json:"state"`
	Created   time.Time      `json:"created"`
	Changed   time.Time      `json:"changed"`
	Draft     *Draft         `json:"draft,omitempty"`     // nil when nothing is being worked on
	Live      *Revision      `json:"live,omitempty"`      // the newest published revision, frozen
	Reports   []string       `json:"reports,omitempty"`   // the report behind each credit of Live, which must not hold it
	Revisions []RevisionInfo `json:"revisions,omitempty"` // every published revision, oldest first
}

// Draft is the revision being worked on, beside the published one if there is one.
type Draft struct {
	Number    int              `json:"number"`  // the revision it will become, from 1
	Content   Content          `json:"content"` // without the names of finders: those enter at publication
	Summary   words.Text       `json:"summary"` // its line in the update history
	Authors   []party.PersonID `json:"authors"` // everybody who wrote in it, in order of first writing
	Started   time.Time        `json:"started"`
	Changed   time.Time        `json:"changed"` // last change of the content or the summary
	Approvals []Approval       `json:"approvals,omitempty"`
	Overrides []Override       `json:"overrides,omitempty"`
	Returned  string           `json:"returned,omitempty"` // why the reviewer sent it back, until it is submitted again
	At        time.Time        `json:"at,omitzero"`        // when it is to be published, while scheduled
}

// Approval is a second officer's word for exactly one text.
type Approval struct {
	By   party.PersonID `json:"by"`
	At   time.Time      `json:"at"`
	Hash string         `json:"hash"` // of the content and the summary that were approved
}

// Override is a second officer's written reason to publish in spite of a finding.
type Override struct {
	Finding string         `json:"finding"` // Finding.ID
	By      party.PersonID `json:"by"`
	At      time.Time      `json:"at"`
	Reason  string         `json:"reason"`
}

// RevisionInfo is what the centre keeps of a published revision: for officers.
// What the public reads of it is its HistoryEntry.
type RevisionInfo struct {
	Number    int              `json:"number"`
	At        time.Time        `json:"at"` // when it was published
	By        party.Actor      `json:"by"` // who published it, an officer or the clock
	Authors   []party.PersonID `json:"authors"`
	Approver  party.PersonID   `json:"approver"`
	Summary   words.Text       `json:"summary"`
	Hash      string           `json:"hash"` // SHA-256 of the frozen content, hexadecimal
	Overrides []Override       `json:"overrides,omitempty"`
}

// HistoryEntry is one line of the public update history.
type HistoryEntry struct {
	Number  int        `json:"number"`
	At      time.Time  `json:"at"`
	Summary words.Text `json:"summary"`
}

// Revision is a frozen revision: all that any format is made from. It holds
// nothing that is not public.
type Revision struct {
	ID      ID             `json:"id"`
	Number  int            `json:"number"`
	First   time.Time      `json:"first"` // publication of revision 1
	At      time.Time      `json:"at"`    // publication of this one
	Content Content        `json:"content"`
	History []HistoryEntry `json:"history"` // up to this revision, oldest first
}

// Publisher is the centre as its advisories show it.
type Publisher struct {
	Prefix    string     `json:"prefix"`    // of advisory marks, "NKD"
	Name      words.Text `json:"name"`      // of the centre
	Namespace string     `json:"namespace"` // URL that names the centre in CSAF, without a slash at the end
	Base      string     `json:"base"`      // URL of the portal, without a slash at the end
	Contact   words.Text `json:"contact"`   // how to reach the centre
	Authority words.Text `json:"authority"` // on what ground it issues advisories; may be empty
	Engine    string     `json:"engine"`    // version of the program, for the generator entry of CSAF; may be empty
	// Zone is where the centre is: dates on pages are those of its calendar
	// (domain.md 2.2: JST). Nil is UTC.
	Zone *time.Location `json:"-"`
}

// Hash is the SHA-256 of the revision's content, as RevisionInfo keeps it.
func (r Revision) Hash() string { return hashOf(r.Content, words.Text{}) }

// Public is the draft as the revision that publication at now would make of
// it: what a preview renders. names are those of the finders who agreed.
func (a Advisory) Public(names map[string]words.Text, now time.Time) Revision {
	now = stamp(now)
	rev := Revision{ID: a.ID, Number: a.Draft.Number, First: now, At: now, Content: a.Draft.Content.frozen(names)}
	if a.Live != nil {
		rev.First = a.Live.First
		rev.History = slices.Clone(a.Live.History)
	}
	rev.History = append(rev.History, HistoryEntry{Number: rev.Number, At: now, Summary: a.Draft.Summary})
	return rev
}

// Approved gives the approval that stands: by somebody who wrote nothing in
// the draft, for the text as it is now. Nil where there is none.
func (d Draft) Approved() *Approval {
	hash := d.hash()
	for i := range d.Approvals {
		if p := &d.Approvals[i]; p.Hash == hash && !slices.Contains(d.Authors, p.By) {
			return p
		}
	}
	return nil
}

// hash names the text that an approval is for. Facts about contacts are not
// part of it: writing down that a vendor was told must not void an approval.
func (d Draft) hash() string { return hashOf(d.Content.frozen(nil), d.Summary) }

func hashOf(c Content, summary words.Text) string {
	raw, err := json.Marshal(struct {
		C Content
		S words.Text
	}{c, summary})
	if err != nil {
		panic("advisory: content is plain data and always marshals: " + err.Error())
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// stamp is the precision that the store keeps: UTC, microseconds.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
