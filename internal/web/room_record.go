package web

import (
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// An organisation's own record. What its people save is asked for, and waits for
// an officer.
//
//	GET  /room/organisation
//	GET, POST /room/organisation/edit                 the fields of an organisation but for kinds, sector and parent
//	GET, POST /room/organisation/contacts/new
//	GET, POST /room/organisation/contacts/{contact}   the fields of a contact but for verified and how
//	POST /room/organisation/contacts/{contact}/remove
//	POST /room/organisation/changes/{change}/withdraw
//	POST /room/organisation/registration/{registration}/withdraw
//	POST /room/organisation/confirm
//	GET, POST /still-right/{token}                    the yearly letter's link

// ownPath is where an organisation finds its own record.
const ownPath = "/room/organisation"

// RoomRecord is an organisation's record as its own people see it.
type RoomRecord struct {
	look.Base
	Record    desk.OwnRecord
	Contacts  []ContactRow
	Changes   []OwnChangeRow
	NoRole    bool
	Withdrawn string // path that withdraws an open registration; "": none is open
}

// OwnChangeRow is one change with its differences in words.
type OwnChangeRow struct {
	desk.OwnChange
	Lines []DiffLine
}

// Title is the catalogue key of what the change is.
func (c OwnChangeRow) Title() string {
	switch {
	case c.New:
		return "web.change.of_new_contact"
	case c.Gone:
		return "web.change.of_gone_contact"
	case c.Contact != "":
		return "web.change.of_contact"
	}
	return "web.change.of_record"
}

// StillRight is the page of the yearly letter's link.
type StillRight struct {
	look.Base
	Token    string
	Record   desk.OwnRecord
	Contacts []ContactRow
}

// StillRightDone thanks.
type StillRightDone struct{ look.Base }

// specimenOrg is an organisation as empty as it ever is.
func specimenOrg() party.Organisation {
	return party.Organisation{Names: []party.Name{{Text: "–", Kind: party.Official}}, Tier: party.Unverified}
}

func (s *Site) recordRoutes(handle func(pattern string, h http.Handler)) {
	handle("GET "+ownPath, s.outside(s.recordShow))
	handle("GET "+ownPath+"/edit", s.outside(s.recordEdit))
	handle("POST "+ownPath+"/edit", s.outside(s.recordAsk))
	handle("GET "+ownPath+"/contacts/{contact}", s.outside(s.recordContact))
	handle("POST "+ownPath+"/contacts/{contact}", s.outside(s.recordContactAsk))
	handle("POST "+ownPath+"/contacts/{contact}/remove", s.outside(s.recordDo))
	handle("POST "+ownPath+"/changes/{change}/withdraw", s.outside(s.recordDo))
	handle("POST "+ownPath+"/registration/{registration}/withdraw", s.outside(s.recordDo))
	handle("POST "+ownPath+"/confirm", s.outside(s.recordDo))
	handle("GET /still-right/{token}", s.anyone(s.stillRightPage))
	handle("POST /still-right/{token}", s.anyone(s.stillRight))
}

func (s *Site) recordShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	rec, err := s.Desk.OwnRecord(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	p := RoomRecord{Base: s.base(w, r, v, "web.record"), Record: rec, Contacts: contactRows(rec, s.Desk.Now())}
	p.Title, p.NoRole = rec.Org.Name(), len(rec.Contacts) > 0 && !hasRole(rec.Contacts)
	for _, c := range rec.Changes {
		p.Changes = append(p.Changes, OwnChangeRow{c, s.diff(p.Lang, c.Fields)})
	}
	if rec.Registration.Open() && rec.Registration.ID != "" {
		p.Withdrawn = ownPath + "/registration/" + url.PathEscape(rec.Registration.ID) + "/withdraw"
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func contactRows(rec desk.OwnRecord, now time.Time) []ContactRow {
	var rows []ContactRow
	for _, c := range rec.Contacts {
		row := contactRow(c, now)
		row.Href = ownPath + "/contacts/" + url.PathEscape(string(c.ID))
		rows = append(rows, row)
	}
	return rows
}

// recordForm is the page around a form of the own record.
func (s *Site) recordForm(w http.ResponseWriter, r *http.Request, v visitor, kind string, values url.Values) RegistryForm {
	rec := orgRecord
	if kind == contactRecord.kind {
		rec = contactRecord
	}
	p := s.registryForm(w, r, v, rec, desk.OrgPage{}, values)
	p.Own, p.Org, p.OrgHref = true, v.org, ownPath
	p.Title = s.pages.Say(p.Lang, "web.registry.form."+kind, nil)
	return p
}

func (s *Site) recordEdit(w http.ResponseWriter, r *http.Request, v visitor) error {
	rec, err := s.Desk.OwnRecord(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, s.recordForm(w, r, v, orgRecord.kind, s.orgValues(rec.Org, "")))
}

// recordAsk asks for what the form says, or shows it again.
func (s *Site) recordAsk(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: registryText}, nil)
	if err != nil {
		return err
	}
	rec, err := s.Desk.OwnRecord(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	o, _, err := s.orgFrom(values, rec.Org)
	if err == nil {
		err = s.Desk.ProposeRecord(r.Context(), v.Actor, o)
	}
	return s.answerAsk(w, r, v, orgRecord.kind, values, rec.Org.Version, err)
}

func (s *Site) recordContact(w http.ResponseWriter, r *http.Request, v visitor) error {
	rec, err := s.Desk.OwnRecord(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	c, err := contactOf(desk.OrgPage{Org: rec.Org, Contacts: rec.Contacts}, recordID(r))
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, s.recordForm(w, r, v, contactRecord.kind, s.contactValues(c)))
}

func (s *Site) recordContactAsk(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: registryText}, nil)
	if err != nil {
		return err
	}
	rec, err := s.Desk.OwnRecord(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	c, err := contactOf(desk.OrgPage{Org: rec.Org, Contacts: rec.Contacts}, recordID(r))
	if err != nil {
		return err
	}
	version := c.Version
	values.Del("verified") // not for a vendor to say
	if c, err = s.contactFrom(values, c); err == nil {
		err = s.Desk.ProposeContact(r.Context(), v.Actor, c)
	}
	return s.answerAsk(w, r, v, contactRecord.kind, values, version, err)
}

// answerAsk answers a form of the own record: it was asked for, or it is shown
// again. Where somebody was faster, sent again it is asked for knowingly.
func (s *Site) answerAsk(w http.ResponseWriter, r *http.Request, v visitor, kind string, values url.Values, version int64, err error) error {
	if err == nil {
		return s.cookies.Redirect(w, r, ownPath, look.Flash{Tone: "ok", Key: "web.record.done"})
	}
	if fault.KindOf(err) == fault.Stale {
		values.Set("version", httpd.Encode(contactForm{Version: version}, s.Desk.Centre.Zone).Get("version"))
		err = fault.New(fault.Stale, "web.registry.stale")
	}
	p := s.recordForm(w, r, v, kind, values)
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

// recordDo does what needs no form.
func (s *Site) recordDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	var err error
	key := "web.record.done"
	switch {
	case r.PathValue("contact") != "":
		err = s.Desk.ProposeRemoval(r.Context(), v.Actor, party.PersonID(r.PathValue("contact")))
	case r.PathValue("change") != "":
		key, err = "web.change.done.withdraw", s.Desk.WithdrawChange(r.Context(), v.Actor, r.PathValue("change"))
	case r.PathValue("registration") != "":
		key, err = "web.registration.done.withdrawn", s.Desk.StepRegistration(r.Context(), v.Actor, r.PathValue("registration"), party.RegWithdraw, desk.RegistrationInput{})
	default:
		key, err = "web.record.confirmed", s.Desk.ConfirmRecord(r.Context(), v.Actor)
	}
	if err != nil {
		return err
	}
	return s.cookies.Redirect(w, r, ownPath, look.Flash{Tone: "ok", Key: key})
}

// stillRightPage shows the record behind the yearly letter's link. Mail programs
// open links to look for viruses, so only its button confirms anything.
func (s *Site) stillRightPage(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	rec, err := s.Desk.PeekStillRight(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	rows := contactRows(rec, s.Desk.Now())
	for i := range rows {
		rows[i].Href = "" // it leads to a page for those who have signed in
	}
	return s.pages.Write(w, http.StatusOK, StillRight{
		Base: s.plain(r, "web.still_right"), Token: r.PathValue("token"), Record: rec, Contacts: rows,
	})
}

func (s *Site) stillRight(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if err := s.Desk.ConfirmByLink(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	b := s.plain(r, "web.still_right.thanks")
	b.Path = "" // the link is used up: in the other language there is nothing
	return s.pages.Write(w, http.StatusOK, StillRightDone{b})
}
