package job_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/job"
	"nakodo/internal/journal"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

// victim is set in the process that TestJobOfAKilledWorker kills.
const victim = "NAKODO_JOB_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victim); dir != "" {
		hang(dir, os.Getenv(victim+"_URL"))
	}
	os.Exit(m.Run())
}

// hang claims a job, says so, and never comes to an end.
func hang(dir, url string) {
	s, err := store.Open(context.Background(), store.Config{Dir: dir, URL: url, Now: storetest.NewClock().Now})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	r := job.New(job.Config{Store: s, Log: slog.New(slog.DiscardHandler), Handlers: map[string]job.Handler{
		"k": func(ctx context.Context, _ journal.Job) error {
			fmt.Println("claimed")
			<-ctx.Done()
			return ctx.Err()
		},
	}})
	r.Run(context.Background())
}

func queue(t testing.TB, s *store.Store, jobs ...journal.Job) {
	t.Helper()
	if err := s.Do(t.Context(), func(tx *store.Tx) error { return tx.Record(t.Context(), journal.Outcome{Jobs: jobs}) }); err != nil {
		t.Fatal(err)
	}
}

func dead(t testing.TB, s *store.Store) []store.Job {
	t.Helper()
	var jobs []store.Job
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		jobs, err = tx.Jobs(t.Context(), store.JobDead, 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// runner makes a runner with one kind of job, "k".
func runner(s *store.Store, h job.Handler) *job.Runner {
	return job.New(job.Config{Store: s, Log: slog.New(slog.DiscardHandler), Handlers: map[string]job.Handler{"k": h}, Attempts: 3})
}

// runDue runs what is due and checks how many jobs that was.
func runDue(t testing.TB, r *job.Runner, want int) error {
	t.Helper()
	n, err := r.RunDue(t.Context())
	if n != want {
		t.Fatalf("%d jobs ran, want %d (%v)", n, want, err)
	}
	return err
}

func TestDueJobsRunInOrderWithWhatTheyQueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		var ran []string
		r := runner(s, func(_ context.Context, j journal.Job) error {
			ran = append(ran, j.Key)
			if j.Key == "b" {
				queue(t, s, journal.Job{Kind: "k", Key: "b2", At: clock.Now()})
			}
			return nil
		})
		queue(t, s,
			journal.Job{Kind: "k", Key: "b", At: clock.Now()},
			journal.Job{Kind: "k", Key: "a", At: clock.Now().Add(-time.Hour)},
			journal.Job{Kind: "k", Key: "later", At: clock.Now().Add(time.Hour)})
		if err := runDue(t, r, 3); err != nil {
			t.Error(err)
		}
		if got := strings.Join(ran, " "); got != "a b b2" {
			t.Errorf("ran %q", got)
		}
		var next time.Time
		if err := s.View(t.Context(), func(tx *store.Tx) (err error) {
			next, err = tx.NextJobAt(t.Context())
			return err
		}); err != nil || !next.Equal(clock.Now().Add(time.Hour)) {
			t.Errorf("next job at %v, %v", next, err)
		}
	})
}

func TestFailedJobIsTriedLaterAndThenGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := runner(s, func(context.Context, journal.Job) error { return errors.New("no route") })
		queue(t, s, journal.Job{Kind: "k", Key: "1", At: clock.Now()})
		for _, wait := range []time.Duration{0, 10 * time.Second, 20 * time.Second} {
			if wait > 0 {
				clock.Move(wait - time.Second)
				_ = runDue(t, r, 0)
				clock.Move(time.Second)
			}
			if err := runDue(t, r, 1); err == nil || !strings.Contains(err.Error(), "no route") {
				t.Errorf("got %v", err)
			}
		}
		clock.Move(365 * 24 * time.Hour)
		_ = runDue(t, r, 0)
		gone := dead(t, s)
		if len(gone) != 1 || gone[0].Problem != "no route" || gone[0].Attempt != 3 {
			t.Fatalf("got %+v, want one job given up after three attempts", gone)
		}
		if err := s.Do(t.Context(), func(tx *store.Tx) error { return tx.ReviveJob(t.Context(), gone[0].ID) }); err != nil {
			t.Fatal(err)
		}
		if err := runDue(t, runner(s, func(context.Context, journal.Job) error { return nil }), 1); err != nil {
			t.Error(err)
		}
	})
}

