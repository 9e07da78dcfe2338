package csaf

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"
)

//go:embed schema
var schemaFiles embed.FS

// schemaFor are the compiled schemas by version, compiled at first use.
var schemaFor = map[Version]func() *schema{
	V20: sync.OnceValue(func() *schema { return mustSchema("schema/2.0", SchemaURL20) }),
	V21: sync.OnceValue(func() *schema { return mustSchema("schema/2.1", SchemaURL21) }),
}

// mustSchema compiles an embedded schema; that this succeeds is tested.
func mustSchema(folder, url string) *schema {
	set, err := embeddedSchemas(folder)
	if err == nil {
		var s *schema
		if s, err = set.compile(url); err == nil {
			return s
		}
	}
	panic(fmt.Sprintf("embedded schema: %v", err))
}

// embeddedSchemas holds the schemas of a folder and those that CSAF refers to.
func embeddedSchemas(folder string) (*schemaSet, error) {
	set := newSchemaSet()
	for _, dir := range []string{folder, "schema/first", "schema/certcc"} {
		names, err := fs.Glob(schemaFiles, dir+"/*.json")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := schemaFiles.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if err := set.add(string(text)); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return set, nil
}
