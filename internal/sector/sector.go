// Package sector is the sectors of critical infrastructure, as versioned data:
// Japan's action plan, the two annexes of NIS2, and the sixteen of the United
// States. Start at editions.go, which is the tables.
//
// An organisation of the registry holds codes such as "jp/electricity". A code
// keeps its meaning for good: an edition that renames a sector keeps the code,
// one that splits a sector gives new codes. So what was noted under an old
// edition can still be read.
package sector

import (
	"slices"
	"strings"
	"time"

	"nakodo/internal/words"
)

// Sector is one sector of one edition.
type Sector struct {
	Code string     // with its scheme: "jp/electricity"
	Name words.Text // the Japanese names of foreign sectors are ours
}

// Edition is a list of sectors as its source stated it, in force from a day.
type Edition struct {
	Scheme  string     // "jp", "nis2", "cisa"
	Name    words.Text // of the scheme
	Edition string     // "2024"
	From    time.Time  // in force from this day, UTC
	Source  string     // the document that states it
	Sectors []Sector
}

// At gives the edition of a scheme that is in force at a moment.
func At(scheme string, t time.Time) (Edition, bool) {
	var found Edition
	ok := false
	for _, e := range Editions {
		if e.Scheme == scheme && !t.Before(e.From) && (!ok || e.From.After(found.From)) {
			found, ok = e, true
		}
	}
	return found, ok
}

// InForce gives the edition in force of every scheme, in the order of the table.
func InForce(t time.Time) []Edition {
	var all []Edition
	var seen []string
	for _, e := range Editions {
		if slices.Contains(seen, e.Scheme) {
			continue
		}
		seen = append(seen, e.Scheme)
		if now, ok := At(e.Scheme, t); ok {
			all = append(all, now)
		}
	}
	return all
}

// Find gives the sector of a code as the newest edition that has it names it.
func Find(code string) (Sector, Edition, bool) {
	for _, e := range slices.Backward(Editions) {
		for _, s := range e.Sectors {
			if s.Code == code {
				return s, e, true
			}
		}
	}
	return Sector{}, Edition{}, false
}

// Known reports whether some edition has the code.
func Known(code string) bool {
	_, _, ok := Find(code)
	return ok
}

// Name is what a sector is called, with its scheme: "Japan: Electricity". A code
// that no edition has is given back as it is: somebody wrote it down.
func Name(code string, l words.Lang) string {
	s, e, ok := Find(code)
	if !ok {
		return code
	}
	between := ": "
	if l == words.JA {
		between = "："
	}
	return e.Name.In(l) + between + s.Name.In(l)
}

// Touch reports whether two lists of codes have one in common. A code that ends
// in its scheme's name of a whole ("nis2/energy") touches its parts
// ("nis2/energy-gas").
func Touch(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool {
		return slices.ContainsFunc(b, func(y string) bool {
			return x == y || strings.HasPrefix(x, y+"-") || strings.HasPrefix(y, x+"-")
		})
	})
}
