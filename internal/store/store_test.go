package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

func each(t *testing.T, f func(t *testing.T, s *store.Store, clock *storetest.Clock)) {
	t.Helper()
	storetest.Each(t, f)
}

// do runs f in a writing transaction and fails the test where it fails.
func do(t testing.TB, s *store.Store, f func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := s.Do(t.Context(), func(tx *store.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// view gives what f reads, and fails the test where it fails.
func view[T any](t testing.TB, s *store.Store, f func(ctx context.Context, tx *store.Tx) (T, error)) T {
	t.Helper()
	var v T
	err := s.View(t.Context(), func(tx *store.Tx) (err error) {
		v, err = f(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// same compares whole values.
func same[T any](t testing.TB, got, want T) {
	t.Helper()
	if d := cmp.Diff(got, want); d != "" {
		t.Errorf("got (-), want (+):\n%s", d)
	}
}

// wantKind checks the kind of a refusal.
func wantKind(t testing.TB, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func caseRef(id string) journal.Ref { return journal.Ref{Kind: journal.AboutCase, ID: id} }

func event(t testing.TB, at time.Time, id, verb string, data any) journal.Event {
	t.Helper()
	e, err := journal.NewEvent(caseRef(id), at, party.VendorActor("org1", "p1"), verb, data)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestOnlyDialectKnowsTheDatabases(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if name == "dialect.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			code, _, _ := strings.Cut(strings.ToLower(line), "//")
			if strings.Contains(code, "sqlite") || strings.Contains(code, "postgres") || strings.Contains(code, "cast(") {
				t.Errorf("%s:%d: only dialect.go may know which databases exist: %s", name, i+1, line)
			}
		}
	}
}

func TestRecordChainsEventsAndStoresJobs(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		first := event(t, clock.Now(), "c1", "open", map[string]string{"title": "脆弱性 \x00 \"<"})
		second := event(t, clock.Now(), "c2", "open", nil)
		third := event(t, clock.Now().Add(time.Hour), "c1", "close", []int{1, 2})
		job := journal.Job{Kind: "remind", Key: "c1", At: clock.Now().Add(time.Minute), About: caseRef("c1"), Data: []byte(`{"n":1}`)}
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.Record(ctx, journal.Outcome{Events: []journal.Event{first, second}, Jobs: []journal.Job{job}})
		})
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.Record(ctx, journal.Outcome{Events: []journal.Event{third}})
		})
		first = first.Chain(1, "")
		second = second.Chain(2, first.Hash)
		third = third.Chain(3, second.Hash)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]journal.Event, error) { return tx.Events(ctx, caseRef("c1")) }),
			[]journal.Event{first, third})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]journal.Event, error) {
			return tx.EventsBetween(ctx, clock.Now(), clock.Now().Add(time.Hour))
		}), []journal.Event{first, second})
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]journal.Event, error) { return tx.EventsBy(ctx, "p1", 2) }),
			[]journal.Event{third, second})
		for before, want := range map[int64][]journal.Event{0: {third, second}, 3: {second, first}, 2: {first}} {
			same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]journal.Event, error) {
				return tx.EventsBefore(ctx, before, 2)
			}), want)
		}
		prev := ""
		for _, e := range view(t, s, allEvents) {
			if !e.Intact(prev) {
				t.Errorf("event %d is not intact", e.Seq)
			}
			prev = e.Hash
		}
		jobs := view(t, s, func(ctx context.Context, tx *store.Tx) ([]store.Job, error) { return tx.JobsAbout(ctx, caseRef("c1")) })
		same(t, len(jobs), 1)
		same(t, jobs[0].Job, job)
	})
}

func allEvents(ctx context.Context, tx *store.Tx) (all []journal.Event, err error) {
	for e, err := range tx.AllEvents(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func TestNothingStaysOfATransactionThatFails(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		stop := errors.New("stop")
		err := s.Do(t.Context(), func(tx *store.Tx) error {
			err := tx.Record(t.Context(), journal.Outcome{
				Events: []journal.Event{event(t, clock.Now(), "c1", "open", nil)},
				Jobs:   []journal.Job{{Kind: "k", Key: "1", At: clock.Now()}},
			})
			return errors.Join(err, stop)
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		same(t, len(view(t, s, allEvents)), 0)
		jobs, err := s.Claim(t.Context(), 10, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		same(t, len(jobs), 0)
	})
}

func TestManyWritersMakeOneChain(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		const writers, times = 8, 25
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range times {
					err := s.Do(t.Context(), func(tx *store.Tx) error {
						return tx.Record(t.Context(), journal.Outcome{Events: []journal.Event{event(t, tx.Now(), "c1", "note", nil)}})
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		prev := ""
		n := int64(0)
		for _, e := range view(t, s, allEvents) {
			if n++; e.Seq != n || !e.Intact(prev) {
				t.Fatalf("event %d stands at place %d or is not intact", e.Seq, n)
			}
			prev = e.Hash
		}
		same(t, n, int64(writers*times))
	})
}

func TestViewDoesNotWaitForAWriterAndCannotWrite(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Record(ctx, journal.Outcome{Events: []journal.Event{event(t, clock.Now(), "c1", "open", nil)}}); err != nil {
				return err
			}
			// The writer is still at work: a reader sees the state before it, at once.
			same(t, len(view(t, s, allEvents)), 0)
			return nil
		})
		err := s.View(t.Context(), func(tx *store.Tx) error {
			return tx.Record(t.Context(), journal.Outcome{Events: []journal.Event{event(t, clock.Now(), "c1", "open", nil)}})
		})
		if err == nil {
			t.Error("View let a change pass")
		}
		same(t, len(view(t, s, allEvents)), 1)
	})
}

func TestReopenKeepsEverythingAndConcurrentOpensMigrateOnce(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				s, err := store.Open(t.Context(), cfg)
				if err != nil {
					t.Error(err)
					return
				}
				s.Close()
			})
		}
		wg.Wait()
		s := storetest.Open(t, cfg)
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.Record(ctx, journal.Outcome{Events: []journal.Event{event(t, time.Unix(0, 0), "c1", "open", nil)}})
		})
		s.Close()
		same(t, len(view(t, storetest.Open(t, cfg), allEvents)), 1)
	})
}

func TestOpenRefusesANewerDatabase(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		s := storetest.Open(t, cfg)
		if err := s.Tamper(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`); err != nil {
			t.Fatal(err)
		}
		s.Close()
		_, err := store.Open(t.Context(), cfg)
		if err == nil || !strings.Contains(err.Error(), "newer Nakodo") {
			t.Errorf("got %v, want a refusal that names the newer program", err)
		}
	})
}

func TestNobodyElseReadsTheDatabaseFile(t *testing.T) {
	cfg := store.Config{Dir: t.TempDir()} // as an operator may have made it, open to all
	if err := os.Chmod(cfg.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	storetest.Open(t, cfg)
	files, err := filepath.Glob(filepath.Join(cfg.Dir, "nakodo.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v, want mode 0600", name, info.Mode(), err)
		}
	}
}

func TestOpenSaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		cfg  store.Config
		want string
	}{
		{store.Config{}, "--data"},
		{store.Config{Dir: t.TempDir(), URL: "mysql://x"}, "postgres://"},
		{store.Config{Dir: t.TempDir(), URL: "postgres://127.0.0.1:1/none"}, "does not answer"},
	} {
		_, err := store.Open(t.Context(), c.cfg)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Open(%+v): got %v, want a mention of %q", c.cfg, err, c.want)
		}
	}
}
