// Package party is people and organisations: who may act, whom we coordinate
// with, how they are reached and what they have signed. Values only.
package party

import "time"

// PersonID names a person with an account or a contact: an opaque random string.
type PersonID string

// OrgID names an organisation: an opaque random string, because neither name
// nor CPE is a key (one company has many names, one CPE many companies).
type OrgID string

// Role is in what capacity somebody acts.
type Role string

// The roles of Nakodo. After Vultron's, in the words of the Japanese scheme.
const (
	Officer  Role = "officer"  // coordinates for the centre (Vultron: COORDINATOR, CASE_OWNER)
	Vendor   Role = "vendor"   // a member of a vendor (VENDOR)
	Finder   Role = "finder"   // reported it, perhaps anonymously (FINDER, REPORTER)
	Operator Role = "operator" // of critical infrastructure, advised in advance (DEPLOYER)
	Observer Role = "observer" // reads what is shared, decides nothing (OBSERVER)
	Clock    Role = "clock"    // time itself: a deadline that came due
	Public   Role = "public"   // anybody
)

// Actor is who does something, and in what capacity. It is an explicit
// argument everywhere, never hidden in a context.
type Actor struct {
	Role   Role     `json:"role"`
	Person PersonID `json:"person,omitempty"` // officers and members; empty for a finder, whose name lives apart
	Org    OrgID    `json:"org,omitempty"`    // vendor and operator members
	Report string   `json:"report,omitempty"` // a finder's own report, the only thing their link opens
}

// Officer, vendor member, finder and clock as actors.
func OfficerActor(p PersonID) Actor           { return Actor{Role: Officer, Person: p} }
func VendorActor(o OrgID, p PersonID) Actor   { return Actor{Role: Vendor, Org: o, Person: p} }
func FinderActor(report string) Actor         { return Actor{Role: Finder, Report: report} }
func OperatorActor(o OrgID, p PersonID) Actor { return Actor{Role: Operator, Org: o, Person: p} }
func ClockActor() Actor                       { return Actor{Role: Clock} }
func Anyone() Actor                           { return Actor{Role: Public} }

// Person is somebody with an account or an address at the centre.
type Person struct {
	ID      PersonID `json:"id"`
	Role    Role     `json:"role"`
	Org     OrgID    `json:"org,omitempty"`
	Name    string   `json:"name"`
	Mail    string   `json:"mail"`
	Lang    string   `json:"lang"`          // "en" or "ja"
	Key     string   `json:"key,omitempty"` // armoured OpenPGP public key
	Active  bool     `json:"active"`
	Version int64    `json:"version"`
}

// OrgKind is what an organisation is to the centre; one may be several things.
type OrgKind string

// The kinds of organisation (domain.md 1.11).
const (
	KindVendor      OrgKind = "vendor"
	KindWebsite     OrgKind = "website_operator"
	KindOperator    OrgKind = "infrastructure_operator"
	KindCoordinator OrgKind = "coordinator"
	KindIntegrator  OrgKind = "integrator"
	KindProject     OrgKind = "open_source_project"
)

// Tier is how far a vendor has registered (JPCERT/CC's vendor list).
type Tier string

// The tiers.
const (
	Unverified Tier = "unverified" // somebody wrote the name down, nothing was agreed
	Individual Tier = "individual" // only cases about the vendor's own products
	General    Tier = "general"    // any case may be offered
)

// NameKind says what sort of name it is.
type NameKind string

// The kinds of name.
const (
	Official NameKind = "official"
	Alias    NameKind = "alias"
	Former   NameKind = "former"
)

// Name is one of an organisation's names, always in its original spelling.
type Name struct {
	Text string   `json:"text"`
	Lang string   `json:"lang,omitempty"`
	Kind NameKind `json:"kind"`
}

// Calendar names a calendar of business days.
type Calendar string

// The calendars.
const (
	CalendarJapan Calendar = "jp"
	CalendarEU    Calendar = "eu"
	CalendarUS    Calendar = "us"
	CalendarNone  Calendar = "none" // every day counts
)

// Product is something an organisation ships.
type Product struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Versions []string `json:"versions,omitempty"`
	CPE      string   `json:"cpe,omitempty"`
	PURL     string   `json:"purl,omitempty"`
}

