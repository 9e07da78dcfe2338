package mail

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// field is one header line, its folds undone, its bytes as they came.
type field struct {
	name  string // lower case
	value string // raw: perhaps 8-bit, perhaps encoded words
}

type header []field

// get gives the first value of a name, raw.
func (h header) get(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

func (h header) all(name string) []string {
	var out []string
	for _, f := range h {
		if f.name == name {
			out = append(out, f.value)
		}
	}
	return out
}

// text gives the first value of a name for people to read.
func (h header) text(name string) string { return decodeWords(h.get(name)) }

// splitHeader takes the header off an entity. Lines that are none are passed
// over; a first line that is none means that there is no header at all.
func splitHeader(raw []byte) (header, []byte) {
	var h header
	var name string
	var value []byte
	flush := func() {
		if name != "" {
			h = append(h, field{name, string(bytes.TrimSpace(value))})
		}
		name, value = "", nil
	}
	rest := raw
	for first := true; len(rest) > 0; first = false {
		line, after := cutLine(rest)
		switch {
		case len(bytes.TrimRight(line, " \t")) == 0 && !(first && len(line) > 0):
			flush()
			return h, after
		case (line[0] == ' ' || line[0] == '\t') && name != "":
			value = append(append(value, ' '), bytes.TrimSpace(line)...)
		case first && (bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))):
			// an mbox separator that came along
		default:
			n, v, ok := bytes.Cut(line, []byte(":"))
			if ok && fieldName(n) {
				flush()
				name, value = strings.ToLower(string(bytes.TrimSpace(n))), bytes.TrimSpace(v)
				value = value[:len(value):len(value)] // a fold must not write into raw
			} else if name == "" && len(h) == 0 {
				return nil, raw
			}
		}
		rest = after
	}
	flush()
	return h, nil
}

func fieldName(b []byte) bool {
	b = bytes.TrimRight(b, " \t")
	for _, c := range b {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(b) > 0
}

// cutLine cuts after the first line end, whichever of CRLF, LF and CR it is.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexAny(b, "\r\n")
	if i < 0 {
		return b, nil
	}
	n := i + 1
	if b[i] == '\r' && n < len(b) && b[n] == '\n' {
		n++
	}
	return b[:i], b[n:]
}

var word = regexp.MustCompile(`=\?([^?\s*]+)(?:\*[^?\s]*)?\?([BbQq])\?([^?]*)\?=`)

// decodeWords reads encoded words (RFC 2047) as programs really write them:
// characters split between words, base64 split between words, words without
// white space around or inside quotes, and raw 8-bit text between.
func decodeWords(s string) string {
	var out strings.Builder
	var run []byte        // bytes of a run of words
	var label, b64 string // of the run
	flush := func() {
		if b64 != "" {
			run = append(run, unbase64(b64)...)
		}
		text, _ := toUTF8(label, run)
		out.WriteString(text)
		run, label, b64 = nil, "", ""
	}
	for s != "" {
		at := word.FindStringSubmatchIndex(s)
		if at == nil {
			break
		}
		between := s[:at[0]]
		charset, enc, body := strings.ToLower(s[at[2]:at[3]]), s[at[4]:at[5]], s[at[6]:at[7]]
		s = s[at[1]:]
		if label == "" || charset != label || strings.TrimSpace(between) != "" {
			if label != "" {
				flush()
			}
			if label == "" && out.Len() == 0 || strings.TrimSpace(between) != "" {
				out.WriteString(rawText(between))
			}
			label = charset
		}
		if strings.EqualFold(enc, "B") {
			b64 += body
			if strings.HasSuffix(body, "=") || len(b64)%4 == 0 {
				run, b64 = append(run, unbase64(b64)...), ""
			}
		} else {
			run = append(run, unquote(strings.ReplaceAll(body, "_", " "))...)
		}
	}
	if label != "" {
		flush()
	}
	out.WriteString(rawText(s))
	return strings.TrimSpace(strings.ToValidUTF8(out.String(), "\uFFFD"))
}

