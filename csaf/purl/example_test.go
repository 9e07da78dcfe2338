package purl_test

import (
	"fmt"

	"nakodo/csaf/purl"
)

func ExampleParse() {
	p, err := purl.Parse("pkg:deb/debian/curl@7.88.1-10?distro=bookworm&arch=amd64")
	fmt.Println(p.Namespace, p.Name, p.Version, p.Qualifier("arch"), err)
	fmt.Println(p)

	_, err = purl.Parse("pkg:maven/@1.3.4")
	fmt.Println(err)
	// Output:
	// debian curl 7.88.1-10 amd64 <nil>
	// pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=bookworm
	// has no name
}
