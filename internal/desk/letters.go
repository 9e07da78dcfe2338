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
		if id := cvd.OrgParticipant(v.Org); after.Party(id).PEC != cvd.PECInvited {
			t.openedOrWaits(id)
		}
	case cvd.Deliver:
		t.opened(v.Who)
	case cvd.NoteRegistration:
		t.reopened(v.Who)
	case cvd.DecideOverride:
		for _, who := range v.Who {
			t.reopened(who)
		}
	case cvd.NoteAttempt:
		t.reminded(v)
	case cvd.AnswerInvitation:
		if v.Yes {
			t.openedOrWaits(v.Who)
		}
		t.heard(v.Who, answerKey(v.Yes))
	case cvd.LapseConsent:
		t.to(v.Who, func(h notice.Head, _ notice.Content) notice.Letter { return notice.InvitationLapsed(h) })
	case cvd.LeaveCase:
		t.heard(v.Who, "answer.left")
	case cvd.ProposeEmbargo:
		t.proposed()
	case cvd.AnswerEmbargo:
		t.settled("")
		t.heard(v.Who, answerKey(v.Yes))
	case cvd.DecideEmbargo:
		t.settled(v.Reason)
	case cvd.PlanPublication:
		t.planned(v.Reason)
	case cvd.StateStatus:
		t.stated(v)
	case cvd.TellDraft:
		t.draft(v.Who)
	case cvd.CloseCase:
		t.closed(v)
	case cvd.RecordGuideline:
		t.guided(v)
	case cvd.AskRelease, cvd.ReportResult, cvd.TellUsers, cvd.StateExploited:
		t.spoke(v)
	case cvd.AnswerRelease:
		t.released(v)
	case cvd.Publish:
		t.published(v)
	case cvd.RecordEvent:
		t.happened(v)
	default:
		t.kin(v)
	}
	t.asked(v)
	t.ended(v)
	t.ofRing(v)
}

// asked writes to whom the embargo's terms have been put by this verb: by an
// invitation, because it began, or because its terms changed. It says where to
// answer; the content comes only once they are signed.
func (t *teller) asked(v cvd.Verb) {
	invite, _ := v.(cvd.InviteVendor)
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		if !t.isAsked(i) {
			continue
		}
		first := p.Sent.IsZero() || p.ID == cvd.OrgParticipant(invite.Org)
		t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter {
			if first {
				return notice.Invitation(h, "", t.after.Embargo.Until, p.AnswerBy)
			}
			return notice.EmbargoProposed(h, c, "", "", t.after.Embargo.Until, p.AnswerBy)
		})
	}
}

// isAsked reports whether this verb wants an answer of the participant in a place.
func (t *teller) isAsked(i int) bool {
	p, was := t.after.Parties[i], t.was(i)
	return !p.AnswerBy.IsZero() && (was == nil || !was.AnswerBy.Equal(p.AnswerBy))
}

// was is a participant before the verb, nil for a new one. Participants keep
// their places and are only ever added at the end.
func (t *teller) was(i int) *cvd.Participant {
	if i < len(t.before.Parties) {
		return &t.before.Parties[i]
	}
	return nil
}

// ended tells everybody at once that the embargo is over. Where it ended by our
// own publication, that letter says so.
func (t *teller) ended(v cvd.Verb) {
	if _, ours := v.(cvd.Publish); ours || !t.before.UnderEmbargo() || t.after.UnderEmbargo() {
		return
	}
	if t.after.Why == cvd.WhyMerged { // they take part where it went, and are told there
		return
	}
	t.everybody(func(h notice.Head, c notice.Content) notice.Letter {
		return notice.EmbargoEnded(h, c, t.d.Words.Say(h.To.Lang, "embargo.cause."+string(t.after.Embargo.Cause), nil))
	})
}

// published tells everybody of the first publication, with the public address.
func (t *teller) published(v cvd.Publish) {
	if v.Revision > 1 {
		return
	}
	path, err := t.d.publicPath(t.ctx, t.tx, string(t.after.ID))
	if err != nil {
		t.err = err
		return
	}
	t.everybody(func(h notice.Head, _ notice.Content) notice.Letter {
		h.Link = t.d.Centre.Base + path
		return notice.Published(h)
	})
}

