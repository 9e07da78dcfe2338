package cvd

import (
	"slices"
	"time"

	"nakodo/internal/party"
)

// DutyID names a duty of a coordinator.
type DutyID string

// DutyMark is how far a duty is fulfilled.
type DutyMark string

// The states of a duty.
const (
	DutyDone      DutyMark = "done"
	DutyOpen      DutyMark = "open"
	DutyNotNeeded DutyMark = "not_needed"
)

// Duty is one thing that an edition asks of the centre in each case.
type Duty struct {
	ID     DutyID
	Clause string
}

// The duties of a CSIRT designated as coordinator (NIS2, Art. 12).
const (
	DutyTrusted   DutyID = "trusted"   // acts as trusted intermediary
	DutyContact   DutyID = "contact"   // identifies and contacts the entities concerned
	DutyAssist    DutyID = "assist"    // assists whoever reports
	DutyTimeline  DutyID = "timeline"  // negotiates disclosure timelines
	DutySeveral   DutyID = "several"   // manages what affects several entities
	DutyAnonymous DutyID = "anonymous" // takes anonymous reports and keeps the anonymity
	DutyFollowUp  DutyID = "follow_up" // follows up with diligence
	DutyStates    DutyID = "states"    // works with the coordinators of other states
	DutyDatabase  DutyID = "database"  // the European vulnerability database
)

var nis2Duties = []Duty{
	{DutyTrusted, "Art. 12(1)"},
	{DutyContact, "Art. 12(1)(a)"},
	{DutyAssist, "Art. 12(1)(b)"},
	{DutyTimeline, "Art. 12(1)(c)"},
	{DutySeveral, "Art. 12(1)(c)"},
	{DutyAnonymous, "Art. 12(1), second subparagraph"},
	{DutyFollowUp, "Art. 12(1), second subparagraph"},
	{DutyStates, "Art. 12(1), second subparagraph"},
	{DutyDatabase, "Art. 12(2)"},
}

// DutyNote is an officer's word on a duty.
type DutyNote struct {
	Duty  DutyID         `json:"duty"`
	State DutyMark       `json:"state"`
	Note  string         `json:"note"`
	At    time.Time      `json:"at"`
	By    party.PersonID `json:"by"`
}

// DutyLine is a duty with what in the case fulfils it. Fact is a catalogue key
// behind "duty.fact.", with N of Of and the moment where there is one; an
// officer's word stands above what the case shows.
type DutyLine struct {
	Duty
	State DutyMark
	Fact  string
	N, Of int
	At    time.Time
	Note  *DutyNote
}

// DutyLines goes through the duties of the case's editions. reports are those of
// the case; overdue says that one of its clocks or theirs has run out.
func (c *Case) DutyLines(reports []Report, overdue bool) []DutyLine {
	var lines []DutyLine
	for _, e := range c.Editions() {
		for _, d := range e.Duties {
			l := c.dutyLine(reports, overdue, d.ID)
			l.Duty = d
			if i := slices.IndexFunc(c.Duties, func(n DutyNote) bool { return n.Duty == d.ID }); i >= 0 {
				n := c.Duties[i]
				l.Note, l.State = &n, n.State
				if l.Fact == "ask_states" || l.Fact == "ask_database" {
					l.Fact = "" // it has been answered
				}
			}
			lines = append(lines, l)
		}
	}
	return lines
}

func (c *Case) dutyLine(reports []Report, overdue bool, id DutyID) DutyLine {
	vendors, contacted, heard, finders := 0, 0, 0, 0
	for i := range c.Parties {
		switch p := &c.Parties[i]; p.Role {
		case party.Vendor:
			vendors++
			if len(p.Attempts) > 0 {
				contacted++
			}
			if !p.Heard.IsZero() {
				heard++
			}
		case party.Finder:
			finders++
		}
	}
	line := func(done bool, fact string, n, of int, at time.Time) DutyLine {
		state := DutyOpen
		if done {
			state = DutyDone
		}
		return DutyLine{State: state, Fact: fact, N: n, Of: of, At: at}
	}
	switch id {
	case DutyTrusted:
		return line(finders > 0 && contacted > 0, "between", finders, vendors, c.Opened)
	case DutyContact:
		return line(vendors > 0 && contacted == vendors, "contacted", contacted, vendors, c.FirstAttempt)
	case DutyAssist:
		n, at := 0, time.Time{}
		for _, r := range reports {
			if !r.Judged.IsZero() {
				n, at = n+1, firstOf(at, r.Judged)
			}
		}
		return line(n > 0 && n == len(reports), "judged", n, len(reports), at)
	case DutyTimeline:
		return line(c.Embargo.Terms > 0, "terms", c.Embargo.Terms, 0, c.Embargo.Since)
	case DutySeveral:
		if vendors == 1 {
			return DutyLine{State: DutyNotNeeded, Fact: "one_entity", N: 1}
		}
		return line(vendors > 1 && heard == vendors, "heard", heard, vendors, time.Time{})
	case DutyAnonymous:
		n := 0
		for _, r := range reports {
			if !r.Consents.ShareIdentity {
				n++
			}
		}
		return line(true, "anonymity", n, len(reports), time.Time{})
	case DutyFollowUp:
		if overdue {
			return line(false, "overdue", 0, 0, time.Time{})
		}
		return line(true, "in_time", 0, 0, time.Time{})
	case DutyStates:
		return line(false, "ask_states", 0, 0, time.Time{})
	}
	return line(false, "ask_database", 0, 0, time.Time{})
}
