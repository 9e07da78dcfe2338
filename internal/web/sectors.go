package web

import (
	"slices"
	"time"

	"nakodo/internal/look"
	"nakodo/internal/sector"
	"nakodo/internal/words"
)

// sectorOptions are the sectors of every scheme in force, to be ticked.
func sectorOptions(l words.Lang, now time.Time) []look.Option {
	var options []look.Option
	for _, e := range sector.InForce(now) {
		for _, x := range e.Sectors {
			options = append(options, look.Option{Value: x.Code, Text: sector.Name(x.Code, l)})
		}
	}
	return options
}

// sectorNames puts codes into words.
func sectorNames(codes []string, l words.Lang) []string {
	var names []string
	for _, code := range codes {
		names = append(names, sector.Name(code, l))
	}
	return names
}

// knownSectors drops what no edition has: a form offers none of it.
func knownSectors(codes []string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return !sector.Known(code) })
}
