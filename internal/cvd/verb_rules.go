package cvd

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nakodo/internal/fault"
	"nakodo/internal/party"
)

// The verbs that rules beside the Japanese ones ask for: Regulation (EU)
// 2024/2847 (CRA), articles 14 and 16, and Directive (EU) 2022/2555 (NIS2),
// article 12.
type (
	// ApplyRules brings the case under editions beside its policy; those named
	// replace the ones it was under.
	ApplyRules struct {
		Frames []string `json:"frames"`
		Reason string   `json:"reason"`
	}
	// StateExploited is a manufacturer that says since when it knows of attacks.
	StateExploited struct {
		Who   ParticipantID `json:"who"`
		Aware time.Time     `json:"aware"`
		Note  string        `json:"note,omitempty"`
	}
	// NoteNotified notes that a manufacturer has sent one of the three notifications.
	NoteNotified struct {
		Who       ParticipantID `json:"who"`
		Stage     Stage         `json:"stage"`
		At        time.Time     `json:"at"`
		Reference string        `json:"reference,omitempty"` // number at the single reporting platform
	}
	// DelayPassing notes that a notification is held back from other CSIRTs, on
	// what ground, and when that is looked at again (CRA, Art. 16(2)).
	DelayPassing struct {
		ID     string      `json:"id"` // "d1", "d2" … within the case
		From   string      `json:"from"`
		Reason DelayReason `json:"reason"`
		Note   string      `json:"note,omitempty"`
		Review time.Time   `json:"review"`
		Told   bool        `json:"told"` // ENISA was told, with the reason
	}
	// ReviewDelay is the look: it goes on until a new date, or is lifted.
	ReviewDelay struct {
		ID     string    `json:"id"`
		Lift   bool      `json:"lift,omitempty"`
		Review time.Time `json:"review,omitzero"`
		Note   string    `json:"note,omitempty"`
		Told   bool      `json:"told,omitempty"`
	}
	// NoteDuty is an officer's word on a duty that the case cannot show by itself.
	NoteDuty struct {
		Duty  DutyID   `json:"duty"`
		State DutyMark `json:"state"` // done, not_needed or open
		Note  string   `json:"note"`
	}
)

func (ApplyRules) Verb() string     { return "apply_rules" }
func (StateExploited) Verb() string { return "state_exploited" }
func (NoteNotified) Verb() string   { return "note_notified" }
func (DelayPassing) Verb() string   { return "delay_passing" }
func (ReviewDelay) Verb() string    { return "review_delay" }
func (NoteDuty) Verb() string       { return "note_duty" }

// Exploited is what a manufacturer knows of attacks on its products, and whom it
// has notified of them (CRA, Art. 14(2)).
type Exploited struct {
	Aware    time.Time `json:"aware"`
	Note     string    `json:"note,omitempty"`
	Warned   time.Time `json:"warned,omitzero"`   // early warning
	Notified time.Time `json:"notified,omitzero"` // vulnerability notification
	Final    time.Time `json:"final,omitzero"`    // final report
	Refs     []string  `json:"refs,omitempty"`    // numbers at the platform, in order
}

// Stage is one of the three notifications of CRA, Art. 14(2).
type Stage string

// The stages.
const (
	StageWarning Stage = "warning"
	StageNotice  Stage = "notice"
	StageFinal   Stage = "final"
)

// Stages lists them in their order.
func Stages() []Stage { return []Stage{StageWarning, StageNotice, StageFinal} }

// Delay is one entry of the delay register (CRA, Art. 16(2)).
type Delay struct {
	ID     string      `json:"id"`
	From   string      `json:"from"` // from whom it is held back: the CSIRTs, in words
	Reason DelayReason `json:"reason"`
	Since  time.Time   `json:"since"`
	Review time.Time   `json:"review"`
	Told   time.Time   `json:"told,omitzero"` // when ENISA was told
	Lifted time.Time   `json:"lifted,omitzero"`
	Notes  []DelayNote `json:"notes,omitempty"`
}

