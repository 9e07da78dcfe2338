package csaf

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Options says how to judge a document. The zero value asks for the preset
// "basic" without network and dictionaries.
type Options struct {
	// Preset names the tests to run: see Presets.
	Preset string
	// Tests are the ids of further tests to run, "6.3.8" or "schema".
	Tests []string

	// Client fetches the URLs of tests 6.3.6 and 6.3.7. Without it these
	// tests do not run. The caller decides about proxies, time limits and
	// which addresses may be asked.
	Client *http.Client
	// Speller judges words for test 6.3.8, Grammar sentences for 6.3.16 of
	// CSAF 2.1. Without them these tests do not run.
	Speller Speller
	Grammar Grammar

	// Extensions are the CSAF extensions that the caller knows; tests 6.1.60.2
	// and 6.1.60.3 of CSAF 2.1 warn of any others.
	Extensions []*ExtensionPackage

	// Now is the time to compare dates with; zero means the clock.
	Now time.Time
	// MaxPerTest bounds the findings kept of one test; zero means 10,000.
	MaxPerTest int
}

func (o *Options) maxPerTest() int {
	if o.MaxPerTest > 0 {
		return o.MaxPerTest
	}
	return 10_000
}

// A Speller knows the words of languages.
type Speller interface {
	// Languages reports whether there is a dictionary for a language tag
	// (BCP 47), for instance "en-US" or "de".
	Knows(lang string) bool
	// Misspelt gives the words of a text that the dictionary does not have.
	Misspelt(lang, text string) []string
}

// Grammar knows the rules of languages.
type Grammar interface {
	Knows(lang string) bool
	// Faults gives a sentence about each fault found in a text.
	Faults(lang, text string) []string
}

// Result is the judgement of one document.
type Result struct {
	Version  Version   // of the standard by which the document was judged
	Valid    bool      // no finding is an Error and all was judged
	Findings []Finding // in the order of the tests, then of the document
	// Skipped are tests of the preset that did not run because the options
	// lack what they need.
	Skipped []string
	// Cut is true when a test had more than MaxPerTest findings or the
	// document asked for more work than any honest one does; the findings
	// are then not all.
	Cut bool
}

// Validate judges a document. It fails only if the options are unusable (an
// unknown preset or test); whatever is wrong with the document is a finding.
func Validate(t *Tree, opt Options) (Result, error) {
	v := VersionOf(t)
	run, err := selection(v, &opt)
	if err != nil {
		return Result{}, err
	}
	c := &checker{index: newIndex(t, v), opt: &opt, budget: 50_000_000}
	res := Result{Version: v}
	for _, k := range run {
		if k.needs&needsNetwork != 0 && opt.Client == nil ||
			k.needs&needsDictionary != 0 && opt.Speller == nil ||
			k.needs&needsGrammar != 0 && opt.Grammar == nil {
			res.Skipped = append(res.Skipped, k.id)
			continue
		}
		c.perform(k)
	}
	res.Findings, res.Cut = c.findings, c.dropped
	res.Valid = !res.Cut && !slices.ContainsFunc(res.Findings, func(f Finding) bool { return f.Severity == Error })
	return res, nil
}

// perform runs one check and survives one that spends the budget.
func (c *checker) perform(k *check) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case budgetSpent:
			c.dropped = true
		default:
			panic(p)
		}
	}()
	c.now, c.here = k, 0
	k.run(c)
}

// VersionOf is the version that a document claims; 2.0 if it names none that
// this package knows, so that the schema test can say what is wrong.
func VersionOf(t *Tree) Version {
	if t.Root().Path("document", "csaf_version").Text() == string(V21) {
		return V21
	}
	return V20
}

// selection gives the checks that a preset and a list of tests ask for.
func selection(v Version, opt *Options) ([]*check, error) {
	name := opt.Preset
	if name == "" {
		name = "basic"
	}
	var out []*check
	bit := v20
	if v == V21 {
		bit = v21
	}
	for _, table := range tables() {
		for i := range table {
			k := &table[i]
			if k.in&bit != 0 && (inPreset(name, k.id) || slices.Contains(opt.Tests, k.id)) {
				out = append(out, k)
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("preset %q is not known", name)
	}
	return out, nil
}

func inPreset(name, id string) bool {
	switch name {
	case "mandatory", "basic":
		return strings.HasPrefix(id, "6.1.")
	case "none":
		return false
	case "extended":
		return !strings.HasPrefix(id, "6.3.")
	}
	return true
}
