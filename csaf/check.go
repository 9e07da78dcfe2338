package csaf

// How to write a check.
//
// A check is a function func(c *checker) and one row in a table of checks
// (see registry.go for the list of tables). The engine parses the document,
// builds the index once, and then runs the checks that the preset asks for:
//
//	{"6.1.1", v20 | v21, missingProductID, 0},
//
// The function looks at the document through the index (c.products, c.refs,
// c.vulns, c.revisions ...: everything that more than one check needs, see
// index.go) or through nodes (c.document.Get("lang")), and calls c.fail for
// each violation, with the node that the message is about:
//
//	func missingProductID(c *checker) {
//		for _, ref := range c.refs {
//			if !c.defined(ref.number) {
//				c.fail(ref.node, "product ID %q is not defined; define it in /product_tree or correct the reference", ref.node.Text())
//			}
//		}
//	}
//
// The rules:
//
//   - A document may have any shape: a check runs also where the schema is
//     violated. Nodes that do not exist or have another kind answer with
//     nothing, so never assume, never index without looking.
//   - The message names the value and says what to do. It does not repeat the
//     path. English, no full stop at the end, values quoted with %q.
//   - If something is missing, report at the object that should have it.
//   - The severity follows from the id: 6.1 error, 6.2 warning, 6.3 info. A
//     test of which the standard demands a mere warning uses c.warn.
//   - A check must be linear in the size of the document, give or take a
//     logarithm. Where it cannot be (a product group expanded at each place
//     that names it) it calls c.spend with the number of steps, and the engine
//     stops a document that exceeds its budget.
//   - If 2.0 and 2.1 have the same rule, there is one function; where they
//     differ in names only, ask c.v21 or let the index hide it (c.scores is
//     scores[] in 2.0 and metrics[] in 2.1).
//   - No state outside the checker, no clock (c.opt.Now), no network but
//     through c.opt, no file names, no known document ids.

import (
	"fmt"
	"time"
)

// Version is a version of the CSAF standard.
type Version string

// The versions of CSAF that this package judges.
const (
	V20 Version = "2.0"
	V21 Version = "2.1"
)

// Severity says how much a finding weighs.
type Severity string

// The severities: only an Error makes a document invalid.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// versions is a set of versions of the standard.
type versions uint8

const (
	v20 versions = 1 << iota
	v21
)

// needs says what a check cannot run without.
type needs uint8

const (
	needsNetwork    needs = 1 << iota // Options.Client
	needsDictionary                   // Options.Speller
	needsGrammar                      // Options.Grammar
)

// check is one test of section 6 of the standard.
type check struct {
	id    string
	in    versions
	run   func(*checker)
	needs needs
}

// severity is that of the subsection in which the test stands.
func (k *check) severity() Severity {
	switch k.id[:4] {
	case "6.2.":
		return Warning
	case "6.3.":
		return Info
	}
	return Error // 6.1. and schema
}

// checker is what a check works with: the index of the document, the options,
// and the place where findings go.
type checker struct {
	*index
	opt *Options

	now        *check // the check that is running
	findings   []Finding
	here       int // findings of the running check, also those not kept
	errors     int // findings that make the document invalid, also those not kept
	budget     int
	cut        []string
	unfinished []string
}

// fail reports a violation of the running test at a place.
func (c *checker) fail(at Node, format string, args ...any) {
	c.report(c.now.severity(), at, format, args...)
}

// warn reports at a place something that does not make the document invalid,
// in a test whose violations do.
func (c *checker) warn(at Node, format string, args ...any) {
	c.report(Warning, at, format, args...)
}

func (c *checker) report(s Severity, at Node, format string, args ...any) {
	if s == Error {
		c.errors++
	}
	if c.here++; c.here > c.opt.maxPerTest() {
		return
	}
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	c.findings = append(c.findings, Finding{Test: c.now.id, Severity: s, At: at, Message: msg})
}

// full reports whether further findings of the running test would not be kept,
// so that a check that could go on for long may stop.
func (c *checker) full() bool { return c.here > c.opt.maxPerTest() }

// spend takes n steps from the budget that bounds the work on one document.
func (c *checker) spend(n int) {
	if c.budget -= n; c.budget < 0 {
		panic(budgetSpent{})
	}
}

type budgetSpent struct{}

// A Finding is one thing that a test has to say about a document.
type Finding struct {
	Test     string // "6.1.1", or "schema"
	Severity Severity
	At       Node // the value that the finding is about
	Message  string
}

// Path is the JSON pointer of the value that the finding is about.
func (f Finding) Path() string { return f.At.Pointer() }

// today is the day to compare with where the standard says "now".
func (c *checker) today() time.Time {
	if c.opt.Now.IsZero() {
		return time.Now()
	}
	return c.opt.Now
}
