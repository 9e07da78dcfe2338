package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
)

// CaseJoin is closing a case into another one: merged into it, or as its
// duplicate. First the other's number, then who will read what, then the button.
//
//	GET  /desk/cases/{id}/join/{how}?other=64806328&same.N=v1   how: merge, duplicate
//	POST /desk/cases/{id}/join/{how}  other  same.N  ask  vulns  note  seen  sure
//
// same.N is which of the other case's vulnerabilities the Nth of this one is; ""
// where it is none of them. seen is both cases' versions: "4-9".
type CaseJoin struct {
	look.Base
	Head    CaseHead
	How     string
	Other   string // as it was typed; "" on the first page
	Join    desk.JoinPreview
	Refused string // why it cannot be, in words
	Form    look.Form
	Sames   []string // names of the fields same.N
	Asks    bool     // somebody may be asked to read what it lacks
}

var joinWays = map[string]struct {
	verb string
	why  cvd.CloseReason
}{"merge": {"merge_case", cvd.WhyMerged}, "duplicate": {"close_into", cvd.WhyDuplicate}}

func (s *Site) joinPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.joinOf(w, r, v, r.URL.Query())
	if err != nil {
		return err
	}
	if !can(p.Head.View, joinWays[p.How].verb) {
		return s.cookies.Redirect(w, r, casePath(p.Head.ID), look.Flash{Tone: "wait", Key: "web.case.flash.not_now"})
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// joinOf prepares the page: with a number, the preview and the form.
func (s *Site) joinOf(w http.ResponseWriter, r *http.Request, v visitor, values url.Values) (CaseJoin, error) {
	how := r.PathValue("how")
	way, ok := joinWays[how]
	if !ok {
		return CaseJoin{}, fault.New(fault.NotFound, "fault.not_found")
	}
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return CaseJoin{}, err
	}
	p := CaseJoin{Base: s.base(w, r, v, "web.join."+how), Head: headOf(room, v), How: how, Other: caseNumber(values.Get("other"))}
	p.Form = look.Form{Words: "web.join", Values: values, Options: map[string][]look.Option{}}
	if p.Other == "" {
		return p, nil
	}
	p.Join, err = s.Desk.PreviewJoin(r.Context(), v.Actor, room.View.ID, cvd.CaseID(p.Other), way.why, samesOf(room.View, values))
	if fault.KindOf(err) == fault.NotFound {
		p.Other = ""
		p.Form.Problems = []fault.Problem{{Field: "other", Key: "web.join.no_case"}}
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Refused = s.refusal(p.Base, p.Join.Refused)
	s.joinForm(&p, room)
	return p, nil
}

// caseNumber is a case's digits out of what somebody typed: "NKD#64806328".
func caseNumber(typed string) string {
	typed = strings.TrimSpace(typed)
	return typed[strings.LastIndexByte(typed, '#')+1:]
}

// samesOf reads which of this case's vulnerabilities are some of the other's.
func samesOf(v cvd.View, values url.Values) map[string]string {
	same := map[string]string{}
	for i, x := range v.Vulns {
		if ours := values.Get("same." + strconv.Itoa(i)); ours != "" {
			same[x.ID] = ours
		}
	}
	return same
}

// joinForm offers what there is to choose.
func (s *Site) joinForm(p *CaseJoin, room desk.CaseRoom) {
	theirs := []look.Option{{Value: "", Text: s.say(p.Lang, "web.join.same.none")}}
	for _, x := range p.Join.Into.Vulns {
		o := look.Option{Value: x.ID, Text: strings.TrimSpace(vulnName(x) + " " + x.Title.In(p.Lang))}
		theirs = append(theirs, o)
		p.Form.Options["vulns"] = append(p.Form.Options["vulns"], o)
	}
	for i := range room.View.Vulns {
		name := "same." + strconv.Itoa(i)
		p.Sames = append(p.Sames, name)
		p.Form.Options[name] = theirs
	}
	fresh := p.Form.Values.Get("seen") == ""
	values := url.Values{}
	for k, v := range p.Form.Values {
		values[k] = v
	}
	for _, x := range p.Join.Readers {
		if x.Ask {
			p.Asks = true
			p.Form.Options["ask"] = append(p.Form.Options["ask"], look.Option{Value: string(x.ID), Text: x.Name, Hint: s.say(p.Lang, "web.kin.reads."+x.State)})
			if fresh {
				values.Add("ask", string(x.ID))
			}
		}
	}
	if fresh && len(p.Join.Into.Vulns) > 0 {
		values.Set("vulns", p.Join.Into.Vulns[0].ID)
	}
	values.Set("other", p.Other)
	values.Set("seen", strconv.FormatInt(p.Join.From.Version, 10)+"-"+strconv.FormatInt(p.Join.Into.Version, 10))
	p.Form.Values = values
}

func (s *Site) join(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	p, err := s.joinOf(w, r, v, values)
	if err != nil {
		return err
	}
	if err = s.doJoin(r, v, p, values); err == nil {
		return s.cookies.Redirect(w, r, casePath(cvd.CaseID(p.Other)), look.Flash{Tone: "ok", Key: "web.join.done." + p.How})
	}
	p.Path = ""
	status, other := again(err, &p.Form)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

// doJoin reads the form into the desk's call.
func (s *Site) doJoin(r *http.Request, v visitor, p CaseJoin, values url.Values) error {
	if p.Other == "" {
		return wrongField("other", "form.required")
	}
	if values.Get("sure") == "" {
		return wrongField("sure", "form.must_agree")
	}
	var seen [2]int64
	for i, n := range strings.SplitN(values.Get("seen"), "-", 2) {
		seen[i], _ = strconv.ParseInt(n, 10, 64) // what is no number is 0: the verbs have rules of their own
	}
	other, note := cvd.CaseID(p.Other), strings.TrimSpace(values.Get("note"))
	if p.How == "duplicate" {
		if len(values["vulns"]) == 0 {
			return wrongField("vulns", "fault.case.need_link")
		}
		return s.Desk.MarkDuplicate(r.Context(), v.Actor, p.Head.ID, desk.Duplicate{Of: other, Vulns: values["vulns"], Note: note, Seen: seen})
	}
	m := desk.Merging{Into: other, Same: samesOf(p.Head.View, values), Note: note, Seen: seen}
	for _, x := range p.Join.Readers {
		if x.Ask && slices.Contains(values["ask"], string(x.ID)) {
			m.Ask = append(m.Ask, x.ID)
		}
	}
	return s.Desk.MergeCases(r.Context(), v.Actor, p.Head.ID, m)
}
