package desk

import (
	"context"
	"slices"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// KinReader is a participant of cases that are to be joined or parted, and what
// it will read.
type KinReader struct {
	ID     cvd.ParticipantID
	Role   party.Role
	Name   string       // of an organisation
	Report cvd.ReportID // of a finder
	State  string       // both, from, into, joins, asked, nothing; of a split: child, both, parent, asked
	Ask    bool         // lacks a part, and may be asked to read it
}

// JoinPreview is what merging a case into another, or closing it as its duplicate, would do.
type JoinPreview struct {
	From, Into KinSide
	Until      time.Time // end of the joined embargo; zero: none holds
	Readers    []KinReader
	Left       int   // participants of a duplicate that are not taken in
	Refused    error // why it would be refused as things stand; a *fault.Fault
}

// KinSide is one of two cases as an officer compares them.
type KinSide struct {
	ID      cvd.CaseID
	Mark    string
	Title   words.Text
	Version int64
	Vulns   []cvd.Vuln
	State   cvd.EM
	Until   time.Time // set while an embargo holds
}

func (d *Desk) kinSide(c cvd.Case) KinSide {
	s := KinSide{ID: c.ID, Mark: d.Centre.Mark(c.ID), Title: c.Title, Version: c.Version, Vulns: c.Vulns, State: c.Embargo.State}
	if c.UnderEmbargo() {
		s.Until = c.Embargo.Until
	}
	return s
}

// PreviewJoin plays a merge (why merged) or a duplicate without keeping anything.
func (d *Desk) PreviewJoin(ctx context.Context, by party.Actor, id, other cvd.CaseID, why cvd.CloseReason, same map[string]string) (JoinPreview, error) {
	if err := officer(by); err != nil {
		return JoinPreview{}, err
	}
	var p JoinPreview
	err := d.view(ctx, func(tx *store.Tx) error {
		from, into, err := d.pair(ctx, tx, id, other)
		if err != nil {
			return err
		}
		p.From, p.Into = d.kinSide(from), d.kinSide(into)
		after, err := d.playJoin(ctx, tx, by, from, into, why, same)
		if fault.Of(err) != nil {
			p.Refused = err
			return nil
		}
		if err != nil {
			return err
		}
		if after.UnderEmbargo() {
			p.Until = after.Embargo.Until
		}
		for i := range from.Parties {
			if after.Party(from.Parties[i].ID) == nil {
				p.Left++
			}
		}
		if p.Readers, err = d.kinReaders(ctx, tx, from, into, after); why == cvd.WhyDuplicate {
			p.Readers = slices.DeleteFunc(p.Readers, func(r KinReader) bool { return into.Party(r.ID) != nil })
			for i := range p.Readers {
				if p.Readers[i].State == "both" {
					p.Readers[i].State = "joins"
				}
			}
		}
		return err
	})
	return p, err
}

// playJoin is the case that joining would lead to.
func (d *Desk) playJoin(ctx context.Context, tx *store.Tx, by party.Actor, from, into cvd.Case, why cvd.CloseReason, same map[string]string) (cvd.Case, error) {
	if err := d.writing(ctx, tx, from); err != nil {
		return into, err
	}
	var v cvd.Verb = cvd.JoinFinders{From: from, Vulns: []string{into.Vulns[0].ID}}
	if why == cvd.WhyMerged {
		if err := d.writing(ctx, tx, into); err != nil {
			return into, err
		}
		var ask []cvd.ParticipantID
		for _, c := range []cvd.Case{from, into} {
			for i := range c.Parties {
				ask = append(ask, c.Parties[i].ID)
			}
		}
		v = cvd.MergeCase{From: from, Same: same, Ask: ask}
	}
	after, _, err := into.Do(v, by, tx.Now())
	return after, err
}

// kinReaders says of everybody outside what they read in a joined case.
func (d *Desk) kinReaders(ctx context.Context, tx *store.Tx, from, into, after cvd.Case) ([]KinReader, error) {
	var rows []KinReader
	for i := range after.Parties {
		p := &after.Parties[i]
		if p.ID == cvd.Centre || p.Role == party.Operator || !p.Left.IsZero() || from.Party(p.ID) == nil && into.Party(p.ID) == nil {
			continue
		}
		r := KinReader{ID: p.ID, Role: p.Role, Report: p.Report, State: "nothing"}
		switch {
		case p.PEC == cvd.PECInvited || p.PEC == cvd.PECLapsed:
			r.State = "asked"
		case !after.Opens(p):
		case len(p.Apart) == 0:
			r.State = "both"
		case p.Apart[0].Part == cvd.MainPart || p.Part != "":
			r.State = "from"
		default:
			r.State = "into"
		}
		r.Ask = slices.ContainsFunc(p.Apart, func(a cvd.Apart) bool { return !a.Asked.IsZero() })
		if err := d.nameReader(ctx, tx, &r, p.Org); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (d *Desk) nameReader(ctx context.Context, tx *store.Tx, r *KinReader, org party.OrgID) error {
	if org == "" {
		return nil
	}
	o, err := tx.Organisation(ctx, org)
	r.Name = o.Name()
	return err
}

// PreviewSplit plays a split without keeping anything: who takes part in the new
// case, and who reads no more of what goes there. What is wrong with it is its
// refusal.
func (d *Desk) PreviewSplit(ctx context.Context, by party.Actor, id cvd.CaseID, s Splitting) ([]KinReader, error) {
	if err := officer(by); err != nil {
		return nil, err
	}
	var rows []KinReader
	err := d.view(ctx, func(tx *store.Tx) error {
		parent, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if err := d.writing(ctx, tx, parent); err != nil {
			return err
		}
		child, _, err := cvd.Case{}.Do(cvd.OpenSplit{ID: "00000000", Title: s.Title, Brief: s.Brief, From: parent, Division: s.Division}, by, tx.Now())
		if err != nil {
			return err
		}
		after, _, err := parent.Do(cvd.SplitCase{Child: child.ID, Division: s.Division}, by, tx.Now())
		if err != nil {
			return err
		}
		for i := range after.Parties {
			p := &after.Parties[i]
			was, there := parent.Party(p.ID), child.Party(p.ID)
			if p.ID == cvd.Centre || p.Role == party.Operator || !was.Left.IsZero() {
				continue
			}
			r := KinReader{ID: p.ID, Role: p.Role, Report: p.Report, State: "parent"}
			switch {
			case there != nil && !child.Opens(there):
				r.State = "asked"
			case there != nil && !p.Left.IsZero():
				r.State = "child"
			case there != nil:
				r.State = "both"
			case !parent.Opens(was):
				r.State = "nothing"
			}
			if err := d.nameReader(ctx, tx, &r, p.Org); err != nil {
				return err
			}
			rows = append(rows, r)
		}
		return nil
	})
	return rows, err
}

// Parting is the division that suggests itself once it is said which
// vulnerabilities go: a report goes with what it tells of, a vendor with what it
// has spoken of. Everybody else stays.
func Parting(v cvd.View, vulns []string) cvd.Division {
	d := cvd.Division{Vulns: vulns, Reports: map[cvd.ReportID]cvd.Side{}, Parties: map[cvd.ParticipantID]cvd.Side{}}
	side := func(ids []string) cvd.Side {
		goes := slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(vulns, id) })
		stays := slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(vulns, id) })
		switch {
		case goes && stays:
			return cvd.SideBoth
		case goes:
			return cvd.SideChild
		}
		return cvd.SideParent
	}
	c := cvd.Case{Vulns: v.Vulns, Links: v.Links}
	for _, r := range v.Reports {
		d.Reports[r] = side(c.Tells(r))
	}
	for i := range v.Parties {
		p := &v.Parties[i]
		if p.Org == "" || p.Role == party.Operator || !p.Left.IsZero() {
			continue
		}
		var said []string
		for _, s := range v.Statuses {
			if s.Org == p.Org {
				said = append(said, s.Vuln)
			}
		}
		d.Parties[p.ID] = side(said)
	}
	return d
}
