package portal_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

var anonymous = cvd.Identity{Anonymous: true}

var jury = cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}

func submission(title string) cvd.Submission {
	return cvd.Submission{Kind: cvd.AboutProduct, Lang: "en", Product: "Wombat 3000", Title: title, Result: "it falls over", Coordinator: cvd.CentreLeads}
}

func opening(id cvd.ReportID) desk.Opening {
	return desk.Opening{Reports: []cvd.ReportID{id}, Title: words.Text{EN: "SECRET-TITLE Wombat", JA: "SECRET-題名 Wombat"}}
}

// full is a form in which everything is filled in.
func full() url.Values {
	return url.Values{
		"title": {"固定の鍵"}, "vendor": {"Acme"}, "product": {"Gateway 9000"}, "version": {"1.2"}, "result": {"the key is\nthe same"}, "procedure": {"1. look"}, "environment": {"lab"},
		"impact": {"all"}, "workaround": {"none"}, "personal": {"met none"}, "exploited": {"yes"}, "public": {"yes"}, "reported_to": {"Acme PSIRT"}, "coordinator": {"finder"},
		"wish": {"days"}, "wish_days": {"60"}, "own_id": {"LAB-7"}, "name": {"Fay Finder"}, "organisation": {"Lab"}, "mail": {"fay@finder.test"}, "phone": {"+81 3"},
		"lang": {"ja"}, "share_identity": {"yes"}, "direct_contact": {"no"}, "credit": {"yes"}, "credit_as": {"Fay of Lab"},
	}
}

// submit sends the form as a browser does, with files.
func (s *site) submit(path string, values url.Values, files map[string]string) answer {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, vs := range values {
		for _, v := range vs {
			must(s.t, form.WriteField(name, v))
		}
	}
	if len(files) == 0 { // what a browser sends for a file field that is empty
		_, err := form.CreateFormFile("evidence", "")
		must(s.t, err)
	}
	for name, content := range files {
		part, err := form.CreateFormFile("evidence", name)
		must(s.t, err)
		_, err = io.WriteString(part, content)
		must(s.t, err)
	}
	must(s.t, form.Close())
	return s.send("POST", path, &body, "Content-Type", form.FormDataContentType())
}

// page opens the private page that an answer leads to.
func (s *site) page(a answer) (party.Actor, desk.FinderPage) {
	s.t.Helper()
	if a.status != 303 {
		s.t.Fatalf("status %d: %s\n%s", a.status, a.body, s.log)
	}
	link, found := strings.CutSuffix(a.header.Get("Location"), "?received")
	if !found || a.header.Get("Cache-Control") != "no-store" || a.header.Get("Set-Cookie") != "" {
		s.t.Fatalf("headers %v", a.header)
	}
	id, token, _ := strings.Cut(strings.TrimPrefix(link, "/status/"), "/")
	who, err := s.Finder(id, token)
	must(s.t, err)
	p, err := s.FinderPage(s.t.Context(), who)
	must(s.t, err)
	return who, p
}

func TestReportWithEverything(t *testing.T) {
	s := open(t)
	s.get("/ja/report").wants(t, 200, "/ja/report/product", "/ja/report/website", "/ja/report/own", "Joe.Doe@cc.example.test")
	s.get("/ja/report/product").wants(t, 200, `name="title"`, `enctype="multipart/form-data"`, "45日")
	who, p := s.page(s.submit("/ja/report/product", full(), map[string]string{"log.txt": "evidence", `C:\pic.png`: "picture"}))
	want := cvd.Submission{
		Kind: cvd.AboutProduct, Lang: "ja", Vendor: "Acme", Product: "Gateway 9000", Version: "1.2", Title: "固定の鍵", Environment: "lab", Procedure: "1. look",
		Result: "the key is\nthe same", Impact: "all", Workaround: "none", Personal: "met none", ReportedTo: "Acme PSIRT", Coordinator: cvd.FinderLeads,
		OwnID: "LAB-7", Public: true, Exploited: true, WishDays: 60, Evidence: p.Submission.Evidence,
	}
	if p.Submission.Digest() != want.Digest() {
		t.Errorf("got  %+v\nwant %+v", p.Submission, want)
	}
	if p.Consents != (cvd.Consents{ShareIdentity: true, Credit: true}) || p.CreditAs != "Fay of Lab" || p.Anonymous {
		t.Errorf("consents %+v, credit %q, anonymous %v", p.Consents, p.CreditAs, p.Anonymous)
	}
	if len(p.Files) != 2 || len(p.Submission.Evidence) != 2 {
		t.Fatalf("files %+v", p.Files)
	}
	for _, f := range p.Files {
		_, body, err := s.OpenFile(t.Context(), who, f.ID)
		must(t, err)
		b, err := io.ReadAll(body)
		must(t, err)
		must(t, body.Close())
		if wants := map[string]string{"log.txt": "evidence", "pic.png": "picture"}; wants[f.Name] != string(b) {
			t.Errorf("file %s holds %q", f.Name, b)
		}
	}
	if l := s.log.String(); strings.Contains(l, "Fay") || strings.Contains(l, "127.0.0.1") || strings.Contains(l, "鍵") {
		t.Errorf("the log tells: %s", l)
	}
}

