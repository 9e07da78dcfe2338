package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// CaseThread is one conversation of a case, or the beginning of one. Who can
// read it stands above the field in which one writes. The forms and their fields:
//
//	POST /desk/cases/{id}/threads/{thread}  text  files  kept
//	POST /desk/cases/{id}/threads/new       title  readers (participants)  everyone  text  files  kept
type CaseThread struct {
	look.Base
	Head  CaseHead
	New   bool
	More  int // participants that the choice leaves out: there are too many
	Open  int // participants that "everyone" would reach
	Query string
	Talk  desk.Conversation
	Form  look.Form
	Kept  []KeptUpload
}

// readersShown is how many participants a page offers to tick.
const readersShown = 100

func threadPath(id cvd.CaseID, thread string) string {
	return casePath(id) + "/threads/" + url.PathEscape(thread)
}

func (s *Site) threadPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.threadOf(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// threadOf reads a thread that belongs to the case or to one of its reports.
func (s *Site) threadOf(w http.ResponseWriter, r *http.Request, v visitor) (CaseThread, error) {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return CaseThread{}, err
	}
	t, err := s.Desk.Thread(r.Context(), v.Actor, r.PathValue("thread"))
	if err != nil {
		return CaseThread{}, err
	}
	if t.Case != room.View.ID && !slices.Contains(room.View.Reports, t.Report) {
		return CaseThread{}, fault.New(fault.NotFound, "fault.not_found")
	}
	p := CaseThread{Base: s.base(w, r, v, "web.thread"), Head: headOf(room, v), Talk: t.Conversation}
	if t.Title != "" {
		p.Title = t.Title
	}
	p.Form = s.withLabels(look.Form{Words: "web.thread", Values: url.Values{}}, p.Lang, room.View.TLP)
	return p, nil
}

func (s *Site) threadMessage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.threadOf(w, r, v)
	if err != nil {
		return err
	}
	values, uploads, err := s.readKept(r)
	if err == nil {
		uploads, err = desk.Labelled(uploads, values.Get("tlp"))
	}
	if err == nil {
		err = s.Desk.PostMessage(r.Context(), v.Actor, p.Talk.ID, values.Get("text"), uploads)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, threadPath(p.Head.ID, p.Talk.ID), look.Flash{Tone: "ok", Key: "web.thread.done.message"})
	}
	return s.threadAgain(w, p, err, values, uploads)
}

func (s *Site) threadAgain(w http.ResponseWriter, p CaseThread, err error, values url.Values, uploads []desk.Upload) error {
	kept, keepErr := s.keepAgain(uploads)
	if keepErr != nil {
		return keepErr
	}
	p.Form.Values, p.Kept, p.Path = values, kept, ""
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

func (s *Site) newThreadPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, _, err := s.newThreadOf(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// newThreadOf offers the participants to choose from.
func (s *Site) newThreadOf(w http.ResponseWriter, r *http.Request, v visitor) (CaseThread, desk.CaseRoom, error) {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return CaseThread{}, room, err
	}
	p := CaseThread{Base: s.base(w, r, v, "web.thread.new"), Head: headOf(room, v), New: true, Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	p.Open = len(everyone(room.View))
	var options []look.Option
	for _, q := range room.View.Parties {
		name := room.Names[q.Org]
		if q.ID == cvd.Centre || q.Role == party.Operator || p.Query != "" && !matches(p.Query, name) {
			continue
		}
		if len(options) == readersShown {
			p.More++
			continue
		}
		o := look.Option{Value: string(q.ID), Text: name}
		if q.Role == party.Finder {
			o.Text = s.say(p.Lang, "role.finder") + " (" + string(q.Report) + ")"
		} else if !opens(room.View, q) {
			o.Hint = s.say(p.Lang, "web.thread.closed")
		}
		options = append(options, o)
	}
	p.Form = s.withLabels(look.Form{Words: "web.thread", Values: url.Values{"readers": r.URL.Query()["readers"]}, Options: map[string][]look.Option{"readers": options}}, p.Lang, room.View.TLP)
	return p, room, nil
}

// opens reports whether a participant may read the content, and so a thread
// between several.
func opens(v cvd.View, q cvd.Participant) bool {
	c := cvd.Case{Embargo: v.Embargo, Public: v.Public}
	return c.Opens(&q) && len(q.Apart) == 0 // who reads a part only is chosen by name
}

// everyone is whoever the content is open to, beside the centre.
func everyone(v cvd.View) []string {
	var ids []string
	for _, q := range v.Parties {
		if q.ID != cvd.Centre && opens(v, q) && !q.Alone { // who is of the individual tier has threads alone
			ids = append(ids, string(q.ID))
		}
	}
	return ids
}

func (s *Site) newThread(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, room, err := s.newThreadOf(w, r, v)
	if err != nil {
		return err
	}
	values, uploads, err := s.readKept(r)
	if values == nil {
		return err
	}
	readers := values["readers"]
	if values.Get("everyone") != "" {
		readers = append(readers, everyone(room.View)...)
	}
	var k fault.Check
	k.Need(strings.TrimSpace(values.Get("title")) != "", "title", "form.required")
	k.Need(len(readers) > 0, "readers", "web.thread.need_readers")
	k.Need(strings.TrimSpace(values.Get("text")) != "", "text", "fault.case.need_text")
	if err == nil {
		err = k.Err()
	}
	if err == nil {
		uploads, err = desk.Labelled(uploads, values.Get("tlp"))
	}
	thread := ""
	if err == nil {
		thread, err = s.Desk.StartThread(r.Context(), v.Actor, room.View.ID, values.Get("title"), readers, desk.Said{Text: values.Get("text"), Uploads: uploads})
	}
	if err == nil {
		return s.cookies.Redirect(w, r, threadPath(room.View.ID, thread), look.Flash{Tone: "ok", Key: "web.thread.done.new"})
	}
	return s.threadAgain(w, p, err, values, uploads)
}
