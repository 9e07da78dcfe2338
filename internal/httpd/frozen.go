package httpd

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Frozen is bytes that never change under their ETag.
type Frozen struct {
	Body     []byte
	Type     string // media type
	Lang     string // "" where the language does not matter
	ETag     string // a hash of Body, without quotes
	Modified time.Time
	Cache    string // Cache-Control; "" means PublicShort
}

// Cache-Control of public bytes.
const (
	PublicShort = "public, max-age=300, stale-while-revalidate=60" // an address whose bytes may be replaced
	PublicLong  = "public, max-age=31536000, immutable"            // an address that names one revision
)

// Serve answers with the bytes, or with 304 where the reader has them.
func (f *Frozen) Serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	tag := `"` + f.ETag + `"`
	h.Set("Content-Type", f.Type)
	h.Set("ETag", tag)
	if f.Cache == "" {
		h.Set("Cache-Control", PublicShort)
	} else {
		h.Set("Cache-Control", f.Cache)
	}
	if f.Lang != "" {
		h.Set("Content-Language", f.Lang)
	}
	if !f.Modified.IsZero() {
		h.Set("Last-Modified", f.Modified.UTC().Format(http.TimeFormat))
	}
	if f.fresh(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(f.Body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.Body) // the reader went away: nothing to do
	}
}

// fresh reports whether the reader has these bytes (RFC 9110, 13.1.2 and
// 13.1.3: the date counts only where no tag was sent).
func (f *Frozen) fresh(r *http.Request, tag string) bool {
	if tags := r.Header.Get("If-None-Match"); tags != "" {
		for t := range strings.SplitSeq(tags, ",") {
			if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !f.Modified.IsZero() && !f.Modified.Truncate(time.Second).After(since)
}
