package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fold"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/sector"
	"nakodo/internal/store"
)

// RingPage is a case's early provision as officers see it: what is lacking, who
// would receive and who would not, what they read, who read it and what they did.
type RingPage struct {
	Lacks      []RingLack
	Vendors    []RingVendor // whose consent is needed, or who gave one
	Provision  cvd.Provision
	Makers     map[string]string // names by product.Product.Org
	Candidates []RingCandidate   // while one may still be asked
	Recipients []RingRecipient
	Readers    int // participants to whom the case is open, the centre not among them
}

// RingLack is a condition of opening that does not hold, with the vendor's name.
type RingLack struct {
	cvd.RingLack
	Name string
}

// RingVendor is a vendor concerned, with its answer.
type RingVendor struct {
	Org     party.OrgID
	Name    string
	Consent *cvd.RingConsent // nil: none yet
	Taker   string           // the officer who took it down; "" where the vendor said it itself
}

// RingCandidate is an operator of the registry: would it receive, and why not.
type RingCandidate struct {
	Org     party.OrgID
	Name    string
	Sectors []string
	Why     []string  // what speaks against it: keys below web.ring.why; none: it receives
	Never   bool      // it cannot be asked, whatever an officer thinks
	Expired time.Time // when its agreement ended, where that is the reason
}

// RingRecipient is an operator that was asked, with its reads.
type RingRecipient struct {
	cvd.Recipient
	Name   string
	People map[party.PersonID]string
	Reads  []RingRead // the newest first
	Late   bool       // an answer is overdue
}

// RingRead is one time that somebody read.
type RingRead struct {
	At      time.Time
	Person  party.PersonID
	Edition int
	Mark    string
	How     string
}

// Ring opens a case's early provision to an officer.
func (d *Desk) Ring(ctx context.Context, by party.Actor, id cvd.CaseID) (RingPage, error) {
	if err := officer(by); err != nil {
		return RingPage{}, err
	}
	var p RingPage
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		names, err := tx.NamesInCase(ctx, id)
		if err != nil {
			return err
		}
		for i := range c.Parties {
			if q := &c.Parties[i]; q.ID != cvd.Centre && c.Opens(q) {
				p.Readers++
			}
		}
		if c.Ring == nil {
			return nil
		}
		for _, l := range c.RingLacks() {
			p.Lacks = append(p.Lacks, RingLack{l, names[l.Org]})
		}
		if p.Provision, err = c.ProvisionFor(by); err != nil {
			return err
		}
		if p.Makers, err = d.makers(ctx, tx, p.Provision); err != nil {
			return err
		}
		if err := d.ringVendors(ctx, tx, &p, c, names); err != nil {
			return err
		}
		if err := d.ringRecipients(ctx, tx, &p, c, names); err != nil {
			return err
		}
		if c.Ring.In(cvd.RingProposed, cvd.RingOpen) {
			p.Candidates, err = d.ringCandidates(ctx, tx, c, p.Provision)
		}
		return err
	})
	return p, err
}

func (d *Desk) ringVendors(ctx context.Context, tx *store.Tx, p *RingPage, c cvd.Case, names map[party.OrgID]string) error {
	known := map[string]string{}
	for i := range c.Parties {
		q := &c.Parties[i]
		k := c.Ring.Consent(q.Org)
		if q.Role != party.Vendor || k == nil && !c.ConcernedByRing(q) {
			continue
		}
		v := RingVendor{Org: q.Org, Name: names[q.Org], Consent: k}
		if k != nil && k.By.Role == party.Officer {
			var err error
			if v.Taker, err = d.actorName(ctx, tx, k.By, known); err != nil {
				return err
			}
		}
		p.Vendors = append(p.Vendors, v)
	}
	return nil
}

