package csaf

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ConvertOptions are the choices that the standard leaves to the user of a
// converter from CSAF 2.0 to 2.1 (conformance clause 18). The zero value takes
// the default of the standard for each.
type ConvertOptions struct {
	// Now decides which dates lie in the future; zero means the clock.
	Now time.Time

	// TLPFromText takes a label written as "TLP v2.0: TLP:..." in
	// /document/distribution/text instead of the converted one.
	TLPFromText bool
	// OtherIsMultiplier gives publishers of the category other the new
	// category multiplier; QuietOther leaves out the warning about it.
	OtherIsMultiplier, QuietOther bool
	// LatestCWE takes the newest CWE list that still has the weakness, not
	// the one that was the newest when the document was released.
	LatestCWE bool

	// WholeNumbers takes model numbers, serial numbers and stock keeping
	// units as complete: no star is added.
	WholeNumbers bool
	// LiteralStars and LiteralMarks take "*" and "?" in them as characters.
	LiteralStars, LiteralMarks bool

	// The following leave out a step.
	KeepStacked    bool // branch categories that appear twice along a path
	KeepMixed      bool // product_version and product_version_range along one path
	KeepOpen       bool // version ranges without an upper end
	KeepSingle     bool // version ranges that are a single version
	KeepRangeTexts bool // version ranges that are not in the form that 2.1 demands
	KeepHashes     bool // spelling of unknown hash algorithms
	KeepIDs        bool // ids of registered or known systems
	NoLicence      bool // licence expressions from legal disclaimers
	NoCVSS4        bool // CVSS v4.0 vectors from links to the calculator

	// Invalid returns the result also if it is not a valid document, for
	// repair by hand.
	Invalid bool
}

// ConvertWarning is something that the converter changed, could not convert,
// or wants a person to look at.
type ConvertWarning struct {
	Severity Severity // Warning, or Error for what could not be resolved
	Path     string   // JSON pointer in the source
	Value    string   // the JSON text there, before the conversion
	Message  string
}

// String is the warning in a line.
func (w ConvertWarning) String() string {
	return fmt.Sprintf("%s: %s: %s", w.Severity, orRoot(w.Path), w.Message)
}

// An InvalidResultError says that the source could not be converted into a
// valid CSAF 2.1 document: the mandatory tests that the result fails.
type InvalidResultError struct{ Findings []Finding }

func (e *InvalidResultError) Error() string {
	f := e.Findings[0]
	return fmt.Sprintf("the converted document would not be valid CSAF 2.1, for %d reasons; the first is test %s at %s: %s",
		len(e.Findings), f.Test, orRoot(f.Path()), f.Message)
}

// Convert20to21 turns a CSAF 2.0 document into one of CSAF 2.1, after
// conformance clause 18 of CSAF 2.1. Every change of meaning, and whatever a
// person should check, is a warning.
//
// Where the source has version ranges in other forms than 2.1 allows and their
// meaning is plain ("< V4.2", "vers:all/<V4.2", "All versions"), they are
// written in the form that 2.1 demands; the clause does not ask for this, but
// without it few real documents could be converted.
//
// The error is an *InvalidResultError if the result is not valid; the result
// comes with it if the options ask for that.
func Convert20to21(source *Tree, opt ConvertOptions) (*Document, []ConvertWarning, error) {
	if got := source.Root().Path("document", "csaf_version").Text(); got != string(V20) {
		return nil, nil, fmt.Errorf("only documents of CSAF 2.0 can be converted; this one says csaf_version %q", got)
	}
	c := &converter{opt: opt, src: newIndex(source, V20), budget: workPerConversion}
	walked := c.src.bySchema()
	if len(walked.found) > 0 {
		v := walked.found[0]
		return nil, nil, fmt.Errorf("the source is not a CSAF 2.0 document, correct it first: %s: %s", orRoot(v.at.Pointer()), v.msg)
	}
	if opt.Now.IsZero() {
		c.opt.Now = time.Now()
	}
	if err := c.read(walked.extra); err != nil {
		return nil, nil, err
	}
	if err := c.withinBudget(c.convert); err != nil {
		return nil, c.warnings, err
	}
	return c.finish()
}

// workPerConversion bounds the steps of a conversion. The largest documents in
// the wild need fewer than a million.
const workPerConversion = 20_000_000

// spend takes n steps from the budget that bounds the work on one document.
func (c *converter) spend(n int) {
	if c.budget -= n; c.budget < 0 {
		panic(budgetSpent{})
	}
}

