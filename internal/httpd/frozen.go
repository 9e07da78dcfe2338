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

	ready []line
}

// Cache-Control of public bytes.
const (
	PublicShort = "public, max-age=300, stale-while-revalidate=60" // an address whose bytes may be replaced
	PublicLong  = "public, max-age=31536000, immutable"            // an address that names one revision
)

// line is one line of the answer's head.
type line struct {
	name  string // in canonical form
	value []string
}

// head is the head of the answer, the length last, which a 304 leaves out.
func (f *Frozen) head() []line {
	cache := f.Cache
	if cache == "" {
		cache = PublicShort
	}
	all := []line{{"Content-Type", []string{f.Type}}, {"Etag", []string{f.tag()}}, {"Cache-Control", []string{cache}}}
	if f.Lang != "" {
		all = append(all, line{"Content-Language", []string{f.Lang}})
	}
	if !f.Modified.IsZero() {
		all = append(all, line{"Last-Modified", []string{f.Modified.UTC().Format(http.TimeFormat)}})
	}
	return append(all, line{"Content-Length", []string{strconv.Itoa(len(f.Body))}})
}

func (f *Frozen) tag() string { return `"` + f.ETag + `"` }

// Ready makes the head of the answer once for all readers, where the bytes are
// served more than once. Nothing of f may change after it.
func (f *Frozen) Ready() *Frozen {
	f.ready = f.head()
	return f
}

// Serve answers with the bytes, or with 304 where the reader has them.
func (f *Frozen) Serve(w http.ResponseWriter, r *http.Request) {
	head := f.ready
	if head == nil {
		head = f.head()
	}
	h, fresh := w.Header(), f.fresh(r)
	if fresh {
		head = head[:len(head)-1]
	}
	for _, l := range head {
		h[l.name] = l.value
	}
	if fresh {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.Body) // the reader went away: nothing to do
	}
}

// fresh reports whether the reader has these bytes (RFC 9110, 13.1.2 and
// 13.1.3: the date counts only where no tag was sent).
func (f *Frozen) fresh(r *http.Request) bool {
	if tags := r.Header.Get("If-None-Match"); tags != "" {
		tag := f.tag()
		for t := range strings.SplitSeq(tags, ",") {
			if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
				return true
			}
		}
		return false
	}
	asked := r.Header.Get("If-Modified-Since")
	if asked == "" || f.Modified.IsZero() {
		return false
	}
	since, err := http.ParseTime(asked)
	return err == nil && !f.Modified.Truncate(time.Second).After(since)
}
