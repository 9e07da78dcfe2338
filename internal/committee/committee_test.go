package committee_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/fault"
	"nakodo/internal/inquiry"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

var (
	t0     = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	ann    = party.OfficerActor("ann")
	bob    = party.OfficerActor("bob")
	vendor = party.VendorActor("o", "v")
)

func standing(months int, heard time.Time) inquiry.Standing {
	var tries []inquiry.Try
	for _, how := range inquiry.PolicyAt(t0).Means {
		tries = append(tries, inquiry.Try{At: t0.AddDate(0, -months, 0), How: how})
	}
	return inquiry.Stand(tries, heard, inquiry.PolicyAt(t0))
}

func refer(g committee.Ground) committee.Refer {
	v := committee.Refer{ID: "r", Case: "64806328", Org: "o", Ground: g, Stand: standing(6, time.Time{})}
	if g == committee.Failed {
		v.Why, v.Stand = "SECRET-WHY", standing(1, t0)
	}
	return v
}

func TestGuidelineIV32_GroundsAreRefusedWhereTheyAreNot(t *testing.T) {
	for name, c := range map[string]struct {
		v    committee.Refer
		kind fault.Kind
	}{
		"unreachable after six months": {refer(committee.Unreachable), ""},
		"unreachable after five":       {committee.Refer{ID: "r", Case: "1", Org: "o", Ground: committee.Unreachable, Stand: standing(5, time.Time{})}, fault.NotNow},
		"unreachable, one means left":  {committee.Refer{ID: "r", Case: "1", Org: "o", Ground: committee.Unreachable, Stand: inquiry.Standing{Untried: []string{"fax"}}}, fault.NotNow},
		"failed":                       {refer(committee.Failed), ""},
		"failed without a word of why": {committee.Refer{ID: "r", Case: "1", Org: "o", Ground: committee.Failed, Stand: standing(1, t0)}, fault.Invalid},
		"failed with who never spoke":  {committee.Refer{ID: "r", Case: "1", Org: "o", Ground: committee.Failed, Why: "x", Stand: standing(6, time.Time{})}, fault.NotNow},
		"no ground":                    {committee.Refer{ID: "r", Case: "1", Org: "o", Stand: standing(6, time.Time{})}, fault.Invalid},
	} {
		_, _, err := committee.Referral{}.Do(c.v, ann, t0)
		if fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %q", name, err, c.kind)
		}
	}
}

func member(name string, f committee.Field, interest string) committee.Appoint {
	return committee.Appoint{Member: committee.Member{Name: "SECRET-" + name, Affiliation: "SECRET-WORK", Field: f, Interest: interest, Declared: t0}}
}

func decision(now time.Time, no int) committee.Decision {
	d := committee.Decision{At: now, Reasons: "reasons", Present: []string{"SECRET-law", "SECRET-sec", "SECRET-trade"}}
	for i := range committee.Tests() {
		d.Tests = append(d.Tests, committee.Test{Yes: i != no, Reason: "SECRET-TEST"})
	}
	return d
}

func acts(g committee.Ground, now time.Time) []committee.Verb {
	return []committee.Verb{
		refer(g), committee.Write{Info: "info", Draft: "draft"},
		member("law", committee.Law, ""), member("sec", committee.Security, ""), member("trade", committee.Trade, ""), member("trade", committee.Trade, "SECRET-SHARES"),
		committee.Tell{Due: now.AddDate(0, 0, 30), Course: []committee.Moment{{At: t0, What: "open_case"}}}, committee.RecordOpinion{Text: "ours"}, committee.Convene{},
		committee.Publish{Decision: decision(now, -1)}, committee.Publish{Decision: decision(now, 2)}, committee.Refuse{Decision: decision(now, -1)},
		committee.Refuse{Decision: decision(now, 3)}, committee.Ask{Decision: decision(now, 0)},
		committee.ConfirmProcedure{At: now, Letter: "SECRET-LETTER"}, committee.AskView{Due: now.AddDate(0, 0, 10)}, committee.RecordView{Text: "our view", Lang: words.EN},
		committee.Clear{Date: now.AddDate(0, 0, 1)}, committee.NoteOut{}, committee.SendBack{Why: "it answered"},
	}
}

