// Package words is the catalogue of every sentence a person reads, in English
// and Japanese. The sentences live in TOML files beside this one, one file a
// subject, both languages side by side so that neither is forgotten:
//
//	["fault.embargo.over"]
//	en = "The embargo ended on {until}. Reload the case to see where it stands."
//	ja = "公開制限は{until}に終了しています。案件を再読み込みして現在の状態を確認してください。"
//
// {name} is replaced by the argument of that name; {n|case|cases} chooses the
// first form where n is 1 and the second otherwise.
package words

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed *.toml
var files embed.FS

// Lang is a language of the product.
type Lang string

// The languages Nakodo speaks.
const (
	EN Lang = "en"
	JA Lang = "ja"
)

// ParseLang reads a language tag; anything that is not Japanese is English.
func ParseLang(tag string) Lang {
	if tag == "ja" || strings.HasPrefix(tag, "ja-") {
		return JA
	}
	return EN
}

// Other is the language that is not l.
func (l Lang) Other() Lang {
	if l == JA {
		return EN
	}
	return JA
}

// Text is a sentence in both languages. Records use it too (titles, advisory sections).
type Text struct {
	EN string `toml:"en" json:"en,omitempty"`
	JA string `toml:"ja" json:"ja,omitempty"`
}

// In gives the text in a language, or in the other one where it is missing.
func (t Text) In(l Lang) string {
	if l == JA && t.JA != "" || t.EN == "" {
		return t.JA
	}
	return t.EN
}

// Get gives the text in exactly that language, "" where missing.
func (t Text) Get(l Lang) string {
	if l == JA {
		return t.JA
	}
	return t.EN
}

// Catalogue holds all sentences by key.
type Catalogue map[string]Text

// Load reads the embedded files. It fails on a key that two files define.
func Load() (Catalogue, error) {
	names, err := fs.Glob(files, "*.toml")
	if err != nil {
		return nil, err
	}
	c := Catalogue{}
	for _, name := range names {
		var part map[string]Text
		if _, err := toml.DecodeFS(files, name, &part); err != nil {
			return nil, fmt.Errorf("words: %s: %w", name, err)
		}
		for k, v := range part {
			if _, twice := c[k]; twice {
				return nil, fmt.Errorf("words: %s defines %s, which another file has", name, k)
			}
			c[k] = v
		}
	}
	return c, nil
}

var slot = regexp.MustCompile(`\{([a-z_]+)(?:\|([^|}]*)\|([^|}]*))?\}`)

// Say fills the sentence of a key. A key that is missing shows itself between
// guillemets, so that it is seen on a page and found by the tests.
func (c Catalogue) Say(l Lang, key string, args map[string]any) string {
	t, ok := c[key]
	if !ok {
		return "«" + key + "»"
	}
	return slot.ReplaceAllStringFunc(t.In(l), func(m string) string {
		p := slot.FindStringSubmatch(m)
		v, ok := args[p[1]]
		if !ok {
			return m
		}
		if strings.Contains(m, "|") {
			if fmt.Sprint(v) == "1" {
				return p[2]
			}
			return p[3]
		}
		return fmt.Sprint(v)
	})
}

// Slots lists the argument names of a sentence, sorted, each once.
func Slots(sentence string) []string {
	seen := map[string]bool{}
	for _, p := range slot.FindAllStringSubmatch(sentence, -1) {
		seen[p[1]] = true
	}
	names := make([]string, 0, len(seen))
	for n := range seen {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
