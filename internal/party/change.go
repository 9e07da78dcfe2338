package party

import (
	"slices"
	"time"

	"nakodo/internal/fault"
)

// ChangeState is where a change of the registry stands.
type ChangeState string

// The states of a change.
const (
	ChangeWaiting   ChangeState = "waiting"   // an officer must say yes or no
	ChangeMade      ChangeState = "made"      // it has taken effect
	ChangeRefused   ChangeState = "refused"   // an officer said no, and why
	ChangeWithdrawn ChangeState = "withdrawn" // whoever asked took it back, or asked for something else instead
)

// Change is a change of the registry that somebody asked for and that has no
// effect yet. It is of an organisation's own fields or of one contact. It keeps
// both sides of the difference, so that what else changes meanwhile stays.
type Change struct {
	ID      string      `json:"id"`
	Org     OrgID       `json:"org"`
	Contact PersonID    `json:"contact,omitempty"` // empty: the organisation's own fields
	By      Actor       `json:"by"`
	At      time.Time   `json:"at"`
	State   ChangeState `json:"state"`

	OrgFrom     *Organisation `json:"org_from,omitempty"`
	OrgTo       *Organisation `json:"org_to,omitempty"`
	ContactFrom *Contact      `json:"contact_from,omitempty"` // nil: the contact is new
	ContactTo   *Contact      `json:"contact_to,omitempty"`   // nil: the contact is to be taken out

	Agreed  []Agreed  `json:"agreed,omitempty"` // officers who said yes, whoever of them asked among them
	Reason  string    `json:"reason,omitempty"` // of a refusal
	Ended   time.Time `json:"ended,omitzero"`
	EndedBy PersonID  `json:"ended_by,omitempty"`
	Version int64     `json:"version"`
}

// Agreed is an officer's yes.
type Agreed struct {
	By PersonID  `json:"by"`
	At time.Time `json:"at"`
}

// Guarded reports whether the change takes away or replaces an address or a
// key that letters go by. Whoever could do that alone could read what is meant
// for the vendor.
func (c Change) Guarded() bool {
	return c.ContactFrom != nil && (c.ContactTo == nil || c.ContactFrom.Diverts(*c.ContactTo))
}

// Needs is how many officers must say yes.
func (c Change) Needs() int {
	if c.Guarded() {
		return 2
	}
	return 1
}

// Missing is how many officers have yet to say yes.
func (c Change) Missing() int { return max(0, c.Needs()-len(c.Agreed)) }

// AgreedBy reports whether an officer has said yes already.
func (c Change) AgreedBy(p PersonID) bool {
	return slices.ContainsFunc(c.Agreed, func(a Agreed) bool { return a.By == p })
}

// Differences lists what would change.
func (c Change) Differences() []FieldChange {
	switch {
	case c.OrgFrom != nil && c.OrgTo != nil:
		return c.OrgFrom.Differences(*c.OrgTo)
	case c.ContactTo == nil && c.ContactFrom != nil:
		return c.ContactFrom.Differences(Contact{})
	case c.ContactTo != nil && c.ContactFrom == nil:
		return Contact{}.Differences(*c.ContactTo)
	case c.ContactTo != nil:
		return c.ContactFrom.Differences(*c.ContactTo)
	}
	return nil
}

// Agree adds an officer's yes. The same officer cannot say it twice, nor after
// asking for the change.
func (c Change) Agree(by PersonID, now time.Time) (Change, error) {
	if err := c.waits(); err != nil {
		return c, err
	}
	if c.AgreedBy(by) {
		return c, fault.New(fault.NotAllowed, "fault.change.second_officer")
	}
	c.Agreed = append(slices.Clip(c.Agreed), Agreed{by, now})
	if c.Missing() == 0 {
		c.State, c.Ended, c.EndedBy = ChangeMade, now, by
	}
	return c, nil
}

// Refuse ends the change with an officer's reason, which whoever asked reads.
func (c Change) Refuse(by PersonID, reason string, now time.Time) (Change, error) {
	if err := c.waits(); err != nil {
		return c, err
	}
	var k fault.Check
	k.Need(reason != "", "reason", "fault.change.reason")
	if err := k.Err(); err != nil {
		return c, err
	}
	c.State, c.Reason, c.Ended, c.EndedBy = ChangeRefused, reason, now, by
	return c, nil
}

// Withdraw takes the change back.
func (c Change) Withdraw(by PersonID, now time.Time) (Change, error) {
	if err := c.waits(); err != nil {
		return c, err
	}
	c.State, c.Ended, c.EndedBy = ChangeWithdrawn, now, by
	return c, nil
}

func (c Change) waits() error {
	if c.State != ChangeWaiting {
		return fault.New(fault.NotNow, "fault.change.over")
	}
	return nil
}
