package store

import (
	"context"
	"path/filepath"
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
