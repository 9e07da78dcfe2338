package csaf

// ProductTree is /product_tree: the products that the document speaks about
// (section 3.2.2).
type ProductTree struct {
	Branches         []Branch          `csaf:"branches"`
	FullProductNames []FullProductName `csaf:"full_product_names"`
	ProductGroups    []ProductGroup    `csaf:"product_groups"`
	ProductPaths     []ProductPath     `csaf:"product_paths"` // 2.1
	Relationships    []Relationship    `csaf:"relationships"` // 2.0
	Other            Members
}

// Branch is a step from the vendor down to a product version. It has either
// further branches or a product.
type Branch struct {
	Branches []Branch         `csaf:"branches"`
	Category string           `csaf:"category"` // BranchVendor ...
	Name     string           `csaf:"name"`
	Product  *FullProductName `csaf:"product"`
	Other    Members
}

// The categories of branches.
const (
	BranchArchitecture        = "architecture"
	BranchHostName            = "host_name"
	BranchLanguage            = "language"
	BranchLegacy              = "legacy" // 2.0
	BranchPatchLevel          = "patch_level"
	BranchPlatform            = "platform" // 2.1
	BranchProductFamily       = "product_family"
	BranchProductName         = "product_name"
	BranchProductVersion      = "product_version"
	BranchProductVersionRange = "product_version_range"
	BranchServicePack         = "service_pack"
	BranchSpecification       = "specification"
	BranchVendor              = "vendor"
)

// FullProductName defines a product and gives it its ProductID, by which the
// rest of the document names it.
type FullProductName struct {
	Name       string                `csaf:"name"`
	ProductID  string                `csaf:"product_id"`
	Helper     *IdentificationHelper `csaf:"product_identification_helper"`
	Extensions []Extension           `csaf:"x_extensions"` // 2.1
	Other      Members
}

// IdentificationHelper helps machines to recognise a product.
type IdentificationHelper struct {
	CPE           string       `csaf:"cpe"`
	Hashes        []Hashes     `csaf:"hashes"`
	ModelNumbers  []string     `csaf:"model_numbers"`
	PURL          string       `csaf:"purl"`  // 2.0
	PURLs         []string     `csaf:"purls"` // 2.1
	SBOMURLs      []string     `csaf:"sbom_urls"`
	SerialNumbers []string     `csaf:"serial_numbers"`
	SKUs          []string     `csaf:"skus"`
	GenericURIs   []GenericURI `csaf:"x_generic_uris"`
	Other         Members
}

// Hashes are the hashes of one file.
type Hashes struct {
	FileHashes []FileHash `csaf:"file_hashes"`
	Filename   string     `csaf:"filename"`
	Other      Members
}

// FileHash is one hash in hexadecimal digits.
type FileHash struct {
	Algorithm string `csaf:"algorithm"`
	Value     string `csaf:"value"`
	Other     Members
}

// GenericURI identifies a product in a namespace of the publisher's choice.
type GenericURI struct {
	Namespace string `csaf:"namespace"`
	URI       string `csaf:"uri"`
	Other     Members
}

// ProductGroup gives several products one name.
type ProductGroup struct {
	GroupID    string   `csaf:"group_id"`
	ProductIDs []string `csaf:"product_ids"`
	Summary    string   `csaf:"summary"`
	Other      Members
}

// Relationship combines two products into a third (2.0).
type Relationship struct {
	Category         string          `csaf:"category"` // RelationInstalledOn ...
	FullProductName  FullProductName `csaf:"full_product_name"`
	ProductReference string          `csaf:"product_reference"`
	RelatesTo        string          `csaf:"relates_to_product_reference"`
	Other            Members
}

// The ways in which products belong together.
const (
	RelationDefaultComponentOf  = "default_component_of"
	RelationExternalComponentOf = "external_component_of"
	RelationInstalledOn         = "installed_on"
	RelationInstalledWith       = "installed_with"
	RelationOptionalComponentOf = "optional_component_of"
)

// ProductPath combines products into a new one, step by step (2.1).
type ProductPath struct {
	Beginning       string          `csaf:"beginning_product_reference"`
	FullProductName FullProductName `csaf:"full_product_name"`
	Subpaths        []Subpath       `csaf:"subpaths"`
	Other           Members
}

// Subpath is one step of a ProductPath.
type Subpath struct {
	Category string `csaf:"category"` // RelationInstalledOn ...
	Next     string `csaf:"next_product_reference"`
	Other    Members
}
