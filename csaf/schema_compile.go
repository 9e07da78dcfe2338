package csaf

import (
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"regexp"
	"strings"
)

// schema is a JSON schema compiled for our tree: the part of drafts 4, 7 and
// 2020-12 that the schemas of CSAF, CVSS, SSVC and CSAF extensions use.
// The compiler refuses an assertion that it does not know.
type schema struct {
	never   bool  // the schema false
	types   uint8 // bit 1<<Kind for each allowed type; 0: all
	integer bool  // numbers must be integers

	props      map[string]*property
	list       []*property     // by property.bit
	required   uint64          // bits of the required properties
	alsoNeeded []string        // required members that are not among the properties
	additional *schema         // for other members; nil: allowed
	strictAt   bool            // the strict variant forbids other members here
	closed     map[string]bool // unevaluatedProperties false: all that is allowed
	minProps   int
	maxProps   int // -1: no limit

	items    *schema
	minItems int
	maxItems int
	unique   bool

	enum       []Node
	words      []string // the same, if all of enum are strings
	minLength  int
	maxLength  int
	pattern    func(string) bool
	patternIs  string
	format     func(string) bool
	formatIs   string
	minimum    *float64
	maximum    *float64
	multipleOf *big.Rat

	ref       *schema
	all, any  []*schema
	one       []*schema
	decidedBy string // the member whose value tells the alternatives of one apart
}

type property struct {
	name string
	bit  int
	is   *schema
}

// schemaSet compiles schemas that refer to one another.
type schemaSet struct {
	files map[string]Node // by $id, without query and fragment
	done  map[Node]*schema
}

func newSchemaSet() *schemaSet {
	return &schemaSet{files: map[string]Node{}, done: map[Node]*schema{}}
}

// add makes a schema known under its $id (id in draft 4).
func (s *schemaSet) add(text string) error {
	t, err := ParseLimited(text, DefaultLimits())
	if err != nil {
		return err
	}
	id := t.Root().Str("$id")
	if id == "" {
		id = t.Root().Str("id")
	}
	id, _, _ = strings.Cut(id, "?")
	id, _, _ = strings.Cut(id, "#")
	s.files[id] = t.Root()
	return nil
}

// compile compiles the schema that an absolute reference names.
func (s *schemaSet) compile(url string) (*schema, error) {
	file, pointer, _ := strings.Cut(url, "#")
	file, _, _ = strings.Cut(file, "?")
	n, ok := s.files[file]
	if !ok {
		return nil, fmt.Errorf("schema %s is not known", file)
	}
	for _, key := range strings.Split(pointer, "/")[1:] {
		n = n.Get(key)
	}
	return s.node(n, file)
}

// schemaError is a fault of a schema and its place.
type schemaError struct {
	file, at string
	err      error
}

func (e *schemaError) Error() string { return fmt.Sprintf("schema %s, %s: %v", e.file, e.at, e.err) }
func (e *schemaError) Unwrap() error { return e.err }

// node compiles the schema at a node, each once, so that schemas may recurse.
func (s *schemaSet) node(n Node, file string) (*schema, error) {
	if c, ok := s.done[n]; ok {
		return c, nil
	}
	c := &schema{maxProps: -1, maxItems: -1, maxLength: -1, additional: nil}
	s.done[n] = c
	switch n.Kind() {
	case Bool:
		c.never = !n.Bool()
		return c, nil
	case Object:
	default:
		return nil, fmt.Errorf("%s%s is not a schema", file, n.Pointer())
	}
	for key, v := range n.Members() {
		if err := s.keyword(c, n, key, v, file); err != nil {
			if !errors.As(err, new(*schemaError)) { // else it names the place already
				err = &schemaError{file, v.Pointer(), err}
			}
			return nil, err
		}
	}
	if len(c.list) > 64 {
		return nil, fmt.Errorf("schema %s, %s: more than 64 properties", file, n.Pointer())
	}
	s.needed(c, n.Get("required"))
	if u := n.Get("unevaluatedProperties"); u.Is(Bool) && !u.Bool() {
		c.closed = map[string]bool{}
		c.evaluated(c.closed)
	}
	_, hasAdditional := find(n, "additionalProperties")
	c.strictAt = c.props != nil && !hasAdditional && c.closed == nil
	c.decidedBy = decider(c.one)
	if c.ref != nil && onlyRefers(n) {
		s.done[n] = c.ref
		return c.ref, nil
	}
	return c, nil
}

