package cvd

import (
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// The verbs on a case as a whole.
type (
	// OpenCase is the first: an officer opens a case from one or more accepted
	// reports. The centre and the finders are its first participants. With a
	// term, an embargo is proposed, which begins with the first contact.
	OpenCase struct {
		ID      CaseID        `json:"id"`
		Reports []ReportID    `json:"reports"`
		Title   words.Text    `json:"title"`
		Brief   words.Text    `json:"brief"`
		Term    time.Duration `json:"term"`              // 0: no embargo
		Wish    time.Duration `json:"wish,omitempty"`    // the finders' shortest wish; shortest wins
		WishBy  ReportID      `json:"wish_by,omitempty"` // whose wish that is
		Linked  bool          `json:"linked,omitempty"`  // of several reports each tells of the one vulnerability there is
		Public  bool          `json:"public,omitempty"`  // known to the public already
		Attacks bool          `json:"attacks,omitempty"` // attacks seen already
		Own     []ReportID    `json:"own,omitempty"`     // reports by the vendor itself, which is invited next

		Accepted time.Time `json:"accepted,omitzero"` // the earliest acceptance of the reports
		Website  bool      `json:"website,omitempty"` // they are about a web site
		Frames   []string  `json:"frames,omitempty"`  // editions that it is under beside the policy
	}
	// AddReport joins a further report to the case.
	AddReport struct {
		Report ReportID `json:"report"`
		Free   bool     `json:"free,omitempty"` // its finder will keep no embargo
		Own    bool     `json:"own,omitempty"`  // it is by the vendor itself
		// Vulns are the vulnerabilities it tells of; none only in events of before
		// this was kept, which mean all of them.
		Vulns []string `json:"vulns,omitempty"`
	}
	// DescribeCase changes what the case says of itself.
	DescribeCase struct {
		Title words.Text `json:"title"`
		Brief words.Text `json:"brief"`
		TLP   tlp.Label  `json:"tlp"`
		Vulns []Vuln     `json:"vulns"`
	}
	// AssignCase gives the case to an officer.
	AssignCase struct {
		Owner party.PersonID `json:"owner"`
	}
	// PlanPublication sets the date that everybody is told.
	PlanPublication struct {
		At     time.Time `json:"at"`
		Reason string    `json:"reason,omitempty"`
		// Asked is the party at whose wish the date moves (Guideline IV.4.4).
		Asked ParticipantID `json:"asked,omitempty"`
	}
	// RecordEvent notes what happened in the world: the matter became public
	// without us, an exploit came out, attacks were seen.
	RecordEvent struct {
		What CSVerb `json:"what"` // P, X or A
		Note string `json:"note"` // the evidence: where it was seen
	}
	// Publish notes that the case's advisory has come out: P, and the embargo's end.
	Publish struct {
		Advisory string `json:"advisory"`
		Revision int    `json:"revision"`
		Dated    bool   `json:"dated,omitempty"` // the case keeps the moment; events from before it did lack this
	}
	// CloseCase ends the case. What a ground without publication needs as evidence
	// is asked by Check.
	CloseCase struct {
		Why   CloseReason `json:"why"`
		Note  string      `json:"note,omitempty"`
		Proof *Proof      `json:"proof,omitempty"`
	}
)

func (OpenCase) Verb() string        { return "open_case" }
func (AddReport) Verb() string       { return "add_report" }
func (DescribeCase) Verb() string    { return "describe_case" }
func (AssignCase) Verb() string      { return "assign_case" }
func (PlanPublication) Verb() string { return "plan_publication" }
func (RecordEvent) Verb() string     { return "record_event" }
func (Publish) Verb() string         { return "publish" }
func (CloseCase) Verb() string       { return "close_case" }

// allowedWhenClosed: a closed case still learns of the world and of later
// revisions of its advisory, and can be read, by whom agreements and its parties allow;
// nothing else moves.
func allowedWhenClosed(v Verb, c Case) bool {
	switch v := v.(type) {
	case Publish, RecordEvent, AssignCase, AdmitMembers, FollowCase, NoteRegistration, LapseAgreement, StateDeed, ConfirmDestruction, RemindOperator,
		NoteNotified, ReviewDelay, NoteDuty:
		return true
	case AcceptDuties, RefuseDuties: // the ring itself says that it is over: not why
		return true
	case SetNumber: // an operator that had nothing does not hear that the case ended
		p := c.Party(v.Who)
		return p != nil && p.Role == party.Operator
	case EndEmbargo: // the promises given in a duplicate end at their own time
		return c.Into != "" && c.Why == WhyDuplicate
	}
	return false
}

func (v OpenCase) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	var k fault.Check
	k.Need(len(v.Reports) > 0, "reports", "fault.case.need_report")
	k.Need(v.Title.EN != "" || v.Title.JA != "", "title", "fault.case.need_title")
	k.Need(v.Term >= 0 && v.Term <= PolicyAt(m.now).Longest, "term", "fault.embargo.term")
	if err := k.Err(); err != nil {
		return err
	}
	c := m.c
	if c.Version != 0 {
		return fault.New(fault.NotNow, "fault.case.open_already")
	}
	policy := PolicyAt(m.now)
	*c = Case{
		ID: v.ID, Opened: m.now, Owner: m.by.Person, Policy: policy.Edition, TLP: tlp.AmberStrict,
		Title: v.Title, Brief: v.Brief, Vulns: []Vuln{{ID: "v1", Title: v.Title}},
		Embargo:  Embargo{State: EMNone, Wish: v.Wish, WishBy: v.WishBy},
		Accepted: v.Accepted, Website: v.Website, Frames: slices.Clone(v.Frames),
		Parties: []Participant{{ID: Centre, Role: party.Officer, RM: RMAccepted, PEC: PECNone, Joined: m.now, Sent: m.now, Heard: m.now, Shown: true}},
	}
	for _, r := range v.Reports {
		m.addReport(r, slices.Contains(v.Own, r))
		if v.Linked && len(v.Reports) > 1 {
			m.link(r, []string{"v1"})
		}
	}
	if v.Public {
		if err := m.raiseShared(CSPublic); err != nil {
			return err
		}
	}
	if v.Attacks {
		if err := m.raiseShared(CSAttacks); err != nil {
			return err
		}
	}
	if v.Term > 0 && c.Public.IsZero() && c.Attacks.IsZero() {
		term := v.Term
		if v.Wish > 0 && v.Wish < term {
			term = v.Wish // norm 6: the shortest wins
		}
		return m.propose(Centre, Proposal{Term: term})
	}
	return nil
}