// closed tells those who have the content that handling has ended.
// The finder is told the reasons with it (Guideline IV.3(1)7).
func (t *teller) closed(v cvd.CloseCase) {
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		if p.Sent.IsZero() {
			continue
		}
		t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter {
			reason := t.d.Words.Say(h.To.Lang, "why."+string(v.Why), nil)
			if p.Role == party.Finder && v.Proof != nil && v.Proof.Told != "" {
				reason += "\n\n" + v.Proof.Told
			}
			return notice.HandlingEnded(h, c, reason)
		})
	}
}

// opened says that the content can be read now.
func (t *teller) opened(id cvd.ParticipantID) {
	t.to(id, func(h notice.Head, c notice.Content) notice.Letter {
		return notice.ContentAvailable(h, c, t.after.Embargo.Until)
	})
}

// openedOrWaits says that the content can be read now or, without an agreement,
// that one is needed first.
func (t *teller) openedOrWaits(id cvd.ParticipantID) {
	if t.after.Opens(t.after.Party(id)) {
		t.opened(id)
		return
	}
	t.to(id, func(h notice.Head, _ notice.Content) notice.Letter { return notice.AgreementNeeded(h) })
}

// reopened says that the content can be read, where it could not be before.
func (t *teller) reopened(id cvd.ParticipantID) {
	if !t.before.Opens(t.before.Party(id)) && t.after.Opens(t.after.Party(id)) {
		t.opened(id)
	}
}

// reminded repeats what waits for an answer, where the attempt was a letter.
func (t *teller) reminded(v cvd.NoteAttempt) {
	if v.How != "mail" || v.Came != "" { // with a result it is a letter that somebody wrote elsewhere
		return
	}
	due := t.after.Party(v.Who).AnswerBy
	if due.Before(t.tx.Now()) {
		due = t.answerDue()
	}
	t.to(v.Who, func(h notice.Head, c notice.Content) notice.Letter { return notice.Reminder(h, c, due) })
}

// planned tells of a new date of publication: every vendor contacted, those that
// declined or said nothing among them, and the finder (Guideline IV.4.4). The
// date is nobody's secret who has been asked to keep quiet until then; who left
// is sent nothing more (norm 13).
func (t *teller) planned(reason string) {
	if t.before.Planned.Equal(t.after.Planned) {
		return
	}
	changed := func(h notice.Head, c notice.Content) notice.Letter {
		return notice.DateChanged(h, c, t.before.Planned, t.after.Planned, reason)
	}
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		contacted := p.Role == party.Vendor && len(p.Attempts) > 0
		if contacted || !p.Sent.IsZero() || p.PEC != cvd.PECDeclined {
			t.to(p.ID, changed)
		}
	}
}

// proposed asks everybody who may answer. Who proposed is named only where that
// party shows itself.
func (t *teller) proposed() {
	o := t.after.Embargo.Open
	by := t.after.Party(o.By)
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		if p.ID == o.By || !t.after.Asked(p) {
			continue
		}
		t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter {
			who, reason := "", ""
			if t.after.Knows(p, by) {
				who, reason = t.name(o.By, h.To.Lang), o.Reason
			}
			return notice.EmbargoProposed(h, c, who, reason, o.Until, t.answerDue())
		})
	}
	if by.ID == cvd.Centre {
		return
	}
	t.owner(func(h notice.Head) notice.Letter {
		return notice.EmbargoProposed(h, notice.Content{Title: t.after.Title.In(h.To.Lang)}, t.name(o.By, h.To.Lang), o.Reason, o.Until, t.answerDue())
	})
}

// settled tells what became of a proposal that is off the table.
func (t *teller) settled(reason string) {
	begun := t.after.Embargo.Terms > t.before.Embargo.Terms
	if !begun && t.after.Embargo.Open != nil {
		return // one answer of several
	}
	if !begun {
		t.rejected(reason)
		return
	}
	t.everybody(func(h notice.Head, c notice.Content) notice.Letter {
		if t.before.UnderEmbargo() {
			return notice.EmbargoRevised(h, c, t.before.Embargo.Until, t.after.Embargo.Until, reason)
		}
		return notice.EmbargoAccepted(h, c, t.after.Embargo.Until)
	})
}

