package registry

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"nakodo/internal/party"
)

var errNotUTF8 = errors.New("the file is not in UTF-8; save it again as “CSV UTF-8”")

// byteOrderMark makes spreadsheets read UTF-8 as such.
const byteOrderMark = "\ufeff"

func writeCSV(w io.Writer, records iter.Seq2[Record, error]) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	var head []string
	for _, c := range columns() {
		head = append(head, c.name)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for r, err := range records {
		if err != nil {
			return err
		}
		for i := range max(1, len(r.Contacts), len(r.Org.Products)) {
			if err := out.Write(cells(r, i)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// cells is the i-th row of an organisation.
func cells(r Record, i int) []string {
	line := row{org: r.Org}
	if i < len(r.Contacts) {
		line.contact = r.Contacts[i]
	}
	if i < len(r.Org.Products) {
		line.product = r.Org.Products[i]
	}
	var out []string
	for _, c := range columns() {
		text := ""
		if i == 0 || c.part != ofOrganisation || c.name == "id" || c.name == "name" {
			text = guard(c.get(line))
		}
		out = append(out, text)
	}
	return out
}

// guard keeps a spreadsheet from reading a text as a formula: an organisation
// may have registered a name that is one.
func guard(s string) string {
	if s != "" && strings.ContainsRune("=+-@'\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func unguard(s string) string { return strings.TrimPrefix(s, "'") }

func readCSV(raw []byte) ([]Record, []Wrong, error) {
	raw = bytes.TrimPrefix(raw, []byte(byteOrderMark))
	if !utf8.Valid(raw) {
		return nil, nil, errNotUTF8
	}
	in := csv.NewReader(bytes.NewReader(raw))
	in.FieldsPerRecord = -1
	head, err := in.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("the file has no row of column names: %w", err)
	}
	used, err := chosen(head)
	if err != nil {
		return nil, nil, err
	}
	t := table{columns: used, at: map[string]int{}}
	for {
		values, err := in.Read()
		if errors.Is(err, io.EOF) {
			return t.records, t.wrong, nil
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			t.wrong = append(t.wrong, Wrong{broken.StartLine, broken.Err})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		line, _ := in.FieldPos(0)
		if err := t.add(line, values); err != nil {
			t.wrong = append(t.wrong, Wrong{line, err})
		}
	}
}

// chosen gives the columns of a file in its order.
func chosen(head []string) ([]column, error) {
	var used []column
	var known []string
	for _, c := range columns() {
		known = append(known, c.name)
	}
	for _, name := range head {
		at := slices.Index(known, strings.ToLower(strings.TrimSpace(name)))
		if at < 0 {
			return nil, fmt.Errorf("there is no column %q; the columns are %s", name, strings.Join(known, ", "))
		}
		used = append(used, columns()[at])
	}
	if !slices.ContainsFunc(used, func(c column) bool { return c.name == "name" }) {
		return nil, fmt.Errorf("the column “name” is missing; the columns are %s", strings.Join(known, ", "))
	}
	return used, nil
}

// table collects rows into records: rows with one id, or without an id with
// one name, are one organisation.
type table struct {
	columns []column
	records []Record
	wrong   []Wrong
	first   [][]string // the cells of each record's first row
	at      map[string]int
}

func (t *table) add(line int, values []string) error {
	if len(values) > len(t.columns) {
		return fmt.Errorf("it has %d cells, more than there are columns; put quotation marks around a cell with a comma", len(values))
	}
	var r row
	for i, v := range values {
		values[i] = strings.TrimSpace(unguard(strings.TrimSpace(v)))
		if values[i] == "" {
			continue
		}
		if err := t.columns[i].set(&r, values[i]); err != nil {
			return fmt.Errorf("%s: %w", t.columns[i].name, err)
		}
	}
	key := "name " + r.name
	if r.org.ID != "" {
		key = "id " + string(r.org.ID)
	}
	if r.name == "" && r.org.ID == "" {
		return errors.New("it has neither name nor id")
	}
	at, known := t.at[key]
	if !known {
		at = len(t.records)
		t.at[key], t.records, t.first = at, append(t.records, Record{Line: line, Org: r.named()}), append(t.first, values)
	}
	record := &t.records[at]
	for i, c := range t.columns {
		if known && c.part == ofOrganisation && i < len(values) && values[i] != "" && (i >= len(t.first[at]) || values[i] != t.first[at][i]) {
			return fmt.Errorf("%s: %q is not what line %d says of the same organisation", c.name, values[i], record.Line)
		}
	}
	if r.product.Name != "" || r.product.ID != "" {
		record.Org.Products = append(record.Org.Products, r.product)
	}
	if r.contact.Name != "" || r.contact.Mail != "" || r.contact.ID != "" {
		record.Contacts = append(record.Contacts, r.contact)
	}
	return nil
}

// named puts the name to show in front of the others.
func (r row) named() party.Organisation {
	o := r.org
	at := slices.IndexFunc(o.Names, func(n party.Name) bool { return n.Text == r.name })
	switch {
	case r.name == "":
	case at < 0:
		o.Names = slices.Insert(o.Names, 0, party.Name{Text: r.name})
	default:
		first := o.Names[at]
		o.Names = slices.Insert(slices.Delete(o.Names, at, at+1), 0, first)
	}
	return o
}
