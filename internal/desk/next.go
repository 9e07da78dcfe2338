package desk

import (
	"context"
	"slices"
	"sort"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
	"nakodo/internal/words"
)

// Task is one thing that needs an officer. What is the catalogue key of the
// sentence (next.<What>), which also names its one button.
type Task struct {
	What  string
	Due   time.Time // zero: no date, after everything that has one
	Late  bool
	Mark  string
	Title words.Text
	Name  string // of the vendor concerned, where there is one
	Count int    // of things, where the task is about several
	Link  string
	Clock string // which one has run out, where that is the task
}

// soon is how far ahead a date becomes a task.
const soon = 7 * 24 * time.Hour

// answerWithin is how soon an officer should look at what somebody else put
// before the team: a word of approval, an override, a nomination.
const answerWithin = 2 * 24 * time.Hour

// Next lists what needs an officer next, by due time. mine limits it to the
// cases the officer owns and what nobody owns yet.
func (d *Desk) Next(ctx context.Context, by party.Actor, mine bool) ([]Task, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var tasks []Task
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		tasks, err = d.next(ctx, tx, by, mine)
		return err
	})
	return tasks, err
}

func (d *Desk) next(ctx context.Context, tx *store.Tx, by party.Actor, mine bool) ([]Task, error) {
	n := &nextList{d: d, ctx: ctx, tx: tx, by: by, mine: mine, now: tx.Now(), team: map[party.PersonID]bool{}}
	people, err := tx.People(ctx, party.Officer)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		n.team[p.ID] = p.Active
	}
	for _, part := range []func() error{n.reports, n.cases, n.advisories, n.post, n.registry, n.unreached} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	sort.SliceStable(n.tasks, func(i, j int) bool {
		a, b := n.tasks[i].Due, n.tasks[j].Due
		if a.IsZero() != b.IsZero() {
			return b.IsZero()
		}
		return a.Before(b)
	})
	return n.tasks, nil
}

type nextList struct {
	d     *Desk
	ctx   context.Context
	tx    *store.Tx
	by    party.Actor
	mine  bool
	now   time.Time
	team  map[party.PersonID]bool // who is on it
	tasks []Task
	open  []cvd.Case // as cases has read them
}

func (n *nextList) add(t Task) {
	t.Late = !t.Due.IsZero() && t.Due.Before(n.now)
	n.tasks = append(n.tasks, t)
}

// others reports whether something is a colleague's to do: not what nobody owns,
// nor what somebody owns who has left the team.
func (n *nextList) others(owner party.PersonID) bool {
	return n.mine && owner != n.by.Person && n.team[owner]
}

func (n *nextList) reports() error {
	rs, err := n.tx.OpenReports(n.ctx)
	if err != nil {
		return err
	}
	for _, r := range rs {
		if n.others(r.Owner) {
			continue
		}
		t := Task{Mark: string(r.ID), Title: words.Text{EN: r.Submission.Title}, Link: "/desk/reports/" + string(r.ID)}
		kind := cvd.ClockKind("")
		switch {
		case r.Acknowledged.IsZero():
			t.What, kind = "acknowledge_report", cvd.ClockAck
		case r.State == cvd.RMReceived:
			t.What, kind = "judge_report", cvd.ClockJudge
		case r.State == cvd.RMValid:
			t.What, kind = "open_case", cvd.ClockOpenCase
		default:
			continue
		}
		k, _ := cvd.Find(r.Clocks(n.d.office(), n.now), kind)
		t.Due = k.Due
		n.add(t)
	}
	return nil
}

func (n *nextList) cases() error {
	cs, err := n.tx.OpenCases(n.ctx)
	if err != nil {
		return err
	}
	n.open = cs
	for _, c := range cs {
		n.overrides(c)
		if n.others(c.Owner) {
			continue
		}
		if err := n.oneCase(c); err != nil {
			return err
		}
	}
	return nil
}

