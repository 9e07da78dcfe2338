package cvd

import (
	"strings"

	"nakodo/internal/machine"
	"nakodo/internal/party"
)

// CS is a case state as one vendor sees it: six letters, small for "not yet",
// large for "yes": vendor aware, fix ready, fix deployed (the vendor's own),
// public, exploit public, attacks seen (shared by the whole case). 32 of the 64
// spellings are states, because a fix needs an aware vendor and a deployed fix
// a ready one.
type CS string

// CSStart is the state in which nothing has happened.
const CSStart CS = "vfdpxa"

// CSVerb raises one of the six bits; nothing is ever lowered.
type CSVerb string

// The events of the case state.
const (
	CSAware    CSVerb = "V" // the vendor knows
	CSReady    CSVerb = "F" // the vendor's fix is ready
	CSDeployed CSVerb = "D" // the vendor's fix is deployed
	CSPublic   CSVerb = "P" // the vulnerability is public
	CSExploit  CSVerb = "X" // an exploit is public
	CSAttacks  CSVerb = "A" // attacks have been seen
)

// CaseState is machine CS with its 32 states. It is written as rules instead of
// 58 lines because the rules are what the source states (Vultron CS,
// transitions): a test compares the rows with the source's table.
var CaseState = machine.Table[CS, CSVerb, party.Role]{
	Name: "case", Initial: CSStart, Final: []CS{"VFDPXA"}, Rows: caseStateRows(),
}

func caseStateRows() []machine.Row[CS, CSVerb, party.Role] {
	var rows []machine.Row[CS, CSVerb, party.Role]
	for _, vendor := range []string{"vfd", "Vfd", "VFd", "VFD"} {
		for _, shared := range []string{"pxa", "pxA", "pXa", "pXA", "Pxa", "PxA", "PXa", "PXA"} {
			from := CS(vendor + shared)
			for _, do := range []CSVerb{CSAware, CSReady, CSDeployed, CSPublic, CSExploit, CSAttacks} {
				if clause, ok := from.allows(do); ok {
					by := self
					if strings.Contains("PXA", string(do)) {
						by = hubClock
					}
					if do == CSAware {
						by = giver
					}
					rows = append(rows, machine.Row[CS, CSVerb, party.Role]{From: from, Do: do, To: from.raise(do), By: by, Clause: clause})
				}
			}
		}
	}
	return rows
}

// has reports whether the bit is up.
func (s CS) has(do CSVerb) bool { return strings.Contains(string(s), string(do)) }

// raise puts the bit up.
func (s CS) raise(do CSVerb) CS {
	return CS(strings.Replace(string(s), strings.ToLower(string(do)), string(do), 1))
}

// allows applies the source's rules to one step.
func (s CS) allows(do CSVerb) (clause string, ok bool) {
	switch {
	case s.has(do):
		return "", false // each bit rises once
	case s.has(CSExploit) && !s.has(CSPublic):
		// (iii) a public exploit makes the vulnerability public, before anything else
		return "Vultron CS, rule (iii): pX -> PX", do == CSPublic
	case s.has(CSPublic) && !s.has(CSAware):
		// (ii) what the public knows, the vendor knows
		return "Vultron CS, rule (ii): vP -> VP", do == CSAware
	case do == CSReady:
		return "Vultron CS, rule (i): F needs V", s.has(CSAware)
	case do == CSDeployed:
		return "Vultron CS, rule (i): D needs F", s.has(CSReady)
	}
	return "Vultron CS, one bit a step", true
}
