package store

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
)

// Tamper changes the tables behind the store's back, as a fault or an intruder would.
func (s *Store) Tamper(ctx context.Context, statement string, args ...any) error {
	_, err := s.write.ExecContext(ctx, statement, args...)
	return err
}

// CountRows says how many rows a table has.
func (s *Store) CountRows(ctx context.Context, table string) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+table).Scan(&n)
	return n, err
}

// Transferred lists the tables of an export.
func Transferred() []string { return transferred() }

// Dir is the data directory.
func (s *Store) Dir() string { return filepath.Dir(s.blobs.(folder).dir) }

// Refill runs the part of a migration again that reads columns out of bodies.
func Refill(ctx context.Context, s *Store, migration string) error {
	raw, err := migrations.ReadFile("migrations/" + migration + "." + s.dialect.name + ".sql")
	if err != nil {
		return err
	}
	_, fill, ok := strings.Cut(string(raw), "\nUPDATE ")
	if !ok {
		return errors.New("the migration fills nothing")
	}
	return s.Do(ctx, func(tx *Tx) error {
		for _, statement := range strings.Split("UPDATE "+fill, ";\n") {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := tx.sql.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}
