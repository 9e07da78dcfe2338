package desk

import (
	"time"

	"nakodo/internal/cvd"
)

// ring: what early provision waits for. Several operators are one task: a list
// that names a hundred of them hides everything else.
func (n *nextList) ring(c cvd.Case, with func(string, time.Time) Task) {
	if c.Ring.In(cvd.RingProposed) {
		n.add(with(ringWaits(c.RingLacks()), c.Ring.Proposed.Add(cvd.PolicyNamed(c.Policy).Answer)))
	}
	if c.Ring == nil {
		return
	}
	for what, waits := range map[string]func(cvd.DutyState) bool{
		"ring_duties":  func(s cvd.DutyState) bool { return s == cvd.DutyAsked && c.Ring.In(cvd.RingOpen) },
		"ring_answers": func(s cvd.DutyState) bool { return s == cvd.DutyAccepted },
		"ring_destroy": func(s cvd.DutyState) bool { return s == cvd.DutyRecalled },
	} {
		var t Task
		for _, x := range c.Ring.Recipients {
			due := x.AnswerDue()
			if due.IsZero() || !waits(x.State) {
				continue
			}
			if t.Count++; t.Count == 1 || due.Before(t.Due) {
				k := t.Count
				t = with(what, due)
				t.Count = k
			}
		}
		if t.Count > 0 {
			n.add(t)
		}
	}
}

// ringWaits names what a proposed ring waits for first.
func ringWaits(lacks []cvd.RingLack) string {
	waits := "ring_open"
	for _, l := range lacks {
		switch l.Key {
		case "fault.ring.refused":
			return "ring_refused"
		case "fault.ring.consent":
			waits = "ring_consent"
		default:
			if waits == "ring_open" {
				waits = "ring_lacks"
			}
		}
	}
	return waits
}
