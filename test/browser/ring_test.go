package browser_test

import (
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/web/webtest"
	"nakodo/internal/words"
	"nakodo/test/browser"
)

// operatorOf puts an operator of critical infrastructure into the registry.
func operatorOf(t *testing.T, c *webtest.Centre, ann party.Actor, en, domain, sector string, signed bool) party.Actor {
	t.Helper()
	ctx := t.Context()
	org, err := c.SaveOrganisation(ctx, ann, party.Organisation{
		Kinds: []party.OrgKind{party.KindOperator}, Names: []party.Name{{Text: en, Kind: party.Official}}, Tier: party.General, Sectors: []string{sector},
	})
	must(t, err)
	person, err := c.SaveContact(ctx, ann, party.Contact{Org: org, Name: "Mori Haruka", Mail: "soc@" + domain, Lang: "en", Duty: party.OnDuty})
	must(t, err)
	if signed {
		must(t, c.SaveAgreement(ctx, ann, party.Agreement{Org: org, Scope: party.ScopeProvision, Edition: "2026-1", Signed: c.Clock.Now()}))
	}
	return party.OperatorActor(org, person)
}

// TestEarlyProvision looks at the pages of early provision: the officers', the
// vendor's question, the operator's duties, content and recall.
func TestEarlyProvision(t *testing.T) {
	c := webtest.Start(t)
	s := c.Stage()
	ctx := t.Context()
	minato := operatorOf(t, c, s.Officer, "Minato Water Works", "minato.test", "jp/water", true)
	kita := operatorOf(t, c, s.Officer, "Kita Railway", "kita.test", "jp/railway", true)
	operatorOf(t, c, s.Officer, "Higashi Power", "higashi.test", "jp/electricity", false)
	b := browser.Start(t)
	w := b.Window(t, "officer")
	enter(w, c, s.Secret)
	page := c.URL + "/desk/cases/" + string(s.Case) + "/ring"
	w.Open(page)
	lookInBoth(w, "ring-new", "日本語", "English")

	me := cvd.OrgParticipant(s.Acme.Org)
	must(t, c.Act(ctx, s.Acme, s.Case, 0, cvd.StateStatus{Who: me, Vuln: "v1", Product: &product.Product{Name: "Gateway NINE", Range: product.Range{To: "4.2"}}, Status: product.Affected}))
	view, err := c.Case(ctx, s.Acme, s.Case)
	must(t, err)
	last := view.View.Products[len(view.View.Products)-1].ID
	must(t, c.Act(ctx, s.Acme, s.Case, 0, cvd.OfferRemedy{Who: me, Remedy: product.Remedy{Kind: product.Workaround, Text: words.Text{EN: "Switch the web pages of the device off.", JA: "機器のWeb画面を無効にしてください。"}, Products: []string{last}}}))
	must(t, c.Act(ctx, s.Officer, s.Case, 0, cvd.ProposeRing{RingText: cvd.RingText{
		Reason: "Used at the pumps of most large water works.", Impact: "An attacker could stop the supply of several cities.", Sectors: []string{"jp/water"},
		Advice: words.Text{EN: "Allow connections to port 502 from the control network only.", JA: "502番ポートへの接続を制御ネットワークからのみに制限してください。"},
	}}))
	w.Open(page)
	lookInBoth(w, "ring-proposed", "日本語", "English")

	v := b.Window(t, "vendor")
	enterAs(t, v, c, s.Acme, s.Case)
	lookInBoth(v, "ring-consent", "日本語", "English")
	v.Go("We consent")
	v.See("You have consented")
	open, err := c.Ring(ctx, s.Officer, s.Case)
	must(t, err)
	for _, x := range open.Vendors { // the others answer by letter
		if x.Consent == nil {
			must(t, c.Act(ctx, s.Officer, s.Case, 0, cvd.ConsentRing{Who: cvd.OrgParticipant(x.Org), Yes: true, Round: 1, How: "letter of 12 April"}))
		}
	}
	w.Open(page)
	w.See("Nothing is lacking")
	lookInBoth(w, "ring-preview", "日本語", "English")
	w.Tick("I have looked at who receives it")
	w.Go("Open, and ask those ticked")
	w.See("Nobody has read it yet.")
	must(t, c.AskOperator(ctx, s.Officer, s.Case, kita.Org))

	o := b.Window(t, "operator")
	enterAs(t, o, c, minato, s.Case)
	lookInBoth(o, "ring-duties", "日本語", "English")
	o.Tick("I have read the duties")
	o.Go("Accept, and read")
	o.See("For Minato Water Works, Mori Haruka")
	lookInBoth(o, "ring-content", "日本語", "English")
	o.Tick("Applied the remedy")
	o.Go("Send the answer")
	o.Open(c.URL + "/room")
	lookInBoth(o, "ring-list", "日本語", "English")
	must(t, c.Act(ctx, kita, s.Case, 0, cvd.RefuseDuties{Who: cvd.OrgParticipant(kita.Org), Reason: "Our contract with the state forbids it."}))
	w.Open(page)
	w.Click("Reads:")
	lookInBoth(w, "ring-open", "日本語", "English")
	must(t, c.Act(ctx, s.Officer, s.Case, 0, cvd.RecallRing{Reason: "The workaround stops the pumps."}))
	o.Open(c.URL + "/room/" + string(s.Case))
	lookInBoth(o, "ring-recalled", "日本語", "English")
	w.Open(page)
	lookInBoth(w, "ring-recalled-desk", "日本語", "English")
	w.Open(c.URL + "/desk/cases/" + string(s.Case))
	w.See("early provision recalled")
}

// enterAs signs somebody in by a link and opens a case.
func enterAs(t *testing.T, w *browser.Window, c *webtest.Centre, who party.Actor, id cvd.CaseID) {
	t.Helper()
	link, err := c.DemoLink(t.Context(), who, "/room/"+string(id))
	must(t, err)
	w.Open(c.URL + link)
	w.Go("Sign in here")
}
