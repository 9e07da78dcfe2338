package csaf

// tables are all tests that this package knows. Within a version of the
// standard each id appears once.
//
// Where a test lives: the 74 ids that CSAF 2.0 has stand in check_6_1_*.go,
// check_6_2_*.go and check_6_3_*.go, for both versions, also where 2.1 changed
// the rule. The ids that 2.1 added (6.1.27.12 to .19, 6.1.34 and up, 6.2.21
// and up, 6.3.12 and up) stand in v21_mandatory*.go, v21_recommended*.go and
// v21_informative*.go.
func tables() [][]check {
	return [][]check{
		schemaChecks, productChecks, scoreChecks, documentChecks, historyChecks, profileChecks,
		recommendedChecks, informativeChecks,
		mandatory21, recommended21, informative21,
	}
}
