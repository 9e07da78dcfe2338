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

// Two entries of the registry may turn out to be one organisation. The merge
// moves what the registry knows of it, and never who reads a case:
//
//   - a case keeps the participant it has; the merged record is shown under the
//     new name, and its people go on working in its cases;
//   - people and agreements move only while the merged record takes part in no open
//     case. In every case of the other one they are kept out, unless somebody
//     admits them: the case is limited to the people it had.
//
// What was done is an event on the one that stays, with all that undoes it.

// The events.
const (
	mergedOrganisation = "merge_organisation"
	movedMerged        = "move_merged"
	undoneMerge        = "undo_merge"
)

// MergePreview is what a merge would do.
type MergePreview struct {
	Into, From party.Organisation
	After      party.Organisation // Into afterwards
	Contacts   []party.Contact    // of From
	Agreements []party.Agreement  // of From
	Answers    int                // to keywords that Into has not answered
	Open       []cvd.Case         // open cases of From: they keep it
	Both       []cvd.Case         // open cases in which both take part: no merge
	Limited    []cvd.Case         // cases of Into that will be limited to its present people
	Moves      bool               // contacts and agreements move now
	Lonely     bool               // Into has cases and nobody of its own: they stay
	Waiting    int                // changes of either that are not decided: no merge
}

// Merge is a merge that was done.
type Merge struct {
	ID      string             `json:"id"`
	From    party.OrgID        `json:"from"`
	Why     string             `json:"why"`
	Before  party.Organisation `json:"before"` // of the one that stays
	After   party.Organisation `json:"after"`
	Was     party.Organisation `json:"was"` // the other one before
	Answers []string           `json:"answers,omitempty"`
	Moved
}

// Moved is what goes over with a merge, then or later.
type Moved struct {
	Contacts   []party.PersonID `json:"contacts,omitempty"`
	Agreements []string         `json:"agreements,omitempty"`
	Limited    []Limited        `json:"limited,omitempty"`
}

// Limited is a case that was limited to the people an organisation had.
type Limited struct {
	Case    cvd.CaseID       `json:"case"`
	Members []party.PersonID `json:"members"`
}

// PreviewMerge shows what merging one organisation into another would do.
func (d *Desk) PreviewMerge(ctx context.Context, by party.Actor, into, from party.OrgID, kind party.NameKind) (MergePreview, error) {
	if err := officer(by); err != nil {
		return MergePreview{}, err
	}
	var p MergePreview
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		p, err = d.planMerge(ctx, tx, into, from, kind)
		return err
	})
	return p, err
}

func (d *Desk) planMerge(ctx context.Context, tx *store.Tx, into, from party.OrgID, kind party.NameKind) (p MergePreview, err error) {
	if p.Into, err = tx.Organisation(ctx, into); err != nil {
		return p, err
	}
	if p.From, err = tx.Organisation(ctx, from); err != nil {
		return p, err
	}
	if into == from || p.Into.MergedInto != "" || p.From.MergedInto != "" {
		return p, fault.New(fault.NotNow, "fault.merge.already")
	}
	p.After, _ = party.Merged(p.Into, p.From, kind)
	if p.Contacts, err = tx.Contacts(ctx, from); err != nil {
		return p, err
	}
	if p.Agreements, err = tx.Agreements(ctx, from); err != nil {
		return p, err
	}
	for _, id := range []party.OrgID{into, from} {
		waiting, err := tx.ChangesWaitingOf(ctx, id)
		if err != nil {
			return p, err
		}
		p.Waiting += len(waiting)
	}
	has, err := tx.Answers(ctx, into)
	if err != nil {
		return p, err
	}
	said, err := tx.Answers(ctx, from)
	if err != nil {
		return p, err
	}
	p.Answers = len(unanswered(has, said))
	return p, d.planMove(ctx, tx, &p)
}

