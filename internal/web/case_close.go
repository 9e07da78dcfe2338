package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// closeInput is how a case ends, with the evidence of a ground without
// publication. Which of it a ground needs is the core's to say.
type closeInput struct {
	Why    string    `form:"why,required,max=60"`
	Told   string    `form:"told,max=4000"`
	Vendor string    `form:"vendor,max=60"`
	Scope  string    `form:"scope,max=60"`
	Links  string    `form:"links,max=4000"`
	Since  time.Time `form:"since"`
	Other  string    `form:"other,max=100"`
	Note   string    `form:"note,max=4000"`
}

func fillClose(s *Site, p *CaseDo, room desk.CaseRoom) {
	reasons := slices.DeleteFunc(cvd.CloseReasons(), func(w cvd.CloseReason) bool {
		return w == cvd.WhyPublished && room.View.Public.IsZero()
	})
	p.Form.Options["why"] = choices(s, p.Lang, "why.", reasons...)
	p.Form.Options["scope"] = choices(s, p.Lang, "scope.", cvd.Scopes()...)
	p.Form.Options["vendor"] = []look.Option{{Value: "", Text: "–"}}
	for i := range room.View.Parties {
		if q := &room.View.Parties[i]; q.Result != nil {
			p.Form.Options["vendor"] = append(p.Form.Options["vendor"], look.Option{
				Value: string(q.Org), Text: room.Names[q.Org] + ": " + s.say(p.Lang, "finding."+string(q.Result.Found)),
			})
		}
	}
}

func enterClose(s *Site, values url.Values) (cvd.Verb, error) {
	var in closeInput
	err := httpd.Decode(values, &in, s.zone())
	v := cvd.CloseCase{Why: cvd.CloseReason(in.Why), Note: in.Note}
	if v.Why != cvd.WhyPublished {
		v.Proof = &cvd.Proof{
			Told: strings.TrimSpace(in.Told), Scope: in.Scope, Vendor: party.OrgID(in.Vendor), Links: strings.Fields(in.Links), Since: in.Since, Other: strings.TrimSpace(in.Other),
		}
	}
	return v, err
}
