package mail

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// charsets are the names that mail programs use and the WHATWG index lacks or
// reads as something else.
var charsets = map[string]encoding.Encoding{
	"iso-2022-jp": japanese.ISO2022JP, "iso-2022-jp-ms": japanese.ISO2022JP, "csiso2022jp": japanese.ISO2022JP,
	"iso-2022-jp-1": japanese.ISO2022JP, "iso-2022-jp-2": japanese.ISO2022JP, "iso-2022-jp-3": japanese.ISO2022JP,
	"iso-2022-jp-2004": japanese.ISO2022JP, "cp50220": japanese.ISO2022JP, "cp50221": japanese.ISO2022JP,
	"cp50222": japanese.ISO2022JP, "jis": japanese.ISO2022JP, "jis7": japanese.ISO2022JP,
	"shift_jis": japanese.ShiftJIS, "shift-jis": japanese.ShiftJIS, "sjis": japanese.ShiftJIS, "x-sjis": japanese.ShiftJIS,
	"ms_kanji": japanese.ShiftJIS, "cp932": japanese.ShiftJIS, "windows-31j": japanese.ShiftJIS,
	"cswindows31j": japanese.ShiftJIS, "ms932": japanese.ShiftJIS, "shift_jisx0213": japanese.ShiftJIS,
	"euc-jp": japanese.EUCJP, "x-euc-jp": japanese.EUCJP, "eucjp": japanese.EUCJP, "euc-jp-ms": japanese.EUCJP,
	"eucjp-ms": japanese.EUCJP, "cp51932": japanese.EUCJP, "ujis": japanese.EUCJP,
	"utf-16": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
}

// toUTF8 reads bytes in the charset a letter names; sure is false where the
// name is unknown or the bytes do not fit it and a guess was made. Line ends
// stay as they are.
func toUTF8(label string, b []byte) (text string, sure bool) {
	label = strings.ToLower(strings.Trim(strings.TrimSpace(label), `"'`))
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	switch {
	case label == "utf-7" || label == "unicode-1-1-utf-7":
		return utf7(b), true
	case !strings.HasPrefix(label, "utf-16") && plain(b):
		return string(b), true
	}
	enc := charsets[label]
	if enc == nil && label != "" {
		enc, _ = htmlindex.Get(label)
	}
	switch enc {
	case nil, unicode.UTF8, encoding.Replacement, charmap.Windows1252:
		return western(b, enc)
	case japanese.ISO2022JP:
		if !bytes.ContainsAny(b, "\x1b\x0e") {
			return guess(b), false
		}
		return read(enc, jis7(b)), true
	case japanese.ShiftJIS, japanese.EUCJP:
		return nihongo(enc, b)
	}
	return read(enc, b), true
}

// western reads what claims to be UTF-8, Latin or nothing. Programs write
// these names over anything, so the bytes have the last word.
func western(b []byte, enc encoding.Encoding) (string, bool) {
	switch {
	case escapes(b):
		return read(japanese.ISO2022JP, jis7(b)), enc == nil
	case utf8.Valid(b):
		return string(b), true
	case enc == charmap.Windows1252:
		if s := guess(b); kana(s) {
			return s, false
		}
		return read(enc, b), true
	}
	return guess(b), false
}

// nihongo reads Shift_JIS or EUC-JP, unless the bytes are UTF-8 after all or
// the other of the two.
func nihongo(enc encoding.Encoding, b []byte) (string, bool) {
	if escapes(b) {
		return read(japanese.ISO2022JP, jis7(b)), false
	}
	// Two half-width kana in Shift_JIS can look like a two-byte character of
	// UTF-8; a three-byte one is no accident.
	if utf8.Valid(b) && bytes.ContainsFunc(b, func(r rune) bool { return r >= 0x800 }) {
		return string(b), false
	}
	if s := read(enc, b); !strings.ContainsRune(s, utf8.RuneError) {
		return s, true
	}
	return guess(b), false
}

