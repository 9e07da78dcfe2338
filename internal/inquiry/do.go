package inquiry

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
)

// Verb is something that is done to an inquiry. Verbs are plain structs whose
// JSON is what the journal keeps.
type Verb interface {
	// Name is the verb's row in the machine and its name in the journal.
	Name() Name
	// apply changes i, which is already a copy. The machine has allowed the step.
	apply(i *Inquiry, by party.Actor, now time.Time) error
}

// The verbs. Standing and Number come from the desk, never from a door.
type (
	// Open begins an inquiry about an organisation.
	Open struct {
		ID     ID          `json:"id"`
		Org    party.OrgID `json:"org"`
		Notice Notice      `json:"notice"`
	}
	// Write replaces what stage 1 will say.
	Write struct {
		Notice Notice `json:"notice"`
	}
	// ProposeName asks a second officer to list the name.
	ProposeName struct {
		Standing Standing `json:"standing"`
	}
	// ConfirmName is the second officer's yes: the name is listed.
	ConfirmName struct {
		Standing Standing `json:"standing"`
		Number   int      `json:"number"`
	}
	// ProposeProduct asks a second officer to disclose product and version.
	ProposeProduct struct {
		Product  Product  `json:"product"`
		Standing Standing `json:"standing"`
	}
	// ConfirmProduct is the second officer's yes: product and version are listed.
	ConfirmProduct struct {
		Standing Standing `json:"standing"`
	}
	// Return is the second officer's no.
	Return struct {
		Reason string `json:"reason"`
	}
	// Refer notes that the publication committee has the matter.
	Refer struct{}
	// Answer notes that the developer has answered.
	Answer struct {
		Note string `json:"note"` // how it answered
	}
	// Withdraw takes the inquiry back.
	Withdraw struct {
		Reason string `json:"reason"`
	}
	// Conclude notes that the advisory has come out.
	Conclude struct{}
)

func (Open) Name() Name           { return VerbOpen }
func (Write) Name() Name          { return VerbWrite }
func (ProposeName) Name() Name    { return VerbProposeName }
func (ConfirmName) Name() Name    { return VerbConfirmName }
func (ProposeProduct) Name() Name { return VerbProposeProduct }
func (ConfirmProduct) Name() Name { return VerbConfirmProduct }
func (Return) Name() Name         { return VerbReturn }
func (Refer) Name() Name          { return VerbRefer }
func (Answer) Name() Name         { return VerbAnswer }
func (Withdraw) Name() Name       { return VerbWithdraw }
func (Conclude) Name() Name       { return VerbConclude }

var registry = []Verb{
	Open{}, Write{}, ProposeName{}, ConfirmName{}, ProposeProduct{}, ConfirmProduct{}, Return{}, Refer{}, Answer{}, Withdraw{}, Conclude{},
}

// Do applies one verb. The inquiry given is not changed. A refusal is a fault.
func (i Inquiry) Do(v Verb, by party.Actor, now time.Time) (Inquiry, journal.Outcome, error) {
	now = now.UTC().Truncate(time.Microsecond)
	from := i.State
	if from == "" {
		from = None
	}
	to, err := Listing.Step(from, v.Name(), by.Role)
	if err != nil {
		return i, journal.Outcome{}, fmt.Errorf("inquiry %s: %w", i.ID, err)
	}
	if by.Role == party.Officer && by.Person == "" {
		return i, journal.Outcome{}, fault.New(fault.NotAllowed, "fault.advisory.nobody")
	}
	next := i.clone()
	next.State = to
	if err := v.apply(&next, by, now); err != nil {
		return i, journal.Outcome{}, fmt.Errorf("inquiry %s: %s: %w", i.ID, v.Name(), err)
	}
	next.Version++
	e, err := journal.NewEvent(journal.Ref{Kind: journal.AboutInquiry, ID: string(next.ID)}, now, by, string(v.Name()), v)
	if err != nil {
		return i, journal.Outcome{}, fmt.Errorf("inquiry %s: %s: %w", i.ID, v.Name(), err)
	}
	return next, journal.Outcome{Events: []journal.Event{e}}, nil
}

// Allowed lists what the actor may do now: what the machine allows the role,
// less what the four eyes forbid the person.
func (i Inquiry) Allowed(by party.Actor) []Name {
	from := i.State
	if from == "" {
		from = None
	}
	return slices.DeleteFunc(Listing.Verbs(from, by.Role), func(n Name) bool {
		return (n == VerbConfirmName || n == VerbConfirmProduct) && slices.Contains(i.Authors, by.Person) || n == VerbConclude || n == VerbRefer
	})
}

// Replay leads from an inquiry's events, oldest first, to the inquiry.
func Replay(events []journal.Event) (Inquiry, error) {
	var i Inquiry
	for _, e := range events {
		v, err := decode(Name(e.Verb), e.Data)
		if err != nil {
			return Inquiry{}, fmt.Errorf("replay event %d: %w", e.Seq, err)
		}
		if i, _, err = i.Do(v, e.By, e.At); err != nil {
			return Inquiry{}, fmt.Errorf("replay event %d: %w", e.Seq, err)
		}
	}
	return i, nil
}