func (n *nextList) oneCase(c cvd.Case) error {
	base := Task{Mark: n.d.Centre.Mark(c.ID), Title: c.Title, Link: "/desk/cases/" + string(c.ID)}
	with := func(what string, due time.Time) Task {
		t := base
		t.What, t.Due = what, due
		return t
	}
	clocks, _, err := n.d.clocksOf(n.ctx, n.tx, &c, false)
	if err != nil {
		return err
	}
	if k, ok := cvd.Find(clocks, cvd.ClockFirstContact); ok && k.Done.IsZero() {
		n.add(with("invite_vendor", k.Due))
	}
	if k, ok := cvd.Find(clocks, cvd.ClockDecide); ok {
		n.add(with("decide_embargo", k.Due))
	}
	if k, ok := cvd.Find(clocks, cvd.ClockEmbargo); ok && k.Due.Before(n.now.Add(soon)) {
		n.add(with("embargo_ends", k.Due))
	}
	n.rung(clocks, with)
	if c.Public.IsZero() && !c.Attacks.IsZero() {
		n.add(with("exploited", n.now))
	}
	n.ring(c, with)
	put, err := n.tx.NominationsIn(n.ctx, c.ID, talk.NominationOpen)
	if err != nil {
		return err
	}
	if len(put) > 0 {
		t := with("nominations", put[0].At.Add(answerWithin))
		t.Count = len(put)
		n.add(t)
	}
	n.siblings(c, with)
	if err := n.unanswered(c, clocks, with); err != nil {
		return err
	}
	return n.publication(c, with)
}

// overrides wait for a second officer: anybody but who asked, whoever owns the case.
func (n *nextList) overrides(c cvd.Case) {
	t := Task{What: "decide_override", Mark: n.d.Centre.Mark(c.ID), Title: c.Title, Link: "/desk/cases/" + string(c.ID)}
	for i := range c.Parties {
		o := c.Parties[i].Override
		if o == nil || !o.Granted.IsZero() || o.By == n.by.Person || !c.Parties[i].Left.IsZero() {
			continue
		}
		if due := o.At.Add(answerWithin); t.Count == 0 || due.Before(t.Due) {
			t.Due = due
		}
		t.Count++
	}
	if t.Count > 0 {
		n.add(t)
	}
}

// unanswered: vendors that were written to and have not said a word. One task
// for all of a case: a list that names a thousand vendors hides everything else.
func (n *nextList) unanswered(c cvd.Case, clocks []cvd.Clock, with func(string, time.Time) Task) error {
	var t Task
	var org party.OrgID
	for _, k := range clocks {
		if k.Kind != cvd.ClockAnswer {
			continue
		}
		if t.Count++; t.Count == 1 || k.Due.Before(t.Due) {
			n := t.Count
			t = with("remind_vendors", k.Due)
			t.Count = n
		}
		org = c.Party(k.Who).Org
	}
	if t.Count == 1 {
		o, err := n.tx.Organisation(n.ctx, org)
		if err != nil {
			return err
		}
		t.What, t.Name = "remind_vendor", o.Name()
	}
	if t.Count > 0 {
		n.add(t)
	}
	return nil
}

// publication: the planned day comes near and no advisory is ready for it.
func (n *nextList) publication(c cvd.Case, with func(string, time.Time) Task) error {
	as, err := n.tx.AdvisoriesOf(n.ctx, string(c.ID))
	if err != nil {
		return err
	}
	as = slices.DeleteFunc(as, func(a advisory.Advisory) bool { return a.State == advisory.Dropped })
	due := c.Planned
	if c.Public.IsZero() && len(as) == 0 && !due.IsZero() && due.Before(n.now.Add(2*soon)) {
		n.add(with("draft_advisory", due))
	}
	if !c.Public.IsZero() && len(as) == 0 {
		n.add(with("draft_advisory", c.Public))
	}
	return nil
}

func (n *nextList) advisories() error {
	for state, what := range map[advisory.State]string{
		advisory.Review: "approve_advisory", advisory.UpdateReview: "approve_advisory",
		advisory.Approved: "publish_advisory", advisory.UpdateApproved: "publish_advisory",
	} {
		as, err := n.tx.AdvisoriesIn(n.ctx, state, 100)
		if err != nil {
			return err
		}
		for _, a := range as {
			own := slices.Contains(a.Draft.Authors, n.by.Person)
			if what == "approve_advisory" && own {
				continue // four eyes: not one's own
			}
			n.add(Task{What: what, Due: a.Draft.Changed.Add(answerWithin), Mark: n.d.Centre.Mark(cvd.CaseID(a.ID)),
				Title: a.Draft.Content.Title, Link: "/desk/advisories/" + string(a.ID)})
		}
	}
	return nil
}

// post: letters that did not leave and letters that nobody could place.
func (n *nextList) post() error {
	out, err := n.tx.CountLetters(n.ctx)
	if err != nil {
		return err
	}
	in, err := n.tx.CountMail(n.ctx)
	if err != nil {
		return err
	}
	if k := out[talk.LetterFailed]; k > 0 {
		n.add(Task{What: "failed_letters", Due: n.now, Count: k, Link: "/desk/letters?state=failed"})
	}
	if k := in[talk.MailTray] + in[talk.MailBroken] + in[talk.MailNew]; k > 0 {
		n.add(Task{What: "tray", Due: n.now, Count: k, Link: "/desk/tray"})
	}
	return nil
}
