// Package spdx reads SPDX licence expressions (SPDX 3.0.1, annex B) like
//
//	MIT OR (GPL-2.0-only WITH Classpath-exception-2.0)
//
// and knows the identifiers of the SPDX License List and of AboutCode's
// ScanCode LicenseDB, which CSAF 2.1 wants to be consulted.
package spdx

//go:generate go run nakodo/csaf/internal/refresh licences
//go:generate go run nakodo/csaf/internal/refresh scancode

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"
)

var (
	//go:embed spdx.txt
	spdxList string
	//go:embed scancode.txt
	scancodeList string
)

// ID is an identifier in an expression.
type ID struct {
	Text     string // as written, without "+" and "DocumentRef-...:"
	Document string // the name in "DocumentRef-name:", which CSAF does not allow
	Addition bool   // it follows WITH: an exception
	Ref      bool   // "LicenseRef-" or "AdditionRef-"
}

var (
	errEmpty   = errors.New("is empty")
	errOpen    = errors.New(`has a "(" without ")"`)
	errClose   = errors.New(`has a ")" without "("`)
	errOperand = errors.New("has an operator or parenthesis where a licence identifier belongs")
	errWith    = errors.New(`has "WITH" after something that is not a single licence`)
	errDeep    = errors.New("is nested too deeply")
)

// depth bounds the nesting of parentheses.
const depth = 100

// Parse takes an expression apart into its identifiers, in the order of the
// text. Whether they are on a list is not its business; see Lookup.
func Parse(expression string) ([]ID, error) {
	p := parser{rest: expression}
	p.next()
	if p.word == "" {
		return nil, errEmpty
	}
	if err := p.expression(0); err != nil {
		return nil, err
	}
	switch {
	case p.word == ")":
		return nil, errClose
	case p.word != "":
		return nil, fmt.Errorf("has %q where AND, OR, WITH or the end belongs", p.word)
	}
	return p.ids, nil
}

type parser struct {
	word, rest string
	ids        []ID
}

// next reads a word: a parenthesis, or everything up to a space or parenthesis.
func (p *parser) next() {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n")
	i := strings.IndexAny(p.rest, " \t\r\n()")
	switch {
	case i < 0:
		i = len(p.rest)
	case i == 0:
		i = 1
	}
	p.word, p.rest = p.rest[:i], p.rest[i:]
}

// is reports whether the word is an operator, in upper or in lower case.
func (p *parser) is(operator string) bool {
	return p.word == operator || p.word == strings.ToLower(operator)
}

func (p *parser) expression(level int) error {
	if level > depth {
		return errDeep
	}
	for {
		if err := p.operand(level); err != nil {
			return err
		}
		if !p.is("AND") && !p.is("OR") {
			return nil
		}
		p.next()
	}
}

func (p *parser) operand(level int) error {
	if p.word == "(" {
		p.next()
		if err := p.expression(level + 1); err != nil {
			return err
		}
		if p.word != ")" {
			return errOpen
		}
		p.next()
		if p.is("WITH") {
			return errWith
		}
		return nil
	}
	if err := p.id(false); err != nil {
		return err
	}
	if !p.is("WITH") {
		return nil
	}
	p.next()
	return p.id(true)
}

func (p *parser) id(addition bool) error {
	word := p.word
	if word == "" || word == ")" || word == "(" || p.is("AND") || p.is("OR") || p.is("WITH") {
		return errOperand
	}
	id := ID{Text: word, Addition: addition}
	if doc, ok := strings.CutPrefix(word, "DocumentRef-"); ok {
		name, after, found := strings.Cut(doc, ":")
		if !found || !isIDString(name) {
			return fmt.Errorf("has %q, which is not DocumentRef-name:LicenseRef-name", word)
		}
		id.Document, id.Text = name, after
	}
	prefix, wrong := "LicenseRef-", "AdditionRef-"
	if addition {
		prefix, wrong = wrong, prefix
	}
	name, isRef := strings.CutPrefix(id.Text, prefix)
	id.Ref = isRef
	switch {
	case !isRef && id.Document != "":
		return fmt.Errorf("has %q, where only %q can follow the document", word, prefix)
	case !isRef && (hasPrefixFold(name, prefix) || hasPrefixFold(name, wrong)):
		return fmt.Errorf("has %q: %q is written exactly so, and stands here only", word, prefix)
	case !isRef && !addition:
		name = strings.TrimSuffix(name, "+")
		id.Text = name
	}
	if !isIDString(name) {
		return fmt.Errorf("has %q, which is not an identifier of letters, digits, \"-\" and \".\"", word)
	}
	p.ids = append(p.ids, id)
	p.next()
	return nil
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func isIDString(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return s != ""
}

// Status is what the lists say about an identifier.
type Status uint8

// The statuses. An Unlisted identifier is a LicenseRef or AdditionRef of
// another entity, for which there is no list.
const (
	Unknown Status = iota
	Current
	Deprecated
	Unlisted
)

// Lookup finds an identifier in the list that it claims to be from, without
// regard to case: the ScanCode LicenseDB for LicenseRef-scancode-..., else the
// SPDX License List.
func Lookup(id ID) Status {
	text := id.Text
	if id.Ref {
		_, text, _ = strings.Cut(text, "-")
		key, ok := strings.CutPrefix(text, "scancode-")
		if !ok {
			return Unlisted
		}
		flag := lists().scancode[strings.ToLower(key)]
		return status(flag) // licence or exception: both appear on either side
	}
	flag := lists().spdx[strings.ToLower(text)]
	if isException := flag == 'x' || flag == 'X'; flag != 0 && isException != id.Addition {
		return Unknown
	}
	return status(flag)
}

func status(flag byte) Status {
	switch flag {
	case 'l', 'x':
		return Current
	case 'L', 'X':
		return Deprecated
	}
	return Unknown
}

// Source names the list that Lookup consults for an identifier, with its
// edition; "" if there is none.
func Source(id ID) string {
	list := spdxList
	if id.Ref {
		if Lookup(id) == Unlisted {
			return ""
		}
		list = scancodeList
	}
	first, _, _ := strings.Cut(list, "\n")
	return strings.TrimPrefix(first, "# ")
}

type tables struct{ spdx, scancode map[string]byte }

var lists = sync.OnceValue(func() tables { return tables{read(spdxList), read(scancodeList)} })

// read takes lines like "l MIT" as the refresh command writes them.
func read(list string) map[string]byte {
	table := make(map[string]byte, strings.Count(list, "\n"))
	for line := range strings.Lines(list) {
		if line[0] != '#' {
			table[strings.ToLower(strings.TrimSuffix(line[2:], "\n"))] = line[0]
		}
	}
	return table
}