// planMove finds out whether people and papers can move, and which cases must be
// limited for it.
func (d *Desk) planMove(ctx context.Context, tx *store.Tx, p *MergePreview) error {
	theirs, err := tx.CasesWith(ctx, cvd.OrgParticipant(p.From.ID))
	if err != nil {
		return err
	}
	for _, c := range theirs {
		if !c.Closed.IsZero() {
			continue
		}
		p.Open = append(p.Open, c)
		if c.Party(cvd.OrgParticipant(p.Into.ID)) != nil {
			p.Both = append(p.Both, c)
		}
	}
	ours, err := tx.CasesWith(ctx, cvd.OrgParticipant(p.Into.ID))
	if err != nil {
		return err
	}
	for _, c := range ours {
		if len(c.Party(cvd.OrgParticipant(p.Into.ID)).Members) == 0 {
			p.Limited = append(p.Limited, c)
		}
	}
	people, err := tx.Contacts(ctx, p.Into.ID)
	p.Lonely = len(people) == 0 && len(p.Limited) > 0 && len(p.Contacts) > 0
	if p.Moves = len(p.Open) == 0 && !p.Lonely; !p.Moves || len(p.Contacts) == 0 {
		p.Limited = nil
	}
	return err
}

func unanswered(has, said party.Questionnaire) (answers []party.KeywordAnswer) {
	for _, a := range said.Answers {
		if _, ok := has.Answer(a.Keyword); !ok {
			answers = append(answers, a)
		}
	}
	return answers
}

// MergeOrganisations makes two entries of the registry one. kind is what the
// official names of the other one become: an alias or a former name.
func (d *Desk) MergeOrganisations(ctx context.Context, by party.Actor, into, from party.OrgID, kind party.NameKind, why string) error {
	if err := officer(by); err != nil {
		return err
	}
	var k fault.Check
	k.Need(kind == party.Alias || kind == party.Former, "kind", "fault.merge.kind")
	k.Need(strings.TrimSpace(why) != "", "why", "fault.merge.why")
	if err := k.Err(); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		p, err := d.planMerge(ctx, tx, into, from, kind)
		switch {
		case err != nil:
			return err
		case len(p.Both) > 0:
			return fault.New(fault.NotNow, "fault.merge.both", "case", d.Centre.Mark(p.Both[0].ID))
		case p.Waiting > 0:
			return fault.New(fault.NotNow, "fault.merge.waiting")
		}
		done := Merge{ID: d.newID(), From: from, Why: strings.TrimSpace(why), Before: p.Into, Was: p.From}
		stays, goes := party.Merged(p.Into, p.From, kind)
		if done.Answers, err = d.mergeAnswers(ctx, tx, by, into, from); err != nil {
			return err
		}
		if p.Moves {
			if done.Moved, err = d.move(ctx, tx, by, p, into); err != nil {
				return err
			}
		}
		if err := tx.SetOrganisation(ctx, &stays); err != nil {
			return err
		}
		done.After = stays
		if err := d.note(ctx, tx, by, journal.AboutOrg, string(into), mergedOrganisation, done); err != nil {
			return err
		}
		return d.putOrganisation(ctx, tx, by, &goes, "merged_into")
	})
}

func (d *Desk) mergeAnswers(ctx context.Context, tx *store.Tx, by party.Actor, into, from party.OrgID) (keywords []string, err error) {
	has, err := tx.Answers(ctx, into)
	if err != nil {
		return nil, err
	}
	said, err := tx.Answers(ctx, from)
	if err != nil {
		return nil, err
	}
	added := unanswered(has, said)
	if len(added) == 0 {
		return nil, nil
	}
	for _, a := range added {
		keywords = append(keywords, a.Keyword)
	}
	return keywords, d.setAnswers(ctx, tx, by, into, added)
}

