package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"nakodo/internal/fault"
)

// body reads the JSON of one aggregate. No row: NotFound, said in the same
// words whether the record never was or is not for the reader.
func body[T any](ctx context.Context, tx *Tx, query string, args ...any) (T, error) {
	var v T
	var raw string
	if err := tx.row(ctx, query, args, &raw); err != nil {
		return v, err
	}
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		return v, fmt.Errorf("a stored record cannot be read: %w", err)
	}
	return v, nil
}

// bodies reads the JSON of many aggregates, in the query's order.
func bodies[T any](ctx context.Context, tx *Tx, query string, args ...any) ([]T, error) {
	return list(ctx, tx, query, args, func(scan func(...any) error) (T, error) {
		var v T
		var raw string
		if err := scan(&raw); err != nil {
			return v, err
		}
		if err := json.Unmarshal([]byte(raw), &v); err != nil {
			return v, fmt.Errorf("a stored record cannot be read: %w", err)
		}
		return v, nil
	})
}

// row scans one row; no row is NotFound.
func (tx *Tx) row(ctx context.Context, query string, args []any, into ...any) error {
	err := tx.sql.QueryRowContext(ctx, query, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.Because(err, fault.NotFound, "fault.not_found")
	}
	return err
}

// list collects what read makes of each row. The result is never nil, so that
// an empty list is one in JSON too.
func list[T any](ctx context.Context, tx *Tx, query string, args []any, read func(scan func(...any) error) (T, error)) ([]T, error) {
	rows, err := tx.sql.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []T{}
	for rows.Next() {
		v, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// one is the reader of a single column for list.
func one[T any](scan func(...any) error) (v T, err error) {
	err = scan(&v)
	return v, err
}

// save writes one aggregate: $1 is its id, $2 its version, $3 its body, the
// rest are the columns. The statement has the form
//
//	INSERT … ON CONFLICT (id) DO UPDATE SET … WHERE t.version = excluded.version - 1
//
// so that it changes no row where somebody was faster: that is Stale. On
// success the version counts one up, in the record as in the row.
func (tx *Tx) save(ctx context.Context, record any, id string, version *int64, statement string, columns ...any) error {
	*version++
	err := tx.put(ctx, record, id, *version, statement, columns)
	if err != nil {
		*version--
	}
	return err
}

func (tx *Tx) put(ctx context.Context, record any, id string, version int64, statement string, columns []any) error {
	if id == "" {
		return errors.New("save: the record has no id")
	}
	raw, err := json.Marshal(record)
	if err != nil {
		return err
	}
	n, err := tx.change(ctx, statement, append([]any{id, version, string(raw)}, columns...)...)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Stale, "fault.stale")
	}
	return nil
}

// exec runs a statement whose number of changed rows does not matter.
func (tx *Tx) exec(ctx context.Context, statement string, args ...any) error {
	_, err := tx.sql.ExecContext(ctx, statement, args...)
	return err
}

// change runs a statement and says how many rows it changed.
func (tx *Tx) change(ctx context.Context, statement string, args ...any) (int64, error) {
	r, err := tx.sql.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// plain makes text from outside fit for a column of either database: valid
// UTF-8 without the NUL that one of them refuses. A body needs no such care,
// because JSON escapes both.
func plain(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
