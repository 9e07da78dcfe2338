package match

import (
	"encoding/json"
	"strings"

	"nakodo/internal/fault"
)

// A Component is one piece of software that an SBOM lists. Fields the file
// does not give are empty.
type Component struct {
	Name     string
	Version  string
	Supplier string
	PURL     string
	CPE      string
}

// ReadSBOM reads the components of a software bill of materials in JSON:
// CycloneDX 1.2 to 1.7, SPDX 2.2 and 2.3, or SPDX 3.0 (JSON-LD). Components
// keep their order; the described product itself comes first. The caller
// bounds the size. What is neither format is refused as Invalid.
func ReadSBOM(raw []byte) ([]Component, error) {
	var kind struct {
		BOMFormat   string          `json:"bomFormat"`
		SPDXVersion string          `json:"spdxVersion"`
		Graph       json.RawMessage `json:"@graph"`
	}
	raw = []byte(strings.TrimPrefix(string(raw), "\ufeff"))
	if err := json.Unmarshal(raw, &kind); err != nil {
		return nil, fault.Because(err, fault.Invalid, "fault.match.sbom_json")
	}
	switch {
	case kind.BOMFormat == "CycloneDX":
		return readCycloneDX(raw)
	case strings.HasPrefix(kind.SPDXVersion, "SPDX-2"):
		return readSPDX2(raw)
	case len(kind.Graph) > 0:
		return readSPDX3(kind.Graph)
	}
	return nil, fault.New(fault.Invalid, "fault.match.sbom_kind")
}

type cycloneComponent struct {
	Group, Name, Version, Publisher, Author string
	PURL                                    string `json:"purl"`
	CPE                                     string `json:"cpe"`
	Supplier, Manufacturer                  struct{ Name string }
	Components                              []cycloneComponent
}

func readCycloneDX(raw []byte) ([]Component, error) {
	var bom struct {
		Metadata   struct{ Component *cycloneComponent }
		Components []cycloneComponent
		Services   []struct {
			Name, Version string
			Provider      struct{ Name string }
		}
	}
	if err := json.Unmarshal(raw, &bom); err != nil {
		return nil, fault.Because(err, fault.Invalid, "fault.match.sbom_fields")
	}
	var all []Component
	if bom.Metadata.Component != nil {
		all = appendCyclone(all, *bom.Metadata.Component)
	}
	for _, c := range bom.Components {
		all = appendCyclone(all, c)
	}
	for _, s := range bom.Services {
		all = append(all, Component{Name: s.Name, Version: s.Version, Supplier: s.Provider.Name})
	}
	return all, nil
}

// appendCyclone adds a component and those nested in it. A file nests no
// deeper than encoding/json reads.
func appendCyclone(all []Component, c cycloneComponent) []Component {
	supplier := c.Supplier.Name
	for _, other := range []string{c.Manufacturer.Name, c.Publisher, c.Author, c.Group} {
		if supplier == "" {
			supplier = other
		}
	}
	all = append(all, Component{Name: c.Name, Version: c.Version, Supplier: supplier, PURL: c.PURL, CPE: c.CPE})
	for _, inner := range c.Components {
		all = appendCyclone(all, inner)
	}
	return all
}

func readSPDX2(raw []byte) ([]Component, error) {
	var doc struct {
		Packages []struct {
			Name         string
			VersionInfo  string
			Supplier     string
			Originator   string
			ExternalRefs []struct{ ReferenceType, ReferenceLocator string }
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fault.Because(err, fault.Invalid, "fault.match.sbom_fields")
	}
	var all []Component
	for _, p := range doc.Packages {
		c := Component{Name: p.Name, Version: p.VersionInfo, Supplier: spdxParty(p.Supplier)}
		if c.Supplier == "" {
			c.Supplier = spdxParty(p.Originator)
		}
		for _, ref := range p.ExternalRefs {
			c.refer(ref.ReferenceType, ref.ReferenceLocator)
		}
		all = append(all, c)
	}
	return all, nil
}

// refer keeps a reference to the component; the types are those of SPDX 2.3,
// annex F, and of SPDX 3.0, ExternalIdentifierType.
func (c *Component) refer(kind, locator string) {
	switch kind {
	case "purl", "packageUrl", "packageURL":
		c.PURL = locator
	case "cpe23Type", "cpe22Type", "cpe23", "cpe22":
		c.CPE = locator
	}
}

// spdxParty reads "Organization: Example Corp. (security@example.com)", SPDX
// 2.3 clause 7.5. NOASSERTION is no party.
func spdxParty(s string) string {
	for _, kind := range []string{"Organization:", "Person:", "Tool:"} {
		if rest, ok := strings.CutPrefix(s, kind); ok {
			name, _, _ := strings.Cut(rest, "(")
			return strings.TrimSpace(name)
		}
	}
	return ""
}

func readSPDX3(graph []byte) ([]Component, error) {
	type element struct {
		Type               string `json:"type"`
		ID                 string `json:"spdxId"`
		Name               string `json:"name"`
		Version            string `json:"software_packageVersion"`
		URL                string `json:"software_packageUrl"`
		SuppliedBy         string `json:"suppliedBy"`
		ExternalIdentifier []struct {
			Type       string `json:"externalIdentifierType"`
			Identifier string `json:"identifier"`
		} `json:"externalIdentifier"`
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(graph, &raw); err != nil {
		return nil, fault.Because(err, fault.Invalid, "fault.match.sbom_fields")
	}
	names := make(map[string]string)
	var packages []element
	for _, r := range raw {
		var e element
		if json.Unmarshal(r, &e) != nil {
			continue // another kind of element, with other shapes under the same names
		}
		names[e.ID] = e.Name
		if e.Type == "software_Package" {
			packages = append(packages, e)
		}
	}
	var all []Component
	for _, e := range packages {
		c := Component{Name: e.Name, Version: e.Version, Supplier: names[e.SuppliedBy], PURL: e.URL}
		for _, ref := range e.ExternalIdentifier {
			c.refer(ref.Type, ref.Identifier)
		}
		all = append(all, c)
	}
	return all, nil
}
