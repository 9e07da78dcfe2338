package portal

import (
	"net/url"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/look"
	"nakodo/internal/look/looktest"
	"nakodo/internal/words"
)

func TestPages(t *testing.T) {
	say, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	static, err := look.NewStatic("/static/")
	if err != nil {
		t.Fatal(err)
	}
	set, err := look.NewSet(say, static, pageFiles, "pages", list())
	if err != nil {
		t.Fatal(err)
	}
	some := []Row{
		{Mark: "NKD#12345678", Href: "/en/advisories/NKD12345678", Title: words.Text{JA: "題"}, Updated: time.Unix(1e9, 0), New: true, Score: "8.1", Level: "HIGH", Vendors: "A"},
		{Mark: "ICSA-1", Href: "/en/advisories/ICSA-1", Title: words.Text{EN: "T"}, Updated: time.Unix(1e9, 0), Source: "CISA", Gone: true},
	}
	form := look.Form{Words: "portal.report.field", Values: url.Values{"title": {"x"}}, Problems: []fault.Problem{{Field: "title", Key: "form.required"}, {Key: "form.too_often"}}}
	looktest.Set(t, set,
		Home{Rows: some, Ack: 7, Feed: "/en/advisories.atom"}, Home{},
		Policy{Sections: policySections(), Ack: 7, Mail: "a@b.test", Address: "https://x", Fingerprint: "AB"},
		Advisories{Rows: some, Count: 1000, More: true, First: "/a", Next: "/b", Source: "own"}, Advisories{Asked: true}, Advisories{},
		Vendors{Names: []string{"A 社"}}, Vendors{}, Applied{}, Apply{Form: look.Form{Words: "portal.apply.field", Problems: []fault.Problem{{Field: "mail", Key: "form.required"}}}},
		ReportKinds{Kinds: []string{"product", "website", "own"}, Ack: 7, Mail: "a@b.test"},
		ReportForm{Kind: "product", Form: form, Kept: []KeptFile{{"t", "log.txt", 12}}}, ReportForm{Kind: "website", Form: form}, ReportForm{Kind: "own", Form: form},
	)
}
