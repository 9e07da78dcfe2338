package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// mostNominations bounds what one organisation may have open in a case.
const mostNominations = 20

// Nominate puts somebody forward whom a party would like to have in a case: a
// colleague, or a further vendor with a reason. An officer decides; nothing else
// happens, and nobody but the officers and the party itself learns of it.
func (d *Desk) Nominate(ctx context.Context, by party.Actor, id cvd.CaseID, n talk.Nomination) error {
	n = talk.Nomination{Kind: n.Kind, Name: strings.TrimSpace(n.Name), Mail: strings.TrimSpace(n.Mail), Reason: strings.TrimSpace(n.Reason)}
	return d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		by := inCase(by, c)
		v, err := c.SeenBy(by)
		if err == nil && (v.My.Org == "" || !v.My.Left.IsZero()) {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		if err != nil {
			return err
		}
		if err := mayNominate(v, n); err != nil {
			return err
		}
		mine, err := tx.NominationsBy(ctx, id, string(by.Org))
		if err != nil {
			return err
		}
		open := slices.DeleteFunc(mine, func(x talk.Nomination) bool { return x.State != talk.NominationOpen })
		if len(open) >= mostNominations {
			return fault.New(fault.NotNow, "fault.nomination.many", "most", mostNominations)
		}
		return d.nominate(ctx, tx, by, c, n)
	})
}

// mayNominate checks a nomination. Who else may be concerned can only be said by
// who reads what it is about.
func mayNominate(v cvd.View, n talk.Nomination) error {
	if !v.Closed.IsZero() {
		return fault.New(fault.NotNow, "fault.case.closed")
	}
	if n.Kind == talk.FurtherVendor && !v.Open {
		return fault.New(fault.NotNow, "fault.case.answer_first")
	}
	var k fault.Check
	k.Need(n.Kind == talk.Colleague || n.Kind == talk.FurtherVendor, "kind", "fault.nomination.kind")
	k.Need(n.Name != "" && utf8.RuneCountInString(n.Name) <= 200, "name", "fault.nomination.name")
	k.Need(n.Kind != talk.Colleague || n.Mail != "", "mail", "fault.nomination.mail")
	k.Need(n.Mail == "" || plausibleMail(n.Mail), "mail", "fault.mail_address")
	k.Need(n.Kind != talk.FurtherVendor || n.Reason != "", "reason", "fault.nomination.reason")
	k.Need(utf8.RuneCountInString(n.Reason) <= 2000, "reason", "fault.nomination.long")
	return k.Err()
}

// nominate stores a nomination and tells the officer of the case. The journal
// has what somebody wrote of somebody else by digest only.
func (d *Desk) nominate(ctx context.Context, tx *store.Tx, by party.Actor, c cvd.Case, n talk.Nomination) error {
	n.ID, n.Case, n.By, n.At, n.State = d.newID(), string(c.ID), by, tx.Now(), talk.NominationOpen
	if err := tx.SetNomination(ctx, &n); err != nil {
		return err
	}
	e, err := journal.NewEvent(journal.Ref{Kind: journal.AboutNomination, ID: n.ID}, tx.Now(), by, "nominate", struct {
		Case cvd.CaseID          `json:"case"`
		Kind talk.NominationKind `json:"kind"`
		digested
	}{c.ID, n.Kind, digestOf(n.Name + "\x00" + n.Mail + "\x00" + n.Reason)})
	if err != nil {
		return err
	}
	t := &teller{post: d.post(ctx, tx, journal.Ref{Kind: journal.AboutNomination, ID: n.ID}, n.Version), before: c, after: c, by: by}
	t.heard(cvd.OrgParticipant(by.Org), "answer.nominated")
	return t.record(journal.Outcome{Events: []journal.Event{e}})
}

// DecideNomination takes a nomination up or not. A colleague becomes a contact
// of the organisation and may read the case; that the organisation's other
// contacts are told of, in case the nomination was not theirs. A further vendor
// is invited by the page for that.
func (d *Desk) DecideNomination(ctx context.Context, by party.Actor, id cvd.CaseID, nomination string, taken bool) (talk.Nomination, error) {
	if err := officer(by); err != nil {
		return talk.Nomination{}, err
	}
	var n talk.Nomination
	err := d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if n, err = tx.Nomination(ctx, nomination); err == nil && n.Case != string(id) {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		if err == nil && n.State != talk.NominationOpen {
			err = fault.New(fault.NotNow, "fault.nomination.decided")
		}
		if err != nil {
			return err
		}
		n.State, n.Decided, n.Decider = talk.NominationRefused, tx.Now(), by.Person
		if taken {
			n.State = talk.NominationTaken
		}
		if err := tx.SetNomination(ctx, &n); err != nil {
			return err
		}
		if err := d.note(ctx, tx, by, journal.AboutNomination, n.ID, "decide_nomination", struct {
			Taken bool `json:"taken"`
		}{taken}); err != nil || !taken || n.Kind != talk.Colleague {
			return err
		}
		return d.admitColleague(ctx, tx, by, c, n)
	})
	return n, err
}

