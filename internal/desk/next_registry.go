package desk

import (
	"time"

	"nakodo/internal/party"
)

// registrationDue is how long a registration may rest at a step: an application
// waits for an officer, the later steps for the vendor.
func registrationDue(s party.RegState) time.Duration {
	if s == party.RegApplied || s == party.RegAnswered {
		return 7 * 24 * time.Hour
	}
	return 30 * 24 * time.Hour
}

// registry: registrations and changes that wait, and contacts that no longer
// reach anybody.
func (n *nextList) registry() error {
	open, err := openRegistrations(n.ctx, n.tx)
	if err != nil {
		return err
	}
	for _, r := range open {
		name, err := registrationName(n.ctx, n.tx, r)
		if err != nil {
			return err
		}
		n.add(Task{What: string(r.Next()), Due: r.Since().Add(registrationDue(r.State)), Name: name, Link: "/desk/registrations/" + r.ID})
	}
	waiting, err := n.tx.ChangesWaiting(n.ctx, 100)
	if err != nil {
		return err
	}
	for _, c := range waiting {
		if c.AgreedBy(n.by.Person) {
			continue // it waits for another officer
		}
		o, err := n.tx.Organisation(n.ctx, c.Org)
		if err != nil {
			return err
		}
		what := "agree_change"
		if c.Guarded() {
			what = "agree_guarded"
		}
		n.add(Task{What: what, Due: c.At.Add(soon), Name: o.Name(), Link: "/desk/changes/" + c.ID})
	}
	bounced, ends, aged, err := n.tx.CountContacts(n.ctx, n.now.Add(party.KeySoon), n.now.Add(-party.ProofHolds))
	for _, t := range []Task{
		{What: "contacts_bounced", Due: n.now, Count: bounced, Link: "/desk/registry?show=bounced"},
		{What: "keys_end", Count: ends, Link: "/desk/registry?show=keys"},
		{What: "contacts_aged", Count: aged, Link: "/desk/registry?show=aged"},
	} {
		if t.Count > 0 {
			n.add(t)
		}
	}
	return err
}
