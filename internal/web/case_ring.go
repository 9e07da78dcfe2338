package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/tlp"
	"nakodo/internal/words"
)

// CaseRing is a case's early provision to operators of critical infrastructure:
// what is lacking, what they read, who would receive it and who would not and
// why, who read it and what they did. The forms and their fields:
//
//	GET  /desk/cases/{id}/ring
//	POST /desk/cases/{id}/ring/propose   reason  impact  sectors…  tlp  advice.en  advice.ja
//	POST /desk/cases/{id}/ring/amend     the same
//	POST /desk/cases/{id}/ring/withdraw  reason
//	POST /desk/cases/{id}/ring/consent   vendor  yes=yes|no  how  on  reason  round
//	POST /desk/cases/{id}/ring/open      operators…  sure
//	POST /desk/cases/{id}/ring/ask       operator
//	POST /desk/cases/{id}/ring/refuse    operator  reason
//	POST /desk/cases/{id}/ring/recall    operator (empty: all)  reason  sure
type CaseRing struct {
	look.Base
	Head    CaseHead
	Ring    *cvd.Ring // nil while nobody has proposed it
	Page    desk.RingPage
	Can     map[string]bool
	Sectors []string // concerned, in words
	Impact  bool     // the matrix says that it is large
	Remedy  []ProvidedRemedy
	Gets    []RingChoice
	May     []RingChoice
	Never   []RingChoice
	Asked   int // recipients
	Risk    string
	RiskNow string
	Form    map[string]look.Form
}

// RingChoice is an operator of the registry in the preview.
type RingChoice struct {
	desk.RingCandidate
	Sector []string // in words
	Tick   bool     // it can be ticked
	Ticked bool
	Ask    string // where it can be asked by itself; "" where it cannot
}

// ringWord is a ring in one word; no key while there is none.
func ringWord(r *cvd.Ring) StateWord {
	if r == nil || r.In(cvd.RingNone) {
		return StateWord{}
	}
	tone := map[cvd.RingState]string{cvd.RingProposed: "wait", cvd.RingOpen: "go", cvd.RingRecalled: "bad"}[r.State]
	return StateWord{Tone: tone, Key: "ring." + string(r.State)}
}

func ringPath(id cvd.CaseID) string { return casePath(id) + "/ring" }

func (s *Site) ringPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	p, err := s.ringOf(w, r, v)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// ringOf prepares the page with its forms as they are before anybody types.
func (s *Site) ringOf(w http.ResponseWriter, r *http.Request, v visitor) (CaseRing, error) {
	id := cvd.CaseID(r.PathValue("id"))
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, id)
	if err != nil {
		return CaseRing{}, err
	}
	p := CaseRing{Base: s.base(w, r, v, "web.ring"), Head: headOf(room, v), Ring: room.View.Ring, Can: map[string]bool{}}
	p.Base.Path = ringPath(id)
	if p.Page, err = s.Desk.Ring(r.Context(), v.Actor, id); err != nil {
		return p, err
	}
	for _, verb := range room.View.Verbs {
		p.Can[verb] = true
	}
	k := room.View.Priority
	p.Impact = k != nil && k.Rank() == 0
	p.Remedy = providedRemedies(desk.ProvisionRead{Provision: p.Page.Provision})
	s.ringForms(&p)
	p.choose(nil)
	return p, nil
}

