package advisory

import (
	"fmt"
	"slices"
	"time"

	"nakodo/csaf/cwe"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// JobPublish is the errand of a scheduled advisory: at its time the clock does
// Publish, or Hold with the gate's reason where that is refused. Its key is the
// advisory's id.
const JobPublish = "publish_advisory"

// Do applies one verb by one actor at a time. It returns the changed advisory
// with its version raised by one, the one event for the journal, and the jobs.
// The advisory given is not changed. A refusal is a fault and leaves nothing.
//
// Time is cut to microseconds, as the journal keeps it, so that a replay leads
// to the same advisory.
func (a Advisory) Do(v Verb, by party.Actor, now time.Time) (Advisory, journal.Outcome, error) {
	now = stamp(now)
	from := a.State
	if from == "" {
		from = None
	}
	to, err := Publication.Step(from, v.Name(), by.Role)
	if err != nil {
		return a, journal.Outcome{}, fmt.Errorf("advisory %s: %w", a.ID, err)
	}
	if by.Role == party.Officer && by.Person == "" {
		return a, journal.Outcome{}, fault.New(fault.NotAllowed, "fault.advisory.nobody")
	}
	next := a.clone()
	v = next.journaled(v)
	if err := v.apply(&next, by, now); err != nil {
		return a, journal.Outcome{}, fmt.Errorf("advisory %s: %s: %w", a.ID, v.Name(), err)
	}
	next.State, next.Changed = to, now
	next.Version++
	event, err := journal.NewEvent(journal.Ref{Kind: journal.AboutAdvisory, ID: string(next.ID)}, now, by, string(v.Name()), v)
	if err != nil {
		return a, journal.Outcome{}, fmt.Errorf("advisory %s: %s: %w", a.ID, v.Name(), err)
	}
	out := journal.Outcome{Events: []journal.Event{event}}
	a.jobs(next, &out)
	return next, out, nil
}

// jobs orders the publication that next is scheduled for and calls off the one
// that a was.
func (a Advisory) jobs(next Advisory, out *journal.Outcome) {
	was, is := a.State.scheduled(), next.State.scheduled()
	switch {
	case is && !was:
		out.Jobs = append(out.Jobs, journal.Job{
			Kind: JobPublish, Key: string(next.ID), At: next.Draft.At,
			About: journal.Ref{Kind: journal.AboutAdvisory, ID: string(next.ID)},
		})
	case was && !is:
		out.Drop = append(out.Drop, journal.JobRef{Kind: JobPublish, Key: string(next.ID)})
	}
}

func (s State) scheduled() bool { return s == Scheduled || s == UpdateScheduled }

// journaled is the verb without what neither the journal nor a draft may keep:
// the names of finders before they are public, the names of those who are not
// named, and in a new text the notes that have verbs of their own.
func (a Advisory) journaled(v Verb) Verb {
	switch v := v.(type) {
	case Open:
		v.Content = v.Content.drafted()
		return v
	case Write:
		v.Content = v.Content.drafted()
		return v
	case Publish:
		v.Names = a.printed(v.Names)
		return v
	case Withdraw:
		v.Names = a.printed(v.Names)
		return v
	}
	return v
}

// printed keeps of the names those that the draft prints.
func (a Advisory) printed(names map[string]words.Text) map[string]words.Text {
	kept := map[string]words.Text{}
	for _, k := range a.Draft.Content.Credits {
		if name, ok := names[k.Report]; ok && k.Kind == CreditNamed {
			kept[k.Report] = name
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// drafted is the content without finders' names and without contact notes, and
// with the official name of each weakness that came without one. The name goes
// into the journal too: a later edition of CWE must not change a replay.
func (c Content) drafted() Content {
	c = c.clone()
	for i := range c.Vulnerabilities {
		for j := range c.Vulnerabilities[i].CWEs {
			w := &c.Vulnerabilities[i].CWEs[j]
			if known, ok := cwe.Newest(w.ID); ok && w.Name == "" {
				w.Name = known.Name
			}
		}
	}
	for i := range c.Vendors {
		v := &c.Vendors[i]
		v.DraftTold, v.Heard, v.Silent = time.Time{}, time.Time{}, time.Time{}
	}
	for i := range c.Credits {
		if c.Credits[i].Report != "" || c.Credits[i].Kind != CreditNamed {
			c.Credits[i].Name = words.Text{}
		}
	}
	return c
}

// keepNotes carries the notes about contacts over to the entries of the same vendors.
func (c *Content) keepNotes(before []VendorEntry) {
	for i := range c.Vendors {
		v := &c.Vendors[i]
		for _, old := range before {
			if old.Org == v.Org {
				v.DraftTold, v.Heard, v.Silent = old.DraftTold, old.Heard, old.Silent
			}
		}
	}
}

// clone copies all that a verb may change. Live and the entries of Revisions
// are frozen, so they are shared.
func (a Advisory) clone() Advisory {
	a.Revisions = slices.Clip(a.Revisions)
	if a.Draft != nil {
		d := *a.Draft
		d.Content = d.Content.clone()
		d.Authors = slices.Clone(d.Authors)
		d.Approvals = slices.Clone(d.Approvals)
		d.Overrides = slices.Clone(d.Overrides)
		a.Draft = &d
	}
	return a
}

// Allowed lists what the actor may do now: what the machine allows the role,
// less what the four eyes forbid the person. Pages draw their buttons from it.
func (a Advisory) Allowed(by party.Actor) []Name {
	state := a.State
	if state == "" {
		state = None
	}
	verbs := Publication.Verbs(state, by.Role)
	if a.Draft == nil {
		return verbs
	}
	own := slices.Contains(a.Draft.Authors, by.Person)
	return slices.DeleteFunc(verbs, func(n Name) bool {
		switch n {
		case VerbApprove, VerbOverride:
			return own
		case VerbWithdraw:
			return !a.Draft.Content.Withdrawn()
		case VerbPublish, VerbSchedule:
			return a.Draft.Content.Withdrawn()
		}
		return false
	})
}