// guess chooses among what Japanese and Western mail is written in.
func guess(b []byte) string {
	if escapes(b) {
		return read(japanese.ISO2022JP, jis7(b))
	}
	if utf8.Valid(b) {
		return string(b)
	}
	best, most := read(charmap.Windows1252, b), 0
	for _, enc := range []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP, encoding.Nop} {
		s := string(b) // broken UTF-8, such as a letter cut in the middle of a character
		if enc != encoding.Nop {
			s = read(enc, b)
		}
		if n := likeness(s); n > most {
			best, most = s, n
		}
	}
	return strings.ToValidUTF8(best, "\uFFFD")
}

// likeness is how much a text looks like Japanese: full-width kana speak for
// it, unreadable bytes and half-width kana against.
func likeness(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r >= 0x3041 && r <= 0x30FE:
			n += 3
		case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3000 && r <= 0x3020:
			n++
		case r == utf8.RuneError:
			n -= 10
		case r >= 0xFF61 && r <= 0xFF9F, r >= 0xE000 && r <= 0xF8FF:
			n -= 2
		}
	}
	return n
}

func kana(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x3041 && r <= 0x30FE })
}

func read(enc encoding.Encoding, b []byte) string {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(out)
}

// plain reports bytes that are the same in every charset but UTF-16 and UTF-7.
func plain(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 || c == 0x1b || c == 0x0e {
			return false
		}
	}
	return true
}

func escapes(b []byte) bool {
	return bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b("))
}

// jis7 brings what real programs send as ISO-2022-JP into what the decoder
// takes: half-width kana by SO and SI or as raw bytes, a line that ends without
// going back to ASCII, and designations of later editions.
func jis7(b []byte) []byte {
	const ascii = "\x1b(B"
	out := make([]byte, 0, len(b)+16)
	set, shifted := ascii, false
	half := func(c byte) {
		out = append(append(append(out, "\x1b(I"...), c&0x7f), set...)
	}
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == 0x1b:
			seq := designation(b[i:])
			i += len(seq) - 1
			switch seq {
			case "\x1b(H":
				seq = "\x1b(J" // an old mistake for JIS-Roman
			case "\x1b$(O", "\x1b$(P", "\x1b$(Q", "\x1b$(B", "\x1b$(@":
				seq = "\x1b$B" // JIS X 0213 extends JIS X 0208
			}
			set = seq
			out = append(out, seq...)
		case c == 0x0e:
			shifted = true
		case c == 0x0f:
			shifted = false
		case c >= 0xa1 && c <= 0xdf, shifted && c >= 0x21 && c <= 0x5f:
			half(c)
		case c == '\n' && set != ascii:
			out = append(append(out, ascii...), c)
			set, shifted = ascii, false
		default:
			out = append(out, c)
		}
	}
	return out
}

// designation gives the escape sequence b begins with.
func designation(b []byte) string {
	i := 1
	for i < len(b) && i < 4 && b[i] >= 0x20 && b[i] <= 0x2f {
		i++
	}
	if i < len(b) && b[i] >= 0x30 && b[i] <= 0x7e {
		i++
	}
	return string(b[:i])
}

// utf7 reads RFC 2152, which some gateways still write.
func utf7(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		at := bytes.IndexByte(b, '+')
		if at < 0 {
			out.Write(b)
			break
		}
		out.Write(b[:at])
		b = b[at+1:]
		end := 0
		for end < len(b) && (b[end] >= 'A' && b[end] <= 'Z' || b[end] >= 'a' && b[end] <= 'z' || b[end] >= '0' && b[end] <= '9' || b[end] == '+' || b[end] == '/') {
			end++
		}
		if end == 0 {
			out.WriteByte('+')
		} else if raw, err := base64.RawStdEncoding.DecodeString(string(b[:end-end%4+len64(end%4)])); err == nil {
			out.WriteString(read(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), raw[:len(raw)&^1]))
		}
		b = b[end:]
		if len(b) > 0 && b[0] == '-' {
			b = b[1:]
		}
	}
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

// len64 is how many of n left-over base64 characters can be decoded.
func len64(n int) int {
	if n == 1 {
		return 0
	}
	return n
}
