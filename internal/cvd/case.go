package cvd

import (
	"maps"
	"slices"
	"time"

	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/severity"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// CaseID is eight random digits; shown behind the centre's prefix (NKD#64806328).
// It says nothing about the case, so it may stand in a subject line. The
// advisory of the case carries the same digits.
type CaseID string

// ParticipantID names a participant of one case: "centre", "org:<OrgID>" or "finder:<ReportID>".
type ParticipantID string

// Centre is the coordinating centre itself.
const Centre ParticipantID = "centre"

// OrgParticipant names an organisation's participation.
func OrgParticipant(o party.OrgID) ParticipantID { return ParticipantID("org:" + o) }

// FinderParticipant names a finder's participation.
func FinderParticipant(r ReportID) ParticipantID { return ParticipantID("finder:" + r) }

// Case is one aggregate: everything about one coordination that a rule may look
// at, with one version. Letters, messages and files are records of their own.
type Case struct {
	ID      CaseID         `json:"id"`
	Version int64          `json:"version"`
	Opened  time.Time      `json:"opened"`
	Closed  time.Time      `json:"closed,omitzero"`
	Why     CloseReason    `json:"why,omitempty"` // set once closed
	Owner   party.PersonID `json:"owner"`
	Policy  string         `json:"policy"`
	TLP     tlp.Label      `json:"tlp"`
	Reports []ReportID     `json:"reports"`

	Title   words.Text `json:"title"` // for officers and signatories; never in a subject line
	Brief   words.Text `json:"brief"` // what signatories are told, beside the report itself
	Vulns   []Vuln     `json:"vulns"`
	Embargo Embargo    `json:"embargo"`
	Public  time.Time  `json:"public,omitzero"`  // P: when it became public
	Exploit time.Time  `json:"exploit,omitzero"` // X: when an exploit became public
	Attacks time.Time  `json:"attacks,omitzero"` // A: when attacks were first seen
	Planned time.Time  `json:"planned,omitzero"` // the publication date told to everybody

	FirstAttempt time.Time         `json:"first_attempt,omitzero"` // first attempt to contact any vendor: the clock's start
	Parties      []Participant     `json:"parties"`
	Products     []product.Product `json:"products,omitempty"`
	Statuses     []Status          `json:"statuses,omitempty"`
	Statements   []Statement       `json:"statements,omitempty"`
	Remedies     []Remedy          `json:"remedies,omitempty"`
	Priority     *Priority         `json:"priority,omitempty"` // set once an officer has judged it
	Ring         *Ring             `json:"ring,omitempty"`     // early provision, set once it was proposed

	// Its kin: see part.go and verb_join.go.
	Into   CaseID   `json:"into,omitempty"`   // set once closed as merged into another, or as its duplicate
	Joined []CaseID `json:"joined,omitempty"` // what was closed into it
	From   CaseID   `json:"from,omitempty"`   // what it was split off
	Splits []CaseID `json:"splits,omitempty"` // what was split off it
	Parts  []Part   `json:"parts,omitempty"`  // what came in with merged cases
	Links  []Link   `json:"links,omitempty"`  // which report tells of which vulnerability
	News   []News   `json:"news,omitempty"`   // of its siblings, while no officer has dealt with it

	// Time, and the rules that it counts by: see clock.go, edition.go and ground.go.
	Accepted   time.Time   `json:"accepted,omitzero"`    // the earliest acceptance of its reports: the statistics count from here
	Published  time.Time   `json:"published,omitzero"`   // when the centre's own advisory came out
	Website    bool        `json:"website,omitempty"`    // it is about a web site, which its operator alone can mend
	Frames     []string    `json:"frames,omitempty"`     // editions that it is under beside its policy
	Pauses     []Pause     `json:"pauses,omitempty"`     // of its clocks
	Guidelines []Guideline `json:"guidelines,omitempty"` // the finders' own, as they gave them
	Delays     []Delay     `json:"delays,omitempty"`     // CRA, Art. 16
	Duties     []DutyNote  `json:"duties,omitempty"`     // what an officer notes of the duties of its frameworks
	Release    *Release    `json:"release,omitempty"`    // the finder's wish to be released from silence
	Proof      *Proof      `json:"proof,omitempty"`      // on what it was closed without publication
}

// Vuln is one vulnerability of the case.
type Vuln struct {
	ID     string           `json:"id"` // "v1", "v2" … within the case
	CVE    string           `json:"cve,omitempty"`
	Title  words.Text       `json:"title"`
	CWEs   []string         `json:"cwes,omitempty"` // "CWE-321"
	Scores []severity.Score `json:"scores,omitempty"`
}

// Embargo is the agreement to keep quiet. The terms have a version: a
// participant's consent is to one version of them.
type Embargo struct {
	State EM            `json:"state"`
	Term  time.Duration `json:"term,omitempty"`  // set while proposed and not yet begun: counts from the first attempt
	Terms int           `json:"terms"`           // version of the terms, 0: never any
	Since time.Time     `json:"since,omitzero"`  // set once active
	Until time.Time     `json:"until,omitzero"`  // set once active: an exact instant (norm 2)
	Open  *Proposal     `json:"open,omitempty"`  // set while proposed or revise
	Ended time.Time     `json:"ended,omitzero"`  // set once exited
	Cause EndCause      `json:"cause,omitempty"` // set once exited
	Wish  time.Duration `json:"wish,omitempty"`  // the shortest of the finders' wishes, where there was one
	// WishBy is whose wish it is; "" in cases of before this was kept: the first finder's.
	WishBy ReportID `json:"wish_by,omitempty"`
}

// Proposal is new terms on the table. The old ones hold meanwhile.
type Proposal struct {
	By      ParticipantID          `json:"by"`
	At      time.Time              `json:"at"`
	Until   time.Time              `json:"until,omitzero"` // exact end; zero: Term after the first attempt
	Term    time.Duration          `json:"term,omitempty"`
	Reason  string                 `json:"reason,omitempty"`
	Answers map[ParticipantID]bool `json:"answers,omitempty"` // who has said yes or no
}

// EndCause is why an embargo ended.
type EndCause string

// The causes.
const (
	EndTerm      EndCause = "term"      // its time came
	EndPublished EndCause = "published" // the advisory came out
	EndPublic    EndCause = "public"    // the matter became public otherwise
	EndExploit   EndCause = "exploit"   // an exploit became public
	EndAttacks   EndCause = "attacks"   // attacks were seen
	EndOfficer   EndCause = "officer"   // an officer ended it, with a reason in the journal
)

// Participant is one party of a case, with its own machines.
type Participant struct {
	ID     ParticipantID `json:"id"`
	Role   party.Role    `json:"role"`
	Org    party.OrgID   `json:"org,omitempty"`
	Report ReportID      `json:"report,omitempty"` // a finder's
	RM     RM            `json:"rm"`
	PEC    PEC           `json:"pec"`
	Terms  int           `json:"terms"` // version of the embargo's terms consented to

	Aware    time.Time `json:"aware,omitzero"`    // V
	Ready    time.Time `json:"ready,omitzero"`    // F
	Deployed time.Time `json:"deployed,omitzero"` // D

	Joined   time.Time        `json:"joined"`
	Attempts []Attempt        `json:"attempts,omitempty"` // tries to reach it
	AnswerBy time.Time        `json:"answer_by,omitzero"` // set while invited or lapsed
	Answered time.Time        `json:"answered,omitzero"`  // its last answer to an invitation
	Sent     time.Time        `json:"sent,omitzero"`      // when the content was opened to it
	Heard    time.Time        `json:"heard,omitzero"`     // its last word of any kind
	Silent   time.Time        `json:"silent,omitzero"`    // when an officer recorded it as silent
	Draft    time.Time        `json:"draft,omitzero"`     // when it was told of the advisory's draft
	Left     time.Time        `json:"left,omitzero"`      // it stopped work; its promise stays on record (norm 13)
	Free     bool             `json:"free,omitempty"`     // a finder that will keep no embargo
	Number   string           `json:"number,omitempty"`   // its own ticket number, shown in every letter to it
	Shown    bool             `json:"shown"`              // other signatories may see that it takes part
	Members  []party.PersonID `json:"members,omitempty"`  // empty: everybody of the organisation
	Unsigned string           `json:"unsigned,omitempty"` // why it was let in without an agreement, before agreements were checked

	Checked   bool       `json:"checked,omitempty"`   // invited since agreements are checked: reads under one only
	Agreement *Agreement `json:"agreement,omitempty"` // of the right scope, as the registry last said; nil: none
	Override  *Override  `json:"override,omitempty"`  // asked for or granted; nil: neither
	Waits     bool       `json:"waits,omitempty"`     // all else is in order: the content opens with an agreement
	Alone     bool       `json:"alone,omitempty"`     // individual tier: reads about its own products, learns of no other vendor
	Own       []string   `json:"own,omitempty"`       // which of its products the case is about, where Alone

	Part  string  `json:"part,omitempty"`  // of the case, with which it came in by a merge
	Apart []Apart `json:"apart,omitempty"` // parts of the case that it does not read
	Moved CaseID  `json:"moved,omitempty"` // the case split off, in which it takes part instead

	Result    *Result    `json:"result,omitempty"`    // what its own examination found
	Told      *Told      `json:"told,omitempty"`      // how it tells all its users directly
	Exploited *Exploited `json:"exploited,omitempty"` // what it knows of attacks, and whom it has notified (CRA)
}

// Attempt is one try to reach a participant.
type Attempt struct {
	At   time.Time      `json:"at"`
	How  string         `json:"how"`            // mail, post, phone, fax, portal
	By   party.PersonID `json:"by,omitempty"`   // the officer; empty in what was recorded before it was asked
	To   string         `json:"to,omitempty"`   // the address or number
	Came string         `json:"came,omitempty"` // what came of it, one of Results; empty: nothing known yet
	Note string         `json:"note,omitempty"`
}

// Status is what a vendor's products are to one vulnerability.
type Status struct {
	Org           party.OrgID           `json:"org"`
	Vuln          string                `json:"vuln"`
	Product       string                `json:"product,omitempty"` // product.Product.ID; empty: the vendor as a whole
	Status        product.Status        `json:"status"`
	Justification product.Justification `json:"justification,omitempty"` // for "not affected"
	Note          string                `json:"note,omitempty"`
	Shared        bool                  `json:"shared"` // other signatories may read it before publication
	At            time.Time             `json:"at"`
	By            party.Role            `json:"by"`
}

// Statement is a vendor's own text for the advisory.
type Statement struct {
	Org    party.OrgID `json:"org"`
	Text   words.Text  `json:"text"`
	URL    string      `json:"url,omitempty"`
	Shared bool        `json:"shared"`
	At     time.Time   `json:"at"`
}

// Remedy is a vendor's remedy for some of its products.
type Remedy struct {
	Org party.OrgID `json:"org"`
	product.Remedy
}

// clone copies everything that a verb may change, so that Do never alters its receiver.
func (c Case) clone() Case {
	c.Reports = slices.Clone(c.Reports)
	c.Vulns = slices.Clone(c.Vulns)
	c.Parties = slices.Clone(c.Parties)
	c.Products = slices.Clone(c.Products)
	c.Statuses = slices.Clone(c.Statuses)
	c.Statements = slices.Clone(c.Statements)
	c.Remedies = slices.Clone(c.Remedies)
	c.Ring = c.Ring.clone()
	c.Joined, c.Splits = slices.Clone(c.Joined), slices.Clone(c.Splits)
	c.Parts = slices.Clone(c.Parts)
	c.Links = slices.Clone(c.Links)
	c.News = slices.Clone(c.News)
	c.Frames, c.Pauses, c.Guidelines = slices.Clone(c.Frames), slices.Clone(c.Pauses), slices.Clone(c.Guidelines)
	c.Delays, c.Duties = slices.Clone(c.Delays), slices.Clone(c.Duties)
	if c.Embargo.Open != nil {
		p := *c.Embargo.Open
		p.Answers = maps.Clone(p.Answers)
		c.Embargo.Open = &p
	}
	return c
}

// Party finds a participant; nil where there is none.
func (c *Case) Party(id ParticipantID) *Participant {
	for i := range c.Parties {
		if c.Parties[i].ID == id {
			return &c.Parties[i]
		}
	}
	return nil
}

// PartyOf finds the participant that an actor speaks for; nil where there is none.
func (c *Case) PartyOf(a party.Actor) *Participant {
	switch a.Role {
	case party.Officer:
		if a.Person == "" { // nobody acts for the centre without a name
			return nil
		}
		return c.Party(Centre)
	case party.Clock:
		return c.Party(Centre)
	case party.Finder:
		return c.Party(FinderParticipant(ReportID(a.Report)))
	case party.Vendor, party.Operator, party.Observer:
		p := c.Party(OrgParticipant(a.Org))
		if p != nil && p.Role == a.Role && (len(p.Members) == 0 || slices.Contains(p.Members, a.Person)) {
			return p
		}
	}
	return nil
}

// State is the case state as a participant sees it; one that is no vendor has no bits of its own.
func (c *Case) State(p *Participant) CS {
	bit := func(do CSVerb, at time.Time) string {
		if at.IsZero() {
			return string(do[0] + 'a' - 'A')
		}
		return string(do)
	}
	return CS(bit(CSAware, p.Aware) + bit(CSReady, p.Ready) + bit(CSDeployed, p.Deployed) +
		bit(CSPublic, c.Public) + bit(CSExploit, c.Exploit) + bit(CSAttacks, c.Attacks))
}

// UnderEmbargo reports whether an embargo holds now. While a revision is open
// the old terms hold.
func (c *Case) UnderEmbargo() bool { return c.Embargo.State == EMActive || c.Embargo.State == EMRevise }

// Asked reports whether a participant may answer the open proposal: whoever
// reads the content, and whoever had it before an embargo was proposed.
func (c *Case) Asked(p *Participant) bool {
	if c.Embargo.Open == nil || !p.Left.IsZero() {
		return false
	}
	return c.Opens(p) || c.Embargo.State == EMProposed && !p.Sent.IsZero() && c.Papers(p)
}

// Opens reports whether the content of the case is open to a participant: the
// report, the vulnerabilities, other parties' shared words. Fail-closed: under an
// embargo to signatories of the present terms only; while the first terms are
// being agreed to the centre and the finders only; never to one that left (norms
// 9 and 13, ADR-0056); and to no organisation without an agreement in force. To
// an operator of a ring never: it reads what Case.ProvisionFor makes for it.
func (c *Case) Opens(p *Participant) bool {
	return p != nil && p.Role != party.Operator && !p.Sent.IsZero() && p.Left.IsZero() && c.consented(p) && c.Papers(p)
}

// consented reports whether the embargo lets a participant read.
func (c *Case) consented(p *Participant) bool {
	switch c.Embargo.State {
	case EMActive, EMRevise:
		return p.PEC == PECSignatory
	case EMProposed:
		return p.ID == Centre || p.Role == party.Finder
	}
	return true
}
