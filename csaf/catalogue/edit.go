package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// value is a JSON value that remembers the order of its members, because the
// order is what test 6.2.13 is about.
type value struct {
	open    byte // '{', '[' or 0
	scalar  string
	members []member // keys are "" in an array
}

type member struct {
	key   string
	value value
}

func parse(text string) (value, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := parseValue(d)
	if err == nil && d.More() {
		err = fmt.Errorf("text after the JSON value")
	}
	return v, err
}

func parseValue(d *json.Decoder) (value, error) {
	t, err := d.Token()
	if err != nil {
		return value{}, err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return value{scalar: scalarText(t)}, nil
	}
	v := value{open: byte(delim)}
	for d.More() {
		var m member
		if delim == '{' {
			k, err := d.Token()
			if err != nil {
				return value{}, err
			}
			m.key = k.(string)
		}
		if m.value, err = parseValue(d); err != nil {
			return value{}, err
		}
		v.members = append(v.members, m)
	}
	_, err = d.Token()
	return v, err
}

func scalarText(t json.Token) string {
	if n, ok := t.(json.Number); ok {
		return n.String()
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(t); err != nil {
		return "null"
	}
	return strings.TrimSpace(b.String())
}

// appendTo writes the value with two blanks of indentation a level.
func (v value) appendTo(b []byte, level int) []byte {
	if v.open == 0 {
		return append(b, v.scalar...)
	}
	b = append(b, v.open)
	for i, m := range v.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, '\n'), strings.Repeat("  ", level+1)...)
		if v.open == '{' {
			b = append(append(b, scalarText(m.key)...), ": "...)
		}
		b = m.value.appendTo(b, level+1)
	}
	if len(v.members) > 0 {
		b = append(append(b, '\n'), strings.Repeat("  ", level)...)
	}
	return append(b, v.open+2) // ']' and '}' are two places after '[' and '{'
}

// edit sets or drops the value at a JSON pointer.
type edit struct {
	pointer string
	drop    bool
	to      value
}

func parseEdit(s string) (edit, error) {
	if p, ok := strings.CutPrefix(s, "drop "); ok {
		return edit{pointer: p, drop: true}, nil
	}
	p, text, ok := strings.Cut(s, " = ")
	if !ok || !strings.HasPrefix(p, "/") {
		return edit{}, fmt.Errorf(`expected "/pointer = JSON" or "drop /pointer", got %q`, s)
	}
	v, err := parse(text)
	if err != nil {
		return edit{}, fmt.Errorf("%s: %w", p, err)
	}
	return edit{pointer: p, to: v}, nil
}

func (e edit) apply(doc value) (value, error) {
	return doc.with(strings.Split(e.pointer[1:], "/"), e)
}

// with gives the value with an edit done at a path below it. What is missing
// on the way is made: an array where the path goes on with 0, else an object.
func (v value) with(path []string, e edit) (value, error) {
	if v.open == 0 && v.scalar == "" {
		v.open = '{'
		if path[0] == "0" {
			v.open = '['
		}
	}
	i, err := v.find(path[0])
	if err != nil {
		return value{}, err
	}
	v.members = slices.Clone(v.members)
	exists := i < len(v.members) && (v.open == '[' || v.members[i].key == unescape(path[0]))
	if e.drop && !exists {
		return value{}, fmt.Errorf("there is no %q to drop", path[0])
	}
	if e.drop && len(path) == 1 {
		v.members = slices.Delete(v.members, i, i+1)
		return v, nil
	}
	if !exists {
		key := ""
		if v.open == '{' {
			key = unescape(path[0])
		}
		v.members = slices.Insert(v.members, i, member{key: key})
	}
	if len(path) == 1 {
		v.members[i].value = e.to
		return v, nil
	}
	v.members[i].value, err = v.members[i].value.with(path[1:], e)
	return v, err
}

// find is the place of a member or item, or the place where it has to go: in
// an object before the first key that comes after it.
func (v value) find(token string) (int, error) {
	switch v.open {
	case '[':
		i, err := strconv.Atoi(token)
		if err != nil || i < 0 || i > len(v.members) {
			return 0, fmt.Errorf("no place %q in an array of %d", token, len(v.members))
		}
		return i, nil
	case '{':
		key := unescape(token)
		if i := slices.IndexFunc(v.members, func(m member) bool { return m.key == key }); i >= 0 {
			return i, nil
		}
		if i := slices.IndexFunc(v.members, func(m member) bool { return m.key > key }); i >= 0 {
			return i, nil
		}
		return len(v.members), nil
	}
	return 0, fmt.Errorf("%q is below a value that has no parts", token)
}

func unescape(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}
