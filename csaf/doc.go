// Package csaf reads, writes, judges and converts documents of the Common
// Security Advisory Framework (CSAF), versions 2.0 and 2.1.
//
// Parse turns a text into a Tree with positions, Validate runs the tests of
// section 6 of the standard on it, and Document is the typed model for
// programs that build or read advisories.
//
// The package stands alone: it needs nothing else of this project, touches no
// file and no network, and keeps no state. Sub-packages hold what is useful on
// its own: version ranges (vers), package URLs (purl), CPE names (cpe),
// language tags (bcp47), licence expressions (spdx), weakness lists (cwe),
// scores (cvss), the registry of ID systems (rvisc), and the catalogue of
// tests with their explanations.
//
// To add or change a test, read the comment at the top of check.go.
package csaf
