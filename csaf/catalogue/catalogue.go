// Package catalogue explains the tests of CSAF: for each test of section 6 of
// CSAF 2.0 and 2.1 it has a title, what the test wants and how to mend a
// document that fails it, in English and Japanese, and small documents that
// fail and pass it. All of it is written for this project; the binding words
// are those of the standard.
//
// The texts stand in tests/*.txt, one entry after another, their Japanese in
// tests/*.ja.txt. An entry begins with "= ID Title" and has these parts:
//
//	in:     the versions of CSAF it is about; both if the line is missing
//	wants:  what the test demands
//	mend:   what to do about a document that fails
//	fail:   edits that turn the base document into one that fails
//	pass:   edits that turn it into one that passes
//
// fail and pass may name a version ("fail 2.1:") and may be repeated. An edit
// is "POINTER = JSON" or "drop POINTER"; lines that are indented further
// belong to the line before. The documents the edits start from are
// base-2.0.json and base-2.1.json, which pass every test.
package catalogue

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed base-2.0.json base-2.1.json tests/*.txt
var files embed.FS

// Text is a text in both languages of the catalogue.
type Text struct {
	English, Japanese string
}

// In gives the text in a language: Japanese for "ja" and its regions, else
// English.
func (t Text) In(lang string) string {
	if (lang == "ja" || strings.HasPrefix(lang, "ja-")) && t.Japanese != "" {
		return t.Japanese
	}
	return t.English
}

// Entry explains one test of one version of the standard.
type Entry struct {
	Version  string // "2.0" or "2.1"
	ID       string // "6.1.27.3"
	Title    Text
	Wants    Text
	Mend     Text
	Examples []Example // failing ones first
}

// Severity says what a failure means: "error" for a mandatory test, "warning"
// for an optional (2.0) or recommended (2.1) one, "info" for an informative
// one.
func (e Entry) Severity() string {
	switch {
	case strings.HasPrefix(e.ID, "6.1."):
		return "error"
	case strings.HasPrefix(e.ID, "6.2."):
		return "warning"
	}
	return "info"
}

// Tier is the name of the subsection of the standard that the test stands in.
func (e Entry) Tier() string {
	switch e.Severity() {
	case "error":
		return "mandatory"
	case "info":
		return "informative"
	}
	if e.Version == "2.0" {
		return "optional"
	}
	return "recommended"
}

// Example is a document that fails or passes a test.
type Example struct {
	Fails bool
	Edits string // how it differs from the base document: an edit a line, its continuation indented
	edits []edit
	base  string
}

// Document is the whole example as JSON, its keys sorted unless disorder is
// what the example is about.
func (e Example) Document() ([]byte, error) {
	base, err := files.ReadFile(e.base)
	if err != nil {
		return nil, err
	}
	doc, err := parse(string(base))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.base, err)
	}
	for _, ed := range e.edits {
		if doc, err = ed.apply(doc); err != nil {
			return nil, fmt.Errorf("%s: %w", ed.pointer, err)
		}
	}
	return append(doc.appendTo(nil, 0), '\n'), nil
}

// Base is the document from which the examples of a version start; it passes
// every test.
func Base(version string) Example { return Example{base: "base-" + version + ".json"} }

// Catalogue is the set of all entries.
type Catalogue struct {
	entries []Entry
	index   map[string]int // "2.1 6.1.27.3"
}

// Load reads the catalogue that is built into the package.
func Load() (*Catalogue, error) {
	names, err := fs.Glob(files, "tests/*.txt")
	if err != nil {
		return nil, err
	}
	c := &Catalogue{index: map[string]int{}}
	var translations []string
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(name, ".ja.txt") {
			translations = append(translations, name)
			continue
		}
		if err := c.read(string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, name := range translations {
		text, _ := files.ReadFile(name)
		if err := c.translate(string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return c, nil
}

// Entries are all entries: version 2.0 and 2.1 of a test side by side, in the
// order of the files.
func (c *Catalogue) Entries() []Entry { return c.entries }

// Find gives the entry of a test in a version of the standard.
func (c *Catalogue) Find(version, id string) (Entry, bool) {
	i, ok := c.index[version+" "+id]
	if !ok {
		return Entry{}, false
	}
	return c.entries[i], true
}
