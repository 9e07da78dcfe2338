package web

import (
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// RoomList is the cases of an outside party: what it must answer first.
type RoomList struct {
	look.Base
	Rows []RoomRow
}

// RoomRow is one case in the list.
type RoomRow struct {
	Mark     string
	Link     string
	View     cvd.View
	AnswerBy time.Time // set while an answer to the terms is wanted
	News     desk.News
	Yours    string // catalogue key: where the party stands
}

// outside serves a page to those who take part from outside. Officers have
// pages of their own; to them this one does not exist.
func (s *Site) outside(h visit) http.Handler {
	return s.member(func(w http.ResponseWriter, r *http.Request, v visitor) error {
		switch v.Actor.Role {
		case party.Vendor, party.Operator, party.Observer:
			return h(w, r, v)
		}
		return fault.New(fault.NotFound, "fault.not_found")
	})
}

func (s *Site) roomList(w http.ResponseWriter, r *http.Request, v visitor) error {
	rows, err := s.Desk.Cases(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	p := RoomList{Base: s.base(w, r, v, "web.room_list")}
	for _, row := range rows {
		x := RoomRow{Mark: row.Mark, Link: "/room/" + string(row.View.ID), View: row.View, AnswerBy: row.View.My.AnswerBy, News: row.News, Yours: "rm." + string(row.View.My.RM)}
		if e := row.View.Early; e != nil && e.Duty != nil {
			x.AnswerBy, x.Yours = e.Duty.AnswerBy, "duties."+string(e.Duty.State)
		}
		p.Rows = append(p.Rows, x)
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// Room is one case as an outside party sees it. Each form is shown only while
// its verb is possible; after a refusal the form that was sent holds what was
// typed and what is wrong with it.
type Room struct {
	look.Base
	Case     desk.CasePage
	Can      map[string]bool // verbs, such as "state_fix:F"
	Terms    look.Timeline
	Matrix   look.Matrix
	Products []RoomProduct
	Reports  []string // steps of the own report management that are possible
	Answer   look.Form
	Status   look.Form
	Word     look.Form // statement
	Remedy   look.Form
	Propose  look.Form
	Number   look.Form
	Message  look.Form
	Leave    look.Form
	Members  look.Form
	Nominate look.Form
	Evidence Evidence
	// Early provision: a vendor's consent, an operator's answers.
	Consent, Duties, Refuse, Deed, Destroyed look.Form
	Refused                                  look.Form    // what was refused of a form that the page does not show now
	Thread                                   string       // the conversation that Message belongs to, after a refusal
	Shared                                   []RoomShared // words of others that are new
}

// RoomProduct is one of the party's own products with what was said of it.
type RoomProduct struct {
	Name, Versions string
	Words          []RoomWord
}

// RoomShared is what other parties said that is new to the reader.
type RoomShared struct {
	Name   string
	Vuln   string
	Status cvd.Status
	At     time.Time
}

// RoomWord is a status for one vulnerability.
type RoomWord struct {
	Vuln   string
	Status cvd.Status
}

// at is the address of a case's page.
func roomPath(r *http.Request) string { return "/room/" + url.PathEscape(r.PathValue("id")) }

func (s *Site) room(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.roomPage(w, r, v)
	if err != nil {
		return err
	}
	if err := s.Desk.Visited(r.Context(), v.Actor, p.Case.View.ID, p.Case.News); err != nil {
		return err
	}
	return s.showRoom(w, r, v, http.StatusOK, p)
}

// roomPage reads the case and prepares its forms, empty.
func (s *Site) roomPage(w http.ResponseWriter, r *http.Request, v visitor) (Room, error) {
	page, err := s.Desk.Case(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return Room{}, err
	}
	p := Room{Base: s.base(w, r, v, "web.room"), Case: page, Can: map[string]bool{}}
	p.Title = page.Mark
	for _, verb := range page.View.Verbs {
		p.Can[verb] = true
	}
	for _, do := range []cvd.RMVerb{cvd.RMValidate, cvd.RMInvalidate, cvd.RMAccept, cvd.RMDefer, cvd.RMClose} {
		if p.Can["state_report:"+string(do)] {
			p.Reports = append(p.Reports, string(do))
		}
	}
	form := func(name string) look.Form {
		return look.Form{Name: name, Words: "web.room." + name, Values: url.Values{}, Options: s.roomOptions(p.Lang, page.View)}
	}
	p.Answer, p.Status, p.Word, p.Remedy = form("answer"), form("status"), form("statement"), form("remedy")
	p.Propose, p.Number, p.Message, p.Leave = form("propose"), form("number"), form("message"), form("leave")
	p.Message = s.withLabels(p.Message, p.Lang, page.View.TLP)
	p.Number.Values.Set("number", page.View.My.Number)
	p.Members = membersForm(page.People, page.View.My.Members, func(key string) string { return s.say(p.Lang, key) })
	p.Nominate = s.nominateForm(p.Lang, page.View.Open)
	s.roomRingForms(&p)
	p.Evidence = s.evidenceOf(p.Lang, "/room/"+string(page.View.ID), p.Can["tell_users"], page.View.My, page.Talk)
	p.draw()
	return p, nil
}

// draw makes the pictures: the embargo's line and the table of words.
func (p *Room) draw() {
	v := p.Case.View
	p.Terms = look.Timeline{First: v.FirstAttempt, Agreed: v.Embargo.Since, Today: p.Now, Until: v.Embargo.Until, Ended: v.Embargo.Ended}
	if o := v.Embargo.Open; o != nil && !o.Until.IsZero() {
		by := p.Case.Names[orgOf(o.By)]
		p.Terms.Proposals = []look.Proposal{{By: by, At: o.At, Until: o.Until, Open: true}}
	}
	for _, x := range v.Vulns {
		p.Matrix.Columns = append(p.Matrix.Columns, vulnName(x))
	}
	rows := map[party.OrgID]*look.MatrixRow{}
	for _, s := range v.Statuses {
		row, ok := rows[s.Org]
		if !ok {
			row = &look.MatrixRow{Vendor: p.Case.Names[s.Org], Cells: make([]look.Cell, len(v.Vulns))}
			rows[s.Org] = row
		}
		for i, x := range v.Vulns {
			if x.ID == s.Vuln && (row.Cells[i].Status == "" || s.Product == "") {
				row.Cells[i].Status = s.Status
			}
		}
	}
	for _, s := range v.Statuses {
		if s.Org != v.My.Org && p.Case.News.Fresh(s.At) {
			p.Shared = append(p.Shared, RoomShared{p.Case.Names[s.Org], nameOf(v.Vulns, s.Vuln), s, s.At})
		}
	}
	for _, s := range v.Statuses { // in the order in which they were stated
		if row := rows[s.Org]; row != nil {
			p.Matrix.Rows = append(p.Matrix.Rows, *row)
			delete(rows, s.Org)
		}
	}
	for _, x := range v.Products {
		if x.Org != string(v.My.Org) {
			continue
		}
		rp := RoomProduct{Name: x.Name, Versions: x.Range.Say(p.Lang)}
		for _, s := range v.Statuses {
			if s.Product == x.ID {
				rp.Words = append(rp.Words, RoomWord{Vuln: nameOf(v.Vulns, s.Vuln), Status: s})
			}
		}
		p.Products = append(p.Products, rp)
	}
}

// nameOf is the short name of the vulnerability with an id.
func nameOf(vulns []cvd.Vuln, id string) string {
	for _, x := range vulns {
		if x.ID == id {
			return vulnName(x)
		}
	}
	return id
}

// vulnName is a short name for a vulnerability: its CVE number or its own.
func vulnName(v cvd.Vuln) string {
	if v.CVE != "" {
		return v.CVE
	}
	return v.ID
}
