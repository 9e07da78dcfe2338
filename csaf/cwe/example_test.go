package cwe_test

import (
	"fmt"
	"time"

	"nakodo/csaf/cwe"
)

func ExampleLookup() {
	w, ok := cwe.Lookup("4.13", "CWE-20")
	fmt.Println(w.Name, w.Usage, ok)

	v, _ := cwe.LatestAt(time.Date(2024, 1, 21, 0, 0, 0, 0, time.UTC))
	fmt.Println(v.Number)
	// Output:
	// Improper Input Validation Discouraged true
	// 4.13
}
