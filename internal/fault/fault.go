// Package fault names the six ways Nakodo refuses. Every refusal is meant for a
// tired person: its Key leads to a sentence in the catalogue (package words)
// that says what is wrong and what to do next, in the reader's language.
//
// A Fault is always safe to show: put nothing into its Args that its reader may
// not know. Internal detail goes into the wrapped cause, which only the log sees.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind is what a door needs to know to choose its answer. There is no seventh
// kind without a door that treats it differently.
type Kind string

// The kinds of refusal.
const (
	NotFound   Kind = "not_found"   // it does not exist, or this reader may not know that it does
	NotAllowed Kind = "not_allowed" // it exists and the reader knows so, but it is not theirs to do
	NotNow     Kind = "not_now"     // the record is not in a state that permits it
	Invalid    Kind = "invalid"     // the input is wrong; Problems say where
	Stale      Kind = "stale"       // somebody was faster; look again
	Busy       Kind = "busy"        // try later
	Internal   Kind = "internal"    // not a refusal: anything that is no Fault
)

// Args are the named values of a catalogue sentence.
type Args map[string]any

// Problem is one thing wrong with one field of an input.
type Problem struct {
	Field string // the form's or JSON's field name, e.g. "product"; empty: the whole input
	Key   string // catalogue key of the sentence
	Args  Args
}

// Fault is a refusal whose text is safe to show.
type Fault struct {
	Kind     Kind
	Key      string // catalogue key of the sentence
	Args     Args
	Problems []Problem // only for Invalid
	Cause    error     // for the log only; may be nil
}

// New makes a Fault; args alternate name and value: New(NotNow, "fault.embargo.over", "until", t).
func New(kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: Pairs(args...)}
}

// Because is New with a cause that only the log will see.
func Because(cause error, kind Kind, key string, args ...any) *Fault {
	f := New(kind, key, args...)
	f.Cause = cause
	return f
}

// Pairs turns alternating names and values into Args.
func Pairs(args ...any) Args {
	if len(args) == 0 {
		return nil
	}
	m := make(Args, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}

// Error is for logs and tests: kind, key, the arguments in order of name, and the cause.
func (f *Fault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.Kind, f.Key)
	names := make([]string, 0, len(f.Args))
	for n := range f.Args {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(&b, " %s=%v", n, f.Args[n])
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "; %s: %s", p.Field, p.Key)
	}
	if f.Cause != nil {
		fmt.Fprintf(&b, ": %v", f.Cause)
	}
	return b.String()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (f *Fault) Unwrap() error { return f.Cause }

// Of finds the Fault in err, or nil.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// KindOf says which kind err is; Internal for an error that is no Fault, "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if f := Of(err); f != nil {
		return f.Kind
	}
	return Internal
}

// Check collects the problems of one input, so that a person hears of all of
// them at once instead of one a try.
type Check struct{ problems []Problem }

// Add notes a problem.
func (c *Check) Add(field, key string, args ...any) {
	c.problems = append(c.problems, Problem{Field: field, Key: key, Args: Pairs(args...)})
}

// Need notes key for field unless ok.
func (c *Check) Need(ok bool, field, key string, args ...any) {
	if !ok {
		c.Add(field, key, args...)
	}
}

// Err is nil where nothing was noted, else one Invalid fault with all problems.
func (c *Check) Err() error {
	if len(c.problems) == 0 {
		return nil
	}
	return &Fault{Kind: Invalid, Key: "fault.invalid", Problems: c.problems}
}
