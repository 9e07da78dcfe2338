package desk

import (
	"context"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// InvitationPreview is what inviting one organisation would do.
type InvitationPreview struct {
	Org      party.OrgID
	Name     string
	Contacts int
	Signed   party.Agreement // in force; the zero one where there is none
	Over     party.Agreement // the one that ended last, where none is in force
	Terms    bool            // it would first be asked to agree to the embargo
	Waits    bool            // the content would wait for an agreement
	Alone    bool            // of the individual tier
	Own      []string        // which of its products the case is about, where Alone
	Products []party.Product // the registry's, to choose from where Alone
	Letters  []LetterPreview
	Refused  error // why it would be refused as things stand; a *fault.Fault
}

// LetterPreview is a letter as it would leave.
type LetterPreview struct {
	To, Name string
	Lang     words.Lang
	Sealed   bool   // encrypted: the recipient has a key
	Subject  string // as anybody on the way can read it
	Text     string
}

// PreviewInvitations plays invitations one after the other without keeping
// anything: the same decisions and the same letters as InviteVendor would make.
func (d *Desk) PreviewInvitations(ctx context.Context, by party.Actor, id cvd.CaseID, ins []Invitation) ([]InvitationPreview, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var all []InvitationPreview
	err := d.view(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		for _, in := range ins {
			p, next, err := d.previewInvitation(ctx, tx, by, c, in)
			if err != nil {
				return err
			}
			all, c = append(all, p), next
		}
		return nil
	})
	return all, err
}

// previewInvitation plays one invitation and gives the case that it would lead
// to. What is wrong with it stands in the preview; an error is the machine's.
func (d *Desk) previewInvitation(ctx context.Context, tx *store.Tx, by party.Actor, c cvd.Case, in Invitation) (InvitationPreview, cvd.Case, error) {
	p := InvitationPreview{Org: in.Org}
	o, err := tx.Organisation(ctx, in.Org)
	if err != nil {
		return p, c, err
	}
	p.Name = o.Name()
	contacts, err := tx.Contacts(ctx, in.Org)
	if err != nil {
		return p, c, err
	}
	p.Contacts = len(contacts)
	signed, err := tx.Agreements(ctx, in.Org)
	if err != nil {
		return p, c, err
	}
	if best, inForce := party.Best(signed, party.ScopeReports, tx.Now()); inForce {
		p.Signed = best
	} else {
		p.Over = best
	}
	v, err := d.invitation(ctx, tx, c, in)
	if p.Alone, p.Own = v.Alone, v.Own; p.Alone {
		p.Products = o.Products
	}
	next := c
	if err == nil {
		next, _, err = c.Do(v, by, tx.Now())
	}
	if fault.Of(err) != nil {
		p.Refused = err
		return p, c, nil
	}
	if err != nil {
		return p, c, err
	}
	invited := next.Party(cvd.OrgParticipant(in.Org))
	p.Terms, p.Waits = invited.PEC == cvd.PECInvited, !next.Papers(invited)
	dry := d.post(ctx, tx, journal.Ref{Kind: journal.AboutCase, ID: string(c.ID)}, next.Version)
	dry.dry = true
	d.tellOfCase(dry, c, next, v, by)
	for _, l := range dry.letters {
		p.Letters = append(p.Letters, d.letterPreview(l))
	}
	return p, next, dry.err
}

func (d *Desk) letterPreview(l notice.Letter) LetterPreview {
	t := notice.Render(d.Words, d.Centre.Name.In(l.To.Lang), l)
	p := LetterPreview{To: l.To.Mail, Name: l.To.Name, Lang: l.To.Lang, Subject: t.Subject, Text: t.Clear, Sealed: l.To.Key != ""}
	if p.Sealed {
		p.Text = t.Sealed
	}
	return p
}
