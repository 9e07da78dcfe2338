package cvd

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/priority"
	"nakodo/internal/product"
	"nakodo/internal/severity"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// full is a case in which every field holds something, with two vendors (A signed
// and showing itself, B as given), a finder and an observer.
func full(t testing.TB, b func(Case) Case) Case {
	c := open(t)
	h := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	c = do(t, c, officer, h(1), InviteVendor{Org: "A", How: "mail", Agreement: paper})
	c = do(t, c, officer, h(2), InviteVendor{Org: "B", How: "mail", Unsigned: "known for years"})
	c = do(t, c, second, h(2), DecideOverride{Who: []ParticipantID{idB}, Yes: true})
	c = do(t, c, officer, h(2), InviteVendor{Org: "W", How: "mail", Agreement: paper, Role: party.Observer})
	c = do(t, c, vendorA, h(3), AnswerInvitation{Who: idA, Yes: true, Terms: 1})
	c = do(t, c, officer, h(4), DescribeCase{Title: words.Text{EN: "SECRET-TITLE", JA: "SECRET-題"}, Brief: words.Text{EN: "SECRET-BRIEF"}, TLP: tlp.AmberStrict,
		Vulns: []Vuln{{ID: "v1", CVE: "CVE-2026-SECRET", Title: words.Text{EN: "SECRET-VULN"}, CWEs: []string{"CWE-321"}, Scores: []severity.Score{{Version: "3.1"}}}}})
	c = do(t, c, vendorA, h(5), StateStatus{Who: idA, Vuln: "v1", Product: &product.Product{Name: "SECRET-PRODUCT-A"}, Status: product.Affected, Note: "SECRET-NOTE-A", Shared: true})
	c = do(t, c, vendorA, h(5), StateStatus{Who: idA, Vuln: "v1", Product: &product.Product{Name: "SECRET-UNSHARED-A"}, Status: product.Unknown})
	c = do(t, c, vendorA, h(5), MakeStatement{Who: idA, Text: words.Text{EN: "SECRET-STATEMENT-A"}})
	c = do(t, c, vendorA, h(5), OfferRemedy{Who: idA, Remedy: product.Remedy{Kind: product.Fix, Text: words.Text{EN: "SECRET-REMEDY-A"}, Products: []string{productOf(c)}}})
	c = do(t, c, vendorA, h(5), SetNumber{Who: idA, Number: "SECRET-NUMBER-A"})
	c = do(t, c, vendorA, h(5), ShowParty{Who: idA, Shown: true})
	c = do(t, c, officer, h(6), PlanPublication{At: h(400)})
	c = do(t, c, officer, h(6), PrioritiseCase{Matrix: priority.Sheet{Version: "2019", Answers: priority.Answers{"score": "high"}}, Note: "SECRET-PRIORITY"})
	c = do(t, c, officer, h(6), ApplyRules{Frames: []string{"cra-2024-2847", "nis2-2022-2555"}, Reason: "sold in the EU"})
	c = do(t, c, officer, h(6), PauseClock{Clock: ClockGuide, Reason: PauseOverseas, Note: "SECRET-PAUSE"})
	c = do(t, c, officer, h(6), RecordGuideline{Who: idF, Text: "SECRET-GUIDELINE"})
	c = do(t, c, officer, h(6), DelayPassing{ID: "d1", From: "SECRET-CSIRT", Reason: DelayDisclosure, Note: "SECRET-DELAY", Review: h(100)})
	c = do(t, c, officer, h(6), NoteDuty{Duty: DutyStates, State: DutyDone, Note: "SECRET-DUTY"})
	c = do(t, c, vendorA, h(6), ReportResult{Who: idA, Found: FoundSmallEffect, Text: "SECRET-RESULT-A"})
	c = do(t, c, vendorA, h(6), TellUsers{Who: idA, Users: 10, Reached: 5, How: []string{"mail"}, Done: h(200), Integrators: IntegratorsNone, Statement: "SECRET-TOLD-A"})
	c = do(t, c, vendorA, h(6), StateExploited{Who: idA, Aware: h(5), Note: "SECRET-AWARE-A"})
	if b != nil {
		c = b(c)
	}
	return c
}

