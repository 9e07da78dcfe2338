package web

import (
	"net/http"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/look"
)

// RoomDraft is the draft of a case's advisory as one vendor reads it before
// publication, to comment on it in its conversation with the centre.
//
//	GET /room/{id}/draft
type RoomDraft struct {
	look.Base
	Mark   string
	Number string // the party's own
	Room   string
	Draft  advisory.Content
}

func (s *Site) roomDraft(w http.ResponseWriter, r *http.Request, v visitor) error {
	id := cvd.CaseID(r.PathValue("id"))
	draft, err := s.Desk.DraftForComment(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	page, err := s.Desk.Case(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	p := RoomDraft{Base: s.base(w, r, v, "web.room.draft"), Mark: s.Desk.Centre.Mark(id), Number: page.View.My.Number, Room: roomPath(r), Draft: draft}
	return s.pages.Write(w, http.StatusOK, p)
}
