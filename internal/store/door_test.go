package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/store/storetest"
)

func TestSettingAndSecretComeBackAsStored(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		want := filled[party.Name](t)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetSetting(ctx, "centre", 1) })
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetSetting(ctx, "centre", want) })
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (n party.Name, err error) {
			return n, tx.Setting(ctx, "centre", &n)
		}), want)
		_, err := find(t, s, func(ctx context.Context, tx *store.Tx) (n int, err error) { return n, tx.Setting(ctx, "none", &n) })
		wantKind(t, err, fault.NotFound)

		for _, plain := range [][]byte{[]byte("first"), {0, 255, 1}} {
			do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetSecret(ctx, "key", plain) })
			same(t, view(t, s, func(ctx context.Context, tx *store.Tx) ([]byte, error) { return tx.Secret(ctx, "key") }), plain)
		}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteSecret(ctx, "key") })
		_, err = find(t, s, func(ctx context.Context, tx *store.Tx) ([]byte, error) { return tx.Secret(ctx, "key") })
		wantKind(t, err, fault.NotFound)
	})
}

func TestSessionsComeBackAndEnd(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *storetest.Clock) {
		sessions := s.Sessions()
		until := time.Now().Add(time.Hour)
		for _, data := range []string{"one", "two\x00"} {
			if err := sessions.Commit("token", []byte(data), until); err != nil {
				t.Fatal(err)
			}
			got, found, err := sessions.Find("token")
			if err != nil || !found || string(got) != data {
				t.Errorf("got %q, %v, %v, want %q", got, found, err, data)
			}
		}
		if err := sessions.Commit("over", []byte("x"), time.Now().Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		if err := sessions.Delete("token"); err != nil {
			t.Fatal(err)
		}
		for _, token := range []string{"token", "over", "none", ""} {
			if got, found, err := sessions.Find(token); found || err != nil {
				t.Errorf("%q: got %q, %v, %v", token, got, found, err)
			}
		}
	})
}

func TestLinkOpensOnceAndEnds(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		about := journal.Ref{Kind: journal.AboutReport, ID: "NKR-1"}
		add := func(token string, l store.Link) {
			t.Helper()
			do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AddLink(ctx, token, l) })
		}
		use := func(token string) (l store.Link, err error) {
			err = s.Do(t.Context(), func(tx *store.Tx) error {
				l, err = tx.UseLink(t.Context(), token)
				return err
			})
			return l, err
		}
		once := filled[store.Link](t)
		once.Once, once.Until, once.About = true, clock.Now().Add(time.Hour), about
		add("once", once)
		same(t, view(t, s, func(ctx context.Context, tx *store.Tx) (store.Link, error) { return tx.Link(ctx, "once") }), once)
		got, err := use("once")
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, once)
		_, err = use("once")
		wantKind(t, err, fault.NotFound)

		add("late", once)
		add("always", store.Link{Purpose: "finder", About: about})
		clock.Move(time.Hour)
		_, err = use("late")
		wantKind(t, err, fault.NotFound)
		for range 2 {
			if _, err := use("always"); err != nil {
				t.Error(err)
			}
		}
		_, err = use("none")
		wantKind(t, err, fault.NotFound)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DropLinks(ctx, about, "sign_in") })
		if _, err := use("always"); err != nil {
			t.Error(err)
		}
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DropLinks(ctx, about, "finder") })
		_, err = use("always")
		wantKind(t, err, fault.NotFound)

		add("race", store.Link{Once: true})
		var wg sync.WaitGroup
		won := make(chan struct{}, 8)
		for range 8 {
			wg.Go(func() {
				if _, err := use("race"); err == nil {
					won <- struct{}{}
				} else if fault.KindOf(err) != fault.NotFound {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		same(t, len(won), 1)
	})
}

func TestHitsAndThrottles(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		hit := func(key string) (n int) {
			do(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				n, err = tx.Hit(ctx, key, time.Minute)
				return err
			})
			return n
		}
		same(t, []int{hit("a"), hit("a"), hit("b")}, []int{1, 2, 1})
		clock.Move(time.Minute)
		same(t, hit("a"), 1)

		until := clock.Now().Add(time.Minute)
		throttle := func() (int, time.Time, time.Time) {
			var fails int
			var latest, refused time.Time
			do(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				fails, latest, refused, err = tx.Throttle(ctx, "p1")
				return err
			})
			return fails, latest, refused
		}
		fails, _, _ := throttle()
		same(t, fails, 0)
		for range 2 {
			do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Fail(ctx, "p1", until) })
		}
		fails, latest, refused := throttle()
		same(t, fails, 2)
		same(t, latest, clock.Now())
		same(t, refused, until)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Succeed(ctx, "p1") })
		fails, _, _ = throttle()
		same(t, fails, 0)
	})
}

func TestSweepTakesOnlyWhatIsOver(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, clock *storetest.Clock) {
		do(t, s, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Hit(ctx, "a", time.Minute); err != nil {
				return err
			}
			if err := tx.Fail(ctx, "p", clock.Now()); err != nil {
				return err
			}
			if err := tx.AddLink(ctx, "ends", store.Link{Until: clock.Now().Add(time.Minute)}); err != nil {
				return err
			}
			return tx.AddLink(ctx, "stays", store.Link{})
		})
		if err := s.Sessions().Commit("over", nil, time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := s.Sessions().Commit("stays", []byte{}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		rows := func() map[string]int {
			n := map[string]int{}
			for _, table := range []string{"hit", "throttle", "link", "session"} {
				got, err := s.CountRows(t.Context(), table)
				if err != nil {
					t.Fatal(err)
				}
				n[table] = got
			}
			return n
		}
		same(t, rows(), map[string]int{"hit": 1, "throttle": 1, "link": 2, "session": 2})
		clock.Move(31 * 24 * time.Hour)
		do(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.Sweep(ctx) })
		same(t, rows(), map[string]int{"hit": 0, "throttle": 0, "link": 1, "session": 1})
	})
}
