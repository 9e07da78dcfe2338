package csaf

import "nakodo/csaf/spdx"

// licences are the identifiers of the licence expression; err is set where
// there is an expression that is none.
func (c *checker) licences() (n Node, ids []spdx.ID, err error) {
	n = c.document.Get("license_expression")
	if n.Is(String) {
		ids, err = spdx.Parse(n.Text())
	}
	return n, ids, err
}

func licenceExpression(c *checker) {
	n, ids, err := c.licences()
	if err != nil {
		c.fail(n, "the licence expression %q %v; write an SPDX identifier such as CC-BY-4.0, or LicenseRef- and a name", n.Text(), err)
	}
	for _, id := range ids {
		if id.Document != "" {
			c.fail(n, "the licence %q is in another document (%q), which CSAF does not allow; use a LicenseRef and put the text into a note", id.Text, id.Document)
		}
	}
}

// licenceText wants the text of a licence that readers cannot look up.
func licenceText(c *checker) {
	if c.inEnglish() && c.ownLicence() {
		c.oneNote("License", "legal_disclaimer")
	}
}

// ownLicence reports whether the licence expression names a licence or an
// exception that is in no list.
func (c *checker) ownLicence() bool {
	_, ids, _ := c.licences()
	for _, id := range ids {
		if s := spdx.Lookup(id); s == spdx.Unknown || s == spdx.Unlisted {
			return true
		}
	}
	return false
}
