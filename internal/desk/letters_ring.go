package desk

import (
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/notice"
	"nakodo/internal/party"
)

// ofRing tells what follows from a verb for early provision. An operator's letter
// holds a mark and a link, never a word of the matter, not even encrypted: what
// it reads is to be recorded. Vendors and finders hear that it happened, nobody
// hears to whom or how many.
func (t *teller) ofRing(v cvd.Verb) {
	switch v := v.(type) {
	case cvd.ProposeRing, cvd.AmendRing:
		if round(t.before) != round(t.after) {
			t.consentWanted()
		}
	case cvd.ConsentRing:
		t.heard(v.Who, answerKey(v.Yes))
	case cvd.OpenRing:
		t.ringOpened()
	case cvd.RemindOperator:
		due := t.after.Ring.Recipient(t.after.Party(v.Who).Org).AnswerDue()
		t.operator(v.Who, func(h notice.Head) notice.Letter { return notice.Reminder(h, notice.Content{}, due) })
	case cvd.AcceptDuties:
		t.operatorSaid(v.Who, "answer.duties_yes")
	case cvd.RefuseDuties:
		t.operatorSaid(v.Who, "answer.duties_no")
	case cvd.ConfirmDestruction:
		t.operatorSaid(v.Who, "answer.destroyed")
	case cvd.StateDeed:
		t.operatorSaid(v.Who, "answer.deed."+string(v.What))
	case cvd.Publish:
		t.operatorsOfPublished(v)
	}
	t.recipients(v)
}

func round(c cvd.Case) int {
	if c.Ring == nil {
		return 0
	}
	return c.Ring.Round
}

// consentWanted asks every vendor concerned that can read the proposal.
func (t *teller) consentWanted() {
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		if t.after.ConcernedByRing(p) && t.after.Opens(p) {
			t.to(p.ID, func(h notice.Head, _ notice.Content) notice.Letter { return notice.ProvisionConsent(h, t.answerDue()) })
		}
	}
}

// ringOpened tells the vendors that consented and the finders.
func (t *teller) ringOpened() {
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		switch k := t.after.Ring.Consent(p.Org); {
		case p.Role == party.Finder:
			t.to(p.ID, func(h notice.Head, _ notice.Content) notice.Letter {
				return notice.EarlyProvision(h, t.d.Words.Say(h.To.Lang, "answer.early_provision", nil))
			})
		case p.Role == party.Vendor && k != nil && k.Yes:
			t.to(p.ID, func(h notice.Head, _ notice.Content) notice.Letter { return notice.ProvisionOpened(h) })
		}
	}
}

// recipients tells each operator what has changed for it: it is asked, it is to
// destroy what it has, or there is something new to read.
func (t *teller) recipients(v cvd.Verb) {
	if t.after.Ring == nil {
		return
	}
	changed := t.before.ProvisionMark() != "" && t.after.ProvisionMark() != "" && t.before.ProvisionMark() != t.after.ProvisionMark()
	ended := t.before.Ring.In(cvd.RingOpen) && t.after.Ring.In(cvd.RingClosed)
	_, ours := v.(cvd.Publish)
	for i := range t.after.Ring.Recipients {
		x := &t.after.Ring.Recipients[i]
		id, was := cvd.OrgParticipant(x.Org), cvd.DutyStart
		if old := t.before.Ring.Recipient(x.Org); old != nil {
			was = old.State
		}
		switch {
		case x.State == cvd.DutyAsked && was != cvd.DutyAsked:
			t.operator(id, func(h notice.Head) notice.Letter { return notice.OperatorInvitation(h, x.AnswerBy) })
		case x.State == cvd.DutyRecalled && was == cvd.DutyAccepted:
			t.operator(id, notice.ProvisionRecalled)
		case x.State == cvd.DutyAccepted && was == cvd.DutyAccepted && changed:
			t.operator(id, func(h notice.Head) notice.Letter {
				return notice.AdvanceAdvice(h, notice.Content{}, "", time.Time{})
			})
		case x.State == cvd.DutyAccepted && ended && !ours:
			t.operator(id, func(h notice.Head) notice.Letter { return notice.HandlingEnded(h, notice.Content{}, "") })
		}
	}
}

// operatorsOfPublished tells those who had it early that it is public now.
func (t *teller) operatorsOfPublished(v cvd.Publish) {
	if v.Revision > 1 || t.after.Ring == nil {
		return
	}
	path, err := t.d.publicPath(t.ctx, t.tx, string(t.after.ID))
	if err != nil {
		t.err = err
		return
	}
	for _, x := range t.after.Ring.Recipients {
		if x.State == cvd.DutyAccepted {
			t.operator(cvd.OrgParticipant(x.Org), func(h notice.Head) notice.Letter {
				h.Link = t.d.Centre.Base + path
				return notice.Published(h)
			})
		}
	}
}

// operatorSaid tells the officer of the case.
func (t *teller) operatorSaid(who cvd.ParticipantID, answer string) {
	t.owner(func(h notice.Head) notice.Letter {
		return notice.OperatorAnswered(h, t.name(who, h.To.Lang), t.d.Words.Say(h.To.Lang, answer, nil))
	})
}

// operator writes to one operator: a mark and a link.
func (t *teller) operator(id cvd.ParticipantID, make func(notice.Head) notice.Letter) {
	part := t.after.Party(id)
	if part == nil || part.Role != party.Operator {
		return
	}
	t.org(*part, t.d.Centre.Mark(t.after.ID), "/room/"+string(t.after.ID), false, func(h notice.Head) notice.Letter {
		h.TLP = t.after.Ring.TLP
		return make(h)
	})
}