func decode(name Name, data []byte) (Verb, error) {
	for _, v := range registry {
		if v.Name() == name {
			p := reflect.New(reflect.TypeOf(v))
			err := json.Unmarshal(data, p.Interface())
			return p.Elem().Interface().(Verb), err
		}
	}
	return nil, fmt.Errorf("no verb %q of an inquiry", name)
}

func (v Open) apply(i *Inquiry, by party.Actor, now time.Time) error {
	var k fault.Check
	k.Need(v.ID != "" && v.Org != "", "org", "fault.case.need_org")
	v.Notice.check(&k)
	i.ID, i.Org, i.Notice, i.Opened = v.ID, v.Org, v.Notice, now
	i.wrote(by)
	return k.Err()
}

func (v Write) apply(i *Inquiry, by party.Actor, _ time.Time) error {
	var k fault.Check
	v.Notice.check(&k)
	i.Notice, i.Why = v.Notice, ""
	i.wrote(by)
	return k.Err()
}

func (i *Inquiry) wrote(by party.Actor) {
	if !slices.Contains(i.Authors, by.Person) {
		i.Authors = append(i.Authors, by.Person)
	}
}

func (v ProposeName) apply(i *Inquiry, by party.Actor, now time.Time) error {
	i.wrote(by)
	i.Waits, i.Why = now, ""
	return unheard(v.Standing, now)
}

// unheard is the ground of stage 1: every means tried, and no answer in the time
// that the policy gives.
func unheard(s Standing, now time.Time) error {
	p := PolicyAt(now)
	if s.Since.IsZero() {
		return fault.New(fault.NotNow, "fault.inquiry.untried", "n", len(s.Untried))
	}
	if from := s.NameFrom(p); now.Before(from) {
		return fault.New(fault.NotNow, "fault.inquiry.too_early", "from", from.Format(time.DateOnly))
	}
	return nil
}

func (i Inquiry) second(by party.Actor) error {
	if slices.Contains(i.Authors, by.Person) {
		return fault.New(fault.NotAllowed, "fault.inquiry.own")
	}
	return nil
}

func (v ConfirmName) apply(i *Inquiry, by party.Actor, now time.Time) error {
	if err := i.second(by); err != nil {
		return err
	}
	if err := unheard(v.Standing, now); err != nil {
		return err
	}
	if v.Number <= 0 {
		return fault.New(fault.Invalid, "fault.inquiry.number")
	}
	i.Number, i.Standing, i.Named, i.Waits = v.Number, v.Standing, now, time.Time{}
	i.Policy, i.Authors = PolicyAt(now).Edition, nil // the next stage has authors of its own
	return nil
}

func (v ProposeProduct) apply(i *Inquiry, by party.Actor, now time.Time) error {
	var k fault.Check
	v.Product.check(&k, now)
	if err := k.Err(); err != nil {
		return err
	}
	if err := i.still(v.Standing, now); err != nil {
		return err
	}
	i.Product, i.Waits, i.Why = &v.Product, now, ""
	i.wrote(by)
	return nil
}

// still is the ground of stage 2: the name has been listed long enough, and
// there has been no word since.
func (i Inquiry) still(s Standing, now time.Time) error {
	if s.Heard.After(i.Named) {
		return fault.New(fault.NotNow, "fault.inquiry.heard")
	}
	if from := i.ProductFrom(PolicyAt(now)); now.Before(from) {
		return fault.New(fault.NotNow, "fault.inquiry.too_early", "from", from.Format(time.DateOnly))
	}
	return nil
}

func (v ConfirmProduct) apply(i *Inquiry, by party.Actor, now time.Time) error {
	if err := i.second(by); err != nil {
		return err
	}
	if err := i.still(v.Standing, now); err != nil {
		return err
	}
	i.Shown, i.Waits, i.Authors = now, time.Time{}, nil
	return nil
}

func (v Return) apply(i *Inquiry, _ party.Actor, _ time.Time) error {
	if i.Why = strings.TrimSpace(v.Reason); i.Why == "" {
		return missing("reason")
	}
	if i.State == Named { // product and version go back to their author, not into the list
		i.Product, i.Authors = nil, nil
	}
	i.Waits = time.Time{}
	return nil
}

func (Refer) apply(*Inquiry, party.Actor, time.Time) error { return nil }

func (v Answer) apply(i *Inquiry, _ party.Actor, now time.Time) error {
	if i.Why = strings.TrimSpace(v.Note); i.Why == "" {
		return missing("note")
	}
	i.Ended, i.Waits = now, time.Time{}
	return nil
}

func (v Withdraw) apply(i *Inquiry, _ party.Actor, now time.Time) error {
	if i.Why = strings.TrimSpace(v.Reason); i.Why == "" {
		return missing("reason")
	}
	i.Ended, i.Waits = now, time.Time{}
	return nil
}

func (Conclude) apply(i *Inquiry, _ party.Actor, now time.Time) error {
	i.Ended = now
	return nil
}

func missing(field string) error {
	var k fault.Check
	k.Add(field, "fault.inquiry.reason")
	return k.Err()
}
