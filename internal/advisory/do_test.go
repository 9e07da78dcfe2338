package advisory_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/words"
	"pgregory.net/rapid"
)

var (
	start  = specimen.Published
	author = party.OfficerActor("o1")
	second = party.OfficerActor("o2")
	third  = party.OfficerActor("o3")
	vendor = party.VendorActor("org-a", "a1")
	clock  = party.ClockActor()
)

// facts are those under which the specimen may be published.
func facts() advisory.Facts {
	f := advisory.Facts{
		Embargo: advisory.Embargo{State: "exited"},
		Credits: []advisory.Consent{{Report: "r1", Named: true}, {Report: "r2"}, {Report: "r3"}},
	}
	for _, org := range []string{"org-a", "org-b", "org-c", "org-d", "org-e"} {
		c := advisory.VendorContact{Org: org, Contacted: start.AddDate(0, 0, -40), DraftTold: start.AddDate(0, 0, 1), Heard: start.AddDate(0, 0, -2)}
		if org == "org-c" || org == "org-e" {
			c.Heard, c.Silent = time.Time{}, start.AddDate(0, 0, -2)
		}
		f.Vendors = append(f.Vendors, c)
	}
	return f
}

func do(t testing.TB, a advisory.Advisory, by party.Actor, now time.Time, v advisory.Verb) advisory.Advisory {
	t.Helper()
	next, _, err := a.Do(v, by, now)
	if err != nil {
		t.Fatalf("%s: %v", v.Name(), err)
	}
	return next
}

func opened(t testing.TB) advisory.Advisory {
	t.Helper()
	return do(t, advisory.Advisory{}, author, start, advisory.Open{ID: "64806328", Case: "11112222", Content: specimen.Content()})
}

// path leads from nothing to each state.
func path(to advisory.State, content advisory.Content, facts advisory.Facts) []advisory.Verb {
	approve, publish := advisory.Approve{Facts: facts}, advisory.Publish{Facts: facts, Names: specimen.Names()}
	schedule := advisory.Schedule{At: start.AddDate(0, 1, 0), Facts: facts}
	first := []advisory.Verb{advisory.Open{ID: "64806328", Case: "11112222", Content: content}, advisory.Submit{}, approve, publish}
	update := append(slices.Clone(first), advisory.Revise{}, advisory.Write{Content: content, Summary: words.Text{EN: "Corrected", JA: "訂正"}})
	last := content
	last.Withdrawal = words.Text{EN: "It was a mistake.", JA: "誤りでした。"}
	withdrawal := advisory.Write{Content: last, Summary: words.Text{EN: "Withdrawn", JA: "取り下げ"}}
	return map[advisory.State][]advisory.Verb{
		advisory.None:            nil,
		advisory.Drafting:        first[:1],
		advisory.Review:          first[:2],
		advisory.Approved:        first[:3],
		advisory.Scheduled:       append(slices.Clone(first[:3]), schedule),
		advisory.Published:       first,
		advisory.UpdateDrafting:  update,
		advisory.UpdateReview:    append(slices.Clone(update), advisory.Submit{}),
		advisory.UpdateApproved:  append(slices.Clone(update), advisory.Submit{}, approve),
		advisory.UpdateScheduled: append(slices.Clone(update), advisory.Submit{}, approve, schedule),
		advisory.Withdrawn:       append(slices.Clone(update), withdrawal, advisory.Submit{}, approve, advisory.Withdraw{Facts: facts, Names: specimen.Names()}),
		advisory.Dropped:         append(slices.Clone(first[:1]), advisory.Drop{Reason: "no vulnerability after all"}),
	}[to]
}

// reach walks the specimen to a state: the author writes, a second officer approves.
func reach(t testing.TB, to advisory.State) advisory.Advisory {
	t.Helper()
	return reachWith(t, to, specimen.Content(), facts())
}

func reachWith(t testing.TB, to advisory.State, content advisory.Content, facts advisory.Facts) advisory.Advisory {
	t.Helper()
	var a advisory.Advisory
	now := start
	for _, v := range path(to, content, facts) {
		by := author
		if v.Name() == advisory.VerbApprove {
			by = second
		}
		now = now.Add(time.Hour)
		a = do(t, a, by, now, v)
	}
	if to != advisory.None && a.State != to {
		t.Fatalf("the path to %s leads to %s", to, a.State)
	}
	return a
}

