package store

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// transferred lists the tables of an export, each after those it refers to.
// Left out: sessions and counters, which end by themselves, and the index of
// words, which is made again.
func transferred() []string {
	return []string{
		"journal", "journal_head", "job", "generation", "document", "entry",
		"organisation", "organisation_key", "contact", "agreement", "agreement_text", "answers", "dismissals", "registration", "change", "person",
		"report", "identity", "cvd_case", "case_party", "case_report", "advisory", "revision",
		"round", "round_org", "nomination", "visit", "inquiry", "referral",
		"thread", "thread_reader", "message", "file", "letter", "mail",
		"setting", "secret", "link", "throttle",
	}
}

// seeded tables have a row in a fresh centre already.
var seeded = []string{"journal_head", "generation", "setting"}

// parcel is one line of an export. The first line has Format, the last End.
type parcel struct {
	Format  string   `json:"format,omitempty"`
	Schema  int64    `json:"schema,omitempty"` // number of the last migration
	Vault   string   `json:"vault,omitempty"`  // name of the sealing key
	Table   string   `json:"table,omitempty"`  // rows of it follow
	Columns []string `json:"columns,omitempty"`
	Row     []cell   `json:"row,omitempty"`
	Blob    string   `json:"blob,omitempty"` // sealed bytes follow in Data, until Done
	Data    []byte   `json:"data,omitempty"`
	Done    bool     `json:"done,omitempty"`
	End     bool     `json:"end,omitempty"`
	Lines   int64    `json:"lines,omitempty"` // with End: how many lines came before
}

// exportFormat names the form of an export.
const exportFormat = "nakodo export 1"

// cell is one value of a row: a number, a text, a truth, or bytes as {"b": …}.
type cell struct{ v any }

// MarshalJSON implements json.Marshaler.
func (c cell) MarshalJSON() ([]byte, error) {
	if b, ok := c.v.([]byte); ok {
		return json.Marshal(map[string]string{"b": base64.StdEncoding.EncodeToString(b)})
	}
	return json.Marshal(c.v)
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *cell) UnmarshalJSON(raw []byte) error {
	if raw[0] == '{' {
		var b struct{ B []byte }
		err := json.Unmarshal(raw, &b)
		c.v = b.B
		return err
	}
	if raw[0] == '"' {
		var s string
		err := json.Unmarshal(raw, &s)
		c.v = s
		return err
	}
	if raw[0] == 't' || raw[0] == 'f' {
		c.v = raw[0] == 't'
		return nil
	}
	var n int64
	err := json.Unmarshal(raw, &n)
	c.v = n
	return err
}

