package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/words"
)

// CaseShow is the case room of the officers.
//
//	GET /desk/cases/{id}?q=vendor&show=waiting|silent|unsigned|affected|fixed&page=2
//
// What can be done is a form of its own behind each button: see case_do.go.
type CaseShow struct {
	look.Base
	Head    CaseHead
	Room    desk.CaseRoom
	Terms   look.Timeline
	Asked   *Asked
	Doors   []CaseDoor
	Vulns   []VulnRow
	Vendors VendorTable
	Wanted  WantedList
	Parts   []PartRow
	Lines   []HistoryLine
	Waiting int // overrides that wait for a second officer
	Granted int
	Clocks  []ClockLine
}

// CaseHead is what every page of a case shows at its top.
type CaseHead struct {
	ID      cvd.CaseID
	Mark    string
	Title   words.Text
	View    cvd.View
	States  []StateWord
	Owner   string // "" while nobody has it
	Mine    bool
	Present int // participants beside the centre
}

// StateWord is a state with its tone, and since when.
type StateWord struct {
	Tone, Key string
	At        time.Time
}

// Shape is the tone as the style sheet knows it.
func (s StateWord) Shape() string {
	switch s.Tone {
	case "ok", "bad", "wait", "go":
		return s.Tone
	}
	return "plain"
}

// Asked is the open proposal of other terms.
type Asked struct {
	By     string
	Role   party.Role
	Until  time.Time
	Days   int
	Reason string
	Yes    []string
	No     []string
}

// CaseDoor is one button of "what you can do now".
type CaseDoor struct {
	Word string // catalogue key
	Href string
	Post bool
	Tone string // main, grave or ""
}

// VulnRow is one vulnerability with what the vendors say of it.
type VulnRow struct {
	cvd.Vuln
	Counts []look.Count
	Open   int // vendors without a word of their own
}

func casePath(id cvd.CaseID) string { return "/desk/cases/" + url.PathEscape(string(id)) }

