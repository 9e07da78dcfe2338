package store_test

import (
	"context"
	"errors"
	"testing"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
)

func TestTallyCountsWhatIsOpen(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(
				tx.SetReport(ctx, cvd.Report{ID: "1", Version: 1}), tx.SetReport(ctx, cvd.Report{ID: "2", Version: 1}),
				tx.SetReport(ctx, cvd.Report{ID: "3", Version: 1, Closed: tx.Now()}),
				tx.SetCase(ctx, cvd.Case{ID: "1", Version: 1}), tx.SetCase(ctx, cvd.Case{ID: "2", Version: 1, Closed: tx.Now()}),
				tx.SetAdvisory(ctx, advisory.Advisory{ID: "1", Version: 1, State: advisory.Published}),
				tx.SetAdvisory(ctx, advisory.Advisory{ID: "2", Version: 1, State: advisory.UpdateDrafting}),
				tx.SetOrganisation(ctx, &party.Organisation{ID: "o1"}),
			)
		})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (store.Tally, error) { return tx.Tally(ctx) }),
			store.Tally{Reports: 2, Cases: 1, Advisories: 1, Organisations: 1})
	})
}

func TestLatestEventsComeInPages(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.Record(ctx, journal.Outcome{Events: []journal.Event{
				event(t, clock.Now(), "c1", "a", nil), event(t, clock.Now(), "c2", "x", nil), event(t, clock.Now(), "c1", "b", nil), event(t, clock.Now(), "c1", "c", nil),
			}})
		})
		verbs := func(skip, limit int) string {
			all := ""
			for _, e := range view(t, s, func(ctx context.Context, tx *store.Tx) ([]journal.Event, error) {
				return tx.LatestEvents(ctx, caseRef("c1"), skip, limit)
			}) {
				all += e.Verb
			}
			return all
		}
		same(t, []string{verbs(0, 2), verbs(2, 2), verbs(3, 2)}, []string{"cb", "a", ""})
		count := func(id string) int {
			return view(t, s, func(ctx context.Context, tx *store.Tx) (int, error) { return tx.CountEvents(ctx, caseRef(id)) })
		}
		same(t, []int{count("c1"), count("c2"), count("none")}, []int{3, 1, 0})
	})
}

func TestHeadsOfACase(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		one, other := party.Organisation{ID: "o1", Names: []party.Name{{Text: "横河電機"}}}, party.Organisation{ID: "o2", Names: []party.Name{{Text: "Other"}}}
		signed, not := party.Agreement{ID: "a1", Org: "o1", Edition: "2"}, party.Agreement{ID: "a2", Org: "o2"}
		first, last := talk.Message{ID: "m1", Thread: "t1", Text: "first"}, talk.Message{ID: "m2", Thread: "t1", Text: "last"}
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(
				tx.SetOrganisation(ctx, &one), tx.SetOrganisation(ctx, &other), tx.SetAgreement(ctx, &signed), tx.SetAgreement(ctx, &not),
				tx.SetCase(ctx, cvd.Case{ID: "c1", Version: 1, Parties: []cvd.Participant{{ID: "centre"}, {ID: "org:o1"}, {ID: "finder:o2"}}}),
				tx.SetCase(ctx, cvd.Case{ID: "c2", Version: 1, Parties: []cvd.Participant{{ID: "org:o2"}}}),
				tx.SetThread(ctx, &talk.Thread{ID: "t1", Case: "c1"}), tx.SetThread(ctx, &talk.Thread{ID: "t2", Case: "c1"}), tx.SetThread(ctx, &talk.Thread{ID: "t3", Case: "c2"}),
				tx.AddMessage(ctx, &first), tx.AddMessage(ctx, &last), tx.AddMessage(ctx, &talk.Message{ID: "m3", Thread: "t3"}),
			)
		})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (map[party.OrgID]string, error) {
			return tx.NamesInCase(ctx, "c1")
		}),
			map[party.OrgID]string{"o1": "横河電機"})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Agreement, error) {
			return tx.AgreementsInCase(ctx, "c1")
		}),
			[]party.Agreement{signed})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]talk.Message, error) { return tx.LastMessages(ctx, "c1") }),
			[]talk.Message{last})
	})
}
