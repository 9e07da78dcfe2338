package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/test/browser"
)

// TestBrowserStory walks the first advisory in a real browser: the finder
// reports, an officer opens the case and invites, the vendor signs and answers,
// two officers publish, and the public reads. Every page of the journey is
// looked at in both languages, light and dark, at desktop and phone width, and
// axe-core finds nothing on any of them. NAKODO_SHOTS names a folder for the
// pictures.
func TestBrowserStory(t *testing.T) {
	b := browser.Start(t)
	s, err := newStage(t, store.Config{}, t.TempDir(), t.Cleanup)
	if err != nil {
		t.Fatal(err)
	}
	p := &play{t: t, s: s, b: b, secrets: map[string]string{}}
	p.vendor()
	ann, bob := p.officer("ann"), p.officer("bob")
	finder := p.finderReports()
	p.officerOpens(ann)
	p.vendorAnswers()
	p.officerWrites(ann)
	p.secondOfficerPublishes(bob)
	p.publicReads()
	finder.Open(finder.Address())
	finder.See("published")
	inBoth(finder, "story-finder-published")
}

type play struct {
	t       *testing.T
	s       *stage
	b       *browser.Browser
	secrets map[string]string
	caseID  string
}

func (p *play) at(path string) string { return p.s.http.URL + path }

// inBoth examines a page in English, then in Japanese, and comes back.
func inBoth(w *browser.Window, name string) {
	w.Look(name)
	w.Go("日本語")
	w.Look(name)
	w.Go("English")
}

func (p *play) vendor() {
	p.t.Helper()
	ctx := context.Background()
	id, err := p.s.centre.desk.SaveOrganisation(ctx, console, party.Organisation{
		Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: "Hanamaru Controls", Kind: party.Official}}, Tier: party.General,
		Products: []party.Product{{ID: "p1", Name: "Hanamaru PLC HX-200"}},
	})
	p.must(err)
	_, err = p.s.centre.desk.SaveContact(ctx, console, party.Contact{Org: id, Name: "PSIRT", Mail: "psirt@hanamaru.example", Lang: "en", Duty: party.OnDuty})
	p.must(err)
	p.must(p.s.centre.desk.SaveAgreement(ctx, console, party.Agreement{Org: id, Scope: party.ScopeReports, Edition: "2026-1", Signed: p.s.clock.Now()}))
}

func (p *play) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

const storyPassword = "a quiet harbour at dawn"

// officer sets an account up and signs in.
func (p *play) officer(name string) *browser.Window {
	p.t.Helper()
	link, err := p.s.centre.desk.SetUpLink(context.Background())
	p.must(err)
	if link == "" {
		link, err = p.s.centre.desk.AddOfficer(context.Background(), console, name, name+"@centre.example", "en")
		p.must(err)
	}
	w := p.b.Window(p.t, name)
	w.Open(p.at(link))
	p.secrets[name] = browser.Eval[string](w, `document.querySelector("[name=secret]").value`)
	w.Fill("Name", name)
	w.Fill("Address", name+"@centre.example")
	w.Fill("Password", storyPassword)
	w.Fill("Code", p.code(name))
	w.Go("Set up")
	p.signIn(w, name)
	return w
}

func (p *play) code(name string) string {
	p.t.Helper()
	code, err := totp.GenerateCode(p.secrets[name], p.s.clock.Now())
	p.must(err)
	return code
}

func (p *play) signIn(w *browser.Window, name string) {
	p.t.Helper()
	p.s.clock.Move(time.Minute)
	w.Open(p.at("/sign-in"))
	w.Fill("Address", name+"@centre.example")
	w.Fill("Password", storyPassword)
	w.Fill("Code", p.code(name))
	w.Go("Sign in")
}

func (p *play) runDue() {
	p.t.Helper()
	_, err := p.s.centre.runner.RunDue(context.Background())
	p.must(err)
}

func (p *play) finderReports() *browser.Window {
	p.t.Helper()
	w := p.b.Window(p.t, "finder")
	w.Open(p.at("/en/"))
	inBoth(w, "story-home")
	w.Open(p.at("/en/report/product"))
	inBoth(w, "story-report")
	w.Fill("In one line, what is it?", "Fixed key in the engineering port")
	w.Fill("Product, as it calls itself", "Hanamaru PLC HX-200")
	w.Fill("What happens, and why is it a vulnerability?", "The key is the same in every device.")
	w.Tick("I do not want to give my name")
	w.Go("Send the report")
	w.See("NKR-")
	inBoth(w, "story-finder")
	return w
}

// press goes where the button or link with a catalogue's words leads.
func (p *play) press(w *browser.Window, key string, args ...any) {
	p.t.Helper()
	pairs := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		pairs[args[i].(string)] = args[i+1]
	}
	w.Go(p.s.centre.desk.Words.Say("en", key, pairs))
}

// put fills in the fields of those names.
func put(w *browser.Window, fields ...string) {
	for i := 0; i+1 < len(fields); i += 2 {
		browser.Eval[bool](w, fmt.Sprintf(`(() => { const e = document.querySelector('[name=%q]'); e.value = %q; return true })()`, fields[i], fields[i+1]))
	}
}

