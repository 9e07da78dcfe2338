package cli

import (
	"errors"
	"flag"
	"fmt"
	"os"
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
	found := false
	for _, v := range []string{"2.0", "2.1"} {
		entry, ok := cat.Find(v, set.Arg(0))
		if !ok || *version != "" && *version != v {
			continue
		}
		found = true
		if err := printEntry(s, entry, *lang, *whole); err != nil {
			return s.unusable("%v", err)
		}
	}
	if !found {
		return s.unusable("there is no test %q; the tests are listed in section 6 of the standard", set.Arg(0))
	}
	return ExitValid
}

// languageOf is the language of a locale such as ja_JP.UTF-8.
func languageOf(locale string) string {
	if strings.HasPrefix(locale, "ja") {
		return "ja"
	}
	return "en"
}

func printEntry(s streams, e catalogue.Entry, lang string, whole bool) error {
	fmt.Fprintf(s.out, "%s %s (CSAF %s, %s)\n\n%s\n\n%s\n", e.ID, e.Title.In(lang), e.Version, e.Severity(), e.Wants.In(lang), e.Mend.In(lang))
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
