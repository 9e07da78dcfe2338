package cvd

import (
	"time"

	"nakodo/internal/party"
)

// The joint rules couple the four machines of a case. They run after every
// verb, in this order, until the case obeys all of them.
//
// Vultron's text contradicts itself in five places (reference: formal protocol
// against process models). Decided here, once:
//
//  1. The sender table allows "invalid" from Valid as well as Received; the RM
//     machine has no such edge. We follow the machine: a participant that
//     changes its mind about a valid report defers it.
//  2. The CS grammar prints X from VFdPxA as VFDPXA. One event raises one bit:
//     it leads to VFdPXA.
//  3. The receiver's table lets attacks (CA) make the case public; the CS text
//     says they do not. Attacks raise A alone.
//  4. The EM chapter says an embargo SHOULD end on attacks, the formal table
//     ends it always. We end it always: an embargo that protects nobody but the
//     attackers is the worse mistake, and the case can still stay discreet.
//  5. "Propose" while Proposed is a counter-offer to its sender and a no-op to
//     its receiver. There is one case here, not two copies: it is a counter-offer.
func (m *move) joint() error {
	if err := m.leak(); err != nil {
		return err
	}
	if err := m.endEmbargo(); err != nil {
		return err
	}
	if err := m.papers(); err != nil {
		return err
	}
	if err := m.awareness(); err != nil {
		return err
	}
	return m.closeRing()
}

// leak: a public exploit makes the vulnerability public in the same step
// (CS rule iii; a public exploit on a non-public case raises X and P).
func (m *move) leak() error {
	if m.c.Exploit.IsZero() || !m.c.Public.IsZero() {
		return nil
	}
	return m.raiseShared(CSPublic)
}

// endEmbargo: no embargo is open or active once public, exploited or attacked
// (norms 3 and 4). Proposed is rejected, active and revise are terminated; then
// every consent is reset, because there is nothing left to keep quiet.
func (m *move) endEmbargo() error {
	c := m.c
	if c.Public.IsZero() && c.Exploit.IsZero() && c.Attacks.IsZero() {
		return nil
	}
	switch c.Embargo.State {
	case EMProposed:
		if err := m.em(EMReject, party.Clock); err != nil {
			return err
		}
		c.Embargo.Open, c.Embargo.Term = nil, 0
		return m.resetConsents()
	case EMActive, EMRevise:
		cause := EndPublic
		switch {
		case !c.Exploit.IsZero():
			cause = EndExploit
		case c.Public.IsZero():
			cause = EndAttacks
		}
		return m.terminate(cause)
	}
	return nil
}

// terminate ends an active embargo and resets every consent.
func (m *move) terminate(cause EndCause) error {
	if err := m.em(EMTerminate, party.Clock); err != nil {
		return err
	}
	e := &m.c.Embargo
	e.Ended, e.Cause, e.Open = m.now, cause, nil
	return m.resetConsents()
}

func (m *move) resetConsents() error {
	for i := range m.c.Parties {
		if err := m.pec(&m.c.Parties[i], PECReset, party.Clock); err != nil {
			return err
		}
	}
	return nil
}

// papers: whoever waited for an agreement only, reads as soon as there is one, an
// officer's override, or the matter is public.
func (m *move) papers() error {
	for i := range m.c.Parties {
		p := &m.c.Parties[i]
		if !p.Waits || !p.Left.IsZero() || !m.c.Papers(p) || !m.c.consented(p) {
			continue
		}
		if err := m.deliver(p); err != nil {
			return err
		}
	}
	return nil
}

// awareness: a vendor that the content is open to is aware (RS: v -> V), and what
// the public knows every vendor knows (CS rule ii).
func (m *move) awareness() error {
	for i := range m.c.Parties {
		p := &m.c.Parties[i]
		if p.Role != party.Vendor || !p.Aware.IsZero() {
			continue
		}
		if p.Sent.IsZero() && m.c.Public.IsZero() {
			continue
		}
		if err := m.cs(p, CSAware, party.Clock); err != nil {
			return err
		}
	}
	return nil
}

// raiseShared raises P, X or A, which every vendor of the case shares. Vendors
// need not be asked one by one: the joint rules keep them aware of whatever is
// public, and beyond that no rule of the table ties a shared bit to a vendor's.
func (m *move) raiseShared(do CSVerb) error {
	from := m.shared()
	to, err := CaseState.Step(from, do, party.Clock)
	if err != nil {
		return err
	}
	switch do {
	case CSPublic:
		m.c.Public = m.now
	case CSExploit:
		m.c.Exploit = m.now
	case CSAttacks:
		m.c.Attacks = m.now
	}
	m.note(CaseState.Name, "", string(do), string(from), string(to))
	return nil
}

// shared is the case state without any one vendor's bits: that of an aware
// party which owes no fix, the centre.
func (m *move) shared() CS {
	return m.c.State(&Participant{Aware: time.Unix(1, 0)})
}