// lean is the specimen with one product, one flaw, one vendor and one
// language: the gate reads it in no time, which long walks need.
func lean() advisory.Content {
	c := specimen.Content()
	c.Products, c.Vulnerabilities, c.Remedies = c.Products[:1], c.Vulnerabilities[:1], c.Remedies[:1]
	c.Vendors, c.References, c.Other = c.Vendors[:1], nil, nil
	c.Vendors[0].Statuses = c.Vendors[0].Statuses[:1]
	c.Languages, c.Waiver = []words.Lang{words.EN}, "written in English only"
	c.Analysis, c.Addendum, c.AffectedNote = words.Text{}, words.Text{}, words.Text{}
	return c
}

// leanFacts are those under which lean may be published.
func leanFacts() advisory.Facts {
	f := facts()
	f.Vendors = f.Vendors[:1]
	return f
}

// anyOf is a verb of each name, fit for any state that allows it.
func anyOf(name advisory.Name) advisory.Verb {
	content, facts := lean(), leanFacts
	summary := words.Text{EN: "Corrected", JA: "訂正"}
	return map[advisory.Name]advisory.Verb{
		advisory.VerbOpen: advisory.Open{ID: "64806328", Case: "11112222", Content: content}, advisory.VerbWrite: advisory.Write{Content: content, Summary: summary},
		advisory.VerbSubmit: advisory.Submit{}, advisory.VerbReturn: advisory.Return{Reason: "unclear"}, advisory.VerbApprove: advisory.Approve{Facts: facts()},
		advisory.VerbNote: advisory.Note{Org: "org-a", Heard: start}, advisory.VerbSchedule: advisory.Schedule{At: start.AddDate(0, 2, 0), Facts: facts()},
		advisory.VerbHold: advisory.Hold{Reason: "wait"}, advisory.VerbPublish: advisory.Publish{Facts: facts(), Names: specimen.Names()},
		advisory.VerbRevise: advisory.Revise{}, advisory.VerbDrop: advisory.Drop{Reason: "no need"},
		advisory.VerbWithdraw: advisory.Withdraw{Facts: facts(), Names: specimen.Names()}, advisory.VerbOverride: advisory.SetAside{Finding: "gone", Reason: "x", Facts: facts()},
	}[name]
}

var allVerbs = []advisory.Name{
	advisory.VerbOpen, advisory.VerbWrite, advisory.VerbSubmit, advisory.VerbReturn, advisory.VerbApprove, advisory.VerbOverride, advisory.VerbNote,
	advisory.VerbSchedule, advisory.VerbHold, advisory.VerbPublish, advisory.VerbRevise, advisory.VerbDrop, advisory.VerbWithdraw,
}

// Every state × verb × role does what the table says and nothing else.
func TestWalkOfEveryStateVerbAndRole(t *testing.T) {
	roles := map[party.Role]party.Actor{
		party.Officer: second, party.Vendor: vendor, party.Finder: party.FinderActor("r1"), party.Operator: party.OperatorActor("x", "y"),
		party.Observer: {Role: party.Observer}, party.Clock: clock, party.Public: party.Anyone(),
	}
	later := start.AddDate(0, 1, 1) // after every schedule of the paths
	for _, state := range advisory.Publication.States() {
		from := reachWith(t, state, lean(), leanFacts())
		for _, name := range allVerbs {
			for role, by := range roles {
				to, refusal := advisory.Publication.Step(state, name, role)
				got, out, err := from.Do(anyOf(name), by, later)
				switch {
				case refusal != nil:
					if fault.KindOf(err) != fault.KindOf(refusal) {
						t.Errorf("%s %s by %s: %v, want %v", state, name, role, err, refusal)
					}
				case err == nil:
					if got.State != to || got.Version != from.Version+1 || len(out.Events) != 1 {
						t.Errorf("%s %s by %s: to %s, version %d, %d events; want %s, %d, 1", state, name, role, got.State, got.Version, len(out.Events), to, from.Version+1)
					}
				case name != advisory.VerbOverride && name != advisory.VerbWithdraw: // these need a finding, a reason to withdraw
					t.Errorf("%s %s by %s: refused with %v", state, name, role, err)
				}
			}
		}
	}
}

func TestEveryRowHasAClauseAndEveryStateASentence(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, r := range advisory.Publication.Rows {
		if r.Clause == "" || len(r.By) == 0 {
			t.Errorf("%s -%s-> %s has no clause or nobody to do it", r.From, r.Do, r.To)
		}
		keys = append(keys, "advisory.verb."+string(r.Do))
	}
	for _, s := range advisory.Publication.States() {
		keys = append(keys, "advisory.state."+string(s), "advisory.next."+string(s))
	}
	for _, k := range keys {
		if _, ok := say[k]; !ok {
			t.Errorf("the catalogue has no %s", k)
		}
	}
}

