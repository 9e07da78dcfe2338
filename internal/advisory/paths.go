package advisory

import (
	"strconv"
	"strings"
	"time"

	"nakodo/internal/words"
)

// The addresses of what is published. They are promised for good: other
// people's advisories and machines point there. All begin with a slash and are
// below Publisher.Base.

// PagePath is the address of an advisory's page in a language.
func (p Publisher) PagePath(id ID, l words.Lang) string {
	return "/" + string(l) + "/advisories/" + id.Slug(p.Prefix)
}

// TextPath is the address of an advisory's plain text.
func (p Publisher) TextPath(id ID, l words.Lang) string { return p.PagePath(id, l) + ".txt" }

// FeedPath is the address of the Atom feed in a language.
func FeedPath(l words.Lang) string { return "/" + string(l) + "/advisories.atom" }

// CSAFID is the tracking id of an advisory's CSAF document in a language,
// "NKD64806328-EN". Each language has a document and so an id of its own; the
// mark is an alias of both.
func (p Publisher) CSAFID(id ID, l words.Lang) string {
	return id.Slug(p.Prefix) + "-" + strings.ToUpper(string(l))
}

// CSAFPath is the address of an advisory's CSAF 2.0 document: one folder per
// year of first publication (CSAF 2.0, 7.1.11), the name made of the tracking
// id (5.1).
func (p Publisher) CSAFPath(id ID, l words.Lang, first time.Time) string {
	return "/csaf/white/" + strconv.Itoa(first.UTC().Year()) + "/" + strings.ToLower(p.CSAFID(id, l)) + ".json"
}

// MetadataPath is where CSAF readers look first (CSAF 2.0, 7.1.9).
const MetadataPath = "/.well-known/csaf/provider-metadata.json"