func (s *Site) casePage(w http.ResponseWriter, r *http.Request, v visitor) error {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := CaseShow{Base: s.base(w, r, v, "web.cases"), Head: headOf(room, v), Room: room, Lines: historyLines(room.History, room.Names)}
	p.Title = titleOf(room, p.Lang)
	p.Terms, p.Asked = s.termsOf(room, p.Lang, p.Now)
	p.Doors = doorsOf(room)
	p.Parts = partRows(room)
	p.Waiting, p.Granted = countOverrides(room.View)
	p.Clocks = importantClocks(room, cvd.Office{}, p.Now)
	p.Vendors = vendorTable(r, room, p.Now)
	p.Vulns = vulnRows(room.View)
	wanted, err := s.Desk.Suggest(r.Context(), v.Actor, room.View.ID)
	if err != nil {
		return err
	}
	p.Wanted = s.wantedOf(wanted, room.View.ID, p.Lang)
	if err := s.Desk.Visited(r.Context(), v.Actor, room.View.ID, room.News); err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// titleOf is the case's title, or its mark while it has none in any language.
func titleOf(room desk.CaseRoom, l words.Lang) string {
	if t := room.View.Title.In(l); t != "" {
		return t
	}
	return room.Mark
}

func headOf(room desk.CaseRoom, v visitor) CaseHead {
	c := room.View
	h := CaseHead{ID: c.ID, Mark: room.Mark, Title: c.Title, View: c, Owner: nameIn(room.Team, c.Owner), Mine: c.Owner == v.Actor.Person, Present: len(c.Parties) - 1}
	em := StateWord{Tone: "plain", Key: "em." + string(c.Embargo.State)}
	switch c.Embargo.State {
	case cvd.EMActive:
		em.Tone = "go"
	case cvd.EMRevise, cvd.EMProposed:
		em.Tone = "wait"
	}
	h.States = append(h.States, em)
	for _, bit := range []struct {
		at        time.Time
		yes, no   string
		tone, not string
	}{{c.Public, "cs.P", "cs.p", "ok", "plain"}, {c.Exploit, "cs.X", "cs.x", "bad", "plain"}, {c.Attacks, "cs.A", "cs.a", "bad", "plain"}} {
		if bit.at.IsZero() {
			h.States = append(h.States, StateWord{Tone: bit.not, Key: bit.no})
		} else {
			h.States = append(h.States, StateWord{Tone: bit.tone, Key: bit.yes, At: bit.at})
		}
	}
	if w := ringWord(c.Ring); w.Key != "" {
		h.States = append(h.States, w)
	}
	if p := priorityWord(c.Priority); p.Key != "" {
		h.States = append(h.States, p)
	}
	return h
}

// termsOf draws the embargo's line and says what is proposed.
func (s *Site) termsOf(room desk.CaseRoom, l words.Lang, now time.Time) (look.Timeline, *Asked) {
	e := room.View.Embargo
	t := look.Timeline{First: room.View.FirstAttempt, Agreed: e.Since, Today: now, Until: e.Until, Ended: e.Ended}
	if p := room.View.Planned; !p.IsZero() && !p.Equal(e.Until) && room.View.Public.IsZero() {
		t.Past = append(t.Past, look.Moment{At: p, Text: s.say(l, "web.case.planned")})
	}
	if e.Since.IsZero() && room.View.FirstAttempt.IsZero() && room.View.Planned.IsZero() {
		t.Today = time.Time{} // nothing to draw yet
	}
	if e.Open == nil {
		return t, nil
	}
	o := e.Open
	a := &Asked{Until: o.Until, Days: int(o.Term / (24 * time.Hour)), Reason: o.Reason}
	a.By, a.Role = partyName(room, o.By)
	for id, yes := range o.Answers {
		name, role := partyName(room, id)
		if name == "" {
			name = s.say(l, "role."+string(role))
		}
		if id == o.By {
			continue
		}
		if yes {
			a.Yes = append(a.Yes, name)
		} else {
			a.No = append(a.No, name)
		}
	}
	slices.Sort(a.Yes)
	slices.Sort(a.No)
	if !o.Until.IsZero() {
		by := a.By
		if by == "" {
			by = s.say(l, "role."+string(a.Role))
		}
		t.Proposals = append(t.Proposals, look.Proposal{By: by, At: o.At, Until: o.Until, Open: true})
	}
	return t, a
}

// partyName is what a participant is called; "" where only its role is.
func partyName(room desk.CaseRoom, id cvd.ParticipantID) (string, party.Role) {
	if org, ok := strings.CutPrefix(string(id), "org:"); ok {
		return room.Names[party.OrgID(org)], party.Vendor
	}
	if id == cvd.Centre {
		return "", party.Officer
	}
	return "", party.Finder
}

// caseDoors are the buttons in the order in which they help most. Which of them
// a page shows is decided by the case's own list of verbs.
var caseDoors = []struct{ verb, word, path, tone string }{
	{"decide_embargo", "web.case.door.decide", "/do/decide", "main"},
	{"invite_vendor", "web.case.door.invite", "/invite", ""},
	{"propose_embargo", "web.case.door.propose", "/do/propose", ""},
	{"plan_publication", "web.case.door.plan", "/do/plan", ""},
	{"describe_case", "web.case.door.describe", "/do/describe", ""},
	{"prioritise_case", "web.case.door.priority", "/priority", ""},
	{"assign_case", "web.case.door.assign", "/do/assign", ""},
	{"add_report", "web.case.door.report", "/do/report", ""},
	{"link_report", "web.case.door.links", "/links", ""},
	{"merge_case", "web.case.door.merge", "/join/merge", ""},
	{"close_into", "web.case.door.duplicate", "/join/duplicate", ""},
	{"split_case", "web.case.door.split", "/split", ""},
	{"record_event", "web.case.door.event", "/do/event", "grave"},
	{"end_embargo", "web.case.door.end", "/do/end", "grave"},
	{"close_case", "web.case.door.close", "/do/close", "grave"},
}

func doorsOf(room desk.CaseRoom) []CaseDoor {
	path := casePath(room.View.ID)
	var doors []CaseDoor
	if room.View.FirstAttempt.IsZero() && can(room.View, "invite_vendor") {
		doors = append(doors, CaseDoor{Word: "web.case.door.invite_first", Href: path + "/invite", Tone: "main"})
	}
	switch {
	case room.Advisory != "" && (room.State != string(advisory.Dropped) || !room.View.Closed.IsZero()):
		doors = append(doors, CaseDoor{Word: "web.case.door.advisory", Href: "/desk/advisories/" + url.PathEscape(room.Advisory)})
	case room.View.Closed.IsZero():
		doors = append(doors, CaseDoor{Word: "web.case.door.draft", Href: path + "/advisory", Post: true})
	}
	switch {
	case room.View.Ring != nil:
		doors = append(doors, CaseDoor{Word: "web.case.door.ring", Href: path + "/ring"})
	case can(room.View, "propose_ring"):
		doors = append(doors, CaseDoor{Word: "web.case.door.ring_propose", Href: path + "/ring"})
	}
	for _, d := range caseDoors {
		if !can(room.View, d.verb) || d.verb == "invite_vendor" && room.View.FirstAttempt.IsZero() {
			continue
		}
		doors = append(doors, CaseDoor{Word: d.word, Href: path + d.path, Tone: d.tone})
	}
	slices.SortStableFunc(doors, func(a, b CaseDoor) int { return tones[a.Tone] - tones[b.Tone] })
	return doors
}

// tones order the buttons: what is due first, what is grave last.
var tones = map[string]int{"main": 0, "": 1, "grave": 2}

// can reports whether a verb, or one of its kinds, is possible now.
func can(v cvd.View, verb string) bool {
	return slices.ContainsFunc(v.Verbs, func(x string) bool { return x == verb || strings.HasPrefix(x, verb+":") })
}

// vulnRows counts what the vendors say of each vulnerability. A vendor without
// a word of its own counts as open, never as not affected.
func vulnRows(v cvd.View) []VulnRow {
	worst := worstStatuses(v)
	rows := make([]VulnRow, len(v.Vulns))
	for i, x := range v.Vulns {
		rows[i].Vuln = x
		n := map[product.Status]int{}
		for j := range v.Parties {
			if q := &v.Parties[j]; q.Role == party.Vendor {
				if st := worst[q.Org][x.ID]; st != "" {
					n[st]++
				} else {
					rows[i].Open++
				}
			}
		}
		for _, st := range product.Statuses() {
			if n[st] > 0 {
				rows[i].Counts = append(rows[i].Counts, look.Count{Status: st, N: n[st]})
			}
		}
	}
	return rows
}

// worstStatuses is each vendor's gravest word for each vulnerability.
func worstStatuses(v cvd.View) map[party.OrgID]map[string]product.Status {
	rank := map[product.Status]int{"": len(product.Statuses())}
	for i, st := range product.Statuses() {
		rank[st] = i
	}
	worst := map[party.OrgID]map[string]product.Status{}
	for _, st := range v.Statuses {
		if worst[st.Org] == nil {
			worst[st.Org] = map[string]product.Status{}
		}
		if rank[st.Status] < rank[worst[st.Org][st.Vuln]] {
			worst[st.Org][st.Vuln] = st.Status
		}
	}
	return worst
}