// addReport joins a report, with its finder if it has one: a vendor that reports
// its own product takes part as what it is.
func (m *move) addReport(r ReportID, own bool) {
	if own {
		m.c.Reports = append(m.c.Reports, r)
		return
	}
	m.addFinder(r)
}

// addFinder joins a report and its finder. A finder has the content, being its
// source, and has accepted it (Vultron: the finder starts at Accepted).
func (m *move) addFinder(r ReportID) {
	m.c.Reports = append(m.c.Reports, r)
	m.c.Parties = append(m.c.Parties, Participant{
		ID: FinderParticipant(r), Role: party.Finder, Report: r, RM: RMAccepted, PEC: PECNone,
		Joined: m.now, Sent: m.now, Heard: m.now,
	})
}

func (v AddReport) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if slices.Contains(m.c.Reports, v.Report) {
		return fault.New(fault.NotNow, "fault.report.linked_already")
	}
	if err := m.newLink(v.Report, v.Vulns); err != nil {
		return err
	}
	if m.addReport(v.Report, v.Own); v.Own {
		return nil
	}
	p := m.c.Party(FinderParticipant(v.Report))
	p.Free = v.Free
	switch {
	case !m.c.UnderEmbargo():
		return nil
	case v.Free: // it keeps its own report and is told nothing of the others'
		return m.pec(p, PECDecline, party.Finder)
	}
	return m.pec(p, PECAccept, party.Finder) // a report sent into a standing embargo accepts it (norm 7)
}

