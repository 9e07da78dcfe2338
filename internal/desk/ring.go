package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// OpenRing opens a case's early provision: the operators named are asked to
// accept the duties. Whoever must not receive anything is refused by name, and
// nothing is opened to anybody.
func (d *Desk) OpenRing(ctx context.Context, by party.Actor, id cvd.CaseID, operators []party.OrgID) error {
	return d.askOperators(ctx, by, id, operators, func(asked []cvd.Asked) cvd.Verb { return cvd.OpenRing{Recipients: asked} })
}

// AskOperator asks one more operator, or one again.
func (d *Desk) AskOperator(ctx context.Context, by party.Actor, id cvd.CaseID, org party.OrgID) error {
	return d.askOperators(ctx, by, id, []party.OrgID{org}, func(asked []cvd.Asked) cvd.Verb { return cvd.AskOperator{Asked: asked[0]} })
}

func (d *Desk) askOperators(ctx context.Context, by party.Actor, id cvd.CaseID, orgs []party.OrgID, verb func([]cvd.Asked) cvd.Verb) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		var asked []cvd.Asked
		for _, org := range orgs {
			a, err := d.mayProvide(ctx, tx, org)
			if err != nil {
				return err
			}
			asked = append(asked, cvd.Asked{Org: org, Agreement: a})
		}
		if _, err := d.act(ctx, tx, by, id, 0, verb(asked)); err != nil {
			return err
		}
		return d.operatorThreads(ctx, tx, by, id, orgs)
	})
}

// mayProvide refuses a recipient that the registry does not allow: it has to be
// an operator, reachable, and bound by an agreement on early provision.
func (d *Desk) mayProvide(ctx context.Context, tx *store.Tx, org party.OrgID) (*cvd.Agreement, error) {
	o, err := tx.Organisation(ctx, org)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(o.Kinds, party.KindOperator) {
		return nil, fault.New(fault.NotNow, "fault.ring.not_operator", "name", o.Name())
	}
	a, _, err := d.registration(ctx, tx, o, party.Operator)
	if err != nil {
		return nil, err
	}
	if a == nil || !a.Ended.IsZero() {
		return nil, fault.New(fault.NotNow, "fault.ring.no_agreement", "name", o.Name())
	}
	return a, d.reachable(ctx, tx, o, "mail")
}

// operatorThreads gives each operator a thread with the centre alone, open before
// it has accepted anything: it may have questions about the duties.
func (d *Desk) operatorThreads(ctx context.Context, tx *store.Tx, by party.Actor, id cvd.CaseID, orgs []party.OrgID) error {
	ts, err := tx.ThreadsOfCase(ctx, string(id))
	if err != nil {
		return err
	}
	for _, org := range orgs {
		readers := []string{string(cvd.Centre), string(cvd.OrgParticipant(org))}
		if slices.ContainsFunc(ts, func(t talk.Thread) bool { return slices.Equal(t.Readers, readers) }) {
			continue
		}
		if _, err := d.startThread(ctx, tx, by, talk.Thread{Case: string(id), Readers: readers}); err != nil {
			return err
		}
	}
	return nil
}

// ringNamed refuses what the core cannot know of a verb of early provision: that
// what was written for operators shows how to attack.
func ringNamed(by party.Actor, c cvd.Case, v cvd.Verb) error {
	switch v := v.(type) {
	case cvd.ProposeRing:
		return harmless(v.RingText)
	case cvd.AmendRing:
		return harmless(v.RingText)
	case cvd.OpenRing:
		return harmlessRemedies(c, by)
	}
	return nil
}

// harmless refuses an advice that shows how to attack, by the finder that guards
// publication: what operators get is what to protect and how.
func harmless(t cvd.RingText) error {
	var k fault.Check
	for _, f := range [][2]string{{"advice.en", t.Advice.EN}, {"advice.ja", t.Advice.JA}} {
		if hit, found := exploitIn(f[1]); found {
			k.Add(f[0], "fault.ring.exploit", "text", hit)
		}
	}
	return k.Err()
}

// harmlessRemedies looks at what vendors wrote. Only the opening looks: what a
// vendor changes later is looked at by whoever amends the advice.
func harmlessRemedies(c cvd.Case, by party.Actor) error {
	p, err := c.ProvisionFor(by)
	if err != nil {
		return err
	}
	for _, r := range p.Remedies {
		for _, text := range []string{r.Text.EN, r.Text.JA} {
			if hit, found := exploitIn(text); found {
				return fault.New(fault.NotNow, "fault.ring.exploit", "text", hit)
			}
		}
	}
	return nil
}

// exploitIn quotes the first place of a text that nobody may be given.
func exploitIn(text string) (string, bool) {
	for _, h := range advisory.Exploits(text) {
		if h.Weight == advisory.Block {
			return strings.ToValidUTF8(text[h.Start:min(h.End, h.Start+120)], ""), true
		}
	}
	return "", false
}

// ProvisionRead is what one person of an operator has read, marked for that
// person: a copy that turns up elsewhere says whose it was.
type ProvisionRead struct {
	Provision cvd.Provision
	Vendors   map[string]string // names by product.Product.Org
	Mark      string            // of the case
	Org       string
	Person    string
	At        time.Time
}

// The ways of reading.
const (
	ReadPage = "page" // on the screen
	ReadCopy = "copy" // as a file to keep
)

// provisionRead is the journal's line about one read.
type provisionRead struct {
	Edition int    `json:"edition"`
	Mark    string `json:"mark"` // cvd.Provision.Mark: exactly what was read
	How     string `json:"how"`
}

// ReadProvision gives an operator's person what the ring holds for it. The read
// is in the journal before anything is shown, or nothing is shown: who, when,
// and exactly what.
func (d *Desk) ReadProvision(ctx context.Context, by party.Actor, id cvd.CaseID, how string) (ProvisionRead, error) {
	var r ProvisionRead
	err := d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		by := inCase(by, c)
		if by.Role != party.Operator || how != ReadPage && how != ReadCopy {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if r.Provision, err = c.ProvisionFor(by); err != nil {
			return err
		}
		if r.Vendors, err = d.makers(ctx, tx, r.Provision); err != nil {
			return err
		}
		person, err := tx.Contact(ctx, by.Person)
		if err != nil {
			return err
		}
		o, err := tx.Organisation(ctx, by.Org)
		if err != nil {
			return err
		}
		r.Mark, r.Org, r.Person, r.At = d.Centre.Mark(id), o.Name(), person.Name, tx.Now()
		return d.note(ctx, tx, by, journal.AboutProvision, string(id), "read_provision", provisionRead{Edition: r.Provision.Edition, Mark: r.Provision.Mark(), How: how})
	})
	return r, err
}

// makers are the names of the vendors whose products a provision lists.
func (d *Desk) makers(ctx context.Context, tx *store.Tx, p cvd.Provision) (map[string]string, error) {
	names := map[string]string{}
	for _, x := range p.Products {
		if _, known := names[x.Org]; known {
			continue
		}
		o, err := tx.Organisation(ctx, party.OrgID(x.Org))
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		names[x.Org] = o.Name()
	}
	return names, nil
}