// stages are the situations in which B reads.
func stages(t testing.TB) map[string]Case {
	h := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	yes := func(c Case) Case { return do(t, c, vendorB, h(7), AnswerInvitation{Who: idB, Yes: true, Terms: 1}) }
	return map[string]Case{
		"invited":   full(t, nil),
		"signatory": full(t, yes),
		"declined":  full(t, func(c Case) Case { return do(t, c, vendorB, h(7), AnswerInvitation{Who: idB, Terms: 1}) }),
		"silent":    full(t, func(c Case) Case { return do(t, c, party.ClockActor(), h(24*8), LapseConsent{Who: idB}) }),
		"left":      full(t, func(c Case) Case { return do(t, yes(c), vendorB, h(8), LeaveCase{Who: idB}) }),
		"lapsed": full(t, func(c Case) Case {
			c = do(t, yes(c), vendorA, h(8), ProposeEmbargo{Until: h(24 * 80)})
			return do(t, c, officer, h(9), DecideEmbargo{Yes: true})
		}),
		"revise": full(t, func(c Case) Case {
			return do(t, yes(c), vendorA, h(8), ProposeEmbargo{Until: h(24 * 80), Reason: "SECRET-REASON"})
		}),
		"leaked": full(t, func(c Case) Case {
			return do(t, c, officer, h(8), RecordEvent{What: CSExploit, Note: "SECRET-WHERE"})
		}),
		"leaked, delivered": full(t, func(c Case) Case {
			c = do(t, c, officer, h(8), RecordEvent{What: CSExploit, Note: "SECRET-WHERE"})
			return do(t, c, officer, h(9), Deliver{Who: idB})
		}),
	}
}

// terms are the fields that anybody in the case may see; content those that need
// the case to be open to the reader. What is on neither list is withheld.
var (
	terms   = []string{"ID", "Me", "Role", "TLP", "Open", "Verbs", "Embargo", "My", "Public", "Closed"}
	content = map[party.Role][]string{
		party.Vendor:   {"Planned", "Title", "Brief", "Vulns", "Reports", "Exploit", "Attacks", "Parties", "Products", "Statuses", "Statements", "Remedies"},
		party.Observer: {"Planned", "Title", "Brief", "Vulns", "Reports", "Exploit", "Attacks", "Parties", "Products", "Statuses"},
		party.Finder:   {"Planned", "Reports", "FirstAttempt", "Parties", "Products", "Statuses"},
	}
	opens = map[string]bool{"signatory": true, "revise": true, "leaked, delivered": true}
)

func TestSeenBy_EveryRoleStageAndField(t *testing.T) {
	observer := party.Actor{Role: party.Observer, Org: "W", Person: "w1"}
	for stage, c := range stages(t) {
		for name, reader := range map[string]party.Actor{"vendor B": vendorB, "finder": finder, "observer": observer} {
			v, err := c.SeenBy(reader)
			if err != nil {
				t.Errorf("%s, %s: %v", stage, name, err)
				continue
			}
			may := slices.Clone(terms)
			switch reader.Role {
			case party.Vendor: // every contacted vendor hears of the date (Guideline IV.4.4), but one that left (norm 13)
				if stage != "left" {
					may = append(may, "Planned")
				}
			case party.Finder:
				may = append(may, "Guidelines") // its own
			}
			isOpen := name == "vendor B" && opens[stage] || name == "finder" && stage != "lapsed"
			if isOpen {
				may = append(may, content[reader.Role]...)
			}
			if v.Open != isOpen {
				t.Errorf("%s, %s: open is %v", stage, name, v.Open)
			}
			rv := reflect.ValueOf(v)
			for i := range rv.NumField() {
				if f := rv.Type().Field(i).Name; !rv.Field(i).IsZero() && !slices.Contains(may, f) {
					t.Errorf("%s, %s: sees %s = %v", stage, name, f, rv.Field(i))
				}
			}
		}
	}
}

func TestSeenBy_NoSecretReachesWhoIsNotOpen(t *testing.T) {
	for stage, c := range stages(t) {
		if opens[stage] {
			continue
		}
		v, err := c.SeenBy(vendorB)
		if err != nil {
			t.Fatal(err)
		}
		if s := dump(v); strings.Contains(s, "SECRET") || strings.Contains(s, "org:A") {
			t.Errorf("%s: a secret shows: %s", stage, s)
		}
		if v.Embargo.State == EMRevise {
			t.Errorf("%s: sees that terms are being renegotiated", stage)
		}
	}
}

