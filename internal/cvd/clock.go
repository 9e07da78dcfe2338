package cvd

import (
	"cmp"
	"slices"
	"time"

	"nakodo/internal/calendar"
	"nakodo/internal/inquiry"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

// ClockKind is which clock it is.
type ClockKind string

// The clocks of a report.
const (
	ClockAck      ClockKind = "ack"       // receipt to acknowledgement
	ClockJudge    ClockKind = "judge"     // acknowledgement to judgement
	ClockOpenCase ClockKind = "open_case" // acceptance to the case
)

// The clocks of a case. The two that count 45 days are two: the guide counts from
// the first attempt to contact a vendor, the statistics from acceptance.
const (
	ClockFirstContact  ClockKind = "first_contact"
	ClockAnswer        ClockKind = "answer" // of a vendor that was written to
	ClockDecide        ClockKind = "decide" // of the officer, on new terms
	ClockEmbargo       ClockKind = "embargo"
	ClockPlanned       ClockKind = "planned"
	ClockGuide         ClockKind = "guide"
	ClockStatistics    ClockKind = "statistics"
	ClockRelease       ClockKind = "release"     // the finder may ask to be released from silence
	ClockUnreachable   ClockKind = "unreachable" // the committee may be asked
	ClockWebsiteResult ClockKind = "website_result"
	ClockWebsiteRepair ClockKind = "website_repair"
	ClockCRAWarning    ClockKind = "cra_warning"
	ClockCRANotice     ClockKind = "cra_notice"
	ClockCRAFinal      ClockKind = "cra_final"
	ClockDelay         ClockKind = "delay" // the review of a delayed dissemination
)

// ClockState is where a clock stands.
type ClockState string

// The states of a clock.
const (
	ClockWaiting ClockState = "waiting" // what starts it has not happened
	ClockRunning ClockState = "running"
	ClockPaused  ClockState = "paused"
	ClockLate    ClockState = "late" // its time is over and nothing was done
	ClockOpen    ClockState = "open" // its time is over: what it gives a right to may be asked
	ClockMet     ClockState = "met"
	ClockMissed  ClockState = "missed" // done, after its time
)

// Clock is one deadline with everything that explains it.
type Clock struct {
	Kind    ClockKind
	Who     ParticipantID // whose, where it is one party's
	From    string        // the start event, a catalogue key behind "clock.from."
	Start   time.Time     // zero: it has not happened
	Length  Length
	Due     time.Time // with the pauses so far; zero while it does not run
	Pauses  []Pause
	Done    time.Time  // when what it waits for happened
	Next    party.Role // who acts next
	Guide   bool
	Right   bool
	Pause   bool // may be paused
	Alarm   bool
	Clause  string
	Edition string
}

// Pause is a stretch that a clock does not count.
type Pause struct {
	Clock  ClockKind      `json:"clock"`
	Who    ParticipantID  `json:"who,omitempty"`
	From   time.Time      `json:"from"`
	To     time.Time      `json:"to,omitzero"` // zero: it lasts
	Reason PauseReason    `json:"reason"`
	Note   string         `json:"note,omitempty"`
	By     party.PersonID `json:"by"`
}

// PauseReason is why a clock does not count (Guideline IV.4.3 (1) to (3), V.4.1).
type PauseReason string

// The reasons.
const (
	PauseCountermeasure PauseReason = "countermeasure" // time to make the countermeasure
	PauseOverseas       PauseReason = "overseas"       // an overseas coordinator needs time
	PauseLeak           PauseReason = "leak_risk"      // acting on the date now would raise the risk of a leak
	PauseFinder         PauseReason = "finder"         // the finder was asked something
	PauseVendor         PauseReason = "vendor"         // a vendor's or operator's question is open at somebody else's
	PauseOther          PauseReason = "other"          // needs a note
)

// PauseReasons lists them in the order in which a page offers them.
func PauseReasons() []PauseReason {
	return []PauseReason{PauseCountermeasure, PauseOverseas, PauseLeak, PauseFinder, PauseVendor, PauseOther}
}

// Office is where and by which calendar the centre works. The zero Office works
// every day, in UTC. Parties are the offices of organisations that are known to
// work by a calendar of their own.
type Office struct {
	Calendar calendar.Calendar
	Zone     *time.Location
	Parties  map[ParticipantID]Office
}

// of is the office of a party: its own, else the centre's.
func (o Office) of(who ParticipantID) Office {
	if own, ok := o.Parties[who]; ok {
		return own
	}
	return o
}

// actor is the office of whoever acts next on a clock.
func (o Office) actor(k Clock) Office {
	if k.Next == party.Vendor {
		return o.of(k.Who)
	}
	return o
}

func (o Office) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

// after is the end of a length that starts at a moment.
func (o Office) after(start time.Time, l Length) time.Time {
	switch {
	case l.Business > 0:
		return o.Calendar.Add(start, l.Business, o.zone())
	case l.Months > 0:
		return calendar.Months(start.In(o.zone()), l.Months).UTC()
	}
	return start.Add(time.Duration(l.Days)*day + time.Duration(l.Hours)*time.Hour)
}

// State says where the clock stands.
func (c Clock) State(now time.Time) ClockState {
	switch {
	case c.Start.IsZero():
		return ClockWaiting
	case !c.Done.IsZero() && (c.Right || !c.Done.After(c.Due)):
		return ClockMet
	case !c.Done.IsZero():
		return ClockMissed
	case c.paused():
		return ClockPaused
	case !now.Before(c.Due) && c.Right:
		return ClockOpen
	case now.After(c.Due):
		return ClockLate
	}
	return ClockRunning
}

func (c Clock) paused() bool {
	return len(c.Pauses) > 0 && c.Pauses[len(c.Pauses)-1].To.IsZero()
}

// Find gives the first clock of a kind; false where there is none.
func Find(clocks []Clock, k ClockKind) (Clock, bool) {
	i := slices.IndexFunc(clocks, func(c Clock) bool { return c.Kind == k })
	if i < 0 {
		return Clock{}, false
	}
	return clocks[i], true
}

// winder makes clocks by the rules of some editions.
type winder struct {
	editions []Edition
	pauses   []Pause
	office   Office
	now      time.Time
	alarms   bool // only those that end with an alarm
	clocks   []Clock
}

// add makes a clock where one of the editions has a rule for its kind. k brings
// who, the start and its name, when it was done, who acts next and, where the
// rule has no length, the instant at which it is due.
func (w *winder) add(k Clock) {
	for _, e := range w.editions {
		for _, r := range e.Clocks {
			if r.Kind != k.Kind {
				continue
			}
			if w.alarms && !r.Alarm {
				return
			}
			k.Length, k.Guide, k.Right, k.Pause, k.Alarm, k.Clause, k.Edition = r.Length, r.Guide, r.Right, r.Pause, r.Alarm, r.Clause, e.Name
			w.wind(&k)
			w.clocks = append(w.clocks, k)
			return
		}
	}
}

// wind works out when a clock is due. What was paused does not count.
func (w *winder) wind(k *Clock) {
	var paused time.Duration
	for _, p := range w.pauses {
		if p.Clock != k.Kind || p.Who != k.Who {
			continue
		}
		k.Pauses = append(k.Pauses, p)
		to := p.To
		if to.IsZero() {
			to = w.now
		}
		if to.After(p.From) {
			paused += to.Sub(p.From)
		}
	}
	if k.Start.IsZero() {
		return
	}
	if k.Length != (Length{}) {
		office := w.office
		if k.Length.Business > 0 {
			office = office.of(k.Who) // its business days, whoever acts when they are over
		}
		k.Due = office.after(k.Start, k.Length).Add(paused)
		if k.Length.Business > 0 {
			k.Due = office.Calendar.Next(k.Due, office.zone())
		}
	}
}

// Act is the last business day up to a clock's end: by then it has to be done,
// because the office of whoever acts works on business days only (Guideline IV.3(1)2). Where the
// clock begins after that day, it is the end itself.
func (o Office) Act(k Clock) time.Time {
	if k.Due.IsZero() {
		return k.Due
	}
	o = o.actor(k)
	if at := o.Calendar.Last(k.Due, o.zone()); !at.Before(k.Start) {
		return at
	}
	return k.Due
}

// Slow is the slow stretch of the year that a clock ends in; empty for none
// (Guideline, appendix 6: Obon and New Year are hard).
func (o Office) Slow(k Clock) words.Text {
	o = o.actor(k)
	if p, slow := o.Calendar.HardPeriod(k.Due, o.zone()); slow && !k.Due.IsZero() {
		return p.Name
	}
	return words.Text{}
}

// Clocks are the report's: acknowledgement, judgement, the case.
func (r Report) Clocks(o Office, now time.Time) []Clock {
	w := &winder{editions: []Edition{PolicyNamed(r.Policy).partnership()}, office: o, now: now}
	w.add(Clock{Kind: ClockAck, From: "received", Start: r.Received, Done: cmp.Or(r.Acknowledged, r.Closed), Next: party.Officer})
	w.add(Clock{Kind: ClockJudge, From: "acknowledged", Start: r.Acknowledged, Done: cmp.Or(r.Judged, r.Closed), Next: party.Officer})
	if r.Judgement != nil && r.Judgement.Accepts() {
		opened := r.Closed
		if len(r.Cases) > 0 {
			opened = r.Judged // the report does not keep the moment: the case does
		}
		w.add(Clock{Kind: ClockOpenCase, From: "accepted", Start: r.Judged, Done: opened, Next: party.Officer})
	}
	return w.clocks
}

// AckDue is when the acknowledgement of a report is due.
func (r Report) AckDue() time.Time {
	k, _ := Find(r.Clocks(Office{}, r.Received), ClockAck)
	return k.Due
}

// Clocks are all of the case's, in the order in which a case meets them, the
// vendors' own last.
func (c *Case) Clocks(o Office, now time.Time) []Clock {
	return c.wind(&winder{editions: c.Editions(), pauses: c.Pauses, office: o, now: now})
}

func (c *Case) wind(w *winder) []Clock {
	ended := firstOf(c.Public, c.Closed)
	w.add(Clock{Kind: ClockFirstContact, From: "opened", Start: c.Opened, Done: firstOf(c.FirstAttempt, ended), Next: party.Officer})
	if !c.Website {
		_, out := c.Outcome()
		w.add(Clock{Kind: ClockGuide, From: "first_attempt", Start: c.FirstAttempt, Done: ended, Next: party.Officer})
		w.add(Clock{Kind: ClockStatistics, From: "accepted", Start: c.Accepted, Done: out, Next: party.Officer})
	}
	if e := c.Embargo; c.UnderEmbargo() {
		w.add(Clock{Kind: ClockEmbargo, From: "agreed", Start: e.Since, Due: e.Until, Next: party.Clock})
	}
	if op := c.Embargo.Open; op != nil && (c.Embargo.State == EMRevise || op.By != Centre) {
		w.add(Clock{Kind: ClockDecide, From: "proposed", Start: op.At, Next: party.Officer})
	}
	if !c.Planned.IsZero() {
		w.add(Clock{Kind: ClockPlanned, From: "planned", Start: cmp.Or(c.FirstAttempt, c.Opened), Due: c.Planned, Done: ended, Next: party.Officer})
	}
	w.add(Clock{Kind: ClockRelease, From: "first_attempt", Start: c.FirstAttempt, Done: ended, Next: party.Finder})
	for i := range c.Delays {
		d := &c.Delays[i]
		w.add(Clock{Kind: ClockDelay, Who: ParticipantID(d.ID), From: "delayed", Start: d.Since, Due: d.Review, Done: d.Lifted, Next: party.Officer})
	}
	for i := range c.Parties {
		if p := &c.Parties[i]; p.Role == party.Vendor {
			c.vendorClocks(w, p)
		}
	}
	return w.clocks
}

// vendorClocks are those of one vendor, or of a web site's operator.
func (c *Case) vendorClocks(w *winder, p *Participant) {
	first := time.Time{}
	if len(p.Attempts) > 0 {
		first = p.Attempts[0].At
	}
	if c.Website {
		w.add(Clock{Kind: ClockWebsiteResult, Who: p.ID, From: "told", Start: first, Done: firstOf(c.resultOf(p), c.Closed), Next: party.Vendor})
		w.add(Clock{Kind: ClockWebsiteRepair, Who: p.ID, From: "told", Start: first, Done: firstOf(p.Deployed, p.Ready, c.Closed), Next: party.Vendor})
	}
	if waits := c.Closed.IsZero() && p.Left.IsZero() && p.Heard.IsZero() && len(p.Attempts) > 0; waits {
		if p.Silent.IsZero() {
			w.add(Clock{Kind: ClockAnswer, Who: p.ID, From: "attempt", Start: p.Attempts[len(p.Attempts)-1].At, Next: party.Officer})
		}
		w.add(Clock{Kind: ClockUnreachable, Who: p.ID, From: "all_means", Start: p.AllTried(), Next: party.Officer})
	}
	from, aware := c.awareOfAttacks(p)
	if aware.IsZero() {
		return
	}
	x := p.Exploited
	if x == nil {
		x = &Exploited{}
	}
	w.add(Clock{Kind: ClockCRAWarning, Who: p.ID, From: from, Start: aware, Done: firstOf(x.Warned, x.Notified), Next: party.Vendor})
	w.add(Clock{Kind: ClockCRANotice, Who: p.ID, From: from, Start: aware, Done: x.Notified, Next: party.Vendor})
	measure := c.measureOf(p)
	if !measure.IsZero() { // one that was there before the attacks were known starts nothing before them
		measure = latest(measure, aware)
	}
	w.add(Clock{Kind: ClockCRAFinal, Who: p.ID, From: "measure", Start: measure, Done: x.Final, Next: party.Vendor})
}

// AllTried is the moment at which the last of the means of contact was tried for
// the first time; zero while one of them was not.
func (p *Participant) AllTried() time.Time {
	if len(p.Attempts) == 0 {
		return time.Time{}
	}
	var last time.Time
	for _, how := range inquiry.PolicyAt(p.Attempts[0].At).Means {
		i := slices.IndexFunc(p.Attempts, func(a Attempt) bool { return a.How == how })
		if i < 0 {
			return time.Time{}
		}
		if at := p.Attempts[i].At; at.After(last) {
			last = at
		}
	}
	return last
}

// resultOf is when a vendor said what its own examination found.
func (c *Case) resultOf(p *Participant) time.Time {
	var at time.Time
	if p.Result != nil {
		at = p.Result.At
	}
	for _, s := range c.Statuses {
		if s.Org == p.Org {
			at = firstOf(at, s.At)
		}
	}
	return at
}

// awareOfAttacks is since when a manufacturer knows that the vulnerability is
// actively exploited: by its own word, or since the centre told it.
func (c *Case) awareOfAttacks(p *Participant) (from string, at time.Time) {
	if p.Exploited != nil {
		return "manufacturer_aware", p.Exploited.Aware
	}
	if c.Attacks.IsZero() || p.Sent.IsZero() || !p.Left.IsZero() {
		return "", time.Time{}
	}
	return "centre_told", latest(c.Attacks, p.Sent)
}

// measures are the remedies that correct or mitigate (CRA, Art. 14(2)(c)); to tell
// users that nothing will come is neither.
var measures = []product.RemedyKind{product.Fix, product.Workaround, product.Mitigation}

// measureOf is since when a corrective or mitigating measure of a vendor is available.
func (c *Case) measureOf(p *Participant) time.Time {
	at := p.Ready
	for _, r := range c.Remedies {
		if r.Org == p.Org && slices.Contains(measures, r.Kind) {
			at = firstOf(at, r.Date)
		}
	}
	return at
}

// firstOf is the first of some moments, those that are not set left out.
func firstOf(ts ...time.Time) time.Time {
	var first time.Time
	for _, t := range ts {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
