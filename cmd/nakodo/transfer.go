package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"nakodo/internal/store"
)

// exportCommand writes the whole centre to the standard output, as it is at one
// moment, while the centre may go on working.
func exportCommand(ctx context.Context, e env, args []string) int {
	return withStore(ctx, e, "export", args, func(dir string, s *store.Store) error {
		if err := s.Export(ctx, e.out); err != nil {
			return err
		}
		fmt.Fprintf(e.err, "Exported. What is sealed stays sealed: keep %s too, in another place.\n", filepath.Join(dir, "seal.key"))
		return nil
	})
}

// restoreCommand reads an export from the standard input into an empty centre.
// It opens the records alone: a wired centre would have made secrets of its own,
// and would no longer be empty.
func restoreCommand(ctx context.Context, e env, args []string) int {
	return withStore(ctx, e, "restore", args, func(dir string, s *store.Store) error {
		if err := s.Import(ctx, e.in); err != nil {
			return err
		}
		fmt.Fprintf(e.err, "Restored. Check it with: nakodo fsck --data %s\n", dir)
		return nil
	})
}

// withStore runs f on the records of --data. The directory must hold a seal.key:
// without it a mistyped path would quietly become a new, empty centre.
func withStore(ctx context.Context, e env, command string, args []string, f func(dir string, s *store.Store) error) int {
	dir, rest, ok := dataDir(e, command, args, nil)
	if !ok {
		return 2
	}
	if len(rest) > 0 {
		return fail(e, command, fmt.Errorf("%w: %q is one argument too many; use the standard input and output", errUsage, rest[0]))
	}
	if _, err := os.Stat(filepath.Join(dir, "seal.key")); errors.Is(err, os.ErrNotExist) {
		return fail(e, command, fmt.Errorf("there is no seal.key in %s; to restore, make the directory and put the exported centre's seal.key into it first", dir))
	}
	cfg, err := load(dir, e.getenv)
	if err != nil {
		return fail(e, command, err)
	}
	s, err := store.Open(ctx, store.Config{Dir: dir, URL: cfg.Database.URL})
	if err != nil {
		return fail(e, command, err)
	}
	if err := errors.Join(f(dir, s), s.Close()); err != nil {
		return fail(e, command, err)
	}
	return 0
}
