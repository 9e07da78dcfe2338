package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/priority"
	"nakodo/internal/words"
)

// CasePriority is how urgent a case is: the questions of the Guideline's matrix
// and of SSVC's two tables, what follows from the answers, and how it was
// judged before.
//
//	GET  /desk/cases/{id}/priority
//	POST /desk/cases/{id}/priority        seen  note
//	     matrix.version       matrix.score .users .influence .attack .passive
//	     triage.version       triage.RP .SCON .RC .SC .SE .U .PSI
//	     publication.version  publication.SINV .E .PVA
//	POST /desk/cases/{id}/priority/check  the same fields; nothing is stored
type CasePriority struct {
	look.Base
	Head      CaseHead
	Can       bool // it can be judged now
	Stale     bool // somebody was faster: Past begins with their judgement
	Form      look.Form
	Sheets    []SheetForm
	Decisions []DecisionCard
	Past      []PastPriority
}

// PriorityDecisions is the fragment that replaces the decisions while an
// officer answers.
type PriorityDecisions struct {
	look.Base
	Decisions []DecisionCard
}

// SheetForm is the questions of one table.
type SheetForm struct {
	Name      string // of its fields, before the dot
	Words     string
	Questions []Question
}

// Version is the field that says which version of the table was asked.
func (f SheetForm) Version() string { return f.Name + ".version" }

// Question is one point of a table.
type Question struct {
	Field   string
	Known   string // catalogue key of what the case itself answers; "" where it does not tell
	Differs bool   // something else is answered
}

// DecisionCard is what follows from one table's answers, as catalogue keys.
type DecisionCard struct {
	Words    string
	Table    string // key and version of the table
	Outcome  StateWord
	Hint     string
	Possible []string
	Because  []Answered
	Missing  []string
	Turns    []Turned
	Range    string // of the matrix
	MayClose bool
	None     bool // nothing is answered
}

// Answered is a question's short name with an answer.
type Answered struct{ Point, Value string }

// Turned is another answer with the outcome it would lead to.
type Turned struct {
	Answered
	To string
}

// PastPriority is one judgement of the case's history.
type PastPriority struct {
	At     time.Time
	By     string
	Note   string
	Sheets []PastSheet
}

// PastSheet is what was answered to one table then.
type PastSheet struct {
	Words   string
	Table   string
	Outcome StateWord
	Answers []Answered
}

// prioritySheets are the tables of the page, by the name of their fields.
var prioritySheets = []struct {
	name  string
	table priority.Table
}{{"matrix", priority.Matrix}, {"triage", priority.Triage}, {"publication", priority.Publication}}

// outcomeTones are the shapes of outcomes that ask for something; all others are plain.
var outcomeTones = map[string]string{
	"priority.matrix.to.priority": "go", "priority.triage.to.C": "go", "priority.triage.to.T": "wait", "priority.publication.to.P": "go",
	"priority.open": "wait", "web.priority.open": "wait",
}

// priorityWord is a case's priority in one word; no key while nobody has judged it.
func priorityWord(p *cvd.Priority) StateWord {
	return StateWord{Tone: outcomeTones[strings.TrimSuffix(p.Word(), ".tag")], Key: p.Word()}
}

func priorityPath(id cvd.CaseID) string { return casePath(id) + "/priority" }

