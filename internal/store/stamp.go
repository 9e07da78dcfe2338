package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// stamp is a time at the border of the database: microseconds since 1970 UTC
// as BIGINT, 0 for the zero time. The databases' own time types differ in
// precision, in zone and in how they come back, so neither is ever used.
type stamp time.Time

// Value implements driver.Valuer.
func (s stamp) Value() (driver.Value, error) {
	t := time.Time(s)
	if t.IsZero() {
		return int64(0), nil
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (s *stamp) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a time is stored as a whole number, not as %T", v)
	}
	*s = stamp{}
	if n != 0 {
		*s = stamp(time.UnixMicro(n).UTC())
	}
	return nil
}

// into scans a stamp column straight into a time.Time.
func into(t *time.Time) *stamp { return (*stamp)(t) }
