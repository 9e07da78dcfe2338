// Package store keeps everything the centre knows: SQL written once for two
// databases, in the method that runs it.
//
// Start at Store.Do and Store.View, the two kinds of transaction; then read one
// noun, such as organisation.go: an aggregate is one row with an id, a version,
// the columns that queries need, and its whole body as JSON. Writing a version
// that somebody has already replaced is refused as Stale. Record puts a verb's
// events and jobs into the same transaction.
//
// Rules that hold here: $1 placeholders; no CAST; times only as stamp; ids are
// made by the caller; only dialect.go knows which databases exist. The reasons
// are in doc/store.md.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/keys"
)

// Config says where a centre lives.
type Config struct {
	Dir string           // the data directory; made where it is missing
	URL string           // postgres://… ; empty: a database file inside Dir
	Now func() time.Time // nil: the clock of the machine; stories and tests bring their own
}

// Store is one centre's memory. It is safe for use by many goroutines, and
// several processes may open the same one.
type Store struct {
	dialect dialect
	write   *sql.DB
	read    *sql.DB
	now     func() time.Time
	vault   *keys.Vault
	blobs   Blobs
	woken   chan struct{}
	public  freshness
	closed  atomic.Bool
}

// Open opens the centre in cfg, bringing its tables up to date. It refuses a
// database that a newer Nakodo has changed.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Dir == "" {
		return nil, errors.New("open store: no data directory is given; name one with --data")
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	vault, err := keys.OpenVault(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	blobs, err := openFolder(filepath.Join(cfg.Dir, "files"))
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	d := dialectOf(cfg.URL)
	s := &Store{dialect: d, now: cfg.Now, vault: vault, blobs: blobs, woken: make(chan struct{}, 1)}
	if s.write, s.read, err = d.open(cfg); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := s.prepare(ctx, filepath.Join(cfg.Dir, "lock")); err != nil {
		s.Close()
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context, lock string) error {
	if err := s.write.PingContext(ctx); err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	if err := s.dialect.selfTest(ctx, s.write); err != nil {
		return err
	}
	release, err := s.dialect.alone(ctx, s.write, lock)
	if err != nil {
		return err
	}
	defer release()
	if err := migrate(ctx, s.dialect, s.write); err != nil {
		return err
	}
	return s.Do(ctx, func(tx *Tx) error { return tx.checkVault(ctx) })
}

// checkVault refuses a sealing key that is not the one this database was sealed
// with: everything new would be sealed with a key that opens nothing of the old.
func (tx *Tx) checkVault(ctx context.Context) error {
	var known string
	switch err := tx.Setting(ctx, "vault", &known); {
	case fault.KindOf(err) == fault.NotFound:
		return tx.SetSetting(ctx, "vault", tx.store.vault.Name())
	case err != nil:
		return err
	case known != tx.store.vault.Name():
		return errors.New("the sealing key in the data directory is not this database's: put the centre's own seal.key there, from the backup or from another machine of the centre")
	}
	return nil
}

// Close ends all connections. Closing twice is harmless.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	err := s.write.Close()
	if s.read != nil {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Now is the present moment by the store's clock, in UTC and microseconds.
func (s *Store) Now() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Woken carries a signal after each commit that left a job, so that a worker
// in this process need not wait for its next look.
func (s *Store) Woken() <-chan struct{} { return s.woken }

// Tx is one transaction. It is only valid inside the function given to Do or
// View, on that function's goroutine.
type Tx struct {
	store         *Store
	sql           *sql.Tx
	now           time.Time
	writes        bool
	read          map[string]int64 // versions of the aggregates read, by kind/id
	jobs          int              // jobs stored so far
	publicChanged bool             // what the public may read has changed
}

// Now is the moment of the transaction: the same however long it runs.
func (tx *Tx) Now() time.Time { return tx.now }

// again bounds how often a transaction that lost a race is run again.
const again = 5

// Do runs f in a transaction that may write, and commits unless f fails. Where
// the database asks for it (a deadlock), f runs again from the start, so it
// must do nothing but read and write through tx. Calling Do inside f would wait
// for itself for ever.
func (s *Store) Do(ctx context.Context, f func(tx *Tx) error) error {
	for try := 1; ; try++ {
		err := s.do(ctx, f)
		if err == nil {
			return nil
		}
		kind := s.dialect.problem(err)
		if kind == lostRace && try < again && ctx.Err() == nil {
			continue
		}
		if kind == lostRace || kind == tooBusy {
			return fault.Because(err, fault.Busy, "fault.busy")
		}
		return err
	}
}

func (s *Store) do(ctx context.Context, f func(tx *Tx) error) error {
	t, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer t.Rollback() // after a commit this does nothing
	tx := s.tx(t, true)
	if err := f(tx); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if tx.publicChanged {
		s.public.forget()
	}
	if tx.jobs > 0 {
		select {
		case s.woken <- struct{}{}:
		default:
		}
	}
	return nil
}

// View runs f in a transaction that only reads and sees one moment of the
// database. It never waits for a writer.
func (s *Store) View(ctx context.Context, f func(tx *Tx) error) error {
	t, err := s.read.BeginTx(ctx, s.dialect.viewOptions)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer t.Rollback()
	return f(s.tx(t, false))
}

func (s *Store) tx(t *sql.Tx, writes bool) *Tx {
	return &Tx{store: s, sql: t, now: s.Now(), writes: writes, read: map[string]int64{}}
}
