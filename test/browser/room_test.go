package browser_test

import (
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/tlp"
	"nakodo/internal/web/webtest"
	"nakodo/internal/words"
	"nakodo/test/browser"
)

// TestRoom is a vendor's part: the letter's link, the terms, the content, words
// on a product, a remedy, a message; every page in both languages.
func TestRoom(t *testing.T) {
	c := webtest.Start(t)
	id, ann := embargoed(t, c)
	w := browser.Start(t).Window(t, "vendor")
	w.Open(c.LinkIn("psirt@hanamaru.test"))
	w.Go("Sign in here")
	lookInBoth(w, "room-terms", "日本語", "English")
	w.Go("We agree, open the content")
	w.See("Fixed key in the engineering port")
	w.Go("We hold it for real")
	w.Go("We work on it")
	w.Tick("Affected")
	w.Fill("Name of the product", "HX-200")
	w.Fill("Before version", "4.2")
	w.Go("State it")
	w.See("before 4.2")
	must(t, c.Act(t.Context(), ann, id, 0, cvd.ProposeEmbargo{Until: c.Clock.Now().AddDate(0, 3, 0), Reason: "to be tested"}))
	w.Open(c.URL + "/room/" + string(id))
	lookInBoth(w, "room", "日本語", "English")
	w.Open(c.URL + "/room")
	lookInBoth(w, "room-list", "日本語", "English")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// embargoed is a case with two vendors, the first just invited.
func embargoed(t *testing.T, c *webtest.Centre) (cvd.CaseID, party.Actor) {
	t.Helper()
	ctx := t.Context()
	ann, _ := c.Officer("Ann Aoki", "ann@example.test")
	hana := c.Vendor(ann, "Hanamaru Controls", "hanamaru.test")
	kita := c.Vendor(ann, "Kitahama Instruments", "kitahama.test")
	got, err := c.ReceiveReport(ctx, desk.Incoming{Door: "web", Identity: cvd.Identity{Anonymous: true}, Submission: cvd.Submission{
		Kind: cvd.AboutProduct, Lang: "en", Vendor: "Hanamaru Controls", Product: "HX-200", Version: "4.1", Title: "Fixed key", Environment: "HX-200, laboratory network",
		Procedure: "Connect to the port and read the key.", Result: "The key is the same in every device.", Impact: "The program can be changed.", Coordinator: cvd.CentreLeads,
	}})
	must(t, err)
	must(t, c.JudgeReport(ctx, ann, got.ID, cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}))
	title := words.Text{EN: "Fixed key in the engineering port of three PLC families", JA: "PLC 3製品群のエンジニアリングポートにおける固定鍵の使用"}
	id, err := c.OpenCase(ctx, ann, desk.Opening{Reports: []cvd.ReportID{got.ID}, Title: title})
	must(t, err)
	must(t, c.Act(ctx, ann, id, 0, cvd.DescribeCase{Title: title, Brief: words.Text{EN: "Please check whether your products carry the same key.", JA: "自社製品に同じ鍵が含まれるか確認してください。"}, TLP: tlp.AmberStrict,
		Vulns: []cvd.Vuln{{ID: "v1", CVE: "CVE-2026-31001", Title: words.Text{EN: "Use of a fixed cryptographic key", JA: "固定の暗号鍵の使用"}, CWEs: []string{"CWE-321"}}}}))
	must(t, c.InviteVendor(ctx, ann, id, desk.Invitation{Org: hana.Org, How: "mail"}))
	must(t, c.InviteVendor(ctx, ann, id, desk.Invitation{Org: kita.Org, How: "mail"}))
	me := cvd.OrgParticipant(kita.Org)
	must(t, c.Act(ctx, kita, id, 0, cvd.AnswerInvitation{Who: me, Yes: true, Terms: 1}))
	must(t, c.Act(ctx, kita, id, 0, cvd.ShowParty{Who: me, Shown: true}))
	must(t, c.Act(ctx, kita, id, 0, cvd.StateStatus{Who: me, Vuln: "v1", Status: "notvulnerable", Justification: "component_not_present", Shared: true}))
	return id, ann
}