func (v DescribeCase) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	var k fault.Check
	k.Need(v.Title.EN != "" || v.Title.JA != "", "title", "fault.case.need_title")
	k.Need(len(v.Vulns) > 0, "vulns", "fault.case.need_vuln")
	label, ok := tlp.Parse(string(v.TLP))
	k.Need(ok, "tlp", "fault.tlp")
	ids := map[string]bool{}
	for _, x := range v.Vulns {
		k.Need(x.ID != "" && !ids[x.ID], "vulns", "fault.case.vuln_id")
		ids[x.ID] = true
	}
	for _, s := range m.c.Statuses {
		k.Need(ids[s.Vuln], "vulns", "fault.case.vuln_in_use", "vuln", s.Vuln)
	}
	if err := k.Err(); err != nil {
		return err
	}
	m.c.Title, m.c.Brief, m.c.TLP, m.c.Vulns = v.Title, v.Brief, label, slices.Clone(v.Vulns)
	m.c.Links = slices.DeleteFunc(m.c.Links, func(l Link) bool { return !ids[l.Vuln] })
	return nil
}

func (v AssignCase) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	m.c.Owner = v.Owner
	return nil
}

func (v PlanPublication) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if v.At.Before(m.now) {
		var k fault.Check
		k.Add("at", "fault.case.plan_past")
		return k.Err()
	}
	if v.Asked != "" && m.c.Party(v.Asked) == nil {
		var k fault.Check
		k.Add("asked", "fault.case.no_party")
		return k.Err()
	}
	m.c.Planned = v.At.UTC().Truncate(time.Microsecond)
	return nil
}

func (v RecordEvent) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if strings.TrimSpace(v.Note) == "" {
		var k fault.Check
		k.Add("note", "fault.case.need_evidence")
		return k.Err()
	}
	if m.c.Into != "" { // what happens in the world is noted where the matter is handled, and comes here from there
		return fault.New(fault.NotNow, "fault.case.merged")
	}
	switch v.What {
	case CSPublic, CSExploit, CSAttacks:
		return m.raiseShared(v.What)
	}
	return fault.New(fault.Invalid, "fault.case.event")
}

// Publish comes from an officer or, at a scheduled time, from the clock. The
// advisory's own gate has been passed by then. A second revision raises nothing.
func (v Publish) apply(m *move) error {
	if m.by.Role != party.Officer && m.by.Role != party.Clock {
		return officerOnly(m.by)
	}
	if v.Dated && m.c.Published.IsZero() {
		m.c.Published = m.now
	}
	if !m.c.Public.IsZero() {
		return nil
	}
	if m.c.UnderEmbargo() {
		if err := m.terminate(EndPublished); err != nil {
			return err
		}
	}
	return m.raiseShared(CSPublic)
}

func (v CloseCase) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if err := v.Why.check(); err != nil {
		return err
	}
	if m.c.UnderEmbargo() || m.c.Embargo.State == EMProposed {
		return fault.New(fault.NotNow, "fault.case.embargo_open")
	}
	m.c.Closed, m.c.Why, m.c.Proof = m.now, v.Why, v.Proof
	for i := range m.c.Parties {
		if err := m.closeParty(&m.c.Parties[i]); err != nil {
			return err
		}
	}
	return nil
}

// toClosed leads a participant to Closed along the machine's own edges.
var toClosed = map[RM][]RMVerb{
	RMReceived: {RMInvalidate, RMClose},
	RMValid:    {RMDefer, RMClose},
	RMInvalid:  {RMClose},
	RMAccepted: {RMClose},
	RMDeferred: {RMClose},
}

func (m *move) closeParty(p *Participant) error {
	p.Waits = false // nothing more opens by itself
	for _, do := range toClosed[p.RM] {
		if err := m.rm(p, do, party.Officer); err != nil {
			return err
		}
	}
	return nil
}
