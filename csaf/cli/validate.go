package cli

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"nakodo/csaf"
	"nakodo/csaf/grammar"
	"nakodo/csaf/spell"
)

// list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// validateFlags are the arguments of validate.
type validateFlags struct {
	preset, format, color string
	tests, dictionaries   list
	network, grammar      bool
	inputs                []string
}

func parseValidate(args []string, s streams) (validateFlags, error) {
	var f validateFlags
	set := flag.NewFlagSet("nakodo csaf validate", flag.ContinueOnError)
	set.SetOutput(s.err)
	set.Usage = func() {
		fmt.Fprint(s.err, "usage: nakodo csaf validate [flags] FILE|DIR|-...\n\nA DIR stands for every .json file below it, - for standard input.\n"+
			"Exit code: 0 all valid, 1 some not valid, 2 some input unusable.\n\n")
		set.PrintDefaults()
	}
	set.StringVar(&f.preset, "preset", "", "the tests to run: "+strings.Join(csaf.Presets(csaf.V21), ", ")+", optional (default basic)")
	set.StringVar(&f.format, "format", "text", "text for people, json for one line a document")
	set.StringVar(&f.color, "color", "auto", "colour the text: auto, always or never")
	set.Var(&f.tests, "test", "run this test, for instance 6.2.3; may be repeated")
	set.Var(&f.dictionaries, "dictionary", "LANG=FILE: a hunspell .dic (with its .aff beside it) or a list of words, for test 6.3.8; may be repeated")
	set.BoolVar(&f.grammar, "grammar", false, "look for faults of English grammar (test 6.3.16 of CSAF 2.1)")
	set.BoolVar(&f.network, "network", false, "ask the network whether URLs resolve (tests 6.3.6 and 6.3.7)")
	if err := set.Parse(args); err != nil {
		return f, err
	}
	f.inputs = set.Args()
	switch {
	case len(f.inputs) == 0:
		return f, errors.New("validate needs a FILE, a DIR, or - for standard input")
	case f.format != "text" && f.format != "json":
		return f, fmt.Errorf("--format is text or json, not %q", f.format)
	case !slices.Contains([]string{"auto", "always", "never"}, f.color):
		return f, fmt.Errorf("--color is auto, always or never, not %q", f.color)
	}
	return f, nil
}

// options are the options of the validator that the flags ask for.
func (f validateFlags) options() (csaf.Options, error) {
	opt := csaf.Options{Preset: f.preset, Tests: f.tests}
	if f.network {
		opt.Client = &http.Client{Timeout: 20 * time.Second}
	}
	if f.grammar {
		opt.Grammar = grammar.English{}
	}
	if len(f.dictionaries) > 0 {
		words := spell.New()
		for _, d := range f.dictionaries {
			lang, file, ok := strings.Cut(d, "=")
			if !ok {
				return opt, fmt.Errorf("--dictionary %s: write it as LANG=FILE, for instance en=/usr/share/hunspell/en_US.dic", d)
			}
			dict, err := readDictionary(file)
			if err != nil {
				return opt, fmt.Errorf("--dictionary %s: %w", d, err)
			}
			words.Add(lang, dict)
		}
		opt.Speller = words
	}
	return opt, nil
}

// readDictionary reads a word list, with the .aff file beside it if there is
// one.
func readDictionary(file string) (*spell.Dictionary, error) {
	dic, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer dic.Close()
	aff, err := os.Open(strings.TrimSuffix(file, ".dic") + ".aff")
	if errors.Is(err, os.ErrNotExist) {
		return spell.ReadWords(dic)
	} else if err != nil {
		return nil, err
	}
	defer aff.Close()
	return spell.ReadHunspell(aff, dic)
}

