package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/words"
)

// The forms of early provision in the room and their fields. The first is a
// vendor's, the others are an operator's:
//
//	POST /room/{id}/consent    yes=yes|no  round  reason
//	POST /room/{id}/duties     promise  edition
//	POST /room/{id}/refuse     reason
//	POST /room/{id}/deed       what=remedy|workaround|not_affected|cannot|other  on  note
//	POST /room/{id}/destroyed  sure  note
//	GET  /room/{id}/copy

// OperatorRoom is a case as an operator of critical infrastructure sees it: the
// duties first, then what is provided, marked for its reader.
type OperatorRoom struct {
	look.Base
	Case     desk.CasePage
	Can      map[string]bool
	Early    cvd.Early
	Promises []string            // the duties, as catalogue keys
	Read     *desk.ProvisionRead // nil while this person may not read
	Remedy   []ProvidedRemedy
	Thread   string // the conversation that Message belongs to, after a refusal

	Duties, Refuse, Deed, Destroyed, Number, Message, Members, Refused look.Form
}

// ProvidedRemedy is one remedy with the names of its products.
type ProvidedRemedy struct {
	Kind     string // catalogue key
	Text     words.Text
	URL      string
	Products []string
}

// duties are the promises that an operator's person makes, in the edition
// cvd.DutiesEdition. A changed sentence is another edition.
var duties = []string{"inside", "contractors", "use", "label", "recorded", "recall", "answer"}

// roomRingForms prepares the forms of early provision.
func (s *Site) roomRingForms(p *Room) {
	form := func(name string) look.Form {
		return look.Form{Name: name, Words: "web.room." + name, Values: url.Values{}, Options: map[string][]look.Option{}}
	}
	p.Consent, p.Duties, p.Refuse, p.Deed, p.Destroyed = form("consent"), form("duties"), form("refuse"), form("deed"), form("destroyed")
	for _, d := range cvd.Deeds() {
		p.Deed.Options["what"] = append(p.Deed.Options["what"], look.Option{Value: string(d), Text: s.say(p.Lang, "web.room.deed.what."+string(d))})
	}
}

// showRoom writes the page that the reader's part in the case calls for.
func (s *Site) showRoom(w http.ResponseWriter, r *http.Request, v visitor, status int, room Room) error {
	if room.Case.View.Role != party.Operator || room.Case.View.Early == nil {
		return s.pages.Write(w, status, room)
	}
	p := OperatorRoom{
		Base: room.Base, Case: room.Case, Can: room.Can, Early: *room.Case.View.Early, Thread: room.Thread,
		Duties: room.Duties, Refuse: room.Refuse, Deed: room.Deed, Destroyed: room.Destroyed,
		Number: room.Number, Message: room.Message, Members: room.Members, Refused: room.Refused,
	}
	for _, d := range duties {
		p.Promises = append(p.Promises, "web.room.duty."+d)
	}
	if p.Early.Duty.Reads {
		read, err := s.Desk.ReadProvision(r.Context(), v.Actor, room.Case.View.ID, desk.ReadPage)
		if err != nil {
			return err
		}
		p.Read, p.Remedy = &read, providedRemedies(read)
	}
	return s.pages.Write(w, status, p)
}

func providedRemedies(read desk.ProvisionRead) []ProvidedRemedy {
	var all []ProvidedRemedy
	for _, x := range read.Provision.Remedies {
		r := ProvidedRemedy{Kind: "format.remedy." + string(x.Kind), Text: x.Text, URL: x.URL}
		for _, q := range read.Provision.Products {
			for _, id := range x.Products {
				if q.ID == id {
					r.Products = append(r.Products, q.Name)
				}
			}
		}
		all = append(all, r)
	}
	return all
}

// roomCopy is what an operator reads as a file to keep, marked for its reader.
func (s *Site) roomCopy(w http.ResponseWriter, r *http.Request, v visitor) error {
	read, err := s.Desk.ReadProvision(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")), desk.ReadCopy)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(strings.ReplaceAll(read.Mark, "#", "-")+".txt"))
	h.Set("Cache-Control", "no-store")
	_, err = fmt.Fprint(w, s.provisionText(read, s.cookies.Language(r)))
	return err
}

// provisionText lays a provision out as plain text: the label first and last, and
// whose copy it is.
func (s *Site) provisionText(read desk.ProvisionRead, l words.Lang) string {
	var b strings.Builder
	p := read.Provision
	head := func(key string) { fmt.Fprintf(&b, "\n%s\n\n", s.say(l, key)) }
	fmt.Fprintf(&b, "%s\n%s %s\n", p.TLP, s.Desk.Centre.Name.In(l), read.Mark)
	head("web.room.provided.advice")
	fmt.Fprintf(&b, "%s\n", p.Advice.In(l))
	if len(p.Products) > 0 {
		head("web.room.provided.products")
	}
	for _, x := range p.Products {
		fmt.Fprintf(&b, "- %s: %s (%s)\n", read.Vendors[x.Org], x.Name, x.Range.Say(l))
	}
	if len(p.Remedies) > 0 {
		head("web.room.provided.remedies")
	}
	for _, x := range providedRemedies(read) {
		fmt.Fprintf(&b, "%s: %s\n%s\n%s\n", s.say(l, x.Kind), strings.Join(x.Products, ", "), x.Text.In(l), x.URL)
	}
	if !p.Planned.IsZero() {
		head("web.room.provided.planned")
		fmt.Fprintf(&b, "%s\n", p.Planned.UTC().Format("2006-01-02 15:04 MST"))
	}
	args := fault.Args{"org": read.Org, "person": read.Person, "at": read.At.UTC().Format("2006-01-02 15:04:05 MST"), "mark": p.Mark(), "edition": p.Edition}
	fmt.Fprintf(&b, "\n%s\n%s\n", s.pages.Say(l, "web.room.provided.for", args), p.TLP)
	return b.String()
}

func readConsent(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	var in struct {
		Round  int    `form:"round"`
		Reason string `form:"reason,max=4000"`
	}
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return nil, err
	}
	yes, err := readYes(values)
	return cvd.ConsentRing{Who: me, Yes: yes, Reason: in.Reason, Round: in.Round}, err
}

func readDuties(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	if values.Get("promise") == "" {
		return nil, wrongField("promise", "web.room.duties.promise_first")
	}
	return cvd.AcceptDuties{Who: me, Edition: values.Get("edition")}, nil
}

func readRefuse(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	return cvd.RefuseDuties{Who: me, Reason: values.Get("reason")}, nil
}

func readDeed(s *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	var in struct {
		What string    `form:"what,required"`
		On   time.Time `form:"on"`
		Note string    `form:"note,max=4000"`
	}
	err := httpd.Decode(values, &in, s.zone())
	return cvd.StateDeed{Who: me, What: cvd.DeedKind(in.What), On: in.On, Note: in.Note}, err
}

func readDestroyed(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	if values.Get("sure") == "" {
		return nil, wrongField("sure", "web.room.destroyed.sure_first")
	}
	return cvd.ConfirmDestruction{Who: me, Note: values.Get("note")}, nil
}

// DutiesEdition is the edition of the duties on the page.
func (OperatorRoom) DutiesEdition() string { return cvd.DutiesEdition }
