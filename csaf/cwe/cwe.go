// Package cwe answers questions about the Common Weakness Enumeration as CSAF
// asks them: does this id exist in that version, under which name, is it
// deprecated, may it be used to describe a vulnerability, and which version
// was the newest on a given day.
//
// It knows every published version of the list from 1.0 on. Only weaknesses
// are in it: categories and views must not be used in a CSAF document.
//
// The data is in catalogue.tsv; see there for its source. To add the next
// version of the list, download MITRE's cwec_vN.xml and run
//
//	go run nakodo/csaf/internal/refresh -out csaf/cwe -file cwec_vN.xml cwe
package cwe

//go:generate go run nakodo/csaf/internal/refresh cwe

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed catalogue.tsv
var catalogue string

// Usage says whether a weakness should be mapped to a vulnerability.
type Usage byte

// The usages. Lists before 4.12 do not have them.
const (
	Unknown     Usage = '-'
	Allowed     Usage = 'A'
	WithReview  Usage = 'R' // "Allowed-with-Review"
	Discouraged Usage = 'D'
	Prohibited  Usage = 'P'
)

// String is the usage in the words of the list.
func (u Usage) String() string {
	switch u {
	case Allowed:
		return "Allowed"
	case WithReview:
		return "Allowed-with-Review"
	case Discouraged:
		return "Discouraged"
	case Prohibited:
		return "Prohibited"
	}
	return "unknown"
}

// Version is one published list.
type Version struct {
	Number string    // "4.13"
	Date   time.Time // day of publication, 00:00 UTC
}

// Weakness is an entry of one or several consecutive lists.
type Weakness struct {
	ID         int
	Name       string
	Usage      Usage
	Deprecated bool

	from, to uint8 // first and last version, indexes into table.versions
}

type table struct {
	versions []Version
	byNumber map[string]uint8
	entries  []Weakness // by id, then version
	first    []uint16   // id -> first entry; one more at the end
}

var load = sync.OnceValue(func() *table {
	head, rows, _ := strings.Cut(catalogue, "\n\n")
	t := &table{byNumber: map[string]uint8{}}
	for line := range strings.Lines(head) {
		number, day, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		date, err := time.Parse(time.DateOnly, day)
		if !ok || err != nil {
			continue // the line that names the source
		}
		t.byNumber[number] = uint8(len(t.versions))
		t.versions = append(t.versions, Version{number, date})
	}
	for rows != "" {
		var f [5]string
		for i := range 4 {
			f[i], rows, _ = strings.Cut(rows, "\t")
		}
		f[4], rows, _ = strings.Cut(rows, "\n")
		id, _ := strconv.Atoi(f[0])
		for len(t.first) <= id {
			t.first = append(t.first, uint16(len(t.entries)))
		}
		t.entries = append(t.entries, Weakness{
			ID: id, Name: f[4], Usage: Usage(f[3][0]), Deprecated: len(f[3]) > 1,
			from: t.byNumber[f[1]], to: t.byNumber[f[2]],
		})
	}
	t.first = append(t.first, uint16(len(t.entries)))
	return t
})

// of gives all entries with an id like "CWE-79".
func (t *table) of(id string) []Weakness {
	digits, ok := strings.CutPrefix(id, "CWE-")
	if !ok || digits == "" || digits[0] == '0' || len(digits) > 6 {
		return nil
	}
	n := 0
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return nil
		}
		n = n*10 + int(digits[i]-'0')
	}
	if n+1 >= len(t.first) {
		return nil
	}
	return t.entries[t.first[n]:t.first[n+1]]
}

// Versions are all published lists this package knows, oldest first.
func Versions() []Version { return slices.Clone(load().versions) }

// Known reports whether there is a list with that version number.
func Known(version string) bool {
	_, ok := load().byNumber[version]
	return ok
}

// Latest is the newest list this package knows.
func Latest() Version {
	v := load().versions
	return v[len(v)-1]
}

// LatestAt is the newest list on a day. It is not ok before the first list.
func LatestAt(t time.Time) (v Version, ok bool) {
	for _, each := range slices.Backward(load().versions) {
		if !each.Date.After(t) {
			return each, true
		}
	}
	return Version{}, false
}

// Lookup finds a weakness by its id ("CWE-79") in one list ("4.13").
func Lookup(version, id string) (w Weakness, ok bool) {
	t := load()
	v, ok := t.byNumber[version]
	if !ok {
		return Weakness{}, false
	}
	for _, e := range t.of(id) {
		if e.from <= v && v <= e.to {
			return e, true
		}
	}
	return Weakness{}, false
}

// Newest finds a weakness by its id in the newest list that has it.
func Newest(id string) (w Weakness, ok bool) {
	all := load().of(id)
	if len(all) == 0 {
		return Weakness{}, false
	}
	return all[len(all)-1], true
}

// VersionFor chooses the list from which an id and a name were taken, as the
// converter from CSAF 2.0 to 2.1 must (conformance clause 18): the newest that
// has both and was published by the day t; else the first one after it. It is
// not ok if no list has both.
func VersionFor(id, name string, t time.Time) (v Version, ok bool) {
	table := load()
	for i, each := range table.versions {
		if each.Date.After(t) && ok {
			break
		}
		for _, e := range table.of(id) {
			if int(e.from) <= i && i <= int(e.to) && e.Name == name {
				v, ok = each, true
				break
			}
		}
	}
	return v, ok
}
