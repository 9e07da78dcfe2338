package cvd

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// The verbs on the clocks, and on what a finder asks of time.
type (
	// PauseClock stops a clock, with the reason.
	PauseClock struct {
		Clock  ClockKind     `json:"clock"`
		Who    ParticipantID `json:"who,omitempty"` // whose, where each party has its own
		Reason PauseReason   `json:"reason"`
		Note   string        `json:"note,omitempty"`
	}
	// ResumeClock lets it run again. What it stood for is added to its end.
	ResumeClock struct {
		Clock ClockKind     `json:"clock"`
		Who   ParticipantID `json:"who,omitempty"`
	}
	// RecordGuideline keeps a finder's own guideline on disclosure and respects it:
	// a shorter term holds at once, a longer one becomes a proposal (norm 6).
	RecordGuideline struct {
		Who  ParticipantID `json:"who"`
		Text string        `json:"text"` // its words, or where it is published
		Days int           `json:"days"` // 0: it names no term
		From TermFrom      `json:"from,omitempty"`
		On   time.Time     `json:"on,omitzero"` // the day that the term counts from, where it is neither of the others
	}
	// AskRelease is a finder who asks, a year after the start, that the request to
	// keep silent be withdrawn (Guideline IV.2.4).
	AskRelease struct {
		Who ParticipantID `json:"who"`
	}
	// AnswerRelease is the centre's answer: it withdraws the request, and gives the
	// vendor's legitimate reasons against speaking, if there are any (IV.3(1)11).
	AnswerRelease struct {
		Reasons string `json:"reasons,omitempty"`
	}
)

func (PauseClock) Verb() string      { return "pause_clock" }
func (ResumeClock) Verb() string     { return "resume_clock" }
func (RecordGuideline) Verb() string { return "record_guideline" }
func (AskRelease) Verb() string      { return "ask_release" }
func (AnswerRelease) Verb() string   { return "answer_release" }

// TermFrom is what a finder's term counts from.
type TermFrom string

// What it may count from.
const (
	FromContact TermFrom = "contact" // the first attempt to contact a vendor
	FromReceipt TermFrom = "receipt" // the day on which the centre received the report
	FromDay     TermFrom = "day"     // a day that the guideline names
)

// TermFroms lists what a finder may choose in the report's form.
func TermFroms() []TermFrom { return []TermFrom{FromContact, FromReceipt} }

// Guideline is a finder's own guideline on disclosure.
type Guideline struct {
	Who   ParticipantID `json:"who"`
	Text  string        `json:"text"`
	Days  int           `json:"days,omitempty"`
	From  TermFrom      `json:"from,omitempty"`
	Start time.Time     `json:"start,omitzero"` // zero: the first attempt, while there was none
	At    time.Time     `json:"at"`             // recorded
}

// End is when the guideline's term ends; zero where it names none or has not begun.
func (g Guideline) End(c *Case) time.Time {
	start := g.Start
	if g.From == FromContact || g.From == "" {
		start = c.FirstAttempt
	}
	if g.Days <= 0 || start.IsZero() {
		return time.Time{}
	}
	return start.Add(time.Duration(g.Days) * day)
}

// Release is a finder's wish to be released from silence, and the answer.
type Release struct {
	Who      ParticipantID `json:"who"`
	Asked    time.Time     `json:"asked"`
	Answered time.Time     `json:"answered,omitzero"`
	Reasons  string        `json:"reasons,omitempty"` // the vendor's legitimate ones, told to the finder
}

// maxNote bounds a reason, in characters.
const maxNote = 4000

// pausable finds the clock that a verb names, running or not; nil where the
// case's editions have none that may be paused.
func (m *move) pausable(k ClockKind, who ParticipantID) *Clock {
	for _, x := range m.c.Clocks(Office{}, m.now) {
		if x.Kind == k && x.Who == who && x.Pause {
			return &x
		}
	}
	return nil
}

func (v PauseClock) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	note := strings.TrimSpace(v.Note)
	var k fault.Check
	k.Need(slices.Contains(PauseReasons(), v.Reason), "reason", "fault.clock.reason")
	k.Need(v.Reason != PauseOther || note != "", "note", "fault.clock.need_note")
	k.Need(utf8.RuneCountInString(note) <= maxNote, "note", "fault.clock.note_long", "max", maxNote)
	if err := k.Err(); err != nil {
		return err
	}
	x := m.pausable(v.Clock, v.Who)
	switch {
	case x == nil:
		return fault.New(fault.NotNow, "fault.clock.fixed")
	case x.State(m.now) != ClockRunning && x.State(m.now) != ClockLate:
		return fault.New(fault.NotNow, "fault.clock.not_running")
	}
	m.c.Pauses = append(m.c.Pauses, Pause{Clock: v.Clock, Who: v.Who, From: m.now, Reason: v.Reason, Note: note, By: m.by.Person})
	return nil
}