func (p *play) officerOpens(w *browser.Window) {
	p.t.Helper()
	w.Open(p.at("/desk/next"))
	inBoth(w, "story-next")
	w.Open(p.at("/desk/reports"))
	inBoth(w, "story-reports")
	w.Open(p.at(browser.Eval[string](w, `document.querySelector('a[href^="/desk/reports/NKR"]').getAttribute("href")`)))
	inBoth(w, "story-report-judge")
	for _, name := range []string{"complete", "consistent", "in_scope", "vulnerability", "new"} {
		browser.Eval[bool](w, fmt.Sprintf(`(() => { document.querySelector('[name=%q][value=yes]').checked = true; return true })()`, name))
	}
	p.press(w, "web.report.judge.do")
	put(w, "title.en", "Fixed key in the engineering port", "title.ja", "エンジニアリングポートにおける固定鍵の使用")
	p.press(w, "web.report.open.do")
	p.caseID = w.Address()[strings.LastIndex(w.Address(), "/")+1:]
	inBoth(w, "story-case-new")
	w.See("Hanamaru Controls") // suggested, because its product is named
	org := browser.Eval[string](w, `document.querySelector('input[name=org]').value`)
	w.Open(p.at("/desk/cases/" + p.caseID + "/invite?org=" + org))
	inBoth(w, "story-invite")
	p.press(w, "web.invite.do", "n", 1)
	w.Open(p.at("/desk/cases/" + p.caseID))
	inBoth(w, "story-case")
	p.runDue()
}

func (p *play) vendorAnswers() {
	p.t.Helper()
	letter, ok := p.s.mails.newest("psirt@hanamaru.example")
	if !ok {
		p.t.Fatal("no letter for the vendor")
	}
	link := regexp.MustCompile(regexp.QuoteMeta(p.s.http.URL) + `/in/[A-Za-z0-9_-]+`).FindString(decoded(letter))
	w := p.b.Window(p.t, "vendor")
	w.Open(link)
	w.Go("Sign in here")
	inBoth(w, "story-terms")
	p.press(w, "web.room.terms.agree")
	p.press(w, "web.room.report.validate")
	p.press(w, "web.room.report.accept")
	w.Tick("Affected")
	w.Fill("Name of the product", "HX-200")
	w.Fill("Before version", "4.2")
	p.press(w, "web.room.status.do")
	w.Click("Add a remedy")
	put(w, "text.ja", "4.2に更新してください。", "text.en", "Update to version 4.2.")
	browser.Eval[bool](w, `(() => { document.querySelector('[name=products]').checked = true; return true })()`)
	p.press(w, "web.room.remedy.do")
	w.See("Update to version 4.2.")
	inBoth(w, "story-room")
}

func (p *play) officerWrites(w *browser.Window) {
	p.t.Helper()
	p.s.clock.Move(45 * 24 * time.Hour)
	p.runDue()
	p.signIn(w, "ann")
	w.Open(p.at("/desk/cases/" + p.caseID))
	inBoth(w, "story-case-over")
	browser.Eval[bool](w, `(() => { document.querySelector('form[action$="/advisory"] button').setAttribute("aria-label", "begin the advisory"); return true })()`)
	w.Go("begin the advisory")
	w.Open(p.at("/desk/advisories/" + p.caseID + "/edit"))
	put(w, "title.en", "Fixed key in Hanamaru HX-200", "title.ja", "Hanamaru HX-200における固定鍵の使用",
		"overview.en", "HX-200 uses a fixed key.", "overview.ja", "HX-200には固定の暗号鍵が使用されています。",
		"description.en", "The key is the same in every device.", "description.ja", "すべての機器で同じ鍵が使用されています。",
		"impact.en", "The program may be changed.", "impact.ja", "プログラムを変更される可能性があります。",
		"solution.en", "Update the firmware.", "solution.ja", "ファームウェアを更新してください。",
		"vulnerabilities.0.title.en", "Fixed key", "vulnerabilities.0.title.ja", "固定鍵の使用",
		"vulnerabilities.0.cwes", "CWE-321", "vulnerabilities.0.cvss31", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
		"summary.en", "Published", "summary.ja", "公開")
	p.press(w, "web.advisory.edit.save")
	w.Open(p.at("/desk/advisories/" + p.caseID + "/edit"))
	inBoth(w, "story-editor")
	w.Open(p.at("/desk/advisories/" + p.caseID))
	p.press(w, "web.advisory.tell")
	w.Open(p.at("/desk/advisories/" + p.caseID))
	p.press(w, "advisory.verb.submit_advisory")
	inBoth(w, "story-advisory-review")
	w.Open(p.at("/desk/letters"))
	inBoth(w, "story-letters")
}

func (p *play) secondOfficerPublishes(w *browser.Window) {
	p.t.Helper()
	p.signIn(w, "bob")
	w.Open(p.at("/desk/advisories/" + p.caseID))
	p.press(w, "advisory.verb.approve_advisory")
	w.Open(p.at("/desk/advisories/" + p.caseID))
	inBoth(w, "story-advisory-approved")
	p.press(w, "advisory.verb.publish_advisory")
	w.Open(p.at("/desk/advisories"))
	inBoth(w, "story-advisories")
}

func (p *play) publicReads() {
	p.t.Helper()
	w := p.b.Window(p.t, "visitor")
	w.Open(p.at("/en/advisories?q=HX-200"))
	inBoth(w, "story-search")
	w.Go("Fixed key in Hanamaru HX-200")
	w.See("before 4.2")
	inBoth(w, "story-published")
	w.Open(p.at("/en/policy"))
	inBoth(w, "story-policy")
}