// withinBudget runs a part of the conversion until the budget is spent.
func (c *converter) withinBudget(run func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case budgetSpent:
			err = errors.New("the document asks for more work than any honest one does; convert its parts")
		default:
			panic(p)
		}
	}()
	run()
	return nil
}

// converter is one conversion. Paths and values in warnings are those of the
// source; src is its index.
type converter struct {
	opt      ConvertOptions
	src      *index
	doc      *Document
	warnings []ConvertWarning
	budget   int

	fixed []fixedProduct // products that were added
}

func (c *converter) warn(at Node, format string, args ...any) { c.note(Warning, at, format, args...) }
func (c *converter) fail(at Node, format string, args ...any) { c.note(Error, at, format, args...) }

func (c *converter) note(s Severity, at Node, format string, args ...any) {
	c.warnings = append(c.warnings, ConvertWarning{s, at.Pointer(), at.Source(), fmt.Sprintf(format, args...)})
}

// read takes the source over into the model, without the members that CSAF 2.0
// does not define.
func (c *converter) read(extra []Node) error {
	drop := make(map[Node]bool, len(extra))
	for _, n := range extra {
		drop[n] = true
		c.warn(n, "the member %q is not defined by CSAF 2.0 and was not converted", clip(n.Key()))
	}
	if len(drop) == 0 {
		doc, err := c.src.root.tree.Document()
		c.doc = doc
		return err
	}
	var b strings.Builder
	without(&b, c.src.root, drop)
	doc, err := Read([]byte(b.String()))
	c.doc = doc
	return err
}

// without writes a value, leaving out some members.
func without(b *strings.Builder, n Node, drop map[Node]bool) {
	switch n.Kind() {
	case Array:
		b.WriteByte('[')
		for item := range n.Items() {
			if item.Index() > 0 {
				b.WriteByte(',')
			}
			without(b, item, drop)
		}
		b.WriteByte(']')
	case Object:
		b.WriteByte('{')
		comma := false
		for key, m := range n.Members() {
			if drop[m] {
				continue
			}
			if comma {
				b.WriteByte(',')
			}
			comma = true
			b.Write(appendString(nil, key))
			b.WriteByte(':')
			without(b, m, drop)
		}
		b.WriteByte('}')
	default:
		b.WriteString(n.Source())
	}
}

// convert goes through the document. Dates and the product tree come first,
// since other steps read them.
func (c *converter) convert() {
	d := c.doc
	d.Schema = SchemaURL21
	d.Document.CSAFVersion = V21
	c.convertDates()
	c.convertTree()
	c.convertMeta()
	i := 0
	for n := range c.src.root.Get("vulnerabilities").Items() {
		c.convertVulnerability(&d.Vulnerabilities[i], n, &c.src.vulns[i])
		i++
	}
	c.convertCategory()
}

// finish judges the result. A security advisory that does not satisfy its
// profile in 2.1 becomes one of the deprecated profile.
func (c *converter) finish() (*Document, []ConvertWarning, error) {
	found, err := c.judge()
	if err != nil {
		return nil, c.warnings, err
	}
	if c.doc.Document.Category == CategorySecurityAdvisory && failsProfile(found) {
		c.doc.Document.Category = CategoryDeprecatedSecurityAdvisory
		c.warn(c.src.document.Get("category"), "the document does not satisfy the profile %s of CSAF 2.1 and got the category %s: %s",
			CategorySecurityAdvisory, CategoryDeprecatedSecurityAdvisory, profileReason(found))
		if found, err = c.judge(); err != nil {
			return nil, c.warnings, err
		}
	}
	if len(found) == 0 {
		return c.doc, c.warnings, nil
	}
	result := &InvalidResultError{found}
	if c.opt.Invalid {
		return c.doc, c.warnings, result
	}
	return nil, c.warnings, result
}

// judge gives what makes the result invalid.
func (c *converter) judge() ([]Finding, error) {
	text, err := c.doc.Encode()
	if err != nil {
		return nil, err
	}
	t, err := Parse(text)
	if err != nil {
		return nil, errors.Join(errors.New("the converted document cannot be read"), err)
	}
	res, err := Validate(t, Options{Preset: "basic", Now: c.opt.Now})
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, f := range res.Findings {
		if f.Severity == Error {
			out = append(out, f)
		}
	}
	return out, nil
}

func failsProfile(found []Finding) bool { return profileReason(found) != "" }

func profileReason(found []Finding) string {
	for _, f := range found {
		if strings.HasPrefix(f.Test, "6.1.27.") {
			return fmt.Sprintf("test %s at %s: %s", f.Test, orRoot(f.Path()), f.Message)
		}
	}
	return ""
}
