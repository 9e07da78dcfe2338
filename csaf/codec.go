package csaf

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Read parses a CSAF document into the typed model. It accepts every JSON
// object whose known members have the types that the standard gives them.
func Read(data []byte) (*Document, error) {
	t, err := Parse(data)
	if err != nil {
		return nil, err
	}
	return t.Document()
}

// Document is the typed model of the parsed document. The error names the
// place of a value that has another type than the standard demands.
func (t *Tree) Document() (*Document, error) {
	d := new(Document)
	if err := decode(t.Root(), reflect.ValueOf(d).Elem()); err != nil {
		return nil, err
	}
	return d, nil
}

// UnmarshalJSON reads the document as Read does.
func (d *Document) UnmarshalJSON(data []byte) error {
	got, err := Read(data)
	if err == nil {
		*d = *got
	}
	return err
}

// MarshalJSON writes the document without white space.
func (d Document) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	if err := json.Compact(&out, appendValue(nil, reflect.ValueOf(d))); err != nil {
		return nil, fmt.Errorf("write CSAF document: a member kept in Other is not JSON: %w", err)
	}
	return out.Bytes(), nil
}

// Encode writes the document for publication: members in alphabetical order
// (test 6.2.13), indented by two spaces, with a line end at the end.
func (d *Document) Encode() ([]byte, error) {
	var out bytes.Buffer
	if err := json.Indent(&out, appendValue(nil, reflect.ValueOf(d)), "", "  "); err != nil {
		return nil, fmt.Errorf("write CSAF document: a member kept in Other is not JSON: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// decode fills v from a node.
func decode(n Node, v reflect.Value) error {
	wrong := func(want Kind) error {
		line, col := n.Position()
		return fmt.Errorf("line %d, column %d: %s is of type %s, not %s", line, col, orRoot(n.Pointer()), n.Kind(), want)
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decode(n, v.Elem())
	case reflect.String:
		if !n.Is(String) {
			return wrong(String)
		}
		v.SetString(n.Text())
	case reflect.Bool:
		if !n.Is(Bool) {
			return wrong(Bool)
		}
		v.SetBool(n.Bool())
	case reflect.Float64:
		if !n.Is(Number) {
			return wrong(Number)
		}
		v.SetFloat(n.Float())
	case reflect.Slice:
		if !n.Is(Array) {
			return wrong(Array)
		}
		v.Set(reflect.MakeSlice(v.Type(), n.Len(), n.Len()))
		for item := range n.Items() {
			if err := decode(item, v.Index(item.Index())); err != nil {
				return err
			}
		}
	case reflect.Map:
		if !n.Is(Object) {
			return wrong(Object)
		}
		m := Members{}
		for key, member := range n.Members() {
			m[key] = json.RawMessage(member.Source())
		}
		v.Set(reflect.ValueOf(m))
	case reflect.Struct:
		if !n.Is(Object) {
			return wrong(Object)
		}
		return decodeStruct(n, v)
	}
	return nil
}

func orRoot(pointer string) string {
	if pointer == "" {
		return "the document"
	}
	return pointer
}

// decodeStruct sets the fields that have members. A member without a field
// goes to Other, and so does one with the zero value of a field that is left
// out when zero: else it would be lost when the document is written again.
func decodeStruct(n Node, v reflect.Value) error {
	var other Members
	keep := func(key string, text json.RawMessage) {
		if other == nil {
			other = Members{}
		}
		other[key] = text
	}
	for key, member := range n.Members() {
		i, always := fieldFor(v.Type(), key)
		if i >= 0 {
			f := v.Field(i)
			if err := decode(member, f); err != nil {
				return err
			}
			if always || !f.IsZero() {
				continue
			}
		}
		keep(key, json.RawMessage(member.Source()))
	}
	for i := range v.NumField() {
		name, always := tagOf(v.Type().Field(i))
		if always && !n.Get(name).Exists() {
			keep(name, nil)
		}
	}
	if other != nil {
		v.FieldByName("Other").Set(reflect.ValueOf(other))
	}
	return nil
}

// fieldFor finds the field for a member name, -1 if there is none.
func fieldFor(t reflect.Type, key string) (i int, always bool) {
	for i := range t.NumField() {
		if name, always := tagOf(t.Field(i)); name == key && name != "" {
			return i, always
		}
	}
	return -1, false
}

// tagOf reads a field's tag: the member name, and whether it is written also
// when it is zero.
func tagOf(f reflect.StructField) (name string, always bool) {
	name, rest, _ := strings.Cut(f.Tag.Get("csaf"), ",")
	return name, rest == "always"
}

// appendValue writes a value of the model as JSON without white space.
func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		return appendValue(b, v.Elem())
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'f', -1, 64)
	case reflect.Slice:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, v.Index(i))
		}
		return append(b, ']')
	case reflect.Map:
		return appendMembers(b, nil, v.Interface().(Members), reflect.Value{})
	}
	return appendStruct(b, v)
}

// named is a member to be written from a field.
type named struct {
	name  string
	field int
}

func appendStruct(b []byte, v reflect.Value) []byte {
	other, _ := v.FieldByName("Other").Interface().(Members)
	var fields []named
	for i := range v.NumField() {
		name, always := tagOf(v.Type().Field(i))
		if text, kept := other[name]; kept && text == nil {
			always = false
		}
		if name != "" && (always || !v.Field(i).IsZero()) {
			fields = append(fields, named{name, i})
		}
	}
	return appendMembers(b, fields, other, v)
}

// appendMembers writes fields and other members together, sorted by name.
func appendMembers(b []byte, fields []named, other Members, v reflect.Value) []byte {
	all := slices.Clone(fields)
	for name, text := range other {
		if text != nil && !slices.ContainsFunc(fields, func(f named) bool { return f.name == name }) {
			all = append(all, named{name, -1})
		}
	}
	slices.SortFunc(all, func(a, b named) int { return strings.Compare(a.name, b.name) })
	b = append(b, '{')
	for i, m := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, m.name), ':')
		if m.field < 0 {
			b = append(b, other[m.name]...)
		} else {
			b = appendValue(b, v.Field(m.field))
		}
	}
	return append(b, '}')
}

// appendString writes a JSON string. Unlike encoding/json it leaves <, > and &
// as they are: the text goes into files, not into HTML.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r < 0x20 || r == 0x7f || r == '\u2028' || r == '\u2029':
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
