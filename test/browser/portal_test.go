package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/format/collected"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/web/webtest"
	"nakodo/internal/words"
	"nakodo/test/browser"
)

// TestPortalAndFinder is the public's side of a journey: a visitor finds an
// empty portal and reports without a name, makes a mistake in the form, keeps
// the link, talks with an officer, sees the case go its way and the advisory
// come out. Every page is looked at in both languages.
func TestPortalAndFinder(t *testing.T) {
	c := webtest.Start(t)
	w := browser.Start(t).Window(t, "finder")
	w.Open(c.URL + "/")
	w.See("Nothing has been published yet")
	lookInBoth(w, "portal-empty", "日本語", "English")
	w.Open(c.URL + "/en/advisories")
	lookInBoth(w, "portal-list-empty", "日本語", "English")
	w.Go("How we work")
	lookInBoth(w, "portal-policy", "日本語", "English")
	w.Go("Report a vulnerability")
	lookInBoth(w, "report-kinds", "日本語", "English")
	w.Go("Report a vulnerability in a web site")
	lookInBoth(w, "report-website", "日本語", "English")
	w.Open(c.URL + "/en/report/own")
	lookInBoth(w, "report-own", "日本語", "English")
	w.Open(c.URL + "/en/nothing")
	w.Expect(404)
	w.Look("portal-missing")

	link := sendReport(t, c, w)
	id := strings.Split(link, "/")[4]
	ann, bob := officers(t, c)
	must(t, c.AcknowledgeReport(t.Context(), ann, cvd.ReportID(id)))
	askFinder(t, c, ann, cvd.ReportID(id))
	w.Open(link)
	w.See("Which firmware was it?")
	w.Fill("Your message", "It was 4.1.")
	w.Go("Send")
	w.See("Your message is with us.")
	w.Click("Change my answers")
	w.Tick("Yes, as:")
	w.Fill("Name to be published", "Night Owl")
	w.Go("Save my answers")
	w.See("Yes: Night Owl")

	caseID := coordinate(t, c, ann, cvd.ReportID(id))
	w.Open(link)
	w.See("Details given to a vendor")
	lookInBoth(w, "finder-coordinated", "日本語", "English")
	bring(t, c, ann, bob, caseID)
	w.Open(link)
	lookInBoth(w, "finder-published", "日本語", "English")
	w.Go("Read the advisory")
	w.See("Night Owl")
	lookInBoth(w, "portal-advisory", "日本語", "English")
	w.Open(c.URL + "/en/")
	lookInBoth(w, "portal-home", "日本語", "English")
	w.Fill("Search", "ＰＬＣ")
	w.Go("Search")
	w.See("1 advisory")
	lookInBoth(w, "portal-found", "日本語", "English")
	collect(t, c, ann)
	w.Open(c.URL + "/en/advisories")
	lookInBoth(w, "portal-list", "日本語", "English")
	w.Go("Acme Controls Pump 7 & Valve")
	lookInBoth(w, "portal-collected", "日本語", "English")
	w.Open(c.URL + "/en/advisories?q=nonesuch")
	lookInBoth(w, "portal-nothing-found", "日本語", "English")
	w.Open(strings.TrimSuffix(link, link[len(link)-3:]))
	w.Expect(404)
}

// sendReport fills in the form, wrong first, and gives the link it leads to.
func sendReport(t *testing.T, c *webtest.Centre, w *browser.Window) string {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "picture.txt")
	must(t, os.WriteFile(picture, []byte("evidence"), 0o600))
	w.Open(c.URL + "/en/report/product")
	lookInBoth(w, "report-product", "日本語", "English")
	w.Fill("In one line, what is it?", "Fixed key in the engineering port")
	w.Fill("Who makes it?", "Hanamaru Controls")
	w.Fill("Product, as it calls itself", "HX-200")
	w.Fill("What happens, and why is it a vulnerability?", "The key is the same in every device.")
	w.Tick("The organisation named above")
	w.Tick("I do not want to give my name")
	w.Attach("Evidence: screen pictures, logs, code", picture)
	w.Go("Send the report")
	w.See("Name the organisation that coordinates")
	w.See("picture.txt")
	w.Expect(422)
	w.Look("report-wrong")
	w.Tick("This centre")
	w.Go("Send the report")
	w.See("Keep this link")
	w.See("picture.txt")
	w.Look("finder-received")
	link := browser.Eval[string](w, `document.querySelector(".copy").textContent`)
	w.Open(link)
	w.SeeNot("Keep this link")
	lookInBoth(w, "finder", "日本語", "English")
	return link
}

// collect takes somebody else's advisory in.
func collect(t *testing.T, c *webtest.Centre, by party.Actor) {
	t.Helper()
	raw, err := os.ReadFile("../../internal/format/collected/testdata/first.json")
	must(t, err)
	static, err := look.NewStatic("/static/")
	must(t, err)
	press, err := collected.NewPress(c.Words, static)
	must(t, err)
	_, err = c.ImportAdvisory(t.Context(), by, press, raw)
	must(t, err)
}

