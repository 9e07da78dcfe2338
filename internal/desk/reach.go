package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// ReachRow is an organisation that has not answered in any open case.
type ReachRow struct {
	Org      party.OrgID
	Name     string
	Cases    int
	Standing inquiry.Standing
	Next     string    // what can come next: untried, wait, inquiry, or the state of its inquiry
	Due      time.Time // from when
	Inquiry  inquiry.ID
}

// mostUnreached bounds the list: it is for working through, not for counting.
const mostUnreached = 300

// Unreached lists the organisations that were tried in an open case and have not
// said a word in any, the longest tried first.
func (d *Desk) Unreached(ctx context.Context, by party.Actor) ([]ReachRow, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var rows []ReachRow
	err := d.view(ctx, func(tx *store.Tx) error {
		open, err := tx.OpenCases(ctx)
		if err != nil {
			return err
		}
		quiet := quietIn(open)
		slices.SortFunc(quiet, func(a, b party.OrgID) int { return cmp.Compare(a, b) })
		for _, org := range quiet {
			row, err := d.reachRow(ctx, tx, org, open)
			if err != nil {
				return err
			}
			if row.Standing.First.IsZero() { // it has answered, in a closed case or in a message
				continue
			}
			rows = append(rows, row)
			if len(rows) == mostUnreached {
				break
			}
		}
		slices.SortStableFunc(rows, func(a, b ReachRow) int { return a.Standing.First.Compare(b.Standing.First) })
		return nil
	})
	return rows, err
}

// quietIn lists the vendors that were tried and have not said a word in any of
// the cases.
func quietIn(cases []cvd.Case) []party.OrgID {
	heard, tried := map[party.OrgID]bool{}, map[party.OrgID]bool{}
	for _, c := range cases {
		for i := range c.Parties {
			p := &c.Parties[i]
			if p.Role != party.Vendor {
				continue
			}
			heard[p.Org] = heard[p.Org] || !p.Heard.IsZero()
			tried[p.Org] = tried[p.Org] || len(p.Attempts) > 0 && p.Left.IsZero()
		}
	}
	var quiet []party.OrgID
	for org := range tried {
		if tried[org] && !heard[org] {
			quiet = append(quiet, org)
		}
	}
	return quiet
}

// reachRow makes a line of the list. open are the open cases, read once for all
// lines: a case may have thousands of participants.
func (d *Desk) reachRow(ctx context.Context, tx *store.Tx, org party.OrgID, open []cvd.Case) (ReachRow, error) {
	row := ReachRow{Org: org}
	o, err := tx.Organisation(ctx, org)
	if err != nil {
		return row, err
	}
	row.Name = o.Name()
	cases, err := tx.ClosedCasesWith(ctx, cvd.OrgParticipant(org))
	if err != nil {
		return row, err
	}
	for _, c := range open {
		if c.Party(cvd.OrgParticipant(org)) != nil {
			cases = append(cases, c)
		}
	}
	stand, err := d.standingIn(ctx, tx, org, cases)
	if err != nil {
		return row, err
	}
	row.Standing, row.Cases = stand, len(cases)
	about, err := tx.InquiriesAbout(ctx, org)
	if err != nil {
		return row, err
	}
	p := inquiry.PolicyAt(tx.Now())
	switch row.Due = stand.NameFrom(p); {
	case len(stand.Untried) > 0:
		row.Next, row.Due = "untried", time.Time{}
	case tx.Now().Before(row.Due):
		row.Next = "wait"
	default:
		row.Next = "inquiry"
	}
	for _, i := range about {
		if i.State.Live() {
			row.Inquiry, row.Next, row.Due = i.ID, "state."+string(i.State), time.Time{}
			if i.State == inquiry.Named {
				row.Due = i.ProductFrom(p)
			}
		}
	}
	return row, nil
}

// standing judges how matters stand with an organisation over all its cases. A
// message counts as a word, whatever it says.
func (d *Desk) standing(ctx context.Context, tx *store.Tx, org party.OrgID) (inquiry.Standing, []cvd.Case, error) {
	cases, err := tx.CasesWith(ctx, cvd.OrgParticipant(org))
	if err != nil {
		return inquiry.Standing{}, nil, err
	}
	s, err := d.standingIn(ctx, tx, org, cases)
	return s, cases, err
}