func (v ResumeClock) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	for i := range m.c.Pauses {
		if p := &m.c.Pauses[i]; p.Clock == v.Clock && p.Who == v.Who && p.To.IsZero() {
			p.To = m.now
			return nil
		}
	}
	return fault.New(fault.NotNow, "fault.clock.not_paused")
}

func (v RecordGuideline) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(v.Text)
	var k fault.Check
	k.Need(p.Role == party.Finder, "who", "fault.guideline.finders_only")
	k.Need(text != "", "text", "fault.guideline.need_text")
	k.Need(utf8.RuneCountInString(text) <= maxNote, "text", "fault.clock.note_long", "max", maxNote)
	k.Need(v.Days >= 0 && v.Days <= 365, "days", "fault.report.wish_days")
	from := v.From
	if from == "" {
		from = FromContact
	}
	k.Need(slices.Contains([]TermFrom{FromContact, FromReceipt, FromDay}, from), "from", "fault.report.wish_from")
	k.Need(from == FromContact || !v.On.IsZero(), "on", "fault.guideline.need_day")
	if err := k.Err(); err != nil {
		return err
	}
	g := Guideline{Who: p.ID, Text: text, Days: v.Days, From: from, At: m.now}
	if from != FromContact {
		g.Start = v.On.UTC().Truncate(time.Microsecond)
	}
	m.c.Guidelines = slices.DeleteFunc(m.c.Guidelines, func(x Guideline) bool { return x.Who == g.Who })
	m.c.Guidelines = append(m.c.Guidelines, g)
	return m.respect(g)
}

// respect lets a guideline act on the embargo: on the table, a shorter term
// replaces the proposed one; while it holds, a shorter one becomes its new end at
// once, because an earlier end is within the promise that everybody gave; a
// longer one is a proposal by its finder, unless another is open (norm 6).
func (m *move) respect(g Guideline) error {
	e := &m.c.Embargo
	if g.Days == 0 || m.mayPropose() != nil {
		return nil
	}
	if e.State == EMProposed && e.Open != nil && e.Open.Until.IsZero() {
		switch term := time.Duration(g.Days) * day; {
		case g.From != FromContact: // its end is fixed when the embargo begins
		case term < e.Open.Term:
			open := *e.Open
			open.Term = term
			e.Open, e.Term = &open, term
		case term > e.Open.Term && e.Wish == 0:
			e.Wish = term
		}
		return nil
	}
	end := g.End(m.c)
	if !m.c.UnderEmbargo() || end.IsZero() || !end.After(m.now) || end.Equal(e.Until) {
		return nil
	}
	if end.After(e.Until) {
		if e.State == EMRevise || end.After(m.c.FirstAttempt.Add(PolicyNamed(m.c.Policy).Longest)) {
			return nil
		}
		return m.propose(g.Who, Proposal{Until: end}) // without its words: they may say who the finder is
	}
	open, state := e.Open, e.State
	if state == EMActive {
		if err := m.propose(g.Who, Proposal{Until: end}); err != nil {
			return err
		}
		open = nil
	}
	if err := m.em(EMAccept, party.Officer); err != nil {
		return err
	}
	e.Terms++
	e.Until, e.Open = end, nil
	if err := m.newTerms(nil, false); err != nil {
		return err
	}
	if open == nil {
		return nil
	}
	if err := m.em(EMPropose, m.c.Party(open.By).Role); err != nil {
		return err
	}
	e.Open = open // what was being talked about stays on the table
	return nil
}

// guided is the end of the terms that begin now, with the finders' guidelines
// respected: the shortest wins.
func (m *move) guided(until time.Time) time.Time {
	for _, g := range m.c.Guidelines {
		if end := g.End(m.c); !end.IsZero() && end.After(m.now) {
			until = firstOf(until, end)
		}
	}
	return until
}

func (v AskRelease) apply(m *move) error {
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if p.Role != party.Finder {
		return fault.New(fault.NotAllowed, "fault.finder_only")
	}
	if !m.c.Public.IsZero() {
		return fault.New(fault.NotNow, "fault.release.public")
	}
	if r := m.c.Release; r != nil && r.Who == p.ID {
		return fault.New(fault.NotNow, "fault.release.asked_already")
	}
	x, _ := Find(m.c.Clocks(Office{}, m.now), ClockRelease)
	if x.State(m.now) != ClockOpen {
		return fault.New(fault.NotNow, "fault.release.too_early")
	}
	m.spoke(p)
	m.c.Release = &Release{Who: p.ID, Asked: m.now}
	return nil
}

func (v AnswerRelease) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	r := m.c.Release
	if r == nil || !r.Answered.IsZero() {
		return fault.New(fault.NotNow, "fault.release.not_asked")
	}
	reasons := strings.TrimSpace(v.Reasons)
	if utf8.RuneCountInString(reasons) > maxNote {
		var k fault.Check
		k.Add("reasons", "fault.clock.note_long", "max", maxNote)
		return k.Err()
	}
	next := *r
	next.Answered, next.Reasons = m.now, reasons
	m.c.Release = &next
	return nil
}