func TestFourEyes_TheApproverIsNotAnAuthor(t *testing.T) {
	a := reach(t, advisory.Review)
	_, _, err := a.Do(advisory.Approve{Facts: facts()}, author, start)
	if fault.KindOf(err) != fault.NotAllowed {
		t.Fatalf("an author approved: %v", err)
	}
	// Somebody who mends a comma is an author from then on.
	a = do(t, a, second, start, advisory.Write{Content: specimen.Content(), Summary: a.Draft.Summary})
	a = do(t, a, author, start, advisory.Submit{})
	if _, _, err := a.Do(advisory.Approve{Facts: facts()}, second, start); fault.KindOf(err) != fault.NotAllowed {
		t.Errorf("somebody who wrote in it approved: %v", err)
	}
	a = do(t, a, third, start, advisory.Approve{Facts: facts()})
	if a.State != advisory.Approved {
		t.Errorf("state %s", a.State)
	}
	if slices.Contains(reach(t, advisory.Review).Allowed(author), advisory.VerbApprove) {
		t.Error("an author is offered the approval")
	}
}

func TestFourEyes_AnyChangeVoidsTheApproval(t *testing.T) {
	for _, state := range []advisory.State{advisory.Approved, advisory.Scheduled, advisory.UpdateApproved, advisory.UpdateScheduled} {
		a := reach(t, state)
		if a.Draft.Approved() == nil {
			t.Fatalf("%s: no approval", state)
		}
		c := specimen.Content()
		c.Impact.EN += " Really."
		a = do(t, a, author, start.Add(time.Hour), advisory.Write{Content: c, Summary: a.Draft.Summary})
		if a.Draft.Approved() != nil || a.State.Submitted() || !a.Draft.At.IsZero() {
			t.Errorf("%s: after a change the approval stands: %+v", state, a.Draft.Approvals)
		}
	}
	// A note about a contact is no change of the text.
	a := reach(t, advisory.Approved)
	a = do(t, a, author, start.Add(time.Hour), advisory.Note{Org: "org-a", Heard: start})
	if a.Draft.Approved() == nil || a.State != advisory.Approved {
		t.Error("a note voided the approval")
	}
}

func TestPublishedMeansFrozen_ACorrectionIsANewRevision(t *testing.T) {
	first := reach(t, advisory.Published)
	before, _ := json.Marshal(first.Live)
	a := do(t, first, author, start.AddDate(0, 0, 2), advisory.Revise{})
	c := a.Draft.Content
	c.Impact.EN = "Somebody may change the settings."
	a = do(t, a, author, start.AddDate(0, 0, 2), advisory.Write{Content: c, Summary: words.Text{EN: "Impact corrected", JA: "影響を訂正"}})
	a = do(t, a, author, start.AddDate(0, 0, 2), advisory.Submit{})
	a = do(t, a, second, start.AddDate(0, 0, 2), advisory.Approve{Facts: facts()})
	at := start.AddDate(0, 0, 3)
	a = do(t, a, author, at, advisory.Publish{Facts: facts(), Names: specimen.Names()})
	if after, _ := json.Marshal(first.Live); string(after) != string(before) {
		t.Error("the first revision has changed")
	}
	live := a.Live
	if live.Number != 2 || !live.First.Equal(first.Live.First) || !live.At.Equal(at) || len(live.History) != 2 || live.History[1].Summary.EN != "Impact corrected" {
		t.Errorf("second revision: %+v", live)
	}
	if len(a.Revisions) != 2 || a.Revisions[1].Approver != "o2" || a.Revisions[1].Hash != live.Hash() || a.Revisions[0].Hash == a.Revisions[1].Hash {
		t.Errorf("revisions: %+v", a.Revisions)
	}
	if live.Content.Credits[0].Name.EN != "Hanako Reiji" {
		t.Errorf("the credit was lost in the correction: %+v", live.Content.Credits)
	}
}

