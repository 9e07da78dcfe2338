package desk

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/fold"
	"nakodo/internal/format/registry"
	"nakodo/internal/journal"
	"nakodo/internal/keys"
	"nakodo/internal/party"
	"nakodo/internal/sector"
	"nakodo/internal/store"
)

// ImportResult is what became of one organisation of an imported registry.
type ImportResult struct {
	Line    int
	Org     party.OrgID
	Name    string
	New     bool
	Changes []ImportChange     // none: unchanged
	Tier    *party.FieldChange // what the file says of the tier, where it was not taken over
	Refused error              // why nothing of this organisation was taken
}

// ImportChange is one difference; Contact says whose, "" for the organisation.
type ImportChange struct {
	Contact string
	New     bool // the contact is new
	party.FieldChange
}

// RegistryImport says how a registry is taken in.
type RegistryImport struct {
	Dry   bool // decide all of it and store nothing
	Tiers bool // take the tiers over too; otherwise only a registration gives one
}

// ImportRegistry takes organisations with their contacts into the registry: it
// adds and changes, and removes nothing. An organisation is known by its id, or
// else by a name that one organisation alone has; a contact by its id, its
// address, or its name. A row that cannot be taken is refused with its reason
// and the others go in, in one transaction.
//
// A tier is the end of a registration: a known organisation keeps its own and a
// new one is unverified, unless how says that the tiers of a file hold, as when a
// centre moves here with its list. The mail address and the key of a known contact are never changed here: that
// takes two officers.
func (d *Desk) ImportRegistry(ctx context.Context, by party.Actor, records []registry.Record, how RegistryImport) ([]ImportResult, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	run := d.do
	if how.Dry {
		run = d.view
	}
	var results []ImportResult
	err := run(ctx, func(tx *store.Tx) error {
		im := &importing{d: d, tx: tx, by: by, tiers: how.Tiers, ids: map[party.OrgID]int{}, taken: map[party.OrgID]int{}, named: map[string]int{}, people: map[party.PersonID]bool{}}
		results = make([]ImportResult, len(records)) // a transaction may be tried again
		plans := make([]plan, len(records))
		for i, r := range records {
			var err error
			plans[i].org, err = im.find(ctx, i, r)
			o := plans[i].org
			results[i] = ImportResult{Line: r.Line, Org: o.ID, Name: r.Org.Name(), New: o.Version == 0}
			if len(o.Names) > 0 {
				results[i].Name = o.Name()
			}
			if err := results[i].refuse(err); err != nil {
				return err
			}
		}
		for i, r := range records {
			if results[i].Refused == nil {
				if err := results[i].refuse(im.decide(ctx, &plans[i], plans, r, &results[i])); err != nil {
					return err
				}
			}
		}
		im.orphans(records, results)
		for i := range plans {
			if results[i].Refused == nil && !how.Dry {
				if err := im.store(ctx, plans[i], results[i].New); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return results, err
}

// refuse notes a refusal of the row; any other error is the import's.
func (r *ImportResult) refuse(err error) error {
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	if r.Refused = err; err != nil {
		r.Changes, r.Tier = nil, nil
	}
	return nil
}

// importing is one import under way.
type importing struct {
	d      *Desk
	tx     *store.Tx
	by     party.Actor
	tiers  bool
	ids    map[party.OrgID]int // of the file: which record
	taken  map[party.OrgID]int // of this centre: by which line
	named  map[string]int      // new ones without an id, by folded name: by which line
	people map[party.PersonID]bool
}

// plan is what is to be stored of one record.
type plan struct {
	org      party.Organisation
	changed  bool // the organisation itself
	contacts []party.Contact
	answers  []party.KeywordAnswer
}

// plainID is what an id of another centre must look like: it ends up in
// addresses of pages.
var plainID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// find gives the organisation that a record is about, or a new one that has
// but an id.
func (im *importing) find(ctx context.Context, i int, r registry.Record) (party.Organisation, error) {
	said := r.Org
	o, err := im.known(ctx, said)
	if err != nil {
		return party.Organisation{}, err
	}
	if o.ID == "" {
		if o.ID = said.ID; o.ID == "" {
			name := fold.Name(said.Names[0].Text)
			if line, twice := im.named[name]; twice {
				return party.Organisation{}, fault.New(fault.Invalid, "fault.registry.import.twice", "line", line)
			}
			im.named[name] = r.Line
			o.ID = party.OrgID(im.d.newID())
		}
		if !plainID.MatchString(string(o.ID)) {
			return party.Organisation{}, fault.New(fault.Invalid, "fault.registry.import.id", "id", said.ID)
		}
	}
	if line, twice := im.taken[o.ID]; twice {
		return party.Organisation{}, fault.New(fault.Invalid, "fault.registry.import.twice", "line", line)
	}
	im.taken[o.ID] = r.Line
	if said.ID != "" {
		im.ids[said.ID] = i
	}
	return o, nil
}

// known looks an organisation up, by id and else by name.
func (im *importing) known(ctx context.Context, said party.Organisation) (party.Organisation, error) {
	if said.ID != "" {
		o, err := im.tx.Organisation(ctx, said.ID)
		for steps := 0; err == nil && o.MergedInto != "" && steps < 100; steps++ {
			o, err = im.tx.Organisation(ctx, o.MergedInto)
		}
		if fault.KindOf(err) != fault.NotFound {
			return o, err
		}
	}
	if len(said.Names) == 0 || strings.TrimSpace(said.Names[0].Text) == "" {
		return party.Organisation{}, fault.New(fault.Invalid, "fault.registry.need_name")
	}
	same, err := im.tx.OrganisationsCalled(ctx, said.Names[0].Text)
	switch {
	case err != nil || len(same) == 0:
		return party.Organisation{}, err
	case len(same) > 1:
		return party.Organisation{}, fault.New(fault.Invalid, "fault.registry.import.ambiguous", "name", said.Names[0].Text, "n", len(same))
	}
	return same[0], nil
}

// decide plans what the record changes.
func (im *importing) decide(ctx context.Context, p *plan, all []plan, r registry.Record, res *ImportResult) error {
	said, err := im.parentOf(ctx, p.org.ID, all, r.Org)
	if err != nil {
		return err
	}
	next, changed := p.org.Updated(said)
	if !im.tiers {
		if err := plausibleTier(said.Tier); err != nil {
			return err
		}
		changed = keepTier(p.org, &next, changed, res)
	}
	if res.New {
		changed = append(changed, freshOrganisation(&next, said, im.tx.Now())...)
	}
	for i := range next.Products {
		if next.Products[i].ID == "" {
			next.Products[i].ID = im.d.newID()
		}
	}
	if p.org, p.changed = next, len(changed) > 0; p.changed {
		if err := plausible(next); err != nil {
			return err
		}
	}
	for _, c := range changed {
		res.Changes = append(res.Changes, ImportChange{FieldChange: c})
	}
	if p.contacts, err = im.contacts(ctx, next.ID, r.Contacts, res); err != nil {
		return err
	}
	p.answers, err = im.answers(ctx, next.ID, r.Answers, res)
	return err
}

// keepTier leaves the tier as it is and notes what the file says of it.
func keepTier(old party.Organisation, next *party.Organisation, changed []party.FieldChange, res *ImportResult) []party.FieldChange {
	kept := cmp.Or(old.Tier, party.Unverified)
	if next.Tier != "" && next.Tier != kept {
		res.Tier = &party.FieldChange{Field: "tier", From: string(kept), To: string(next.Tier)}
	}
	next.Tier = old.Tier
	return slices.DeleteFunc(changed, func(c party.FieldChange) bool { return c.Field == "tier" })
}

// plausibleTier refuses a word that is no tier; "" says nothing of it.
func plausibleTier(t party.Tier) error {
	var k fault.Check
	k.Need(t == "" || slices.Contains(tiers, t), "tier", "fault.registry.import.word", "word", t, "words", "unverified, individual, general")
	return k.Err()
}

var tiers = []party.Tier{party.Unverified, party.Individual, party.General}

// parentOf gives the record with the parent's id in this centre.
func (im *importing) parentOf(ctx context.Context, own party.OrgID, all []plan, said party.Organisation) (party.Organisation, error) {
	if said.Parent == "" {
		return said, nil
	}
	if i, inFile := im.ids[said.Parent]; inFile {
		said.Parent = all[i].org.ID
	} else if _, err := im.tx.Organisation(ctx, said.Parent); fault.KindOf(err) == fault.NotFound {
		return said, noParent(said.Parent)
	} else if err != nil {
		return said, err
	}
	if said.Parent == own {
		return said, fault.New(fault.Invalid, "fault.registry.import.own_parent")
	}
	return said, nil
}

func noParent(id party.OrgID) error {
	return fault.New(fault.Invalid, "fault.registry.import.parent", "id", id)
}

// orphans refuses the records whose parent is a new organisation of the file
// that was refused, and their children in turn.
func (im *importing) orphans(records []registry.Record, results []ImportResult) {
	for again := true; again; {
		again = false
		for i, r := range records {
			at, inFile := im.ids[r.Org.Parent]
			if inFile && results[i].Refused == nil && results[at].Refused != nil && results[at].New {
				results[i].Refused, results[i].Changes, results[i].Tier, again = noParent(r.Org.Parent), nil, nil, true
			}
		}
	}
}

// store writes a plan and journals it.
func (im *importing) store(ctx context.Context, p plan, isNew bool) error {
	verb := "change_organisation"
	if isNew {
		verb = "add_organisation"
	}
	if p.changed {
		if err := im.tx.SetOrganisation(ctx, &p.org); err != nil {
			return err
		}
		if err := im.d.note(ctx, im.tx, im.by, journal.AboutOrg, string(p.org.ID), verb, p.org); err != nil {
			return err
		}
		if err := im.d.registryChanged(ctx, im.tx, im.by, p.org.ID); err != nil { // the tier
			return err
		}
	}
	for _, c := range p.contacts {
		if err := im.d.storeContact(ctx, im.tx, im.by, &c); err != nil {
			return err
		}
	}
	if len(p.answers) == 0 {
		return nil
	}
	return im.d.setAnswers(ctx, im.tx, im.by, p.org.ID, p.answers)
}

// freshOrganisation fills in what a new entry needs and the record leaves out.
func freshOrganisation(o *party.Organisation, said party.Organisation, now time.Time) []party.FieldChange {
	var filled []party.FieldChange
	if len(o.Kinds) == 0 {
		o.Kinds = []party.OrgKind{party.KindVendor}
		filled = append(filled, party.FieldChange{Field: "kinds", To: string(party.KindVendor)})
	}
	if o.Tier == "" {
		o.Tier = party.Unverified
		filled = append(filled, party.FieldChange{Field: "tier", To: string(party.Unverified)})
	}
	if o.Created = said.Created; o.Created.IsZero() {
		o.Created = now
	}
	return filled
}

var calendars = []party.Calendar{party.CalendarJapan, party.CalendarEU, party.CalendarUS, party.CalendarNone}

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

// plausible names everything that is wrong with an organisation.
func plausible(o party.Organisation) error {
	var k fault.Check
	for _, n := range o.Names {
		k.Need(strings.TrimSpace(n.Text) != "", "names", "fault.registry.need_name")
		k.Need(slices.Contains([]party.NameKind{party.Official, party.Alias, party.Former}, n.Kind), "names", "fault.registry.import.word", "word", n.Kind, "words", "official, alias, former")
	}
	for _, kind := range o.Kinds {
		k.Need(slices.Contains([]party.OrgKind{party.KindVendor, party.KindWebsite, party.KindOperator, party.KindCoordinator, party.KindIntegrator, party.KindProject}, kind),
			"kinds", "fault.registry.import.word", "word", kind, "words", "vendor, website_operator, infrastructure_operator, coordinator, integrator, open_source_project")
	}
	k.Need(slices.Contains(tiers, o.Tier), "tier", "fault.registry.import.word", "word", o.Tier, "words", "unverified, individual, general")
	k.Need(o.Country == "" || countryCode.MatchString(o.Country), "country", "fault.registry.import.country", "word", o.Country)
	for _, domain := range o.Domains {
		k.Need(strings.Contains(domain, ".") && !strings.ContainsAny(domain, " /@:"), "domains", "fault.registry.import.domain", "word", domain)
	}
	for _, p := range o.Products {
		k.Need(strings.TrimSpace(p.Name) != "", "products", "fault.registry.import.product")
	}
	for _, code := range o.Sectors {
		k.Need(sector.Known(code), "sectors", "fault.registry.import.sector", "word", code)
	}
	k.Need(o.Calendar == "" || slices.Contains(calendars, o.Calendar), "calendar", "fault.registry.import.word", "word", o.Calendar, "words", "jp, eu, us, none")
	_, err := time.LoadLocation(o.Zone)
	k.Need(err == nil, "zone", "fault.registry.import.zone", "word", o.Zone)
	return k.Err()
}

// contacts gives the contacts that are new or differ.
func (im *importing) contacts(ctx context.Context, org party.OrgID, said []party.Contact, res *ImportResult) ([]party.Contact, error) {
	if len(said) == 0 {
		return nil, nil
	}
	known, err := im.tx.Contacts(ctx, org)
	if err != nil {
		return nil, err
	}
	var changed []party.Contact
	for _, s := range said {
		s.Mail = strings.TrimSpace(s.Mail)
		old, err := im.contact(ctx, org, known, s)
		if err != nil {
			return nil, err
		}
		if im.people[old.ID] {
			return nil, fault.New(fault.Invalid, "fault.registry.import.contact_twice", "name", s.Name, "mail", s.Mail)
		}
		im.people[old.ID] = true
		next, fields := old.Updated(s)
		if old.Version == 0 {
			next.ID, next.Org, next.Role, next.Bounced = old.ID, org, s.Role, s.Bounced
			next.Verified, next.How = s.Verified, s.How
			if next.Lang == "" {
				next.Lang = "en"
			}
			if next.Duty == "" {
				next.Duty = party.OnDuty
			}
		}
		if err := plausibleContact(old, next); err != nil {
			return nil, err
		}
		if len(fields) == 0 {
			continue
		}
		changed = append(changed, next)
		for _, f := range fields {
			res.Changes = append(res.Changes, ImportChange{Contact: next.Name + " <" + next.Mail + ">", New: old.Version == 0, FieldChange: f})
		}
	}
	return changed, nil
}

// contact finds the contact that a record means, or a new one with but an id.
func (im *importing) contact(ctx context.Context, org party.OrgID, known []party.Contact, said party.Contact) (party.Contact, error) {
	same := func(is func(party.Contact) bool) int { return slices.IndexFunc(known, is) }
	at := same(func(c party.Contact) bool { return said.ID != "" && c.ID == said.ID })
	if at < 0 {
		at = same(func(c party.Contact) bool { return said.Mail != "" && strings.EqualFold(c.Mail, said.Mail) })
	}
	if at < 0 && said.Mail == "" {
		at = same(func(c party.Contact) bool { return c.Name == said.Name })
	}
	if at >= 0 {
		return known[at], nil
	}
	if said.ID == "" {
		return party.Contact{ID: party.PersonID(im.d.newID())}, nil
	}
	if !plainID.MatchString(string(said.ID)) {
		return party.Contact{}, fault.New(fault.Invalid, "fault.registry.import.id", "id", said.ID)
	}
	switch _, err := im.tx.Contact(ctx, said.ID); fault.KindOf(err) {
	case fault.NotFound:
		return party.Contact{ID: said.ID}, nil
	case "":
		return party.Contact{}, fault.New(fault.Invalid, "fault.registry.import.contact_elsewhere", "id", said.ID)
	default:
		return party.Contact{}, err
	}
}

// plausibleContact names everything that is wrong with a contact, and guards
// the address and key of a known one.
func plausibleContact(old, next party.Contact) error {
	var k fault.Check
	k.Need(next.Mail != "" || next.Phone != "" || next.Post != "", "contact", "fault.registry.need_address")
	k.Need(next.Mail == "" || plausibleMail(next.Mail), "contact_mail", "fault.mail_address")
	k.Need(next.Duty == party.OnDuty || next.Duty == party.Backup, "contact_duty", "fault.registry.import.word", "word", next.Duty, "words", "on_duty, backup")
	k.Need(next.Lang == "en" || next.Lang == "ja", "contact_lang", "fault.registry.import.word", "word", next.Lang, "words", "en, ja")
	k.Need(old.Mail == "" || strings.EqualFold(old.Mail, next.Mail), "contact_mail", "fault.registry.import.guarded")
	k.Need(old.Key == "" || old.Key == next.Key, "contact_key", "fault.registry.import.guarded")
	k.Need(old.Cert == "" || old.Cert == next.Cert, "contact_cert", "fault.registry.import.guarded")
	if next.Key != "" && next.Key != old.Key {
		_, err := keys.ReadPublic(next.Key)
		k.Need(err == nil, "contact_key", "fault.registry.import.key")
	}
	if next.Cert != "" && next.Cert != old.Cert {
		_, err := keys.ReadCertificate(next.Cert)
		k.Need(err == nil, "contact_cert", "fault.cert.not_one")
	}
	return k.Err()
}

// answers gives the keyword answers that are new or differ.
func (im *importing) answers(ctx context.Context, org party.OrgID, said []party.KeywordAnswer, res *ImportResult) ([]party.KeywordAnswer, error) {
	if len(said) == 0 {
		return nil, nil
	}
	var replies []KeywordReply
	for _, a := range said {
		replies = append(replies, KeywordReply{Keyword: a.Keyword, Reply: a.Reply, Products: a.Products})
	}
	checked, err := im.d.keywordAnswers(replies)
	if err != nil {
		return nil, err
	}
	known, err := im.tx.Answers(ctx, org)
	if err != nil {
		return nil, err
	}
	var changed []party.KeywordAnswer
	for i, a := range checked {
		if a.On = said[i].On; a.On.IsZero() {
			a.On = im.tx.Now()
		}
		if said[i].Edition != "" {
			a.Edition = said[i].Edition
		}
		old, answered := known.Answer(a.Keyword)
		if answered && (!a.On.After(old.On) || said[i].On.IsZero() && old.Reply == a.Reply && slices.Equal(old.Products, a.Products)) {
			continue // what is known is as new, or the same
		}
		changed = append(changed, a)
		res.Changes = append(res.Changes, ImportChange{FieldChange: party.FieldChange{Field: "keyword " + a.Keyword, From: string(old.Reply), To: string(a.Reply)}})
	}
	return changed, nil
}
