package web

import (
	"net/http"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// CaseHistory is everything that happened to a case, newest first.
//
//	GET /desk/cases/{id}/history?page=2
type CaseHistory struct {
	look.Base
	Head    CaseHead
	Entries int
	Lines   []HistoryLine
	Pages   Pages
}

// HistoryLine is one entry of the journal in words.
type HistoryLine struct {
	At    time.Time
	By    string     // a name; "" where only the role is known
	Role  party.Role //
	Verb  string     // catalogue key
	Whom  string     // the organisation that it was done to
	Words []string   // catalogue keys of what was said: a status, an answer, a means of contact
	Date  time.Time
	Note  string
	Other cvd.CaseID // another case that it was about
	Steps []HistoryStep
}

// HistoryStep is what followed in one machine, for one participant or several.
type HistoryStep struct {
	Who   string // a name; "" for the case itself or for several
	Count int    // participants that took the same step
	State string // catalogue key of the state that it led to
}

const historyPage = 100

func (s *Site) caseHistory(w http.ResponseWriter, r *http.Request, v visitor) error {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := CaseHistory{Base: s.base(w, r, v, "web.case.history"), Head: headOf(room, v), Entries: room.Entries}
	p.Pages = pagesOf(r, room.Entries, historyPage)
	ms, _, err := s.Desk.CaseHistory(r.Context(), v.Actor, room.View.ID, p.Pages.Skip, historyPage)
	if err != nil {
		return err
	}
	p.Lines = historyLines(ms, room.Names)
	return s.pages.Write(w, http.StatusOK, p)
}

// historyLines puts moments into words.
func historyLines(ms []desk.Moment, names map[party.OrgID]string) []HistoryLine {
	var lines []HistoryLine
	for _, m := range ms {
		l := HistoryLine{At: m.At, By: m.Name, Role: m.By.Role, Verb: "web.verb." + m.Verb, Whom: m.Whom, Date: m.Date, Note: m.Note}
		if m.How != "" {
			l.Words = append(l.Words, "how."+m.How)
		}
		if prefix, ok := whatWords[m.Verb]; ok && m.What != "" {
			l.Words = append(l.Words, prefix+m.What)
		}
		if m.Yes != nil {
			l.Words = append(l.Words, map[bool]string{true: "web.yes", false: "web.no"}[*m.Yes])
		}
		l.Other = m.Other
		l.Steps = historySteps(m.Steps, names)
		lines = append(lines, l)
	}
	return lines
}

// whatWords say in which words a verb's main argument is told.
var whatWords = map[string]string{
	"record_event": "cs.",
	"state_fix":    "cs.",
	"state_report": "web.rm.",
	"state_status": "look.status.",
}

// stateWords are the words of each machine's states.
var stateWords = map[string]string{"report": "rm.", "embargo": "em.", "consent": "pec.", "ring": "ring.", "duties": "duties."}

// historySteps joins equal steps: a publication moves every participant's
// consent at once.
func historySteps(steps []cvd.Step, names map[party.OrgID]string) []HistoryStep {
	var out []HistoryStep
	for _, st := range steps {
		h := HistoryStep{Count: 1, State: "cs." + st.Do}
		if words, ok := stateWords[st.Machine]; ok {
			h.State = words + st.To
		}
		if org, ok := strings.CutPrefix(string(st.Who), "org:"); ok {
			h.Who = names[party.OrgID(org)]
		}
		if n := len(out); n > 0 && st.Who != "" && out[n-1].State == h.State {
			out[n-1].Count++
			out[n-1].Who = ""
			continue
		}
		out = append(out, h)
	}
	return out
}
