package cvd

import (
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// View is what one reader may see of a case. It is built field by field from
// nothing, never by blanking a copy: a field that nobody thought of stays
// empty. Doors get views only; TestSeenBy walks every role, state and field.
type View struct {
	ID    CaseID        `json:"id"`
	Me    ParticipantID `json:"me"`
	Role  party.Role    `json:"role"`
	TLP   tlp.Label     `json:"tlp"`
	Open  bool          `json:"open"` // the content is open to this reader
	Verbs []string      `json:"verbs"`

	// The terms, which everybody in the case must be shown before the content (norm 9).
	Embargo Embargo     `json:"embargo"`
	Planned time.Time   `json:"planned,omitzero"`
	Public  time.Time   `json:"public,omitzero"`
	Closed  time.Time   `json:"closed,omitzero"`
	My      Participant `json:"my"` // the reader's own participation

	// The content.
	Title   words.Text `json:"title"`
	Brief   words.Text `json:"brief"`
	Vulns   []Vuln     `json:"vulns,omitempty"`
	Reports []ReportID `json:"reports,omitempty"` // whose text this reader may read
	Exploit time.Time  `json:"exploit,omitzero"`
	Attacks time.Time  `json:"attacks,omitzero"`

	// Parties and their words: one's own, and the others' as shared.
	FirstAttempt time.Time         `json:"first_attempt,omitzero"`
	Parties      []Participant     `json:"parties,omitempty"`
	Products     []product.Product `json:"products,omitempty"`
	Statuses     []Status          `json:"statuses,omitempty"`
	Statements   []Statement       `json:"statements,omitempty"`
	Remedies     []Remedy          `json:"remedies,omitempty"`

	// The centre's own, for officers. The version is among them: it counts what
	// everybody does, and a vendor must not hear the others move.
	Version int64          `json:"version,omitempty"`
	Opened  time.Time      `json:"opened,omitzero"`
	Owner   party.PersonID `json:"owner,omitempty"`
	Policy  string         `json:"policy,omitempty"`
	Why     CloseReason    `json:"why,omitempty"`

	Priority *Priority `json:"priority,omitempty"` // nil while nobody has judged it
	Ring     *Ring     `json:"ring,omitempty"`     // early provision; nil while nobody has proposed it

	Early *Early `json:"early,omitempty"` // the own part in early provision; nil for officers and where there is none

	// Parts are what came in by merges and this reader reads, beside Title and
	// Brief; officers see all, and what else joins the case to others.
	Parts      []Part      `json:"parts,omitempty"`
	Into       CaseID      `json:"into,omitempty"`
	Joined     []CaseID    `json:"joined,omitempty"`
	From       CaseID      `json:"from,omitempty"`
	Splits     []CaseID    `json:"splits,omitempty"`
	Links      []Link      `json:"links,omitempty"`
	News       []News      `json:"news,omitempty"`
	Accepted   time.Time   `json:"accepted,omitzero"`
	Published  time.Time   `json:"published,omitzero"`
	Website    bool        `json:"website,omitempty"`
	Frames     []string    `json:"frames,omitempty"`
	Pauses     []Pause     `json:"pauses,omitempty"`
	Guidelines []Guideline `json:"guidelines,omitempty"` // a finder's own for the finder, all for officers
	Delays     []Delay     `json:"delays,omitempty"`
	Duties     []DutyNote  `json:"duties,omitempty"`
	Release    *Release    `json:"release,omitempty"` // the finder's own wish for the finder
	Proof      *Proof      `json:"proof,omitempty"`
}

// SeenBy is the one projection through which a case is read. A reader with no
// part in the case gets the same NotFound as for a case that does not exist.
func (c Case) SeenBy(a party.Actor) (View, error) {
	p := c.PartyOf(a)
	if c.Version == 0 || p == nil || a.Role == party.Clock { // the clock reads nothing
		return View{}, fault.New(fault.NotFound, "fault.not_found")
	}
	v := View{
		ID: c.ID, Me: p.ID, Role: a.Role, TLP: c.TLP, Open: c.Opens(p), Verbs: c.Verbs(a),
		Public: c.Public, Closed: c.Closed, My: p.own(c.Opens(p)),
	}
	if a.Role == party.Officer {
		c.showAll(&v)
		return v, nil
	}
	v.Early = c.earlyFor(p, a)
	if a.Role == party.Operator { // no terms and no content of coordination
		c.showOperator(&v)
		return v, nil
	}
	c.showTerms(&v, p)
	if p.Role == party.Finder {
		c.showFinder(&v, p)
	}
	if !v.Open {
		return v, nil
	}
	c.showShared(&v, p)
	switch p.Role {
	case party.Finder: // the finder has the own report, not what was made of it
		v.Reports, v.FirstAttempt = []ReportID{p.Report}, c.FirstAttempt
	case party.Vendor, party.Observer:
		c.showContent(&v, p)
		v.Exploit, v.Attacks = c.Exploit, c.Attacks
	}
	return v, nil
}

// NeedsAgreement reports whether the reader would read but for an agreement.
func (v View) NeedsAgreement() bool {
	ended := v.My.Agreement != nil && !v.My.Agreement.Ended.IsZero()
	return !v.Open && v.Closed.IsZero() && v.My.Left.IsZero() && v.My.Bound() && (v.My.Waits || ended && !v.My.Sent.IsZero())
}

// showAll fills everything in: officers only.
func (c Case) showAll(v *View) {
	d := c.clone()
	v.Embargo, v.Planned = d.Embargo, d.Planned
	v.Title, v.Brief, v.Vulns, v.Reports = d.Title, d.Brief, d.Vulns, d.Reports
	v.Exploit, v.Attacks, v.FirstAttempt = d.Exploit, d.Attacks, d.FirstAttempt
	v.Parties, v.Products, v.Statuses, v.Statements, v.Remedies = d.Parties, d.Products, d.Statuses, d.Statements, d.Remedies
	v.Version, v.Opened, v.Owner, v.Policy, v.Why = d.Version, d.Opened, d.Owner, d.Policy, d.Why
	v.Priority, v.Ring = d.Priority, d.Ring
	v.Parts, v.Into, v.Joined, v.From, v.Splits, v.Links, v.News = d.Parts, d.Into, d.Joined, d.From, d.Splits, d.Links, d.News
	v.Accepted, v.Published, v.Website, v.Frames, v.Pauses = d.Accepted, d.Published, d.Website, d.Frames, d.Pauses
	v.Guidelines, v.Delays, v.Duties, v.Release, v.Proof = d.Guidelines, d.Delays, d.Duties, d.Release, d.Proof
}

// showTerms fills in what a participant is asked to sign. An open proposal is
// for those who may answer it, its author named only where shown.
func (c Case) showTerms(v *View, p *Participant) {
	e := c.Embargo
	v.Embargo = Embargo{State: e.State, Terms: e.Terms, Since: e.Since, Until: e.Until, Ended: e.Ended, Cause: e.Cause}
	switch {
	case v.Open, p.Role == party.Vendor && len(p.Attempts) > 0 && p.Left.IsZero(): // every contacted vendor (Guideline IV.4.4)
		v.Planned = c.Planned
	}
	switch {
	case v.Open:
	case e.State == EMRevise: // an open revision is no business of somebody who has not signed
		v.Embargo.State = EMActive
	}
	if !v.Open && c.Public.IsZero() {
		v.Embargo.Cause = "" // that attacks were seen is content
	}
	if !c.Asked(p) {
		return
	}
	o := *e.Open
	o.Answers = nil
	if yes, ok := e.Open.Answers[p.ID]; ok {
		o.Answers = map[ParticipantID]bool{p.ID: yes}
	}
	if by := c.Party(o.By); o.By != p.ID && !c.Knows(p, by) {
		o.By, o.Reason = "", ""
	}
	v.Embargo.Open, v.Embargo.Term = &o, e.Term
}

// Knows reports whether a participant may learn that another takes part: that one
// shows itself, and neither is of the individual tier, which is for a vendor's
// own products "with no coordination with other vendors" (domain 1.11). That an
// operator takes part is nobody's to know.
func (p *Participant) Knows(q *Participant) bool {
	return q.Shown && (q.ID == Centre || q.Role != party.Operator && !p.Alone && !q.Alone)
}

// showFinder fills in what a finder asked of time, and what came of it.
func (c Case) showFinder(v *View, p *Participant) {
	for _, g := range c.Guidelines {
		if g.Who == p.ID {
			v.Guidelines = append(v.Guidelines, g)
		}
	}
	if r := c.Release; r != nil && r.Who == p.ID {
		own := *r
		v.Release = &own
	}
}

// showShared fills in one's own words and those that others share.
func (c Case) showShared(v *View, p *Participant) {
	shown := map[party.OrgID]bool{}
	for i := range c.Parties {
		q := &c.Parties[i]
		switch {
		case q.ID == p.ID || !c.Knows(p, q):
		case q.ID == Centre || !q.Left.IsZero():
		default:
			v.Parties = append(v.Parties, Participant{ID: q.ID, Role: q.Role, Org: q.Org, Shown: true})
			shown[q.Org] = q.Org != ""
		}
	}
	may := func(org party.OrgID, shared bool) bool {
		return org != "" && org == p.Org || shared && shown[org]
	}
	used := map[string]bool{}
	vulns := c.readable(p)
	for _, s := range c.Statuses {
		if may(s.Org, s.Shared) && vulns[s.Vuln] && (s.Org == p.Org || c.sharedWith(p, s.Vuln)) {
			if s.Org != p.Org {
				s.Note, s.By = "", ""
			}
			v.Statuses = append(v.Statuses, s)
			used[s.Product] = true
		}
	}
	for _, x := range c.Products {
		if p.Org != "" && x.Org == string(p.Org) || used[x.ID] {
			v.Products = append(v.Products, x)
		}
	}
	for _, s := range c.Statements {
		if may(s.Org, s.Shared) && (s.Org == p.Org || c.sharedBy(p, s.Org)) {
			v.Statements = append(v.Statements, s)
		}
	}
	for _, r := range c.Remedies {
		if p.Org != "" && r.Org == p.Org {
			v.Remedies = append(v.Remedies, r)
		}
	}
}

// own is a participation as the participant itself sees it: without what
// officers note about it. Which product it is about is content.
func (p Participant) own(open bool) Participant {
	p.Unsigned, p.Silent, p.Attempts, p.Override = "", time.Time{}, nil, nil
	p.Members = slices.Clone(p.Members)
	if !open {
		p.Own = nil
	}
	p.Part = ""
	if len(p.Apart) > 0 { // the draft tells of the whole case: to who does not read it, there is none
		p.Draft = time.Time{}
	}
	p.Apart = slices.DeleteFunc(slices.Clone(p.Apart), func(a Apart) bool { return a.Asked.IsZero() }) // of the others it knows nothing
	return p
}

// SharedWith is the text of a report as a reader of the case sees it: what the
// finder wrote for the vendor. The finder's own tracking id, the evidence list
// and where else it was reported could identify the finder: they need the
// consent to share the identity (Guideline IV.2.5, IV.3(1)6).
func (r Report) SharedWith(v View) Submission {
	if v.Role == party.Officer || v.Role == party.Finder && v.My.Report == r.ID {
		return r.Submission
	}
	if !v.Open || !slices.Contains(v.Reports, r.ID) {
		return Submission{}
	}
	s := r.Submission
	out := Submission{
		Kind: s.Kind, Lang: s.Lang, Vendor: s.Vendor, Product: s.Product, Version: s.Version, URL: s.URL, Title: s.Title,
		Environment: s.Environment, Procedure: s.Procedure, Result: s.Result, Impact: s.Impact, Workaround: s.Workaround,
		Evidence: s.Evidence, Public: s.Public, Exploited: s.Exploited,
	}
	if v.My.Alone { // the finder may have named other vendors there
		out.Vendor = ""
	}
	if r.Consents.ShareIdentity {
		out.OwnID = s.OwnID
		if !v.My.Alone {
			out.ReportedTo = s.ReportedTo
		}
	}
	return out
}
