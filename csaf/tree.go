package csaf

import (
	"iter"
	"math"
	"strconv"
	"strings"
)

// Kind says what a JSON value is.
type Kind uint8

// The kinds of JSON values. Missing is the kind of a Node that does not exist.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// String gives the name that JSON Schema uses for the kind.
func (k Kind) String() string {
	return [...]string{"missing", "null", "boolean", "number", "string", "array", "object"}[k]
}

// Tree is a parsed JSON text. It keeps the text itself and one flat array of
// nodes without pointers, in the order of the text: the children of a node
// follow it directly, so that the garbage collector has nothing to scan and a
// walk over the document is a walk over memory. A Tree never changes after
// Parse and may be read by several goroutines.
type Tree struct {
	text    string
	nodes   []node
	decoded string  // values of the strings and keys that contain a backslash, one after another
	ends    []int32 // where each of them ends in decoded
}

// node is one value. All offsets are bytes in Tree.text.
type node struct {
	start, stop int32 // of the value's text, a string without its quotes
	key, keyLen int32 // of the member name without quotes; keyLen -1: key is an index into Tree.ends
	parent      int32 // -1 for the root
	end         int32 // the index one past this node's last descendant
	index       int32 // place among the children of the parent
	count       int32 // children; for an escaped string an index into Tree.ends
	kind        Kind
	escaped     bool
}

// Node is one value in a Tree. It is a small handle to be passed by value. The
// zero Node is a value that does not exist: every method may be called on it
// and answers with nothing, so that chains like
//
//	root.Get("document").Get("tracking").Str("id")
//
// need no checks on the way.
type Node struct {
	tree *Tree
	i    int32
}

// Root is the outermost value of the document.
func (t *Tree) Root() Node {
	if t == nil || len(t.nodes) == 0 {
		return Node{}
	}
	return Node{t, 0}
}

// Text is the JSON text from which the tree was parsed.
func (t *Tree) Text() string { return t.text }

// Nodes is the number of values in the tree.
func (t *Tree) Nodes() int { return len(t.nodes) }

// unescaped is the i-th value that had escapes.
func (t *Tree) unescaped(i int32) string {
	from := int32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.decoded[from:t.ends[i]]
}

func (n Node) raw() *node { return &n.tree.nodes[n.i] }

// Exists reports whether there is such a value in the document.
func (n Node) Exists() bool { return n.tree != nil }

// Kind says what the value is, Missing if there is none.
func (n Node) Kind() Kind {
	if n.tree == nil {
		return Missing
	}
	return n.raw().kind
}

// Is reports whether the value exists and has the kind k.
func (n Node) Is(k Kind) bool { return n.Kind() == k }

// Get is the member of an object with the name key, or no node.
func (n Node) Get(key string) Node {
	if n.tree == nil {
		return Node{}
	}
	nodes := n.tree.nodes
	if nodes[n.i].kind != Object {
		return Node{}
	}
	end := nodes[n.i].end
	for j := n.i + 1; j < end; j = nodes[j].end {
		if c := &nodes[j]; int(c.keyLen) == len(key) {
			if n.tree.text[c.key:c.key+c.keyLen] == key {
				return Node{n.tree, j}
			}
		} else if c.keyLen < 0 && n.tree.unescaped(c.key) == key {
			return Node{n.tree, j}
		}
	}
	return Node{}
}

// Path follows several member names: n.Path("a", "b") is n.Get("a").Get("b").
func (n Node) Path(keys ...string) Node {
	for _, k := range keys {
		n = n.Get(k)
	}
	return n
}

// Str is the text of the string member key, "" if there is none.
func (n Node) Str(key string) string { return n.Get(key).Text() }

// At is the i-th item of an array or member of an object, or no node. It hops
// over the items before it; use Items to visit all of them.
func (n Node) At(i int) Node {
	if i < 0 || i >= n.Len() {
		return Node{}
	}
	nodes := n.tree.nodes
	j := n.i + 1
	for ; i > 0; i-- {
		j = nodes[j].end
	}
	return Node{n.tree, j}
}

// Len is the number of items of an array or members of an object, else 0.
func (n Node) Len() int {
	if k := n.Kind(); k != Array && k != Object {
		return 0
	}
	return int(n.raw().count)
}

// Items visits the items of an array in order; nothing for another kind.
func (n Node) Items() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.Kind() != Array {
			return
		}
		nodes := n.tree.nodes
		for j, end := n.i+1, nodes[n.i].end; j < end; j = nodes[j].end {
			if !yield(Node{n.tree, j}) {
				return
			}
		}
	}
}

// Members visits the members of an object in the order of the text; nothing
// for another kind.
func (n Node) Members() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		if n.Kind() != Object {
			return
		}
		nodes := n.tree.nodes
		for j, end := n.i+1, nodes[n.i].end; j < end; j = nodes[j].end {
			if m := (Node{n.tree, j}); !yield(m.Key(), m) {
				return
			}
		}
	}
}

