package mail

import (
	"bytes"
	"strings"
)

// entity is a node of a MIME tree. It keeps its bytes as they travelled,
// because a signature covers those and no others; that is why this is not one
// of the parsers that rebuild headers.
type entity struct {
	header header
	raw    []byte // header and body
	body   []byte // still encoded for transfer
	typ    string // "text/plain"; lower case
	params map[string]string
	disp   string // "attachment", "inline" or ""
	name   string // of the file it is meant as, "" where none
	parts  []*entity
}

// shape bounds a tree, so that a letter of nothing but boundaries ends.
type shape struct {
	parts int // still allowed
	depth int
	cut   bool // a bound was reached
}

// parseEntity reads a tree. It never fails: what is no MIME is text.
func parseEntity(raw []byte, fallback string, s *shape) *entity {
	e := &entity{raw: raw}
	e.header, e.body = splitHeader(raw)
	e.typ, e.params = parseParams(e.header.get("content-type"))
	if !strings.Contains(e.typ, "/") {
		e.typ = fallback
	}
	var disp map[string]string
	e.disp, disp = parseParams(e.header.get("content-disposition"))
	e.name = fileName(disp["filename"])
	if e.name == "" {
		e.name = fileName(e.params["name"])
	}
	if !strings.HasPrefix(e.typ, "multipart/") {
		return e
	}
	if s.depth <= 0 {
		s.cut = true
		return e
	}
	child := "text/plain"
	if e.typ == "multipart/digest" {
		child = "message/rfc822"
	}
	s.depth--
	for _, part := range splitParts(e.body, e.params["boundary"]) {
		if s.parts--; s.parts < 0 {
			s.cut = true
			break
		}
		e.parts = append(e.parts, parseEntity(part, child, s))
	}
	s.depth++
	if len(e.parts) == 0 {
		e.typ = "text/plain" // a multipart without parts: its text is better than nothing
	}
	return e
}

// splitParts cuts a multipart body at its boundary lines. The line end before a
// boundary belongs to the boundary (RFC 2046, 5.1.1). A missing last boundary
// ends the last part where the body ends.
func splitParts(body []byte, boundary string) [][]byte {
	if boundary == "" {
		return nil
	}
	edge := []byte("--" + boundary)
	var parts [][]byte
	start := -1
	for at := 0; at < len(body); {
		line, rest := cutLine(body[at:])
		next := len(body) - len(rest)
		if tail, ok := bytes.CutPrefix(line, edge); ok {
			tail = bytes.TrimRight(tail, " \t")
			last := bytes.Equal(tail, []byte("--"))
			if len(tail) == 0 || last {
				if start >= 0 {
					parts = append(parts, withoutLineEnd(body[start:at]))
				}
				if last {
					return parts
				}
				start = next
			}
		}
		at = next
	}
	if start >= 0 && start <= len(body) {
		parts = append(parts, body[start:])
	}
	return parts
}

func withoutLineEnd(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}

// content undoes the transfer encoding.
func (e *entity) content() []byte {
	switch strings.ToLower(strings.TrimSpace(e.header.get("content-transfer-encoding"))) {
	case "base64":
		return unbase64(string(e.body))
	case "quoted-printable":
		return unquote(string(e.body))
	}
	return e.body
}

// unflow joins the lines that a program broke to fit a screen (RFC 3676). A
// line that ends in a space goes on below, at the same depth of quotation.
func unflow(text string, deleteSpace bool) string {
	var out strings.Builder
	depth, open := 0, false
	for i, l := range strings.Split(text, "\n") {
		body := strings.TrimLeft(l, ">")
		d := len(l) - len(body)
		body = strings.TrimPrefix(body, " ") // space-stuffed
		switch {
		case open && d == depth && body != "-- ":
		case i > 0:
			out.WriteByte('\n')
			fallthrough
		default:
			if out.WriteString(l[:d]); d > 0 {
				out.WriteByte(' ')
			}
		}
		depth, open = d, strings.HasSuffix(body, " ") && body != "-- "
		if open && deleteSpace {
			body = strings.TrimSuffix(body, " ")
		}
		out.WriteString(body)
	}
	return out.String()
}

// tidy leaves nothing in a text that a page or a terminal could take amiss.
func tidy(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r >= ' ' && r != 0x7f {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// fileName makes a name safe to show and to store beside others: no folders,
// no control characters, no letters that reverse the direction of writing and
// so hide an ending.
func fileName(s string) string {
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e || r == 0x200f:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Trim(s, " .")
	if r := []rune(s); len(r) > 120 {
		s = string(r[:80]) + "…" + string(r[len(r)-39:])
	}
	return s
}