// DelayNote is what was written at the start or at a look.
type DelayNote struct {
	At     time.Time      `json:"at"`
	By     party.PersonID `json:"by"`
	Text   string         `json:"text,omitempty"`
	Review time.Time      `json:"review,omitzero"` // the next look that was set then
}

// DelayReason is a ground related to cybersecurity on which passing on may wait.
type DelayReason string

// The grounds.
const (
	DelayDisclosure  DelayReason = "disclosure"  // a coordinated disclosure is under way
	DelaySensitivity DelayReason = "sensitivity" // the manufacturer marked it as sensitive
	DelayNoMeasure   DelayReason = "no_measure"  // no measure exists yet, and to know it is to be able to attack
	DelayRecipient   DelayReason = "recipient"   // a recipient is or may be compromised
)

// DelayReasons lists them in the order in which a page offers them.
func DelayReasons() []DelayReason {
	return []DelayReason{DelayDisclosure, DelaySensitivity, DelayNoMeasure, DelayRecipient}
}

// bounded trims a note and refuses one that is too long.
func bounded(k *fault.Check, field, text string) string {
	text = strings.TrimSpace(text)
	k.Need(utf8.RuneCountInString(text) <= maxNote, field, "fault.clock.note_long", "max", maxNote)
	return text
}

// under refuses what only a case under a framework knows.
func (m *move) under(f Framework) error {
	if !m.c.Under(f) {
		return fault.New(fault.NotNow, "fault.rules.not_under")
	}
	return nil
}

func (v ApplyRules) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	var k fault.Check
	k.Need(bounded(&k, "reason", v.Reason) != "", "reason", "fault.rules.need_reason")
	for _, name := range v.Frames {
		e, ok := EditionNamed(name)
		k.Need(ok && slices.Contains(Frameworks(), e.Framework), "frames", "fault.rules.unknown")
		k.Need(!ok || !m.now.Before(e.Effect), "frames", "fault.rules.not_in_force")
	}
	if err := k.Err(); err != nil {
		return err
	}
	m.c.Frames = slices.Compact(slices.Sorted(slices.Values(v.Frames)))
	return nil
}

func (v StateExploited) apply(m *move) error {
	p, err := m.speaker(v.Who)
	if err != nil {
		return err
	}
	if err := m.under(CRA); err != nil {
		return err
	}
	var k fault.Check
	note := bounded(&k, "note", v.Note)
	k.Need(!v.Aware.IsZero() && !v.Aware.After(m.now), "aware", "fault.rules.past_day")
	k.Need(p.Exploited == nil || p.Exploited.Aware.IsZero() || !v.Aware.After(p.Exploited.Aware), "aware", "fault.rules.later_aware")
	if err := k.Err(); err != nil {
		return err
	}
	x := Exploited{}
	if p.Exploited != nil {
		x = *p.Exploited
	}
	x.Aware, x.Note = v.Aware.UTC().Truncate(time.Microsecond), note
	p.Exploited = &x
	return nil
}

