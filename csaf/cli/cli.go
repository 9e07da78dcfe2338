// Package cli is the command "csaf" with its parts validate, convert and
// explain, for programs that want to offer it. CSAF is the whole command as a
// function; it opens files, but takes its streams from the caller.
package cli

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// The exit codes of the command.
const (
	ExitValid    = 0 // everything asked for was done, every document is valid
	ExitInvalid  = 1 // some document is not valid
	ExitUnusable = 2 // wrong arguments, or input that is no readable document
)

const usage = `usage: nakodo csaf validate [flags] FILE|DIR|-...
       nakodo csaf convert --to 2.1 FILE|-
       nakodo csaf explain [flags] TEST

validate  judges CSAF 2.0 and 2.1 documents
convert   turns a CSAF 2.0 document into one of CSAF 2.1
explain   says what a test wants, with a failing and a passing example

"nakodo csaf validate -h" and so on list the flags.
`

// CSAF runs the command with the arguments after its name and returns the exit
// code.
func CSAF(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return ExitUnusable
	}
	io := streams{stdin, stdout, stderr}
	switch args[0] {
	case "validate":
		return validate(args[1:], io)
	case "convert":
		return convert(args[1:], io)
	case "explain":
		return explain(args[1:], io)
	case "-h", "--help", "help":
		fmt.Fprint(stdout, usage)
		return ExitValid
	}
	fmt.Fprintf(stderr, "nakodo csaf: there is no command %q\n%s", args[0], usage)
	return ExitUnusable
}

// streams are where the command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// unusable reports why the command cannot do its work.
func (s streams) unusable(format string, args ...any) int {
	fmt.Fprintf(s.err, "nakodo csaf: "+format+"\n", args...)
	return ExitUnusable
}

// isTerminal reports whether a person reads what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
