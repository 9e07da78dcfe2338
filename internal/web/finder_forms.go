package web

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"nakodo/internal/auth"
	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// The forms of a finder's page and their fields:
//
//	POST /status/{id}/{token}/message           thread  text  files  kept  tlp
//	POST /status/{id}/{token}/consents          share_identity  direct_contact  credit  credit_as
//	POST /status/{id}/{token}/withdraw          sure
//	POST /status/{id}/{token}/case/{case}/FORM  as in the room: answer, embargo, propose; release has no fields
//	GET  /status/{id}/{token}/files/{file}

// finderLimit bounds what comes over one link: it may have been passed on.
var finderLimit = httpd.Limit{Form: "finder", Burst: 20, Every: 10 * time.Second, Most: 200, Window: time.Hour}

// finderVerbs are the forms of a case that a finder shares with the room.
var finderVerbs = map[string]roomVerb{"answer": readAnswer, "embargo": readEmbargo, "propose": readPropose,
	"release": func(_ *Site, _ url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
		return cvd.AskRelease{Who: me}, nil
	}}

// finderFiles are the names of the fields for files, and for those that came
// with an earlier try.
const finderFiles, finderKept = "files", "kept"

func (s *Site) finderMessage(w http.ResponseWriter, r *http.Request, by party.Actor) error {
	busy := s.Limits.AllowName(r.Context(), finderLimit, by.Report, s.Desk.Now())
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText, File: 100_000_000, Files: 10}, func(_, name string, body io.Reader) (string, error) {
		if busy != nil {
			return "", nil
		}
		u, err := s.Desk.Keep(r.Context(), name, body)
		if err != nil {
			return "", err
		}
		return s.Desk.Ticket(u)
	})
	tickets := slices.DeleteFunc(slices.Concat(values[finderKept], values[finderFiles]), func(t string) bool { return t == "" })
	var uploads []desk.Upload
	if err == nil {
		err = busy
	}
	if err == nil {
		uploads, err = s.Desk.Uploads(finderFiles, tickets)
	}
	if err == nil {
		uploads, err = desk.Labelled(uploads, values.Get("tlp"))
	}
	if err == nil {
		err = s.Desk.PostMessage(r.Context(), by, values.Get("thread"), values.Get("text"), uploads)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, finderPath(r)+"#talk", look.Flash{Tone: "ok", Key: "web.finder.done.message"})
	}
	return s.finderAgain(w, r, by, err, func(p *FinderStatus) *look.Form {
		p.Thread = values.Get("thread")
		p.Message.Values = values
		if fault.KindOf(err) != fault.Busy && len(uploads) > 0 {
			p.Kept = tickets
		}
		return &p.Message
	})
}

// finderConsents changes what may be told about the finder.
func (s *Site) finderConsents(w http.ResponseWriter, r *http.Request, by party.Actor) error {
	var in struct {
		Share    bool   `form:"share_identity"`
		Direct   bool   `form:"direct_contact"`
		Credit   bool   `form:"credit"`
		CreditAs string `form:"credit_as,max=200"`
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: 4000}, nil)
	if err == nil {
		err = s.Limits.AllowName(r.Context(), finderLimit, by.Report, s.Desk.Now())
	}
	if err == nil {
		err = httpd.Decode(values, &in, time.UTC)
	}
	if err == nil {
		err = s.Desk.ChangeConsents(r.Context(), by, cvd.Consents{ShareIdentity: in.Share, DirectContact: in.Direct, Credit: in.Credit}, in.CreditAs)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, finderPath(r), look.Flash{Tone: "ok", Key: "web.finder.done.consents"})
	}
	return s.finderAgain(w, r, by, err, func(p *FinderStatus) *look.Form {
		p.Consents.Values = values
		return &p.Consents
	})
}

// finderWithdraw takes the report back.
func (s *Site) finderWithdraw(w http.ResponseWriter, r *http.Request, by party.Actor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: 1000}, nil)
	if err == nil {
		err = s.Limits.AllowName(r.Context(), finderLimit, by.Report, s.Desk.Now())
	}
	if err == nil && values.Get("sure") != "yes" {
		err = wrongField("sure", "web.finder.withdraw.sure_first")
	}
	if err == nil {
		err = s.Desk.WithdrawReport(r.Context(), by)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, finderPath(r), look.Flash{Tone: "ok", Key: "web.finder.done.withdraw"})
	}
	return s.finderAgain(w, r, by, err, func(p *FinderStatus) *look.Form { return &p.Withdraw })
}

// finderDo does a verb of the finder's own part in a case.
func (s *Site) finderDo(w http.ResponseWriter, r *http.Request, by party.Actor) error {
	read, ok := finderVerbs[r.PathValue("form")]
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: 10_000}, nil)
	var verb cvd.Verb
	if err == nil {
		verb, err = read(s, values, cvd.FinderParticipant(cvd.ReportID(by.Report)))
	}
	if err == nil {
		err = s.Desk.Act(r.Context(), by, cvd.CaseID(r.PathValue("case")), 0, verb)
	}
	if err == nil {
		return s.cookies.Redirect(w, r, finderPath(r), look.Flash{Tone: "ok", Key: "web.finder.done.case"})
	}
	return s.finderAgain(w, r, by, err, func(p *FinderStatus) *look.Form {
		for i := range p.Cases {
			if string(p.Cases[i].View.ID) == r.PathValue("case") {
				p.Cases[i].Propose.Values = values
				return &p.Cases[i].Propose
			}
		}
		return &p.Message
	})
}

// finderAgain shows the page once more with one form as it was sent and what is
// wrong with it.
func (s *Site) finderAgain(w http.ResponseWriter, r *http.Request, by party.Actor, err error, form func(*FinderStatus) *look.Form) error {
	p, readErr := s.finderPage(w, r, by)
	if readErr != nil {
		return readErr
	}
	status, other := again(err, form(&p))
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

func (s *Site) finderFile(w http.ResponseWriter, r *http.Request, by party.Actor) error {
	return s.file(w, r, visitor{Who: auth.Who{Actor: by}})
}
