package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// The forms of the registry and their fields:
//
//	GET, POST /desk/registry/new
//	GET, POST /desk/registry/{id}/edit
//	    version  names.N.text  names.N.lang  names.N.kind=official|alias|former  kinds  parent (name or id)
//	    domains  cpes  purls  (one a line)  products (one a line: name | versions | CPE | package URL)
//	    sector  sectors  country  languages  zone  calendar=jp|eu|us|none  listed
//	GET, POST /desk/registry/{id}/contacts/new
//	GET, POST /desk/registry/{id}/contacts/{contact}
//	    version  name  role  mail  phone  post  lang  key  cert  duty=on_duty|backup  verified  how
//	GET, POST /desk/registry/{id}/agreements/new
//	GET, POST /desk/registry/{id}/agreements/{agreement}/edit
//	    version  scope  edition  signed  until  signed_by  document

// registryText bounds the text of one form, in bytes: an organisation may have
// thousands of products.
const registryText = 1 << 20

// fresh is what stands in an address for a record that is yet to be made.
const fresh = "new"

// RegistryForm is a page with one form of the registry.
type RegistryForm struct {
	look.Base
	Org     string // the organisation's name, "" for a new one
	OrgHref string
	Action  string
	Kind    string // organisation, contact or agreement: which fields are shown
	Own     bool   // the organisation's own people fill it in
	Names   []int  // rows
	Remove  string // path that asks to take the contact out; "": it is not there yet
	Form    look.Form
}

// registryRecord is one kind of record with a form.
type registryRecord struct {
	kind string
	// read puts the record into a form; an empty id makes a new one.
	read func(s *Site, page desk.OrgPage, id string) (url.Values, error)
	// save stores what the form says.
	save func(s *Site, r *http.Request, v visitor, page desk.OrgPage, id string, values url.Values) (party.OrgID, error)
}

var (
	orgRecord       = registryRecord{"organisation", readOrg, saveOrg}
	contactRecord   = registryRecord{"contact", readContact, saveContact}
	agreementRecord = registryRecord{"agreement", readAgreement, saveAgreement}
)

// recordID is the id of the contact or agreement in the address, "" for a new one.
func recordID(r *http.Request) string {
	id := r.PathValue("contact") + r.PathValue("agreement")
	if id == fresh {
		return ""
	}
	return id
}

// orgOfRequest reads the organisation of the address; a new one is empty.
func (s *Site) orgOfRequest(r *http.Request, v visitor) (desk.OrgPage, error) {
	if r.PathValue("id") == "" {
		return desk.OrgPage{}, nil
	}
	return s.Desk.Organisation(r.Context(), v.Actor, party.OrgID(r.PathValue("id")))
}

// registryFormPage shows the form of a record.
func (s *Site) registryFormPage(rec registryRecord) visit {
	return func(w http.ResponseWriter, r *http.Request, v visitor) error {
		page, err := s.orgOfRequest(r, v)
		if err != nil {
			return err
		}
		values, err := rec.read(s, page, recordID(r))
		if err != nil {
			return err
		}
		return s.pages.Write(w, http.StatusOK, s.registryForm(w, r, v, rec, page, values))
	}
}

// registryForm is the page around a form of the registry.
func (s *Site) registryForm(w http.ResponseWriter, r *http.Request, v visitor, rec registryRecord, page desk.OrgPage, values url.Values) RegistryForm {
	p := RegistryForm{Base: s.base(w, r, v, "web.registry.form."+rec.kind), Action: r.URL.EscapedPath(), Kind: rec.kind}
	if page.Org.ID != "" {
		p.Org, p.OrgHref = page.Org.Name(), orgPath(page.Org.ID)
	} else {
		p.Title = s.pages.Say(p.Lang, "web.registry.new", nil)
	}
	if rec.kind == contactRecord.kind && recordID(r) != "" && page.Org.ID != "" {
		p.Remove = p.Action + "/remove"
	}
	p.Form = look.Form{Words: "web.registry.form." + rec.kind, Values: values, Options: s.registryOptions(p.Lang)}
	for i := range rowsIn(values, "names") + 1 {
		p.Names = append(p.Names, i)
		n := "names." + strconv.Itoa(i)
		p.Form.Options[n+".lang"], p.Form.Options[n+".kind"] = p.Form.Options["names.lang"], p.Form.Options["names.kind"]
	}
	return p
}