// move brings the people and agreements of an organisation to another one, and
// keeps the people out of the cases that it has.
func (d *Desk) move(ctx context.Context, tx *store.Tx, by party.Actor, p MergePreview, to party.OrgID) (m Moved, err error) {
	people, err := tx.Contacts(ctx, to)
	if err != nil {
		return m, err
	}
	for _, c := range p.Limited {
		l := Limited{Case: c.ID}
		for _, x := range people {
			l.Members = append(l.Members, x.ID)
		}
		if _, err := d.act(ctx, tx, by, c.ID, 0, cvd.AdmitMembers{Who: cvd.OrgParticipant(to), Members: l.Members}); err != nil {
			return m, err
		}
		m.Limited = append(m.Limited, l)
	}
	for _, c := range p.Contacts {
		m.Contacts = append(m.Contacts, c.ID)
	}
	for _, a := range p.Agreements {
		m.Agreements = append(m.Agreements, a.ID)
	}
	return m, d.moveAll(ctx, tx, by, m, p.From.ID, to)
}

// moveAll changes the organisation of people and agreements that still belong to
// one of two.
func (d *Desk) moveAll(ctx context.Context, tx *store.Tx, by party.Actor, m Moved, from, to party.OrgID) error {
	for _, id := range m.Contacts {
		c, err := tx.Contact(ctx, id)
		if fault.KindOf(err) == fault.NotFound || err == nil && c.Org != from {
			continue // taken out meanwhile, or moved on
		}
		if err != nil {
			return err
		}
		c.Org = to
		if err := tx.SetContact(ctx, &c); err != nil {
			return err
		}
		about := journal.Ref{Kind: journal.AboutContact, ID: string(id)}
		if err := tx.DropLinks(ctx, about, ""); err != nil { // they open the other's doors
			return err
		}
		if err := d.note(ctx, tx, by, about.Kind, about.ID, "move_contact", movedTo{to}); err != nil {
			return err
		}
	}
	for _, id := range m.Agreements {
		a, err := tx.Agreement(ctx, id)
		if fault.KindOf(err) == fault.NotFound || err == nil && a.Org != from {
			continue
		}
		if err != nil {
			return err
		}
		a.Org = to
		if err := tx.SetAgreement(ctx, &a); err != nil {
			return err
		}
		if err := d.note(ctx, tx, by, journal.AboutAgreement, id, "move_agreement", movedTo{to}); err != nil {
			return err
		}
	}
	for _, org := range []party.OrgID{from, to} {
		if err := d.registryChanged(ctx, tx, by, org); err != nil {
			return err
		}
	}
	return nil
}

type movedTo struct {
	Org party.OrgID `json:"org"`
}

// MoveMerged moves the people and agreements that stayed with a merged
// organisation while it took part in open cases.
func (d *Desk) MoveMerged(ctx context.Context, by party.Actor, from party.OrgID) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		o, err := tx.Organisation(ctx, from)
		if err != nil {
			return err
		}
		if o.MergedInto == "" {
			return fault.New(fault.NotNow, "fault.merge.not_merged")
		}
		p := MergePreview{From: o}
		if p.Into, err = tx.Organisation(ctx, o.MergedInto); err != nil {
			return err
		}
		if p.Contacts, err = tx.Contacts(ctx, from); err != nil {
			return err
		}
		if p.Agreements, err = tx.Agreements(ctx, from); err != nil {
			return err
		}
		if err := d.planMove(ctx, tx, &p); err != nil {
			return err
		}
		if !p.Moves {
			return fault.New(fault.NotNow, "fault.merge.stay")
		}
		m, err := d.move(ctx, tx, by, p, p.Into.ID)
		if err != nil {
			return err
		}
		return d.note(ctx, tx, by, journal.AboutOrg, string(p.Into.ID), movedMerged, struct {
			From party.OrgID `json:"from"`
			Moved
		}{from, m})
	})
}

