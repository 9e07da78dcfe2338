package web_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/party"
	"nakodo/internal/web/webtest"
	"nakodo/internal/words"
)

// atDesk is an officer's browser on a stage, signed in.
func atDesk(t *testing.T) (*webtest.Centre, webtest.Stage, *client) {
	t.Helper()
	c := webtest.Start(t)
	s := c.Stage()
	b := newClient(t, c)
	st, path, body := b.post("/sign-in", "mail", "hanako@example.test", "password", webtest.Password, "code", c.Code(s.Secret))
	b.expect("signing in", st, path, body, 200, "/desk/next", "Tell the finder that the report was read")
	return c, s, b
}

func caseAt(s webtest.Stage) string { return "/desk/cases/" + string(s.Case) }

// held is the case as it is stored now.
func held(t *testing.T, c *webtest.Centre, s webtest.Stage) cvd.View {
	t.Helper()
	room, err := c.CaseRoom(context.Background(), s.Officer, s.Case)
	if err != nil {
		t.Fatal(err)
	}
	return room.View
}

func partyIn(t *testing.T, v cvd.View, org party.OrgID) cvd.Participant {
	t.Helper()
	for _, p := range v.Parties {
		if p.Org == org {
			return p
		}
	}
	t.Fatalf("%s takes no part", org)
	return cvd.Participant{}
}

