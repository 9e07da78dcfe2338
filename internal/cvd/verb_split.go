package cvd

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

// Side is where something goes when a case is split.
type Side string

// The sides.
const (
	SideParent Side = "parent" // stays
	SideChild  Side = "child"  // goes
	SideBoth   Side = "both"   // is in both from now on
)

// goes and stays say on which sides something is.
func (s Side) goes() bool  { return s == SideChild || s == SideBoth }
func (s Side) stays() bool { return s != SideChild }

// Division is what goes into the case that is split off. What is not named
// stays. A vulnerability is on one side only, and its statuses go with it; a
// finder goes with the report.
type Division struct {
	Vulns   []string               `json:"vulns"`
	Reports map[ReportID]Side      `json:"reports"`
	Parties map[ParticipantID]Side `json:"parties,omitempty"`
}

type (
	// OpenSplit is the first verb of a case that is split off another. It inherits
	// the embargo as it stands (Vultron EM, split; norm 11).
	OpenSplit struct {
		ID       CaseID     `json:"id"`
		Title    words.Text `json:"title"`
		Brief    words.Text `json:"brief"`
		From     Case       `json:"from"` // the other case as it stands
		Division Division   `json:"division"`
	}
	// SplitCase takes out of a case what has gone into another one. Who does not
	// take part there reads no more of it.
	SplitCase struct {
		Child    CaseID   `json:"child"`
		Division Division `json:"division"`
		Note     string   `json:"note,omitempty"`
	}
)

func (OpenSplit) Verb() string { return "open_split" }
func (SplitCase) Verb() string { return "split_case" }

// of is the side of a participant: a finder's is the report's, the centre is in both.
func (d Division) of(p *Participant) Side {
	switch {
	case p.ID == Centre:
		return SideBoth
	case p.Role == party.Finder:
		return d.Reports[p.Report]
	case p.Role == party.Operator: // what it was given, it was given there
		return SideParent
	}
	return d.Parties[p.ID]
}

func (d Division) moved(vuln string) bool { return slices.Contains(d.Vulns, vuln) }

// check refuses a division that leaves one of the two cases with nothing to
// handle, parts a vendor from its own words, or shows somebody what it does not
// read now.
func (d Division) check(c Case) error {
	if c.Ring.In(RingProposed) || c.Ring.In(RingOpen) {
		return fault.New(fault.NotNow, "fault.case.join_ring")
	}
	var k fault.Check
	has := func(id string) bool { return slices.ContainsFunc(c.Vulns, func(v Vuln) bool { return v.ID == id }) }
	k.Need(len(d.Vulns) > 0 && len(d.Vulns) < len(c.Vulns) && !slices.ContainsFunc(d.Vulns, func(id string) bool { return !has(id) }),
		"vulns", "fault.case.split_vulns")
	goes, stays := 0, 0
	for _, r := range c.Reports {
		if d.Reports[r].goes() {
			goes++
		}
		if d.Reports[r].stays() {
			stays++
		}
	}
	k.Need(goes > 0 && stays > 0, "reports", "fault.case.split_reports")
	for i := range c.Parties {
		p := &c.Parties[i]
		if side := d.of(p); p.Org != "" && p.Role != party.Operator {
			k.Need(d.holds(c, p, side), "parties."+string(p.Org), "fault.case.split_status")
			k.Need(!side.goes() || d.readsAll(c, p), "parties."+string(p.Org), "fault.case.split_unread")
		}
	}
	return k.Err()
}

// holds reports whether a vendor is on each side on which it has said something.
func (d Division) holds(c Case, p *Participant, side Side) bool {
	for _, s := range c.Statuses {
		if s.Org == p.Org && (d.moved(s.Vuln) && !side.goes() || !d.moved(s.Vuln) && !side.stays()) {
			return false
		}
	}
	return true
}

