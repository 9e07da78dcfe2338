package store_test

import (
	"context"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/words"
)

func TestAnswersComeBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		get := func(ctx context.Context, tx *store.Tx) (party.Questionnaire, error) { return tx.Answers(ctx, "o1") }
		same(t, view(t, s, get), party.Questionnaire{Org: "o1"})
		q := filled[party.Questionnaire](t)
		q.Org, q.Version = "o1", 0
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetAnswers(ctx, &q) })
		same(t, view(t, s, get), q)
		stale := q
		stale.Version = 0
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetAnswers(t.Context(), &stale) }), fault.Stale)
		all := view(t, s, func(ctx context.Context, tx *store.Tx) (map[party.OrgID]party.Questionnaire, error) {
			return tx.AllAnswers(ctx)
		})
		same(t, all, map[party.OrgID]party.Questionnaire{"o1": q})
	})
}

func TestDismissalsComeBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		get := func(ctx context.Context, tx *store.Tx) (party.Dismissals, error) { return tx.Dismissals(ctx, "o1") }
		same(t, view(t, s, get), party.Dismissals{Org: "o1"})
		d := filled[party.Dismissals](t)
		d.Org, d.Version = "o1", 0
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetDismissals(ctx, &d) })
		same(t, view(t, s, get), d)
		stale := d
		stale.Version = 0
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetDismissals(t.Context(), &stale) }), fault.Stale)
		all := view(t, s, func(ctx context.Context, tx *store.Tx) (map[party.OrgID]party.Dismissals, error) {
			return tx.AllDismissals(ctx)
		})
		same(t, all, map[party.OrgID]party.Dismissals{"o1": d})
	})
}

// One that was merged into another is found by nobody who looks for a name or a
// domain, and by its id still.
func TestAMergedOrganisationIsNotFoundByName(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		o := party.Organisation{ID: "o1", Names: []party.Name{{Text: "Acme", Kind: party.Official}}, Domains: []string{"acme.example"}}
		count := func() int {
			return len(view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Organisation, error) {
				return tx.OrganisationsCalled(ctx, "ACME")
			})) +
				len(view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Organisation, error) {
					return tx.OrganisationsAt(ctx, "psirt.acme.example")
				}))
		}
		for _, into := range []party.OrgID{"", "o2", ""} {
			o.MergedInto = into
			do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetOrganisation(ctx, &o) })
			same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (party.Organisation, error) { return tx.Organisation(ctx, "o1") }), o)
			if want := map[bool]int{true: 2, false: 0}[into == ""]; count() != want {
				t.Errorf("merged into %q: found %d times, want %d", into, count(), want)
			}
		}
	})
}

func TestAdvisoriesAreKnownByVendor(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		one := store.Appearance{ID: "A-1", Title: "Pump ", First: day}
		two := store.Appearance{ID: "A-2", Title: "Valve 弁", First: day.AddDate(0, 0, 1)}
		own := store.Appearance{ID: "NKD#1", Own: true, Title: "Gate", First: day.AddDate(0, 0, 2)}
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, e := range []shelf.Entry{
				{ID: "NKD#1", Source: shelf.Own, Path: "/c", Vendors: []string{"Acme"}, Title: words.Text{EN: "Gate", JA: "Gate"}, First: own.First},
				{ID: "A-2", Source: "CISA", Path: "/b", Vendors: []string{"Acme", "Zeta"}, Title: words.Text{EN: "Valve", JA: "弁"}, First: two.First},
				{ID: "A-1", Source: "CISA", Path: "/a", Vendors: []string{"Acme Co., Ltd.", "ACME"}, Title: words.Text{EN: "Pump"}, First: one.First},
				{ID: "A-3", Source: "CISA", Path: "/d", Vendors: []string{"Acme"}, Gone: true},
			} {
				if err := tx.SetEntry(ctx, e, ""); err != nil {
					return err
				}
			}
			return nil
		})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (map[string][]store.Appearance, error) {
			return tx.Appearances(ctx)
		}),
			map[string][]store.Appearance{"acme": {one, two, own}, "zeta": {two}})
	})
}
