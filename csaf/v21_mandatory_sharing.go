package csaf

// Sharing groups with a meaning of their own (section 3.2.2.3.1 of CSAF 2.1).
const (
	maxUUID = "ffffffff-ffff-ffff-ffff-ffffffffffff" // everybody
	nilUUID = "00000000-0000-0000-0000-000000000000" // nobody

	nameOfMax = "Public"
	nameOfNil = "No sharing allowed"
)

func (c *checker) sharingGroup() Node { return c.document.Path("distribution", "sharing_group") }

func maxUUIDNotPublic(c *checker) {
	if c.sharingGroup().Str("id") == maxUUID && !c.public() {
		label := c.document.Path("distribution", "tlp", "label")
		c.fail(orParent(label, c.document.Get("distribution")),
			"the sharing group is everybody (%s), but the label is TLP:%s; name the group meant or remove sharing_group", maxUUID, label.Text())
	}
}

func publicWithoutMaxUUID(c *checker) {
	g := c.sharingGroup()
	id := g.Str("id")
	if !g.Exists() || !c.public() || id == maxUUID || id == nilUUID && c.tracking.Str("status") == "draft" {
		return
	}
	c.fail(orParent(g.Get("id"), g), "a TLP:CLEAR document is for everybody; remove sharing_group, or correct the label if it is for the group %q only", id)
}

func reservedGroupName(c *checker) {
	g := c.sharingGroup()
	id, name := g.Str("id"), g.Str("name")
	if name == nameOfMax && id != maxUUID {
		c.fail(g.Get("name"), "the name %q belongs to the group %s; give this group its own name", name, maxUUID)
	}
	if name == nameOfNil && id != nilUUID {
		c.fail(g.Get("name"), "the name %q belongs to the group %s; give this group its own name", name, nilUUID)
	}
}

func missingGroupName(c *checker) {
	g := c.sharingGroup()
	want := ""
	switch g.Str("id") {
	case maxUUID:
		want = nameOfMax
	case nilUUID:
		want = nameOfNil
	default:
		return
	}
	if name := g.Get("name"); name.Text() != want {
		c.fail(orParent(name, g), "the sharing group %s must have the name %q", g.Str("id"), want)
	}
}
