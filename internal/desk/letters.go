package desk

import (
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/notice"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// teller writes the letters that follow from one verb on a case.
type teller struct {
	*post
	before, after cvd.Case
	by            party.Actor
}

// tellOfCase decides who is told what after a verb on a case. A participant is
// told of what concerns it and of nothing else: not who the others are, not
// what they said.
func (d *Desk) tellOfCase(p *post, before, after cvd.Case, v cvd.Verb, by party.Actor) {
	t := &teller{post: p, before: before, after: after, by: by}
	switch v := v.(type) {
	case cvd.InviteVendor:
		t.invited(cvd.OrgParticipant(v.Org))
	case cvd.Deliver:
		t.opened(v.Who)
	case cvd.AnswerInvitation:
		t.answered(v)
	case cvd.LapseConsent:
		t.to(v.Who, func(h notice.Head, _ notice.Content) notice.Letter { return notice.InvitationLapsed(h) })
	case cvd.ProposeEmbargo:
		t.proposed()
	case cvd.DecideEmbargo:
		t.decided(v)
	case cvd.PlanPublication:
		t.everybody(func(h notice.Head, c notice.Content) notice.Letter {
			return notice.DateChanged(h, c, before.Planned, after.Planned, v.Reason)
		})
	case cvd.StateStatus:
		t.owner(func(h notice.Head) notice.Letter {
			name := ""
			if v.Product != nil {
				name = v.Product.Name
			}
			return notice.StatusReceived(h, t.name(v.Who), name, string(v.Status))
		})
	case cvd.TellDraft:
		t.draft(v.Who)
	}
	t.ended(v)
}

// ended tells everybody at once that the embargo is over, and of publication.
func (t *teller) ended(v cvd.Verb) {
	if t.before.Public.IsZero() && !t.after.Public.IsZero() {
		if _, ours := v.(cvd.Publish); ours {
			t.everybody(func(h notice.Head, _ notice.Content) notice.Letter { return notice.Published(h) })
			return
		}
	}
	if t.before.UnderEmbargo() && !t.after.UnderEmbargo() {
		t.everybody(func(h notice.Head, c notice.Content) notice.Letter {
			return notice.EmbargoEnded(h, c, t.d.Words.Say(h.To.Lang, "embargo.cause."+string(t.after.Embargo.Cause), nil))
		})
	}
}

// invited is the first contact: the terms and where to answer; the content only
// once they are signed.
func (t *teller) invited(id cvd.ParticipantID) {
	part := t.after.Party(id)
	if part.PEC != cvd.PECInvited {
		t.opened(id)
		return
	}
	t.to(id, func(h notice.Head, _ notice.Content) notice.Letter {
		return notice.Invitation(h, "", t.after.Embargo.Until, part.AnswerBy)
	})
}

// opened says that the content can be read now.
func (t *teller) opened(id cvd.ParticipantID) {
	t.to(id, func(h notice.Head, c notice.Content) notice.Letter {
		return notice.ContentAvailable(h, c, t.after.Embargo.Until)
	})
}

func (t *teller) answered(v cvd.AnswerInvitation) {
	if v.Yes {
		t.opened(v.Who)
	}
	t.owner(func(h notice.Head) notice.Letter {
		key := "answer.no"
		if v.Yes {
			key = "answer.yes"
		}
		return notice.VendorAnswered(h, t.name(v.Who), t.d.Words.Say(h.To.Lang, key, nil))
	})
}

// proposed asks everybody who may answer. Who proposed is named only where that
// party shows itself.
func (t *teller) proposed() {
	o := t.after.Embargo.Open
	if o == nil {
		return
	}
	by := t.after.Party(o.By)
	due := t.tx.Now().Add(cvd.PolicyNamed(t.after.Policy).Answer)
	letter := func(h notice.Head, c notice.Content) notice.Letter {
		who, reason := "", ""
		if by != nil && by.Shown {
			who, reason = t.name(o.By), o.Reason
		}
		return notice.EmbargoProposed(h, c, who, reason, o.Until, due)
	}
	for i := range t.after.Parties {
		if p := &t.after.Parties[i]; p.ID != o.By && t.after.Opens(p) {
			t.to(p.ID, letter)
		}
	}
	if by != nil && by.ID != cvd.Centre {
		t.owner(func(h notice.Head) notice.Letter {
			return notice.EmbargoProposed(h, notice.Content{Title: t.after.Title.In(h.To.Lang)}, t.name(o.By), o.Reason, o.Until, due)
		})
	}
}

func (t *teller) decided(v cvd.DecideEmbargo) {
	t.everybody(func(h notice.Head, c notice.Content) notice.Letter {
		switch {
		case !v.Yes:
			return notice.EmbargoRejected(h, c, t.after.Embargo.Until, v.Reason)
		case t.before.UnderEmbargo():
			return notice.EmbargoRevised(h, c, t.before.Embargo.Until, t.after.Embargo.Until, v.Reason)
		}
		return notice.EmbargoAccepted(h, c, t.after.Embargo.Until)
	})
}

// draft sends the heads-up before publication: to readers for comment, to silent
// vendors so that they are not surprised (CERT Guide, G10).
func (t *teller) draft(ids []cvd.ParticipantID) {
	due := t.tx.Now().Add(7 * 24 * time.Hour)
	if !t.after.Planned.IsZero() && t.after.Planned.Before(due) {
		due = t.after.Planned
	}
	for _, id := range ids {
		open := t.after.Opens(t.after.Party(id))
		t.to(id, func(h notice.Head, c notice.Content) notice.Letter {
			if open {
				return notice.DraftForComment(h, c, t.after.Planned, due)
			}
			return notice.HeadsUp(h, notice.Content{}, t.after.Planned, due)
		})
	}
}

// to writes to one participant. It may read the content in the letter only if it
// may read it in the room.
func (t *teller) to(id cvd.ParticipantID, make func(notice.Head, notice.Content) notice.Letter) {
	part := t.after.Party(id)
	if part == nil {
		return
	}
	open := t.after.Opens(part)
	switch part.Role {
	case party.Finder:
		r, err := t.tx.Report(t.ctx, part.Report)
		if err != nil {
			t.err = err
			return
		}
		t.finder(r, func(h notice.Head) notice.Letter { return make(h, contentOf(r)) })
	case party.Vendor, party.Operator, party.Observer:
		mark := t.d.Centre.Mark(t.after.ID)
		t.org(*part, mark, "/room/"+string(t.after.ID), open, func(h notice.Head) notice.Letter {
			var c notice.Content
			if open {
				c.Title = t.after.Title.In(h.To.Lang)
			}
			return make(h, c)
		})
	}
}

// everybody writes to every participant that has not left: at once, so that
// nobody learns earlier than another.
func (t *teller) everybody(make func(notice.Head, notice.Content) notice.Letter) {
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		told := p.PEC != cvd.PECDeclined || !t.after.Public.IsZero()
		if p.ID != cvd.Centre && p.Left.IsZero() && told {
			t.to(p.ID, make)
		}
	}
}

// owner writes to the officer of the case, unless it is their own doing.
func (t *teller) owner(make func(notice.Head) notice.Letter) {
	if t.by.Role == party.Officer && t.by.Person == t.after.Owner {
		return
	}
	t.officers(t.d.Centre.Mark(t.after.ID), "/desk/cases/"+string(t.after.ID), make, t.after.Owner)
}

// name is what a participant is called in a letter to an officer or, where it
// shows itself, to another party.
func (t *teller) name(id cvd.ParticipantID) string {
	p := t.after.Party(id)
	switch {
	case p == nil:
		return string(id)
	case p.ID == cvd.Centre:
		return t.d.Centre.Name.In(words.EN)
	case p.Role == party.Finder:
		return t.d.Words.Say(words.EN, "role.finder", nil)
	}
	o, err := t.tx.Organisation(t.ctx, p.Org)
	if err != nil {
		return string(p.Org)
	}
	return o.Name()
}
