package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// The questionnaire of technology keywords: a vendor answers for its own
// organisation, an officer sees the answers and may record those that came by
// letter. One group is shown and saved at a time.
//
//	GET  /room/keywords                 group=ID
//	POST /room/keywords                 group=ID  a.KEYWORD=yes|no|unknown  p.KEYWORD=products  rest=no
//	GET  /desk/registry/{id}/keywords   the same
//	POST /desk/registry/{id}/keywords

// Questionnaire is the part of the questionnaire that both pages show.
type Questionnaire struct {
	At     string // path of the page, and of its form
	All    desk.Questions
	Done   int // answered
	Groups []AskedGroup
	Now    AskedGroup // the one whose questions are shown
	New    []AskedLine
	Old    []AskedLine // answered before
	Form   look.Form   // what is wrong with what was sent
	Again  bool        // what was sent changed earlier answers: they are shown open
}

// specimen is a questionnaire as empty as it ever is.
func specimen() Questionnaire {
	return Questionnaire{All: desk.Questions{Name: "–"}, Now: AskedGroup{Name: words.Text{EN: "–", JA: "–"}}}
}

// AskedGroup is a line of the list of groups.
type AskedGroup struct {
	ID     string
	Name   words.Text
	Total  int
	Open   int
	Chosen bool
}

// AskedLine is one question as it is shown.
type AskedLine struct {
	ID, Name, Also string
	Reply          party.Reply
	Products       string
	Wrong          string
}

// Keywords is a vendor's questionnaire.
type Keywords struct {
	look.Base
	Questionnaire
}

// OrgKeywords is an organisation's answers as an officer sees them.
type OrgKeywords struct {
	look.Base
	Questionnaire
	Org string // path of the organisation's page
	Yes []AnsweredYes
	No  int
	Not int // unknown
}

// AnsweredYes is a technology that the organisation uses.
type AnsweredYes struct {
	Name     words.Text
	Products string
	On       time.Time
	Edition  string
}

func (s *Site) keywordsPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	return s.showKeywords(w, r, v, nil)
}

func (s *Site) answerKeywords(w http.ResponseWriter, r *http.Request, v visitor) error {
	return s.takeKeywords(w, r, v, v.Actor.Org, "/room/keywords", s.showKeywords)
}

func (s *Site) showKeywords(w http.ResponseWriter, r *http.Request, v visitor, refused error) error {
	asked, status, err := s.asked(r, v, v.Actor.Org, "/room/keywords", refused)
	if err != nil {
		return err
	}
	return s.pages.Write(w, status, Keywords{Base: s.base(w, r, v, "web.keywords"), Questionnaire: asked})
}

func (s *Site) orgKeywordsPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	return s.showOrgKeywords(w, r, v, nil)
}

func (s *Site) answerOrgKeywords(w http.ResponseWriter, r *http.Request, v visitor) error {
	return s.takeKeywords(w, r, v, party.OrgID(r.PathValue("id")), orgPath(party.OrgID(r.PathValue("id")))+"/keywords", s.showOrgKeywords)
}

func (s *Site) showOrgKeywords(w http.ResponseWriter, r *http.Request, v visitor, refused error) error {
	org := party.OrgID(r.PathValue("id"))
	asked, status, err := s.asked(r, v, org, orgPath(org)+"/keywords", refused)
	if err != nil {
		return err
	}
	p := OrgKeywords{Base: s.base(w, r, v, "web.keywords"), Questionnaire: asked, Org: orgPath(org)}
	p.Title = asked.All.Name + ": " + p.Title
	for _, g := range asked.All.Groups {
		for _, q := range g.Lines {
			switch q.Answer.Reply {
			case party.ReplyYes:
				p.Yes = append(p.Yes, AnsweredYes{Name: q.Name, Products: joined(q.Answer.Products), On: q.Answer.On, Edition: q.Answer.Edition})
			case party.ReplyNo:
				p.No++
			case party.ReplyUnknown:
				p.Not++
			}
		}
	}
	return s.pages.Write(w, status, p)
}

