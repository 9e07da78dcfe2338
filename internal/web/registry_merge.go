package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// Merging two entries of the registry, splitting one, and undoing either. What
// would change is shown before it is done. The addresses:
//
//	GET  /desk/registry/{id}/merge        find=words  from=ID  kind=alias|former
//	POST /desk/registry/{id}/merge        from  kind  why
//	POST /desk/registry/{id}/merge/undo   merge
//	POST /desk/registry/{id}/merge/move   from
//	GET  /desk/registry/{id}/split        name  names  products  places  contacts
//	POST /desk/registry/{id}/split        the same  why
//	POST /desk/registry/{id}/split/undo   split

// OrgMerge is the page of merging.
type OrgMerge struct {
	look.Base
	At      string // path of the organisation
	Name    string
	Kin     desk.Kinships
	Into    KinLink
	Find    string
	Found   []KinLink
	Chosen  bool
	Preview desk.MergePreview
	Adds    Additions
	Can     bool
	Form    look.Form
}

// KinLink leads to an entry.
type KinLink struct{ ID, Name, Href string }

// Additions are names of what goes from one entry to another.
type Additions struct{ Names, Products, Places []string }

// Any reports whether there is one.
func (a Additions) Any() bool { return len(a.Names)+len(a.Products)+len(a.Places) > 0 }

// OrgSplit is the page of splitting.
type OrgSplit struct {
	look.Base
	At, Name string
	Org      party.Organisation
	Places   []string
	Contacts []party.Contact
	Part     orgSplitInput
	Chosen   bool
	Preview  desk.SplitPreview
	Gets     Additions
	Form     look.Form
}

// Has reports whether something was ticked.
func (p OrgSplit) Has(list []string, v string) bool { return slices.Contains(list, v) }

type orgMergeInput struct {
	From party.OrgID    `form:"from,required,max=60"`
	Kind party.NameKind `form:"kind,required,one=alias|former"`
	Why  string         `form:"why,required,max=1000"`
}

type orgSplitInput struct {
	Name     string   `form:"name,max=300"`
	Names    []string `form:"names,max=500"`
	Products []string `form:"products,max=20000"`
	Places   []string `form:"places,max=2000"`
	Contacts []string `form:"contacts,max=500"`
	Why      string   `form:"why,max=1000"`
}

func (in orgSplitInput) part() party.Part {
	p := party.Part{Names: in.Names, Products: in.Products, Places: in.Places}
	for _, c := range in.Contacts {
		p.Contacts = append(p.Contacts, party.PersonID(c))
	}
	return p
}

// partsText bounds a form that may tick thousands of products.
const partsText = 1 << 20

// mergeRoutes are the addresses of this screen.
func (s *Site) mergeRoutes(handle func(string, http.Handler)) {
	handle("GET /desk/registry/{id}/merge", s.officer(s.orgMergePage))
	handle("POST /desk/registry/{id}/merge", s.officer(s.orgMerge))
	handle("POST /desk/registry/{id}/merge/undo", s.officer(s.kinDo("merge", "web.org_merge.undone", func(r *http.Request, v visitor, id party.OrgID, what string) error {
		return s.Desk.UndoMerge(r.Context(), v.Actor, id, what)
	})))
	handle("POST /desk/registry/{id}/merge/move", s.officer(s.kinDo("from", "web.org_merge.moved", func(r *http.Request, v visitor, _ party.OrgID, what string) error {
		return s.Desk.MoveMerged(r.Context(), v.Actor, party.OrgID(what))
	})))
	handle("GET /desk/registry/{id}/split", s.officer(s.orgSplitPage))
	handle("POST /desk/registry/{id}/split", s.officer(s.orgSplit))
	handle("POST /desk/registry/{id}/split/undo", s.officer(s.kinDo("split", "web.org_merge.undone", func(r *http.Request, v visitor, id party.OrgID, what string) error {
		return s.Desk.UndoSplit(r.Context(), v.Actor, id, what)
	})))
}

func (s *Site) orgMergePage(w http.ResponseWriter, r *http.Request, v visitor) error {
	return s.showOrgMerge(w, r, v, r.URL.Query(), nil)
}

