package csaf

import (
	"strings"
	"time"
)

// recommended21 are the recommended tests that CSAF 2.1 added.
var recommended21 = []check{
	{"6.2.21", v21, sameRevisionDates, 0},
	{"6.2.22", v21, trackingIDInTitle, 0},
	{"6.2.23", v21, deprecatedCWE, 0},
	{"6.2.24", v21, outdatedCWEVersion, 0},
	{"6.2.25", v21, cweNotForMapping, 0},
	{"6.2.26", v21, cweForReview, 0},
	{"6.2.27", v21, discouragedRemediation, 0},
	{"6.2.28", v21, maxUUIDUsed, 0},
	{"6.2.29", v21, nilUUIDUsed, 0},
	{"6.2.30", v21, sharingGroupOnClear, 0},
	{"6.2.31", v21, hardwareWithoutPath, 0},
	{"6.2.32", v21, sharedHelper, 0},
	{"6.2.33", v21, disclosedSinceRevision, 0},
	{"6.2.34", v21, unknownNamespace, 0},
	{"6.2.35", v21, unregisteredNamespaceOnClear, 0},
	{"6.2.36", v21, extendedNamespaceOnClear, 0},
	{"6.2.37", v21, namespaceWithoutResource, 0},
	{"6.2.38", v21, deprecatedProfile, 0},
	{"6.2.39.1", v21, missingFixedProduct, 0},
	{"6.2.39.2", v21, translatedWithdrawal, 0},
	{"6.2.39.3", v21, translatedSupersession, 0},
	{"6.2.39.4", v21, translatedSuperseding, 0},
	{"6.2.39.5", v21, extensionAtEnd, 0},
	{"6.2.40", v21, unboundDescription, 0},
	{"6.2.41", v21, oldEPSS, 0},
	{"6.2.42", v21, helperAgainstBranches, 0},
	{"6.2.43", v21, missingLicence, 0},
	{"6.2.44", v21, deprecatedLicence, 0},
	{"6.2.45", v21, unknownLicence, 0},
	{"6.2.46", v21, translatedLicence, 0},
	{"6.2.47", v21, ownQualitativeRating, 0},
	{"6.2.48", v21, openSourceVendor, 0},
	{"6.2.49", v21, upperOpenRange, 0},
	{"6.2.50.1", v21, contradictingVERS, 0},
	{"6.2.50.2", v21, contradictingVLS, 0},
	{"6.2.50.3", v21, contradictingVersion, 0},
	{"6.2.51", v21, unknownVersType, 0},
	{"6.2.52", v21, unknownHash, 0},
	{"6.2.53", v21, unmatchedID, 0},
	{"6.2.54.1", v21, unregisteredExtension, 0},
	{"6.2.54.2", v21, unofficialExtension, 0},
	{"6.2.54.3", v21, criticalExtension, 0},
	{"6.2.54.4", v21, experimentalOnClear, 0},
}

func sameRevisionDates(c *checker) {
	for i := 1; i < len(c.sorted); i++ {
		r, before := c.sorted[i], c.sorted[i-1]
		if !r.date.IsZero() && r.date.Equal(before.date) {
			c.fail(r.node.Get("date"), "the revisions %q and %q have the same date %s; correct one", before.number, r.number, r.raw)
		}
	}
}

func trackingIDInTitle(c *checker) {
	title, id := c.document.Get("title"), c.tracking.Str("id")
	if id != "" && strings.Contains(title.Text(), id) {
		c.fail(title, "the title contains the tracking id %q, which stands in its own place; remove it from the title", id)
	}
}

func maxUUIDUsed(c *checker) { c.sharingGroupIs(maxUUID, "everybody") }
func nilUUIDUsed(c *checker) { c.sharingGroupIs(nilUUID, "nobody") }

func (c *checker) sharingGroupIs(uuid, who string) {
	if id := c.sharingGroup().Get("id"); id.Text() == uuid {
		c.fail(id, "the sharing group %s is %s; remove sharing_group", uuid, who)
	}
}

