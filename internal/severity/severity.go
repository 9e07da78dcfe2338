// Package severity reads CVSS vectors and gives their scores: 2.0 for old
// documents, 3.0, 3.1 and 4.0. The formulas are those of a well-kept library;
// this package only chooses among them by the vector's prefix.
package severity

import (
	"fmt"
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"
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
func Rate(score float64) Level {
	switch {
	case score <= 0:
		return None
	case score < 4:
		return Low
	case score < 7:
		return Medium
	case score < 9:
		return High
	}
	return Critical
}

// Parse reads a vector of any version.
func Parse(vector string) (Score, error) {
	vector = strings.TrimSpace(vector)
	var base float64
	var version string
	switch {
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		c, err := gocvss40.ParseVector(vector)
		if err != nil {
			return Score{}, fmt.Errorf("CVSS 4.0 vector: %w", err)
		}
		version, base = "4.0", c.Score()
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		c, err := gocvss31.ParseVector(vector)
		if err != nil {
			return Score{}, fmt.Errorf("CVSS 3.1 vector: %w", err)
		}
		version, base = "3.1", c.BaseScore()
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		c, err := gocvss30.ParseVector(vector)
		if err != nil {
			return Score{}, fmt.Errorf("CVSS 3.0 vector: %w", err)
		}
		version, base = "3.0", c.BaseScore()
	default:
		c, err := gocvss20.ParseVector(vector)
		if err != nil {
			return Score{}, fmt.Errorf("CVSS vector %q: not of version 2.0, 3.0, 3.1 or 4.0", vector)
		}
		version, base = "2.0", c.BaseScore()
	}
	level := Rate(base)
	if version == "2.0" && level == Critical { // CVSS 2.0 (NVD) knows no "critical"
		level = High
	}
	return Score{Version: version, Vector: vector, Base: base, Level: level}, nil
}
