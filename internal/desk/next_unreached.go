package desk

import (
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/inquiry"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// quietDays is how long a first try may stay without an answer before the means
// that are left become a task.
const quietDays = 30

// unreached: means that are left to try, stages that are due, what the committee
// waits for.
func (n *nextList) unreached() error {
	all, err := n.tx.Inquiries(n.ctx)
	if err != nil {
		return err
	}
	live, heard := map[party.OrgID]bool{}, map[party.OrgID]time.Time{}
	for _, i := range all {
		live[i.Org] = live[i.Org] || i.State.Live()
		if i.State == inquiry.Answered && i.Ended.After(heard[i.Org]) {
			heard[i.Org] = i.Ended
		}
	}
	if err := n.quiet(live, heard); err != nil {
		return err
	}
	for _, i := range all {
		if err := n.oneInquiry(i); err != nil {
			return err
		}
	}
	rs, err := n.tx.Referrals(n.ctx)
	if err != nil {
		return err
	}
	for _, r := range rs {
		if r.State.Live() {
			if err := n.oneReferral(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// quiet: one task for all whose means are not exhausted, one for all that may be
// named. Only what the cases say is asked here; the page asks for more.
func (n *nextList) quiet(live map[party.OrgID]bool, heard map[party.OrgID]time.Time) error {
	p := inquiry.PolicyAt(n.now)
	tries := map[party.OrgID][]inquiry.Try{}
	for _, c := range n.open {
		if n.others(c.Owner) {
			continue
		}
		for i := range c.Parties {
			q := &c.Parties[i]
			for _, a := range q.Attempts {
				tries[q.Org] = append(tries[q.Org], inquiry.Try{At: a.At, How: a.How})
			}
		}
	}
	untried := Task{What: "untried_means", Link: "/desk/reach"}
	name := Task{What: "name_due", Link: "/desk/reach"}
	for _, org := range quietIn(n.open) {
		if len(tries[org]) == 0 || live[org] {
			continue
		}
		s := inquiry.Stand(tries[org], heard[org], p)
		if s.First.IsZero() {
			continue
		}
		due := s.First.AddDate(0, 0, quietDays)
		t := &untried
		if len(s.Untried) == 0 {
			due, t = s.NameFrom(p), &name
		}
		if due.After(n.now) {
			continue
		}
		if t.Count++; t.Due.IsZero() || due.Before(t.Due) {
			t.Due = due
		}
	}
	for _, t := range []Task{untried, name} {
		if t.Count > 0 {
			n.add(t)
		}
	}
	return nil
}

func (n *nextList) oneInquiry(i inquiry.Inquiry) error {
	t := Task{Title: i.Notice.Name, Link: "/desk/inquiries/" + string(i.ID)}
	if i.Number > 0 {
		t.Mark = n.d.Centre.InquiryMark(i.Number)
	}
	switch i.State {
	case inquiry.Proposed, inquiry.Disclosing:
		for _, who := range i.Authors {
			if who == n.by.Person {
				return nil // four eyes: not one's own
			}
		}
		t.What, t.Due = "confirm_inquiry", i.Waits.Add(answerWithin)
	case inquiry.Named:
		t.What, t.Due = "product_due", i.ProductFrom(inquiry.PolicyAt(n.now))
		if t.Due.After(n.now.Add(soon)) {
			return nil
		}
	default:
		return nil
	}
	n.add(t)
	return nil
}

func (n *nextList) oneReferral(r committee.Referral) error {
	c, err := n.tx.Case(n.ctx, cvd.CaseID(r.Case))
	if err != nil || n.others(c.Owner) {
		return err
	}
	t := Task{Mark: n.d.Centre.Mark(c.ID), Title: words.Text{}, Link: "/desk/committee/" + string(r.ID)}
	switch r.State {
	case committee.Preparing:
		t.What, t.Due = "committee_paper", r.Opened.AddDate(0, 0, 14)
	case committee.Opinion:
		if len(r.Opinions) == 0 && r.Due.After(n.now.Add(soon)) {
			return nil
		}
		t.What, t.Due = "opinion_due", r.Due
	case committee.Sitting:
		t.What, t.Due = "decision_due", r.Sat.AddDate(0, 0, 30)
	case committee.Decided:
		t.What, t.Due = "clear_due", r.Decision.At.AddDate(0, 0, 14)
	default:
		return nil
	}
	t.Title = c.Title
	n.add(t)
	return nil
}
