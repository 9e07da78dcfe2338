package registry

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"nakodo/internal/party"
)

// item is an organisation as JSON. Versions count the changes in one centre and
// mean nothing in another: the outer fields hide the inner ones.
type item struct {
	party.Organisation
	Version  int64                 `json:"version,omitempty"`
	Contacts []contact             `json:"contacts,omitempty"`
	Answers  []party.KeywordAnswer `json:"answers,omitempty"`
}

type contact struct {
	party.Contact
	Org     party.OrgID `json:"org,omitempty"`
	Version int64       `json:"version,omitempty"`
}

func writeJSON(w io.Writer, records iter.Seq2[Record, error]) error {
	out := bufio.NewWriter(w)
	before := "[\n"
	for r, err := range records {
		if err != nil {
			return err
		}
		it := item{Organisation: r.Org, Answers: r.Answers}
		for _, c := range r.Contacts {
			it.Contacts = append(it.Contacts, contact{Contact: c})
		}
		raw, err := json.Marshal(it)
		if err != nil {
			return err
		}
		out.WriteString(before)
		out.Write(raw)
		before = ",\n"
	}
	if before == "[\n" {
		out.WriteString("[")
	}
	out.WriteString("\n]\n")
	return out.Flush()
}

func readJSON(raw []byte) ([]Record, []Wrong, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) {
		return nil, nil, errNotUTF8
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if first, err := d.Token(); err != nil || first != json.Delim('[') {
		return nil, nil, fmt.Errorf("the file is no JSON list of organisations; export a registry to see the form")
	}
	var records []Record
	var wrong []Wrong
	for d.More() {
		line := lineAt(raw, int(d.InputOffset()))
		var one json.RawMessage
		if err := d.Decode(&one); err != nil {
			return nil, nil, fmt.Errorf("line %d: not JSON from here on: %w", lineAt(raw, int(d.InputOffset())), err)
		}
		strict := json.NewDecoder(bytes.NewReader(one))
		strict.DisallowUnknownFields()
		var it item
		if err := strict.Decode(&it); err != nil {
			wrong = append(wrong, Wrong{line, err})
			continue
		}
		r := Record{Line: line, Org: it.Organisation, Answers: it.Answers}
		for _, c := range it.Contacts {
			r.Contacts = append(r.Contacts, c.Contact)
		}
		records = append(records, r)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, fmt.Errorf("the list does not end: the file is cut off")
	}
	return records, wrong, nil
}

// lineAt is the line of the next value at or behind an offset.
func lineAt(raw []byte, offset int) int {
	for offset < len(raw) && bytes.IndexByte([]byte(" \t\r\n,"), raw[offset]) >= 0 {
		offset++
	}
	return 1 + bytes.Count(raw[:offset], []byte{'\n'})
}