// Export writes the whole centre as one stream, as it was at one moment. What
// is sealed stays sealed: whoever imports it needs the centre's seal.key too.
func (s *Store) Export(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	x := &exporter{lines: json.NewEncoder(out)}
	x.lines.SetEscapeHTML(false)
	err := s.View(ctx, func(tx *Tx) error {
		schema, err := tx.schema(ctx)
		if err != nil {
			return err
		}
		if err := x.put(parcel{Format: exportFormat, Schema: schema, Vault: s.vault.Name()}); err != nil {
			return err
		}
		for _, table := range transferred() {
			if err := x.table(ctx, tx, table); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		used, err := tx.blobsInUse(ctx)
		if err != nil {
			return err
		}
		for _, u := range used {
			if err := x.blob(ctx, s.blobs, u.blob); err != nil {
				return fmt.Errorf("%s: %w", u.where, err)
			}
		}
		return x.put(parcel{End: true, Lines: x.n})
	})
	if err := errors.Join(err, out.Flush()); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// schema is the number of the newest migration in the database.
func (tx *Tx) schema(ctx context.Context) (n int64, err error) {
	err = tx.row(ctx, `SELECT MAX(version_id) FROM goose_db_version`, nil, &n)
	return n, err
}

type exporter struct {
	lines *json.Encoder
	n     int64
}

func (x *exporter) put(p parcel) error {
	x.n++
	return x.lines.Encode(p)
}

func (x *exporter) table(ctx context.Context, tx *Tx, table string) error {
	rows, err := tx.sql.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	head := parcel{Table: table}
	for _, t := range types {
		head.Columns = append(head.Columns, t.Name())
	}
	if err := x.put(head); err != nil {
		return err
	}
	row, into := make([]any, len(types)), make([]any, len(types))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		line := parcel{Row: make([]cell, len(row))}
		for i, v := range row {
			line.Row[i].v = neutral(v, types[i].DatabaseTypeName())
		}
		if err := x.put(line); err != nil {
			return err
		}
	}
	return rows.Err()
}

// neutral gives a value the form that both databases take for its column.
func neutral(v any, columnType string) any {
	switch kind := strings.ToUpper(columnType); {
	case strings.HasPrefix(kind, "BOOL"):
		if n, ok := v.(int64); ok {
			return n != 0
		}
	case kind == "BYTEA":
		if v == nil { // one driver's empty bytes
			return []byte{}
		}
	case kind == "TEXT":
		if raw, ok := v.([]byte); ok {
			return string(raw)
		}
	}
	return v
}

func (x *exporter) blob(ctx context.Context, from Blobs, name string) error {
	r, err := from.Get(ctx, name)
	if err != nil {
		return err
	}
	defer r.Close()
	chunk := make([]byte, 48<<10)
	for {
		n, err := io.ReadFull(r, chunk)
		last := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !last {
			return err
		}
		if err := x.put(parcel{Blob: name, Data: chunk[:n], Done: last}); err != nil {
			return err
		}
		if last {
			return nil
		}
	}
}

// Import reads an export into this centre, which must be empty and have the
// seal.key of the exported one. It goes in whole or not at all.
func (s *Store) Import(ctx context.Context, r io.Reader) error {
	err := s.Do(ctx, func(tx *Tx) error {
		m := &importer{lines: json.NewDecoder(bufio.NewReaderSize(r, 1<<16)), tx: tx}
		if err := m.begin(ctx); err != nil {
			return err
		}
		if err := m.all(ctx); err != nil {
			return err
		}
		tx.publicChanged = true
		return tx.Reindex(ctx)
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return nil
}

type importer struct {
	lines  *json.Decoder
	n      int64
	tx     *Tx
	insert string // of the present table
	held   *parcel
}

// next reads one line. A stream that ends without its last line was cut off.
func (m *importer) next() (p parcel, err error) {
	if m.held != nil {
		p, m.held = *m.held, nil
		return p, nil
	}
	if err := m.lines.Decode(&p); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return p, fmt.Errorf("the export ends after line %d, before its end: make it again", m.n)
		}
		return p, fmt.Errorf("line %d is no line of an export: %w", m.n+1, err)
	}
	m.n++
	return p, nil
}

func (m *importer) begin(ctx context.Context) error {
	head, err := m.next()
	if err != nil {
		return err
	}
	if head.Format != exportFormat {
		return fmt.Errorf("this is no export that this program reads (want %q)", exportFormat)
	}
	schema, err := m.tx.schema(ctx)
	if err != nil {
		return err
	}
	if head.Schema != schema {
		return fmt.Errorf("the export was made by another version of Nakodo (tables %d, here %d): export and import with the same version", head.Schema, schema)
	}
	if head.Vault != m.tx.store.vault.Name() {
		return errors.New("the export was sealed with another key: copy seal.key of the exported centre into this data directory before anything else is in it")
	}
	for _, table := range transferred() {
		if slices.Contains(seeded, table) {
			continue
		}
		var n int
		if err := m.tx.row(ctx, `SELECT COUNT(*) FROM `+table, nil, &n); err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("this centre is not empty (it has %d rows in %s): import into a fresh data directory or database", n, table)
		}
	}
	for _, table := range seeded {
		if err := m.tx.exec(ctx, `DELETE FROM `+table); err != nil {
			return err
		}
	}
	return nil
}

func (m *importer) all(ctx context.Context) error {
	for {
		p, err := m.next()
		if err != nil {
			return err
		}
		switch {
		case p.End:
			if p.Lines != m.n-1 {
				return fmt.Errorf("the export has %d lines and should have %d: make it again", m.n-1, p.Lines)
			}
			return nil
		case p.Table != "":
			err = m.table(p)
		case p.Blob != "":
			m.held = &p
			err = m.blob(ctx, p.Blob)
		default:
			err = m.row(ctx, p.Row)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", m.n, err)
		}
	}
}

// table prepares for the rows of a table. Its names become SQL, so only known
// tables and plain column names pass.
func (m *importer) table(p parcel) error {
	if !slices.Contains(transferred(), p.Table) {
		return fmt.Errorf("there is no table %q", p.Table)
	}
	var values []string
	for i, c := range p.Columns {
		if strings.Trim(c, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
			return fmt.Errorf("%q is no column", c)
		}
		values = append(values, fmt.Sprintf("$%d", i+1))
	}
	m.insert = `INSERT INTO ` + p.Table + ` (` + strings.Join(p.Columns, ", ") + `) VALUES (` + strings.Join(values, ", ") + `)`
	return nil
}

func (m *importer) row(ctx context.Context, cells []cell) error {
	if m.insert == "" || len(cells) == 0 {
		return errors.New("a row stands where none can")
	}
	args := make([]any, len(cells))
	for i, c := range cells {
		args[i] = c.v
	}
	return m.tx.exec(ctx, m.insert, args...)
}

// blob keeps sealed bytes as they are, under their own name.
func (m *importer) blob(ctx context.Context, name string) error {
	return m.tx.store.blobs.Put(ctx, name, func(w io.Writer) error {
		for {
			p, err := m.next()
			if err != nil {
				return err
			}
			if p.Blob != name {
				return fmt.Errorf("the bytes of file %s are cut off", name)
			}
			if _, err := w.Write(p.Data); err != nil {
				return err
			}
			if p.Done {
				return nil
			}
		}
	})
}
