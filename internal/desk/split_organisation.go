package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// One entry of the registry may turn out to be two organisations. The split
// makes a new one of chosen names, products, addresses and people. Cases stay
// with the one that has them: people who leave it read them no longer, and the
// new one reads none until it is invited. It has signed nothing, so its tier is
// unverified.

// The events.
const (
	splitOrganisation = "split_organisation"
	undoneSplit       = "undo_split"
)

// Split is a split that was done.
type Split struct {
	ID     string             `json:"id"`
	New    party.OrgID        `json:"new"`
	Why    string             `json:"why"`
	Before party.Organisation `json:"before"`
	After  party.Organisation `json:"after"`
	Taken  party.Organisation `json:"taken"` // the new one as it began
	Moved
}

// SplitPreview is what a split would do.
type SplitPreview struct {
	Left, Taken party.Organisation
	Contacts    []party.Contact // that go over
	Cases       int             // open cases that these people read no longer
}

// PreviewSplitOrganisation shows what taking a part out of an organisation would do. name is
// the first name of the new one.
func (d *Desk) PreviewSplitOrganisation(ctx context.Context, by party.Actor, from party.OrgID, name string, part party.Part) (SplitPreview, error) {
	if err := officer(by); err != nil {
		return SplitPreview{}, err
	}
	var p SplitPreview
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		p, err = d.planSplit(ctx, tx, from, name, part)
		return err
	})
	return p, err
}

func (d *Desk) planSplit(ctx context.Context, tx *store.Tx, from party.OrgID, name string, part party.Part) (p SplitPreview, err error) {
	o, err := tx.Organisation(ctx, from)
	if err != nil {
		return p, err
	}
	if o.MergedInto != "" {
		return p, fault.New(fault.NotNow, "fault.merge.gone", "name", o.Name())
	}
	p.Left, p.Taken = party.Split(o, part)
	name = strings.TrimSpace(name)
	var k fault.Check
	k.Need(name != "" || len(p.Taken.Names) > 0, "name", "fault.split.name")
	k.Need(len(p.Left.Names) > 0, "names", "fault.split.last_name")
	k.Need(len(p.Taken.Names)+len(p.Taken.Products)+len(p.Taken.Domains)+len(p.Taken.CPEs)+len(p.Taken.PURLs)+len(part.Contacts) > 0, "products", "fault.split.nothing")
	if err := k.Err(); err != nil {
		return p, err
	}
	if name != "" && (len(p.Taken.Names) == 0 || p.Taken.Names[0].Text != name) {
		rest := slices.DeleteFunc(slices.Clone(p.Taken.Names), func(n party.Name) bool { return n.Text == name })
		p.Taken.Names = append([]party.Name{{Text: name, Kind: party.Official}}, rest...)
	}
	p.Taken.Kinds, p.Taken.Tier, p.Taken.Country, p.Taken.Languages, p.Taken.Zone = slices.Clone(o.Kinds), party.Unverified, o.Country, slices.Clone(o.Languages), o.Zone
	people, err := tx.Contacts(ctx, from)
	if err != nil {
		return p, err
	}
	for _, c := range people {
		if slices.Contains(part.Contacts, c.ID) {
			p.Contacts = append(p.Contacts, c)
		}
	}
	return p, d.staysReached(ctx, tx, o, people, &p)
}

// staysReached refuses a split that would leave an open case of the organisation
// without anybody who reads it.
func (d *Desk) staysReached(ctx context.Context, tx *store.Tx, o party.Organisation, people []party.Contact, p *SplitPreview) error {
	if len(p.Contacts) == 0 {
		return nil
	}
	cases, err := tx.CasesWith(ctx, cvd.OrgParticipant(o.ID))
	if err != nil {
		return err
	}
	for _, c := range cases {
		if !c.Closed.IsZero() {
			continue
		}
		p.Cases++
		members := c.Party(cvd.OrgParticipant(o.ID)).Members
		stays := slices.ContainsFunc(people, func(x party.Contact) bool {
			gone := slices.ContainsFunc(p.Contacts, func(y party.Contact) bool { return y.ID == x.ID })
			return !gone && x.Mail != "" && (len(members) == 0 || slices.Contains(members, x.ID))
		})
		if !stays {
			return fault.New(fault.NotNow, "fault.split.alone", "case", d.Centre.Mark(c.ID))
		}
	}
	return nil
}

// SplitOrganisation makes a new organisation of a part of another one.
func (d *Desk) SplitOrganisation(ctx context.Context, by party.Actor, from party.OrgID, name string, part party.Part, why string) (party.OrgID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	var k fault.Check
	k.Need(strings.TrimSpace(why) != "", "why", "fault.merge.why")
	if err := k.Err(); err != nil {
		return "", err
	}
	id := party.OrgID(d.newID())
	return id, d.do(ctx, func(tx *store.Tx) error {
		p, err := d.planSplit(ctx, tx, from, name, part)
		if err != nil {
			return err
		}
		before, err := tx.Organisation(ctx, from)
		if err != nil {
			return err
		}
		p.Taken.ID, p.Taken.Created = id, tx.Now()
		if err := d.putOrganisation(ctx, tx, by, &p.Taken, "add_organisation"); err != nil {
			return err
		}
		done := Split{ID: d.newID(), New: id, Why: strings.TrimSpace(why), Before: before, Taken: p.Taken}
		for _, c := range p.Contacts {
			done.Contacts = append(done.Contacts, c.ID)
		}
		if err := tx.SetOrganisation(ctx, &p.Left); err != nil {
			return err
		}
		done.After = p.Left
		if err := d.note(ctx, tx, by, journal.AboutOrg, string(from), splitOrganisation, done); err != nil {
			return err
		}
		return d.moveAll(ctx, tx, by, done.Moved, from, id)
	})
}

