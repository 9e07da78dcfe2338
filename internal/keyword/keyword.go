// Package keyword is the centre's list of technology keywords: protocols,
// components, operating systems, hardware and control-system terms that occur
// in vulnerability reports. Vendors say once which of them their products use,
// and a report that names one then finds them, though it names no vendor
// (JPCERT/CC's registration of product developers; domain: general tier).
//
// The list lives in list/*.txt, one file a group, one line a keyword:
//
//	modbus-tcp | Modbus/TCP | = | Modbus; ModbusTCP | モドバス
//
// that is: id, English name, Japanese name ("=": the same), English synonyms,
// Japanese synonyms. A line "edition 2027-04" says since which edition of the
// list the lines below it are there. An id is for ever: answers refer to it. So
// names and synonyms may be improved, a keyword is never removed, and a new one
// goes to the end of its group under a new edition, which is what makes vendors
// be asked that question and no other.
//
// Names are looked for in reports as whole phrases. A word that ordinary
// sentences use (can, bind, matter) must therefore not stand alone as a name:
// write "CAN bus", "ISC BIND". Start at Load.
package keyword

import (
	"slices"
	"strings"

	"nakodo/internal/fold"
	"nakodo/internal/words"
)

// Edition of the list, as year and month: "2026-11". Editions compare as
// strings; the empty one is before all others.
type Edition string

// A Keyword is one question to vendors: do your products use it?
type Keyword struct {
	ID      string
	Group   string
	Edition Edition // in which it was added
	Name    words.Text
	EN, JA  []string // synonyms
}

// Names gives the name and the synonyms in both languages, each once.
func (k Keyword) Names() []string {
	names := slices.Concat([]string{k.Name.EN, k.Name.JA}, k.EN, k.JA)
	seen := make(map[string]bool, len(names))
	return slices.DeleteFunc(names, func(n string) bool {
		key := Key(n)
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

// Also gives the synonyms that help a reader of a language to know what is
// meant: English ones always, Japanese ones to a Japanese reader first.
func (k Keyword) Also(l words.Lang) []string {
	also := slices.Clone(k.EN)
	if l == words.JA {
		also = slices.Concat(k.JA, k.EN)
	}
	shown := Key(k.Name.In(l))
	return slices.DeleteFunc(also, func(s string) bool { return Key(s) == shown })
}

// A Group is a part of the list that is answered and saved as one.
type Group struct {
	ID       string
	Name     words.Text
	Keywords []Keyword
}

// List is the whole list, ready to be asked. It never changes.
type List struct {
	groups  []Group
	byID    map[string]Keyword
	byName  map[string]string // Key of a name: id
	edition Edition
}

// Edition is the newest edition.
func (l *List) Edition() Edition { return l.edition }

// Groups lists the groups in the order in which they are asked.
func (l *List) Groups() []Group { return l.groups }

// Group gives one group.
func (l *List) Group(id string) (Group, bool) {
	at := slices.IndexFunc(l.groups, func(g Group) bool { return g.ID == id })
	if at < 0 {
		return Group{}, false
	}
	return l.groups[at], true
}

// Len is the number of keywords.
func (l *List) Len() int { return len(l.byID) }

// Get gives a keyword by its id.
func (l *List) Get(id string) (Keyword, bool) {
	k, ok := l.byID[id]
	return k, ok
}

// Find gives the keyword that has a name or synonym, however it is written.
func (l *List) Find(name string) (Keyword, bool) {
	id, ok := l.byName[Key(name)]
	if !ok {
		return Keyword{}, false
	}
	return l.byID[id], true
}

// Since lists what was added after an edition, in the order of the list.
func (l *List) Since(e Edition) []Keyword {
	var added []Keyword
	for _, g := range l.groups {
		for _, k := range g.Keywords {
			if k.Edition > e {
				added = append(added, k)
			}
		}
	}
	return added
}

// Key folds a name to the words that matching compares.
func Key(name string) string {
	var b strings.Builder
	for _, w := range fold.Words(name) {
		b.WriteString(w.Text)
		b.WriteByte(' ')
	}
	return strings.TrimSuffix(b.String(), " ")
}
