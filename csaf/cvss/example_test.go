package cvss_test

import (
	"fmt"

	"nakodo/csaf/cvss"
)

func ExampleParse() {
	v, err := cvss.Parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P")
	s := v.Scores()
	fmt.Println(s.Base, cvss.Severity(s.Base), s.Temporal, err)
	fmt.Println(v.Property("attackVector"))
	// Output:
	// 9.8 CRITICAL 9.3 <nil>
	// NETWORK true
}