// mergesOf reads the merges into an organisation that stand, the newest first,
// each with all that moved since.
func (d *Desk) mergesOf(ctx context.Context, tx *store.Tx, into party.OrgID) ([]Merge, error) {
	about := journal.Ref{Kind: journal.AboutOrg, ID: string(into)}
	undone, err := tx.EventsOfVerb(ctx, about, undoneMerge, 1000)
	if err != nil {
		return nil, err
	}
	moved, err := tx.EventsOfVerb(ctx, about, movedMerged, 1000)
	if err != nil {
		return nil, err
	}
	events, err := tx.EventsOfVerb(ctx, about, mergedOrganisation, 1000)
	var all []Merge
	for _, e := range events {
		var m Merge
		if err := json.Unmarshal(e.Data, &m); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(undone, func(u journal.Event) bool { return strings.Contains(string(u.Data), m.ID) }) {
			continue
		}
		for _, later := range moved {
			var x Merge
			if err := json.Unmarshal(later.Data, &x); err != nil {
				return nil, err
			}
			if x.From == m.From && later.Seq > e.Seq {
				m.Contacts = append(m.Contacts, x.Contacts...)
				m.Agreements = append(m.Agreements, x.Agreements...)
				m.Limited = append(m.Limited, x.Limited...)
			}
		}
		all = append(all, m)
	}
	return all, err
}

// UndoMerge makes two organisations of one again, as they were. What was changed
// of the one that stayed since then stays changed; what the other one had goes
// back to it.
func (d *Desk) UndoMerge(ctx context.Context, by party.Actor, into party.OrgID, id string) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		stays, err := tx.Organisation(ctx, into)
		if err != nil {
			return err
		}
		all, err := d.mergesOf(ctx, tx, into)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(m Merge) bool { return m.ID == id })
		if at < 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if stays.MergedInto != "" {
			return fault.New(fault.NotNow, "fault.merge.undo_first")
		}
		m := all[at]
		goes, err := tx.Organisation(ctx, m.From)
		if err != nil {
			return err
		}
		restored := party.Restored(stays, m.Before, m.After)
		if err := d.putOrganisation(ctx, tx, by, &restored, "change_organisation"); err != nil {
			return err
		}
		was := m.Was
		was.Version = goes.Version
		if err := d.putOrganisation(ctx, tx, by, &was, "unmerged"); err != nil {
			return err
		}
		if err := d.note(ctx, tx, by, journal.AboutOrg, string(into), undoneMerge, struct {
			ID string `json:"id"`
		}{m.ID}); err != nil {
			return err
		}
		if err := d.dropAnswers(ctx, tx, by, into, m); err != nil {
			return err
		}
		if err := d.moveAll(ctx, tx, by, m.Moved, into, m.From); err != nil {
			return err
		}
		return d.unlimit(ctx, tx, by, into, m.Limited)
	})
}

// dropAnswers takes away the answers that came with a merge and were not
// changed since.
func (d *Desk) dropAnswers(ctx context.Context, tx *store.Tx, by party.Actor, into party.OrgID, m Merge) error {
	has, err := tx.Answers(ctx, into)
	if err != nil || len(m.Answers) == 0 {
		return err
	}
	said, err := tx.Answers(ctx, m.From)
	if err != nil {
		return err
	}
	var gone []party.KeywordAnswer
	for _, keyword := range m.Answers {
		a, _ := has.Answer(keyword)
		b, ok := said.Answer(keyword)
		if ok && a.On.Equal(b.On) && a.Reply == b.Reply {
			gone = append(gone, a)
		}
	}
	has = has.Without(gone...)
	if err := tx.SetAnswers(ctx, &has); err != nil {
		return err
	}
	return d.note(ctx, tx, by, journal.AboutAnswers, string(into), droppedAnswers, gone)
}

// droppedAnswers is the event of answers that go again.
const droppedAnswers = "drop_answers"

// unlimit opens the cases again that were limited for a merge, unless somebody
// has chosen other people since.
func (d *Desk) unlimit(ctx context.Context, tx *store.Tx, by party.Actor, org party.OrgID, all []Limited) error {
	for _, l := range all {
		c, err := tx.Case(ctx, l.Case)
		if err != nil {
			return err
		}
		p := c.Party(cvd.OrgParticipant(org))
		if p == nil || !slices.Equal(p.Members, l.Members) {
			continue
		}
		if _, err := d.act(ctx, tx, by, c.ID, 0, cvd.AdmitMembers{Who: p.ID}); err != nil {
			return err
		}
	}
	return nil
}
