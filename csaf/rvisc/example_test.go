package rvisc_test

import (
	"fmt"

	"nakodo/csaf/rvisc"
)

func ExampleRegistry_Lookup() {
	_, registered := rvisc.Official().Lookup("https://jvn.jp")
	system, known := rvisc.Official().With(rvisc.Local()...).Lookup("https://jvn.jp")
	fmt.Println(registered, known, system.Matches("JVN#12345678"))
	// Output: false true true
}