// TestWalk tries every verb by everybody in every state, and holds what must
// always be true, who may see what among it.
func TestWalk(t *testing.T) {
	for _, g := range []committee.Ground{committee.Unreachable, committee.Failed} {
		w := &walk{t: t, ground: g, seen: map[string]bool{}, states: map[committee.State]bool{committee.None: true}}
		w.from(committee.Referral{}, nil)
		for _, s := range committee.Committee.States() {
			if !w.states[s] {
				t.Errorf("%s: nothing leads to %s", g, s)
			}
		}
	}
}

type walk struct {
	t      *testing.T
	ground committee.Ground
	seen   map[string]bool
	states map[committee.State]bool
}

func (w *walk) from(r committee.Referral, events []journal.Event) {
	if len(events) > 0 {
		again, err := committee.Replay(events)
		got, _ := json.Marshal(again)
		want, _ := json.Marshal(r)
		if err != nil || string(got) != string(want) { // as the store keeps them
			w.t.Fatalf("replay gives %s, %v; want %s", got, err, want)
		}
	}
	now := t0.AddDate(0, 0, 20*len(events))
	for _, by := range []party.Actor{ann, bob, vendor, party.ClockActor(), party.VendorActor("other", "x"), party.FinderActor("f"), {Role: party.Officer}} {
		for _, v := range acts(w.ground, now) {
			next, out, err := r.Do(v, by, now)
			if err != nil {
				if fault.Of(err) == nil {
					w.t.Fatalf("%s by %s in %s: %v is no refusal", v.Name(), by.Role, r.State, err)
				}
				continue
			}
			w.hold(r, next, v, by)
			key, _ := json.Marshal([]any{next.State, len(next.Members), len(next.Sitters()), len(next.Opinions) > 0, next.Paper.Info, next.Confirmed.IsZero(), next.ViewDue.IsZero(), next.View == nil, next.Decision != nil && next.Decision.By == "ann"})
			if !w.seen[string(key)] {
				w.seen[string(key)] = true
				w.states[next.State] = true
				w.from(next, append(slices.Clone(events), out.Events...))
			}
		}
	}
}

func (w *walk) hold(before, after committee.Referral, v committee.Verb, by party.Actor) {
	w.t.Helper()
	if d := after.Decision; d != nil {
		all := !slices.ContainsFunc(d.Tests, func(x committee.Test) bool { return !x.Yes })
		if len(d.Tests) != 4 || d.Outcome == committee.VerbPublish && !all || d.Outcome == committee.VerbRefuse && all {
			w.t.Fatalf("decided %s on %+v", d.Outcome, d.Tests)
		}
		for _, name := range d.Present {
			if !slices.ContainsFunc(after.Sitters(), func(m committee.Member) bool { return m.Name == name }) {
				w.t.Fatalf("%s decided, and may not sit", name)
			}
		}
	}
	if after.State == committee.Cleared && before.State != committee.Cleared {
		if by.Person == after.Decision.By {
			w.t.Fatal("one officer recorded the decision and cleared the publication")
		}
		if w.ground == committee.Failed && (after.Confirmed.IsZero() || after.ViewDue.IsZero()) {
			w.t.Fatal("cleared without the minister's confirmation or without asking for a view")
		}
	}
	if w.ground == committee.Unreachable && (after.View != nil || !after.Confirmed.IsZero()) {
		w.t.Fatalf("%s: an unreachable developer was asked", v.Name())
	}
	for who, a := range map[string]party.Actor{"other": party.VendorActor("other", "x"), "finder": party.FinderActor("f"), "operator": party.OperatorActor("o", "v"), "observer": {Role: party.Observer, Org: "o", Person: "v"}, "clock": party.ClockActor(), "public": party.Anyone(), "nobody": {Role: party.Officer}} {
		if view, err := after.SeenBy(a); fault.KindOf(err) != fault.NotFound || !reflect.DeepEqual(view, committee.View{}) {
			w.t.Fatalf("%s sees %+v", who, view)
		}
	}
	view, err := after.SeenBy(vendor)
	if (err == nil) == after.Told.IsZero() {
		w.t.Fatalf("told %s, and the developer gets %v", after.Told, err)
	}
	raw, _ := json.Marshal(view)
	if strings.Contains(string(raw), "SECRET") || view.All != nil || view.State == committee.Sitting || view.State == committee.Cleared {
		w.t.Fatalf("the developer sees %s", raw)
	}
	for _, n := range view.Verbs {
		if n != committee.VerbOpinion && n != committee.VerbView {
			w.t.Fatalf("the developer is offered %s", n)
		}
	}
}