func sharingGroupOnClear(c *checker) {
	if g := c.sharingGroup(); g.Exists() && c.public() {
		c.fail(g, "the document is TLP:CLEAR, for everybody, and names a sharing group; remove sharing_group, or correct the label")
	}
}

// disclosedSinceRevision depends on the time: a document that names a coming
// disclosure is fine until that day has passed.
func disclosedSinceRevision(c *checker) {
	if len(c.sorted) == 0 {
		return
	}
	last := c.sorted[len(c.sorted)-1]
	if last.date.IsZero() {
		return
	}
	for i := range c.vulns {
		at := c.vulns[i].node.Get("disclosure_date")
		if t, ok := parseTime(at.Text()); ok && t.After(last.date) && !t.After(c.today()) {
			c.fail(at, "the vulnerability was disclosed at %s, after the newest revision of %s; revise the document", at.Text(), last.raw)
		}
	}
}

func deprecatedProfile(c *checker) {
	if strings.HasPrefix(c.category, "csaf_deprecated_") {
		c.fail(c.document.Get("category"), "the profile %q is deprecated; complete the document so that it satisfies a current profile", c.category)
	}
}

const epssMaxAge = 15 * 24 * time.Hour

// oldEPSS compares the youngest EPSS assessment of each vulnerability with the
// newest revision of a published document.
func oldEPSS(c *checker) {
	if !released(c) || len(c.sorted) == 0 {
		return
	}
	last := c.sorted[len(c.sorted)-1]
	for i := range c.vulns {
		var youngest time.Time
		var at Node
		for _, s := range c.vulns[i].scores {
			n := s.content.Path("epss", "timestamp")
			if t, ok := parseTime(n.Text()); ok && t.After(youngest) {
				youngest, at = t, n
			}
		}
		if at.Exists() && last.date.Sub(youngest) > epssMaxAge {
			c.fail(at, "the newest EPSS assessment, of %s, is more than 15 days older than the newest revision of %s; update it", at.Text(), last.raw)
		}
	}
}

// ownQualitativeRating looks at the metrics of the issuing party: those without
// source, and those whose source is the document itself.
func ownQualitativeRating(c *checker) {
	for i := range c.vulns {
		for _, s := range c.vulns[i].scores {
			rating := s.content.Get("qualitative_severity_rating")
			if !rating.Exists() {
				continue
			}
			if source := s.node.Get("source"); !source.Exists() || c.isCanonicalURL(source.Text()) {
				c.fail(s.node, "the issuing party rates the severity as %q without saying how; give a CVSS vector or an SSVC assessment", rating.Text())
			}
		}
	}
}

// isCanonicalURL reports whether a URL is that of this document: a reference of
// category self whose URL ends in the file name.
func (c *checker) isCanonicalURL(url string) bool {
	if url == "" {
		return false
	}
	name := FileName(c.tracking.Str("id"))
	for r := range c.document.Get("references").Items() {
		if r.Str("category") == ReferenceSelf && r.Str("url") == url && strings.HasPrefix(url, "https://") && strings.HasSuffix(url, name) {
			return true
		}
	}
	return false
}

func discouragedRemediation(c *checker) {
	c.eachClash(remedy.discouragedFor, func(n Node, product int, clash status) {
		c.fail(n, "%s is unusual for product %q, which is listed in %s; check the status, or remove the product from the remediation",
			n.Str("category"), c.nameOf(product), clash.firstName())
	})
}

// discouragedFor gives the statuses that a product with this remediation
// should not have (second table of section 3.2.4.14.1 of CSAF 2.1).
func (r remedy) discouragedFor() status {
	switch r {
	case workaround, mitigation, vendorFix:
		return underInvestigation | unknownStatus
	case optionalPatch:
		return anyFixed
	case fixPlanned:
		return knownNotAffected | underInvestigation | unknownStatus
	case noFixPlanned:
		return knownNotAffected
	}
	return 0
}
