// Command refresh rebuilds the data files that the small packages under csaf
// embed: language subtags, licence identifiers, the CWE catalogue and the SSVC
// decision points. Each package names it in a go:generate line; run
//
//	go generate ./csaf/...
//
// with a network connection, read the difference, run the tests, and commit.
//
// The sources are public and their terms allow this use; the first line of
// every written file names its source, version and terms:
//
//	languages  IANA Language Subtag Registry, through the npm package
//	           language-subtag-registry (CC0-1.0)
//	licences   SPDX License List, through the npm packages spdx-license-ids
//	           (CC0-1.0) and spdx-exceptions (CC-BY-3.0)
//	scancode   AboutCode ScanCode LicenseDB index.json (CC-BY-4.0)
//	cwe        MITRE CWE lists (CWE terms of use), through the npm package
//	           @secvisogram/csaf-validator-lib (MIT), or straight from MITRE's
//	           XML with -file
//	ssvc       SSVC decision points, from a clone of github.com/CERTCC/SSVC
//	           (MIT (SEI) style licence) named with -file
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", ".", "folder to write to")
	file := flag.String("file", "", "read this downloaded file instead of the network (scancode: index.json, cwe: cwec_vN.xml, ssvc: a git clone)")
	flag.Parse()
	jobs := map[string]func(out, file string) error{
		"languages": languages,
		"licences":  licences,
		"scancode":  scancode,
		"cwe":       weaknesses,
		"ssvc":      decisionPoints,
	}
	job, known := jobs[flag.Arg(0)]
	if !known {
		fmt.Fprintln(os.Stderr, "usage: refresh [-out folder] [-file download] languages|licences|scancode|cwe|ssvc")
		os.Exit(2)
	}
	if err := job(*out, *file); err != nil {
		fmt.Fprintf(os.Stderr, "refresh %s: %v\n", flag.Arg(0), err)
		os.Exit(1)
	}
}
