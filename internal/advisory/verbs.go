package advisory

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// Verb is something that is done to an advisory. Verbs are plain structs whose
// JSON is what the journal keeps; the registry below reads it back.
type Verb interface {
	// Name is the verb's row in the machine and its name in the journal.
	Name() Name
	// apply changes a, which is already a copy. The machine has allowed the step.
	apply(a *Advisory, by party.Actor, now time.Time) error
}

// Open begins an advisory for a case.
type Open struct {
	ID      ID      `json:"id"`
	Case    string  `json:"case"`
	Content Content `json:"content"`
}

// Write replaces the content of the draft and its line in the update history.
type Write struct {
	Content Content    `json:"content"`
	Summary words.Text `json:"summary"`
}

// Submit asks a second officer to look at the draft.
type Submit struct{}

// Return sends the draft back to its authors.
type Return struct {
	Reason string `json:"reason"`
}

// Approve is the second officer's word that the text may be published.
type Approve struct {
	Facts Facts `json:"facts"`
}

// SetAside is the second officer's reason to publish in spite of a finding.
type SetAside struct {
	Finding string `json:"finding"` // Finding.ID
	Reason  string `json:"reason"`
	Facts   Facts  `json:"facts"`
}

// Note writes down what happened between the centre and a vendor. Zero times
// change nothing. It does not void an approval.
type Note struct {
	Org       string    `json:"org"`
	DraftTold time.Time `json:"draft_told,omitzero"`
	Heard     time.Time `json:"heard,omitzero"`
	Silent    time.Time `json:"silent,omitzero"`
}

// Schedule sets the time of publication.
type Schedule struct {
	At    time.Time `json:"at"`
	Facts Facts     `json:"facts"`
}

// Hold takes the time of publication back. The clock holds an advisory that
// the gate refused at its time.
type Hold struct {
	Reason string `json:"reason"`
}

// Publish freezes the draft as the next revision. Names are those of the
// finders who agreed to be named, by report: from here on they are public.
type Publish struct {
	Facts Facts                 `json:"facts"`
	Names map[string]words.Text `json:"names,omitempty"`
}

// Revise begins the next revision as a copy of the published one. Whoever
// begins it counts as an author: what they leave unchanged is their choice too.
type Revise struct{}

// Drop gives the draft up. What is published stays.
type Drop struct {
	Reason string `json:"reason"`
}

// Withdraw publishes the draft as the last revision: it says why the advisory
// is withdrawn (Content.Withdrawal).
type Withdraw struct {
	Facts Facts                 `json:"facts"`
	Names map[string]words.Text `json:"names,omitempty"`
}

// The names of the verbs.
func (Open) Name() Name     { return VerbOpen }
func (Write) Name() Name    { return VerbWrite }
func (Submit) Name() Name   { return VerbSubmit }
func (Return) Name() Name   { return VerbReturn }
func (Approve) Name() Name  { return VerbApprove }
func (SetAside) Name() Name { return VerbOverride }
func (Note) Name() Name     { return VerbNote }
func (Schedule) Name() Name { return VerbSchedule }
func (Hold) Name() Name     { return VerbHold }
func (Publish) Name() Name  { return VerbPublish }
func (Revise) Name() Name   { return VerbRevise }
func (Drop) Name() Name     { return VerbDrop }
func (Withdraw) Name() Name { return VerbWithdraw }

// registry holds one value of each verb, by which Decode knows its type.
var registry = []Verb{
	Open{}, Write{}, Submit{}, Return{}, Approve{}, SetAside{}, Note{}, Schedule{}, Hold{}, Publish{}, Revise{}, Drop{}, Withdraw{},
}

// Decode reads a verb back from the journal or from a request's body.
func Decode(name Name, data []byte) (Verb, error) {
	for _, v := range registry {
		if v.Name() != name {
			continue
		}
		p := reflect.New(reflect.TypeOf(v))
		if len(data) > 0 {
			if err := json.Unmarshal(data, p.Interface()); err != nil {
				return nil, fault.Because(err, fault.Invalid, "fault.advisory.bad_verb", "verb", string(name))
			}
		}
		return p.Elem().Interface().(Verb), nil
	}
	return nil, fault.New(fault.Invalid, "fault.advisory.unknown_verb", "verb", string(name))
}

