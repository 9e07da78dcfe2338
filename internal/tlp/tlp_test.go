package tlp_test

import (
	"testing"

	"nakodo/internal/tlp"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]tlp.Label{
		"TLP:RED": tlp.Red, "tlp:amber+strict": tlp.AmberStrict, " Amber ": tlp.Amber, "GREEN": tlp.Green, "TLP:CLEAR": tlp.Clear, "TLP:WHITE": tlp.Clear,
	} {
		if got, ok := tlp.Parse(in); !ok || got != want {
			t.Errorf("%q: %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "TLP:", "BLUE", "TLP:AMBER STRICT"} {
		if got, ok := tlp.Parse(in); ok {
			t.Errorf("%q is read as %q", in, got)
		}
	}
}

func TestFIRST_OrderOfAudiences(t *testing.T) {
	all := tlp.Labels()
	for i, a := range all {
		for j, b := range all {
			if a.NoWiderThan(b) != (i <= j) {
				t.Errorf("%s within %s: %v", a, b, a.NoWiderThan(b))
			}
		}
		if unknown := tlp.Label("?"); !unknown.NoWiderThan(a) || a.NoWiderThan(unknown) {
			t.Errorf("an unknown label is not narrower than %s", a)
		}
	}
	if tlp.Narrower(tlp.Green, tlp.Red) != tlp.Red {
		t.Error("the narrower of green and red is not red")
	}
}
