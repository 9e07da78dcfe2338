package priority

import "slices"

// The outcomes of the matrix.
const (
	Simple   = "simple"   // handled with little effort
	Normal   = "normal"   // handled in the order of receipt
	Priority = "priority" // handled before the order of receipt
)

// The ranges of impact of the matrix.
const (
	Wide   = "wide"
	Medium = "medium"
	Narrow = "narrow"
)

// unknown is the answer of who does not know.
const unknown = "unknown"

// Matrix is the table of the Guideline's appendix 4: the CVSS v3 base score
// against the range of impact, which follows from three questions (see Range).
// The last point does not change the outcome; see MayClose.
var Matrix = Table{
	Key: "matrix", Version: "2019", Words: "priority.matrix",
	Points: []Point{
		{Key: "score", Version: "2019", Values: []string{"low", "medium", "high"}}, // 0-3.9, 4.0-6.9, 7.0-10.0
		{Key: "users", Version: "2019", Values: []string{"many", "some", "few", unknown}, Unknown: unknown},
		{Key: "influence", Version: "2019", Values: []string{"infrastructure", "some", "none", unknown}, Unknown: unknown},
		{Key: "attack", Version: "2019", Values: []string{"seen", "none", unknown}, Unknown: unknown},
		{Key: "passive", Version: "2019", Values: []string{"yes", "no"}},
	},
	Outcome: Point{Key: "priority", Version: "2019", Values: []string{Simple, Normal, Priority}},
	rule:    func(v []string) string { return matrix[rangeOf(v[1], v[2], v[3])][v[0]] },
}

// matrix is range, score, outcome.
var matrix = map[string]map[string]string{
	Wide:   {"low": Normal, "medium": Priority, "high": Priority},
	Medium: {"low": Simple, "medium": Normal, "high": Priority},
	Narrow: {"low": Simple, "medium": Simple, "high": Normal},
}

// Range gives the range of impact that follows from the answers to the matrix's
// three questions.
func Range(a Answers) string {
	v := Matrix.filled(a)
	return rangeOf(v[1], v[2], v[3])
}

// rangeOf: public attack code or attacks that were seen make the range wide by
// themselves; so does knowing nothing of the users and of the influence on
// society, and with it the Guideline's "all three unknown". Otherwise the wider
// one of the two counts, as far as it is known. The Guideline leaves the last
// step to judgement; this is ours, and it errs towards the wider range.
func rangeOf(users, influence, attack string) string {
	wider := []string{
		map[string]string{"many": Wide, "some": Medium, "few": Narrow}[users],
		map[string]string{"infrastructure": Wide, "some": Medium, "none": Narrow}[influence],
	}
	switch {
	case attack == "seen" || users == unknown && influence == unknown || slices.Contains(wider, Wide):
		return Wide
	case slices.Contains(wider, Medium):
		return Medium
	}
	return Narrow
}

// MayClose reports whether the Guideline lets the case be closed without
// coordination: a web application, attacked only passively, in the middle of
// both scales (appendix 4, note).
func MayClose(a Answers) bool {
	return a["passive"] == "yes" && a["score"] == "medium" && Range(a) == Medium
}

// ScoreBand gives the matrix's value for a base score of CVSS 3, 0.0 to 10.0.
func ScoreBand(base float64) string {
	switch {
	case base < 4:
		return "low"
	case base < 7:
		return "medium"
	}
	return "high"
}

// Triage is SSVC's table for a coordinator that has received a report: decline,
// track or coordinate.
var Triage = Table{
	Key: "DT_COORD_TRIAGE", Version: "1.0.0", Words: "priority.triage",
	Points: []Point{
		{Key: "RP", Version: "1.0.0", Values: []string{"Y", "N"}},
		{Key: "SCON", Version: "1.0.0", Values: []string{"N", "Y"}},
		{Key: "RC", Version: "1.0.0", Values: []string{"NC", "C"}},
		{Key: "SC", Version: "1.0.0", Values: []string{"O", "M"}},
		{Key: "SE", Version: "1.0.0", Values: []string{"A", "U"}},
		{Key: "U", Version: "1.0.1", Values: []string{"L", "E", "S"}},
		{Key: "PSI", Version: "2.0.1", Values: []string{"M", "S"}},
	},
	Outcome: Point{Key: "COORDINATE", Version: "1.0.1", Values: []string{"D", "T", "C"}},
	rows:    triageRows,
}

// triageRows is the outcome of every combination, the last point changing
// fastest: a line holds SE x U x PSI for the RP, SCON, RC and SC beside it.
const triageRows = "" +
	"DDDDDDDDDDDD" + // Y N NC O
	"DDDDDCDDDDDC" + // Y N NC M
	"DDDDDDDDDDDD" + // Y N C  O
	"DDDDDCDDDDDC" + // Y N C  M
	"DDDDDDDDDDDD" + // Y Y NC O
	"DDDDDCDDDDDC" + // Y Y NC M
	"DDDDDDDDDDDD" + // Y Y C  O
	"DDDDDCDDDDDC" + // Y Y C  M
	"DDDDDDDDDDDD" + // N N NC O
	"DDDDDCDDDDDC" + // N N NC M
	"DDDDDDDDDDDD" + // N N C  O
	"DDDDDCDDDDDC" + // N N C  M
	"DDDTDTDDDTDT" + // N Y NC O
	"DTDTTCDTDTTC" + // N Y NC M
	"DDDTDTTCCCCC" + // N Y C  O
	"DTDTCCCCCCCC" //   N Y C  M

// Publication is SSVC's table for a coordinator that asks itself whether to
// publish about a vulnerability.
var Publication = Table{
	Key: "DT_COORD_PUBLISH", Version: "1.0.0", Words: "priority.publication",
	Points: []Point{
		{Key: "SINV", Version: "1.0.0", Values: []string{"FR", "C", "UU"}},
		{Key: "E", Version: "1.1.0", Values: []string{"N", "P", "A"}},
		{Key: "PVA", Version: "1.0.0", Values: []string{"L", "A", "P"}},
	},
	Outcome: Point{Key: "PUBLISH", Version: "1.0.0", Values: []string{"N", "P"}},
	rows:    publicationRows,
}

// publicationRows is the outcome of every combination, the last point changing
// fastest: a line holds E x PVA for the SINV beside it.
const publicationRows = "" +
	"NNPNNPNPP" + // FR
	"NNPNNPNPP" + // C
	"NNPNPPPPP" //   UU