func officers(t *testing.T, c *webtest.Centre) (ann, bob party.Actor) {
	t.Helper()
	ann, _ = c.Officer("Ann Aoki", "ann@example.test")
	bob, _ = c.Officer("Bob Baba", "bob@example.test")
	return ann, bob
}

func askFinder(t *testing.T, c *webtest.Centre, by party.Actor, id cvd.ReportID) {
	t.Helper()
	p, err := c.Report(t.Context(), by, id)
	must(t, err)
	must(t, c.PostMessage(t.Context(), by, p.Talk[0].ID, "Thank you for the report. Which firmware was it?", nil))
}

// coordinate makes a case of a report with a vendor that has a remedy.
func coordinate(t *testing.T, c *webtest.Centre, ann party.Actor, report cvd.ReportID) cvd.CaseID {
	t.Helper()
	ctx := t.Context()
	hana := c.Vendor(ann, "Hanamaru Controls", "hanamaru.test")
	must(t, c.JudgeReport(ctx, ann, report, cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}))
	title := words.Text{EN: "Fixed key in PLCs", JA: "PLCにおける固定鍵の使用"}
	id, err := c.OpenCase(ctx, ann, desk.Opening{Reports: []cvd.ReportID{report}, Title: title})
	must(t, err)
	must(t, c.Act(ctx, ann, id, 0, cvd.DescribeCase{Title: title, TLP: tlp.Amber, Vulns: []cvd.Vuln{{ID: "v1", CVE: "CVE-2026-31001", Title: title, CWEs: []string{"CWE-321"}}}}))
	must(t, c.InviteVendor(ctx, ann, id, desk.Invitation{Org: hana.Org, How: "mail"}))
	me := cvd.OrgParticipant(hana.Org)
	must(t, c.Act(ctx, hana, id, 0, cvd.AnswerInvitation{Who: me, Yes: true, Terms: 1}))
	for _, v := range []cvd.Verb{
		cvd.StateReport{Who: me, Do: cvd.RMValidate}, cvd.StateReport{Who: me, Do: cvd.RMAccept},
		cvd.StateStatus{Who: me, Vuln: "v1", Product: &product.Product{Name: "HX-200", Range: product.Range{To: "4.2"}}, Status: product.Affected},
	} {
		must(t, c.Act(ctx, hana, id, 0, v))
	}
	p, err := c.Case(ctx, hana, id)
	must(t, err)
	must(t, c.Act(ctx, hana, id, 0, cvd.OfferRemedy{Who: me, Remedy: product.Remedy{
		Kind: product.Fix, Text: words.Text{EN: "Update to 4.2.", JA: "4.2に更新してください。"}, Products: []string{p.View.Products[0].ID},
	}}))
	return id
}

// bring brings a case's advisory out, at the end of the embargo.
func bring(t *testing.T, c *webtest.Centre, ann, bob party.Actor, id cvd.CaseID) {
	t.Helper()
	ctx := t.Context()
	aid, err := c.DraftAdvisory(ctx, ann, id)
	must(t, err)
	p, err := c.Advisory(ctx, ann, aid)
	must(t, err)
	content := p.Advisory.Draft.Content
	content.Title = words.Text{EN: "Fixed key in PLCs of the HX series", JA: "HXシリーズPLCにおける固定鍵の使用"}
	content.Overview = words.Text{EN: "PLCs of the HX series use a fixed key.", JA: "HXシリーズのPLCには固定の鍵が使用されています。"}
	content.Description = words.Text{EN: "The key is the same in every device.", JA: "鍵はすべての機器で共通です。"}
	content.Impact = words.Text{EN: "A third party may change settings.", JA: "第三者に設定を変更される可能性があります。"}
	content.Solution = words.Text{EN: "Update to the newest firmware.", JA: "最新のファームウェアに更新してください。"}
	content.Vulnerabilities[0].CVSS31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	content.Vulnerabilities[0].CWEs = []advisory.Weakness{{ID: "CWE-321", Name: "Use of Hard-coded Cryptographic Key"}}
	must(t, c.WriteAdvisory(ctx, ann, aid, p.Advisory.Version, advisory.Write{Content: content, Summary: words.Text{EN: "First publication", JA: "公開"}}))
	must(t, c.TellDraft(ctx, ann, aid))
	must(t, c.WriteAdvisory(ctx, ann, aid, 0, advisory.Submit{}))
	must(t, c.ApproveAdvisory(ctx, bob, aid, 0))
	c.Clock.Move(45 * 24 * time.Hour)
	must(t, c.Act(ctx, party.ClockActor(), id, 0, cvd.EndEmbargo{}))
	must(t, c.PublishAdvisory(ctx, ann, aid))
}
