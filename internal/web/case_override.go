package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/httpd"
	"nakodo/internal/look"
	"nakodo/internal/party"
)

// CaseOverrides is where a second officer decides whether organisations read a
// case without an agreement: all that were asked for with one reason at once.
//
//	POST /desk/cases/{id}/overrides  of  n  granted  yes=yes|no
//
// of names one of the group, n how many it had when it was looked at.
type CaseOverrides struct {
	look.Base
	Head   CaseHead
	Groups []OverrideGroup // those that wait first
}

// OverrideGroup is the organisations for which one officer gave one reason.
type OverrideGroup struct {
	Who     party.PersonID
	By      string
	At      time.Time
	Reason  string
	Granted bool
	Grantor string
	When    time.Time // it was granted
	Own     bool      // asked by the reader
	IDs     []cvd.ParticipantID
	Names   []OverrideName // the first of them
}

// OverrideName is one organisation of a group.
type OverrideName struct {
	Org   party.OrgID
	Name  string
	Alone bool
}

// More counts those whose names are not shown.
func (g OverrideGroup) More() int { return len(g.IDs) - len(g.Names) }

// overrideNames bounds the names shown of one group.
const overrideNames = 50

func (s *Site) overridesPage(w http.ResponseWriter, r *http.Request, v visitor) error {
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, cvd.CaseID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := CaseOverrides{Base: s.base(w, r, v, "web.override"), Head: headOf(room, v), Groups: overrideGroups(room, v.Actor)}
	return s.pages.Write(w, http.StatusOK, p)
}

// overrideGroups puts together what is decided together.
func overrideGroups(room desk.CaseRoom, by party.Actor) []OverrideGroup {
	var groups []OverrideGroup
	for i := range room.View.Parties {
		p := &room.View.Parties[i]
		o := p.Override
		if o == nil || !p.Left.IsZero() {
			continue
		}
		at := slices.IndexFunc(groups, func(g OverrideGroup) bool {
			return g.Who == o.By && g.Reason == o.Reason && g.Granted == p.Overridden()
		})
		if at < 0 {
			at = len(groups)
			groups = append(groups, OverrideGroup{
				Who: o.By, By: nameIn(room.Team, o.By), At: o.At, Reason: o.Reason, Granted: p.Overridden(),
				Grantor: nameIn(room.Team, o.Grantor), When: o.Granted, Own: o.By == by.Person,
			})
		}
		g := &groups[at]
		g.IDs = append(g.IDs, p.ID)
		if len(g.Names) < overrideNames {
			g.Names = append(g.Names, OverrideName{p.Org, cmp.Or(room.Names[p.Org], string(p.Org)), p.Alone})
		}
	}
	slices.SortStableFunc(groups, func(a, b OverrideGroup) int {
		if a.Granted != b.Granted {
			return map[bool]int{false: -1, true: 1}[a.Granted]
		}
		return a.At.Compare(b.At)
	})
	return groups
}

// countOverrides counts the overrides of a case: those that wait, and those granted.
func countOverrides(v cvd.View) (waiting, granted int) {
	for i := range v.Parties {
		switch p := &v.Parties[i]; {
		case p.Override == nil || !p.Left.IsZero():
		case p.Overridden():
			granted++
		default:
			waiting++
		}
	}
	return waiting, granted
}

// decideOverride decides on one group, as it was when it was looked at.
func (s *Site) decideOverride(w http.ResponseWriter, r *http.Request, v visitor) error {
	values, err := httpd.ReadForm(r, httpd.Room{Text: roomText}, nil)
	if err != nil {
		return err
	}
	var in struct {
		Of      cvd.ParticipantID `form:"of,required,max=80"`
		N       int               `form:"n"`
		Granted bool              `form:"granted"`
		Yes     string            `form:"yes,required,one=yes|no"`
	}
	if err := httpd.Decode(values, &in, time.UTC); err != nil {
		return err // the fields are ours, not typed
	}
	id := cvd.CaseID(r.PathValue("id"))
	room, err := s.Desk.CaseRoom(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	at := casePath(id) + "/overrides"
	groups := overrideGroups(room, v.Actor)
	i := slices.IndexFunc(groups, func(g OverrideGroup) bool { return g.Granted == in.Granted && slices.Contains(g.IDs, in.Of) })
	if i < 0 || len(groups[i].IDs) != in.N {
		return s.cookies.Redirect(w, r, at, look.Flash{Tone: "wait", Key: "web.override.changed"})
	}
	if err := s.Desk.Act(r.Context(), v.Actor, id, room.View.Version, cvd.DecideOverride{Who: groups[i].IDs, Yes: in.Yes == "yes"}); err != nil {
		if k := fault.KindOf(err); k == fault.Stale {
			return s.cookies.Redirect(w, r, at, look.Flash{Tone: "wait", Key: "web.override.changed"})
		}
		return err
	}
	return s.cookies.Redirect(w, r, casePath(id)+"#vendors", look.Flash{Tone: "ok", Key: "web.override.done." + in.Yes, Args: map[string]any{"n": in.N}})
}
