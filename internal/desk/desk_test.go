package desk_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/auth"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/format/page"
	"nakodo/internal/keys"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// office is a desk on a fresh centre with two officers and two vendors.
type office struct {
	*desk.Desk
	t     *testing.T
	clock *storetest.Clock
	store *store.Store
	ann   party.Actor // officers
	bob   party.Actor
	acme  party.Actor // vendors
	zeta  party.Actor
}

func newOffice(t *testing.T, s *store.Store, clock *storetest.Clock) *office {
	t.Helper()
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	key, err := keys.Create("Example CC", "cc@example.test", clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	hasher, err := auth.NewHasher(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		t.Fatal(err)
	}
	press, err := page.NewPress(say, static)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, clock: clock, store: s, Desk: desk.New(desk.Config{
		Store: s, Key: key, Links: bytes.Repeat([]byte{7}, 32), Words: say, Hasher: hasher, Press: press, Engine: "test", Compose: compose, Tag: func(id string) string { return "t" + id },
		Centre: desk.Centre{Prefix: "NKD", Reports: "NKR", Name: words.Text{EN: "Example CC", JA: "例センター"}, Base: "https://cc.example.test", Mail: "cc@example.test"},
	})}
	o.ann = o.officer("Ann", "ann@cc.example.test")
	o.bob = o.officer("Bob", "bob@cc.example.test")
	o.acme = o.vendor("Acme Controls", "acme.test")
	o.zeta = o.vendor("Zeta 電機", "zeta.test")
	return o
}

func (o *office) officer(name, mail string) party.Actor {
	o.t.Helper()
	p := party.Person{ID: party.PersonID(strings.ToLower(name)), Role: party.Officer, Name: name, Mail: mail, Lang: "en", Active: true}
	o.must(o.store.Do(o.t.Context(), func(tx *store.Tx) error { return tx.SetPerson(o.t.Context(), &p) }))
	return party.OfficerActor(p.ID)
}

func (o *office) vendor(name, domain string) party.Actor {
	o.t.Helper()
	by := o.ann
	id, err := o.SaveOrganisation(o.t.Context(), by, party.Organisation{
		Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: name, Kind: party.Official}}, Tier: party.General,
		Domains: []string{domain}, Products: []party.Product{{ID: "p", Name: name + " Gateway 9000"}},
	})
	o.must(err)
	person, err := o.SaveContact(o.t.Context(), by, party.Contact{Org: id, Name: "PSIRT", Role: true, Mail: "psirt@" + domain, Lang: "en", Duty: party.OnDuty})
	o.must(err)
	o.must(o.SaveAgreement(o.t.Context(), by, party.Agreement{Org: id, Scope: party.ScopeReports, Edition: "2026-1", Signed: o.clock.Now().AddDate(-1, 0, 0)}))
	return party.VendorActor(id, person)
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) refused(kind fault.Kind, err error) {
	o.t.Helper()
	if fault.KindOf(err) != kind {
		o.t.Fatalf("got %v, want a refusal of kind %s", err, kind)
	}
}

var jury = cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}

// report sends a report in; the finder agrees to be named.
func (o *office) report() (cvd.ReportID, party.Actor) {
	o.t.Helper()
	got, err := o.ReceiveReport(o.t.Context(), desk.Incoming{
		Submission: cvd.Submission{Kind: cvd.AboutProduct, Lang: "en", Vendor: "Acme", Product: "Acme Controls Gateway 9000", Title: "SECRET-TITLE fixed key",
			Procedure: "SECRET-PROCEDURE", Result: "the key is the same everywhere", Coordinator: cvd.CentreLeads},
		Identity: cvd.Identity{Name: "Fay Finder", Mail: "fay@finder.test", CreditAs: "Fay of Finder Lab"},
		Consents: cvd.Consents{Credit: true}, Door: "web",
	})
	o.must(err)
	id, token, _ := strings.Cut(strings.TrimPrefix(got.Link, "/status/"), "/")
	finder, err := o.Finder(id, token)
	o.must(err)
	return got.ID, finder
}

// openCase brings a report as far as a case with Acme signed.
func (o *office) openCase() (cvd.CaseID, party.Actor) {
	o.t.Helper()
	ctx := o.t.Context()
	report, finder := o.report()
	o.must(o.AcknowledgeReport(ctx, o.ann, report))
	o.must(o.JudgeReport(ctx, o.ann, report, jury))
	id, err := o.OpenCase(ctx, o.ann, desk.Opening{Reports: []cvd.ReportID{report}, Title: words.Text{EN: "SECRET-TITLE", JA: "SECRET-題名"}})
	o.must(err)
	o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.acme.Org, How: "mail"}))
	return id, finder
}

func (o *office) sign(id cvd.CaseID, v party.Actor) {
	o.t.Helper()
	p, err := o.Case(o.t.Context(), v, id)
	o.must(err)
	o.must(o.Act(o.t.Context(), v, id, 0, cvd.AnswerInvitation{Who: p.View.Me, Yes: true, Terms: p.View.Embargo.Terms}))
}

