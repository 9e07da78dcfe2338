package cpe_test

import (
	"fmt"

	"nakodo/csaf/cpe"
)

func ExampleParse() {
	for _, s := range []string{`cpe:2.3:a:example:pump\:x:2.0:*:*:*:*:*:*:*`, "cpe:/a:example:pump%3ax:2.0"} {
		name, err := cpe.Parse(s)
		fmt.Println(name[cpe.Product].Text, name[cpe.Version].Text, name[cpe.Update].IsAny(), err)
	}
	// Output:
	// pump:x 2.0 true <nil>
	// pump:x 2.0 true <nil>
}
