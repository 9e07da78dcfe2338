package desk

import (
	"context"
	"fmt"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// roundPart is how many invitations of a round are made in one transaction. A
// round of thousands leaves in parts, each of which queues the next: whatever
// stops in between goes on where it was, and nobody is written to twice.
const roundPart = 100

// leaveRound invites the next part of a round whose time has come.
func (d *Desk) leaveRound(ctx context.Context, id string) error {
	return d.do(ctx, func(tx *store.Tx) error {
		r, err := tx.Round(ctx, id)
		if err != nil {
			return err
		}
		if r.State != cvd.RoundHeld || tx.Now().Before(r.Leaves) {
			return nil // recalled, or this part has left already
		}
		sender, err := tx.Person(ctx, r.By.Person)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if !sender.Active { // whoever closed the account meant its errands too
			return d.roundDo(ctx, tx, party.ClockActor(), r, cvd.RecallRound{})
		}
		c, err := tx.Case(ctx, r.Case)
		if err != nil {
			return err
		}
		l := &leaving{d: d, ctx: ctx, tx: tx, round: r, case_: c, by: r.By, refused: map[party.OrgID]string{}}
		waiting := r.Waiting()
		for _, org := range waiting[:min(len(waiting), roundPart)] {
			if err := l.invite(org); err != nil {
				return fmt.Errorf("round %s: invite %s: %w", id, org, err)
			}
		}
		return l.keep()
	})
}

// leaving is one part of a round under way.
type leaving struct {
	d       *Desk
	ctx     context.Context
	tx      *store.Tx
	round   cvd.Round
	case_   cvd.Case
	by      party.Actor // who sent the round
	post    *post
	out     journal.Outcome
	invited []party.OrgID
	refused map[party.OrgID]string
}

// invite is what InviteVendor does, without storing the case each time. What is
// refused by now is noted with its reason, and keeps nobody else waiting.
func (l *leaving) invite(org party.OrgID) error {
	v, err := l.verb(org)
	next, out := l.case_, journal.Outcome{}
	if err == nil {
		next, out, err = l.case_.Do(v, l.by, l.tx.Now())
	}
	if err == nil {
		err = l.d.named(l.ctx, l.tx, l.by, next, v)
	}
	if f := fault.Of(err); f != nil {
		key := f.Key
		if len(f.Problems) > 0 {
			key = f.Problems[0].Key
		}
		l.refused[org] = key
		return nil
	}
	if err != nil {
		return err
	}
	if l.post == nil {
		l.post = l.d.post(l.ctx, l.tx, journal.Ref{Kind: journal.AboutCase, ID: string(next.ID)}, 0)
	}
	l.post.version = next.Version
	l.d.tellOfCase(l.post, l.case_, next, v, l.by)
	l.out.Add(out)
	l.case_, l.invited = next, append(l.invited, org)
	return nil
}

// verb checks an invitation as the preview did: the registry may have changed
// in the ten minutes.
func (l *leaving) verb(org party.OrgID) (cvd.InviteVendor, error) {
	o, err := l.tx.Organisation(l.ctx, org)
	if err == nil && o.Tier == party.Individual {
		err = fault.New(fault.NotNow, "fault.round.individual")
	}
	if err != nil {
		return cvd.InviteVendor{}, err
	}
	v, err := l.d.invitation(l.ctx, l.tx, l.case_, Invitation{Org: org, Role: party.Vendor, How: "mail", Reason: l.round.Reason})
	if inForce := v.Agreement != nil && v.Agreement.Ended.IsZero(); err == nil && !inForce && l.round.Reason == "" {
		err = fault.New(fault.NotNow, "fault.round.no_agreement")
	}
	return v, err
}

// keep stores the part: the case, its letters, the threads, the round.
func (l *leaving) keep() error {
	if len(l.invited) > 0 {
		if err := l.tx.SetCase(l.ctx, l.case_); err != nil {
			return err
		}
		if err := l.post.record(l.out); err != nil {
			return err
		}
		if err := l.threads(); err != nil {
			return err
		}
	}
	return l.d.roundDo(l.ctx, l.tx, party.ClockActor(), l.round, cvd.LeaveRound{Invited: l.invited, Refused: l.refused})
}

// threads gives each that was invited its thread with the centre; see ownThread.
func (l *leaving) threads() error {
	ts, err := l.tx.ThreadsOfCase(l.ctx, string(l.case_.ID))
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, t := range ts {
		if len(t.Readers) == 2 {
			has[t.Readers[0]+" "+t.Readers[1]] = true
		}
	}
	for _, org := range l.invited {
		readers := []string{string(cvd.Centre), string(cvd.OrgParticipant(org))}
		if has[readers[0]+" "+readers[1]] {
			continue
		}
		if _, err := l.d.startThread(l.ctx, l.tx, l.by, talk.Thread{Case: string(l.case_.ID), Readers: readers}); err != nil {
			return err
		}
	}
	return nil
}
