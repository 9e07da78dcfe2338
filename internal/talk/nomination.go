package talk

import (
	"time"

	"nakodo/internal/party"
)

// NominationKind is whom a party of a case nominates.
type NominationKind string

// The kinds.
const (
	Colleague     NominationKind = "colleague" // a further contact of its own organisation
	FurtherVendor NominationKind = "vendor"    // an organisation that the case may concern too
)

// NominationState is what became of a nomination. It is all that the party
// learns: not whether the vendor was in the case already, nor whether it came.
type NominationState string

// The states.
const (
	NominationOpen    NominationState = "open"    // an officer decides
	NominationTaken   NominationState = "taken"   // taken up
	NominationRefused NominationState = "refused" // not taken up
)

// Nomination is somebody whom a party of a case would like to have in it.
type Nomination struct {
	ID      string          `json:"id"`
	Case    string          `json:"case"` // cvd.CaseID
	By      party.Actor     `json:"by"`
	Kind    NominationKind  `json:"kind"`
	Name    string          `json:"name"`           // of the person, or of the organisation
	Mail    string          `json:"mail,omitempty"` // a colleague's; a vendor's where it is known
	Reason  string          `json:"reason,omitempty"`
	At      time.Time       `json:"at"`
	State   NominationState `json:"state"`
	Decided time.Time       `json:"decided,omitzero"`
	Decider party.PersonID  `json:"decider,omitempty"`
	Version int64           `json:"version"`
}
