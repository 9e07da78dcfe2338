package csaf

import (
	"encoding/json"
	"time"
)

// Document is a CSAF document, of version 2.0 or 2.1, as Go values. Members
// that only one version has say so; the others are common. What a document
// carries beyond the members named here is kept in Other and written again.
//
// A member with the zero value is left out when written. Whether a document is
// correct is a question for Validate, not for the types: they hold incomplete
// and wrong documents too.
type Document struct {
	Schema          string          `csaf:"$schema"` // SchemaURL20 or SchemaURL21
	Document        Meta            `csaf:"document"`
	ProductTree     *ProductTree    `csaf:"product_tree"`
	Vulnerabilities []Vulnerability `csaf:"vulnerabilities"`
	Extensions      []Extension     `csaf:"x_extensions"` // 2.1
	Other           Members
}

// The values of $schema. It is required in 2.1.
const (
	SchemaURL20 = "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json"
	SchemaURL21 = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json"
)

// Members are the members of an object that its Go type has no field for:
// JSON text by name. A nil text notes that a member was missing in the document
// that was read though its field is always written, so that it stays missing
// until the field is set.
type Members map[string]json.RawMessage

// DateTime is a point in time as the document writes it (RFC 3339), so that a
// document that is read and written again says the same.
type DateTime string

// At writes a time as a DateTime, in UTC and to the second.
func At(t time.Time) DateTime {
	return DateTime(t.UTC().Truncate(time.Second).Format(time.RFC3339))
}

// Time is the point in time; ok is false if the text is no date-time.
func (d DateTime) Time() (t time.Time, ok bool) { return parseTime(string(d)) }

// Meta is /document: what the document says about itself (section 3.2.1).
type Meta struct {
	Acknowledgments   []Acknowledgment   `csaf:"acknowledgments"`
	AggregateSeverity *AggregateSeverity `csaf:"aggregate_severity"`
	Category          string             `csaf:"category"` // a profile of section 4, for instance CategorySecurityAdvisory
	CSAFVersion       Version            `csaf:"csaf_version"`
	Distribution      *Distribution      `csaf:"distribution"` // required in 2.1
	Lang              string             `csaf:"lang"`
	LicenseExpression string             `csaf:"license_expression"` // 2.1
	Notes             []Note             `csaf:"notes"`
	Publisher         Publisher          `csaf:"publisher"`
	References        []Reference        `csaf:"references"`
	SourceLang        string             `csaf:"source_lang"`
	Title             string             `csaf:"title"`
	Tracking          Tracking           `csaf:"tracking"`
	Extensions        []Extension        `csaf:"x_extensions"` // 2.1
	Other             Members
}

// The profiles of section 4, as values of Meta.Category. A generic document
// has CategoryBase or any other text.
const (
	CategoryBase                       = "csaf_base"
	CategorySecurityIncidentResponse   = "csaf_security_incident_response"
	CategoryInformationalAdvisory      = "csaf_informational_advisory"
	CategorySecurityAdvisory           = "csaf_security_advisory"
	CategoryVEX                        = "csaf_vex"
	CategoryDeprecatedSecurityAdvisory = "csaf_deprecated_security_advisory" // 2.1
	CategoryWithdrawn                  = "csaf_withdrawn"                    // 2.1
	CategorySuperseded                 = "csaf_superseded"                   // 2.1
)

// Acknowledgment thanks those who helped.
type Acknowledgment struct {
	Names        []string `csaf:"names"`
	Organization string   `csaf:"organization"`
	Summary      string   `csaf:"summary"`
	URLs         []string `csaf:"urls"`
	Other        Members
}

// AggregateSeverity is the publisher's word for the whole document's urgency.
type AggregateSeverity struct {
	Namespace string `csaf:"namespace"`
	Text      string `csaf:"text"`
	Other     Members
}

// Distribution says to whom the document may be passed on.
type Distribution struct {
	SharingGroup *SharingGroup `csaf:"sharing_group"` // 2.1
	Text         string        `csaf:"text"`
	TLP          *TLP          `csaf:"tlp"` // required in 2.1
	Other        Members
}