// admitColleague makes a nominated colleague a contact, lets them into the case
// and writes to all contacts who read it.
func (d *Desk) admitColleague(ctx context.Context, tx *store.Tx, by party.Actor, c cvd.Case, n talk.Nomination) error {
	part := c.Party(cvd.OrgParticipant(n.By.Org))
	if part == nil {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	contacts, err := tx.Contacts(ctx, part.Org)
	if err != nil {
		return err
	}
	colleague, err := d.colleague(ctx, tx, by, contacts, n)
	if err != nil {
		return err
	}
	if len(part.Members) > 0 && !slices.Contains(part.Members, colleague.ID) {
		if c, err = d.act(ctx, tx, by, c.ID, 0, cvd.AdmitMembers{Who: part.ID, Members: append(slices.Clone(part.Members), colleague.ID)}); err != nil {
			return err
		}
		part = c.Party(part.ID)
	}
	if !part.Left.IsZero() {
		return nil
	}
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutNomination, ID: n.ID}, n.Version)
	admitted := func(h notice.Head) notice.Letter {
		return notice.ColleagueAdmitted(h, colleague.Name+" <"+colleague.Mail+">")
	}
	link := "/room/" + string(c.ID)
	p.org(*part, d.Centre.Mark(c.ID), link, c.Opens(part), admitted)
	p.contact(*part, colleague, d.Centre.Mark(c.ID), link, c.Opens(part), admitted)
	return p.record(journal.Outcome{})
}

// colleague finds the contact with the nominated address, or makes one: in
// reserve, because who is on duty is for the organisation to say.
func (d *Desk) colleague(ctx context.Context, tx *store.Tx, by party.Actor, contacts []party.Contact, n talk.Nomination) (party.Contact, error) {
	lang := ""
	for _, x := range contacts {
		if strings.EqualFold(x.Mail, n.Mail) {
			return x, nil
		}
		if x.ID == n.By.Person {
			lang = x.Lang
		}
	}
	c := party.Contact{ID: party.PersonID(d.newID()), Org: n.By.Org, Name: n.Name, Mail: n.Mail, Lang: cmp.Or(lang, "en"), Duty: party.Backup}
	if err := tx.SetContact(ctx, &c); err != nil {
		return c, err
	}
	return c, d.note(ctx, tx, by, journal.AboutContact, string(c.ID), "add_contact", digestOf(c.Mail+"\x00"+c.Phone+"\x00"+c.Key))
}

// NominationRow is a nomination as an officer decides on it.
type NominationRow struct {
	talk.Nomination
	Org    string // who nominates
	Domain bool   // a colleague's address is at a domain that the organisation is known by
}

// nominations lists what waits for a decision in a case.
func (d *Desk) nominations(ctx context.Context, tx *store.Tx, id cvd.CaseID, names map[party.OrgID]string) ([]NominationRow, error) {
	open, err := tx.NominationsIn(ctx, id, talk.NominationOpen)
	if err != nil {
		return nil, err
	}
	var rows []NominationRow
	for _, n := range open {
		row := NominationRow{Nomination: n, Org: names[n.By.Org]}
		if n.Kind == talk.Colleague {
			if row.Domain, err = d.atDomain(ctx, tx, n); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// atDomain reports whether an address is where the organisation is, or where one
// of its contacts has theirs.
func (d *Desk) atDomain(ctx context.Context, tx *store.Tx, n talk.Nomination) (bool, error) {
	_, domain, _ := strings.Cut(strings.ToLower(n.Mail), "@")
	o, err := tx.Organisation(ctx, n.By.Org)
	if err != nil {
		return false, err
	}
	under := func(of string) bool {
		of = strings.ToLower(of)
		return of != "" && (domain == of || strings.HasSuffix(domain, "."+of))
	}
	if slices.ContainsFunc(o.Domains, under) {
		return true, nil
	}
	contacts, err := tx.Contacts(ctx, n.By.Org)
	return slices.ContainsFunc(contacts, func(c party.Contact) bool {
		_, of, _ := strings.Cut(c.Mail, "@")
		return strings.EqualFold(of, domain)
	}), err
}

// Colleagues lists the people of an organisation that takes part in a case, and
// which of them read it.
func (d *Desk) Colleagues(ctx context.Context, by party.Actor, id cvd.CaseID, org party.OrgID) ([]Colleague, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var p CasePage
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		part := c.Party(cvd.OrgParticipant(org))
		if part == nil {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		p.View.My = *part
		return d.colleagues(ctx, tx, &p)
	})
	return p.People, err
}
