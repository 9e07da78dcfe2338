package portal

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"

	"nakodo/internal/advisory"
	"nakodo/internal/fault"
	"nakodo/internal/format/atom"
	"nakodo/internal/httpd"
	"nakodo/internal/shelf"
	"nakodo/internal/words"
)

// Cache-Control of what is rendered when it is asked for.
const (
	pageCache   = "public, no-cache" // kept, but asked about each time: what has just come out must not hide behind a minute-old list
	steadyCache = "public, max-age=300"
)

func tagOf(body []byte) string { return shelf.Sum(body)[:32] }

// serve answers with what make gives under the key, from memory while what the
// public may read has not changed.
func (p *Portal) serve(w http.ResponseWriter, r *http.Request, key string, make func(context.Context) (*httpd.Frozen, error)) error {
	generation, err := p.Desk.Generation(r.Context())
	if err != nil {
		return err
	}
	f := p.kept.get(generation, key)
	if f == nil {
		if f, err = make(r.Context()); err != nil {
			return err
		}
		p.kept.put(generation, key, f.Ready())
	}
	f.Serve(w, r)
	return nil
}

// toAnyone lets scripts of any site read an answer for machines (CSAF 2.1,
// requirement 25 of section 7.1).
func toAnyone(w http.ResponseWriter) { w.Header().Set("Access-Control-Allow-Origin", "*") }

// frozen sends what was frozen at publication: an advisory's page, its text,
// its CSAF document, and beside the last two their signature and checksums.
func (p *Portal) frozen(w http.ResponseWriter, r *http.Request) error {
	if path.Ext(r.URL.Path) != "" {
		toAnyone(w)
	}
	return p.serve(w, r, r.URL.Path, func(ctx context.Context) (*httpd.Frozen, error) {
		d, err := p.Desk.Document(ctx, r.URL.Path)
		if fault.KindOf(err) == fault.NotFound {
			return p.beside(ctx, r.URL.Path)
		}
		if err != nil {
			return nil, err
		}
		return frozenOf(d), nil
	})
}

func frozenOf(d shelf.Document) *httpd.Frozen {
	return &httpd.Frozen{Body: d.Body, Type: d.Media, Lang: d.Lang, ETag: d.SHA256, Modified: d.At}
}

// beside makes what proves a document: the signature, or a checksum in the form
// that sha256sum -c reads (CSAF 2.0, 7.1.18 and 7.1.19).
func (p *Portal) beside(ctx context.Context, asked string) (*httpd.Frozen, error) {
	ext := path.Ext(asked)
	if ext != ".asc" && ext != ".sha256" && ext != ".sha512" {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	d, err := p.Desk.Document(ctx, strings.TrimSuffix(asked, ext))
	if err != nil {
		return nil, err
	}
	f := &httpd.Frozen{Type: "text/plain; charset=utf-8", Modified: d.At}
	switch ext {
	case ".asc":
		if d.Signature == "" {
			return nil, fault.New(fault.NotFound, "fault.not_found")
		}
		f.Body, f.Type = []byte(d.Signature), "application/pgp-signature"
	case ".sha256":
		f.Body = checksum(sha256.Sum256(d.Body), d.Path)
	case ".sha512":
		f.Body = checksum(sha512.Sum512(d.Body), d.Path)
	}
	f.ETag = tagOf(f.Body)
	return f, nil
}

func checksum[T [32]byte | [64]byte](sum T, of string) []byte {
	hash := make([]byte, 0, 64)
	for i := range len(sum) {
		hash = append(hash, sum[i])
	}
	return fmt.Appendf(nil, "%s  %s\n", hex.EncodeToString(hash), path.Base(of))
}

// feed sends the frozen feed; before the first publication an empty one, so
// that a reader can subscribe to it.
func (p *Portal) feed(w http.ResponseWriter, r *http.Request, l words.Lang) error {
	toAnyone(w)
	return p.serve(w, r, r.URL.Path, func(ctx context.Context) (*httpd.Frozen, error) {
		d, err := p.Desk.Document(ctx, advisory.FeedPath(l))
		if err == nil {
			return frozenOf(d), nil
		}
		if fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		body, err := atom.Bytes(p.Desk.Words, nil, p.Desk.Publisher(), l, p.started)
		if err != nil {
			return nil, err
		}
		return &httpd.Frozen{Body: body, Type: atom.Media, Lang: string(l), ETag: tagOf(body)}, nil
	})
}
