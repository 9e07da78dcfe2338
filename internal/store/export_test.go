package store

import "context"

// Tamper changes the tables behind the store's back, as a fault or an intruder would.
func (s *Store) Tamper(ctx context.Context, statement string, args ...any) error {
	_, err := s.write.ExecContext(ctx, statement, args...)
	return err
}
