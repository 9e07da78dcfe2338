// Package shelf is what the public may read: frozen documents by path, and the
// entries of the list and the search, for the centre's own advisories and for
// those of others that it collects. Values only. Nothing that is not public
// ever has a document or an entry, so neither a search nor its counts can tell
// of anything else.
package shelf

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"nakodo/internal/words"
)

// Own is the source of the centre's own advisories.
const Own = "own"

// Collected in a Question asks for the advisories of all others.
const Collected = "collected"

// Document is one thing to be served as it is: a page, a feed, a CSAF file.
type Document struct {
	Path      string    // "/advisories/NKD64806328.json"
	Media     string    // media type as served, "application/json"
	Lang      string    // "en", "ja", or "" where the language does not matter
	Body      []byte    // frozen
	SHA256    string    // of Body, hexadecimal
	Signature string    // armoured detached OpenPGP signature; may be empty
	Source    string    // Own, or whose advisory it is
	Advisory  string    // the entry it belongs to; empty: a feed, an index
	Revision  int       // of the advisory
	At        time.Time // last changed; the Last-Modified of the answer
}

// Sum is the SHA-256 of a body as Document keeps it.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Intact reports whether the body still is what was frozen.
func (d Document) Intact() bool { return Sum(d.Body) == d.SHA256 }

// Entry is one line of the list of advisories.
type Entry struct {
	ID       string       `json:"id"`              // as people write it, "NKD#64806328", "ICSA-22-069-01"
	Source   string       `json:"source"`          // Own, or whose it is, "CISA"
	Path     string       `json:"path"`            // of its page, in the first of Langs
	Langs    []words.Lang `json:"langs,omitempty"` // there is a page in each
	Title    words.Text   `json:"title"`
	Overview words.Text   `json:"overview"`
	Vendors  []string     `json:"vendors,omitempty"`
	Products []string     `json:"products,omitempty"`
	CVEs     []string     `json:"cves,omitempty"`
	Score    float64      `json:"score,omitempty"` // highest CVSS base score
	Revision int          `json:"revision"`
	First    time.Time    `json:"first"`   // first published
	Updated  time.Time    `json:"updated"` // of this revision: the order of lists
	Gone     bool         `json:"gone,omitempty"`
}

// PathIn is the entry's page for a reader of a language: in that language where
// there is one, else in the one it has.
func (e Entry) PathIn(l words.Lang) string {
	parts := strings.SplitN(e.Path, "/", 3) // "", "en", "advisories/…"
	if len(parts) < 3 || !slices.Contains(e.Langs, l) {
		return e.Path
	}
	return "/" + string(l) + "/" + parts[2]
}

// Question is what a reader asks of the shelf.
type Question struct {
	Text   string // as typed; empty: everything
	Source string // empty: all; Own, Collected, or whose
	Before Place  // only what stands after this place in the list; zero: from the top
	Limit  int    // entries per page, 1 to 100; 0: 20
}

// Place is a position in the list, newest first; larger is newer. It goes into
// the address of the next page.
type Place int64

// CountLimit is where counting hits stops.
const CountLimit = 1000

// Answer is one page.
type Answer struct {
	Entries []Entry
	Next    Place // Before of the next page; 0: this is the last
	Count   int   // hits on all pages, at most CountLimit
	More    bool  // there are more than Count
}
