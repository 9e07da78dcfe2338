package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/keys"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// The registry: organisations, how they are reached, what they have signed. Its
// forms are in registry_forms.go.
//
//	GET /desk/registry        q  after=ID  show=bounced|keys|aged|registering
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
	Show   string // the filter, "" for all
	Shows  []string
}

// OrgRow is one organisation of the list.
type OrgRow struct {
	Href     string
	Org      party.Organisation
	Others   string // its other names
	Products int
	Proof    string // catalogue key: whether an address is known to be right; "": it has no contact
}

// ProofTone is the shape of the addresses' state.
func (r OrgRow) ProofTone() string { return contactTones[r.Proof] }

func (s *Site) registry(w http.ResponseWriter, r *http.Request, v visitor) error {
	typed, after := strings.TrimSpace(r.URL.Query().Get("q")), party.OrgID(r.URL.Query().Get("after"))
	show := shown(r.URL.Query().Get("show"))
	var orgs []party.Organisation
	var err error
	if show == "" {
		orgs, err = s.Desk.Organisations(r.Context(), v.Actor, typed, after, orgsOnPage+1)
	} else {
		orgs, err = s.Desk.OrganisationsShown(r.Context(), v.Actor, show, orgsOnPage+1)
	}
	if err != nil {
		return err
	}
	p := Registry{Base: s.base(w, r, v, "web.registry"), Typed: typed, Show: show, Shows: desk.RegistryShows}
	if after != "" {
		p.Newest = "/desk/registry"
	}
	if len(orgs) > orgsOnPage {
		orgs = orgs[:orgsOnPage]
		if typed == "" && show == "" {
			p.More = "/desk/registry?after=" + url.QueryEscape(string(orgs[orgsOnPage-1].ID))
		} else {
			p.Cut = true
		}
	}
	proofs, err := s.Desk.Proofs(r.Context(), v.Actor, orgs)
	if err != nil {
		return err
	}
	for _, o := range orgs {
		row := OrgRow{Href: orgPath(o.ID), Org: o, Products: len(o.Products)}
		if proof, ok := proofs[o.ID]; ok {
			row.Proof = "web.registry.proof." + string(proof)
		}
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

	Parent       OrgLink
	Subsidiaries []OrgLink
	Changes      []ChangeRow
	Registration *RegistrationView
	Begin        look.Form // an application; no fields while one is open
	NoRole       bool      // nobody is reached but by a person's own address
}

// OrgLink leads to another organisation.
type OrgLink struct{ Href, Name string }

// productsShown is how many products an organisation's page shows.
const productsShown = 200

// ContactRow is how one person or mailbox is reached.
type ContactRow struct {
	Href        string
	Contact     party.Contact
	Fingerprint string    // in groups of four, as people compare them
	Key         string    // catalogue key: how the OpenPGP key stands
	Ends        time.Time // of the key; zero: never
	Cert        string    // catalogue key: how the S/MIME certificate stands; "": there is none
	CertPrint   string    // its fingerprint
	Proof       string    // catalogue key: whether the address is known to be right
	How         string    // how it was proved, in an officer's words
	HowKey      string    // catalogue key: how it was proved, where no officer wrote it
}

// CertTone is the shape of the certificate's state.
func (c ContactRow) CertTone() string { return contactTones[c.Cert] }

// Tone is the shape of the key's state.
func (c ContactRow) Tone() string { return contactTones[c.Key] }

// ProofTone is the shape of the address's state.
func (c ContactRow) ProofTone() string { return contactTones[c.Proof] }

var contactTones = map[string]string{
	"web.registry.key.good": "ok", "web.registry.key.ends_soon": "wait", "web.registry.key.unusable": "bad", "web.registry.key.none": "plain",
	"web.registry.proof.good": "ok", "web.registry.proof.none": "wait", "web.registry.proof.aged": "wait", "web.registry.proof.bounced": "bad",
	"web.registry.cert.good": "ok", "web.registry.cert.ends_soon": "wait", "web.registry.cert.unusable": "bad",
}

// AgreementRow is one signed agreement.
type AgreementRow struct {
	Href      string
	Agreement party.Agreement
	State     string // catalogue key
}

// Tone is the shape of the agreement's state.
func (a AgreementRow) Tone() string {
	return map[string]string{"web.registry.agreement.in_force": "ok", "web.registry.agreement.expired": "bad", "web.registry.agreement.ended": "bad", "web.registry.agreement.not_yet": "wait"}[a.State]
}

// agreementState is the catalogue key of how an agreement stands.
func agreementState(a party.Agreement, now time.Time) string {
	switch {
	case a.Signed.After(now):
		return "web.registry.agreement.not_yet"
	case a.InForce(now):
		return "web.registry.agreement.in_force"
	case !a.Ended.IsZero():
		return "web.registry.agreement.ended"
	}
	return "web.registry.agreement.expired"
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
		row := AgreementRow{Href: p.Path + "/agreements/" + url.PathEscape(a.ID), Agreement: a, State: agreementState(a, now)}
		p.Agreements = append(p.Agreements, row)
	}
	s.around(&p, page)
	for _, m := range slices.Backward(page.History) {
		p.History = append(p.History, Done{At: m.At, Name: m.Name, Word: "web.verb." + m.Verb})
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// around adds what belongs to an organisation: others, what waits, its registration.
func (s *Site) around(p *OrgShow, page desk.OrgPage) {
	if page.Parent.ID != "" {
		p.Parent = OrgLink{orgPath(page.Parent.ID), page.Parent.Name()}
	}
	for _, o := range page.Subsidiaries {
		p.Subsidiaries = append(p.Subsidiaries, OrgLink{orgPath(o.ID), o.Name()})
	}
	p.Changes = changeRows(page.Changes)
	if page.Registration != nil {
		view := s.registrationView(p.Lang, *page.Registration)
		p.Registration = &view
	}
	if page.Registration == nil || !page.Registration.Open() {
		p.Begin = s.beginForm(p.Lang)
	}
	p.NoRole = len(page.Contacts) > 0 && !hasRole(page.Contacts)
}

// contactRow says how a contact's keys and address stand.
func contactRow(c party.Contact, now time.Time) ContactRow {
	row := ContactRow{Contact: c, Key: "web.registry.key.none", Proof: "web.registry.proof." + string(c.Proof(now)), How: c.How}
	if c.How == party.HowYearly {
		row.How, row.HowKey = "", "web.registry.how.yearly"
	}
	if cert, err := keys.ReadCertificate(c.Cert); c.Cert != "" && err == nil {
		row.CertPrint, row.Cert = inFours(cert.Fingerprint), "web.registry.cert.good"
		switch {
		case cert.Ends.Before(now):
			row.Cert = "web.registry.cert.unusable"
		case cert.Ends.Before(now.Add(party.KeySoon)):
			row.Cert = "web.registry.cert.ends_soon"
		}
	} else if c.Cert != "" {
		row.Cert = "web.registry.cert.unusable"
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
		if ends.Before(now.Add(party.KeySoon)) {
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
