package csaf

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"nakodo/csaf/rvisc"
)

// Options says how to judge documents. The zero value asks for the preset
// "basic" without network and dictionaries.
type Options struct {
	// Preset names the tests to run: see Presets. If it is empty and Tests is
	// too, it is "basic".
	Preset string
	// Tests are the ids of tests to run besides those of the preset.
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

	// IDSystems are systems of vulnerability ids that the caller accepts
	// besides the registered ones, for instance
	// rvisc.Registry{}.With(rvisc.Local()...).
	IDSystems rvisc.Registry

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
	// Knows reports whether there is a dictionary for a language tag
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
	Valid    bool      // no test that makes a document invalid failed or was left unfinished
	Findings []Finding // in the order of the tests, then of the document
	// Skipped are tests of the preset that did not run because the options
	// lack what they need.
	Skipped []string
	// Cut are tests that had more than MaxPerTest findings; the others were
	// counted for Valid, but not kept.
	Cut []string
	// Unfinished are tests that were stopped because the document asks for
	// more work than any honest one does.
	Unfinished []string
}

// Validate judges a document. It fails only if the options are unusable (an
// unknown preset or test); whatever is wrong with the document is a finding.
// To judge many documents, make one Validator.
func Validate(t *Tree, opt Options) (Result, error) {
	v, err := newValidator(opt, VersionOf(t))
	if err != nil {
		return Result{}, err
	}
	return v.Validate(t)
}

// Validator judges documents, always with the same options. It may be used by
// several goroutines.
type Validator struct {
	opt     Options
	checks  map[Version]plan
	indexes sync.Pool // of empty *index
}

// plan is what is to be done for a version of the standard.
type plan struct {
	run     []*check
	skipped []string
	err     error // the options ask for what this version does not have
}

// NewValidator checks the options. They may ask for a preset that only one of
// the versions has; documents of the other then are an error for Validate.
func NewValidator(opt Options) (*Validator, error) {
	v, err := newValidator(opt, V21)
	if err != nil {
		return nil, err
	}
	v.add(V20)
	return v, nil
}

// newValidator makes a Validator for one version.
func newValidator(opt Options, version Version) (*Validator, error) {
	if opt.Preset == "" && len(opt.Tests) == 0 {
		opt.Preset = "basic"
	}
	v := &Validator{opt: opt, checks: map[Version]plan{}}
	v.add(version)
	return v, v.checks[version].err
}

func (v *Validator) add(version Version) {
	var p plan
	checks, err := selection(version, v.opt.Preset, v.opt.Tests)
	p.err = err
	for _, k := range checks {
		if k.needs&needsNetwork != 0 && v.opt.Client == nil ||
			k.needs&needsDictionary != 0 && v.opt.Speller == nil ||
			k.needs&needsGrammar != 0 && v.opt.Grammar == nil {
			p.skipped = append(p.skipped, k.id)
		} else {
			p.run = append(p.run, k)
		}
	}
	v.checks[version] = p
}

// workPerDocument bounds the steps that checks may ask for with spend. The
// largest documents in the wild need fewer than a million.
const workPerDocument = 10_000_000

// Validate judges a document, see the function of the same name.
func (v *Validator) Validate(t *Tree) (Result, error) {
	version := VersionOf(t)
	p := v.checks[version]
	if p.err != nil {
		return Result{}, p.err
	}
	x, ok := v.indexes.Get().(*index)
	if !ok {
		x = new(index).emptied()
	}
	x.read(t, version)
	c := &checker{index: x, opt: &v.opt, budget: workPerDocument}
	for _, k := range p.run {
		c.perform(k)
	}
	v.indexes.Put(x.emptied())
	return Result{
		Version: version, Valid: c.errors == 0, Findings: c.findings,
		Skipped: slices.Clone(p.skipped), Cut: c.cut, Unfinished: c.unfinished,
	}, nil
}

// perform runs one check and stops one that spends the budget.
func (c *checker) perform(k *check) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case budgetSpent:
			c.unfinished = append(c.unfinished, k.id)
			if k.severity() == Error {
				c.errors++
			}
		default:
			panic(p)
		}
	}()
	c.now, c.here = k, 0
	k.run(c)
	if c.here > c.opt.maxPerTest() {
		c.cut = append(c.cut, k.id)
	}
}

// VersionOf is the version that a document claims in csaf_version, or else in
// $schema; 2.0 if it names none that this package knows, so that the schema
// test can say what is wrong.
func VersionOf(t *Tree) Version {
	switch Version(t.Root().Path("document", "csaf_version").Text()) {
	case V20:
		return V20
	case V21:
		return V21
	}
	if t.Root().Str("$schema") == SchemaURL21 {
		return V21
	}
	return V20
}
