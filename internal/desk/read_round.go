package desk

import (
	"context"
	"slices"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// RoundPage is a round of invitations as an officer looks at it before it
// leaves, and what became of it afterwards.
type RoundPage struct {
	Round   cvd.Round
	Rows    []RoundRow
	Gets    int // organisations that are or were written to
	Letters int
	Langs   map[words.Lang]int // of the letters
	Samples []LetterPreview    // one letter in each language; while it waits
	Parties int                // who would know of the case with all of them, the centre left out
}

// RoundRow is one organisation of a round.
type RoundRow struct {
	Org     party.OrgID
	Name    string
	Ground  cvd.Ground
	State   cvd.LineState
	Why     *fault.Fault // why it gets or got none; nil where it gets one
	Agreed  bool         // an agreement is in force
	Letters []RoundLetter
}

// RoundLetter is to whom one letter goes. Each goes to one address alone.
type RoundLetter struct {
	Name, Mail string
	Lang       words.Lang
	Sealed     bool // there is a key to encrypt with
	Bounced    bool // the last letter to the address came back
}

// Waits reports whether the organisation would be written to as things stand.
func (r RoundRow) Waits() bool { return r.State == cvd.LineWaits && r.Why == nil }

// Round opens a round of a case.
func (d *Desk) Round(ctx context.Context, by party.Actor, id cvd.CaseID, round string) (RoundPage, error) {
	if err := officer(by); err != nil {
		return RoundPage{}, err
	}
	p := RoundPage{Langs: map[words.Lang]int{}}
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if p.Round, err = d.roundOf(ctx, tx, id, round); err != nil {
			return err
		}
		if err := d.roundRows(ctx, tx, c, &p); err != nil {
			return err
		}
		return d.roundSamples(ctx, tx, by, c, &p)
	})
	return p, err
}

// roundRows says of each organisation who gets what, or why not. It asks for all
// of them at once: one by one, a page of thousands would take seconds.
func (d *Desk) roundRows(ctx context.Context, tx *store.Tx, c cvd.Case, p *RoundPage) error {
	orgs, err := tx.Invitees(ctx, p.Round.ID)
	if err != nil {
		return err
	}
	contacts, err := tx.ContactsInRound(ctx, p.Round.ID)
	if err != nil {
		return err
	}
	reach := map[party.OrgID][]party.Contact{}
	for _, x := range contacts {
		reach[x.Org] = append(reach[x.Org], x)
	}
	agreements, err := tx.AgreementsInRound(ctx, p.Round.ID)
	if err != nil {
		return err
	}
	signed := map[party.OrgID][]party.Agreement{}
	for _, a := range agreements {
		signed[a.Org] = append(signed[a.Org], a)
	}
	inCase := map[party.OrgID]bool{}
	for i := range c.Parties {
		if q := &c.Parties[i]; q.Org != "" && c.TakesPart(q.Org) {
			inCase[q.Org] = true
		}
		if q := &c.Parties[i]; q.ID != cvd.Centre && q.Left.IsZero() {
			p.Parties++
		}
	}
	for _, l := range p.Round.Lines {
		row := RoundRow{Org: l.Org, Name: orgs[l.Org].Name, Ground: l.Ground, State: l.State}
		_, row.Agreed = party.Best(signed[l.Org], party.ScopeReports, tx.Now())
		for _, x := range onDuty(reach[l.Org], nil) {
			row.Letters = append(row.Letters, RoundLetter{x.Name, x.Mail, words.ParseLang(x.Lang), x.Key != "", !x.Bounced.IsZero()})
		}
		row.Why = roundRefusal(row, l, orgs[l.Org].Tier, p.Round, inCase[l.Org])
		if row.Waits() || row.State == cvd.LineInvited {
			p.Gets++
			p.Letters += len(row.Letters)
			for _, x := range row.Letters {
				p.Langs[x.Lang]++
			}
		}
		if row.Waits() {
			p.Parties++
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

// roundRefusal is why a line gets no letter, as far as it shows without playing
// the invitation.
func roundRefusal(row RoundRow, l cvd.RoundLine, tier party.Tier, r cvd.Round, present bool) *fault.Fault {
	because := func(key string) *fault.Fault { return fault.New(fault.NotNow, key, "name", row.Name) }
	switch {
	case l.State == cvd.LineRefused:
		return because(l.Why)
	case l.State != cvd.LineWaits:
		return nil
	case present:
		return because("fault.case.invited_already")
	case tier == party.Individual:
		return because("fault.round.individual")
	case len(row.Letters) == 0:
		return because("fault.case.no_address")
	case !row.Agreed && r.Reason == "":
		return because("fault.round.no_agreement")
	}
	return nil
}

// roundSamples plays the invitation of one organisation for each language, and
// keeps its letter in that language.
func (d *Desk) roundSamples(ctx context.Context, tx *store.Tx, by party.Actor, c cvd.Case, p *RoundPage) error {
	if p.Round.State == cvd.RoundDone {
		return nil
	}
	has := map[words.Lang]bool{}
	for _, row := range p.Rows {
		if !row.Waits() || !slices.ContainsFunc(row.Letters, func(l RoundLetter) bool { return !has[l.Lang] }) {
			continue
		}
		played, _, err := d.previewInvitation(ctx, tx, by, c, Invitation{Org: row.Org, Role: party.Vendor, How: "mail", Reason: p.Round.Reason})
		if err != nil {
			return err
		}
		for _, l := range played.Letters {
			if !has[l.Lang] {
				has[l.Lang] = true
				p.Samples = append(p.Samples, l)
			}
		}
		if len(has) == len(p.Langs) {
			return nil
		}
	}
	return nil
}

// RoundHead is a round that has not left, on its case's page.
type RoundHead struct {
	ID      string
	Held    bool // it leaves by itself; else it is being put together
	Waiting int
	Leaves  time.Time
}

// openRounds lists the rounds of a case that have not left, held ones first.
func (d *Desk) openRounds(ctx context.Context, tx *store.Tx, id cvd.CaseID) ([]RoundHead, error) {
	held, err := tx.RoundsOfCase(ctx, id, cvd.RoundHeld)
	if err != nil {
		return nil, err
	}
	drafts, err := tx.RoundsOfCase(ctx, id, cvd.RoundDraft)
	var heads []RoundHead
	for _, r := range append(held, drafts...) {
		heads = append(heads, RoundHead{ID: r.ID, Held: r.State == cvd.RoundHeld, Waiting: len(r.Waiting()), Leaves: r.Leaves})
	}
	return heads, err
}
