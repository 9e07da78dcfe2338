package store_test

import (
	"context"
	"testing"
	"time"

	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

// Rows from before the columns get them as Set would have written them, to the
// microsecond.
func TestMigration10ReadsColumnsOutOfBodies(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		at := time.Date(2025, 2, 28, 23, 59, 59, 0, time.UTC)
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i, o := range []party.Organisation{{ID: "a", Names: []party.Name{{Text: "A"}}}, {ID: "b", Names: []party.Name{{Text: "B \"x\""}}, Parent: "a", Listed: true}} {
				if err := tx.SetOrganisation(ctx, &o); err != nil {
					return err
				}
				for j, fraction := range []time.Duration{0, time.Microsecond, 120 * time.Millisecond, 999999 * time.Microsecond} {
					c := party.Contact{ID: party.PersonID(string(o.ID) + string(rune('0'+j))), Org: o.ID, Mail: "x@a.test", Verified: at.Add(fraction)}
					if i == 1 {
						c.Bounced = at.Add(fraction + time.Hour)
					}
					if err := tx.SetContact(ctx, &c); err != nil {
						return err
					}
				}
			}
			none := party.Contact{ID: "none", Org: "a", Phone: "1"}
			return tx.SetContact(ctx, &none)
		})
		before := findings(t, s)
		for _, statement := range []string{`UPDATE contact SET verified = 0, bounced = 0`, `UPDATE organisation SET parent = ''`} {
			if err := s.Tamper(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		if broken := findings(t, s); len(broken) == len(before) {
			t.Fatal("nothing was taken away")
		}
		if err := store.Refill(t.Context(), s, "0010_registry"); err != nil {
			t.Fatal(err)
		}
		if after := findings(t, s); len(after) != len(before) {
			t.Errorf("after the migration fsck finds %v", after)
		}
	})
}

func findings(t *testing.T, s *store.Store) []string {
	t.Helper()
	var all []string
	err := s.Fsck(t.Context(), store.Check{Report: func(f store.Finding) { all = append(all, f.Where+": "+f.What) }})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
