package web

import (
	"net/http"
	"net/url"
	"slices"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/keys"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// Changes of the registry that somebody asked for, and an officer's yes or no.
//
//	GET  /desk/changes/{id}
//	POST /desk/changes/{id}/agree
//	POST /desk/changes/{id}/refuse    reason
//	POST /desk/changes/{id}/withdraw
//	POST /desk/registry/{id}/contacts/{contact}/remove

// ChangeShow is one change with what would differ.
type ChangeShow struct {
	look.Base
	Path    string
	OrgHref string
	Change  desk.AskedChange
	About   string // the contact's name; "" for the organisation's own fields
	Lines   []DiffLine
	Own     bool // this officer asked for it
	Form    look.Form
}

// DiffLine is one difference as a person reads it.
type DiffLine struct {
	Field    string // catalogue key
	Of       string // which name or product
	From, To string
}

func (s *Site) changeShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.changePage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) changePage(w http.ResponseWriter, r *http.Request, v visitor) (ChangeShow, error) {
	c, err := s.Desk.Change(r.Context(), v.Actor, r.PathValue("id"))
	if err != nil {
		return ChangeShow{}, err
	}
	p := ChangeShow{
		Base: s.base(w, r, v, changeTitle(c.Change)), Path: "/desk/changes/" + url.PathEscape(c.ID), OrgHref: orgPath(c.Org), Change: c,
		About: contactNameOf(c.Change), Lines: s.diff(s.cookies.Language(r), c.Fields), Own: c.By == v.Actor, Form: look.Form{Words: "web.change"},
	}
	return p, nil
}

// changeTitle is the catalogue key of what a change is.
func changeTitle(c party.Change) string {
	switch {
	case c.OrgTo != nil:
		return "web.change.of_record"
	case c.ContactFrom == nil:
		return "web.change.of_new_contact"
	case c.ContactTo == nil:
		return "web.change.of_gone_contact"
	}
	return "web.change.of_contact"
}

func contactNameOf(c party.Change) string {
	switch {
	case c.ContactFrom != nil:
		return c.ContactFrom.Name
	case c.ContactTo != nil:
		return c.ContactTo.Name
	}
	return ""
}

func (s *Site) changeDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	if err := r.ParseForm(); err != nil {
		return fault.Because(err, fault.Invalid, "fault.invalid")
	}
	id, key := r.PathValue("id"), "web.change.done."+r.PathValue("do")
	var err error
	switch r.PathValue("do") {
	case "agree":
		err = s.Desk.AgreeChange(r.Context(), v.Actor, id)
		if err == nil {
			c, readErr := s.Desk.Change(r.Context(), v.Actor, id)
			if readErr != nil {
				return readErr
			}
			if c.State == party.ChangeWaiting {
				key = "web.change.done.half"
			}
		}
	case "refuse":
		err = s.Desk.RefuseChange(r.Context(), v.Actor, id, r.PostForm.Get("reason"))
	case "withdraw":
		err = s.Desk.WithdrawChange(r.Context(), v.Actor, id)
	default:
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if err == nil {
		c, err := s.Desk.Change(r.Context(), v.Actor, id)
		if err != nil {
			return err
		}
		return s.cookies.Redirect(w, r, orgPath(c.Org), look.Flash{Tone: "ok", Key: key})
	}
	p, readErr := s.changePage(w, r, v)
	if readErr != nil {
		return readErr
	}
	p.Form.Values = r.PostForm
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

func (s *Site) contactRemove(w http.ResponseWriter, r *http.Request, v visitor) error {
	page, err := s.Desk.Organisation(r.Context(), v.Actor, party.OrgID(r.PathValue("id")))
	if err != nil {
		return err
	}
	c, err := contactOf(page, r.PathValue("contact"))
	if err != nil {
		return err
	}
	if err := s.Desk.RemoveContact(r.Context(), v.Actor, c.ID); err != nil {
		return err
	}
	return s.cookies.Redirect(w, r, orgPath(page.Org.ID), look.Flash{Tone: "ok", Key: "web.registry.done.asked"})
}

// diffWords are the catalogue's words for values that are words of ours.
var diffWords = map[string]string{
	"kinds": "web.registry.kind.", "tier": "web.registry.tier.", "names.kind": "web.registry.name.",
	"calendar": "web.registry.calendar.", "listed": "web.change.", "role": "web.change.", "duty": "web.registry.duty.",
}

// diff puts differences into words.
func (s *Site) diff(l words.Lang, changes []party.FieldChange) []DiffLine {
	var all []DiffLine
	for _, c := range changes {
		value := func(v string) string {
			prefix, ours := diffWords[c.Field]
			switch {
			case v == "":
				return ""
			case ours:
				return s.pages.Say(l, prefix+v, nil)
			case c.Field == "key" || c.Field == "cert":
				return fingerprint(v)
			}
			return v
		}
		all = append(all, DiffLine{Field: "web.change.field." + c.Field, Of: c.Of, From: value(c.From), To: value(c.To)})
	}
	return all
}

// fingerprint is what people compare of a key or certificate, "?" where it
// cannot be read.
func fingerprint(text string) string {
	if key, err := keys.ReadPublic(text); err == nil {
		return inFours(key.Fingerprint())
	}
	if cert, err := keys.ReadCertificate(text); err == nil {
		return inFours(cert.Fingerprint)
	}
	return "?"
}

// hasRole reports whether any contact is a role mailbox, which outlives people
// (coordination.md G3).
func hasRole(contacts []party.Contact) bool {
	return slices.ContainsFunc(contacts, func(c party.Contact) bool { return c.Role && c.Mail != "" })
}
