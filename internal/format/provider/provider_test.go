package provider

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/words"
)

var at = time.Date(2026, 4, 1, 9, 30, 15, 500, time.FixedZone("JST", 9*3600))

var key = Key{"0123456789ABCDEF0123456789ABCDEF01234567", "https://cc.example.test/openpgp.asc"}

func TestBytes(t *testing.T) {
	pub := advisory.Publisher{Name: words.Text{EN: "Example CC", JA: "例"}, Namespace: "https://cc.example.test", Base: "https://cc.example.test", Contact: words.Text{EN: "cc@example.test"}}
	got, err := Bytes(pub, Publisher, []Key{key}, at)
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "canonical_url": "https://cc.example.test/.well-known/csaf/provider-metadata.json",
  "last_updated": "2026-04-01T00:30:15Z",
  "list_on_CSAF_aggregators": true,
  "metadata_version": "2.0",
  "mirror_on_CSAF_aggregators": true,
  "public_openpgp_keys": [
    {
      "fingerprint": "0123456789ABCDEF0123456789ABCDEF01234567",
      "url": "https://cc.example.test/openpgp.asc"
    }
  ],
  "publisher": {
    "category": "coordinator",
    "contact_details": "cc@example.test",
    "name": "Example CC",
    "namespace": "https://cc.example.test"
  },
  "role": "csaf_publisher"
}
`
	if string(got) != want {
		t.Errorf("got %s", got)
	}
	if _, err := Bytes(pub, Publisher, []Key{{"short", "x"}}, at); err == nil {
		t.Error("a fingerprint that is none passes")
	}
}

// The official schema, where the test data lies beside the project.
func TestSchema(t *testing.T) {
	dir := os.Getenv("NAKODO_DATA")
	if dir == "" {
		dir = "../../../../shared/data"
	}
	schemas := filepath.Join(dir, "schemas", "csaf-2.0")
	if _, err := os.Stat(schemas); err != nil {
		t.Skipf("the schemas are not at %s", schemas)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	var main string
	for _, name := range []string{"provider_json_schema.json", "csaf_json_schema.json"} {
		main = add(t, c, filepath.Join(schemas, name), main)
	}
	refs, err := filepath.Glob(filepath.Join(schemas, "referenced_schema", "first", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range refs {
		if strings.Contains(f, "_strict") { // the same schema, under the same name
			continue
		}
		add(t, c, f, main)
	}
	s, err := c.Compile(main)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []Role{Publisher, Provider, TrustedProvider} {
		body, err := Bytes(specimen.Publisher(), role, []Key{key}, at)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", role, err)
		}
	}
}

// add gives the compiler a schema under its own name, and that name back if no other is set.
func add(t *testing.T, c *jsonschema.Compiler, file, main string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var head struct {
		ID string `json:"$id"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(filepath.Base(file), "cvss") { // asked for without the date that its own name carries
		head.ID = "https://www.first.org/cvss/" + filepath.Base(file)
	}
	if err := c.AddResource(head.ID, doc); err != nil {
		t.Fatal(err)
	}
	if main == "" {
		return head.ID
	}
	return main
}
