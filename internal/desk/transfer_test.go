package desk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nakodo/internal/cvd"
	"nakodo/internal/desk"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

// A centre with an open ring, a merged and a split organisation, a signed
// document, an application, a proposed change and a dismissal moves from each database to the other, whole and in order.
func TestTransfer_ACentreInTheMiddleOfItsWorkMovesWhole(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		clock := storetest.NewClock()
		cfg.Now = clock.Now
		o := newOffice(t, storetest.Open(t, cfg), clock)
		ctx := t.Context()
		id, acme := o.remedied()
		water := o.operator("Minato Water", "minato.test", clock.Now().AddDate(1, 0, 0))
		o.act(o.ann, id, cvd.ProposeRing{RingText: ringText})
		o.act(o.acme, id, cvd.ConsentRing{Who: acme, Yes: true, Round: 1})
		o.must(o.OpenRing(ctx, o.ann, id, []party.OrgID{water.Org}))
		o.act(water, id, cvd.AcceptDuties{Who: cvd.OrgParticipant(water.Org), Edition: cvd.DutiesEdition})

		old, two := o.vendor("Oldmaker", "oldmaker.test"), o.vendor("Two Works", "two.test")
		o.must(o.MergeOrganisations(ctx, o.ann, o.zeta.Org, old.Org, party.Former, "bought"))
		page, err := o.Organisation(ctx, o.ann, two.Org)
		o.must(err)
		page.Org.Names = append(page.Org.Names, party.Name{Text: "Second Works", Kind: party.Alias})
		_, err = o.SaveOrganisation(ctx, o.ann, page.Org)
		o.must(err)
		second, err := o.SplitOrganisation(ctx, o.ann, two.Org, "", party.Part{Names: []string{"Second Works"}}, "two companies")
		o.must(err)
		up, err := o.Keep(ctx, "signed.pdf", strings.NewReader("signed"))
		o.must(err)
		o.must(o.KeepAgreementDocument(ctx, o.ann, o.paperOf(o.acme).ID, []desk.Upload{up}))
		o.must(o.ApplyForRegistration(ctx, party.Individual, party.Applicant{Name: "Newcomer", Contact: "Nina", Mail: "nina@newcomer.test"}))
		own, err := o.OwnRecord(ctx, o.acme)
		o.must(err)
		own.Org.Domains = append(own.Org.Domains, "acme.example")
		o.must(o.ProposeRecord(ctx, o.acme, own.Org))
		o.must(o.DismissSuggestion(ctx, o.ann, id, two.Org, "another product of that name"))
		o.noFindings()

		var stream, again bytes.Buffer
		o.must(o.store.Export(ctx, &stream))
		to := store.Config{Dir: t.TempDir(), Now: clock.Now}
		if cfg.URL == "" && os.Getenv("NAKODO_TEST_PG") != "" {
			to.URL = storetest.Schema(t)
		}
		key, err := os.ReadFile(filepath.Join(cfg.Dir, "seal.key"))
		o.must(err)
		o.must(os.WriteFile(filepath.Join(to.Dir, "seal.key"), key, 0o600))
		moved := storetest.Open(t, to)
		o.must(moved.Import(ctx, bytes.NewReader(stream.Bytes())))
		o.must(moved.Export(ctx, &again))
		lines := func(b bytes.Buffer) []string {
			all := strings.Split(b.String(), "\n")
			slices.Sort(all)
			return all
		}
		if !slices.Equal(lines(stream), lines(again)) {
			t.Error("the centre that was moved exports something else")
		}
		config := o.Desk.Config
		config.Store = moved
		there := &office{Desk: desk.New(config), t: t, clock: clock, store: moved, ann: o.ann, bob: o.bob}
		there.noFindings()
		gone, err := there.Organisation(ctx, o.ann, old.Org)
		o.must(err)
		split, err := there.Organisation(ctx, o.ann, second)
		o.must(err)
		if gone.Org.MergedInto != o.zeta.Org || split.Org.Name() != "Second Works" {
			t.Errorf("merged into %q, split as %q", gone.Org.MergedInto, split.Org.Name())
		}
		if p, err := there.Case(ctx, water, id); err != nil || p.View.Me != cvd.OrgParticipant(water.Org) {
			t.Errorf("the operator reads %+v, %v", p.View, err)
		}
	})
}
