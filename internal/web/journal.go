package web

import (
	"net/http"
	"strconv"
	"time"

	"nakodo/internal/journal"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// The journal: everything that happened, the newest first.
//
//	GET /desk/journal   before=SEQ

// eventsOnPage is how many events one page of the journal shows.
const eventsOnPage = 100

// Journal is a page of the journal.
type Journal struct {
	look.Base
	Rows   []JournalRow
	Newest string // "": this is the newest page
	Older  string
}

// JournalRow is one event.
type JournalRow struct {
	Seq   int64
	At    time.Time
	Role  party.Role
	Name  string
	Kind  journal.Kind
	ID    string
	Href  string
	Verb  string // catalogue key, "" where the catalogue has no sentence
	Plain string // the verb's own name
	Hash  string // its beginning
}

func (s *Site) journal(w http.ResponseWriter, r *http.Request, v visitor) error {
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	lines, err := s.Desk.Journal(r.Context(), v.Actor, before, eventsOnPage+1)
	if err != nil {
		return err
	}
	p := Journal{Base: s.base(w, r, v, "web.journal")}
	if before > 0 {
		p.Newest = "/desk/journal"
	}
	if len(lines) > eventsOnPage {
		lines = lines[:eventsOnPage]
		p.Older = "/desk/journal?before=" + strconv.FormatInt(lines[eventsOnPage-1].Seq, 10)
	}
	for _, e := range lines {
		row := JournalRow{
			Seq: e.Seq, At: e.At, Role: e.By.Role, Name: e.Name, Kind: e.About.Kind, ID: e.About.ID, Href: recordPath(e.About), Plain: e.Verb,
			Hash: e.Hash[:min(12, len(e.Hash))],
		}
		if key := "web.verb." + e.Verb; s.Desk.Words[key].EN != "" {
			row.Verb = key
		}
		p.Rows = append(p.Rows, row)
	}
	return s.pages.Write(w, http.StatusOK, p)
}