// splitsOf reads the splits of an organisation that stand, the newest first.
func (d *Desk) splitsOf(ctx context.Context, tx *store.Tx, from party.OrgID) ([]Split, error) {
	about := journal.Ref{Kind: journal.AboutOrg, ID: string(from)}
	undone, err := tx.EventsOfVerb(ctx, about, undoneSplit, 1000)
	if err != nil {
		return nil, err
	}
	events, err := tx.EventsOfVerb(ctx, about, splitOrganisation, 1000)
	var all []Split
	for _, e := range events {
		var s Split
		if err := json.Unmarshal(e.Data, &s); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(undone, func(u journal.Event) bool { return strings.Contains(string(u.Data), s.ID) }) {
			all = append(all, s)
		}
	}
	return all, err
}

// UndoSplit gives back what was taken out. The new organisation stays as a
// record that points at the old one. Once it takes part in a case, or has
// people or agreements of its own, that is a merge, which an officer looks at first.
func (d *Desk) UndoSplit(ctx context.Context, by party.Actor, from party.OrgID, id string) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		o, err := tx.Organisation(ctx, from)
		if err != nil {
			return err
		}
		all, err := d.splitsOf(ctx, tx, from)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(s Split) bool { return s.ID == id })
		if at < 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		s := all[at]
		taken, err := tx.Organisation(ctx, s.New)
		if err != nil {
			return err
		}
		if o.MergedInto != "" || taken.MergedInto != "" {
			return fault.New(fault.NotNow, "fault.merge.undo_first")
		}
		if err := d.unused(ctx, tx, s); err != nil {
			return err
		}
		restored := party.Restored(o, s.Before, s.After)
		if err := d.putOrganisation(ctx, tx, by, &restored, "change_organisation"); err != nil {
			return err
		}
		if err := d.note(ctx, tx, by, journal.AboutOrg, string(from), undoneSplit, struct {
			ID string `json:"id"`
		}{s.ID}); err != nil {
			return err
		}
		if err := d.moveAll(ctx, tx, by, s.Moved, s.New, from); err != nil {
			return err
		}
		_, goes := party.Merged(restored, taken, party.Alias)
		return d.putOrganisation(ctx, tx, by, &goes, "merged_into")
	})
}

// unused refuses to undo a split whose new organisation has begun a life of its
// own.
func (d *Desk) unused(ctx context.Context, tx *store.Tx, s Split) error {
	cases, err := tx.CasesWith(ctx, cvd.OrgParticipant(s.New))
	if err != nil {
		return err
	}
	signed, err := tx.Agreements(ctx, s.New)
	if err != nil {
		return err
	}
	people, err := tx.Contacts(ctx, s.New)
	if err != nil {
		return err
	}
	others := slices.ContainsFunc(people, func(c party.Contact) bool { return !slices.Contains(s.Contacts, c.ID) })
	if len(cases) > 0 || len(signed) > 0 || others {
		return fault.New(fault.NotNow, "fault.split.used")
	}
	return nil
}

// Kinships are the merges and splits of an organisation that can be undone.
type Kinships struct {
	Org    party.Organisation
	Into   party.Organisation // where it was merged into another one
	Merges []Merge
	Splits []Split
	Names  map[party.OrgID]string
	Stayed []party.Contact // people of merged ones that still work in open cases under their old record
}

// Kinships lists them.
func (d *Desk) Kinships(ctx context.Context, by party.Actor, id party.OrgID) (Kinships, error) {
	if err := officer(by); err != nil {
		return Kinships{}, err
	}
	k := Kinships{Names: map[party.OrgID]string{}}
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if k.Org, err = tx.Organisation(ctx, id); err != nil {
			return err
		}
		if k.Org.MergedInto != "" {
			if k.Into, err = tx.Organisation(ctx, k.Org.MergedInto); err != nil {
				return err
			}
		}
		if k.Merges, err = d.mergesOf(ctx, tx, id); err != nil {
			return err
		}
		for _, m := range k.Merges {
			k.Names[m.From] = m.Was.Name()
			stayed, err := tx.Contacts(ctx, m.From)
			if err != nil {
				return err
			}
			k.Stayed = append(k.Stayed, stayed...)
		}
		if k.Splits, err = d.splitsOf(ctx, tx, id); err != nil {
			return err
		}
		for _, s := range k.Splits {
			k.Names[s.New] = s.Taken.Name()
		}
		return nil
	})
	return k, err
}