// Replay leads from an advisory's events, oldest first, to the advisory.
func Replay(events []journal.Event) (Advisory, error) {
	var a Advisory
	for _, e := range events {
		v, err := Decode(Name(e.Verb), e.Data)
		if err != nil {
			return Advisory{}, fmt.Errorf("replay event %d: %w", e.Seq, err)
		}
		if a, _, err = a.Do(v, e.By, e.At); err != nil {
			return Advisory{}, fmt.Errorf("replay event %d: %w", e.Seq, err)
		}
	}
	return a, nil
}

func (v Open) apply(a *Advisory, by party.Actor, now time.Time) error {
	if err := v.Content.check(); err != nil {
		return err
	}
	if !v.ID.Valid() {
		return fault.New(fault.Invalid, "fault.advisory.bad_id", "id", string(v.ID))
	}
	if a.ID != "" && (a.ID != v.ID || a.Case != v.Case) {
		return fault.New(fault.Invalid, "fault.advisory.bad_id", "id", string(v.ID))
	}
	a.ID, a.Case, a.Created = v.ID, v.Case, now
	a.Draft = &Draft{
		Number: 1, Content: v.Content.drafted(), Authors: []party.PersonID{by.Person}, Started: now, Changed: now,
		Summary: words.Text{EN: "Published", JA: "公開"},
	}
	return nil
}

func (v Write) apply(a *Advisory, by party.Actor, now time.Time) error {
	if err := v.Content.check(); err != nil {
		return err
	}
	d := a.Draft
	content := v.Content.drafted()
	content.keepNotes(d.Content.Vendors)
	d.Content, d.Summary, d.Changed = content, v.Summary, now
	if !slices.Contains(d.Authors, by.Person) {
		d.Authors = append(d.Authors, by.Person)
	}
	d.Approvals, d.At = nil, time.Time{}
	return nil
}

func (v Submit) apply(a *Advisory, _ party.Actor, _ time.Time) error {
	a.Draft.Returned = ""
	return nil
}

func (v Return) apply(a *Advisory, by party.Actor, _ time.Time) error {
	why := strings.TrimSpace(v.Reason)
	if why == "" {
		return fault.New(fault.Invalid, "fault.advisory.reason_missing")
	}
	a.Draft.Returned, a.Draft.Approvals = why, nil
	return nil
}

func (v Approve) apply(a *Advisory, by party.Actor, now time.Time) error {
	d := a.Draft
	if slices.Contains(d.Authors, by.Person) {
		return fault.New(fault.NotAllowed, "fault.advisory.own_text")
	}
	if err := refuse(Gate(*d, v.Facts, now), WaitsForApproval, WaitsForTime); err != nil {
		return err
	}
	d.Approvals = append(d.Approvals, Approval{By: by.Person, At: now, Hash: d.hash()})
	return nil
}

func (v SetAside) apply(a *Advisory, by party.Actor, now time.Time) error {
	d := a.Draft
	why := strings.TrimSpace(v.Reason)
	if why == "" {
		return fault.New(fault.Invalid, "fault.advisory.reason_missing")
	}
	if slices.Contains(d.Authors, by.Person) {
		return fault.New(fault.NotAllowed, "fault.advisory.own_override")
	}
	for _, f := range Gate(*d, v.Facts, now) {
		if f.ID != v.Finding {
			continue
		}
		if !f.CanSetAside {
			return fault.New(fault.NotAllowed, "fault.advisory.no_override")
		}
		d.Overrides = append(d.Overrides, Override{Finding: f.ID, By: by.Person, At: now, Reason: why})
		return nil
	}
	return fault.New(fault.Stale, "fault.advisory.finding_gone")
}

