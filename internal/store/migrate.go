package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to date, each numbered file in a transaction of
// its own. The caller keeps other processes from doing the same. A file named NNNN_what.sql
// serves both databases; NNNN_what.DIALECT.sql only one.
func migrate(ctx context.Context, d dialect, db *sql.DB) error {
	p, err := provider(d, db)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if current > target {
		return fmt.Errorf("this database was changed by a newer Nakodo (its tables are at %d, this program knows %d): start the newer program, or restore the backup made before the upgrade", current, target)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func provider(d dialect, db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "*.*.sql")
	if err != nil {
		return nil, err
	}
	ours := func(name string) bool { return strings.HasSuffix(name, "."+d.name+".sql") }
	others := slices.DeleteFunc(names, ours)
	return goose.NewProvider(d.goose, db, files, goose.WithExcludeNames(others), goose.WithDisableGlobalRegistry(true))
}