func TestJourney_FromReportToAdvisory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, finder := o.openCase()
		before, err := o.Case(ctx, o.acme, id)
		o.must(err)
		if before.View.Open || len(before.Reports) > 0 || before.View.Embargo.Until != clock.Now().Add(45*24*time.Hour) {
			t.Fatalf("before signing the vendor sees %+v", before)
		}
		o.sign(id, o.acme)
		after, err := o.Case(ctx, o.acme, id)
		o.must(err)
		if !after.View.Open || len(after.Reports) != 1 || after.Reports[0].Submission.Procedure != "SECRET-PROCEDURE" || after.Reports[0].ID != "" {
			t.Fatalf("after signing the vendor sees %+v", after)
		}
		o.offer(id)

		aid, err := o.DraftAdvisory(ctx, o.ann, id)
		o.must(err)
		o.write(aid)
		o.must(o.TellDraft(ctx, o.ann, aid))
		o.must(o.WriteAdvisory(ctx, o.ann, aid, 0, advisory.Submit{}))
		o.refused(fault.NotAllowed, o.ApproveAdvisory(ctx, o.ann, aid, 0)) // four eyes
		o.must(o.ApproveAdvisory(ctx, o.bob, aid, 0))
		o.refused(fault.Invalid, o.PublishAdvisory(ctx, o.ann, aid)) // the embargo holds

		clock.Move(45 * 24 * time.Hour)
		o.must(o.Act(ctx, party.ClockActor(), id, 0, cvd.EndEmbargo{}))
		o.must(o.PublishAdvisory(ctx, o.ann, aid))

		found, err := o.Search(ctx, shelf.Question{Text: "固定"})
		o.must(err)
		if len(found.Entries) != 1 || found.Entries[0].ID != "NKD#"+string(id) {
			t.Fatalf("search finds %+v", found.Entries)
		}
		fp, err := o.FinderPage(ctx, finder)
		o.must(err)
		if len(fp.Cases) != 1 || fp.Cases[0].Advisory == "" || fp.Cases[0].Sent.IsZero() {
			t.Errorf("the finder sees %+v", fp.Cases)
		}
		doc, err := o.Document(ctx, "/csaf/white/2026/nkd"+string(id)+"-en.json")
		o.must(err)
		if !strings.Contains(string(doc.Body), "Fay of Finder Lab") || strings.Contains(string(doc.Body), "SECRET") {
			t.Errorf("the CSAF document reads\n%s", doc.Body)
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

// offer states what Acme has to say, and describes the case.
func (o *office) offer(id cvd.CaseID) {
	o.t.Helper()
	ctx, me := o.t.Context(), cvd.OrgParticipant(o.acme.Org)
	for _, v := range []cvd.Verb{
		cvd.StateReport{Who: me, Do: cvd.RMValidate}, cvd.StateReport{Who: me, Do: cvd.RMAccept},
		cvd.StateStatus{Who: me, Vuln: "v1", Product: &product.Product{Name: "Gateway 9000", Range: product.Range{To: "4.2"}}, Status: product.Affected},
	} {
		o.must(o.Act(ctx, o.acme, id, 0, v))
	}
	p, err := o.Case(ctx, o.acme, id)
	o.must(err)
	o.must(o.Act(ctx, o.acme, id, 0, cvd.OfferRemedy{Who: me, Remedy: product.Remedy{Kind: product.Fix, Text: words.Text{EN: "Update to 4.2.", JA: "4.2に更新してください。"}, Products: []string{p.View.Products[0].ID}}}))
	o.must(o.Act(ctx, o.ann, id, 0, cvd.DescribeCase{Title: words.Text{EN: "Fixed key", JA: "固定鍵"}, TLP: tlp.Amber, Vulns: []cvd.Vuln{{ID: "v1", Title: words.Text{EN: "Fixed key", JA: "固定鍵"}, CWEs: []string{"CWE-321"}}}}))
}

// write fills in what the gate asks of a draft.
func (o *office) write(id advisory.ID) {
	o.t.Helper()
	p, err := o.Advisory(o.t.Context(), o.ann, id)
	o.must(err)
	c := p.Advisory.Draft.Content
	both := func(s string) words.Text { return words.Text{EN: s, JA: "日本語：" + s} }
	c.Title, c.Overview, c.Description = both("Fixed key in gateways"), both("Gateways use a fixed key."), both("The key is the same in every device.")
	c.Impact, c.Solution = both("Settings may be changed by a third party."), both("Update to the newest firmware.")
	c.Vulnerabilities[0].CVSS31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	c.Vulnerabilities[0].CWEs = []advisory.Weakness{{ID: "CWE-321", Name: "Use of Hard-coded Cryptographic Key"}}
	o.must(o.WriteAdvisory(o.t.Context(), o.ann, id, p.Advisory.Version, advisory.Write{Content: c, Summary: both("First publication")}))
}

func TestSecrets_NoLetterLeaksAndNoStrangerLearns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, finder := o.openCase()
		for _, stranger := range []party.Actor{o.zeta, party.Anyone(), party.FinderActor("NKR-0000-0000"), party.OperatorActor(o.zeta.Org, "x")} {
			_, missing := o.Case(ctx, stranger, "11111111")
			_, err := o.Case(ctx, stranger, id)
			if shown(err) != shown(missing) {
				t.Errorf("%s tells an existing case from none: %v, %v", stranger.Role, err, missing)
			}
			for _, v := range []cvd.Verb{cvd.AnswerInvitation{Yes: true, Terms: 1}, cvd.StateStatus{}, cvd.EndEmbargo{Reason: "x"}} {
				if err := o.Act(ctx, stranger, id, 0, v); shown(err) != shown(missing) {
					t.Errorf("%s, %s: %v", stranger.Role, v.Verb(), err)
				}
			}
		}
		o.refused(fault.NotFound, func() error { _, err := o.Report(ctx, finder, cvd.ReportID(finder.Report)); return err }())
		o.must(s.View(ctx, func(tx *store.Tx) error {
			letters, err := tx.Letters(ctx, 0, 100)
			if err != nil {
				return err
			}
			to := map[string]int{}
			for _, l := range letters {
				to[l.To]++
				if l.To == "psirt@acme.test" && strings.Contains(string(l.Args), "SECRET") {
					t.Errorf("the invitation to a vendor that has not signed holds a secret: %s", l.Args)
				}
				if l.State != talk.LetterQueued {
					t.Errorf("letter %s is %s", l.Template, l.State)
				}
			}
			if to["psirt@zeta.test"] != 0 || to["psirt@acme.test"] != 1 || to["fay@finder.test"] != 3 || to["ann@cc.example.test"] != 1 || to["bob@cc.example.test"] != 1 {
				t.Errorf("letters went to %v", to)
			}
			return nil
		}))
	})
}

