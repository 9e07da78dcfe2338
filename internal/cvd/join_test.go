package cvd

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

// The norm on merging and splitting, 2.8.11 of the project's reference. A told
// case keeps its events, so that each test ends by replaying both journals.

type told struct {
	Case
	events []journal.Event
}

func (c *told) do(t testing.TB, by party.Actor, at time.Time, v Verb) {
	t.Helper()
	next, out, err := c.Do(v, by, at)
	if err != nil {
		t.Fatalf("%s by %s: %v", v.Verb(), by.Role, err)
	}
	c.Case, c.events = next, append(c.events, out.Events...)
}

// replays checks that a case's journal alone leads to it.
func (c *told) replays(t testing.TB) {
	t.Helper()
	again, err := Replay(c.events)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(c.Case)
	b, _ := json.Marshal(again)
	if diff := cmp.Diff(string(a), string(b)); diff != "" {
		t.Errorf("the replayed case differs:\n%s", diff)
	}
}

var vendorC = party.VendorActor("C", "c1")

// told1 is a case with a report, under an embargo of some days, signed by the
// organisations named; each has said something of it and shows itself.
func told1(t testing.TB, id CaseID, report ReportID, days int, orgs ...party.OrgID) *told {
	t.Helper()
	c := &told{}
	secret := func(what string) string { return "SECRET-" + what + "-" + string(id) }
	c.do(t, officer, start, OpenCase{ID: id, Reports: []ReportID{report}, Title: words.Text{EN: secret("TITLE")}, Brief: words.Text{EN: secret("BRIEF")}, Term: time.Duration(days) * day})
	for _, org := range orgs {
		who, by := OrgParticipant(org), party.VendorActor(org, party.PersonID(strings.ToLower(string(org))+"1"))
		c.do(t, officer, hours(1), InviteVendor{Org: org, How: "mail", Agreement: paper})
		c.do(t, by, hours(2), AnswerInvitation{Who: who, Yes: true, Terms: c.Embargo.Terms})
		c.do(t, by, hours(3), ShowParty{Who: who, Shown: true})
		c.do(t, by, hours(3), StateStatus{Who: who, Vuln: "v1", Product: &product.Product{Name: secret("PRODUCT-" + string(org))}, Status: product.Affected, Shared: true})
	}
	return c
}

// joined merges s into t.
func joined(tb testing.TB, s, t *told, v MergeCase) {
	tb.Helper()
	v.From = s.Case
	t.do(tb, officer, hours(10), v)
	s.do(tb, officer, hours(10), CloseInto{Into: t.ID, Why: WhyMerged, Until: t.Embargo.Until})
}

func TestNorm11_MergeTheEarliestAcceptedEndStandsForAllWithoutAsking(t *testing.T) {
	for _, days := range [][2]int{{20, 45}, {45, 20}} {
		from, into := told1(t, "10000001", "NKR-1", days[0], "A"), told1(t, "10000002", "NKR-2", days[1], "B")
		joined(t, from, into, MergeCase{})
		if want := hours(1).Add(20 * day); !into.Embargo.Until.Equal(want) || into.Embargo.State != EMActive {
			t.Errorf("%v: the joined embargo is %+v", days, into.Embargo)
		}
		for _, id := range []ParticipantID{idA, idB, FinderParticipant("NKR-1"), FinderParticipant("NKR-2")} {
			if p := into.Party(id); p.PEC != PECSignatory || p.Terms != into.Embargo.Terms {
				t.Errorf("%v: %s is %s under terms %d of %d", days, id, p.PEC, p.Terms, into.Embargo.Terms)
			}
		}
		if !from.UnderEmbargo() || !from.Embargo.Until.Equal(into.Embargo.Until) || from.Why != WhyMerged || from.Into != "10000002" {
			t.Errorf("the merged case: %s, %s into %s", from.Embargo.State, from.Why, from.Into)
		}
		from.replays(t)
		into.replays(t)
	}
}

