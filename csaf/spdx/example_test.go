package spdx_test

import (
	"fmt"

	"nakodo/csaf/spdx"
)

func ExampleParse() {
	ids, err := spdx.Parse("GFDL-1.1 OR (MIT AND LicenseRef-www.example.org-own)")
	for _, id := range ids {
		fmt.Println(id.Text, spdx.Lookup(id) == spdx.Deprecated, spdx.Lookup(id) == spdx.Unlisted)
	}
	fmt.Println(err)
	// Output:
	// GFDL-1.1 true false
	// MIT false false
	// LicenseRef-www.example.org-own false true
	// <nil>
}