func TestAnonymousIsTakenAtTheirWord(t *testing.T) {
	s := open(t)
	v := full()
	v.Set("anonymous", "yes")
	_, p := s.page(s.submit("/en/report/product", v, nil))
	if !p.Anonymous || p.Consents != (cvd.Consents{Credit: true}) {
		t.Errorf("%+v", p)
	}
	must(t, s.store.View(t.Context(), func(tx *store.Tx) error {
		who, err := tx.Identity(t.Context(), p.ID)
		if who.Name+who.Organisation+who.Mail+who.Phone+who.Key != "" {
			t.Errorf("of an anonymous finder is kept: %+v", who)
		}
		return err
	}))
}

func TestWebsiteAndOwnProduct(t *testing.T) {
	s := open(t)
	_, p := s.page(s.submit("/en/report/website", url.Values{"title": {"x"}, "url": {"https://shop.example.test/"}, "result": {"y"}, "coordinator": {"centre"}, "wish": {"usual"}, "anonymous": {"yes"}}, nil))
	if p.Submission.Kind != cvd.AboutWebsite || p.Submission.URL != "https://shop.example.test/" || p.Submission.Lang != "en" || p.Submission.WishDays != 0 || p.Submission.NoEmbargo {
		t.Errorf("%+v", p.Submission)
	}
	_, p = s.page(s.submit("/ja/report/own", url.Values{"title": {"x"}, "product": {"p"}, "result": {"y"}, "coordinator": {"centre"}, "wish": {"none"}, "mail": {"psirt@acme.test"}}, nil))
	if p.Submission.Kind != cvd.OwnProduct || !p.Submission.NoEmbargo || p.Anonymous {
		t.Errorf("%+v", p.Submission)
	}
}

var ticketIn = regexp.MustCompile(`name="kept" value="([^"]+)"`)

// A form that is refused keeps everything: what was typed, and the files that came through.
func TestNothingIsLostWhenAFormIsRefused(t *testing.T) {
	s := open(t)
	v := full()
	v.Del("result")
	v.Set("coordinator", "other")
	v.Del("reported_to")
	v.Set("wish_days", "0")
	v.Set("credit_as", " ")
	v.Set("mail", "nonsense")
	v.Set("key", "no key")
	v.Set("title", `"><script>`)
	a := s.submit("/en/report/product", v, map[string]string{"log.txt": "evidence"})
	a.wants(t, 422, "Describe what happens", "Name the organisation that coordinates", "Check the mail address", "Write the name to be published", "whole number from 0 to 365",
		"Gateway 9000", "Fay Finder", "LAB-7", "log.txt", "&#34;&gt;&lt;script&gt;", "1. look")
	if a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", a.header)
	}
	v = full()
	for _, m := range ticketIn.FindAllStringSubmatch(a.body, -1) {
		v.Add("kept", m[1])
	}
	_, p := s.page(s.submit("/en/report/product", v, map[string]string{"more.txt": "more"}))
	if len(p.Files) != 2 {
		t.Errorf("files %+v", p.Files)
	}
	v.Set("kept", v.Get("kept")+"x") // not a ticket of ours
	s.submit("/en/report/product", v, nil).wants(t, 422, "Please attach it again")
	s.clock.Move(21 * 3600 * 1e9)
	v.Set("kept", strings.TrimSuffix(v.Get("kept"), "x"))
	s.submit("/en/report/product", v, nil).wants(t, 422, "Please attach it again")
}

func TestTooManyReportsFromOneNetwork(t *testing.T) {
	s := open(t)
	v := full()
	for range 20 {
		if a := s.submit("/en/report/product", v, nil); a.status != 303 {
			t.Fatalf("status %d: %s", a.status, a.body)
		}
	}
	a := s.submit("/en/report/product", v, map[string]string{"log.txt": "evidence"})
	a.wants(t, 429, "Wait a minute", "Gateway 9000", "attach your files again")
	if a.header.Get("Retry-After") == "" {
		t.Errorf("headers %v", a.header)
	}
	s.clock.Move(60 * 1e9)
	if a := s.submit("/en/report/product", v, nil); a.status != 303 {
		t.Errorf("a minute later: %d", a.status)
	}
}

func TestTooMuchKeepsTheText(t *testing.T) {
	s := open(t)
	v := full()
	v.Set("result", strings.Repeat("x", 20001))
	s.submit("/en/report/product", v, nil).wants(t, 422, "At most 20000 characters", "Gateway 9000")
	files := map[string]string{}
	for i := range 11 {
		files[strings.Repeat("f", i+1)] = "x"
	}
	s.submit("/en/report/product", full(), files).wants(t, 422, "at most 10 files", "Gateway 9000", "ffff")
}
