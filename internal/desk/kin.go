package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// Kin is what joins a case to others, for officers.
type Kin struct {
	Into     *KinRow  // where it is handled now
	Joined   []KinRow // what was closed into it, with threads and files of their own
	Siblings []KinRow
	News     []NewsRow
}

// KinRow is another case as it stands.
type KinRow struct {
	ID      cvd.CaseID
	Mark    string
	Title   words.Text
	Owner   party.PersonID
	Closed  bool
	Why     cvd.CloseReason
	Here    cvd.CloseReason // why the case beside it was closed into it
	State   cvd.EM
	Until   time.Time // set while an embargo holds
	Earlier bool      // its embargo ends before the one that holds or is proposed here
}

// NewsRow is what was heard of a sibling.
type NewsRow struct {
	cvd.News
	Mark string
}

// siblings finds the cases that came of the same matter, wherever they are
// handled now: split off one another, or handling the same report. A case that
// was closed into this one, or this one into, is no sibling: it is the same.
func (d *Desk) siblingsOf(ctx context.Context, tx *store.Tx, c cvd.Case) ([]cvd.Case, error) {
	seen := map[cvd.CaseID]bool{c.ID: true}
	var found []cvd.Case
	queue := related(c)
	for _, r := range c.Reports {
		cases, err := tx.CasesOf(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, x := range cases {
			queue = append(queue, x.ID)
		}
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		x, err := tx.Case(ctx, id)
		if err != nil {
			return nil, err
		}
		queue = append(queue, related(x)...)
		if x.Into == "" && c.Into != id {
			found = append(found, x)
		}
	}
	slices.SortFunc(found, func(a, b cvd.Case) int { return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.ID, b.ID)) })
	return found, nil
}

func related(c cvd.Case) []cvd.CaseID { return append([]cvd.CaseID{c.From, c.Into}, c.Splits...) }

// tellKin passes on what a verb changed: cases that were closed into this one
// follow it, and its siblings hear of it (Vultron EM, split; norm 11).
func (d *Desk) tellKin(ctx context.Context, tx *store.Tx, before, after cvd.Case, v cvd.Verb) error {
	for _, id := range after.Joined {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if f, ok := after.Follows(c); ok && c.Into == after.ID {
			if _, err := d.act(ctx, tx, party.ClockActor(), id, 0, f); err != nil {
				return err
			}
		}
	}
	if _, follows := v.(cvd.FollowCase); follows {
		return nil // whoever must hear of it heard of it there
	}
	news := cvd.Happened(before, after)
	if len(news) == 0 {
		return nil
	}
	siblings, err := d.siblingsOf(ctx, tx, after)
	if err != nil {
		return err
	}
	for _, s := range siblings {
		if !s.Closed.IsZero() {
			continue
		}
		for _, n := range news {
			if n.What == cvd.NewsSplit && !slices.Contains(before.Splits, s.ID) && s.From == after.ID {
				continue // it is what was split off
			}
			if _, err := d.act(ctx, tx, party.ClockActor(), s.ID, 0, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// kinOf reads what joins a case to others.
func (d *Desk) kinOf(ctx context.Context, tx *store.Tx, c cvd.Case) (Kin, error) {
	var k Kin
	if c.Into != "" {
		x, err := tx.Case(ctx, c.Into)
		if err != nil {
			return k, err
		}
		row := d.kinRow(c, x)
		row.Here = c.Why
		k.Into = &row
	}
	for _, id := range c.Joined {
		x, err := tx.Case(ctx, id)
		if err != nil {
			return k, err
		}
		k.Joined = append(k.Joined, d.kinRow(c, x))
	}
	siblings, err := d.siblingsOf(ctx, tx, c)
	if err != nil {
		return k, err
	}
	for _, x := range siblings {
		k.Siblings = append(k.Siblings, d.kinRow(c, x))
	}
	for _, n := range c.News {
		k.News = append(k.News, NewsRow{n, d.Centre.Mark(n.Of)})
	}
	return k, nil
}

// kinRow is a case beside another one, with whether its embargo ends earlier.
func (d *Desk) kinRow(c, x cvd.Case) KinRow {
	r := KinRow{ID: x.ID, Mark: d.Centre.Mark(x.ID), Title: x.Title, Owner: x.Owner, Closed: !x.Closed.IsZero(), Why: x.Why, State: x.Embargo.State}
	if !x.UnderEmbargo() {
		return r
	}
	r.Until = x.Embargo.Until
	r.Earlier = c.UnderEmbargo() && r.Until.Before(c.Embargo.Until) || c.Embargo.Open != nil && r.Until.Before(c.Embargo.Open.Until)
	return r
}

// pointer is where a closed case is handled now, for an outside reader who takes
// part there; to anybody else the other case does not exist.
func (d *Desk) pointer(ctx context.Context, tx *store.Tx, by party.Actor, c cvd.Case) (cvd.CaseID, error) {
	if c.Into == "" {
		return "", nil
	}
	x, err := tx.Case(ctx, c.Into)
	if err != nil {
		return "", err
	}
	if _, err := x.SeenBy(inCase(by, x)); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return "", nil
		}
		return "", err
	}
	return x.ID, nil
}

// otherCase is the other case that a verb's arguments speak of.
func otherCase(id cvd.CaseID, of, from json.RawMessage) cvd.CaseID {
	var other struct {
		ID cvd.CaseID `json:"id"`
	}
	if id == "" && json.Unmarshal(of, &id) != nil && json.Unmarshal(from, &other) == nil {
		return other.ID
	}
	return id
}

// writing refuses a case whose advisory is being written: it tells of what is to
// be moved, and those who were told of the draft could go on reading it.
func (d *Desk) writing(ctx context.Context, tx *store.Tx, c cvd.Case) error {
	as, err := tx.AdvisoriesOf(ctx, string(c.ID))
	if err != nil {
		return err
	}
	for _, a := range as {
		if a.Draft != nil && a.State != advisory.Dropped {
			return fault.New(fault.NotNow, "fault.case.draft_open", "mark", d.Centre.Mark(c.ID))
		}
	}
	return nil
}

// siblings puts what was heard of siblings among an officer's tasks: a leak there
// is due at once, any other change within two days.
func (n *nextList) siblings(c cvd.Case, with func(string, time.Time) Task) {
	if len(c.News) == 0 {
		return
	}
	t := with("sibling_changed", c.News[0].At.Add(answerWithin))
	for _, x := range c.News {
		if x.What.Leaks() {
			t = with("sibling_leaked", x.At)
		}
	}
	n.add(t)
}
