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
	err := tx.sql.QueryRowContext(ctx, query, fit(args)...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.Because(err, fault.NotFound, "fault.not_found")
	}
	return err
}

// list collects what read makes of each row. The result is never nil, so that
// an empty list is one in JSON too.
func list[T any](ctx context.Context, tx *Tx, query string, args []any, read func(scan func(...any) error) (T, error)) ([]T, error) {
	rows, err := tx.sql.QueryContext(ctx, query, fit(args)...)
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

// Two kinds of aggregate are stored. Those that a core function changes (report,
// case, advisory) come with their version raised already: keep compares what
// this transaction read. Those that a form changes (organisation, person …) come
// with the version that the form showed: save compares and raises it.
//
// In both statements $1 is the id, $2 the version to store, $3 the body, $4 the
// version that must be there still, and the rest are columns:
//
//	INSERT … ON CONFLICT (id) DO UPDATE SET … WHERE t.version = $4
//
// changes no row where somebody was faster: that is Stale.

// save stores a record that carries the version it was read with, 0 for a new
// one. On success the version counts one up, in the record as in the row.
func (tx *Tx) save(ctx context.Context, record any, id string, version *int64, statement string, columns ...any) error {
	*version++
	err := tx.upsert(ctx, statement, record, id, *version, *version-1, columns)
	if err != nil {
		*version--
	}
	return err
}

// keep stores a record whose version a core function has raised, by one for
// each verb since it was read.
func (tx *Tx) keep(ctx context.Context, kind, id string, version int64, record any, statement string, columns ...any) error {
	base, read := tx.read[kind+"/"+id]
	if !read {
		base = version - 1
	}
	if version <= base {
		return fmt.Errorf("version %d was not raised since it was read", version)
	}
	if err := tx.upsert(ctx, statement, record, id, version, base, columns); err != nil {
		return err
	}
	tx.read[kind+"/"+id] = version
	return nil
}

// loaded notes the version a record was read with, for keep.
func (tx *Tx) loaded(kind, id string, version int64, err error) error {
	if err == nil {
		tx.read[kind+"/"+id] = version
	}
	return err
}

// hold ends a SELECT of one aggregate: in a transaction that may write, nobody
// else changes the row until the commit, so two verbs at once come one after
// the other instead of one being refused.
func (tx *Tx) hold() string {
	if !tx.writes {
		return ""
	}
	return tx.store.dialect.lockRow
}

func (tx *Tx) upsert(ctx context.Context, statement string, record any, id string, version, base int64, columns []any) error {
	if id == "" {
		return errors.New("the record has no id")
	}
	raw, err := json.Marshal(record)
	if err != nil {
		return err
	}
	n, err := tx.change(ctx, statement, append([]any{id, version, string(raw), base}, columns...)...)
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
	_, err := tx.change(ctx, statement, args...)
	return err
}

// change runs a statement and says how many rows it changed.
func (tx *Tx) change(ctx context.Context, statement string, args ...any) (int64, error) {
	r, err := tx.sql.ExecContext(ctx, statement, fit(args)...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// fit makes every text fit for either database: valid UTF-8 without the NUL
// that one of them refuses. In a body, JSON has escaped both, so nothing of a
// record is lost by it, only of the columns it is looked up by. Bytes are never
// NULL, only empty.
func fit(args []any) []any {
	for i, a := range args {
		switch v := a.(type) {
		case string:
			args[i] = strings.ReplaceAll(strings.ToValidUTF8(v, "\uFFFD"), "\x00", "\uFFFD")
		case []byte:
			if v == nil {
				args[i] = []byte{}
			}
		}
	}
	return args
}