// takeKeywords records what was sent of one group and leads on to the next
// group with open questions.
func (s *Site) takeKeywords(w http.ResponseWriter, r *http.Request, v visitor, org party.OrgID, path string, show func(http.ResponseWriter, *http.Request, visitor, error) error) error {
	if err := r.ParseForm(); err != nil {
		return fault.Because(err, fault.Invalid, "fault.invalid")
	}
	if err := s.Desk.AnswerKeywords(r.Context(), v.Actor, org, replies(r.PostForm)); err != nil {
		if fault.KindOf(err) == fault.Invalid {
			return show(w, r, v, err)
		}
		return err
	}
	qs, err := s.Desk.Questions(r.Context(), v.Actor, org)
	if err != nil {
		return err
	}
	done, to := look.Flash{Tone: "ok", Key: "web.keywords.done.group", Args: map[string]any{"open": qs.Open}}, path
	if qs.Open == 0 {
		done = look.Flash{Tone: "ok", Key: "web.keywords.done.all"}
		to += "?group=" + url.QueryEscape(r.PostForm.Get("group"))
	}
	return s.cookies.Redirect(w, r, to, done)
}

// replies reads the lines of the form, by keyword so that problems come in order.
func replies(form url.Values) []desk.KeywordReply {
	var all []desk.KeywordReply
	for name := range form {
		id, ok := strings.CutPrefix(name, "a.")
		if !ok {
			continue
		}
		reply := party.Reply(form.Get(name))
		if reply == party.ReplyUnknown && form.Get("rest") == "no" {
			reply = party.ReplyNo
		}
		all = append(all, desk.KeywordReply{Keyword: id, Reply: reply, Products: strings.FieldsFunc(form.Get("p."+id), betweenProducts)})
	}
	slices.SortFunc(all, func(a, b desk.KeywordReply) int { return cmp.Compare(a.Keyword, b.Keyword) })
	return all
}

// betweenProducts holds for what people put between two names, on either keyboard.
func betweenProducts(r rune) bool { return strings.ContainsRune(",、，;；\n\r", r) }

func joined(products []string) string { return strings.Join(products, ", ") }

// asked prepares the questionnaire: the group that was asked for, else the
// first with open questions. After a refusal it holds what was sent.
func (s *Site) asked(r *http.Request, v visitor, org party.OrgID, path string, refused error) (Questionnaire, int, error) {
	qs, err := s.Desk.Questions(r.Context(), v.Actor, org)
	if err != nil {
		return Questionnaire{}, 0, err
	}
	a := Questionnaire{At: path, All: qs, Done: qs.Total - qs.Open, Form: look.Form{Words: "web.keywords"}}
	status := http.StatusOK
	if refused != nil {
		a.Form.Values = r.PostForm
		if status, err = again(refused, &a.Form); err != nil {
			return Questionnaire{}, 0, err
		}
	}
	at := slices.IndexFunc(qs.Groups, func(g desk.QuestionGroup) bool { return g.ID == r.FormValue("group") })
	if at < 0 {
		at = max(0, slices.IndexFunc(qs.Groups, func(g desk.QuestionGroup) bool { return g.Open > 0 }))
	}
	for i, g := range qs.Groups {
		row := AskedGroup{ID: g.ID, Name: g.Name, Total: len(g.Lines), Open: g.Open, Chosen: i == at}
		a.Groups = append(a.Groups, row)
		if !row.Chosen {
			continue
		}
		a.Now = row
		for i, problem := range a.Form.Problems { // a link to what is not on the page leads nowhere
			if !slices.ContainsFunc(g.Lines, func(q desk.Question) bool { return q.ID == problem.Field }) {
				a.Form.Problems[i].Field = ""
			}
		}
		for _, q := range g.Lines {
			line := s.askedLine(s.cookies.Language(r), q, a.Form)
			if q.Answered {
				a.Old = append(a.Old, line)
				a.Again = a.Again || line.Wrong != ""
			} else {
				a.New = append(a.New, line)
			}
		}
	}
	return a, status, nil
}

// mostAlso is how many synonyms are shown beside a keyword.
const mostAlso = 4

func (s *Site) askedLine(l words.Lang, q desk.Question, form look.Form) AskedLine {
	also := q.Also(l)
	line := AskedLine{ID: q.ID, Name: q.Name.In(l), Also: strings.Join(also[:min(len(also), mostAlso)], ", "), Reply: party.ReplyUnknown}
	if q.Answered {
		line.Reply, line.Products = q.Answer.Reply, joined(q.Answer.Products)
	}
	if form.Values.Has("a." + q.ID) {
		line.Reply, line.Products = party.Reply(form.Value("a."+q.ID)), form.Value("p."+q.ID)
	}
	for _, problem := range form.Problems {
		if problem.Field == q.ID {
			line.Wrong = s.pages.Say(l, problem.Key, problem.Args)
		}
	}
	return line
}