// onlyRefers reports whether a schema asserts nothing but what it refers to.
func onlyRefers(n Node) bool {
	for key := range n.Members() {
		switch key {
		case "$ref", "title", "description", "examples", "default", "$comment":
		default:
			return false
		}
	}
	return true
}

func find(n Node, key string) (Node, bool) { m := n.Get(key); return m, m.Exists() }

// needed notes the required members: as bits where they are properties.
func (s *schemaSet) needed(c *schema, names Node) {
	for n := range names.Items() {
		if p := c.props[n.Text()]; p != nil {
			c.required |= 1 << p.bit
		} else {
			c.alsoNeeded = append(c.alsoNeeded, n.Text())
		}
	}
}

// evaluated collects the members that this schema and those applied in place
// speak of. It does not ask which alternatives hold, which none of our schemas
// needs.
func (c *schema) evaluated(into map[string]bool) {
	for name := range c.props {
		into[name] = true
	}
	for _, list := range [][]*schema{c.all, c.any, c.one} {
		for _, sub := range list {
			sub.evaluated(into)
		}
	}
	if c.ref != nil {
		c.ref.evaluated(into)
	}
}

// decider finds a member that every alternative requires and for which no two
// allow the same value; "" if there is none.
func decider(alternatives []*schema) string {
	if len(alternatives) < 2 {
		return ""
	}
	first := alternatives[0].target()
	for name := range first.props {
		seen, ok := map[string]bool{}, true
		for _, a := range alternatives {
			a = a.target()
			p := a.props[name]
			if p == nil || a.required&(1<<p.bit) == 0 || len(p.is.target().enum) == 0 {
				ok = false
				break
			}
			for _, e := range p.is.target().enum {
				ok = ok && !seen[e.Source()]
				seen[e.Source()] = true
			}
		}
		if ok {
			return name
		}
	}
	return ""
}

// target follows references.
func (c *schema) target() *schema {
	for range 8 {
		if c.ref == nil {
			break
		}
		c = c.ref
	}
	return c
}

// keyword compiles one member of a schema.
func (s *schemaSet) keyword(c *schema, n Node, key string, v Node, file string) (err error) {
	switch key {
	case "$schema", "$id", "id", "$defs", "definitions", "title", "description", "examples", "default",
		"license", "$comment", "$vocabulary", "$dynamicAnchor", "required", "unevaluatedProperties":
	case "type":
		err = c.setType(v)
	case "properties":
		err = s.properties(c, v, file)
	case "additionalProperties":
		if !v.Is(Bool) || !v.Bool() {
			c.additional, err = s.node(v, file)
		}
	case "items":
		c.items, err = s.node(v, file)
	case "allOf":
		c.all, err = s.nodes(v, file)
	case "anyOf":
		c.any, err = s.nodes(v, file)
	case "oneOf":
		c.one, err = s.nodes(v, file)
	case "$ref":
		url := v.Text()
		if strings.HasPrefix(url, "#") {
			url = file + url
		}
		c.ref, err = s.compile(url)
	default:
		err = c.assertion(key, v)
	}
	return err
}

func (s *schemaSet) properties(c *schema, v Node, file string) (err error) {
	c.props = map[string]*property{}
	for name, sub := range v.Members() {
		p := &property{name: name, bit: len(c.list)}
		if p.is, err = s.node(sub, file); err != nil {
			return err
		}
		c.props[name] = p
		c.list = append(c.list, p)
	}
	return nil
}

