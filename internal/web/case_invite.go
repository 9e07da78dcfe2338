package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
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

// CaseInvite is bringing vendors into a case: whom it may concern and why, and
// for those that were ticked what each would be written. Its addresses:
//
//	GET  /desk/cases/{id}/invite?org=…&org=…&find=words
//	POST /desk/cases/{id}/invite  vendor.N.org  vendor.N.how  vendor.N.role=vendor|observer  vendor.N.reason  vendor.N.own
type CaseInvite struct {
	look.Base
	Head    CaseHead
	Can     bool
	Wanted  WantedList
	Find    string
	Found   []FoundOrg
	Chosen  []InviteRow
	Form    look.Form
	Many    look.Form // a round: see case_round.go
	Kept    string    // how likely it is that all who would know keep quiet, in per cent
	Parties int
}

// FoundOrg is an entry of the registry that was looked for.
type FoundOrg struct {
	Org     party.OrgID
	Name    string
	Present bool // takes part already
}

// InviteRow is one organisation that was ticked.
type InviteRow struct {
	N int
	desk.InvitationPreview
	Why     []string // reasons of the match
	Refused string   // why it is or was refused, in words
}

// Field is the name of one of the row's fields.
func (r InviteRow) Field(name string) string { return "vendor." + strconv.Itoa(r.N) + "." + name }

// inviteInput is one row of the form.
type inviteInput struct {
	Org    party.OrgID `form:"org,required,max=60"`
	How    string      `form:"how,required,one=mail|post|phone|fax|portal"`
	Role   party.Role  `form:"role,one=vendor|observer"`
	Reason string      `form:"reason,max=1000"`
	Own    string      `form:"own,max=200"` // a product of an organisation of the individual tier
}

// invitation is the row as the desk takes it.
func (row inviteInput) invitation() desk.Invitation {
	in := desk.Invitation{Org: row.Org, Role: row.Role, How: row.How, Reason: row.Reason}
	if row.Own != "" {
		in.Products = []string{row.Own}
	}
	return in
}

// mostInvited bounds one form.
const mostInvited = 50

func (s *Site) invitePage(w http.ResponseWriter, r *http.Request, v visitor) error {
	var rows []inviteInput
	for _, org := range r.URL.Query()["org"] {
		if len(rows) < mostInvited && !slices.ContainsFunc(rows, func(x inviteInput) bool { return x.Org == party.OrgID(org) }) {
			rows = append(rows, inviteInput{Org: party.OrgID(org), How: "mail", Role: party.Vendor})
		}
	}
	p, err := s.inviteOf(w, r, v, rows)
	if err != nil {
		return err
	}
	return s.pages.Write(w, http.StatusOK, p)
}

// inviteOf prepares the page for the organisations that were chosen.
func (s *Site) inviteOf(w http.ResponseWriter, r *http.Request, v visitor, rows []inviteInput) (CaseInvite, error) {
	ctx := r.Context()
	room, err := s.Desk.CaseRoom(ctx, v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return CaseInvite{}, err
	}
	p := CaseInvite{Base: s.base(w, r, v, "web.invite"), Head: headOf(room, v), Can: can(room.View, "invite_vendor"), Find: strings.TrimSpace(r.URL.Query().Get("find"))}
	wanted, err := s.Desk.Suggest(ctx, v.Actor, room.View.ID)
	if err != nil {
		return p, err
	}
	reasons := s.reasonsOf(wanted, p.Lang)
	wanted = slices.DeleteFunc(wanted, func(x desk.Suggestion) bool {
		return slices.ContainsFunc(rows, func(row inviteInput) bool { return row.Org == x.Org })
	})
	p.Wanted = s.wantedOf(wanted, room.View.ID, p.Lang)
	if p.Find != "" {
		found, err := s.Desk.Organisations(ctx, v.Actor, p.Find, "", 30)
		if err != nil {
			return p, err
		}
		for _, o := range found {
			_, present := room.Names[o.ID]
			p.Found = append(p.Found, FoundOrg{o.ID, o.Name(), present})
		}
	}
	p.Form = s.inviteForm(p, rows)
	p.Many = s.manyForm(p.Lang)
	p.Parties = len(room.View.Parties) - 1 + len(rows)
	p.Kept = percent(1 - cvd.LeakRisk(p.Parties))
	var ins []desk.Invitation
	for _, row := range rows {
		ins = append(ins, row.invitation())
	}
	previews, err := s.Desk.PreviewInvitations(ctx, v.Actor, room.View.ID, ins)
	for i, x := range previews {
		row := InviteRow{N: i, InvitationPreview: x, Why: reasons[x.Org], Refused: s.refusal(p.Base, x.Refused)}
		p.Form.Options[row.Field("own")] = s.ownOptions(p.Lang, x)
		p.Chosen = append(p.Chosen, row)
	}
	return p, err
}