func (d *Desk) standingIn(ctx context.Context, tx *store.Tx, org party.OrgID, cases []cvd.Case) (inquiry.Standing, error) {
	heard, err := tx.LastMessageOf(ctx, org)
	if err != nil {
		return inquiry.Standing{}, err
	}
	referred, err := tx.ReferralsAbout(ctx, org)
	if err != nil {
		return inquiry.Standing{}, err
	}
	for _, r := range referred {
		for _, o := range r.Opinions {
			if o.At.After(heard) {
				heard = o.At
			}
		}
	}
	about, err := tx.InquiriesAbout(ctx, org)
	if err != nil {
		return inquiry.Standing{}, err
	}
	for _, i := range about {
		if i.State == inquiry.Answered && i.Ended.After(heard) {
			heard = i.Ended
		}
	}
	var tries []inquiry.Try
	for _, c := range cases {
		p := c.Party(cvd.OrgParticipant(org))
		if p == nil {
			continue
		}
		if p.Heard.After(heard) {
			heard = p.Heard
		}
		for _, a := range p.Attempts {
			tries = append(tries, inquiry.Try{At: a.At, How: a.How})
		}
	}
	return inquiry.Stand(tries, heard, inquiry.PolicyAt(tx.Now())), nil
}

// ReachPage is all that an officer needs to reach an organisation, and what was
// tried.
type ReachPage struct {
	Org       party.Organisation
	Contacts  []party.Contact
	Standing  inquiry.Standing
	Policy    inquiry.Policy
	Attempts  []ReachAttempt // the newest first
	Cases     []ReachCase    // in which an attempt can be recorded, the newest first
	Inquiries []inquiry.Inquiry
	Referrals []committee.Referral
}

// ReachAttempt is one attempt with the case it was made in.
type ReachAttempt struct {
	cvd.Attempt
	Mark string
	Name string // of the officer
}

// ReachCase is an open case of the organisation.
type ReachCase struct {
	ID   cvd.CaseID
	Mark string
}

// Reach opens the page about reaching one organisation.
func (d *Desk) Reach(ctx context.Context, by party.Actor, org party.OrgID) (ReachPage, error) {
	if err := officer(by); err != nil {
		return ReachPage{}, err
	}
	var p ReachPage
	err := d.view(ctx, func(tx *store.Tx) error {
		var err error
		if p.Org, err = tx.Organisation(ctx, org); err != nil {
			return err
		}
		if p.Contacts, err = tx.Contacts(ctx, org); err != nil {
			return err
		}
		var cases []cvd.Case
		if p.Standing, cases, err = d.standing(ctx, tx, org); err != nil {
			return err
		}
		p.Policy = inquiry.PolicyAt(tx.Now())
		names, err := d.officerNames(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range cases {
			part := c.Party(cvd.OrgParticipant(org))
			for _, a := range part.Attempts {
				p.Attempts = append(p.Attempts, ReachAttempt{Attempt: a, Mark: d.Centre.Mark(c.ID), Name: names[a.By]})
			}
			if c.Closed.IsZero() && part.Left.IsZero() {
				p.Cases = append(p.Cases, ReachCase{ID: c.ID, Mark: d.Centre.Mark(c.ID)})
			}
			of, err := tx.ReferralsOf(ctx, string(c.ID))
			if err != nil {
				return err
			}
			for _, r := range of {
				if r.Org == org {
					p.Referrals = append(p.Referrals, r)
				}
			}
		}
		slices.SortStableFunc(p.Attempts, func(a, b ReachAttempt) int { return b.At.Compare(a.At) })
		p.Inquiries, err = tx.InquiriesAbout(ctx, org)
		return err
	})
	return p, err
}

// heardFrom is what follows from any word of an organisation: what the committee
// was asked because nobody answered goes back to the officers.
func (d *Desk) heardFrom(ctx context.Context, tx *store.Tx, org party.OrgID) error {
	live, err := tx.ReferralsAbout(ctx, org)
	if err != nil {
		return err
	}
	for _, r := range live {
		if !r.State.Live() || r.Ground != committee.Unreachable {
			continue
		}
		if _, err := d.actReferral(ctx, tx, party.ClockActor(), r.ID, 0, committee.SendBack{Why: "the developer has answered"}); err != nil {
			return err
		}
	}
	return nil
}

// spokeIn reports which organisations have spoken by a verb on a case.
func spokeIn(before, after cvd.Case) []party.OrgID {
	var orgs []party.OrgID
	for i := range after.Parties {
		p := &after.Parties[i]
		if p.Org == "" || p.Heard.IsZero() {
			continue
		}
		if was := before.Party(p.ID); was == nil || p.Heard.After(was.Heard) {
			orgs = append(orgs, p.Org)
		}
	}
	return orgs
}

// history reads the events of a record, the newest first.
func (d *Desk) history(ctx context.Context, tx *store.Tx, kind journal.Kind, id string) ([]Moment, error) {
	ms, err := d.timeline(ctx, tx, journal.Ref{Kind: kind, ID: id})
	slices.Reverse(ms)
	return ms, err
}