func (s *Site) casePriority(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.priorityPage(w, r, v, nil)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// priorityPage prepares the page. values is what was typed; nil presets the
// form with the last judgement, and with what the case tells by itself.
func (s *Site) priorityPage(w http.ResponseWriter, r *http.Request, v visitor, values url.Values) (CasePriority, error) {
	id := cvd.CaseID(r.PathValue("id"))
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, id)
	if err != nil {
		return CasePriority{}, err
	}
	past, err := s.Desk.Priorities(r.Context(), v.Actor, id)
	if err != nil {
		return CasePriority{}, err
	}
	p := CasePriority{Base: s.base(w, r, v, "web.priority"), Head: headOf(room, v), Can: can(room.View, "prioritise_case"), Past: pastPriorities(past)}
	p.Base.Path = priorityPath(id)
	if values == nil {
		values = presetPriority(room.View)
	}
	values.Set("seen", strconv.FormatInt(room.View.Version, 10)) // whoever sends it again has seen what stands there now
	p.Form = look.Form{Words: "priority", Values: values, Options: s.priorityOptions(p.Lang)}
	known := knownAnswers(room.View)
	for _, x := range prioritySheets {
		f := SheetForm{Name: x.name, Words: x.table.Words}
		for _, point := range x.table.Points {
			q := Question{Field: x.name + "." + point.Key}
			if value := known[x.name][point.Key]; value != "" {
				q.Known = x.table.Words + "." + point.Key + "." + value
				q.Differs = values.Get(q.Field) != value
			}
			f.Questions = append(f.Questions, q)
		}
		p.Sheets = append(p.Sheets, f)
	}
	p.Decisions = decisionsOf(values)
	return p, nil
}

// knownAnswers is what the case tells by itself, by the name of the sheet.
func knownAnswers(v cvd.View) map[string]priority.Answers {
	k := v.Known()
	return map[string]priority.Answers{"matrix": k.Matrix, "triage": k.Triage, "publication": k.Publication}
}

// presetPriority fills the form in before anybody types.
func presetPriority(v cvd.View) url.Values {
	answers := knownAnswers(v)
	values := url.Values{}
	if k := v.Priority; k != nil {
		values.Set("note", k.Note)
		for name, judged := range map[string]priority.Judgement{"matrix": k.Matrix, "triage": k.Triage, "publication": k.Publication} {
			if len(judged.Answers) > 0 {
				answers[name] = judged.Answers
			}
		}
	}
	for _, x := range prioritySheets {
		values.Set(x.name+".version", x.table.Version)
		for _, point := range x.table.Points {
			value := answers[x.name][point.Key]
			if value == "" {
				value = point.Unknown
			}
			values.Set(x.name+"."+point.Key, value)
		}
	}
	return values
}

// priorityOptions are the values of every question. Where none stands for not
// knowing, the first is to leave it open.
func (s *Site) priorityOptions(l words.Lang) map[string][]look.Option {
	options := map[string][]look.Option{}
	for _, x := range prioritySheets {
		for _, point := range x.table.Points {
			key := x.table.Words + "." + point.Key + "."
			var all []look.Option
			if point.Unknown == "" {
				all = append(all, look.Option{Text: s.say(l, "web.priority.unanswered")})
			}
			for _, value := range point.Values {
				all = append(all, look.Option{Value: value, Text: s.say(l, key+value), Hint: s.say(l, key+value+".hint")})
			}
			options[x.name+"."+point.Key] = all
		}
	}
	return options
}

// sheetFrom reads the answers of one table. One in which nothing is known is
// left empty: not to know is no judgement by itself.
func sheetFrom(values url.Values, name string, t priority.Table) priority.Sheet {
	a, told := priority.Answers{}, false
	for _, point := range t.Points {
		if value := values.Get(name + "." + point.Key); value != "" {
			a[point.Key] = value
			told = told || value != point.Unknown
		}
	}
	if !told {
		return priority.Sheet{}
	}
	return priority.Sheet{Version: values.Get(name + ".version"), Answers: a}
}

// decisionsOf explains what follows from the answers of a form.
func decisionsOf(values url.Values) []DecisionCard {
	var cards []DecisionCard
	for _, x := range prioritySheets {
		t, a := x.table, sheetFrom(values, x.name, x.table).Answers
		d := t.Explain(a)
		c := DecisionCard{Words: t.Words, Table: t.Key + " " + t.Version, Outcome: outcomeWord(t, d.Outcome), None: len(a) == 0}
		if d.Outcome != "" {
			c.Hint = t.Words + ".to." + d.Outcome + ".hint"
		}
		for _, o := range d.Possible {
			c.Possible = append(c.Possible, t.Words+".to."+o)
		}
		for _, key := range d.Because {
			c.Because = append(c.Because, answered(t, key, a[key]))
		}
		for _, key := range d.Missing {
			c.Missing = append(c.Missing, t.Words+"."+key+".name")
		}
		for _, turn := range d.Turns {
			c.Turns = append(c.Turns, Turned{answered(t, turn.Point, turn.Value), t.Words + ".to." + turn.Outcome})
		}
		if t.Key == priority.Matrix.Key {
			c.Range, c.MayClose = "priority.matrix.range."+priority.Range(a), priority.MayClose(a)
		}
		cards = append(cards, c)
	}
	return cards
}

