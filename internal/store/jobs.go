package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
)

// JobState is where a job stands. A job that is done leaves no row.
type JobState string

// The states of a job.
const (
	JobWaiting JobState = "waiting" // the clock must reach its time
	JobRunning JobState = "running" // a worker has it, until its lease ends
	JobDead    JobState = "dead"    // given up: an officer must look, then retry or forget it
)

// Job is a stored job. ID and Attempt together are the proof of a claim.
type Job struct {
	ID      string
	Job     journal.Job
	State   JobState
	Attempt int       // claims so far
	Lease   time.Time // running: until when
	Problem string    // what went wrong last; for officers only
}

// addJob stores a job. One that waits under the same kind and key already is
// replaced: the later word on a deadline counts.
func (tx *Tx) addJob(ctx context.Context, j journal.Job) error {
	tx.jobs++
	// The id sorts by the moment and then by the order within the transaction.
	id := fmt.Sprintf("%016x%04x%s", tx.now.UnixMicro(), tx.jobs, rand.Text()[:10])
	return tx.exec(ctx, `INSERT INTO job (id, kind, key, about_kind, about_id, data, state, run_at, lease_until, attempt, problem)
		VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, 0, 0, '')
		ON CONFLICT (kind, key) WHERE state = 'waiting'
		DO UPDATE SET run_at = excluded.run_at, data = excluded.data, about_kind = excluded.about_kind, about_id = excluded.about_id, attempt = 0, problem = ''`,
		id, j.Kind, j.Key, string(j.About.Kind), j.About.ID, string(j.Data), stamp(j.At))
}

const jobColumns = `id, kind, key, about_kind, about_id, data, state, run_at, lease_until, attempt, problem`

func scanJob(scan func(...any) error) (j Job, err error) {
	var data string
	err = scan(&j.ID, &j.Job.Kind, &j.Job.Key, &j.Job.About.Kind, &j.Job.About.ID, &data, &j.State, into(&j.Job.At), into(&j.Lease), &j.Attempt, &j.Problem)
	if data != "" {
		j.Job.Data = json.RawMessage(data)
	}
	return j, err
}

// Claim takes up to limit jobs that are due, or whose worker lost its lease,
// until now + lease. No two claims ever hold the same job at one time.
func (s *Store) Claim(ctx context.Context, limit int, lease time.Duration) ([]Job, error) {
	var jobs []Job
	err := s.Do(ctx, func(tx *Tx) error {
		var err error
		jobs, err = list(ctx, tx, `UPDATE job SET state = 'running', lease_until = $2, attempt = attempt + 1
			WHERE id IN (SELECT id FROM job
				WHERE (state = 'waiting' AND run_at <= $1) OR (state = 'running' AND lease_until <= $1)
				ORDER BY run_at, id LIMIT $3`+tx.store.dialect.claim+`)
			RETURNING `+jobColumns, []any{stamp(tx.now), stamp(tx.now.Add(lease)), limit}, scanJob)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim jobs: %w", err)
	}
	slices.SortFunc(jobs, func(a, b Job) int {
		return cmp.Or(a.Job.At.Compare(b.Job.At), cmp.Compare(a.ID, b.ID))
	})
	return jobs, nil
}

// held turns "no row" into Stale: the lease ended and another worker has the job.
func held(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.Stale, "fault.stale")
	}
	return err
}

// FinishJob takes a claimed job away: it is done. Stale: the lease ended before.
func (tx *Tx) FinishJob(ctx context.Context, j Job) error {
	return held(tx.change(ctx, `DELETE FROM job WHERE id = $1 AND attempt = $2 AND state = 'running'`, j.ID, j.Attempt))
}

// RetryJob lets a claimed job wait until at. Where another job of the same kind
// and key has begun to wait meanwhile, this one is superseded and goes.
func (tx *Tx) RetryJob(ctx context.Context, j Job, at time.Time, problem string) error {
	n, err := tx.change(ctx, `UPDATE job SET state = 'waiting', run_at = $3, lease_until = 0, problem = $4
		WHERE id = $1 AND attempt = $2 AND state = 'running'
		AND NOT EXISTS (SELECT 1 FROM job w WHERE w.kind = $5 AND w.key = $6 AND w.state = 'waiting')`,
		j.ID, j.Attempt, stamp(at), problem, j.Job.Kind, j.Job.Key)
	if err != nil || n > 0 {
		return err
	}
	return tx.FinishJob(ctx, j)
}

// BuryJob gives a claimed job up. It stays to be seen by an officer.
func (tx *Tx) BuryJob(ctx context.Context, j Job, problem string) error {
	return held(tx.change(ctx, `UPDATE job SET state = 'dead', lease_until = 0, problem = $3 WHERE id = $1 AND attempt = $2 AND state = 'running'`,
		j.ID, j.Attempt, problem))
}

// ReviveJob lets a job that was given up be tried again from now on, from the
// first attempt. Where its like is waiting already, it only goes.
func (tx *Tx) ReviveJob(ctx context.Context, id string) error {
	j, err := tx.deadJob(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.ForgetJob(ctx, id); err != nil {
		return err
	}
	j.Job.At = tx.now
	return tx.addJob(ctx, j.Job)
}

// ForgetJob takes a job away that was given up.
func (tx *Tx) ForgetJob(ctx context.Context, id string) error {
	return tx.exec(ctx, `DELETE FROM job WHERE id = $1 AND state = 'dead'`, id)
}

func (tx *Tx) deadJob(ctx context.Context, id string) (Job, error) {
	jobs, err := list(ctx, tx, `SELECT `+jobColumns+` FROM job WHERE id = $1 AND state = 'dead'`, []any{id}, scanJob)
	if err != nil {
		return Job{}, err
	}
	if len(jobs) == 0 {
		return Job{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return jobs[0], nil
}

// Jobs lists jobs in a state, the next to run first.
func (tx *Tx) Jobs(ctx context.Context, state JobState, limit int) ([]Job, error) {
	return list(ctx, tx, `SELECT `+jobColumns+` FROM job WHERE state = $1 ORDER BY run_at, id LIMIT $2`, []any{string(state), limit}, scanJob)
}

// JobsAbout lists the jobs that concern a record, the next to run first.
func (tx *Tx) JobsAbout(ctx context.Context, about journal.Ref) ([]Job, error) {
	return list(ctx, tx, `SELECT `+jobColumns+` FROM job WHERE about_kind = $1 AND about_id = $2 ORDER BY run_at, id`,
		[]any{string(about.Kind), about.ID}, scanJob)
}

// NextJobAt says when the next job is due: a story moves the clock from one to
// the next. NotFound: none waits.
func (tx *Tx) NextJobAt(ctx context.Context) (at time.Time, err error) {
	err = tx.row(ctx, `SELECT run_at FROM job WHERE state = 'waiting' ORDER BY run_at LIMIT 1`, nil, into(&at))
	return at, err
}

// CountJobs says how many jobs are in each state.
func (tx *Tx) CountJobs(ctx context.Context) (map[JobState]int, error) {
	return countStates[JobState](ctx, tx, `SELECT state, COUNT(*) FROM job GROUP BY state`)
}
