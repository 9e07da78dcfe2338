package cvd

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// ringStages are the situations in which everybody reads.
func ringStages(t testing.TB) map[string]Case {
	deed := do(t, accepted(t), operatorP, at(24), StateDeed{Who: idP, What: DeedOther, Note: "SECRET-DEED"})
	return map[string]Case{
		"none": remedied(t), "proposed": proposed(t), "opened": opened(t), "accepted": accepted(t), "answered": deed,
		"refused":   do(t, deed, operatorQ, at(25), RefuseDuties{Who: idQ, Reason: "SECRET-REFUSAL"}),
		"recalled":  do(t, deed, officer, at(25), RecallRing{Reason: "SECRET-RECALL"}),
		"published": do(t, deed, officer, at(25), RecordEvent{What: CSPublic, Note: "x"}),
	}
}

func TestSeenBy_RingEveryRoleStageAndField(t *testing.T) {
	observer := party.Actor{Role: party.Observer, Org: "W", Person: "w1"}
	may := map[string][]string{
		"P": {"ID", "Me", "Role", "TLP", "Verbs", "My", "Early", "Public"}, "Q": {"ID", "Me", "Role", "TLP", "Verbs", "My", "Early"},
	}
	for stage, c := range ringStages(t) {
		for name, by := range map[string]party.Actor{"P": operatorP, "P2": operatorP2, "Q": operatorQ, "A": vendorA, "B": vendorB, "finder": finder, "observer": observer} {
			v, err := c.SeenBy(by)
			if c.Party(OrgParticipant(by.Org)) == nil && by.Role == party.Operator {
				if fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s, %s: %v", stage, name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s, %s: %v", stage, name, err)
				continue
			}
			if v.Ring != nil {
				t.Errorf("%s, %s: sees the officers' ring", stage, name)
			}
			operatorSees(t, stage, name, by, v, may[strings.TrimSuffix(name, "2")])
			others := map[string][]string{"P": {"org:Q"}, "P2": {"org:Q"}, "Q": {"org:P"}}[name]
			if by.Role != party.Operator {
				others = []string{"org:P", "org:Q"}
			}
			for _, x := range append(others, "SECRET-WHY", "SECRET-IMPACT") {
				if strings.Contains(dump(v), x) {
					t.Errorf("%s, %s: reads %s", stage, name, x)
				}
			}
			if tells := v.Early != nil && !v.Early.Opened.IsZero(); tells != (c.Ring != nil && !c.Ring.Opened.IsZero() && (name == "A" || name == "finder")) {
				t.Errorf("%s, %s: is told that it happened: %v", stage, name, tells)
			}
		}
	}
}

// operatorSees holds an operator to its own fields and words.
func operatorSees(t *testing.T, stage, name string, by party.Actor, v View, may []string) {
	t.Helper()
	if by.Role != party.Operator {
		return
	}
	rv := reflect.ValueOf(v)
	for i := range rv.NumField() {
		if f := rv.Type().Field(i).Name; !rv.Field(i).IsZero() && !slices.Contains(may, f) {
			t.Errorf("%s, %s: sees %s = %v", stage, name, f, rv.Field(i))
		}
	}
	for _, own := range []struct{ word, who string }{{"SECRET-DEED", "P"}, {"SECRET-RECALL", "P Q"}} {
		if strings.Contains(dump(v), own.word) && !strings.Contains(own.who, strings.TrimSuffix(name, "2")) {
			t.Errorf("%s, %s: reads %s", stage, name, own.word)
		}
	}
	s := strings.NewReplacer("SECRET-DEED", "", "SECRET-RECALL", "", "SECRET-REFUSAL", "").Replace(dump(v))
	if strings.Contains(s, "SECRET") {
		t.Errorf("%s, %s: a secret shows: %s", stage, name, s)
	}
}

func TestProvisionFor_EveryRoleStageAndField(t *testing.T) {
	reads := map[string]bool{"accepted": true, "answered": true, "refused": true}
	for stage, c := range ringStages(t) {
		for _, by := range []party.Actor{vendorA, vendorB, finder, {Role: party.Observer, Org: "W", Person: "w1"}, party.ClockActor(), party.Anyone(), {Role: party.Operator, Org: "P"}, operatorP2, operatorQ} {
			if p, err := c.ProvisionFor(by); err == nil {
				t.Errorf("%s: %+v reads %+v", stage, by, p)
			}
		}
		p, err := c.ProvisionFor(operatorP)
		if (err == nil) != reads[stage] {
			t.Errorf("%s: P reads: %v", stage, err)
		}
		if err != nil {
			continue
		}
		if p.Advice.EN != "Shut the port." || p.TLP != tlp.AmberStrict || len(p.Products) != 1 || p.Products[0].Name != "SECRET-PRODUCT-A" ||
			len(p.Remedies) != 1 || p.Planned.IsZero() || p.Mark() == "" {
			t.Errorf("%s: P reads %+v", stage, p)
		}
		raw, _ := json.Marshal(p)
		for _, hidden := range []string{"SECRET-TITLE", "SECRET-BRIEF", "SECRET-VULN", "CVE-2026-SECRET", "SECRET-NOTE-A", "SECRET-UNSHARED-A", "SECRET-STATEMENT-A", "SECRET-NUMBER-A", "SECRET-WHY", "SECRET-IMPACT", "NKR-1", "\"Q\"", "SECRET-PRIORITY"} {
			if strings.Contains(string(raw), hidden) {
				t.Errorf("%s: P reads %s in %s", stage, hidden, raw)
			}
		}
	}
}

func TestProvision_OnlyOfConsentingVendors(t *testing.T) {
	c := accepted(t)
	c = do(t, c, vendorB, at(40), AnswerInvitation{Who: idB, Yes: true, Terms: 1})
	c = do(t, c, vendorB, at(41), StateStatus{Who: idB, Vuln: "v1", Product: &product.Product{Name: "SECRET-B"}, Status: product.Affected})
	c = do(t, c, vendorB, at(41), OfferRemedy{Who: idB, Remedy: product.Remedy{Kind: product.Fix, Text: words.Text{EN: "SECRET-FIX-B"}, Products: []string{c.Products[len(c.Products)-1].ID}}})
	before, _ := accepted(t).ProvisionFor(operatorP)
	p, err := c.ProvisionFor(operatorP)
	if err != nil || p.Mark() != before.Mark() {
		t.Errorf("what B said after the opening goes to operators: %v, %+v", err, p)
	}
}
