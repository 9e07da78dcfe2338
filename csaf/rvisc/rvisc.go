// Package rvisc knows the Registry for Vulnerability ID Systems for CSAF: which
// system_name in /vulnerabilities[]/ids[] is registered, how its identifiers
// look, and how to rewrite what was in use before the registry existed.
//
// The registry has few entries yet. Local returns systems that are in wide use
// and not registered, JVN's among them; a program that knows its readers may
// accept them too, with Registry.With.
package rvisc

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// System is a system of vulnerability identifiers.
type System struct {
	Name       string // system_name, a URL
	CommonName string
	Pattern    string // that identifiers match, a regular expression with anchors

	match *regexp.Regexp
}

// Matches reports whether a text is an identifier of the system.
func (s System) Matches(text string) bool { return s.match != nil && s.match.MatchString(text) }

// Registry is a list of systems. The zero Registry is empty.
type Registry struct{ systems []System }

var (
	//go:embed registry.json
	registryText []byte
	//go:embed local.json
	localText []byte

	official = sync.OnceValue(func() Registry { return mustRead(registryText) })
	local    = sync.OnceValue(func() Registry { return mustRead(localText) })
)

// Official is the registry as the OASIS CSAF TC published it.
func Official() Registry { return official() }

// Local are systems in use that are not registered.
func Local() []System { return slices.Clone(local().systems) }

// Read takes a registry in the form of registry.json.
func Read(text []byte) (Registry, error) {
	var file struct {
		Systems []struct {
			Name       string `json:"system_name"`
			CommonName string `json:"common_name"`
			Pattern    string `json:"text_pattern"`
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return Registry{}, fmt.Errorf("read the registry of id systems: %w", err)
	}
	var r Registry
	for _, s := range file.Systems {
		match, err := regexp.Compile(s.Pattern)
		if err != nil {
			return Registry{}, fmt.Errorf("read the registry of id systems: entry %q: %w", s.Name, err)
		}
		if s.Name == "" {
			return Registry{}, errors.New("read the registry of id systems: an entry has no system_name")
		}
		r.systems = append(r.systems, System{s.Name, s.CommonName, s.Pattern, match})
	}
	return r, nil
}

// mustRead is for the embedded files, which a test reads.
func mustRead(text []byte) Registry {
	r, err := Read(text)
	if err != nil {
		panic(err)
	}
	return r
}

// With is the registry with further systems; of two with one name the first
// counts.
func (r Registry) With(more ...System) Registry {
	return Registry{slices.Concat(r.systems, more)}
}

// Lookup finds a system by its exact name.
func (r Registry) Lookup(systemName string) (System, bool) {
	for _, s := range r.systems {
		if s.Name == systemName {
			return s, true
		}
	}
	return System{}, false
}

// Conversion is what became of an identifier.
type Conversion uint8

// The outcomes of Convert.
const (
	NoMapping    Conversion = iota // nobody wrote a rule for this system_name
	NoRule                         // there are rules, but none for a text like this
	Converted                      // the result matches the registered pattern
	StillInvalid                   // a rule applied, but the result does not match
)

// mapping is an entry of RVISC's mapping file: an old system_name, what it is
// registered as, and the rules for its texts. Rules are programs, not data.
type mapping struct {
	old, registered string
	rules           []func(text string) (string, bool)
}

// mappings are those of mapping version 1 of 2026-02-06,
// https://registry.csaf.dev/id/mapping/.
var mappings = []mapping{
	{
		"OASIS Open CSAF TC GitHub Issues", "https://github.com/oasis-tcs/csaf",
		[]func(string) (string, bool){issueWord, bareNumber},
	},
}

// Convert rewrites an identifier after the mapping of the registry.
func (r Registry) Convert(systemName, text string) (newSystem, newText string, outcome Conversion) {
	for _, m := range mappings {
		if m.old != systemName {
			continue
		}
		s, ok := r.Lookup(m.registered)
		if !ok {
			return "", "", NoMapping
		}
		for _, rule := range m.rules {
			if converted, ok := rule(text); ok {
				if !s.Matches(converted) {
					return s.Name, converted, StillInvalid
				}
				return s.Name, converted, Converted
			}
		}
		return "", "", NoRule
	}
	return "", "", NoMapping
}

// issueWord turns "Issue 1217", "issues #1217" into "#1217".
func issueWord(text string) (string, bool) {
	if len(text) < 5 || !strings.EqualFold(text[:5], "issue") {
		return "", false
	}
	rest := text[5:]
	if rest != "" && rest[0]|0x20 == 's' {
		rest = rest[1:]
	}
	trimmed := strings.TrimLeft(rest, " \t\r\n\f\v")
	if len(rest)-len(trimmed) != 1 { // the precondition wants exactly one
		return "", false
	}
	return bareNumber(strings.TrimPrefix(trimmed, "#"))
}

// bareNumber turns "01217" into "#1217".
func bareNumber(text string) (string, bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return "", false
	}
	return "#" + strings.TrimLeft(text, "0"), true
}
