// Package match answers "who is concerned?": which organisations of the
// registry a report or a case is about, and why.
//
// An Index holds what the registry says of every organisation and is kept
// current with Put and Remove, one organisation at a time. Rank asks it a
// Question (the text of a report, products, CPE names, package URLs, the
// components of an SBOM) and gets organisations in order, each with the
// reasons an officer can check, and the near misses after them. Start at
// Entry and Question; rank.go is the way through, score.go weighs, and
// doc/matching.md says how well it does.
//
// The package is pure: no clock, no files, no network. Nothing in a reason is
// secret by itself, but a ranking tells what a case is about: show it only to
// those who may read the case.
package match

import "time"

// An Entry is what the registry says of one organisation.
type Entry struct {
	Organisation string   // its id
	Names        []string // in every language; former names and aliases too; the one to show first
	Domains      []string // example.com stands for its subdomains as well
	CPEs         []string // prefixes: cpe:2.3:a:vendor, cpe:/o:vendor:product
	PURLs        []string // prefixes: pkg:npm/%40scope, pkg:golang/github.com/vendor
	Products     []Product
	Answers      []Answer
	Dismissals   []Dismissal
	Cases        float64  // earlier cases and advisories about its products; old ones may count for less than one
	Titles       []string // of earlier public advisories about its products, the newest last
}

// A Product is something the organisation makes or ships.
type Product struct {
	Name     string
	Kind     string   // in words, "programmable controller"; may be empty
	Versions []string // as the vendor writes them; may be empty
}

// An Answer is what the organisation said of one technology keyword.
type Answer struct {
	Keyword  string
	Synonyms []string // in every language
	Reply    Reply
	On       time.Time
}

// Reply to a technology keyword.
type Reply string

// The three replies of the keyword list (domain: registration of vendors).
const (
	Yes     Reply = "yes"
	No      Reply = "no"
	Unknown Reply = "unknown"
)

// A Dismissal remembers that an officer found a suggestion wrong. It weakens
// the same kind of reason about the same subject from then on.
type Dismissal struct {
	Kind    Kind
	Subject string // the Subject of the reason that was dismissed
	Why     string
	On      time.Time
}

// A Question is all that is known of a report or a case. Every field may be
// empty.
type Question struct {
	Text       string   // title first, then descriptions; lines are counted from 1
	Products   []string // named in fields of their own
	CPEs       []string
	PURLs      []string
	Components []Component // of an SBOM, see ReadSBOM
}

// A Result answers a question: Ranked are the organisations that should be
// looked at, best first; NearMisses fell short or were dismissed before.
type Result struct {
	Ranked     []Found
	NearMisses []Found
}

// Found is one organisation with its score and reasons, strongest first.
// Scores order the organisations of one result; they are no probabilities.
type Found struct {
	Organisation string
	Name         string // the first of its names
	Score        float64
	Reasons      []Reason
	Weak         bool // nothing of it is clearly named: a guess
}

// Kind of a reason.
type Kind string

// The kinds of reasons.
const (
	ByName      Kind = "name"      // the organisation is named
	ByProduct   Kind = "product"   // a product of it is named
	ByWord      Kind = "word"      // a distinctive word of its products is used
	ByKeyword   Kind = "keyword"   // it answered yes to a technology keyword
	ByDomain    Kind = "domain"    // one of its domains is in the evidence
	ByCPE       Kind = "cpe"       // a CPE name falls under its prefix
	ByPURL      Kind = "purl"      // a package URL falls under its prefix
	ByComponent Kind = "component" // a component of the SBOM is its product, or it is the supplier
	ByGroup     Kind = "group"     // it shares a company's name with one that was found
	ByEarlier   Kind = "earlier"   // earlier advisories about it use the same word
	BySize      Kind = "size"      // nothing is named; it is one of those with the most products
)

// A Reason says why an organisation was found.
type Reason struct {
	Kind      Kind
	Subject   string    // the name, product, keyword, domain … as the registry writes it
	Line      int       // of the text; 0 where the evidence is not in the text
	On        time.Time // of a keyword answer
	Reply     Reply     // of a keyword answer
	Version   string    // the product's version that is named with it
	Approx    bool      // only part of the name, or a likely misspelling
	Points    float64   // what it added to the score
	Dismissed *Dismissal

	met []string // words of a product's name that are there
}
