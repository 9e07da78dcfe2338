// Package mail is letters in and letters out.
//
// Out: Composer.Compose turns a notice.Letter into the bytes that leave (UTF-8,
// OpenPGP where keys allow it), and a Courier takes them to a mail server.
//
// In: Reader.Parse reads whatever a mail server hands over and loses nothing:
// what it cannot read it names, and the caller keeps the raw bytes. It says
// which thread a letter means (Inbound.Marks) but not whether the writer may
// write there: that is Weigh, because a mark in a subject proves nothing.
//
// The package knows neither store nor desk; it turns bytes into values and back.
package mail

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"nakodo/internal/fault"
)

// Marks knows how the numbers of one centre look: cases as NKD#64806328,
// reports as NKR-7F3K-9QWD, public inquiries as DID#0012, with the centre's own
// prefixes.
type Marks struct{ find *regexp.Regexp }

var prefix = regexp.MustCompile(`^[A-Z]{2,12}$`)

// NewMarks takes the three prefixes, two to twelve Latin capitals each.
func NewMarks(casePrefix, reportPrefix, inquiryPrefix string) (Marks, error) {
	all := []string{casePrefix, reportPrefix, inquiryPrefix}
	for i, p := range all {
		if !prefix.MatchString(p) || slices.Contains(all[:i], p) {
			return Marks{}, fault.New(fault.Invalid, "fault.mail.prefix", "case", casePrefix, "report", reportPrefix)
		}
	}
	// A mail program or a person may drop or change the separator; letters and
	// digits on either side mean that it is some other number.
	find := fmt.Sprintf(`(?:^|[^0-9A-Z])(?:(%s)[ _#-]{0,3}([0-9]{8})|(%s)[ _-]{1,2}([0-9A-Z]{4})[ _-]{1,2}([0-9A-Z]{4})|(%s)[ _#-]{0,3}([0-9]{4,6}))(?:[^0-9A-Z]|$)`,
		casePrefix, reportPrefix, inquiryPrefix)
	re, err := regexp.Compile(find)
	if err != nil {
		return Marks{}, fmt.Errorf("marks %s, %s and %s: %w", casePrefix, reportPrefix, inquiryPrefix, err)
	}
	return Marks{find: re}, nil
}

// maxMarks is how many marks of one text are looked at: more is no letter.
const maxMarks = 100

var dashes = strings.NewReplacer("‐", "-", "‑", "-", "–", "-", "—", "-", "−", "-", "ー", "-")

// Find lists the marks in a text in the one spelling the centre uses, each
// once, in order. Full-width letters, other dashes and lower case are read too.
func (m Marks) Find(text string) []string {
	if m.find == nil {
		return nil
	}
	text = strings.ToUpper(dashes.Replace(norm.NFKC.String(text)))
	var out []string
	for {
		at := m.find.FindStringSubmatchIndex(text)
		if at == nil || len(out) >= maxMarks {
			return out
		}
		p := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}
		mark := p(3) + "-" + p(4) + "-" + p(5)
		end := at[11]
		switch {
		case p(1) != "":
			mark, end = p(1)+"#"+p(2), at[5]
		case p(6) != "":
			mark, end = p(6)+"#"+p(7), at[15]
		}
		out = addOnce(out, mark)
		text = text[end:] // not past the character behind: it may stand before the next mark
	}
}

// slug spells a mark for an address or a Message-ID, where # may not stand.
func slug(mark string) string { return strings.ToLower(strings.ReplaceAll(mark, "#", "-")) }

func addOnce(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
