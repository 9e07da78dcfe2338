package csaf

import (
	"nakodo/csaf/rvisc"
	"nakodo/csaf/spdx"
)

func unregisteredLicence(c *checker) {
	n, ids, _ := c.licences()
	for _, id := range ids {
		if s := spdx.Lookup(id); s == spdx.Unknown || s == spdx.Unlisted {
			c.fail(n, "the licence %q is neither in the SPDX License List nor in the ScanCode LicenseDB; use a well-known one where you can", id.Text)
		}
	}
}

func unregisteredIDSystem(c *checker) {
	for _, v := range c.vulns {
		for id := range v.node.Get("ids").Items() {
			if n := id.Get("system_name"); n.Is(String) {
				if _, ok := c.idSystem(n.Text()); !ok {
					c.fail(n, "the ID system %q is not registered; use the registered name, or ask the OASIS CSAF TC to register it", n.Text())
				}
			}
		}
	}
}

// idSystem finds a system of vulnerability ids in the official registry and in
// those that the caller accepts besides.
func (c *checker) idSystem(name string) (rvisc.System, bool) {
	if s, ok := rvisc.Official().Lookup(name); ok {
		return s, true
	}
	return c.opt.IDSystems.Lookup(name)
}
