package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nakodo/internal/desk"
	"nakodo/internal/format/collected"
	"nakodo/internal/look"
)

// interrupted is the exit code of a command that was told to stop half way.
const interrupted = 130

// largestDocument bounds one document, in bytes.
const largestDocument = 64 << 20

// importCommand takes third-party CSAF documents in: files, and all .json files
// below folders. 0: all are in. 1: some are not, each named with its reason.
// 130: it was told to stop; what went in is whole, and running it again goes on.
func importCommand(ctx context.Context, e env, args []string) int {
	if len(args) == 0 || args[0] != "csaf" {
		return fail(e, "import", fmt.Errorf("%w: say csaf --data DIR, then files or folders", errUsage))
	}
	code := 0
	opened := with(ctx, e, "import csaf", args[1:], nil, func(c *centre, rest []string) error {
		paths, err := documentsIn(rest)
		if err != nil {
			return err
		}
		code, err = c.importAll(ctx, e, paths)
		return err
	})
	return max(code, opened)
}

// documentsIn lists the files to read, in order. A folder stands for the .json
// files below it.
func documentsIn(args []string) ([]string, error) {
	if len(args) == 0 {
		return nil, fmt.Errorf("%w: name at least one file or folder", errUsage)
	}
	var paths []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			paths = append(paths, arg)
			continue
		}
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.EqualFold(filepath.Ext(path), ".json") {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	if len(paths) == 0 {
		return nil, fmt.Errorf("%w: there is no .json file in %s", errUsage, strings.Join(args, ", "))
	}
	return paths, nil
}

// tally counts what became of the documents.
type tally struct {
	outcome           map[desk.ImportOutcome]int
	broken            int
	vendors, products int
}

func (c *centre) importAll(ctx context.Context, e env, paths []string) (int, error) {
	static, err := look.NewStatic("/static/")
	if err != nil {
		return 0, err
	}
	press, err := collected.NewPress(c.desk.Words, static)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	bar := newProgress(e.err, len(paths), begin)
	t := tally{outcome: map[desk.ImportOutcome]int{}}
	stopped := false
	for i, path := range paths {
		bar.show(i, time.Now())
		if stopped = ctx.Err() != nil; stopped {
			break
		}
		done, err := c.importOne(ctx, press, path)
		if stopped = ctx.Err() != nil && err != nil; stopped {
			break
		}
		if err != nil {
			t.broken++
			bar.say(fmt.Sprintf("%s: %v", path, c.say(err)))
			continue
		}
		t.outcome[done.Outcome]++
		t.vendors, t.products = t.vendors+done.Vendors, t.products+done.Products
	}
	bar.end()
	fmt.Fprintf(e.out, "%d documents in %s: %d new, %d changed, %d here already, %d older than what is here, %d not taken.\n", len(paths),
		time.Since(begin).Round(100*time.Millisecond), t.outcome[desk.ImportNew], t.outcome[desk.ImportChanged], t.outcome[desk.ImportSame], t.outcome[desk.ImportOlder], t.broken)
	fmt.Fprintf(e.out, "Registry: %d vendors and %d products added, unverified.\n", t.vendors, t.products)
	switch {
	case stopped:
		fmt.Fprintln(e.err, "nakodo import csaf: stopped half way. What went in is whole; run the same command again to go on.")
		return interrupted, nil
	case t.broken > 0:
		return 1, nil
	}
	return 0, nil
}

func (c *centre) importOne(ctx context.Context, press *collected.Press, path string) (desk.Imported, error) {
	f, err := os.Open(path)
	if err != nil {
		return desk.Imported{}, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, largestDocument+1))
	if err != nil {
		return desk.Imported{}, err
	}
	if len(raw) > largestDocument {
		return desk.Imported{}, errors.New("it is larger than any CSAF document may be")
	}
	return c.desk.ImportAdvisory(ctx, console, press, raw)
}
