package cvd

import (
	"slices"
	"time"

	"nakodo/internal/machine"
	"nakodo/internal/party"
	"nakodo/internal/priority"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// A ring is the early provision of a case to operators of critical
// infrastructure: after a remedy exists, before publication, with each vendor's
// consent, under duties that every reader accepts first (Guideline IV.4.8). It
// stands beside the embargo and is none of it: to an operator the case itself
// never opens. What it reads is made by Case.ProvisionFor (ring_seen.go).

// RingState is how far a case's early provision is.
type RingState string

// The states of a ring.
const (
	RingNone     RingState = "none"     // nobody has asked for it; an officer may propose it
	RingProposed RingState = "proposed" // vendors consent or refuse; an officer opens it once nothing is lacking
	RingOpen     RingState = "open"     // operators read; an officer can recall it, publication ends it
	RingRecalled RingState = "recalled" // closed to all by an officer; operators confirm that they have destroyed what they had
	RingClosed   RingState = "closed"   // over, for good: it is public, or the case is closed
)

// RingVerb is an event of a ring.
type RingVerb string

// The events of a ring.
const (
	RingPropose  RingVerb = "propose"
	RingAmend    RingVerb = "amend"
	RingWithdraw RingVerb = "withdraw"
	RingOpens    RingVerb = "open"
	RingRecall   RingVerb = "recall"
	RingClose    RingVerb = "close"
)

var byClock = []party.Role{party.Clock}

// EarlyProvision is the machine of a ring, one for each case.
var EarlyProvision = machine.Table[RingState, RingVerb, party.Role]{
	Name: "ring", Initial: RingNone, Final: []RingState{RingNone, RingClosed},
	Rows: []machine.Row[RingState, RingVerb, party.Role]{
		{From: RingNone, Do: RingPropose, To: RingProposed, By: hub, Clause: "Guideline IV.4.8: particularly large impact on infrastructure"},
		{From: RingProposed, Do: RingAmend, To: RingProposed, By: hub, Clause: "Guideline IV.4.8"},
		{From: RingProposed, Do: RingWithdraw, To: RingNone, By: hub, Clause: "Guideline IV.4.8: at the centre's discretion"},
		{From: RingProposed, Do: RingOpens, To: RingOpen, By: hub, Clause: "Guideline IV.4.8: the developer consulted, after the remedy exists, before publication"},
		{From: RingProposed, Do: RingClose, To: RingClosed, By: byClock, Clause: "Guideline IV.4.8: before publication only"},
		{From: RingOpen, Do: RingAmend, To: RingOpen, By: hub, Clause: "Guideline IV.4.8"},
		{From: RingOpen, Do: RingRecall, To: RingRecalled, By: hub, Clause: "Guideline IV.4.8: secrecy"},
		{From: RingOpen, Do: RingClose, To: RingClosed, By: byClock, Clause: "Guideline IV.4.8: before publication only"},
		{From: RingRecalled, Do: RingPropose, To: RingProposed, By: hub, Clause: "Guideline IV.4.8"},
		{From: RingRecalled, Do: RingClose, To: RingClosed, By: byClock, Clause: "Guideline IV.4.8: before publication only"},
	},
}

// DutyState is where one operator stands with the duties of a ring.
type DutyState string

// The states of an operator's duties.
const (
	DutyStart     DutyState = "start"     // has not been asked; an officer asks
	DutyAsked     DutyState = "asked"     // sees the duties and nothing else; the operator accepts or refuses
	DutyAccepted  DutyState = "accepted"  // whoever accepted them reads; the operator says what it did
	DutyRefused   DutyState = "refused"   // was shown nothing; an officer may ask again
	DutyRecalled  DutyState = "recalled"  // reads no longer; the operator confirms that it has destroyed what it had
	DutyDestroyed DutyState = "destroyed" // has confirmed it; nobody acts
)

// DutyVerb is an event of an operator's duties.
type DutyVerb string

// The events of an operator's duties.
const (
	DutyAsk     DutyVerb = "ask"
	DutyAccept  DutyVerb = "accept"
	DutyRefuse  DutyVerb = "refuse"
	DutyRecall  DutyVerb = "recall"
	DutyDestroy DutyVerb = "destroy"
)

var (
	operator    = []party.Role{party.Operator}
	operatorHub = []party.Role{party.Operator, party.Officer}
)

// OperatorDuties is the machine of the duties, one for each operator.
var OperatorDuties = machine.Table[DutyState, DutyVerb, party.Role]{
	Name: "duties", Initial: DutyStart, Final: []DutyState{DutyRefused, DutyDestroyed},
	Rows: []machine.Row[DutyState, DutyVerb, party.Role]{
		{From: DutyStart, Do: DutyAsk, To: DutyAsked, By: hub, Clause: "Guideline IV.4.8: recipients who satisfy all conditions"},
		{From: DutyAsked, Do: DutyAccept, To: DutyAccepted, By: operator, Clause: "Guideline IV.4.8: secrecy inside and at contractors, use to protect only"},
		{From: DutyAsked, Do: DutyRefuse, To: DutyRefused, By: operatorHub, Clause: "Guideline IV.4.8"},
		{From: DutyAsked, Do: DutyRecall, To: DutyRecalled, By: hub, Clause: "Guideline IV.4.8"},
		{From: DutyAccepted, Do: DutyRecall, To: DutyRecalled, By: hub, Clause: "Guideline IV.4.8: secrecy"},
		{From: DutyRefused, Do: DutyAsk, To: DutyAsked, By: hub, Clause: "Guideline IV.4.8"},
		{From: DutyRecalled, Do: DutyAsk, To: DutyAsked, By: hub, Clause: "Guideline IV.4.8"},
		{From: DutyRecalled, Do: DutyDestroy, To: DutyDestroyed, By: operatorHub, Clause: "Guideline IV.4.8: secrecy"},
		{From: DutyDestroyed, Do: DutyAsk, To: DutyAsked, By: hub, Clause: "Guideline IV.4.8"},
	},
}

// DutiesEdition names the text of the duties that operators are shown now
// (words: ring.duties.*). A changed text gets a new edition, and who accepted
// an older one can still be told.
const DutiesEdition = "2026-1"

// How long an operator has before the clock reminds it, and how often it does.
const (
	dutiesTerm  = 3 * day // to accept or refuse the duties
	deedTerm    = 7 * day // to say what it did, from its acceptance
	destroyTerm = 3 * day // to confirm the destruction
	mostRemind  = 3
)

// Ring is the early provision of a case.
type Ring struct {
	State   RingState `json:"state"`
	Round   int       `json:"round"`   // counts proposals: a consent is to one of them
	Edition int       `json:"edition"` // counts what operators were given to read
	RingText

	Proposed   time.Time      `json:"proposed"`
	By         party.PersonID `json:"by"`
	Consents   []RingConsent  `json:"consents,omitempty"` // of this round
	Opened     time.Time      `json:"opened,omitzero"`    // last opened
	Ended      time.Time      `json:"ended,omitzero"`     // set once recalled or closed
	Recipients []Recipient    `json:"recipients,omitempty"`
}

// RingText is what an officer writes about a ring. Advice alone is for operators.
type RingText struct {
	Reason  string     `json:"reason"`           // why operators should know early
	Impact  string     `json:"impact,omitempty"` // the judgement that the impact is large, where the matrix does not say it
	Sectors []string   `json:"sectors,omitempty"`
	TLP     tlp.Label  `json:"tlp"`
	Advice  words.Text `json:"advice"` // what to protect, and how
}

// RingConsent is one vendor's word on a proposed ring.
type RingConsent struct {
	Org    party.OrgID `json:"org"`
	Yes    bool        `json:"yes"`
	Reason string      `json:"reason,omitempty"` // of a refusal
	How    string      `json:"how,omitempty"`    // where an officer took it down: by which letter, of whom
	By     party.Actor `json:"by"`
	At     time.Time   `json:"at"`
}

// Recipient is one operator of a ring.
type Recipient struct {
	Org       party.OrgID  `json:"org"`
	State     DutyState    `json:"state"`
	Asked     time.Time    `json:"asked"`
	AnswerBy  time.Time    `json:"answer_by"`
	Accepted  []Acceptance `json:"accepted,omitempty"` // each person for itself
	Refusal   string       `json:"refusal,omitempty"`
	Refused   time.Time    `json:"refused,omitzero"`
	Recalled  time.Time    `json:"recalled,omitzero"`
	Why       string       `json:"why,omitempty"` // it was recalled; the operator reads it
	Destroyed time.Time    `json:"destroyed,omitzero"`
	Deeds     []Deed       `json:"deeds,omitempty"`
	Remind    time.Time    `json:"remind,omitzero"` // when the clock reminds it next
	Reminded  int          `json:"reminded,omitempty"`
}

// Acceptance is one person's word that the duties will be kept.
type Acceptance struct {
	Person  party.PersonID `json:"person"`
	At      time.Time      `json:"at"`
	Edition string         `json:"edition"` // of the duties
}

// DeedKind is what an operator did with what it was told.
type DeedKind string

// The kinds of deed.
const (
	DeedRemedy      DeedKind = "remedy"       // applied the remedy
	DeedWorkaround  DeedKind = "workaround"   // protects itself in another way for now
	DeedNotAffected DeedKind = "not_affected" // does not use what is affected
	DeedCannot      DeedKind = "cannot"       // can do neither
	DeedOther       DeedKind = "other"
)

// Deeds lists the kinds of deed in the order of a form.
func Deeds() []DeedKind {
	return []DeedKind{DeedRemedy, DeedWorkaround, DeedNotAffected, DeedCannot, DeedOther}
}

// Deed is an operator's answer to "what did you do?".
type Deed struct {
	What DeedKind       `json:"what"`
	On   time.Time      `json:"on,omitzero"` // the day it was done, or will be
	Note string         `json:"note,omitempty"`
	By   party.PersonID `json:"by,omitempty"`
	At   time.Time      `json:"at"`
}

// clone copies everything that a verb may change. Slices within a recipient are
// always replaced, never written to.
func (r *Ring) clone() *Ring {
	if r == nil {
		return nil
	}
	c := *r
	c.Consents, c.Recipients = slices.Clone(r.Consents), slices.Clone(r.Recipients)
	return &c
}

// Recipient finds an operator of the ring; nil where it is none.
func (r *Ring) Recipient(org party.OrgID) *Recipient {
	if r == nil {
		return nil
	}
	if i := slices.IndexFunc(r.Recipients, func(x Recipient) bool { return x.Org == org }); i >= 0 {
		return &r.Recipients[i]
	}
	return nil
}

// Consent is what a vendor said to the present proposal; nil while it has said nothing.
func (r *Ring) Consent(org party.OrgID) *RingConsent {
	if r == nil {
		return nil
	}
	if i := slices.IndexFunc(r.Consents, func(x RingConsent) bool { return x.Org == org }); i >= 0 {
		return &r.Consents[i]
	}
	return nil
}

// In reports whether the ring is in one of some states. A case without a ring is in RingNone.
func (r *Ring) In(states ...RingState) bool {
	if r == nil {
		return slices.Contains(states, RingNone)
	}
	return slices.Contains(states, r.State)
}

// took reports whether a person has accepted the duties.
func (x *Recipient) took(p party.PersonID) bool {
	return slices.ContainsFunc(x.Accepted, func(a Acceptance) bool { return a.Person == p })
}

// ConcernedByRing reports whether a vendor's consent is needed. It is where its
// product is known to be affected or it has offered a remedy, for that is what
// operators read. It is also of a vendor that reads the case and may yet find
// itself affected; not where all its words are "not affected", nor where it was
// recorded as silent: nothing of such a vendor is given away.
func (c *Case) ConcernedByRing(p *Participant) bool {
	if p == nil || p.Role != party.Vendor {
		return false
	}
	words, free := 0, 0
	for _, s := range c.Statuses {
		switch {
		case s.Org != p.Org:
			continue
		case s.Status.IsAffected():
			return true
		case s.Status == product.NotAffected:
			free++
		}
		words++
	}
	if slices.ContainsFunc(c.Remedies, func(r Remedy) bool { return r.Org == p.Org }) {
		return true
	}
	return !p.Sent.IsZero() && p.Left.IsZero() && p.Silent.IsZero() && (words == 0 || free < words)
}

// RingLack is a condition of opening that does not hold. Key is the catalogue key
// of the sentence; Org the vendor that it is about.
type RingLack struct {
	Key    string
	Org    party.OrgID
	Reason string // a vendor's, for its refusal
}

// RingLacks lists why a proposed ring cannot be opened, all reasons at once.
func (c *Case) RingLacks() []RingLack {
	var lacks []RingLack
	if !c.Public.IsZero() {
		lacks = append(lacks, RingLack{Key: "fault.ring.public"})
	}
	if c.Ring == nil || c.Ring.Impact == "" && !c.largeByMatrix() {
		lacks = append(lacks, RingLack{Key: "fault.ring.impact"})
	}
	if !c.hasRemedy() {
		lacks = append(lacks, RingLack{Key: "fault.ring.remedy"})
	}
	concerned := 0
	for i := range c.Parties {
		p := &c.Parties[i]
		if !c.ConcernedByRing(p) {
			continue
		}
		concerned++
		switch k := c.Ring.Consent(p.Org); {
		case k == nil:
			lacks = append(lacks, RingLack{Key: "fault.ring.consent", Org: p.Org})
		case !k.Yes:
			lacks = append(lacks, RingLack{Key: "fault.ring.refused", Org: p.Org, Reason: k.Reason})
		}
	}
	if concerned == 0 {
		lacks = append(lacks, RingLack{Key: "fault.ring.no_vendor"})
	}
	return lacks
}

// largeByMatrix: the Guideline's matrix makes the case a priority case (appendix 4).
func (c *Case) largeByMatrix() bool {
	return c.Priority != nil && c.Priority.Matrix.Outcome == priority.Priority
}

// hasRemedy: somebody can do something. That a vendor's fix is ready counts as
// well as a remedy that it has described.
func (c *Case) hasRemedy() bool {
	return slices.ContainsFunc(c.Remedies, func(r Remedy) bool { return remedyForOperators(r.Kind) }) ||
		slices.ContainsFunc(c.Parties, func(p Participant) bool { return p.Role == party.Vendor && !p.Ready.IsZero() })
}

// remedyForOperators: what an operator can act on before publication.
func remedyForOperators(k product.RemedyKind) bool {
	return k == product.Fix || k == product.Workaround || k == product.Mitigation
}
