package csaf

// informative21 are the informative tests that CSAF 2.1 added.
var informative21 = []check{}
