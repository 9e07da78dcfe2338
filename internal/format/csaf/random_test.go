package csaf

import (
	"fmt"
	"testing"
	"time"

	"nakodo/csaf"
	"nakodo/internal/advisory"
	"nakodo/internal/advisory/specimen"
	"nakodo/internal/product"
	"nakodo/internal/words"
	"pgregory.net/rapid"
)

// Whatever an officer may write, every mandatory test passes: the documents
// are held to the library, not the officers.
func TestCSAF20_EveryAdvisoryIsValid(t *testing.T) {
	say := catalogue(t)
	rapid.Check(t, func(t *rapid.T) {
		rev := drawRevision(t)
		if _, _, err := (advisory.Advisory{}).Do(advisory.Open{ID: rev.ID, Content: rev.Content}, officer, specimen.Published); err != nil {
			t.Fatalf("the drawn advisory is malformed, which says nothing of the format: %v", err)
		}
		for _, l := range rev.Content.Languages {
			b, err := Bytes(say, rev, specimen.Publisher(), l)
			if err != nil {
				t.Fatal(err)
			}
			tree, err := csaf.Parse(b)
			if err != nil {
				t.Fatal(err)
			}
			res, err := csaf.Validate(tree, csaf.Options{Preset: "basic"})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range res.Findings {
				t.Fatalf("%s %s: %s\n%s", f.Test, f.Path(), f.Message, b)
			}
		}
	})
}

// line is what people type: scripts, quotes, markup, control characters.
var line = rapid.SampledFrom([]string{"x", "a b", "脆弱性", "ＡＢＣ", `"quoted" \ and <b>`, "two\n\nparagraphs", "tab\there", "🔒", "-", "0", "before 1.2", "all versions", "1.0 | 2.0 = 3", "\u202ertl"})

func drawText(t *rapid.T, name string) words.Text {
	return words.Text{EN: line.Draw(t, name+" en"), JA: line.Draw(t, name+" ja")}
}

func drawRevision(t *rapid.T) advisory.Revision {
	rev := specimen.First()
	c := advisory.Content{
		Title: drawText(t, "title"), Overview: drawText(t, "overview"), Description: drawText(t, "description"), Impact: drawText(t, "impact"),
		Solution: drawText(t, "solution"), TLP: rev.Content.TLP, References: rev.Content.References, Other: rev.Content.Other,
		Languages: rapid.SampledFrom([][]words.Lang{{words.EN}, {words.JA}, {words.EN, words.JA}, {words.JA, words.EN}}).Draw(t, "languages"),
	}
	vendors := rapid.IntRange(1, 4).Draw(t, "vendors")
	vulnerabilities := rapid.IntRange(1, 3).Draw(t, "vulnerabilities")
	for i := range vulnerabilities {
		c.Vulnerabilities = append(c.Vulnerabilities, drawVulnerability(t, i))
	}
	for i := range vendors {
		c.Vendors = append(c.Vendors, advisory.VendorEntry{
			Org: fmt.Sprintf("org%d", i), Name: drawText(t, "vendor"), Status: rapid.SampledFrom(product.Statuses()).Draw(t, "status"),
			Updated: rapid.SampledFrom([]time.Time{{}, specimen.Published, specimen.Published.Add(time.Microsecond), specimen.Published.AddDate(0, 0, -9)}).Draw(t, "updated"),
		})
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "products") {
		p := product.Product{ID: fmt.Sprintf("p%d", i), Org: fmt.Sprintf("org%d", rapid.IntRange(0, vendors-1).Draw(t, "of")), Name: line.Draw(t, "product"), Range: drawRange(t)}
		c.Products = append(c.Products, p)
		drawStatuses(t, &c, p)
		if rapid.Bool().Draw(t, "remedied") {
			c.Remedies = append(c.Remedies, product.Remedy{
				Kind: rapid.SampledFrom([]product.RemedyKind{product.Fix, product.Workaround, product.Mitigation, product.NoFixPlan, product.NoneYet}).Draw(t, "remedy"),
				Text: drawText(t, "remedy"), Products: []string{p.ID},
			})
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "credits") {
		c.Credits = append(c.Credits, advisory.Credit{Kind: rapid.SampledFrom([]advisory.CreditKind{advisory.CreditNamed, advisory.CreditUnnamed, advisory.CreditNone}).Draw(t, "credit"), Name: drawText(t, "name")})
	}
	if rapid.IntRange(0, 5).Draw(t, "withdrawn") == 0 {
		c.Withdrawal = drawText(t, "withdrawal")
	}
	rev.Content = c
	for i := range rapid.IntRange(0, 3).Draw(t, "updates") {
		rev.Number, rev.At = i+2, rev.At.Add(time.Duration(rapid.IntRange(1, 1e6).Draw(t, "seconds"))*time.Second)
		rev.History = append(rev.History, advisory.HistoryEntry{Number: rev.Number, At: rev.At, Summary: drawText(t, "summary")})
	}
	return rev
}

func drawVulnerability(t *rapid.T, i int) advisory.Vulnerability {
	v := advisory.Vulnerability{ID: fmt.Sprintf("v%d", i), Title: drawText(t, "vulnerability"), Exploitation: rapid.SampledFrom([]advisory.Exploitation{"", "none", "poc", "active"}).Draw(t, "exploitation")}
	if rapid.Bool().Draw(t, "cve") {
		v.CVE = fmt.Sprintf("CVE-2026-3100%d", i)
	}
	v.CWEs = rapid.SampledFrom([][]advisory.Weakness{nil, {{ID: "CWE-79"}}, {{ID: "CWE-321", Name: "spelt wrong"}}, {{ID: "CWE-999999"}, {ID: "CWE-89"}}}).Draw(t, "cwes")
	v.CVSS31 = rapid.SampledFrom([]string{"", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N/E:P/RL:O/RC:C"}).Draw(t, "cvss31")
	v.CVSS40 = rapid.SampledFrom([]string{"", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}).Draw(t, "cvss40")
	return v
}

func drawRange(t *rapid.T) product.Range {
	version := rapid.SampledFrom([]string{"", "1.0", "2.0-rc1", "before 3", "all", "R18 <SP2>", "*", "４．２", "v4|5"})
	return product.Range{
		Exact: version.Draw(t, "exact"), From: version.Draw(t, "from"), To: version.Draw(t, "to"),
		FromExclude: rapid.Bool().Draw(t, "from excluded"), ToInclude: rapid.Bool().Draw(t, "to included"),
	}
}

func drawStatuses(t *rapid.T, c *advisory.Content, p product.Product) {
	for _, v := range c.Vulnerabilities {
		if !rapid.Bool().Draw(t, "stated") {
			continue
		}
		s := advisory.ProductStatus{Product: p.ID, Vulnerability: v.ID, Status: rapid.SampledFrom(product.Statuses()).Draw(t, "product status")}
		if s.Status == product.NotAffected {
			s.Justification = rapid.SampledFrom(append(product.Justifications(), "")).Draw(t, "justification")
		}
		for i := range c.Vendors {
			if c.Vendors[i].Org == p.Org {
				c.Vendors[i].Statuses = append(c.Vendors[i].Statuses, s)
			}
		}
	}
}
