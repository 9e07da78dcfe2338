package desk

import (
	"context"
	"slices"
	"strings"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// OrgPage is an organisation of the registry as an officer sees it.
type OrgPage struct {
	Org        party.Organisation
	Contacts   []party.Contact
	Agreements []party.Agreement
	History    []Moment

	Parent       party.Organisation   // zero: none
	Subsidiaries []party.Organisation // by name
	Registration *RegistrationPage    // the newest; nil: there was none
	Changes      []AskedChange        // that wait
}

// Organisations lists the registry by name: what contains the typed text, or
// everything after an entry.
func (d *Desk) Organisations(ctx context.Context, by party.Actor, typed string, after party.OrgID, limit int) ([]party.Organisation, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var list []party.Organisation
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if strings.TrimSpace(typed) != "" {
			list, err = tx.OrganisationsNamed(ctx, typed, limit)
			return err
		}
		var from party.Organisation
		if after != "" {
			if from, err = tx.Organisation(ctx, after); err != nil {
				return err
			}
		}
		list, err = tx.Organisations(ctx, from, limit)
		return err
	})
	// One that was merged is reached from the one that it was merged into.
	return slices.DeleteFunc(list, func(o party.Organisation) bool { return o.MergedInto != "" }), err
}

// Organisation opens one entry of the registry.
func (d *Desk) Organisation(ctx context.Context, by party.Actor, id party.OrgID) (OrgPage, error) {
	if err := officer(by); err != nil {
		return OrgPage{}, err
	}
	var p OrgPage
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if p.Org, err = tx.Organisation(ctx, id); err != nil {
			return err
		}
		if p.Contacts, err = tx.Contacts(ctx, id); err != nil {
			return err
		}
		if p.Agreements, err = tx.Agreements(ctx, id); err != nil {
			return err
		}
		if p.History, err = d.timeline(ctx, tx, journal.Ref{Kind: journal.AboutOrg, ID: string(id)}); err != nil {
			return err
		}
		return d.aroundOrganisation(ctx, tx, by, &p)
	})
	return p, err
}

// aroundOrganisation adds what other records say of an organisation.
func (d *Desk) aroundOrganisation(ctx context.Context, tx *store.Tx, by party.Actor, p *OrgPage) error {
	var err error
	if p.Org.Parent != "" {
		p.Parent, err = tx.Organisation(ctx, p.Org.Parent)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	if p.Subsidiaries, err = tx.Subsidiaries(ctx, p.Org.ID); err != nil {
		return err
	}
	waiting, err := tx.ChangesWaitingOf(ctx, p.Org.ID)
	if err != nil {
		return err
	}
	for _, c := range waiting {
		asked, err := d.askedChange(ctx, tx, by, c)
		if err != nil {
			return err
		}
		p.Changes = append(p.Changes, asked)
	}
	all, err := tx.RegistrationsOf(ctx, p.Org.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	newest := slices.MaxFunc(all, func(a, b party.Registration) int { return a.Since().Compare(b.Since()) })
	page, err := d.registrationPage(ctx, tx, newest)
	p.Registration = &page
	return err
}

// SaveOrganisation adds an entry (without an id) or changes one. The tier of an
// entry that is there stays what it is: registering has steps (registration.go).
func (d *Desk) SaveOrganisation(ctx context.Context, by party.Actor, o party.Organisation) (party.OrgID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	var k fault.Check
	k.Need(len(o.Names) > 0 && strings.TrimSpace(o.Names[0].Text) != "", "name", "fault.registry.need_name")
	k.Need(len(o.Kinds) > 0, "kinds", "fault.registry.need_kind")
	if err := k.Err(); err != nil {
		return "", err
	}
	verb := "change_organisation"
	if o.ID == "" {
		o.ID, verb = party.OrgID(d.newID()), "add_organisation"
	}
	err := d.do(ctx, func(tx *store.Tx) error {
		next := o // this may run more than once
		if next.Created.IsZero() {
			next.Created = tx.Now()
		}
		if verb == "change_organisation" {
			old, err := tx.Organisation(ctx, o.ID)
			if err != nil {
				return err
			}
			if old.MergedInto != "" {
				return fault.New(fault.NotNow, "fault.merge.gone", "name", old.Name())
			}
			next.Tier = old.Tier
		}
		if err := d.noCircle(ctx, tx, next); err != nil {
			return err
		}
		return d.putOrganisation(ctx, tx, by, &next, verb)
	})
	if err == nil {
		d.learn(o)
	}
	return o.ID, err
}

// noCircle refuses a parent that is not there, or is below the organisation itself.
func (d *Desk) noCircle(ctx context.Context, tx *store.Tx, o party.Organisation) error {
	var k fault.Check
	for up, steps := o.Parent, 0; up != "" && steps < 100; steps++ {
		if up == o.ID {
			k.Add("parent", "fault.registry.circle")
			break
		}
		above, err := tx.Organisation(ctx, up)
		if fault.KindOf(err) == fault.NotFound {
			k.Need(steps > 0, "parent", "fault.registry.import.parent", "id", up)
			break
		}
		if err != nil {
			return err
		}
		up = above.Parent
	}
	return k.Err()
}

// putOrganisation stores an organisation with its event.
func (d *Desk) putOrganisation(ctx context.Context, tx *store.Tx, by party.Actor, o *party.Organisation, verb string) error {
	if err := tx.SetOrganisation(ctx, o); err != nil {
		return err
	}
	if err := d.note(ctx, tx, by, journal.AboutOrg, string(o.ID), verb, *o); err != nil {
		return err
	}
	return d.registryChanged(ctx, tx, by, o.ID) // the tier
}

// note adds one event that changes nothing but the journal.
func (d *Desk) note(ctx context.Context, tx *store.Tx, by party.Actor, kind journal.Kind, id, verb string, data any) error {
	e, err := journal.NewEvent(journal.Ref{Kind: kind, ID: id}, tx.Now(), by, verb, data)
	if err != nil {
		return err
	}
	return tx.Record(ctx, journal.Outcome{Events: []journal.Event{e}})
}

// digested stands in the journal for what may have to be deleted one day.
type digested struct {
	Digest string `json:"digest"`
}

func digestOf(text string) digested { return digested{talk.Digest(text)} }

// plausibleMail catches typing mistakes; whether an address works shows when a
// letter arrives.
func plausibleMail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-3 && strings.Contains(s[at:], ".") && !strings.ContainsAny(s, " \t\r\n<>,;\"")
}