func TestNorm11_MergeUntilRenegotiatedALaterEndIsPutToEverybody(t *testing.T) {
	from, into := told1(t, "10000001", "NKR-1", 20, "A"), told1(t, "10000002", "NKR-2", 45, "B")
	joined(t, from, into, MergeCase{})
	into.do(t, officer, hours(20), ProposeEmbargo{Until: hours(24 * 45)})
	into.do(t, officer, hours(21), DecideEmbargo{Yes: true})
	for _, id := range []ParticipantID{idA, idB} {
		if p := into.Party(id); p.PEC != PECLapsed || into.Opens(p) {
			t.Errorf("%s is %s and reads: %v", id, p.PEC, into.Opens(p))
		}
	}
	into.replays(t)
}

func TestNorm11_MergeNobodyReadsTheOtherPartBeforeAgreeing(t *testing.T) {
	from, into := told1(t, "10000001", "NKR-1", 20, "A", "C"), told1(t, "10000002", "NKR-2", 45, "B", "C")
	joined(t, from, into, MergeCase{Ask: []ParticipantID{idA, idB}})
	read := func(by party.Actor) string {
		v, err := into.SeenBy(by)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Open {
			t.Errorf("%s reads no longer", by.Org)
		}
		return dump(v)
	}
	finder1, finder2 := party.FinderActor("NKR-1"), party.FinderActor("NKR-2")
	for _, c := range []struct {
		by     party.Actor
		hidden []string
		shown  []string
	}{
		{vendorA, []string{"TITLE-10000002", "BRIEF-10000002", "PRODUCT-B", "org:B", "PRODUCT-C-10000002", "NKR-2"}, []string{"TITLE-10000001", "PRODUCT-A", "org:C", "PRODUCT-C-10000001", "NKR-1"}},
		{vendorB, []string{"TITLE-10000001", "BRIEF-10000001", "PRODUCT-A", "org:A", "PRODUCT-C-10000001", "NKR-1"}, []string{"TITLE-10000002", "PRODUCT-B", "org:C", "PRODUCT-C-10000002", "NKR-2"}},
		{finder1, []string{"10000002", "PRODUCT-B", "org:B", "NKR-2"}, []string{"PRODUCT-A-10000001", "org:A"}},
		{finder2, []string{"10000001", "PRODUCT-A", "org:A", "NKR-1"}, []string{"PRODUCT-B-10000002", "org:B"}},
		{vendorC, nil, []string{"TITLE-10000001", "TITLE-10000002", "org:A", "org:B", "NKR-1", "NKR-2"}},
	} {
		s := read(c.by)
		for _, x := range c.hidden {
			if strings.Contains(strings.ReplaceAll(s, string(into.ID)+" "+string(into.Party(Centre).ID), ""), x) && !(c.by.Role == party.Finder && x == "10000002") {
				t.Errorf("%s%s reads %s: %s", c.by.Org, c.by.Report, x, s)
			}
		}
		for _, x := range c.shown {
			if !strings.Contains(s, x) {
				t.Errorf("%s%s does not read %s: %s", c.by.Org, c.by.Report, x, s)
			}
		}
	}
	part := into.Parts[0].ID
	refuse(t, into.Case, vendorB, hours(11), AnswerPart{Who: idB, Part: MainPart, Yes: true}, fault.NotNow)
	refuse(t, into.Case, vendorB, hours(11), StateStatus{Who: idB, Vuln: into.Parts[0].Vulns[0].ID, Status: product.Affected}, fault.Invalid)
	into.do(t, vendorB, hours(11), AnswerPart{Who: idB, Part: part, Yes: true})
	into.do(t, vendorA, hours(11), AnswerPart{Who: idA, Part: MainPart})
	if s := read(vendorB); !strings.Contains(s, "TITLE-10000001") || !strings.Contains(s, "org:A") {
		t.Errorf("B agreed and reads %s", s)
	}
	if s := read(vendorA); strings.Contains(s, "org:B") || strings.Contains(s, "TITLE-10000002") {
		t.Errorf("A said no and reads %s", s)
	}
	into.do(t, officer, hours(12), OfferPart{Who: idA, Part: MainPart})
	into.do(t, vendorA, hours(13), AnswerPart{Who: idA, Part: MainPart, Yes: true})
	if len(into.Party(idA).Apart) != 0 {
		t.Errorf("A agreed: %+v", into.Party(idA).Apart)
	}
	into.replays(t)
}

