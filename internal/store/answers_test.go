package store_test

import (
	"context"
	"testing"

	"nakodo/internal/fault"
	"nakodo/internal/party"
	"nakodo/internal/shelf"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
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

func TestAdvisoriesOfOthersAreCountedByVendor(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, e := range []shelf.Entry{
				{ID: "A-1", Source: "CISA", Path: "/a", Vendors: []string{"Acme Co., Ltd.", "ACME"}},
				{ID: "A-2", Source: "CISA", Path: "/b", Vendors: []string{"Acme", "Zeta"}},
				{ID: "NKD#1", Source: shelf.Own, Path: "/c", Vendors: []string{"Acme"}},
			} {
				if err := tx.SetEntry(ctx, e, ""); err != nil {
					return err
				}
			}
			return nil
		})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (map[string]int, error) { return tx.CountCollectedByVendor(ctx) }),
			map[string]int{"acme": 2, "zeta": 1})
	})
}
