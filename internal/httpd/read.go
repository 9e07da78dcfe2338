package httpd

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"nakodo/internal/fault"
)

// Sink takes one uploaded file as it streams in and gives the word by which
// the form knows it from then on, so that a form sent again after a mistake
// still has its files. name is the last part of what the browser called it.
type Sink func(field, name string, body io.Reader) (ref string, err error)

// Room is how much a form may bring.
type Room struct {
	Text  int   // bytes of all its text together
	File  int64 // bytes of one file
	Files int   // how many files
}

// ReadForm reads a form's text and hands its files on as they come: no file is
// ever held in memory. A form without files may have a nil sink. With an error
// comes what was read before it, so that the form can be shown again.
func ReadForm(r *http.Request, room Room, sink Sink) (url.Values, error) {
	if !isMultipart(r) {
		if err := r.ParseForm(); err != nil {
			return nil, badBody(err)
		}
		return r.PostForm, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, badBody(err)
	}
	values, text, files := url.Values{}, 0, 0
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return values, nil
		}
		if err != nil {
			return values, badBody(err)
		}
		if name := fileName(part.FileName()); part.FileName() != "" {
			if files++; files > room.Files || sink == nil {
				return values, wrong(part.FormName(), "form.too_many_files", "max", room.Files)
			}
			ref, err := sink(part.FormName(), name, &limited{r: part, left: room.File, field: part.FormName(), max: room.File})
			if err != nil {
				return values, uploadFailed(err)
			}
			values.Add(part.FormName(), ref)
			continue
		}
		body, err := io.ReadAll(io.LimitReader(part, int64(room.Text-text)+1))
		if err != nil {
			return values, badBody(err)
		}
		if text += len(body); text > room.Text {
			return values, wrong(part.FormName(), "form.too_much_text", "max", room.Text)
		}
		// A file field that was left empty comes as a part without a file name in
		// some browsers; an empty text says nothing either way.
		values.Add(part.FormName(), string(body))
	}
}

func isMultipart(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "multipart/form-data"
}

// fileName is the last part of a name, whatever system it comes from, without
// anything that is not text.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' {
			return -1 // controls, and marks that make a name read backwards
		}
		return r
	}, name)
	if name == "" || name == "." || name == "/" || name == ".." {
		return "file"
	}
	for len(name) > 200 {
		_, size := utf8.DecodeRuneInString(name)
		name = name[size:] // from the front: the ending tells what it is
	}
	return name
}

// limited ends with a refusal where io.LimitReader would cut a file short in silence.
type limited struct {
	r     io.Reader
	left  int64
	max   int64
	field string
}

func (l *limited) Read(b []byte) (int, error) {
	if l.left < 0 {
		return 0, wrong(l.field, "form.file_too_big", "max", l.max/1_000_000)
	}
	if int64(len(b)) > l.left+1 {
		b = b[:l.left+1]
	}
	n, err := l.r.Read(b)
	l.left -= int64(n)
	if l.left < 0 {
		return 0, wrong(l.field, "form.file_too_big", "max", l.max/1_000_000)
	}
	return n, err
}

func uploadFailed(err error) error {
	if fault.Of(err) != nil {
		return err
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) || errors.Is(err, io.ErrUnexpectedEOF) {
		return badBody(err)
	}
	return fmt.Errorf("keep upload: %w", err)
}

// badBody is the refusal for a body that cannot be read.
func badBody(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return wrong("", "form.too_big", "max", max(1, big.Limit/1_000_000))
	}
	return fault.Because(err, fault.Invalid, "form.broken")
}

// wrong is Invalid with one problem.
func wrong(field, key string, args ...any) error {
	var c fault.Check
	c.Add(field, key, args...)
	return c.Err()
}