// readsAll reports whether a participant reads already all that it would read.
func (d Division) readsAll(c Case, p *Participant) bool {
	if len(p.Apart) == 0 {
		return true
	}
	reads := c.readable(p)
	for _, id := range d.Vulns {
		if !reads[id] {
			return false
		}
	}
	rs := c.reportsFor(p)
	for r, side := range d.Reports {
		if side.goes() && !slices.Contains(rs, r) {
			return false
		}
	}
	return true
}

// products are those that go, and of these the ones that do not stay as well.
func (d Division) products(c Case) (goes, leaves map[string]bool) {
	goes, leaves = map[string]bool{}, map[string]bool{}
	stays := map[string]bool{}
	for _, s := range c.Statuses {
		if d.moved(s.Vuln) {
			goes[s.Product] = s.Product != ""
		} else {
			stays[s.Product] = true
		}
	}
	for id, ok := range goes {
		leaves[id] = ok && !stays[id]
	}
	return goes, leaves
}

func (v SplitCase) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	c, d := m.c, v.Division
	if err := d.check(*c); err != nil {
		return err
	}
	m.fixLinks()
	_, leaves := d.products(*c)
	org := map[party.OrgID]Side{}
	for i := range c.Parties {
		p := &c.Parties[i]
		side := d.of(p)
		org[p.Org] = side
		if side != SideChild || !p.Left.IsZero() {
			continue
		}
		p.Left, p.Moved, p.Waits = m.now, v.Child, false
		if p.PEC == PECInvited || p.PEC == PECLapsed { // it is asked there
			if err := m.pec(p, PECDecline, party.Clock); err != nil {
				return err
			}
		}
	}
	c.Vulns = slices.DeleteFunc(c.Vulns, func(x Vuln) bool { return d.moved(x.ID) })
	c.Reports = slices.DeleteFunc(c.Reports, func(r ReportID) bool { return !d.Reports[r].stays() })
	c.Links = slices.DeleteFunc(c.Links, func(l Link) bool { return d.moved(l.Vuln) || !slices.Contains(c.Reports, l.Report) })
	c.Statuses = slices.DeleteFunc(c.Statuses, func(s Status) bool { return d.moved(s.Vuln) })
	c.Statements = slices.DeleteFunc(c.Statements, func(s Statement) bool { return org[s.Org] == SideChild })
	c.Products = slices.DeleteFunc(c.Products, func(p product.Product) bool { return leaves[p.ID] })
	c.Remedies = remediesOf(c.Remedies, func(id string) bool { return !leaves[id] })
	m.takeOut(d)
	c.Splits = append(c.Splits, v.Child)
	return nil
}

// takeOut takes what has gone out of the parts. A part of which nothing is left
// is one no longer.
func (m *move) takeOut(d Division) {
	gone := map[string]bool{}
	for i := range m.c.Parts {
		x := &m.c.Parts[i]
		x.Vulns = slices.DeleteFunc(slices.Clone(x.Vulns), func(v Vuln) bool { return d.moved(v.ID) })
		x.Own = slices.DeleteFunc(slices.Clone(x.Own), d.moved)
		x.Reports = slices.DeleteFunc(slices.Clone(x.Reports), func(r ReportID) bool { return !d.Reports[r].stays() })
		gone[x.ID] = len(x.Vulns)+len(x.Reports) == 0
	}
	m.c.Parts = slices.DeleteFunc(m.c.Parts, func(x Part) bool { return gone[x.ID] })
	for i := range m.c.Parties {
		p := &m.c.Parties[i]
		p.Apart = slices.DeleteFunc(slices.Clone(p.Apart), func(a Apart) bool { return gone[a.Part] })
		if len(p.Apart) == 0 {
			p.Apart = nil
		}
		if gone[p.Part] {
			p.Part = ""
		}
	}
}

// remediesOf keeps of remedies the products that are kept.
func remediesOf(all []Remedy, keeps func(string) bool) []Remedy {
	var kept []Remedy
	for _, r := range all {
		r.Products = slices.DeleteFunc(slices.Clone(r.Products), func(id string) bool { return !keeps(id) })
		if len(r.Products) > 0 {
			kept = append(kept, r)
		}
	}
	return kept
}