// SharingGroup is the closed group that a document is meant for (2.1).
type SharingGroup struct {
	ID    string `csaf:"id"` // a UUID
	Name  string `csaf:"name"`
	Other Members
}

// TLP is the traffic light protocol label: version 1 in CSAF 2.0 (with WHITE),
// version 2 in CSAF 2.1 (with CLEAR and AMBER+STRICT).
type TLP struct {
	Label string `csaf:"label"`
	URL   string `csaf:"url"`
	Other Members
}

// The labels of the traffic light protocol.
const (
	TLPRed         = "RED"
	TLPAmberStrict = "AMBER+STRICT" // 2.1
	TLPAmber       = "AMBER"
	TLPGreen       = "GREEN"
	TLPClear       = "CLEAR" // 2.1
	TLPWhite       = "WHITE" // 2.0
)

// Note is a text for people.
type Note struct {
	Audience   string   `csaf:"audience"`
	Category   string   `csaf:"category"`    // NoteDescription ...
	GroupIDs   []string `csaf:"group_ids"`   // 2.1
	ProductIDs []string `csaf:"product_ids"` // 2.1
	Text       string   `csaf:"text"`
	Title      string   `csaf:"title"`
	Other      Members
}

// The categories of notes.
const (
	NoteDescription     = "description"
	NoteDetails         = "details"
	NoteFAQ             = "faq"
	NoteGeneral         = "general"
	NoteLegalDisclaimer = "legal_disclaimer"
	NoteOther           = "other"
	NoteSummary         = "summary"
)

// Publisher is who publishes the document.
type Publisher struct {
	Category         string `csaf:"category"` // PublisherCoordinator ...
	ContactDetails   string `csaf:"contact_details"`
	IssuingAuthority string `csaf:"issuing_authority"`
	Name             string `csaf:"name"`
	Namespace        string `csaf:"namespace"` // a URL under the publisher's control
	Other            Members
}

// The categories of publishers.
const (
	PublisherCoordinator = "coordinator"
	PublisherDiscoverer  = "discoverer"
	PublisherMultiplier  = "multiplier" // 2.1
	PublisherOther       = "other"
	PublisherTranslator  = "translator"
	PublisherUser        = "user"
	PublisherVendor      = "vendor"
)

// Reference points to another document.
type Reference struct {
	Category string `csaf:"category"` // ReferenceSelf, or ReferenceExternal (the default)
	Summary  string `csaf:"summary"`
	URL      string `csaf:"url"`
	Other    Members
}

// The categories of references.
const (
	ReferenceExternal = "external"
	ReferenceSelf     = "self"
)

// Tracking identifies the document and tells its history.
type Tracking struct {
	Aliases            []string   `csaf:"aliases"`
	CurrentReleaseDate DateTime   `csaf:"current_release_date"`
	Generator          *Generator `csaf:"generator"`
	ID                 string     `csaf:"id"`
	InitialReleaseDate DateTime   `csaf:"initial_release_date"`
	RevisionHistory    []Revision `csaf:"revision_history"`
	Status             string     `csaf:"status"`  // StatusDraft, StatusFinal or StatusInterim
	Version            string     `csaf:"version"` // an integer or a semantic version
	Other              Members
}

// The states of a document.
const (
	StatusDraft   = "draft"
	StatusFinal   = "final"
	StatusInterim = "interim"
)

// Generator is the program that wrote the document.
type Generator struct {
	Date   DateTime `csaf:"date"`
	Engine Engine   `csaf:"engine"`
	Other  Members
}

// Engine is the name and version of a program.
type Engine struct {
	Name    string `csaf:"name"`
	Version string `csaf:"version"`
	Other   Members
}

// Revision is an entry of the revision history.
type Revision struct {
	Date          DateTime `csaf:"date"`
	LegacyVersion string   `csaf:"legacy_version"`
	Number        string   `csaf:"number"`
	Summary       string   `csaf:"summary"`
	Other         Members
}

// Extension is an item of x_extensions (2.1).
type Extension struct {
	Schema   string  `csaf:"$schema"`
	Category string  `csaf:"category"`
	Content  Members `csaf:"content"`
	Critical bool    `csaf:"critical,always"`
	Other    Members
}
