package cli

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"nakodo/csaf/catalogue"
)

// explain prints what a test wants, in each version that has it.
func explain(args []string, s streams) int {
	set := flag.NewFlagSet("nakodo csaf explain", flag.ContinueOnError)
	set.SetOutput(s.err)
	set.Usage = func() {
		fmt.Fprint(s.err, "usage: nakodo csaf explain [flags] TEST\n\nTEST is the number of a test, for instance 6.1.27.3.\n\n")
		set.PrintDefaults()
	}
	version := set.String("version", "", "of CSAF, 2.0 or 2.1 (default: both)")
	lang := set.String("lang", languageOf(os.Getenv("LANG")), "en or ja")
	whole := set.Bool("whole", false, "print the examples as whole documents")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return ExitValid
	case err != nil:
		return ExitUnusable
	case set.NArg() != 1:
		return s.unusable("explain needs the number of one test, for instance 6.1.27.3")
	}
	cat, err := catalogue.Load()
	if err != nil {
		return s.unusable("%v", err)
	}
	entries, versions := explained(cat, set.Arg(0), *version)
	if len(entries) == 0 {
		return s.unusable("there is no test %q; the tests are listed in section 6 of the standard", set.Arg(0))
	}
	for i, e := range entries {
		if err := printEntry(s, e, versions[i], *lang, *whole); err != nil {
			return s.unusable("%v", err)
		}
	}
	return ExitValid
}

// explained finds the entries of a test, one for both versions of the standard
// where they have the same, with the versions that each is about.
func explained(cat *catalogue.Catalogue, id, version string) (entries []catalogue.Entry, versions []string) {
	for _, v := range []string{"2.0", "2.1"} {
		e, ok := cat.Find(v, id)
		if !ok || version != "" && version != v {
			continue
		}
		if len(entries) == 1 && sameEntry(entries[0], e) {
			versions[0] += " and " + v
			continue
		}
		entries, versions = append(entries, e), append(versions, v)
	}
	return entries, versions
}

func sameEntry(a, b catalogue.Entry) bool {
	return a.Title == b.Title && a.Wants == b.Wants && a.Mend == b.Mend &&
		slices.EqualFunc(a.Examples, b.Examples, func(x, y catalogue.Example) bool { return x.Fails == y.Fails && x.Edits == y.Edits })
}

// languageOf is the language of a locale such as ja_JP.UTF-8.
func languageOf(locale string) string {
	if strings.HasPrefix(locale, "ja") {
		return "ja"
	}
	return "en"
}

func printEntry(s streams, e catalogue.Entry, versions, lang string, whole bool) error {
	fmt.Fprintf(s.out, "%s %s (CSAF %s, %s)\n\n%s\n\n%s\n", e.ID, e.Title.In(lang), versions, e.Severity(), e.Wants.In(lang), e.Mend.In(lang))
	for _, x := range e.Examples {
		heading := map[string][2]string{"en": {"Passes", "Fails"}, "ja": {"合格する例", "不合格になる例"}}[languageOf(lang)]
		title := heading[0]
		if x.Fails {
			title = heading[1]
		}
		text := x.Edits
		if whole {
			doc, err := x.Document()
			if err != nil {
				return err
			}
			text = string(doc)
		}
		fmt.Fprintf(s.out, "\n%s:\n\n%s\n", title, indent(text))
	}
	fmt.Fprintln(s.out)
	return nil
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
