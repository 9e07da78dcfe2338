package desk_test

import (
	"strings"
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/product"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

// look opens a case as its page does, and gives what was new.
func (o *office) look(who party.Actor, id cvd.CaseID) desk.News {
	o.t.Helper()
	var n desk.News
	if who.Role == party.Officer {
		room, err := o.CaseRoom(o.t.Context(), who, id)
		o.must(err)
		n = room.News
	} else {
		p, err := o.Case(o.t.Context(), who, id)
		o.must(err)
		n = p.News
	}
	o.must(o.Visited(o.t.Context(), who, id, n))
	return n
}

// listed is what the reader's list of cases says is new.
func (o *office) listed(who party.Actor, id cvd.CaseID) desk.News {
	o.t.Helper()
	rows, err := o.Cases(o.t.Context(), who)
	o.must(err)
	for _, row := range rows {
		if row.View.ID == id {
			return row.News
		}
	}
	o.t.Fatalf("%s does not have the case", who.Role)
	return desk.News{}
}

func said(n desk.News) string {
	var parts []string
	for _, p := range n.Parts() {
		parts = append(parts, p.What+strings.Repeat("+", p.N-1))
	}
	return strings.Join(parts, " ")
}

// What is new is new to one person, and tells nothing of what the person may not
// see: not that somebody hidden wrote, stated, or joined.
func TestNews_OnlyWhatTheReaderMaySee(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		o.sign(id, o.acme)
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		colleague, err := o.SaveContact(ctx, o.ann, party.Contact{Org: o.acme.Org, Name: "Cleo", Mail: "cleo@acme.test", Lang: "en", Duty: party.Backup})
		o.must(err)
		cleo := party.VendorActor(o.acme.Org, colleague)
		check := func(when string, who party.Actor, want string) {
			t.Helper()
			if got := said(o.listed(who, id)); got != want {
				t.Errorf("%s: the list of %s says %q is new, want %q", when, who.Person, got, want)
			}
			if got := said(o.look(who, id)); got != want {
				t.Errorf("%s: the page of %s says %q is new, want %q", when, who.Person, got, want)
			}
		}
		if n := o.listed(o.acme, id); !n.Never() || n.Any() {
			t.Errorf("before the first look: %+v", n)
		}
		o.look(o.acme, id)
		o.look(o.ann, id)
		clock.Move(time.Hour)

		// Zeta does all it can, unseen.
		o.sign(id, o.zeta)
		zeta := cvd.OrgParticipant(o.zeta.Org)
		o.must(o.Act(ctx, o.zeta, id, 0, cvd.StateStatus{Who: zeta, Vuln: "v1", Status: product.Affected}))
		p, err := o.Case(ctx, o.zeta, id)
		o.must(err)
		o.must(o.PostMessage(ctx, o.zeta, p.Talk[0].ID, "we are affected", nil))
		check("hidden", o.acme, "")
		clock.Move(time.Hour)
		check("hidden, later", o.acme, "")
		check("hidden", o.ann, "messages statuses answers")
		check("somebody who never looked", o.bob, "")

		// What is shown to Acme is new to each of its people by themselves.
		o.look(cleo, id)
		clock.Move(time.Hour)
		o.must(o.Act(ctx, o.zeta, id, 0, cvd.ShowParty{Who: zeta, Shown: true}))
		o.must(o.Act(ctx, o.zeta, id, 0, cvd.StateStatus{Who: zeta, Vuln: "v1", Status: product.NotAffected, Shared: true}))
		p, err = o.Case(ctx, o.acme, id)
		o.must(err)
		file, err := o.Keep(ctx, "log.txt", strings.NewReader("x"))
		o.must(err)
		o.must(o.PostMessage(ctx, o.ann, p.Talk[0].ID, "please look", []desk.Upload{file}))
		o.must(o.PostMessage(ctx, o.acme, p.Talk[0].ID, "we do", nil))
		check("shown", o.acme, "messages files statuses")
		if n := o.listed(cleo, id); n.Messages != 2 {
			t.Errorf("a colleague's message is not new: %+v", n)
		}
		clock.Move(20 * time.Minute) // in the same visit the marks stay, in the list they are gone
		if page, list := said(o.look(o.acme, id)), said(o.listed(o.acme, id)); page != "messages files statuses" || list != "" {
			t.Errorf("later in the visit: page %q, list %q", page, list)
		}
		clock.Move(time.Hour)
		o.must(o.Act(ctx, o.ann, id, 0, cvd.PlanPublication{At: clock.Now().AddDate(0, 1, 0), Reason: "holiday"}))
		check("a new date", o.acme, "terms")
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}