func TestNextShowsWhatIsDueWithOneVerbEach(t *testing.T) {
	_, s, b := atDesk(t)
	_, _, body := b.get("/desk/next")
	for _, want := range []string{
		`href="/desk/reports/` + string(s.Waiting) + `#do"`, "Remind Cordon Systems, which has not answered",
		`href="` + caseAt(s) + `/do/decide"`, `href="` + caseAt(s) + `?show=waiting#vendors"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s:\n%s", want, body)
		}
	}
	if !regexp.MustCompile(`href="/desk/next"[^>]*>Next <span class="count">3</span>`).MatchString(body) {
		t.Errorf("the rail does not count three tasks:\n%s", body)
	}
	for _, path := range []string{"/desk/next?all=1", "/desk/reports?q=fieldbus", "/desk/reports?closed=1", "/desk/cases?q=cordon", "/desk/cases?closed=1&q=x"} {
		if st, _, body := b.get(path); st != 200 {
			t.Errorf("%s: %d\n%s", path, st, body)
		}
	}
}

func TestListsAreFilteredByWords(t *testing.T) {
	_, s, b := atDesk(t)
	for query, there := range map[string]bool{"": true, "Hanako": true, "固定鍵": true, "cve-2026-31001": true, "cordon": true, "ﾎﾞﾙﾄ": true, "nobody": false} {
		_, _, body := b.get("/desk/cases?q=" + query)
		if got := strings.Contains(body, `href="`+caseAt(s)+`"`); got != there {
			t.Errorf("cases, %q: found %v, want %v", query, got, there)
		}
	}
	for query, there := range map[string]bool{"": true, "産業用": true, string(s.Waiting): true, "nothing": false} {
		_, _, body := b.get("/desk/reports?q=" + query)
		if got := strings.Contains(body, `href="/desk/reports/`+string(s.Waiting)+`"`); got != there {
			t.Errorf("reports, %q: found %v, want %v", query, got, there)
		}
	}
}

func TestReportIsJudgedAndBecomesACase(t *testing.T) {
	c, s, b := atDesk(t)
	at := "/desk/reports/" + string(s.Waiting)
	_, _, body := b.get(at)
	for _, want := range []string{"Secret: officers only", "Fumi Fukuda", "Name may not be passed on", "Vendor may not write to the finder", "Name may be published as", "60 days from the first contact"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	st, path, body := b.post(at + "/acknowledge")
	b.expect("acknowledging", st, path, body, 200, at, "The finder is told that the report was read.")
	st, path, body = b.post(at + "/acknowledge")
	b.expect("twice", st, path, body, 409, at+"/acknowledge", "told already")
	st, path, body = b.post(at+"/judge", "complete", "yes", "consistent", "yes", "in_scope", "no", "vulnerability", "yes", "reason", "")
	b.expect("an answer is missing", st, path, body, 422, at+"/judge", "Please fill this in.")
	if !regexp.MustCompile(`name="in_scope" value="no" checked`).MatchString(body) {
		t.Error("the answers given are lost")
	}
	yes := []string{"complete", "yes", "consistent", "yes", "vulnerability", "yes", "new", "yes"}
	st, path, body = b.post(at+"/judge", append(yes, "in_scope", "no")...)
	b.expect("a no without its reason", st, path, body, 422, at+"/judge", "Write the reason")
	st, path, body = b.post(at+"/judge", append(yes, "in_scope", "yes")...)
	b.expect("accepting", st, path, body, 200, at, "The finder is told the result.")
	st, path, body = b.post(at+"/case", "title.en", "", "title.ja", "", "embargo", "default", "brief.en", "kept words")
	b.expect("no title", st, path, body, 422, at+"/case", "Give the case a title")
	if !strings.Contains(body, "kept words") {
		t.Error("what was typed is lost")
	}
	st, path, body = b.post(at+"/case", "title.en", "T", "embargo", "days", "days", "500")
	b.expect("a term of 500 days", st, path, body, 422, at+"/case", "between one day and one year")
	st, path, body = b.post(at+"/case", "title.en", "Broken sign-in of a gateway", "title.ja", "認証の不備", "embargo", "days", "days", "30")
	if st != 200 || !strings.HasPrefix(path, "/desk/cases/") || !strings.Contains(body, "Embargo proposed") || !strings.Contains(body, "Invite the first vendors") {
		t.Errorf("opening: %d at %s:\n%s", st, path, body)
	}
	room, err := c.CaseRoom(t.Context(), s.Officer, cvd.CaseID(path[len("/desk/cases/"):]))
	if err != nil || room.View.Embargo.Term != 30*24*time.Hour || room.View.Title != (words.Text{EN: "Broken sign-in of a gateway", JA: "認証の不備"}) {
		t.Errorf("%v %+v", err, room.View.Embargo)
	}
}

func TestReportIsSetAsideClosedJoined(t *testing.T) {
	c, s, b := atDesk(t)
	at := "/desk/reports/" + string(s.Waiting)
	b.post(at+"/judge", "complete", "yes", "consistent", "yes", "in_scope", "yes", "vulnerability", "yes", "new", "yes")
	st, path, body := b.post(at+"/join", "case", "12345678")
	b.expect("no such case", st, path, body, 422, at+"/join", "no open case with this number")
	st, path, body = b.post(at+"/defer", "duplicate", "NKR-NONE-NONE")
	b.expect("no such report", st, path, body, 422, at+"/defer", "no other report with this number")
	st, path, body = b.post(at+"/close", "why", "duplicate")
	b.expect("closing what is accepted", st, path, body, 409, at+"/close", "not possible in the present state")
	st, path, body = b.post(at+"/join", "case", "NKD#"+string(s.Case))
	b.expect("joining", st, path, body, 200, at, "part of the case now")
	if v := held(t, c, s); len(v.Reports) != 2 {
		t.Errorf("reports of the case: %v", v.Reports)
	}
	third := "/desk/reports/" + string(c.Reported("The same again", 0))
	b.post(third+"/judge", "complete", "yes", "consistent", "yes", "in_scope", "yes", "vulnerability", "yes", "new", "yes")
	st, path, body = b.post(third+"/defer", "duplicate", strings.ToLower(string(s.Report)))
	b.expect("a duplicate", st, path, body, 200, third, "The report is set aside.")
	st, path, body = b.post(third+"/close", "why", "")
	b.expect("closing without a reason", st, path, body, 422, third+"/close", "Choose why")
	st, path, body = b.post(third+"/close", "why", "duplicate")
	b.expect("closing", st, path, body, 200, third, "The report is closed.")
	if _, _, body := b.get("/desk/reports?closed=1"); !strings.Contains(body, "The same again") {
		t.Error("the closed report is not among the closed ones")
	}
}

// upload posts a form with one file.
func (c *client) upload(path, field, name, content string, form ...string) (int, string, string) {
	c.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(form); i += 2 {
		if err := m.WriteField(form[i], form[i+1]); err != nil {
			c.t.Fatal(err)
		}
	}
	if name != "" {
		part, err := m.CreateFormFile(field, name)
		if err == nil {
			_, err = part.Write([]byte(content))
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequest("POST", c.at(path), &body)
	if err == nil {
		r.Header.Set("Content-Type", m.FormDataContentType())
	}
	return c.do(r, err)
}

var (
	keptTicket = regexp.MustCompile(`name="kept" value="([^"]+)"`)
	fileLink   = regexp.MustCompile(`href="(/desk/files/[^"]+)"`)
)

