package store

import (
	"context"
	"time"

	"nakodo/internal/fault"
)

// Sessions keeps sign-in sessions; it has the methods that the session library
// wants of a store (scs.CtxStore). Tokens are hashed, so that a copy of the
// database opens no session. A session ends by the machine's clock, as the
// library and the browser count, also where a story has moved the centre's.
type Sessions struct{ store *Store }

// Sessions gives the sessions of the centre.
func (s *Store) Sessions() Sessions { return Sessions{s} }

// FindCtx gives the data of a session that is not over.
func (s Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = s.store.View(ctx, func(tx *Tx) error {
		return tx.row(ctx, `SELECT data FROM session WHERE token = $1 AND until > $2`, []any{hashed(token), stamp(time.Now())}, &data)
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx keeps the data of a session until a moment.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, until time.Time) error {
	return s.store.Do(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `INSERT INTO session (token, data, until) VALUES ($1, $2, $3)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data, until = excluded.until`, hashed(token), data, stamp(until))
	})
}

// DeleteCtx ends a session. Ending none is no error.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.store.Do(ctx, func(tx *Tx) error { return tx.exec(ctx, `DELETE FROM session WHERE token = $1`, hashed(token)) })
}

// Find is FindCtx for a caller without a context.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for a caller without a context.
func (s Sessions) Commit(token string, data []byte, until time.Time) error {
	return s.CommitCtx(context.Background(), token, data, until)
}

// Delete is DeleteCtx for a caller without a context.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
