package cvd

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// The verbs by which agreements, and what stands in for one, reach a case.
type (
	// NoteRegistration tells the case what the registry now says of an
	// organisation that takes part. It follows from a change of the registry only.
	NoteRegistration struct {
		Who       ParticipantID `json:"who"`
		Agreement *Agreement    `json:"agreement,omitempty"` // nil: none of the right scope was ever signed
		Alone     bool          `json:"alone,omitempty"`     // individual tier
	}
	// LapseAgreement is the clock: an agreement has come to its end, and what was
	// open under it closes until it is renewed.
	LapseAgreement struct {
		Who ParticipantID `json:"who"`
	}
	// AskOverride is an officer's wish that an organisation reads without an
	// agreement. Nothing opens by it.
	AskOverride struct {
		Who    ParticipantID `json:"who"`
		Reason string        `json:"reason"`
	}
	// DecideOverride is the second officer's yes or no, to one organisation or to
	// all that were asked for with one reason. Any officer may say no, later too:
	// then the content closes again.
	DecideOverride struct {
		Who    []ParticipantID `json:"who"`
		Yes    bool            `json:"yes"`
		Reason string          `json:"reason,omitempty"` // for a no
	}
)

func (NoteRegistration) Verb() string { return "note_registration" }
func (LapseAgreement) Verb() string   { return "lapse_agreement" }
func (AskOverride) Verb() string      { return "ask_override" }
func (DecideOverride) Verb() string   { return "decide_override" }

// decodeInvite reads an invitation. In events of before agreements were checked
// nothing stands about one: the content opened then with or without, and a
// reason was all it took.
func decodeInvite(data json.RawMessage) (Verb, error) {
	v, err := decode[InviteVendor](data)
	if err != nil {
		return nil, err
	}
	var said map[string]json.RawMessage
	if err := json.Unmarshal(data, &said); err != nil {
		return nil, err
	}
	_, checked := said["agreement"]
	v.unchecked = !checked
	return v, nil
}

// invited notes on what ground an organisation is in the case.
func (m *move) invited(p *Participant, v InviteVendor) {
	if v.unchecked {
		p.Unsigned = v.Unsigned
		return
	}
	p.Checked, p.Unsigned, p.Agreement, p.Own = true, "", v.Agreement, slices.Clone(v.Own)
	m.alone(p, v.Alone)
	switch reason := strings.TrimSpace(v.Unsigned); {
	case p.Agreed():
		p.Override = nil
	case reason != "" && p.Override == nil:
		p.Override = &Override{By: m.by.Person, At: m.now, Reason: reason}
	}
}

// alone notes whether a participant may know of others. One that may not is not shown
// to them either.
func (m *move) alone(p *Participant, alone bool) {
	p.Alone = alone && p.Role != party.Operator
	p.Shown = p.Shown && !p.Alone
}

// agreedUntil is when the agreement in force ends; zero where it does not, or none is.
func (p *Participant) agreedUntil() time.Time {
	if !p.Agreed() {
		return time.Time{}
	}
	return p.Agreement.Until
}

// signer is an organisation of the case.
func (m *move) signer(id ParticipantID) (*Participant, error) {
	p, err := m.other(id)
	if err == nil && p.Org == "" {
		err = fault.New(fault.NotNow, "fault.case.needs_no_agreement")
	}
	return p, err
}

func (v NoteRegistration) apply(m *move) error {
	if m.by.Role != party.Clock {
		if err := officerOnly(m.by); err != nil {
			return err
		}
	}
	p, err := m.signer(v.Who)
	if err != nil {
		return err
	}
	p.Agreement = v.Agreement
	m.alone(p, v.Alone)
	if p.Agreed() { // the signature takes the override's place: when it ends, the content closes
		p.Checked, p.Override = true, nil
	}
	return nil
}

func (v LapseAgreement) apply(m *move) error {
	if m.by.Role != party.Clock {
		return fault.New(fault.NotAllowed, "fault.clock_only")
	}
	p, err := m.signer(v.Who)
	if err != nil {
		return err
	}
	until := p.agreedUntil()
	if until.IsZero() || m.now.Before(until) {
		return fault.New(fault.NotNow, "fault.case.agreement_holds")
	}
	over := *p.Agreement
	over.Ended = until
	p.Agreement = &over
	return nil
}

func (v AskOverride) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	p, err := m.signer(v.Who)
	if err != nil {
		return err
	}
	switch {
	case !p.Left.IsZero():
		return fault.New(fault.NotNow, "fault.case.left_already")
	case p.Override != nil:
		return fault.New(fault.NotNow, "fault.case.override_asked")
	case m.c.Papers(p):
		return fault.New(fault.NotNow, "fault.case.needs_no_override")
	}
	reason := strings.TrimSpace(v.Reason)
	var k fault.Check
	k.Need(reason != "", "reason", "fault.case.need_override_reason")
	if err := k.Err(); err != nil {
		return err
	}
	p.Override = &Override{By: m.by.Person, At: m.now, Reason: reason}
	return nil
}

func (v DecideOverride) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if len(v.Who) == 0 {
		return fault.New(fault.NotNow, "fault.case.no_override")
	}
	for _, id := range v.Who {
		p, err := m.signer(id)
		if err == nil {
			err = m.decide(p, v.Yes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decide grants or takes away one override.
func (m *move) decide(p *Participant, yes bool) error {
	switch {
	case p.Override == nil || !p.Left.IsZero():
		return fault.New(fault.NotNow, "fault.case.no_override")
	case !yes:
		p.Override = nil
		return nil
	case p.Overridden():
		return fault.New(fault.NotNow, "fault.case.override_granted")
	case p.Override.By == m.by.Person:
		return fault.New(fault.NotAllowed, "fault.case.second_officer")
	}
	granted := *p.Override
	granted.Granted, granted.Grantor = m.now, m.by.Person
	p.Override = &granted
	return nil
}