// inviteForm holds what was chosen and typed, row by row.
func (s *Site) inviteForm(p CaseInvite, rows []inviteInput) look.Form {
	var how, role []look.Option
	for _, x := range []string{"mail", "post", "phone", "fax", "portal"} {
		how = append(how, look.Option{Value: x, Text: s.say(p.Lang, "how."+x)})
	}
	for _, x := range []string{"vendor", "observer"} {
		role = append(role, look.Option{Value: x, Text: s.say(p.Lang, "role."+x)})
	}
	form := look.Form{Words: "web.invite", Options: map[string][]look.Option{}}
	form.Values = httpd.Encode(struct {
		Vendors []inviteInput `form:"vendor"`
	}{rows}, time.UTC)
	for i := range rows {
		row := InviteRow{N: i}
		form.Options[row.Field("how")], form.Options[row.Field("role")] = how, role
	}
	return form
}

// manyForm offers the technologies by which a round is put together.
func (s *Site) manyForm(l words.Lang) look.Form {
	options := []look.Option{{Value: "", Text: s.say(l, "web.round.keyword.any")}}
	for _, g := range s.Desk.Keywords.Groups() {
		for _, k := range g.Keywords {
			options = append(options, look.Option{Value: k.ID, Text: k.Name.In(l)})
		}
	}
	slices.SortStableFunc(options[1:], func(a, b look.Option) int {
		return strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text))
	})
	return look.Form{Name: "many", Words: "web.round", Values: url.Values{}, Options: map[string][]look.Option{"keyword": options}}
}

// ownOptions are the products that a case can be about for an organisation of the
// individual tier; first, what the case's own words say.
func (s *Site) ownOptions(l words.Lang, x desk.InvitationPreview) []look.Option {
	first := look.Option{Text: s.say(l, "web.choose")}
	if len(x.Own) > 0 {
		first.Text = s.pages.Say(l, "web.invite.own.said", map[string]any{"own": strings.Join(x.Own, ", ")})
	}
	options := []look.Option{first}
	for _, p := range x.Products {
		options = append(options, look.Option{Value: p.Name, Text: p.Name})
	}
	return options
}

// refusal is a refusal in words; "" for none.
func (s *Site) refusal(b look.Base, err error) string {
	f := fault.Of(err)
	if f == nil {
		return ""
	}
	if len(f.Problems) > 0 {
		return s.pages.Say(b.Lang, f.Problems[0].Key, f.Problems[0].Args)
	}
	return s.pages.Say(b.Lang, f.Key, f.Args)
}

// invite invites each organisation by itself: one that is refused does not keep
// the others waiting, and comes back with its reason beside it.
func (s *Site) invite(w http.ResponseWriter, r *http.Request, v visitor) error {
	var in struct {
		Vendors []inviteInput `form:"vendor,max=50"`
	}
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return err // the rows are ours, not typed: nothing is lost
	}
	id := cvd.CaseID(r.PathValue("id"))
	var left []inviteInput
	var refused []error
	for _, row := range in.Vendors {
		err := s.Desk.InviteVendor(r.Context(), v.Actor, id, row.invitation())
		if err != nil && (fault.Of(err) == nil || len(in.Vendors) == 1 && fault.KindOf(err) == fault.NotFound) {
			return err
		}
		if err != nil {
			left, refused = append(left, row), append(refused, err)
		}
	}
	done := len(in.Vendors) - len(left)
	flash := look.Flash{Tone: "ok", Key: "web.invite.done.all", Args: map[string]any{"n": done}}
	if len(left) == 0 {
		if done == 0 {
			return s.cookies.Redirect(w, r, r.URL.Path, look.Flash{Tone: "wait", Key: "web.invite.flash.none"})
		}
		return s.cookies.Redirect(w, r, casePath(id)+"#vendors", flash)
	}
	return s.inviteAgain(w, r, v, left, refused, done)
}

// inviteAgain shows those that were refused.
func (s *Site) inviteAgain(w http.ResponseWriter, r *http.Request, v visitor, left []inviteInput, refused []error, done int) error {
	p, err := s.inviteOf(w, r, v, left)
	if err != nil {
		return err
	}
	p.Path = ""
	p.Flash = append(p.Flash, look.Flash{Tone: "bad", Key: "web.invite.flash.some", Args: map[string]any{"done": done, "left": len(left)}})
	for i := range p.Chosen {
		p.Chosen[i].Refused = s.refusal(p.Base, refused[i])
		if f := fault.Of(refused[i]); len(f.Problems) > 0 {
			p.Form.Problems = append(p.Form.Problems, fault.Problem{Field: p.Chosen[i].Field(f.Problems[0].Field), Key: f.Problems[0].Key, Args: f.Problems[0].Args})
		}
	}
	return s.pages.Write(w, http.StatusUnprocessableEntity, p)
}

// vendorPath is the page of one participant of a case.
func vendorPath(id cvd.CaseID, org party.OrgID) string {
	return casePath(id) + "/vendors/" + url.PathEscape(string(org))
}