func TestNorm11_MergeOneAndTheSameVulnerability(t *testing.T) {
	from, into := told1(t, "10000001", "NKR-1", 45, "A", "C"), told1(t, "10000002", "NKR-2", 45, "B", "C")
	joined(t, from, into, MergeCase{Same: map[string]string{"v1": "v1"}, Ask: []ParticipantID{idA, idB}})
	if len(into.Vulns) != 1 || !slices.Equal(into.Tells("NKR-1"), []string{"v1"}) {
		t.Errorf("vulnerabilities %+v, the first report tells of %v", into.Vulns, into.Tells("NKR-1"))
	}
	a, _ := into.SeenBy(vendorA)
	if len(a.Vulns) != 1 || a.Vulns[0].Title.EN != "SECRET-TITLE-10000001" || strings.Contains(dump(a), "10000002-") || strings.Contains(dump(a), "PRODUCT-B") {
		t.Errorf("A reads %s", dump(a))
	}
	b, _ := into.SeenBy(vendorB)
	if s := dump(b); strings.Contains(s, "10000001") || strings.Contains(s, "org:A") {
		t.Errorf("B reads %s", s)
	}
	refuse(t, from.Case, officer, hours(11), CloseCase{Why: WhyPublished}, fault.NotNow)
	into.replays(t)
}

func TestNorm11_MergeWhoHadNoEmbargoIsAskedAndReadsNothingMeanwhile(t *testing.T) {
	from := told1(t, "10000001", "NKR-1", 45, "A")
	into := told1(t, "10000002", "NKR-2", 0)
	into.do(t, officer, hours(5), InviteVendor{Org: "B", How: "mail", Agreement: paper})
	joined(t, from, into, MergeCase{})
	if !into.UnderEmbargo() || !into.Embargo.Until.Equal(from.Embargo.Until) {
		t.Fatalf("the joined embargo: %+v", into.Embargo)
	}
	if p := into.Party(idB); p.PEC != PECInvited || into.Opens(p) {
		t.Errorf("B is %s and reads: %v", p.PEC, into.Opens(p))
	}
	if p := into.Party(idA); p.PEC != PECSignatory || !into.Opens(p) {
		t.Errorf("A is %s and reads: %v", p.PEC, into.Opens(p))
	}
	into.replays(t)

	// The other way round: it is asked for the joined case, and reads the merged one as before.
	from = told1(t, "10000003", "NKR-3", 0)
	from.do(t, officer, hours(5), InviteVendor{Org: "B", How: "mail", Agreement: paper})
	into = told1(t, "10000004", "NKR-4", 45, "A")
	joined(t, from, into, MergeCase{})
	if p := into.Party(idB); p.PEC != PECInvited || into.Opens(p) || p.AnswerBy.IsZero() {
		t.Errorf("B is %s and reads: %v", p.PEC, into.Opens(p))
	}
	if v, err := from.SeenBy(vendorB); err != nil || !v.Open {
		t.Errorf("the merged case is open to B: %v, %v", v.Open, err)
	}
	into.replays(t)
	from.replays(t)
}

func TestNorm11_MergeOnlyWhatStandsAlike(t *testing.T) {
	quiet, known := told1(t, "10000001", "NKR-1", 45, "A"), told1(t, "10000002", "NKR-2", 45, "B")
	known.do(t, officer, hours(9), RecordEvent{What: CSAttacks, Note: "seen"})
	refuse(t, known.Case, officer, hours(10), MergeCase{From: quiet.Case}, fault.NotNow)
	refuse(t, quiet.Case, officer, hours(10), MergeCase{From: known.Case}, fault.NotNow)
	over := told1(t, "10000003", "NKR-3", 45, "C")
	over.do(t, officer, hours(9), EndEmbargo{Reason: "agreed"})
	refuse(t, over.Case, officer, hours(10), MergeCase{From: quiet.Case}, fault.NotNow) // no embargo after one that has ended
	do(t, quiet.Case, officer, hours(10), MergeCase{From: over.Case})
	refuse(t, quiet.Case, officer, hours(10), MergeCase{From: quiet.Case}, fault.NotNow)
	refuse(t, quiet.Case, vendorA, hours(10), MergeCase{From: over.Case}, fault.NotAllowed)
}