// ringForms prepares every form of the page.
func (s *Site) ringForms(p *CaseRing) {
	p.Form = map[string]look.Form{}
	for _, name := range []string{"text", "withdraw", "consent", "open", "refuse", "recall"} {
		p.Form[name] = look.Form{Name: name, Words: "web.ring." + name, Values: url.Values{}, Options: map[string][]look.Option{}}
	}
	text, consent, recall, refuse := p.Form["text"], p.Form["consent"], p.Form["recall"], p.Form["refuse"]
	text.Options["sectors"] = sectorOptions(p.Lang, p.Now)
	for _, l := range cvd.RingLabels() {
		text.Options["tlp"] = append(text.Options["tlp"], look.Option{Value: string(l), Text: string(l)})
	}
	text.Values.Set("tlp", string(tlp.AmberStrict))
	if p.Ring == nil {
		return
	}
	p.Sectors = sectorNames(p.Ring.Sectors, p.Lang)
	text.Values = httpd.Encode(ringInputOf(p.Ring.RingText), time.UTC)
	p.Form["text"] = text
	consent.Values.Set("round", strconv.Itoa(p.Ring.Round))
	consent.Options["vendor"] = []look.Option{{Text: s.say(p.Lang, "web.choose")}}
	for _, x := range p.Page.Vendors {
		consent.Options["vendor"] = append(consent.Options["vendor"], look.Option{Value: string(x.Org), Text: x.Name})
	}
	consent.Options["yes"] = []look.Option{{Value: "yes", Text: s.say(p.Lang, "web.ring.consent.yes.yes")}, {Value: "no", Text: s.say(p.Lang, "web.ring.consent.yes.no")}}
	recall.Options["operator"] = []look.Option{{Text: s.say(p.Lang, "web.ring.recall.all")}}
	refuse.Options["operator"] = []look.Option{{Text: s.say(p.Lang, "web.choose")}}
	for _, x := range p.Page.Recipients {
		o := look.Option{Value: string(x.Org), Text: x.Name}
		if x.State == cvd.DutyAsked || x.State == cvd.DutyAccepted {
			recall.Options["operator"] = append(recall.Options["operator"], o)
			p.Asked++
		}
		if x.State == cvd.DutyAsked {
			refuse.Options["operator"] = append(refuse.Options["operator"], o)
		}
	}
}

// choose sorts the candidates: who receives, who may, who cannot. ticked is what
// an officer has chosen; nil: those against whom nothing speaks.
func (p *CaseRing) choose(ticked []string) {
	p.Gets, p.May, p.Never = nil, nil, nil
	n := 0
	for _, k := range p.Page.Candidates {
		c := RingChoice{RingCandidate: k, Sector: sectorNames(k.Sectors, p.Lang), Tick: p.Can["open_ring"] && !k.Never, Ticked: !k.Never && len(k.Why) == 0}
		if p.Can["ask_operator"] && !k.Never {
			c.Ask = ringPath(p.Head.ID) + "/ask"
		}
		if ticked != nil {
			c.Ticked = !k.Never && slices.Contains(ticked, string(k.Org))
		}
		if c.Ticked && p.Can["open_ring"] {
			n++
		}
		switch {
		case k.Never:
			p.Never = append(p.Never, c)
		case len(k.Why) > 0:
			p.May = append(p.May, c)
		default:
			p.Gets = append(p.Gets, c)
		}
	}
	p.RiskNow, p.Risk = percent(cvd.LeakRisk(p.Page.Readers+p.Asked)), percent(cvd.LeakRisk(p.Page.Readers+p.Asked+n))
}

// ringInput is the form of what an officer writes.
type ringInput struct {
	Reason  string     `form:"reason,max=4000"`
	Impact  string     `form:"impact,max=4000"`
	Sectors []string   `form:"sectors"`
	TLP     string     `form:"tlp"`
	Advice  words.Text `form:"advice,max=4000"`
}

func ringInputOf(t cvd.RingText) ringInput {
	return ringInput{t.Reason, t.Impact, t.Sectors, string(t.TLP), t.Advice}
}

// ringForm is how one form of the page is read into its verb, and where it stands.
type ringForm struct {
	form string
	read func(s *Site, values url.Values) (cvd.Verb, error)
}

var ringFormsDo = map[string]ringForm{
	"propose": {"text", func(s *Site, values url.Values) (cvd.Verb, error) {
		t, err := enterRing(values)
		return cvd.ProposeRing{RingText: t}, err
	}},
	"amend": {"text", func(s *Site, values url.Values) (cvd.Verb, error) {
		t, err := enterRing(values)
		return cvd.AmendRing{RingText: t}, err
	}},
	"withdraw": {"withdraw", func(_ *Site, values url.Values) (cvd.Verb, error) {
		return cvd.WithdrawRing{Reason: values.Get("reason")}, nil
	}},
	"consent": {"consent", enterConsent},
	"refuse": {"refuse", func(_ *Site, values url.Values) (cvd.Verb, error) {
		if values.Get("operator") == "" {
			return nil, wrongField("operator", "form.required")
		}
		return cvd.RefuseDuties{Who: cvd.OrgParticipant(party.OrgID(values.Get("operator"))), Reason: values.Get("reason")}, nil
	}},
	"recall": {"recall", func(_ *Site, values url.Values) (cvd.Verb, error) {
		if values.Get("sure") == "" {
			return nil, wrongField("sure", "form.must_agree")
		}
		v := cvd.RecallRing{Reason: values.Get("reason")}
		if org := values.Get("operator"); org != "" {
			v.Who = cvd.OrgParticipant(party.OrgID(org))
		}
		return v, nil
	}},
	"open": {"open", nil},
	"ask":  {"open", nil},
}

