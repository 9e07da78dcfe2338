// Package desk is the verbs of the centre: one method for each thing that a
// person, a letter or the clock can do, one file for each method. Every one
// takes the same path: load, decide (in the core, which is pure), save, queue;
// all in one transaction, and letters leave after the commit.
//
// Doors (web, portal, mail, api) make one desk call each. They never hold a raw
// record: what they get to read is a view made for its reader, and an error's
// text is safe to show. Start at act in act.go, the path of every verb on a
// case; letters.go says who is written to after it.
package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"

	"nakodo/internal/auth"
	"nakodo/internal/calendar"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/format/page"
	"nakodo/internal/keys"
	"nakodo/internal/keyword"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// Centre is what a centre calls itself, and where it is.
type Centre struct {
	Prefix    string          // of cases and advisories: "NKD"
	Reports   string          // prefix of reports: "NKR"
	Inquiries string          // prefix of public inquiries; empty: "DID"
	Name      words.Text      // shown on every page and in every letter
	Base      string          // address of the portal, without a slash at the end
	Mail      string          // the centre's address
	Namespace string          // CSAF publisher namespace; empty: Base
	Authority words.Text      // on what ground it issues advisories; may be empty
	Zone      *time.Location  // for dates where a reader's zone is unknown
	Calendar  calendar.Key    // on which days the centre works; empty: on all
	Frames    []cvd.Framework // what cases are opened under beside the Partnership Guideline
}

// Mark is how a case is called in letters and on pages: NKD#64806328.
func (c Centre) Mark(id cvd.CaseID) string { return c.Prefix + "#" + string(id) }

// Config is what a desk works with.
type Config struct {
	Store  *store.Store
	Key    *keys.Private // the centre's OpenPGP key
	Links  []byte        // the secret from which link tokens are made, at least 32 bytes
	Centre Centre
	Words  words.Catalogue
	Hasher *auth.Hasher
	Press  *page.Press // prints advisories for people
	// Keywords is the list that vendors are asked; nil: the one the program carries.
	Keywords *keyword.List
	Engine   string // version of the program, for the formats that name it
	// Compose turns a letter into the bytes that leave, and says whether they are encrypted.
	Compose func(l notice.Letter, now time.Time) (raw []byte, secure bool, err error)
	Tag     func(letter string) string // how a letter's bounce address names it
	Hold    bool                       // no mail server is set up: letters are held, never dropped
	Random  io.Reader                  // nil: the machine's
}

// Desk is the centre's verbs. Safe for many goroutines.
type Desk struct {
	Config
	match matcher
	rail  railCache
}

// New makes a desk.
func New(c Config) *Desk {
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Centre.Zone == nil {
		c.Centre.Zone = time.UTC
	}
	if c.Keywords == nil {
		list, err := keyword.Load()
		if err != nil {
			panic(err) // the list is part of the program, and its tests read it
		}
		c.Keywords = list
	}
	return &Desk{Config: c}
}

// Now is the present moment by the centre's clock.
func (d *Desk) Now() time.Time { return d.Store.Now() }

// do runs f in a transaction that may write.
func (d *Desk) do(ctx context.Context, f func(tx *store.Tx) error) error {
	return d.Store.Do(ctx, f)
}

// view runs f in a transaction that reads.
func (d *Desk) view(ctx context.Context, f func(tx *store.Tx) error) error {
	return d.Store.View(ctx, f)
}

// officer refuses everybody but an officer. To outsiders an officer's page does
// not exist.
func officer(by party.Actor) error {
	if by.Role != party.Officer || by.Person == "" {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return nil
}

// finder refuses everybody but the holder of a report's secret link.
func finder(by party.Actor) error {
	if by.Role != party.Finder || by.Report == "" {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return nil
}

// newID makes an opaque random id.
func (d *Desk) newID() string {
	b := make([]byte, 15)
	if _, err := io.ReadFull(d.Random, b); err != nil {
		panic("no randomness: " + err.Error()) // nothing may go on with guessable ids
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// newDigits makes the eight random digits of a case. The first is not zero, so
// that no program loses it.
func (d *Desk) newDigits() string {
	n, err := rand.Int(d.Random, big.NewInt(90_000_000))
	if err != nil {
		panic("no randomness: " + err.Error())
	}
	return fmt.Sprint(n.Int64() + 10_000_000)
}

// reportAlphabet has no letter that is misread over a telephone.
const reportAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// newReportID makes a report's id: NKR-7F3K-9QWD.
func (d *Desk) newReportID() cvd.ReportID {
	var b strings.Builder
	b.WriteString(d.Centre.Reports)
	for i := range 8 {
		if i%4 == 0 {
			b.WriteByte('-')
		}
		n, err := rand.Int(d.Random, big.NewInt(int64(len(reportAlphabet))))
		if err != nil {
			panic("no randomness: " + err.Error())
		}
		b.WriteByte(reportAlphabet[n.Int64()])
	}
	return cvd.ReportID(b.String())
}

// token makes a capability out of the links' secret: it can be checked without
// being stored, and nobody without the secret can make one.
func (d *Desk) token(purpose, id string) string {
	mac := hmac.New(sha256.New, d.Links)
	fmt.Fprintf(mac, "%d:%s%s", len(purpose), purpose, id)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// FinderLink is the secret path of a finder's status page. Whoever holds it is
// the finder; it is shown once after the report and stands in no log.
func (d *Desk) FinderLink(id cvd.ReportID) string {
	return "/status/" + string(id) + "/" + d.token("finder", string(id))
}

// Finder turns the two parts of a finder's link into the finder. A wrong token
// and a report that does not exist are told apart by nobody.
func (d *Desk) Finder(id, token string) (party.Actor, error) {
	if !hmac.Equal([]byte(token), []byte(d.token("finder", id))) {
		return party.Actor{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return party.FinderActor(id), nil
}
