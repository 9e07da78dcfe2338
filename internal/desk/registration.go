package desk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/words"
)

// RegistrationPage is a registration as an officer works on it.
type RegistrationPage struct {
	party.Registration
	Name    string               // of the organisation, or of the applicant
	Steps   []RegistrationStep   // with the names of those who took them
	Facts   party.RegFacts       // what the next step may need
	Matches []party.Organisation // which of the registry the applicant may be, while nobody has said
}

// RegistrationStep is a step with the name of who took it, "" for an applicant.
type RegistrationStep struct {
	party.RegStep
	Name string
}

// RegistrationInput is what an officer says when taking a step.
type RegistrationInput struct {
	Note string
	Org  party.OrgID // send_papers: who it is in the registry, where nobody has said yet
	New  bool        // send_papers: it is not there, and is entered as the applicant wrote
}

// ApplyForRegistration takes in what a vendor wrote on the public form. It
// enters nothing into the registry: anybody can write any name. The answer is
// the same whoever is known here already.
func (d *Desk) ApplyForRegistration(ctx context.Context, tier party.Tier, a party.Applicant) error {
	a.Name, a.Contact, a.Mail = strings.TrimSpace(a.Name), strings.TrimSpace(a.Contact), strings.TrimSpace(a.Mail)
	var k fault.Check
	k.Need(a.Name != "", "name", "fault.registry.need_name")
	k.Need(a.Contact != "", "contact", "fault.registration.contact")
	k.Need(plausibleMail(a.Mail), "mail", "fault.mail_address")
	k.Need(tier == party.General || tier == party.Individual, "tier", "fault.registration.tier")
	if err := k.Err(); err != nil {
		return err
	}
	a.Lang = string(words.ParseLang(a.Lang))
	id := d.newID()
	return d.do(ctx, func(tx *store.Tx) error {
		return d.stepRegistration(ctx, tx, party.Actor{Role: party.Vendor}, party.Registration{ID: id, Tier: tier, Applicant: a}, party.RegApply, "")
	})
}

// BeginRegistration records an application that reached an officer by another way.
func (d *Desk) BeginRegistration(ctx context.Context, by party.Actor, org party.OrgID, tier party.Tier, note string) (string, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	id := d.newID()
	return id, d.do(ctx, func(tx *store.Tx) error {
		if _, err := tx.Organisation(ctx, org); err != nil {
			return err
		}
		if err := d.noneOpen(ctx, tx, org); err != nil {
			return err
		}
		return d.stepRegistration(ctx, tx, by, party.Registration{ID: id, Org: org, Tier: tier}, party.RegApply, strings.TrimSpace(note))
	})
}

// noneOpen refuses a second registration of an organisation beside an open one.
func (d *Desk) noneOpen(ctx context.Context, tx *store.Tx, org party.OrgID) error {
	known, err := tx.RegistrationsOf(ctx, org)
	if err == nil && slices.ContainsFunc(known, party.Registration.Open) {
		err = fault.New(fault.NotNow, "fault.registration.open")
	}
	return err
}

