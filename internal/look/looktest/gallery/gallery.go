// Package gallery is a few pages with invented contents that show every part
// of the look at once. Tests examine them; the browser tests photograph them.
package gallery

import (
	"embed"
	"net/url"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

//go:embed pages/*.html
var files embed.FS

// Next is an officer's first page.
type Next struct {
	look.Base
	Tasks []Task
}

// Task is one row of Next.
type Task struct {
	Due         time.Time
	What, Title words.Text
	Mark        string
	Main        bool
}

// Case is a case room.
type Case struct {
	look.Base
	TLP      tlp.Label
	Mark     string
	Embargo  look.Timeline
	Statuses look.Matrix
}

// Report is the form of a finder, sent once with mistakes.
type Report struct {
	look.Base
	Form look.Form
}

// Advisory is a published advisory.
type Advisory struct {
	look.Base
	Mark               string
	Published, Updated time.Time
	Overview           words.Text
	Statuses           look.Matrix
}

// Set parses the gallery.
func Set() (*look.Set, *look.Static, error) {
	say, err := words.Load()
	if err != nil {
		return nil, nil, err
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		return nil, nil, err
	}
	set, err := look.NewSet(say, static, files, "pages", []look.Page{
		{Name: "next", Shell: look.Desk, Of: Next{}},
		{Name: "case", Shell: look.Desk, Of: Case{}},
		{Name: "report", Shell: look.Plain, Of: Report{}},
		{Name: "advisory", Shell: look.Portal, Of: Advisory{}},
	})
	return set, static, err
}

// Zone is Japan's, without asking the machine for its table of zones.
var Zone = time.FixedZone("JST", 9*3600)

func at(month time.Month, day, hour int) time.Time {
	return time.Date(2026, month, day, hour, 0, 0, 0, Zone)
}

// base is the shell's part of every example.
func base(l words.Lang, title words.Text) look.Base {
	return look.Base{
		Title: title.In(l), Lang: l, Zone: Zone, Now: at(11, 21, 10), Path: "/",
		Centre: look.Centre{Name: words.Text{EN: "Example Coordination Centre", JA: "サンプル調整機関"}, Zone: Zone},
	}
}

func desk(l words.Lang, title words.Text, here int) look.Base {
	b := base(l, title)
	b.Reader = &look.Reader{Name: "Hanako Yamada", Role: party.Officer}
	b.Nav = []look.Entry{
		{Word: "look.due.today", Href: "/", Key: "n", Count: 7, Late: true}, {Word: "look.role.finder", Href: "/", Count: 3}, {Word: "look.role.vendor", Href: "/", Count: 612},
		{Word: "look.role.operator", Href: "/", Count: 41}, {Word: "look.search", Href: "/"}, {Word: "look.keys", Href: "/"},
	}
	b.Nav[here].Here = true
	return b
}

// Examples gives every page of the gallery with full contents, by name.
func Examples(l words.Lang) map[string]look.Paper {
	return map[string]look.Paper{"next": next(l), "case": room(l), "report": report(l), "advisory": advisory(l), "refusal": refusal(l), "empty-case": Case{Base: desk(l, words.Text{EN: "A case without anything", JA: "空の案件"}, 1)}}
}

func next(l words.Lang) look.Paper {
	p := Next{Base: desk(l, words.Text{EN: "Next", JA: "次にすること"}, 0), Tasks: []Task{
		{Due: at(11, 19, 17), Main: true, What: words.Text{EN: "Say whether the report is accepted", JA: "受理の可否を連絡する"}, Mark: "NKR-7F3K-9QWD", Title: words.Text{EN: "Authentication bypass in an industrial router", JA: "産業用ルータの認証回避（匿名の発見者）"}},
		{Due: at(11, 21, 18), What: words.Text{EN: "Answer Vendor B's proposal", JA: "ベンダBの公表日変更の提案に答える"}, Mark: "NKD#64806328", Title: words.Text{EN: "Hard-coded key in three PLC families", JA: "PLC 3製品群の固定鍵"}},
		{Due: at(11, 22, 9), What: words.Text{EN: "Read as second approver", JA: "第二承認者として確認する"}, Mark: "NKD#96321933", Title: words.Text{EN: "Leak in a medical gateway"}},
		{Due: at(11, 24, 9), What: words.Text{EN: "Remind Vendor C of the agreement's end", JA: "契約の期限切れ前の連絡"}},
	}}
	p.Flash = []look.Flash{{Tone: "ok", Key: "look.time.days_ago", Args: map[string]any{"n": 3}}}
	return p
}

func room(l words.Lang) look.Paper {
	return Case{
		Base: desk(l, words.Text{EN: "Hard-coded key in the engineering port of three PLC families", JA: "PLC 3製品群のエンジニアリングポートにおける固定鍵の使用"}, 3),
		TLP:  tlp.AmberStrict, Mark: "NKD#64806328",
		Embargo: look.Timeline{First: at(11, 3, 10), Agreed: at(11, 6, 9), Today: at(11, 21, 10), Until: at(12, 18, 9), Proposals: []look.Proposal{
			{By: "Vendor B", At: at(11, 20, 17), Until: time.Date(2027, 1, 8, 9, 0, 0, 0, Zone), Open: true},
			{By: "Vendor A", At: at(11, 5, 17), Until: at(12, 14, 9)},
		}},
		Statuses: matrix(),
	}
}

func matrix() look.Matrix {
	return look.Matrix{Columns: []string{"CVE-2026-31001", "CVE-2026-31002"}, Rows: []look.MatrixRow{
		{Vendor: "Vendor A", Href: "/", Number: "PSIRT-9921", Cells: []look.Cell{{Status: product.Affected}, {Status: product.NotAffected, Note: "component not present"}}},
		{Vendor: "ベンダB株式会社", Number: "B-2026-118", Cells: []look.Cell{{Status: product.AffectedInvestigating}, {Status: product.Unknown}}},
		{Vendor: "Vendor C", Cells: []look.Cell{{Status: product.NoAnswer}, {Status: product.NoAnswer}}},
		{Vendor: "Vendor D", Cells: []look.Cell{{Status: product.NotContacted}}},
	}}
}

func report(l words.Lang) look.Paper {
	b := base(l, words.Text{EN: "A form with mistakes", JA: "入力例"})
	return Report{Base: b, Form: look.Form{
		Words: "look", Values: url.Values{"search": {"シリーズX"}, "keys": {"a"}, "keys.help": {"two\nlines"}},
		Options:  map[string][]look.Option{"keys": {{Value: "a", Text: "One"}, {Value: "b", Text: "Two", Hint: "with a hint"}}, "sign_out": {{Value: "x", Text: "X"}}},
		Problems: []fault.Problem{{Field: "search", Key: "fault.machine.not_now"}, {Field: "keys.help", Key: "fault.stale"}, {Key: "fault.busy"}},
	}}
}

func advisory(l words.Lang) look.Paper {
	b := base(l, words.Text{EN: "Hard-coded key in three PLC families", JA: "PLC 3製品群のエンジニアリングポートにおける固定鍵の使用"})
	b.Nav = []look.Entry{{Word: "look.nav.portal", Href: "/", Here: true}, {Word: "look.matrix.title", Href: "/"}}
	b.Search, b.Query, b.Other = "/en/search", "PLC", "/ja/x"
	return Advisory{Base: b, Mark: "NKD#64806328", Published: at(12, 18, 9), Updated: at(12, 22, 9), Statuses: matrix(), Overview: words.Text{
		EN: "PLC families supplied by Vendor A and Vendor B use a hard-coded key in their engineering port.\n\nUpdate as described at https://example.com/advisory/1?x=1&y=2. Then restart.",
		JA: "ベンダAおよびベンダBが提供するPLC製品群のエンジニアリングポートには、固定の暗号鍵が使用されている問題が存在します。\n\n詳細はhttps://example.com/advisory/1を参照してください。",
	}}
}

func refusal(l words.Lang) look.Paper {
	say, _ := words.Load() // the set was loaded from the same words before
	b := base(l, say["look.refusal.internal"])
	return look.Refusal{Base: b, Text: say.Say(l, "fault.internal", map[string]any{"reference": "7F3K-9QWD"}), Reference: "7F3K-9QWD"}
}