// Organisation is one party of the registry.
type Organisation struct {
	ID        OrgID     `json:"id"`
	Kinds     []OrgKind `json:"kinds"`
	Names     []Name    `json:"names"` // the first is shown
	Tier      Tier      `json:"tier"`
	Parent    OrgID     `json:"parent,omitempty"`
	Domains   []string  `json:"domains,omitempty"`
	CPEs      []string  `json:"cpes,omitempty"`  // prefixes such as cpe:2.3:o:example
	PURLs     []string  `json:"purls,omitempty"` // prefixes such as pkg:npm/example
	Products  []Product `json:"products,omitempty"`
	Sector    string    `json:"sector,omitempty"`  // as somebody wrote it down
	Sectors   []string  `json:"sectors,omitempty"` // codes of package sector, of one scheme or several: "jp/electricity"
	Country   string    `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Languages []string  `json:"languages,omitempty"`
	Zone      string    `json:"zone,omitempty"`     // IANA time zone
	Calendar  Calendar  `json:"calendar,omitempty"` // of business days; empty: not known
	Listed    bool      `json:"listed,omitempty"`   // its name may stand on the public list of vendors
	Confirmed time.Time `json:"confirmed,omitzero"` // when it last said that the record is right
	Source    string    `json:"source,omitempty"`   // where the entry came from
	Created   time.Time `json:"created"`
	Version   int64     `json:"version"`

	// MergedInto is the organisation that this one turned out to be: the record
	// stays for what refers to it, and nobody is invited under it.
	MergedInto OrgID `json:"merged_into,omitempty"`
}

// Name is the name to show.
func (o Organisation) Name() string {
	if len(o.Names) == 0 {
		return string(o.ID)
	}
	return o.Names[0].Text
}

// Lang is the language to write to the organisation in.
func (o Organisation) Lang() string {
	if len(o.Languages) > 0 {
		return o.Languages[0]
	}
	return "en"
}

// Scope is what an agreement covers.
type Scope string

// The scopes.
const (
	ScopeReports   Scope = "reports"         // receives vulnerability reports in general
	ScopeProvision Scope = "early_provision" // receives information before publication as an operator
	ScopeGroup     Scope = "group"           // member of an exchange group
)

// Agreement is a signed promise: a record of its own, linked to an embargo but
// never the same thing (an embargo is no NDA; coordination.md 2.8.1).
type Agreement struct {
	ID       string    `json:"id"`
	Org      OrgID     `json:"org"`
	Scope    Scope     `json:"scope"`
	Edition  string    `json:"edition"` // which text
	Signed   time.Time `json:"signed,omitzero"`
	Until    time.Time `json:"until,omitzero"`      // zero: until ended
	SignedBy string    `json:"signed_by,omitempty"` // for the organisation
	Ours     string    `json:"ours,omitempty"`      // who signed for the centre
	Document string    `json:"document,omitempty"`  // SHA-256 of the signed document
	File     string    `json:"file,omitempty"`      // id of the signed document as it is kept; empty: on paper only
	Ended    time.Time `json:"ended,omitzero"`      // ended before its time
	Why      string    `json:"why,omitempty"`       // set once Ended
	Version  int64     `json:"version"`
}

// InForce reports whether the agreement holds at a moment.
func (a Agreement) InForce(now time.Time) bool {
	end := a.End()
	return !a.Signed.IsZero() && !a.Signed.After(now) && (end.IsZero() || now.Before(end))
}

// End is when the agreement ceases to hold, or ceased; zero: it is open-ended.
func (a Agreement) End() time.Time {
	if !a.Ended.IsZero() && (a.Until.IsZero() || a.Ended.Before(a.Until)) {
		return a.Ended
	}
	return a.Until
}

// Best gives the agreement of a scope that counts at a moment: the one in force
// that holds longest; else, with false, the one that ended last.
func Best(signed []Agreement, scope Scope, now time.Time) (best Agreement, inForce bool) {
	longer := func(a, b time.Time) bool { return !b.IsZero() && (a.IsZero() || a.After(b)) }
	for _, a := range signed {
		if a.Scope != scope || a.Signed.IsZero() {
			continue
		}
		holds := a.InForce(now)
		if best.ID == "" || holds && !inForce || holds == inForce && longer(a.End(), best.End()) {
			best, inForce = a, holds
		}
	}
	return best, inForce
}

// AgreementText is one edition of what organisations sign. It never changes: a
// correction is another edition.
type AgreementText struct {
	ID      string    `json:"id"`
	Scope   Scope     `json:"scope"`
	Edition string    `json:"edition"`
	Issued  time.Time `json:"issued"`
	EN      string    `json:"en,omitempty"` // one of the two at least
	JA      string    `json:"ja,omitempty"`
	Version int64     `json:"version"`
}