func TestSeenBy_OtherVendorsOnlyAsShared(t *testing.T) {
	v, err := stages(t)["signatory"].SeenBy(vendorB)
	if err != nil {
		t.Fatal(err)
	}
	s := dump(v)
	for _, hidden := range []string{"SECRET-NOTE-A", "SECRET-UNSHARED-A", "SECRET-STATEMENT-A", "SECRET-REMEDY-A", "SECRET-NUMBER-A", "org:W", "known for years", "SECRET-RESULT-A", "SECRET-TOLD-A", "SECRET-AWARE-A", "SECRET-GUIDELINE"} {
		if strings.Contains(s, hidden) {
			t.Errorf("vendor B reads %s", hidden)
		}
	}
	for _, shown := range []string{"SECRET-TITLE", "SECRET-PRODUCT-A", "org:A"} {
		if !strings.Contains(s, shown) {
			t.Errorf("vendor B does not read %s", shown)
		}
	}
	f, err := stages(t)["signatory"].SeenBy(finder)
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{"SECRET-TITLE", "SECRET-BRIEF", "SECRET-VULN", "org:B", "SECRET-NOTE-A", "SECRET-RESULT-A", "SECRET-TOLD-A", "SECRET-PAUSE", "SECRET-DELAY"} {
		if strings.Contains(dump(f), hidden) {
			t.Errorf("the finder reads %s", hidden)
		}
	}
}

func TestSeenBy_StrangersLearnNothing(t *testing.T) {
	c := full(t, nil)
	want := ""
	for _, stranger := range []party.Actor{
		party.Anyone(), party.VendorActor("C", "c1"), party.FinderActor("NKR-2"), party.OperatorActor("A", "x"),
		party.OperatorActor("P", "p1"), {Role: party.Observer, Org: "A"}, {Role: party.Vendor}, {},
	} {
		_, err := c.SeenBy(stranger)
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("%+v: %v", stranger, err)
			continue
		}
		if want == "" {
			_, absent := Case{}.SeenBy(stranger)
			want = absent.Error()
		}
		if err.Error() != want {
			t.Errorf("%+v can tell this case from none: %q, %q", stranger, err, want)
		}
	}
}

func TestSeenBy_OnlyAdmittedMembers(t *testing.T) {
	c := full(t, nil)
	c = do(t, c, vendorA, start.Add(10*time.Hour), AdmitMembers{Who: idA, Members: []party.PersonID{"a1"}})
	if _, err := c.SeenBy(party.VendorActor("A", "a2")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a colleague who was not admitted: %v", err)
	}
	if v, err := c.SeenBy(vendorA); err != nil || !v.Open {
		t.Errorf("the admitted member: %v", err)
	}
}

func TestGuideline_IV_3_1_6_NothingThatCouldIdentifyTheFinder(t *testing.T) {
	r := Report{ID: "NKR-1", Submission: Submission{Title: "key", Procedure: "open it", OwnID: "mine-7", ReportedTo: "another centre", Personal: "none"}}
	v, _ := stages(t)["signatory"].SeenBy(vendorB)
	got := r.SharedWith(v)
	if got.OwnID != "" || got.ReportedTo != "" || got.Personal != "" {
		t.Errorf("without consent the vendor reads %+v", got)
	}
	if got.Procedure == "" {
		t.Error("the vendor does not read the procedure, which it needs")
	}
	closed, _ := stages(t)["invited"].SeenBy(vendorB)
	if got := r.SharedWith(closed); !reflect.DeepEqual(got, Submission{}) {
		t.Errorf("before signing the vendor reads %+v", got)
	}
	r.Consents.ShareIdentity = true
	if got := r.SharedWith(v); got.OwnID != "mine-7" {
		t.Error("with consent the vendor does not read the finder's id")
	}
}

// dump spells every value of a view.
func dump(v View) string {
	var b strings.Builder
	var walk func(reflect.Value)
	walk = func(x reflect.Value) {
		switch x.Kind() {
		case reflect.String:
			b.WriteString(x.String() + " ")
		case reflect.Slice:
			for i := range x.Len() {
				walk(x.Index(i))
			}
		case reflect.Struct:
			for i := range x.NumField() {
				if x.Type().Field(i).IsExported() {
					walk(x.Field(i))
				}
			}
		case reflect.Pointer:
			if !x.IsNil() {
				walk(x.Elem())
			}
		case reflect.Map:
			for _, k := range x.MapKeys() {
				walk(k)
			}
		}
	}
	walk(reflect.ValueOf(v))
	return b.String()
}

// alone is the case in which B is of the individual tier.
func alone(t testing.TB, c Case) Case {
	t.Helper()
	return do(t, c, officer, start.Add(400*24*time.Hour), NoteRegistration{Who: idB, Agreement: c.Party(idB).Agreement, Alone: true})
}