// ringRecipients joins the recipients with what the journal says of their reads.
func (d *Desk) ringRecipients(ctx context.Context, tx *store.Tx, p *RingPage, c cvd.Case, names map[party.OrgID]string) error {
	events, err := tx.Events(ctx, journal.Ref{Kind: journal.AboutProvision, ID: string(c.ID)})
	if err != nil {
		return err
	}
	reads := map[party.OrgID][]RingRead{}
	for _, e := range slices.Backward(events) {
		var r provisionRead
		if err := json.Unmarshal(e.Data, &r); err != nil {
			return err
		}
		reads[e.By.Org] = append(reads[e.By.Org], RingRead{At: e.At, Person: e.By.Person, Edition: r.Edition, Mark: r.Mark, How: r.How})
	}
	for _, x := range c.Ring.Recipients {
		row := RingRecipient{Recipient: x, Name: names[x.Org], Reads: reads[x.Org], People: map[party.PersonID]string{}}
		due := x.AnswerDue()
		row.Late = !due.IsZero() && due.Before(tx.Now())
		contacts, err := tx.Contacts(ctx, x.Org)
		if err != nil {
			return err
		}
		for _, k := range contacts {
			row.People[k.ID] = k.Name
		}
		p.Recipients = append(p.Recipients, row)
	}
	return nil
}

// ringCandidates says of every operator of the registry whether it would receive,
// and what speaks against it.
func (d *Desk) ringCandidates(ctx context.Context, tx *store.Tx, c cvd.Case, p cvd.Provision) ([]RingCandidate, error) {
	operators, err := tx.Operators(ctx)
	if err != nil {
		return nil, err
	}
	signed, err := tx.AgreementsOn(ctx, party.ScopeProvision)
	if err != nil {
		return nil, err
	}
	var all []RingCandidate
	for _, o := range operators {
		x := c.Ring.Recipient(o.ID)
		if x != nil && (x.State == cvd.DutyAsked || x.State == cvd.DutyAccepted) {
			continue // it is among the recipients
		}
		k := RingCandidate{Org: o.ID, Name: o.Name(), Sectors: o.Sectors}
		if q := c.Party(cvd.OrgParticipant(o.ID)); q != nil && q.Role != party.Operator {
			k.never("takes_part")
		}
		switch best, inForce := party.Best(signed[o.ID], party.ScopeProvision, tx.Now()); {
		case inForce:
		case best.ID == "" || best.Signed.After(tx.Now()):
			k.never("no_agreement")
		default:
			k.Expired = best.End()
			k.never("expired")
		}
		contacts, err := tx.Contacts(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(contacts, func(c party.Contact) bool { return c.Mail != "" }) {
			k.never("no_contact")
		}
		k.against(x, c.Ring.Sectors, o, p.Products)
		all = append(all, k)
	}
	slices.SortStableFunc(all, func(a, b RingCandidate) int {
		return cmp.Or(cmp.Compare(flag(a.Never), flag(b.Never)), cmp.Compare(flag(len(a.Why) > 0), flag(len(b.Why) > 0)))
	})
	return all, nil
}

func (k *RingCandidate) never(why string) { k.Why, k.Never = append(k.Why, why), true }

// against notes what speaks against a candidate that an officer may still choose.
func (k *RingCandidate) against(x *cvd.Recipient, sectors []string, o party.Organisation, affected []product.Product) {
	if x != nil {
		k.Why = append(k.Why, string(x.State)) // refused, recalled, destroyed
	}
	if len(sectors) > 0 && !sector.Touch(o.Sectors, sectors) {
		k.Why = append(k.Why, "sector")
	}
	if len(o.Products) > 0 && !usesAny(o.Products, affected) {
		k.Why = append(k.Why, "product")
	}
}

// usesAny reports whether an operator's list of what it runs names an affected
// product: the same CPE or package URL, or one name within the other.
func usesAny(own []party.Product, affected []product.Product) bool {
	within := func(a, b string) bool {
		a, b = fold.Name(a), fold.Name(b)
		return a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
	}
	return slices.ContainsFunc(own, func(p party.Product) bool {
		return slices.ContainsFunc(affected, func(q product.Product) bool {
			return p.CPE != "" && p.CPE == q.CPE || p.PURL != "" && p.PURL == q.PURL || within(p.Name, q.Name)
		})
	})
}
