package look

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static pages/*.html shells/*.html bits/*.html
var ownFiles embed.FS

// Static serves style sheet, scripts and sign from the binary. Each file's
// address carries a part of its hash, so browsers may keep it for a year.
type Static struct {
	prefix string            // "/static/"
	hashed map[string]string // "nakodo.css" -> "nakodo.0123456789ab.css"
	files  map[string]asset  // by plain name
}

type asset struct {
	name string // with its hash
	kind string
	body []byte
}

// NewStatic reads the embedded files; prefix is where the handler is mounted.
func NewStatic(prefix string) (*Static, error) {
	s := &Static{prefix: prefix, hashed: map[string]string{}, files: map[string]asset{}}
	entries, err := fs.ReadDir(ownFiles, "static")
	if err != nil {
		return nil, fmt.Errorf("look: %w", err)
	}
	for _, e := range entries {
		body, err := ownFiles.ReadFile("static/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("look: %w", err)
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		a := asset{name: strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext, kind: contentType(ext), body: body}
		s.hashed[e.Name()], s.files[e.Name()] = a.name, a
	}
	return s, nil
}

// contentType is fixed here: the operating system's table differs from machine to machine.
func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "text/plain; charset=utf-8"
}

// URL is the address of a file; an unknown name is a mistake in a template.
func (s *Static) URL(name string) (string, error) {
	h, ok := s.hashed[name]
	if !ok {
		return "", fmt.Errorf("look: there is no static file %q", name)
	}
	return s.prefix + h, nil
}

// ServeHTTP sends a file. An address with an older hash gets today's file but
// may not keep it: a page frozen at publication names the style sheet of its
// day, and must not lose its looks with the next release.
func (s *Static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := strings.TrimPrefix(r.URL.Path, s.prefix)
	a, ok := s.files[plainName(asked)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", `"`+a.name+`"`)
	if asked == a.name {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "public, no-cache")
	}
	if r.Header.Get("If-None-Match") == `"`+a.name+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body) // the reader went away: nothing to do
	}
}

// plainName takes the hash out of a name: "nakodo.0123456789ab.css" -> "nakodo.css".
func plainName(name string) string {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	dot := strings.LastIndexByte(stem, '.')
	if dot < 0 || len(stem)-dot-1 != 12 {
		return name
	}
	if _, err := hex.DecodeString(stem[dot+1:]); err != nil {
		return name
	}
	return stem[:dot] + ext
}
