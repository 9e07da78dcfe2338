package cli

// convert turns a CSAF 2.0 document into one of CSAF 2.1.
func convert(args []string, s streams) int {
	return s.unusable("convert is not built yet")
}