// TestSeenBy_TheIndividualTierLearnsOfNoOtherVendor: every field, in every stage,
// and nobody of the others learns of it.
func TestSeenBy_TheIndividualTierLearnsOfNoOtherVendor(t *testing.T) {
	for stage, c := range stages(t) {
		c = do(t, c, officer, start.Add(300*24*time.Hour), ShowParty{Who: idF, Shown: true})
		if c.Opens(c.Party(idB)) {
			c = do(t, c, vendorB, start.Add(300*24*time.Hour), StateStatus{Who: idB, Vuln: "v1", Product: &product.Product{Name: "OWN-PRODUCT"}, Status: product.Affected, Shared: true})
			c = do(t, c, vendorB, start.Add(300*24*time.Hour), ShowParty{Who: idB, Shown: true})
		}
		c = alone(t, c)
		v, err := c.SeenBy(vendorB)
		if err != nil {
			t.Fatal(err)
		}
		may := slices.Clone(terms)
		if stage != "left" {
			may = append(may, "Planned") // every contacted vendor (Guideline IV.4.4)
		}
		if opens[stage] {
			may = append(may, "Title", "Brief", "Vulns", "Reports", "Exploit", "Attacks", "Products", "Statuses")
			if !v.Open || !strings.Contains(dump(v), "OWN-PRODUCT") {
				t.Errorf("%s: it does not read about its own product: %+v", stage, v)
			}
		}
		rv := reflect.ValueOf(v)
		for i := range rv.NumField() {
			if f := rv.Type().Field(i).Name; !rv.Field(i).IsZero() && !slices.Contains(may, f) {
				t.Errorf("%s: it sees %s = %v", stage, f, rv.Field(i))
			}
		}
		for _, secret := range []string{"org:A", "org:W", "SECRET-PRODUCT-A", "SECRET-UNSHARED-A", "SECRET-NOTE-A", "SECRET-STATEMENT-A", "SECRET-REMEDY-A", "SECRET-REASON", "SECRET-NUMBER-A", "finder:"} {
			if strings.Contains(dump(v), secret) {
				t.Errorf("%s: it reads %s", stage, secret)
			}
		}
		if slices.Contains(v.Verbs, "show_party") {
			t.Errorf("%s: it is offered to show itself", stage)
		}
		for _, other := range []party.Actor{vendorA, finder, {Role: party.Observer, Org: "W", Person: "w1"}} {
			if o, err := c.SeenBy(other); err != nil || strings.Contains(dump(o), "org:B") || strings.Contains(dump(o), "OWN-PRODUCT") {
				t.Errorf("%s: %s learns of it, %v", stage, other.Role, err)
			}
		}
	}
}

// TestSeenBy_WhichProductIsContent: the terms are shown without it.
func TestSeenBy_WhichProductIsContent(t *testing.T) {
	c := do(t, open(t), officer, hours(1), InviteVendor{Org: "A", How: "mail", Agreement: paper, Alone: true, Own: []string{"SECRET-OWN"}})
	if v, err := c.SeenBy(vendorA); err != nil || strings.Contains(dump(v), "SECRET-OWN") {
		t.Errorf("before the terms are signed it reads %v, %v", v.My.Own, err)
	}
	c = do(t, c, vendorA, hours(2), AnswerInvitation{Who: idA, Yes: true, Terms: 1})
	if v, err := c.SeenBy(vendorA); err != nil || !slices.Equal(v.My.Own, []string{"SECRET-OWN"}) {
		t.Errorf("signed it reads %v, %v", v.My.Own, err)
	}
	refuse(t, c, vendorA, hours(3), ShowParty{Who: idA, Shown: true}, fault.NotNow)
	refuse(t, c, officer, hours(3), ShowParty{Who: idA, Shown: true}, fault.NotNow)
	for _, v := range []InviteVendor{{Org: "B", How: "mail", Agreement: paper, Alone: true}, {Org: "B", How: "mail", Agreement: paper, Alone: true, Own: []string{"x"}, Role: party.Observer}} {
		refuse(t, c, officer, hours(3), v, fault.Invalid)
	}
	r := Report{ID: "NKR-1", Submission: Submission{Title: "key", Vendor: "Other Corp", ReportedTo: "another centre"}, Consents: Consents{ShareIdentity: true}}
	v, _ := c.SeenBy(vendorA)
	if got := r.SharedWith(v); got.Vendor != "" || got.ReportedTo != "" || got.Title != "key" {
		t.Errorf("of the report it reads %+v", got)
	}
}
