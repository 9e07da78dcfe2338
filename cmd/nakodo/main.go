// Command nakodo is a coordination centre in one binary.
//
// main.go holds the table of commands; each has a file of its own. The wiring
// of the server, top to bottom and without a framework, is in centre.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set at build time: -ldflags "-X main.version=1.2.3".
var version = "dev"

// command is one thing the binary does. run gets the arguments behind its name
// and gives the exit code.
type command struct {
	name, args, what string
	run              func(ctx context.Context, e env, args []string) int
}

// env is what a command sees of the world; tests bring their own.
type env struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
}

func commands() []command {
	return []command{
		{"demo", "[--addr HOST:PORT] [--dir DIR]", "show a centre with four cases, in a temporary folder", demo},
		{"serve", "--data DIR", "run the centre", serve},
		{"config", "print|check --data DIR", "show the configuration, or say what is wrong with it", config},
		{"officer", "add|reset|close --data DIR ...", "make, renew or close an officer's account", officerCommand},
		{"mail", "deliver --data DIR < MESSAGE", "take in a letter, as a mail server pipes it", mailCommand},
		{"import", "csaf --data DIR PATH...", "take third-party advisories into the portal and the registry", importCommand},
		{"registry", "export|import --data DIR [--dry-run]", "write the registry of organisations as CSV or JSON, or read it", registryCommand},
		{"match", "--data DIR --json", "rank who is concerned, one question a line", matchCommand},
		{"fsck", "--data DIR", "replay the journal and check everything against it", fsck},
		{"export", "--data DIR > FILE", "write the whole centre as one stream", exportCommand},
		{"restore", "--data DIR < FILE", "read such a stream into an empty centre", restoreCommand},
		{"machines", "--json | --dot NAME | --svg NAME", "print or draw the state machines", machines},
		{"csaf", "validate|convert|explain ...", "check, convert and explain CSAF documents", csafCommand},
		{"version", "", "print the version", func(_ context.Context, e env, _ []string) int { fmt.Fprintln(e.out, "nakodo", version); return 0 }},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, env{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run finds the command and runs it: 0 done, 1 failed, 2 not understood.
func run(ctx context.Context, e env, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(e.out)
		if len(args) == 0 {
			return 2
		}
		return 0
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, e, args[1:])
		}
	}
	fmt.Fprintf(e.err, "nakodo: there is no command %q\n\n", args[0])
	usage(e.err)
	return 2
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "Nakodo coordinates the disclosure of vulnerabilities.\n\nTo look around, run: nakodo demo\n\nCommands:")
	for _, c := range commands() {
		fmt.Fprintf(w, "  nakodo %-9s %-34s %s\n", c.name, c.args, c.what)
	}
}

// errUsage marks a mistake in the arguments: exit code 2.
var errUsage = errors.New("usage")

// fail prints an error and gives the exit code for it.
func fail(e env, command string, err error) int {
	fmt.Fprintf(e.err, "nakodo %s: %v\n", command, err)
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}
