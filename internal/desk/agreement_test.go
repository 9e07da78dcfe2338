package desk_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/format/registry"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

const oneDay = 24 * time.Hour

// lettersOf counts the letters of a kind to an address.
func (o *office) lettersOf(kind, to string) int {
	o.t.Helper()
	n := 0
	o.must(o.store.View(o.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Letters(o.t.Context(), 0, 1000)
		for _, l := range all {
			if l.Template == kind && l.To == to {
				n++
			}
		}
		return err
	}))
	return n
}

// paperOf is the agreement that an organisation signed last.
func (o *office) paperOf(v party.Actor) party.Agreement {
	o.t.Helper()
	page, err := o.Organisation(o.t.Context(), o.ann, v.Org)
	o.must(err)
	best, _ := party.Best(page.Agreements, party.ScopeReports, o.clock.Now())
	return best
}

func (o *office) openTo(v party.Actor, id cvd.CaseID) bool {
	o.t.Helper()
	p, err := o.Case(o.t.Context(), v, id)
	o.must(err)
	if p.View.Open != (p.View.Title.EN != "") || p.View.Open != (len(p.Reports) > 0) {
		o.t.Fatalf("half open: %+v", p.View)
	}
	return p.View.Open
}

// TestAgreement_LettersBeforeAndAtItsEnd: 60 and 14 days before and at the end, to
// the organisation and the officers; the same errand twice writes nothing twice.
func TestAgreement_LettersBeforeAndAtItsEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		id, _ := o.openCase()
		o.sign(id, o.acme)
		a := o.paperOf(o.acme)
		a.Until = clock.Now().Add(100 * oneDay)
		o.must(o.SaveAgreement(t.Context(), o.ann, a))
		at := 0
		for _, step := range []struct {
			day, expiring, ended int
			reads                bool
		}{{39, 0, 0, true}, {41, 1, 0, true}, {85, 1, 0, true}, {87, 2, 0, true}, {99, 2, 0, true}, {101, 2, 1, false}} {
			clock.Move(time.Duration(step.day-at) * oneDay)
			at = step.day
			o.due()
			if n := o.lettersOf("agreement_expiring", "psirt@acme.test"); n != step.expiring {
				t.Errorf("day %d: %d letters before the end, want %d", step.day, n, step.expiring)
			}
			if n := o.lettersOf("agreement_ended", "psirt@acme.test"); n != step.ended {
				t.Errorf("day %d: %d letters at the end, want %d", step.day, n, step.ended)
			}
			if n := o.lettersOf("agreement_ends", "ann@cc.example.test"); n != step.expiring+step.ended {
				t.Errorf("day %d: %d letters to an officer, want %d", step.day, n, step.expiring+step.ended)
			}
			if got := o.openTo(o.acme, id); got != step.reads {
				t.Errorf("day %d: the vendor reads: %v", step.day, got)
			}
		}
		again := o.Handlers(nil)[desk.JobAgreementLetter]
		for _, key := range []string{a.ID + "/60", a.ID + "/14", a.ID + "/0", "none/0", a.ID + "/x"} {
			o.must(again(t.Context(), journal.Job{Kind: desk.JobAgreementLetter, Key: key}))
		}
		if n := o.lettersOf("agreement_ended", "psirt@acme.test"); n != 1 {
			t.Errorf("the errand run again wrote again: %d", n)
		}
		if n := o.lettersOf("agreement_expiring", "psirt@zeta.test"); n != 0 {
			t.Errorf("%d letters to somebody else", n)
		}
		o.must(o.Fsck(t.Context(), func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

// TestAgreement_ARenewalDropsTheLettersAndMovesTheEnd, in the case too.
func TestAgreement_ARenewalDropsTheLettersAndMovesTheEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		o.sign(id, o.acme)
		a := o.paperOf(o.acme)
		a.Until = clock.Now().Add(30 * oneDay)
		o.must(o.SaveAgreement(ctx, o.ann, a))
		o.must(o.SaveAgreement(ctx, o.ann, party.Agreement{Org: o.acme.Org, Scope: party.ScopeReports, Edition: "2", Signed: clock.Now(), Until: clock.Now().Add(400 * oneDay)}))
		clock.Move(35 * oneDay)
		o.due()
		if !o.openTo(o.acme, id) || o.lettersOf("agreement_expiring", "psirt@acme.test")+o.lettersOf("agreement_ended", "psirt@acme.test") != 0 {
			t.Error("renewed, and it was closed or written to about the old one")
		}
		// Ended early, it closes at once, in the case that is open; a group's
		// agreement opens nothing; a new one opens it again.
		newest := o.paperOf(o.acme)
		o.refused(fault.Invalid, o.EndAgreement(ctx, o.ann, newest.ID, " "))
		o.must(o.EndAgreement(ctx, o.ann, newest.ID, "they were sold"))
		o.refused(fault.NotNow, o.EndAgreement(ctx, o.ann, newest.ID, "again"))
		if o.openTo(o.acme, id) || o.lettersOf("agreement_ended", "psirt@acme.test") != 1 {
			t.Error("ended early: it reads on, or was not told")
		}
		o.must(o.SaveAgreement(ctx, o.ann, party.Agreement{Org: o.acme.Org, Scope: party.ScopeGroup, Edition: "2", Signed: clock.Now()}))
		if o.openTo(o.acme, id) {
			t.Error("an agreement of another scope opens the content")
		}
		before := o.lettersOf("content_available", "psirt@acme.test")
		o.must(o.SaveAgreement(ctx, o.ann, party.Agreement{Org: o.acme.Org, Scope: party.ScopeReports, Edition: "3", Signed: clock.Now()}))
		if !o.openTo(o.acme, id) || o.lettersOf("content_available", "psirt@acme.test") != before+1 {
			t.Error("signed anew: it does not read, or was not told")
		}
		o.refused(fault.Invalid, o.SaveAgreement(ctx, o.ann, party.Agreement{Org: o.acme.Org, Scope: party.ScopeReports, Edition: "3", Signed: clock.Now().Add(oneDay)}))
		o.refused(fault.Invalid, o.SaveAgreement(ctx, o.ann, party.Agreement{Org: o.acme.Org, Scope: "everything", Edition: "3", Signed: clock.Now()}))
	})
}

