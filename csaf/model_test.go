package csaf_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"nakodo/csaf"
	"nakodo/csaf/catalogue"
)

// TestModelKeepsExamples reads and writes every example of the catalogue.
func TestModelKeepsExamples(t *testing.T) {
	c, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range c.Entries() {
		for _, x := range e.Examples {
			text, err := x.Document()
			if err != nil {
				t.Fatal(err)
			}
			sameAfterModel(t, e.Version+" "+e.ID, string(text))
			n++
		}
	}
	t.Logf("%d documents", n)
}

func sameAfterModel(t *testing.T, name, text string) {
	t.Helper()
	before, err := csaf.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	doc, err := before.Document()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	out, err := doc.Encode()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	after, err := csaf.Parse(out)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !before.Root().Equal(after.Root()) {
		t.Errorf("%s: not the same after reading and writing:\n%s", name, out)
	}
}

func TestModelKeepsTheUnknownAndTheEmpty(t *testing.T) {
	for _, text := range []string{
		`{"document":{"title":"x","x_vendor":{"deep":[1,null,"\u0000"]}},"zz":false}`,
		`{"document":{"title":"","notes":[],"lang":"","tracking":{}},"vulnerabilities":[{}]}`,
		`{"vulnerabilities":[{"scores":[{"cvss_v3":{"baseScore":0.0,"temporalScore":0,"attackVector":"NETWORK"},"products":[]}]}]}`,
		`{"x_extensions":[{"$schema":"s","category":"c","content":{"a":{"b":[1.50]}},"critical":false}]}`,
		`{}`,
	} {
		sameAfterModel(t, text, text)
	}
}

func TestModelNamesThePlaceOfAWrongType(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                                        "the document is of type array, not object",
		"{\"document\":\n{\"title\": 1}}":           "line 2, column 11: /document/title is of type number, not string",
		`{"vulnerabilities":{}}`:                    "/vulnerabilities is of type object, not array",
		`{"vulnerabilities":[{"scores":[1]}]}`:      "/vulnerabilities/0/scores/0 is of type number, not object",
		`{"vulnerabilities":[{"cve":null}]}`:        "/vulnerabilities/0/cve is of type null, not string",
		`{"x_extensions":[{"critical":"yes"}]}`:     "/x_extensions/0/critical is of type string, not boolean",
		`{"x_extensions":[{"content":["a"]}]}`:      "/x_extensions/0/content is of type array, not object",
		`{"document":{"tracking":{"id":"a"}},"a":}`: "line 1, column 41",
	} {
		if _, err := csaf.Read([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

func TestModelWithEncodingJSON(t *testing.T) {
	text := `{"document":{"title":"a < b & c","csaf_version":"2.0"}}`
	var doc csaf.Document
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Document.Title != "a < b & c" || doc.Document.CSAFVersion != csaf.V20 {
		t.Errorf("%+v", doc.Document)
	}
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var again csaf.Document
	if err := json.Unmarshal(out, &again); err != nil || again.Document.Title != doc.Document.Title {
		t.Errorf("%v: %s", err, out)
	}
	doc.Other = csaf.Members{"broken": json.RawMessage(`{`)}
	if _, err := doc.Encode(); err == nil {
		t.Error("a member that is no JSON was written")
	}
}

func TestEncodeEscapes(t *testing.T) {
	doc := csaf.Document{Document: csaf.Meta{Title: "\"\\\n\t\r\x00\x1f\u2028 <&> 日本 \xff"}}
	out, err := doc.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Document struct{ Title string } }
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if want := "\"\\\n\t\r\x00\x1f\u2028 <&> 日本 \uFFFD"; got.Document.Title != want {
		t.Errorf("%q, want %q", got.Document.Title, want)
	}
}

func TestDateTime(t *testing.T) {
	at := csaf.At(time.Date(2026, 11, 21, 18, 0, 0, 999, time.FixedZone("JST", 9*3600)))
	if at != "2026-11-21T09:00:00Z" {
		t.Error(at)
	}
	if got, ok := csaf.DateTime("2026-11-21T18:00:00+09:00").Time(); !ok || csaf.At(got) != at {
		t.Errorf("%v, %v", got, ok)
	}
	if _, ok := csaf.DateTime("yesterday").Time(); ok {
		t.Error("yesterday is no date and time")
	}
}
