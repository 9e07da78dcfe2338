package fold_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	_ "modernc.org/sqlite"

	"nakodo/internal/fold"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"ＯｐｅｎＳＳＬの脆弱性", "openssl の脆 脆弱 弱性 性"},
		{"CVE-2022-0778: OpenSSL 3.0.1", "cve 2022 0778 openssl 3 0 1"},
		{"ｻｰﾊﾞｰ", "サー ーバ バー ー"},
		{"脆", "脆"},
		{"脆弱\n性", "脆弱 弱性 性"},
		{"脆弱\r\n性", "脆弱 弱性 性"},
		{"脆弱\n\n性", "脆弱 弱 性"},
		{"脆弱\nabc", "脆弱 弱 abc"},
		{"ジョン・ﾃﾞｰﾀ", "ジョ ョン ンデ デー ータ タ"},
		{"東京・大阪", "東京 京 大坂 坂"},
		{"Ｆ Ａ ー Ｍ３", "f a ー m3"},
		{"ＦＡーＭ３", "fa m3"},
		{"Société GÉNÉRALE", "societe generale"},
		{"", ""},
		{" 、。\n", ""},
		{strings.Repeat("x", 100), strings.Repeat("x", 64)},
	} {
		if got := strings.Join(fold.Tokens(c.text), " "); got != c.want {
			t.Errorf("Tokens(%q)\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestParseQuery(t *testing.T) {
	for _, c := range []struct{ typed, fts5, tsquery string }{
		{"脆弱性　open", `("脆弱 弱性") AND ("open" *)`, `('脆弱' <-> '弱性') & ('open':*)`},
		{"サーバー", `("サー ーバ")`, `('サー' <-> 'ーバ')`},
		{"キー", `("キー")`, `('キー')`},
		{"脆", `("脆" *)`, `('脆':*)`},
		{"cve-2022-12", `("cve 2022 12" *)`, `('cve' <-> '2022' <-> '12':*)`},
		{
			"サーバ管理", `("サー ーバ バ管 管理" OR "サー ーバ バー ー管 管理")`,
			`('サー' <-> 'ーバ' <-> 'バ管' <-> '管理' | 'サー' <-> 'ーバ' <-> 'バー' <-> 'ー管' <-> '管理')`,
		},
		{`"remote code" exec`, `("remote code") AND ("exec" *)`, `('remote' <-> 'code') & ('exec':*)`},
		{`"half open`, `("half open" *)`, `('half' <-> 'open':*)`},
		{"の脆API", `("の脆 脆 api" *)`, `('の脆' <-> '脆' <-> 'api':*)`},
		{"", "", ""},
		{` "" ' ) OR NOT * :`, `("or") AND ("not" *)`, `('or') & ('not':*)`},
	} {
		q := fold.ParseQuery(c.typed)
		if got := q.FTS5(); got != c.fts5 {
			t.Errorf("ParseQuery(%q).FTS5()\n got %s\nwant %s", c.typed, got, c.fts5)
		}
		if got := q.TSQuery(); got != c.tsquery {
			t.Errorf("ParseQuery(%q).TSQuery()\n got %s\nwant %s", c.typed, got, c.tsquery)
		}
	}
}

// TestSearchInSQLite asks a real FTS5 index, made as Tokens says it should be.
func TestSearchInSQLite(t *testing.T) {
	db := openIndex(t)
	texts := []string{
		"OpenSSLの脆弱性により、遠隔の第三者がサーバー管理画面に",
		"ｵｰﾌﾟﾝﾌﾟﾗｯﾄﾌｫｰﾑのサーバ管理に脆弱\n性",
		"髙島製作所 𠮷野様",
		"Wi‐Fi ルーター FA－M3 のセッションキー",
		"「ジョン・スミス」〜100 CVE-2022-0778",
		"société générale",
	}
	for i, text := range texts {
		insert(t, db, i+1, text)
	}
	for _, c := range []struct {
		typed string
		want  []int
	}{
		{"脆弱性", []int{1, 2}},
		{"ｵｰﾌﾟﾝ", []int{2}},
		{"ｏｐｅｎｓｓｌ", []int{1}},
		{"opens", []int{1}},
		{"OpenSSLの脆弱", []int{1}},
		{"サーバー", []int{1, 2}},
		{"サーバ管理", []int{1, 2}},
		{"サーバー管理", []int{1, 2}},
		{"高島", []int{3}},
		{"吉野", []int{3}},
		{"fa-m3", []int{4}},
		{"FAーM3", []int{4}},
		{"Wi-Fi", []int{4}},
		{"キー", []int{4}},
		{"弱", []int{1, 2}},
		{"ジョンスミス", []int{5}},
		{"CVE-2022-07", []int{5}},
		{"CVE-2022-078", nil},
		{"第三者 管理", []int{1}},
		{"societe", []int{6}},
		{"〜", nil},
	} {
		if got := find(t, db, c.typed); !slices.Equal(got, c.want) {
			t.Errorf("%q found %v, want %v", c.typed, got, c.want)
		}
	}
}

// FuzzSearch proves on a real index that any piece of a Japanese text is found
// again, and that nothing typed makes a query SQLite refuses.
func FuzzSearch(f *testing.F) {
	f.Add("OpenSSLの脆弱性 サーバー管理・ﾃﾞｰﾀ ＦＡーＭ３ \"x\" 髙﨑𠮷", 3, 9)
	f.Add("ß\u0301\u200b\ufe0fがか\u3099 ǅ Ⅳ ㈱", 0, 4)
	f.Add("\xff\xfe'); -- *", 0, 3)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		folded := fold.Search(text)
		if again := fold.Search(folded); again != folded {
			t.Errorf("Search is not stable: %q, %q, %q", text, folded, again)
		}
		for _, word := range fold.Tokens(text) {
			if word == "" || !utf8.ValidString(word) || strings.ContainsAny(word, " \"'\\") {
				t.Errorf("Tokens(%q) holds %q", text, word)
			}
		}
		db := openIndex(t)
		insert(t, db, 1, text)
		find(t, db, text)
		runes := []rune(folded)
		if from < 0 || to > len(runes) || from >= to {
			return
		}
		piece := string(runes[from:to])
		if !japaneseOnly(piece) {
			return
		}
		if got := find(t, db, piece); len(got) != 1 {
			t.Errorf("%q is not found in %q", piece, text)
		}
	})
}

// japaneseOnly holds where the piece is one run of kana and kanji, so that it
// starts and ends no Latin word in the middle.
func japaneseOnly(piece string) bool {
	for _, r := range piece {
		if !(0x3041 <= r && r <= 0x3096 || 0x30A1 <= r && r <= 0x30FC || 0x4E00 <= r && r <= 0x9FFF) || r == '・' || r == '\u30fb' {
			return false
		}
	}
	return piece != ""
}

func openIndex(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	_, err = db.Exec(`CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')`)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func insert(t *testing.T, db *sql.DB, id int, text string) {
	t.Helper()
	if _, err := db.Exec(`INSERT INTO words(rowid, text) VALUES ($1, $2)`, id, strings.Join(fold.Tokens(text), " ")); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, db *sql.DB, typed string) []int {
	t.Helper()
	match := fold.ParseQuery(typed).FTS5()
	if match == "" {
		return nil
	}
	rows, err := db.Query(`SELECT rowid FROM words WHERE words MATCH $1 ORDER BY rowid`, match)
	if err != nil {
		t.Fatalf("%q as %s: %v", typed, match, err)
	}
	defer rows.Close()
	var found []int
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		found = append(found, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}