func (s *schemaSet) nodes(v Node, file string) (out []*schema, err error) {
	for n := range v.Items() {
		c, err := s.node(n, file)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (c *schema) setType(v Node) error {
	add := func(name string) error {
		if name == "integer" {
			c.integer, name = true, "number"
		}
		for k := Null; k <= Object; k++ {
			if k.String() == name {
				c.types |= 1 << k
				return nil
			}
		}
		return fmt.Errorf("type %q is not known", name)
	}
	if v.Is(String) {
		return add(v.Text())
	}
	for n := range v.Items() {
		if err := add(n.Text()); err != nil {
			return err
		}
	}
	return nil
}

// assertion compiles a keyword that limits a value by itself.
func (c *schema) assertion(key string, v Node) (err error) {
	switch key {
	case "minProperties":
		c.minProps = int(v.Float())
	case "maxProperties":
		c.maxProps = int(v.Float())
	case "minItems":
		c.minItems = int(v.Float())
	case "maxItems":
		c.maxItems = int(v.Float())
	case "minLength":
		c.minLength = int(v.Float())
	case "maxLength":
		c.maxLength = int(v.Float())
	case "uniqueItems":
		c.unique = v.Bool()
	case "enum":
		for e := range v.Items() {
			c.enum = append(c.enum, e)
		}
		c.setWords()
	case "const":
		c.enum = []Node{v}
		c.setWords()
	case "minimum":
		f := v.Float()
		c.minimum = &f
	case "maximum":
		f := v.Float()
		c.maximum = &f
	case "multipleOf":
		if v.Float() == 1 {
			c.integer = true
		} else if c.multipleOf, err = decimal(v.Source()); err == nil && c.multipleOf.Sign() <= 0 {
			err = fmt.Errorf("multipleOf %s is not positive", v.Source())
		}
	case "pattern":
		c.patternIs = v.Text()
		c.pattern, err = patternMatcher(c.patternIs)
	case "format":
		c.formatIs = v.Text()
		if c.format = formats[c.formatIs]; c.format == nil {
			err = fmt.Errorf("format %q is not known", c.formatIs)
		}
	default:
		err = fmt.Errorf("keyword %q is not known", key)
	}
	return err
}

func (c *schema) setWords() {
	for _, e := range c.enum {
		if !e.Is(String) {
			c.words = nil
			return
		}
		c.words = append(c.words, e.Text())
	}
}

// patternMatcher gives the function for a pattern of ECMA 262: a hand-written
// one for the patterns that are frequent or that Go's regular expressions
// cannot say, else a regular expression.
func patternMatcher(p string) (func(string) bool, error) {
	if f := knownPatterns[p]; f != nil {
		return f, nil
	}
	re, err := regexp.Compile(fromECMA(p))
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(p, langPattern) {
		return func(s string) bool { return isPlainLang(s) || len(s) <= maxForPattern && re.MatchString(s) }, nil
	}
	return func(s string) bool { return len(s) <= maxForPattern && re.MatchString(s) }, nil
}

// maxForPattern is the length in bytes beyond which a text does not match a
// regular expression. Go's take a time that grows with the text, but some 50
// nanoseconds for each byte; no honest CPE name or language tag is so long.
const maxForPattern = 1 << 16

// fromECMA rewrites what means something else in Go: white space is a wider
// class in ECMA 262, and the dot leaves out more line ends.
func fromECMA(p string) string {
	const space = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	var b strings.Builder
	for i, inClass := 0, false; i < len(p); i++ {
		switch c := p[i]; {
		case c == '\\' && i+1 < len(p):
			i++
			switch {
			case p[i] == 's' && inClass:
				b.WriteString(space)
			case p[i] == 's':
				b.WriteString("[" + space + "]")
			case p[i] == 'S' && !inClass:
				b.WriteString("[^" + space + "]")
			default:
				b.WriteByte('\\')
				b.WriteByte(p[i])
			}
		case c == '.' && !inClass:
			b.WriteString(`[^\n\r\x{2028}\x{2029}]`)
		default:
			inClass = c == '[' || inClass && c != ']'
			b.WriteByte(c)
		}
	}
	return b.String()
}

// property finds a property by name. Documents and schemas have their members
// in alphabetical order, so that it most often is one of the next after the
// property that was found before.
func (c *schema) property(name string, next int) *property {
	for _, p := range c.list[min(next, len(c.list)):] {
		if p.name == name {
			return p
		}
		if p.name > name {
			break
		}
	}
	return c.props[name]
}

// missing are the required properties that are not in seen, by name.
func (c *schema) missing(seen uint64) (names []string) {
	for m := c.required &^ seen; m != 0; m &= m - 1 {
		names = append(names, c.list[bits.TrailingZeros64(m)].name)
	}
	return names
}

// decimal is a JSON number as an exact value. Numbers that only a hostile
// document would write, which would take long to compute, are an error.
func decimal(s string) (*big.Rat, error) {
	if mantissa, exp, ok := strings.Cut(strings.ToLower(s), "e"); len(mantissa) > 40 || ok && len(exp) > 4 {
		return nil, fmt.Errorf("%s is too long a number", clip(s))
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("%s is no number", clip(s))
	}
	return r, nil
}
