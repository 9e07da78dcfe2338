package web

import (
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/committee"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/inquiry"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// Reaching developers that do not answer: who has not answered, the public
// inquiries, and the committee on one page; and a page for one organisation,
// where each attempt is written down. The forms and their fields:
//
//	GET  /desk/reach
//	GET  /desk/reach/{org}
//	POST /desk/reach/{org}/attempt  case  how=mail|post|phone|fax|portal  to  came  note  at
//	POST /desk/reach/{org}/inquiry  kind=company|community  name.en  name.ja  related.en  related.ja
//	POST /desk/reach/{org}/refer    matter  ground=unreachable|failed  why

// ReachList is everything about developers that cannot be reached.
type ReachList struct {
	look.Base
	Quiet     []desk.ReachRow
	Inquiries []desk.InquiryRow
	Referrals []desk.ReferralRow
	Figures   []QuarterFigures
	Public    string // address of the public list
}

// QuarterFigures are the statistics of one quarter.
type QuarterFigures struct {
	Year, Quarter int
	inquiry.Figures
}

func (s *Site) reachList(w http.ResponseWriter, r *http.Request, v visitor) error {
	p := ReachList{Base: s.base(w, r, v, "web.reach")}
	p.Public = "/" + string(p.Lang) + "/inquiries"
	var err error
	if p.Quiet, err = s.Desk.Unreached(r.Context(), v.Actor); err != nil {
		return err
	}
	if p.Inquiries, err = s.Desk.Inquiries(r.Context(), v.Actor); err != nil {
		return err
	}
	if p.Referrals, err = s.Desk.Referrals(r.Context(), v.Actor); err != nil {
		return err
	}
	now := p.Now.In(s.zone())
	year, quarter := now.Year(), (int(now.Month())+2)/3
	for range 2 { // this quarter and the last
		f, err := s.Desk.UnreachedFigures(r.Context(), v.Actor, year, quarter)
		if err != nil {
			return err
		}
		p.Figures = append(p.Figures, QuarterFigures{year, quarter, f})
		if quarter--; quarter == 0 {
			year, quarter = year-1, 4
		}
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// ReachShow is one organisation that is being tried.
type ReachShow struct {
	look.Base
	At        string // address of the page
	Page      desk.ReachPage
	NameFrom  time.Time
	Committee time.Time
	Live      *inquiry.Inquiry // the inquiry under way
	Past      []inquiry.Inquiry
	Forms     forms
	Tried     []TriedMeans
}

// TriedMeans is one means of contact with when it was first tried.
type TriedMeans struct {
	How string
	At  time.Time
}

var reachForms = []string{"attempt", "inquiry", "refer"}

func reachPath(org party.OrgID) string { return "/desk/reach/" + url.PathEscape(string(org)) }

func (s *Site) reachShow(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.reachPage(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

func (s *Site) reachPage(w http.ResponseWriter, r *http.Request, v visitor) (ReachShow, error) {
	page, err := s.Desk.Reach(r.Context(), v.Actor, party.OrgID(r.PathValue("org")))
	if err != nil {
		return ReachShow{}, err
	}
	p := ReachShow{Base: s.base(w, r, v, "web.reach"), Page: page, At: reachPath(page.Org.ID), Forms: formsOf("web.reach", reachForms...)}
	p.Title = page.Org.Name()
	p.NameFrom, p.Committee = page.Standing.NameFrom(page.Policy), page.Standing.CommitteeFrom(page.Policy)
	for i := range page.Inquiries {
		if page.Inquiries[i].State.Live() {
			p.Live = &page.Inquiries[i]
		} else {
			p.Past = append(p.Past, page.Inquiries[i])
		}
	}
	for _, how := range page.Policy.Means {
		p.Tried = append(p.Tried, TriedMeans{how, page.Standing.Tried[how]})
	}
	l := p.Lang
	s.fillAttempt(p.Forms["attempt"], l, page.Standing.Untried)
	var cases []look.Option
	for _, c := range page.Cases {
		cases = append(cases, look.Option{Value: string(c.ID), Text: c.Mark})
	}
	p.Forms["attempt"].Options["case"], p.Forms["refer"].Options["matter"] = cases, cases
	p.Forms["attempt"].Values.Set("at", p.Now.In(s.zone()).Format("2006-01-02T15:04"))
	f := p.Forms["inquiry"]
	f.Options["kind"] = options(s, l, "inquiry.kind.", inquiry.Company, inquiry.Community)
	f.Values.Set("kind", string(inquiry.Company))
	name := orgName(page.Org)
	f.Values.Set("name.en", name.EN)
	f.Values.Set("name.ja", name.JA)
	p.Forms["refer"].Options["ground"] = options(s, l, "committee.ground.", committee.Unreachable, committee.Failed)
	return p, nil
}

// orgName is what an organisation is called in both languages, as a proposal.
func orgName(o party.Organisation) words.Text {
	t := words.Text{EN: o.Name()}
	for _, n := range o.Names {
		if n.Lang == "ja" {
			t.JA = n.Text
			break
		}
	}
	return t
}

// fillAttempt offers the means, those that are left first.
func (s *Site) fillAttempt(f look.Form, l words.Lang, untried []string) {
	offered := map[string]bool{}
	for _, how := range append(append([]string{}, untried...), "phone", "mail", "post", "fax", "portal") {
		if !offered[how] {
			offered[how] = true
			f.Options["how"] = append(f.Options["how"], look.Option{Value: how, Text: s.say(l, "how."+how)})
		}
	}
	f.Options["came"] = append([]look.Option{{Value: "", Text: s.say(l, "came.none")}}, options(s, l, "came.", cvd.Results()...)...)
}

// options are values to choose from, each with its word.
func options[T ~string](s *Site, l words.Lang, prefix string, values ...T) []look.Option {
	return choices(s, l, prefix, values...)[1:]
}

var reachDeeds = map[string]deed{
	"attempt": func(s *Site, r *http.Request, v visitor, values url.Values) error {
		var in struct {
			Case string `form:"case,required,max=20"`
		}
		if err := s.into(values, &in); err != nil {
			return err
		}
		a, err := s.readAttempt(cvd.OrgParticipant(party.OrgID(r.PathValue("org"))), values)
		if err != nil {
			return err
		}
		return s.Desk.Act(r.Context(), v.Actor, cvd.CaseID(in.Case), 0, a)
	},
	"inquiry": func(s *Site, r *http.Request, v visitor, values url.Values) error {
		n, err := s.readNotice(values)
		if err != nil {
			return err
		}
		_, err = s.Desk.OpenInquiry(r.Context(), v.Actor, party.OrgID(r.PathValue("org")), n)
		return err
	},
	"refer": func(s *Site, r *http.Request, v visitor, values url.Values) error {
		var in struct {
			Case   string           `form:"matter,required,max=20"`
			Ground committee.Ground `form:"ground,required,one=unreachable|failed"`
			Why    string           `form:"why,max=8000"`
		}
		if err := s.into(values, &in); err != nil {
			return err
		}
		_, err := s.Desk.ReferCase(r.Context(), v.Actor, cvd.CaseID(in.Case), desk.Referring{Org: party.OrgID(r.PathValue("org")), Ground: in.Ground, Why: in.Why})
		return err
	},
}

// readAttempt reads who was tried how, where, when, and what came of it.
func (s *Site) readAttempt(who cvd.ParticipantID, values url.Values) (cvd.NoteAttempt, error) {
	var in struct {
		How  string    `form:"how,required,max=20"`
		To   string    `form:"to,max=400"`
		Came string    `form:"came,max=20"`
		Note string    `form:"note,max=2000"`
		At   time.Time `form:"at"`
	}
	err := s.into(values, &in)
	return cvd.NoteAttempt{Who: who, How: in.How, To: in.To, Came: in.Came, Note: in.Note, At: in.At}, err
}

func (s *Site) reachDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	name, values, err := s.doDeed(r, v, reachDeeds)
	org := party.OrgID(r.PathValue("org"))
	if err == nil {
		return s.cookies.Redirect(w, r, reachPath(org), look.Flash{Tone: "ok", Key: "web.reach.done." + name})
	}
	p, readErr := s.reachPage(w, r, v)
	if readErr != nil || values == nil {
		return err
	}
	p.Path = ""
	status, other := p.Forms.refused(name, values, err)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}