func TestMessagesWithFilesSurviveARefusal(t *testing.T) {
	_, s, b := atDesk(t)
	at := caseAt(s) + "/threads/new"
	st, path, body := b.upload(at, "files", "log <1>.html", "<script>evil</script>", "title", "Test plan", "text", "Please read")
	b.expect("nobody to read it", st, path, body, 422, at, "Tick at least one reader.")
	kept := keptTicket.FindStringSubmatch(body)
	if kept == nil || !strings.Contains(body, "Please read") || !strings.Contains(body, "log &lt;1&gt;.html") {
		t.Fatalf("text or file is lost:\n%s", body)
	}
	st, path, body = b.upload(at, "files", "", "", "title", "Test plan", "text", "Please read", "kept", kept[1], "readers", "org:"+string(s.Acme.Org), "readers", "org:"+string(s.Bolt.Org))
	if st != 200 || !strings.HasPrefix(path, caseAt(s)+"/threads/") || !strings.Contains(body, "<strong>Acme Controls</strong>") || !strings.Contains(body, "<strong>ボルト電機株式会社</strong>") {
		t.Fatalf("%d at %s:\n%s", st, path, body)
	}
	file := fileLink.FindStringSubmatch(body)
	if file == nil {
		t.Fatalf("no file:\n%s", body)
	}
	r, err := b.http.Get(b.c.URL + file[1])
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.Header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file is not a download: %v", r.Header)
	}
	thread := path
	st, path, body = b.post(thread, "text", " ")
	b.expect("an empty message", st, path, body, 422, thread, "Write the text")
	st, path, body = b.post(thread, "text", "A second word")
	b.expect("a second message", st, path, body, 200, thread, "A second word")
	st, path, body = b.post("/desk/reports/"+string(s.Waiting)+"/message", "text", "Which version, please?")
	b.expect("to the finder", st, path, body, 200, "/desk/reports/"+string(s.Waiting), "Which version, please?")
	st, path, body = b.upload("/desk/reports/"+string(s.Waiting)+"/message", "files", "trace.txt", "T", "text", "For you alone", "tlp", "TLP:RED")
	b.expect("a file to the finder", st, path, body, 200, "/desk/reports/"+string(s.Waiting), "TLP:RED</span> <a href", "trace.txt", "SHA-256")
	vendor := caseAt(s) + "/vendors/" + string(s.Acme.Org)
	st, path, body = b.post(vendor+"/message", "text", "Firmware 7.1.")
	b.expect("to one vendor", st, path, body, 200, vendor, "Firmware 7.1.")
}

