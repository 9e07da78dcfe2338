package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/look"
	"nakodo/internal/notice"
	"nakodo/internal/talk"
)

// Letters: each as it left, or as it would leave.
//
//	GET  /desk/letters            state=failed|held|queued|sent  page
//	GET  /desk/letters/{id}
//	GET  /desk/letters/{id}/raw
//	POST /desk/letters/{id}/send
//	POST /desk/letters/{id}/hold

// lettersOnPage is how many letters one page of the list shows.
const lettersOnPage = 50

// LetterList is the letters that leave, the newest first.
type LetterList struct {
	look.Base
	States []LetterFilter
	State  string // "": all
	Rows   []LetterRow
	Held   bool // no mail server is set up
	Newer  string
	Older  string
}

// LetterFilter is one state to look at, with how many there are.
type LetterFilter struct {
	Word, Href string
	N          int
	Here       bool
}

// LetterRow is one letter.
type LetterRow struct {
	Href, About string // About is what it is about, a catalogue key
	Mark        string
	MarkHref    string
	State       talk.LetterState
	To, Name    string
	Lang        string
	Secure      bool
	Made, Sent  time.Time
	Attempts    int
	Problem     string
}

// Tone is the shape of the letter's state.
func (l LetterRow) Tone() string { return letterTones[l.State] }

var letterTones = map[talk.LetterState]string{
	talk.LetterFailed: "bad", talk.LetterHeld: "wait", talk.LetterQueued: "go", talk.LetterSent: "ok",
}

// letterRow is a letter as the list and its own page show it.
func letterRow(l talk.Letter) LetterRow {
	var n notice.Letter
	_ = json.Unmarshal(l.Args, &n) // a letter of an older version without a mark is still a letter
	return LetterRow{
		Href: "/desk/letters/" + url.PathEscape(l.ID), About: "letter." + l.Template + ".about", Mark: n.Mark, MarkHref: recordPath(l.About),
		State: l.State, To: l.To, Name: l.Name, Lang: l.Lang, Secure: l.Secure, Made: l.Made, Sent: l.Sent, Attempts: l.Attempts, Problem: l.Problem,
	}
}

// recordPath is where an officer reads a record, "" where it has no page.
func recordPath(about journal.Ref) string {
	id := url.PathEscape(about.ID)
	switch about.Kind {
	case journal.AboutCase:
		return "/desk/cases/" + id
	case journal.AboutReport:
		return "/desk/reports/" + id
	case journal.AboutAdvisory:
		return "/desk/advisories/" + id
	case journal.AboutOrg:
		return "/desk/registry/" + id
	case journal.AboutRegistration:
		return "/desk/registrations/" + id
	case journal.AboutChange:
		return "/desk/changes/" + id
	case journal.AboutInquiry:
		return "/desk/inquiries/" + id
	case journal.AboutReferral:
		return "/desk/committee/" + id
	case journal.AboutLetter:
		return "/desk/letters/" + id
	case journal.AboutMail:
		return "/desk/tray/" + id
	}
	return ""
}

// pageOf reads the number of a list's page, from 0.
func pageOf(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 0 || n > 1_000_000 {
		return 0
	}
	return n
}

func (s *Site) letterList(w http.ResponseWriter, r *http.Request, v visitor) error {
	state, page := talk.LetterState(r.URL.Query().Get("state")), pageOf(r)
	if state != "" && !slices.Contains(talk.LetterStates(), state) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	letters, err := s.Desk.Letters(r.Context(), v.Actor, state, page*lettersOnPage, lettersOnPage+1)
	if err != nil {
		return err
	}
	counts, err := s.Desk.CountLetters(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	p := LetterList{Base: s.base(w, r, v, "web.letters"), State: string(state), Held: s.Desk.Hold}
	total := 0
	for _, st := range talk.LetterStates() {
		total += counts[st]
		p.States = append(p.States, LetterFilter{"web.letters.state." + string(st), "/desk/letters?state=" + string(st), counts[st], st == state})
	}
	p.States = append([]LetterFilter{{"web.letters.state.all", "/desk/letters", total, state == ""}}, p.States...)
	at := func(n int) string {
		q := url.Values{"page": {strconv.Itoa(n)}}
		if state != "" {
			q.Set("state", string(state))
		}
		return "/desk/letters?" + q.Encode()
	}
	if len(letters) > lettersOnPage {
		letters, p.Older = letters[:lettersOnPage], at(page+1)
	}
	if page > 0 {
		p.Newer = at(page - 1)
	}
	for _, l := range letters {
		p.Rows = append(p.Rows, letterRow(l))
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// LetterShow is one letter as a person reads it.
type LetterShow struct {
	look.Base
	Row  LetterRow
	Text desk.LetterText
	Left bool // these are the bytes that left; else they would leave now
	Held bool // no mail server is set up: it cannot be sent
	Size int64
	Act  look.Form
}

func (s *Site) letterShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.letterPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) letterPage(w http.ResponseWriter, r *http.Request, v visitor) (LetterShow, error) {
	l, text, err := s.Desk.LetterText(r.Context(), v.Actor, r.PathValue("id"))
	if err != nil {
		return LetterShow{}, err
	}
	p := LetterShow{
		Base: s.base(w, r, v, "web.letter"), Row: letterRow(l), Left: !l.Sent.IsZero(), Held: s.Desk.Hold, Size: int64(len(l.Raw)),
		Act: look.Form{Name: "act", Words: "web.letter", Values: url.Values{}},
	}
	p.Base.Path = p.Row.Href
	p.Text = text
	return p, nil
}

// letterRaw sends a letter's bytes as a file.
func (s *Site) letterRaw(w http.ResponseWriter, r *http.Request, v visitor) error {
	l, err := s.Desk.Letter(r.Context(), v.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	return download(w, "letter-"+l.ID+".eml", l.Raw)
}

// download sends bytes as a file, never as a page of ours.
func download(w http.ResponseWriter, name string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	_, err := w.Write(body)
	return err
}

func (s *Site) letterDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	do := map[string]func() error{
		"send": func() error { return s.Desk.SendLetter(r.Context(), v.Actor, r.PathValue("id")) },
		"hold": func() error { return s.Desk.HoldLetter(r.Context(), v.Actor, r.PathValue("id")) },
	}[r.PathValue("form")]
	if do == nil {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	err := do()
	if err == nil {
		return s.cookies.Redirect(w, r, "/desk/letters/"+url.PathEscape(r.PathValue("id")), look.Flash{Tone: "ok", Key: "web.letter.done." + r.PathValue("form")})
	}
	p, readErr := s.letterPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	status, other := again(err, &p.Act)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