func (v OpenSplit) apply(m *move) error {
	if err := officerOnly(m.by); err != nil {
		return err
	}
	if m.c.Version != 0 {
		return fault.New(fault.NotNow, "fault.case.open_already")
	}
	from, d := v.From.clone(), v.Division
	if from.Version == 0 || !from.Closed.IsZero() {
		return fault.New(fault.NotNow, "fault.case.join_closed")
	}
	if err := d.check(from); err != nil {
		return err
	}
	var k fault.Check
	k.Need(v.Title.EN != "" || v.Title.JA != "", "title", "fault.case.need_title")
	if err := k.Err(); err != nil {
		return err
	}
	*m.c = Case{
		ID: v.ID, Opened: m.now, Owner: from.Owner, Policy: from.Policy, TLP: from.TLP, Title: v.Title, Brief: v.Brief,
		Public: from.Public, Exploit: from.Exploit, Attacks: from.Attacks, Planned: from.Planned, FirstAttempt: from.FirstAttempt, From: from.ID,
		Accepted: from.Accepted, Website: from.Website, Frames: slices.Clone(from.Frames),
	}
	m.inherit(from, d)
	m.inheritWords(from, d)
	return nil
}

// inherit gives a case that is split off its participants and its embargo.
func (m *move) inherit(from Case, d Division) {
	c := m.c
	for i := range from.Parties {
		p := from.Parties[i]
		if !d.of(&p).goes() {
			continue
		}
		p.Part, p.Apart, p.Moved, p.Draft = "", nil, "", time.Time{}
		c.Parties = append(c.Parties, p)
	}
	e := from.Embargo
	switch e.State {
	case EMRevise: // new terms are being talked of there; what holds holds here too
		e.State, e.Open = EMActive, nil
	case EMProposed:
		if c.Party(e.Open.By) == nil {
			e.Open.By = Centre
		}
		e.Open.Answers = maps.Clone(e.Open.Answers)
		maps.DeleteFunc(e.Open.Answers, func(id ParticipantID, _ bool) bool { return c.Party(id) == nil })
	}
	if e.WishBy != "" && !d.Reports[e.WishBy].goes() {
		e.Wish, e.WishBy = 0, ""
	}
	c.Embargo = e
	for _, g := range from.Guidelines {
		if c.Party(g.Who) != nil {
			c.Guidelines = append(c.Guidelines, g)
		}
	}
}

// inheritWords gives it the reports, the vulnerabilities under names of its own
// (theirs would tell how many there were), and what was said of them.
func (m *move) inheritWords(from Case, d Division) {
	c, named := m.c, map[string]string{}
	for _, v := range from.Vulns {
		if d.moved(v.ID) {
			named[v.ID] = fmt.Sprintf("v%d", len(c.Vulns)+1)
			v.ID = named[v.ID]
			c.Vulns = append(c.Vulns, v)
		}
	}
	for _, r := range from.Reports {
		if !d.Reports[r].goes() {
			continue
		}
		c.Reports = append(c.Reports, r)
		var tells []string
		for _, id := range from.Tells(r) {
			tells = append(tells, named[id])
		}
		m.link(r, tells)
	}
	goes, _ := d.products(from)
	for _, p := range from.Products {
		if goes[p.ID] {
			c.Products = append(c.Products, p)
		}
	}
	for _, s := range from.Statuses {
		if d.moved(s.Vuln) {
			s.Vuln = named[s.Vuln]
			c.Statuses = append(c.Statuses, s)
		}
	}
	for _, s := range from.Statements {
		if d.Parties[OrgParticipant(s.Org)] == SideChild { // in both it may speak of what stayed: its vendor writes anew
			c.Statements = append(c.Statements, s)
		}
	}
	c.Remedies = remediesOf(from.Remedies, func(id string) bool { return goes[id] })
}