func TestNorm11_MergedCaseFollowsTheOneItWentInto(t *testing.T) {
	from, into := told1(t, "10000001", "NKR-1", 20, "A"), told1(t, "10000002", "NKR-2", 45, "B")
	joined(t, from, into, MergeCase{})
	if _, ok := into.Follows(from.Case); ok {
		t.Error("both stand alike, and something is to be told")
	}
	into.do(t, officer, hours(30), RecordEvent{What: CSExploit, Note: "seen"})
	v, ok := into.Follows(from.Case)
	if !ok {
		t.Fatal("nothing is to be told")
	}
	refuse(t, from.Case, officer, hours(30), RecordEvent{What: CSExploit, Note: "seen"}, fault.NotNow)
	from.do(t, party.ClockActor(), hours(30), v)
	if from.UnderEmbargo() || from.Public.IsZero() || from.Exploit.IsZero() || from.Embargo.Cause != EndExploit {
		t.Errorf("the merged case: %+v, public %s", from.Embargo, from.Public)
	}
	if _, ok := into.Follows(from.Case); ok {
		t.Error("it is to be told twice")
	}
	from.replays(t)
}

func TestNorm11_MergeOfMerged(t *testing.T) {
	one, two, three := told1(t, "10000001", "NKR-1", 45, "A"), told1(t, "10000002", "NKR-2", 45, "B"), told1(t, "10000003", "NKR-3", 45, "C")
	joined(t, one, two, MergeCase{})
	joined(t, two, three, MergeCase{})
	for by, secret := range map[party.Actor]string{vendorA: "10000001", vendorB: "10000002", vendorC: "10000003"} {
		v, err := three.SeenBy(by)
		if err != nil || !v.Open || v.Title.EN != "SECRET-TITLE-"+secret {
			t.Errorf("%s: open %v, title %q, %v", by.Org, v.Open, v.Title.EN, err)
		}
		for _, other := range []string{"1", "2", "3"} {
			if s := dump(v); !strings.HasSuffix(secret, other) && strings.Contains(s, "-1000000"+other) {
				t.Errorf("%s reads of 1000000%s: %s", by.Org, other, s)
			}
		}
	}
	three.replays(t)
}

// twoVulns is a case of two vulnerabilities with a report each; A is concerned by
// the first, B by the second, C by both.
func twoVulns(t testing.TB) *told {
	c := told1(t, "10000001", "NKR-1", 45, "A", "C")
	c.do(t, officer, hours(3), InviteVendor{Org: "B", How: "mail", Agreement: paper})
	c.do(t, vendorB, hours(4), AnswerInvitation{Who: idB, Yes: true, Terms: 1})
	c.do(t, officer, hours(4), DescribeCase{Title: words.Text{EN: "SECRET-TITLE"}, TLP: "TLP:AMBER+STRICT", Vulns: []Vuln{{ID: "v1", Title: words.Text{EN: "SECRET-ONE"}}, {ID: "v2", Title: words.Text{EN: "SECRET-TWO"}}}})
	c.do(t, officer, hours(4), AddReport{Report: "NKR-2", Vulns: []string{"v2"}})
	c.do(t, officer, hours(4), LinkReport{Report: "NKR-1", Vulns: []string{"v1"}})
	for _, by := range []party.Actor{vendorB, vendorC} {
		c.do(t, by, hours(5), StateStatus{Who: OrgParticipant(by.Org), Vuln: "v2", Product: &product.Product{Name: "SECRET-SECOND-" + string(by.Org)}, Status: product.Affected, Shared: true})
	}
	return c
}

var parting = Division{Vulns: []string{"v2"}, Reports: map[ReportID]Side{"NKR-2": SideChild},
	Parties: map[ParticipantID]Side{idB: SideChild, OrgParticipant("C"): SideBoth}}