func (v Note) apply(a *Advisory, _ party.Actor, now time.Time) error {
	for _, t := range []time.Time{v.DraftTold, v.Heard, v.Silent} {
		if t.After(now) {
			return fault.New(fault.Invalid, "fault.advisory.note_future")
		}
	}
	for i := range a.Draft.Content.Vendors {
		e := &a.Draft.Content.Vendors[i]
		if e.Org != v.Org {
			continue
		}
		e.DraftTold = latest(e.DraftTold, v.DraftTold)
		e.Heard = latest(e.Heard, v.Heard)
		e.Silent = latest(e.Silent, v.Silent)
		return nil
	}
	return fault.New(fault.Invalid, "fault.advisory.no_such_vendor")
}

func (v Schedule) apply(a *Advisory, _ party.Actor, now time.Time) error {
	at := stamp(v.At)
	if !at.After(now) {
		return fault.New(fault.Invalid, "fault.advisory.schedule_past")
	}
	if a.Draft.Content.Withdrawn() {
		return fault.New(fault.Invalid, "fault.advisory.says_withdrawn")
	}
	// Asked of the gate for the hour of publication: an embargo that ends by
	// then is no hindrance.
	if err := refuse(Gate(*a.Draft, v.Facts, at)); err != nil {
		return err
	}
	a.Draft.At = at
	return nil
}

func (v Hold) apply(a *Advisory, _ party.Actor, _ time.Time) error {
	a.Draft.At = time.Time{}
	return nil
}

func (v Publish) apply(a *Advisory, by party.Actor, now time.Time) error {
	if a.Draft.Content.Withdrawn() {
		return fault.New(fault.Invalid, "fault.advisory.says_withdrawn")
	}
	if by.Role == party.Clock && now.Before(a.Draft.At) {
		return fault.New(fault.NotNow, "fault.advisory.not_yet")
	}
	return a.release(v.Facts, v.Names, by, now)
}

func (v Withdraw) apply(a *Advisory, by party.Actor, now time.Time) error {
	if !a.Draft.Content.Withdrawn() {
		return fault.New(fault.Invalid, "fault.advisory.withdrawal_missing")
	}
	return a.release(v.Facts, v.Names, by, now)
}

// release passes the gate and freezes the draft.
func (a *Advisory) release(facts Facts, names map[string]words.Text, by party.Actor, now time.Time) error {
	d := a.Draft
	if err := refuse(Gate(*d, facts, now)); err != nil {
		return err
	}
	for i, k := range d.Content.Credits {
		if k.Kind == CreditNamed && k.Report != "" && names[k.Report] == (words.Text{}) {
			return fault.New(fault.Invalid, "fault.advisory.name_missing", "place", i+1)
		}
	}
	rev := a.Public(names, now)
	a.Revisions = append(a.Revisions, RevisionInfo{
		Number: rev.Number, At: rev.At, By: by, Authors: d.Authors, Approver: d.Approved().By,
		Summary: d.Summary, Hash: rev.Hash(), Overrides: d.Overrides,
	})
	a.Reports = nil
	for _, k := range d.Content.Credits {
		a.Reports = append(a.Reports, k.Report)
	}
	a.Live, a.Draft = &rev, nil
	return nil
}

func (v Revise) apply(a *Advisory, by party.Actor, now time.Time) error {
	content := a.Live.Content.clone()
	for i := range content.Credits {
		if i < len(a.Reports) {
			content.Credits[i].Report = a.Reports[i]
		}
	}
	a.Draft = &Draft{
		Number: a.Live.Number + 1, Content: content.drafted(), Started: now, Changed: now,
		Authors: []party.PersonID{by.Person},
	}
	return nil
}

func (v Drop) apply(a *Advisory, _ party.Actor, _ time.Time) error {
	if strings.TrimSpace(v.Reason) == "" {
		return fault.New(fault.Invalid, "fault.advisory.reason_missing")
	}
	a.Draft = nil
	return nil
}

func latest(a, b time.Time) time.Time {
	if b.IsZero() || b.Before(a) {
		return a
	}
	return stamp(b)
}