// TestAgreement_TheDocumentIsForOfficersAndItsOwnParty.
func TestAgreement_TheDocumentIsForOfficersAndItsOwnParty(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		a := o.paperOf(o.acme)
		o.refused(fault.Invalid, o.KeepAgreementDocument(ctx, o.ann, a.ID, nil))
		up, err := o.Keep(ctx, "../signed.pdf", strings.NewReader("signed by both"))
		o.must(err)
		o.must(o.KeepAgreementDocument(ctx, o.ann, a.ID, []desk.Upload{up}))
		page, err := o.Agreement(ctx, o.ann, o.acme.Org, a.ID)
		o.must(err)
		if page.File == nil || page.File.SHA256 != page.Agreement.Document || len(page.Agreement.Document) != 64 {
			t.Fatalf("kept: %+v, %+v", page.File, page.Agreement)
		}
		for _, who := range []party.Actor{o.ann, o.acme} {
			_, body, err := o.OpenFile(ctx, who, page.File.ID)
			o.must(err)
			raw, err := io.ReadAll(body)
			o.must(err)
			body.Close()
			if string(raw) != "signed by both" {
				t.Errorf("%s reads %q", who.Role, raw)
			}
		}
		for _, who := range []party.Actor{o.zeta, party.Anyone(), party.FinderActor("NKR-1"), party.ClockActor(), {Role: party.Vendor, Org: o.acme.Org}} {
			_, _, err := o.OpenFile(ctx, who, page.File.ID)
			o.refused(fault.NotFound, err)
		}
		mine, err := o.MyAgreements(ctx, o.acme)
		if err != nil || len(mine) != 1 || mine[0].File == nil || len(mine[0].History) > 0 {
			t.Errorf("its own: %+v, %v", mine, err)
		}
		_, err = o.Agreement(ctx, o.ann, o.zeta.Org, a.ID)
		o.refused(fault.NotFound, err)
		// The form does not touch what has verbs of its own.
		again := page.Agreement
		again.File, again.Document, again.SignedBy = "", "", "Aki"
		o.must(o.SaveAgreement(ctx, o.ann, again))
		if kept := o.paperOf(o.acme); kept.File == "" || kept.SignedBy != "Aki" {
			t.Errorf("changed: %+v", kept)
		}
		o.must(o.Fsck(ctx, func(f store.Finding) { t.Errorf("fsck: %s: %s", f.Where, f.What) }, nil))
	})
}

// TestIndividual_TheTierReachesOpenCases both ways, and letters name nobody.
func TestIndividual_TheTierReachesOpenCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		o := newOffice(t, s, clock)
		ctx := t.Context()
		id, _ := o.openCase()
		o.must(o.InviteVendor(ctx, o.ann, id, desk.Invitation{Org: o.zeta.Org, How: "mail"}))
		o.sign(id, o.acme)
		o.sign(id, o.zeta)
		o.act(o.acme, id, cvd.ShowParty{Who: cvd.OrgParticipant(o.acme.Org), Shown: true})
		thread, err := o.StartThread(ctx, o.ann, id, "SECRET both", []string{"org:" + string(o.acme.Org), "org:" + string(o.zeta.Org)})
		o.must(err)
		sees := func() bool {
			p, err := o.Case(ctx, o.zeta, id)
			o.must(err)
			if knows := len(p.View.Parties) > 0; knows != (len(p.Talk) == 2) {
				t.Errorf("it knows of others: %v, of %d threads", knows, len(p.Talk))
			}
			return len(p.Talk) == 2
		}
		if !sees() {
			t.Fatal("before, it does not know of the other")
		}
		page, err := o.Organisation(ctx, o.ann, o.zeta.Org)
		o.must(err)
		page.Org.Tier = party.Individual
		res, err := o.ImportRegistry(ctx, o.ann, []registry.Record{{Line: 1, Org: page.Org}}, desk.RegistryImport{Tiers: true})
		if err != nil || len(res) != 1 || res[0].Refused != nil {
			t.Fatalf("the tier: %+v, %v", res, err)
		}
		if sees() {
			t.Error("of the individual tier, it knows of the other vendor")
		}
		o.refused(fault.NotFound, o.PostMessage(ctx, o.zeta, thread, "hello", nil))
		before := o.lettersOf("new_message", "psirt@zeta.test")
		o.must(o.PostMessage(ctx, o.acme, thread, "SECRET of acme", nil))
		if o.lettersOf("new_message", "psirt@zeta.test") != before {
			t.Error("it is told of a message in a thread with another vendor")
		}
		o.act(o.acme, id, cvd.ProposeEmbargo{Until: clock.Now().Add(80 * oneDay), Reason: "SECRET-WISH"})
		p, err := o.Case(ctx, o.zeta, id)
		o.must(err)
		if open := p.View.Embargo.Open; open == nil || open.By != "" || open.Reason != "" {
			t.Errorf("of a proposal it sees %+v", open)
		}
	})
}