// answered puts an answer into words; one not given is the value it stands for.
func answered(t priority.Table, point, value string) Answered {
	for _, p := range t.Points {
		if p.Key == point && value == "" {
			value = p.Unknown
		}
	}
	key := t.Words + "." + point
	return Answered{Point: key + ".name", Value: key + "." + value}
}

func outcomeWord(t priority.Table, outcome string) StateWord {
	key := t.Words + ".to." + outcome
	if outcome == "" {
		key = "web.priority.open"
	}
	return StateWord{Tone: outcomeTones[key], Key: key}
}

// pastPriorities puts former judgements into words.
func pastPriorities(all []desk.Prioritised) []PastPriority {
	var past []PastPriority
	for _, k := range all {
		p := PastPriority{At: k.At, By: k.Name, Note: k.Note}
		for i, judged := range []priority.Judgement{k.Matrix, k.Triage, k.Publication} {
			t := prioritySheets[i].table
			if old, ok := priority.Find(t.Key, judged.Version); ok {
				t = old
			}
			if len(judged.Answers) == 0 {
				continue
			}
			x := PastSheet{Words: t.Words, Table: t.Key + " " + judged.Version, Outcome: outcomeWord(t, judged.Outcome)}
			for _, point := range t.Points {
				if value := judged.Answers[point.Key]; value != "" {
					x.Answers = append(x.Answers, answered(t, point.Key, value))
				}
			}
			p.Sheets = append(p.Sheets, x)
		}
		past = append(past, p)
	}
	return past
}

// casePrioritise keeps the answers.
func (s *Site) casePrioritise(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id := cvd.CaseID(r.PathValue("id"))
	if err = s.prioritise(r, v, id, values); err == nil {
		return s.cookies.Redirect(w, r, casePath(id), look.Flash{Tone: "ok", Key: "web.priority.done.kept"})
	}
	p, readErr := s.priorityPage(w, r, v, values)
	if readErr != nil {
		return readErr
	}
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	p.Stale = fault.KindOf(err) == fault.Stale
	return s.pages.Write(w, status, p)
}

func (s *Site) prioritise(r *http.Request, v visitor, id cvd.CaseID, values url.Values) error {
	var in struct {
		Seen int64  `form:"seen"`
		Note string `form:"note"`
	}
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return err
	}
	return s.Desk.Act(r.Context(), v.Actor, id, in.Seen, cvd.PrioritiseCase{
		Matrix:      sheetFrom(values, "matrix", priority.Matrix),
		Triage:      sheetFrom(values, "triage", priority.Triage),
		Publication: sheetFrom(values, "publication", priority.Publication),
		Note:        in.Note,
	})
}

// casePriorityCheck works the answers out and stores nothing. With script the
// answer replaces the decisions; without, it is the page with what was answered.
func (s *Site) casePriorityCheck(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	if r.Header.Get("HX-Request") != "" {
		l := s.cookies.Language(r)
		return s.pages.Write(w, http.StatusOK, PriorityDecisions{Base: look.Base{Lang: l, Zone: s.zone(), Now: s.Desk.Now()}, Decisions: decisionsOf(values)})
	}
	seen := values.Get("seen")
	p, err := s.priorityPage(w, r, v, values)
	if err != nil {
		return err
	}
	values.Set("seen", seen) // still what the officer began with
	return s.pages.Write(w, http.StatusOK, p)
}
