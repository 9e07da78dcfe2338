package cli

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"nakodo/csaf"
)

// convertFlags are the arguments of convert.
type convertFlags struct {
	to, output, input string
	opt               csaf.ConvertOptions
}

// convertSwitches are the choices that the standard leaves to the user, as
// flags.
func convertSwitches(o *csaf.ConvertOptions) []struct {
	name  string
	value *bool
	usage string
} {
	return []struct {
		name  string
		value *bool
		usage string
	}{
		{"tlp-from-text", &o.TLPFromText, "take a TLP 2.0 label from /document/distribution/text"},
		{"other-is-multiplier", &o.OtherIsMultiplier, "give publishers of category other the category multiplier"},
		{"quiet-other", &o.QuietOther, "do not warn of publishers of category other"},
		{"latest-cwe", &o.LatestCWE, "take the newest CWE list that has the weakness"},
		{"whole-numbers", &o.WholeNumbers, "model, serial and stock numbers are complete: add no star"},
		{"literal-stars", &o.LiteralStars, "a * in such numbers is a character"},
		{"literal-marks", &o.LiteralMarks, "a ? in such numbers is a character"},
		{"keep-stacked", &o.KeepStacked, "keep branch categories that appear twice along a path"},
		{"keep-mixed", &o.KeepMixed, "keep product_version and product_version_range along one path"},
		{"keep-open", &o.KeepOpen, "keep version ranges without an upper end"},
		{"keep-single", &o.KeepSingle, "keep version ranges of a single version"},
		{"keep-range-texts", &o.KeepRangeTexts, "keep version ranges that are not in the form that 2.1 demands"},
		{"keep-hashes", &o.KeepHashes, "keep the spelling of unknown hash algorithms"},
		{"keep-ids", &o.KeepIDs, "keep ids of registered or known systems as they are"},
		{"no-licence", &o.NoLicence, "do not take licences from legal disclaimers"},
		{"no-cvss4", &o.NoCVSS4, "do not take CVSS 4.0 vectors from links"},
		{"invalid", &o.Invalid, "write the result even if it is not valid CSAF 2.1"},
	}
}

func parseConvert(args []string, s streams) (convertFlags, error) {
	var f convertFlags
	set := flag.NewFlagSet("nakodo csaf convert", flag.ContinueOnError)
	set.SetOutput(s.err)
	set.Usage = func() {
		fmt.Fprint(s.err, "usage: nakodo csaf convert --to 2.1 [flags] FILE|-\n\nThe document goes to standard output, warnings to standard error.\n"+
			"Exit code: 0 converted, 1 the result would not be valid, 2 unusable input.\n\n")
		set.PrintDefaults()
	}
	set.StringVar(&f.to, "to", "", "the version of CSAF to convert to: 2.1")
	set.StringVar(&f.output, "output", "", "write the document to this file")
	for _, b := range convertSwitches(&f.opt) {
		set.BoolVar(b.value, b.name, false, b.usage)
	}
	if err := set.Parse(args); err != nil {
		return f, err
	}
	switch {
	case f.to != string(csaf.V21):
		return f, fmt.Errorf("say --to 2.1; no other conversion is known")
	case set.NArg() != 1:
		return f, fmt.Errorf("convert needs one FILE, or - for standard input")
	}
	f.input = set.Arg(0)
	return f, nil
}

// convert turns a CSAF 2.0 document into one of CSAF 2.1.
func convert(args []string, s streams) int {
	f, err := parseConvert(args, s)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return ExitValid
	case err != nil:
		return s.unusable("%v", err)
	}
	text, err := readInput(f.input, s.in)
	if err != nil {
		return s.unusable("%v", err)
	}
	tree, err := csaf.ParseLimited(text, csaf.DefaultLimits())
	if err != nil {
		return s.unusable("%s: %v", f.input, err)
	}
	doc, warnings, err := csaf.Convert20to21(tree, f.opt)
	p := &painter{color: isTerminal(s.err) && os.Getenv("NO_COLOR") == ""}
	for _, w := range warnings {
		fmt.Fprintf(s.err, "%s %s\n        %s\n", p.severity(w.Severity), printable(orRoot(w.Path)), printable(w.Message))
	}
	var invalid *csaf.InvalidResultError
	if err != nil && !errors.As(err, &invalid) {
		return s.unusable("%s: %v", f.input, err)
	}
	if invalid != nil {
		for _, e := range invalid.Findings {
			fmt.Fprintf(s.err, "%s %s %s\n        %s\n", p.severity(e.Severity), e.Test, printable(orRoot(e.Path())), printable(e.Message))
		}
		if !f.opt.Invalid {
			fmt.Fprintf(s.err, "nakodo csaf: %s: not converted, for the result would not be valid; --invalid writes it for repair by hand\n", f.input)
			return ExitInvalid
		}
	}
	if err := writeDocument(f.output, doc, s); err != nil {
		return s.unusable("%v", err)
	}
	if invalid != nil {
		return ExitInvalid
	}
	return ExitValid
}

// orRoot names the root in paths for people.
func orRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func writeDocument(file string, doc *csaf.Document, s streams) error {
	text, err := doc.Encode()
	if err != nil {
		return err
	}
	if file == "" {
		_, err = s.out.Write(text)
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