// registrySave stores what a form says, or shows it again.
func (s *Site) registrySave(rec registryRecord) visit {
	return func(w http.ResponseWriter, r *http.Request, v visitor) error {
		values, err := httpd.ReadForm(r, httpd.Room{Text: registryText}, nil)
		if err != nil {
			return err
		}
		page, err := s.orgOfRequest(r, v)
		if err != nil {
			return err
		}
		id, err := rec.save(s, r, v, page, recordID(r), values)
		if err == nil {
			return s.cookies.Redirect(w, r, orgPath(id), look.Flash{Tone: "ok", Key: "web.registry.done." + s.doneAs(rec, page, recordID(r), values)})
		}
		if fault.KindOf(err) == fault.Stale { // sent again it replaces what the colleague wrote, knowingly
			newest, readErr := rec.read(s, page, recordID(r))
			if readErr != nil {
				return readErr
			}
			values.Set("version", newest.Get("version"))
			err = fault.New(fault.Stale, "web.registry.stale")
		}
		p := s.registryForm(w, r, v, rec, page, values)
		status, other := again(err, &p.Form)
		if other != nil {
			return other
		}
		return s.pages.Write(w, status, p)
	}
}

// doneAs says how a saved record was taken: a contact whose letters would go
// elsewhere waits for a second officer.
func (s *Site) doneAs(rec registryRecord, page desk.OrgPage, id string, values url.Values) string {
	if rec.kind != contactRecord.kind || id == "" {
		return rec.kind
	}
	old, err := contactOf(page, id)
	if err != nil {
		return rec.kind
	}
	if said, err := s.contactFrom(values, old); err == nil && old.Diverts(said) {
		return "asked"
	}
	return rec.kind
}

type orgForm struct {
	Version   int64     `form:"version"`
	Names     []nameRow `form:"names,max=200"`
	Kinds     []string  `form:"kinds"`
	Parent    string    `form:"parent,max=200"`
	Domains   string    `form:"domains,max=20000"`
	CPEs      string    `form:"cpes,max=100000"`
	PURLs     string    `form:"purls,max=100000"`
	Products  string    `form:"products,max=900000"`
	Sector    string    `form:"sector,max=100"`
	Sectors   []string  `form:"sectors"`
	Country   string    `form:"country,max=2"`
	Languages []string  `form:"languages"`
	Zone      string    `form:"zone,max=60"`
	Calendar  string    `form:"calendar,one=jp|eu|us|none"`
	Listed    bool      `form:"listed"`
}

type nameRow struct {
	Text string `form:"text,max=200"`
	Lang string `form:"lang,one=ja|en"`
	Kind string `form:"kind,one=official|alias|former"`
}

func readOrg(s *Site, page desk.OrgPage, _ string) (url.Values, error) {
	return s.orgValues(page.Org, page.Parent.Name()), nil
}

// orgValues puts an organisation into its form.
func (s *Site) orgValues(o party.Organisation, parent string) url.Values {
	f := orgForm{
		Version: o.Version, Parent: parent, Domains: strings.Join(o.Domains, "\n"), CPEs: strings.Join(o.CPEs, "\n"), PURLs: strings.Join(o.PURLs, "\n"),
		Products: productLines(o.Products), Sector: o.Sector, Sectors: o.Sectors, Country: o.Country, Languages: o.Languages, Zone: o.Zone, Calendar: string(o.Calendar), Listed: o.Listed,
	}
	if o.ID == "" {
		f.Kinds = []string{string(party.KindVendor)}
	}
	for _, k := range o.Kinds {
		f.Kinds = append(f.Kinds, string(k))
	}
	for _, n := range o.Names {
		f.Names = append(f.Names, nameRow{n.Text, n.Lang, string(n.Kind)})
	}
	return httpd.Encode(f, s.Desk.Centre.Zone)
}

