// Package severity reads CVSS vectors and rates their scores: 2.0 for old
// documents, 3.0, 3.1 and 4.0. The arithmetic is csaf/cvss's; here is what a
// case and an advisory keep of it.
package severity

import (
	"fmt"
	"strings"

	"nakodo/csaf/cvss"
)

// Score is a vector with what follows from it.
type Score struct {
	Version string  `json:"version"` // "2.0", "3.0", "3.1" or "4.0"
	Vector  string  `json:"vector"`
	Base    float64 `json:"base"`  // 0.0 to 10.0; for 4.0 the score of the vector given
	Level   Level   `json:"level"` // qualitative rating
}

// Level is the qualitative rating of a score (CVSS 3.1, section 5; 4.0, section 6).
type Level string

// The levels.
const (
	None     Level = "NONE"
	Low      Level = "LOW"
	Medium   Level = "MEDIUM"
	High     Level = "HIGH"
	Critical Level = "CRITICAL"
)

// Rate gives the level of a score of CVSS 3 or 4.
func Rate(score float64) Level { return Level(cvss.Severity(score)) }

// Parse reads a vector of any version.
func Parse(vector string) (Score, error) {
	vector = strings.TrimSpace(vector)
	v, err := cvss.Parse(vector)
	if err != nil {
		return Score{}, fmt.Errorf("the CVSS vector %q %w", vector, err)
	}
	base := v.Scores().Base
	level := Rate(base)
	if v.Version() == cvss.V20 && level == Critical { // CVSS 2.0 (NVD) knows no "critical"
		level = High
	}
	return Score{Version: string(v.Version()), Vector: vector, Base: base, Level: level}, nil
}
