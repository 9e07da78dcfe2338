package csaf

// mandatory21 are the mandatory tests that CSAF 2.1 added.
var mandatory21 = []check{
	{"6.1.27.12", v21, affectedProducts, 0},
	{"6.1.27.13", v21, correspondingAffected, 0},
	{"6.1.27.14", v21, descriptionOfEnd, 0},
	{"6.1.27.15", v21, noProductTree, 0},
	{"6.1.27.16", v21, twoRevisions, 0},
	{"6.1.27.17", v21, reasonForWithdrawal, 0},
	{"6.1.27.18", v21, reasonForSupersession, 0},
	{"6.1.27.19", v21, supersedingDocument, 0},
	{"6.1.34", v21, branchDepth, 0},
	{"6.1.35", v21, contradictingRemediations, 0},
	{"6.1.36", v21, remediationAgainstStatus, 0},
	{"6.1.37", v21, dateAndTime, 0},
	{"6.1.38", v21, maxUUIDNotPublic, 0},
	{"6.1.39", v21, publicWithoutMaxUUID, 0},
	{"6.1.40", v21, reservedGroupName, 0},
	{"6.1.41", v21, missingGroupName, 0},
	{"6.1.42", v21, purlQualifiers, 0},
	{"6.1.43", v21, starsInModelNumber, 0},
	{"6.1.44", v21, starsInSerialNumber, 0},
	{"6.1.45", v21, disclosureAfterHistory, 0},
	{"6.1.46", v21, invalidSSVC, 0},
	{"6.1.47", v21, ssvcTargets, 0},
	{"6.1.48", v21, ssvcDecisionPoints, 0},
	{"6.1.49", v21, ssvcAfterHistory, 0},
	{"6.1.50", v21, rangeRules, 0},
	{"6.1.51", v21, epssAfterHistory, 0},
	{"6.1.52", v21, exploitationAfterHistory, 0},
	{"6.1.53", v21, exploitationAfterReport, 0},
	{"6.1.54", v21, licenceExpression, 0},
	{"6.1.55", v21, licenceText, 0},
	{"6.1.56", v21, cvssAndRating, 0},
	{"6.1.57", v21, stackedCategories, 0},
	{"6.1.58", v21, versionWithRange, 0},
	{"6.1.59", v21, singleVersionRange, 0},
	{"6.1.60.1", v21, extensionContent, 0},
	{"6.1.60.2", v21, extensionAgainstSchema, 0},
	{"6.1.60.3", v21, extensionMetadata, 0},
	{"6.1.61", v21, starsInSKU, 0},
}

func (c *checker) tlp() string { return c.document.Path("distribution", "tlp", "label").Text() }

func (c *checker) public() bool { return c.tlp() == "CLEAR" }
