package registry_test

import (
	"bytes"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"nakodo/internal/format/registry"
	"nakodo/internal/party"
)

func each(records ...registry.Record) iter.Seq2[registry.Record, error] {
	return func(yield func(registry.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

var at = time.Date(2026, 4, 1, 9, 0, 0, 123456000, time.UTC)

// full has everything, and what spreadsheets and lists stumble over.
func full() registry.Record {
	return registry.Record{
		Line: 2,
		Org: party.Organisation{
			ID: "o1", Kinds: []party.OrgKind{party.KindVendor, party.KindIntegrator}, Tier: party.General, Parent: "o2",
			Names:   []party.Name{{Text: "株式会社「鬼」, Ltd.", Lang: "ja", Kind: party.Official}, {Text: `=HYPERLINK("x|y\z")`, Kind: party.Former}, {Text: "Brace {x}", Lang: "en", Kind: party.Alias}},
			Domains: []string{"a.example", "b.example"}, CPEs: []string{"cpe:2.3:a:x:*"}, PURLs: []string{"pkg:npm/%40x"},
			Products: []party.Product{{ID: "p1", Name: "-FA\"M3", Versions: []string{"1|0", "2.0"}, CPE: "cpe:/o:x:y", PURL: "pkg:x/y"}, {ID: "p2", Name: "'quoted'"}},
			Sector:   "電力", Sectors: []string{"jp/electricity", "nis2/energy-electricity"}, Country: "JP", Languages: []string{"ja", "en"}, Zone: "Asia/Tokyo", Calendar: party.CalendarJapan, Listed: true, Confirmed: at, Source: "CISA", Created: at,
		},
		Contacts: []party.Contact{
			{ID: "c1", Name: "PSIRT", Role: true, Mail: "psirt@a.example", Phone: "+81-3-1234", Post: "東京都\n千代田区", Lang: "ja", Key: "-----BEGIN\n\nabc\n-----END", Cert: "-----BEGIN C\nx\n-----END C", Duty: party.OnDuty, Verified: at, How: "a letter", Bounced: at},
			{ID: "c2", Name: "花子", Mail: "h@a.example", Lang: "en", Duty: party.Backup},
			{ID: "c3", Name: "third", Phone: "1", Lang: "en", Duty: party.Backup},
		},
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	other := registry.Record{Org: party.Organisation{ID: "o2", Names: []party.Name{{Text: "Other", Kind: party.Official}}, Kinds: []party.OrgKind{party.KindVendor}, Tier: party.Unverified, Created: at}}
	for _, f := range []registry.Format{registry.CSV, registry.JSON} {
		want := []registry.Record{full(), other}
		if f == registry.JSON {
			want[0].Answers = []party.KeywordAnswer{{Keyword: "dnp3", Reply: party.ReplyYes, Products: []string{"RTU"}, On: at, Edition: "2026-11"}}
		}
		var b bytes.Buffer
		if err := registry.Write(&b, f, each(want...)); err != nil {
			t.Fatal(err)
		}
		got, wrong, err := registry.Read(&b, f)
		if err != nil || len(wrong) > 0 || len(got) != 2 {
			t.Fatalf("%s: %v, %v, %d records\n%s", f, err, wrong, len(got), &b)
		}
		for i := range want {
			want[i].Line = got[i].Line
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Errorf("%s: read\n%+v\nwant\n%+v", f, got[i], want[i])
			}
		}
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	var b bytes.Buffer
	if err := registry.Write(&b, registry.CSV, each(full())); err != nil {
		t.Fatal(err)
	}
	for _, cell := range strings.Split(b.String(), ",") {
		if cell = strings.TrimPrefix(cell, `"`); cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
			t.Errorf("a spreadsheet would compute %q", cell)
		}
	}
}

func TestWrongRowsAreNamedAndTheOthersRead(t *testing.T) {
	for name, c := range map[string]struct {
		format registry.Format
		text   string
		lines  []int
		why    string
		good   int
	}{
		"too many cells":       {registry.CSV, "name,tier\nA,general\nB,general,x,y\nC,\n", []int{3}, "more than there are columns", 2},
		"no name":              {registry.CSV, "name,tier\n,general\nA,\n", []int{2}, "neither name nor id", 1},
		"not a day":            {registry.CSV, "name,contact,contact_verified\nA,x,yesterday\nB,,\n", []int{2}, "contact_verified: write a day as", 1},
		"not yes or no":        {registry.CSV, "name,contact_is_role\nA,perhaps\n", []int{2}, "contact_is_role: write yes or no", 0},
		"disagrees":            {registry.CSV, "name,tier\nA,general\nA,individual\n", []int{3}, `tier: "individual" is not what line 2 says`, 1},
		"broken quotation":     {registry.CSV, "name,tier\nA \"b\" c,general\nB,\n", []int{2}, `bare "`, 1},
		"unknown field":        {registry.JSON, "[\n{\"names\":[{\"text\":\"A\"}]},\n{\"nmaes\":[]}\n]", []int{3}, `unknown field "nmaes"`, 1},
		"a number for a name":  {registry.JSON, "[{\"names\":7},\n{\"names\":[{\"text\":\"A\"}]}]", []int{1}, "cannot unmarshal number", 1},
		"blank lines and BOM":  {registry.CSV, "\ufeffName , TIER\n\nA,general\n", nil, "", 1},
		"an empty list is one": {registry.JSON, "[]", nil, "", 0},
	} {
		records, wrong, err := registry.Read(strings.NewReader(c.text), c.format)
		if err != nil || len(records) != c.good || len(wrong) != len(c.lines) {
			t.Errorf("%s: %v, %d records, wrong %v", name, err, len(records), wrong)
			continue
		}
		for i, w := range wrong {
			if w.Line != c.lines[i] || !strings.Contains(w.Err.Error(), c.why) {
				t.Errorf("%s: line %d: %v, want line %d: %s", name, w.Line, w.Err, c.lines[i], c.why)
			}
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	for text, c := range map[string]struct {
		format registry.Format
		why    string
	}{
		"":                                 {registry.CSV, "no row of column names"},
		"nmae\nA\n":                        {registry.CSV, `there is no column "nmae"`},
		"tier\ngeneral\n":                  {registry.CSV, "column “name” is missing"},
		"name\n\x8a\x94\x8e\xae":           {registry.CSV, "not in UTF-8"},
		"{}":                               {registry.JSON, "no JSON list"},
		"[{},":                             {registry.JSON, "line 1"},
		"[{}":                              {registry.JSON, "cut off"},
		"[\n{\"names\":[]},\n{\"names\"}]": {registry.JSON, "line 3: not JSON"},
	} {
		if _, _, err := registry.Read(strings.NewReader(text), c.format); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%q: %v, want %q", text, err, c.why)
		}
	}
}

// FuzzRead: no file brings the reader down, and what it reads of one can be
// written and read again.
func FuzzRead(f *testing.F) {
	for _, format := range []registry.Format{registry.CSV, registry.JSON} {
		var b bytes.Buffer
		if err := registry.Write(&b, format, each(full())); err != nil {
			f.Fatal(err)
		}
		f.Add(b.String(), format == registry.CSV)
	}
	f.Add("name,names\nA,A {alias}|\\|\n", true)
	f.Fuzz(func(t *testing.T, text string, csv bool) {
		format := registry.JSON
		if csv {
			format = registry.CSV
		}
		records, _, err := registry.Read(strings.NewReader(text), format)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := registry.Write(&b, format, each(records...)); err != nil {
			t.Skip(err) // a year beyond 9999 has no form
		}
		if again, _, err := registry.Read(&b, format); err != nil || len(again) > len(records) {
			t.Errorf("%v: %d records became %d", err, len(records), len(again))
		}
	})
}