func saveOrg(s *Site, r *http.Request, v visitor, page desk.OrgPage, _ string, values url.Values) (party.OrgID, error) {
	o, parent, err := s.orgFrom(values, page.Org)
	if err != nil {
		return "", err
	}
	if parent != page.Parent.Name() {
		if o.Parent, err = s.parentCalled(r, v, parent); err != nil {
			return "", err
		}
	}
	if o.ID == "" {
		o.Tier = party.Unverified
	}
	return s.Desk.SaveOrganisation(r.Context(), v.Actor, o)
}

// parentCalled finds the organisation that an officer means by a name or an id.
func (s *Site) parentCalled(r *http.Request, v visitor, typed string) (party.OrgID, error) {
	if typed == "" {
		return "", nil
	}
	if page, err := s.Desk.Organisation(r.Context(), v.Actor, party.OrgID(typed)); err == nil {
		return page.Org.ID, nil
	} else if fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	found, err := s.Desk.Organisations(r.Context(), v.Actor, typed, "", orgsOnPage)
	if err != nil {
		return "", err
	}
	called := slices.DeleteFunc(slices.Clone(found), func(o party.Organisation) bool { return o.Name() != typed })
	if len(called) != 1 {
		called = found
	}
	var k fault.Check
	k.Need(len(called) > 0, "parent", "web.registry.parent.none")
	k.Need(len(called) < 2, "parent", "web.registry.parent.several", "n", len(called))
	if err := k.Err(); err != nil {
		return "", err
	}
	return called[0].ID, nil
}

// orgFrom reads the form of an organisation; what it does not ask for stays as
// before. parent is what was typed.
func (s *Site) orgFrom(values url.Values, before party.Organisation) (o party.Organisation, parent string, err error) {
	var f orgForm
	if err := httpd.Decode(values, &f, s.Desk.Centre.Zone); err != nil {
		return o, "", err
	}
	o = before
	o.Version, o.Sector, o.Country, o.Languages, o.Zone = f.Version, f.Sector, strings.ToUpper(f.Country), f.Languages, f.Zone
	o.Calendar, o.Listed = party.Calendar(f.Calendar), f.Listed
	o.Domains, o.CPEs, o.PURLs = lines(f.Domains), lines(f.CPEs), lines(f.PURLs)
	o.Products, o.Sectors = readProducts(f.Products, before.Products), knownSectors(f.Sectors)
	o.Names, o.Kinds = nil, nil
	for _, n := range f.Names {
		if n.Text == "" {
			continue
		}
		kind := party.NameKind(n.Kind)
		if kind == "" && len(o.Names) == 0 {
			kind = party.Official
		} else if kind == "" {
			kind = party.Alias
		}
		o.Names = append(o.Names, party.Name{Text: n.Text, Lang: n.Lang, Kind: kind})
	}
	for _, k := range f.Kinds {
		if slices.Contains(orgKinds, party.OrgKind(k)) {
			o.Kinds = append(o.Kinds, party.OrgKind(k))
		}
	}
	var k fault.Check
	k.Need(len(o.Names) > 0, "names.0.text", "fault.registry.need_name")
	if f.Zone != "" {
		_, err := time.LoadLocation(f.Zone)
		k.Need(err == nil, "zone", "web.registry.bad_zone")
	}
	return o, f.Parent, k.Err()
}

// lines are the lines of a text that are not empty, trimmed.
func lines(text string) []string {
	var all []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			all = append(all, l)
		}
	}
	return all
}

// productLines writes products one a line; readProducts reads them back.
func productLines(ps []party.Product) string {
	var b strings.Builder
	for _, p := range ps {
		parts := []string{p.Name, strings.Join(p.Versions, ", "), p.CPE, p.PURL}
		for len(parts) > 1 && parts[len(parts)-1] == "" {
			parts = parts[:len(parts)-1]
		}
		b.WriteString(strings.Join(parts, " | ") + "\n")
	}
	return b.String()
}