func TestJobsThatNoOtherTryCanMend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		r := runner(s, func(_ context.Context, j journal.Job) error {
			if j.Key == "panic" {
				panic("at the disco")
			}
			return job.Permanent(fault.New(fault.NotFound, "fault.not_found"))
		})
		queue(t, s, journal.Job{Kind: "k", Key: "permanent", At: clock.Now()}, journal.Job{Kind: "unknown", Key: "1", At: clock.Now()},
			journal.Job{Kind: "k", Key: "panic", At: clock.Now()})
		_ = runDue(t, r, 3)
		problems := ""
		for _, j := range dead(t, s) {
			problems += j.Job.Key + ": " + j.Problem + "\n"
		}
		for _, want := range []string{"permanent: not_found", `1: this program knows no job of the kind "unknown"`} {
			if !strings.Contains(problems, want) {
				t.Errorf("got %q, want a mention of %q", problems, want)
			}
		}
		if strings.Contains(problems, "disco") {
			t.Error("a panic was given up at the first attempt")
		}
		clock.Move(time.Minute)
		_ = runDue(t, r, 1)
	})
}

// Two processes' worth of runners, four workers each, share 200 jobs: the
// effect of each happens exactly once.
func TestEightWorkersDoEachJobOnce(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		const jobs = 200
		stores := []*store.Store{storetest.Open(t, cfg), storetest.Open(t, cfg)}
		var queued []journal.Job
		for i := range jobs {
			queued = append(queued, journal.Job{Kind: "k", Key: fmt.Sprint(i), At: time.Unix(1, 0)})
		}
		queue(t, stores[0], queued...)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var mu sync.Mutex
		times := map[string]int{}
		var wg sync.WaitGroup
		for _, s := range stores {
			r := runner(s, func(_ context.Context, j journal.Job) error {
				mu.Lock()
				defer mu.Unlock()
				if times[j.Key]++; len(times) == jobs {
					stop()
				}
				return nil
			})
			wg.Go(func() { r.Run(ctx) })
		}
		wg.Wait()
		if len(times) != jobs {
			t.Errorf("%d jobs ran, want %d", len(times), jobs)
		}
		for key, n := range times {
			if n != 1 {
				t.Errorf("job %s ran %d times", key, n)
			}
		}
		var left map[store.JobState]int
		if err := stores[0].View(t.Context(), func(tx *store.Tx) (err error) {
			left, err = tx.CountJobs(t.Context())
			return err
		}); err != nil || len(left) != 0 {
			t.Errorf("left %v, %v", left, err)
		}
	})
}

func TestJobOfAKilledWorkerRunsWhenItsLeaseEnds(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		clock := storetest.NewClock()
		cfg.Now = clock.Now
		s := storetest.Open(t, cfg)
		queue(t, s, journal.Job{Kind: "k", Key: "1", At: clock.Now()})
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), victim+"="+cfg.Dir, victim+"_URL="+cfg.URL)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); line != "claimed\n" {
			t.Fatalf("the other process said %q, %v", line, err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed, and says so
		ran := 0
		r := runner(s, func(context.Context, journal.Job) error { ran++; return nil })
		clock.Move(5*time.Minute - time.Microsecond)
		_ = runDue(t, r, 0)
		clock.Move(time.Microsecond)
		if err := runDue(t, r, 1); err != nil || ran != 1 {
			t.Errorf("ran %d times, %v", ran, err)
		}
	})
}

func TestJobThatKillsItsWorkersIsGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		queue(t, s, journal.Job{Kind: "k", Key: "1", At: clock.Now()})
		for range 3 { // three workers claim it and are never heard of again
			if jobs, err := s.Claim(t.Context(), 1, time.Minute); err != nil || len(jobs) != 1 {
				t.Fatalf("got %v, %v", jobs, err)
			}
			clock.Move(time.Minute)
		}
		_ = runDue(t, runner(s, func(context.Context, journal.Job) error {
			t.Error("it was tried once more")
			return nil
		}), 1)
		if gone := dead(t, s); len(gone) != 1 || gone[0].Problem != "its worker died 3 times" {
			t.Errorf("got %+v", gone)
		}
	})
}

func TestStoppingPutsTheJobBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		queue(t, s, journal.Job{Kind: "k", Key: "1", At: clock.Now()})
		ctx, stop := context.WithCancel(t.Context())
		runner(s, func(ctx context.Context, _ journal.Job) error {
			stop()
			<-ctx.Done()
			return ctx.Err()
		}).Run(ctx)
		if err := runDue(t, runner(s, func(context.Context, journal.Job) error { return nil }), 1); err != nil {
			t.Error(err)
		}
	})
}

// A commit wakes a running runner: the job need not wait for its next look.
func TestRunStartsWhatIsQueuedMeanwhile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		ran := make(chan string, 1)
		r := runner(s, func(_ context.Context, j journal.Job) error {
			ran <- j.Key
			return nil
		})
		var wg sync.WaitGroup
		wg.Go(func() { r.Run(ctx) })
		for _, key := range []string{"1", "2"} {
			queue(t, s, journal.Job{Kind: "k", Key: key, At: clock.Now()})
			select {
			case got := <-ran:
				if got != key {
					t.Errorf("ran %s, want %s", got, key)
				}
			case <-ctx.Done():
				t.Fatal("nothing ran")
			}
		}
		stop()
		wg.Wait()
	})
}