func enterRing(values url.Values) (cvd.RingText, error) {
	var in ringInput
	err := httpd.Decode(values, &in, time.UTC)
	return cvd.RingText{Reason: in.Reason, Impact: in.Impact, Sectors: in.Sectors, TLP: tlp.Label(in.TLP), Advice: in.Advice}, err
}

func enterConsent(s *Site, values url.Values) (cvd.Verb, error) {
	var in struct {
		Vendor string    `form:"vendor,required"`
		Yes    string    `form:"yes,required,one=yes|no"`
		How    string    `form:"how,required,max=1000"`
		On     time.Time `form:"on"`
		Reason string    `form:"reason,max=3000"`
		Round  int       `form:"round"`
	}
	err := httpd.Decode(values, &in, s.zone())
	return cvd.ConsentRing{Who: cvd.OrgParticipant(party.OrgID(in.Vendor)), Yes: in.Yes == "yes", Reason: in.Reason, Round: in.Round, How: in.How, On: in.On}, err
}

// ringDo does what one form says.
func (s *Site) ringDo(w http.ResponseWriter, r *http.Request, v visitor) error {
	f, ok := ringFormsDo[r.PathValue("form")]
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	id := cvd.CaseID(r.PathValue("id"))
	if err = s.doRingForm(r, v, id, f, values); err == nil {
		return s.cookies.Redirect(w, r, ringPath(id), look.Flash{Tone: "ok", Key: "web.ring.done." + r.PathValue("form")})
	}
	p, readErr := s.ringOf(w, r, v)
	if readErr != nil {
		return readErr
	}
	form := p.Form[f.form]
	if f.form == "open" {
		p.choose(append([]string{}, values["operators"]...))
	}
	if f.form == "consent" {
		values.Set("round", form.Values.Get("round")) // whoever sends it again has seen what stands there now
	}
	form.Values = values
	status, other := again(refield(err, map[string]string{"advice": "advice.en"}), &form)
	if other != nil {
		return other
	}
	p.Form[f.form] = form
	return s.pages.Write(w, status, p)
}

func (s *Site) doRingForm(r *http.Request, v visitor, id cvd.CaseID, f ringForm, values url.Values) error {
	if f.read != nil {
		verb, err := f.read(s, values)
		if err != nil {
			return err
		}
		return s.Desk.Act(r.Context(), v.Actor, id, 0, verb)
	}
	if r.PathValue("form") == "ask" {
		return s.Desk.AskOperator(r.Context(), v.Actor, id, party.OrgID(values.Get("operator")))
	}
	if values.Get("sure") == "" {
		return wrongField("sure", "form.must_agree")
	}
	var orgs []party.OrgID
	for _, org := range values["operators"] {
		orgs = append(orgs, party.OrgID(org))
	}
	return refield(s.Desk.OpenRing(r.Context(), v.Actor, id, orgs), map[string]string{"recipients": "sure"})
}

// Maker is the vendor of a product.
func (p CaseRing) Maker(x product.Product) string { return p.Page.Makers[x.Org] }

// Person is what a person of an operator is called.
func (CaseRing) Person(x desk.RingRecipient, id party.PersonID) string {
	if name := x.People[id]; name != "" {
		return name
	}
	return string(id)
}

// Shape is the tone of an operator's state.
func (CaseRing) Shape(x desk.RingRecipient) string {
	switch x.State {
	case cvd.DutyAsked:
		return "wait"
	case cvd.DutyAccepted, cvd.DutyDestroyed:
		return "ok"
	}
	return "bad"
}
