package cvd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Early is what a reader other than an officer may see of early provision: that
// it happened, and its own part in it. Nobody learns of an operator here but
// that operator.
type Early struct {
	State  RingState `json:"state,omitempty"`  // for operators: open, or else closed
	Opened time.Time `json:"opened,omitzero"`  // for finders and for vendors that consented: that it happened
	TLP    tlp.Label `json:"tlp,omitempty"`    // for vendors that are asked, and operators
	Asked  bool      `json:"asked,omitempty"`  // a vendor's consent is wanted
	Round  int       `json:"round,omitempty"`  // of the proposal a vendor is asked about
	Answer string    `json:"answer,omitempty"` // what a vendor has said to it: yes, no
	Reason string    `json:"reason,omitempty"` // that it gave for a refusal
	Duty   *MyDuty   `json:"duty,omitempty"`   // for operators: their own
}

// MyDuty is where an operator stands, as it sees it itself.
type MyDuty struct {
	State     DutyState `json:"state"`
	AnswerBy  time.Time `json:"answer_by,omitzero"` // set while asked
	Mine      bool      `json:"mine"`               // this person has accepted the duties
	Reads     bool      `json:"reads"`              // the content is open to this person now
	Unsigned  bool      `json:"unsigned,omitempty"` // its agreement has ended: nothing is shown until there is a new one
	Had       bool      `json:"had"`                // somebody of the operator could read it
	Why       string    `json:"why,omitempty"`      // it was recalled
	Recalled  time.Time `json:"recalled,omitzero"`
	Destroyed time.Time `json:"destroyed,omitzero"`
	Deeds     []Deed    `json:"deeds,omitempty"`
}

// Provision is all that an operator ever reads of a case: what to protect, which
// products are affected, what to do, until when nobody else knows. It is built
// from nothing. Not in it: the report, the vulnerability, the finder, other
// recipients, vendors' words beyond their remedies.
type Provision struct {
	Case     CaseID            `json:"case"`
	TLP      tlp.Label         `json:"tlp"`
	Edition  int               `json:"edition"`
	Advice   words.Text        `json:"advice"`
	Products []product.Product `json:"products,omitempty"`
	Remedies []product.Remedy  `json:"remedies,omitempty"`
	Planned  time.Time         `json:"planned,omitzero"` // of publication
}

// Mark names exactly what was read: the edition and the beginning of the
// content's hash. Two readers of one mark have read the same.
func (p Provision) Mark() string {
	raw, _ := json.Marshal(p) // plain values: cannot fail
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:6])
}

// ProvisionFor gives what operators read, to an officer and to an operator's
// person that has accepted the duties. Whoever shows it to an operator records
// the read in the same step.
func (c Case) ProvisionFor(a party.Actor) (Provision, error) {
	p := c.PartyOf(a)
	switch {
	case c.Version == 0 || p == nil || c.Ring == nil:
	case a.Role == party.Officer:
		return c.provision(), nil
	case a.Role == party.Operator:
		if x := c.Ring.Recipient(p.Org); x != nil {
			return c.provision(), c.mayRead(p, x, a.Person)
		}
	}
	return Provision{}, fault.New(fault.NotFound, "fault.not_found")
}

// ProvisionMark names what operators read now; empty while no ring is open.
func (c Case) ProvisionMark() string {
	if !c.Ring.In(RingOpen) {
		return ""
	}
	return c.provision().Mark()
}

// mayRead says why a person of an operator may not read now; nil where they may.
func (c *Case) mayRead(p *Participant, x *Recipient, by party.PersonID) error {
	switch {
	case x.State == DutyRecalled || x.State == DutyDestroyed:
		return fault.New(fault.NotNow, "fault.ring.recalled")
	case c.Ring.State != RingOpen:
		return fault.New(fault.NotNow, "fault.ring.over")
	case !c.Papers(p):
		return fault.New(fault.NotNow, "fault.ring.ended")
	case x.State != DutyAccepted || by == "" || !x.took(by):
		return fault.New(fault.NotNow, "fault.ring.accept_first")
	}
	return nil
}