func (v NoteNotified) apply(m *move) error {
	p, err := m.other(v.Who)
	if err != nil {
		return err
	}
	if m.by.Role != party.Officer && (p.Role != party.Vendor || !m.c.Opens(p)) { // what it is under, and that attacks were seen, is content
		return fault.New(fault.NotNow, "fault.case.answer_first")
	}
	if err := m.under(CRA); err != nil {
		return err
	}
	_, aware := m.c.awareOfAttacks(p)
	if p.Role != party.Vendor || aware.IsZero() {
		return fault.New(fault.NotNow, "fault.rules.not_aware")
	}
	at := v.At.UTC().Truncate(time.Microsecond)
	var k fault.Check
	ref := bounded(&k, "reference", v.Reference)
	k.Need(slices.Contains(Stages(), v.Stage), "stage", "fault.rules.stage")
	k.Need(!at.IsZero() && !at.After(m.now), "at", "fault.rules.past_day")
	k.Need(at.IsZero() || !at.Before(aware), "at", "fault.rules.before_aware")
	if err := k.Err(); err != nil {
		return err
	}
	x := Exploited{Aware: aware}
	if p.Exploited != nil {
		x = *p.Exploited
	}
	switch v.Stage {
	case StageWarning:
		x.Warned = at
	case StageNotice:
		x.Notified = at
	case StageFinal:
		if m.c.measureOf(p).IsZero() {
			return fault.New(fault.NotNow, "fault.rules.no_measure")
		}
		x.Final = at
	}
	if ref != "" && !slices.Contains(x.Refs, ref) {
		x.Refs = append(slices.Clone(x.Refs), ref)
	}
	m.spoke(p)
	p.Exploited = &x
	return nil
}

func (v DelayPassing) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if err := m.under(CRA); err != nil {
		return err
	}
	var k fault.Check
	note, from := bounded(&k, "note", v.Note), bounded(&k, "from", v.From)
	k.Need(from != "", "from", "fault.delay.need_from")
	k.Need(slices.Contains(DelayReasons(), v.Reason), "reason", "fault.delay.reason")
	k.Need(v.Review.After(m.now), "review", "fault.delay.review")
	k.Need(v.ID != "" && len(v.ID) <= 20 && !slices.ContainsFunc(m.c.Delays, func(d Delay) bool { return d.ID == v.ID }), "", "fault.stale")
	if err := k.Err(); err != nil {
		return err
	}
	review := v.Review.UTC().Truncate(time.Microsecond)
	d := Delay{ID: v.ID, From: from, Reason: v.Reason, Since: m.now, Review: review, Notes: []DelayNote{{At: m.now, By: m.by.Person, Text: note, Review: review}}}
	if v.Told {
		d.Told = m.now
	}
	m.c.Delays = append(m.c.Delays, d)
	return nil
}

func (v ReviewDelay) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	i := slices.IndexFunc(m.c.Delays, func(d Delay) bool { return d.ID == v.ID && d.Lifted.IsZero() })
	if i < 0 {
		return fault.New(fault.NotNow, "fault.delay.none")
	}
	d := m.c.Delays[i]
	var k fault.Check
	note := bounded(&k, "note", v.Note)
	k.Need(v.Lift || v.Review.After(m.now), "review", "fault.delay.review")
	if err := k.Err(); err != nil {
		return err
	}
	entry := DelayNote{At: m.now, By: m.by.Person, Text: note}
	if v.Told && d.Told.IsZero() {
		d.Told = m.now
	}
	if v.Lift {
		d.Lifted = m.now
	} else {
		d.Review = v.Review.UTC().Truncate(time.Microsecond)
		entry.Review = d.Review
	}
	d.Notes = append(slices.Clone(d.Notes), entry)
	m.c.Delays[i] = d
	return nil
}

func (v NoteDuty) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if err := m.under(NIS2); err != nil {
		return err
	}
	var k fault.Check
	note := bounded(&k, "note", v.Note)
	k.Need(slices.ContainsFunc(nis2Duties, func(d Duty) bool { return d.ID == v.Duty }), "duty", "fault.duty.unknown")
	k.Need(slices.Contains([]DutyMark{DutyDone, DutyNotNeeded, DutyOpen}, v.State), "state", "fault.duty.state")
	k.Need(note != "", "note", "fault.duty.need_note")
	if err := k.Err(); err != nil {
		return err
	}
	m.c.Duties = slices.DeleteFunc(m.c.Duties, func(x DutyNote) bool { return x.Duty == v.Duty })
	m.c.Duties = append(m.c.Duties, DutyNote{Duty: v.Duty, State: v.State, Note: note, At: m.now, By: m.by.Person})
	return nil
}
