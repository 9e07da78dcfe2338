package csaf_test

import (
	"fmt"
	"time"

	"nakodo/csaf"
)

func ExampleConvert20to21() {
	old, err := csaf.Parse([]byte(`{
  "document": {
    "category": "csaf_base", "csaf_version": "2.0", "title": "EX-1: Weak pump",
    "distribution": {"tlp": {"label": "WHITE"}},
    "publisher": {"category": "vendor", "name": "Sakura", "namespace": "https://sakura.example"},
    "tracking": {
      "id": "EX-1", "status": "final", "version": "1",
      "current_release_date": "2024-05-01T09:00:00Z", "initial_release_date": "2024-05-01T09:00:00Z",
      "revision_history": [{"date": "2024-05-01T09:00:00Z", "number": "1", "summary": "First"}]
    }
  }
}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, warnings, err := csaf.Convert20to21(old, csaf.ConvertOptions{Now: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(doc.Document.CSAFVersion, doc.Document.Distribution.TLP.Label)
	for _, w := range warnings {
		fmt.Println(w)
	}
	// Output:
	// 2.1 CLEAR
	// warning: /document/title: the tracking id was removed from the title, which is now "Weak pump"
}
