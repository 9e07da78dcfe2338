package csaf

import (
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits bounds what Parse accepts, so that a hostile text costs little.
type Limits struct {
	Bytes int // length of the text
	Depth int // arrays and objects inside one another
	Nodes int // values altogether; each takes 44 bytes of memory
}

// DefaultLimits are the limits of Parse: 64 MiB, 1,000 levels, 8 million
// values. The largest legal documents in the wild have some 300,000 values.
func DefaultLimits() Limits { return Limits{Bytes: 64 << 20, Depth: 1000, Nodes: 8 << 20} }

// A SyntaxError says why a text is not acceptable JSON and where.
type SyntaxError struct {
	Line, Column int // from 1; the column in characters
	Offset       int // in bytes, from 0
	Reason       string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Parse reads a JSON text strictly (RFC 8259 and, beyond it, what section 2.2
// of the CSAF standard needs): UTF-8 without byte order mark, no member name
// twice in one object, nothing after the value. The error is a *SyntaxError.
// Parse says nothing about whether the text is a CSAF document; see Validate.
func Parse(data []byte) (*Tree, error) { return ParseLimited(string(data), DefaultLimits()) }

// ParseLimited is Parse with other limits, for a text that is a string already.
func ParseLimited(text string, lim Limits) (*Tree, error) {
	p := &parser{s: text, lim: lim, t: &Tree{text: text}}
	if len(text) > min(lim.Bytes, 1<<31-2) {
		return nil, p.fail(0, "the text has %d bytes; at most %d are accepted", len(text), lim.Bytes)
	}
	if strings.HasPrefix(text, "\uFEFF") {
		return nil, p.fail(0, "the text begins with a byte order mark; save it as UTF-8 without one")
	}
	if !utf8.ValidString(text) {
		return nil, p.fail(invalidUTF8(text), "invalid UTF-8; save the text as UTF-8")
	}
	p.t.nodes = make([]node, 0, guess(text, lim))
	p.space()
	if err := p.value(-1, 0, 0, 0, 0); err != nil {
		return nil, err
	}
	p.space()
	if p.i < len(p.s) {
		return nil, p.fail(p.i, "text after the end of the document; remove it")
	}
	p.t.decoded = string(p.decoded)
	return p.t, nil
}

// guess is how many values a text has, or somewhat more, so that the nodes are
// allocated once: a comma parts two values, a bracket holds one that no comma
// stands before. A text full of commas must not make it large.
func guess(text string, lim Limits) int {
	most := strings.Count(text, ",") + strings.Count(text, "{") + strings.Count(text, "[") + 1
	return min(most, len(text)/6+16, lim.Nodes)
}

func invalidUTF8(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return 0
}

type parser struct {
	s   string
	i   int
	t   *Tree
	lim Limits

	decoded, last []byte // see escapedStr
}

func (p *parser) fail(at int, format string, args ...any) error {
	line, col := position(p.s, at)
	return &SyntaxError{Line: line, Column: col, Offset: at, Reason: fmt.Sprintf(format, args...)}
}

// space passes over white space. Indentation is most of it, so that runs of
// spaces are taken eight at a time.
func (p *parser) space() {
	s, i := p.s, p.i
	for i < len(s) && s[i] <= ' ' {
		switch s[i] {
		case '\n':
			for i++; i+8 <= len(s) && eight(s, i) == 0x2020202020202020; i += 8 {
			}
		case ' ', '\t', '\r':
			i++
		default:
			p.i = i
			return
		}
	}
	p.i = i
}

// eight is the eight bytes from i on as a number, the first one the lowest.
func eight(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// skipPlain passes over characters of a string that need no attention, eight at a
// time: it stops at or before a quote, a backslash or a control character. In
// each test below the high bit of a byte is set if the byte is the one looked
// for, and sometimes in bytes that follow such a one, which does no harm.
func skipPlain(s string, i int) int {
	for i+8 <= len(s) {
		w := eight(s, i)
		quote, slash := w^(lowBits*'"'), w^(lowBits*'\\')
		control := (w - lowBits*0x20) &^ w
		special := ((quote-lowBits)&^quote | (slash-lowBits)&^slash | control) & highBits
		if special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
		i += 8
	}
	return i
}

// value reads one value at p.i and appends it with its descendants to the tree.
func (p *parser) value(parent, index int32, key, keyLen int32, depth int) error {
	if p.i >= len(p.s) {
		return p.fail(p.i, "the text ends where a value is expected")
	}
	if len(p.t.nodes) >= p.lim.Nodes {
		return p.fail(p.i, "more than %d values in one document", p.lim.Nodes)
	}
	self := int32(len(p.t.nodes))
	p.t.nodes = append(p.t.nodes, node{
		start: int32(p.i), key: key, keyLen: keyLen, parent: parent, index: index, end: self + 1,
	})
	switch c := p.s[p.i]; {
	case c == '"':
		start, stop, esc, err := p.str()
		if err != nil {
			return err
		}
		n := &p.t.nodes[self]
		n.kind, n.start, n.stop = String, start, stop
		if esc >= 0 {
			n.escaped, n.count = true, esc
		}
		return nil
	case c == '{':
		return p.object(self, depth+1)
	case c == '[':
		return p.array(self, depth+1)
	case c == '-' || '0' <= c && c <= '9':
		return p.number(self)
	default:
		return p.literal(self)
	}
}

func (p *parser) literal(self int32) error {
	n := &p.t.nodes[self]
	for _, l := range [...]struct {
		word string
		kind Kind
	}{{"true", Bool}, {"false", Bool}, {"null", Null}} {
		if strings.HasPrefix(p.s[p.i:], l.word) {
			p.i += len(l.word)
			n.kind, n.stop = l.kind, int32(p.i)
			return nil
		}
	}
	r, _ := utf8.DecodeRuneInString(p.s[p.i:])
	return p.fail(p.i, "%q where a value is expected", r)
}

func (p *parser) number(self int32) error {
	s, i := p.s, p.i
	digits := func() bool {
		from := i
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		return i > from
	}
	if s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if !digits() {
		return p.fail(i, "a digit is expected in a number")
	}
	if i < len(s) && s[i] == '.' {
		i++
		if !digits() {
			return p.fail(i, "a digit is expected after the decimal point")
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return p.fail(i, "a digit is expected in the exponent")
		}
	}
	p.i = i
	n := &p.t.nodes[self]
	n.kind, n.stop = Number, int32(i)
	return nil
}

func (p *parser) array(self int32, depth int) error {
	if depth > p.lim.Depth {
		return p.fail(p.i, "more than %d levels of arrays and objects", p.lim.Depth)
	}
	p.i++
	p.space()
	count := int32(0)
	if p.i < len(p.s) && p.s[p.i] == ']' {
		p.i++
		p.close(self, Array, 0)
		return nil
	}
	for {
		if err := p.value(self, count, 0, 0, depth); err != nil {
			return err
		}
		count++
		p.space()
		switch {
		case p.i >= len(p.s):
			return p.fail(p.i, "the text ends inside an array")
		case p.s[p.i] == ',':
			p.i++
			p.space()
		case p.s[p.i] == ']':
			p.i++
			p.close(self, Array, count)
			return nil
		default:
			return p.fail(p.i, "a comma or ] is expected in an array")
		}
	}
}

func (p *parser) close(self int32, k Kind, count int32) {
	n := &p.t.nodes[self]
	n.kind, n.count, n.stop, n.end = k, count, int32(p.i), int32(len(p.t.nodes))
}

func (p *parser) object(self int32, depth int) error {
	if depth > p.lim.Depth {
		return p.fail(p.i, "more than %d levels of arrays and objects", p.lim.Depth)
	}
	p.i++
	p.space()
	if p.i < len(p.s) && p.s[p.i] == '}' {
		p.i++
		p.close(self, Object, 0)
		return nil
	}
	var seen names
	for count := int32(0); ; {
		if p.i >= len(p.s) || p.s[p.i] != '"' {
			return p.fail(p.i, "a member name in double quotes is expected")
		}
		at := p.i
		start, stop, esc, err := p.str()
		if err != nil {
			return err
		}
		key, keyLen, name := start, stop-start, p.s[start:stop]
		if esc >= 0 {
			key, keyLen, name = esc, -1, string(p.last)
		}
		if !seen.add(name) {
			return p.fail(at, "the member %q stands twice in the same object; remove one", name)
		}
		p.space()
		if p.i >= len(p.s) || p.s[p.i] != ':' {
			return p.fail(p.i, "a colon is expected after the member name %q", name)
		}
		p.i++
		p.space()
		if err := p.value(self, count, key, keyLen, depth); err != nil {
			return err
		}
		count++
		p.space()
		switch {
		case p.i >= len(p.s):
			return p.fail(p.i, "the text ends inside an object")
		case p.s[p.i] == ',':
			p.i++
			p.space()
		case p.s[p.i] == '}':
			p.i++
			p.close(self, Object, count)
			return nil
		default:
			return p.fail(p.i, "a comma or } is expected in an object")
		}
	}
}

// names is a set of member names that needs no memory of its own while small.
type names struct {
	few  [12]string
	n    int
	many map[string]struct{}
}

// add reports false when the name is there already.
func (s *names) add(name string) bool {
	if s.many != nil {
		before := len(s.many)
		s.many[name] = struct{}{}
		return len(s.many) > before
	}
	for _, have := range s.few[:s.n] {
		if have == name {
			return false
		}
	}
	if s.n < len(s.few) {
		s.few[s.n] = name
		s.n++
		return true
	}
	s.many = make(map[string]struct{}, 4*len(s.few))
	for _, have := range s.few {
		s.many[have] = struct{}{}
	}
	s.many[name] = struct{}{}
	return true
}

// str reads the string at p.i. It returns where its text lies between the
// quotes and, if it has escapes, the index of its value in Tree.ends, else -1.
func (p *parser) str() (start, stop, esc int32, err error) {
	s, i := p.s, p.i+1
	start = int32(i)
	for i = skipPlain(s, i); i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			p.i = i + 1
			return start, int32(i), -1, nil
		case c == '\\':
			return p.escapedStr(int(start), i)
		case c < 0x20:
			return 0, 0, 0, p.fail(i, "a control character (%U) in a string; write it as an escape", c)
		}
	}
	return 0, 0, 0, p.fail(p.i, "the text ends inside this string")
}

// escapedStr goes on with a string that has its first backslash at i. Its value
// is appended to p.decoded and is, until the next such string, p.last.
func (p *parser) escapedStr(start, i int) (int32, int32, int32, error) {
	s, from := p.s, len(p.decoded)
	b := append(p.decoded, s[start:i]...)
	for i < len(s) {
		c := s[i]
		switch {
		case c == '"':
			p.i = i + 1
			p.decoded, p.last = b, b[from:]
			p.t.ends = append(p.t.ends, int32(len(b)))
			return int32(start), int32(i), int32(len(p.t.ends) - 1), nil
		case c < 0x20:
			return 0, 0, 0, p.fail(i, "a control character (%U) in a string; write it as an escape", c)
		case c != '\\':
			to := max(skipPlain(s, i), i+1)
			b = append(b, s[i:to]...)
			i = to
		default:
			r, n, ok := unescape(s[i:])
			if !ok {
				return 0, 0, 0, p.fail(i, "an escape that JSON does not know, or half of a surrogate pair")
			}
			b = utf8.AppendRune(b, r)
			i += n
		}
	}
	return 0, 0, 0, p.fail(start-1, "the text ends inside this string")
}

// unescape reads the escape with which s begins and says how long it is.
func unescape(s string) (r rune, n int, ok bool) {
	if len(s) < 2 {
		return 0, 0, false
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2, true
	case 'b':
		return '\b', 2, true
	case 'f':
		return '\f', 2, true
	case 'n':
		return '\n', 2, true
	case 'r':
		return '\r', 2, true
	case 't':
		return '\t', 2, true
	case 'u':
		r, ok := hex4(s[2:])
		if !ok || !utf16.IsSurrogate(r) {
			return r, 6, ok
		}
		if !strings.HasPrefix(s[6:], `\u`) {
			return 0, 0, false
		}
		low, _ := hex4(s[8:])
		r = utf16.DecodeRune(r, low)
		return r, 12, r != utf8.RuneError
	}
	return 0, 0, false
}

func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[:4]) {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