func TestTalk_OnlyReadersReadAndWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, finder := o.openCase()
		p, err := o.Case(ctx, o.acme, id)
		o.must(err)
		if len(p.Talk) != 1 {
			t.Fatalf("an invited vendor has %d threads, want its own with the centre", len(p.Talk))
		}
		thread := p.Talk[0].ID
		file, err := o.Keep(ctx, "../../log\u202egpj.exe", strings.NewReader("evidence"))
		o.must(err)
		if file.Name != "loggpj.exe" {
			t.Errorf("file name %q", file.Name)
		}
		o.must(o.PostMessage(ctx, o.acme, thread, "what are the terms?", []desk.Upload{file}))
		o.must(o.PostMessage(ctx, o.ann, thread, "45 days", nil))
		o.refused(fault.NotFound, o.PostMessage(ctx, o.zeta, thread, "hello", nil))
		o.refused(fault.NotFound, o.PostMessage(ctx, finder, thread, "hello", nil))
		p, err = o.Case(ctx, o.acme, id)
		o.must(err)
		ms := p.Talk[0].Messages
		if len(ms) != 2 || !ms[0].Mine || ms[1].Name != "" || len(ms[0].Files) != 1 {
			t.Errorf("the vendor reads %+v", ms)
		}
		if _, body, err := o.OpenFile(ctx, o.ann, ms[0].Files[0].ID); err != nil {
			t.Error(err)
		} else {
			body.Close()
		}
		_, _, err = o.OpenFile(ctx, o.zeta, ms[0].Files[0].ID)
		o.refused(fault.NotFound, err)
	})
}

func TestSuggest_FindsTheVendorByItsProduct(t *testing.T) {
	s := storetest.Open(t, store.Config{Dir: t.TempDir()})
	o := newOffice(t, s, storetest.NewClock())
	report, _ := o.report()
	o.must(o.JudgeReport(t.Context(), o.ann, report, jury))
	id, err := o.OpenCase(t.Context(), o.ann, desk.Opening{Reports: []cvd.ReportID{report}, Title: words.Text{EN: "fixed key"}})
	o.must(err)
	got, err := o.Suggest(t.Context(), o.ann, id)
	o.must(err)
	if len(got) == 0 || got[0].Org != o.acme.Org || len(got[0].Reasons) == 0 || !got[0].Agreed {
		t.Errorf("suggestions: %+v", got)
	}
	_, err = o.Suggest(t.Context(), o.acme, id)
	o.refused(fault.NotFound, err)
}

// shown is what a door may show of a refusal: everything but the cause.
func shown(err error) string {
	f := fault.Of(err)
	if f == nil {
		return "no refusal"
	}
	bare := *f
	bare.Cause = nil
	return bare.Error()
}