func readProducts(text string, before []party.Product) []party.Product {
	known := map[string]string{}
	for _, p := range before {
		known[p.Name] = p.ID
	}
	var all []party.Product
	for _, line := range lines(text) {
		parts := append(strings.Split(line, "|"), "", "", "")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		p := party.Product{Name: parts[0], CPE: parts[2], PURL: parts[3]}
		for _, v := range strings.Split(parts[1], ",") {
			if v = strings.TrimSpace(v); v != "" {
				p.Versions = append(p.Versions, v)
			}
		}
		if p.ID = known[p.Name]; p.ID == "" { // an id of its own, the same however often the form is sent
			sum := sha256.Sum256([]byte(p.Name))
			p.ID = "p" + hex.EncodeToString(sum[:6])
		}
		if p.Name != "" {
			all = append(all, p)
		}
	}
	return all
}

type contactForm struct {
	Version  int64  `form:"version"`
	Name     string `form:"name,required,max=100"`
	Role     bool   `form:"role"`
	Mail     string `form:"mail,max=200"`
	Phone    string `form:"phone,max=60"`
	Post     string `form:"post,max=1000"`
	Lang     string `form:"lang,one=en|ja"`
	Key      string `form:"key,max=200000"`
	Cert     string `form:"cert,max=200000"`
	Duty     string `form:"duty,required,one=on_duty|backup"`
	Verified bool   `form:"verified"`
	How      string `form:"how,max=200"`
}