func TestTheClockPublishesAtItsTimeAndNotBefore(t *testing.T) {
	a := reach(t, advisory.Scheduled)
	verb := advisory.Publish{Facts: facts(), Names: specimen.Names()}
	if _, _, err := a.Do(verb, clock, a.Draft.At.Add(-time.Microsecond)); fault.KindOf(err) != fault.NotNow {
		t.Errorf("published before its time: %v", err)
	}
	published, out, err := a.Do(verb, clock, a.Draft.At)
	if err != nil || published.State != advisory.Published {
		t.Fatalf("%s, %v", published.State, err)
	}
	if len(out.Drop) != 1 || out.Drop[0] != (journal.JobRef{Kind: advisory.JobPublish, Key: "64806328"}) {
		t.Errorf("the job was not called off: %+v", out.Drop)
	}
	_, out, err = a.Do(advisory.Hold{Reason: "the embargo was extended"}, clock, a.Draft.At)
	if err != nil || len(out.Drop) != 1 {
		t.Errorf("the clock could not hold: %v", err)
	}
}

func TestAWithdrawalNeedsItsReasonAndTheFourEyes(t *testing.T) {
	a := reach(t, advisory.UpdateApproved)
	if _, _, err := a.Do(advisory.Withdraw{Facts: facts(), Names: specimen.Names()}, author, start); fault.KindOf(err) != fault.Invalid {
		t.Errorf("withdrawn without a reason: %v", err)
	}
	a = reach(t, advisory.Withdrawn)
	if !a.Live.Content.Withdrawn() || a.Live.Number != 2 || a.Revisions[1].Approver != "o2" {
		t.Errorf("%+v", a.Live)
	}
	c := specimen.Content()
	c.Withdrawal = words.Text{EN: "No.", JA: "いいえ。"}
	b := do(t, opened(t), author, start, advisory.Write{Content: c, Summary: words.Text{EN: "x", JA: "x"}})
	b = do(t, b, author, start, advisory.Submit{})
	b = do(t, b, second, start.AddDate(0, 0, 2), advisory.Approve{Facts: facts()})
	if _, _, err := b.Do(advisory.Publish{Facts: facts(), Names: specimen.Names()}, author, start.AddDate(0, 0, 2)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a draft that says it is withdrawn was published: %v", err)
	}
}

// domain.md 1.4: a finder's name is not in a draft nor in the journal before it
// is public, even where a door sends it along.
func TestNamesStayOutOfDraftAndJournal(t *testing.T) {
	c := specimen.Content()
	c.Credits[0].Name = words.Text{EN: "Hanako Reiji"}
	a, out, err := advisory.Advisory{}.Do(advisory.Open{ID: "64806328", Case: "1", Content: c}, author, start)
	if err != nil {
		t.Fatal(err)
	}
	_, more, err := a.Do(advisory.Write{Content: c}, author, start)
	if err != nil {
		t.Fatal(err)
	}
	out.Add(more)
	draft, _ := json.Marshal(a)
	for _, e := range out.Events {
		draft = append(draft, e.Data...)
	}
	if strings.Contains(string(draft), "Hanako") {
		t.Error("the name is in the draft or in the journal")
	}
}

// A finder may agree to be named and then not be: the desk sends every name
// it may print, and only what is printed is kept.
func TestOnlyPrintedNamesAreKept(t *testing.T) {
	names := specimen.Names()
	names["r2"] = words.Text{EN: "Taro Secret"}
	published, out, err := reach(t, advisory.Approved).Do(advisory.Publish{Facts: facts(), Names: names}, author, start.AddDate(0, 0, 2))
	if err != nil {
		t.Fatal(err)
	}
	kept, _ := json.Marshal(published)
	if strings.Contains(string(kept)+string(out.Events[0].Data), "Taro") || !strings.Contains(string(out.Events[0].Data), "Hanako") {
		t.Errorf("kept: %s", out.Events[0].Data)
	}
}

func TestANameWithoutOneToPrintIsRefused(t *testing.T) {
	a := reach(t, advisory.Approved)
	if _, _, err := a.Do(advisory.Publish{Facts: facts()}, author, start.AddDate(0, 0, 2)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("published with an empty name: %v", err)
	}
}

func TestMalformedContentIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*advisory.Content){
		"product id twice":       func(c *advisory.Content) { c.Products[1].ID = "p1" },
		"product without name":   func(c *advisory.Content) { c.Products[0].Name = " " },
		"no CPE":                 func(c *advisory.Content) { c.Products[0].CPE = "cpe:acme" },
		"no package URL":         func(c *advisory.Content) { c.Products[0].PURL = "npm/x" },
		"remedy for no product":  func(c *advisory.Content) { c.Remedies[0].Products = []string{"p9"} },
		"status of no product":   func(c *advisory.Content) { c.Vendors[0].Statuses[0].Product = "p9" },
		"status of no flaw":      func(c *advisory.Content) { c.Vendors[0].Statuses[0].Vulnerability = "v9" },
		"two statuses of a pair": func(c *advisory.Content) { c.Vendors[0].Statuses[1].Vulnerability = "v1" },
		"unknown status":         func(c *advisory.Content) { c.Vendors[0].Status = "fine" },
		"unknown remedy":         func(c *advisory.Content) { c.Remedies[0].Kind = "hope" },
		"script as a link":       func(c *advisory.Content) { c.References[0].URL = "javascript:alert(1)" },
		"CVE":                    func(c *advisory.Content) { c.Vulnerabilities[0].CVE = "CVE-26-1" },
		"CWE":                    func(c *advisory.Content) { c.Vulnerabilities[0].CWEs[0].ID = "321" },
		"vector of version 3.0": func(c *advisory.Content) {
			c.Vulnerabilities[0].CVSS31 = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
		},
		"TLP of the old spelling": func(c *advisory.Content) { c.TLP = "WHITE" },
		"a language twice":        func(c *advisory.Content) { c.Languages = []words.Lang{words.EN, words.EN} },
		"credit of no kind":       func(c *advisory.Content) { c.Credits[0].Kind = "loud" },
	} {
		c := specimen.Content()
		spoil(&c)
		if _, _, err := (advisory.Advisory{}).Do(advisory.Open{ID: "64806328", Content: c}, author, start); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIDs(t *testing.T) {
	id := advisory.ID("64806328")
	if id.Mark("NKD") != "NKD#64806328" || id.Slug("NKD") != "NKD64806328" {
		t.Errorf("%s, %s", id.Mark("NKD"), id.Slug("NKD"))
	}
	for in, want := range map[string]bool{"NKD#64806328": true, "nkd64806328": true, "64806328": true, " NKD#00000001 ": true, "NKD#6480632": false, "NKD#６４８０６３２８": false, "JVN#64806328": false, "": false} {
		if _, ok := advisory.ParseID("NKD", in); ok != want {
			t.Errorf("%q: %v", in, ok)
		}
	}
}

// Random sequences of verbs by several people keep the invariants, and replay
// from the journal to the same advisory.
func TestRandomSequencesKeepTheInvariantsAndReplay(t *testing.T) {
	reached := map[advisory.State]int{}
	defer func() {
		t.Logf("states reached: %v", reached)
		if reached[advisory.Published] == 0 || reached[advisory.UpdateApproved] == 0 && !testing.Short() {
			t.Error("the walks do not come far enough to prove anything")
		}
	}()
	rapid.Check(t, func(t *rapid.T) {
		a := advisory.Advisory{}
		var events []journal.Event
		var frozen []string
		waits := false // a job of publication waits
		now := start.AddDate(0, 0, 2)
		for range rapid.IntRange(1, 40).Draw(t, "length") {
			now = now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour)
			verb := drawVerb(t, a, now)
			by := drawActor(t, verb)
			before, _ := json.Marshal(a)
			next, out, err := a.Do(verb, by, now)
			if after, _ := json.Marshal(a); string(after) != string(before) {
				t.Fatalf("%s changed the advisory that it was given", verb.Name())
			}
			if err != nil {
				continue
			}
			for _, j := range out.Jobs {
				waits = true
				if !j.At.Equal(next.Draft.At) {
					t.Fatalf("the job comes at %s, the advisory at %s", j.At, next.Draft.At)
				}
			}
			if len(out.Drop) > 0 {
				waits = false
			}
			a, events = next, append(events, out.Events...)
			reached[a.State]++
			frozen = invariants(t, a, frozen, waits)
		}
		again, err := advisory.Replay(throughJSON(t, events))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, again); diff != "" {
			t.Fatalf("the replay differs (-done +replayed):\n%s", diff)
		}
	})
}

