package csaf

// mandatory21 are the mandatory tests that CSAF 2.1 added.
var mandatory21 = []check{}
