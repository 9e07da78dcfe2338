// Package storetest opens real stores for tests: a database file in the test's
// own folder always, and a schema of its own in the PostgreSQL that
// NAKODO_TEST_PG names. Start one with: go run ./test/pg -- go test ./...
//
// With NAKODO_TEST_REQUIRE_PG=1 a missing PostgreSQL fails the test instead of
// leaving that half out, so that a build cannot pass by testing one database.
package storetest

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"nakodo/internal/store"
)

// Clock is a clock that a test moves.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts at a fixed moment, so that a test sees the same times each run.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)} }

// Now is the moment the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move puts the clock forward.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Each runs f on a fresh store of each database.
func Each(t *testing.T, f func(t *testing.T, s *store.Store, clock *Clock)) {
	t.Helper()
	EachConfig(t, func(t *testing.T, cfg store.Config) {
		clock := NewClock()
		cfg.Now = clock.Now
		f(t, Open(t, cfg), clock)
	})
}

// EachConfig runs f with the address of a fresh store of each database, for
// tests that open it themselves, perhaps more than once.
func EachConfig(t *testing.T, f func(t *testing.T, cfg store.Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, store.Config{Dir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { f(t, store.Config{Dir: t.TempDir(), URL: Schema(t)}) })
}

// Open opens a store until the end of the test.
func Open(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// Schema makes an empty schema in the test's PostgreSQL, until the end of the
// test, and gives the address of it.
func Schema(t testing.TB) string {
	t.Helper()
	base := os.Getenv("NAKODO_TEST_PG")
	if base == "" {
		if os.Getenv("NAKODO_TEST_REQUIRE_PG") == "1" {
			t.Fatal("NAKODO_TEST_REQUIRE_PG=1, but NAKODO_TEST_PG names no PostgreSQL: go run ./test/pg -- go test ./...")
		}
		t.Skip("NAKODO_TEST_PG names no PostgreSQL")
	}
	name := "test_" + strings.ToLower(rand.Text())
	execute(t, base, `CREATE SCHEMA `+name)
	t.Cleanup(func() { execute(t, base, `DROP SCHEMA `+name+` CASCADE`) })
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

func execute(t testing.TB, url, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
