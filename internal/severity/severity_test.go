package severity_test

import (
	"testing"

	"nakodo/internal/severity"
)

// The scores are FIRST's own: CVSS 3.1 and 4.0 examples, CVSS 2.0 guide.
func TestParse(t *testing.T) {
	for _, tt := range []struct {
		vector, version string
		base            float64
		level           severity.Level
	}{
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "3.1", 9.8, severity.Critical},
		{"CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "3.0", 6.1, severity.Medium},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "4.0", 10, severity.Critical},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", "4.0", 0, severity.None},
		{"AV:N/AC:L/Au:N/C:C/I:C/A:C", "2.0", 10, severity.High},
		{" CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H ", "3.1", 9.8, severity.Critical},
	} {
		s, err := severity.Parse(tt.vector)
		if err != nil || s.Version != tt.version || s.Base != tt.base || s.Level != tt.level {
			t.Errorf("%s: %+v, %v", tt.vector, s, err)
		}
	}
	for _, bad := range []string{"", "CVSS:3.1/AV:N", "CVSS:9.0/AV:N", "high", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"} {
		if s, err := severity.Parse(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, s)
		}
	}
}
