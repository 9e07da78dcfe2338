package csaf

import (
	"embed"
	"fmt"
	"iter"
	"sync"
)

// ExtensionClass says who answers for a CSAF extension (section 2.4.1 of
// CSAF 2.1).
type ExtensionClass uint8

// The classes of extensions. An extension of which nothing is known counts as
// experimental.
const (
	ExperimentalExtension ExtensionClass = iota
	RegisteredExtension
	OfficialExtension
)

// String is the class in the word of the standard.
func (c ExtensionClass) String() string {
	switch c {
	case OfficialExtension:
		return "official"
	case RegisteredExtension:
		return "registered"
	}
	return "experimental"
}

// ExtensionPackage is what a validator knows of one CSAF extension. Neither official
// nor registered ones have been published yet; the examples of the standard
// are built in, and a caller adds others through Options.Extensions.
type ExtensionPackage struct {
	url          string
	class        ExtensionClass
	schema       *schema
	most         [extensionPlaces]int
	incompatible []string
}

// NewExtensionPackage reads an extension: its schema, which must satisfy the CSAF
// extension metaschema, and its metadata.
func NewExtensionPackage(class ExtensionClass, schemaText, metadataText string) (*ExtensionPackage, error) {
	set, err := embeddedSchemas("schema/2.1")
	if err != nil {
		return nil, err
	}
	text, err := ParseLimited(schemaText, DefaultLimits())
	if err != nil {
		return nil, fmt.Errorf("schema of the extension: %w", err)
	}
	e := &ExtensionPackage{class: class, url: text.Root().Str("$id")}
	if err := set.add(schemaText); err != nil {
		return nil, fmt.Errorf("schema of the extension: %w", err)
	}
	if e.schema, err = set.compile(e.url); err != nil {
		return nil, fmt.Errorf("extension %s: %w", e.url, err)
	}
	if err := e.readMetadata(set, metadataText); err != nil {
		return nil, fmt.Errorf("metadata of the extension %s: %w", e.url, err)
	}
	return e, nil
}

func (e *ExtensionPackage) readMetadata(set *schemaSet, text string) error {
	form, err := set.compile("https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-metadata.json")
	if err != nil {
		return err
	}
	t, err := ParseLimited(text, DefaultLimits())
	if err != nil {
		return err
	}
	var run schemaRun
	if !form.check(t.Root(), &run) {
		return fmt.Errorf("%s: %s", run.found[0].at.Pointer(), run.found[0].msg)
	}
	if got := t.Root().Str("extension_schema"); got != e.url {
		return fmt.Errorf("it belongs to %s", got)
	}
	for p := range extensionPlaces {
		e.most[p] = int(t.Root().Path("requirement", extensionPlaceNames[p], "max_occurrence").Float())
	}
	for n := range t.Root().Get("incompatible_extensions").Items() {
		e.incompatible = append(e.incompatible, n.Text())
	}
	return nil
}

// extensionPlace is one of the places where a document may have extensions.
type extensionPlace uint8

const (
	onDocument extensionPlace = iota
	onBranch
	onFullProductName
	onProductPath
	onMetric
	onVulnerability
	onRoot

	extensionPlaces
)

// extensionPlaceNames are the places in the words of the metadata of an
// extension, which still calls product paths relationships.
var extensionPlaceNames = [extensionPlaces]string{
	onDocument:        "$.document.x_extensions",
	onBranch:          "$.product_tree.branches..product.x_extensions",
	onFullProductName: "$.product_tree.full_product_names[*].x_extensions",
	onProductPath:     "$.product_tree.relationships[*].full_product_name.x_extensions",
	onMetric:          "$.vulnerabilities[*].metrics[*].content.x_extensions",
	onVulnerability:   "$.vulnerabilities[*].x_extensions",
	onRoot:            "$.x_extensions",
}

// extensionList is a member x_extensions of the document.
type extensionList struct {
	place extensionPlace
	node  Node
}

// extensionLists are all lists of extensions in the document.
func (c *checker) extensionLists() []extensionList {
	if c.extensionsRead {
		return c.extensions
	}
	c.extensionsRead = true
	add := func(p extensionPlace, holder Node) {
		if n := holder.Get("x_extensions"); n.Exists() {
			c.extensions = append(c.extensions, extensionList{p, n})
		}
	}
	add(onDocument, c.document)
	for i := range c.products {
		add([...]extensionPlace{fromBranch: onBranch, fromList: onFullProductName, fromPath: onProductPath}[c.products[i].from], c.products[i].node)
	}
	for i := range c.vulns {
		for _, s := range c.vulns[i].scores {
			add(onMetric, s.content)
		}
		add(onVulnerability, c.vulns[i].node)
	}
	add(onRoot, c.root)
	return c.extensions
}

// extensionItems visits every extension of the document.
func (c *checker) extensionItems() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for _, l := range c.extensionLists() {
			for n := range l.node.Items() {
				if !yield(n) {
					return
				}
			}
		}
	}
}

// extension is what is known of the extension with a schema, nil if nothing.
func (c *checker) extension(url string) *ExtensionPackage {
	for _, e := range c.opt.Extensions {
		if e.url == url {
			return e
		}
	}
	for _, e := range builtinExtensions() {
		if e.url == url {
			return e
		}
	}
	return nil
}

// extensionClass is the class of the extension with a schema.
func (c *checker) extensionClass(url string) ExtensionClass {
	if e := c.extension(url); e != nil {
		return e.class
	}
	return ExperimentalExtension
}

//go:embed extension/*.json
var extensionFiles embed.FS

// builtinExtensions are the examples that the standard uses; they are not for
// use in real documents.
var builtinExtensions = sync.OnceValue(func() (all []*ExtensionPackage) {
	for _, name := range []string{"documentation-11", "documentation-12", "documentation-13"} {
		schema, err1 := extensionFiles.ReadFile("extension/" + name + ".schema.json")
		metadata, err2 := extensionFiles.ReadFile("extension/" + name + ".metadata.json")
		e, err := NewExtensionPackage(ExperimentalExtension, string(schema), string(metadata))
		if err1 != nil || err2 != nil || err != nil {
			panic(fmt.Sprintf("embedded extension %s: %v %v %v", name, err1, err2, err))
		}
		all = append(all, e)
	}
	return all
})
