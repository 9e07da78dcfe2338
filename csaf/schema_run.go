package csaf

import (
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// schemaRun is one walk of a schema over a document.
type schemaRun struct {
	found []violation
	extra []Node // members that no schema defines, forbidden or not
	most  int    // violations to keep; 0: all
	probe bool   // only the verdict counts; stop at the first violation
	local int    // >0: inside anyOf or allOf, where strictness does not apply
}

// violation is one thing in which a value differs from its schema.
type violation struct {
	at  Node
	msg string
}

func (r *schemaRun) fail(at Node, format string, args ...any) bool {
	if !r.probe && (r.most == 0 || len(r.found) < r.most) {
		r.found = append(r.found, violation{at, fmt.Sprintf(format, args...)})
	}
	return false
}

// check reports whether a value satisfies the schema, and notes what does not.
func (c *schema) check(n Node, r *schemaRun) bool {
	if c.never {
		return r.fail(n, "nothing is allowed here; remove it")
	}
	kind := n.Kind()
	if c.types != 0 && c.types&(1<<kind) == 0 {
		return r.fail(n, "the value is of type %s; %s is expected", kind, c.typeNames())
	}
	ok := true
	if c.ref != nil {
		ok = c.ref.check(n, r)
	}
	if ok || !r.probe {
		switch kind {
		case String:
			ok = c.checkString(n, r) && ok
		case Object:
			ok = c.checkObject(n, r) && ok
		case Array:
			ok = c.checkArray(n, r) && ok
		case Number:
			ok = c.checkNumber(n, r) && ok
		}
	}
	if len(c.enum) > 0 && !c.inEnum(n) {
		ok = r.fail(n, "%s is not allowed here; use %s", clip(n.Source()), c.enumText())
	}
	if c.all != nil || c.any != nil || c.one != nil {
		ok = c.checkInPlace(n, r) && ok
	}
	return ok
}

func (c *schema) typeNames() string {
	var names []string
	for k := Null; k <= Object; k++ {
		if c.types&(1<<k) != 0 {
			names = append(names, k.String())
		}
	}
	return strings.Join(names, " or ")
}

func (c *schema) inEnum(n Node) bool {
	if c.words != nil {
		return n.Is(String) && slices.Contains(c.words, n.Text())
	}
	for _, e := range c.enum {
		if e.Equal(n) {
			return true
		}
	}
	return false
}

func (c *schema) enumText() string {
	var b strings.Builder
	for i, e := range c.enum {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(e.Source())
	}
	return b.String()
}

// clip shortens a text that is quoted in a message.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

func (c *schema) checkString(n Node, r *schemaRun) bool {
	s, ok := n.Text(), true
	if c.minLength > 0 && len(s) < c.minLength*utf8.UTFMax && utf8.RuneCountInString(s) < c.minLength {
		if s == "" {
			ok = r.fail(n, "the text is empty; write it or remove the member")
		} else {
			ok = r.fail(n, "the text is shorter than %d characters", c.minLength)
		}
	}
	if c.maxLength >= 0 && len(s) > c.maxLength && utf8.RuneCountInString(s) > c.maxLength {
		ok = r.fail(n, "the text is longer than %d characters", c.maxLength)
	}
	if c.pattern != nil && !c.pattern(s) {
		ok = r.fail(n, "%s does not have the form %s", clip(n.Source()), patternForm(c.patternIs))
	}
	if c.format != nil && !c.format(s) {
		ok = r.fail(n, "%s is no %s", clip(n.Source()), formatNames[c.formatIs])
	}
	return ok
}

func (c *schema) checkNumber(n Node, r *schemaRun) bool {
	if !c.integer && c.minimum == nil && c.maximum == nil && c.multipleOf == nil {
		return true
	}
	f, ok := n.Float(), true
	if c.integer && f != math.Trunc(f) {
		ok = r.fail(n, "%s is not an integer", clip(n.Source()))
	}
	if c.minimum != nil && f < *c.minimum {
		ok = r.fail(n, "%s is less than %g", clip(n.Source()), *c.minimum)
	}
	if c.maximum != nil && f > *c.maximum {
		ok = r.fail(n, "%s is more than %g", clip(n.Source()), *c.maximum)
	}
	if c.multipleOf != nil {
		if d, err := decimal(n.Source()); err != nil || !d.Quo(d, c.multipleOf).IsInt() {
			ok = r.fail(n, "%s is no multiple of %s", clip(n.Source()), c.multipleOf.FloatString(3))
		}
	}
	return ok
}

func (c *schema) checkArray(n Node, r *schemaRun) bool {
	ok := true
	if n.Len() < c.minItems {
		ok = r.fail(n, "the list has %d items; at least %d are needed", n.Len(), c.minItems)
	}
	if c.maxItems >= 0 && n.Len() > c.maxItems {
		ok = r.fail(n, "the list has %d items; at most %d are allowed", n.Len(), c.maxItems)
	}
	if c.items != nil {
		nodes := n.tree.nodes
		for j, end := n.i+1, nodes[n.i].end; j < end; j = nodes[j].end {
			if !c.items.check(Node{n.tree, j}, r) {
				if ok = false; r.probe {
					return false
				}
			}
		}
	}
	if c.unique && n.Len() > 1 {
		if twice := repeated(n); twice.Exists() {
			ok = r.fail(twice, "the list has this item twice; remove one")
		}
	}
	return ok
}

func (c *schema) checkObject(n Node, r *schemaRun) bool {
	ok := true
	var seen uint64
	next := 0 // in c.list, see property
	if c.props != nil || c.additional != nil || c.closed != nil {
		// A loop of its own: with Members, this hot path takes a fifth longer.
		nodes := n.tree.nodes
		for j, end := n.i+1, nodes[n.i].end; j < end; j = nodes[j].end {
			m := Node{n.tree, j}
			key := m.Key()
			if p := c.property(key, next); p != nil {
				seen |= 1 << p.bit
				next = p.bit + 1
				ok = p.is.check(m, r) && ok
			} else {
				ok = c.checkExtra(key, m, r) && ok
			}
			if !ok && r.probe {
				return false
			}
		}
	}
	if c.required&^seen != 0 {
		if ok = false; r.probe {
			return false
		}
		for _, name := range c.missing(seen) {
			r.fail(n, "the member %q is missing; add it", name)
		}
	}
	for _, name := range c.alsoNeeded {
		if !n.Get(name).Exists() {
			ok = r.fail(n, "the member %q is missing; add it", name)
		}
	}
	if n.Len() < c.minProps {
		ok = r.fail(n, "the object has %d members; at least %d are needed", n.Len(), c.minProps)
	}
	if c.maxProps >= 0 && n.Len() > c.maxProps {
		ok = r.fail(n, "the object has %d members; at most %d are allowed", n.Len(), c.maxProps)
	}
	return ok
}

// checkExtra judges a member that is not among the properties.
func (c *schema) checkExtra(key string, m Node, r *schemaRun) bool {
	switch {
	case c.additional != nil && c.additional.never,
		c.closed != nil && !c.closed[key]:
		if !r.probe {
			r.extra = append(r.extra, m)
		}
		return r.fail(m, "the member %q is not defined here; remove it", clip(key))
	case c.additional != nil:
		return c.additional.check(m, r)
	case c.strictAt && r.local == 0 && !r.probe:
		r.extra = append(r.extra, m)
	}
	return true
}

// checkInPlace applies allOf, anyOf and oneOf.
func (c *schema) checkInPlace(n Node, r *schemaRun) bool {
	ok := true
	r.local++
	for _, s := range c.all {
		ok = s.check(n, r) && ok
	}
	r.local--
	if c.any != nil {
		fits := false
		for _, s := range c.any {
			fits = fits || s.check(n, &schemaRun{probe: true})
		}
		if !fits {
			ok = r.fail(n, "the value fits none of the allowed forms")
		}
	}
	if c.one != nil {
		ok = c.checkOne(n, r) && ok
	}
	return ok
}

// checkOne applies oneOf. Where a member tells the alternatives apart, only
// the one it names is tried, and its violations are those to report.
func (c *schema) checkOne(n Node, r *schemaRun) bool {
	if c.decidedBy != "" && n.Is(Object) {
		by := n.Get(c.decidedBy)
		for _, s := range c.one {
			if s.target().props[c.decidedBy].is.target().inEnum(by) {
				return s.check(n, r)
			}
		}
		if by.Exists() {
			return r.fail(by, "%s is not allowed here", clip(by.Source()))
		}
		return r.fail(n, "the member %q is missing; add it", c.decidedBy)
	}
	fits := 0
	for _, s := range c.one {
		if s.check(n, &schemaRun{probe: true}) {
			fits++
		}
	}
	if fits != 1 {
		return r.fail(n, "the value fits %d of the allowed forms; it must fit exactly one", fits)
	}
	return true
}

// repeated is an item of a list that stands there before, no node if none does.
func repeated(list Node) Node {
	if ascending(list) {
		return Node{}
	}
	if list.Len() <= 16 {
		return repeatedFew(list)
	}
	var (
		seed = maphash.MakeSeed()
		seen = make(map[uint64]Node, list.Len())
	)
	for n := range list.Items() {
		h := hashOf(seed, n)
		// Different values with one hash are so rare that to miss the
		// second of two such pairs does no harm.
		if before, ok := seen[h]; ok && before.Equal(n) {
			return n
		}
		seen[h] = n
	}
	return Node{}
}

// ascending reports whether the items are strings, each after the one before:
// then none is repeated. Lists of product ids most often are so.
func ascending(list Node) bool {
	before := ""
	for n := range list.Items() {
		if text := n.Text(); text > before {
			before = text
		} else {
			return false
		}
	}
	return true
}

func repeatedFew(list Node) Node {
	for n := range list.Items() {
		for before := range list.Items() {
			if before == n {
				break
			}
			if before.Equal(n) {
				return n
			}
		}
	}
	return Node{}
}

// hashOf is the same for values that are Equal.
func hashOf(seed maphash.Seed, n Node) uint64 {
	h := uint64(n.Kind()) * 0x9E3779B97F4A7C15
	switch n.Kind() {
	case String:
		h ^= maphash.String(seed, n.Text())
	case Number:
		h ^= math.Float64bits(n.Float() + 0) // -0 is 0
	case Bool:
		h ^= uint64(len(n.Source()))
	case Array:
		for item := range n.Items() {
			h = h*0x100000001B3 ^ hashOf(seed, item)
		}
	case Object:
		var sum uint64 // whatever the order of members
		for key, m := range n.Members() {
			sum += maphash.String(seed, key) * (hashOf(seed, m) | 1)
		}
		h ^= sum
	}
	return h
}