// StepRegistration takes one step of a registration. An officer takes any; a
// vendor's people may withdraw their own.
func (d *Desk) StepRegistration(ctx context.Context, by party.Actor, id string, do party.RegVerb, in RegistrationInput) error {
	return d.do(ctx, func(tx *store.Tx) error {
		r, err := tx.Registration(ctx, id)
		if err != nil {
			return err
		}
		own := mayAnswer(by, r.Org) == nil && do == party.RegWithdraw
		if officer(by) != nil && !own || do == party.RegApply {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if do == party.RegSendPapers && r.Org == "" {
			if r, err = d.whoApplies(ctx, tx, by, r, in); err != nil {
				return err
			}
		}
		if err := d.stepRegistration(ctx, tx, by, r, do, strings.TrimSpace(in.Note)); err != nil {
			return err
		}
		switch do {
		case party.RegEnter:
			return d.setTier(ctx, tx, by, r.Org, r.Tier)
		case party.RegEnd:
			return d.setTier(ctx, tx, by, r.Org, party.Unverified)
		}
		return nil
	})
}

// regEvent is what the journal keeps of a step: of what people wrote only the digest.
type regEvent struct {
	Tier      party.Tier  `json:"tier"`
	Org       party.OrgID `json:"org,omitempty"`
	Note      string      `json:"note,omitempty"`      // digest
	Applicant string      `json:"applicant,omitempty"` // digest; with the first step
}

func (d *Desk) stepRegistration(ctx context.Context, tx *store.Tx, by party.Actor, r party.Registration, do party.RegVerb, note string) error {
	facts, err := d.regFacts(ctx, tx, r.Org)
	if err != nil {
		return err
	}
	r, err = r.Do(do, by, tx.Now(), note, facts)
	if err != nil {
		return err
	}
	if err := tx.SetRegistration(ctx, &r); err != nil {
		return err
	}
	data := regEvent{Tier: r.Tier, Org: r.Org}
	if note != "" {
		data.Note = talk.Digest(note)
	}
	if do == party.RegApply {
		data.Applicant = applicantDigest(r.Applicant)
	}
	about := journal.Ref{Kind: journal.AboutRegistration, ID: r.ID}
	e, err := journal.NewEvent(about, tx.Now(), by, string(do), data)
	if err != nil {
		return err
	}
	p := d.post(ctx, tx, about, r.Version)
	d.tellRegistration(p, r)
	return p.record(journal.Outcome{Events: []journal.Event{e}})
}

// tellRegistration writes to the organisation's contacts, or, while it has no
// entry, to whoever applied.
func (d *Desk) tellRegistration(p *post, r party.Registration) {
	moved := func(h notice.Head) notice.Letter {
		return notice.RegistrationMoved(h, d.Words.Say(h.To.Lang, "letter.registration."+string(r.State), nil))
	}
	if r.Org != "" {
		link := "/room/organisation"
		if r.State == party.RegAgreed {
			link = "/room/keywords"
		}
		p.org(cvd.Participant{Org: r.Org, Role: party.Vendor}, "", link, false, moved)
		return
	}
	a := r.Applicant
	p.write(notice.Recipient{Name: a.Contact, Mail: a.Mail, Lang: words.ParseLang(a.Lang)}, "", "/", false, moved)
}

func (d *Desk) regFacts(ctx context.Context, tx *store.Tx, org party.OrgID) (party.RegFacts, error) {
	if org == "" {
		return party.RegFacts{}, nil
	}
	signed, err1 := tx.Agreements(ctx, org)
	said, err2 := tx.Answers(ctx, org)
	holds := func(a party.Agreement) bool { return a.Scope == party.ScopeReports && a.InForce(tx.Now()) }
	return party.RegFacts{Agreement: slices.ContainsFunc(signed, holds), Answers: len(said.Answers)}, errors.Join(err1, err2)
}

// whoApplies says which organisation an application from outside is of. A new one
// is entered as the applicant wrote, with the applicant as its contact. One that
// is known keeps its contacts: that somebody says to speak for it proves nothing.
func (d *Desk) whoApplies(ctx context.Context, tx *store.Tx, by party.Actor, r party.Registration, in RegistrationInput) (party.Registration, error) {
	if !in.New {
		if in.Org == "" {
			return r, nil // the step itself says what is missing
		}
		if _, err := tx.Organisation(ctx, in.Org); err != nil {
			return r, err
		}
		r.Org = in.Org
		return r, d.noneOpen(ctx, tx, in.Org)
	}
	a := r.Applicant
	o := party.Organisation{
		ID: party.OrgID(d.newID()), Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: a.Name, Kind: party.Official}}, Tier: party.Unverified,
		Languages: []string{a.Lang}, Listed: a.Listed, Source: "application", Created: tx.Now(),
	}
	if a.Domain != "" {
		o.Domains = []string{a.Domain}
	}
	for line := range strings.Lines(a.Products) {
		if name := strings.TrimSpace(line); name != "" && !slices.ContainsFunc(o.Products, func(p party.Product) bool { return p.Name == name }) {
			o.Products = append(o.Products, party.Product{ID: d.newID(), Name: name})
		}
	}
	if err := plausible(o); err != nil {
		return r, err
	}
	if err := d.putOrganisation(ctx, tx, by, &o, "add_organisation"); err != nil {
		return r, err
	}
	c := party.Contact{ID: party.PersonID(d.newID()), Org: o.ID, Name: a.Contact, Role: a.Role, Mail: a.Mail, Phone: a.Phone, Lang: a.Lang, Duty: party.OnDuty}
	r.Org = o.ID
	return r, d.putContact(ctx, tx, by, nil, &c)
}

// setTier enters an organisation on the list, or takes it off.
func (d *Desk) setTier(ctx context.Context, tx *store.Tx, by party.Actor, org party.OrgID, tier party.Tier) error {
	o, err := tx.Organisation(ctx, org)
	if err != nil {
		return err
	}
	if o.Tier = tier; tier != party.Unverified {
		o.Confirmed = tx.Now() // everything in it was gone through
	}
	return d.putOrganisation(ctx, tx, by, &o, "change_organisation")
}

