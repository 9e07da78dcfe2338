package main

import (
	"context"
	"fmt"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// script does verbs one after the other and remembers the first refusal, so
// that a case reads as the story it tells.
type script struct {
	d   *demonstration
	ctx context.Context
	id  cvd.CaseID
	err error
}

func (s *script) step(what string, f func() error) {
	if s.err == nil {
		if err := f(); err != nil {
			s.err = fmt.Errorf("demonstration, %s: %w", what, err)
		}
	}
}

func (s *script) daysAgo(days float64) {
	s.step("clock", func() error { return s.d.daysAgo(s.ctx, days) })
}

func (s *script) act(by party.Actor, v cvd.Verb) {
	s.step(v.Verb(), func() error { return s.d.desk.Act(s.ctx, by, s.id, 0, v) })
}

func (s *script) invite(domain, reason string) {
	s.step("invite "+domain, func() error {
		return s.d.desk.InviteVendor(s.ctx, s.d.ann, s.id, desk.Invitation{Org: s.d.vendors[domain].Org, How: "mail", Reason: reason})
	})
}

// sign lets a vendor agree to the terms and say that it works on the matter.
func (s *script) sign(domain string) {
	v := s.d.vendors[domain]
	me := cvd.OrgParticipant(v.Org)
	s.act(v, cvd.AnswerInvitation{Who: me, Yes: true, Terms: 1})
	s.act(v, cvd.StateReport{Who: me, Do: cvd.RMValidate})
	s.act(v, cvd.StateReport{Who: me, Do: cvd.RMAccept})
}

// fixed lets a vendor name an affected product and its fix.
func (s *script) fixed(domain, name, before string) {
	v := s.d.vendors[domain]
	me := cvd.OrgParticipant(v.Org)
	s.act(v, cvd.StateStatus{Who: me, Vuln: "v1", Product: &product.Product{Name: name, Range: product.Range{To: before}}, Status: product.Affected, Shared: true})
	s.step("remedy", func() error {
		p, err := s.d.desk.Case(s.ctx, v, s.id)
		if err != nil {
			return err
		}
		var mine []string
		for _, x := range p.View.Products {
			if x.Name == name {
				mine = append(mine, x.ID)
			}
		}
		r := product.Remedy{Kind: product.Fix, Products: mine, URL: "https://" + domain + "/security",
			Text: words.Text{EN: "Update to version " + before + " or later.", JA: "バージョン" + before + "以降に更新してください。"}}
		return s.d.desk.Act(s.ctx, v, s.id, 0, cvd.OfferRemedy{Who: me, Remedy: r})
	})
	s.act(v, cvd.StateFix{Who: me, What: cvd.CSReady})
}

// unjudged: a report has come in and been acknowledged; an officer judges it next.
func (d *demonstration) unjudged(ctx context.Context) error {
	s := &script{d: d, ctx: ctx}
	s.daysAgo(5)
	s.step("receive", func() error {
		got, err := d.desk.ReceiveReport(ctx, desk.Incoming{
			Door: "web", Identity: cvd.Identity{Anonymous: true},
			Submission: cvd.Submission{
				Kind: cvd.AboutProduct, Lang: "ja", Vendor: "北浜計器", Product: "KI Gateway", Version: "3.1", Coordinator: cvd.CentreLeads, WishDays: 60,
				Title: "産業用ゲートウェイの管理画面における認証の不備", Environment: "評価用の実機1台、閉じたネットワーク",
				Procedure: "（この欄は公開されません）", Result: "認証なしで設定の一部を閲覧できます。", Impact: "設定値が第三者に知られる可能性があります。",
			},
		})
		if err != nil {
			return err
		}
		d.back.Add(-int64(2 * dayLength))
		return d.desk.AcknowledgeReport(ctx, d.bob, got.ID)
	})
	return s.err
}

const dayLength = 24 * 3600 * 1e9

// embargoed: three vendors under an embargo; two work, one is silent, and one
// of the two asks for more time.
func (d *demonstration) embargoed(ctx context.Context) error {
	s := &script{d: d, ctx: ctx}
	s.daysAgo(20)
	s.step("open", func() (err error) {
		s.id, d.finder, err = d.opened(ctx, desk.Incoming{
			Identity: cvd.Identity{Name: "Fumi Fukuda", Mail: "fumi@lab.example", CreditAs: "Fumi Fukuda, Example Lab"}, Consents: cvd.Consents{Credit: true},
			Submission: cvd.Submission{
				Kind: cvd.AboutProduct, Lang: "en", Vendor: "Hanamaru Controls", Product: "Hanamaru PLC HX-200", Version: "4.1", Coordinator: cvd.CentreLeads, OwnID: "LAB-2026-17",
				Title: "Fixed key in the engineering port", Environment: "HX-200 with firmware 4.1, laboratory network",
				Procedure: "(kept from the public)", Result: "The key that protects the engineering port is the same in every device.", Impact: "Whoever reaches the port can change the program.",
			},
		}, words.Text{EN: "Fixed key in the engineering port of three PLC families", JA: "PLC 3製品群のエンジニアリングポートにおける固定鍵の使用"})
		return err
	})
	s.act(d.ann, cvd.DescribeCase{
		Title: words.Text{EN: "Fixed key in the engineering port of three PLC families", JA: "PLC 3製品群のエンジニアリングポートにおける固定鍵の使用"},
		Brief: words.Text{EN: "The runtime is licensed to several vendors; please check whether yours carries the same key.", JA: "当該ランタイムは複数のベンダに提供されています。自社製品に同じ鍵が含まれるか確認してください。"},
		TLP:   tlp.AmberStrict, Vulns: []cvd.Vuln{{ID: "v1", Title: words.Text{EN: "Use of a fixed cryptographic key", JA: "固定の暗号鍵の使用"}, CWEs: []string{"CWE-321"}}},
	})
	s.daysAgo(18)
	s.invite("hanamaru.example", "")
	s.invite("kitahama.example", "")
	s.invite("suedwerk.example", "The runtime is theirs; they have no agreement with us yet.")
	s.daysAgo(17)
	s.act(d.bob, cvd.DecideOverride{Who: []cvd.ParticipantID{cvd.OrgParticipant(d.vendors["suedwerk.example"].Org)}, Yes: true})
	s.daysAgo(15)
	s.sign("hanamaru.example")
	s.act(d.vendors["hanamaru.example"], cvd.SetNumber{Who: cvd.OrgParticipant(d.vendors["hanamaru.example"].Org), Number: "PSIRT-9921"})
	s.daysAgo(13)
	s.sign("kitahama.example")
	s.daysAgo(6)
	s.fixed("hanamaru.example", "Hanamaru PLC HX-200", "4.2")
	silent := cvd.OrgParticipant(d.vendors["suedwerk.example"].Org)
	s.act(d.ann, cvd.NoteAttempt{Who: silent, How: "phone"})
	s.daysAgo(2)
	s.act(d.ann, cvd.RecordSilence{Who: silent})
	s.daysAgo(1)
	s.step("propose", func() error {
		v := d.vendors["kitahama.example"]
		until := d.desk.Now().AddDate(0, 0, 48)
		return d.desk.Act(ctx, v, s.id, 0, cvd.ProposeEmbargo{Until: until, Reason: "Our hardware test takes three more weeks."})
	})
	return s.err
}

// waiting: the advisory is written and waits for its second approver.
func (d *demonstration) waiting(ctx context.Context) error {
	s := &script{d: d, ctx: ctx}
	s.daysAgo(43.5)
	s.step("open", func() (err error) {
		s.id, _, err = d.opened(ctx, desk.Incoming{
			Identity: cvd.Identity{Name: "Goro Goto", Mail: "goro@users.example"},
			Submission: cvd.Submission{Kind: cvd.AboutProduct, Lang: "ja", Vendor: "北浜計器", Product: "KI-7 flow computer", Coordinator: cvd.CentreLeads,
				Title: "流量計算機における情報漏えい", Result: "通信の一部が暗号化されていません。"},
		}, words.Text{EN: "Information disclosure in flow computers", JA: "流量計算機における情報漏えい"})
		return err
	})
	s.invite("kitahama.example", "")
	s.daysAgo(40)
	s.sign("kitahama.example")
	s.daysAgo(12)
	s.fixed("kitahama.example", "KI-7 flow computer", "2.8")
	s.daysAgo(3)
	s.write(advisory.Content{
		Title:       words.Text{EN: "KI-7 flow computers send measurements in clear text", JA: "流量計算機KI-7における測定値の平文送信"},
		Overview:    words.Text{EN: "KI-7 flow computers by Kitahama Instruments send measurements without encryption.", JA: "北浜計器が提供する流量計算機KI-7は、測定値を暗号化せずに送信します。"},
		Description: words.Text{EN: "Measurements travel in clear text between the device and the control room.", JA: "機器と監視室の間で、測定値が平文で送信されます。"},
		Impact:      words.Text{EN: "A third party with access to the network may read measurements.", JA: "ネットワークに接続可能な第三者によって、測定値を閲覧される可能性があります。"},
		Solution:    words.Text{EN: "Update to the firmware that the vendor provides.", JA: "開発者が提供するファームウェアに更新してください。"},
	}, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", advisory.Weakness{ID: "CWE-319", Name: "Cleartext Transmission of Sensitive Information"})
	s.daysAgo(2)
	s.advise("kitahama.example")
	return s.err
}

// advise opens early provision to the water works, with a vendor's consent: its
// person sees the duties first.
func (s *script) advise(domain string) {
	v := s.d.vendors[domain]
	s.act(s.d.ann, cvd.ProposeRing{RingText: cvd.RingText{
		Reason: "The devices measure the flow at most large water works.", Impact: "Without its measurements a water works has to be run by hand.", Sectors: []string{"jp/water"},
		Advice: words.Text{
			EN: "Carry the measurements over a network of their own, apart from the office's, until the update is in.",
			JA: "更新を適用するまで、測定値を業務用ネットワークから分離した専用のネットワークで伝送してください。",
		},
	}})
	s.act(v, cvd.ConsentRing{Who: cvd.OrgParticipant(v.Org), Yes: true, Round: 1})
	s.daysAgo(1)
	s.step("open_ring", func() error { return s.d.desk.OpenRing(s.ctx, s.d.ann, s.id, []party.OrgID{s.d.utility.Org}) })
}

// published: an advisory that is out, with an update.
func (d *demonstration) published(ctx context.Context) error {
	s := &script{d: d, ctx: ctx}
	s.daysAgo(60)
	s.step("open", func() (err error) {
		s.id, _, err = d.opened(ctx, desk.Incoming{
			Identity: cvd.Identity{Name: "Emi Endo", Mail: "emi@univ.example", CreditAs: "Emi Endo, Example University"}, Consents: cvd.Consents{Credit: true},
			Submission: cvd.Submission{Kind: cvd.AboutProduct, Lang: "ja", Vendor: "花丸制御", Product: "Hanamaru Engineering Tool", Coordinator: cvd.CentreLeads,
				Title: "エンジニアリングツールにおけるファイル検索パスの問題", Result: "同じフォルダの部品が読み込まれます。"},
		}, words.Text{EN: "Uncontrolled search path in an engineering tool", JA: "エンジニアリングツールにおけるファイル検索パスの制御不備"})
		return err
	})
	s.invite("hanamaru.example", "")
	s.daysAgo(57)
	s.sign("hanamaru.example")
	s.daysAgo(20)
	s.fixed("hanamaru.example", "Hanamaru Engineering Tool", "7.5")
	s.daysAgo(14.5)
	content := advisory.Content{
		Title:       words.Text{EN: "Hanamaru Engineering Tool may load libraries from unsafe places", JA: "Hanamaru Engineering Toolにおけるファイル検索パスの制御不備"},
		Overview:    words.Text{EN: "The engineering tool by Hanamaru Controls searches libraries in an unsafe order.", JA: "花丸制御が提供するエンジニアリングツールには、ファイル検索パスの制御不備の脆弱性が存在します。"},
		Description: words.Text{EN: "When a project is opened, libraries in the project's folder may be loaded.", JA: "プロジェクトを開く際に、同じフォルダに存在するライブラリを読み込んでしまう場合があります。"},
		Impact:      words.Text{EN: "Code may run with the rights of the user who opens a project.", JA: "プロジェクトを開いた利用者の権限で、任意のコードを実行される可能性があります。"},
		Solution:    words.Text{EN: "Update the tool, and open only projects that you trust.", JA: "ツールを最新版に更新し、信頼できるプロジェクトのみを開いてください。"},
	}
	s.write(content, "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", advisory.Weakness{ID: "CWE-427", Name: "Uncontrolled Search Path Element"})
	aid := advisory.ID(s.id)
	s.step("approve", func() error { return d.desk.ApproveAdvisory(ctx, d.bob, aid, 0) })
	s.daysAgo(14)
	s.step("publish", func() error { return d.desk.PublishAdvisory(ctx, d.ann, aid) })
	s.daysAgo(4)
	s.step("revise", func() error { return d.desk.WriteAdvisory(ctx, d.ann, aid, 0, advisory.Revise{}) })
	s.step("update", func() error {
		p, err := d.desk.Advisory(ctx, d.ann, aid)
		if err != nil {
			return err
		}
		c := p.Advisory.Draft.Content
		c.Solution.EN += " The vendor has also published a tool that checks an installation."
		c.Solution.JA += "開発者は、インストール状況を確認するツールも公開しています。"
		summary := words.Text{EN: "Added the vendor's checking tool to the solution", JA: "対策方法に開発者の確認ツールを追加"}
		if err := d.desk.WriteAdvisory(ctx, d.ann, aid, 0, advisory.Write{Content: c, Summary: summary}); err != nil {
			return err
		}
		if err := d.desk.WriteAdvisory(ctx, d.ann, aid, 0, advisory.Submit{}); err != nil {
			return err
		}
		if err := d.desk.ApproveAdvisory(ctx, d.bob, aid, 0); err != nil {
			return err
		}
		return d.desk.PublishAdvisory(ctx, d.bob, aid)
	})
	return s.err
}

// write drafts the case's advisory, tells the vendors and submits it to review.
func (s *script) write(text advisory.Content, cvss string, weakness advisory.Weakness) {
	d, ctx := s.d, s.ctx
	s.step("advisory", func() error {
		aid, err := d.desk.DraftAdvisory(ctx, d.ann, s.id)
		if err != nil {
			return err
		}
		p, err := d.desk.Advisory(ctx, d.ann, aid)
		if err != nil {
			return err
		}
		c := p.Advisory.Draft.Content
		c.Title, c.Overview, c.Description, c.Impact, c.Solution = text.Title, text.Overview, text.Description, text.Impact, text.Solution
		c.Vulnerabilities[0].Title, c.Vulnerabilities[0].CVSS31, c.Vulnerabilities[0].CWEs = text.Title, cvss, []advisory.Weakness{weakness}
		c.Vulnerabilities[0].Exploitation = advisory.ExploitNone
		if err := d.desk.WriteAdvisory(ctx, d.ann, aid, 0, advisory.Write{Content: c, Summary: words.Text{EN: "Published", JA: "公開"}}); err != nil {
			return err
		}
		if err := d.desk.TellDraft(ctx, d.ann, aid); err != nil {
			return err
		}
		return d.desk.WriteAdvisory(ctx, d.ann, aid, 0, advisory.Submit{})
	})
}
