package csaf

// recommended21 are the recommended tests that CSAF 2.1 added.
var recommended21 = []check{}
