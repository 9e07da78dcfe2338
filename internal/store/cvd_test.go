package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"nakodo/internal/advisory"
	"nakodo/internal/cvd"
	"nakodo/internal/fault"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

func TestReportComesBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := filled[cvd.Report](t)
		r.ID, r.Version, r.Closed = "NKR-1", 1, time.Time{}
		set := func(r cvd.Report) error {
			return s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetReport(t.Context(), r) })
		}
		if err := set(r); err != nil {
			t.Fatal(err)
		}
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (cvd.Report, error) { return tx.Report(ctx, "NKR-1") }), r)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]cvd.Report, error) { return tx.OpenReports(ctx) }), []cvd.Report{r})
		wantKind(t, set(r), fault.Stale) // a second "new" report of the same number
		r.Version, r.Closed = 2, clock.Now()
		if err := set(r); err != nil {
			t.Fatal(err)
		}
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]cvd.Report, error) { return tx.OpenReports(ctx) }), []cvd.Report{})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]cvd.Report, error) { return tx.ClosedReports(ctx, 0, 10) }), []cvd.Report{r})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]cvd.Report, error) { return tx.ClosedReports(ctx, 1, 10) }), []cvd.Report{})
	})
}

func TestSeveralVerbsInOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SetReport(ctx, cvd.Report{ID: "r", Version: 1})
		})
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			r, err := tx.Report(ctx, "r")
			if err != nil {
				return err
			}
			r.Version += 3 // three verbs
			if err := tx.SetReport(ctx, r); err != nil {
				return err
			}
			r.Version++ // and one more
			return tx.SetReport(ctx, r)
		})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (cvd.Report, error) { return tx.Report(ctx, "r") }).Version, int64(5))
		err := s.Do(t.Context(), func(tx *store.Tx) error {
			r, err := tx.Report(t.Context(), "r")
			if err != nil {
				return err
			}
			return tx.SetReport(t.Context(), r) // no verb raised it
		})
		if err == nil || fault.Of(err) != nil {
			t.Errorf("got %v, want an internal error: a record that did not change must not be stored", err)
		}
	})
}

// Sixteen writers read the same case and change it: no change is lost, whether
// the loser waits or is told that it is stale.
func TestNoChangeIsLost(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetCase(ctx, cvd.Case{ID: "c", Version: 1}) })
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := int64(0)
		for range 16 {
			wg.Go(func() {
				err := s.Do(t.Context(), func(tx *store.Tx) error {
					c, err := tx.Case(t.Context(), "c")
					if err != nil {
						return err
					}
					c.Version++
					c.Reports = append(c.Reports, cvd.ReportID(time.Duration(c.Version).String()))
					return tx.SetCase(t.Context(), c)
				})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if fault.KindOf(err) != fault.Stale {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		c := view(t, s, func(ctx context.Context, tx *store.Tx) (cvd.Case, error) { return tx.Case(ctx, "c") })
		same(t, c.Version, 1+won)
		same(t, int64(len(c.Reports)), won)
		same(t, won, 16)
	})
}

func TestStaleChangeOfACaseIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetCase(ctx, cvd.Case{ID: "c", Version: 1}) })
		old := view(t, s, func(ctx context.Context, tx *store.Tx) (cvd.Case, error) { return tx.Case(ctx, "c") })
		old.Version++
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetCase(ctx, old) })
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetCase(t.Context(), old) }), fault.Stale)
	})
}

func TestCaseComesBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		c := filled[cvd.Case](t)
		c.ID, c.Version, c.Closed = "64806328", 1, time.Time{}
		c.Reports = []cvd.ReportID{"NKR-1", "NKR-2"}
		c.Parties[0].ID, c.Parties[1].ID = "org:o1", "finder:NKR-1"
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetCase(ctx, c) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (cvd.Case, error) { return tx.Case(ctx, c.ID) }), c)
		for name, f := range map[string]func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error){
			"open":   func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error) { return tx.OpenCases(ctx) },
			"with":   func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error) { return tx.CasesWith(ctx, "org:o1") },
			"report": func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error) { return tx.CasesOf(ctx, "NKR-2") },
		} {
			t.Run(name, func(t *testing.T) { same(t, view(t, s, f), []cvd.Case{c}) })
		}
		c.Version, c.Closed, c.Parties, c.Reports = 2, c.Opened, c.Parties[1:], c.Reports[:1]
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetCase(ctx, c) })
		for name, f := range map[string]func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error){
			"open":   func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error) { return tx.OpenCases(ctx) },
			"with":   func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error) { return tx.CasesWith(ctx, "org:o1") },
			"report": func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error) { return tx.CasesOf(ctx, "NKR-2") },
		} {
			t.Run("no longer "+name, func(t *testing.T) { same(t, view(t, s, f), []cvd.Case{}) })
		}
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]cvd.Case, error) { return tx.ClosedCases(ctx, 0, 10) }), []cvd.Case{c})
		taken := func(id cvd.CaseID) bool {
			return view(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) { return tx.CaseIDTaken(ctx, id) })
		}
		same(t, taken("64806328"), true)
		same(t, taken("11111111"), false)
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SetAdvisory(ctx, advisory.Advisory{ID: "11111111", Version: 1})
		})
		same(t, taken("11111111"), true)
	})
}

func TestIdentityIsSealedAndForgotten(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		s := storetest.Open(t, cfg)
		i := filled[cvd.Identity](t)
		i.Report, i.Version, i.Name = "NKR-1", 0, "Yamada Tarou of Nowhere"
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetIdentity(ctx, &i) })
		get := func(ctx context.Context, tx *store.Tx) (cvd.Identity, error) { return tx.Identity(ctx, "NKR-1") }
		same(t, view(t, s, get), i)
		i.CreditAs = "Y."
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetIdentity(ctx, &i) })
		same(t, view(t, s, get), i)
		old := i
		old.Version = 1
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.SetIdentity(t.Context(), &old) }), fault.Stale)
		files, err := filepath.Glob(filepath.Join(cfg.Dir, "nakodo.db*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(raw, []byte("Yamada Tarou")) {
				t.Errorf("%s holds the finder's name in clear", name)
			}
		}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.ForgetIdentity(ctx, "NKR-1") })
		_, err = find(t, s, get)
		wantKind(t, err, fault.NotFound)
	})
}

func TestAdvisoryAndRevisionsComeBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		a := filled[advisory.Advisory](t)
		a.ID, a.Version, a.Case, a.State = "64806328", 1, "64806328", advisory.Drafting
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetAdvisory(ctx, a) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (advisory.Advisory, error) { return tx.Advisory(ctx, a.ID) }), a)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]advisory.Advisory, error) {
			return tx.AdvisoriesOf(ctx, a.Case)
		}),
			[]advisory.Advisory{a})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]advisory.Advisory, error) {
			return tx.AdvisoriesIn(ctx, advisory.Drafting, 5)
		}), []advisory.Advisory{a})
		a.Version, a.State = 2, advisory.Review
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetAdvisory(ctx, a) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]advisory.Advisory, error) {
			return tx.AdvisoriesIn(ctx, advisory.Drafting, 5)
		}), []advisory.Advisory{})

		one := filled[advisory.Revision](t)
		one.ID, one.Number = a.ID, 1
		two := one
		two.Number = 2
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AddRevision(ctx, one) })
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AddRevision(ctx, two) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (advisory.Revision, error) { return tx.Revision(ctx, a.ID, 1) }), one)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]advisory.Revision, error) { return tx.Revisions(ctx, a.ID) }),
			[]advisory.Revision{one, two})
		later := filled[advisory.Revision](t)
		later.ID, later.Number, later.At = "11111111", 1, one.At.Add(time.Second)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AddRevision(ctx, later) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]advisory.Revision, error) {
			return tx.NewestRevisions(ctx, 2)
		}),
			[]advisory.Revision{later, two})
		if err := s.Do(t.Context(), func(tx *store.Tx) error { return tx.AddRevision(t.Context(), one) }); err == nil {
			t.Error("a frozen revision was replaced")
		}
	})
}
