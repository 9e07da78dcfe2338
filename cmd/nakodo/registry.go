package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nakodo/internal/desk"
	"nakodo/internal/fault"
	"nakodo/internal/format/registry"
	"nakodo/internal/words"
)

// registryCommand exports the registry of organisations, or imports one.
func registryCommand(ctx context.Context, e env, args []string) int {
	switch {
	case len(args) > 0 && args[0] == "export":
		return exportRegistry(ctx, e, args[1:])
	case len(args) > 0 && args[0] == "import":
		return importRegistry(ctx, e, args[1:])
	}
	return fail(e, "registry", fmt.Errorf("%w: say export --data DIR [--format csv|json], or import --data DIR [--dry-run] [--tiers] [--format csv|json] FILE", errUsage))
}

func exportRegistry(ctx context.Context, e env, args []string) int {
	format := string(registry.JSON)
	flags := func(f *flag.FlagSet) {
		f.StringVar(&format, "format", format, "csv or json; csv leaves keyword answers out")
	}
	return with(ctx, e, "registry export", args, flags, func(c *centre, rest []string) error {
		if len(rest) > 0 {
			return fmt.Errorf("%w: %q is one argument too many; the registry goes to the standard output", errUsage, rest[0])
		}
		return c.desk.ExportRegistry(ctx, console, func(records iter.Seq2[registry.Record, error]) error {
			return registry.Write(e.out, registry.Format(format), records)
		})
	})
}

// errRows says that rows were refused: the exit code tells scripts.
var errRows = errors.New("some rows were not taken; each is named above")

func importRegistry(ctx context.Context, e env, args []string) int {
	var how desk.RegistryImport
	format := ""
	flags := func(f *flag.FlagSet) {
		f.BoolVar(&how.Dry, "dry-run", false, "show every change and make none")
		f.BoolVar(&how.Tiers, "tiers", false, "take the tiers over too, as when a centre moves here; otherwise only a registration gives one")
		f.StringVar(&format, "format", "", "csv or json; otherwise as the file's name ends")
	}
	return with(ctx, e, "registry import", args, flags, func(c *centre, rest []string) error {
		if len(rest) != 1 {
			return fmt.Errorf("%w: name one file, or - for the standard input", errUsage)
		}
		in, format, err := openRegistry(e, rest[0], format)
		if err != nil {
			return err
		}
		records, wrong, err := registry.Read(in, format)
		if err = errors.Join(err, in.Close()); err != nil {
			return err
		}
		results, err := c.desk.ImportRegistry(ctx, console, records, how)
		if err != nil {
			return err
		}
		for _, w := range wrong {
			results = append(results, desk.ImportResult{Line: w.Line, Refused: w.Err})
		}
		return printImport(e.out, results, how.Dry, c.desk.Words)
	})
}

// openRegistry opens the file and tells its format.
func openRegistry(e env, path, format string) (io.ReadCloser, registry.Format, error) {
	if format == "" {
		format = strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	}
	if f := registry.Format(format); f != registry.CSV && f != registry.JSON {
		return nil, "", fmt.Errorf("%w: what format has %s? Add --format csv or --format json", errUsage, path)
	}
	if path == "-" {
		return io.NopCloser(e.in), registry.Format(format), nil
	}
	f, err := os.Open(path)
	return f, registry.Format(format), err
}

// printImport says what an import does, or would do: a line for each
// organisation, and below it one for each field that changes.
func printImport(w io.Writer, results []desk.ImportResult, dry bool, say words.Catalogue) error {
	slices.SortStableFunc(results, func(a, b desk.ImportResult) int { return cmp.Compare(a.Line, b.Line) })
	added, changed, same, refused, kept := 0, 0, 0, 0, 0
	for _, r := range results {
		switch {
		case r.Refused != nil:
			refused++
			fmt.Fprintf(w, "line %d: not taken: %s\n", r.Line, reasons(r, say))
		case r.New:
			added++
			fmt.Fprintf(w, "line %d: added: %s\n", r.Line, r.Name)
		case len(r.Changes) > 0:
			changed++
			fmt.Fprintf(w, "line %d: changed: %s (%s)\n", r.Line, r.Name, r.Org)
		default:
			same++
			fmt.Fprintf(w, "line %d: unchanged: %s\n", r.Line, r.Name)
		}
		for _, c := range r.Changes {
			fmt.Fprintf(w, "    %s\n", changeLine(c))
		}
		if t := r.Tier; t != nil {
			fmt.Fprintf(w, "    tier: not taken over: %s, the file says %s: registration decides\n", t.From, t.To)
			kept++
		}
	}
	verb := "Taken"
	if dry {
		verb = "Nothing was stored. It would be"
	}
	fmt.Fprintf(w, "%s: %d added, %d changed, %d unchanged, %d not taken.\n", verb, added, changed, same, refused)
	if kept > 0 {
		fmt.Fprintf(w, "Tiers not taken over: %d. If this list comes from a centre that has registered these organisations, --tiers takes them over.\n", kept)
	}
	if refused > 0 {
		return errRows
	}
	return nil
}

// reasons says why a row was refused: each problem, or the one refusal.
func reasons(r desk.ImportResult, say words.Catalogue) string {
	var all []string
	if r.Name != "" {
		all = append(all, r.Name)
	}
	f := fault.Of(r.Refused)
	if f == nil || len(f.Problems) == 0 {
		return strings.Join(append(all, flat(spoken(r.Refused, say).Error())), ": ")
	}
	for _, p := range f.Problems {
		all = append(all, p.Field+": "+say.Say(words.EN, p.Key, p.Args))
	}
	return strings.Join(all, ": ")
}

func changeLine(c desk.ImportChange) string {
	field := c.Field
	if c.Contact != "" {
		field = "contact " + c.Contact + ": " + field
		if c.New {
			field = "new " + field
		}
	}
	if c.From == "" {
		return field + ": + " + flat(c.To)
	}
	return fmt.Sprintf("%s: %s -> %s", field, flat(c.From), flat(c.To))
}

// flat puts a text with line breaks on one line.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }
