package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

func queue(t testing.TB, s *store.Store, jobs ...journal.Job) {
	t.Helper()
	do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Record(ctx, journal.Outcome{Jobs: jobs}) })
}

func claim(t testing.TB, s *store.Store, limit int) []store.Job {
	t.Helper()
	jobs, err := s.Claim(t.Context(), limit, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

func jobsIn(t testing.TB, s *store.Store, state store.JobState) []store.Job {
	t.Helper()
	return view(t, s, func(ctx context.Context, tx *store.Tx) ([]store.Job, error) { return tx.Jobs(ctx, state, 100) })
}

func TestJobWaitsForItsTimeAndIsStoredOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		early := journal.Job{Kind: "end_embargo", Key: "c1", At: clock.Now().Add(time.Hour), About: caseRef("c1")}
		late := early
		late.At = clock.Now().Add(2 * time.Hour)
		queue(t, s, early)
		queue(t, s, late)
		clock.Move(time.Hour)
		same(t, len(claim(t, s, 10)), 0)
		clock.Move(time.Hour)
		got := claim(t, s, 10)
		same(t, len(got), 1)
		same(t, got[0].Job, late)
		same(t, got[0].Attempt, 1)
		same(t, got[0].Lease, clock.Now().Add(time.Minute))
		same(t, len(claim(t, s, 10)), 0)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.FinishJob(ctx, got[0]) })
		clock.Move(time.Hour)
		same(t, len(claim(t, s, 10)), 0)
	})
}

func TestJobsRunInOrder(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		queue(t, s, journal.Job{Kind: "b", Key: "1", At: clock.Now()}, journal.Job{Kind: "a", Key: "1", At: clock.Now()},
			journal.Job{Kind: "c", Key: "1", At: clock.Now().Add(-time.Second)})
		var kinds []string
		for _, j := range claim(t, s, 10) {
			kinds = append(kinds, j.Job.Kind)
		}
		same(t, kinds, []string{"c", "b", "a"})
	})
}

func TestDropTakesBackWaitingJobs(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		queue(t, s, journal.Job{Kind: "remind", Key: "1", At: clock.Now()}, journal.Job{Kind: "remind", Key: "2", At: clock.Now()})
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.Record(ctx, journal.Outcome{Drop: []journal.JobRef{{Kind: "remind", Key: "1"}}})
		})
		got := claim(t, s, 10)
		same(t, len(got), 1)
		same(t, got[0].Job.Key, "2")
	})
}

func TestWorkerThatLostItsLeaseCannotReport(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		queue(t, s, journal.Job{Kind: "send", Key: "1", At: clock.Now()})
		lost := claim(t, s, 1)[0]
		clock.Move(time.Minute)
		again := claim(t, s, 1)
		same(t, len(again), 1)
		same(t, again[0].Attempt, 2)
		for name, report := range map[string]func(ctx context.Context, tx *store.Tx) error{
			"finish": func(ctx context.Context, tx *store.Tx) error { return tx.FinishJob(ctx, lost) },
			"retry":  func(ctx context.Context, tx *store.Tx) error { return tx.RetryJob(ctx, lost, clock.Now(), "x") },
			"bury":   func(ctx context.Context, tx *store.Tx) error { return tx.BuryJob(ctx, lost, "x") },
		} {
			err := s.Do(t.Context(), func(tx *store.Tx) error { return report(t.Context(), tx) })
			if fault.KindOf(err) != fault.Stale {
				t.Errorf("%s: got %v, want Stale", name, err)
			}
		}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.FinishJob(ctx, again[0]) })
	})
}

func TestRetryBuryReviveForget(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		queue(t, s, journal.Job{Kind: "send", Key: "1", At: clock.Now(), Data: []byte(`"x"`)})
		j := claim(t, s, 1)[0]
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.RetryJob(ctx, j, clock.Now().Add(time.Minute), "no \x00 route")
		})
		same(t, len(claim(t, s, 1)), 0)
		clock.Move(time.Minute)
		j = claim(t, s, 1)[0]
		same(t, j.Attempt, 2)
		same(t, j.Problem, "no \uFFFD route")
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.BuryJob(ctx, j, "given up") })
		dead := jobsIn(t, s, store.JobDead)
		same(t, len(dead), 1)
		same(t, dead[0].Problem, "given up")
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.ReviveJob(ctx, j.ID) })
		j = claim(t, s, 1)[0]
		same(t, j.Attempt, 1)
		same(t, string(j.Job.Data), `"x"`)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.BuryJob(ctx, j, "given up") })
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.ForgetJob(ctx, j.ID) })
		same(t, len(jobsIn(t, s, store.JobDead)), 0)
		wantKind(t, s.Do(t.Context(), func(tx *store.Tx) error { return tx.ReviveJob(t.Context(), j.ID) }), fault.NotFound)
	})
}

func TestRetriedJobGivesWayToItsSuccessor(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		queue(t, s, journal.Job{Kind: "send", Key: "1", At: clock.Now(), Data: []byte(`"old"`)})
		old := claim(t, s, 1)[0]
		queue(t, s, journal.Job{Kind: "send", Key: "1", At: clock.Now(), Data: []byte(`"new"`)})
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RetryJob(ctx, old, clock.Now(), "x") })
		left := claim(t, s, 10)
		same(t, len(left), 1)
		same(t, string(left[0].Job.Data), `"new"`)
	})
}

// Eight workers, in two processes' worth of stores, share 200 jobs: each is
// claimed exactly once.
func TestClaimsNeverOverlap(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		stores := []*store.Store{storetest.Open(t, cfg), storetest.Open(t, cfg)}
		var jobs []journal.Job
		for i := range 200 {
			jobs = append(jobs, journal.Job{Kind: "k", Key: fmt.Sprint(i), At: time.Unix(1, 0)})
		}
		queue(t, stores[0], jobs...)
		var mu sync.Mutex
		times := map[string]int{}
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for {
					got, err := stores[i%2].Claim(t.Context(), 3, time.Hour)
					if err != nil {
						t.Error(err)
						return
					}
					if len(got) == 0 {
						return
					}
					mu.Lock()
					for _, j := range got {
						times[j.Job.Key]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		same(t, len(times), len(jobs))
		for key, n := range times {
			if n != 1 {
				t.Errorf("job %s was claimed %d times", key, n)
			}
		}
	})
}