func rawText(s string) string {
	text, _ := toUTF8("", []byte(s))
	return text
}

// unbase64 reads base64 with whatever else is in it left out; paddings in the
// middle come from programs that join pieces.
func unbase64(s string) []byte {
	var out []byte
	for _, piece := range strings.Split(s, "=") {
		clean := make([]byte, 0, len(piece))
		for i := 0; i < len(piece); i++ {
			c := piece[i]
			if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' {
				clean = append(clean, c)
			}
		}
		clean = clean[:len(clean)-len(clean)%4+len64(len(clean)%4)]
		b, err := base64.RawStdEncoding.DecodeString(string(clean))
		if err == nil {
			out = append(out, b...)
		}
	}
	return out
}

// unquote reads quoted-printable; an equals sign that means nothing stays.
func unquote(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '=' {
			out = append(out, s[i])
			continue
		}
		if i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		// A soft line break, perhaps with white space that a server added.
		tail := strings.TrimLeft(s[i+1:], " \t")
		switch {
		case strings.HasPrefix(tail, "\r\n"):
			i = len(s) - len(tail) + 1
		case strings.HasPrefix(tail, "\n"), strings.HasPrefix(tail, "\r"):
			i = len(s) - len(tail)
		case tail == "":
			i = len(s)
		default:
			out = append(out, '=')
		}
	}
	return out
}

// parseParams reads "main; name=value; …" with quoted values, values in raw
// 8-bit, encoded words inside quotes (against RFC 2047, and common), and the
// pieces and charsets of RFC 2231.
func parseParams(s string) (main string, params map[string]string) {
	main, s, _ = strings.Cut(s, ";")
	main = strings.ToLower(strings.TrimSpace(main))
	params = map[string]string{}
	pieces := map[string][]piece{}
	for s != "" {
		var name, value string
		name, value, s = nextParam(s)
		if name == "" {
			continue
		}
		base, number, extended := splitName(name)
		pieces[base] = append(pieces[base], piece{number, extended, value})
	}
	for base, ps := range pieces {
		params[base] = join(ps)
	}
	return main, params
}

// piece is one part of a parameter's value (RFC 2231, sections 3 and 4).
type piece struct {
	number   int  // -1: the plain form
	extended bool // percent-encoded, the first with charset'language'
	value    string
}

func nextParam(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, " \t\r\n;")
	eq := strings.IndexAny(s, "=;")
	if eq < 0 {
		return "", "", ""
	}
	if s[eq] == ';' {
		return "", "", s[eq+1:]
	}
	name = strings.ToLower(strings.TrimSpace(s[:eq]))
	s = strings.TrimLeft(s[eq+1:], " \t\r\n")
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return name, strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		// In ISO-2022-JP a backslash or a quote may be half of a character.
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return name, b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return name, b.String(), ""
}

func splitName(name string) (base string, number int, extended bool) {
	base, extended = strings.CutSuffix(name, "*")
	number = -1
	if star := strings.LastIndexByte(base, '*'); star > 0 {
		if n, err := strconv.Atoi(base[star+1:]); err == nil && n >= 0 {
			return base[:star], n, extended
		}
	}
	if extended {
		number = 0
	}
	return base, number, extended
}

func join(ps []piece) string {
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].number < ps[j].number })
	if last := ps[len(ps)-1]; last.number < 0 {
		return decodeWords(ps[0].value)
	}
	var raw []byte
	charset, encoded := "", false
	for _, p := range ps {
		if p.number < 0 {
			continue // the plain form is there for old readers
		}
		v := p.value
		if p.extended {
			encoded = true
			if p.number == 0 {
				if parts := strings.SplitN(v, "'", 3); len(parts) == 3 {
					charset, v = parts[0], parts[2]
				}
			}
			v = unpercent(v)
		}
		raw = append(raw, v...)
	}
	if !encoded {
		return decodeWords(string(raw))
	}
	text, _ := toUTF8(charset, raw)
	return strings.ToValidUTF8(text, "\uFFFD")
}

func unpercent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(v))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