// contactOf finds a contact of the organisation; an empty id is a new one.
func contactOf(page desk.OrgPage, id string) (party.Contact, error) {
	if id == "" {
		return party.Contact{Org: page.Org.ID, Lang: page.Org.Lang(), Duty: party.OnDuty}, nil
	}
	i := slices.IndexFunc(page.Contacts, func(c party.Contact) bool { return string(c.ID) == id })
	if i < 0 {
		return party.Contact{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return page.Contacts[i], nil
}

func readContact(s *Site, page desk.OrgPage, id string) (url.Values, error) {
	c, err := contactOf(page, id)
	return s.contactValues(c), err
}

// contactValues puts a contact into its form.
func (s *Site) contactValues(c party.Contact) url.Values {
	f := contactForm{
		Version: c.Version, Name: c.Name, Role: c.Role, Mail: c.Mail, Phone: c.Phone, Post: c.Post, Lang: c.Lang, Key: c.Key, Cert: c.Cert, Duty: string(c.Duty),
	}
	if c.How != party.HowYearly {
		f.How = c.How
	}
	return httpd.Encode(f, s.Desk.Centre.Zone)
}

// contactFrom reads the form of a contact over what it was.
func (s *Site) contactFrom(values url.Values, c party.Contact) (party.Contact, error) {
	var f contactForm
	if err := httpd.Decode(values, &f, s.Desk.Centre.Zone); err != nil {
		return c, err
	}
	if f.Mail != c.Mail { // nothing is known of the new address yet
		c.Verified, c.Bounced, c.How = time.Time{}, time.Time{}, ""
	}
	if f.Verified {
		c = c.Proved(s.Desk.Now(), f.How)
	}
	c.Version, c.Name, c.Role, c.Mail, c.Phone, c.Post, c.Lang = f.Version, f.Name, f.Role, f.Mail, f.Phone, f.Post, string(words.ParseLang(f.Lang))
	c.Key, c.Cert, c.Duty = f.Key, f.Cert, party.Duty(f.Duty)
	return c, nil
}

func saveContact(s *Site, r *http.Request, v visitor, page desk.OrgPage, id string, values url.Values) (party.OrgID, error) {
	c, err := contactOf(page, id)
	if err != nil {
		return "", err
	}
	if c, err = s.contactFrom(values, c); err == nil {
		_, err = s.Desk.SaveContact(r.Context(), v.Actor, c)
	}
	return page.Org.ID, err
}

type agreementForm struct {
	Version  int64     `form:"version"`
	Scope    string    `form:"scope,required,one=reports|early_provision|group"`
	Edition  string    `form:"edition,max=100"`
	Signed   time.Time `form:"signed"`
	Until    time.Time `form:"until"`
	SignedBy string    `form:"signed_by,max=200"`
	Ours     string    `form:"ours,max=200"`
}

func agreementOf(page desk.OrgPage, id string) (party.Agreement, error) {
	if id == "" {
		return party.Agreement{Org: page.Org.ID, Scope: party.ScopeReports}, nil
	}
	i := slices.IndexFunc(page.Agreements, func(a party.Agreement) bool { return a.ID == id })
	if i < 0 {
		return party.Agreement{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return page.Agreements[i], nil
}

func readAgreement(s *Site, page desk.OrgPage, id string) (url.Values, error) {
	a, err := agreementOf(page, id)
	values := httpd.Encode(agreementForm{Version: a.Version, Scope: string(a.Scope), Edition: a.Edition, SignedBy: a.SignedBy, Ours: a.Ours}, s.Desk.Centre.Zone)
	for name, day := range map[string]time.Time{"signed": a.Signed, "until": a.Until} { // days, not hours
		if !day.IsZero() {
			values.Set(name, day.In(s.Desk.Centre.Zone).Format(time.DateOnly))
		}
	}
	return values, err
}

func saveAgreement(s *Site, r *http.Request, v visitor, page desk.OrgPage, id string, values url.Values) (party.OrgID, error) {
	a, err := agreementOf(page, id)
	if err != nil {
		return "", err
	}
	var f agreementForm
	if err := httpd.Decode(values, &f, s.Desk.Centre.Zone); err != nil {
		return "", err
	}
	a.Version, a.Scope, a.Edition, a.Signed, a.Until, a.SignedBy, a.Ours = f.Version, party.Scope(f.Scope), f.Edition, f.Signed, f.Until, f.SignedBy, f.Ours
	return page.Org.ID, s.Desk.SaveAgreement(r.Context(), v.Actor, a)
}

var orgKinds = []party.OrgKind{party.KindVendor, party.KindWebsite, party.KindOperator, party.KindCoordinator, party.KindIntegrator, party.KindProject}

// registryOptions are what the registry's forms let one choose.
func (s *Site) registryOptions(l words.Lang) map[string][]look.Option {
	o := map[string][]look.Option{}
	add := func(field, value, key string) {
		o[field] = append(o[field], look.Option{Value: value, Text: s.pages.Say(l, key, nil)})
	}
	for _, k := range orgKinds {
		add("kinds", string(k), "web.registry.kind."+string(k))
	}
	o["calendar"] = []look.Option{{Text: "–"}}
	for _, c := range []party.Calendar{party.CalendarJapan, party.CalendarEU, party.CalendarUS, party.CalendarNone} {
		add("calendar", string(c), "web.registry.calendar."+string(c))
	}
	o["names.lang"], o["names.kind"] = []look.Option{{Text: "–"}}, []look.Option{{Text: "–"}}
	for _, x := range []string{"ja", "en"} {
		for _, field := range []string{"names.lang", "languages", "lang"} {
			add(field, x, "web.advisory.lang."+x)
		}
	}
	for _, k := range []party.NameKind{party.Official, party.Alias, party.Former} {
		add("names.kind", string(k), "web.registry.name."+string(k))
	}
	for _, d := range []party.Duty{party.OnDuty, party.Backup} {
		add("duty", string(d), "web.registry.duty."+string(d))
	}
	for _, x := range []party.Scope{party.ScopeReports, party.ScopeProvision, party.ScopeGroup} {
		add("scope", string(x), "web.registry.scope."+string(x))
	}
	o["sectors"] = sectorOptions(l, s.Desk.Now())
	return o
}
