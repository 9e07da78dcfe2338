// Package product is what a vulnerability touches: products with version
// ranges, the status a vendor gives them, and the remedies. Cases and
// advisories both speak of these, and neither may import the other.
package product

import (
	"strings"
	"time"

	"nakodo/internal/words"
)

// Status is what is known of a product, a vulnerability, or a vendor as a
// whole. The first five are the official words of JVN (VULDEF 3.2,
// affectedstatusEnum); the last two say why there is no word from the vendor,
// because silence must never read as "not affected".
type Status string

// The statuses.
const (
	Affected                 Status = "vulnerable"
	AffectedInvestigating    Status = "vulnerable_investigating"
	NotAffected              Status = "notvulnerable"
	NotAffectedInvestigating Status = "notvulnerable_investigating"
	Unknown                  Status = "unknown" // the vendor is looking, or cannot say
	NotContacted             Status = "not_contacted"
	NoAnswer                 Status = "no_answer" // contacted, silent
)

// Statuses lists all, in the order of a form.
func Statuses() []Status {
	return []Status{Affected, AffectedInvestigating, NotAffected, NotAffectedInvestigating, Unknown, NotContacted, NoAnswer}
}

// Stated reports whether the status is a vendor's own word (one of the five).
func (s Status) Stated() bool {
	switch s {
	case Affected, AffectedInvestigating, NotAffected, NotAffectedInvestigating, Unknown:
		return true
	}
	return false
}

// IsAffected reports whether a remedy is owed for the status.
func (s Status) IsAffected() bool { return s == Affected || s == AffectedInvestigating }

// Justification says why a product is not affected, in the words of VEX
// (CISA, "Minimum Requirements for VEX", section 3.2; CSAF flags).
type Justification string

// The justifications.
const (
	ComponentNotPresent Justification = "component_not_present"
	CodeNotPresent      Justification = "vulnerable_code_not_present"
	CodeNotInPath       Justification = "vulnerable_code_not_in_execute_path"
	CodeNotControllable Justification = "vulnerable_code_cannot_be_controlled_by_adversary"
	InlineMitigations   Justification = "inline_mitigations_already_exist"
)

// Justifications lists all, in the order of a form.
func Justifications() []Justification {
	return []Justification{ComponentNotPresent, CodeNotPresent, CodeNotInPath, CodeNotControllable, InlineMitigations}
}

// Range is a range of versions. All empty: every version. Exact excludes the others.
type Range struct {
	Exact       string `json:"exact,omitempty"`
	From        string `json:"from,omitempty"`
	FromExclude bool   `json:"from_exclude,omitempty"` // From itself is not in the range
	To          string `json:"to,omitempty"`
	ToInclude   bool   `json:"to_include,omitempty"` // To itself is in the range
}

// All reports whether the range is every version.
func (r Range) All() bool { return r.Exact == "" && r.From == "" && r.To == "" }

// VLS is the range in CSAF's "vers-like specifier" (CSAF 2.0, 3.1.2.3.2):
// "vers:unknown/>=2.0|<2.8"; "vers:all/*" for every version.
func (r Range) VLS() string {
	switch {
	case r.Exact != "":
		return "vers:unknown/" + escape(r.Exact)
	case r.All():
		return "vers:all/*"
	}
	var parts []string
	if r.From != "" {
		op := ">="
		if r.FromExclude {
			op = ">"
		}
		parts = append(parts, op+escape(r.From))
	}
	if r.To != "" {
		op := "<"
		if r.ToInclude {
			op = "<="
		}
		parts = append(parts, op+escape(r.To))
	}
	return "vers:unknown/" + strings.Join(parts, "|")
}

// escape percent-encodes what would change the meaning of a vers range.
func escape(v string) string {
	return strings.NewReplacer("%", "%25", "|", "%7C", "<", "%3C", ">", "%3E", "=", "%3D", "!", "%21", "*", "%2A", "/", "%2F", " ", "%20", ",", "%2C").Replace(v)
}

// Say is the range in words: "before 4.2", "2.0 から 2.7 まで".
func (r Range) Say(l words.Lang) string {
	ja := l == words.JA
	switch {
	case r.Exact != "":
		return r.Exact
	case r.All() && ja:
		return "すべてのバージョン"
	case r.All():
		return "all versions"
	}
	var lo, hi string
	if r.From != "" {
		lo = pick(ja, r.From+" 以降", "from "+r.From)
		if r.FromExclude {
			lo = pick(ja, r.From+" より後", "after "+r.From)
		}
	}
	if r.To != "" {
		hi = pick(ja, r.To+" より前", "before "+r.To)
		if r.ToInclude {
			hi = pick(ja, r.To+" まで", "up to "+r.To)
		}
	}
	return strings.TrimSpace(lo + pick(ja && lo != "" && hi != "", "、", " ") + hi)
}

func pick(ja bool, j, e string) string {
	if ja {
		return j
	}
	return e
}

// Product is one product of one vendor, with the versions meant. ID is stable
// across revisions of an advisory.
type Product struct {
	ID    string `json:"id"`
	Org   string `json:"org"` // party.OrgID
	Name  string `json:"name"`
	Range Range  `json:"range"`
	CPE   string `json:"cpe,omitempty"`
	PURL  string `json:"purl,omitempty"`
}

// RemedyKind is what sort of remedy it is (CSAF 2.0, 3.2.3.12.1; JVN solution types).
type RemedyKind string

// The kinds of remedy.
const (
	Fix        RemedyKind = "vendor_fix"
	Workaround RemedyKind = "workaround"
	Mitigation RemedyKind = "mitigation"
	NoFixPlan  RemedyKind = "no_fix_planned" // the vendor says it will not be mended: stop using it, or migrate
	NoneYet    RemedyKind = "none_available"
)

// Remedy is what a user of the named products can do.
type Remedy struct {
	Kind     RemedyKind `json:"kind"`
	Text     words.Text `json:"text"`
	URL      string     `json:"url,omitempty"`
	Products []string   `json:"products"` // Product.ID
	Date     time.Time  `json:"date,omitzero"`
}

// Helps reports whether the remedy is one: the gate asks for a remedy that a
// user can act on, and "none available" is not.
func (r Remedy) Helps() bool { return r.Kind != NoneYet && r.Kind != "" }
