package web

import (
	"net/http"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/look"
)

// NextPage is the first page of an officer: what needs somebody, by due time.
//
//	GET /desk/next?all=1   without all: what is the officer's own and what nobody has
type NextPage struct {
	look.Base
	All   bool
	Tasks []NextTask
}

// NextTask is one row with its one verb.
type NextTask struct {
	desk.Task
	Do string // where its button leads
}

func (s *Site) nextPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p := NextPage{Base: s.base(w, r, v, "web.next"), All: r.FormValue("all") != ""}
	tasks, err := s.Desk.Next(r.Context(), v.Actor, !p.All)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		p.Tasks = append(p.Tasks, NextTask{Task: t, Do: t.Link + nextDoors[t.What]})
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// nextDoors lead from a record to the place where the task is done.
var nextDoors = map[string]string{
	"acknowledge_report": "#do",
	"judge_report":       "#judge",
	"open_case":          "#open",
	"invite_vendor":      "/invite",
	"decide_embargo":     "/do/decide",
	"decide_override":    "/overrides",
	"embargo_ends":       "#embargo",
	"exploited":          "#do",
	"remind_vendor":      "?show=waiting#vendors",
	"remind_vendors":     "?show=waiting#vendors",
	"draft_advisory":     "#do",
	"ring_open":          "/ring",
	"ring_consent":       "/ring",
	"ring_refused":       "/ring",
	"ring_lacks":         "/ring",
	"ring_duties":        "/ring#recipients",
	"ring_answers":       "/ring#recipients",
	"ring_destroy":       "/ring#recipients",
	"nominations":        "#nominations",
	"clock":              "",
}

// nothing is every address of the desk that leads nowhere.
func (s *Site) nothing(http.ResponseWriter, *http.Request, visitor) error {
	return fault.New(fault.NotFound, "fault.not_found")
}
