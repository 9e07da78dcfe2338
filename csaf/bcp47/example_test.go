package bcp47_test

import (
	"fmt"

	"nakodo/csaf/bcp47"
)

func ExampleCheck() {
	fmt.Println(bcp47.Check("ja-JP"))
	fmt.Println(bcp47.Check("jp"))
	fmt.Println(bcp47.FirstPrivate("en-XP"))
	// Output:
	// <nil>
	// language subtag "jp" is not in the IANA registry
	// XP true
}
