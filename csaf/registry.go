package csaf

// tables are all tests that this package knows, one table per file group.
// Within a version of the standard each id appears once.
func tables() [][]check {
	return [][]check{
		productChecks,
		mandatory21, recommended21, informative21,
	}
}

// Tables of the tests that exist in 2.1 alone, or have another rule there.
var (
	mandatory21   = []check{}
	recommended21 = []check{}
	informative21 = []check{}
)
