package cvd

import (
	"slices"
	"strings"
	"time"

	"nakodo/internal/party"
	"nakodo/internal/priority"
	"nakodo/internal/product"
	"nakodo/internal/severity"
)

// Priority is how urgent an officer holds the case to be: the answers to the
// Guideline's matrix and to SSVC's two tables, with what followed from them
// then. It is replaced as a whole, never altered; the journal keeps the former ones.
type Priority struct {
	Matrix      priority.Judgement `json:"matrix,omitzero"`
	Triage      priority.Judgement `json:"triage,omitzero"`
	Publication priority.Judgement `json:"publication,omitzero"`
	Note        string             `json:"note,omitempty"`
	At          time.Time          `json:"at"`
	By          party.PersonID     `json:"by"`
}

// Word is the catalogue key that says the priority where it stands alone: the matrix's
// outcome, else that of SSVC's triage; "" while nobody has judged the case.
func (p *Priority) Word() string {
	switch {
	case p == nil:
		return ""
	case p.Matrix.Outcome != "":
		return priority.Matrix.Words + ".to." + p.Matrix.Outcome + ".tag"
	case p.Triage.Outcome != "":
		return priority.Triage.Words + ".to." + p.Triage.Outcome + ".tag"
	}
	return "priority.open"
}

// Rank orders a list of cases: priority cases are handled before the order of
// receipt, 0, all others in it, 1 (Guideline, appendix 4).
func (p *Priority) Rank() int {
	if p != nil && p.Matrix.Outcome == priority.Priority {
		return 0
	}
	return 1
}

// Known are the answers that the case itself gives to the three tables.
type Known struct{ Matrix, Triage, Publication priority.Answers }

// Known gives what an officer's view answers already, so that nobody has to
// look it up; what the case does not tell is left out.
func (v View) Known() Known {
	k := Known{Matrix: priority.Answers{}, Triage: priority.Answers{"RC": "C"}, Publication: priority.Answers{"E": "N"}} // a case is opened from accepted reports only
	if s, ok := v.worstScore(); ok {
		k.Matrix["score"] = priority.ScoreBand(s.Base)
	}
	if !v.Exploit.IsZero() {
		k.Matrix["attack"], k.Publication["E"] = "seen", "P"
	}
	if !v.Attacks.IsZero() {
		k.Matrix["attack"], k.Publication["E"] = "seen", "A"
	}
	k.Triage["RP"] = "Y"
	if v.Public.IsZero() {
		k.Triage["RP"], k.Publication["PVA"] = "N", "P"
	}
	if !v.FirstAttempt.IsZero() {
		k.Triage["SCON"] = "Y"
	}
	v.knownOfVendors(k)
	v.knownOfVectors(k)
	return k
}

// knownOfVendors counts the vendors and looks at how they behave. Whose
// products are all not affected has nothing to remedy.
func (v View) knownOfVendors(k Known) {
	var vendors, silent, heard, concerned, ready, working int
	for _, p := range v.Parties {
		if p.Role != party.Vendor {
			continue
		}
		vendors++
		gone := !p.Silent.IsZero() || p.PEC == PECDeclined || !p.Left.IsZero()
		if gone {
			silent++
		}
		if !p.Heard.IsZero() {
			heard++
		}
		if v.unaffected(p.Org) {
			continue
		}
		concerned++
		switch {
		case !p.Ready.IsZero():
			ready++
		case !gone && p.RM == RMAccepted:
			working++
		}
	}
	switch {
	case vendors == 1:
		k.Triage["SC"] = "O"
	case vendors > 1:
		k.Triage["SC"] = "M"
	}
	switch {
	case silent > 0:
		k.Triage["SE"] = "U"
	case vendors > 0 && heard == vendors:
		k.Triage["SE"] = "A"
	}
	switch {
	case concerned > 0 && ready == concerned:
		k.Publication["SINV"] = "FR"
	case concerned > 0 && ready+working == concerned:
		k.Publication["SINV"] = "C"
	case silent > 0:
		k.Publication["SINV"] = "UU"
	}
}

func (v View) unaffected(org party.OrgID) bool {
	own := func(s Status) bool { return s.Org == org }
	return slices.ContainsFunc(v.Statuses, own) &&
		!slices.ContainsFunc(v.Statuses, func(s Status) bool { return own(s) && s.Status != product.NotAffected })
}

// worstScore is the highest base score. The matrix speaks of CVSS 3: other
// versions count only where there is none of it.
func (v View) worstScore() (severity.Score, bool) {
	worst, rank := severity.Score{}, 0
	for _, x := range v.Vulns {
		for _, s := range x.Scores {
			r := map[string]int{"2.0": 1, "4.0": 2, "3.0": 3, "3.1": 3}[s.Version]
			if r > rank || r == rank && s.Base > worst.Base {
				worst, rank = s, r
			}
		}
	}
	return worst, rank > 0
}

// knownOfVectors reads the supplemental metrics of CVSS 4.0 that ask what SSVC
// asks: Automatable and Value Density make the utility, Safety the impact on
// public safety. The worst vulnerability counts.
func (v View) knownOfVectors(k Known) {
	utility, safety := -1, -1
	for _, x := range v.Vulns {
		for _, s := range x.Scores {
			if s.Version != "4.0" {
				continue
			}
			m := map[string]string{}
			for part := range strings.SplitSeq(s.Vector, "/") {
				name, value, _ := strings.Cut(part, ":")
				m[name] = value
			}
			yes := map[string]int{"Y": 1, "C": 1, "N": 0, "D": 0}
			auto, told := yes[m["AU"]]
			dense, both := yes[m["V"]]
			if told && both {
				utility = max(utility, auto+dense)
			}
			if at, told := map[string]int{"N": 0, "P": 1}[m["S"]]; told {
				safety = max(safety, at)
			}
		}
	}
	if utility >= 0 {
		k.Triage["U"] = []string{"L", "E", "S"}[utility]
	}
	if safety >= 0 {
		k.Triage["PSI"] = []string{"M", "S"}[safety]
	}
}
