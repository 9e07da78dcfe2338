package store

import (
	"context"
	"sync"
	"time"
)

// lookEvery is how long another process's publication may stay unseen here.
const lookEvery = time.Second

// freshness remembers the last generation that was read, so that a portal may
// ask before each answer at the price of a mutex.
type freshness struct {
	mu     sync.Mutex
	n      int64
	looked time.Time
}

func (f *freshness) forget() {
	f.mu.Lock()
	f.looked = time.Time{}
	f.mu.Unlock()
}

// Generation is a number that grows with each change to what the public may
// read. A cache made under one generation is good while it lasts. What this
// process publishes counts at once, what another one does within a second.
func (s *Store) Generation(ctx context.Context) (int64, error) {
	s.public.mu.Lock()
	defer s.public.mu.Unlock()
	// The machine's own clock: a story may stop the centre's.
	if !s.public.looked.IsZero() && time.Since(s.public.looked) < lookEvery {
		return s.public.n, nil
	}
	err := s.read.QueryRowContext(ctx, `SELECT n FROM generation WHERE one = 1`).Scan(&s.public.n)
	if err != nil {
		return 0, err
	}
	s.public.looked = time.Now()
	return s.public.n, nil
}

// touchPublic says that what the public may read is about to change.
func (tx *Tx) touchPublic(ctx context.Context) error {
	if tx.publicChanged {
		return nil
	}
	tx.publicChanged = true
	return tx.exec(ctx, `UPDATE generation SET n = n + 1 WHERE one = 1`)
}
