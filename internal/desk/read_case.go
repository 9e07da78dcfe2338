package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// CaseRow is a line of a list of cases.
type CaseRow struct {
	View     cvd.View
	Mark     string
	Advisory string // state of its advisory; "" while there is none; officers only
	News     News
}

// Cases lists the cases of a reader: an officer's are the open ones, priority
// cases before the others, else the oldest first (Guideline, appendix 4); an
// outside party's are those it takes part in, the newest first.
func (d *Desk) Cases(ctx context.Context, by party.Actor) ([]CaseRow, error) {
	return d.cases(ctx, by, false)
}

// ClosedCases lists the cases that were closed last, for officers.
func (d *Desk) ClosedCases(ctx context.Context, by party.Actor) ([]CaseRow, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	return d.cases(ctx, by, true)
}

func (d *Desk) cases(ctx context.Context, by party.Actor, closed bool) ([]CaseRow, error) {
	var rows []CaseRow
	err := d.view(ctx, func(tx *store.Tx) error {
		var cs []cvd.Case
		var err error
		switch by.Role {
		case party.Officer:
			if err := officer(by); err != nil {
				return err
			}
			if cs, err = tx.OpenCases(ctx); closed {
				cs, err = tx.ClosedCases(ctx, 0, mostClosed)
			}
		case party.Vendor, party.Operator, party.Observer:
			cs, err = tx.CasesWith(ctx, cvd.OrgParticipant(by.Org))
		default:
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if err != nil {
			return err
		}
		for _, c := range cs {
			v, err := c.SeenBy(inCase(by, c))
			if fault.KindOf(err) == fault.NotFound {
				continue // a case for other members of the same organisation
			}
			if err != nil {
				return err
			}
			row := CaseRow{View: v, Mark: d.Centre.Mark(c.ID)}
			if row.News, err = d.listNews(ctx, tx, inCase(by, c), v); err != nil {
				return err
			}
			if by.Role == party.Officer {
				as, err := tx.AdvisoriesOf(ctx, string(c.ID))
				if err != nil {
					return err
				}
				for _, a := range as {
					row.Advisory = string(a.State)
				}
			}
			rows = append(rows, row)
		}
		if by.Role == party.Officer && !closed {
			slices.SortStableFunc(rows, func(a, b CaseRow) int { return cmp.Compare(a.View.Priority.Rank(), b.View.Priority.Rank()) })
		}
		return nil
	})
	return rows, err
}

// CasePage is a case as one reader sees it.
type CasePage struct {
	View     cvd.View
	Mark     string
	Names    map[party.OrgID]string // of the organisations the view speaks of
	Reports  []SharedReport
	Talk     []Conversation
	Timeline []Moment    // officers only
	Advisory string      // id, officers only; "" while there is none
	Public   string      // path of the published advisory
	Into     cvd.CaseID  // where it is handled now, for who takes part there
	People   []Colleague // of the reader's own organisation; outside parties only
	News     News
	Put      []talk.Nomination // whom the reader's organisation nominated

	Hearing committee.ID // the referral to the publication committee that the reader was told of; vendors only
}

// Colleague is a contact of the reader's own organisation.
type Colleague struct {
	ID   party.PersonID
	Name string
	In   bool // reads the case: see cvd.AdmitMembers
}

// colleagues lists whom the reader's organisation may admit to the case.
func (d *Desk) colleagues(ctx context.Context, tx *store.Tx, p *CasePage) error {
	contacts, err := tx.Contacts(ctx, p.View.My.Org)
	members := p.View.My.Members
	for _, c := range contacts {
		p.People = append(p.People, Colleague{ID: c.ID, Name: c.Name, In: len(members) == 0 || slices.Contains(members, c.ID)})
	}
	return err
}

// SharedReport is the text of a report as this reader may read it.
type SharedReport struct {
	ID         cvd.ReportID // officers only
	Submission cvd.Submission
	Files      []FileRow
}

// Moment is one line of a case's history.
type Moment struct {
	At    time.Time
	By    party.Actor
	Name  string // of the person or organisation
	Verb  string
	Steps []cvd.Step

	// What of the arguments is worth telling; each may be empty.
	Whom  string     // the organisation that it was done to
	How   string     // mail, phone …
	What  string     // the event, step or status
	Note  string     // reason, evidence
	Date  time.Time  // the end or day that was set
	Yes   *bool      // an answer
	Other cvd.CaseID // another case that it was about
}

// Case opens one case to a reader. A stranger gets what a missing case gives.
func (d *Desk) Case(ctx context.Context, by party.Actor, id cvd.CaseID) (CasePage, error) {
	var p CasePage
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		by := inCase(by, c)
		if p.View, err = c.SeenBy(by); err != nil {
			return err
		}
		p.Mark = d.Centre.Mark(id)
		if p.Names, err = d.names(ctx, tx, p.View); err != nil {
			return err
		}
		if err := d.sharedReports(ctx, tx, by, &p); err != nil {
			return err
		}
		reports := []cvd.ReportID(nil)
		if by.Role == party.Officer {
			reports = c.Reports
		}
		if p.News, err = d.pageNews(ctx, tx, by, p.View); err != nil {
			return err
		}
		l := listener{by: by, me: string(p.View.Me), view: &p.View, news: p.News}
		if p.Talk, err = d.conversations(ctx, tx, l, string(id), reports); err != nil {
			return err
		}
		p.News.count(p.Talk)
		if p.Public, err = d.publicPath(ctx, tx, string(id)); err != nil {
			return err
		}
		if p.Into, err = d.pointer(ctx, tx, by, c); err != nil {
			return err
		}
		if by.Role != party.Officer {
			if p.Hearing, err = d.hearing(ctx, tx, by, c); err != nil {
				return err
			}
			p.View.Reports = nil // a finder may have told somebody the number
			if p.View.My.Org == "" {
				return nil
			}
			if p.Put, err = tx.NominationsBy(ctx, id, string(p.View.My.Org)); err != nil {
				return err
			}
			return d.colleagues(ctx, tx, &p)
		}
		as, err := tx.AdvisoriesOf(ctx, string(id))
		if err != nil {
			return err
		}
		for _, a := range as {
			p.Advisory = string(a.ID)
		}
		p.Timeline, err = d.timeline(ctx, tx, journal.Ref{Kind: journal.AboutCase, ID: string(id)})
		return err
	})
	return p, err
}