// provision collects what consenting vendors let operators know. The products
// and remedies of a vendor that has not consented stay out, even if it has come
// into the case since the ring was opened.
func (c Case) provision() Provision {
	r := c.Ring
	out := Provision{Case: c.ID, TLP: r.TLP, Edition: r.Edition, Advice: r.Advice, Planned: c.Planned}
	consents := func(org string) bool {
		k := r.Consent(party.OrgID(org))
		return k != nil && k.Yes
	}
	named := map[string]bool{}
	for _, s := range c.Statuses {
		if s.Status.IsAffected() {
			named[s.Product] = true
		}
	}
	for _, x := range c.Remedies {
		if !consents(string(x.Org)) || !remedyForOperators(x.Kind) {
			continue
		}
		for _, id := range x.Products {
			named[id] = true
		}
		rem := x.Remedy
		rem.Products = slices.Clone(rem.Products)
		out.Remedies = append(out.Remedies, rem)
	}
	for _, x := range c.Products {
		if named[x.ID] && consents(x.Org) {
			out.Products = append(out.Products, x)
		}
	}
	return out
}

// earlyFor is a reader's own part in early provision; nil where there is nothing
// for the reader to know.
func (c *Case) earlyFor(p *Participant, a party.Actor) *Early {
	r := c.Ring
	if r == nil {
		return nil
	}
	switch p.Role {
	case party.Finder: // told that it happened, never to whom or how many (Guideline IV.3(1)12)
		if !r.Opened.IsZero() {
			return &Early{Opened: r.Opened}
		}
	case party.Vendor:
		return c.earlyOfVendor(p)
	case party.Operator:
		if x := r.Recipient(p.Org); x != nil {
			return c.earlyOfOperator(p, x, a.Person)
		}
	}
	return nil
}

func (c *Case) earlyOfVendor(p *Participant) *Early {
	r, k := c.Ring, c.Ring.Consent(p.Org)
	if !p.Left.IsZero() && r.Opened.After(p.Left) { // nothing more is told to who left (norm 13)
		return nil
	}
	asked := r.State == RingProposed && c.Opens(p) && c.ConcernedByRing(p)
	if !asked && (k == nil || !k.Yes || r.Opened.Before(k.At)) {
		return nil
	}
	e := &Early{Asked: asked, TLP: r.TLP, Round: r.Round}
	if k != nil {
		if e.Answer, e.Reason = "no", k.Reason; k.Yes {
			e.Answer = "yes"
		}
		if k.Yes && !r.Opened.Before(k.At) {
			e.Opened = r.Opened
		}
	}
	return e
}

func (c *Case) earlyOfOperator(p *Participant, x *Recipient, by party.PersonID) *Early {
	r := c.Ring
	e := &Early{State: RingClosed, TLP: r.TLP, Duty: &MyDuty{
		State: x.State, Mine: x.took(by), Reads: c.mayRead(p, x, by) == nil, Unsigned: !c.Papers(p), Had: len(x.Accepted) > 0,
		Why: x.Why, Recalled: x.Recalled, Destroyed: x.Destroyed, Deeds: slices.Clone(x.Deeds),
	}}
	if r.State == RingOpen {
		e.State = RingOpen
	}
	if x.State == DutyAsked && r.State == RingOpen {
		e.Duty.AnswerBy = x.AnswerBy
	}
	return e
}

// showOperator gives an operator the ring's label instead of the case's. When
// the matter became public or the case ended, it is told only if it had the content.
func (c *Case) showOperator(v *View) {
	v.TLP = tlp.AmberStrict
	if c.Ring != nil {
		v.TLP = c.Ring.TLP
	}
	if v.Early == nil || v.Early.Duty == nil || !v.Early.Duty.Had {
		v.Public, v.Closed = time.Time{}, time.Time{}
	}
}