// drawVerb prefers what the state allows, so that walks get far.
func drawVerb(t *rapid.T, a advisory.Advisory, now time.Time) advisory.Verb {
	names := allVerbs
	if allowed := advisory.Publication.Verbs(a.State, party.Officer); len(allowed) > 0 && rapid.IntRange(0, 9).Draw(t, "tame") > 0 {
		names = allowed
	}
	if a.State == "" && rapid.Bool().Draw(t, "begin") {
		names = []advisory.Name{advisory.VerbOpen}
	}
	name := rapid.SampledFrom(names).Draw(t, "verb")
	if onward := []advisory.Name{advisory.VerbSubmit, advisory.VerbApprove, advisory.VerbWithdraw, advisory.VerbPublish, advisory.VerbRevise}; rapid.Bool().Draw(t, "onward") {
		for _, n := range onward {
			if slices.Contains(names, n) && len(names) < len(allVerbs) {
				name = n
				break
			}
		}
	}
	verb := anyOf(name)
	switch v := verb.(type) {
	case advisory.Write:
		v.Content.Impact.EN = rapid.SampledFrom([]string{"One.", "Two.", "Run curl -X POST http://192.0.2.1/x to see."}).Draw(t, "impact")
		if rapid.IntRange(0, 4).Draw(t, "withdraw") == 0 {
			v.Content.Withdrawal = words.Text{EN: "No.", JA: "いいえ。"}
		}
		return v
	case advisory.Schedule:
		v.At = now.Add(time.Duration(rapid.IntRange(-10, 500).Draw(t, "ahead")) * time.Hour)
		return v
	case advisory.SetAside:
		if a.Draft != nil {
			if found := advisory.Gate(*a.Draft, leanFacts(), now); len(found) > 0 {
				v.Finding = rapid.SampledFrom(found).Draw(t, "finding").ID
			}
		}
		return v
	}
	return verb
}

// drawActor prefers one author and another approver, as an office has them.
func drawActor(t *rapid.T, v advisory.Verb) party.Actor {
	if rapid.IntRange(0, 4).Draw(t, "unusual") == 0 {
		return rapid.SampledFrom([]party.Actor{author, second, third, clock, vendor}).Draw(t, "by")
	}
	if v.Name() == advisory.VerbApprove || v.Name() == advisory.VerbOverride {
		return third
	}
	return author
}

// invariants holds of every advisory after every verb. It gives the frozen
// revisions as they are now, for the next call to compare.
func invariants(t *rapid.T, a advisory.Advisory, frozen []string, waits bool) []string {
	working := !slices.Contains([]advisory.State{advisory.Published, advisory.Withdrawn, advisory.Dropped}, a.State)
	if (a.Draft != nil) != working {
		t.Fatalf("%s with a draft: %v", a.State, a.Draft != nil)
	}
	if (a.Live != nil) != a.State.Public() || (len(a.Revisions) > 0) != a.State.Public() {
		t.Fatalf("%s with a live revision: %v, %d revisions", a.State, a.Live != nil, len(a.Revisions))
	}
	if a.State == advisory.Approved || a.State == advisory.Scheduled || a.State == advisory.UpdateApproved || a.State == advisory.UpdateScheduled {
		if a.Draft.Approved() == nil {
			t.Fatalf("%s without an approval", a.State)
		}
	}
	scheduled := a.State == advisory.Scheduled || a.State == advisory.UpdateScheduled
	if scheduled != waits || scheduled != (a.Draft != nil && !a.Draft.At.IsZero()) {
		t.Fatalf("%s: a job waits: %v", a.State, waits)
	}
	for i, r := range a.Revisions {
		raw, _ := json.Marshal(r)
		if r.Number != i+1 || slices.Contains(r.Authors, r.Approver) || r.Approver == "" {
			t.Fatalf("revision %d: %s", i+1, raw)
		}
		if i < len(frozen) && frozen[i] != string(raw) {
			t.Fatalf("revision %d has changed from %s to %s", i+1, frozen[i], raw)
		}
		if i == len(frozen) {
			frozen = append(frozen, string(raw))
		}
	}
	if a.Live != nil && (a.Live.Hash() != a.Revisions[len(a.Revisions)-1].Hash || len(a.Live.History) != len(a.Revisions)) {
		t.Fatal("the live revision is not what was frozen")
	}
	return frozen
}

// throughJSON writes and reads the events, as the store does.
func throughJSON(t *rapid.T, events []journal.Event) []journal.Event {
	raw, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	var back []journal.Event
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func TestEveryVerbIsReadBackFromItsJSON(t *testing.T) {
	for _, name := range allVerbs {
		v := anyOf(name)
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		back, err := advisory.Decode(name, raw)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(v, back) {
			t.Errorf("%s came back as %+v", name, back)
		}
	}
	if _, err := advisory.Decode("sing", nil); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown verb: %v", err)
	}
	if _, err := advisory.Decode(advisory.VerbNote, []byte(`{"org":7}`)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a broken verb: %v", err)
	}
}
