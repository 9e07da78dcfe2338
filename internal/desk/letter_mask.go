package desk

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"

	"nakodo/internal/notice"
	"nakodo/internal/talk"
)

// A letter's link signs its receiver in, once. Whoever reads it in the desk
// could go in as that receiver, and everything done then would stand in the
// journal under the receiver's name. So officers see a letter with the secret
// part of its link covered; not so one that has failed without ever leaving, or
// is held because the centre has no mail server: an officer has to bring it to
// its receiver another way. What an officer holds back is not such a letter.

// shortestSecret is how long the last part of a path is that opens a door:
// marks and numbers of records are shorter, tokens longer.
const shortestSecret = 20

// secretOf is the secret part of a letter's link, "" where it has none.
func secretOf(l talk.Letter) string {
	var n notice.Letter
	if json.Unmarshal(l.Args, &n) != nil {
		return ""
	}
	path, _, _ := strings.Cut(n.Link, "?")
	path, _, _ = strings.Cut(path, "#")
	if last := path[strings.LastIndexByte(path, '/')+1:]; len(last) >= shortestSecret {
		return last
	}
	return ""
}

// covers reports whether officers read a letter with its secret covered. hold:
// the centre has no mail server. The link that sets up a colleague's account is
// always covered: who had it could act as two, and publishing takes two.
func covers(l talk.Letter, hold bool) bool {
	carried := l.State == talk.LetterHeld && hold || l.State == talk.LetterFailed
	return !l.Sent.IsZero() || !carried || l.Template == string(notice.AccountResetKind)
}

// mask covers the secret in a letter's bytes, whatever way they are encoded. Its
// length stays, so that what is shown is the letter but for those characters. A
// signature over it no longer holds; the receiver's own copy has it.
func mask(l *talk.Letter, hold bool) {
	secret := secretOf(*l)
	if secret == "" || !covers(*l, hold) {
		return
	}
	l.Raw = maskBase64(softly(secret).ReplaceAllFunc(bytes.Clone(l.Raw), stars), secret)
	l.Args = bytes.ReplaceAll(l.Args, []byte(secret), stars([]byte(secret)))
}

// stars covers what a person reads and keeps line ends.
func stars(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		if c != '\r' && c != '\n' && !(c == '=' && i+1 < len(out) && (out[i+1] == '\r' || out[i+1] == '\n')) {
			out[i] = '*'
		}
	}
	return out
}

// softly finds a text with soft line breaks of quoted-printable in it (RFC 2045,
// section 6.7).
func softly(s string) *regexp.Regexp {
	var p strings.Builder
	for i, r := range s {
		if i > 0 {
			p.WriteString(`(?:=\r?\n)?`)
		}
		p.WriteString(regexp.QuoteMeta(string(r)))
	}
	return regexp.MustCompile(p.String())
}

// base64Lines is a block of base64 as mail programs write it.
var base64Lines = regexp.MustCompile(`(?m)(?:^[A-Za-z0-9+/]{4,}={0,2}\r?\n?)+`)

// maskBase64 covers the secret in blocks of base64 and keeps their lines.
func maskBase64(raw []byte, secret string) []byte {
	return base64Lines.ReplaceAllFunc(raw, func(block []byte) []byte {
		text, err := base64.StdEncoding.DecodeString(lineEnds.Replace(string(block)))
		if err != nil || !bytes.Contains(text, []byte(secret)) {
			return block
		}
		text = bytes.ReplaceAll(text, []byte(secret), stars([]byte(secret)))
		covered := base64.StdEncoding.EncodeToString(text) // as long as it was
		out := bytes.Clone(block)
		for i, n := 0, 0; i < len(out); i++ {
			if out[i] != '\r' && out[i] != '\n' {
				out[i] = covered[n]
				n++
			}
		}
		return out
	})
}

var lineEnds = strings.NewReplacer("\r", "", "\n", "")
