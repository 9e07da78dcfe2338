package advisory

import (
	"fmt"
	"slices"
	"time"

	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// Content is what an advisory says: the sections of a JVN advisory (domain.md
// 2.2) in both languages, and the facts that machines read.
type Content struct {
	Title           words.Text        `json:"title"`
	Overview        words.Text        `json:"overview"`
	Products        []product.Product `json:"products"`      // every product named anywhere below, affected or not
	AffectedNote    words.Text        `json:"affected_note"` // text below the list of products affected; may be empty
	Description     words.Text        `json:"description"`
	Impact          words.Text        `json:"impact"`
	Solution        words.Text        `json:"solution"`
	Vulnerabilities []Vulnerability   `json:"vulnerabilities"`
	Remedies        []product.Remedy  `json:"remedies,omitempty"`
	Vendors         []VendorEntry     `json:"vendors,omitempty"`
	References      []Reference       `json:"references,omitempty"`
	Addendum        words.Text        `json:"addendum"` // from the centre, JVN's "JPCERT/CC Addendum"
	Analysis        words.Text        `json:"analysis"` // by the centre, JVN's "Vulnerability Analysis"
	Credits         []Credit          `json:"credits,omitempty"`
	Other           []OtherInfo       `json:"other,omitempty"`
	TLP             tlp.Label         `json:"tlp"`
	Languages       []words.Lang      `json:"languages"`           // of publication, the original first
	Waiver          string            `json:"waiver,omitempty"`    // why the other language is left out; an internal note
	Withdrawal      words.Text        `json:"withdrawal"`          // why the advisory is withdrawn; empty: it is not
	Public          time.Time         `json:"public,omitzero"`     // when the matter became public elsewhere first, if it did
	Critical        bool              `json:"critical,omitzero"`   // JVN's mark of emphasis
	Decisions       []Decision        `json:"decisions,omitempty"` // by which it comes out without a developer's consent
}

// Decision is what an advisory prints of a decision of the publication
// committee: whose consent is missing, and that developer's own view (domain.md
// 1.10). It is copied from the committee's record, never written by hand.
type Decision struct {
	Org         string     `json:"org"`
	Unreachable bool       `json:"unreachable,omitempty"` // else the negotiation failed
	Decided     time.Time  `json:"decided"`
	View        string     `json:"view,omitempty"` // as the developer wrote it; empty: it gave none
	ViewLang    words.Lang `json:"view_lang,omitempty"`
}

// Vulnerability is one flaw that the advisory is about.
type Vulnerability struct {
	ID           string       `json:"id"` // "v1": stable across revisions, unique in the advisory
	Title        words.Text   `json:"title"`
	CVE          string       `json:"cve,omitempty"`
	CWEs         []Weakness   `json:"cwes,omitempty"`
	CVSS31       string       `json:"cvss31,omitempty"` // vector
	CVSS40       string       `json:"cvss40,omitempty"` // vector
	Exploitation Exploitation `json:"exploitation,omitempty"`
}

// Weakness is an entry of CWE.
type Weakness struct {
	ID   string `json:"id"`   // "CWE-321"
	Name string `json:"name"` // as MITRE spells it, without the number
}

// Exploitation is what is known of attacks (SSVC "Exploitation").
type Exploitation string

// The degrees of exploitation.
const (
	ExploitUnknown Exploitation = ""
	ExploitNone    Exploitation = "none"   // nobody has seen any
	ExploitPublic  Exploitation = "poc"    // code is public
	ExploitActive  Exploitation = "active" // attacks were seen
)

// VendorEntry is one row of "Vendor Status". The three times at the end are
// facts about the contact; they never leave the centre.
type VendorEntry struct {
	Org           string          `json:"org"` // party.OrgID
	Name          words.Text      `json:"name"`
	Status        product.Status  `json:"status"` // as a whole: one of the official words, or why there is none
	Statuses      []ProductStatus `json:"statuses,omitempty"`
	Statement     string          `json:"statement,omitempty"` // the vendor's own words
	StatementLang words.Lang      `json:"statement_lang,omitempty"`
	Link          string          `json:"link,omitempty"` // the vendor's own notice
	Updated       time.Time       `json:"updated,omitzero"`
	DraftTold     time.Time       `json:"draft_told,omitzero"` // when the vendor was told of the draft
	Heard         time.Time       `json:"heard,omitzero"`      // when the vendor last answered
	Silent        time.Time       `json:"silent,omitzero"`     // when an officer recorded that it does not answer
}

// ProductStatus is a vendor's word on one product and one vulnerability.
type ProductStatus struct {
	Product       string                `json:"product"`       // product.Product.ID
	Vulnerability string                `json:"vulnerability"` // Vulnerability.ID
	Status        product.Status        `json:"status"`
	Justification product.Justification `json:"justification,omitempty"` // only with NotAffected
}

// Reference points to further reading.
type Reference struct {
	Title words.Text `json:"title"`
	URL   string     `json:"url"`
}

// CreditKind is how a finder is thanked.
type CreditKind string

// The kinds of credit.
const (
	CreditNamed   CreditKind = "named"   // by the name the finder agreed to
	CreditUnnamed CreditKind = "unnamed" // "wishes to stay unnamed"
	CreditNone    CreditKind = "none"    // not mentioned at all
)

// Credit thanks one finder. In a draft it holds no name, because drafts and
// the journal must not keep what may have to be forgotten: the name enters
// with the verb Publish, when it becomes public for good.
type Credit struct {
	Report string     `json:"report,omitempty"` // the finder's report; never public
	Kind   CreditKind `json:"kind"`
	Name   words.Text `json:"name"`
	// Vulnerabilities are the ids of those that the finder reported; none: all of the advisory.
	Vulnerabilities []string `json:"vulnerabilities,omitempty"`
}

// Reported lists the vulnerabilities that a finder is thanked for by name, where
// these are not all; nil where the thanks are for the whole advisory.
func (c Content) Reported(k Credit) []Vulnerability {
	var some []Vulnerability
	for _, v := range c.Vulnerabilities {
		if slices.Contains(k.Vulnerabilities, v.ID) {
			some = append(some, v)
		}
	}
	if k.Kind != CreditNamed || len(some) == len(c.Vulnerabilities) {
		return nil
	}
	return some
}

// OtherKind is a row of "Other Information" (domain.md 2.2).
type OtherKind string

// The rows of "Other Information" that JVN knows, in its order.
const (
	OtherAlert  OtherKind = "alert"   // the centre's own alert (JPCERT Alert)
	OtherReport OtherKind = "report"  // the centre's own report (JPCERT Reports)
	OtherCERT   OtherKind = "cert"    // another centre's advisory (CERT Advisory)
	OtherCPNI   OtherKind = "cpni"    // CPNI Advisory
	OtherTR     OtherKind = "trnotes" // TRnotes
	OtherCVE    OtherKind = "cve"     // added by itself for each vulnerability
	OtherIPedia OtherKind = "ipedia"  // JVN iPedia
)

// OtherKinds lists the rows in their order on the page.
func OtherKinds() []OtherKind {
	return []OtherKind{OtherAlert, OtherReport, OtherCERT, OtherCPNI, OtherTR, OtherCVE, OtherIPedia}
}

// OtherInfo is one cell of "Other Information".
type OtherInfo struct {
	Kind OtherKind `json:"kind"`
	ID   string    `json:"id"`
	URL  string    `json:"url,omitempty"`
}

// Product finds a product by its id.
func (c Content) Product(id string) (product.Product, bool) {
	for _, p := range c.Products {
		if p.ID == id {
			return p, true
		}
	}
	return product.Product{}, false
}

// Affected lists the products affected by at least one vulnerability, in the
// order of Products.
func (c Content) Affected() []product.Product {
	var out []product.Product
	for _, p := range c.Products {
		for _, v := range c.Vulnerabilities {
			if c.StatusOf(p.ID, v.ID).IsAffected() {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// StatusOf is the status of one product for one vulnerability: the vendor's
// word on exactly these, else its word as a whole. Where the vendor has said
// nothing the product is affected: that is why it stands in the advisory.
func (c Content) StatusOf(productID, vulnerability string) product.Status {
	p, _ := c.Product(productID)
	whole := product.Affected
	for _, v := range c.Vendors {
		for _, s := range v.Statuses {
			if s.Product == productID && s.Vulnerability == vulnerability {
				return s.Status
			}
		}
		if v.Org == p.Org && v.Status.Stated() && len(v.Statuses) == 0 {
			whole = v.Status
		}
	}
	return whole
}

// In reports whether the advisory is published in the language.
func (c Content) In(l words.Lang) bool { return slices.Contains(c.Languages, l) }

// Withdrawn reports whether the content says that the advisory is withdrawn.
func (c Content) Withdrawn() bool { return c.Withdrawal != words.Text{} }

// frozen is the content as the public gets it: names filled in, and what is
// the centre's own business left out.
func (c Content) frozen(names map[string]words.Text) Content {
	c = c.clone()
	c.Waiver = ""
	for i := range c.Vendors {
		v := &c.Vendors[i]
		v.DraftTold, v.Heard, v.Silent = time.Time{}, time.Time{}, time.Time{}
	}
	for i := range c.Credits {
		k := &c.Credits[i]
		if k.Kind == CreditNamed && k.Report != "" {
			k.Name = names[k.Report]
		}
		k.Report = ""
	}
	return c
}

// clone copies every slice, so that a change to one content is seen in no other.
func (c Content) clone() Content {
	c.Products = slices.Clone(c.Products)
	c.Vulnerabilities = slices.Clone(c.Vulnerabilities)
	for i := range c.Vulnerabilities {
		c.Vulnerabilities[i].CWEs = slices.Clone(c.Vulnerabilities[i].CWEs)
	}
	c.Remedies = slices.Clone(c.Remedies)
	for i := range c.Remedies {
		c.Remedies[i].Products = slices.Clone(c.Remedies[i].Products)
	}
	c.Vendors = slices.Clone(c.Vendors)
	for i := range c.Vendors {
		c.Vendors[i].Statuses = slices.Clone(c.Vendors[i].Statuses)
	}
	c.Decisions = slices.Clone(c.Decisions)
	c.References = slices.Clone(c.References)
	c.Credits = slices.Clone(c.Credits)
	c.Other = slices.Clone(c.Other)
	c.Languages = slices.Clone(c.Languages)
	return c
}

// Field is one text of the content, with where it stands.
type Field struct {
	Path string     `json:"path"` // "description", "vendors[0].statement"
	Lang words.Lang `json:"lang"` // "" for what has no language, such as an address
	Text string     `json:"text"`
}

// Fields lists every text that would be published, empty ones left out: what
// the gate reads. A new text in Content must be added here, and a test that
// fills every string of Content by reflection holds this to it.
func (c Content) Fields() []Field {
	var fs []Field
	one := func(path string, lang words.Lang, text string) {
		if text != "" {
			fs = append(fs, Field{Path: path, Lang: lang, Text: text})
		}
	}
	both := func(path string, t words.Text) {
		one(path, words.EN, t.EN)
		one(path, words.JA, t.JA)
	}
	both("title", c.Title)
	both("overview", c.Overview)
	for i, p := range c.Products {
		at := fmt.Sprintf("products[%d].", i)
		one(at+"name", "", p.Name)
		one(at+"range.exact", "", p.Range.Exact)
		one(at+"range.from", "", p.Range.From)
		one(at+"range.to", "", p.Range.To)
		one(at+"cpe", "", p.CPE)
		one(at+"purl", "", p.PURL)
	}
	both("affected_note", c.AffectedNote)
	both("description", c.Description)
	both("impact", c.Impact)
	both("solution", c.Solution)
	for i, v := range c.Vulnerabilities {
		at := fmt.Sprintf("vulnerabilities[%d].", i)
		both(at+"title", v.Title)
		one(at+"cve", "", v.CVE)
		for j, w := range v.CWEs {
			one(fmt.Sprintf("%scwes[%d].id", at, j), "", w.ID)
			one(fmt.Sprintf("%scwes[%d].name", at, j), "", w.Name)
		}
		one(at+"cvss31", "", v.CVSS31)
		one(at+"cvss40", "", v.CVSS40)
	}
	for i, r := range c.Remedies {
		at := fmt.Sprintf("remedies[%d].", i)
		both(at+"text", r.Text)
		one(at+"url", "", r.URL)
	}
	for i, v := range c.Vendors {
		at := fmt.Sprintf("vendors[%d].", i)
		both(at+"name", v.Name)
		one(at+"statement", v.StatementLang, v.Statement)
		one(at+"link", "", v.Link)
	}
	for i, r := range c.References {
		at := fmt.Sprintf("references[%d].", i)
		both(at+"title", r.Title)
		one(at+"url", "", r.URL)
	}
	both("addendum", c.Addendum)
	both("analysis", c.Analysis)
	for i, k := range c.Credits {
		both(fmt.Sprintf("credits[%d].name", i), k.Name)
	}
	for i, o := range c.Other {
		at := fmt.Sprintf("other[%d].", i)
		one(at+"id", "", o.ID)
		one(at+"url", "", o.URL)
	}
	both("withdrawal", c.Withdrawal)
	for i, d := range c.Decisions {
		one(fmt.Sprintf("decisions[%d].view", i), d.ViewLang, d.View)
	}
	return fs
}
