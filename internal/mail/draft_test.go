package mail_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"nakodo/internal/mail"
	"nakodo/internal/words"
)

func TestDraftOfAReport(t *testing.T) {
	const ja = "発見者の佐藤です。\n\n1. 氏名：佐藤 太郎\n■ 製品名：サンプルルータ\n【バージョン】1.0 から 1.2\n製品開発者： 株式会社例示\n想定される影響:\n任意のコードが実行される\n関連: cve-2026-12345, ＣＶＥ－２０２６－１２３４５\n管理番号: F-7\n"
	got := mail.DraftReport(parse(t, reader(t), "From: =?utf-8?B?5L2Q6Jek?= <sato@f.example>\nTo: case@centre.example\nSubject: 脆弱性の届出\nContent-Type: text/plain; charset=utf-8\n\n"+ja))
	want := mail.Draft{
		Title: "脆弱性の届出", Lang: words.JA, FinderName: "佐藤 太郎", FinderMail: "sato@f.example",
		Product: "サンプルルータ", Version: "1.0 から 1.2", Vendor: "株式会社例示", Impact: "任意のコードが実行される",
		Ticket: "F-7", CVEs: []string{"CVE-2026-12345"}, Labelled: 6,
	}
	want.Description = got.Description
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for name, tt := range map[string]struct {
		raw    string
		report bool
	}{
		"like a form":             {"From: f@f.example\n\nProduct: Router\nVersion: 1.2\nIt falls over.", true},
		"to the report address":   {"From: f@f.example\nTo: VULS@centre.example\n\nIt falls over.", true},
		"a question":              {"From: f@f.example\nTo: case@centre.example\n\nWhen do you open?", false},
		"a form in a known case":  {"From: f@f.example\nSubject: NKD#64806328\n\nProduct: Router\nVersion: 1.2", false},
		"a machine's form":        {"From: f@f.example\nAuto-Submitted: auto-generated\nTo: vuls@centre.example\n\nProduct: x\nVersion: 1", false},
		"one line that looks so":  {"From: f@f.example\n\nName: Sato", false},
		"an envelope to the desk": {"From: f@f.example\nDelivered-To: vuls@centre.example\nTo: list@x.example\n\nIt falls over.", true},
	} {
		in := parse(t, reader(t), tt.raw)
		if got := mail.LooksLikeReport(in, mail.DraftReport(in)); got != tt.report {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