func TestNorm11_SplitTheChildInheritsTheEmbargoAndOnlyWhomItConcerns(t *testing.T) {
	parent := twoVulns(t)
	child := &told{}
	child.do(t, officer, hours(10), OpenSplit{ID: "10000009", Title: words.Text{EN: "SECRET-CHILD"}, From: parent.Case, Division: parting})
	if child.Embargo.State != EMActive || !child.Embargo.Until.Equal(parent.Embargo.Until) || child.Embargo.Terms != parent.Embargo.Terms || child.From != parent.ID {
		t.Errorf("the child's embargo: %+v, from %s", child.Embargo, child.From)
	}
	for _, id := range []ParticipantID{idB, OrgParticipant("C"), FinderParticipant("NKR-2"), Centre} {
		if p := child.Party(id); p == nil || p.PEC != PECSignatory || !child.Opens(p) {
			t.Errorf("%s in the child: %+v", id, p)
		}
	}
	for _, stranger := range []party.Actor{vendorA, finder} {
		if _, err := child.SeenBy(stranger); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s%s sees the child: %v", stranger.Org, stranger.Report, err)
		}
	}
	if s := fmt.Sprint(child.Vulns, child.Statuses, child.Products); strings.Contains(s, "SECRET-ONE") || strings.Contains(s, "PRODUCT-A") || child.Vulns[0].ID != "v1" {
		t.Errorf("the child holds %s", s)
	}
	_, out, err := Case{}.Do(OpenSplit{ID: "10000009", Title: words.Text{EN: "x"}, From: parent.Case, Division: parting}, officer, hours(10))
	if err != nil || !slices.ContainsFunc(out.Jobs, func(j journal.Job) bool { return j.Kind == JobEmbargoEnd && j.At.Equal(parent.Embargo.Until) }) {
		t.Errorf("no deadline for the end: %+v, %v", out.Jobs, err)
	}
	child.replays(t)
}

func TestNorm11_SplitWhatMovedAwayIsReadNoMoreInTheParent(t *testing.T) {
	parent := twoVulns(t)
	before, _ := parent.SeenBy(vendorA)
	if !strings.Contains(dump(before), "SECRET-TWO") {
		t.Fatal("A did not read the second vulnerability before")
	}
	parent.do(t, officer, hours(10), SplitCase{Child: "10000009", Division: parting})
	next := parent.Case
	parent.replays(t)
	for _, by := range []party.Actor{vendorA, vendorC, finder, officer} {
		v, err := next.SeenBy(by)
		if err != nil {
			t.Fatal(err)
		}
		if s := dump(v); strings.Contains(s, "SECRET-TWO") || strings.Contains(s, "SECRET-SECOND") || slices.Contains(v.Reports, "NKR-2") {
			t.Errorf("%s%s reads on in the parent: %s", by.Org, by.Report, s)
		}
	}
	v, err := next.SeenBy(vendorB)
	if err != nil || v.Open || v.My.Moved != "10000009" || v.My.PEC != PECSignatory {
		t.Errorf("B in the parent: open %v, %+v, %v", v.Open, v.My, err)
	}
	if v, err := next.SeenBy(party.FinderActor("NKR-2")); err != nil || v.Open {
		t.Errorf("the second finder in the parent: open %v, %v", v.Open, err)
	}
}

