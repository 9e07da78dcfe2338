package vers_test

import (
	"fmt"

	"nakodo/csaf/vers"
)

func ExampleParse() {
	r, err := vers.Parse("vers:npm/1.2.3|>=2.0.0|<5.0.0")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Check(), r.Contains("1.2.3"), r.Contains("4.9.9"), r.Contains("5.0.0"))

	r, _ = vers.Parse("vers:npm/>=5.0.0|<2.0.0")
	fmt.Println(r.Check())
	// Output:
	// <nil> true true false
	// is not sorted by version: "5.0.0" stands before "2.0.0"
}

func ExampleRange_Overlaps() {
	a, _ := vers.Parse("vers:deb/<7.88.1-10+deb12u12")
	b, _ := vers.Parse("vers:deb/>=7.88.1-10+deb12u5")
	overlap, comparable := a.Overlaps(b)
	fmt.Println(overlap, comparable)
	// Output: true true
}

func ExampleCompare() {
	for _, typ := range []string{"semver", "deb", "pypi"} {
		order, _ := vers.Compare(typ, "1.0.0-rc.1", "1.0.0")
		fmt.Println(typ, order)
	}
	// Output:
	// semver -1
	// deb 1
	// pypi -1
}
