package csaf

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func mustParse(t testing.TB, text string) *Tree {
	t.Helper()
	tree, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestSyntaxErrors(t *testing.T) {
	for text, want := range map[string]string{
		``:                            "line 1, column 1: the text ends where a value is expected",
		`{"a":1} x`:                   "line 1, column 9: text after the end",
		"{\n  \"日\": 1,\n  \"日\": 2}": `line 3, column 3: the member "日" stands twice`,
		`{"a":1,"\u0061":2}`:          `column 8: the member "a" stands twice`,
		"{\"日\": \xff}":               "line 1, column 7: invalid UTF-8",
		"\uFEFF{}":                    "byte order mark",
		`{"a" 1}`:                     "column 6: a colon is expected",
		`{"a":1 "b":2}`:               "column 8: a comma or }",
		`{"a":1,}`:                    "column 8: a member name",
		`{a:1}`:                       "column 2: a member name",
		`[1,]`:                        `column 4: ']' where a value is expected`,
		`[1 2]`:                       "column 4: a comma or ]",
		`[1`:                          "the text ends inside an array",
		`{"a":1`:                      "the text ends inside an object",
		`"abc`:                        "column 1: the text ends inside this string",
		`"a\nb`:                       "column 1: the text ends inside this string",
		"\"a\tb\"":                    "column 3: a control character (U+0009)",
		"\"\\n\tb\"":                  "column 4: a control character (U+0009)",
		`"\x"`:                        "column 2: an escape",
		`"\u12g4"`:                    "column 2: an escape",
		`"\ud800x"`:                   "column 2: an escape",
		`"\ud800\u0041"`:              "column 2: an escape",
		`"\udc00"`:                    "column 2: an escape",
		`01`:                          "column 2: text after",
		`-`:                           "a digit is expected in a number",
		`1.`:                          "a digit is expected after the decimal point",
		`1e+`:                         "a digit is expected in the exponent",
		`+1`:                          `'+' where a value`,
		`nul`:                         `'n' where a value`,
		`truex`:                       "column 5: text after",
		`{"a":1}{"a":1}`:              "column 8: text after",
	} {
		_, err := Parse([]byte(text))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: error %v, want a syntax error", text, err)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestManyMembers(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		b.WriteString(`"k` + strings.Repeat("x", i) + `":0,`)
	}
	mustParse(t, "{"+b.String()+`"z":0}`)
	_, err := Parse([]byte("{" + b.String() + `"kxxxxxxxxxxxxxxxxxxxx":0}`))
	if err == nil || !strings.Contains(err.Error(), "stands twice") {
		t.Errorf("a member twice among a hundred: %v", err)
	}
}

func TestLimits(t *testing.T) {
	for _, lim := range []Limits{{Bytes: 5, Depth: 9, Nodes: 9}, {Bytes: 99, Depth: 2, Nodes: 9}, {Bytes: 99, Depth: 9, Nodes: 3}} {
		if _, err := ParseLimited(`[[[1]]]`, lim); err == nil {
			t.Errorf("no error with %+v", lim)
		}
	}
	if _, err := ParseLimited(`[[[1]]]`, Limits{Bytes: 7, Depth: 3, Nodes: 4}); err != nil {
		t.Error(err)
	}
}

func TestNode(t *testing.T) {
	root := mustParse(t, `{"a/b~c": [10, "x\u00e9\ud83d\ude00\"", true, null, {"k\n": {}}], "n": -1.5e2}`).Root()
	list := root.Get("a/b~c")
	for _, c := range []struct {
		node    Node
		kind    Kind
		pointer string
	}{
		{root, Object, ""},
		{list, Array, "/a~1b~0c"},
		{list.At(0), Number, "/a~1b~0c/0"},
		{list.At(1), String, "/a~1b~0c/1"},
		{list.At(2), Bool, "/a~1b~0c/2"},
		{list.At(3), Null, "/a~1b~0c/3"},
		{list.At(4).Get("k\n"), Object, "/a~1b~0c/4/k\n"},
		{list.At(5), Missing, ""},
		{list.At(-1), Missing, ""},
		{list.Get("x"), Missing, ""},
		{root.Path("n", "x"), Missing, ""},
		{Node{}, Missing, ""},
	} {
		if c.node.Kind() != c.kind || c.node.Pointer() != c.pointer || c.node.Exists() != (c.kind != Missing) {
			t.Errorf("%q: kind %v, pointer %q", c.pointer, c.node.Kind(), c.node.Pointer())
		}
	}
	if got := list.At(1).Text(); got != "xé😀\"" {
		t.Errorf("text %q", got)
	}
	if got := root.Get("n").Float(); got != -150 {
		t.Errorf("number %v", got)
	}
	if !math.IsNaN(list.Float()) || list.Text() != "" || list.Bool() || !list.At(2).Bool() {
		t.Error("a list is no number, text or boolean")
	}
	if list.Len() != 5 || list.At(4).Len() != 1 || list.At(0).Len() != 0 || root.Len() != 2 {
		t.Error("lengths")
	}
	if n := list.At(4).Get("k\n"); n.Parent().Parent() != list || n.Key() != "k\n" || n.Parent().Index() != 4 || root.Parent().Exists() {
		t.Error("parents")
	}
	if !list.Contains(list.At(4).Get("k\n")) || list.Contains(root) || list.At(0).Contains(list.At(1)) || (Node{}).Contains(root) {
		t.Error("contains")
	}
	count := 0
	for range root.Descendants() {
		count++
	}
	if count != 9 {
		t.Errorf("%d descendants, want 9", count)
	}
}

func TestPosition(t *testing.T) {
	tree := mustParse(t, "{\n  \"日本\": [1,\n\t\"é\", \"two\"]\n}")
	list := tree.Root().Get("日本")
	lines := NewLines(tree)
	for _, c := range []struct {
		node         Node
		line, column int
		quoted       string
	}{
		{tree.Root(), 1, 1, "{"},
		{list, 2, 9, "\"日本\": [1,"},
		{list.At(0), 2, 10, "1"},
		{list.At(1), 3, 2, `"é"`},
		{list.At(2), 3, 7, `"two"`},
	} {
		if line, column := c.node.Position(); line != c.line || column != c.column {
			t.Errorf("%s: line %d, column %d, want %d, %d", c.node.Pointer(), line, column, c.line, c.column)
		}
		number, text, from, length := lines.Of(c.node)
		if number != c.line || text[from:from+length] != c.quoted {
			t.Errorf("%s: line %d, quoted %q, want %q", c.node.Pointer(), number, text[from:from+length], c.quoted)
		}
	}
}

func TestEqual(t *testing.T) {
	texts := []string{`1`, `2`, `"a"`, `true`, `false`, `null`, `[1,2]`, `[2,1]`, `[1]`, `{"a":1,"b":[]}`, `{"a":1,"b":{}}`, `{"a":1}`}
	for i, a := range texts {
		for j, b := range texts {
			if got := mustParse(t, a).Root().Equal(mustParse(t, b).Root()); got != (i == j) {
				t.Errorf("%s equals %s: %v", a, b, got)
			}
		}
	}
	for a, b := range map[string]string{`1.50`: `15e-1`, `"\u0061"`: `"a"`, `{"a":1,"b":2}`: `{"b":2,"a":1.0}`, `-0`: `0`} {
		if !mustParse(t, a).Root().Equal(mustParse(t, b).Root()) {
			t.Errorf("%s and %s differ", a, b)
		}
	}
}

func TestRepeatedItem(t *testing.T) {
	for text, want := range map[string]string{
		`[1,2,3]`: "", `[1,2,1.0]`: "/2", `[{"a":1,"b":2},{"b":2,"a":1}]`: "/1", `["a","\u0061"]`: "/1",
		`[1,2,3,4,5,6,7,8,9,10]`: "", `[1,2,3,4,5,6,7,8,9,{"x":[1]},{"x":[1.0]}]`: "/10",
		`["1",1,true,null,false,[],{},0,"",[[]],-0]`: "/10",
	} {
		if got := repeated(mustParse(t, text).Root()).Pointer(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// FuzzParse holds the reader against encoding/json: what we take it takes with
// the same meaning, and what only it takes we refuse for one of our reasons.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2.5e-3,"\u00e9\n",true,false,null,{}]}`, `"\ud83d\ude00"`, `[[[]]]`, `{"a":1,"a":2}`, "\"\xff\"", `"\ud800"`, ` 1 `,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := ParseLimited(string(data), Limits{Bytes: 1 << 20, Depth: 100, Nodes: 1 << 16})
		if err != nil {
			checkRefusal(t, data, err)
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q is taken, but no JSON", data)
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		var want any
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := asAny(tree.Root()); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\nours   %#v\ntheirs %#v", data, got, want)
		}
		for n := range tree.Root().Descendants() {
			if line, col := n.Position(); line < 1 || col < 1 {
				t.Fatalf("%q: %s at %d, %d", data, n.Pointer(), line, col)
			}
		}
	})
}

func checkRefusal(t *testing.T, data []byte, err error) {
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 {
		t.Fatalf("%q: error without a place: %v", data, err)
	}
	if !json.Valid(data) || !utf8.Valid(data) {
		return
	}
	for _, ours := range []string{"stands twice", "surrogate", "levels", "values in one", "bytes"} {
		if strings.Contains(err.Error(), ours) {
			return
		}
	}
	t.Fatalf("%q is refused: %v", data, err)
}

// asAny is the value as encoding/json decodes it.
func asAny(n Node) any {
	switch n.Kind() {
	case Bool:
		return n.Bool()
	case Number:
		return json.Number(n.Source())
	case String:
		return n.Text()
	case Array:
		out := []any{}
		for item := range n.Items() {
			out = append(out, asAny(item))
		}
		return out
	case Object:
		out := map[string]any{}
		for key, m := range n.Members() {
			out[key] = asAny(m)
		}
		return out
	}
	return nil
}
