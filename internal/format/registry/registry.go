// Package registry writes the registry of organisations as JSON or CSV for
// spreadsheets and other programs, and reads it back.
//
// JSON is a list with one organisation a line, in the words of party.Organisation,
// with its contacts and its answers to the technology keywords. CSV has one row
// an organisation; a row takes one contact and one product, so an organisation
// with more has further rows that repeat its id and name. Lists within a cell
// are separated by "|". Keyword answers are left out of CSV: they have a
// questionnaire of their own.
//
// Read names every row that cannot be used and goes on with the others. What a
// row may mean for the registry is decided by the desk.
package registry

import (
	"fmt"
	"io"
	"iter"

	"nakodo/internal/party"
)

// Record is one organisation with what belongs to it.
type Record struct {
	Line     int // of the file, from 1
	Org      party.Organisation
	Contacts []party.Contact
	Answers  []party.KeywordAnswer
}

// Wrong is a row that cannot be used.
type Wrong struct {
	Line int
	Err  error
}

// Format is the form of a file.
type Format string

// The formats.
const (
	JSON Format = "json"
	CSV  Format = "csv"
)

// Write writes records in a format.
func Write(w io.Writer, f Format, records iter.Seq2[Record, error]) error {
	switch f {
	case JSON:
		return writeJSON(w, records)
	case CSV:
		return writeCSV(w, records)
	}
	return fmt.Errorf("there is no format %q; use %s or %s", f, JSON, CSV)
}

// Read reads a whole file. The error is about the file; what is wrong with
// single rows is in the second value.
func Read(r io.Reader, f Format) ([]Record, []Wrong, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, err
	}
	switch f {
	case JSON:
		return readJSON(raw)
	case CSV:
		return readCSV(raw)
	}
	return nil, nil, fmt.Errorf("there is no format %q; use %s or %s", f, JSON, CSV)
}
