package httpd

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"nakodo/internal/fault"
)

// policy lets a page load nothing but our own files, be framed by nobody and
// send its forms only to us. There is no inline style or script anywhere.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Headers sets the security headers of every answer. secure: the site is
// reached by https.
func Headers(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
			h.Set("Referrer-Policy", "no-referrer")
		} else {
			// Without https a browser proves a form's origin by the Origin header
			// alone, and with no-referrer it would withhold that as well: every
			// form on a plain http intranet would be refused.
			h.Set("Referrer-Policy", "same-origin")
		}
		next.ServeHTTP(w, r)
	})
}

// SameOrigin refuses every POST that another site made a browser send.
// trusted are further origins, such as the public address behind a proxy.
func (d *Door) SameOrigin(next http.Handler, trusted ...string) (http.Handler, error) {
	guard := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := guard.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("trusted origin %q: %w", origin, err)
		}
	}
	guard.SetDenyHandler(d.Handle(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.NotAllowed, "form.other_site")
	}))
	return guard.Handler(next), nil
}

// MaxBody limits the bytes of every request body: plain for forms and JSON,
// upload for forms with files.
func MaxBody(plain, upload int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil {
			limit := plain
			if isMultipart(r) {
				limit = upload
			}
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		next.ServeHTTP(w, r)
	})
}

// Log gives each request its number and writes one line when it is answered:
// which route, not which path (a path may hold a token), and never an address,
// because behind it may be a finder who wants to stay unknown.
func Log(log *slog.Logger, now func() time.Time, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, ref := now(), newReference()
		r = r.WithContext(context.WithValue(r.Context(), referenceKey{}, ref))
		sent := watch(w)
		defer func() {
			log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("reference", ref), slog.String("method", method(r)), slog.String("route", r.Pattern),
				slog.Int("status", sent.status), slog.Int64("bytes", sent.bytes), slog.Duration("took", now().Sub(start)))
		}()
		next.ServeHTTP(sent, r)
	})
}

// method is the request's method if it is one we know: a log line is no place
// for what a stranger chose to send.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}