func TestCaseIsDescribedAndStaleTextIsKept(t *testing.T) {
	c, s, b := atDesk(t)
	at := caseAt(s) + "/do/describe"
	_, _, body := b.get(at)
	seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(body)[1]
	form := func(seen, title, cve, vectors string) []string {
		return []string{"seen", seen, "title.en", title, "brief.en", "B", "tlp", "TLP:AMBER", "vuln.0.id", "v1", "vuln.0.title.en", "One", "vuln.0.cve", cve, "vuln.0.cwes", "79, CWE-352",
			"vuln.0.vectors", vectors, "vuln.1.id", "v2", "vuln.1.title.en", "Two", "vuln.3.id", "", "vuln.3.title.en", "Three", "vuln.2.title.en", ""}
	}
	st, path, body := b.post(at, form(seen, "New title", "31001", "CVSS:3.1/AV:N")...)
	b.expect("wrong numbers", st, path, body, 422, at, "A CVE number looks like")
	for _, want := range []string{"is no CVSS vector", `value="31001"`, "Three", `id="f-vuln.0.cve"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	good := form(seen, "New title", "cve-2026-31009", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\nCVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N")
	if err := c.Act(t.Context(), s.Officer, s.Case, 0, cvd.AssignCase{Owner: s.Officer.Person}); err != nil {
		t.Fatal(err)
	}
	st, path, body = b.post(at, good...)
	b.expect("somebody was faster", st, path, body, 409, at, "What stands there now")
	if !strings.Contains(body, `value="New title"`) || !strings.Contains(body, "Fixed key in the engineering port") {
		t.Error("the typed text or the present state is not on the page")
	}
	good[1] = regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(body)[1]
	st, path, body = b.post(at, good...)
	b.expect("sent again", st, path, body, 200, caseAt(s), "The case is described.")
	v := held(t, c, s)
	if len(v.Vulns) != 3 || v.Vulns[0].CVE != "CVE-2026-31009" || fmt.Sprint(v.Vulns[0].CWEs) != "[CWE-79 CWE-352]" || len(v.Vulns[0].Scores) != 2 || v.Vulns[2].ID != "v3" || v.TLP != "TLP:AMBER" {
		t.Errorf("%+v", v.Vulns)
	}
	st, path, body = b.post(at, "seen", strconv.FormatInt(v.Version, 10), "title.en", "T", "tlp", "TLP:RED", "vuln.0.id", "v2", "vuln.0.title.en", "Two")
	b.expect("taking away what a vendor spoke of", st, path, body, 422, at, "cannot be taken away")
}

func TestEmbargoAndDatesFromForms(t *testing.T) {
	c, s, b := atDesk(t)
	at := caseAt(s) + "/do/"
	st, path, body := b.post(at+"plan", "at", "2020-01-01T09:00", "reason", "too early")
	b.expect("a date that is over", st, path, body, 422, at+"plan", "lies in the past")
	st, path, body = b.post(at+"plan", "at", "2026-05-20T09:00", "reason", "agreed")
	b.expect("planning", st, path, body, 200, caseAt(s), "The date is set")
	if got := held(t, c, s).Planned; !got.Equal(time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("nine o'clock in Japan became %v", got)
	}
	st, path, body = b.post(at+"decide", "reason", "x")
	b.expect("no decision", st, path, body, 422, at+"decide", "Please fill this in.")
	st, path, body = b.post(at+"decide", "yes", "no", "reason", "The remedy is ready.", "seen", "1")
	b.expect("a decision on terms that have changed", st, path, body, 409, at+"decide", "Somebody changed this")
	seen := strconv.FormatInt(held(t, c, s).Version, 10)
	st, path, body = b.post(at+"decide", "yes", "no", "reason", "The remedy is ready.", "seen", seen)
	b.expect("deciding", st, path, body, 200, caseAt(s), "Decided.")
	st, path, body = b.get(at + "decide")
	b.expect("deciding what is decided", st, path, body, 200, caseAt(s), "That is not possible as the case stands.")
	st, path, body = b.post(at+"propose", "until", "2027-12-01T09:00", "reason", "long")
	b.expect("longer than a year", st, path, body, 422, at+"propose", "within a year")
	st, path, body = b.post(at+"propose", "until", "2026-06-01T09:00", "reason", "more time")
	b.expect("proposing", st, path, body, 200, caseAt(s), "new terms open")
	st, path, body = b.post(at+"end", "reason", "No use any more.")
	b.expect("a grave act without the tick", st, path, body, 422, at+"end", "Please tick this")
	if !strings.Contains(body, "No use any more.") {
		t.Error("the reason is lost")
	}
	st, path, body = b.post(at+"end", "reason", "No use any more.", "sure", "yes")
	b.expect("ending", st, path, body, 200, caseAt(s), "Embargo over")
	st, path, body = b.post(at+"close", "why", "", "sure", "yes")
	b.expect("closing without why", st, path, body, 422, at+"close", "Please fill this in.")
	st, path, body = b.post(at+"close", "why", "small_impact", "told", "Few use it.", "sure", "yes")
	b.expect("closing without the evidence", st, path, body, 422, at+"close", "A small impact needs the priority matrix answered")
	st, path, body = b.post(at+"close", "why", "not_a_vulnerability", "told", "It is documented.", "sure", "yes")
	b.expect("closing", st, path, body, 200, caseAt(s), "The case is closed.")
	st, path, body = b.post(at+"plan", "at", "2026-06-01T09:00")
	b.expect("after that", st, path, body, 409, at+"plan", "The case is closed")
}

func TestLeakEndsTheEmbargoWithItsEvidence(t *testing.T) {
	c, s, b := atDesk(t)
	at := caseAt(s) + "/do/event"
	st, path, body := b.post(at, "what", "X", "note", "", "sure", "yes")
	b.expect("no evidence", st, path, body, 422, at, "Please fill this in.")
	st, path, body = b.post(at, "what", "X", "note", "Seen at https://example.test/poc")
	b.expect("not sure", st, path, body, 422, at, "Please tick this")
	st, path, body = b.post(at, "what", "X", "note", "Seen at https://example.test/poc", "sure", "yes")
	b.expect("recorded", st, path, body, 200, caseAt(s), "Embargo over")
	if v := held(t, c, s); v.Exploit.IsZero() || v.Public.IsZero() || v.Embargo.Cause != cvd.EndExploit {
		t.Errorf("%+v", v.Embargo)
	}
	st, path, body = b.get(caseAt(s) + "/history")
	b.expect("the history keeps it", st, path, body, 200, caseAt(s)+"/history", "https://example.test/poc")
	if !strings.Contains(body, "Something happened in the world") || !strings.Contains(body, "exploit public") {
		t.Error("the history does not tell it in words")
	}
}

func TestVendorsAreInvitedWithAPreview(t *testing.T) {
	c, s, b := atDesk(t)
	at := caseAt(s) + "/invite"
	_, _, body := b.get(at + "?find=acme")
	if !strings.Contains(body, "product Fieldbus Runtime 7 named") || !strings.Contains(body, "takes part already") {
		t.Errorf("no suggestion or no search:\n%s", body)
	}
	before := len(c.Letters("security@dyno.test"))
	_, _, body = b.get(at + "?org=" + string(s.Dyno))
	for _, want := range []string{"no agreement", "security@dyno.test", "日本語", "First asked to agree", `name="vendor.0.reason"`, "TLP:AMBER&#43;STRICT"} {
		if !strings.Contains(body, want) {
			t.Errorf("the preview lacks %s:\n%s", want, body)
		}
	}
	if len(c.Letters("security@dyno.test")) != before {
		t.Error("looking has sent a letter")
	}
	rows := []string{"vendor.0.org", string(s.Dyno), "vendor.0.how", "mail", "vendor.0.role", "vendor", "vendor.0.reason", "", "vendor.1.org", string(s.Acme.Org), "vendor.1.how", "mail", "vendor.1.role", "vendor"}
	rows[7] = "The runtime is theirs."
	st, path, body := b.post(at, rows...)
	b.expect("one of two", st, path, body, 422, at, "1 invited, 1 not")
	if !strings.Contains(body, "invited already") {
		t.Errorf("the refusal stands beside its vendor:\n%s", body)
	}
	if p := partyIn(t, held(t, c, s), s.Dyno); p.Override == nil || p.Override.Reason != "The runtime is theirs." || p.PEC != cvd.PECInvited {
		t.Errorf("%+v", p)
	}
	if len(c.Letters("security@dyno.test")) != before+1 {
		t.Error("no letter has been made")
	}
	st, path, body = b.post(at)
	b.expect("nothing ticked", st, path, body, 200, at, "Tick at least one.")
}

func TestOfficerActsOnAVendorsWord(t *testing.T) {
	c, s, b := atDesk(t)
	at := caseAt(s) + "/vendors/" + string(s.Cordon.Org)
	st, path, body := b.post(at+"/attempt", "how", "pigeon")
	b.expect("no means of contact", st, path, body, 422, at+"/attempt", "Say how the contact was made")
	st, path, body = b.post(at+"/attempt", "how", "fax")
	b.expect("an attempt", st, path, body, 200, at, "The attempt is noted.")
	st, path, body = b.post(at + "/silence")
	b.expect("silence", st, path, body, 200, at, "Recorded as silent.")
	st, path, body = b.post(at + "/deliver")
	b.expect("the content under an embargo", st, path, body, 409, at+"/deliver", "Wait for the answer")
	st, path, body = b.post(at+"/answer", "yes", "yes", "terms", "9")
	b.expect("other terms", st, path, body, 409, at+"/answer", "The terms have changed")
	st, path, body = b.post(at+"/answer", "yes", "yes", "terms", "1")
	b.expect("agreeing by telephone", st, path, body, 200, at, "signatory")
	st, path, body = b.post(at+"/report", "do", "validate")
	b.expect("holding it valid", st, path, body, 200, at, "held valid")
	st, path, body = b.post(at+"/status", "vuln", "v1", "status", "vulnerable", "justification", "component_not_present", "note", "said so")
	b.expect("a contradiction", st, path, body, 422, at+"/status", "contradicts the status")
	if !strings.Contains(body, "said so") {
		t.Error("the note is lost")
	}
	st, path, body = b.post(at+"/status", "vuln", "v1", "status", "notvulnerable", "justification", "component_not_present", "note", "said so", "shared", "yes")
	b.expect("a status", st, path, body, 200, at, "entered by an officer")
	st, path, body = b.post(at+"/number", "number", "C-77")
	b.expect("its number", st, path, body, 200, at, "C-77")
	p := partyIn(t, held(t, c, s), s.Cordon.Org)
	if len(p.Attempts) != 3 || p.PEC != cvd.PECSignatory || p.RM != cvd.RMValid || !p.Silent.IsZero() || p.Number != "C-77" {
		t.Errorf("%+v", p)
	}
	for _, show := range []string{"waiting", "silent", "unsigned", "affected", "fixed"} {
		_, _, body := b.get(caseAt(s) + "?show=" + show)
		if got, want := strings.Contains(body, ">Acme Controls</a>"), show == "affected" || show == "fixed"; got != want {
			t.Errorf("show=%s: Acme %v, want %v", show, got, want)
		}
	}
	st, path, body = b.get(caseAt(s) + "/statuses?q=acme")
	b.expect("by product", st, path, body, 200, caseAt(s)+"/statuses?q=acme", "Acme PLC 200 before 4.2")
}

func TestOwnerAndDraft(t *testing.T) {
	c, s, b := atDesk(t)
	bob, _ := c.Officer("Bob Baba", "bob@example.test")
	st, path, body := b.post(caseAt(s)+"/do/assign", "owner", "")
	b.expect("nobody", st, path, body, 422, caseAt(s)+"/do/assign", "Please fill this in.")
	st, path, body = b.post(caseAt(s)+"/do/assign", "owner", string(bob.Person))
	b.expect("given away", st, path, body, 200, caseAt(s), "Bob Baba")
	st, path, _ = b.post(caseAt(s) + "/advisory")
	if st != 200 || path != "/desk/advisories/"+string(s.Case) {
		t.Errorf("drafting: %d at %s", st, path)
	}
	if _, _, body := b.get(caseAt(s)); !strings.Contains(body, `href="/desk/advisories/`+string(s.Case)+`"`) {
		t.Error("the case does not lead to its advisory")
	}
}

// To vendors the desk does not exist: every address of it, right or wrong,
// gives them the same page.
func TestTheDeskDoesNotExistForOthers(t *testing.T) {
	c := webtest.Start(t)
	s := c.Stage()
	b := newClient(t, c)
	b.post("/sign-in/link", "mail", "psirt@acme.test")
	if st, path, _ := b.post(c.LinkIn("psirt@acme.test")); st != 200 {
		t.Fatalf("%d at %s", st, path)
	}
	_, _, missing := b.get("/desk/nothing/of/this/kind")
	at, report, vendor := caseAt(s), "/desk/reports/"+string(s.Report), "/vendors/"+string(s.Acme.Org)
	for _, path := range []string{
		"/desk/next", "/desk/reports", report, "/desk/cases", "/desk/cases/11111111", at, at + "/do/describe", at + "/do/none", at + "/invite", at + "/statuses",
		at + vendor, at + "/threads/new", at + "/threads/x", at + "/history", "/desk/files/x",
	} {
		if st, _, body := b.get(path); st != 404 || body != missing {
			t.Errorf("GET %s: %d\n%s", path, st, body)
		}
	}
	for _, path := range []string{report + "/judge", report + "/case", report + "/message", at + "/do/describe", at + "/do/event", at + "/advisory", at + "/invite", at + vendor + "/answer", at + "/threads/new", at + "/threads/x"} {
		if st, _, body := b.post(path, "text", "x", "yes", "yes", "terms", "1", "sure", "yes"); st != 404 || body != missing {
			t.Errorf("POST %s: %d\n%s", path, st, body)
		}
	}
}
