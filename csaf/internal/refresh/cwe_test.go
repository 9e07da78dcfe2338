package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

const list = `<?xml version="1.0" encoding="UTF-8"?>
<Weakness_Catalog Name="CWE" Version="9.1" Date="2031-02-03" xmlns="http://cwe.mitre.org/cwe-7">
  <Weaknesses>
    <Weakness ID="7" Name="Seven &amp; more" Status="Draft"><Mapping_Notes><Usage>Allowed-with-Review</Usage></Mapping_Notes></Weakness>
    <Weakness ID="8" Name="DEPRECATED: Eight" Status="Deprecated"><Mapping_Notes><Usage>Prohibited</Usage></Mapping_Notes></Weakness>
  </Weaknesses>
</Weakness_Catalog>`

// TestAddVersion adds MITRE's list of one version to a table and reads the
// table again.
func TestAddVersion(t *testing.T) {
	dir := t.TempDir()
	before := catalogue{
		"9.0": {"2030-01-01", map[int]weakness{7: {"Seven", "A"}, 9: {"Nine", "-"}}},
		"8.0": {"2029-01-01", map[int]weakness{7: {"Seven", "A"}}},
	}
	if err := before.write(filepath.Join(dir, "catalogue.tsv"), "a test"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "cwec_v9.1.xml")
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := weaknesses(dir, file); err != nil {
		t.Fatal(err)
	}
	after, err := readCatalogue(filepath.Join(dir, "catalogue.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	before["9.1"] = release{"2031-02-03", map[int]weakness{7: {"Seven & more", "R"}, 8: {"DEPRECATED: Eight", "Px"}}}
	if !reflect.DeepEqual(before, after) {
		t.Errorf("%v\nwant %v", after, before)
	}
}

// TestModules reads the form in which the npm package has the lists.
func TestModules(t *testing.T) {
	all, err := fromModules(map[string][]byte{
		"package.json": []byte("{}"),
		"lib/cwec/9.0.js": []byte(`export default {
  date: '2030-01-01',
  weaknesses: [
    { id: 'CWE-7', name: "Seven 'x\\y'", status: 'Draft' },
    {
      id: 'CWE-8',
      name:
        'It\'s eight',
      status: 'Deprecated',
      usage: 'Prohibited',
    },
  ],
}`),
	})
	want := catalogue{"9.0": {"2030-01-01", map[int]weakness{7: {`Seven 'x\y'`, "-"}, 8: {"It's eight", "Px"}}}}
	if err != nil || !reflect.DeepEqual(all, want) {
		t.Errorf("%v, %v, want %v", all, err, want)
	}
	if _, err := fromModules(map[string][]byte{"lib/cwec/1.js": []byte("date: '2030-01-01', id: 'CWE-1'")}); err == nil {
		t.Error("a list that was not read whole is no error")
	}
}
