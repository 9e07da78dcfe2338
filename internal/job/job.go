// Package job runs what verbs have left to be done after the commit: letters,
// deadlines, publications at a time. This is where time enters the system: a
// deadline is a job that was stored with its hour, and the clock acts through
// the same verbs as everybody.
//
// The queue is a table of the store; a Runner claims jobs that are due and
// hands each to the handler of its kind. Several runners in several processes
// share one queue. A job may run twice (a process may die after the effect and
// before the report), so a handler makes its effect idempotent by the job's Key.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/store"
)

// Handler does one job. An error lets the job be tried again later, and its
// text is kept for officers: put no address and no secret into it.
type Handler func(ctx context.Context, j journal.Job) error

// Config is what a Runner works with.
type Config struct {
	Store    *store.Store
	Handlers map[string]Handler // by journal.Job.Kind
	Log      *slog.Logger
	Workers  int           // jobs at a time in this process; 0: 4
	Lease    time.Duration // the longest a job may take; 0: 5 minutes
	Attempts int           // tries before a job is given up; 0: 24, which takes about five days
}

// Runner runs jobs.
type Runner struct{ Config }

// New makes a runner.
func New(c Config) *Runner {
	if c.Workers == 0 {
		c.Workers = 4
	}
	if c.Lease == 0 {
		c.Lease = 5 * time.Minute
	}
	if c.Attempts == 0 {
		c.Attempts = 24
	}
	return &Runner{c}
}

// permanent marks an error that another try cannot mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent tells the runner to give the job up now: an officer has to look.
func Permanent(err error) error { return permanent{err} }

// lookEvery is how late a job of another process may start.
const lookEvery = time.Second

// Run runs jobs until ctx ends, and returns when the last handler has. A
// handler that is under way then sees its own ctx end, and its job is put back.
func (r *Runner) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	free := make(chan struct{}, r.Workers)
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case free <- struct{}{}:
		}
		jobs, err := r.Store.Claim(ctx, 1, r.Lease)
		if err != nil && ctx.Err() == nil {
			r.Log.Error("jobs cannot be claimed", "error", err)
		}
		if len(jobs) > 0 {
			running.Go(func() {
				defer func() { <-free }()
				r.do(ctx, jobs[0])
			})
			continue
		}
		<-free
		select {
		case <-ctx.Done():
		case <-look.C:
		case <-r.Store.Woken():
		}
	}
}

// tooMany stops RunDue where jobs breed jobs without end.
const tooMany = 100_000

// RunDue runs, one after the other, all jobs that are due now, and those that
// they queue for now. It says how many ran and what went wrong; what went wrong
// waits for its next try. Stories and tests use it in place of Run.
func (r *Runner) RunDue(ctx context.Context) (n int, err error) {
	for n < tooMany {
		jobs, claimErr := r.Store.Claim(ctx, 1, r.Lease)
		if claimErr != nil {
			return n, errors.Join(err, claimErr)
		}
		if len(jobs) == 0 {
			return n, err
		}
		n++
		if e := r.do(ctx, jobs[0]); e != nil {
			err = errors.Join(err, fmt.Errorf("job %s %s: %w", jobs[0].Job.Kind, jobs[0].Job.Key, e))
		}
	}
	return n, errors.Join(err, fmt.Errorf("%d jobs ran and there is no end in sight", n))
}

// do runs one claimed job and reports on it. It returns the handler's error.
func (r *Runner) do(ctx context.Context, j store.Job) error {
	err := r.handle(ctx, j)
	stopped := err != nil && ctx.Err() != nil
	// The report must get through even while the process is being stopped.
	reportErr := r.Store.Do(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		ctx := context.WithoutCancel(ctx)
		switch {
		case err == nil:
			return tx.FinishJob(ctx, j)
		case stopped:
			return tx.RetryJob(ctx, j, tx.Now(), j.Problem)
		case j.Attempt >= r.Attempts || errors.As(err, &permanent{}):
			return tx.BuryJob(ctx, j, err.Error())
		}
		return tx.RetryJob(ctx, j, tx.Now().Add(delay(j.Attempt)), err.Error())
	})
	// The log names the job only: what went wrong may speak of things that
	// whoever reads logs may not know. Officers see it in the list of jobs.
	log := r.Log.With("job", j.ID, "kind", j.Job.Kind, "attempt", j.Attempt)
	if fault.KindOf(reportErr) == fault.Stale {
		log.Warn("job outlived its lease; another worker has it now")
	} else if reportErr != nil {
		log.Error("job cannot be reported on; it runs again when its lease ends", "error", reportErr)
	}
	if err != nil {
		log.Warn("job failed", "fault", string(fault.KindOf(err)), "stopped", stopped)
	}
	return err
}

// handle calls the handler of the job's kind. A panic is an error like any
// other: one bad job must not end the process again and again.
func (r *Runner) handle(ctx context.Context, j store.Job) (err error) {
	h, ok := r.Handlers[j.Job.Kind]
	if !ok {
		return Permanent(fmt.Errorf("this program knows no job of the kind %q", j.Job.Kind))
	}
	if j.Attempt > r.Attempts {
		return Permanent(fmt.Errorf("its worker died %d times", j.Attempt-1))
	}
	ctx, cancel := context.WithTimeout(ctx, r.Lease)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			r.Log.Error("job panicked", "job", j.ID, "kind", j.Job.Kind, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return h(ctx, j.Job)
}

// delay is how long to wait after a failed attempt: ten seconds, then twice as
// long each time, at most eight hours.
func delay(attempt int) time.Duration {
	const first, most = 10 * time.Second, 8 * time.Hour
	if attempt > 12 {
		return most
	}
	return min(first<<(attempt-1), most)
}
