// Package provider writes provider-metadata.json (CSAF 2.0, 7.1.7): who
// publishes CSAF documents here, in which role, and with which OpenPGP key they
// are signed. Programs that collect advisories read it first.
package provider

import (
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/words"
)

// Role is how far a provider goes (CSAF 2.0, 7.2).
type Role string

// The roles.
const (
	Publisher       Role = "csaf_publisher"
	Provider        Role = "csaf_provider"
	TrustedProvider Role = "csaf_trusted_provider"
)

// Key is one OpenPGP key: its fingerprint in hexadecimal, and where it is.
type Key struct {
	Fingerprint string `json:"fingerprint"`
	URL         string `json:"url"`
}

// document is the shape of the schema; the order is that of the names.
type document struct {
	CanonicalURL    string    `json:"canonical_url"`
	LastUpdated     string    `json:"last_updated"`
	List            bool      `json:"list_on_CSAF_aggregators"`
	MetadataVersion string    `json:"metadata_version"`
	Mirror          bool      `json:"mirror_on_CSAF_aggregators"`
	Keys            []Key     `json:"public_openpgp_keys,omitempty"`
	Publisher       publisher `json:"publisher"`
	Role            Role      `json:"role"`
}

type publisher struct {
	Category         string `json:"category"`
	ContactDetails   string `json:"contact_details,omitempty"`
	IssuingAuthority string `json:"issuing_authority,omitempty"`
	Name             string `json:"name"`
	Namespace        string `json:"namespace"`
}

var fingerprint = regexp.MustCompile(`^[0-9a-fA-F]{40,}$`)

// Bytes writes the metadata of a coordinator, as UTF-8 JSON with a line end.
// updated is when what it tells of last changed. Equal input gives equal bytes.
func Bytes(pub advisory.Publisher, role Role, keys []Key, updated time.Time) ([]byte, error) {
	for _, k := range keys {
		if !fingerprint.MatchString(k.Fingerprint) {
			return nil, fmt.Errorf("provider metadata: %q is no fingerprint", k.Fingerprint)
		}
	}
	d := document{
		CanonicalURL: pub.Base + advisory.MetadataPath, LastUpdated: updated.UTC().Truncate(time.Second).Format(time.RFC3339),
		List: true, MetadataVersion: "2.0", Mirror: true, Keys: keys, Role: role,
		Publisher: publisher{
			Category: "coordinator", ContactDetails: pub.Contact.In(words.EN), IssuingAuthority: pub.Authority.In(words.EN),
			Name: pub.Name.In(words.EN), Namespace: pub.Namespace,
		},
	}
	body, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("provider metadata: %w", err)
	}
	return append(body, '\n'), nil
}
