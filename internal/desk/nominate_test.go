package desk_test

import (
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
)

// A vendor nominates a colleague and a further vendor; it learns whether they
// were taken up, and nothing of who else takes part.
func TestNominate_ColleaguesAndFurtherVendors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, finder := o.openCase()
		colleague := talk.Nomination{Kind: talk.Colleague, Name: "Cleo", Mail: "cleo@acme.test"}
		vendor := talk.Nomination{Kind: talk.FurtherVendor, Name: "Zeta 電機", Reason: "they ship the same module"}
		o.refused(fault.NotFound, o.Nominate(ctx, o.zeta, id, colleague))
		o.refused(fault.NotFound, o.Nominate(ctx, finder, id, colleague))
		o.refused(fault.NotFound, o.Nominate(ctx, o.ann, id, colleague))
		o.refused(fault.NotNow, o.Nominate(ctx, o.acme, id, vendor)) // it has not signed
		o.must(o.Nominate(ctx, o.acme, id, colleague))
		o.sign(id, o.acme)
		o.refused(fault.Invalid, o.Nominate(ctx, o.acme, id, talk.Nomination{Kind: talk.FurtherVendor, Name: "Zeta"}))
		o.refused(fault.Invalid, o.Nominate(ctx, o.acme, id, talk.Nomination{Kind: talk.Colleague, Name: "Cleo"}))
		o.must(o.Nominate(ctx, o.acme, id, vendor))
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		o.sign(id, o.zeta)
		o.must(o.Nominate(ctx, o.acme, id, vendor)) // it takes part by now: the answer is the same

		p, err := o.Case(ctx, o.zeta, id)
		o.must(err)
		if len(p.Put) != 0 {
			t.Errorf("another vendor sees what Acme nominated: %+v", p.Put)
		}
		room, err := o.CaseRoom(ctx, o.ann, id)
		o.must(err)
		if len(room.Nominations) != 3 {
			t.Fatalf("the officer sees %+v", room.Nominations)
		}
		o.must(o.Act(ctx, o.acme, id, 0, cvd.AdmitMembers{Who: cvd.OrgParticipant(o.acme.Org), Members: []party.PersonID{o.acme.Person}}))
		for _, n := range room.Nominations {
			if n.Kind == talk.Colleague && !n.Domain || n.Org != "Acme Controls" {
				t.Errorf("nomination %+v", n)
			}
			_, err := o.DecideNomination(ctx, o.acme, id, n.ID, true)
			o.refused(fault.NotFound, err)
			_, err = o.DecideNomination(ctx, o.ann, id, n.ID, n.Kind == talk.Colleague)
			o.must(err)
			_, err = o.DecideNomination(ctx, o.bob, id, n.ID, true)
			o.refused(fault.NotNow, err)
		}
		// The colleague reads, and the others of the organisation were told.
		colleagues, err := o.Colleagues(ctx, o.ann, id, o.acme.Org)
		o.must(err)
		if len(colleagues) != 2 || !colleagues[0].In || !colleagues[1].In {
			t.Fatalf("members: %+v", colleagues)
		}
		for _, c := range colleagues {
			if c.ID == o.acme.Person {
				continue
			}
			p, err := o.Case(ctx, party.VendorActor(o.acme.Org, c.ID), id)
			o.must(err)
			if !p.View.Open {
				t.Error("an admitted colleague does not read the case")
			}
		}
		told := map[string]bool{}
		o.must(s.View(ctx, func(tx *store.Tx) error {
			letters, err := tx.Letters(ctx, 0, 100)
			for _, l := range letters {
				if l.Template == "colleague_admitted" {
					told[l.To] = true
				}
				if strings.Contains(l.To, "zeta") && strings.Contains(string(l.Args), "Cleo") {
					t.Error("another vendor's letter names the colleague")
				}
			}
			return err
		}))
		if len(told) != 2 || !told["cleo@acme.test"] || !told["psirt@acme.test"] {
			t.Errorf("told: %v", told)
		}
		p, err = o.Case(ctx, o.acme, id)
		o.must(err)
		states := map[talk.NominationState]int{}
		for _, n := range p.Put {
			states[n.State]++
		}
		if states[talk.NominationTaken] != 1 || states[talk.NominationRefused] != 2 {
			t.Errorf("the proposer sees %+v", p.Put)
		}
		if len(p.View.Parties) != 0 {
			t.Errorf("the proposer learns who takes part: %+v", p.View.Parties)
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}
