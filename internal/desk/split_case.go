package desk

import (
	"context"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/words"
)

// Splitting is what an officer says when a case is split.
type Splitting struct {
	Title, Brief words.Text // of the new case
	Division     cvd.Division
	Note         string
	Seen         int64 // version of the case that the officer had before them; 0: whatever it is
}

// SplitCase splits a part off a case: both are changed in one transaction. The new
// case inherits the embargo as it stands.
func (d *Desk) SplitCase(ctx context.Context, by party.Actor, id cvd.CaseID, s Splitting) (cvd.CaseID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	var child cvd.CaseID
	err := d.do(ctx, func(tx *store.Tx) error {
		parent, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if s.Seen != 0 && s.Seen != parent.Version {
			return fault.New(fault.Stale, "fault.stale")
		}
		if err := d.writing(ctx, tx, parent); err != nil {
			return err
		}
		if child, err = d.freeCaseID(ctx, tx); err != nil {
			return err
		}
		if err := d.openSplit(ctx, tx, by, child, parent, s); err != nil {
			return err
		}
		_, err = d.act(ctx, tx, by, id, 0, cvd.SplitCase{Child: child, Division: s.Division, Note: s.Note})
		return err
	})
	return child, err
}

// openSplit opens the new case, tells its participants, and gives each a thread
// with the centre: the ones of before stay with the other case.
func (d *Desk) openSplit(ctx context.Context, tx *store.Tx, by party.Actor, id cvd.CaseID, parent cvd.Case, s Splitting) error {
	v := cvd.OpenSplit{ID: id, Title: s.Title, Brief: s.Brief, From: parent, Division: s.Division}
	c, own, err := cvd.Case{}.Do(v, by, tx.Now())
	if err != nil {
		return err
	}
	out, err := d.linkAll(ctx, tx, by, c.Reports, cvd.Case{ID: id})
	if err != nil {
		return err
	}
	out.Add(own)
	if err := tx.SetCase(ctx, c); err != nil {
		return err
	}
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutCase, ID: string(id)}, c.Version)
	d.tellOfCase(p, cvd.Case{}, c, v, by)
	if err := p.record(out); err != nil {
		return err
	}
	for i := range c.Parties {
		who := c.Parties[i].ID
		if c.Parties[i].Org == "" || !c.Parties[i].Left.IsZero() {
			continue
		}
		_, err := d.startThread(ctx, tx, by, talk.Thread{Case: string(id), Readers: []string{string(cvd.Centre), string(who)}})
		if err != nil {
			return err
		}
	}
	return nil
}
