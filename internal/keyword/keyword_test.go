package keyword_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"nakodo/internal/keyword"
	"nakodo/internal/words"
)

func load(t *testing.T) *keyword.List {
	t.Helper()
	l, err := keyword.Load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Words of ordinary sentences: as the whole of a name they would find every
// vendor that said yes for any report at all.
var ordinary = strings.Fields(`a about access account agent all an and app apps are as at axis be bind boa boost browser bus by camel can chef
	client code control data device do driver edge electron envoy error express file files flask for form go hart has have http https id image in input
	integrity is it java key linux login mail mars matter memory mongoose net network next no of on or output page password path phone plain port process product
	puppet react remote report request requests router rust server service shell software spring squid struts swift system text the this thread to unity update
	url user velocity version was web wifi windows with android ios mac command project package message firmware`)

func TestNamesAreDistinctAndInBothLanguages(t *testing.T) {
	l := load(t)
	if l.Len() < 250 {
		t.Errorf("%d keywords, want at least 250", l.Len())
	}
	owner := map[string]string{}
	for _, g := range l.Groups() {
		if g.Name.EN == "" || g.Name.JA == "" {
			t.Errorf("group %s lacks a language", g.ID)
		}
		for _, k := range g.Keywords {
			if k.Name.EN == "" || k.Name.JA == "" {
				t.Errorf("%s lacks a language", k.ID)
			}
			for _, name := range slices.Concat([]string{k.Name.EN}, k.EN, k.JA) {
				key := keyword.Key(name)
				if other, taken := owner[key]; taken {
					t.Errorf("%s: %q is said twice, or by %s too", k.ID, name, other)
				}
				owner[key] = k.ID
				if slices.Contains(ordinary, key) {
					t.Errorf("%s: %q is a word of ordinary sentences", k.ID, name)
				}
			}
			if k.Name.JA != k.Name.EN {
				if other, taken := owner[keyword.Key(k.Name.JA)]; taken && other != k.ID {
					t.Errorf("%s: %q belongs to %s too", k.ID, k.Name.JA, other)
				}
			}
			for _, name := range k.EN {
				if strings.ContainsFunc(name, func(r rune) bool { return r >= 0x3040 && r < 0xFF00 }) {
					t.Errorf("%s: Japanese among the English synonyms: %s", k.ID, name)
				}
			}
		}
	}
}

func TestFindFoldsAsMatchingDoes(t *testing.T) {
	l := load(t)
	for typed, id := range map[string]string{
		"OpenSSL": "openssl", "ＯＰＥＮＳＳＬ": "openssl", "オープンSSL": "openssl", "Modbus TCP": "modbus-tcp", "modbus/tcp": "modbus-tcp",
		"OPC-UA": "opc-ua", "ＤＮＰ３": "dnp3", "IEC 61850": "iec-61850", "log4shell": "log4j", "BLE": "bluetooth-le", "ﾓﾄﾞﾊﾞｽ": "modbus-tcp",
		"シリアルサーバー": "serial-server", "micro ITRON": "", "nothing of the kind": "", "": "",
	} {
		if k, ok := l.Find(typed); k.ID != id || ok != (id != "") {
			t.Errorf("Find(%q) = %q, want %q", typed, k.ID, id)
		}
	}
}

const (
	first  = "group g | Group | 群\nedition 2026-11\nfoo | Foo | = | Foo library | フー\n"
	second = "edition 2027-04\nbar | Bar | バー |  |\n"
)

func TestSinceGivesTheNewQuestionsOnly(t *testing.T) {
	l, err := keyword.Read(fstest.MapFS{"list/1.txt": {Data: []byte(first + second)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Since("2026-11"); l.Edition() != "2027-04" || len(got) != 1 || got[0].ID != "bar" {
		t.Errorf("edition %s, new %v", l.Edition(), got)
	}
	if len(l.Since("")) != 2 || len(l.Since("2027-04")) != 0 {
		t.Error("all are new to whoever answered nothing, none to whoever answered the newest edition")
	}
	if k, _ := l.Get("foo"); !slices.Equal(k.Names(), []string{"Foo", "Foo library", "フー"}) || k.Also(words.JA)[0] != "フー" {
		t.Errorf("names %q", k.Names())
	}
}

func TestAListThatIsWrongIsNotRead(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"id twice":        {first + "foo | Other | = | |\n", "list/1.txt:4: the id foo is taken"},
		"shared synonym":  {first + "x | X | = | foo LIBRARY |\n", "belongs to foo too"},
		"no Japanese":     {first + "x | X | | |\n", "list/1.txt:4: want: id"},
		"edition back":    {first + "edition 2026-10\n", "later than"},
		"no group":        {"edition 2026-11\nx | X | = | |\n", "before the lines"},
		"nothing at all":  {"# empty\n", "no keyword"},
		"name of nothing": {first + "x | X | = | --- |\n", "is empty"},
	} {
		if _, err := keyword.Read(fstest.MapFS{"list/1.txt": {Data: []byte(c.text)}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
