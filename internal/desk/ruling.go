package desk

import (
	"context"

	"nakodo/internal/advisory"
	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/inquiry"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// rulings is what the gate must know of the committee: the newest referral about
// each developer of the case, where it counts.
func (d *Desk) rulings(ctx context.Context, tx *store.Tx, c cvd.Case) ([]advisory.Ruling, error) {
	all, err := tx.ReferralsOf(ctx, string(c.ID))
	if err != nil {
		return nil, err
	}
	newest := map[party.OrgID]committee.Referral{}
	for _, r := range all {
		if had, ok := newest[r.Org]; !ok || r.Opened.After(had.Opened) {
			newest[r.Org] = r
		}
	}
	var rulings []advisory.Ruling
	for i := range c.Parties { // in the case's order, so that equal facts are equal
		r, ok := newest[c.Parties[i].Org]
		if !ok || c.Parties[i].Org == "" {
			continue
		}
		if x, counts := rulingOf(r); counts {
			rulings = append(rulings, x)
		}
	}
	return rulings, nil
}

// rulingOf puts a referral into the gate's words.
func rulingOf(r committee.Referral) (advisory.Ruling, bool) {
	x := advisory.Ruling{Org: string(r.Org), Told: r.Told}
	switch r.State {
	case committee.Preparing, committee.Opinion, committee.Sitting, committee.Decided:
		x.Word = advisory.RulingOpen
	case committee.Refused:
		x.Word = advisory.RulingNo
	case committee.Cleared, committee.Published:
		x.Word, x.From = advisory.RulingYes, r.Date
		x.Print = advisory.Decision{Org: string(r.Org), Unreachable: r.Ground == committee.Unreachable, Decided: r.Decision.At}
		if r.View != nil {
			x.Print.View, x.Print.ViewLang = r.View.Text, r.ViewLang
		}
	default:
		return x, false
	}
	return x, true
}

// decided fills in what the advisory prints of the committee's decisions. No
// officer writes it: it is what was recorded, or nothing.
func (d *Desk) decided(ctx context.Context, tx *store.Tx, c cvd.Case, content *advisory.Content) error {
	rulings, err := d.rulings(ctx, tx, c)
	content.Decisions = nil
	for _, r := range rulings {
		if r.Word == advisory.RulingYes {
			content.Decisions = append(content.Decisions, r.Print)
		}
	}
	return err
}

// outAfterCommittee notes with the referrals and the inquiries that the advisory
// has come out.
func (d *Desk) outAfterCommittee(ctx context.Context, tx *store.Tx, by party.Actor, c cvd.Case) error {
	all, err := tx.ReferralsOf(ctx, string(c.ID))
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.State != committee.Cleared {
			continue
		}
		if err := d.keepReferral(ctx, tx, by, c, r, committee.NoteOut{}); err != nil {
			return err
		}
		if err := d.inquiryFollows(ctx, tx, by, r.Org, inquiry.Conclude{}); err != nil {
			return err
		}
	}
	return nil
}

// tellOfReferral decides who is told what after a verb on a referral: the
// developer of what it is asked and of the result, the finders of the result
// with the reasons (guideline IV.3(2)), the officer of the case of the
// developer's words.
func (d *Desk) tellOfReferral(p *post, c cvd.Case, before, after committee.Referral, v committee.Verb, by party.Actor) {
	mark := d.Centre.Mark(c.ID)
	room := "/hearing/" + string(after.ID)
	developer := func(make func(notice.Head) notice.Letter) {
		if part := c.Party(cvd.OrgParticipant(after.Org)); part != nil && part.Left.IsZero() {
			p.org(*part, mark, room, true, make)
		}
	}
	officers := func() {
		if by.Role != party.Officer {
			p.officers(mark, "/desk/committee/"+string(after.ID), func(h notice.Head) notice.Letter { return notice.CommitteeHeard(h) }, c.Owner)
		}
	}
	switch x := v.(type) {
	case committee.Tell:
		developer(func(h notice.Head) notice.Letter {
			ground := d.Words.Say(h.To.Lang, "committee.ground."+string(after.Ground), nil)
			return notice.CommitteeOpinion(h, ground, after.Paper.Info, after.Paper.Draft, x.Due)
		})
	case committee.AskView:
		developer(func(h notice.Head) notice.Letter { return notice.CommitteeView(h, x.Due) })
	case committee.RecordOpinion, committee.RecordView:
		officers()
	case committee.SendBack:
		if before.State != committee.Preparing {
			officers()
		}
	case committee.Publish, committee.Refuse, committee.Ask:
		for i := range c.Parties { // not by the case's reports: one by a vendor itself has no finder, and who left is sent nothing more (norm 13)
			q := &c.Parties[i]
			if q.Role != party.Finder || !q.Left.IsZero() {
				continue
			}
			r, err := p.tx.Report(p.ctx, q.Report)
			if err != nil {
				p.err = err
				return
			}
			p.finder(r, func(h notice.Head) notice.Letter { return d.committeeResult(h, after) })
		}
		developer(func(h notice.Head) notice.Letter { return d.committeeResult(h, after) })
	}
}

func (d *Desk) committeeResult(h notice.Head, r committee.Referral) notice.Letter {
	return notice.CommitteeResult(h, d.Words.Say(h.To.Lang, "committee.outcome."+string(r.Decision.Outcome), nil), r.Decision.Reasons)
}