// rejected tells those before whom a proposal was that it fell. To others there
// was none: who has not signed does not hear that terms are talked of.
func (t *teller) rejected(reason string) {
	for i := range t.before.Parties {
		if p := &t.before.Parties[i]; t.before.Asked(p) {
			t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter {
				return notice.EmbargoRejected(h, c, t.after.Embargo.Until, reason)
			})
		}
	}
}

// draft sends the heads-up before publication: to readers for comment, to silent
// vendors so that they are not surprised (CERT Guide, G10).
func (t *teller) draft(ids []cvd.ParticipantID) {
	due := t.tx.Now().Add(7 * 24 * time.Hour)
	if !t.after.Planned.IsZero() && t.after.Planned.Before(due) {
		due = t.after.Planned
	}
	for _, id := range ids {
		part := t.after.Party(id)
		open := t.after.Opens(part) && len(part.Apart) == 0 // the draft tells of the whole case
		t.to(id, func(h notice.Head, c notice.Content) notice.Letter {
			if open {
				return notice.DraftForComment(h, c, t.after.Planned, due)
			}
			return notice.HeadsUp(h, notice.Content{}, t.after.Planned, due)
		})
	}
}

// stated tells the officer of the case of a vendor's status.
func (t *teller) stated(v cvd.StateStatus) {
	name := ""
	if v.Product != nil {
		name = v.Product.Name
	}
	t.owner(func(h notice.Head) notice.Letter {
		return notice.StatusReceived(h, t.name(v.Who, h.To.Lang), name, string(v.Status))
	})
}

// heard tells the officer of the case what a participant said.
func (t *teller) heard(who cvd.ParticipantID, answer string) {
	t.owner(func(h notice.Head) notice.Letter {
		return notice.VendorAnswered(h, t.name(who, h.To.Lang), t.d.Words.Say(h.To.Lang, answer, nil))
	})
}

func answerKey(yes bool) string {
	if yes {
		return "answer.yes"
	}
	return "answer.no"
}

// answerDue is by when an answer is wanted that is asked for now.
func (t *teller) answerDue() time.Time {
	return t.tx.Now().Add(cvd.PolicyNamed(t.after.Policy).Answer)
}

// to writes to one participant that is still in the case. It may read the content
// in the letter only if it may read it in the room.
func (t *teller) to(id cvd.ParticipantID, make func(notice.Head, notice.Content) notice.Letter) {
	part := t.after.Party(id)
	if part == nil || !part.Left.IsZero() { // nothing more is sent to who left (norm 13)
		return
	}
	switch part.Role {
	case party.Finder:
		r, err := t.tx.Report(t.ctx, part.Report)
		if err != nil {
			t.err = err
			return
		}
		t.finder(r, func(h notice.Head) notice.Letter { return make(h, contentOf(r)) })
	case party.Vendor, party.Observer: // an operator is written to by ofRing alone
		open := t.after.Opens(part)
		mark := t.d.Centre.Mark(t.after.ID)
		t.org(*part, mark, "/room/"+string(t.after.ID), open, func(h notice.Head) notice.Letter {
			var c notice.Content
			if open {
				c.Title = t.after.TitleFor(part).In(h.To.Lang)
			}
			return make(h, c)
		})
	}
}

// everybody writes to every participant but those who are asked to answer anew:
// at once, so that nobody learns earlier than another. Who declined before it had
// the content hears only what is public; who has it keeps a promise, and must
// know when it ends.
func (t *teller) everybody(make func(notice.Head, notice.Content) notice.Letter) {
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		was := t.was(i) // an embargo that ends resets consents: whoever had declined, had
		declined := p.PEC == cvd.PECDeclined || was != nil && was.PEC == cvd.PECDeclined
		told := !declined || !p.Sent.IsZero() || !t.after.Public.IsZero()
		if told && !t.isAsked(i) {
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
func (t *teller) name(id cvd.ParticipantID, lang words.Lang) string {
	p := t.after.Party(id)
	switch {
	case p == nil:
		return string(id)
	case p.ID == cvd.Centre:
		return t.d.Centre.Name.In(lang)
	case p.Role == party.Finder:
		return t.d.Words.Say(lang, "role.finder", nil)
	}
	o, err := t.tx.Organisation(t.ctx, p.Org)
	if err != nil {
		return string(p.Org)
	}
	return o.Name()
}
