package web

import (
	"net/http"
	"net/url"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
	"nakodo/internal/talk"
	"nakodo/internal/words"
)

// Who of an organisation reads a case, and whom it would like to have in it.
// The forms and their fields:
//
//	POST /room/{id}/members                           who=all|some  members
//	POST /room/{id}/nominate                          kind=colleague|vendor  name  mail  reason
//	POST /desk/cases/{id}/vendors/{org}/members       who=all|some  members
//	POST /desk/cases/{id}/nominations/{nomination}    do=take|refuse

// membersForm offers the people of an organisation. Nobody chosen means all of
// them, those who come later included.
func membersForm(people []desk.Colleague, members []party.PersonID, say func(string) string) look.Form {
	f := look.Form{Name: "members", Words: "web.members", Values: url.Values{"who": {"all"}}, Options: map[string][]look.Option{
		"who": {{Value: "all", Text: say("web.members.who.all")}, {Value: "some", Text: say("web.members.who.some")}},
	}}
	if len(members) > 0 {
		f.Values.Set("who", "some")
	}
	for _, x := range people {
		f.Options["members"] = append(f.Options["members"], look.Option{Value: string(x.ID), Text: x.Name})
		if x.In && len(members) > 0 {
			f.Values.Add("members", string(x.ID))
		}
	}
	return f
}

func readMembers(_ *Site, values url.Values, me cvd.ParticipantID) (cvd.Verb, error) {
	v := cvd.AdmitMembers{Who: me}
	switch values.Get("who") {
	case "all":
		return v, nil
	case "some":
		for _, id := range values["members"] {
			v.Members = append(v.Members, party.PersonID(id))
		}
		if len(v.Members) > 0 {
			return v, nil
		}
	}
	return v, wrongField("members", "web.members.nobody")
}

// nominateForm is the room's form for a colleague or a further vendor.
func (s *Site) nominateForm(l words.Lang, open bool) look.Form {
	f := look.Form{Name: "nominate", Words: "web.nominate", Values: url.Values{}, Options: map[string][]look.Option{}}
	for _, k := range []talk.NominationKind{talk.Colleague, talk.FurtherVendor} {
		if k == talk.Colleague || open {
			f.Options["kind"] = append(f.Options["kind"], look.Option{Value: string(k), Text: s.say(l, "web.nominate.kind."+string(k))})
		}
	}
	return f
}

// roomNominate puts somebody forward.
func (s *Site) roomNominate(w http.ResponseWriter, r *http.Request, v visitor) error {
	var in struct {
		Kind   talk.NominationKind `form:"kind,required"`
		Name   string              `form:"name,required,max=200"`
		Mail   string              `form:"mail,max=320"`
		Reason string              `form:"reason,max=2000"`
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	if err = httpd.Decode(values, &in, time.UTC); err == nil {
		err = s.Desk.Nominate(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")), talk.Nomination{Kind: in.Kind, Name: in.Name, Mail: in.Mail, Reason: in.Reason})
	}
	if err == nil {
		return s.cookies.Redirect(w, r, roomPath(r)+"#people", look.Flash{Tone: "ok", Key: "web.room.done.nominate"})
	}
	p, readErr := s.roomPage(w, r, v)
	if readErr != nil {
		return readErr
	}
	p.Nominate.Values = values
	status, other := again(err, &p.Nominate)
	if other != nil {
		return other
	}
	return s.pages.Write(w, status, p)
}

// decideNomination takes a nomination up or not. A further vendor that is taken
// up is looked for on the page of invitations.
func (s *Site) decideNomination(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: 1000}, nil)
	if err != nil {
		return err
	}
	do := values.Get("do")
	if do != "take" && do != "refuse" {
		return fault.New(fault.Invalid, "form.not_a_choice")
	}
	id := cvd.CaseID(r.PathValue("id"))
	n, err := s.Desk.DecideNomination(r.Context(), v.Actor, id, r.PathValue("nomination"), do == "take")
	if err != nil {
		return err
	}
	to := casePath(id)
	if do == "take" && n.Kind == talk.FurtherVendor {
		to += "/invite?" + url.Values{"find": {n.Name}}.Encode()
	}
	return s.cookies.Redirect(w, r, to, look.Flash{Tone: "ok", Key: "web.nominations.done." + do})
}
