package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"

	"nakodo/csaf/cli"
	"nakodo/internal/match"
	"nakodo/internal/party"
	"nakodo/internal/store"
	"nakodo/internal/words"
)

// console is who acts when somebody with access to the machine uses a command.
var console = party.OfficerActor("console")

// open reads the configuration of --data and opens its centre.
func open(ctx context.Context, e env, dir string) (*centre, error) {
	cfg, err := load(dir, e.getenv)
	if err != nil {
		return nil, err
	}
	return openCentre(ctx, wiring{dir: dir, config: cfg, log: slog.New(slog.NewTextHandler(e.err, nil))})
}

// with runs f on the centre of --data.
func with(ctx context.Context, e env, command string, args []string, more func(*flag.FlagSet), f func(c *centre, rest []string) error) int {
	dir, rest, ok := dataDir(e, command, args, more)
	if !ok {
		return 2
	}
	c, err := open(ctx, e, dir)
	if err != nil {
		return fail(e, command, err)
	}
	defer c.close()
	if err := f(c, rest); err != nil {
		return fail(e, command, c.say(err))
	}
	return 0
}

// officerCommand makes an officer's account, gives it new proofs, or closes it.
func officerCommand(ctx context.Context, e env, args []string) int {
	verbs := map[string]struct {
		args string
		n    int
		do   func(c *centre, rest []string) (link string, err error)
	}{
		"add":   {"NAME MAIL", 2, func(c *centre, a []string) (string, error) { return c.desk.AddOfficer(ctx, console, a[0], a[1], "en") }},
		"reset": {"MAIL", 1, func(c *centre, a []string) (string, error) { return c.desk.ResetOfficer(ctx, console, a[0]) }},
		"close": {"MAIL", 1, func(c *centre, a []string) (string, error) { return "", c.desk.CloseOfficer(ctx, console, a[0]) }},
	}
	if len(args) == 0 || verbs[args[0]].do == nil {
		return fail(e, "officer", fmt.Errorf("%w: say add --data DIR NAME MAIL, reset --data DIR MAIL or close --data DIR MAIL", errUsage))
	}
	verb := verbs[args[0]]
	return with(ctx, e, "officer "+args[0], args[1:], nil, func(c *centre, rest []string) error {
		if len(rest) != verb.n {
			return fmt.Errorf("%w: behind --data DIR give %s", errUsage, verb.args)
		}
		link, err := verb.do(c, rest)
		if err != nil {
			return err
		}
		if link == "" {
			fmt.Fprintln(e.out, "The account is closed; its sessions have ended.")
			return nil
		}
		fmt.Fprintf(e.out, "Hand this link over by a safe way; it works once, within three days:\n\n  %s%s\n", c.config.Web.Address, link)
		return nil
	})
}

// fsck checks everything the centre keeps: 0 all is well, 1 something is not.
func fsck(ctx context.Context, e env, args []string) int {
	found := 0
	code := with(ctx, e, "fsck", args, nil, func(c *centre, _ []string) error {
		return c.desk.Fsck(ctx, func(f store.Finding) {
			found++
			fmt.Fprintf(e.out, "%s: %s\n", f.Where, f.What)
		}, func(step string) { fmt.Fprintf(e.err, "checking %s\n", step) })
	})
	switch {
	case code != 0:
		return code
	case found > 0:
		fmt.Fprintf(e.err, "nakodo fsck: %d findings\n", found)
		return 1
	}
	fmt.Fprintln(e.out, "All is well.")
	return 0
}

// matchCommand answers questions of who is concerned, one JSON object a line.
func matchCommand(ctx context.Context, e env, args []string) int {
	asJSON := false
	flags := func(f *flag.FlagSet) { f.BoolVar(&asJSON, "json", false, "read and write one JSON object a line") }
	return with(ctx, e, "match", args, flags, func(c *centre, _ []string) error {
		if !asJSON {
			return fmt.Errorf("%w: say --json and send lines such as {\"text\":\"...\"}", errUsage)
		}
		index, err := c.desk.Index(ctx, console)
		if err != nil {
			return err
		}
		return match.ServeLines(index, c.desk.Words, words.EN, e.in, e.out)
	})
}

// csafCommand is the CSAF library's own command.
func csafCommand(_ context.Context, e env, args []string) int {
	return cli.CSAF(args, e.in, e.out, e.err)
}

// say puts a refusal into words for a terminal.
func (c *centre) say(err error) error {
	return spoken(err, c.desk.Words)
}
