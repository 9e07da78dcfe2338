package store_test

import (
	"context"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
	"nakodo/internal/talk"
)

// What a case's page asks for in one go is what one asks for one by one, and
// who takes part is written where it changes.
func TestCaseInOneGo(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		about := journal.Ref{Kind: journal.AboutCase, ID: "12345678"}
		c := cvd.Case{ID: "12345678", Version: 1, Opened: clock.Now(), Reports: []cvd.ReportID{"r"}, Parties: []cvd.Participant{{ID: cvd.Centre}, {ID: "org:a"}, {ID: "org:b"}}}
		agreement := party.Agreement{ID: "x", Org: "b", Scope: party.ScopeReports, Edition: "1", Signed: clock.Now()}
		last := talk.Message{ID: "m2", Thread: "t", At: clock.Now(), By: party.OfficerActor("o"), Text: "two"}
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, o := range []party.Organisation{
				{ID: "a", Kinds: []party.OrgKind{party.KindVendor}, Names: []party.Name{{Text: "Acme"}, {Text: "アクメ"}}, Products: []party.Product{{ID: "p", Name: "P"}}},
				{ID: "b"}, {ID: "c", Names: []party.Name{{Text: "in no case"}}},
			} {
				if err := tx.SetOrganisation(ctx, &o); err != nil {
					return err
				}
			}
			if err := tx.SetAgreement(ctx, &agreement); err != nil {
				return err
			}
			if err := tx.SetCase(ctx, c); err != nil {
				return err
			}
			if err := tx.SetReport(ctx, cvd.Report{ID: "r", Version: 1}); err != nil {
				return err
			}
			if err := tx.SetAdvisory(ctx, advisory.Advisory{ID: "12345678", Case: "12345678", Version: 1, State: advisory.Review}); err != nil {
				return err
			}
			thread := talk.Thread{ID: "t", Case: "12345678", Readers: []string{"centre"}, Latest: clock.Now()}
			if err := tx.SetThread(ctx, &thread); err != nil {
				return err
			}
			if err := tx.AddMessage(ctx, &talk.Message{ID: "m1", Thread: "t", At: clock.Now(), Text: "one"}); err != nil {
				return err
			}
			if err := tx.AddMessage(ctx, &last); err != nil {
				return err
			}
			var out journal.Outcome
			for _, verb := range []string{"first", "second", "third"} {
				out.Events = append(out.Events, journal.Event{About: about, At: clock.Now(), Verb: verb})
			}
			return tx.Record(ctx, out)
		})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (map[party.OrgID]string, error) {
			return tx.NamesInCase(ctx, c.ID)
		}), map[party.OrgID]string{"a": "Acme", "b": "b"})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]party.Agreement, error) {
			return tx.AgreementsInCase(ctx, c.ID)
		}), []party.Agreement{agreement})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]talk.Message, error) { return tx.LastMessages(ctx, c.ID) }), []talk.Message{last})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (store.Tally, error) { return tx.Tally(ctx) }), store.Tally{Reports: 1, Cases: 1, Advisories: 1, Organisations: 3})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (int, error) { return tx.CountEvents(ctx, about) }), 3)
		events := view(t, s, func(ctx context.Context, tx *store.Tx) ([]journal.Event, error) {
			return tx.LatestEvents(ctx, about, 1, 1)
		})
		if len(events) != 1 || events[0].Verb != "second" {
			t.Errorf("the entry after the newest: %+v", events)
		}

		// one comes, one goes, one stays
		c.Version, c.Parties, c.Closed = 2, []cvd.Participant{{ID: cvd.Centre}, {ID: "org:b"}, {ID: "org:c"}}, clock.Now().Add(time.Hour)
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Case(ctx, c.ID); err != nil {
				return err
			}
			return tx.SetCase(ctx, c)
		})
		for who, want := range map[cvd.ParticipantID]int{"centre": 1, "org:a": 0, "org:b": 1, "org:c": 1} {
			if got := view(t, s, func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error) { return tx.CasesWith(ctx, who) }); len(got) != want {
				t.Errorf("%s takes part in %d cases, want %d", who, len(got), want)
			}
		}
	})
}