// showMerge shows what was chosen and typed, and what was wrong with it.
func (s *Site) showOrgMerge(w http.ResponseWriter, r *http.Request, v visitor, values url.Values, refused error) error {
	ctx, id := r.Context(), party.OrgID(r.PathValue("id"))
	kin, err := s.Desk.Kinships(ctx, v.Actor, id)
	if err != nil {
		return err
	}
	p := OrgMerge{Base: s.base(w, r, v, "web.org_merge"), At: orgPath(id), Name: kin.Org.Name(), Kin: kin, Find: strings.TrimSpace(values.Get("find"))}
	if kin.Org.MergedInto != "" {
		p.Into = KinLink{string(kin.Into.ID), kin.Into.Name(), orgPath(kin.Into.ID)}
	}
	if p.Find != "" {
		found, err := s.Desk.Organisations(ctx, v.Actor, p.Find, "", 20)
		if err != nil {
			return err
		}
		for _, o := range found {
			if o.ID != id {
				p.Found = append(p.Found, KinLink{string(o.ID), o.Name(), orgPath(o.ID)})
			}
		}
	}
	p.Form = look.Form{Words: "web.org_merge", Values: values, Options: map[string][]look.Option{"kind": {
		{Value: "alias", Text: s.say(p.Lang, "web.org_merge.kind.alias")}, {Value: "former", Text: s.say(p.Lang, "web.org_merge.kind.former")},
	}}}
	status := http.StatusOK
	if refused != nil {
		p.Path = ""
		if status, err = again(refused, &p.Form); err != nil {
			return err
		}
	}
	if from := party.OrgID(values.Get("from")); from != "" {
		if p.Preview, err = s.Desk.PreviewMerge(ctx, v.Actor, id, from, party.Former); err != nil {
			return err
		}
		p.Chosen, p.Can = true, len(p.Preview.Both) == 0 && p.Preview.Waiting == 0
		p.Adds = additions(p.Preview.Into, p.Preview.After)
	}
	return s.pages.Write(w, status, p)
}

// additions are what the second has and the first has not.
func additions(before, after party.Organisation) (a Additions) {
	for _, n := range after.Names {
		if !slices.ContainsFunc(before.Names, func(x party.Name) bool { return x.Text == n.Text }) {
			a.Names = append(a.Names, n.Text)
		}
	}
	for _, p := range after.Products {
		if !slices.ContainsFunc(before.Products, func(x party.Product) bool { return x.Name == p.Name }) {
			a.Products = append(a.Products, p.Name)
		}
	}
	known := placesOf(before)
	for _, place := range placesOf(after) {
		if !slices.Contains(known, place) {
			a.Places = append(a.Places, place)
		}
	}
	return a
}

func placesOf(o party.Organisation) []string { return slices.Concat(o.Domains, o.CPEs, o.PURLs) }

func (s *Site) orgMerge(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id := party.OrgID(r.PathValue("id"))
	var in orgMergeInput
	if err = httpd.Decode(values, &in, time.UTC); err == nil {
		err = s.Desk.MergeOrganisations(r.Context(), v.Actor, id, in.From, in.Kind, in.Why)
	}
	if err != nil {
		return s.showOrgMerge(w, r, v, values, err)
	}
	return s.cookies.Redirect(w, r, orgPath(id)+"/merge", look.Flash{Tone: "ok", Key: "web.org_merge.done"})
}

// kinDo does one of the short deeds on a merge or split, named by one field.
func (s *Site) kinDo(field, done string, do func(*http.Request, visitor, party.OrgID, string) error) visit {
	return func(w http.ResponseWriter, r *http.Request, v visitor) error {
		values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
		if err != nil {
			return err
		}
		id := party.OrgID(r.PathValue("id"))
		if err := do(r, v, id, values.Get(field)); err != nil {
			return err
		}
		return s.cookies.Redirect(w, r, orgPath(id)+"/merge", look.Flash{Tone: "ok", Key: done})
	}
}

func (s *Site) orgSplitPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	return s.showOrgSplit(w, r, v, r.URL.Query(), nil)
}

func (s *Site) showOrgSplit(w http.ResponseWriter, r *http.Request, v visitor, values url.Values, refused error) error {
	ctx, id := r.Context(), party.OrgID(r.PathValue("id"))
	page, err := s.Desk.Organisation(ctx, v.Actor, id)
	if err != nil {
		return err
	}
	p := OrgSplit{Base: s.base(w, r, v, "web.org_split"), At: orgPath(id), Name: page.Org.Name(), Org: page.Org, Places: placesOf(page.Org), Contacts: page.Contacts}
	p.Form = look.Form{Words: "web.org_split", Values: values}
	if err := httpd.Decode(values, &p.Part, time.UTC); err != nil && refused == nil {
		refused = err
	}
	if refused == nil && (len(values) > 0) {
		if p.Preview, err = s.Desk.PreviewSplitOrganisation(ctx, v.Actor, id, p.Part.Name, p.Part.part()); err != nil {
			refused = err
		} else {
			p.Chosen, p.Gets = true, additions(party.Organisation{}, p.Preview.Taken)
		}
	}
	status := http.StatusOK
	if refused != nil {
		p.Path = ""
		if status, err = again(refused, &p.Form); err != nil {
			return err
		}
	}
	return s.pages.Write(w, status, p)
}

func (s *Site) orgSplit(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: partsText}, nil)
	if err != nil {
		return err
	}
	id := party.OrgID(r.PathValue("id"))
	var in orgSplitInput
	var made party.OrgID
	if err = httpd.Decode(values, &in, time.UTC); err == nil {
		made, err = s.Desk.SplitOrganisation(r.Context(), v.Actor, id, in.Name, in.part(), in.Why)
	}
	if err != nil {
		return s.showOrgSplit(w, r, v, values, err)
	}
	return s.cookies.Redirect(w, r, orgPath(made), look.Flash{Tone: "ok", Key: "web.org_split.done"})
}
