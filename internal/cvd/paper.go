package cvd

import (
	"time"

	"nakodo/internal/party"
)

// Agreement is what the registry says of the agreement under which an
// organisation reads a case. An embargo is no agreement and an agreement is no
// embargo (norm 1): the content opens where both are in order.
type Agreement struct {
	ID    string      `json:"id"`
	Scope party.Scope `json:"scope"`
	Until time.Time   `json:"until,omitzero"` // zero: until it is ended
	Ended time.Time   `json:"ended,omitzero"` // when it ran out or was ended; zero: in force
}

// Override is the centre's own responsibility for content that opens without an
// agreement: one officer asks, another grants.
type Override struct {
	By      party.PersonID `json:"by"` // who asked
	At      time.Time      `json:"at"`
	Reason  string         `json:"reason"`
	Granted time.Time      `json:"granted,omitzero"` // zero: it waits for a second officer
	Grantor party.PersonID `json:"grantor,omitempty"`
}

// ScopeOf is the scope that an agreement needs for a part in a case.
func ScopeOf(role party.Role) party.Scope {
	if role == party.Operator {
		return party.ScopeProvision
	}
	return party.ScopeReports
}

// Agreed reports whether an agreement of the right scope is in force for a
// participant, as far as the case has been told. The registry tells it of each
// change, and the clock of each end: the case itself has no clock.
func (p *Participant) Agreed() bool {
	a := p.Agreement
	return a != nil && a.ID != "" && a.Ended.IsZero() && a.Scope == ScopeOf(p.Role)
}

// Overridden reports whether a second officer has granted that a participant
// reads without an agreement.
func (p *Participant) Overridden() bool { return p.Override != nil && !p.Override.Granted.IsZero() }

// Bound reports whether a participant is one that reads under an agreement: an
// organisation. The centre and the finders sign none; organisations of before
// agreements were checked keep what they were given.
func (p *Participant) Bound() bool {
	return p.Checked || p.Role == party.Operator
}

// Papers reports whether nothing about agreements stands between a participant
// and the content. What is public needs none.
func (c *Case) Papers(p *Participant) bool {
	if !p.Bound() || p.Agreed() || p.Overridden() {
		return true
	}
	return !c.Public.IsZero() && !c.UnderEmbargo() && c.Embargo.State != EMProposed
}
