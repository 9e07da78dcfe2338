package desk

import (
	"context"
	"slices"

	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/fold"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
)

// Referring is what an officer says when a case is put before the committee.
type Referring struct {
	Org    party.OrgID
	Ground committee.Ground
	Why    string // what was tried and why it failed, for the ground that negotiation failed
}

// ReferCase puts a case before the publication committee. The ground that nobody
// can be reached is computed from the attempts, and refused while it is not there
// yet. A listed inquiry about the developer is noted as referred.
func (d *Desk) ReferCase(ctx context.Context, by party.Actor, id cvd.CaseID, in Referring) (committee.ID, error) {
	if err := officer(by); err != nil {
		return "", err
	}
	rid := committee.ID(d.newID())
	err := d.do(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		p := c.Party(cvd.OrgParticipant(in.Org))
		if p == nil || p.Role != party.Vendor {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		if !c.Closed.IsZero() {
			return fault.New(fault.NotNow, "fault.case.closed")
		}
		of, err := tx.ReferralsOf(ctx, string(id))
		if err != nil {
			return err
		}
		if slices.ContainsFunc(of, func(r committee.Referral) bool { return r.Org == in.Org && r.State.Live() }) {
			return fault.New(fault.NotNow, "fault.committee.open_already")
		}
		stand, _, err := d.standing(ctx, tx, in.Org)
		if err != nil {
			return err
		}
		v := committee.Refer{ID: rid, Case: string(id), Org: in.Org, Ground: in.Ground, Why: in.Why, Stand: stand}
		if err := d.keepReferral(ctx, tx, by, c, committee.Referral{}, v); err != nil {
			return err
		}
		return d.inquiryFollows(ctx, tx, by, in.Org, inquiry.Refer{})
	})
	return rid, err
}

// inquiryFollows does to the inquiry about an organisation what follows from a
// referral, where there is one in a state for it.
func (d *Desk) inquiryFollows(ctx context.Context, tx *store.Tx, by party.Actor, org party.OrgID, v inquiry.Verb) error {
	about, err := tx.InquiriesAbout(ctx, org)
	if err != nil {
		return err
	}
	for _, i := range about {
		if !slices.Contains(inquiry.Listing.Verbs(i.State, by.Role), v.Name()) {
			continue
		}
		if i, err = tx.Inquiry(ctx, i.ID); err != nil {
			return err
		}
		if err := d.keepInquiry(ctx, tx, by, i, v); err != nil {
			return err
		}
	}
	return nil
}