func TestNorm11_SplitRefusesWhatPartsAVendorFromItsWord(t *testing.T) {
	parent := twoVulns(t)
	for name, wrong := range map[string]Division{
		"nothing":         {},
		"all":             {Vulns: []string{"v1", "v2"}, Reports: parting.Reports, Parties: parting.Parties},
		"unknown":         {Vulns: []string{"v7"}, Reports: parting.Reports, Parties: parting.Parties},
		"no report":       {Vulns: []string{"v2"}, Parties: parting.Parties},
		"no report stays": {Vulns: []string{"v2"}, Reports: map[ReportID]Side{"NKR-1": SideChild, "NKR-2": SideChild}, Parties: parting.Parties},
		"C parted":        {Vulns: []string{"v2"}, Reports: parting.Reports, Parties: map[ParticipantID]Side{idB: SideChild}},
	} {
		refuse(t, parent.Case, officer, hours(10), SplitCase{Child: "10000009", Division: wrong}, fault.Invalid)
		if _, _, err := (Case{}).Do(OpenSplit{ID: "10000009", Title: words.Text{EN: "x"}, From: parent.Case, Division: wrong}, officer, hours(10)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNorm11_SplitUndoesAMerge(t *testing.T) {
	from, into := told1(t, "10000001", "NKR-1", 45, "A"), told1(t, "10000002", "NKR-2", 45, "B")
	joined(t, from, into, MergeCase{})
	back := Division{Vulns: into.Parts[0].Own, Reports: map[ReportID]Side{"NKR-1": SideChild}, Parties: map[ParticipantID]Side{idA: SideChild}}
	child := &told{}
	child.do(t, officer, hours(12), OpenSplit{ID: "10000003", Title: from.Title, From: into.Case, Division: back})
	into.do(t, officer, hours(12), SplitCase{Child: "10000003", Division: back})
	if v, err := child.SeenBy(vendorA); err != nil || !v.Open || len(v.Vulns) != 1 || len(v.Statuses) != 1 || len(child.Party(idA).Apart) != 0 {
		t.Errorf("A in the child: %+v, %v", v, err)
	}
	if v, err := into.SeenBy(vendorB); err != nil || !v.Open || len(v.Vulns) != 1 || len(into.Parts) != 0 || len(into.Party(idB).Apart) != 0 {
		t.Errorf("B in what is left: %+v, %v", v, err)
	}
	into.replays(t)
	child.replays(t)
	wrong := back
	wrong.Vulns = []string{"v1"}
	wrong.Parties = map[ParticipantID]Side{idA: SideBoth, idB: SideChild}
	wrong.Reports = map[ReportID]Side{"NKR-2": SideChild}
	refuse(t, func() Case {
		f, i := told1(t, "10000001", "NKR-1", 45, "A"), told1(t, "10000002", "NKR-2", 45, "B")
		joined(t, f, i, MergeCase{})
		return i.Case
	}(), officer, hours(12), SplitCase{Child: "10000003", Division: wrong}, fault.Invalid) // A has not agreed to read the first
}

func TestNorm11_SiblingsHearOfChanges(t *testing.T) {
	c := told1(t, "10000001", "NKR-1", 45, "A")
	at := hours(24 * 60)
	proposed := do(t, c.Case, vendorA, hours(9), ProposeEmbargo{Until: at})
	leaked := do(t, c.Case, officer, hours(9), RecordEvent{What: CSExploit, Note: "seen"})
	ended := do(t, c.Case, officer, hours(9), EndEmbargo{Reason: "agreed"})
	out := do(t, c.Case, officer, hours(9), Publish{Advisory: "10000001", Revision: 1})
	for want, after := range map[NewsKind]Case{NewsProposed: proposed, NewsExploit: leaked, NewsEnded: ended, NewsOut: out,
		NewsFixed: do(t, proposed, officer, hours(10), DecideEmbargo{Yes: true}), NewsPlanned: do(t, c.Case, officer, hours(9), PlanPublication{At: at})} {
		if got := Happened(c.Case, after); len(got) != 1 || got[0].What != want || got[0].Of != c.ID {
			t.Errorf("%s: %+v", want, got)
		}
	}
	if got := Happened(c.Case, do(t, c.Case, vendorA, hours(9), SetNumber{Who: idA, Number: "7"})); got != nil {
		t.Errorf("a number is news: %+v", got)
	}
	sibling := told1(t, "10000002", "NKR-2", 45, "B")
	refuse(t, sibling.Case, officer, hours(10), NoteSibling{Of: c.ID, What: NewsExploit}, fault.NotAllowed)
	sibling.do(t, party.ClockActor(), hours(10), NoteSibling{Of: c.ID, What: NewsExploit})
	for _, by := range []party.Actor{vendorB, party.FinderActor("NKR-2")} {
		if v, _ := sibling.SeenBy(by); strings.Contains(dump(v), "10000001") || len(v.News) > 0 {
			t.Errorf("%s%s hears of the sibling", by.Org, by.Report)
		}
	}
	sibling.do(t, officer, hours(11), SettleNews{Note: "another product"})
	if len(sibling.News) != 0 {
		t.Errorf("after settling: %+v", sibling.News)
	}
	refuse(t, sibling.Case, officer, hours(12), SettleNews{}, fault.NotNow)
	sibling.replays(t)
}

func TestDuplicate_FindersJoinVendorsDoNot(t *testing.T) {
	dup, orig := told1(t, "10000001", "NKR-1", 20, "A"), told1(t, "10000002", "NKR-2", 45, "B")
	orig.do(t, officer, hours(10), JoinFinders{From: dup.Case, Vulns: []string{"v1"}})
	dup.do(t, officer, hours(10), CloseInto{Into: orig.ID, Why: WhyDuplicate})
	if orig.Party(idA) != nil {
		t.Error("the duplicate's vendor takes part")
	}
	// It promised twenty days, the other embargo ends later: that is put to it.
	if p := orig.Party(FinderParticipant("NKR-1")); p.PEC != PECInvited || orig.Opens(p) {
		t.Errorf("the duplicate's finder is %s, reads %v", p.PEC, orig.Opens(p))
	}
	v, err := dup.SeenBy(vendorA)
	if err != nil || !v.Open || v.Embargo.State != EMActive || v.Into != "" {
		t.Errorf("the duplicate's vendor reads %+v, %v", v, err)
	}
	// The promise given there ends there at its own time.
	dup.do(t, party.ClockActor(), dup.Embargo.Until, EndEmbargo{})
	orig.replays(t)
	dup.replays(t)

	fresh, orig2 := told1(t, "10000003", "NKR-3", 45), told1(t, "10000004", "NKR-4", 45, "B")
	orig2.do(t, officer, hours(10), JoinFinders{From: fresh.Case, Vulns: []string{"v1"}})
	if p := orig2.Party(FinderParticipant("NKR-3")); p.PEC != PECSignatory {
		t.Errorf("a report under posted terms: %s", p.PEC)
	}
	if v, _ := orig2.SeenBy(party.FinderActor("NKR-3")); strings.Contains(dump(v), "NKR-4") {
		t.Errorf("the finder reads of the other finder: %s", dump(v))
	}
}

func TestLinks_AFinderSeesWhatItsOwnReportBecame(t *testing.T) {
	c := twoVulns(t)
	for report, want := range map[string][2]string{"NKR-1": {"SECRET-PRODUCT-A", "SECRET-SECOND-C"}, "NKR-2": {"SECRET-SECOND-C", "SECRET-PRODUCT-A"}} {
		v, err := c.SeenBy(party.FinderActor(report))
		if s := dump(v); err != nil || !strings.Contains(s, want[0]) || strings.Contains(s, want[1]) {
			t.Errorf("the finder of %s reads %s, %v", report, s, err)
		}
	}
	next := do(t, c.Case, officer, hours(9), LinkReport{Report: "NKR-1", Vulns: []string{"v2", "v1"}})
	if got := next.Tells("NKR-1"); !slices.Equal(got, []string{"v1", "v2"}) {
		t.Errorf("it tells of %v", got)
	}
	refuse(t, c.Case, officer, hours(9), LinkReport{Report: "NKR-1"}, fault.Invalid)
	refuse(t, c.Case, officer, hours(9), LinkReport{Report: "NKR-1", Vulns: []string{"v7"}}, fault.Invalid)
	refuse(t, c.Case, officer, hours(9), LinkReport{Report: "NKR-9", Vulns: []string{"v1"}}, fault.NotFound)
	refuse(t, c.Case, vendorA, hours(9), LinkReport{Report: "NKR-1", Vulns: []string{"v1"}}, fault.NotAllowed)
}

func TestNorm6_ALongerWishIsProposedByWhoseWishItIs(t *testing.T) {
	c := do(t, Case{}, officer, start, OpenCase{ID: "3", Reports: []ReportID{"NKR-1", "NKR-2"}, Title: words.Text{EN: "x"}, Term: 45 * day, Wish: 90 * day, WishBy: "NKR-2"})
	c = do(t, c, officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	if c.Embargo.Open == nil || c.Embargo.Open.By != FinderParticipant("NKR-2") {
		t.Errorf("the wish is proposed by %+v", c.Embargo.Open)
	}
}
