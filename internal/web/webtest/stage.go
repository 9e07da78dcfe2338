package webtest

import (
	"context"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/severity"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Stage is a centre in the middle of its work: a report that waits to be
// judged, and a case under an embargo with three vendors. The first has agreed
// and stated a status, the second asks for more time, the third is silent.
type Stage struct {
	Officer            party.Actor
	Secret             string // of the officer's authenticator
	Waiting            cvd.ReportID
	Report             cvd.ReportID
	Case               cvd.CaseID
	Acme, Bolt, Cordon party.Actor
	Dyno               party.OrgID // in the registry, without an agreement, in no case
}

// Stage sets the centre's stage. The case was opened 20 days ago.
func (c *Centre) Stage() Stage {
	c.t.Helper()
	ctx := context.Background()
	s := Stage{}
	s.Officer, s.Secret = c.Officer("Hanako Yamada", "hanako@example.test")
	s.Acme, s.Bolt = c.Vendor(s.Officer, "Acme Controls", "acme.test"), c.Vendor(s.Officer, "ボルト電機株式会社", "bolt.test")
	s.Cordon = c.Vendor(s.Officer, "Cordon Systems", "cordon.test")
	dyno, err := c.SaveOrganisation(ctx, s.Officer, party.Organisation{
		Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: "Dyno Works", Kind: party.Official}}, Tier: party.Unverified,
		Products: []party.Product{{ID: "p", Name: "Fieldbus Runtime 7"}},
	})
	must(c.t, err)
	s.Dyno = dyno
	_, err = c.SaveContact(ctx, s.Officer, party.Contact{Org: dyno, Name: "Security", Role: true, Mail: "security@dyno.test", Lang: "ja", Duty: party.OnDuty})
	must(c.t, err)

	s.Report = c.Reported("Fixed key in the engineering port of the Fieldbus Runtime 7", 0)
	must(c.t, c.AcknowledgeReport(ctx, s.Officer, s.Report))
	must(c.t, c.JudgeReport(ctx, s.Officer, s.Report, cvd.Judgement{Complete: true, Consistent: true, InScope: true, Vulnerability: true, New: true}))
	title := words.Text{EN: "Fixed key in the engineering port of three PLC families", JA: "PLC 3製品群のエンジニアリングポートにおける固定鍵の使用"}
	s.Case, err = c.OpenCase(ctx, s.Officer, desk.Opening{Reports: []cvd.ReportID{s.Report}, Title: title})
	must(c.t, err)
	c.act(s, s.Officer, cvd.DescribeCase{
		Title: title, TLP: tlp.AmberStrict, Brief: words.Text{EN: "Please check whether your runtime carries the same key.", JA: "自社のランタイムに同じ鍵が含まれるか確認してください。"},
		Vulns: []cvd.Vuln{
			{ID: "v1", CVE: "CVE-2026-31001", Title: words.Text{EN: "Use of a fixed cryptographic key", JA: "固定の暗号鍵の使用"}, CWEs: []string{"CWE-321"}, Scores: []severity.Score{c.score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"), c.score("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N")}},
			{ID: "v2", Title: words.Text{EN: "Key can be read from the firmware"}, CWEs: []string{"CWE-798"}},
		},
	})
	for _, v := range []party.Actor{s.Acme, s.Bolt, s.Cordon} {
		must(c.t, c.InviteVendor(ctx, s.Officer, s.Case, desk.Invitation{Org: v.Org, How: "mail"}))
	}
	c.Clock.Move(3 * 24 * time.Hour)
	for _, v := range []party.Actor{s.Acme, s.Bolt} {
		me := cvd.OrgParticipant(v.Org)
		c.act(s, v, cvd.AnswerInvitation{Who: me, Yes: true, Terms: 1})
		c.act(s, v, cvd.StateReport{Who: me, Do: cvd.RMValidate})
		c.act(s, v, cvd.StateReport{Who: me, Do: cvd.RMAccept})
	}
	acme := cvd.OrgParticipant(s.Acme.Org)
	c.act(s, s.Acme, cvd.SetNumber{Who: acme, Number: "PSIRT-9921"})
	c.act(s, s.Acme, cvd.StateStatus{Who: acme, Vuln: "v1", Product: &product.Product{Name: "Acme PLC 200", Range: product.Range{To: "4.2"}}, Status: product.Affected, Shared: true})
	c.act(s, s.Acme, cvd.StateStatus{Who: acme, Vuln: "v2", Status: product.NotAffected, Justification: product.CodeNotPresent})
	c.act(s, s.Acme, cvd.StateFix{Who: acme, What: cvd.CSReady})
	c.Clock.Move(13 * 24 * time.Hour)
	c.act(s, s.Officer, cvd.NoteAttempt{Who: cvd.OrgParticipant(s.Cordon.Org), How: "phone"})
	room, err := c.CaseRoom(ctx, s.Officer, s.Case)
	must(c.t, err)
	c.act(s, s.Bolt, cvd.ProposeEmbargo{Until: room.View.Embargo.Until.AddDate(0, 0, 21), Reason: "Our hardware test takes three more weeks."})
	own, err := c.OwnThread(ctx, s.Officer, s.Case, s.Acme.Org)
	must(c.t, err)
	must(c.t, c.PostMessage(ctx, s.Acme, own.ID, "Which firmware did the finder use?\n\nOur lab sees it from 3.0 on.", nil))
	s.Waiting = c.Reported("産業用ゲートウェイの管理画面における認証の不備", 60)
	c.Clock.Move(4 * 24 * time.Hour)
	return s
}

// Reported lets a finder send a report and gives its number.
func (c *Centre) Reported(title string, wish int) cvd.ReportID {
	c.t.Helper()
	got, err := c.ReceiveReport(context.Background(), desk.Incoming{
		Door: "web", Identity: cvd.Identity{Name: "Fumi Fukuda", Organisation: "Example Lab", Mail: "fumi@lab.test", CreditAs: "Fumi Fukuda, Example Lab"},
		Consents: cvd.Consents{Credit: true},
		Submission: cvd.Submission{
			Kind: cvd.AboutProduct, Lang: "en", Vendor: "Acme Controls", Product: "Fieldbus Runtime 7", Version: "7.1", Coordinator: cvd.CentreLeads, OwnID: "LAB-17", WishDays: wish,
			Title: title, Environment: "A laboratory network without a way out.", Procedure: "(how it shows)",
			Result: "The key that protects the port is the same in every device.", Impact: "Whoever reaches the port can change the program.",
		},
	})
	must(c.t, err)
	return got.ID
}

func (c *Centre) act(s Stage, by party.Actor, v cvd.Verb) {
	c.t.Helper()
	must(c.t, c.Act(context.Background(), by, s.Case, 0, v))
}

func (c *Centre) score(vector string) severity.Score {
	c.t.Helper()
	s, err := severity.Parse(vector)
	must(c.t, err)
	return s
}
