package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/match"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// maxDismissalReason bounds what is typed, in characters.
const maxDismissalReason = 500

// DismissSuggestion sets aside an organisation that is suggested for a case.
// The reason is kept with what the suggestion was made for, so that the next
// case shows it among the near misses with the reason.
func (d *Desk) DismissSuggestion(ctx context.Context, by party.Actor, id cvd.CaseID, org party.OrgID, why string) error {
	if err := officer(by); err != nil {
		return err
	}
	why = strings.TrimSpace(why)
	var k fault.Check
	k.Need(why != "", "why", "fault.dismissal.need_reason")
	k.Need(utf8.RuneCountInString(why) <= maxDismissalReason, "why", "fault.dismissal.long", "most", maxDismissalReason)
	if err := k.Err(); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		res, err := d.rank(ctx, tx, c)
		if err != nil {
			return err
		}
		all := append(slices.Clone(res.Ranked), res.NearMisses...)
		at := slices.IndexFunc(all, func(f match.Found) bool { return f.Organisation == string(org) })
		if at < 0 {
			return fault.New(fault.NotNow, "fault.dismissal.not_suggested")
		}
		said, err := tx.Dismissals(ctx, org)
		if err != nil {
			return err
		}
		x := party.Dismissal{ID: d.newID(), Case: string(id), Why: why, By: by.Person, On: tx.Now()}
		for _, r := range all[at].Reasons {
			if r.Points > 0 && r.Dismissed == nil {
				x.Reasons = append(x.Reasons, party.DismissedReason{Kind: string(r.Kind), Subject: r.Subject})
			}
		}
		if slices.ContainsFunc(said.Standing(), func(y party.Dismissal) bool { return y.Case == x.Case }) && len(x.Reasons) == 0 {
			return fault.New(fault.NotNow, "fault.dismissal.already")
		}
		return d.setDismissal(ctx, tx, by, said, x, "dismiss_suggestion")
	})
}

// TakeBackDismissal lets an organisation be suggested again for the reasons
// that a dismissal set aside.
func (d *Desk) TakeBackDismissal(ctx context.Context, by party.Actor, org party.OrgID, id string) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		said, err := tx.Dismissals(ctx, org)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(said.All, func(x party.Dismissal) bool { return x.ID == id })
		if at < 0 {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		x := said.All[at]
		if !x.Back.IsZero() {
			return nil // somebody was faster, to the same end
		}
		x.Back = tx.Now()
		return d.setDismissal(ctx, tx, by, said, x, "take_back_dismissal")
	})
}

func (d *Desk) setDismissal(ctx context.Context, tx *store.Tx, by party.Actor, said party.Dismissals, x party.Dismissal, verb string) error {
	said = said.With(x)
	if err := tx.SetDismissals(ctx, &said); err != nil {
		return err
	}
	return d.note(ctx, tx, by, journal.AboutDismissals, string(said.Org), verb, x)
}

// replayDismissals proves the dismissals of an organisation by the journal.
func replayDismissals(events []journal.Event, _ json.RawMessage) (any, error) {
	var all party.Dismissals
	for _, e := range events {
		var x party.Dismissal
		if err := json.Unmarshal(e.Data, &x); err != nil {
			return nil, err
		}
		all = all.With(x)
		all.Org, all.Version = party.OrgID(e.About.ID), all.Version+1
	}
	return all, nil
}
