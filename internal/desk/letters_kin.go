package desk

import (
	"slices"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/notice"
	"nakodo/internal/party"
)

// kin writes the letters of the verbs that join cases and part them.
func (t *teller) kin(v cvd.Verb) {
	switch v := v.(type) {
	case cvd.CloseInto:
		t.closedInto(v)
	case cvd.MergeCase:
		t.widened()
	case cvd.OfferPart:
		t.widened()
	case cvd.AnswerPart:
		t.heard(v.Who, answerKey(v.Yes))
	case cvd.OpenSplit:
		t.split()
	case cvd.NoteSibling:
		t.sibling(v)
	}
}

// closedInto tells the parties of a closed case where it goes on: those of a merged
// one, who take part there too, and a duplicate's finders under which number; a
// duplicate's vendors that it is closed, and that their promise is not.
func (t *teller) closedInto(v cvd.CloseInto) {
	mark := t.d.Centre.Mark(v.Into)
	if v.Why == cvd.WhyMerged {
		var until time.Time
		if t.after.UnderEmbargo() {
			until = t.after.Embargo.Until
		}
		for i := range t.after.Parties {
			p, was := &t.after.Parties[i], t.was(i)
			if p.Role != party.Operator && t.before.Opens(was) { // who is asked there anew hears of it there
				t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter { return notice.CaseMerged(h, c, mark, until) })
			}
		}
		return
	}
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		if p.Role == party.Finder {
			t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter { return notice.CaseDuplicate(h, c, mark) })
		} else if was := t.before.Party(p.ID); p.Role != party.Operator && was.PEC != cvd.PECDeclined && (!p.Sent.IsZero() || !was.AnswerBy.IsZero()) {
			t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter { return notice.DuplicateClosed(h, c) })
		}
	}
}

// widened asks who is asked by this verb to read a further part, and tells of a
// new end who reads on as before.
func (t *teller) widened() {
	moved := t.before.UnderEmbargo() && !t.before.Embargo.Until.Equal(t.after.Embargo.Until)
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		was := t.before.Party(p.ID)
		if t.after.Opens(p) && t.newlyAsked(was, p) {
			t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter {
				return notice.PartOffered(h, c, t.after.Embargo.Until)
			})
		}
		if moved && was != nil && t.before.Opens(was) && !t.isAsked(i) {
			t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter {
				return notice.EmbargoRevised(h, c, t.before.Embargo.Until, t.after.Embargo.Until, "")
			})
		}
	}
}

// newlyAsked reports whether a participant is asked for a part that it was not
// asked for before.
func (t *teller) newlyAsked(was, is *cvd.Participant) bool {
	return slices.ContainsFunc(is.Apart, func(a cvd.Apart) bool {
		return !a.Asked.IsZero() && (was == nil || !slices.Contains(was.Apart, a))
	})
}

// split tells the participants of a case that was split off another one.
func (t *teller) split() {
	mark := t.d.Centre.Mark(t.after.ID)
	t.everybody(func(h notice.Head, c notice.Content) notice.Letter { return notice.CaseSplit(h, c, mark) })
}

// sibling tells the officer of a case what happened in one that came of the same
// matter.
func (t *teller) sibling(v cvd.NoteSibling) {
	t.owner(func(h notice.Head) notice.Letter {
		what := t.d.Words.Say(h.To.Lang, "news."+string(v.What), nil)
		return notice.SiblingChanged(h, t.d.Centre.Mark(v.Of), what, v.Until)
	})
}

// happened tells those who have the content what became known, where no embargo
// ended by it: that letter says so itself.
func (t *teller) happened(v cvd.RecordEvent) {
	if t.before.UnderEmbargo() {
		return
	}
	for i := range t.after.Parties {
		p := &t.after.Parties[i]
		if !t.after.Opens(p) {
			continue
		}
		t.to(p.ID, func(h notice.Head, c notice.Content) notice.Letter {
			return notice.EventRecorded(h, c, t.d.Words.Say(h.To.Lang, "cs."+string(v.What), nil))
		})
	}
}
