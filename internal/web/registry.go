package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nakodo/internal/keys"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// The registry: organisations, how they are reached, what they have signed. Its
// forms are in registry_forms.go.
//
//	GET /desk/registry        q  after=ID
//	GET /desk/registry/{id}

// orgsOnPage is how many organisations one page of the list shows.
const orgsOnPage = 100

// Registry is a page of the list of organisations.
type Registry struct {
	look.Base
	Rows   []OrgRow
	Typed  string
	Newest string // "": this is the first page
	More   string // "": there are no more
	Cut    bool   // more were found than are shown
}

// OrgRow is one organisation of the list.
type OrgRow struct {
	Href     string
	Org      party.Organisation
	Others   string // its other names
	Products int
}

func (s *Site) registry(w http.ResponseWriter, r *http.Request, v visitor) error {
	typed, after := strings.TrimSpace(r.URL.Query().Get("q")), party.OrgID(r.URL.Query().Get("after"))
	orgs, err := s.Desk.Organisations(r.Context(), v.Actor, typed, after, orgsOnPage+1)
	if err != nil {
		return err
	}
	p := Registry{Base: s.base(w, r, v, "web.registry"), Typed: typed}
	if after != "" {
		p.Newest = "/desk/registry"
	}
	if len(orgs) > orgsOnPage {
		orgs = orgs[:orgsOnPage]
		if typed == "" {
			p.More = "/desk/registry?after=" + url.QueryEscape(string(orgs[orgsOnPage-1].ID))
		} else {
			p.Cut = true
		}
	}
	for _, o := range orgs {
		row := OrgRow{Href: orgPath(o.ID), Org: o, Products: len(o.Products)}
		var others []string
		for _, n := range o.Names[min(1, len(o.Names)):] {
			others = append(others, n.Text)
		}
		row.Others = strings.Join(others[:min(len(others), 4)], ", ")
		p.Rows = append(p.Rows, row)
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func orgPath(id party.OrgID) string { return "/desk/registry/" + url.PathEscape(string(id)) }

// OrgShow is one organisation.
type OrgShow struct {
	look.Base
	Path       string
	Org        party.Organisation
	Products   []party.Product // the first of them
	Hidden     int             // how many are not shown
	Contacts   []ContactRow
	Agreements []AgreementRow
	Sectors    []string // of critical infrastructure, in words
	History    []Done
}

// productsShown is how many products an organisation's page shows.
const productsShown = 200

// ContactRow is how one person or mailbox is reached.
type ContactRow struct {
	Href        string
	Contact     party.Contact
	Fingerprint string    // in groups of four, as people compare them
	Key         string    // catalogue key: how the OpenPGP key stands
	Ends        time.Time // of the key; zero: never
	Proof       string    // catalogue key: whether the address is known to be right
}

// Tone is the shape of the key's state.
func (c ContactRow) Tone() string { return contactTones[c.Key] }

// ProofTone is the shape of the address's state.
func (c ContactRow) ProofTone() string { return contactTones[c.Proof] }

var contactTones = map[string]string{
	"web.registry.key.good": "ok", "web.registry.key.ends_soon": "wait", "web.registry.key.unusable": "bad", "web.registry.key.none": "plain",
	"web.registry.proof.good": "ok", "web.registry.proof.none": "wait", "web.registry.proof.bounced": "bad",
}

// AgreementRow is one signed agreement.
type AgreementRow struct {
	Href      string
	Agreement party.Agreement
	State     string // catalogue key
}

// Tone is the shape of the agreement's state.
func (a AgreementRow) Tone() string {
	return map[string]string{"web.registry.agreement.in_force": "ok", "web.registry.agreement.expired": "bad", "web.registry.agreement.not_yet": "wait"}[a.State]
}

func (s *Site) orgShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	page, err := s.Desk.Organisation(r.Context(), v.Actor, party.OrgID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := OrgShow{Base: s.base(w, r, v, "web.registry"), Path: orgPath(page.Org.ID), Org: page.Org, Products: page.Org.Products}
	p.Title = page.Org.Name()
	p.Sectors = sectorNames(page.Org.Sectors, p.Lang)
	if n := len(p.Products); n > productsShown {
		p.Products, p.Hidden = p.Products[:productsShown], n-productsShown
	}
	now := s.Desk.Now()
	for _, c := range page.Contacts {
		row := contactRow(c, now)
		row.Href = p.Path + "/contacts/" + url.PathEscape(string(c.ID))
		p.Contacts = append(p.Contacts, row)
	}
	for _, a := range page.Agreements {
		row := AgreementRow{Href: p.Path + "/agreements/" + url.PathEscape(a.ID), Agreement: a, State: "web.registry.agreement.in_force"}
		switch {
		case a.Signed.After(now):
			row.State = "web.registry.agreement.not_yet"
		case !a.InForce(now):
			row.State = "web.registry.agreement.expired"
		}
		p.Agreements = append(p.Agreements, row)
	}
	for _, m := range slices.Backward(page.History) {
		p.History = append(p.History, Done{At: m.At, Name: m.Name, Word: "web.verb." + m.Verb})
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// soonEnds is how long before its end a key is spoken of.
const soonEnds = 60 * 24 * time.Hour

// contactRow says how a contact's key and address stand.
func contactRow(c party.Contact, now time.Time) ContactRow {
	row := ContactRow{Contact: c, Key: "web.registry.key.none", Proof: "web.registry.proof.none"}
	switch {
	case !c.Bounced.IsZero() && c.Bounced.After(c.Verified):
		row.Proof = "web.registry.proof.bounced"
	case !c.Verified.IsZero():
		row.Proof = "web.registry.proof.good"
	}
	if c.Key == "" {
		return row
	}
	key, err := keys.ReadPublic(c.Key)
	if err != nil {
		row.Key = "web.registry.key.unusable"
		return row
	}
	row.Fingerprint, row.Key = inFours(key.Fingerprint()), "web.registry.key.good"
	if ends, ever := key.Ends(); ever {
		row.Ends = ends
		if ends.Before(now.Add(soonEnds)) {
			row.Key = "web.registry.key.ends_soon"
		}
	}
	if key.Usable(now) != nil {
		row.Key = "web.registry.key.unusable"
	}
	return row
}

// inFours spaces a fingerprint as people read it to each other.
func inFours(s string) string {
	var groups []string
	for chunk := range slices.Chunk([]byte(s), 4) {
		groups = append(groups, string(chunk))
	}
	return strings.Join(groups, " ")
}