// Descendants visits n and everything below it in the order of the text.
func (n Node) Descendants() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.tree == nil {
			return
		}
		for j, end := n.i, n.raw().end; j < end; j++ {
			if !yield(Node{n.tree, j}) {
				return
			}
		}
	}
}

// Text is the value of a string with its escapes resolved, "" for other kinds.
func (n Node) Text() string {
	if n.tree == nil {
		return ""
	}
	r := n.raw()
	if r.kind != String {
		return ""
	}
	if r.escaped {
		return n.tree.unescaped(r.count)
	}
	return n.tree.text[r.start:r.stop]
}

// Float is the value of a number, NaN for other kinds.
func (n Node) Float() float64 {
	if n.Kind() != Number {
		return math.NaN()
	}
	f, _ := strconv.ParseFloat(n.Source(), 64)
	return f
}

// Bool is the value of a boolean, false for other kinds.
func (n Node) Bool() bool { return n.Kind() == Bool && n.Source() == "true" }

// Source is the JSON text of the value as it stands in the document.
func (n Node) Source() string {
	if n.tree == nil {
		return ""
	}
	r := n.raw()
	if r.kind == String {
		return n.tree.text[r.start-1 : r.stop+1]
	}
	return n.tree.text[r.start:r.stop]
}

// Key is the member name under which an object holds this value, else "".
func (n Node) Key() string {
	if n.tree == nil {
		return ""
	}
	r := n.raw()
	if r.keyLen < 0 {
		return n.tree.unescaped(r.key)
	}
	return n.tree.text[r.key : r.key+r.keyLen]
}

// Index is the place of this value among the children of its parent.
func (n Node) Index() int {
	if n.tree == nil {
		return 0
	}
	return int(n.raw().index)
}

// Parent is the array or object that holds this value, no node for the root.
func (n Node) Parent() Node {
	if n.tree == nil || n.raw().parent < 0 {
		return Node{}
	}
	return Node{n.tree, n.raw().parent}
}

// Contains reports whether m is n or inside n.
func (n Node) Contains(m Node) bool {
	return n.tree != nil && n.tree == m.tree && n.i <= m.i && m.i < n.raw().end
}

// Pointer is the JSON pointer (RFC 6901) of the value; "" for the root.
func (n Node) Pointer() string {
	if n.tree == nil {
		return ""
	}
	return string(n.appendPointer(nil))
}

func (n Node) appendPointer(b []byte) []byte {
	p := n.Parent()
	if !p.Exists() {
		return b
	}
	b = append(p.appendPointer(b), '/')
	if p.Kind() == Array {
		return strconv.AppendInt(b, int64(n.Index()), 10)
	}
	for key := n.Key(); key != ""; key = key[1:] {
		switch key[0] {
		case '~':
			b = append(b, "~0"...)
		case '/':
			b = append(b, "~1"...)
		default:
			b = append(b, key[0])
		}
	}
	return b
}

// Position is the place of the value in the text: line and column, both
// counted from 1, the column in characters.
func (n Node) Position() (line, column int) {
	if n.tree == nil {
		return 0, 0
	}
	r := n.raw()
	off := int(r.start)
	if r.kind == String {
		off--
	}
	return position(n.tree.text, off)
}

// position counts lines and characters up to a byte offset.
func position(text string, off int) (line, column int) {
	before := text[:min(off, len(text))]
	line = 1 + strings.Count(before, "\n")
	before = before[strings.LastIndexByte(before, '\n')+1:]
	column = 1
	for range before {
		column++
	}
	return line, column
}

// Equal reports whether two values are the same JSON value: numbers by value,
// strings after resolving escapes, objects whatever the order of members.
func (n Node) Equal(m Node) bool {
	if n.Kind() != m.Kind() {
		return false
	}
	switch n.Kind() {
	case Bool:
		return n.Bool() == m.Bool()
	case Number:
		return n.Source() == m.Source() || n.Float() == m.Float()
	case String:
		return n.Text() == m.Text()
	case Array:
		return n.equalItems(m)
	case Object:
		return n.equalMembers(m)
	}
	return true
}

func (n Node) equalItems(m Node) bool {
	if n.Len() != m.Len() {
		return false
	}
	for i, j := n.i+1, m.i+1; i < n.raw().end; {
		a, b := Node{n.tree, i}, Node{m.tree, j}
		if !a.Equal(b) {
			return false
		}
		i, j = a.raw().end, b.raw().end
	}
	return true
}

func (n Node) equalMembers(m Node) bool {
	if n.Len() != m.Len() {
		return false
	}
	get := m.Get
	if m.Len() > 32 { // keep the comparison of large objects linear
		byName := make(map[string]Node, m.Len())
		for key, v := range m.Members() {
			byName[key] = v
		}
		get = func(key string) Node { return byName[key] }
	}
	for key, v := range n.Members() {
		if o := get(key); !o.Exists() || !v.Equal(o) {
			return false
		}
	}
	return true
}
