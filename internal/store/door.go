package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"nakodo/internal/fault"
	"nakodo/internal/journal"
	"nakodo/internal/party"
)

// Setting reads a setting into v. NotFound: it was never set.
func (tx *Tx) Setting(ctx context.Context, name string, v any) error {
	var raw string
	if err := tx.row(ctx, `SELECT body FROM setting WHERE name = $1`, []any{name}, &raw); err != nil {
		return err
	}
	return json.Unmarshal([]byte(raw), v)
}

// SetSetting keeps a setting as JSON.
func (tx *Tx) SetSetting(ctx context.Context, name string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `INSERT INTO setting (name, body) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET body = excluded.body`, name, string(raw))
}

// Secret opens a secret, such as the centre's private key or a person's
// second factor. Inside Do it stays as read until the commit, so a one-time
// code is spent once. NotFound: there is none.
func (tx *Tx) Secret(ctx context.Context, name string) ([]byte, error) {
	var sealed []byte
	if err := tx.row(ctx, `SELECT sealed FROM secret WHERE name = $1`+tx.hold(), []any{name}, &sealed); err != nil {
		return nil, err
	}
	return tx.store.vault.Open("secret/"+name, sealed)
}

// SetSecret seals a secret.
func (tx *Tx) SetSecret(ctx context.Context, name string, plain []byte) error {
	sealed, err := tx.store.vault.Seal("secret/"+name, plain)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `INSERT INTO secret (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed`, name, sealed)
}

// DeleteSecret destroys a secret. Destroying none is no error.
func (tx *Tx) DeleteSecret(ctx context.Context, name string) error {
	return tx.exec(ctx, `DELETE FROM secret WHERE name = $1`, name)
}

// Link is a link that opens a door for whoever holds its token.
type Link struct {
	Purpose string      `json:"purpose"`        // "sign_in", "finder", "set_up" …
	Actor   party.Actor `json:"actor"`          // who is let in
	About   journal.Ref `json:"about"`          // for DropLinks; may be empty
	To      string      `json:"to,omitempty"`   // where it leads next
	Once    bool        `json:"once,omitempty"` // it opens one time only
	Made    time.Time   `json:"made"`
	Until   time.Time   `json:"until,omitzero"` // zero: it does not end
}

// AddLink keeps a link under the hash of its token.
func (tx *Tx) AddLink(ctx context.Context, token string, l Link) error {
	if token == "" {
		return errors.New("a link needs a token")
	}
	raw, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return tx.exec(ctx, `INSERT INTO link (token, body, about_kind, about_id, until, used) VALUES ($1, $2, $3, $4, $5, 0)`,
		hashed(token), string(raw), string(l.About.Kind), l.About.ID, stamp(l.Until))
}

// Link reads a link without using it. NotFound: there is none, its time is
// over, or it was used; which of these is nobody's business.
func (tx *Tx) Link(ctx context.Context, token string) (Link, error) {
	return body[Link](ctx, tx, `SELECT body FROM link WHERE token = $1 AND (until = 0 OR until > $2) AND used = 0`, hashed(token), stamp(tx.now))
}

// UseLink opens a link. One that opens once is used up by it, also where two
// try at the same moment.
func (tx *Tx) UseLink(ctx context.Context, token string) (Link, error) {
	l, err := tx.Link(ctx, token)
	if err != nil || !l.Once {
		return l, err
	}
	n, err := tx.change(ctx, `UPDATE link SET used = $2 WHERE token = $1 AND used = 0`, hashed(token), stamp(tx.now))
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return Link{}, err
	}
	return l, nil
}

// DropLinks makes all links about a record useless, of one purpose or (empty) of all.
func (tx *Tx) DropLinks(ctx context.Context, about journal.Ref, purpose string) error {
	type row struct{ token, body string }
	rows, err := list(ctx, tx, `SELECT token, body FROM link WHERE about_kind = $1 AND about_id = $2`, []any{string(about.Kind), about.ID},
		func(scan func(...any) error) (r row, err error) { return r, scan(&r.token, &r.body) })
	if err != nil {
		return err
	}
	for _, r := range rows {
		var l Link
		if err := json.Unmarshal([]byte(r.body), &l); err != nil {
			return err
		}
		if purpose != "" && l.Purpose != purpose {
			continue
		}
		if err := tx.exec(ctx, `DELETE FROM link WHERE token = $1`, r.token); err != nil {
			return err
		}
	}
	return nil
}

// Hit counts one more of key in the present stretch of time and says how many
// that makes. Stretches begin at whole multiples of their length.
func (tx *Tx) Hit(ctx context.Context, key string, stretch time.Duration) (n int, err error) {
	since := tx.now.Truncate(stretch)
	err = tx.row(ctx, `INSERT INTO hit (key, since, until, n) VALUES ($1, $2, $3, 1)
		ON CONFLICT (key, since) DO UPDATE SET n = hit.n + 1 RETURNING n`,
		[]any{hashed(key), stamp(since), stamp(since.Add(stretch))}, &n)
	return n, err
}

// Throttle says how often in a row something failed, when it last did, and
// until when the next try is refused. All zero: never.
func (tx *Tx) Throttle(ctx context.Context, key string) (fails int, latest, until time.Time, err error) {
	err = tx.row(ctx, `SELECT fails, latest, until FROM throttle WHERE key = $1`+tx.hold(), []any{hashed(key)}, &fails, into(&latest), into(&until))
	if fault.KindOf(err) == fault.NotFound {
		err = nil
	}
	return fails, latest, until, err
}

// Fail counts one more failure and refuses the next try until a moment.
func (tx *Tx) Fail(ctx context.Context, key string, until time.Time) error {
	return tx.exec(ctx, `INSERT INTO throttle (key, fails, latest, until) VALUES ($1, 1, $2, $3)
		ON CONFLICT (key) DO UPDATE SET fails = throttle.fails + 1, latest = excluded.latest, until = excluded.until`, hashed(key), stamp(tx.now), stamp(until))
}

// Succeed forgets the failures.
func (tx *Tx) Succeed(ctx context.Context, key string) error {
	return tx.exec(ctx, `DELETE FROM throttle WHERE key = $1`, hashed(key))
}

// Sweep takes away what time has made useless: sessions, links and counters
// that are over. Run it once in a while; nothing depends on when.
func (tx *Tx) Sweep(ctx context.Context) error {
	if err := tx.exec(ctx, `DELETE FROM session WHERE until < $1`, stamp(time.Now())); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	for _, s := range []string{
		`DELETE FROM link WHERE until > 0 AND until < $1`,
		`DELETE FROM hit WHERE until < $1`,
	} {
		if err := tx.exec(ctx, s, stamp(tx.now)); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return tx.exec(ctx, `DELETE FROM throttle WHERE latest < $1`, stamp(tx.now.Add(-30*24*time.Hour)))
}

// Hit counts one more of key outside any transaction: the counters of rate
// limits, shared by all processes of a centre.
func (s *Store) Hit(ctx context.Context, key string, stretch time.Duration) (n int, err error) {
	err = s.Do(ctx, func(tx *Tx) error {
		n, err = tx.Hit(ctx, key, stretch)
		return err
	})
	return n, err
}
