// Package specimen holds an invented advisory that has every part an advisory
// can have: tests of the formats, the store and the pages use it, and so may a
// gallery of pages. Nothing in it is real.
package specimen

import (
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Published is when the specimen's first revision was published.
var Published = time.Date(2026, 12, 18, 3, 0, 0, 0, time.UTC)

// Publisher is the centre that published it.
func Publisher() advisory.Publisher {
	return advisory.Publisher{
		Prefix:    "NKD",
		Name:      words.Text{EN: "Example CERT Coordination Center", JA: "例示CERTコーディネーションセンター"},
		Namespace: "https://cert.example",
		Base:      "https://cert.example",
		Contact:   words.Text{EN: "vuls@cert.example", JA: "vuls@cert.example"},
		Authority: words.Text{EN: "National coordination centre", JA: "国の調整機関"},
		Engine:    "1.0",
	}
}

// Content is what the first revision says.
func Content() advisory.Content {
	return advisory.Content{
		Title:    words.Text{EN: "Hard-coded key in the engineering port of PLC products", JA: "PLC製品のエンジニアリングポートにおける固定鍵の使用"},
		Overview: words.Text{EN: "The engineering port of PLC products of several vendors uses a hard-coded cryptographic key.", JA: "複数のベンダが提供するPLC製品のエンジニアリングポートには、固定の暗号鍵が使用されている問題が存在します。"},
		Products: []product.Product{
			{ID: "p1", Org: "org-a", Name: "Series X firmware", Range: product.Range{To: "4.2"}, CPE: "cpe:2.3:o:acme:series_x_firmware:*:*:*:*:*:*:*:*"},
			{ID: "p2", Org: "org-b", Name: "FA-M3", Range: product.Range{From: "2.0", To: "2.7", ToInclude: true}},
			{ID: "p3", Org: "org-b", Name: "FA-M3", Range: product.Range{Exact: "3.0.1"}},
			{ID: "p4", Org: "org-d", Name: "Studio", Range: product.Range{}, PURL: "pkg:nuget/Example.Studio"},
		},
		AffectedNote: words.Text{EN: "See the vendors' notices for model numbers.", JA: "型番については各ベンダの告知を参照してください。"},
		Description:  words.Text{EN: "The engineering port encrypts with a key that is the same in every unit (CWE-321).\n\nTwo vulnerabilities have been assigned CVE IDs.", JA: "エンジニアリングポートの通信は、全製品に共通の鍵で暗号化されています（CWE-321）。\n\n2件の脆弱性にCVE番号が割り当てられています。"},
		Impact:       words.Text{EN: "Somebody who can reach the product may change its settings.", JA: "当該製品に接続可能な第三者によって、設定を変更される可能性があります。"},
		Solution:     words.Text{EN: "Update the firmware according to the vendors' notices.", JA: "開発者が提供する情報をもとに、最新版へアップデートしてください。"},
		Vulnerabilities: []advisory.Vulnerability{
			{
				ID: "v1", Title: words.Text{EN: "Use of a hard-coded cryptographic key", JA: "固定された暗号鍵の使用"}, CVE: "CVE-2026-31001",
				CWEs:   []advisory.Weakness{{ID: "CWE-321", Name: "Use of Hard-coded Cryptographic Key"}, {ID: "CWE-798", Name: "Use of Hard-coded Credentials"}},
				CVSS31: "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", CVSS40: "CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N",
				Exploitation: advisory.ExploitNone,
			},
			{
				ID: "v2", Title: words.Text{EN: "Missing authentication for the reset function", JA: "リセット機能における認証の欠如"}, CVE: "CVE-2026-31002",
				CWEs: []advisory.Weakness{{ID: "CWE-306", Name: "Missing Authentication for Critical Function"}}, CVSS31: "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
			},
		},
		Remedies: []product.Remedy{
			{Kind: product.Fix, Text: words.Text{EN: "Update to firmware 4.2 or later.", JA: "ファームウェア 4.2 以降に更新してください。"}, URL: "https://a.example/fw", Products: []string{"p1"}, Date: Published.AddDate(0, 0, -3)},
			{Kind: product.Mitigation, Text: words.Text{EN: "Allow connections to the engineering port only from trusted hosts.", JA: "エンジニアリングポートへの接続元を信頼できるホストに制限してください。"}, Products: []string{"p1", "p2", "p3"}},
		},
		Vendors:    vendors(),
		References: []advisory.Reference{{Title: words.Text{EN: "Good practice for engineering ports", JA: "エンジニアリングポートの対策指針"}, URL: "https://cert.example/guides/ports"}},
		Addendum:   words.Text{EN: "Operators of critical infrastructure were told in advance.", JA: "重要インフラ事業者には事前に情報を提供しました。"},
		Analysis:   words.Text{EN: "The attacker has to be on the same network.", JA: "攻撃者は同一ネットワーク上にいる必要があります。"},
		Credits:    []advisory.Credit{{Report: "r1", Kind: advisory.CreditNamed}, {Report: "r2", Kind: advisory.CreditUnnamed}, {Report: "r3", Kind: advisory.CreditNone}},
		Other: []advisory.OtherInfo{
			{Kind: advisory.OtherAlert, ID: "EX-AT-2026-0050", URL: "https://cert.example/at/2026/0050"},
			{Kind: advisory.OtherIPedia, ID: "JVNDB-2026-000123"},
		},
		TLP:       tlp.Clear,
		Languages: []words.Lang{words.JA, words.EN},
	}
}

func vendors() []advisory.VendorEntry {
	on := func(p, v string, s product.Status) advisory.ProductStatus {
		return advisory.ProductStatus{Product: p, Vulnerability: v, Status: s}
	}
	clear := on("p4", "v1", product.NotAffected)
	clear.Justification = product.ComponentNotPresent
	alsoClear := on("p4", "v2", product.NotAffected)
	alsoClear.Justification = product.CodeNotPresent
	return []advisory.VendorEntry{
		{
			Org: "org-a", Name: words.Text{EN: "Acme Controls", JA: "アクメ制御株式会社"}, Status: product.Affected, Updated: Published,
			Statuses: []advisory.ProductStatus{on("p1", "v1", product.Affected), on("p1", "v2", product.Affected)},
			Link:     "https://a.example/notice", Statement: "アクメ制御は修正版を公開しました。", StatementLang: words.JA,
		},
		{
			Org: "org-b", Name: words.Text{EN: "Bolt Automation", JA: "ボルト自動化"}, Status: product.AffectedInvestigating, Updated: Published,
			Statuses: []advisory.ProductStatus{
				on("p2", "v1", product.Affected), on("p2", "v2", product.Unknown),
				on("p3", "v1", product.AffectedInvestigating), on("p3", "v2", product.NotAffectedInvestigating),
			},
			Statement: "We are still looking at version 3.0.1.", StatementLang: words.EN,
		},
		{Org: "org-c", Name: words.Text{EN: "Cogwheel", JA: "コグホイール"}, Status: product.NoAnswer},
		{
			Org: "org-d", Name: words.Text{EN: "Dynamo Tools", JA: "ダイナモツールズ"}, Status: product.NotAffected, Updated: Published,
			Statuses: []advisory.ProductStatus{clear, alsoClear},
		},
		{Org: "org-e", Name: words.Text{EN: "Elmwood"}, Status: product.NotContacted},
	}
}

// Names are those of the finders who agreed to be named, by report.
func Names() map[string]words.Text {
	return map[string]words.Text{"r1": {EN: "Hanako Reiji", JA: "例示 花子"}}
}

// First is the first revision, as published.
func First() advisory.Revision {
	return revision(Content(), 1, Published, advisory.HistoryEntry{Number: 1, At: Published, Summary: words.Text{EN: "Published", JA: "公開"}})
}

// Second is the correction four days later: one vendor's status changed.
func Second() advisory.Revision {
	c := Content()
	at := Published.AddDate(0, 0, 4)
	c.Vendors[1].Status, c.Vendors[1].Updated = product.Affected, at
	c.Vendors[1].Statuses[2].Status = product.Affected
	return revision(c, 2, at,
		advisory.HistoryEntry{Number: 1, At: Published, Summary: words.Text{EN: "Published", JA: "公開"}},
		advisory.HistoryEntry{Number: 2, At: at, Summary: words.Text{EN: "Status of Bolt Automation updated", JA: "ボルト自動化のステータスを更新"}})
}

// Withdrawn is a revision that says the advisory is withdrawn.
func Withdrawn() advisory.Revision {
	r := Second()
	r.Number, r.At = 3, Published.AddDate(0, 1, 0)
	r.Content.Withdrawal = words.Text{EN: "The problem turned out not to exist.", JA: "当該問題は存在しないことが判明しました。"}
	r.History = append(r.History, advisory.HistoryEntry{Number: 3, At: r.At, Summary: words.Text{EN: "Withdrawn", JA: "取り下げ"}})
	return r
}

func revision(c advisory.Content, n int, at time.Time, history ...advisory.HistoryEntry) advisory.Revision {
	a := advisory.Advisory{ID: "64806328", Draft: &advisory.Draft{Number: n, Content: c}}
	r := a.Public(Names(), at)
	r.First, r.History = Published, history
	return r
}