func validate(args []string, s streams) int {
	f, err := parseValidate(args, s)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return ExitValid
	case err != nil:
		return s.unusable("%v", err)
	}
	opt, err := f.options()
	if err != nil {
		return s.unusable("%v", err)
	}
	v, err := newValidator(opt)
	if err != nil {
		return s.unusable("%v", err)
	}
	docs, err := inputs(f.inputs)
	if err != nil {
		return s.unusable("%v", err)
	}
	out := bufio.NewWriterSize(s.out, 1<<16)
	job := &run{validator: v, stdin: s.in, render: renderJSON}
	if f.format == "text" {
		job.render = (&painter{color: f.color == "always" || f.color == "auto" && isTerminal(s.out) && os.Getenv("NO_COLOR") == ""}).render
	}
	sum := job.all(docs, out, newProgress(s.err, len(docs), isTerminal(s.err)))
	if f.format == "text" {
		fmt.Fprint(out, sum.text())
	}
	if err := out.Flush(); err != nil {
		return s.unusable("write the results: %v", err)
	}
	return sum.exit()
}

// newValidator makes a validator; a preset that only CSAF 2.0 knows is fine.
func newValidator(opt csaf.Options) (*csaf.Validator, error) { return csaf.NewValidator(opt) }

// run is one use of validate.
type run struct {
	validator *csaf.Validator
	stdin     io.Reader
	render    func(outcome) []byte
}

// outcome is what became of one input.
type outcome struct {
	name   string
	err    error // the input is unusable
	tree   *csaf.Tree
	result csaf.Result
}

// rendered is an outcome as it will be written.
type rendered struct {
	text     []byte
	valid    bool
	unusable bool
	skipped  []string
}

// all judges the inputs on all cores and writes the results in their order.
// At most a few more documents than there are cores are in memory.
func (r *run) all(names []string, out io.Writer, bar *progress) summary {
	type ticket struct {
		name string
		done chan rendered
	}
	cores := runtime.GOMAXPROCS(0)
	work, order := make(chan ticket), make(chan ticket, 4*cores)
	for range cores {
		go func() {
			for t := range work {
				t.done <- r.one(t.name)
			}
		}()
	}
	go func() {
		for _, name := range names {
			t := ticket{name, make(chan rendered, 1)}
			order <- t
			work <- t
		}
		close(order)
		close(work)
	}()
	var sum summary
	for t := range order {
		got := <-t.done
		sum.add(got)
		bar.step()
		_, _ = out.Write(got.text) // a failure shows when the buffer is flushed
	}
	bar.end()
	return sum
}

func (r *run) one(name string) rendered {
	o := outcome{name: name}
	var text string
	if text, o.err = readInput(name, r.stdin); o.err == nil {
		if o.tree, o.err = csaf.ParseLimited(text, csaf.DefaultLimits()); o.err == nil {
			o.result, o.err = r.validator.Validate(o.tree)
		}
	}
	return rendered{
		text: r.render(o), valid: o.err == nil && o.result.Valid, unusable: o.err != nil, skipped: o.result.Skipped,
	}
}

// summary counts what became of the inputs.
type summary struct {
	valid, invalid, unusable int
	skipped                  []string
}

func (s *summary) add(r rendered) {
	switch {
	case r.unusable:
		s.unusable++
	case r.valid:
		s.valid++
	default:
		s.invalid++
	}
	for _, id := range r.skipped {
		if !slices.Contains(s.skipped, id) {
			s.skipped = append(s.skipped, id)
		}
	}
}

func (s *summary) exit() int {
	switch {
	case s.unusable > 0:
		return ExitUnusable
	case s.invalid > 0:
		return ExitInvalid
	}
	return ExitValid
}

func (s *summary) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d valid, %d not valid, %d unusable\n", s.valid, s.invalid, s.unusable)
	for _, id := range s.skipped {
		why := "needs --network"
		switch id {
		case "6.3.8":
			why = "needs --dictionary"
		case "6.3.16":
			why = "needs a grammar checker, which only programs can give"
		}
		fmt.Fprintf(&b, "test %s was not run: it %s\n", id, why)
	}
	return b.String()
}