// Registrations lists the registrations that are under way, each state in its
// order of steps.
func (d *Desk) Registrations(ctx context.Context, by party.Actor) ([]RegistrationPage, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var pages []RegistrationPage
	err := d.view(ctx, func(tx *store.Tx) error {
		open, err := openRegistrations(ctx, tx)
		for _, r := range open {
			p := RegistrationPage{Registration: r}
			if p.Name, err = registrationName(ctx, tx, r); err != nil {
				return err
			}
			pages = append(pages, p)
		}
		return err
	})
	return pages, err
}

// maxRegistrations bounds a list: a flood of applications must not stop the desk.
const maxRegistrations = 500

func openRegistrations(ctx context.Context, tx *store.Tx) ([]party.Registration, error) {
	var all []party.Registration
	for _, s := range party.Registering.States() {
		if slices.Contains(party.Registering.Final, s) || s == party.RegNone {
			continue
		}
		rs, err := tx.RegistrationsIn(ctx, s, maxRegistrations)
		if err != nil {
			return nil, err
		}
		all = append(all, rs...)
	}
	return all, nil
}

func registrationName(ctx context.Context, tx *store.Tx, r party.Registration) (string, error) {
	if r.Org == "" {
		return r.Applicant.Name, nil
	}
	o, err := tx.Organisation(ctx, r.Org)
	return o.Name(), err
}

// Registration opens one registration.
func (d *Desk) Registration(ctx context.Context, by party.Actor, id string) (RegistrationPage, error) {
	if err := officer(by); err != nil {
		return RegistrationPage{}, err
	}
	var p RegistrationPage
	err := d.view(ctx, func(tx *store.Tx) error {
		r, err := tx.Registration(ctx, id)
		if err != nil {
			return err
		}
		p, err = d.registrationPage(ctx, tx, r)
		return err
	})
	return p, err
}

func (d *Desk) registrationPage(ctx context.Context, tx *store.Tx, r party.Registration) (RegistrationPage, error) {
	p := RegistrationPage{Registration: r}
	var err error
	if p.Name, err = registrationName(ctx, tx, r); err != nil {
		return p, err
	}
	if p.Facts, err = d.regFacts(ctx, tx, r.Org); err != nil {
		return p, err
	}
	known := map[string]string{}
	for _, s := range r.Steps {
		step := RegistrationStep{RegStep: s}
		if s.By.Person != "" {
			if step.Name, err = d.actorName(ctx, tx, s.By, known); err != nil {
				return p, err
			}
		}
		p.Steps = append(p.Steps, step)
	}
	if r.Org == "" && r.Open() {
		p.Matches, err = likelyOrganisations(ctx, tx, r.Applicant)
	}
	return p, err
}

// likelyOrganisations finds entries that an applicant may be: by name, by part of
// the name, by domain.
func likelyOrganisations(ctx context.Context, tx *store.Tx, a party.Applicant) ([]party.Organisation, error) {
	_, host, _ := strings.Cut(a.Mail, "@")
	exact, err1 := tx.OrganisationsCalled(ctx, a.Name)
	alike, err2 := tx.OrganisationsNamed(ctx, a.Name, 5)
	at, err3 := tx.OrganisationsAt(ctx, host)
	var own []party.Organisation
	var err4 error
	if a.Domain != "" {
		own, err4 = tx.OrganisationsAt(ctx, a.Domain)
	}
	var found []party.Organisation
	for _, o := range slices.Concat(exact, alike, at, own) {
		if !slices.ContainsFunc(found, func(f party.Organisation) bool { return f.ID == o.ID }) {
			found = append(found, o)
		}
	}
	return found, errors.Join(err1, err2, err3, err4)
}

func applicantDigest(a party.Applicant) string {
	raw, _ := json.Marshal(a) // a struct of texts: cannot fail
	return talk.Digest(string(raw))
}

// replayRegistration takes the steps of the journal again. What people wrote is
// only in the record, and the journal proves it by its digest.
func replayRegistration(events []journal.Event, stored json.RawMessage) (any, error) {
	var kept party.Registration
	if err := json.Unmarshal(stored, &kept); err != nil {
		return nil, err
	}
	r := party.Registration{ID: kept.ID, Applicant: kept.Applicant}
	for i, e := range events {
		var data regEvent
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return nil, err
		}
		note := ""
		if i < len(kept.Steps) {
			note = kept.Steps[i].Note
		}
		if i == 0 && data.Applicant != applicantDigest(kept.Applicant) || data.Note != "" && data.Note != talk.Digest(note) {
			return nil, errors.New("what it says is not what was written")
		}
		r.Tier, r.Org = data.Tier, data.Org
		var err error
		if r, err = r.Do(party.RegVerb(e.Verb), e.By, e.At, note, party.RegFacts{Agreement: true, Answers: 1}); err != nil {
			return nil, err
		}
	}
	return r, nil
}
