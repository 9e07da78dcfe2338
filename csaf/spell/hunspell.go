package spell

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// maxDictionary bounds the bytes read of a file; the largest dictionaries in
// use have some 10 MB.
const maxDictionary = 64 << 20

// ReadWords reads a list of words, one a line. Empty lines and lines that begin
// with # do not count.
func ReadWords(r io.Reader) (*Dictionary, error) {
	d := newDictionary()
	in := scanner(io.LimitReader(r, maxDictionary))
	for in.Scan() {
		if word := strings.TrimSpace(in.Text()); word != "" && word[0] != '#' {
			d.stems[word] = append(d.stems[word], nil)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read word list: %w", err)
	}
	return d, nil
}

// ReadHunspell reads a dictionary of hunspell.
func ReadHunspell(aff, dic io.Reader) (*Dictionary, error) {
	h := &hunspell{Dictionary: newDictionary(), kind: "char"}
	if err := h.readAff(aff); err != nil {
		return nil, fmt.Errorf("read .aff file: %w", err)
	}
	if err := h.readDic(dic); err != nil {
		return nil, fmt.Errorf("read .dic file: %w", err)
	}
	return h.Dictionary, nil
}

// hunspell is a dictionary while it is read.
type hunspell struct {
	*Dictionary
	kind    string // of flags: char, long, num, UTF-8
	decoder *encoding.Decoder
	aliases []flags // AF: flags by number, from 1
	hasAF   bool
	cross   map[string]bool // whether the affix of a kind and flag combines
}

func scanner(r io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 1<<16), 1<<20)
	return s
}

// line takes a line into UTF-8.
func (h *hunspell) line(s string) (string, error) {
	s = strings.TrimPrefix(s, "\uFEFF")
	if h.decoder == nil {
		return s, nil
	}
	return h.decoder.String(s)
}

func (h *hunspell) readAff(r io.Reader) error {
	h.cross = map[string]bool{}
	in := scanner(io.LimitReader(r, maxDictionary))
	for number := 1; in.Scan(); number++ {
		text, err := h.line(in.Text())
		if err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		if err := h.rule(strings.Fields(text)); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	return in.Err()
}

// rule reads one line of an .aff file. Rules that do not change which words
// are right, such as those for suggestions, are passed over.
func (h *hunspell) rule(f []string) error {
	if len(f) < 2 || f[0][0] == '#' {
		return nil
	}
	switch f[0] {
	case "SET":
		return h.setEncoding(f[1])
	case "FLAG":
		h.kind = f[1]
	case "FORBIDDENWORD":
		h.forbidden = h.flag(f[1])
	case "NEEDAFFIX", "PSEUDOROOT":
		h.needAffix = h.flag(f[1])
	case "ONLYINCOMPOUND":
		h.onlyCompound = h.flag(f[1])
	case "KEEPCASE":
		h.keepCase = h.flag(f[1])
	case "AF":
		if h.hasAF {
			h.aliases = append(h.aliases, h.flags(f[1]))
		}
		h.hasAF = true // the first AF line is the number of those that follow
	case "PFX", "SFX":
		return h.affix(f)
	}
	return nil
}

func (h *hunspell) setEncoding(name string) error {
	if strings.EqualFold(name, "UTF-8") {
		return nil
	}
	if rest, ok := strings.CutPrefix(strings.ToUpper(name), "ISO8859-"); ok {
		name = "ISO-8859-" + rest
	}
	name = strings.TrimPrefix(strings.ToLower(name), "microsoft-")
	name = strings.Replace(name, "cp125", "windows-125", 1)
	e, err := htmlindex.Get(name)
	if err != nil {
		return fmt.Errorf("the encoding %q is not known", name)
	}
	h.decoder = e.NewDecoder()
	return nil
}

// affix reads the heading of a group of affixes, "SFX S Y 4", or one of them,
// "SFX S y ies [^aeiou]y".
func (h *hunspell) affix(f []string) error {
	if len(f) < 4 {
		return fmt.Errorf("%s needs at least four fields", f[0])
	}
	group := f[0] + " " + f[1]
	cross, begun := h.cross[group]
	if !begun {
		h.cross[group] = f[2] == "Y"
		return nil
	}
	add, then, _ := strings.Cut(f[3], "/")
	a := affix{flag: h.flag(f[1]), cross: cross, strip: zero(f[2]), then: h.stemFlags(then)}
	if len(f) > 4 && f[4] != "." {
		var err error
		if a.condition, err = condition(f[4]); err != nil {
			return err
		}
	}
	add = zero(add)
	h.longest = max(h.longest, len(add))
	if f[0] == "SFX" {
		h.suffixes[add] = append(h.suffixes[add], a)
	} else {
		h.prefixes[add] = append(h.prefixes[add], a)
	}
	return nil
}

// zero reads hunspell's way of writing "nothing".
func zero(s string) string {
	if s == "0" {
		return ""
	}
	return s
}

// condition reads a sequence of characters, dots and classes: [^aeiou]y
func condition(s string) (out []class, err error) {
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch r {
		case '.':
			out = append(out, class{any: true})
		case '[':
			set, _, ok := strings.Cut(s[1:], "]")
			if !ok {
				return nil, fmt.Errorf("the condition %q has a [ without ]", s)
			}
			size = len(set) + 2
			set, negate := strings.CutPrefix(set, "^")
			out = append(out, class{runes: set, negate: negate})
		default:
			out = append(out, class{runes: string(r)})
		}
		s = s[size:]
	}
	return out, nil
}

// flag reads a single flag.
func (h *hunspell) flag(s string) flag {
	if f := h.flags(s); len(f) > 0 {
		return f[0]
	}
	return 0
}

// flags reads a string of flags in the way that FLAG says.
func (h *hunspell) flags(s string) (out flags) {
	switch h.kind {
	case "long":
		for i := 0; i+1 < len(s); i += 2 {
			out = append(out, flag(s[i])<<8|flag(s[i+1]))
		}
	case "num":
		for n := range strings.SplitSeq(s, ",") {
			if v, err := strconv.ParseUint(n, 10, 32); err == nil {
				out = append(out, flag(v))
			}
		}
	default:
		for _, r := range s {
			out = append(out, flag(r))
		}
	}
	return out
}

// stemFlags reads flags where an alias may stand for them.
func (h *hunspell) stemFlags(s string) flags {
	if h.hasAF {
		if n, err := strconv.Atoi(s); err == nil && 1 <= n && n <= len(h.aliases) {
			return h.aliases[n-1]
		}
	}
	return h.flags(s)
}

func (h *hunspell) readDic(r io.Reader) error {
	in := scanner(io.LimitReader(r, maxDictionary))
	in.Scan() // the first line is the number of words
	for number := 2; in.Scan(); number++ {
		text, err := h.line(in.Text())
		if err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		// Morphological data follows a tab, or a space before "xx:".
		text, _, _ = strings.Cut(text, "\t")
		if i := strings.Index(text, " po:"); i >= 0 {
			text = text[:i]
		}
		word, marks := cutFlags(strings.TrimSpace(text))
		if word != "" {
			h.stems[word] = append(h.stems[word], h.stemFlags(marks))
		}
	}
	return in.Err()
}

// cutFlags parts a word from its flags at the first slash that no backslash
// stands before.
func cutFlags(s string) (word, marks string) {
	for i := range len(s) {
		if s[i] == '/' && i > 0 && s[i-1] != '\\' {
			return strings.ReplaceAll(s[:i], `\/`, "/"), s[i+1:]
		}
	}
	return strings.ReplaceAll(s, `\/`, "/"), ""
}