// ActReferral does one verb to a referral: an officer each, the developer only
// its own words.
func (d *Desk) ActReferral(ctx context.Context, by party.Actor, id committee.ID, seen int64, v committee.Verb) error {
	switch v.(type) {
	case committee.Refer, committee.NoteOut:
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return d.do(ctx, func(tx *store.Tx) error {
		_, err := d.actReferral(ctx, tx, by, id, seen, v)
		return err
	})
}

// actReferral is the path of every verb on a referral: load, decide, save, queue.
func (d *Desk) actReferral(ctx context.Context, tx *store.Tx, by party.Actor, id committee.ID, seen int64, v committee.Verb) (committee.Referral, error) {
	r, c, by, err := d.referral(ctx, tx, by, id)
	if err != nil {
		return r, err
	}
	if seen != 0 && seen != r.Version && by.Role == party.Officer {
		return r, fault.New(fault.Stale, "fault.stale")
	}
	switch x := v.(type) {
	case committee.Tell:
		if x.Course, err = d.course(ctx, tx, c, r); err != nil {
			return r, err
		}
		if err := mayTell(c, r); err != nil {
			return r, err
		}
		v = x
	case committee.Appoint:
		if err := d.neutral(ctx, tx, c, x.Member); err != nil {
			return r, err
		}
	}
	if err := d.keepReferral(ctx, tx, by, c, r, v); err != nil {
		return r, err
	}
	if _, spoke := v.(committee.RecordOpinion); spoke && r.Ground == committee.Unreachable { // it can be reached after all
		if err := d.heardFrom(ctx, tx, r.Org); err != nil {
			return r, err
		}
	}
	return tx.Referral(ctx, id)
}

// referral loads a referral and its case for somebody who may know of it; to all
// others there is none.
func (d *Desk) referral(ctx context.Context, tx *store.Tx, by party.Actor, id committee.ID) (committee.Referral, cvd.Case, party.Actor, error) {
	missing := fault.New(fault.NotFound, "fault.not_found")
	if by.Role != party.Officer && by.Role != party.Vendor && by.Role != party.Operator && by.Role != party.Clock || by.Role == party.Officer && by.Person == "" {
		return committee.Referral{}, cvd.Case{}, by, missing
	}
	r, err := tx.Referral(ctx, id)
	if err != nil {
		return r, cvd.Case{}, by, err
	}
	c, err := tx.Case(ctx, cvd.CaseID(r.Case))
	if err != nil {
		return r, c, by, err
	}
	by = inCase(by, c)
	if by.Role == party.Clock {
		return r, c, by, nil
	}
	if c.PartyOf(by) == nil {
		return committee.Referral{}, cvd.Case{}, by, missing
	}
	_, err = r.SeenBy(by)
	return r, c, by, err
}

func (d *Desk) keepReferral(ctx context.Context, tx *store.Tx, by party.Actor, c cvd.Case, r committee.Referral, v committee.Verb) error {
	next, out, err := r.Do(v, by, tx.Now())
	if err != nil {
		return err
	}
	if err := tx.SetReferral(ctx, next); err != nil {
		return err
	}
	p := d.post(ctx, tx, journal.Ref{Kind: journal.AboutReferral, ID: string(next.ID)}, next.Version)
	d.tellOfReferral(p, c, r, next, v, by)
	return p.record(out)
}

// mayTell: the developer is owed the vulnerability information, but not while an
// embargo holds that it has not agreed to.
func mayTell(c cvd.Case, r committee.Referral) error {
	p := c.Party(cvd.OrgParticipant(r.Org))
	if c.UnderEmbargo() && !c.Opens(p) {
		return fault.New(fault.NotNow, "fault.committee.embargo")
	}
	return nil
}

// neutral refuses somebody who works for a party of the case without having
// said so: an interest that is declared is recorded, and excludes.
func (d *Desk) neutral(ctx context.Context, tx *store.Tx, c cvd.Case, m committee.Member) error {
	if !m.Neutral() {
		return nil
	}
	for i := range c.Parties {
		if c.Parties[i].Org == "" {
			continue
		}
		o, err := tx.Organisation(ctx, c.Parties[i].Org)
		if err != nil {
			return err
		}
		for _, n := range o.Names {
			if fold.Name(n.Text) == fold.Name(m.Affiliation) {
				var k fault.Check
				k.Add("affiliation", "fault.committee.party")
				return k.Err()
			}
		}
	}
	return nil
}

// course is what happened between the centre and one developer, from the
// journal. It names no person and no other party.
func (d *Desk) course(ctx context.Context, tx *store.Tx, c cvd.Case, r committee.Referral) ([]committee.Moment, error) {
	events, err := tx.Events(ctx, journal.Ref{Kind: journal.AboutCase, ID: string(c.ID)})
	if err != nil {
		return nil, err
	}
	who := cvd.OrgParticipant(r.Org)
	var course []committee.Moment
	proposed := false // the terms on the table are the centre's or the developer's own
	for _, e := range events {
		v, _, err := cvd.DecodeVerb(e.Verb, e.Data)
		if err != nil {
			return nil, err
		}
		about := false
		switch x := v.(type) {
		case cvd.OpenCase, cvd.PlanPublication, cvd.EndEmbargo:
			about = true
		case cvd.ProposeEmbargo:
			about = e.By.Role == party.Officer || e.By.Org == r.Org
			proposed = about
		case cvd.DecideEmbargo: // what another party proposed would show in the answer to it
			about = proposed
		case cvd.AnswerInvitation:
			about = x.Who == who
		case cvd.LeaveCase:
			about = x.Who == who
		case cvd.StateReport:
			about = x.Who == who
		case cvd.StateFix:
			about = x.Who == who
		case cvd.StateStatus:
			about = x.Who == who
		case cvd.MakeStatement:
			about = x.Who == who
		case cvd.OfferRemedy:
			about = x.Who == who
		case cvd.LapseConsent:
			about = x.Who == who
		case cvd.RecordSilence:
			about = x.Who == who
		}
		if about {
			course = append(course, committee.Moment{At: e.At, What: e.Verb})
		}
	}
	if p := c.Party(who); p != nil {
		for _, a := range p.Attempts {
			course = append(course, committee.Moment{At: a.At, What: "attempt", How: a.How, Came: a.Came})
		}
	}
	slices.SortStableFunc(course, func(a, b committee.Moment) int { return a.At.Compare(b.At) })
	return course, nil
}

// ReferralPage is a referral as one reader sees it.
type ReferralPage struct {
	View    committee.View
	Mark    string // of the case
	Org     string
	Course  []committee.Moment // as it stands; what the developer was told is in View.Paper
	Names   map[party.PersonID]string
	History []Moment // officers only, the newest first
	Draft   string   // officers only: id of the advisory, "" while there is none
}

// Referral opens one referral to an officer, or to the developer once it was told.
func (d *Desk) Referral(ctx context.Context, by party.Actor, id committee.ID) (ReferralPage, error) {
	var p ReferralPage
	err := d.view(ctx, func(tx *store.Tx) error {
		r, c, by, err := d.referral(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if p.View, err = r.SeenBy(by); err != nil {
			return err
		}
		o, err := tx.Organisation(ctx, r.Org)
		if err != nil {
			return err
		}
		p.Mark, p.Org, p.Course = d.Centre.Mark(c.ID), o.Name(), p.View.Paper.Course
		if by.Role != party.Officer {
			return nil
		}
		if r.Told.IsZero() {
			if p.Course, err = d.course(ctx, tx, c, r); err != nil {
				return err
			}
		}
		as, err := tx.AdvisoriesOf(ctx, r.Case)
		if err != nil {
			return err
		}
		for _, a := range as {
			p.Draft = string(a.ID)
		}
		if p.Names, err = d.officerNames(ctx, tx); err != nil {
			return err
		}
		p.History, err = d.history(ctx, tx, journal.AboutReferral, string(id))
		return err
	})
	return p, err
}

// ReferralRow is a line of the officers' list.
type ReferralRow struct {
	committee.Referral
	Mark string // of the case
	Name string // of the developer
}

// Referrals lists them all: what is under way first.
func (d *Desk) Referrals(ctx context.Context, by party.Actor) ([]ReferralRow, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var live, ended []ReferralRow
	err := d.view(ctx, func(tx *store.Tx) error {
		all, err := tx.Referrals(ctx)
		if err != nil {
			return err
		}
		for _, r := range all {
			o, err := tx.Organisation(ctx, r.Org)
			if err != nil {
				return err
			}
			row := ReferralRow{Referral: r, Mark: d.Centre.Mark(cvd.CaseID(r.Case)), Name: o.Name()}
			if r.State.Live() {
				live = append(live, row)
			} else {
				ended = append(ended, row)
			}
		}
		return nil
	})
	return append(live, ended...), err
}

// hearing is the referral of a case that the actor, its developer, was told of
// last; "" where there is none.
func (d *Desk) hearing(ctx context.Context, tx *store.Tx, by party.Actor, c cvd.Case) (committee.ID, error) {
	all, err := tx.ReferralsOf(ctx, string(c.ID))
	var last committee.Referral
	for _, r := range all {
		if _, err := r.SeenBy(by); err == nil && r.Told.After(last.Told) {
			last = r
		}
	}
	return last.ID, err
}
