package fold_test

import (
	"slices"
	"strings"
	"testing"

	"nakodo/internal/fold"
)

// TestNameTraps holds names that must come to one key, group by group.
func TestNameTraps(t *testing.T) {
	for _, group := range [][]string{
		{"ＡＰＩ　ｼｽﾃﾑ㈱", "APIシステム株式会社", "(株)APIシステム", "株式会社 API システム 御中", "（株）ＡＰＩシステム"},
		{"髙島屋", "高島屋", "高島屋㈱"},
		{"﨑陽軒", "崎陽軒"},
		{"𠮷野家", "吉野家"},
		{"齋藤商店", "齊藤商店", "斉藤商店", "斎藤商店"},
		{"渡邊", "渡邉", "渡辺"},
		{"濵田", "濱田", "浜田", "浜田様", "浜田氏"},
		{"サーバ", "サーバー", "ｻｰﾊﾞｰ", "さーば"},
		{"東京エレクトロン デバイス", "東京エレクトロンデバイス", "東京エレクトロン　デバイス株式会社"},
		{"富士フイルム", "富士フィルム㈱"},
		{"キヤノン", "キャノン"},
		{"ヴイエムウェア株式会社", "ブイエムウエア"},
		{"ジョン・スミス", "ジョンスミス"},
		{"Yokogawa Electric Co., Ltd.", "YOKOGAWA ELECTRIC", "Yokogawa Electric", "Ｙｏｋｏｇａｗａ　Ｅｌｅｃｔｒｉｃ"},
		{"Pilz GmbH & Co. KG", "Pilz", "PILZ GmbH"},
		{"Acme S.p.A.", "Acme SpA", "ACME"},
		{"Example S.A. de C.V.", "example s.a. de cv"},
		{"Johnson & Johnson", "Johnson and Johnson", "Johnson ＆ Johnson, Inc."},
		{"Wi‐Fi 工業", "Wi-Fi工業", "Ｗｉ－Ｆｉ工業", "Wi−Fi工業"},
		{"Geutebrück GmbH", "Geutebruck", "GEUTEBRÜCK"},
		{"一般社団法人 サンプル協会", "サンプル協会", "(一社)サンプル協会"},
		{"独立行政法人情報処理推進機構", "情報処理推進機構"},
		{"有限会社アイ", "㈲アイ", "アイ有限会社"},
		{"日本医師会ＯＲＣＡ管理機構株式会社", "日本医師会ORCA管理機構"},
		{"葛󠄀城", "葛城"},
		{"FAーM3", "FA-M3", "ＦＡ－Ｍ３", "FA‐M3", "FA M3"},
		{"小松 Ⅳ型", "小松 IV型"},
		{"The Example Company", "Example"},
	} {
		want := fold.Name(group[0])
		for _, name := range group[1:] {
			if got := fold.Name(name); got != want {
				t.Errorf("Name(%q) = %q, but Name(%q) = %q", name, got, group[0], want)
			}
		}
	}
}

func TestNameKeepsApart(t *testing.T) {
	for _, pair := range [][2]string{
		{"東芝", "東芝テック"},
		{"株式会社", "有限会社"},
		{"ハス", "バス"},
		{"キー", "キ"},
		{"Siemens", "Siemens Healthineers"},
		{"Limited", "Company"},
	} {
		if a, b := fold.Name(pair[0]), fold.Name(pair[1]); a == b || a == "" || b == "" {
			t.Errorf("Name(%q) = %q and Name(%q) = %q", pair[0], a, pair[1], b)
		}
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct{ name, own, parts string }{
		{"日立エナジー (旧 日立ABBパワーグリッド)", "日立エナジー|日立ABBパワーグリッド", ""},
		{"General Electric (GE)", "General Electric|GE", ""},
		{"PSI GridConnect GmbH (formerly PSI Nentec GmbH)", "PSI GridConnect GmbH|PSI Nentec GmbH", ""},
		{"Kantech, Johnson Controls Inc.", "Kantech, Johnson Controls Inc.", "Kantech|Johnson Controls Inc."},
		{"Fernhill Software, Ltd.", "Fernhill Software, Ltd.", ""},
		{"(株)見本", "見本", ""},
		{"見本（株）", "見本", ""},
		{"(never closed", "never closed", ""},
		{"", "", ""},
	} {
		own, parts := fold.Forms(c.name)
		if strings.Join(own, "|") != c.own || strings.Join(parts, "|") != c.parts {
			t.Errorf("Forms(%q) = %q, %q", c.name, own, parts)
		}
	}
}

func TestWords(t *testing.T) {
	words := fold.Words("横河のFA-M3\nＦＡーＭ３ サーバーの v1.2")
	var got []string
	for _, w := range words {
		text := w.Text
		if w.Joined {
			text = "+" + text
		}
		if w.Capital {
			text = "^" + text
		}
		got = append(got, text)
	}
	want := []string{"横河", "+河ノ", "^+fa", "^+m3", "^fa", "^+m3", "サー", "+ーバ", "+バノ", "v1", "+2"}
	if !slices.Equal(got, want) {
		t.Errorf("Words = %q, want %q", got, want)
	}
	if words[3].Line != 1 || words[4].Line != 2 {
		t.Errorf("lines %d and %d, want 1 and 2", words[3].Line, words[4].Line)
	}
}

func FuzzName(f *testing.F) {
	f.Add("㈱髙島 (旧 𠮷野) Co., Ltd. 様")
	f.Add("\xffー・ァﾞ")
	f.Fuzz(func(t *testing.T, s string) {
		key := fold.Name(s)
		if strings.TrimSpace(key) != key || strings.Contains(key, "  ") {
			t.Errorf("Name(%q) = %q", s, key)
		}
		fold.Forms(s)
		for _, w := range fold.Words(s) {
			if w.Text == "" || strings.ContainsAny(w.Text, " -") {
				t.Errorf("Words(%q) holds %q", s, w.Text)
			}
		}
	})
}
