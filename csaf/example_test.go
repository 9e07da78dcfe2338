package csaf_test

import (
	"fmt"
	"log"
	"time"

	"nakodo/csaf"
)

// Build a document as Go values and write it for publication.
func ExampleDocument_Encode() {
	released := csaf.At(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	doc := csaf.Document{
		Document: csaf.Meta{
			Category:    csaf.CategoryBase,
			CSAFVersion: csaf.V20,
			Publisher: csaf.Publisher{
				Category: csaf.PublisherCoordinator, Name: "Example CERT", Namespace: "https://cert.example",
			},
			Title: "A first advisory",
			Tracking: csaf.Tracking{
				ID: "EX-2026-001", Status: csaf.StatusFinal, Version: "1",
				InitialReleaseDate: released, CurrentReleaseDate: released,
				RevisionHistory: []csaf.Revision{{Date: released, Number: "1", Summary: "First version"}},
			},
		},
	}
	text, err := doc.Encode()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))
	// Output:
	// {
	//   "document": {
	//     "category": "csaf_base",
	//     "csaf_version": "2.0",
	//     "publisher": {
	//       "category": "coordinator",
	//       "name": "Example CERT",
	//       "namespace": "https://cert.example"
	//     },
	//     "title": "A first advisory",
	//     "tracking": {
	//       "current_release_date": "2026-11-21T09:00:00Z",
	//       "id": "EX-2026-001",
	//       "initial_release_date": "2026-11-21T09:00:00Z",
	//       "revision_history": [
	//         {
	//           "date": "2026-11-21T09:00:00Z",
	//           "number": "1",
	//           "summary": "First version"
	//         }
	//       ],
	//       "status": "final",
	//       "version": "1"
	//     }
	//   }
	// }
}

// Judge a text. The product ID is used but nowhere defined.
func ExampleValidate() {
	tree, err := csaf.Parse([]byte(`{
  "document": {"category": "csaf_base", "csaf_version": "2.0", "title": "A second advisory"},
  "vulnerabilities": [{"product_status": {"fixed": ["P-1"]}}]
}`))
	if err != nil {
		log.Fatal(err)
	}
	res, err := csaf.Validate(tree, csaf.Options{Preset: "mandatory"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("valid:", res.Valid)
	for _, f := range res.Findings {
		if f.Test == "6.1.1" {
			fmt.Println(f.Severity, f.Test, f.Path())
		}
	}
	// Output:
	// valid: false
	// error 6.1.1 /vulnerabilities/0/product_status/fixed/0
}

// A text that is not strict JSON is refused with the place.
func ExampleParse() {
	_, err := csaf.Parse([]byte("{\n  \"title\": \"one\",\n  \"title\": \"two\"\n}"))
	fmt.Println(err)
	// Output:
	// line 3, column 3: the member "title" stands twice in the same object; remove one
}

// Read a document, change it, and write it again. What the types do not know
// is kept.
func ExampleRead() {
	doc, err := csaf.Read([]byte(`{"document": {"title": "A third advisory", "x_ours": {"desk": 3}}}`))
	if err != nil {
		log.Fatal(err)
	}
	doc.Document.Lang = "en"
	text, err := doc.MarshalJSON()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
	// Output:
	// {"document":{"lang":"en","title":"A third advisory","x_ours":{"desk":3}}}
}

// Walk through a document by names. What is not there answers with nothing.
func ExampleNode() {
	tree, err := csaf.Parse([]byte(`{"vulnerabilities": [{"cve": "CVE-2026-0001"}, {"title": "no number yet"}]}`))
	if err != nil {
		log.Fatal(err)
	}
	for v := range tree.Root().Get("vulnerabilities").Items() {
		line, column := v.Position()
		fmt.Printf("%s at line %d, column %d: %q\n", v.Pointer(), line, column, v.Str("cve"))
	}
	// Output:
	// /vulnerabilities/0 at line 1, column 22: "CVE-2026-0001"
	// /vulnerabilities/1 at line 1, column 48: ""
}