// fewNames is up to how many names are looked up one by one.
const fewNames = 8

// names looks up what the organisations in a view are called.
func (d *Desk) names(ctx context.Context, tx *store.Tx, v cvd.View) (map[party.OrgID]string, error) {
	names := map[party.OrgID]string{}
	var ids []party.OrgID
	for _, p := range append(slices.Clone(v.Parties), v.My) {
		ids = append(ids, p.Org)
	}
	for _, s := range v.Statuses {
		ids = append(ids, s.Org)
	}
	if len(ids) > fewNames {
		all, err := tx.NamesInCase(ctx, v.ID)
		if err != nil {
			return nil, err
		}
		for _, id := range ids { // only those the view speaks of: the others are none of the reader's business
			if name, ok := all[id]; ok {
				names[id] = name
			}
		}
	}
	for _, id := range ids {
		if _, known := names[id]; known || id == "" {
			continue
		}
		o, err := tx.Organisation(ctx, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		names[id] = o.Name()
	}
	return names, nil
}

// sharedReports reads the reports behind a case as far as the reader may.
func (d *Desk) sharedReports(ctx context.Context, tx *store.Tx, by party.Actor, p *CasePage) error {
	for _, id := range p.View.Reports {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return err
		}
		s := SharedReport{Submission: r.SharedWith(p.View)}
		if by.Role == party.Officer {
			s.ID = id
		}
		if s.Files, err = evidenceRows(ctx, tx, id, p.View.TLP); err != nil {
			return err
		}
		p.Reports = append(p.Reports, s)
	}
	return nil
}

// timeline reads a record's history from the journal.
func (d *Desk) timeline(ctx context.Context, tx *store.Tx, about journal.Ref) ([]Moment, error) {
	events, err := tx.Events(ctx, about)
	if err != nil {
		return nil, err
	}
	return d.moments(ctx, tx, events, nil)
}

// told is what of a verb's arguments a history tells.
type told struct {
	Args struct {
		Who                            json.RawMessage
		Org                            party.OrgID
		How, Reason, Note, Unsigned    string
		What, Do, Status, Number, Vuln string
		Until, At                      time.Time
		Yes                            *bool
		Into, Child                    cvd.CaseID
		Of                             json.RawMessage
		From                           json.RawMessage
	}
	Steps  []cvd.Step
	Reason string // of an advisory's verb, whose arguments stand at the top
}

// moments puts events into the form a history shows. names are those of the
// organisations spoken of, where they are known.
func (d *Desk) moments(ctx context.Context, tx *store.Tx, events []journal.Event, names map[party.OrgID]string) ([]Moment, error) {
	known := map[string]string{}
	var ms []Moment
	for _, e := range events {
		m := Moment{At: e.At, By: e.By, Verb: e.Verb}
		var rec told
		_ = json.Unmarshal(e.Data, &rec) // other records' events have other arguments: what fits is told
		a := rec.Args
		m.Steps, m.How, m.Note, m.Yes = rec.Steps, a.How, cmp.Or(a.Reason, a.Note, a.Unsigned, a.Number, rec.Reason), a.Yes
		m.What = cmp.Or(a.What, a.Do, a.Status)
		m.Other = otherCase(cmp.Or(a.Into, a.Child), a.Of, a.From)
		if m.Date = a.Until; m.Date.IsZero() {
			m.Date = a.At
		}
		var who cvd.ParticipantID
		if json.Unmarshal(a.Who, &who) != nil && a.Org != "" {
			who = cvd.OrgParticipant(a.Org)
		}
		if org, ok := strings.CutPrefix(string(who), "org:"); ok && party.OrgID(org) != e.By.Org {
			m.Whom = names[party.OrgID(org)]
		}
		var err error
		if m.Name, err = d.actorName(ctx, tx, e.By, known); err != nil {
			return nil, err
		}
		ms = append(ms, m)
	}
	return ms, nil
}

// actorName is what an actor is called on an officer's page.
func (d *Desk) actorName(ctx context.Context, tx *store.Tx, by party.Actor, known map[string]string) (string, error) {
	key := string(by.Role) + "/" + string(by.Org) + "/" + string(by.Person)
	if n, ok := known[key]; ok {
		return n, nil
	}
	name := ""
	var err error
	switch {
	case by.Org != "":
		var o party.Organisation
		if o, err = tx.Organisation(ctx, by.Org); err == nil {
			name = o.Name()
		}
	case by.Person != "":
		var x party.Person
		if x, err = tx.Person(ctx, by.Person); err == nil {
			name = x.Name
		}
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	known[key] = name
	return name, nil
}
