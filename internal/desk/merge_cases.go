package desk

import (
	"context"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/talk"
)

// Merging is what an officer says when a case is merged into another one.
type Merging struct {
	Into cvd.CaseID
	Same map[string]string   // vulnerabilities that are one and the same: theirs to those of Into
	Ask  []cvd.ParticipantID // who is asked at once to read the part it lacks
	Note string
	Seen [2]int64 // versions of both that the officer had before them; 0: whatever they are
}

// Duplicate is what an officer says when a case turns out to repeat another one.
type Duplicate struct {
	Of    cvd.CaseID
	Vulns []string // of the other case, which the reports tell of
	Note  string
	Seen  [2]int64
}

// MergeCases merges a case into another one: both change in one transaction, each
// by a verb of its own. The merged case stays readable to its parties as what it
// was; its threads and files stay where they were written.
func (d *Desk) MergeCases(ctx context.Context, by party.Actor, id cvd.CaseID, m Merging) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		from, into, err := d.pair(ctx, tx, id, m.Into)
		if err != nil {
			return err
		}
		for _, c := range []cvd.Case{from, into} {
			if err := d.writing(ctx, tx, c); err != nil {
				return err
			}
		}
		v := cvd.MergeCase{From: from, Same: m.Same, Ask: m.Ask, Note: m.Note}
		closing := cvd.CloseInto{Into: into.ID, Why: cvd.WhyMerged, Note: m.Note}
		if into.UnderEmbargo() {
			closing.Until = into.Embargo.Until
		}
		return d.closeInto(ctx, tx, by, from, into, m.Seen, v, closing)
	})
}

// MarkDuplicate closes a case that repeats another one. Its finders join the other
// case and are told that handling goes on; its vendors are not invited again.
func (d *Desk) MarkDuplicate(ctx context.Context, by party.Actor, id cvd.CaseID, m Duplicate) error {
	if err := officer(by); err != nil {
		return err
	}
	return d.do(ctx, func(tx *store.Tx) error {
		from, into, err := d.pair(ctx, tx, id, m.Of)
		if err != nil {
			return err
		}
		if err := d.writing(ctx, tx, from); err != nil {
			return err
		}
		v := cvd.JoinFinders{From: from, Vulns: m.Vulns}
		closing := cvd.CloseInto{Into: into.ID, Why: cvd.WhyDuplicate, Note: m.Note}
		return d.closeInto(ctx, tx, by, from, into, m.Seen, v, closing)
	})
}

// pair reads two cases, always in the same order, so that two officers who merge
// at once do not wait for each other.
func (d *Desk) pair(ctx context.Context, tx *store.Tx, a, b cvd.CaseID) (from, into cvd.Case, err error) {
	first, second := min(a, b), max(a, b)
	x, err := tx.Case(ctx, first)
	if err != nil {
		return from, into, err
	}
	y, err := tx.Case(ctx, second)
	if err != nil {
		return from, into, err
	}
	if first == a {
		return x, y, nil
	}
	return y, x, nil
}

// closeInto does the two verbs. The reports are linked to the case that handles
// them from now on, and each newcomer gets a thread with the centre there.
func (d *Desk) closeInto(ctx context.Context, tx *store.Tx, by party.Actor, from, into cvd.Case, seen [2]int64, take, closing cvd.Verb) error {
	if from.ID == into.ID {
		return fault.New(fault.NotNow, "fault.case.join_itself")
	}
	links, err := d.linkAll(ctx, tx, by, from.Reports, into)
	if err != nil {
		return err
	}
	// Closed first, so that it does not hear as a sibling of what it becomes a part of.
	if _, err := d.act(ctx, tx, by, from.ID, seen[0], closing); err != nil {
		return err
	}
	after, err := d.act(ctx, tx, by, into.ID, seen[1], take, links)
	if err != nil {
		return err
	}
	for i := range after.Parties[len(into.Parties):] { // participants are only ever added at the end
		p := &after.Parties[len(into.Parties)+i]
		if p.Org == "" || !p.Left.IsZero() {
			continue
		}
		own := talk.Thread{Case: string(into.ID), Readers: []string{string(cvd.Centre), string(p.ID)}}
		if _, err := d.startThread(ctx, tx, by, own); err != nil {
			return err
		}
	}
	return nil
}

// linkAll marks reports as handled in a case, but for those that are already, and
// those that were closed by themselves.
func (d *Desk) linkAll(ctx context.Context, tx *store.Tx, by party.Actor, reports []cvd.ReportID, c cvd.Case) (journal.Outcome, error) {
	var out journal.Outcome
	for _, id := range reports {
		r, err := tx.Report(ctx, id)
		if err != nil {
			return out, err
		}
		if !r.Closed.IsZero() || c.PartyOf(party.FinderActor(string(id))) != nil {
			continue
		}
		_, more, err := d.link(ctx, tx, by, id, c.ID)
		if err != nil {
			return out, err
		}
		out.Add(more)
	}
	return out, nil
}
