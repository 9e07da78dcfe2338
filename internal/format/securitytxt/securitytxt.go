// Package securitytxt writes /.well-known/security.txt (RFC 9116): where a
// finder reports, with which key, and where the centre's CSAF documents are.
//
// What Bytes returns is UTF-8 with "\n" line ends, no space at a line's end and
// no line that begins with a dash, so a cleartext signature (RFC 9580, 7)
// changes nothing in it.
package securitytxt

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Path is where the file is served; Media is its media type.
const (
	Path  = "/.well-known/security.txt"
	Media = "text/plain; charset=utf-8"
)

// File is the content of a security.txt. Contact and Expires are required.
type File struct {
	Contact            []string  // URIs in order of preference: https, mailto, tel
	Expires            time.Time // when the file must not be relied on any more
	Encryption         []string  // where the keys are: https, dns, openpgp4fpr
	Acknowledgments    []string
	PreferredLanguages []string // language tags, all of equal standing
	Canonical          []string // where this file is served
	Policy             []string
	Hiring             []string
	CSAF               []string // provider-metadata.json, the well-known address first
}

// longest is how far Expires may lie ahead: RFC 9116, 2.5.5 recommends less
// than a year, lest the file outlive its truth.
const longest = 366 * 24 * time.Hour

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

// Bytes writes the file. It fails on what RFC 9116 forbids, naming the field
// and the clause, because a wrong file is worse than none: readers trust it.
func Bytes(f File, now time.Time) ([]byte, error) {
	if len(f.Contact) == 0 {
		return nil, fmt.Errorf("security.txt: Contact is missing; give at least one address (RFC 9116, 2.5.3)")
	}
	if !f.Expires.After(now) {
		return nil, fmt.Errorf("security.txt: Expires must lie in the future, not at %s (RFC 9116, 2.5.5)", f.Expires.UTC().Format(time.RFC3339))
	}
	if f.Expires.Sub(now) > longest {
		return nil, fmt.Errorf("security.txt: Expires lies more than a year ahead; choose a date within a year (RFC 9116, 2.5.5)")
	}
	var b strings.Builder
	for _, field := range []struct {
		name    string
		uris    []string
		schemes string
	}{
		{"Contact", f.Contact, "https mailto tel"},
		{"Encryption", f.Encryption, "https dns openpgp4fpr"},
		{"Acknowledgments", f.Acknowledgments, "https"},
		{"Canonical", f.Canonical, "https"},
		{"Policy", f.Policy, "https"},
		{"Hiring", f.Hiring, "https"},
		{"CSAF", f.CSAF, "https"},
	} {
		for _, uri := range field.uris {
			if err := usable(uri, field.schemes); err != nil {
				return nil, fmt.Errorf("security.txt: %s: %w", field.name, err)
			}
			fmt.Fprintf(&b, "%s: %s\n", field.name, uri)
		}
		if field.name == "Contact" {
			fmt.Fprintf(&b, "Expires: %s\n", f.Expires.UTC().Truncate(time.Second).Format(time.RFC3339))
		}
	}
	if len(f.PreferredLanguages) > 0 {
		for _, tag := range f.PreferredLanguages {
			if !languageTag.MatchString(tag) {
				return nil, fmt.Errorf("security.txt: Preferred-Languages: %q is no language tag (RFC 9116, 2.5.8)", tag)
			}
		}
		fmt.Fprintf(&b, "Preferred-Languages: %s\n", strings.Join(f.PreferredLanguages, ", "))
	}
	return []byte(b.String()), nil
}

// usable refuses what is no URI of the schemes, and what would break the line.
func usable(uri, schemes string) error {
	for _, r := range uri {
		if r <= ' ' || r >= 0x7f {
			return fmt.Errorf("%q holds a character that no URI may hold; write it percent-encoded", uri)
		}
	}
	u, err := url.Parse(uri)
	if err != nil {
		return fmt.Errorf("%q is no URI", uri)
	}
	for _, s := range strings.Fields(schemes) {
		if u.Scheme == s && (u.Host != "" || u.Opaque != "" || s == "dns") {
			return nil
		}
	}
	return fmt.Errorf("%q must begin with one of: %s (RFC 9116, 2.5)", uri, strings.ReplaceAll(schemes, " ", ":, ")+":")
}
